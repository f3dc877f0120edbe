"""What a stream, a string or a drawing says of itself decides nothing: it is read as what it is."""

import base64
import io
import zlib

import pikepdf
import pytest
from carriers import NAME, pdf_of_objects
from pdf_makers import DRAWS_NAME, changed, drawn, form, gathered, image, outlines, picture, says_name
from pikepdf import Array, Dictionary, Name
from PIL import Image

from portal.reading.budget import CannotRead
from portal.reading.pdf.lettering.fonts import codes_of, is_partly_mapped
from portal.reading.strip.strip import strip

DISGUISES: dict[str, dict[str, object]] = {
    "a font program": {"Length1": 5},
    "a tiny picture": {"Width": 1, "Height": 1},
    "a function": {"FunctionType": 0},
    "a table of objects": {"Type": Name.XRef},
    "an attached file": {"Type": Name.EmbeddedFile},
}


def looked_at(data: bytes) -> set[str]:
    return {shown.place for shown in gathered(data).pictures.values()}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_letters_drawn_in_a_form_are_looked_at_whatever_it_says_it_is(disguise: str):
    def draw(pdf: pikepdf.Pdf) -> None:
        made = form(pdf, outlines(), **DISGUISES[disguise])
        pdf.pages[0].Resources.XObject = Dictionary(X=made)
        pdf.pages[0].contents_add(b"/X Do")

    assert "page 1, drawing" in looked_at(changed(draw))


@pytest.mark.parametrize("disguise", ["a font program", "a tiny picture", "a function", "a table of objects"])
def test_words_in_a_stream_are_read_whatever_it_says_it_is(disguise: str):
    keys = DISGUISES[disguise]
    assert says_name(changed(lambda pdf: pdf.Root.__setitem__("/X", pdf.make_stream(DRAWS_NAME, **keys))))


@pytest.mark.parametrize("told", [{"Length1": 20}, {}])
def test_a_font_program_says_nothing_whether_or_not_it_tells_its_length(told: dict[str, int]):
    def keep(pdf: pikepdf.Pdf) -> None:
        pdf.Root.X = pdf.make_stream(b"\0\1\0\0\0\5glyf name cmap", **told)

    assert not any("glyf" in part.text for part in gathered(changed(keep)).parts)


def test_the_name_of_a_colour_profile_is_read():
    desc = b"desc\0\0\0\0" + (len(NAME) + 1).to_bytes(4, "big") + NAME.encode() + b"\0"
    head = bytes(36) + b"acsp" + bytes(88) + (1).to_bytes(4, "big")
    profile = head + b"desc" + (144).to_bytes(4, "big") + len(desc).to_bytes(4, "big") + desc
    profile = len(profile).to_bytes(4, "big") + profile[4:]
    assert says_name(changed(lambda pdf: pdf.Root.__setitem__("/X", pdf.make_stream(profile))))


def test_a_thumbnail_that_the_page_draws_is_looked_at():
    def draw(pdf: pikepdf.Pdf) -> None:
        shown = image(pdf, picture(100, 60))
        drawn(pdf, shown)
        pdf.pages[0].obj.Thumb = shown

    def keep(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Thumb = image(pdf, picture(100, 60))

    assert looked_at(changed(draw)) == {"page 1, picture 1"}
    assert looked_at(changed(keep)) == set()


def jpeg() -> bytes:
    held = io.BytesIO()
    picture().convert("RGB").save(held, "JPEG", comment=NAME)
    return held.getvalue()


PHOTOS = {
    "bare": ([Name.DCTDecode], jpeg()),
    "packed once more": ([Name.FlateDecode, Name.DCTDecode], zlib.compress(jpeg())),
    "in letters": ([Name.ASCII85Decode, Name.DCTDecode], base64.a85encode(jpeg()) + b"~>"),
    "in digits": ([Name.ASCIIHexDecode, Name.DCTDecode], jpeg().hex().encode() + b">"),
}


def with_photo(how: str) -> bytes:
    filters, packed = PHOTOS[how]

    def draw(pdf: pikepdf.Pdf) -> None:
        made = image(pdf, ColorSpace=Name.DeviceRGB)
        made.write(packed, filter=Array(filters))
        drawn(pdf, made)

    return changed(draw)


@pytest.mark.parametrize("how", PHOTOS)
def test_the_comment_of_a_photo_in_a_pdf_is_read_and_taken_out(how: str):
    assert says_name(with_photo(how))
    stripped, _ = strip(with_photo(how))
    assert not says_name(stripped)
    assert NAME.encode() not in stripped


def test_what_a_jpeg_2000_in_a_pdf_says_beside_its_pixels_is_read():
    held = io.BytesIO()
    Image.new("RGB", (100, 80), "navy").save(held, "JPEG2000")
    photo = held.getvalue() + (8 + len(NAME)).to_bytes(4, "big") + b"xml " + NAME.encode()

    def draw(pdf: pikepdf.Pdf) -> None:
        made = image(pdf, picture(100, 80), ColorSpace=Name.DeviceRGB)
        made.write(photo, filter=Name.JPXDecode)
        drawn(pdf, made)

    assert says_name(changed(draw))


STRINGS = {
    "with parentheses in parentheses": b"(Ana Rivera (a(b(c(d(e))))))",
    "after a date": b"(D:20260824 Ana Rivera)",
    "in digits with others between": b"<416e61zz2052697665 72%x\n61>",
}


@pytest.mark.parametrize("how", STRINGS)
def test_a_note_is_read_however_its_string_is_written(how: str):
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R]>>"
    note = b"<</Type/Annot/Subtype/Text/Rect[1 1 20 20]/Contents" + STRINGS[how] + b">>"
    assert says_name(
        pdf_of_objects(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, note)
    )


def with_content(content: bytes) -> bytes:
    return changed(lambda pdf: pdf.pages[0].contents_add(content))


@pytest.mark.parametrize("blank", [b"\n", b"\t", b"\r\n"])
def test_letters_drawn_as_lines_are_looked_at_whatever_stands_between_the_steps(blank: bytes):
    assert looked_at(with_content(outlines().replace(b" ", blank))) == {"page 1, drawing"}


@pytest.mark.parametrize("paint", [b"0 0 300 300 re f", b"/S sh", b"300 0 0 300 0 0 cm /I Do"])
def test_letters_that_a_colour_a_shade_or_a_picture_is_cut_out_by_are_looked_at(paint: bytes):
    def draw(pdf: pikepdf.Pdf) -> None:
        shade = Dictionary(
            ShadingType=2,
            ColorSpace=Name.DeviceRGB,
            Coords=[0, 0, 300, 0],
            Function=Dictionary(FunctionType=2, Domain=[0, 1], C0=[1, 0, 0], C1=[0, 0, 1], N=1),
        )
        plain = image(pdf, Image.new("L", (100, 100), 90))
        pdf.pages[0].Resources.update(Dictionary(Shading=Dictionary(S=shade), XObject=Dictionary(I=plain)))
        pdf.pages[0].contents_add(b"q " + outlines().replace(b"f\n", b"h ") + b"W n " + paint + b" Q")

    assert "page 1, drawing" in looked_at(changed(draw))


def test_a_picture_cut_out_by_a_box_is_not_looked_at_twice():
    assert looked_at(changed(lambda pdf: drawn(pdf, image(pdf)))) == {"page 1, picture 1"}
    assert looked_at(with_content(b"q 10 10 100 100 re W n 0 0 200 200 re f Q " * 20)) == set()


def inline(shown: Image.Image, head: bytes = b"/CS /G\nID ", at: tuple[int, int] = (0, 0)) -> bytes:
    place = b"q %d 0 0 %d %d %d cm BI/W %d/H %d/BPC 8" % (*shown.size, *at, *shown.size)
    return place + head + shown.tobytes() + b"\nEI Q\n"


def test_a_picture_in_the_drawing_itself_is_looked_at_however_it_begins():
    colours = bytes(number for number in range(256) for _ in range(3)).hex().encode()
    for head in (b"/CS /G\nID ", b"/CS/G ID ", b"/CS[/I/RGB 255 <" + colours + b">]ID "):
        assert looked_at(with_content(inline(picture(), head))) == {"page 1"}


def test_many_small_pictures_in_the_drawing_itself_are_looked_at_as_one():
    shown = picture(200, 60)
    tiles = b"".join(
        inline(shown.crop((x, y, x + 50, y + 30)), at=(x, 30 - y)) for x in range(0, 200, 50) for y in (0, 30)
    )
    assert looked_at(with_content(tiles)) == {"page 1, pictures"}


BESIDE = {
    "a property of a stretch": b"/Span <</Title (Ana Rivera)>> BDC EMC",
    "what a picture is said to stand for": b"/Span <</ActualText (Ana Rivera)>> BDC 0 0 9 9 re f EMC",
    "a property of a point": b"/Point <</Name (Ana Rivera)>> DP",
    "a comment": b"q % for Ana Rivera\nQ",
}


@pytest.mark.parametrize("where", BESIDE)
def test_what_a_drawing_says_beside_what_it_shows_is_read(where: str):
    assert says_name(with_content(BESIDE[where]))


def test_a_word_that_stands_for_its_own_letters_is_not_said_twice():
    to = gathered(with_content(b"/Span <</ActualText (Welcome)>> BDC EMC"))
    assert not any("Welcome" in part.text for part in to.parts if part.place == "other data")


def test_a_shade_whose_colours_come_from_a_table_is_looked_at_as_a_picture_and_a_gradient_is_not():
    def draw(pdf: pikepdf.Pdf, kind: int) -> None:
        table = pdf.make_stream(
            picture(200, 100).tobytes(),
            FunctionType=0,
            Domain=[0, 1, 0, 1],
            Range=[0, 1],
            Size=[200, 100],
            BitsPerSample=8,
        )
        gradient = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0], C1=[1], N=1)
        shade = Dictionary(
            ShadingType=kind,
            ColorSpace=Name.DeviceGray,
            Domain=[0, 1, 0, 1] if kind == 1 else [0, 1],
            Matrix=[200, 0, 0, 100, 20, 20],
            Coords=[0, 0, 200, 0],
            Function=table if kind == 1 else gradient,
        )
        pdf.pages[0].Resources.Shading = Dictionary(S=shade)
        pdf.pages[0].contents_add(b"/S sh")

    assert looked_at(changed(lambda pdf: draw(pdf, 1))) == {"page 1, drawing"}
    assert looked_at(changed(lambda pdf: draw(pdf, 2))) == set()


def test_a_stroke_that_each_program_draws_anew_is_refused():
    def draw(pdf: pikepdf.Pdf, **keys: object) -> None:
        mark = Dictionary(Subtype=Name.Ink, Rect=[0, 0, 90, 90], InkList=[[1, 1, 9, 9, 5, 50]], **keys)
        pdf.pages[0].Annots = Array([pdf.make_indirect(mark)])

    with pytest.raises(CannotRead, match="stroke"):
        gathered(changed(draw))
    assert gathered(changed(lambda pdf: draw(pdf, AP=Dictionary(N=form(pdf, b"1 1 m 9 9 l S"))))).pages == 1


def test_a_font_whose_letters_an_encoding_tells_is_tried_as_well():
    told = {
        encoding: codes_of(Dictionary(Subtype=Name.Type0, Encoding=Name(encoding)))
        for encoding in ("/UniGB-UCS2-H", "/GBK-EUC-H")
    }
    assert b"\0A" in told["/UniGB-UCS2-H"]
    assert b"A" in told["/GBK-EUC-H"]


def test_of_very_many_signs_some_are_tried_from_the_first_to_the_last():
    listed = b"".join(b"<%04x> <%04x>\n" % (code, 0x4E00 + code) for code in range(1, 600))
    held = pikepdf.new()
    font = Dictionary(
        Subtype=Name.Type0,
        Encoding=Name("/Identity-H"),
        ToUnicode=held.make_stream(b"beginbfchar\n" + listed + b"endbfchar"),
        DescendantFonts=[Dictionary()],
    )
    tried = [int.from_bytes(code, "big") for code in codes_of(font)]
    assert len(tried) <= 96
    assert max(tried) > 580


def font_with_widths(held: pikepdf.Pdf, *widths: object) -> pikepdf.Object:
    """A font that maps the glyphs 1 to 3, with a list of widths, as PDF lists them: a subset holds what it lists."""
    return Dictionary(
        Subtype=Name.Type0,
        Encoding=Name("/Identity-H"),
        ToUnicode=held.make_stream(b"1 beginbfrange <0001> <0003> <0041> endbfrange"),
        DescendantFonts=[Dictionary(W=Array(widths))],
    )


def test_a_glyph_that_the_map_leaves_out_is_found_however_the_widths_list_it():
    held = pikepdf.new()
    referred = held.make_indirect(Array([500, 500, 500, 500]))
    assert not is_partly_mapped(font_with_widths(held, 1, Array([500, 250.5]), 3, 3, 500))
    for widths in (
        (1, Array([500] * 4)),
        (1, Array([500]), 2, 4, 500),
        (1.0, 4.0, 500.0),
        (1, 3, 500, 4, Array([-20])),
        (1, referred),
        (1, Array([500, held.make_indirect(Array([])), 500, 500])),
        (1, Array([Array([1, 2]), 500, Array([]), 500])),
        (1, Array([500]), 2, Array([500, Array([1]), 500])),
        (1, Array([Name("/]"), 500, pikepdf.String("[] ]"), 500])),
    ):
        assert is_partly_mapped(font_with_widths(held, *widths)), widths
    with pytest.raises(TypeError):
        is_partly_mapped(font_with_widths(held, Array([500]), Array([500])))
