"""A letter written in the portal: one text, on paper and as a page, with values that are never markup."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.press import NotTypeset
from portal.press.letters.fields import WrongField
from portal.press.letters.letter import Letterhead, LetterTemplate, compose_letter
from portal.press.typesetting.typeset import TypstPress
from tests.press.accessible import (
    alternatives_of,
    check_pdf_ua,
    headings_of,
    language_of,
    tags_of,
    text_of,
    texts_of,
    title_of,
)

PRESS = TypstPress()
ROW = {
    "child.given_name": "Zoë",
    "child.site": "Oak",
    "value.amount_due": "$ 45.50",
    "today": "24 November 2026",
}
LETTER = """
## Your *place*

Dear family of {{ child.given_name }},\\
the fee is **{{ amount due }}**. See [our site](https://riverbend.example.org/fees), write to
<mailto:office@riverbend.example.org> or call [the office](tel:+1-555-0100).

1. Sign the form.
2. Bring it to {{ child.site }}:
   - by hand
   - or by post

| Item   | Amount |
| :----- | -----: |
| Snacks | {{ value.amount_due }} |

> We look forward to the year.

---

#### Small print

    code {{ child.given_name }}

<b>not bold</b> and `x & y`
"""


def png(width: int = 300, height: int = 100) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), (20, 80, 140)).save(held, "PNG")
    return held.getvalue()


HEAD = Letterhead("Riverbend Schools", "The program office\n555 0100", png(), png(), "Ana Díaz\nHead of program")


def compose(markdown: str = LETTER, title: str = "Your place at {{ child.site }}", **more: str) -> LetterTemplate:
    return compose_letter(markdown, title=title, letterhead=HEAD, **{"language": "en", "dated": "{{ today }}", **more})


def on_paper(letter: LetterTemplate, row: dict[str, str] = ROW) -> bytes:
    return PRESS.typeset(letter.typst, letter.values(row))


class Page(HTMLParser):
    """What a browser would make of a part of a page: its tags, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_letter_is_pdf_ua_with_title_language_page_numbers_and_words_for_its_pictures(tmp_path: Path) -> None:
    pdf = on_paper(compose())
    check_pdf_ua(pdf, tmp_path)
    assert title_of(pdf) == "Your place at Oak"
    assert language_of(pdf) == "en"
    assert alternatives_of(pdf) == ["Logo: Riverbend Schools", "Signature: Ana Díaz, Head of program"]
    assert "1 / 1" in text_of(pdf)


def test_a_letter_says_on_paper_what_was_written() -> None:
    text = " ".join(text_of(on_paper(compose())).split())
    for words in (
        "Riverbend Schools", "555 0100", "24 November 2026", "Your place at Oak", "Dear family of Zoë,",
        "the fee is $ 45.50.", "our site (https://riverbend.example.org/fees)", "mailto:office@riverbend.example.org",
        "the office (+1-555-0100)", "1. Sign the form.", "2. Bring it to Oak:", "Snacks $ 45.50",
        "We look forward to the year.", "code Zoë", "<b>not bold</b> and x & y", "Ana Díaz",
    ):  # fmt: skip
        assert words in text


def test_headings_follow_each_other_without_a_gap_whatever_was_written() -> None:
    letter = compose("#### Deep\n\n# High\n\n###### Deepest\n\ntext")
    assert headings_of(on_paper(letter)) == [1, 2, 2, 3]
    assert re.findall(r"<(h\d)>", letter.html(ROW)) == ["h2", "h2", "h3"]


def test_a_long_letter_has_its_number_and_its_sender_on_every_page(tmp_path: Path) -> None:
    pdf = on_paper(compose("\n\n".join(["A line about {{ child.given_name }}."] * 90)))
    check_pdf_ua(pdf, tmp_path)
    pages = texts_of(pdf)
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in text
        assert "Riverbend Schools" in text


def test_a_letter_is_a_part_of_a_page_with_its_language_and_direction() -> None:
    page = Page(compose().html(ROW))
    tag, attributes = page.tags[0]
    assert (tag, attributes["lang"], attributes["dir"]) == ("div", "en", "ltr")
    kinds = [tag for tag, _ in page.tags]
    assert "h1" not in kinds  # the page's own title
    assert {"h2", "em", "strong", "ol", "ul", "table", "th", "blockquote", "hr", "pre", "code", "a"} <= set(kinds)
    assert [attributes["scope"] for tag, attributes in page.tags if tag == "th"] == ["col", "col"]
    assert "our site (https://riverbend.example.org/fees)" in page.words
    assert "<b>not bold</b> and x & y" in page.words


def test_a_letter_needs_nothing_from_outside_its_page() -> None:
    page = Page(compose().html(ROW))
    assert not {"img", "script", "style", "link", "iframe", "object", "svg"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name in {"src", "style", "onclick"}]


HOSTILE = (
    "*bold* _it_ `code` # x",
    '#import "x": y; #panic()',
    "</bdi><script>alert(1)</script>",
    "](javascript:alert(1))",
    "\\ \" ' ] } ) $",
    "{{ child.site }}",
    "| a | b |",
    "<https://evil.example>",
    "&lt;b&gt;",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_shown_as_it_is_on_paper_and_page(value: str, tmp_path: Path) -> None:
    letter = compose("Dear **{{ child.given_name }}**, [see](https://x.example) `{{ child.given_name }}`\n\n- x")
    row = ROW | {"child.given_name": value}
    pdf = on_paper(letter, row)
    check_pdf_ua(pdf, tmp_path)
    assert "".join(text_of(pdf).split()).count("".join(value.split())) == 2
    page, plain = Page(letter.html(row)), Page(letter.html(ROW))
    assert page.words.count(value) == 2
    assert page.tags == plain.tags


@pytest.mark.parametrize("text", HOSTILE[1:3] + HOSTILE[4:5] + HOSTILE[8:])
def test_what_is_written_cannot_be_typst_either(text: str) -> None:
    letter = compose(f"Dear family, {text.replace('<', chr(92) + '<')}")
    assert "import" not in text or "#import" in text_of(on_paper(letter))
    assert "script" not in {tag for tag, _ in Page(letter.html(ROW)).tags}


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc"]), max_size=40))
def test_any_text_in_latin_letters_can_be_written_or_is_refused_with_a_sentence(text: str) -> None:
    try:
        letter = compose(f"Dear family,\n\n{text}\n\nSincerely")
    except NotTypeset as refused:
        sentence = str(refused)
    else:
        sentence = "Line by line"
        assert "Sincerely" in text_of(on_paper(letter))
        assert "Sincerely" in Page(letter.html(ROW)).words
    assert sentence.startswith("Line ")


@pytest.mark.parametrize(
    ("markdown", "sentence"),
    [
        ("Hello\n\n![logo](https://x.example/l.png)", "Line 3: a letter holds no pictures"),
        ("Hello\n\n[x](javascript:alert(1))", "Line 3: a link starts with https:"),
        ("Hello\n\n#\n\nBye", "Line 3: this heading has no words"),
        ("Hello\n\n# [](https://x.example)", "Line 3: this heading has no words"),
        ("[x](/relative)", "Line 1: a link starts with https:"),
        ("[x](https:///nowhere)", "Line 1: a link starts with https:"),
        ("[x](data:text/html,x)", "Line 1: a link starts with https:"),
        ("<file:///etc/passwd>", "Line 1: a link starts with https:"),
        ("- a\n- [x][y]\n\n[y]: vbscript:x", "Line 2: a link starts with https:"),
        ("[x](https://x.example/{{today}})", "Line 1: a field cannot be part of a link's address"),
        ("Hello {{ child.surname }}", "Line 1: there is no field child.surname"),
        ("  \n", "This letter is empty"),
        ("x" * 100_001, "This letter is longer than"),
    ],
)
def test_what_a_letter_cannot_hold_is_refused_with_its_line(markdown: str, sentence: str) -> None:
    with pytest.raises(NotTypeset) as refused:
        compose(markdown)
    assert str(refused.value).startswith(sentence)


def test_the_addresses_a_letter_sends_people_to_are_known() -> None:
    assert compose().links == (
        "https://riverbend.example.org/fees", "mailto:office@riverbend.example.org", "tel:+1-555-0100",
    )  # fmt: skip


def test_only_what_the_letter_asks_for_goes_to_the_press() -> None:
    letter = compose("Dear {{ child.given_name }}", title="Hello", dated="")
    assert letter.fields == ("child.given_name",)
    assert letter.values(ROW) == {"child.given_name": "Zoë"}


@pytest.mark.parametrize("value", ["", "  ", None])
def test_no_letter_is_made_with_a_field_that_is_empty(value: str | None) -> None:
    row = {name: text for name, text in (ROW | {"child.site": value}).items() if text is not None}
    with pytest.raises(WrongField):
        compose().values(row)
    with pytest.raises(WrongField):
        compose().html(row)


def test_an_arabic_letter_runs_from_the_right_and_numbers_in_it_do_not(tmp_path: Path) -> None:
    letter = compose(
        "# مرحبا\n\nعزيزي ولي أمر {{ child.given_name }}، الرسوم {{ amount due }}\n\n- واحد", "رسالة", language="ar"
    )
    pdf = on_paper(letter)
    check_pdf_ua(pdf, tmp_path)
    assert language_of(pdf) == "ar"
    assert "مرحبا" in text_of(pdf)
    assert 'lang="ar" dir="rtl"' in letter.html(ROW)
    assert "<bdi>$ 45.50</bdi>" in letter.html(ROW)


@pytest.mark.parametrize(
    "name",
    [
        "محمد",
        "زينب",
        "فاطمة",
        "عبد الله",
        "يوسف",
        "خديجة",
        "بشير",
        "إبراهيم",
        "شيخ",
        "ثابت",
        "أحمد حسين",
        "李明",
        "Nguyễn",
    ],
)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_name_can_be_read_back_from_the_letter_as_the_guard_has_to(name: str, language: str) -> None:
    row = ROW | {"child.given_name": name}
    assert name in text_of(on_paper(compose("مرحبا **{{ child.given_name }}**", "Letter", language=language), row))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh-Hans", "欢迎，**重要**：请看。“你好”"),
        ("vi", "Chào mừng quý phụ huynh, xin đọc kỹ"),
        ("es", "¡Bienvenidos! ¿Dónde está el niño?"),
        ("so", "Ku soo dhawoow"),
        ("ht", "Byenveni, tanpri li lèt sa a"),
        ("ru", "Добро пожаловать"),
    ],
)
def test_a_letter_is_set_in_the_language_of_the_family(language: str, text: str, tmp_path: Path) -> None:
    letter = compose(f"# {text}\n\n{text} {{{{ child.given_name }}}} `{text}`", language=language)
    pdf = on_paper(letter)
    check_pdf_ua(pdf, tmp_path)
    assert language_of(pdf)[:2] == language[:2]
    assert text.replace("*", "")[:4] in text_of(pdf)


@pytest.mark.parametrize("language", ["", "english", "en; DROP", 'en", x: "', "EN"])
def test_what_is_no_language_is_refused(language: str) -> None:
    with pytest.raises(NotTypeset):
        compose(language=language)


@pytest.mark.parametrize(
    "picture",
    [
        b"GIF89a" + bytes(40),
        b"\x89PNG\r\n\x1a\n",
        png()[:12] + b"JUNK" + png()[16:],
        png()[:16] + b"\xff\xff\xff\xff" * 2 + png()[24:],
        png() + bytes(256 * 1024),
    ],
)
def test_a_logo_that_is_no_small_png_is_refused(picture: bytes) -> None:
    with pytest.raises(NotTypeset, match="PNG of at most 256 kB"):
        compose_letter("x", title="x", letterhead=Letterhead("Oak", logo_png=picture), language="en")


def test_a_letterhead_needs_no_more_than_a_name(tmp_path: Path) -> None:
    letter = compose_letter("Hello", title="x", letterhead=Letterhead('Oak "#1" \\ School'), language="en", paper="a4")
    pdf = PRESS.typeset(letter.typst, {})
    check_pdf_ua(pdf, tmp_path)
    assert 'Oak "#1" \\ School' in text_of(pdf)


def test_links_on_paper_are_links_for_a_screen_reader_too() -> None:
    kinds = [kind for kind, _ in tags_of(on_paper(compose()))]
    assert kinds.count("/Link") == 3
    assert {"/Table", "/TH", "/TD", "/L", "/LI", "/BlockQuote"} <= set(kinds)
