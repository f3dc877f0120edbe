"""A message came back: whose it was is proven by its mark, what it says is read, and the notice is told of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.errors import Refused
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mail.returned.report_reading import header_of
from portal.mail.returned.reports import MOST_BYTES, Report
from portal.mail.returned.verp import read_marks
from portal.outbox import repository as outbox
from portal.outbox.rules import came_back


class NotOurs(Refused):
    """This message was not sent to an address that the portal made. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a report; `is_new` says whether anything was written."""

    notice_id: str
    report: Report
    is_new: bool


def whose(keys: KeyRing, raw: bytes, *, recipient: str = "") -> str:
    """Return the notice that a message is about, by the mark in the address it was sent to. Raises `NotOurs`.

    The mark is looked for in the recipient where the mail server names one, then in the header, then in what the
    report gives back: it is signed, so wherever it stands, somebody had it from us.
    """
    for text in (recipient,) if recipient else _places(raw[:MOST_BYTES]):
        notice_id, _ = read_marks(keys, text)
        if notice_id is not None:
            return notice_id
    raise NotOurs


def _places(raw: bytes) -> list[str]:
    text = raw.decode("latin-1")
    unfolded = text.replace("=\r\n", "").replace("=\n", "")  # quoted-printable breaks long lines so
    return [header_of(raw), unfolded]


def note_bounce(session: Session, keys: KeyRing, notice_id: str, report: Report, *, now: datetime) -> Noted:
    """Note a failure of delivery with its notice, once; anything else changes nothing. A link is never touched."""
    if not report.is_failure:
        return Noted(notice_id, report, is_new=False)
    is_new = outbox.note_bounce(
        session, notice_id, weight=report.kind, why=report.why, code=report.code, words=came_back(report.why), now=now
    )
    if is_new:
        about: dict[str, Fact] = {"notice": notice_id, "weight": report.kind, "why": report.why, "code": report.code}
        ledger.append(session, keys, [Act("notice:came-back", "mail", about)], now=now)
    return Noted(notice_id, report, is_new)
