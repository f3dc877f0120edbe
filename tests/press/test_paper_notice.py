"""The print run: the right code on the right page, one page a family, and nothing but the address in the window."""

import re
from dataclasses import asdict, replace
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from portal.press import NotTypeset
from portal.press.papers.paper_notice import MAX_CHILDREN, PaperChild, PaperPage, print_pages
from portal.press.typesetting.caged import CagedPress
from portal.words.languages import SHIPPED, Language
from portal.words.paper import paper_words
from tests.press.accessible import alternatives_of, check_pdf_ua, texts_of, title_of

PRESS = CagedPress(cells=2)
MM = 72 / 25.4
WORDS = {
    "organisation": "Riverbend Schools",
    "date": "24 November 2026",
    "title": "A letter for your family is waiting",
    "before": "Dear family,\nthere is a letter about the After School Enrichment Program for each child named here.",
    "qr": "QR code",
    "after": "The codes are for your family alone.",
    "contact": "Questions? The program office, 555 0100",
}
ARABIC = WORDS | {"title": "رسالة لعائلتكم", "before": "عائلتنا العزيزة", "date": "٢٤ نوفمبر ٢٠٢٦", "after": ""}
LINES = ("Scan the code, or go to", "letters.example.org/o", "and type:")
NAMES = ("Zoë", "Mohammed", "Ana", "Nguyễn", "Ben", "Carla", "Dawit", "Eve")


def child(family: int, number: int) -> PaperChild:
    token = f"{family:011d}{number:011d}.{'aB3-_Zq7x' * 4}{family % 10}yzwvut"
    code = f"{family:04d}-{number:04d}-ABCD"
    return PaperChild(NAMES[number % len(NAMES)], f"https://letters.example.org/o#{token}", code, LINES)


def page(family: int, children: int = 1, words: dict[str, str] = WORDS, language: str = "en") -> PaperPage:
    return PaperPage(
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        address_lines=(f"Family {family}", "12 Oak Street", "Springfield, IL 62701"),
        words=words,
        children=tuple(child(family, number) for number in range(children)),
    )


def codes_on(pdf: bytes, scale: float = 2) -> list[set[str]]:
    """What an independent reader of QR codes finds on each page's picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [sheet.render(scale=scale).to_pil() for sheet in document]
    finally:
        document.close()
    return [{found.text for found in zxingcpp.read_barcodes(picture)} for picture in pictures]


def words_between(pdf: bytes, number: int, top: float, bottom: float) -> str:
    """What is read between two heights of a page, in mm from its upper edge."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        sheet = document[number]
        height = sheet.get_height()
        text: str = sheet.get_textpage().get_text_bounded(bottom=height - bottom * MM, top=height - top * MM)
        return " ".join(text.split())
    finally:
        document.close()


def test_each_page_has_the_codes_of_its_family_and_of_no_other(tmp_path: Path) -> None:
    pages = [page(family, children) for family, children in enumerate((1, 2, 3, 4, 5, MAX_CHILDREN, 1))]
    pdf = print_pages(PRESS, pages, title="Print run of 6 August")
    check_pdf_ua(pdf, tmp_path)
    assert title_of(pdf) == "Print run of 6 August"
    texts = texts_of(pdf)
    assert len(texts) == len(pages)
    for paper, text, codes in zip(pages, texts, codes_on(pdf), strict=True):
        assert codes == {way.url for way in paper.children}
        for other in pages:
            for way in other.children:
                assert (way.code in text) == (other is paper)
        assert paper.address_lines[0] in text
        assert all(way.given_name in text for way in paper.children)


def test_a_code_is_read_from_a_poor_picture_too() -> None:
    pages = [page(family, MAX_CHILDREN) for family in range(8)]
    for paper, codes in zip(pages, codes_on(print_pages(PRESS, pages, title="x"), scale=1.5), strict=True):
        assert codes == {way.url for way in paper.children}  # 108 dots an inch, a fax has 200


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_window_of_the_envelope_shows_the_address_and_nothing_else(language: str) -> None:
    paper = page(7, 3, ARABIC if language == "ar" else WORDS, language)
    pdf = print_pages(PRESS, [paper], title="x")
    address = sorted(["Family", "7", "12", "Oak", "Street", "Springfield", "IL", "62701"])  # the reader turns lines
    for top, bottom in ((45, 92), (63, 81)):
        assert sorted(re.findall(r"\w+", words_between(pdf, 0, top, bottom))) == address
    assert "Riverbend" in words_between(pdf, 0, 0, 45)


def test_the_picture_of_a_code_says_whose_it_is() -> None:
    assert alternatives_of(print_pages(PRESS, [page(1, 2)], title="x")) == ["QR code: Zoë", "QR code: Mohammed"]


def test_pages_of_several_languages_stand_in_one_run(tmp_path: Path) -> None:
    chinese = WORDS | {"title": "您家有一封信", "before": "亲爱的家长："}
    pages = [page(1), page(2, 2, ARABIC, "ar"), page(3, 1, chinese, "zh-Hans"), page(4, 1, WORDS, "vi")]
    pdf = print_pages(PRESS, pages, title="x", paper="a4")
    check_pdf_ua(pdf, tmp_path)
    texts = texts_of(pdf)
    assert "رسالة" in texts[1]
    assert "您家有一封信" in texts[2]
    assert codes_on(pdf) == [{way.url for way in paper.children} for paper in pages]


@pytest.mark.parametrize("language", SHIPPED, ids=lambda language: language.tag)
def test_every_language_that_families_read_can_be_printed(language: Language) -> None:
    places = {"children": "Ana", "child": "Ana", "date": "4", "contact": "555 0100", "place": "Zoo", "code": "X"}
    said = {name: text % places for name, text in asdict(paper_words(language)).items()}
    words = WORDS | {"before": said["greeting"], "after": "\n".join(said.values())}
    pdf = print_pages(PRESS, [replace(page(1, 1, words, language.tag), direction=language.direction)], title="x")
    assert texts_of(pdf)[0].count("Zoo") == 2, "no sign lacks a font, else nothing is printed"


def test_three_children_under_many_words_stand_closer_rather_than_on_a_second_sheet() -> None:
    many = WORDS | {"before": "\n".join([WORDS["before"]] * 3), "after": "\n".join([WORDS["after"]] * 5)}
    pdf = print_pages(PRESS, [page(1, 3, many), page(2, 3)], title="Print run")
    assert [len(found) for found in codes_on(pdf)] == [3, 3]


def test_a_page_that_holds_too_much_is_named_and_nothing_is_printed() -> None:
    wordy = page(2, 1, WORDS | {"before": "A sentence that is far too long for one sheet. " * 120})
    with pytest.raises(NotTypeset, match="Page 2 holds more than fits on one sheet"):
        print_pages(PRESS, [page(1), wordy, page(3)], title="x")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(page(1), children=()),
        page(1, MAX_CHILDREN + 1),
        replace(page(1), address_lines=()),
        replace(page(1), address_lines=("x",) * 6),
        page(1, 1, WORDS | {"title": " "}),
        page(1, 1, {}),
        replace(page(1), language="English"),
    ],
)
def test_a_page_without_child_address_or_words_is_refused(wrong: PaperPage) -> None:
    with pytest.raises(NotTypeset):
        print_pages(PRESS, [wrong], title="x")


def test_no_page_is_no_print_run() -> None:
    with pytest.raises(NotTypeset, match="1 to 1,000 pages"):
        print_pages(PRESS, [], title="x")


def test_a_name_is_shown_and_never_run() -> None:
    hostile = replace(child(1, 0), given_name='*Zoë* #panic("x") </svg>')
    pdf = print_pages(PRESS, [replace(page(1), children=(hostile,))], title="x")
    assert '*Zoë* #panic("x") </svg>' in texts_of(pdf)[0]
