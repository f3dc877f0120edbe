"""The head file: how far the ledger has gone, kept where no backup of the database lies.

A database that was put back is known by it to be older than it was. It is replaced whole and durably, by one process
at a time, and holds no secret.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keyfile import locked, replace_file


class HeadFile:
    """One file beside the key file; several sites, workers and commands write to it."""

    def __init__(self, path: Path) -> None:
        """Take where it lies; reads and writes nothing yet."""
        self.path = path

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the head file of these settings, or None where somebody chose to keep none."""
        return cls(settings.head) if settings.head else None

    def read(self) -> str | None:
        """Return what it holds, or None where there is none. Raises `OSError`, `UnicodeDecodeError`."""
        try:
            return self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no other process write to it meanwhile. Raises `StartRefused`, `OSError` where that cannot be."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self.path):
            yield

    def write(self, text: str) -> None:
        """Put this in place of what it holds. Raises `StartRefused`."""
        replace_file(self.path, text)

    def set_aside(self, now: datetime) -> None:
        """Keep what it holds under another name, as proof."""
        self.path.rename(self.path.with_name(f"{self.path.name}.{now:%Y%m%dT%H%M%SZ}"))
