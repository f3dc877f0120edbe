"""The zip container of an office file, byte by byte: what no program shows is read as well, or refused.

Source: APPNOTE.TXT 6.3.10 (.ZIP File Format Specification), sections 4.3 and 4.4.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from portal.reading.budget import MAX_ENTRIES, SAVE_AS_PDF, Budget, CannotRead
from portal.reading.office.text_in_bytes import sweep

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_END_SIZE: Final = 22
_ZIP64_END_SIZE: Final = 56 + 20
_LOCKED: Final = "This file is locked with a password. Save it without one and choose it again."
_DAMAGED: Final = f"This file is damaged. Open it, check it and save it anew. {SAVE_AS_PDF}"
_BETWEEN: Final = f"This file holds bytes between its parts that no program shows. {SAVE_AS_PDF}"
_DESCRIBED, _ENCRYPTED = 0x8, 0x1 | 0x40 | 0x2000
_LINK: Final = 0o120000


class Container:
    """The parts of a zip file, each unpacked within the budget. Raises `CannotRead` for every oddity."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        """Check the whole container; unpack nothing yet."""
        self._data, self._budget = data, budget
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as opened:
                entries, self._directory, comment = opened.infolist(), opened.start_dir, opened.comment
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error, ValueError, OSError):
            raise CannotRead(_DAMAGED) from None
        self._entries = {entry.filename: entry for entry in entries}
        self._starts: dict[str, int] = {}
        self._extras: list[bytes] = []
        self._check(entries, comment)
        self.notes = "\n\n".join([_decode(comment), *(_decode(entry.comment) for entry in entries), *self._told()])

    def names(self) -> Iterator[str]:
        """Give the name of every part that is not a folder, in the order they are kept."""
        return (name for name in self._entries if not name.endswith("/"))

    def all_names(self) -> str:
        """Return all names as text, folders too, as kept and with `%20` and the like undone."""
        return "\n\n".join(dict.fromkeys(word for name in self._entries for word in (name, unquote(name))))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def unpack(self, name: str) -> bytes:
        """Return a part, or nothing if there is none of that name."""
        entry = self._entries.get(name)
        if entry is None:
            return b""
        start = self._starts[name]
        packed = self._data[start : start + entry.compress_size]
        self._budget.unpack(entry.file_size)
        content = packed if entry.compress_type == zipfile.ZIP_STORED else _inflate(packed, entry.file_size)
        if len(content) != entry.file_size:
            raise CannotRead(f"A part of this file is larger than it says. {SAVE_AS_PDF}")
        if zlib.crc32(content) != entry.CRC:
            raise CannotRead(_DAMAGED)
        return content

    def _check(self, entries: list[zipfile.ZipInfo], comment: bytes) -> None:
        names = {entry.filename.lower() for entry in entries}
        if len(entries) > MAX_ENTRIES:
            raise CannotRead(f"This file is made of too many parts to be a letter. {SAVE_AS_PDF}")
        if len(names) < len(entries):
            raise CannotRead(f"Two parts of this file have one name, so programs may show either. {SAVE_AS_PDF}")
        for entry in entries:
            _check_entry(entry, self._budget)
        if sum(entry.file_size for entry in entries) > self._budget.unpacked:
            self._budget.unpack(self._budget.unpacked + 1)
        at = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.header_offset != at:
                raise CannotRead(_BETWEEN)
            at = self._end_of(entry)
        if at != self._directory:
            raise CannotRead(_BETWEEN)
        self._check_end(entries, comment)

    def _end_of(self, entry: zipfile.ZipInfo) -> int:
        """Return where the part ends, data descriptor and all; its two names must be the same."""
        head = self._data[entry.header_offset : entry.header_offset + _LOCAL.size]
        if len(head) < _LOCAL.size:
            raise CannotRead(_DAMAGED)
        mark, _, flags, *_, name_size, extra_size = _LOCAL.unpack(head)
        at = entry.header_offset + _LOCAL.size
        name = self._data[at : at + name_size].decode("utf-8" if flags & 0x800 else "cp437", "replace")
        if mark != b"PK\x03\x04" or name != entry.orig_filename:
            raise CannotRead(_DAMAGED)
        start = at + name_size + extra_size
        self._starts[entry.filename] = start
        self._extras += [self._data[at + name_size : start], entry.extra]
        end: int = start + entry.compress_size
        if flags & _DESCRIBED:
            for sizes in ("<III", "<IQQ"):
                if max(entry.file_size, entry.compress_size) > 0xFFFFFFFF:
                    continue
                described = struct.pack(sizes, entry.CRC, entry.compress_size, entry.file_size)
                for descriptor in (b"PK\x07\x08" + described, described):
                    if self._data.startswith(descriptor, end):
                        end += len(descriptor)
                        return end
        return end

    def _check_end(self, entries: list[zipfile.ZipInfo], comment: bytes) -> None:
        """Between the directory and the file's last byte stands nothing but the end record and its comment."""
        at = self._directory
        for _ in entries:
            sizes = self._data[at + 28 : at + 34]
            if self._data[at : at + 4] != b"PK\x01\x02" or len(sizes) < 6:
                raise CannotRead(_DAMAGED)
            at += 46 + sum(struct.unpack("<3H", sizes))
        if self._data.startswith(b"PK\x06\x06", at):
            at += _ZIP64_END_SIZE
        rest = self._data[at + _END_SIZE + len(comment) :]
        if not self._data.startswith(b"PK\x05\x06", at) or rest.strip(b"\0"):
            raise CannotRead(_BETWEEN)

    def _told(self) -> Iterator[str]:
        for extra in self._extras:
            if extra:
                yield sweep(extra)


def _check_entry(entry: zipfile.ZipInfo, budget: Budget) -> None:
    name = entry.orig_filename
    if entry.flag_bits & _ENCRYPTED:
        raise CannotRead(_LOCKED)
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise CannotRead(f"This file is packed in a way office programs do not use. {SAVE_AS_PDF}")
    leaves = name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/") or name[1:2] == ":"
    if leaves or (entry.external_attr >> 16) & 0o170000 == _LINK:
        raise CannotRead(f"A part of this file points out of it. {SAVE_AS_PDF}")
    if entry.is_dir() and entry.file_size:
        raise CannotRead(_BETWEEN)
    budget.check_ratio(entry.compress_size, entry.file_size)


def _inflate(packed: bytes, size: int) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error:
        raise CannotRead(_DAMAGED) from None
    if unpacker.unused_data:
        raise CannotRead(_BETWEEN)
    return content


def _decode(note: bytes) -> str:
    try:
        return note.decode("utf-8")
    except UnicodeDecodeError:
        return note.decode("latin-1")
