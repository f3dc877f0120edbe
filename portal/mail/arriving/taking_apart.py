"""From the bytes of a message to what it says, and to the bytes of its files. In the cage alone."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from portal.mail.arriving import flowed, shown_html
from portal.mail.arriving.bodies import decorations
from portal.mail.arriving.charsets import text_of
from portal.mail.arriving.fields import Fields, file_name, media_type, names_in, parameter, said, sender_of
from portal.mail.arriving.message import MOST_BYTES, Arrived, Attachment, Refusal
from portal.mail.arriving.parts import MakesNoSense, Part, TooDeep, content_of, head_of, tree_of
from portal.mail.arriving.picture_sizes import size_of
from portal.mail.arriving.refusing import PGP_MESSAGE, by_fields, by_parts
from portal.mail.arriving.signatures import split_signature

_SEALS: Final = frozenset(
    {
        "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
        "application/pgp-keys",
    }
)  # fmt: skip
_NAMES: Final = {"message/rfc822": "message.eml", "text/calendar": "invite.ics"}
_BODIES: Final = frozenset({"text/plain", "text/html"})
_NOT_SHOWN: Final = frozenset({"text/x-amp-html", "text/watch-html"})
_MOST_TEXT: Final = 200_000
_MOST_HTML: Final = 16 << 20
_MOST_LINKS: Final = 500


@dataclass(frozen=True, slots=True)
class _Body:
    text: str
    is_html: bool = False
    links: tuple[str, ...] = ()
    shown: frozenset[str] = frozenset()
    signing: frozenset[str] = frozenset()
    pixels: int = 0


@dataclass(slots=True)
class _Found:
    """What is found on the way through the parts."""

    raw: bytes
    keeps: bool
    files: list[tuple[Attachment, bytes, bool]] = field(default_factory=list)
    hashed: list[str] = field(default_factory=list)


def take_apart(raw: bytes, *, keeps: bool) -> tuple[Arrived, list[bytes]]:
    """Return what a message says, and the bytes of each of its files where they are to be kept. Never raises."""
    try:
        fields, start = head_of(raw, 0, len(raw))
        arrived = Arrived(
            message_id=said(fields, "Message-ID")[:300],
            sender=sender_of(fields),
            date=said(fields, "Date")[:100],
            subject=said(fields, "Subject")[:1_000],
            digest=hashlib.sha256(raw).hexdigest(),
        )
    except MakesNoSense:
        return nothing_said(raw), []
    if len(raw) > MOST_BYTES:
        return replace(arrived, refusal="unreadable"), []
    try:
        return _opened(raw, fields, start, arrived, keeps=keeps)
    except TooDeep:
        return replace(arrived, refusal="too-deep"), []
    except (MakesNoSense, shown_html.TooMuch):
        return replace(arrived, refusal="unreadable"), []


def nothing_said(raw: bytes) -> Arrived:
    """Return what is known of a message that cannot be taken apart."""
    return Arrived("", "", "", "", hashlib.sha256(raw).hexdigest(), "unreadable")


def _opened(raw: bytes, fields: Fields, start: int, arrived: Arrived, *, keeps: bool) -> tuple[Arrived, list[bytes]]:
    refusal: Refusal = by_fields(fields, media_type(fields))
    if refusal:
        return replace(arrived, refusal=refusal), []
    tree = tree_of(raw, fields, start)
    refusal = by_parts(list(_every(tree)))
    if refusal:
        return replace(arrived, refusal=refusal), []
    found = _Found(raw, keeps)
    bodies = _bodies(tree, found)
    if any(PGP_MESSAGE in body.text for body in bodies):
        return replace(arrived, refusal="encrypted"), []
    shown = frozenset[str]().union(*(body.shown for body in bodies))
    signing = frozenset[str]().union(*(body.signing for body in bodies))
    files = [_placed(file, shown, signing, is_picture=is_picture) for file, _, is_picture in found.files]
    arrived = replace(
        arrived,
        digest=_digest([arrived.sender.lower(), arrived.date, arrived.subject, *found.hashed]),
        names=names_in(fields, "To", "Cc"),
        text="\n\n".join(body.text for body in bodies if body.text)[:_MOST_TEXT],
        links=tuple(dict.fromkeys(link for body in bodies for link in body.links))[:_MOST_LINKS],
        attachments=tuple(files),
        pixels=sum(body.pixels for body in bodies),
    )
    if {file.sha256 for file in files} <= decorations([files]):
        return replace(arrived, refusal="no-file", text="", links=(), attachments=()), []
    return arrived, [data for _, data, _ in found.files]


def _every(tree: Part) -> Iterator[Part]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += part.parts


def _bodies(part: Part, found: _Found) -> list[_Body]:
    """Return the texts of a part and of those in it, in order; files go into `found`."""
    if part.kind == "multipart/alternative":
        texts = [text for inner in part.parts for text in _bodies(inner, found)]
        said_in_html = [text for text in texts if text.is_html and text.text]
        return said_in_html or [text for text in texts if not text.is_html] or texts
    if part.kind == "multipart/signed":  # what is signed comes first, then what signs it
        return [text for inner in part.parts[:1] for text in _bodies(inner, found)]
    if part.kind.startswith("multipart/"):
        return [text for inner in part.parts for text in _bodies(inner, found)]
    if part.kind in _SEALS:
        return []
    return _leaf(part, found)


def _leaf(part: Part, found: _Found) -> list[_Body]:
    data = content_of(found.raw, part)
    name = file_name(part.fields)
    disposition = part.fields.get("Content-Disposition", "").partition(";")[0].strip().lower()
    is_body = part.kind in _BODIES and disposition != "attachment" and (not name or _is_split_off(name))
    if is_body or part.kind in _NOT_SHOWN:
        found.hashed += [part.kind, hashlib.sha256(b"\n".join(data.split()) if is_body else data).hexdigest()]
        return [_read(part, data)] if is_body else []
    name = name or _NAMES.get(part.kind, "")
    file = Attachment(
        name=name,
        media_type=part.kind,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        is_inline=disposition == "inline",
        content_id=said(part.fields, "Content-ID").strip("<> ")[:300],
    )
    is_picture = part.kind.startswith("image/")
    if is_picture:
        width, height = size_of(data)
        file = replace(file, width=width, height=height)
    found.hashed += [part.kind, name, file.sha256]
    found.files.append((file, data if found.keeps else b"", is_picture))
    return []


def _is_split_off(name: str) -> bool:
    """Tell a text that Exchange or Apple Mail parted from the body, because a file stood in its middle."""
    stem, _, ending = name.lower().rpartition(".")
    return ending in {"txt", "htm", "html"} and stem.startswith("att") and stem[3:].isdigit() and len(stem) == 8


def _read(part: Part, data: bytes) -> _Body:
    text = text_of(data, parameter(part.fields, "Content-Type", "charset")).replace("\r\n", "\n").replace("\r", "\n")
    if part.kind == "text/html":
        return _read_html(text)
    if parameter(part.fields, "Content-Type", "format").lower() == "flowed":
        deletes = parameter(part.fields, "Content-Type", "delsp").lower() == "yes"
        text = flowed.joined(text, deletes_space=deletes)
    seen = shown_html.without_marks(flowed.without_armour(text))
    return _Body(shown_html.without_unseen(seen).strip("\n"))


def _read_html(text: str) -> _Body:
    if len(text) > _MOST_HTML:
        raise shown_html.TooMuch
    page = shown_html.shown(text)
    kept, signature = split_signature(page.text)
    signing, in_text = shown_html.marked(signature), shown_html.marked(kept)
    cids = {number: source[4:] for number, source in enumerate(page.pictures) if source.lower().startswith("cid:")}
    return _Body(
        text=shown_html.without_marks(page.text).strip("\n"),
        is_html=True,
        links=tuple(page.pictures[at] for at in sorted(in_text) if "://" in page.pictures[at][:10]),
        shown=frozenset(cids.values()),
        signing=frozenset(cids[at] for at in signing if at in cids),
        pixels=page.pixels,
    )


def _placed(file: Attachment, shown: frozenset[str], signing: frozenset[str], *, is_picture: bool) -> Attachment:
    is_inline = is_picture and (file.is_inline or file.content_id in shown)
    return replace(file, is_inline=is_inline, is_signature=is_inline and file.content_id in signing)


def _digest(said_parts: list[str]) -> str:
    whole = hashlib.sha256()
    for one in said_parts:
        data = one.encode("utf-8", "surrogatepass")
        whole.update(b"%d:" % len(data) + data)
    return whole.hexdigest()
