"""A zip of many files, taken out one after the other; none is opened, so an archive inside stays one.

Names stay as given: what each file is to be called here is decided by whoever writes it. Source: APPNOTE.TXT 6.3.10
(.ZIP File Format Specification), sections 4.3 and 4.4.
"""

import contextlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from portal.kernel.cage.frames import BYTES, NAME, PASSED, Frame
from portal.reading.budget import (
    MAX_FILE,
    MAX_FILES,
    MAX_NAME_BYTES,
    MAX_RATIO,
    MAX_UNPACKED,
    MIB,
    RATIO_FROM,
    CannotRead,
)

DAMAGED: Final = "This zip is damaged. Make it anew and choose it again."
_LOCKED: Final = "This zip is locked with a password. Make it anew without one and choose it again."
_TOO_MANY: Final = f"This zip holds more than {MAX_FILES:,} files. Divide it and choose the parts."
_TOO_LARGE: Final = f"Unpacked, this zip holds more than {MAX_UNPACKED // MIB:,} MB. Divide it and choose the parts."
_LARGE_FILE: Final = f"A file in this zip is larger than {MAX_FILE // MIB} MB. Take it out and choose the zip again."
_GROWS: Final = "A file in this zip grows far too large when it is unpacked. Make the zip anew from the documents."
_STRANGE: Final = "This zip is packed in a way few programs know. Make it anew as an ordinary zip."
_NO_ZIP: Final = "This is no zip. Put the documents into a zip, or choose them as they are."
_OFFICE: Final = "This is one file of an office program, not a zip of documents. Choose it as the letter itself."
_EMPTY: Final = "This zip holds no file. Choose the zip you meant."
_LONG_NAME: Final = "A file in this zip has a name far too long. Give it a shorter one and make the zip anew."
_DAMAGE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError,
    IndexError,
)  # fmt: skip
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UTF_8: Final = 0x800
_BY_PROGRAMS: Final = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_OF_OFFICE: Final = frozenset(("[Content_Types].xml", "META-INF/manifest.xml"))


def files_of(file: BinaryIO) -> Iterator[Frame]:
    """Give each file of a zip in its order, and the names passed over. Raises `CannotRead`.

    All is checked before the first byte is unpacked, then held to what it said: up to 20,000 entries, 100 MiB a file,
    2 GiB in all, two hundredfold what is packed. Two files of one name both come out.
    """
    if file.read(4) not in {b"PK\x03\x04", b"PK\x05\x06"}:
        raise CannotRead(_NO_ZIP)
    try:
        size = file.seek(0, 2)
        with zipfile.ZipFile(file) as opened:
            entries = opened.infolist()
            _check(entries, size)
            for entry in entries:
                yield from _taken_out(opened, entry)
    except _DAMAGE:
        raise CannotRead(DAMAGED) from None


def _check(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_FILES:
        raise CannotRead(_TOO_MANY)
    if _OF_OFFICE & {entry.filename for entry in entries}:
        raise CannotRead(_OFFICE)
    if not any(not _is_passed_over(entry) for entry in entries):
        raise CannotRead(_EMPTY)
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise CannotRead(_LOCKED)
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise CannotRead(_STRANGE)
        if entry.file_size > MAX_FILE:
            raise CannotRead(_LARGE_FILE)
        _check_ratio(entry.compress_size, entry.file_size)
    total = sum(entry.file_size for entry in entries)
    if total > MAX_UNPACKED:
        raise CannotRead(_TOO_LARGE)
    _check_ratio(size, total)  # entries may share what they are packed from


def _check_ratio(packed: int, unpacked: int) -> None:
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise CannotRead(_GROWS)


def _taken_out(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[Frame]:
    name = name_of(entry).encode("utf-8", "replace")
    if len(name) > MAX_NAME_BYTES:
        raise CannotRead(_LONG_NAME)
    if _is_passed_over(entry):
        yield Frame(PASSED, name)
        return
    yield Frame(NAME, name)
    size = 0
    with opened.open(entry) as part:  # gives no more than the size it told, and checks the CRC at its end
        while piece := part.read(MIB):
            size += len(piece)
            yield Frame(BYTES, piece)
    if size != entry.file_size:
        raise CannotRead(DAMAGED)


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return the full name, folders ending in a slash. Some programs write UTF-8 and do not say so (macOS)."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF_8 and not name.isascii():
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")  # APPNOTE 4.4.17.1; older programs for Windows keep theirs


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    """Whether this is a folder, a link, or what a system leaves beside the files."""
    name = name_of(entry)
    parts = PurePosixPath(name).parts
    if name.endswith("/") or not parts or stat.S_ISLNK(entry.external_attr >> 16):
        return True
    return "__MACOSX" in parts or parts[-1].lower() in _BY_PROGRAMS or parts[-1].startswith(("._", "~$"))
