"""A district's accent colour: one that can be read wherever pages use it, in light and in dark.

Contrast is that of WCAG 2.2 (1.4.3): 4.5 for text. Links are text in the accent, on each ground; a button is text on
the accent. So 4.5 is asked of both, which is more than the 3 that the edge of a button needs (1.4.11).
"""

import colorsys
import re
from dataclasses import dataclass
from typing import Final

LIGHT_GROUNDS: Final = ("#f3f0e8", "#fffdf8", "#e6f3ea", "#fbf0d5", "#fbe9e9")
DARK_GROUNDS: Final = ("#151a1f", "#1f262c", "#18311f", "#352a10", "#3b1a1d")
"""Every ground that static/portal.css lays text in the accent on; a test compares them."""
ON_LIGHT_ACCENT: Final = "#ffffff"
ON_DARK_ACCENT: Final = "#151a1f"
LEAST: Final = 4.5
_HEX: Final = re.compile(r"#[0-9a-f]{6}")
_STEPS: Final = 255


@dataclass(frozen=True, slots=True)
class Accent:
    """An accent for light pages, as the district chose it, and a lighter tone of its hue for dark ones."""

    light: str
    dark: str

    @classmethod
    def parse(cls, text: str) -> "Accent":
        """Read `#rrggbb`. Raises `ValueError` with the ratio and the nearest tone where it cannot be read."""
        colour = text.strip().lower()
        if not _HEX.fullmatch(colour):
            message = "must be a colour such as #0b4f5c"
            raise ValueError(message)
        found = _worst(colour, _light())
        if found < LEAST:
            near = _nearest(colour, _light(), towards=0.0)
            message = (
                f"{colour} is too pale: text in it has a contrast of {_down(found)} to 1 with a ground of the pages, "
                f"and needs {LEAST}. The nearest tone that can be read is {near}"
            )
            raise ValueError(message)
        return cls(colour, _nearest(colour, _dark(), towards=1.0))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light() -> tuple[str, ...]:
    return (*LIGHT_GROUNDS, ON_LIGHT_ACCENT)


def _dark() -> tuple[str, ...]:
    return (*DARK_GROUNDS, ON_DARK_ACCENT)


def _worst(colour: str, beside: tuple[str, ...]) -> float:
    return min(contrast(colour, one) for one in beside)


def _down(ratio: float) -> str:
    """Return a ratio to one place, rounded down: 4.48 is not 4.5."""
    return f"{int(ratio * 10) / 10:.1f}"


def _nearest(colour: str, beside: tuple[str, ...], *, towards: float) -> str:
    """Return the tone of the same hue, from this lightness towards black or white, that is the first to be read."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    for step in range(_STEPS + 1):
        tone = lightness + (towards - lightness) * step / _STEPS
        found = colour if step == 0 else _written(colorsys.hls_to_rgb(hue, tone, saturation))
        if _worst(found, beside) >= LEAST:
            return found
    raise AssertionError("black and white can be read")


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)


def _luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
