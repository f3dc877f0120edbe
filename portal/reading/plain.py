"""The reader itself, in the process that calls it. Parsers meet strangers' bytes here: cage it outside tests."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

import pypdfium2 as pdfium
from python_calamine import CalamineError

from portal.reading.budget import MAX_FILE, MAX_NAME, MIB, SAVE_AS_PDF, Budget, CannotRead
from portal.reading.office import read_office
from portal.reading.pdf import read_pdf
from portal.reading.reader import Kind, Part, Reading, Unreadable
from portal.reading.text import read_html, read_table, read_text

_ENDINGS: Final[dict[str, Kind]] = {
    ".pdf": "pdf", ".docx": "docx", ".xlsx": "xlsx", ".csv": "csv", ".tsv": "csv",
    ".txt": "txt", ".text": "txt", ".html": "html", ".htm": "html",
}  # fmt: skip
_TEXTS: Final[dict[Kind, Callable[[bytes], list[Part]]]] = {"csv": read_table, "txt": read_text, "html": read_html}
_OFFICE: Final = frozenset(("docx", "xlsx"))
_REFUSED: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is a file of an old office program, or locked with a password."),
    (b"{\\rtf", "The portal does not read RTF."),
    (b"\x89PNG", "The portal cannot read pictures yet."),
    (b"\xff\xd8\xff", "The portal cannot read pictures yet."),
    (b"GIF8", "The portal cannot read pictures yet."),
    (b"RIFF", "The portal cannot read pictures, sounds and films."),
    (b"7z\xbc\xaf", "The portal does not look into archives."),
    (b"\x1f\x8b", "The portal does not look into archives."),
    (b"Rar!", "The portal does not look into archives."),
    (b"SQLite format 3", "The portal does not read databases."),
)
_UNKNOWN: Final = "The portal reads PDF, DOCX, XLSX, CSV, TXT and HTML, and this file is none of them."
_DAMAGED: Final = f"This file is damaged or locked. Open it, check it and save it anew. {SAVE_AS_PDF}"


class PlainReader:
    """Reads all text of a file, up to 100 MiB; what it cannot read to the last part is `Unreadable`."""

    def close(self) -> None:
        """Keep nothing, so let go of nothing."""

    def read(self, path: Path, name: str) -> Reading | Unreadable:
        """Read the file at `path`, called `name`."""
        try:
            with path.open("rb") as file:
                data = file.read(MAX_FILE + 1)
        except OSError:
            return Unreadable("The file is not there any more. Choose it again.")
        return self.read_bytes(data, name)

    def read_bytes(self, data: bytes, name: str) -> Reading | Unreadable:
        """Read a file given as its bytes. Never raises for what they hold."""
        try:
            return _read(data, name, Budget())
        except CannotRead as sentence:
            return Unreadable(str(sentence))
        except (zipfile.BadZipFile, pdfium.PdfiumError, ExpatError, CalamineError):
            return Unreadable(_DAMAGED)
        except Exception:  # noqa: BLE001 - whatever a parser trips over, the answer is no (promise 10)
            return Unreadable(_DAMAGED)


def _read(data: bytes, name: str, budget: Budget) -> Reading:
    if len(data) > MAX_FILE:
        raise CannotRead(f"This file is larger than {MAX_FILE // MIB} MB. Choose a smaller one.")
    if not data.strip():
        raise CannotRead("This file is empty. Choose the file you meant.")
    if len(name) > MAX_NAME:
        raise CannotRead(f"The file's name is longer than {MAX_NAME} characters. Give it a shorter one.")
    claimed = _ENDINGS.get(Path(name).suffix.lower(), "txt" if not Path(name).suffix else None)
    reading = _read_kind(data, claimed, budget)
    if claimed != reading.kind:
        raise CannotRead(
            f"The name of this file does not fit: inside it is {reading.kind.upper()}. "
            "Make sure it is the file you meant, then save it under a name that fits."
        )
    return Reading(reading.kind, (Part("file name", name), *reading.parts), reading.pages, reading.pictures)


def _read_kind(data: bytes, claimed: Kind | None, budget: Budget) -> Reading:
    """Read what the bytes are; only among the kinds of text does the name's ending decide."""

    def inner(content: bytes, place: str) -> list[Part]:
        budget.deeper()
        inside = _read_kind(content, "txt", budget)
        budget.shallower()
        return [Part(f"{place}: {part.place}", part.text) for part in inside.parts]

    if data.startswith(b"%PDF-"):
        parts, pages, pictures = read_pdf(data, budget, inner)
        return Reading("pdf", tuple(parts), pages, pictures)
    if data.startswith(b"PK\x03\x04"):
        kind, parts, pictures = read_office(data, budget, inner)
        return Reading(kind, tuple(_told(parts, budget)), 0, pictures)
    for mark, reason in _REFUSED:
        if data.startswith(mark):
            raise CannotRead(f"{reason} {SAVE_AS_PDF}")
    if claimed is None or (claimed not in _TEXTS and b"\0" in data[:4096]):
        raise CannotRead(f"{_UNKNOWN} {SAVE_AS_PDF}")
    kind = claimed if claimed in _TEXTS else "txt"
    return Reading(kind, tuple(_told(_TEXTS[kind](data), budget)))


def _told(parts: list[Part], budget: Budget) -> list[Part]:
    for part in parts:
        budget.say(part.text)
    return parts
