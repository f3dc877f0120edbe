"""Objects embedded in office files, and the compound file (OLE) most of them come in.

Sources: MS-CFB (compound file), MS-OLEDS 2.3 (embedded objects).
"""

import io
import struct
from typing import Final

import olefile

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.text_in_bytes import sweep

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE: Final = 0xFFFFFFFF
_DAMAGED: Final = f"A part of this file is damaged. Open it, check it and save it anew. {SAVE_AS_PDF}"
_OLD: Final = "The portal does not read the old format of"
_REFUSED: Final = (
    ("EncryptedPackage", "This file is locked with a password. Save it without one and choose it again."),
    ("WordDocument", f"{_OLD} Word (doc). {SAVE_AS_PDF}"),
    ("PowerPoint Document", f"{_OLD} PowerPoint (ppt). {SAVE_AS_PDF}"),
    ("__properties_version1.0", f"The portal does not read mails saved as a file. {SAVE_AS_PDF}"),
    ("VisioDocument", f"The portal does not read Visio drawings. {SAVE_AS_PDF}"),
    ("Quill", f"The portal does not read Publisher files. {SAVE_AS_PDF}"),
    ("Equation Native", f"It holds an equation of an old office program, which the portal cannot read. {SAVE_AS_PDF}"),
)
_MACROS: Final = ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros")
_UNKNOWN: Final = f"This is a file of an old office program the portal does not know. {SAVE_AS_PDF}"
_WHOLE: Final = ("Package", "package_stream", "EmbeddedOdf", "CONTENTS")
_NATIVE: Final = "\x01Ole10Native"


def is_ole(data: bytes) -> bool:
    """Whether the bytes are a compound file."""
    return data.startswith(MAGIC)


class Compound:
    """The streams of a compound file, unpacked within the budget. Raises `CannotRead`."""

    def __init__(self, data: bytes, to: Gathering) -> None:
        """Open it; whatever is wrong with it refuses it."""
        self._to, self._data = to, data
        try:
            self._file = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT)
            self.streams = ["/".join(path) for path in self._file.listdir(streams=True, storages=False)]
            self.storages = ["/".join(path) for path in self._file.listdir(streams=False, storages=True)]
        except (OSError, ValueError, IndexError, KeyError, TypeError, struct.error, AttributeError, RecursionError):
            raise CannotRead(_DAMAGED) from None

    def open(self, name: str) -> bytes:
        """Return a stream's bytes."""
        try:
            self._to.budget.unpack(self._file.get_size(name))
            with self._file.openstream(name) as stream:
                content = stream.read()
        except (OSError, ValueError, IndexError, TypeError):
            raise CannotRead(_DAMAGED) from None
        return bytes(content)

    def left_over(self) -> bytes:
        """Return what stands in sectors that belong to no stream, and after the last: remains of earlier versions."""
        size = self._file.sector_size
        free = (number for number, following in enumerate(self._file.fat) if following == _FREE)
        sectors = [self._data[(number + 1) * size : (number + 2) * size] for number in free]
        return b"".join([*sectors, self._data[(len(self._file.fat) + 1) * size :]])

    def refuse_known(self) -> None:
        """Refuse what has a format of its own that is not read, each with its reason."""
        tops = {name.partition("/")[0] for name in [*self.streams, *self.storages]}
        for mark, reason in _REFUSED:
            if mark in tops:
                raise CannotRead(reason)
        if any(word in _MACROS for name in self.storages for word in name.split("/")):
            raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")


def read_object(data: bytes, to: Gathering, place: str) -> None:
    """Read a file embedded in an office file, in whatever wrapping. Raises `CannotRead`."""
    if not is_ole(data):
        to.inside(data, place)
        return
    compound = Compound(data, to)
    compound.refuse_known()
    names = set(compound.streams)
    if names & {"Workbook", "Book"}:
        to.inside(data, place)
        return
    if not names & {*_WHOLE, _NATIVE}:
        raise CannotRead(f"It holds an object the portal cannot read. {SAVE_AS_PDF}")
    for name in compound.streams:
        content = compound.open(name)
        if name in _WHOLE:
            to.inside(content, place)
        elif name == _NATIVE:
            _read_native(content, to, place)
        else:
            to.say(f"{place}, its wrapping", sweep(content))
    to.say(f"{place}, left-over bytes", sweep(compound.left_over()))


def _read_native(content: bytes, to: Gathering, place: str) -> None:
    """Read an OLE 1.0 package: label, path and temporary path, then the file, then the same names in UTF-16."""
    at = 6
    names: list[bytes] = []
    try:
        for skip in (0, 4, 4):  # after the second name the file's kind, and the third one's length
            at += skip if len(names) == 2 or skip == 0 else 0
            end = content.index(b"\0", at)
            names.append(content[at:end])
            at = end + 1
            if len(names) == 2:
                at += 4
        (size,) = struct.unpack_from("<I", content, at)
    except (ValueError, struct.error):
        raise CannotRead(_DAMAGED) from None
    file, rest = content[at + 4 : at + 4 + size], content[at + 4 + size :]
    if len(file) != size or not file:
        raise CannotRead(_DAMAGED)
    to.say(f"{place}, its names", "\n\n".join(name.decode("cp1252", "replace") for name in names))
    to.say(f"{place}, its names", sweep(rest))
    to.inside(file, place)


def unknown_kind() -> CannotRead:
    """Return the refusal of a compound file of no known kind."""
    return CannotRead(_UNKNOWN)
