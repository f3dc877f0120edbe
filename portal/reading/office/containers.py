"""Office files in a zip: every part of the container, not only what a program shows.

Which part is which follows ECMA-376 parts 1 and 2 (docx, xlsx, pptx) and ISO/IEC 26300 (odt, ods, odp).
"""

from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.kinds import ARCHIVE
from portal.reading.office.links import parse_starts
from portal.reading.office.odf import read_odf
from portal.reading.office.parts import PartReader
from portal.reading.office.zip_container import Container
from portal.reading.reader import Kind

_MAIN: Final[dict[bytes, Kind]] = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
}
_OPEN_DOCUMENT: Final[dict[bytes, Kind]] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE_TYPES: Final = (
    b"officedocument",
    b"ms-word",
    b"ms-excel",
    b"ms-powerpoint",
    b"ms-visio",
    b"oasis.opendocument",
)
_MACROS: Final = ("macroEnabled", "vbaProject")
_KINDS: Final = f"Of office files, the portal reads letters, workbooks and slides, and this is another. {SAVE_AS_PDF}"
_DAMAGED: Final = f"A part of this file is damaged. Open it, check it and save it anew. {SAVE_AS_PDF}"


def read_office(data: bytes, to: Gathering) -> Kind:
    """Read an office file into `to` and return its kind. Raises `CannotRead`, also for a zip of any other kind."""
    container = Container(data, to.budget)
    try:
        kind = _kind_of(container)
        to.say("container notes", container.notes)
        to.say("part names", container.all_names())
        if kind in {"odt", "ods", "odp"}:
            read_odf(container, kind, to)
        else:
            PartReader(container, kind, to).read()
    except expat.ExpatError:
        raise CannotRead(_DAMAGED) from None
    return kind


def _kind_of(container: Container) -> Kind:
    has_types, has_mimetype = "[Content_Types].xml" in container, "mimetype" in container
    if has_types == has_mimetype:
        sentence = _KINDS if has_types else _not_office(container)
        raise CannotRead(sentence)
    if has_mimetype:
        told = container.unpack("mimetype").strip()
        if told in _OPEN_DOCUMENT:
            return _OPEN_DOCUMENT[told]
        raise CannotRead(_KINDS if b"opendocument" in told else _not_office(container))
    types = container.unpack("[Content_Types].xml")
    if _tells_of_macros(container, types):
        raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")
    kinds = {kind for main, kind in _MAIN.items() if main in types}
    if len(kinds) == 1:
        return kinds.pop()
    raise CannotRead(_KINDS if any(known in types for known in _OFFICE_TYPES) else _not_office(container))


def _tells_of_macros(container: Container, types: bytes) -> bool:
    """Whether a part is of a type for macros. Some programs list types for endings that no part of theirs has."""
    if not any(mark.encode() in types for mark in _MACROS):
        return False
    endings = {name.lower().rpartition(".")[2] for name in container.names()}
    found: list[str] = []

    def start(_name: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("Extension", "").lower() in endings or "Extension" not in attributes:
            found.append(attributes.get("ContentType", ""))

    parse_starts(types, start)
    return any(mark in kind for kind in found for mark in _MACROS)


def _not_office(container: Container) -> str:
    if any(name.endswith(".iwa") or name.lower() == "index.zip" for name in container.names()):
        return f"The portal does not read files of Pages, Numbers and Keynote. {SAVE_AS_PDF}"
    return ARCHIVE
