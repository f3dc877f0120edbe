"""Pages and drawings: a name is found wherever it hides in them, whatever cuts it in pieces."""

import base64
import html
import re

import carriers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reading.plain import PlainReader
from portal.reading.reader import Reading, Unreadable
from portal.reading.seeing import Parsed
from tests.pace import at_most


def parsed(data: bytes | str, name: str = "a.html") -> Parsed:
    answer = PlainReader().parse(data.encode() if isinstance(data, str) else data, name)
    assert isinstance(answer, Parsed), answer
    return answer


def reading(data: bytes | str, name: str = "a.html") -> Reading:
    return parsed(data, name).reading


def reason(data: bytes | str, name: str = "a.html") -> str:
    answer = PlainReader().parse(data.encode() if isinstance(data, str) else data, name)
    assert isinstance(answer, Unreadable), answer
    return answer.reason


def says(read: Reading, wanted: str) -> bool:
    return any(wanted in " ".join(part.text.split()) for part in read.parts)


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


PAGES = {
    "text": "<p>Ana Rivera</p>",
    "cut by formatting": "<p><b>An</b>a <i>Ri</i>v<u>era</u></p>",
    "cut by a comment": "<p>An<!-- x -->a Rivera</p>",
    "cut by soft line breaks": "<p>Ana Riv<wbr>era</p>",
    "over lines of the source": "<p>Ana\n\n   Rivera</p>",
    "side by side without a blank": "<span>Ana</span><span>Rivera</span>",
    "cells": "<table><tr><td>Ana</td><td>Rivera</td></tr></table>",
    "entities": "<p>&#65;na&nbsp;R&#x69;vera</p>",
    "entities without an end": "<p>&#65na Rivera</p>",
    "entities spelt by entities": "<p>&amp;#65;na Rivera</p>",
    "tags spelt by entities": "<p>&lt;b&gt;An&lt;/b&gt;a Rivera</p>",
    "tags spelt by entities twice": "<p>&amp;lt;b&amp;gt;An&amp;lt;/b&amp;gt;a Rivera</p>",
    "page in an attribute": "<iframe srcdoc='<b>An</b>a Rivera'></iframe>",
    "page in an attribute by entities": '<iframe srcdoc="&lt;b&gt;An&lt;/b&gt;&#97; Rivera"></iframe>',
    "comment": "<!-- Ana Rivera -->",
    "comment with tags": "<!-- <td>An<b>a</b></td> <td>Rivera</td> -->",
    "empty comment": "<!--> An<b>a</b> Rivera <!-- -->",
    "cut by comments that end where they begin": "<p>An<!-->a Ri<!--->vera</p>",
    "cut by ends of nothing": "<p>An</textarea>a Ri</td>vera</p>",
    "cut by cells outside a table": "<p>An<td>a Ri<tr>vera</p>",
    "comment that never ends": "<!-- An<b>a</b> Rivera",
    "conditional comment": "<!--[if mso]><p>An<b>a</b> Rivera</p><![endif]-->",
    "attribute": "<p title='Ana Rivera'>Hello</p>",
    "attribute by entities": "<p title='&#65;na Rivera'>Hello</p>",
    "attributes of one tag": "<p data-given='Ana' class='x' data-name=Rivera>Hello</p>",
    "fields": "<input name=a value=Ana><input name=b value='Rivera'>",
    "alternative text": "<img src=a.png alt='Ana Rivera'>",
    "description": "<meta name=description content='Ana Rivera'>",
    "hidden": "<div hidden style='display:none'>An<b>a</b> Rivera</div>",
    "template": "<template><p>An<b>a</b> Rivera</p></template>",
    "without scripts": "<noscript>An<b>a</b> Rivera</noscript>",
    "title": "<title>Ana Rivera</title>",
    "script": "<script>var a = ['Ana Rivera']</script>",
    "script with escapes": r"<script>var a = '\u0041na R\x69ver\u{61}'</script>",
    "script in pieces": "<script>var a = 'An' + 'a Riv' +\n 'era'</script>",
    "script that writes": "<script>document.write('<b>An</b>a Rivera')</script>",
    "script that never ends": "<script>var a = 'Ana Rivera'",
    "style": "<style>p::after{content:'Ana Rivera'}</style>",
    "style with escapes": r"<style>p::after{content:'\41na Rivera'}</style>",
    "address": "<a href='mailto:x?subject=Ana%20Rivera'>Hello</a>",
    "address with pluses": "<a href='/x?who=Ana+Rivera&amp;n=%31'>Hello</a>",
    "backwards": "<bdo dir=rtl>areviR anA</bdo>",
    "backwards by style": "<p style='unicode-bidi:bidi-override;direction:rtl'>areviR anA</p>",
    "literal": "<![CDATA[<b>Ana</b> Rivera]]>",
    "picture's own text": "<img src='data:image/svg+xml,%3Csvg%3E%3Ctext%3EAna Rivera%3C/text%3E%3C/svg%3E'>",
    "unquoted drawing": "<img src=\"data:image/svg+xml;utf8,<svg xmlns='x'><text>Ana Rivera</text></svg>\">",
    "packed text": f"<a href='data:text/plain;base64,{base64_of(b'Ana Rivera')}'>Hello</a>",
    "packed page": f"<iframe src='data:text/html;base64,{base64_of(b'<b>An</b>a Rivera')}'></iframe>",
    "packed without a name": f"<script>a = '{base64_of(b'We saw Ana Rivera today, and it rained all day.')}'</script>",
    "packed table": "<a href='data:text/csv,a%3BAna%20Rivera'>Hello</a>",
    "quote in a tag": "<p it's>An<b>a</b> Rivera",
    "greater-than in an attribute": "<p>An<b title='>'>a</b> Rivera</p>",
    "tag that never ends": "<p>An<b>a</b> Rivera <a href='",
    "capitals": "<TABLE><TR><TD>Ana<TD>Rivera</TABLE>",
    "end without a beginning": "An</b>a Rivera</td>",
}  # fmt: skip


@pytest.mark.parametrize("form", PAGES)
def test_a_name_in_a_page_is_found(form: str):
    assert says(reading(f"<!doctype html><html><body>\n{PAGES[form]}"), "Ana Rivera")


def words(read: Reading) -> set[str]:
    return {word for part in read.parts for word in re.findall(r"\w+", part.text.casefold())}


def test_names_of_elements_are_no_words_of_a_page():
    said = words(reading("<!doctype html><ul>\n<li>May we …</li><LI>Will you?</li/></ul><small>Grace &amp; Al</small>"))
    assert {"may", "will", "grace"} <= said
    assert not {"li", "ul", "small"} & said


@pytest.mark.parametrize("page", ["<p>Ana &lt; Li", "<!-- Ana Li -->", "<p title='Ana Li'>", "<p ana li>", "<li-ana>"])
def test_a_name_that_is_an_element_as_well_is_read_where_it_is_none(page: str):
    assert {"ana", "li"} <= words(reading(f"<html><body>{page}"))


DRAWINGS = {
    "text": "<text>Ana Rivera</text>",
    "cut in pieces": "<text>An<tspan x='9'>a R</tspan><tspan>ivera</tspan></text>",
    "one below the other": "<text><tspan x='0'>Ana</tspan><tspan x='0' dy='9'>Rivera</tspan></text>",
    "title": "<title>Ana Rivera</title>",
    "description": "<desc>Ana Rivera</desc>",
    "comment": "<!-- Ana Rivera -->",
    "metadata": "<metadata><r:x r:who='Ana Rivera'/></metadata>",
    "page inside": "<foreignObject><p>An<b>a</b> Rivera</p></foreignObject>",
    "script": "<script>var a = 'An' + 'a Rivera'</script>",
    "style": "<style><![CDATA[p{content:'Ana Rivera'}]]></style>",
    "label": "<g inkscape:label='Ana Rivera'/>",
    "prefix": "<s:text>An<s:tspan>a</s:tspan> Rivera</s:text>",
    "address": "<a xlink:href='http://a.test/Ana%20Rivera'/>",
    "drawing inside": f"<image href='data:image/svg+xml;base64,{base64_of(b'<svg><text>Ana Rivera</text></svg>')}'/>",
}


HEADS = (
    "",
    "<?xml version='1.0' encoding='utf-8'?>\n<!-- made by hand -->\n",
    """<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd" [
<!ENTITY ns_svg "http://www.w3.org/2000/svg">
]>""",
)


@pytest.mark.parametrize("form", DRAWINGS)
@pytest.mark.parametrize("before", HEADS)
def test_a_name_in_a_drawing_is_found(before: str, form: str):
    drawing = f'{before}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{DRAWINGS[form]}</svg>'
    read = reading(drawing, "a.svg")
    assert (read.kind, read.misnamed) == ("svg", False)
    assert says(read, "Ana Rivera")


def strokes(count: int, colour: str = "black") -> str:
    path = " ".join(f"L{n % 200} {n * 7 % 200}" for n in range(count))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><path fill="{colour}" d="M0 0 {path}"/></svg>'
    )


def test_a_drawing_of_many_lines_is_looked_at_as_a_picture():
    answer = parsed(strokes(300), "a.svg")
    (picture,) = answer.pictures
    assert (picture.place, picture.width, picture.height) == ("drawing", 2000, 1000)
    assert 0 in picture.grey
    assert 255 in picture.grey


def test_a_drawing_too_simple_for_letters_is_not_looked_at():
    assert parsed(strokes(20), "a.svg").pictures == ()


def test_white_lines_are_looked_at_on_black():
    assert any(0 in picture.grey and 255 in picture.grey for picture in parsed(strokes(60, "#fff"), "a.svg").pictures)


def test_a_drawing_within_a_page_is_looked_at():
    page = f"<!doctype html><p>Hello</p>{strokes(60).replace(' xmlns=', ' data-x=')}<p>Bye</p>"
    assert [picture.place for picture in parsed(page).pictures] == ["drawing"]
    packed = f"<img src='data:image/svg+xml;base64,{base64_of(strokes(60).encode())}'>"
    assert [picture.place for picture in parsed(packed).pictures] == ["packed inside: drawing"]


def test_a_tall_drawing_is_looked_at_whole():
    (picture,) = parsed(strokes(300).replace("0 0 400 200", "0 0 200 400"), "a.svg").pictures
    assert (picture.width, picture.height) == (1000, 2000)


@pytest.mark.parametrize(("points", "grid"), [(300, "24 24"), (60, "24 24"), (60, "512 512"), (190, "512 512")])
def test_an_icon_is_looked_at_smaller(points: int, grid: str):
    (picture,) = parsed(strokes(points).replace("0 0 400 200", f"0 0 {grid}"), "a.svg").pictures
    assert (picture.width, picture.height) == (1000, 1000)


@pytest.mark.parametrize("unit", ["mm", "cm", "in", "pt", "pc"])
def test_a_drawing_measured_on_paper_is_looked_at_like_any_other(unit: str):
    drawing = strokes(300).replace("viewBox", f'width="40{unit}" height="20{unit}" viewBox')
    (picture,) = parsed(drawing, "a.svg").pictures
    assert (picture.width, round(picture.height, -2)) == (2000, 1000)
    lines = strokes(300).replace("fill", f"""fill="none" stroke="black" stroke-width=".2{unit}" class""")
    (picture,) = parsed(lines, "a.svg").pictures
    assert 0 in picture.grey, "lines measured in millimetres are drawn"


def test_a_drawing_within_a_page_may_leave_its_namespaces_out():
    using = (
        strokes(60).replace(' xmlns="http://www.w3.org/2000/svg"', "").replace("<path", "<use xlink:href='#a'/><path")
    )
    assert len(parsed(f"<!doctype html>{using}").pictures) == 1


@pytest.mark.parametrize("sheet", ["260 100", "1300 1800"])
def test_a_name_drawn_as_lines_is_never_called_clear(sheet: str):
    letters = {"A": "M0 20L8 0L16 20M3 13L13 13", "N": "M0 20L0 0L14 20L14 0", "I": "M4 0L4 20", "V": "M0 0L8 20L16 0"}
    letters |= {"R": "M0 20L0 0L12 0L14 3L14 7L12 10L0 10M6 10L14 20", "E": "M14 0L0 0L0 20L14 20M0 10L10 10"}
    paths = "".join(
        f'<path transform="translate({20 + at * 22} 40)" d="{letters[letter]}"/>'
        for at, letter in enumerate("ANA RIVERA")
        if letter != " "
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet}"><g fill="none" stroke="black">{paths}</g></svg>'
    )
    answer = PlainReader().read_bytes(
        drawing.replace("black", "black' stroke-width='3").replace("'", '"').encode(), "a.svg"
    )
    assert isinstance(answer, Unreadable) or any(
        "RIVERA" in part.text.replace(" ", "") for part in answer.parts if part.by_ocr
    )


def test_a_drawing_that_cannot_be_shown_is_refused():
    assert "Save it as PDF or PNG" in reason(strokes(60)[:-6], "a.svg")


def test_letters_that_stand_one_by_one_are_refused():
    letters = "".join(f"<text x='{n}'>{letter}</text>" for n, letter in enumerate("AnaRiveraHere"))
    assert "one by one" in reason(f"<svg>{letters}</svg>", "a.svg")
    ticks = "".join(f"<text x='{n}'>{n % 10}</text>" for n in range(40))
    assert says(reading(f"<svg>{ticks}<text>A</text><text>B</text></svg>", "a.svg"), "A")


def test_entities_of_a_drawing_are_refused():
    bomb = '<!DOCTYPE svg [<!ENTITY a "Ana"><!ENTITY b "&a;&a;">]><svg><text>&b;</text></svg>'
    assert "declares things" in reason(bomb, "a.svg")
    assert "declares things" in reason('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///x">]><svg>&a;</svg>', "a.svg")


def test_pictures_within_pages_are_looked_at_once():
    packed = base64_of(carriers.png(300, 80))
    for page in (
        f"<img src='data:image/png;base64,{packed}'>" * 2,
        f"<p style='background:url(data:image/png;base64,{packed})'>",
        f'<style>p{{background:url("data:image/png;base64,{packed}")}}</style>',
        f"<img srcset='data:image/png;base64,{packed} 2x'>",
        f"<img src='data:image/png;base64,{packed[:40]}\n  {packed[40:]}'>",
        f"<img src='data:image/png;base64,{packed.replace('+', '%2B').replace('=', '%3D')}'>",
        f"<script>var a = '{packed}'</script>",
        f"<p title='data:image/png;charset=x;base64,{packed}'>",
    ):  # fmt: skip
        answer = parsed(f"<!doctype html>{page}")
        assert [picture.place for picture in answer.pictures] == ["packed inside: picture"], page
    assert parsed(f"<img src='data:image/png;base64,{base64_of(carriers.png(9, 9))}'>").reading.pictures == 1


def test_fonts_within_pages_are_no_letters_and_other_files_are_refused():
    page = "<style>@font-face{{src:url(data:font/woff2;base64,{})}}</style><p>Hello"
    assert says(reading(page.format(base64_of(b"wOF2\0\1\0\0" + bytes(900)))), "Hello")
    assert says(reading(page.format(base64_of(b"\x87\0\0\0" + bytes(30) + b"LP" + bytes(99)))), "Hello")
    assert says(reading(page.format(base64_of(b"Ask the office for a form.        LPAna Rivera"))), "Ana Rivera")
    assert says(reading("<a href='data:text/plain;base64,QW5h'>x"), "Ana")
    assert says(reading("<a href='data:text/plain;base64,QW5hIA'>x"), "Ana")
    for content, why in ((b"7z\xbc\xaf\x27\x1c" + bytes(90), "archive"), (b"\x89PNG\r\n\x1a\n" + bytes(90), "damaged")):
        assert why in reason(page.format(base64_of(content)))
    assert "within files" in reason(nested(6))


def nested(depth: int) -> str:
    page = "<p>Ana Rivera"
    for _ in range(depth):
        page = f"<p>x<iframe src='data:text/html;base64,{base64_of(page.encode())}'></iframe>"
    return page


def test_rows_do_not_run_into_each_other():
    page = "<table><tr><td>1<td>Tom</td><td>Ana</td></tr>\n<tr><td>2<td>Rivera</td><td>Kim</td></tr></table>"
    (text,) = (part.text for part in reading(page).parts if part.place == "page")
    assert text.split() == ["1", "Tom", "Ana", "2", "Rivera", "Kim"]
    assert "\tTom\tAna" in text
    assert "\n\n" in text[text.index("Ana") : text.index("Rivera")]


def test_an_empty_cell_keeps_its_place():
    (text,) = (part.text for part in reading("<table><tr><td>Ana<td><td>Rivera").parts if part.place == "page")
    assert "Ana\t\tRivera" in text


@pytest.mark.parametrize(
    "page",
    [
        b"<i>x</i>" * 60_000,
        b"<html>" + b"<tr class='a'><td title='x y'>Rivera</td><td>Ana &amp; co</td></tr>\n" * 15_000,
        b"<html>" + b"".join(b"<p><a href='http://x.test/%d?q=%%20'>Li<b>nk</b></a></p>\n" % n for n in range(12_000)),
        b"<a b='" * 60_000,
        b"<" * 500_000,
        b"<!-- x --" * 100_000,
        b"<![CDATA[" * 60_000,
        b"<script>" * 60_000,
        b"<a " + b"=" * 500_000,
        b"<a " + b" " * 500_000,
        b"<a " + b"x=" * 300_000,
        b"<p>" + b"\n" * 500_000,
        b"<html><svg" * 90_000,
        b"<html>" + b"A" * 900_000,
        b"<html>" + b"data:a/b," * 60_000,
        b"<html>" + b"&amp;" * 60_000,
        b"<html>" + b"%41" * 60_000,
        b"<?x " * 60_000,
        b"<svg>" + b"<text>" * 90_000,
    ],
    ids=lambda page: page[:12].decode(),
)  # fmt: skip
def test_a_large_page_is_read_or_refused_in_time(page: bytes):
    with at_most(times=100):
        PlainReader().parse(page, "a.html")


@given(
    st.lists(
        st.sampled_from(["<b>", "</b>", "<i class='x'>", "</i >", "<wbr>", "<!-- x -->", "<b title='>'>", "<span>"]),
        min_size=9,
        max_size=9,
    )
)
def test_no_cut_by_formatting_hides_a_name(cuts: list[str]):
    cut = "".join(letter + tag for letter, tag in zip("Ana Rivera", [*cuts, ""], strict=True))
    assert says(reading(f"<p>Hello {cut}</p>"), "Ana Rivera")


def test_a_name_that_a_script_spells_by_numbers_or_in_base64_is_read():
    codes = ", ".join(str(ord(letter)) for letter in "Ana Rivera")
    assert says(reading(f"<script>document.write(String.fromCharCode({codes}))</script>"), "Ana Rivera")
    assert says(reading(f"<script>x = atob('{base64_of(b'Ana Rivera')}')</script>"), "Ana Rivera")


@given(st.text(st.sampled_from("Ana Rivera<>&'\""), min_size=1, max_size=30), st.integers(0, 3))
def test_whatever_is_escaped_is_read(text: str, times: int):
    escaped = text
    for _ in range(times):
        escaped = html.escape(escaped)
    wanted = " ".join(text.split())
    assert says(reading(f"<!doctype html><p>x {escaped}</p>"), wanted)


@pytest.mark.parametrize(("ending", "begins", "ends"), [("html", "<div>", "</div>"), ("svg", "<g a='b'>", "</g>")])
def test_a_page_that_nests_too_deep_is_refused(ending: str, begins: str, ends: str):
    def read(depth: int) -> object:
        page = f"<{ending}>{begins * depth}Hello{ends * depth}</{ending}>"
        return PlainReader().read_bytes(page.encode(), f"a.{ending}")

    assert isinstance(read(400), Reading)
    assert isinstance(read(200_000), Unreadable)


def test_a_long_page_whose_elements_end_does_not_nest():
    page = "<html>" + "<div><b>Hello</b><br><p>again<li>and<img src='a'><span/></div>" * 20_000
    assert isinstance(PlainReader().read_bytes(page.encode(), "a.html"), Reading)


@pytest.mark.parametrize(
    "ruby",
    [
        "<ruby>王<rt>wáng</rt></ruby><ruby>小<rt>xiǎo</rt></ruby><ruby>明<rt>míng</rt></ruby>",
        "<ruby>王<rp>(</rp><rt>wáng</rt><rp>)</rp>小<rp>(</rp><rt>xiǎo</rt><rp>)</rp>明<rp>(</rp><rt>míng</rt><rp>)</rp></ruby>",
        "<RUBY>王<RT>wáng<RB>小<RT>xiǎo<RB>明<RT>míng</RUBY>",
    ],
)
def test_letters_with_a_guide_above_each_are_read_without_the_guides_and_these_without_them(ruby: str):
    read = reading(f"<html><body><p>Dear {ruby} and all</p></body></html>")
    assert says(read, "Dear 王小明 and all")
    assert says(read, "Dear wáng xiǎo míng and all")


def test_a_page_without_guides_is_not_read_apart():
    assert not any("guides" in part.place for part in reading("<html><p>Ana <b>Rivera</b></p></html>").parts)


@pytest.mark.parametrize("escape", [r"\\u00e1", r"\\\\u00e1", r"\\\\\\\\u{e1}", r"\\xe1"])
def test_letters_that_a_script_keeps_in_json_are_read_however_often_they_are_escaped(escape: str):
    assert says(reading(f'<html><script>x = JSON.parse("{{\\"n\\": \\"Luc{escape}s\\"}}")</script></html>'), "Lucás")


def test_letters_that_a_page_lays_out_from_the_right_are_read_as_they_stand():
    letters = "".join(f"<span>{letter}</span>" for letter in "areviR anA")
    assert says(reading(f"<html><p style='display:flex;flex-direction:row-reverse'>{letters}</p></html>"), "Ana Rivera")
