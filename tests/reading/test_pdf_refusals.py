"""What the PDF reader will not vouch for, each with its sentence; what would eat the machine; and what is innocent."""

import contextlib
import io
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import carriers
import pikepdf
import pytest
from carriers import FONT, simple_pdf, stream
from pdf_makers import annotated, changed, drawn, gathered, image, later, outlines, picture
from pikepdf import Array, Dictionary, Name
from PIL import Image

from portal.reading.budget import CannotRead
from tests.pace import at_most

TIMES: float = 150  # what the known piece of work takes


def reason(data: bytes) -> str:
    with at_most(TIMES), pytest.raises(CannotRead) as refused:
        gathered(data)
    assert str(refused.value).endswith(".")
    return str(refused.value)


def locked(**options: object) -> bytes:
    return changed(lambda _: None, encryption=pikepdf.Encryption(**options))  # type: ignore[arg-type] - options of pikepdf


def test_a_locked_pdf_is_refused_even_with_an_empty_password():
    for data in (
        locked(owner="a", user="b"),
        locked(owner="a", user=""),
        locked(owner="a", user="", R=4, aes=False, metadata=False),
    ):
        assert reason(data).startswith("This PDF is locked.")


def test_a_damaged_pdf_is_refused():
    whole = simple_pdf()
    for data in (whole[:200], whole[: len(whole) // 2], b"%PDF-1.7\n%%EOF", b"%PDF-1.4\nnothing", whole[:-7]):
        assert "damaged" in reason(data)
    assert "damaged" in reason(simple_pdf(text=carriers.WELCOME.replace(b"x\x9c", b"y\x9c")))


def test_something_else_before_or_behind_a_pdf_is_refused():
    zipped = carriers.document(lambda _: None)
    assert "before the beginning" in reason(b"GIF89a" + simple_pdf())
    assert "follows the end" in reason(simple_pdf() + zipped)
    assert "follows the end" in reason(simple_pdf() + b"words " * 1000)
    with pytest.raises(CannotRead):
        gathered(simple_pdf().replace(b"endobj\n2 0", b"endobj\n" + zipped + b"\n2 0"))


def test_films_sounds_and_models_are_refused():
    for kind in ("RichMedia", "Screen", "Movie", "Sound", "3D"):
        assert "film" in reason(changed(annotated(Subtype=Name(f"/{kind}"))))


def test_a_form_that_only_some_programs_show_is_refused():
    form = stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>")
    catalog = b"<</Type/Catalog/Pages 2 0 R/NeedsRendering true/AcroForm<</Fields[]/XFA 5 0 R>>>>"
    assert "only some programs show" in reason(simple_pdf(form, catalog=catalog))


def test_an_attached_file_that_cannot_be_read_makes_the_pdf_unreadable():
    assert "archives" in reason(changed(lambda pdf: pdf.attachments.__setitem__("a.zip", b"PK\x03\x04")))


def pages(count: int) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + count))
    tree = b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 300 300]>>" % (kids, count)
    page = carriers.PAGE.replace(b"4 0 R", b"3 0 R")
    return carriers.pdf_of_objects(carriers.CATALOG, tree, carriers.WELCOME, *[page] * count)


def test_two_thousand_pages_are_read_and_more_are_refused():
    assert gathered(pages(2000)).pages == 2000
    assert "2,000 pages" in reason(pages(2001))


def test_very_many_earlier_versions_are_refused():
    data = simple_pdf()
    for number in range(25):
        data = later(data, (4, stream(b"BT /F 12 Tf 20 200 Td (Version %d) Tj ET" % number)))
    assert "very many earlier versions" in reason(data)


def sized(width: int, height: int) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        made = image(pdf)
        made.Width, made.Height = width, height
        drawn(pdf, made)

    return change


def huge_jpeg(pdf: pikepdf.Pdf) -> None:
    held = io.BytesIO()
    picture().save(held, "JPEG")
    file = bytearray(held.getvalue())
    at = file.index(b"\xff\xc0") + 5
    file[at : at + 4] = b"\xff\xdc\xff\xdc"
    made = image(pdf)
    made.write(bytes(file), filter=Name.DCTDecode)
    drawn(pdf, made)


def packed_twice(content: bytes) -> bytes:
    packed = zlib.compress(zlib.compress(content, 9), 9)
    return b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%s\nendstream" % (len(packed), packed)


def nested_forms(pdf: pikepdf.Pdf) -> None:
    inner = None
    for _ in range(30):
        made = pdf.make_stream(b"/X Do " * 10)
        made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 300])
        made.Resources = Dictionary() if inner is None else Dictionary(XObject=Dictionary(X=inner))
        inner = made
    pdf.pages[0].Resources.XObject = Dictionary(X=inner)
    pdf.pages[0].contents_add(b"/X Do")


BOMBS: dict[str, Callable[[], bytes]] = {
    "forms that draw each other again and again": lambda: changed(nested_forms),
    "a stream that grows": lambda: simple_pdf(text=stream(b" " * 60_000_000)),
    "a stream that grows twice": lambda: simple_pdf(text=packed_twice(b"0" * 300_000_000)),
    "an object stream that grows": lambda: simple_pdf(stream(b" " * 90_000_000, b"/Type/ObjStm/N 1/First 9")),
    "very many streams that grow": lambda: simple_pdf(*[stream(b" " * 4_000_000)] * 200),
    "a picture of giant size": lambda: changed(sized(60_000, 60_000)),
    "a jpeg of giant size": lambda: changed(huge_jpeg),
    "a page tree that bites its tail": lambda: carriers.pdf_of_objects(
        carriers.CATALOG, b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>", carriers.PAGE, carriers.WELCOME
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_time(bomb: str):
    reason(BOMBS[bomb]())


ENDLESS: dict[str, Callable[[], bytes]] = {
    "a number of pages that is a lie": lambda: simple_pdf().replace(b"/Count 1", b"/Count 2147483647"),
    "a form that draws itself": lambda: simple_pdf(
        stream(b"BT (Hello) Tj ET /X Do", b"/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"),
        page=b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        text=stream(b"/X Do"),
    ),
    "brackets within brackets": lambda: simple_pdf(b"[" * 100_000 + b"]" * 100_000),
    "open brackets": lambda: simple_pdf(b"(" * 300_000),
    "open strings": lambda: simple_pdf(b"(a" * 200_000),
    "open angles": lambda: simple_pdf(b"<4" * 200_000),
    "comments": lambda: simple_pdf(b"% a" * 100_000),
    "names": lambda: simple_pdf(b"/a" * 200_000),
    "objects without end": lambda: simple_pdf(b"7 0 obj " * 50_000),
    "lengths that lead astray": lambda: simple_pdf(*[b"<</Length 99999>>\nstream\nendstream"] * 5_000),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_never_ends_is_read_or_refused_in_time(kind: str):
    data = ENDLESS[kind]()
    with at_most(TIMES), contextlib.suppress(CannotRead):
        gathered(data)


INNOCENT = {
    "a letter": "= Welcome\nDear families, *welcome* to the _program_. #lorem(200)",
    "a table": "#table(columns: 5, ..range(200).map(str))",
    "a fee schedule": (
        "#table(columns: 3, stroke: none, fill: (x, y) => if calc.odd(y) { luma(90%) }, ..range(120).map(str))"
    ),
    "boxes and bullets": (
        "#for i in range(30) [ #box(radius: 4pt, stroke: 1pt, inset: 4pt)[Day #i] #circle(radius: 2pt)\n - One\n ]"
    ),
    "a bar chart": (
        "Meals a day #for i in range(20) { place(dx: i * 20pt, rect(width: 15pt, height: i * 9pt, fill: blue)) }"
    ),
    "mathematics": "$ sum_(i=0)^n x_i = integral_0^1 sqrt(x) dif x $ and a long letter #lorem(80)",
    "six languages": (
        "Liebe Familien, schöne Grüße. Estimados señores, mañana. Chères familles, à bientôt. "
        "Уважаемые родители, добро пожаловать. Αγαπητές οικογένειες."
    ),
    "capitals and figures": (
        '#smallcaps[Welcome to the Program] #text(number-type: "old-style")[1234567890] #underline[soon]'
    ),
    "code": "```python\ndef welcome(family): return family\n``` and then",
}


@pytest.mark.parametrize("kind", INNOCENT)
def test_an_innocent_pdf_is_read_without_looking_at_its_pages(kind: str, tmp_path: Path):
    to = gathered(carriers.pdf(tmp_path, INNOCENT[kind]))
    assert not to.pictures
    assert to.hidden == 0


def test_a_drawn_logo_costs_one_picture_and_no_text(tmp_path: Path):
    letter = carriers.pdf(tmp_path, "#lorem(100)")
    to = gathered(changed(lambda pdf: pdf.pages[0].contents_add(outlines()), letter))
    (shown,) = to.pictures.values()
    assert shown.place == "page 1, drawing"
    assert shown.height < 60


def test_a_scanned_letter_is_one_picture_a_page():
    def scanned(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.Contents = pdf.make_stream(b"q 300 0 0 300 0 0 cm /I Do Q BT 3 Tr /F 12 Tf 20 200 Td (Welcome) Tj ET")
        page.Resources.XObject = Dictionary(I=image(pdf, Image.effect_noise((800, 1000), 50)))

    assert [shown.place for shown in gathered(changed(scanned)).pictures.values()] == ["page 1, picture 1"]


def test_a_letter_and_a_handbook_are_read_fast(tmp_path: Path):
    letter = carriers.pdf(tmp_path, INNOCENT["a letter"])
    book = carriers.pdf(tmp_path, "".join(f"== Chapter {i}\n#lorem(500)\n#pagebreak()\n" for i in range(30)))
    for data, seconds in ((letter, 0.04), (book, 0.25)):
        gathered(data)
        times = []
        for _ in range(5):
            started = time.process_time()
            gathered(data)
            times.append(time.process_time() - started)
        assert min(times) < seconds


def test_a_standard_font_with_other_glyph_names_says_what_it_draws():
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[1/A/n/a/space/R/i/v/e/r]>>>>"
    page = carriers.PAGE.replace(FONT, b"<</Font<</F " + font + b">>>>")
    to = gathered(simple_pdf(page=page, text=stream(b"BT /F 12 Tf 20 200 Td <01020304050607080903> Tj ET")))
    assert "Ana Rivera" in to.parts[0].text
    assert not to.pictures
