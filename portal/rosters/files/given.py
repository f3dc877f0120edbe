"""What readers in the cage see of the files they are given: names and bytes within one open file, and no path."""

import io
import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, Literal

_PIECE = 1 << 18


@dataclass(frozen=True, slots=True)
class Given:
    """A file of `size` bytes from `start` on within the open `file`; or a folder, with what is `inside`."""

    name: str
    file: int = -1
    start: int = 0
    size: int = 0
    inside: tuple["Given", ...] | None = None

    @property
    def suffix(self) -> str:
        """The end of its name, with the point."""
        return PurePath(self.name).suffix

    def is_dir(self) -> bool:
        """Whether it is a folder."""
        return self.inside is not None

    def open(self, _mode: Literal["rb"] = "rb") -> BinaryIO:
        """Open it anew from its start, apart from whoever else has it open."""
        return io.BufferedReader(_Piece(self.file, self.start, self.size), _PIECE)

    def told(self) -> dict[str, object]:
        """Return it as an order tells it."""
        if self.inside is not None:
            return {"name": self.name, "inside": [one.told() for one in self.inside]}
        return {"name": self.name, "start": self.start, "size": self.size}

    @classmethod
    def of(cls, told: dict[str, Any], file: int) -> "Given":
        """Return what an order tells of an open file."""
        if "inside" in told:
            return cls(told["name"], inside=tuple(cls.of(one, file) for one in told["inside"]))
        return cls(told["name"], file, told["start"], told["size"])


class _Piece(io.RawIOBase):
    """Some bytes of an open file, with a place of its own (pread(2)); closing it leaves the file open."""

    def __init__(self, file: int, start: int, size: int) -> None:
        self._file, self._start, self._size = file, start, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if begin + offset < 0:
            raise OSError("There is nothing before the start of a file.")
        self._at = begin + offset
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever has room for bytes
        most = min(len(buffer), max(self._size - self._at, 0))
        read = os.pread(self._file, most, self._start + self._at)
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)
