"""A reader that lets nothing pass that a virus scanner has not looked at: clamd, asked by INSTREAM (clamd(8)).

clamd must be told `AlertExceedsMax yes`: without it, what is too large for it to look at counts as harmless.
"""

import socket
import struct
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal
from urllib.parse import unquote, urlsplit

from portal.reading.reader import (
    Cut,
    OnPage,
    OnPart,
    Pages,
    Paper,
    Prepared,
    Reader,
    Reading,
    Stripped,
    Unpacked,
    Unreadable,
)  # fmt: skip

CLAMD_PORT: Final = 3310
CONNECTS_WITHIN: Final = 3.0
ANSWERS_WITHIN: Final = 30.0
_CHUNK: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096
_HARMFUL: Final = (
    "The virus scanner found something harmful in this file. Do not open it. Tell the person who runs your computers."
)
_NO_ANSWER: Final = (
    "The virus scanner does not answer, so nothing can be published for now. Try again in a few minutes, or tell the "
    "person who runs the portal."
)
_WRONG_URL: Final = (
    "The address of the virus scanner must look like tcp://scanner.example:3310 or unix:///run/clamav/clamd.ctl."
)


@dataclass(frozen=True, slots=True)
class Tcp:
    """A scanner at a host and port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """A scanner at a socket file on this machine."""

    path: str


def parse_clamav_url(url: str) -> Tcp | UnixSocket:
    """Return where the scanner is: `tcp://host:port`, `clamd://host:port` (3310 if left out), `unix:///path`.

    Raises `ValueError` with a sentence.
    """
    parts = urlsplit(url)
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(_WRONG_URL)
    if parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1:
        return UnixSocket(unquote(parts.path))
    try:
        port = CLAMD_PORT if parts.port is None else parts.port
    except ValueError:
        raise ValueError(_WRONG_URL) from None
    if parts.scheme not in {"tcp", "clamd"} or not parts.hostname or parts.path not in {"", "/"} or not port:
        raise ValueError(_WRONG_URL)
    return Tcp(parts.hostname, port)


class ScannedReader:
    """Asks the scanner first; only what it calls clean is read. Safe for threads, one connection a file."""

    def __init__(
        self,
        reader: Reader,
        url: str,
        *,
        connects_within: float = CONNECTS_WITHIN,
        answers_within: float = ANSWERS_WITHIN,
    ) -> None:
        """Take the reader behind the scanner; limits are in seconds, the second one for a whole file.

        Raises `ValueError` for a URL that is none of a scanner.
        """
        self._reader = reader
        self._scanner = parse_clamav_url(url)
        self._connects_within = connects_within
        self._answers_within = answers_within

    def read(
        self, path: Path, name: str, known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        """Read the file at `path` if the scanner finds nothing in it."""
        return self._refused(path) or self._reader.read(path, name, known, on_part)

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        """Read each file that the scanner finds nothing in."""
        refused = [self._refused(path) for path, _ in files]
        clean = [file for file, no in zip(files, refused, strict=True) if no is None]
        answers = iter(self._reader.read_all(clean, known, on_part))
        return (no or next(answers) for no in refused)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Strip as the reader behind does; what is stripped has been scanned, and is read again before it leaves."""
        return self._reader.strip(path, into)

    def prepare(self, papers: Sequence[Paper], known: frozenset[str]) -> list[Prepared | Unreadable]:
        """Read, strip and read again each file that the scanner finds nothing in."""
        refused = [self._refused(paper.path) for paper in papers]
        clean = [paper for paper, no in zip(papers, refused, strict=True) if no is None]
        answers = iter(self._reader.prepare(clean, known) if clean else ())
        return [no or next(answers) for no in refused]

    def unpack(self, path: Path, into: Path) -> Unpacked | Unreadable:
        """Unpack a zip if the scanner finds nothing in it. Each file that comes out is scanned when it is read."""
        return self._refused(path) or self._reader.unpack(path, into)

    def pages(
        self,
        path: Path,
        on_page: OnPage | None = None,
        look_at: frozenset[int] = frozenset(),
        *,
        at_their_word: bool = False,
    ) -> Pages | Unreadable:
        """Return what each page shows if the scanner finds nothing in the file."""
        return self._refused(path) or self._reader.pages(path, on_page, look_at, at_their_word=at_their_word)

    def cut(self, path: Path, groups: Sequence[Sequence[int]], into: Path) -> Cut | Unreadable:
        """Cut a PDF if the scanner finds nothing in it. Each cut is scanned when it is read."""
        return self._refused(path) or self._reader.cut(path, groups, into)

    def close(self) -> None:
        """Close the reader behind."""
        self._reader.close()

    def is_answering(self) -> bool:
        """Whether the scanner answers PING."""
        until = time.monotonic() + self._connects_within
        try:
            with self._connected() as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection, until) == b"PONG"
        except OSError:
            return False

    def _refused(self, path: Path) -> Unreadable | None:
        """Return why the file at `path` is not to be opened, or None for a clean one."""
        try:
            with path.open("rb") as file:
                verdict = self._scan(file)
        except OSError:
            return Unreadable("The file is not there any more. Choose it again.")
        if verdict == "clean":
            return None
        return Unreadable(_HARMFUL if verdict == "harmful" else _NO_ANSWER)

    def _scan(self, file: BinaryIO) -> Literal["clean", "harmful", "unknown"]:
        until = time.monotonic() + self._answers_within
        try:
            with self._connected() as connection:
                _send(connection, b"zINSTREAM\0", until)
                while chunk := file.read(_CHUNK):
                    _send(connection, struct.pack("!L", len(chunk)) + chunk, until)
                _send(connection, struct.pack("!L", 0), until)
                answer = _answer(connection, until)
        except OSError:
            return "unknown"
        if answer == b"stream: OK":
            return "clean"
        return "harmful" if answer.startswith(b"stream: ") and answer.endswith(b" FOUND") else "unknown"

    def _connected(self) -> socket.socket:
        if isinstance(self._scanner, Tcp):
            return socket.create_connection((self._scanner.host, self._scanner.port), self._connects_within)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._connects_within)
            connection.connect(self._scanner.path)
        except OSError:
            connection.close()
            raise
        return connection


def _send(connection: socket.socket, data: bytes, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(data)


def _answer(connection: socket.socket, until: float) -> bytes:
    """Return the one answer, which ends with a zero byte. Raises `OSError` for one that is cut off, or endless."""
    answer = b""
    while b"\0" not in answer:
        connection.settimeout(_left(until))
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece or len(answer) > _LONGEST_ANSWER:
            raise ConnectionError
        answer += piece
    return answer.partition(b"\0")[0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
