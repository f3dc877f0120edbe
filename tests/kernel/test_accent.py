"""A district's accent can be read on every ground, in light and in dark, or the portal does not start with it."""

import colorsys
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.configuration.accent import (
    DARK_GROUNDS,
    LEAST,
    LIGHT_GROUNDS,
    ON_DARK_ACCENT,
    ON_LIGHT_ACCENT,
    Accent,
    contrast,
)
from portal.kernel.configuration.settings import load_settings
from portal.kernel.errors import StartRefused
from portal.kernel.storage.migrations import shipped

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
NEAR = re.compile(r"#[0-9a-f]{6}$")
A_HAIR = 0.02
"""Of a turn: what rounding to 256 steps may change of a hue where it is strong."""


def hue(colour: str) -> tuple[float, float]:
    """Return a colour's hue, and how far its parts lie apart."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return colorsys.rgb_to_hls(*parts)[0], max(parts) - min(parts)


def is_like(one: str, other: str) -> bool:
    (turn, strength), (other_turn, other_strength) = hue(one), hue(other)
    apart = abs(turn - other_turn)
    return min(strength, other_strength) < 0.2 or min(apart, 1 - apart) < A_HAIR


@given(COLOURS)
def test_a_colour_is_taken_when_it_can_be_read_everywhere_and_else_the_nearest_that_can_is_named(colour: str) -> None:
    try:
        accent = Accent.parse(colour)
    except ValueError as refusal:
        assert min(contrast(colour, ground) for ground in LIGHT_GROUNDS) < LEAST
        (near,) = NEAR.findall(str(refusal))
        accent = Accent.parse(near)
        assert is_like(accent.light, colour)
    else:
        assert accent.light == colour
    for ground in (*LIGHT_GROUNDS, ON_LIGHT_ACCENT):
        assert contrast(accent.light, ground) >= LEAST
    for ground in (*DARK_GROUNDS, ON_DARK_ACCENT):
        assert contrast(accent.dark, ground) >= LEAST
    assert is_like(accent.dark, accent.light)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    sheet = (shipped("static") / "portal.css").read_text(encoding="utf-8")
    light, dark = sheet.split("prefers-color-scheme: dark", 1)
    ground = re.compile(r"--(?:ground|paper|[a-z]+-ground): (#[0-9a-f]{6})")
    assert set(ground.findall(light)) == set(LIGHT_GROUNDS)
    assert set(ground.findall(dark.split("*, *::before")[0])) == set(DARK_GROUNDS)


def test_a_start_with_a_pale_accent_is_refused_with_the_ratio_and_a_tone_that_would_do() -> None:
    with pytest.raises(StartRefused) as refused:
        load_settings({"PORTAL_ACCENT": "#ffcc00"})
    assert str(refused.value) == (
        "PORTAL_ACCENT #ffcc00 is too pale: text in it has a contrast of 1.2 to 1 with a ground of the pages, and "
        "needs 4.5. The nearest tone that can be read is #826800."
    )
    with pytest.raises(StartRefused, match="PORTAL_ACCENT must be a colour such as #0b4f5c"):
        load_settings({"PORTAL_ACCENT": "teal"})


def test_the_accent_of_the_portal_itself_would_be_taken() -> None:
    assert Accent.parse("#0B4F5C ").light == "#0b4f5c"
    assert load_settings({"PORTAL_MARK": ""}).accent_tones is None
