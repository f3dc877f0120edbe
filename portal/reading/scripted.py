"""A fake reader that says what it was told to, for tests of the stories above it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from portal.reading.reader import Part, Reading, Stripped, Unreadable

_CANNOT: Final = "This file cannot be read. Choose another one."


class ScriptedReader:
    """Answers by the file's name; a name nobody scripted is read as plain UTF-8 text, or is unreadable."""

    def __init__(self, answers: Mapping[str, Reading | Unreadable] | None = None) -> None:
        """Take the answer for each name."""
        self._answers = dict(answers or {})

    def close(self) -> None:
        """Keep nothing, so let go of nothing."""

    def read(self, path: Path, name: str, known: frozenset[str] = frozenset()) -> Reading | Unreadable:
        """Return the scripted answer for `name`; one that is unreadable for `known` pictures alone is read as text."""
        answer = self._answers.get(name)
        if answer is not None and not _is_now_known(answer, known):
            return answer
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return Unreadable(_CANNOT)
        if not text.strip() or "\0" in text:
            return Unreadable(_CANNOT)
        return Reading("txt", (Part("file name", name), Part("text", text)))

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Copy the file: a scripted one has nothing to take out."""
        try:
            into.write_bytes(path.read_bytes())
        except OSError:
            return Unreadable(_CANNOT)
        return Stripped(())


def _is_now_known(answer: Reading | Unreadable, known: frozenset[str]) -> bool:
    return isinstance(answer, Unreadable) and bool(answer.pictures) and known.issuperset(answer.pictures)
