"""Backups on a shelf: what each is made of, sealed, and the files that all of them share.

`lists` holds one sealed list for each backup, written last: what has none is no backup. A backup's name begins with
its time in UTC, as 14 digits. `files` holds the parts that lists name, and the letters' own sealed files under their
ids. Each part has a key of its own, which only its list holds; lists are sealed with the key file's keys.
"""

import hashlib
import io
import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from portal.blobs import BlobExists, BlobMissing, Blobs, DataKeys, SealedDocuments
from portal.kernel.errors import NotFound, PortalError
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing, SealBroken

_CHUNK = 1024 * 1024
_LONGEST_LIST = 64 * 1024
_TIME = "%Y%m%d%H%M%S"


class BackupBroken(PortalError):
    """This backup was changed or cut, or belongs to another key file. Nothing was restored; take another one."""


class NoBackup(NotFound):
    """There is no backup there by that name. See that the place is right and that a backup was finished."""


class Disturbed(PortalError):
    """Another machine backed up to this place at the same time. Its backup stands and this is none. Use one machine."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where a part lies, how long it is before it is sealed, and its key."""

    id: str
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup's list says. Of `keys` and `files`, those of the newest backup alone are kept.

    `mac` is the ledger's head at entry `entries`, in hex; a list from before it was noted has none.
    """

    name: str
    schema: str
    entries: int
    rows: Part
    keys: Part
    files: Part
    mac: str = ""

    @property
    def at(self) -> datetime:
        """When it was begun, in UTC."""
        return datetime.strptime(self.name[:14], _TIME).replace(tzinfo=UTC)


class Shelf:
    """One place with backups of one portal; one process at a time may write to it."""

    def __init__(self, lists: Blobs, files: Blobs, part_keys: DataKeys, parts: SealedDocuments, keys: KeyRing) -> None:
        """Take both places, the parts as `files` holds them with their keys in memory, and what seals lists."""
        self.files, self._lists, self._part_keys, self._parts, self._keys = files, lists, part_keys, parts, keys

    def names(self) -> list[str]:
        """Return the names of all backups, the newest last. Raises `BlobsUnreachable`."""
        return sorted(self._lists.names())

    def newest(self, beginning: str = "") -> Backup:
        """Return the newest backup whose name begins so. Raises `NoBackup`, `BackupBroken`."""
        name = next((name for name in reversed(self.names()) if name.startswith(beginning)), None)
        if name is None:
            raise NoBackup
        try:
            told = json.loads(self._keys.unseal("backup", self._lists.get(name, 0, _LONGEST_LIST), name.encode()))
            rows, keys, files = (Part(**told.pop(part)) for part in ("rows", "keys", "files"))
            return Backup(**told, rows=rows, keys=keys, files=files)
        except (SealBroken, IndexError):
            raise BackupBroken from None

    def check_all_ours(self) -> None:
        """See that every list opens, for what none of them names is removed. Raises `BackupBroken`."""
        for name in self.names():
            try:
                self.newest(name)
            except BackupBroken:
                raise BackupBroken(
                    f"The list {name} there was changed, or belongs to another key file. Nothing was written. Give "
                    f"each portal a place of its own, or remove lists/{name[:2]}/{name}."
                ) from None

    def write(self, pieces: Iterable[bytes]) -> Part:
        """Keep a part, packed and sealed, as it comes."""
        name = new_id()
        sealed = self._parts.seal(name, io.BufferedReader(_Packed(pieces), _CHUNK))
        return Part(name, sealed.size, self._part_keys.get(name).hex())

    def lines(self, part: Part) -> Iterator[bytes]:
        """Give a part's lines, each authenticated before it is given. Raises `BackupBroken`."""
        if not _is_known(self._part_keys, part):
            self._part_keys.put(part.id, bytes.fromhex(part.key))
        unpacking, rest = zlib.decompressobj(), b""
        try:
            for sealed in self._parts.open(part.id, part.size):
                for piece in _unpacked(unpacking, sealed):
                    *lines, rest = (rest + piece).split(b"\n")
                    yield from lines
            *lines, rest = (rest + unpacking.flush()).split(b"\n")
            yield from lines
        except (SealBroken, BlobMissing, zlib.error):
            raise BackupBroken from None
        if rest or not unpacking.eof:
            raise BackupBroken

    def finish(
        self, schema: str, head: tuple[int, bytes], *, at: datetime, rows: Part, keys: Part, files: Part
    ) -> Backup:
        """Write the list: from now on it is a backup. Where clocks went back it still is the newest."""
        last = self.names()[-1:]
        name = f"{at.astimezone(UTC):{_TIME}}{new_id()[:18]}"
        if last and name < last[0]:
            name = f"{int(last[0][:14]) + 1}{name[14:]}"
        backup = Backup(name, schema, head[0], rows, keys, files, head[1].hex())
        self._lists.put(name, [self._keys.seal("backup", json.dumps(asdict(backup)).encode(), name.encode())])
        return backup

    def sweep(self, newest: Backup, letters: Collection[str], keep: int) -> int:
        """Remove all but the newest `keep` backups, and every file that none of them needs; return how many files.

        Nothing where another machine made a newer one meanwhile, which removes what is left. Raises `Disturbed` where
        another has removed what this one wrote, before its list was there.
        """
        there, own = set(self.files.names()), {newest.rows.id, newest.keys.id, newest.files.id, *letters}
        if not own <= there:
            self._lists.delete(newest.name)
            raise Disturbed
        names = self.names()
        if names[-1] != newest.name:
            return 0
        for name in names[:-keep]:
            self._lists.delete(name)
        needed = own | {self.newest(name).rows.id for name in names[-keep:]}
        gone = there - needed
        for name in gone:
            self.files.delete(name)
        return len(gone)


def pieces_of(blobs: Blobs, name: str) -> Iterator[bytes]:
    """Give a blob as it lies there, at most 1 MiB at a time. Raises `BlobMissing`."""
    at = 0
    while piece := blobs.get(name, at, _CHUNK):
        yield piece
        at += len(piece)


def digest_of(blobs: Blobs, name: str) -> str:
    """Return the SHA-256 of a blob as it lies there. Raises `BlobMissing`."""
    digest = hashlib.sha256()
    for piece in pieces_of(blobs, name):
        digest.update(piece)
    return digest.hexdigest()


def copied(name: str, source: Blobs, target: Blobs) -> str:
    """See that a blob is at the target as it is at the source; return its SHA-256. Raises `BackupBroken` if it differs.

    It is read back from the target: what a disk or a network spoilt on the way is seen now and not when it is needed.
    """
    wanted = hashlib.sha256()

    def noted() -> Iterator[bytes]:
        for piece in pieces_of(source, name):
            wanted.update(piece)
            yield piece

    try:
        target.put(name, noted())
    except BlobExists:
        wanted = hashlib.sha256()
        for _ in noted():
            pass
    if digest_of(target, name) != wanted.hexdigest():
        raise BackupBroken(f"The copy of file {name} is not what it is a copy of. Remove the copy and try again.")
    return wanted.hexdigest()


class _Packed(io.RawIOBase):
    """What comes in pieces, compressed, as a file that can be read once."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._packed, self._left = _packed(pieces), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a buffer has no type in Python 3.11
        while not self._left:
            piece = next(self._packed, None)
            if piece is None:
                return 0
            self._left = piece
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj()
    for piece in pieces:
        yield packing.compress(piece)
    yield packing.flush()


def _unpacked(unpacking: Any, packed: bytes) -> Iterator[bytes]:  # noqa: ANN401 - zlib keeps this type to itself
    while packed:
        yield unpacking.decompress(packed, _CHUNK)
        packed = unpacking.unconsumed_tail


def _is_known(keys: DataKeys, part: Part) -> bool:
    try:
        keys.get(part.id)
    except NotFound:
        return False
    return True
