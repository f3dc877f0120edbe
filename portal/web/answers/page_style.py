"""How a district's pages are told from others: by its accent and by its mark."""

from dataclasses import dataclass
from functools import cache

from portal.kernel.configuration.accent import ON_DARK_ACCENT, ON_LIGHT_ACCENT, Accent
from portal.kernel.configuration.settings import Settings
from portal.web.answers.static_files import Inlined, fingerprint_of, inlined_style
from portal.wiring import school_mark

_SHARP = 2
"""Pixels of the picture for one of a page, as phones have them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a page asks for the mark, and how large it stands there."""

    address: str
    width: int
    height: int


def style_of(settings: Settings) -> Inlined:
    """Return the sheet, and the hash by which the content security policy knows it."""
    return _style_in(settings.accent_tones)


@cache
def _style_in(accent: Accent | None) -> Inlined:
    return inlined_style(_laid_over(accent) if accent else "")


def _laid_over(accent: Accent) -> str:
    """Return what gives pages another accent on a screen; on paper all is black."""
    return (
        f"@media screen{{:root{{--accent:{accent.light};--on-accent:{ON_LIGHT_ACCENT}}}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--accent:{accent.dark};--on-accent:{ON_DARK_ACCENT}}}}}"
    )


def mark_of(settings: Settings) -> Mark | None:
    """Return the mark of this district, if it has set one."""
    if settings.mark is None:
        return None
    shown = school_mark(settings.mark)
    sides = (max(1, round(side / _SHARP)) for side in (shown.width, shown.height))
    return Mark(f"/mark/{fingerprint_of(shown.png)}.png", *sides)
