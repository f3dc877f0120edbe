"""What a PDF shows without saying it is handed over as a picture."""

import io
from collections.abc import Callable
from pathlib import Path

import carriers
import pikepdf
import pytest
from pdf_makers import changed, drawn, form, gathered, image, later, outlines, picture
from pikepdf import Dictionary, Name
from PIL import Image

from portal.reading.budget import CannotRead


def test_a_picture_is_handed_over_as_it_is():
    to = gathered(changed(lambda pdf: drawn(pdf, image(pdf))))
    (shown,) = to.pictures.values()
    assert (shown.place, shown.width, shown.height) == ("page 1, picture 1", 200, 100)
    assert shown.grey == picture().tobytes()


def test_a_picture_no_page_draws_is_handed_over():
    to = gathered(changed(lambda pdf: pdf.Root.__setitem__("/Spare", image(pdf))))
    assert [shown.place for shown in to.pictures.values()] == ["picture 1"]


def test_a_jpeg_and_a_picture_that_is_a_stencil_are_handed_over():
    held = io.BytesIO()
    picture().convert("RGB").save(held, "JPEG")

    def jpeg(pdf: pikepdf.Pdf) -> None:
        made = image(pdf, ColorSpace=Name.DeviceRGB)
        made.write(held.getvalue(), filter=Name.DCTDecode)
        drawn(pdf, made)

    assert len(gathered(changed(jpeg)).pictures) == 1

    def stencil(pdf: pikepdf.Pdf) -> None:
        made = image(pdf, picture().convert("1"), ImageMask=True)
        del made.ColorSpace
        drawn(pdf, made)

    (shown,) = gathered(changed(stencil)).pictures.values()
    assert 0 in shown.grey
    assert 255 in shown.grey


def test_a_jpeg_2000_is_handed_over_whatever_colours_its_dictionary_claims():
    held = io.BytesIO()
    picture().convert("RGB").save(held, "JPEG2000")
    for claimed in (Name.DeviceRGB, Name.DeviceGray):

        def change(pdf: pikepdf.Pdf, claimed: pikepdf.Object = claimed) -> None:
            made = image(pdf, ColorSpace=claimed)
            made.write(held.getvalue(), filter=Name.JPXDecode)
            drawn(pdf, made)

        (shown,) = gathered(changed(change)).pictures.values()
        assert min(shown.grey) < 10
        assert max(shown.grey) > 240


def test_a_picture_that_cannot_be_decoded_makes_the_pdf_unreadable():
    for coding in (Name.DCTDecode, Name.JPXDecode):

        def change(pdf: pikepdf.Pdf, coding: pikepdf.Object = coding) -> None:
            made = image(pdf)
            made.write(b"no picture at all" * 30, filter=coding)
            drawn(pdf, made)

        with pytest.raises(CannotRead, match="picture in this PDF is damaged"):
            gathered(changed(change))


def test_a_mask_that_draws_letters_is_a_picture_of_its_own_and_hides_nothing():
    blank = Image.new("L", (200, 100), 0)
    to = gathered(changed(lambda pdf: drawn(pdf, image(pdf, blank, SMask=image(pdf)))))
    assert len(to.pictures) == 2
    to = gathered(changed(lambda pdf: drawn(pdf, image(pdf, SMask=image(pdf, blank)))))
    assert picture().tobytes() in [shown.grey for shown in to.pictures.values()]


def test_an_inline_picture_is_handed_over():
    shown = picture()
    content = b"q 200 0 0 100 0 0 cm BI /W 200 /H 100 /BPC 8 /CS /G ID " + shown.tobytes() + b" EI Q"
    to = gathered(changed(lambda pdf: pdf.pages[0].contents_add(content)))
    assert [each.width for each in to.pictures.values()] == [200]
    to = gathered(changed(lambda pdf: pdf.Root.__setitem__("/Spare", form(pdf, content))))
    assert [each.width for each in to.pictures.values()] == [200]


def test_a_picture_of_an_earlier_version_is_handed_over():
    old = changed(lambda pdf: drawn(pdf, image(pdf)), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(io.BytesIO(old)) as pdf:
        number = pdf.pages[0].Resources.XObject.I0.objgen[0]
        assert len(gathered(later(old, (number, b"null"))).pictures) == 1


def test_small_pictures_are_counted_and_not_looked_at():
    to = gathered(changed(lambda pdf: drawn(pdf, image(pdf, picture(60, 60)))))
    assert (to.seen, len(to.pictures)) == (1, 0)


def test_a_page_cut_into_strips_is_looked_at_as_a_whole():
    whole = picture(60, 60)
    strips = [whole.crop((0, top, 60, top + 6)) for top in range(0, 60, 6)]
    to = gathered(changed(lambda pdf: drawn(pdf, *(image(pdf, strip) for strip in reversed(strips)))))
    shown = [each for each in to.pictures.values() if each.place == "page 1, pictures"]
    assert [(round(each.width / 200 * 72), round(each.height / 200 * 72)) for each in shown] == [(60, 60)]


def test_letters_drawn_as_outlines_are_looked_at():
    to = gathered(changed(lambda pdf: pdf.pages[0].contents_add(outlines())))
    assert [shown.place for shown in to.pictures.values()] == ["page 1, drawing"]
    to = gathered(changed(lambda pdf: pdf.Root.__setitem__("/Spare", form(pdf, outlines()))))
    assert [shown.place for shown in to.pictures.values()] == ["drawing 1, drawing"]


def test_the_same_drawing_on_each_page_is_looked_at_once():
    def logo(pdf: pikepdf.Pdf) -> None:
        for _ in range(3):
            pdf.pages.append(pdf.pages[0])
        for page in pdf.pages:
            page.contents_add(outlines())

    assert len(gathered(changed(logo)).pictures) == 1


def remapped(data: bytes, said: Callable[[str], str]) -> bytes:
    """The same file, whose fonts say something else for each code."""
    from portal.reading.pdf.lettering.fonts import _mapped

    def change(pdf: pikepdf.Pdf) -> None:
        for font in pdf.objects:
            if isinstance(font, Dictionary) and "/ToUnicode" in font:
                mapped = _mapped(font.ToUnicode)
                lines = "\n".join(
                    f"<{code.hex()}> <{said(text).encode('utf-16-be').hex()}>" for code, text in mapped.items()
                )
                font.ToUnicode = pdf.make_stream(
                    f"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
                    f"{len(mapped)} beginbfchar\n{lines}\nendbfchar endcmap".encode()
                )

    return changed(change, data)


def test_a_font_that_says_other_letters_than_it_draws_is_looked_at(tmp_path: Path):
    letter = carriers.pdf(tmp_path, "Ana Rivera got a place in the program.")
    assert not gathered(remapped(letter, lambda text: text)).pictures
    for said in (
        lambda text: chr((ord(text[0]) - 97 + 5) % 26 + 97) if text.isalpha() else text,
        lambda _: " ",
        lambda text: chr(0xE000 + ord(text[0])),
        lambda _: "\ufffd",
        lambda _: "e",
    ):
        to = gathered(remapped(letter, said))
        assert [shown.place for shown in to.pictures.values()] == ["page 1"]


def test_a_font_without_a_map_is_looked_at(tmp_path: Path):
    def unmapped(pdf: pikepdf.Pdf) -> None:
        for font in pdf.objects:
            if isinstance(font, Dictionary) and "/ToUnicode" in font:
                del font.ToUnicode

    to = gathered(changed(unmapped, carriers.pdf(tmp_path, "Ana Rivera got a place in the program.")))
    assert [shown.place for shown in to.pictures.values()] == ["page 1"]


def test_only_the_pages_of_a_lying_font_are_looked_at(tmp_path: Path):
    body = (
        '#text(font: "New Computer Modern")[Ana Rivera got a place] #pagebreak() '
        '#text(font: "DejaVu Sans Mono")[Welcome]'
    )

    def lying(pdf: pikepdf.Pdf) -> None:
        for font in pdf.objects:
            if isinstance(font, Dictionary) and "/ToUnicode" in font and "NewCM" in str(font.BaseFont):
                del font.ToUnicode

    to = gathered(changed(lying, carriers.pdf(tmp_path, body)))
    assert [shown.place for shown in to.pictures.values()] == ["page 1"]


def test_a_pages_thumbnail_is_counted_and_not_looked_at():
    to = gathered(changed(lambda pdf: pdf.pages[0].obj.__setitem__("/Thumb", image(pdf, picture(80, 100)))))
    assert (to.seen, len(to.pictures)) == (1, 0)
    to = gathered(changed(lambda pdf: pdf.pages[0].obj.__setitem__("/Thumb", image(pdf, picture(300, 400)))))
    assert len(to.pictures) == 1
