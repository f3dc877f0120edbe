"""The key file as it lies on disk: made once, added to by a rotation, replaced whole and never half.

`id created secret` is a master key, the newest last. `turn PART created` gives the newest master key above it a
new version for one part of the portal alone; `dead KEY PART created` says that a key is in wrong hands.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, Literal, get_args

from portal.kernel.errors import StartRefused

Part = Literal["link", "ledger", "sign-in", "code", "form", "column", "data-key", "envelope"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
_LINE = re.compile(r"(?P<id>[a-z0-9-]{4,40}) (?P<created>\d{4}-\d\d-\d\d) (?P<secret>[0-9a-f]{64,})")
_TURN = re.compile(rf"turn (?P<part>{'|'.join(PARTS)}) \d{{4}}-\d\d-\d\d")
_DEAD = re.compile(rf"dead (?P<key>[a-z0-9-]{{4,40}}(?:\.\d+)?) (?P<part>{'|'.join(PARTS)}) \d{{4}}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class MasterKey:
    """One line of the key file; at least 256 bits of secret."""

    id: str
    created: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a key file says: its masters, each part's keys oldest to newest, and which of them are dead.

    A key's id is its master's, with `.version` behind it from the second version on.
    """

    masters: tuple[MasterKey, ...]
    lines: dict[Part, tuple[str, ...]]
    dead: frozenset[tuple[str, Part]] = frozenset()

    def live(self, part: Part) -> tuple[str, ...]:
        """Return the ids of a part's keys that are in nobody else's hands, oldest first."""
        return tuple(key for key in self.lines[part] if (key, part) not in self.dead)


def key_file_of(masters: Sequence[MasterKey]) -> KeyFile:
    """Return a key file that holds masters and nothing else."""
    return KeyFile(tuple(masters), {part: tuple(master.id for master in masters) for part in PARTS})


def read_key_file(path: Path) -> KeyFile:
    """Read the key file. Raises `StartRefused` when it is missing, open to others, short or a default."""
    try:
        if path.stat().st_mode & 0o077:
            raise StartRefused(f"Others on this machine may read the key file {path}. Run `chmod 0400 {path}`.")
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        raise StartRefused(f"There is no key file at {path}. Run `portal init`, or set PORTAL_KEY_FILE.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StartRefused(f"The key file {path} cannot be read: {error}.") from None
    return _parsed(lines, path)


def _parsed(lines: Sequence[str], path: Path) -> KeyFile:
    masters: list[MasterKey] = []
    ids: dict[Part, list[str]] = {part: [] for part in PARTS}
    dead: set[tuple[str, Part]] = set()
    for number, text in enumerate(lines, start=1):
        line = text.strip()
        if not line or line.startswith("#"):
            continue
        if (turn := _TURN.fullmatch(line)) and masters:
            of_part = ids[_part(turn["part"])]
            of_part.append(_next_version(of_part[-1]))
        elif ended := _DEAD.fullmatch(line):
            dead.add((ended["key"], _part(ended["part"])))
        elif (found := _LINE.fullmatch(line)) and len(set(found["secret"])) >= 8:
            masters.append(MasterKey(found["id"], found["created"], bytes.fromhex(found["secret"])))
            for keys in ids.values():
                keys.append(found["id"])
        else:
            raise StartRefused(
                f"Line {number} of the key file {path} is not a key: it needs an id, a date and 64 or more "
                "random hexadecimal digits."
            )
    if len({master.id for master in masters}) < len(masters):
        raise StartRefused(f"Two keys in {path} have one id.")
    held = KeyFile(tuple(masters), {part: tuple(keys) for part, keys in ids.items()}, frozenset(dead))
    if not all(held.live(part) for part in PARTS):
        raise StartRefused("The key file holds no key. Run `portal init`.")
    return held


def _part(text: str) -> Part:
    return next(part for part in PARTS if part == text)


def _next_version(key_id: str) -> str:
    master, _, version = key_id.partition(".")
    return f"{master}.{int(version or 1) + 1}"


def make_key_file(path: Path, now: datetime) -> None:
    """Write a new key file with one key, mode 0400. An existing file is never touched."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w") as file:
        file.write(_new_master(now))
        file.flush()
        os.fsync(file.fileno())


def rotate_key_file(path: Path, part: Part | None, *, compromised: bool, now: datetime) -> KeyFile:
    """Add a key for one part, or a master key for all; `compromised` ends whatever stood there before.

    Running processes see the new file by themselves. Raises `StartRefused` when it cannot be written.
    """
    with locked(path):
        held, text = read_key_file(path), path.read_text(encoding="ascii")
        lines = [text if text.endswith("\n") else f"{text}\n"]
        if compromised:
            parts = PARTS if part is None else (part,)
            lines += [f"dead {key} {one} {now:%Y-%m-%d}\n" for one in parts for key in held.live(one)]
        lines.append(_new_master(now) if part is None else f"turn {part} {now:%Y-%m-%d}\n")
        replace_file(path, "".join(lines))
    return read_key_file(path)


def _new_master(now: datetime) -> str:
    return f"k{secrets.token_hex(4)} {now:%Y-%m-%d} {secrets.token_hex(32)}\n"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time change a file of secrets. Raises `StartRefused` where its folder is read-only."""
    try:
        handle = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StartRefused(f"{path} cannot be changed, for its folder cannot be written: {error.strerror}.") from None
    try:
        _give_to_owner(handle, path)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _give_to_owner(handle: int, path: Path) -> None:
    """Give what root writes to whoever has the file, or its folder: the portal itself runs as somebody else."""
    if os.geteuid() == 0:
        owner = (path if path.exists() else path.parent).stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)


def replace_file(path: Path, text: str) -> None:
    """Put a file of secrets in place of another, whole and durable, mode 0400, or leave none. Raises `StartRefused`."""
    file = None
    try:
        with NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="ascii") as file:
            os.fchmod(file.fileno(), 0o400)
            _give_to_owner(file.fileno(), path)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if file is not None:
            Path(file.name).unlink(missing_ok=True)
        raise StartRefused(f"{path} cannot be written: {error.strerror}.") from None
