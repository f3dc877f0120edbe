"""In the cage: what a message to the bounce address says: a report (RFC 3464), its many older shapes, or neither.

Nothing of it is kept but a code and a reason. Whose message came back is the envelope's matter (`mail.returned.verp`):
a report may name other addresses than ours, after a forwarding, and anybody may write one.
"""

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from portal.mail.returned.bounce_reasons import MEANS_THIS_MAILBOX, code_in, weigh, why_of
from portal.mail.returned.bounce_shapes import (
    ARRIVED,
    CHALLENGE,
    DELAY,
    FROM_A_SERVER,
    GIVEN_UP,
    IS_AN_ANSWER,
    ORIGINAL_BEGINS,
    REFUSED_BY_A_RULE,
    SAYS_UNDELIVERED,
    TITLE_OF_A_REPORT,
    TITLE_OF_AN_AUTO_REPLY,
    is_from_a_robot,
)
from portal.mail.returned.reports import MOST_BYTES, Report

_MOST_PARTS = 60
_MOST_TEXT = 20_000
_FOR_GOOD = re.compile(r"\bnxdomain\b", re.IGNORECASE)
"""No domain is no domain, though Gmail gives up on it with 4.0.0, which elsewhere means "not now"."""
_QUOTED = re.compile(
    r"^[ \t]*(?:>|(?:subj(?:ect)?|betreff|objet|asunto|oggetto|assunto)[ \t]*:)[^\n]*", re.IGNORECASE | re.MULTILINE
)
"""What the letter said is not what the server says of it: a title may tell that somebody has moved."""
_TAGS = re.compile(r"<(style|script)\b[^<]*</\1>|<[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Recipient:
    """What a report says of one address."""

    action: str
    status: str
    words: str
    is_diagnosed: bool


def read_report(raw: bytes) -> Report:
    """Read a message's first 256 KiB. Never raises: what cannot be read says nothing."""
    try:
        return _read(message_from_bytes(raw[:MOST_BYTES]))
    except Exception:  # noqa: BLE001 - strangers write these, and thousands of parts in parts exhaust the parser
        return Report("other")


def header_of(raw: bytes) -> str:
    """Return what a message's header says, a field a line; nothing where it cannot be read."""
    try:
        return "\n".join(str(value) for value in message_from_bytes(raw[:MOST_BYTES]).values())
    except Exception:  # noqa: BLE001 - strangers write these; whoever asks looks through the text in any case
        return ""


def _read(message: Message) -> Report:
    text = _text_of(message)
    blocks = list(_recipients(message))
    if blocks:
        return _of_recipients(blocks, text)
    kind = str(message.get_param("report-type", "") or "").lower()
    if kind == "feedback-report" or (kind == "disposition-notification" and not REFUSED_BY_A_RULE.search(text)):
        return Report("receipt")  # read, or complained of: it has arrived
    title = _field(message, "Subject")
    is_from_a_server = bool(FROM_A_SERVER.search(_field(message, "From")))
    is_titled = bool(TITLE_OF_A_REPORT.search(title)) and not IS_AN_ANSWER.search(title)
    if _is_certain(message, kind, is_from_a_server=is_from_a_server):
        return _of_prose(title, text, is_certain=True)
    if is_from_a_server or is_titled:
        return _of_prose(title, text, is_certain=is_from_a_server and is_titled)
    if CHALLENGE.search(_in_a_line(f"{title}\n{text}")):
        return Report("challenge")
    is_automatic = is_from_a_robot(message) or TITLE_OF_AN_AUTO_REPLY.search(title)
    return Report("automatic" if is_automatic else "other")


def _is_certain(message: Message, kind: str, *, is_from_a_server: bool) -> bool:
    """Tell whether a message is a report by how it is made, whatever it says."""
    gives_back = any(part.get_content_maintype() == "message" for part in _parts(message))
    is_marked = bool(message["X-Failed-Recipients"]) or kind in {"delivery-status", "disposition-notification"}
    return is_marked or (is_from_a_server and gives_back)


def _of_recipients(blocks: list[_Recipient], text: str) -> Report:
    """Judge a report of delivery. It is a failure if it is one for any address: only ours was written to."""
    for one in blocks:
        if one.action.startswith(("fail", "error")) or (not one.action and one.status.startswith(("4", "5"))):
            code = _code_of(one)
            why = why_of(one.words, code if one.is_diagnosed else "")
            words = one.words if why != "unclear" else text
            why = why_of(text, code) if why == "unclear" else why
            return Report(weigh(why, code, words), why, code)
    actions = {one.action.partition(" ")[0] for one in blocks}  # "delivered (to mailbox)"
    if any(action.startswith("delay") for action in actions):
        return Report("delayed")
    return Report("arrived" if actions & {"delivered", "relayed", "expanded"} else "other")


def _code_of(one: _Recipient) -> str:
    """Return the code that says most: the last server's own words before a field that says "5.0.0"."""
    if _FOR_GOOD.search(one.words):
        return ""
    written = code_in(one.words)
    if "." in written or not one.status:
        return written
    return written if one.status.endswith(".0.0") and written else one.status


def _of_prose(title: str, text: str, *, is_certain: bool) -> Report:
    """Judge a report without fields, as a person would: by its sentences."""
    given_up = bool(GIVEN_UP.search(text))
    if not given_up and ARRIVED.search(text):
        return Report("arrived")
    if not given_up and DELAY.search(f"{title}\n{text[:2000]}"):
        return Report("delayed")
    code = code_in(text)
    why = why_of(text, code)
    if not (is_certain or given_up or why in MEANS_THIS_MAILBOX or SAYS_UNDELIVERED.search(text)):
        return Report("challenge" if CHALLENGE.search(_in_a_line(text)) else "other")
    return Report(weigh(why, code, text), why, code)


def _recipients(message: Message) -> Iterator[_Recipient]:
    """Yield what a report says of each address, from the fields of RFC 3464, 2.3."""
    for part in _parts(message):
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            for block in _whole(_blocks(part)):
                if block["Action"] or block["Status"]:
                    yield _recipient(block)


def _whole(blocks: list[Message]) -> list[Message]:
    """Return blocks of one address each: some servers leave a line free in the middle of one."""
    found: list[Message] = []
    for block in blocks:
        if not found or _is_of_an_address(block) or not _is_of_an_address(found[-1]):
            found.append(block)
            continue
        for name, value in block.raw_items():
            if not found[-1][name]:
                found[-1][name] = value
    return found


def _is_of_an_address(block: Message) -> bool:
    return bool(block["Final-Recipient"] or block["Original-Recipient"])


def _blocks(part: Message) -> list[Message]:
    """Return the blocks of fields; also those that were encoded as no report may be (RFC 3464, 2.1), and are."""
    payload: Any = part.get_payload()
    encoding = str(part["Content-Transfer-Encoding"] or "").strip().lower()
    is_plain = encoding not in {"base64", "quoted-printable"}
    if isinstance(payload, list):
        if is_plain and part.get_content_type() == "message/delivery-status":
            return payload
        payload = "\n".join(block.as_string() for block in payload)
    text = str(payload).strip()
    if not is_plain:
        data = text.encode("ascii", "replace")
        decoded = b64decode(data + b"==") if encoding == "base64" else quopri.decodestring(data)
        text = decoded.decode(errors="replace")
    return _blocks_of(text)


def _blocks_of(text: str) -> list[Message]:
    return [message_from_bytes(block.encode(errors="replace")) for block in re.split(r"(?:\r?\n){2,}", text)]


def _recipient(block: Message) -> _Recipient:
    said, diagnosis = _field(block, "Status"), _field(block, "Diagnostic-Code")
    status = re.search(r"[245]\.\d{1,3}\.\d{1,3}", said)
    action = _field(block, "Action").lower()
    return _Recipient(action, status[0] if status else "", diagnosis or said, is_diagnosed=bool(diagnosis))


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a message, but of the messages inside it only those of a report that was passed on."""
    waiting = [message]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        yield part
        payload = part.get_payload()
        if isinstance(payload, list) and (part.is_multipart() and _is_open(part)):
            waiting[:0] = [one for one in payload if isinstance(one, Message)]


def _is_open(part: Message) -> bool:
    inside: Any = part.get_payload()
    if part.get_content_type() == "message/rfc822":
        return len(inside) == 1 and bool(inside[0].get_content_type() == "multipart/report")
    return part.get_content_maintype() == "multipart"


def _text_of(message: Message) -> str:
    """Return what a message says in words, without the message that it gives back."""
    plain: list[str] = []
    marked_up: list[str] = []
    for part in _parts(message):
        kind = part.get_content_type()
        if part.get_content_maintype() == "multipart" and not part.is_multipart():
            kind = "text/plain"  # it does not say what parts its parts
        if kind in {"text/plain", "text/html"}:
            (plain if kind == "text/plain" else marked_up).append(_decoded(part))
    text = "\n".join(plain)
    if len(text.split()) < 5:
        text += "\n" + _TAGS.sub(" ", "\n".join(marked_up)[:_MOST_TEXT])
    text = text[:_MOST_TEXT]
    original = ORIGINAL_BEGINS.search(text)
    return _QUOTED.sub("", text[: original.start()] if original else text)


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:  # no such character set
        return payload.decode("latin-1")


def _field(message: Message, name: str) -> str:
    """Return a header in one line, also where its letters stand as bare bytes, as Chinese servers write them."""
    text = next((value for field, value in message.raw_items() if field.lower() == name.lower()), "")
    try:
        data = str(text).encode("ascii", "surrogateescape")
    except UnicodeEncodeError:  # a block that was decoded before
        data = str(text).encode()
    text = _in_letters(data, message)
    if "=?" in text:
        with suppress(LookupError, UnicodeError, HeaderParseError):
            text = str(make_header(decode_header(text)))
    return " ".join(text.split())[:2000]


def _in_letters(data: bytes, message: Message) -> str:
    charsets = (part.get_content_charset() for part in _parts(message))
    for charset in ("utf-8", *filter(None, charsets), "latin-1"):
        with suppress(LookupError, UnicodeError):
            return data.decode(charset)
    return ""
