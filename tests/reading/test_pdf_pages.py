"""What pages say, however they are drawn, in every version of a PDF."""

import base64
import io
import itertools
import math
import zlib
from pathlib import Path

import carriers
import pikepdf
import pytest
from carriers import NAME, simple_pdf, stream
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_makers import (
    DRAWS_NAME,
    annotated,
    attached,
    attached_pdf,
    changed,
    form,
    gathered,
    in_a_hidden_layer,
    later,
    outlined,
    says_name,
    texts,
    with_field,
)
from pikepdf import Name, String

IN_COURIER = carriers.PAGE.replace(b"Helvetica", b"Courier")
PAGES = {
    "plain": b"BT /F 12 Tf 20 200 Td (Ana Rivera) Tj ET",
    "white": b"1 g BT /F 12 Tf 20 200 Td (Ana Rivera) Tj ET",
    "covered": b"BT /F 12 Tf 20 200 Td (Ana Rivera) Tj ET 0 0 300 300 re f",
    "invisible": b"BT 3 Tr /F 12 Tf 20 200 Td (Ana Rivera) Tj ET",
    "clipped": b"0 0 5 5 re W n BT /F 12 Tf 20 200 Td (Ana Rivera) Tj ET",
    "off the page": b"BT /F 12 Tf 2000 200 Td (Ana Rivera) Tj ET",
    "rotated": b"BT /F 12 Tf 0 1 -1 0 100 20 Tm (Ana Rivera) Tj ET",
    "tiny": b"BT /F 0.5 Tf 20 200 Td (Ana Rivera) Tj ET",
    "in pieces": b"BT /F 12 Tf 20 200 Td [(A) 20 (na R) -10 (ive) 5 (ra)] TJ ET",
    "in pieces sideways": (
        b"BT /F 12 Tf 0 1 -1 0 100 62.67 Tm (era) Tj 0 1 -1 0 100 20 Tm (Ana R) Tj 0 1 -1 0 100 54 Tm (iv) Tj ET"
    ),
    "in pieces downwards": (
        b"BT /F 12 Tf 0 -1 1 0 100 177.33 Tm (era) Tj 0 -1 1 0 100 220 Tm (Ana R) Tj 0 -1 1 0 100 186 Tm (iv) Tj ET"
    ),
    "in pieces on its head": (
        b"BT /F 12 Tf -1 0 0 -1 157.33 50 Tm (era) Tj -1 0 0 -1 200 50 Tm (Ana R) Tj -1 0 0 -1 166 50 Tm (iv) Tj ET"
    ),
    "in hexadecimal": b"BT /F 12 Tf 20 200 Td <416E6120526976657261> Tj ET",
    "drawn by columns": (
        b"BT /F 12 Tf 20 200 Td (Rivera) Tj 0 -20 Td (Kim) Tj 100 20 Td (Ana) Tj 0 -20 Td (Tom) Tj "
        b"100 20 Td (Oak) Tj 0 -20 Td (Elm) Tj ET"
    ),
    "drawn by columns sideways": (
        b"BT /F 12 Tf 0 1 -1 0 50 20 Tm (Rivera) Tj 0 1 -1 0 80 20 Tm (Kimberly) Tj 0 1 -1 0 50 120 Tm (Ana) Tj "
        b"0 1 -1 0 80 120 Tm (Thomas) Tj ET"
    ),
    "drawn from the end": b"BT /F 12 Tf 60 200 Td (Rivera) Tj -40 0 Td (Ana) Tj ET",
}


def _along_a_circle(text: str, steps: int) -> bytes:
    """Draw letters around a point, `steps` of them to a full turn, each upright on its place of the circle."""
    drawn = []
    for place, letter in enumerate(text):
        turn = math.pi / 2 - place * 2 * math.pi / steps
        cos, sin = math.sin(turn), -math.cos(turn)
        at = (150 + 100 * math.cos(turn), 150 + 100 * math.sin(turn))
        drawn.append(
            f"BT /F 14 Tf {cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {at[0]:.2f} {at[1]:.2f} Tm ({letter}) Tj ET"
        )
    return "\n".join(drawn).encode()


@pytest.mark.parametrize("way", PAGES)
def test_a_name_on_a_page_is_found(way: str):
    assert says_name(simple_pdf(text=stream(PAGES[way])))


@pytest.mark.parametrize(("rotation", "matrix"), [(90, "1 0 0 1"), (180, "1 0 0 1"), (0, "-1 0 0 -1"), (0, "0 -1 1 0")])
def test_a_name_over_two_lines_is_found_on_a_page_that_is_turned(rotation: int, matrix: str):
    def turned(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = rotation

    lines = f"BT /F 12 Tf {matrix} 150 150 Tm 14 TL (We thank Ana) Tj T* (Rivera for it) Tj ET".encode()
    said = texts(changed(turned, simple_pdf(text=stream(lines)))).split()
    assert any(pair == ("Ana", "Rivera") for pair in itertools.pairwise(said))


@pytest.mark.parametrize("steps", [20, 24, 30, 40, 60, 90])
@pytest.mark.parametrize("before", ["", "BT /F 12 Tf 20 280 Td (Hello dear all) Tj ET "])
def test_letters_along_a_curve_are_a_word(steps: int, before: str):
    said = texts(simple_pdf(text=stream(before.encode() + _along_a_circle(NAME, steps))))
    assert {NAME, NAME.replace(" ", "")} & {line.strip() for line in said.split("\n")}


def test_the_marks_of_a_drawing_are_no_word():
    marks = (b"A", b"B", b"1", b"C", b"2", b"3")
    drawn = b"".join(b"BT /F 12 Tf %d %d Td (%s) Tj ET " % (20 + 30 * at, 20 + 40 * at, marks[at]) for at in range(6))
    assert "AB" not in texts(simple_pdf(text=stream(drawn)))


def test_single_words_between_wide_gaps_are_cells_of_a_row():
    def row(*cells: str) -> str:
        drawn = " ".join(f"BT /F 12 Tf {20 + 150 * at} 200 Td ({cell}) Tj ET" for at, cell in enumerate(cells))
        return texts(simple_pdf(text=stream(drawn.encode())))

    assert "Rivera\t\tAna" in row("Rivera", "Oak School", "Ana")
    assert "\t" not in row("Grace Park", "2nd bus", "seven")
    assert "\t" not in row("We thank all who come to help with the fair")


@pytest.mark.parametrize("turned", [0, 1])
@pytest.mark.parametrize(("share", "told"), [(0, "left"), (0.5, "middle"), (1, "right")])
def test_cells_that_stand_below_each_other_are_told_apart_whatever_is_in_them(share: float, told: str, turned: int):
    rows = (("First", "Ana Sofia", "Oliver", "Grace"), ("Last", "Rivera", "Whitcombe", "Park"))
    drawn = " ".join(  # Courier: 7.2 points a letter
        f"BT /F 12 Tf {20 + 90 * at - share * 7.2 * len(cell):.1f} {200 - 20 * number} Td ({cell}) Tj ET"
        for number, row in enumerate(rows[:: -1 if turned else 1])
        for at, cell in enumerate(row)
    )
    said = texts(simple_pdf(page=IN_COURIER, text=stream(drawn.encode())))
    assert "First\tAna Sofia\tOliver\tGrace" in said, told
    assert "Last\tRivera\tWhitcombe\tPark" in said, told


def test_words_spread_to_the_margin_are_no_cells():
    def line(height: int, **places: int) -> str:
        return " ".join(f"BT /F 12 Tf {x} {height} Td ({word}) Tj ET" for word, x in places.items())

    first = line(200, Gracefully=20, will=94, thank=138, Parkers=190)
    spread = first + " " + line(180, Olivers=20, came=80, beside=124, Quentin=185)
    assert "\t" not in texts(simple_pdf(text=stream(spread.encode())))
    table = first + " " + line(180, Olivers=20, came=94, beside=138, Quentin=190)
    assert "Olivers\tcame\tbeside\tQuentin" in texts(simple_pdf(text=stream(table.encode())))


def test_a_name_that_is_written_from_the_right_and_drawn_from_the_left_is_found():
    name = "\u0644\u064a\u0627\u0646 \u0627\u0644\u0639\u0645\u0631\u064a"
    told = "".join(f"<{0x61 + at:02x}> <{ord(letter):04x}> " for at, letter in enumerate(name))

    def in_arabic(pdf: pikepdf.Pdf) -> None:
        map_of = f"{len(name)} beginbfchar {told} endbfchar".encode()
        pdf.pages[0].Resources.Font.F.ToUnicode = pikepdf.Stream(pdf, map_of)

    drawn = stream(b"BT /F 12 Tf 20 200 Td (abcdefghijk) Tj ET")
    assert name in texts(changed(in_arabic, simple_pdf(text=drawn)))


def test_letters_spaced_apart_stand_in_order():
    assert "AnaRivera" in "".join(
        texts(simple_pdf(text=stream(b"BT 9 Tc /F 12 Tf 20 200 Td (Ana Rivera) Tj ET"))).split()
    )


def test_letters_drawn_in_any_order_are_put_in_order():
    at = {"A": 20, "n": 28, "a": 35, "R": 46, "i": 55, "v": 58, "e": 64, "r": 71, "A2": 75}
    drawn = "".join(
        f"BT /F 12 Tf {x} 200 Td ({letter[0]}) Tj ET " for letter, x in sorted(at.items(), key=lambda each: -each[1])
    )
    assert "Ana RiverA" in texts(simple_pdf(text=stream(drawn.encode())))


def test_cells_of_a_row_are_parted_by_tabs_and_rows_by_blank_lines():
    parts = gathered(simple_pdf(text=stream(PAGES["drawn by columns"]))).parts
    assert [part.text for part in parts if part.place == "page 1, rows"] == ["Rivera\tAna\tOak\n\nKim\tTom\tElm"]


def test_a_running_letter_is_said_once(tmp_path: Path):
    parts = gathered(carriers.pdf(tmp_path, "= Welcome\n#lorem(300)")).parts
    assert [part.place for part in parts if part.place.startswith("page")] == ["page 1"]


def test_the_filter_of_a_stream_does_not_matter():
    for packed, name in (
        (base64.a85encode(zlib.compress(DRAWS_NAME)) + b"~>", b"[/ASCII85Decode/FlateDecode]"),
        (DRAWS_NAME.hex().encode() + b">", b"/ASCIIHexDecode"),
        (bytes([len(DRAWS_NAME) - 1]) + DRAWS_NAME + b"\x80", b"/RunLengthDecode"),
    ):
        text = b"<</Length %d/Filter%s>>\nstream\n%s\nendstream" % (len(packed), name, packed)
        assert says_name(simple_pdf(text=text)), name


def test_an_earlier_version_is_read_and_counted():
    old = simple_pdf(text=stream(DRAWS_NAME))
    to = gathered(later(old, (4, carriers.WELCOME)))
    found = [part.place for part in to.parts if NAME in part.text]
    assert found == ["earlier version 1: page 1"]
    assert to.pages == 1
    assert to.hidden == 1
    assert "Welcome" in to.parts[0].text


def test_every_earlier_version_is_read():
    data = simple_pdf(text=stream(DRAWS_NAME))
    for number in range(4):
        data = later(data, (4, stream(b"BT /F 12 Tf 20 200 Td (Version %d) Tj ET" % number)))
    to = gathered(data)
    assert to.hidden == 4
    assert "earlier version 4: page 1" in [part.place for part in to.parts if NAME in part.text]


def test_an_earlier_versions_font_is_not_taken_for_the_newer_one(tmp_path: Path):
    old = carriers.pdf(tmp_path, NAME)
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(old)) as pdf:
        pdf.save(held, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        number = pdf.pages[0].Contents.objgen[0]
    written = held.getvalue()
    with pikepdf.open(io.BytesIO(written)) as pdf:
        number = pdf.pages[0].Contents.objgen[0]
    assert NAME in texts(later(written, (number, carriers.WELCOME)))


def test_a_linearized_file_is_one_version(tmp_path: Path):
    data = changed(lambda _: None, carriers.pdf(tmp_path, "One #pagebreak() Two"), linearize=True)
    to = gathered(data)
    assert (to.pages, to.hidden) == (2, 0)
    assert not [part for part in to.parts if part.place.startswith("earlier")]


def test_a_second_table_without_objects_is_no_version():
    pdf = simple_pdf()
    again = b"xref\n0 0\ntrailer<</Size 5/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (
        pdf.rindex(b"xref\n0"),
        len(pdf),
    )
    assert gathered(pdf + again).hidden == 0


def test_hidden_things_are_counted():
    assert gathered(changed(in_a_hidden_layer)).hidden == 1
    assert gathered(changed(attached)).hidden == 1
    assert gathered(simple_pdf()).hidden == 0


def test_places_tell_the_page_and_no_word_of_the_file():
    to = gathered(changed(annotated(Subtype=Name.Text, Contents=String(NAME))))
    assert [part.place for part in to.parts if NAME in part.text] == ["page 1, notes"]
    to = gathered(changed(outlined))
    assert [part.place for part in to.parts if NAME in part.text] == ["bookmarks"]
    to = gathered(changed(attached_pdf))
    assert "attachment 1: attachment 1: text" in [part.place for part in to.parts]


def test_a_signature_or_a_filled_field_saved_on_top_is_read():
    data = changed(with_field(FT=Name.Tx, V=String("Oak")))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.Root.AcroForm.Fields[0].objgen[0]
    filled = b"<</Type/Annot/Subtype/Widget/Rect[10 10 90 40]/T(field)/FT/Tx/V(Ana Rivera)>>"
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(data))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        root = pdf.trailer.Root.objgen[0]
    body = b"%d 0 obj\n%s\nendobj\n" % (number, filled)
    end = b"trailer<</Size 30/Root %d 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
    previous = data[data.rindex(b"startxref") + 10 :].split()[0]
    assert says_name(data + body + table + end % (root, previous, len(data) + len(body)))


def test_text_drawn_as_outline_and_filled_is_read_once():
    advances = {"A": 8.0, "n": 6.67, "a": 6.67, " ": 3.34, "R": 8.67, "i": 2.67, "v": 6.0, "e": 6.67, "r": 4.0}
    x, letters = 20.0, []
    for letter in "Ana Rivera":
        letters.append(f"BT /G 12 Tf {x:.2f} 200 Td ({letter}) Tj ET")
        x += advances[letter]
    page = carriers.PAGE.replace(b"<</F<<", b"<</G<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>/F<<")
    filled = b"BT /F 12 Tf 20 200 Td (Ana) Tj 23.34 0 Td ( Riv) Tj 20.7 0 Td (era) Tj ET 1 0 0 RG 1 Tr "
    data = simple_pdf(page=page, text=stream(filled + " ".join(letters).encode()))
    assert [part.text for part in gathered(data).parts if part.place == "page 1, rows"] == ["Ana Rivera"]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12), st.integers(0, 359))
@settings(max_examples=60, deadline=None)
def test_a_word_on_a_page_is_read_however_it_is_turned(word: str, degrees: int):
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    content = f"BT /F 12 Tf {cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} 150 150 Tm ({word}) Tj ET"
    assert word in "".join(texts(simple_pdf(text=stream(content.encode()))).split())


def from_the_right(content: bytes, letters: str) -> bytes:
    """A page whose letters a, b, c ... are these, drawn as told."""
    lines = "".join(f"<{97 + at:02x}> <{ord(letter):04x}>\n" for at, letter in enumerate(letters))
    held = f"1 begincodespacerange <00> <ff> endcodespacerange {len(letters)} beginbfchar\n{lines}endbfchar"

    def say_so(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Resources.Font.F.ToUnicode = pdf.make_stream(held.encode())

    return changed(say_so, simple_pdf(text=stream(content)))


def test_an_arabic_name_in_pieces_is_said_from_right_to_left():
    drawn = b"BT /F 12 Tf 126 200 Td (efg) Tj -26 0 Td (abc) Tj 19.3 0 Td (d) Tj ET"
    said = [part.text for part in gathered(from_the_right(drawn, "نسح يلع")).parts if "as it is seen" in part.place]
    assert said == ["علي حسن"]


def test_figures_and_latin_words_among_arabic_ones_stay_as_they_are():
    drawn = b"BT /F 12 Tf 100 200 Td (abcdefg) Tj ET"
    said = [part.text for part in gathered(from_the_right(drawn, "42 Bيلع")).parts if "as it is seen" in part.place]
    assert said == ["علي42 B"]


def test_an_arabic_word_in_a_line_of_latin_ones_stays_where_it_is():
    drawn = b"BT /F 12 Tf 100 200 Td (abcdefghi) Tj ET"
    said = [part.text for part in gathered(from_the_right(drawn, "Dear يلع!")).parts if "as it is seen" in part.place]
    assert said == ["Dear علي!"]


def as_seen(content: bytes, letters: str) -> list[str]:
    """The lines of such a page by where each letter stands."""
    said = [part.text for part in gathered(from_the_right(content, letters)).parts if "as it is seen" in part.place]
    return [line for text in dict.fromkeys(said) for line in text.split("\n")]


def test_figures_that_blanks_part_are_read_from_either_end_in_an_arabic_line():
    drawn = b"BT /F 12 Tf 100 200 Td (abcdefghijkl) Tj ET"
    assert as_seen(drawn, "47 56 يلع .1") == ["1. علي 47 56", "1. علي 56 47"]


@pytest.mark.parametrize("brackets", ["()", "((", "))", ")("])
def test_brackets_in_an_arabic_line_stand_around_what_is_between_them(brackets: str):
    drawn = b"BT /F 12 Tf 100 200 Td (abcdefghijkl) Tj ET"
    assert as_seen(drawn, f"نسح {brackets[0]}3B{brackets[1]} يلع") == ["علي (3B) حسن"]


def test_a_line_of_more_latin_letters_is_read_from_either_end_where_arabic_words_stand_around_them():
    drawn = b"BT /F 12 Tf 100 200 Td (abcdefghijklmnopqrstu) Tj ET"
    assert as_seen(drawn, "نسح Elementary 3 يلع!") == ["حسن Elementary 3 علي!", "!علي Elementary 3 حسن"]


def with_a_sign_of(letters: str, other: str, content: bytes) -> bytes:
    """A page on which an `a` is a sign of several letters, and `b`, `c` and so on are others."""
    signs = {97: letters, **dict(enumerate(other, 98))}
    told = " ".join(f"<{code:02x}> <{sign.encode('utf-16-be').hex()}>" for code, sign in signs.items())
    held = f"1 begincodespacerange <00> <ff> endcodespacerange {len(signs)} beginbfchar {told} endbfchar"

    def say_so(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Resources.Font.F.ToUnicode = pdf.make_stream(held.encode())

    return changed(say_so, simple_pdf(text=stream(content)))


@pytest.mark.parametrize("letters", ["\u0644\u0627", "\u0627\u0644"])
def test_letters_of_one_sign_begin_with_the_lam(letters: str):
    page = with_a_sign_of(letters, "\u0645\u0633", b"BT /F 12 Tf 100 200 Td (bac) Tj ET")
    assert "سلام" in texts(page)


@pytest.mark.parametrize("matrix", ["0 1 -1 0", "-1 0 0 -1", "0.5 0.866 -0.866 0.5"])
def test_letters_of_one_latin_sign_keep_their_order_in_a_turned_line(matrix: str):
    page = with_a_sign_of("tti", "ebon", f"BT /F 12 Tf {matrix} 150 150 Tm (bacdeb) Tj ET".encode())
    said = [part.text for part in gathered(page).parts if "as it is seen" in part.place]
    assert set(said) == {"ettibone"}


def test_marks_of_vowels_tear_no_arabic_word():
    drawn = b"BT /F 12 Tf 100 200 Td (abdf) Tj ET BT /F 12 Tf 122 200 Td (c) Tj -18 0 Td (e) Tj ET"
    assert as_seen(drawn, "نسُحَي") == ["يحسن"]


@pytest.mark.parametrize("matrix", ["-0.25 0 0 -0.25 200 150", "0.25 0 0 0.25 100 150"])
def test_letters_in_a_drawing_with_a_text_in_their_place_are_read_where_they_stand(matrix: str):
    drawing = (
        b"BT /F 48 Tf 1 0 0 1 53.4 20 Tm (c) Tj ET BT /F 48 Tf 1 0 0 1 0 20 Tm (a) Tj ET "
        b"/Span <</ActualText <FEFF0644>>> BDC BT /F 48 Tf 1 0 0 1 26.7 20 Tm (b) Tj ET EMC"
    )

    def in_a_drawing(pdf: pikepdf.Pdf) -> None:
        font = pdf.pages[0].Resources.Font
        pdf.pages[0].Resources.XObject = pikepdf.Dictionary(X=form(pdf, drawing, Resources={"/Font": font}))

    page = changed(in_a_drawing, from_the_right(f"q {matrix} cm /X Do Q".encode(), "يلع"))
    assert any("علي" in part.text for part in gathered(page).parts if "as it is seen" in part.place)


def test_arabic_letters_one_above_the_other_are_read_from_below_as_well():
    drawn = b" ".join(b"BT /F 12 Tf 100 %d Td (%c) Tj ET" % (280 - 30 * at, 97 + at) for at in range(6))
    said = texts(from_the_right(b"BT /F 12 Tf 20 290 Td (Dear) Tj ET " + drawn, "نسحيلع"))
    assert "عليحسن" in said
    assert "نسحيلع" in said
