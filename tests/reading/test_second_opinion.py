"""Pages and texts as others read them: Lexbor, a browser's parser of HTML, and codecs; `make fuzz` draws more."""

import codecs
import re
from contextlib import suppress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from portal.reading.budget import CannotRead
from portal.reading.plain import PlainReader
from portal.reading.reader import Reading
from portal.reading.texts.encodings import ENCODINGS, decode

NAME = "Ana Rivera"
PIECES = [
    *("", "", "", "<b>", "</b>", "<p>", "</p>", "</ p>"),
    *("<b title='>'>", '<i class="a>b">', "<br/>", "<wbr>", "<p", " <", ">"),
    *("<!-- x -->", "<!-->", "<!--->", "<!--", "-->", "--!>", "<!x>"),
    *("<?php >", "</>", "</3>", "<![CDATA[", "]]>", "&", "&amp;"),
    *("<table><tr><td>", "</td></tr></table>", "<td>", "<tr>", "<select><option>"),
    *("<textarea>", "</textarea>", "<title>", "</title>"),
    *("<script>", "</script>", "<style>", "</style >", "<template>"),
    *("</template>", "<noscript>", "<xmp>", "</xmp>", "<plaintext>"),
    *("<svg>", "</svg>", "<math>", "<iframe>", "</iframe>", "<a href=x", "<a b='"),
    *("'", '"', "=", "\n", "\x0c", "&shy;", "&zwnj;"),
]  # fmt: skip

BLOCKS = (
    "p, br, table, tr, td, select, option, textarea, title, script, style, template, xmp, plaintext, iframe, svg, math"
)
"""What a browser sets on lines of its own, or apart."""


def spelt(letter: str, how: str) -> str:
    return {
        "as it is": letter,
        "decimal": f"&#{ord(letter)};",
        "hex": f"&#x{ord(letter):x};",
        "bare": f"&#{ord(letter)}",
    }[how]


def collapsed(text: str) -> str:
    return " ".join(text.replace("\xad", "").replace("\u200c", "").split())


def shown(page: str) -> str:
    """Return what a browser would show of a page, and what it keeps in its title, scripts and attributes."""
    tree = LexborHTMLParser(page)
    for node in tree.css(BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    texts = [tree.root.text() if tree.root else ""]
    texts += [value for node in tree.css("*") for value in node.attributes.values() if value]
    return collapsed("\0".join(texts))


@settings(max_examples=300)
@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=len(NAME) + 1, max_size=len(NAME) + 1),
    how=st.lists(
        st.sampled_from(["as it is"] * 4 + ["decimal", "hex", "bare"]), min_size=len(NAME), max_size=len(NAME)
    ),
    before=st.lists(st.sampled_from(PIECES), max_size=4),
)
def test_a_name_that_a_browser_shows_is_read_or_the_page_refused(
    pieces: list[str], how: list[str], before: list[str]
) -> None:
    name = "".join(piece + spelt(*one) for piece, one in zip(pieces, zip(NAME, how, strict=True), strict=False))
    page = f"<!doctype html><p>{''.join(before)}{name}{pieces[-1]}"
    assume(NAME in shown(page))
    answer = PlainReader().read_bytes(page.encode(), "letter.html")
    if isinstance(answer, Reading):
        assert any(NAME in collapsed(part.text) for part in answer.parts), page


ALPHABETS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "áéíóúñüç", "éèêàçôùî", "ąćęłńóśźż", "őűáéíóöü", "ğışçöü",
    "āčēģīķļņšūž",
    "абвгдежзийклмнопрстуфхцчшщьюя", "αβγδεζηθικλμνξοπρστυφχψω", "אבגדהוזחטיכלמנסעפצקרשת",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "กขคงจชซดตถทนบปผพฟมยรลวสหอ",
)  # fmt: skip
SIGNS = {
    ("cp932", "shift_jis", "euc_jp", "iso2022_jp", "iso2022_jp_2"): (
        "あいうえおかきくけこさしすせそ",
        "学校家長通知開始時間",
    ),
    ("gb18030", "gbk", "gb2312", "hz"): ("学校家长通知开始时间",),
    ("big5", "big5hkscs"): ("學校家長通知開始時間",),
    ("cp949", "euc_kr", "iso2022_kr"): ("가나다라마바사아자차카타파하",),
}


HELD_TO_LESS = {
    "utf-7": "only runs that end with a hyphen are taken for letters, or each sum with a plus would be",
    "cp037": "only a file that is of printed letters throughout is taken for one of a mainframe",
}


def alphabets_of(encoding: str) -> list[str]:
    """Return the alphabets that an encoding has whole; of those made for one writing with many signs, that alone."""
    of_signs = [each for encodings, those in SIGNS.items() if encoding in encodings for each in those]
    if of_signs:
        return of_signs
    return [one for one in ALPHABETS if one.encode(encoding, "ignore").decode(encoding) == one]


def looks_otherwise(text: bytes) -> bool:
    """Tell whether a text looks by a rare chance like another: all of it UTF-8, a mark of UTF-16, no two letters."""
    with suppress(UnicodeDecodeError):
        return bool(text.decode("utf-8"))
    return text.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)) or not re.search(rb"[\x80-\xff]{2}", text)


def is_a_word(text: str) -> bool:
    return len(set(text)) >= 3


@pytest.mark.parametrize("encoding", sorted(set(ENCODINGS) - HELD_TO_LESS.keys()))
@settings(max_examples=25)
@given(data=st.data())
def test_a_text_in_any_encoding_is_among_what_is_read_or_refused(encoding: str, data: st.DataObject) -> None:
    letters = data.draw(st.sampled_from(alphabets_of(encoding)))
    words = data.draw(st.lists(st.text(letters, min_size=4, max_size=9).filter(is_a_word), min_size=3, max_size=9))
    text = codecs.encode("\r\n".join(words), encoding)
    assume(encoding.startswith("utf") or text.isascii() or not looks_otherwise(text))
    try:
        ways = [way for _, way in decode(text).spellings]
    except CannotRead:
        return
    assert all(any(word in way for way in ways) for word in words)
