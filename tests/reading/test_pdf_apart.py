"""Pages that a PDF keeps and does not show, and fonts whose glyphs draw more than the letter they say they are."""

import io
import zlib
from functools import cache

import pikepdf
import pytest
import typst
from pdf_makers import changed, gathered, outlines, says_name
from pikepdf import Array, Dictionary, Name

from tests.guard_corpus.papers import outlined


def pages_of(source: str) -> bytes:
    made = typst.compile(source.encode())
    assert isinstance(made, bytes)
    return made


def hidden(*, how: str) -> bytes:
    """A letter whose second page, in fonts of its own, was taken out of the tree and kept somewhere."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[1].obj
        if how == "an object that says it is no page":
            page.Type = Name.Kept
        if how == "several contents":
            page.Contents = Array([pdf.make_stream(b"q"), page.Contents, pdf.make_stream(b"Q")])
        if how == "contents that a page shows in other fonts":
            pdf.pages[0].Contents = page.Contents
        del pdf.pages[1]
        is_direct = how == "part of another object"
        pdf.Root.Old = Dictionary(Was=Array([Dictionary(page) if is_direct else page]))

    packed = pikepdf.ObjectStreamMode.generate if how == "a packed object" else pikepdf.ObjectStreamMode.preserve
    source = 'Welcome to the new school year\n#pagebreak()\n#set text(font: "DejaVu Sans Mono")\nAna Rivera'
    return changed(change, pages_of(source), object_stream_mode=packed)


@pytest.mark.parametrize(
    "how",
    [
        "an object", "a packed object", "part of another object", "an object that says it is no page",
        "several contents", "contents that a page shows in other fonts",
    ],
)  # fmt: skip
def test_a_page_that_no_tree_shows_is_read_in_its_own_fonts(how: str):
    data = hidden(how=how)
    assert says_name(data)
    assert any(part.place == "page that is not shown" for part in gathered(data).parts)


def test_a_page_is_looked_for_among_numbers_that_are_objects_too():
    def count(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Old.Count = pdf.make_indirect(1)

    assert says_name(changed(count, hidden(how="an object")))


def test_pages_that_are_all_shown_are_read_once():
    parts = gathered(pages_of("Ana Rivera\n#pagebreak()\nTom Kim")).parts
    assert [part.place for part in parts if "Kim" in part.text or "not shown" in part.place] == ["page 2"]


def drawn_font(*glyphs: bytes, head: bytes = b"1000 0 d0 ", text: bytes = b"abc", **keys: object) -> bytes:
    """A page that says `text` in a font that draws its letters itself."""

    def change(pdf: pikepdf.Pdf) -> None:
        streams = {f"/{chr(97 + at)}": pdf.make_stream(head + glyph) for at, glyph in enumerate(glyphs)}
        encoding = Dictionary(Differences=Array([97, *map(Name, streams)]))
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1000, 1000], CharProcs=Dictionary(streams),
            FontMatrix=[0.001, 0, 0, 0.001, 0, 0], Encoding=encoding, FirstChar=97, LastChar=96 + len(glyphs),
            Widths=[1000] * len(glyphs), Resources=Dictionary(),
        )  # fmt: skip
        for key, value in keys.items():
            font[f"/{key}"] = value
        pdf.pages[0].Resources.Font.D = font
        pdf.pages[0].contents_add(b"BT /D 12 Tf 20 100 Td (%s) Tj ET" % text)

    return changed(change)


def places(data: bytes) -> set[str]:
    return {picture.place for picture in gathered(data).pictures.values()}


BITS = zlib.compress(b"\x55" * 20 * 30)
RICH = {
    "outlines of letters side by side": b"10 0 0 10 0 0 cm " + outlines(),
    "outlines of letters below each other": b"".join(
        b"q 1 0 0 1 0 %d cm 0 0 m 9 9 l 5 5 l 3 1 l h f Q " % (at * 20) for at in range(6)
    ),
    "strokes side by side": b"".join(b"%d 0 m %d 9 l %d 0 l S " % (at, at + 2, at + 4) for at in range(0, 50, 5)),
    "a wide picture": b"160 0 0 30 0 0 cm BI /W 160 /H 30 /BPC 1 /CS /G /F /Fl ID " + BITS + b" EI",
    "numbers that are none": b"1.2.3 0 m " * 3 + b"1 1 l " * 20,
}  # fmt: skip


@pytest.mark.parametrize("way", RICH)
def test_a_glyph_that_may_draw_a_name_is_looked_at_with_its_page(way: str):
    assert {"page 1", "sign"} <= places(drawn_font(RICH[way], text=b"a"))


def test_a_glyph_is_looked_at_without_its_font_and_without_its_first_operator():
    assert "sign" in places(drawn_font(outlines(), head=b"% a letter\n1000 0 d0 ", text=b"a"))
    kept = changed(lambda pdf: pdf.Root.__setitem__("/Old", pdf.make_stream(b"9 0 d0 " + outlines())))
    assert "sign" in places(kept)


def test_a_glyph_that_claims_to_be_something_else_is_looked_at():
    data = drawn_font(outlines(), text=b"a")
    with pikepdf.open(io.BytesIO(data)) as pdf:
        glyph = pdf.pages[0].Resources.Font.D.CharProcs.a
        glyph.Subtype, glyph.FunctionType = Name.Type1C, 4
        held = io.BytesIO()
        pdf.save(held)
    assert "sign" in places(held.getvalue())


def test_text_in_a_glyph_is_read_in_the_fonts_of_its_own_font():
    said = b"BT /Inner 12 Tf 0 0 Td <416E6120526976657261> Tj ET"
    fonts = Dictionary(Font=Dictionary(Inner=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Times)))
    assert says_name(drawn_font(said, text=b"a", Resources=fonts))


@cache
def letter(said: str) -> bytes:
    """The outline of a letter, in units of a hundred to the em, as programs write one: nothing moved, no state."""
    with pikepdf.new() as pdf:
        outline = outlined(f"#set page(width: 400pt, height: 400pt)\n#set text(size: 100pt)\n{said}")
        orders = pikepdf.parse_content_stream(pdf.make_stream(outline))
        return pikepdf.unparse_content_stream([each for each in orders if str(each.operator) not in {"q", "Q", "cm"}])


def test_letters_that_are_what_they_say_are_not_looked_at():
    glyphs = [letter(chr(97 + at)) for at in range(26)]
    assert places(drawn_font(*glyphs, text=b"hello everyone", FontMatrix=[0.01, 0, 0, 0.01, 0, 0])) == set()


def downwards(glyph: bytes) -> bytes:
    """The same outline for a font in which what is higher has the smaller number."""
    with pikepdf.new() as pdf:
        steps = pikepdf.parse_content_stream(pdf.make_stream(glyph))
        turned = [([-y if at % 2 else y for at, y in enumerate(step.operands)], step.operator) for step in steps]
        return pikepdf.unparse_content_stream(turned)


WAYS = {
    "upwards": ([0.01, 0, 0, 0.01, 0, 0], [0, -30, 100, 90], False),
    "upwards, to be turned over by the page": ([0.01, 0, 0, -0.01, 0, 0], [0, -30, 100, 90], True),
    "upwards, to be turned over by the page, without a box": ([0.01, 0, 0, -0.01, 0, 0], [0, 0, 0, 0], True),
    "downwards, turned over by the font": ([0.01, 0, 0, -0.01, 0, 0], [0, 30, 100, -90], False),
    "downwards, to be turned over by the page": ([0.01, 0, 0, 0.01, 0, 0], [0, 30, 100, -90], True),
}


@pytest.mark.parametrize("moved", [0, 3])
@pytest.mark.parametrize("way", WAYS)
def test_letters_are_held_against_what_they_say_whichever_way_their_font_is_drawn(way: str, moved: int):
    matrix, box, is_turned = WAYS[way]
    glyphs = [letter(chr(97 + (at + moved) % 26)) for at in range(26)]
    glyphs = [downwards(glyph) for glyph in glyphs] if way.startswith("downwards") else glyphs
    text = b"hello) Tj 1 0 0 -1 20 80 Tm (everyone" if is_turned else b"hello everyone"
    data = drawn_font(*glyphs, text=text, FontMatrix=matrix, FontBBox=box)
    assert places(data) == ({"page 1"} if moved else set())


def test_glyphs_that_draw_two_letters_each_are_looked_at():
    glyphs = [letter(one) + b" q 1 0 0 1 50 0 cm " + letter(other) + b" Q" for one, other in ("An", "ri", "ve")]
    assert places(drawn_font(*glyphs, FontMatrix=[0.01, 0, 0, 0.01, 0, 0])) >= {"page 1"}
