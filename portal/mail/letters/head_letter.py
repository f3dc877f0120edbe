"""The message that carries a signed head of the ledger to an address outside, as text that can be checked later."""

from datetime import datetime
from html import escape

from portal.kernel.text.addresses import OneAddress
from portal.mail.letters import paper
from portal.mail.letters.wire import assemble, one_line, plain_lines, quoted, sender_headers
from portal.words.languages import ENGLISH

_HOW = (
    "Keep this message. Save the line below as a file, and `portal ledger verify --head FILE` tells whether the "
    "ledger still holds all it held then."
)


def render_head(
    name: str,
    text: str,
    *,
    organisation: str,
    mail_from: OneAddress,
    to: OneAddress,
    message_id: str,
    date: datetime,
) -> bytes:
    """Return the message; `text` is one line of JSON, and stands in it as it is."""
    sender, subject = one_line(organisation, 80), one_line(name)
    html = "".join(
        [
            paper.page_start(subject),
            paper.aside(escape(sender)),
            paper.heading(subject),
            paper.paragraph(escape(_HOW)),
            paper.paragraph(escape(text)),
            paper.PAGE_END,
        ]
    )
    return assemble(
        sender_headers(sender, mail_from, None, ENGLISH.tag),
        to=to,
        subject=subject,
        message_id=message_id,
        date=date,
        plain=quoted(plain_lines([sender, _HOW, text])),
        html=quoted(html),
    )
