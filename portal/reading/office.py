"""DOCX and XLSX: every part of the container, not only what a reader would see."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.reading.budget import MAX_ENTRIES, SAVE_AS_PDF, Budget, CannotRead
from portal.reading.pictures import EXEMPT_PIXELS, THUMBNAIL_PIXELS, check_picture
from portal.reading.reader import Kind, Part
from portal.reading.weave import weave_xml

Inner = Callable[[bytes, str], list[Part]]
"""Reads a file inside the file: its bytes, then the place it stands at."""

_MAIN: Final[dict[bytes, Kind]] = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_PLACES: Final = (
    ("word/document", "text"),
    ("word/header", "headers"),
    ("word/foot", "footers and notes"),
    ("word/endnotes", "footers and notes"),
    ("comments", "comments"),
    ("docprops/", "properties"),
    ("sharedstrings", "cell texts"),
    ("xl/workbook", "sheet and defined names"),
    ("worksheets/", "formulas, notes and headers of sheets"),
    ("drawing", "drawings"),
    ("chart", "charts"),
    ("pivot", "pivot tables"),
    ("externallinks/", "copies from other workbooks"),
    ("customxml/", "custom data"),
)
_PRINTABLE: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ufffd]{4,}")
_HEADER_CODE: Final = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[A-Z])')  # "&LAna" is "Ana", on the left
_PADDING: Final = 1024  # office programs pad some local headers so that a part can grow in place


def read_office(data: bytes, budget: Budget, inner: Inner) -> tuple[Kind, list[Part], int]:
    """Return kind, parts and exempt pictures of an office file. Raises `CannotRead` and `zipfile.BadZipFile`."""
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        entries = container.infolist()
        _check_entries(container, entries, budget)
        kind = _kind_of(container, budget)
        parts, pictures = [], 0
        if container.comment:
            parts.append(Part("container note", container.comment.decode("latin-1")))
        for entry in entries:
            if entry.is_dir():
                continue
            if _is_picture(entry.filename):
                is_thumbnail = entry.filename.startswith("docProps/thumbnail.")
                limit = THUMBNAIL_PIXELS if is_thumbnail else EXEMPT_PIXELS
                check_picture(_unpack(container, entry, budget), limit)
                pictures += 1
            else:
                parts += _read_entry(entry.filename, _unpack(container, entry, budget), inner)
    if kind == "xlsx":
        parts = [*_read_sheets(data, budget), *parts]
    return kind, [*parts, Part("part names", "\n\n".join(entry.filename for entry in entries))], pictures


def _check_entries(container: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], budget: Budget) -> None:
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > MAX_ENTRIES:
        raise CannotRead(f"This file is made of too many parts to be a letter. {SAVE_AS_PDF}")
    if len(names) < len(entries):
        raise CannotRead(f"Two parts of this file have one name, so programs may show either. {SAVE_AS_PDF}")
    packed = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise CannotRead("This file is locked with a password. Save it without one and choose it again.")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise CannotRead(f"This file is packed in a way office programs do not use. {SAVE_AS_PDF}")
        budget.check_ratio(entry.compress_size, entry.file_size)
        packed += entry.compress_size + 30 + len(entry.filename.encode())
    if sum(entry.file_size for entry in entries) > budget.unpacked:
        budget.unpack(budget.unpacked + 1)
    if container.start_dir - packed > _PADDING + 256 * len(entries):
        raise CannotRead(f"This file holds bytes between its parts that no program shows. {SAVE_AS_PDF}")


def _unpack(container: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> bytes:
    with container.open(entry) as packed:
        content = packed.read(entry.file_size + 1)
    budget.unpack(len(content))
    if len(content) != entry.file_size:
        raise CannotRead(f"A part of this file is larger than it says. {SAVE_AS_PDF}")
    return content


def _kind_of(container: zipfile.ZipFile, budget: Budget) -> Kind:
    try:
        types = _unpack(container, container.getinfo("[Content_Types].xml"), budget)
    except KeyError:
        raise CannotRead(f"The portal does not look into archives. {SAVE_AS_PDF}") from None
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")
    kinds = {kind for main, kind in _MAIN.items() if main in types}
    if len(kinds) != 1:
        raise CannotRead(f"Of office files, the portal reads documents (docx) and workbooks (xlsx). {SAVE_AS_PDF}")
    return kinds.pop()


def _is_picture(name: str) -> bool:
    folder, _, ending = name.lower().rpartition(".")
    return "/media/" in folder or ending in {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "webp"}


def _place_of(name: str) -> str:
    small = name.lower()
    return next((place for mark, place in _PLACES if mark in small), "other parts")


def _read_entry(name: str, content: bytes, inner: Inner) -> list[Part]:
    small = name.lower()
    if small.endswith((".xml", ".rels", ".vml")):
        text = weave_xml(content, apart=small.startswith("xl/"))
        if "worksheets/" in small and "&" in text:
            text += "\n\n" + _HEADER_CODE.sub(" ", text)
        return [Part(_place_of(name), text)]
    if "printersettings" in small:  # a printer's own state: no format, but what letters it has are plain
        views = (content.decode("latin-1"), content.decode("utf-16-le", "replace"))
        return [Part("printer settings", "\n\n".join(run for view in views for run in _PRINTABLE.findall(view)))]
    if small.startswith("word/fonts/") and small.endswith(".odttf"):
        return []  # the shapes of letters, obfuscated by the program; text never stands here
    if "vba" in small:
        raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")
    if "/embeddings/" in small and content.startswith(b"PK\x03\x04"):
        return inner(content, "file inside")
    raise CannotRead(f"It holds an object the portal cannot read. {SAVE_AS_PDF}")


def _read_sheets(data: bytes, budget: Budget) -> list[Part]:
    parts = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
        for number, sheet in enumerate(workbook.sheets_metadata, start=1):
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            rows = []
            for row in workbook.get_sheet_by_index(number - 1).iter_rows():
                line = "\t".join(_cell_text(value) for value in row if value != "")
                budget.say(line)
                rows.append(line)
            hidden = "" if sheet.visible == SheetVisibleEnum.Visible else " (hidden)"
            parts.append(Part(f"sheet {number}{hidden}, rows", "\n\n".join(rows)))
    return parts


def _cell_text(value: object) -> str:
    """Return a cell as its digits and letters: a phone number is a float in a workbook, a date is a date."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)
