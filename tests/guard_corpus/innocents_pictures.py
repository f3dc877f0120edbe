"""Innocent: flyers, photos, logos, charts, plans and scans, alone and on paper."""

import io
import math
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tests.guard_corpus.cases import NOTICE, Scene, innocent
from tests.guard_corpus.packages import Document, document
from tests.guard_corpus.papers import by_hand, outlined, plain, typeset
from tests.guard_corpus.pictures import FONTS, file_of, logo, of_lines, photo

FLYER, PHOTO, DRAWING = "Flyer", "Photo", "Drawing"
_FETE: Final = (
    "Spring Fair",
    "Saturday, April 18, 10 am to 2 pm",
    "Games, cake and music in the school yard",
    "Free entry",
)


def flyer(s: Scene, *lines: str) -> Image.Image:
    """A photo above, a logo in the corner, big letters below."""
    page = Image.new("RGB", (900, 1150), "white")
    page.paste(photo(s.dice, 900, 520), (0, 0))
    words = of_lines(*lines, size=22, font=s.dice.choice(FONTS))
    page.paste(words, (7, 560))
    mark = logo(s.dice, 130)
    page.paste(mark, (750, 1000), mark)
    return page


@innocent(FLYER, "flyer.png")
def as_png(s: Scene) -> bytes:
    return file_of(flyer(s, *_FETE))


@innocent(FLYER, "flyer.jpg")
def as_jpeg(s: Scene) -> bytes:
    return file_of(flyer(s, "Book Drive", "Bring a book, take a book", "Library, all of May"), "JPEG", quality=80)


@innocent(FLYER, "flyer.webp")
def as_webp(s: Scene) -> bytes:
    return file_of(flyer(s, "Grace Park Clean-up", "Meet at the gate at nine", "Gloves are there"), "WEBP", quality=80)


@innocent(FLYER, "flyer.png")
def white_letters_on_a_colour(_: Scene) -> bytes:
    page = of_lines("Winter Concert", "Thursday, December 17, 6 pm", "Harper Elementary gym", size=24,
                    style='#set page(fill: rgb("#12406b"))\n#set text(fill: white)')  # fmt: skip
    return file_of(page)


@innocent(FLYER, "flyer.pdf")
def paper_with_photo_logo_and_gradient(s: Scene) -> bytes:
    source = (
        '#let paper = gradient.linear(rgb("#fff8e8"), rgb("#d8ecff"), angle: 90deg)\n'
        "#set page(width: 15cm, height: 20cm, margin: 1cm, fill: paper)\n"
        f'#image("shot.png", width: 100%)\n#text(size: 30pt, weight: "bold")[{_FETE[0]}]\n\n'
        + "\n\n".join(map(plain, _FETE[1:]))
    )
    source += '\n#place(bottom + right, image("mark.png", width: 2cm))'
    return typeset(source, shot=file_of(photo(s.dice)), mark=file_of(logo(s.dice)))


@innocent(FLYER, "flyer.pdf")
def paper_with_turned_and_spaced_letters(_: Scene) -> bytes:
    return typeset(
        "#set page(width: 15cm, height: 12cm)\n#rotate(-8deg)[#text(size: 28pt, tracking: 4pt)[SPRING FAIR]]\n\n"
        '#text(fill: rgb("#c02020"), size: 18pt)[Saturday] #h(1fr) #circle(radius: 1cm, fill: yellow)\n\n'
        + plain(NOTICE[1])
    )


@innocent(FLYER, "flyer.docx")
def document_with_a_photo(s: Scene) -> bytes:
    shot = file_of(photo(s.dice, 1200, 800), "JPEG", quality=85)
    return document(lambda made: made.add_picture(io.BytesIO(shot), 5_000_000))


@innocent(FLYER, "flyer.pdf")
def paper_with_a_title_in_outlines(_: Scene) -> bytes:
    page = "#set page(width: 400pt, height: 400pt, margin: 40pt)\n#v(60pt)\n#text(size: 30pt)[Spring Fair]"
    return by_hand(outlined(page))


@innocent(PHOTO, "photo.jpg")
def a_yard(s: Scene) -> bytes:
    told = Image.Exif()
    told[0x010F], told[0x0110], told[0x0132] = "Canon", "EOS 90D", "2026:04:18 10:12:13"
    return file_of(photo(s.dice, 1600, 1000), "JPEG", quality=88, exif=told)


@innocent(PHOTO, "photo.png")
def a_small_yard(s: Scene) -> bytes:
    return file_of(photo(s.dice, 320, 240))


@innocent(PHOTO, "photo.webp")
def a_yard_as_webp(s: Scene) -> bytes:
    return file_of(photo(s.dice, 800, 600), "WEBP", quality=70)


@innocent(PHOTO, "photo.tif")
def a_yard_as_tiff(s: Scene) -> bytes:
    return file_of(photo(s.dice, 500, 300), "TIFF", compression="tiff_lzw")


@innocent(PHOTO, "photo.jpg")
def a_wide_and_blurred_yard(s: Scene) -> bytes:
    return file_of(photo(s.dice, 300, 100).resize((1500, 500)), "JPEG", quality=60)


@innocent(DRAWING, "logo.png")
def a_logo(s: Scene) -> bytes:
    return file_of(logo(s.dice, 400))


@innocent(DRAWING, "logo.gif")
def a_small_logo(s: Scene) -> bytes:
    return file_of(logo(s.dice, 90).convert("RGB").convert("P"), "GIF")


@innocent(DRAWING, "code.png")
def a_code_to_scan(s: Scene) -> bytes:
    """Squares as in a QR code, which says nothing to an eye."""
    code = Image.new("1", (29, 29), 1)
    for at in range(29 * 29):
        code.putpixel((at % 29, at // 29), s.dice.randrange(2))
    pen = ImageDraw.Draw(code)
    for x, y in ((0, 0), (22, 0), (0, 22)):
        pen.rectangle((x, y, x + 6, y + 6), fill=0)
        pen.rectangle((x + 1, y + 1, x + 5, y + 5), fill=1)
        pen.rectangle((x + 2, y + 2, x + 4, y + 4), fill=0)
    framed = Image.new("1", (37, 37), 1)
    framed.paste(code, (4, 4))
    return file_of(framed.resize((370, 370), Image.Resampling.NEAREST))


@innocent(DRAWING, "chart.png")
def bars(s: Scene) -> bytes:
    page = Image.new("RGB", (600, 400), "white")
    pen = ImageDraw.Draw(page)
    for bar in range(6):
        high = s.dice.randrange(60, 320)
        pen.rectangle((60 + bar * 85, 360 - high, 120 + bar * 85, 360), fill=(40, 90 + bar * 20, 160))
    pen.line((40, 20, 40, 360, 580, 360), fill="black", width=3)
    return file_of(page)


@innocent(DRAWING, "chart.pdf")
def curve_on_paper(_: Scene) -> bytes:
    steps = "\n".join(f"{50 + x} {200 + 60 * math.sin(x / 20):.1f} l" for x in range(1, 300, 3))
    return by_hand(f"1 w 50 200 m\n{steps}\nS 50 100 m 50 320 l S 50 200 m 350 200 l S".encode())


@innocent(DRAWING, "map.pdf")
def map_on_paper(s: Scene) -> bytes:
    ends = [[s.dice.randrange(330) for _ in range(4)] for _ in range(90)]
    streets = "\n".join(f"{x % 4 + 1} w {x} {y} m {to} {up} l S" for x, y, to, up in ends)
    return by_hand(streets.encode() + b"\nBT /F 9 Tf 180 150 Td (Harper Ave) Tj 40 -60 Td (Peach St) Tj ET")


@innocent(DRAWING, "map.png")
def map_with_two_labels(s: Scene) -> bytes:
    page = Image.new("RGB", (800, 600), (238, 234, 222))
    pen = ImageDraw.Draw(page)
    for _ in range(14):
        ends = [(s.dice.randrange(800), s.dice.randrange(600)) for _ in range(2)]
        pen.line([*ends[0], *ends[1]], fill="white", width=s.dice.randrange(6, 18))
    label = of_lines("Crystal Lake", size=20).crop((50, 40, 320, 110))
    page.paste(label, (250, 250))
    return file_of(page)


@innocent(DRAWING, "paper.docx")
def document_with_a_code_and_a_chart(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        for picture in (a_code_to_scan(s), bars(s)):
            made.add_picture(io.BytesIO(picture), 2_000_000)

    return document(fill)


@innocent(DRAWING, "paper.pdf")
def a_page_of_colour_and_lines(_: Scene) -> bytes:
    return typeset(
        "#set page(width: 12cm, height: 12cm)\n#for n in range(40) [#place(dx: n * 2mm, circle(radius: 3mm + n * 0.3mm,"
        " stroke: color.hsv(n * 9deg, 70%, 80%)))]\n#v(8cm) Colour day"
    )


@innocent(DRAWING, "fixtures.jpg")
def a_table_with_thin_lines_scanned_askew(s: Scene) -> bytes:
    rows = ", ".join(f"[9/{day}], [Lincoln], [Maple], [Field {day % 3}]" for day in range(10, 18))
    style = f"#table(columns: (1fr,) * 4, stroke: (x: none, y: 0.6pt + gray), inset: 7pt, {rows})"
    page = of_lines("Fixtures", size=12, font=FONTS[1], style=style)
    return file_of(
        page.rotate(s.dice.uniform(0.4, 1.2), Image.Resampling.BICUBIC, expand=True, fillcolor="white"),
        "JPEG",
        quality=80,
    )


@innocent(DRAWING, "form.jpg")
def a_form_of_nothing_but_lines_scanned_askew(s: Scene) -> bytes:
    page = Image.new("RGB", (1000, 900), "white")
    for row in range(11):
        ImageDraw.Draw(page).line((60, 90 + 70 * row, 940, 90 + 70 * row), fill="black", width=2)
    return file_of(page.rotate(s.dice.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor="white"), "JPEG")


@innocent(DRAWING, "options.jpg")
def a_form_with_tick_boxes_and_short_words_scanned_askew(s: Scene) -> bytes:
    page = Image.new("RGB", (1000, 900), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(26)
    for row, option in enumerate(("Fri", "I agree", "Gym", "Art", "Reading and lunch")):
        pen.rectangle((60, 120 + 140 * row, 94, 154 + 140 * row), outline="black", width=2)
        pen.text((120, 124 + 140 * row), option, fill="black", font=font)
        pen.line((400, 154 + 140 * row, 940, 154 + 140 * row), fill="black", width=2)
    return file_of(page.rotate(s.dice.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor="white"), "JPEG")
