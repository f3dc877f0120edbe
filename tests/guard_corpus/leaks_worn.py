"""Leaks in worn pictures: a card and a list, blurred, faint, grainy, packed too hard, askew or shrunk and blown up.

A person can still read every one of them, so the guard has read it or says that it cannot; it never says that the
picture holds no text. Blur goes as far as a third of the small letters' height: beyond it nobody reads.
"""

import io
import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from tests.guard_corpus.cases import Case, Scene, add
from tests.guard_corpus.papers import plain, typeset
from tests.guard_corpus.pictures import FONTS, file_of

WORN: Final = "Picture worn"
_SMALL: Final = 0.45  # of a font's size: how high small letters are
Wear = Callable[[Image.Image, float, int], Image.Image]
"""Takes a grey picture, how many pixels its small letters are high, and a seed."""


def blurred(radius: float) -> Wear:
    return lambda page, _, __: page.filter(ImageFilter.GaussianBlur(radius))


def softened(part: float) -> Wear:
    """Blurred by a part of the small letters' height."""
    return lambda page, letter, _: page.filter(ImageFilter.GaussianBlur(part * letter))


def packed(quality: int) -> Wear:
    def wear(page: Image.Image, _: float, __: int) -> Image.Image:
        return Image.open(io.BytesIO(file_of(page, "JPEG", quality=quality))).convert("L")

    return wear


def faint(contrast: float) -> Wear:
    return lambda page, _, __: page.point(lambda grey: 255 - round((255 - grey) * contrast))


def grained(strength: float) -> Wear:
    def wear(page: Image.Image, _: float, seed: int) -> Image.Image:
        return _of(np.asarray(page) + np.random.default_rng(seed).normal(0, strength, (page.height, page.width)))

    return wear


def peppered(part: float) -> Wear:
    def wear(page: Image.Image, _: float, seed: int) -> Image.Image:
        dice = np.random.default_rng(seed).random((page.height, page.width))
        return _of(np.where(dice < part / 2, 0, np.where(dice > 1 - part / 2, 255, np.asarray(page))))

    return wear


def moved(angle: float) -> Wear:
    """By two thirds of the small letters' height while the shutter was open."""

    def wear(page: Image.Image, letter: float, _: int) -> Image.Image:
        steps = max(2, round(0.65 * letter))
        offs = [step - (steps - 1) / 2 for step in range(steps)]
        shifts = [(round(off * math.sin(angle)), round(off * math.cos(angle))) for off in offs]
        return _of(np.mean([np.roll(np.asarray(page, dtype=np.float64), shift, (0, 1)) for shift in shifts], axis=0))

    return wear


def shrunk(letter_left: float) -> Wear:
    """Made so small that small letters have a few pixels, and as large as before."""

    def wear(page: Image.Image, letter: float, _: int) -> Image.Image:
        part = min(1.0, letter_left / letter)
        small = page.resize((round(page.width * part), round(page.height * part)), Image.Resampling.BOX)
        return small.resize(page.size, Image.Resampling.BICUBIC)

    return wear


def askew(angle: float) -> Wear:
    return lambda page, _, __: page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)


def both(first: Wear, second: Wear) -> Wear:
    return lambda page, letter, seed: second(first(page, letter, seed), letter, seed + 1)


def _of(pixels: NDArray[np.float64] | NDArray[np.int64]) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


_SIDEWAYS: Final[Wear] = lambda page, _, __: page.transpose(Image.Transpose.ROTATE_90)  # noqa: E731 - one of a list
_INVERTED: Final[Wear] = lambda page, _, __: ImageOps.invert(page)  # noqa: E731 - one of a list
WAYS: Final[dict[str, tuple[Wear, int]]] = {
    "blurred by 1": (blurred(1), 72),
    "blurred by 2": (blurred(2), 100),
    "blurred by 3": (blurred(3), 144),
    "blurred by 4": (blurred(4), 200),
    "blurred by 6": (blurred(6), 300),
    "softened a little": (softened(0.15), 72),
    "softened": (softened(0.25), 144),
    "softened as far as can be read": (softened(0.33), 200),
    **{f"packed at {quality}": (packed(quality), ppi) for quality, ppi in ((5, 144), (10, 72), (30, 72))},
    **{
        f"at {part:.0%} of contrast": (faint(part), ppi) for part, ppi in ((0.05, 72), (0.1, 200), (0.2, 72), (0.3, 72))
    },
    "faint and softened": (both(softened(0.2), faint(0.15)), 200),
    "softened and packed": (both(softened(0.25), packed(15)), 100),
    "with little grain": (grained(12), 72),
    "with much grain": (grained(45), 200),
    "drowned in grain": (grained(90), 100),
    "faint with grain": (both(faint(0.3), grained(12)), 144),
    "softened with grain": (both(softened(0.2), grained(8)), 144),
    "with little pepper": (peppered(0.03), 72),
    "with much pepper": (peppered(0.15), 100),
    "moved along": (moved(0), 144),
    "moved up": (moved(math.pi / 2), 100),
    "moved across": (moved(0.8), 100),
    "shrunk to five pixels": (shrunk(5), 144),
    "shrunk to four pixels": (shrunk(4), 200),
    "askew and softened": (both(askew(-3), softened(0.25)), 72),
    "further askew and softened": (both(askew(5), softened(0.25)), 200),
    "on its side and softened": (both(_SIDEWAYS, softened(0.27)), 100),
    "white on black and softened": (both(_INVERTED, softened(0.27)), 144),
}


def _paper(s: Scene, ppi: int, *body: str) -> tuple[Image.Image, float]:
    """Return a page in grey, and how many pixels its small letters are high."""
    font, size = s.dice.choice(FONTS), s.dice.choice((10, 11, 12))
    head = f'#set page(width: 15cm, height: auto, margin: 1.5cm)\n#set text(font: "{font}", size: {size}pt)'
    page = Image.open(io.BytesIO(typeset("\n\n".join((head, *body)), "png", ppi)))
    return page.convert("L"), size * ppi / 72 * _SMALL


def _card(s: Scene, ppi: int) -> tuple[Image.Image, float]:
    marks = "#table(columns: 2, [Reading], [A], [Mathematics], [B], [Science], [A])"
    return _paper(s, ppi, "= Report card", f"Student: {plain(s.name)}", f"Student number: {s.number}", marks, "#v(4cm)")


def _list(s: Scene, ppi: int) -> tuple[Image.Image, float]:
    children = [s.child, *(child for child, _ in s.others(4, "plain"))]
    return _paper(
        s, ppi, "= Class list 5B",
        *(f"{child.numbers[0]} {plain(f'{child.given_name} {child.family_name}')}" for child in children),
    )  # fmt: skip


def _put(what: str, make: Callable[[Scene, int], tuple[Image.Image, float]], way: str, ppi: int) -> None:
    def worn(s: Scene) -> bytes:
        page, letter = make(s, ppi)
        return file_of(WAYS[way][0](page, letter, s.dice.randrange(1000)))

    signs = frozenset(("child-name", "student-number"))
    add(Case("leak", WORN, f"{what} {way} at {ppi} dpi", "scan.png", worn, signs, or_unreadable=True, who="plain"))


_PAPERS: Final = (("a card", _card), ("a list", _list))
for _number, (_way, (_, _ppi)) in enumerate(WAYS.items()):
    _put(*_PAPERS[_number % 2], _way, _ppi)
