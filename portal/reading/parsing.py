"""Every format's parser behind one function. Parsers meet strangers' bytes here: cage it outside tests."""

import re
from collections.abc import Callable
from typing import Final, Literal, TypeVar

from portal.reading.budget import MAX_FILE, MAX_NAME, MIB, SAVE_AS_PDF, Budget, CannotRead
from portal.reading.gathering import Gathering, PagesRead
from portal.reading.images.grey import WHOLE_FILE
from portal.reading.kinds import claimed_by, shape_of
from portal.reading.office.containers import read_office
from portal.reading.office.xls import read_xls
from portal.reading.pdf.files import read_pdf
from portal.reading.reader import Kind, OnPart, Reading, Unreadable
from portal.reading.seeing import Parsed
from portal.reading.texts.encodings import Decoded, NotText, decode
from portal.reading.texts.mailed import unquoted
from portal.reading.texts.markup import percent_read, read_html, read_svg
from portal.reading.texts.rows import read_json, read_markdown, read_table, read_text, text_kind

_TEXTS: Final[dict[Kind, Callable[[Decoded, Gathering], None]]] = {
    "txt": read_text, "csv": read_table, "json": read_json, "md": read_markdown, "html": read_html, "svg": read_svg,
}  # fmt: skip
_UNKNOWN: Final = f"The portal does not know this kind of file. {SAVE_AS_PDF}"
_LETTER_MEETS_FIGURES: Final = re.compile(r"(?<=[^\W\d_])(?=\d{5})|(?<=\d{5})(?=[^\W\d_])")
T = TypeVar("T")
DAMAGED: Final = f"This file is damaged or locked. Open it, check it and save it anew. {SAVE_AS_PDF}"


def parse(
    data: bytes,
    name: str,
    on_part: OnPart | None = None,
    pages_read: PagesRead | None = None,
    *,
    trusts_fonts: bool = False,
) -> Parsed | Unreadable:
    """Read a file but its pictures, which are given along. Never raises for what it holds.

    `pages_read` is filled by a stripped PDF, and spares the file that it was made of the reading of the same pages.
    `trusts_fonts` of a letter that the press set, in the portal's own.
    """
    to = Gathering(Budget(), _read_inside, on_part=on_part, pages_read=pages_read, trusts_fonts=trusts_fonts)
    return answered(lambda: _parsed(data, name, to))


def answered(work: Callable[[], T]) -> T | Unreadable:
    """Return what a parser gives; whatever it trips over (a panic in Rust too), the answer is no (promise 10)."""
    try:
        return work()
    except CannotRead as sentence:
        return Unreadable(str(sentence))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic is none of `Exception`
        return Unreadable(DAMAGED)


def _parsed(data: bytes, name: str, to: Gathering) -> Parsed:
    if len(data) > MAX_FILE:
        raise CannotRead(f"This file is larger than {MAX_FILE // MIB} MB. Choose a smaller one.")
    if len(name) > MAX_NAME:
        raise CannotRead(f"The file's name is longer than {MAX_NAME} characters. Give it a shorter one.")
    to.say("file name", name)
    if "%" in name:
        to.say("file name", percent_read(name))
    if meant := unquoted(name):
        to.say("file name", meant.decode("utf-8", "replace"))
    if (apart := _LETTER_MEETS_FIGURES.sub(" ", name)) != name:
        to.say("file name", apart)  # IEP204893.pdf: names of files have no blanks
    claimed = claimed_by(name)
    kind = _read(data, claimed, to)
    reading = Reading(
        kind, tuple(to.parts), to.pages, to.seen, to.sheets, to.hidden, misnamed=claimed not in {None, kind},
        unheard=to.unheard,
    )  # fmt: skip
    return Parsed(reading, tuple(to.pictures.values()))


def _read(data: bytes, claimed: Kind | Literal["other"] | None, to: Gathering) -> Kind:
    """Read what the bytes are; only among the kinds of text does the name's ending have a say."""
    shape = shape_of(data)
    if shape == "zip":
        return read_office(data, to)
    if shape == "cfb":
        return read_xls(data, to)
    if shape == "text":
        decoded = _decoded(data, claimed)
        kind = text_kind(decoded.text, claimed)
        _TEXTS[kind](decoded, to)
        return kind
    if shape == "pdf":
        read_pdf(data, to)
    else:
        to.show_file(WHOLE_FILE, data)
    return shape


def _decoded(data: bytes, claimed: Kind | Literal["other"] | None) -> Decoded:
    try:
        return decode(data)
    except NotText:
        if claimed in _TEXTS:
            raise
        raise CannotRead(_UNKNOWN) from None


def _read_inside(data: bytes, to: Gathering) -> None:
    _read(data, None, to)
