"""What reading a file gives, and the port that every reader keeps to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

Kind = Literal["pdf", "docx", "xlsx", "csv", "txt", "html"]

MEDIA_TYPES: Final[dict[Kind, str]] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "html": "text/html",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some text of a file and where it stands, such as `page 2` or `sheet 1 (hidden), rows`.

    The place holds no word of the file itself, so it may be shown and logged. A blank line in the text
    parts what does not belong together (rows of a table, say); a single line end does not.
    """

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a file says. `pages` is 0 where there are none; `pictures` counts those too small to read."""

    kind: Kind
    parts: tuple[Part, ...]
    pages: int = 0
    pictures: int = 0

    @property
    def media_type(self) -> str:
        """The type the bytes have, whatever the name says."""
        return MEDIA_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Not all of the file can be read, so nobody can vouch for it. `reason` says why and what to do."""

    reason: str


class Reader(Protocol):
    """Reads a file to the last part, or says that it cannot."""

    def read(self, path: Path, name: str) -> Reading | Unreadable:
        """Read the file at `path`, called `name` by whoever chose it. Never raises for what a file holds."""
        ...

    def close(self) -> None:
        """Let go of whatever it keeps ready."""
        ...
