"""A letter is real text: in its own headings, lists and tables, in the order of reading, and no more than it shows."""

import io
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from carriers import pdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from portal.reading.showing.blocks import (
    Block,
    Heading,
    ListItem,
    NoBlock,
    Paragraph,
    Picture,
    Run,
    Table,
    packed,
    text_of,
    unpacked,
)
from portal.reading.showing.reflow import Reflowed, reflowed

LONG = "The office is open from seven in the morning until five in the afternoon on every day of the week but Friday."
TAGGED = """
#set document(title: "Welcome back")
#set text(lang: "es")
= Welcome back
We begin on *Monday*. See #link("https://school.test/first-day")[the first day].
== What to bring
- A coat
- A snack
  - no nuts
+ Come in
+ Say hello
#table(columns: 3, table.header[Day][Opens][Closes], [Monday], [7:00], [17:00], [Friday], [7:00], [12:00])
"""


def seen(data: bytes) -> list[Reflowed]:
    with pdfium.PdfDocument(data) as document:
        return reflowed(document, 60)


def said(blocks: tuple[Block, ...]) -> list[tuple[str, str]]:
    return [(block.kind, text_of(block)) for block in blocks]


def words_at(*words: tuple[float, float, str], face: str = "F", size: float = 11, hidden: bool = False) -> bytes:
    """Operators that write each text at its place."""
    drawn = (f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in words)
    return f"BT {'3' if hidden else '0'} Tr /{face} {size} Tf {' '.join(drawn)} ET ".encode("cp1252")


def drawn(*pages: bytes, picture: Image.Image | None = None) -> bytes:
    """A PDF of such pages, with a plain and a bold face, and perhaps a picture `/I`."""
    held = io.BytesIO()
    with pikepdf.new() as made:
        faces = {
            f"/{key}": Dictionary(
                Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(name), Encoding=Name.WinAnsiEncoding
            )
            for key, name in (("F", "/Helvetica"), ("B", "/Helvetica-Bold"))
        }
        for content in pages:
            page = made.add_blank_page(page_size=(612, 792))
            page.obj.Resources = Dictionary(Font=Dictionary(faces))
            page.obj.Contents = made.make_stream(content)
            if picture:
                image = made.make_stream(picture.convert("L").tobytes())
                image.Type, image.Subtype, image.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
                image.Width, image.Height, image.BitsPerComponent = *picture.size, 8
                page.obj.Resources.XObject = Dictionary(I=image)
        made.save(held, static_id=True)
    return held.getvalue()


def column(x: float, *lines: str, top: float = 700, pitch: float = 14) -> list[tuple[float, float, str]]:
    return [(x, top - pitch * at, line) for at, line in enumerate(lines)]


def test_a_tagged_letter_is_its_tags(tmp_path: Path) -> None:
    (page,) = seen(pdf(tmp_path, TAGGED))
    assert page.is_sure
    assert said(page.blocks[:2]) == [
        ("heading", "Welcome back"),
        ("paragraph", "We begin on Monday. See the first day."),
    ]
    assert page.blocks[2] == Heading(2, (Run("What to bring"),))
    items = [block for block in page.blocks if isinstance(block, ListItem)]
    assert [(item.label, item.depth, text_of(item)) for item in items] == [
        ("", 1, "A coat"),
        ("", 1, "A snack"),
        ("", 2, "no nuts"),
        ("1.", 1, "1. Come in"),
        ("2.", 1, "2. Say hello"),
    ]
    (table,) = [block for block in page.blocks if isinstance(block, Table)]
    assert text_of(table) == "Day\tOpens\tCloses\nMonday\t7:00\t17:00\nFriday\t7:00\t12:00"
    assert [cell.is_header for cell in table.rows[0]] == [True] * 3
    assert not any(cell.is_header for row in table.rows[1:] for cell in row)


def test_a_link_leads_where_the_letter_says(tmp_path: Path) -> None:
    (page,) = seen(pdf(tmp_path, TAGGED))
    paragraph = page.blocks[1]
    assert isinstance(paragraph, Paragraph)
    (linked,) = [run for run in paragraph.runs if run.url]
    assert (linked.text, linked.host) == ("the first day", "school.test")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://a.test@b.test/",
        "https://a.test\\b.test",
        "//a.test",
        "https://a.test/\u202e",
        "a.test",
    ],
)
def test_what_browsers_may_read_in_two_ways_names_no_host(url: str) -> None:
    assert Run("here", url).host == ""


def test_a_letter_without_tags_is_its_lines_with_headings_lists_and_tables() -> None:
    plain = column(
        72, "We are glad that your child comes to the program this year, and so are", "all who work in it.", top=720
    )
    items = column(72, "• A coat for the yard", "• A snack without nuts", top=660)
    table = [
        (x, 600 - 16 * at, cell)
        for at, row in enumerate((("Monday", "7:00", "Yard"), ("Tuesday", "8:00", "Hall"), ("Friday", "7:00", "Yard")))
        for x, cell in zip((72, 200, 300), row, strict=True)
    ]
    head = [(72, 616, "Day"), (200, 616, "Opens"), (300, 616, "Where")]
    (page,) = seen(
        drawn(
            words_at((72, 750, "Welcome back"), size=20) + words_at(*plain, *items, *table) + words_at(*head, face="B")
        )
    )
    assert page.is_sure
    assert page.blocks[0] == Heading(1, (Run("Welcome back"),))
    assert said(page.blocks)[1:4] == [
        ("paragraph", "We are glad that your child comes to the program this year, and so are all who work in it."),
        ("item", "A coat for the yard"),
        ("item", "A snack without nuts"),
    ]
    (found,) = [block for block in page.blocks if isinstance(block, Table)]
    assert [[text_of(Paragraph(cell.runs)) for cell in row] for row in found.rows] == [
        ["Day", "Opens", "Where"], ["Monday", "7:00", "Yard"], ["Tuesday", "8:00", "Hall"], ["Friday", "7:00", "Yard"],
    ]  # fmt: skip
    assert [cell.is_header for cell in found.rows[0]] == [True] * 3


def test_ruling_lines_make_a_table_whatever_stands_in_its_cells() -> None:
    rules = b" ".join(b"72 %d m 400 %d l S" % (y, y) for y in (700, 660, 620)) + b" "
    rules += b" ".join(b"%d 620 m %d 700 l S" % (x, x) for x in (72, 200, 400)) + b" "
    cells = [
        (80, 685, "Bring"),
        (210, 685, "A coat, a hat and"),
        (210, 670, "water for the day"),
        (80, 640, "Leave"),
        (210, 640, "Toys"),
    ]
    (page,) = seen(drawn(rules + words_at(*cells)))
    (table,) = page.blocks
    assert text_of(table) == "Bring\tA coat, a hat and water for the day\nLeave\tToys"


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [
        "Our garden has grown this year, and",
        "the children have planted beans in",
        "all of the beds behind the hall. They",
        "water them on every day that is dry.",
    ]
    right = [
        "Lunch is served at noon now, since",
        "the bus comes later than it did. We",
        "ask that you send a bottle of water",
        "with your child on every school day.",
    ]
    (page,) = seen(drawn(words_at((72, 740, "News"), size=20) + words_at(*column(72, *left), *column(330, *right))))
    assert page.is_sure
    assert said(page.blocks) == [
        ("heading", "News"),
        ("paragraph", " ".join(left)),
        ("paragraph", " ".join(right)),
    ]


def test_a_line_end_that_the_writer_made_stays() -> None:
    lines = ["Riverbend School", "12 Oak Street", "Fern Valley"]
    (page,) = seen(drawn(words_at(*column(72, *lines, top=740)) + words_at((72, 640, LONG), size=10)))
    assert text_of(page.blocks[0]) == "\n".join(lines)


@pytest.mark.parametrize(
    "hidden",
    [
        words_at((72, 500, "Nobody sees this"), hidden=True),
        b"1 g " + words_at((72, 500, "Nobody sees this")) + b"0 g ",
        words_at((700, 500, "Nobody sees this")),
        words_at((72, 500, "Nobody sees this")) + b"1 g 60 480 300 40 re f 0 g ",
        b"q 300 400 10 10 re W n " + words_at((72, 500, "Nobody sees this")) + b" Q ",
    ],
    ids=["invisible", "white on white", "beside the paper", "covered", "cut off"],
)
def test_what_the_page_does_not_show_is_not_said(hidden: bytes) -> None:
    (page,) = seen(drawn(words_at((72, 700, LONG)) + hidden))
    assert [text_of(block) for block in page.blocks] == [LONG]


@pytest.mark.parametrize(
    "box", [b"0 g 60 490 300 20 re f 1 g ", b"1 g 60 490 300 20 re f 0 g "], ids=["black", "white"]
)
def test_words_under_a_box_that_says_something_else_are_not_said(box: bytes) -> None:
    under = words_at((72, 500, "Ben was suspended for")) + words_at((210, 500, "three days"))
    label = words_at((72, 500, "TAKEN OUT")) + b"0 g "
    (page,) = seen(drawn(words_at((72, 700, LONG)) + under + box + label))
    assert [text_of(block) for block in page.blocks] == [LONG, "TAKEN OUT"]


def test_words_on_lines_to_be_filled_in_are_said() -> None:
    filled = b"".join(
        words_at((72, 600 - 30 * at, f"Name {at}: ____________________")) + words_at((122, 601 - 30 * at, f"Maria{at}"))
        for at in range(9)
    )
    (page,) = seen(drawn(words_at((72, 700, LONG)) + filled))
    said_there = " ".join(text_of(block) for block in page.blocks)
    assert all(f"Maria{at}" in said_there for at in range(9))


def test_words_over_a_large_pale_one_are_all_said_and_their_order_is_not_sure() -> None:
    pale = b"0.85 g " + words_at((72, 560, "SAMPLE"), size=120) + b"0 g "
    lines = b"".join(words_at((72, 640 - 14 * at, f"Open from seven to five, number {at}.")) for at in range(8))
    (page,) = seen(drawn(pale + lines))
    said_there = [word for block in page.blocks for word in text_of(block).split()]
    assert {f"{at}." for at in range(8)} <= set(said_there)
    assert said_there.count("seven") == 8
    assert not page.is_sure


def test_words_that_take_the_place_of_what_is_drawn_are_not_said() -> None:
    (page,) = seen(drawn(b"/Span <</ActualText (Another)>> BDC " + words_at((72, 700, LONG)) + b" EMC"))
    assert [text_of(block) for block in page.blocks] == [LONG]


def test_a_scan_is_no_text_and_its_picture_comes_first() -> None:
    scan = Image.linear_gradient("L").resize((200, 260))
    (page,) = seen(drawn(b"q 612 0 0 792 0 0 cm /I Do Q " + words_at((72, 700, LONG), hidden=True), picture=scan))
    assert page == Reflowed((), is_sure=False)


def test_a_poster_with_few_words_is_its_picture_first_with_the_words_that_can_be_read() -> None:
    poster = Image.new("L", (20, 20), 200)
    (page,) = seen(drawn(b"q 612 0 0 700 0 0 cm /I Do Q " + words_at((72, 300, "Come to the fair")), picture=poster))
    assert not page.is_sure
    assert [text_of(block) for block in page.blocks] == ["Come to the fair"]


def test_cells_that_make_neither_a_table_nor_columns_leave_the_order_unsure() -> None:
    places = [(72, 700), (240, 700), (130, 640), (330, 640), (90, 580), (420, 580), (200, 520), (400, 520)]
    (page,) = seen(drawn(words_at(*((x, y, f"Some words number {at}") for at, (x, y) in enumerate(places)))))
    assert not page.is_sure
    assert page.blocks


def test_the_numbers_of_pages_are_of_the_paper() -> None:
    pages = [words_at((72, 700, f"{LONG} ({at})"), (300, 30, f"Page {at} of 3")) for at in (1, 2, 3)]
    assert [[text_of(block) for block in page.blocks] for page in seen(drawn(*pages))] == [
        [f"{LONG} ({at})"] for at in (1, 2, 3)
    ]


def test_a_picture_says_what_the_letter_says_of_it(tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "hall.png")
    (page,) = seen(pdf(tmp_path, f'{LONG}\n\n#image("hall.png", alt: "Our new hall", width: 5cm)'))
    assert Picture("Our new hall") in page.blocks


def test_a_page_that_is_turned_is_read_as_it_is_shown() -> None:
    with pikepdf.open(io.BytesIO(drawn(b"0 1 -1 0 612 0 cm " + words_at((72, 400, LONG))))) as turned:
        turned.pages[0].Rotate = 90
        held = io.BytesIO()
        turned.save(held)
    (page,) = seen(held.getvalue())
    assert [text_of(block) for block in page.blocks] == [LONG]


def test_what_notes_on_a_page_show_is_said() -> None:
    with pikepdf.open(io.BytesIO(drawn(words_at((72, 700, LONG))))) as form:
        shown = form.make_stream(words_at((2, 5, "Fern Valley")))
        shown.Type, shown.Subtype, shown.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 20])
        shown.Resources = form.pages[0].Resources
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.FreeText, Contents=String("site"), Rect=[72, 600, 272, 620], F=4,
            AP=Dictionary(N=shown),
        )  # fmt: skip
        form.pages[0].Annots = Array([form.make_indirect(field)])
        held = io.BytesIO()
        form.save(held)
    (page,) = seen(held.getvalue())
    assert [text_of(block) for block in page.blocks] == [LONG, "Fern Valley"]


def test_blocks_leave_the_cage_as_they_are(tmp_path: Path) -> None:
    (page,) = seen(pdf(tmp_path, TAGGED))
    assert tuple(unpacked(packed(block)) for block in page.blocks) == page.blocks


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        ["h", 9, []],
        ["p", [["x"]]],
        ["p", [["\ud800", ""]]],
        ["t", []],
        ["t", [[[True, 0, []]]]],
        ["f", 1],
        ["x"],
    ],
)
def test_what_is_no_block_is_not_taken_for_one(value: object) -> None:
    with pytest.raises(NoBlock):
        unpacked(value)


def test_what_is_written_from_the_right_is_read_from_the_right(tmp_path: Path) -> None:
    source = """
#set text(lang: "ar", font: "DejaVu Sans")
أعزائي الأهل، نلتقي يوم الاثنين في 7:30 في Amber Creek ونبدأ.
#table(columns: 2, [اليوم], [يفتح], [الاثنين], [7:00], [الجمعة], [8:00])
"""
    tagged = pdf(tmp_path, source)
    with pikepdf.open(io.BytesIO(tagged)) as plain:
        del plain.Root.StructTreeRoot
        held = io.BytesIO()
        plain.save(held)
    for data in (tagged, held.getvalue()):
        (page,) = seen(data)
        assert said(page.blocks) == [
            ("paragraph", "أعزائي الأهل، نلتقي يوم الاثنين في 7:30 في Amber Creek ونبدأ."),
            ("table", "اليوم\tيفتح\nالاثنين\t7:00\nالجمعة\t8:00"),
        ]


def test_no_level_of_headings_is_left_out(tmp_path: Path) -> None:
    (page,) = seen(pdf(tmp_path, f"= Welcome\n==== Times\n{LONG}\n== Places\n{LONG}"))
    assert [block.level for block in page.blocks if isinstance(block, Heading)] == [1, 2, 2]
