"""The style sheet that stands in every page of a district, in its own accent."""

from functools import cache

from portal.kernel.accent import ON_DARK_ACCENT, ON_LIGHT_ACCENT, Accent
from portal.kernel.settings import Settings
from portal.web.static_files import Inlined, inlined_style


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
