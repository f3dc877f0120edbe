"""Pictures made for the tests of the eyes: letters in fonts that come with typst, photos and drawings by chance."""

import contextlib
import ctypes
import io
import math
import random
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import typst
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from portal.reading.ocr.picture_reader import Eyes
from portal.reading.seeing import Sight

LETTER = """Dear families of Oak School,

the trip to the museum is on Friday. Ana Rivera will bring the tickets.

Please call 555 0147 with questions."""


_TRIM_THRESHOLD, _MMAP_THRESHOLD, _MOST_KEPT = -1, -3, 256 << 20  # malloc.h, and bytes


@cache
def open_eyes() -> Eyes:
    """Eyes that stay open while a process tests: to load the models takes longer than most pictures.

    What a net has used is kept for the next (mallopt(3)): each takes 15 MB many times over, and a twelfth of the time
    went into fetching that anew.
    """
    with contextlib.suppress(AttributeError):  # of another C library
        libc = ctypes.CDLL(None)
        for kept in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            libc.mallopt(kept, _MOST_KEPT)
    return Eyes()


def seen(eyes: Eyes, image: Image.Image) -> Sight:
    grey = image.convert("L")
    return eyes.look(grey.width, grey.height, grey.tobytes())


def typeset(
    body: str, *, ppi: float = 120, fill: str = "white", size: str = "width: 150mm, height: auto"
) -> Image.Image:
    """Typst's own rendering, with the fonts it carries and no others."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.typ")
        source.write_text(f"#set page({size}, margin: 10mm, fill: {fill})\n{body}", encoding="utf-8")
        made = typst.compile(str(source), format="png", ppi=ppi, ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return Image.open(io.BytesIO(made)).convert("RGB")


def letter(
    text: str = LETTER, *, font: str = "Libertinus Serif", pt: int = 12, ppi: float = 120, ink: str = "black",
    fill: str = "white", more: str = "",
) -> Image.Image:  # fmt: skip
    return typeset(f'#set text(font: "{font}", size: {pt}pt, fill: {ink}{more})\n{text}', ppi=ppi, fill=fill)


def lines(size: int, *written: str) -> Image.Image:
    """Lines far apart, in Pillow's own font."""
    made = Image.new("L", (1240, 120 + 130 * len(written)), 255)
    for number, line in enumerate(written):
        ImageDraw.Draw(made).text((80, 80 + 130 * number), line, fill=0, font=ImageFont.load_default(size))
    return made.convert("RGB")


def page(ppi: float) -> Image.Image:
    words = "Children can stay until six, and there will be a snack at four. Please bring water and a hat every day. "
    body = "\n\n".join(words * 4 for _ in range(6)) + "\n\nAna Rivera brings the tickets."
    return typeset(f"#set text(size: 11pt)\n{body}", ppi=ppi, size='paper: "a4"')


SQUARES = {
    "하": "LT 30 5 30 12, LT 10 18 50 18, OO 15 30 45 62, LT 72 2 72 98, LT 72 45 95 45",
    "윤": "OO 32 4 68 32, LT 5 45 95 45, LT 35 45 35 66, LT 65 45 65 66, LT 20 70 20 94, LT 20 94 85 94",
    "박": "LT 12 5 12 48, LT 48 5 48 48, LT 12 26 48 26, LT 12 48 48 48, LT 75 2 75 54, LT 75 28 97 28,"
    " LT 18 64 75 64, LT 75 64 75 98",
    "남": "LT 14 5 14 44, LT 14 44 58 40, LT 75 2 75 56, LT 75 26 97 26, LT 20 62 76 62, LT 20 62 20 97,"
    " LT 76 62 76 97, LT 20 97 76 97",
    "궁": "LT 18 5 80 5, LT 80 5 78 36, LT 4 44 96 44, LT 50 44 50 62, OO 28 64 72 97",
    "王": "LT 8 8 92 8, LT 14 50 86 50, LT 4 94 96 94, LT 50 8 50 94",
    "田": "LT 10 8 90 8, LT 10 50 90 50, LT 10 95 90 95, LT 10 8 10 95, LT 90 8 90 95, LT 50 8 50 95",
    "言": "LT 50 0 54 9, LT 5 18 95 18, LT 22 34 78 34, LT 22 50 78 50, LT 22 66 22 97, LT 78 66 78 97,"
    " LT 22 66 78 66, LT 22 96 78 96",
    "昌": "LT 25 4 75 4, LT 25 22 75 22, LT 25 40 75 40, LT 25 4 25 40, LT 75 4 75 40, LT 12 54 88 54,"
    " LT 12 75 88 75, LT 12 96 88 96, LT 12 54 12 96, LT 88 54 88 96",
    "ア": "LT 8 15 90 15, LT 90 15 60 50, LT 50 35 48 65, LT 48 65 25 95",
    "ヤ": "LT 5 35 92 22, LT 92 22 72 52, LT 30 5 52 97",
    "サ": "LT 5 30 95 30, LT 28 5 28 60, LT 72 5 72 50, LT 72 50 38 97",
    "ラ": "LT 18 12 82 12, LT 8 38 90 38, LT 90 38 75 70, LT 75 70 35 97",
}
"""Letters that fill a square, as strokes in a hundred by a hundred: no font that comes with typst has any."""


def squares(text: str, size: int) -> Image.Image:
    """Write Hangul, Han and kana, `size` pixels high, as dark print on a strip of white paper."""
    fine = 8
    made = Image.new("L", (fine * size * (len(text) + 1), fine * 2 * size), 255)
    for number, letter_ in enumerate(text):
        for stroke in SQUARES.get(letter_, "").split(", ") if letter_ != " " else ():
            kind, *ends = stroke.split()
            at = [fine * size * (0.05 + int(end) / 111) for end in ends]
            box = [at[0] + fine * size * (number + 0.5), at[1] + fine * size / 2]
            box += [at[2] + fine * size * (number + 0.5), at[3] + fine * size / 2]
            draw, width = ImageDraw.Draw(made), round(fine * size * 0.075)
            if kind == "OO":
                draw.ellipse(box, outline=0, width=width)
            else:
                draw.line(box, fill=0, width=width)
    return made.resize((made.width // fine, made.height // fine), Image.Resampling.LANCZOS)


def flyer(more: str = "") -> Image.Image:
    return typeset(
        f"""#set text(fill: white, font: "DejaVu Sans Mono")
#align(center)[#text(size: 30pt, weight: "bold")[SPRING FAIR]

#text(size: 16pt)[Saturday 12 May]

#circle(radius: 20mm, fill: gradient.radial(yellow, orange))

#text(size: 14pt, font: "Libertinus Serif", style: "italic")[Music, games and cake for everyone]

#rect(fill: yellow, inset: 4mm)[#text(fill: black, size: 13pt)[Oak School, from 2 to 5 pm]]

#text(size: 9pt)[Free entry. Bring a friend. {more}]]""",
        ppi=110,
        fill='rgb("#1d5fa8")',
    )


def scanned(image: Image.Image) -> Image.Image:
    """As a copier does it: a little askew, soft, grainy, packed as JPEG."""
    soft = image.convert("L").rotate(0.8, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.7))
    grain = np.random.default_rng(1).normal(0, 9, (soft.height, soft.width))
    held = io.BytesIO()
    Image.fromarray(np.clip(np.asarray(soft) * 0.93 + grain, 0, 255).astype(np.uint8)).save(held, "JPEG", quality=55)
    return Image.open(io.BytesIO(held.getvalue()))


def on_photo(words: Image.Image, where: tuple[int, int], photo: Image.Image) -> Image.Image:
    """White letters laid over a photo; `words` is dark on white."""
    made = photo.copy()
    made.paste(Image.new("RGB", words.size, "white"), where, Image.eval(words.convert("L"), lambda grey: 255 - grey))
    return made


def clouds(width: int = 900, height: int = 600, *, seed: int = 1) -> Image.Image:
    """Soft chance at every scale, as a photo out of focus."""
    rng, total, cells, weight = np.random.default_rng(seed), np.zeros((height, width, 3)), 3, 1.0
    while cells < width:
        layer = rng.normal(size=(max(2, cells * height // width), cells))
        shades = np.asarray(Image.fromarray(layer.astype(np.float32)).resize((width, height), Image.Resampling.BICUBIC))
        total += weight * shades[..., None] * rng.uniform(0.7, 1.3, 3)
        cells, weight = cells * 2, weight * 0.55
    return Image.fromarray(np.clip(total * 45 + (110, 120, 90), 0, 255).astype(np.uint8))


def landscape() -> Image.Image:
    rng, made = random.Random(2), Image.new("RGB", (900, 600), (130, 170, 230))
    draw = ImageDraw.Draw(made)
    for ridge in range(4):
        y, points = 200.0 + 90 * ridge, [(0.0, 600.0)]
        for x in range(0, 906, 6):
            y += rng.uniform(-6, 6)
            points.append((x, y))
        draw.polygon([*points, (900, 600)], fill=(60 - 10 * ridge, 110 - 18 * ridge, 60))
    for _ in range(250):
        x, y, r = rng.uniform(0, 900), rng.uniform(360, 600), rng.uniform(2, 12)
        draw.ellipse((x - r, y - 2 * r, x + r, y), fill=(rng.randint(10, 60), rng.randint(60, 120), 20))
    return Image.blend(made, clouds(), 0.2).filter(ImageFilter.GaussianBlur(0.8))


def crowd() -> Image.Image:
    rng, made = random.Random(3), clouds(seed=4)
    draw = ImageDraw.Draw(made)
    for number in range(9):
        x, y, s = 50 + 100 * number, 270 + rng.uniform(-10, 10), 34
        draw.ellipse((x - 48, y + s, x + 48, y + 7 * s), fill=tuple(rng.randint(30, 220) for _ in range(3)))
        draw.ellipse((x - s, y - 44, x + s, y + 44), fill=rng.choice([(240, 200, 170), (180, 120, 80), (120, 80, 50)]))
        draw.pieslice((x - s, y - 51, x + s, y + 20), 180, 360, fill=(50, 30, 20))
        for eye in (-13, 13):
            draw.ellipse((x + eye - 4, y - 4, x + eye + 4, y + 5), fill=(20, 20, 20))
        draw.arc((x - 17, y + 4, x + 17, y + 30), 20, 160, fill=(120, 20, 30), width=3)
    return made.filter(ImageFilter.GaussianBlur(0.8))


def bricks() -> Image.Image:
    rng, made = random.Random(4), Image.new("RGB", (900, 600), (200, 195, 185))
    draw = ImageDraw.Draw(made)
    for row, y in enumerate(range(0, 600, 26)):
        for x in range(-30 * (row % 2), 900, 60):
            shade = rng.randint(-25, 25)
            draw.rectangle((x + 2, y + 2, x + 57, y + 23), fill=(150 + shade, 70 + shade // 2, 55 + shade // 2))
    return Image.blend(made, clouds(seed=6), 0.15)


def leaves() -> Image.Image:
    rng, made = random.Random(5), Image.new("RGB", (900, 600), (20, 50, 15))
    draw = ImageDraw.Draw(made)
    for _ in range(3600):
        x, y, a, size = rng.uniform(0, 900), rng.uniform(0, 600), rng.uniform(0, 6.3), rng.uniform(6, 22)
        along, across = (
            (size * math.cos(a), size * math.sin(a)),
            (-0.35 * size * math.sin(a), 0.35 * size * math.cos(a)),
        )
        corners = [(x + s * d[0], y + s * d[1]) for s, d in ((1, along), (1, across), (-1, along), (-1, across))]
        green = rng.randint(60, 200)
        draw.polygon(corners, fill=(green // 3, green, green // 4))
    return made.filter(ImageFilter.GaussianBlur(0.7))


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8))


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((500, 400))


def clip_art() -> Image.Image:
    made = Image.new("RGB", (400, 400), "#fff6e0")
    draw = ImageDraw.Draw(made)
    draw.ellipse((100, 60, 300, 260), fill="#ffd23c", outline="black", width=5)
    for x in (160, 240):
        draw.ellipse((x - 14, 130, x + 14, 165), fill="black")
    draw.arc((140, 130, 260, 230), 20, 160, fill="black", width=6)
    draw.rectangle((120, 290, 280, 380), fill="#d03030", outline="black", width=5)
    return made


def stars() -> Image.Image:
    made = Image.new("RGB", (500, 120), "white")
    for number in range(8):
        tips = [(22 if tip % 2 == 0 else 9, tip * math.pi / 5) for tip in range(10)]
        points = [(40 + 55 * number + r * math.sin(a), 60 - r * math.cos(a)) for r, a in tips]
        ImageDraw.Draw(made).polygon(points, fill="#e0a010")
    return made


def bars(labels: str = "") -> Image.Image:
    made = Image.new("RGB", (700, 450), "white")
    draw = ImageDraw.Draw(made)
    for number, height in enumerate((120, 220, 180, 300, 90, 250)):
        draw.rectangle((80 + 95 * number, 400 - height, 140 + 95 * number, 400), fill="#3878b8")
    draw.line((60, 40, 60, 400, 680, 400), fill="black", width=2)
    for tick in range(7):
        draw.line((52, 400 - 50 * tick, 60, 400 - 50 * tick), fill="black", width=2)
    if labels:
        made.paste(letter(labels, pt=14).crop((40, 30, 400, 80)), (200, 0))
    return made


def qr_code() -> Image.Image:
    cells = np.random.default_rng(1).integers(0, 2, (33, 33)).astype(np.uint8) * 255
    for top, left in ((0, 0), (0, 26), (26, 0)):
        cells[top : top + 7, left : left + 7] = 0
        cells[top + 1 : top + 6, left + 1 : left + 6] = 255
        cells[top + 2 : top + 5, left + 2 : left + 5] = 0
    return Image.fromarray(np.pad(cells, 4, constant_values=255)).resize((410, 410), Image.Resampling.NEAREST)


def logo(word: str = "") -> Image.Image:
    made = Image.new("RGB", (460, 160), "white")
    draw = ImageDraw.Draw(made)
    draw.ellipse((15, 20, 135, 140), fill="#27743c")
    draw.polygon([(75, 35), (40, 110), (110, 110)], fill="#f3d34a")
    if word:
        text = letter(word, pt=20, ink='rgb("#27743c")', more=', weight: "bold"')
        made.paste(text.crop((30, 30, 340, 110)), (145, 40))
    return made


def handwriting() -> Image.Image:
    """Slanted letters, bent and run together by one stroke."""
    plain = letter("Ana Rivera", pt=40, more=', style: "italic"').convert("L").resize((850, 220))
    pixels, rng = np.asarray(plain), np.random.default_rng(1)
    rows, columns = np.mgrid[0 : plain.height, 0 : plain.width].astype(np.float32)

    def bent(size: float) -> np.ndarray:
        coarse = Image.fromarray(rng.normal(size=(8, 24)).astype(np.float32))
        return size * np.asarray(coarse.resize(plain.size, Image.Resampling.BICUBIC))

    y = np.clip(rows + bent(8), 0, plain.height - 1).astype(int)
    x = np.clip(columns + 0.3 * (rows - 110) + bent(7), 0, plain.width - 1).astype(int)
    made = (
        Image.fromarray(pixels[y, x]).filter(ImageFilter.GaussianBlur(1.2)).point(lambda grey: 0 if grey < 170 else 255)
    )
    joined = [(60 + 10 * step, 105 + 8 * math.sin(step * 1.7)) for step in range(58)]
    ImageDraw.Draw(made).line(joined, fill=0, width=3, joint="curve")
    return made.filter(ImageFilter.GaussianBlur(0.8))


def signature() -> Image.Image:
    rng, made, points, x, turn = random.Random(2), Image.new("RGB", (500, 200), "white"), [], 60.0, 0.0
    while x < 420:
        turn, x = turn + 0.25, x + rng.uniform(0.8, 2.2)
        sway = (35 + 10 * math.sin(turn / 7)) * math.sin(turn) * rng.uniform(0.8, 1)
        points.append((x + 12 * math.cos(turn * 1.3), 100 + sway))
    ImageDraw.Draw(made).line(points, fill=(10, 20, 90), width=3, joint="curve")
    return made.filter(ImageFilter.GaussianBlur(0.6))
