"""A font whose map lies about a letter or two: what it draws is told from its outlines, whatever it says."""

import io
from pathlib import Path

import carriers
import numpy as np
import pikepdf
import pytest
from pdf_makers import changed, gathered
from pikepdf import Dictionary, Name

from portal.reading.parsing import parse
from portal.reading.pdf.lettering import sight
from portal.reading.pdf.lettering.fonts import _mapped, codes_of
from portal.reading.reader import Unreadable

FACES = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""Outlines of PostScript and of TrueType; what else is installed differs."""
LETTER = "Dear families, Ana Rivera got a place in the program, from Monday on, in room 4."


def lying(data: bytes, lies: dict[str, str]) -> bytes:
    """The PDF with these letters said to be others; the fonts themselves are as they were."""

    def change(pdf: pikepdf.Pdf) -> None:
        for font in pdf.objects:
            if isinstance(font, Dictionary) and "/ToUnicode" in font:
                said = {code: lies.get(text, text) for code, text in _mapped(font.ToUnicode).items()}
                font.ToUnicode = pdf.make_stream(map_of(said))

    return changed(change, data)


def map_of(said: dict[bytes, str]) -> bytes:
    width = len(next(iter(said)))
    lines = "\n".join(f"<{code.hex()}> <{text.encode('utf-16-be').hex()}>" for code, text in said.items())
    return (
        f"begincmap 1 begincodespacerange <{'00' * width}> <{'ff' * width}> endcodespacerange\n"
        f"{len(said)} beginbfchar\n{lines}\nendbfchar endcmap"
    ).encode()


def looked_at(data: bytes) -> set[str]:
    return {shown.place for shown in gathered(data).pictures.values()}


def letter(folder: Path, face: str, body: str = LETTER) -> bytes:
    return carriers.pdf(folder, f'#set text(font: "{face}", size: 12pt)\n{body}')


@pytest.fixture(scope="module", params=FACES)
def honest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    made = letter(tmp_path_factory.mktemp("honest"), request.param)
    assert looked_at(made) == set()
    return made


LIES = {
    "one letter": {"n": "x"},
    "one capital": {"R": "K"},
    "two letters": {"v": "n", "e": "x"},
    "two letters, swapped": {"n": "e", "e": "n"},
    "three letters": {"n": "x", "v": "m", "A": "E"},
    "three letters, in a ring": {"a": "n", "n": "e", "e": "a"},
    "a figure": {"4": "7"},
    "a blank for a letter": {"n": " "},
    "a comma for a letter": {"v": ","},
    "two letters for one": {"n": "th"},
    "a letter of private use": {"e": "\ue123"},
    "a letter of another alphabet": {"e": "ж"},
}


@pytest.mark.parametrize("kind", LIES)
def test_a_map_that_lies_about_a_few_letters_is_found_out(kind: str, honest: bytes):
    data = lying(honest, LIES[kind])
    assert "Ana Rivera" not in gathered(data).parts[0].text or kind == "a figure"
    assert looked_at(data) == {"page 1"}


def in_a_drawing(data: bytes) -> bytes:
    """The PDF with all of its page in a drawing on the page, as a picture of another PDF stands in a letter."""

    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        drawing = pdf.make_stream(page.Contents.read_bytes())
        drawing.Type, drawing.Subtype, drawing.BBox = Name.XObject, Name.Form, page.MediaBox
        drawing.Resources = page.Resources
        page.obj.Resources = Dictionary(XObject=Dictionary(X=drawing))
        page.obj.Contents = pdf.make_stream(b"/X Do")

    return changed(change, data)


def test_fonts_of_the_press_are_believed_and_those_of_a_drawing_in_its_letter_are_not(honest: bytes):
    data = lying(honest, {"n": "x"})
    for made, seen in ((data, 0), (in_a_drawing(data), 1), (in_a_drawing(honest), 0)):
        read = parse(made, "letter.pdf", trusts_fonts=True)
        assert not isinstance(read, Unreadable)
        assert len(read.pictures) == seen


def test_one_lie_is_found_out_whatever_the_letter(tmp_path: Path):
    honest = letter(
        tmp_path, FACES[0], "the quick brown fox jumps over the lazy dog THE QUICK BROWN FOX JUMPS OVER LAZY DOGS"
    )
    letters = "abcdehkmnopqrsuvwxyzABCDEGHKMNOPQRSUVWXYZ"
    missed = [
        (one, other)
        for one, other in zip(letters, letters[7:] + letters[:7], strict=True)
        if not looked_at(lying(honest, {one: other}))
    ]
    assert len(missed) <= 2, missed


def test_a_lie_in_a_font_that_is_in_every_program_is_found_out():
    def lie(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Resources.Font.F.ToUnicode = pdf.make_stream(map_of({b"m": "k"}))

    honest = carriers.simple_pdf()
    assert looked_at(honest) == set()
    assert looked_at(changed(lie, honest)) == {"page 1"}


def test_the_font_of_ticks_is_believed_unless_it_brings_or_says_something_of_its_own():
    def ticks(pdf: pikepdf.Pdf, **own: pikepdf.Object) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.ZapfDingbats, **own)
        pdf.pages[0].Resources.Font.G = pdf.make_indirect(font)

    assert looked_at(changed(ticks, carriers.simple_pdf())) == set()
    said = map_of({bytes([code]): chr(code) for code in range(65, 91)})
    assert looked_at(changed(lambda pdf: ticks(pdf, ToUnicode=pdf.make_stream(said)), carriers.simple_pdf())) == {
        "page 1"
    }
    own = Dictionary(Type=Name.FontDescriptor, FontName=Name.ZapfDingbats, Flags=4)
    assert looked_at(changed(lambda pdf: ticks(pdf, FontDescriptor=own), carriers.simple_pdf())) == {"page 1"}


def test_a_lie_behind_a_hundred_signs_is_found_out(tmp_path: Path):
    signs = "".join(map(chr, [*range(0xA1, 0xAD), *range(0xAE, 0x17F)]))
    honest = letter(tmp_path, FACES[0], f"{signs} {LETTER}")
    assert looked_at(honest) == set()
    assert looked_at(lying(honest, {"n": ","})) == {"page 1"}


def test_a_lie_behind_hundreds_of_others_that_no_page_shows_is_found_out(tmp_path: Path):
    def pad(pdf: pikepdf.Pdf) -> None:
        for font in pdf.objects:
            if isinstance(font, Dictionary) and "/ToUnicode" in font:
                unused = {(0x8000 + number).to_bytes(2, "big"): "abcdefgh"[number % 8] for number in range(400)}
                font.ToUnicode = pdf.make_stream(map_of(unused | _mapped(font.ToUnicode)))

    data = changed(pad, lying(letter(tmp_path, FACES[0]), {"n": "x"}))
    assert looked_at(data) == {"page 1"}


def test_every_letter_of_a_font_without_a_map_is_tried():
    font = Dictionary(Subtype=pikepdf.Name.Type1, FirstChar=32, Widths=[500] * 224)
    assert {code[0] for code in codes_of(font)} == set(range(32, 256))


WRITTEN = {
    "Polish": "Zażółć gęślą jaźń. ZAŻÓŁĆ GĘŚLĄ JAŹŃ",
    "Vietnamese": "Đặng Thị Phượng, Nguyễn Trường Quỳnh: ăâđêôơư ĂÂĐÊÔƠƯ",
    "Turkish": "Pijamalı hasta yağız şoföre çabucak güvendi. ĞİŞ",
    "Icelandic": "Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa. ÆÐÞ",
    "French": "Voix ambiguë d’un cœur qui au zéphyr préfère les jattes de kiwis. ÀÇÉ",
    "Russian": "Съешь ещё этих мягких французских булок, да выпей чаю. СЪЕШЬ ЖЕ ЕЩЁ ЭТИХ БУЛОК",
    "Greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. ΞΕΣΚΕΠΑΖΩ ΤΗΝ ΨΥΧΟΦΘΟΡΑ ΒΔΕΛΥΓΜΙΑ",
    "signs": "(1) 50% & more; \\$4.50 [a|b] {c}/d — “no” ‘yes’… §3 © ® € £ + = < > ! ? \\* \\# \\@ \\_ ^ ~",
    "figures": "0123456789 ½ ¼ ² ³ 1/2 №",
    "ligatures": "office, waffle, final, flower, affix, fjord",
}


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("language", WRITTEN)
def test_a_map_that_is_right_is_believed(language: str, face: str, tmp_path: Path):
    body = WRITTEN[language]
    assert looked_at(letter(tmp_path, face, f"{body}\n\n*{body}*\n\n_{body}_")) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("n", "n"),
        ("N", "n"),
        ("ñ", "n"),
        ("Ñ", "n"),
        ("𝑛", "n"),
        ("ｎ", "n"),
        ("п", "n"),
        ("7", "7"),
        ("²", "2"),
        ("٣", "3"),
    ],
)
def test_what_is_said_is_told_by_its_letter(text: str, kind: str):
    assert sight.LETTERS[sight.kind_of(text) or 0] == kind


def test_what_is_no_letter_is_of_another_kind():
    kinds = [sight.kind_of(text) for text in ("中", ",", "(", "&", "fi", "ﬁ")]
    assert min(kind or 0 for kind in kinds) >= len(sight.LETTERS)
    assert len(set(kinds)) == 5
    assert [sight.kind_of(text) for text in ("", " ", "\ue000", "\0")] == [None] * 4


def test_the_net_is_held_in_small_numbers():
    with np.load(io.BytesIO(sight.NET.read_bytes()), allow_pickle=False) as held:
        assert held["first"].shape[0] == 260
        assert held["second"].shape[1] == sight.KINDS
        assert {held["first"].dtype, held["second"].dtype} == {np.dtype(np.int8)}
