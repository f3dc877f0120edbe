"""A fake reader that says what it was told to, for tests of the stories above it."""

from collections.abc import Mapping
from pathlib import Path

from portal.reading.reader import Part, Reading, Unreadable


class ScriptedReader:
    """Answers by the file's name; a name nobody scripted is read as plain UTF-8 text, or is unreadable."""

    def __init__(self, answers: Mapping[str, Reading | Unreadable] | None = None) -> None:
        """Take the answer for each name."""
        self._answers = dict(answers or {})

    def close(self) -> None:
        """Keep nothing, so let go of nothing."""

    def read(self, path: Path, name: str) -> Reading | Unreadable:
        """Return the scripted answer for `name`."""
        if name in self._answers:
            return self._answers[name]
        try:
            text = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return Unreadable("This file cannot be read. Choose another one.")
        if not text.strip() or "\0" in text:
            return Unreadable("This file cannot be read. Choose another one.")
        return Reading("txt", (Part("file name", name), Part("text", text)))
