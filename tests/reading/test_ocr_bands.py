"""Bands like lines of text are found where letters melt, fade or drown, and not in what photos are full of."""

from collections.abc import Callable

import numpy as np
import ocr_pictures as pictures
import pytest
from ocr_pictures import letter, open_eyes
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from portal.reading.ocr.components.line_finding import scales_of
from portal.reading.ocr.layout.text_bands import find_bands, without_rules
from portal.reading.seeing import Read, Unsure

WIDTH, HEIGHT = 900, 600


def blurred(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def chance(rough: float, stretched: float = 1, seed: int = 1) -> np.ndarray:
    """Chance of every size, the finer the weaker: soft as a sky at 2, as gravel below 1; of mean 0 and spread 1."""
    waves = np.fft.rfft2(np.random.default_rng(seed).normal(size=(HEIGHT, WIDTH)))
    size = np.hypot(np.fft.fftfreq(HEIGHT)[:, None] * stretched, np.fft.rfftfreq(WIDTH))
    size[0, 0] = 1
    made = np.fft.irfft2(waves / size**rough, s=(HEIGHT, WIDTH))
    return (made - made.mean()) / made.std()


def shown(shades: np.ndarray, spread: float = 40) -> Image.Image:
    return Image.fromarray(np.clip(shades * spread + 120, 0, 255).astype(np.uint8))


def woven(period: int) -> Image.Image:
    across, down = np.arange(WIDTH) / period, np.arange(HEIGHT)[:, None] / period
    return shown(np.sin(2 * np.pi * across) * np.sin(2 * np.pi * down) + 0.4 * chance(0.8))


def water(period: int) -> Image.Image:
    return shown(np.sin(np.arange(HEIGHT)[:, None] / period + 1.2 * chance(1.4, 3)) + 0.3 * chance(0.8, seed=2))


TEXTURES: dict[str, Callable[[], Image.Image]] = {
    **{
        f"chance {rough} {stretched}": lambda rough=rough, stretched=stretched: shown(chance(rough, stretched))
        for rough in (0.0, 0.6, 1.2, 2.0)
        for stretched in (0.25, 1, 4)
    },
    **{f"cloth {period}": lambda period=period: woven(period) for period in (3, 8)},
    **{f"water {period}": lambda period=period: water(period) for period in (5, 14)},
    **{
        f"{make.__name__} {radius}": lambda make=make, radius=radius: blurred(make(), radius)
        for make in (pictures.leaves, pictures.bricks, pictures.crowd, pictures.clouds)
        for radius in (0, 1, 4)
    },
}


def bands_of(image: Image.Image) -> int:
    return len(list(find_bands(list(scales_of(image.convert("L"))))))


@pytest.mark.parametrize("what", TEXTURES)
def test_a_texture_has_no_bands(what: str):
    assert bands_of(TEXTURES[what]()) == 0


HARD: dict[str, Callable[[], Image.Image]] = {
    "blurred": lambda: blurred(letter(ppi=144), 3),
    "blurred and small": lambda: blurred(letter(ppi=72), 1.4),
    "blurred and white on black": lambda: ImageOps.invert(blurred(letter(ppi=144), 3)),
    "blurred and on its side": lambda: blurred(letter(ppi=144), 3).rotate(90, expand=True),
    "blurred and askew": lambda: blurred(letter(ppi=144).convert("L").rotate(5, fillcolor=255), 2.5),
    "very faint": lambda: letter(ink="luma(93%)"),
    "drowned in noise": lambda: Image.blend(letter(ppi=144).convert("L"), grain(letter(ppi=144)), 0.7),
}


def grain(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (image.height, image.width)).astype(np.uint8))


@pytest.mark.parametrize("how", HARD)
def test_lines_of_text_are_bands_however_hard_to_read(how: str):
    image = HARD[how]()
    assert bands_of(image) > 0
    assert list(find_bands(without_rules(list(scales_of(image.convert("L"))))))


FORM = "\n\n".join(
    rf"{what} {chr(92) + '_'}{(chr(92) + '_') * (places - 1)}"
    for what, places in (("Name of child", 22), ("Emergency phone", 20), ("Date", 10))
)


@pytest.mark.parametrize("ppi", [96, 120, 144])
def test_lines_to_write_on_are_no_text_that_nobody_read(ppi: int):
    form = letter(FORM, ppi=ppi).convert("L")
    seen = open_eyes().look(form.width, form.height, form.tobytes())
    assert isinstance(seen, Read)
    assert "Emergency phone" in seen.text
    filled = form.copy()
    name = blurred(letter("Ana Rivera, Grade 3, Room 12", ppi=ppi).convert("L"), ppi / 45)
    filled.paste(name, (0, form.height - name.height))
    assert open_eyes().look(filled.width, filled.height, filled.tobytes()) == Unsure()


def timetable(column: str, pitch: int) -> Image.Image:
    """A table whose first column has single figures one below the other, with rules between its rows."""
    made = Image.new("L", (1240, 130 + pitch * len(column)), 255)
    pen, font = ImageDraw.Draw(made), ImageFont.load_default(24)
    for number, what in enumerate(column):
        pen.text((58, 104 + pitch * number), what, fill=20, font=font)
        pen.line((50, 138 + pitch * number, 1190, 138 + pitch * number), fill=150)
    return made


@pytest.mark.parametrize("pitch", [40, 44, 50])
def test_a_column_of_single_figures_is_no_line_that_runs_down(pitch: int):
    column = timetable("1234567", pitch).reduce(2)
    assert list(find_bands(without_rules([(1, column)]))) == []
    closer = timetable("1234567", 26).reduce(2)
    assert list(find_bands(without_rules([(1, closer)]))), "letters of one word, one below the other"


def ruled(degrees: float) -> Image.Image:
    """A table with a thin line below each row, put on the scanner askew."""
    rows = ", ".join(f"[9/{day}], [Lincoln], [Maple], [Field {day % 3}]" for day in range(10, 18))
    cells = f"#table(columns: (1fr,) * 4, stroke: (x: none, y: 0.6pt + gray), inset: 7pt, {rows})"
    words = letter(cells, font="DejaVu Sans Mono", ppi=144).convert("L")
    turned = words.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=236)
    speckled = np.asarray(turned).astype(int) + np.random.default_rng(5).integers(-6, 7, (turned.height, turned.width))
    return Image.fromarray(speckled.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("degrees", [2.0])
def test_the_lines_of_a_table_scanned_askew_are_no_text_that_nobody_read(degrees: float):
    table = ruled(degrees)
    seen = open_eyes().look(table.width, table.height, table.tobytes())
    assert isinstance(seen, Read)
    assert seen.text.count("Maple") >= 8
    name = blurred(letter("Ana Rivera, Grade 3, Room 12", ppi=144).convert("L"), 3.2)
    table.paste(name, (0, table.height - name.height))
    assert open_eyes().look(table.width, table.height, table.tobytes()) == Unsure()


def test_one_blurred_line_below_lines_that_are_read_leaves_nobody_sure():
    page = letter(ppi=144).convert("L")
    made = Image.new("L", (page.width, page.height + 120), 255)
    made.paste(page, (0, 0))
    made.paste(blurred(letter("Ana Rivera, Grade 3, Room 12", ppi=144).convert("L"), 3.2), (0, page.height))
    assert open_eyes().look(made.width, made.height, made.tobytes()) == Unsure()


def test_a_page_without_anything_has_no_bands():
    assert bands_of(Image.new("L", (1200, 1700), 255)) == 0
