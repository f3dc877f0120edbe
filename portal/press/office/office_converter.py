"""The converter itself: a letter is washed, drawn by a program, and its pages compared with what it said."""

from collections.abc import Sequence
from functools import cache

from portal.kernel.cage.landlock import version
from portal.kernel.errors import StartRefused
from portal.press.office.converter import Converted, NotConverted, OfficeKind
from portal.press.office.engines import Basic, Engine, LibreOffice
from portal.press.office.notes import note, refusal
from portal.press.office.washing import Washed, compare, wash

_MOST_APART = 1
"""So many pages two programs may differ before it is told."""


class OfficeConverter:
    """Draws each letter with the first program that can, and counts its pages with the next. Safe for threads."""

    def __init__(self, engines: Sequence[Engine]) -> None:
        """Take programs, the best one first; without any, each letter is refused."""
        self._engines = engines

    @property
    def programs(self) -> tuple[str, ...]:
        """What draws on this machine: nothing where it can't be shut in."""
        return tuple(engine.name for engine in self._engines) if version() else ()

    def convert(self, source: bytes, kind: OfficeKind) -> Converted:
        """Return the letter as a PDF, and what is to be told of it. Raises `NotConverted`."""
        if not self._engines:
            raise NotConverted(refusal("off"))
        able = [engine for engine in self._engines if kind in engine.kinds]
        if not able:
            raise NotConverted(refusal("odt"))
        washed = wash(source, kind)
        able = [engine for engine in able if engine.draws_all or not washed.gate]
        if not able:
            raise NotConverted(refusal("gate", washed.gate))
        first, *others = able
        pdf = first.draw(washed.data, kind)
        seen = compare(pdf, washed.words, washed.fonts)
        if seen.missing:
            raise NotConverted(refusal("missing", str(seen.missing)))
        notes = [note("from", kind), *washed.notes]
        if seen.fonts:
            notes.append(note("fonts", ", ".join(seen.fonts)))
        pages = _another_way(washed, others, kind)
        if pages and abs(pages - seen.pages) > _MOST_APART:
            notes.append(note("pages", f"{seen.pages} {pages}"))
        return Converted(pdf, tuple(notes))


def _another_way(washed: Washed, others: Sequence[Engine], kind: OfficeKind) -> int:
    """Return how many pages the letter has by another program, or as the one that wrote it has noted; 0 for neither."""
    for engine in others:
        try:
            return compare(engine.draw(washed.data, kind), [], []).pages
        except NotConverted:
            continue
    return washed.pages


@cache
def converter_of(choice: str) -> OfficeConverter:
    """Return the converter that `PORTAL_OFFICE` chooses, one a process. Raises `StartRefused`."""
    installed = LibreOffice.installed()
    if choice == "libreoffice" and not installed:
        raise StartRefused("PORTAL_OFFICE is libreoffice, which is not installed. Install it, or say auto.")
    best: list[Engine] = [LibreOffice(installed)] if installed and choice != "basic" else []
    own: list[Engine] = [Basic()] if choice in {"auto", "basic"} else []
    return OfficeConverter([] if choice == "off" else [*best, *own])
