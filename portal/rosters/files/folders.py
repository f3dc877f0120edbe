"""A folder or a zip of CSV files, opened by name. A zip is read in place: no path of its making is ever written."""

import struct
import zipfile
import zlib
from functools import partial
from typing import Final

from portal.rosters.fields.values import RosterUnreadable
from portal.rosters.files.csvfile import Opener
from portal.rosters.files.given import Given

_MOST_ENTRIES = 500
_MOST_BYTES = 1 << 30
_MOST_RATIO = 200
_SMALL = 1 << 20
_MAC_FOLDER = "__MACOSX"
DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
    OSError,
)
"""What `zipfile` raises for a zip that broke on its way, some of it no sooner than a part is read."""


class Files:
    """Files by their lower-case name without a path, each with the name as written and a way to open it."""

    def __init__(self, openers: dict[str, tuple[str, Opener]]) -> None:
        """Take what `open_folder` or `open_zip` found."""
        self._openers = openers

    def __contains__(self, name: str) -> bool:
        """Tell whether there is such a file, in any case of letters."""
        return name.lower() in self._openers

    @property
    def names(self) -> list[str]:
        """The names as written, sorted."""
        return sorted(written for written, _ in self._openers.values())

    def written(self, name: str) -> str:
        """Return the name as the export writes it."""
        return self._openers[name.lower()][0]

    def opener(self, name: str) -> Opener:
        """Return what opens the file anew from its start."""
        return self._openers[name.lower()][1]


def open_folder(path: Given) -> Files:
    """List the CSV files of a folder."""
    openers: dict[str, tuple[str, Opener]] = {}
    for file in path.inside or ():
        if _is_csv(file.name):
            _add(openers, file.name, file.open)
    return Files(openers)


def open_zip(archive: zipfile.ZipFile) -> Files:
    """List the CSV files of a zip, wherever in it they lie. Raises `RosterUnreadable` past the budgets."""
    check_budget(archive)
    openers: dict[str, tuple[str, Opener]] = {}
    for entry in archive.infolist():
        name = entry.filename.replace("\\", "/").rsplit("/", 1)[-1]
        if not entry.is_dir() and not entry.filename.startswith(f"{_MAC_FOLDER}/") and _is_csv(name):
            _add(openers, name, partial(archive.open, entry))
    return Files(openers)


def check_budget(archive: zipfile.ZipFile, most_bytes: int = _MOST_BYTES) -> None:
    """Refuse a zip that is locked, has too many entries or would unpack to too much (a zip bomb).

    What the entries declare is the truth of it: `zipfile` never gives more bytes than that.
    """
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise RosterUnreadable(f"The zip holds more than {_MOST_ENTRIES} files; a roster has a dozen.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise RosterUnreadable("The zip is locked with a password. Unpack it and import the folder.")
    if sum(entry.file_size for entry in entries) > most_bytes:
        raise RosterUnreadable(f"The zip unpacks to more than {most_bytes >> 20:,} MB.")
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * entry.compress_size:
            raise RosterUnreadable(f"A file in the zip unpacks to more than {_MOST_RATIO} times its size.")


def _is_csv(name: str) -> bool:
    return name.lower().endswith(".csv") and not name.startswith("._")  # a Mac's note about a file, not a file


def _add(openers: dict[str, tuple[str, Opener]], name: str, opener: Opener) -> None:
    if name.lower() in openers:
        raise RosterUnreadable(f"There are two files named {name}. Keep one export in a folder or zip.")
    openers[name.lower()] = (name, opener)
