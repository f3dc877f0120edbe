"""A press in this process, for templates the portal ships. What staff upload goes to the press in the cage."""

from collections.abc import Iterable, Iterator, Mapping
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from weakref import finalize

from portal.press.typesetting.engine import Engine


class TypstPress:
    """Sets letters one after the other with one compiler. Safe for threads."""

    def __init__(self) -> None:
        """Look for fonts once. Templates see an empty folder instead of this machine's files."""
        empty = mkdtemp(prefix="portal-press-")
        finalize(self, rmtree, empty, ignore_errors=True)
        self._engine = Engine(empty)
        self._lock = Lock()

    def typeset(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return the letter as a PDF, about 3 ms a page. Raises `NotTypeset`."""
        with self._lock:
            return self._engine.set(template, values)

    def typeset_all(self, template: str, rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
        """Return a PDF for each row. Raises `NotTypeset`."""
        return (self.typeset(template, row) for row in rows)
