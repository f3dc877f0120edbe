"""A message as it comes: without the dots of its transport, in memory while it is small, else in a file without a name.

Only CR and LF together end a line, and only such a line with a dot alone ends a message. A message in which one of
them stands alone is refused, since another server may take it for an end (SMTP smuggling).
"""

import os
import re
import tempfile
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final, Literal

from portal.mail.arriving.message import MOST_BYTES

END: Final = b"\r\n.\r\n"
IN_MEMORY: Final = 512 * 1024
LONGEST_LINE: Final = 2**20
_LONGEST_HEADER: Final = 256 * 1024
_NOT_AN_END: Final = re.compile(rb"[^\r\n]")

Fault = Literal["", "bare", "long-line", "large", "early", "no-room"]


class Spool:
    """Takes the pieces of one message, the first of which begins with the line end before it, the last with `END`."""

    def __init__(self, folder: Path) -> None:
        """Hold what is small in memory, and make a file in a folder for what is not."""
        self._folder = folder
        self._held = b""
        self._in_line = 0
        self._is_begun = False
        self._open = ExitStack()
        self.file: BinaryIO = BytesIO()
        self.size = 0
        self.fault: Fault = ""

    @property
    def is_in_memory(self) -> bool:
        """Whether it takes no file so far."""
        return isinstance(self.file, BytesIO)

    def take(self, piece: bytes) -> None:
        """Take the next piece. Once there is a `fault` no more is kept."""
        if self.fault:
            return
        data, self._held = self._held + piece, b""
        if data.endswith(END):
            data = data[: -len(b".\r\n")]
        else:
            cut = len(data) - (2 if data.endswith(b"\r\n") else 1 if data.endswith(b"\r") else 0)
            data, self._held = data[:cut], data[cut:]  # a dot that follows is to be seen with it
        self._look_at_lines(data)
        self._keep(data.replace(b"\r\n.", b"\r\n"))

    def _look_at_lines(self, data: bytes) -> None:
        ends = data.count(b"\r\n")
        if data.count(b"\r") != ends or data.count(b"\n") != ends:
            self._fail("bare")
        first = data.find(b"\r\n")
        self._in_line += len(data) if first < 0 else first
        if self._in_line > LONGEST_LINE:
            self._fail("long-line")
        if first >= 0:
            self._in_line = len(data) - data.rfind(b"\r\n") - 2

    def _keep(self, body: bytes) -> None:
        if body and not self._is_begun and not self.fault:
            self._is_begun = True
            if not body.startswith(b"\r\n"):
                self._fail("early")
            body = body[2:]
        self.size += len(body)
        if self.size > MOST_BYTES:
            self._fail("large")
        if self.fault:
            return
        try:
            self._write(body)
        except OSError:  # what follows is still read, or its lines would count as commands
            self._fail("no-room")

    def _write(self, body: bytes) -> None:
        if self.is_in_memory and self.size > IN_MEMORY:
            small = self.file
            self.file = self._open.enter_context(_without_name(self._folder))
            small.seek(0)
            self.file.write(small.read())
        self.file.write(body)

    def _fail(self, fault: Fault) -> None:
        self.fault = self.fault or fault
        self.close()

    def give_up(self) -> None:
        """Keep no more of it: others need the room."""
        self._fail("no-room")

    def field(self, name: bytes) -> list[bytes]:
        """Return what stands in the header under a name, and put it out for good."""
        self.file.seek(0)
        header = self.file.read(_LONGEST_HEADER)
        ends = header.find(b"\r\n\r\n")
        pattern = re.compile(rb"(?im)^%s[ \t]*:((?:[^\r\n]*)(?:\r\n[ \t][^\r\n]*)*)" % re.escape(name))
        found = list(pattern.finditer(header, 0, ends if ends >= 0 else len(header)))
        for one in found:
            self.file.seek(one.start(1))
            self.file.write(_NOT_AN_END.sub(b" ", one[1]))
        self.file.seek(0, 2)
        return [one[1].strip() for one in found]

    def whole(self) -> bytes:
        """Return all of it, where it is in memory."""
        self.file.seek(0)
        return self.file.read()

    def close(self) -> None:
        """Let go of what is kept."""
        with suppress(OSError):  # a full disk does not take the rest of it either
            self._open.close()
        self.file = BytesIO()


def _without_name(folder: Path) -> BinaryIO:
    """Return an open file that is gone with its process."""
    file, name = tempfile.mkstemp(dir=folder)
    Path(name).unlink()
    return os.fdopen(file, "w+b")
