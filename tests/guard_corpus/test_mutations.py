"""Looks for a person whom the guard misses: any carrier, notation and encoding, in any combination."""

import html
import json
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.guard.roster.index import Person
from portal.guard.rules import Blocked, Clear, judge_file
from portal.reading.plain import PlainReader
from portal.reading.reader import Reading, Unreadable
from tests.guard_corpus.cases import NOTICE, WHO
from tests.guard_corpus.notations import CYRILLIC, wide
from tests.guard_corpus.packages import document, odf_table, opendocument, slides, workbook
from tests.guard_corpus.papers import plain, typeset
from tests.guard_corpus.roster import FAMILIES, PEOPLE, roster
from tests.rules.guarded import judge_text

INDEX: Final = roster()
_SURE: Final = tuple(
    family for family in FAMILIES if WHO["latin"](family) and family.children[0].family_name != "Harper"
)
"""Without the Harpers: "Harper, Ruth and the kitchen" may as well be two given names."""
LATIN: Final = tuple(kid for family in _SURE for kid in family.children)
ADULTS: Final = tuple(adult for family in _SURE for adult in family.guardians)
INVISIBLE: Final = ("\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u034f")
BLANKS: Final = (" ", "  ", "\u00a0", "\u2009", "\u202f", "\u3000", "\t", " \n", "_")
PLAIN: Final = PlainReader()


@st.composite
def disguised(draw: Callable[..., Any], text: str) -> str:
    """Give the same words to a human eye, in other letters to a machine's."""
    cases = (str, str.upper, str.title) if "Alexander" in text else (str, str.upper, str.title, str.lower)
    text = draw(st.sampled_from(cases))(text)  # a small word between two names may be a verb
    text = unicodedata.normalize(draw(st.sampled_from(("NFC", "NFD"))), text)
    match draw(st.integers(0, 4)):
        case 0:
            where = draw(st.sets(st.integers(0, len(text) - 1), max_size=3))
            return "".join(letter.translate(CYRILLIC) if at in where else letter for at, letter in enumerate(text))
        case 1:
            where = draw(st.sets(st.integers(1, len(text) - 1), min_size=1, max_size=4))
            return "".join(draw(st.sampled_from(INVISIBLE)) * (at in where) + letter for at, letter in enumerate(text))
        case 2:
            return wide(text)
        case _:
            return text


@st.composite
def written(draw: Callable[..., Any], person: Person) -> str:
    """Give a full name in some order, with something between."""
    first, last, blank = person.given_name, person.family_name, draw(st.sampled_from(BLANKS))
    middle = draw(st.sampled_from(("", "", "M.", "J. R.", "Alexander")))
    shapes = (f"{first}{blank}{last}", f"{last},{blank}{first}", f"{last}{blank}{first}", f"{first} {middle} {last}")
    return draw(disguised(draw(st.sampled_from(shapes)).replace("  ", " ")))


@st.composite
def identified(draw: Callable[..., Any]) -> str:
    """Give a name, number, phone or address of somebody on the roster."""
    kid, adult = draw(st.sampled_from(LATIN)), draw(st.sampled_from(ADULTS))
    area, first, rest = adult.phones[0].split()[1:]
    gap = draw(st.sampled_from(("-", ".", " ", "\u2011", "\u00a0", "/", "")))
    phone = draw(st.sampled_from(("", "+1 ", "001 ", "1-"))) + gap.join((area, first, rest))
    return draw(
        st.one_of(
            written(kid),
            written(adult),
            st.just(kid.numbers[0]),
            st.just(phone),
            st.just(adult.emails[0].upper()),
            st.just(f"<{adult.emails[0]}>"),
        )
    )


def _in_html(words: str) -> bytes:
    return f"<!doctype html><meta charset=utf-8><p>{html.escape(words)}</p>".encode()


def _in_attribute(words: str) -> bytes:
    return f'<!doctype html><meta charset=utf-8><p title="{html.escape(words)}">Hello</p>'.encode()


def _in_sheet(words: str) -> bytes:
    return opendocument("spreadsheet", lambda made: made.spreadsheet.addElement(odf_table("a", [("x", words)])))


CARRIERS: Final[dict[str, Callable[[str], bytes]]] = {
    "a.html": _in_html,
    "b.html": _in_attribute,
    "a.json": lambda words: json.dumps({"note": words}).encode(),
    "a.md": lambda words: f"# Hello\n\n{words}\n".encode(),
    "a.docx": lambda words: document(lambda made: made.add_paragraph(words)),
    "b.docx": lambda words: document(lambda made: setattr(made.sections[0].header.paragraphs[0], "text", words)),
    "a.xlsx": lambda words: workbook(lambda book: book.active.append(["x", words])),
    "a.pptx": lambda words: slides(lambda made: setattr(made.slides[0].notes_slide.notes_text_frame, "text", words)),
    "a.ods": _in_sheet,
    "a.pdf": lambda words: typeset(f"{NOTICE[0]}\n\n{plain(words)}"),
}
ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_no_notation_hides_a_person(data: st.DataObject) -> None:
    words = data.draw(identified())
    around = data.draw(st.sampled_from(("{}", "Dear {},", "({})", "- {}: yes", "“{}”", "We thank {} and the kitchen.")))
    assert isinstance(judge_text(around.format(words), INDEX), Blocked)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_no_carrier_hides_a_person(data: st.DataObject) -> None:
    words = data.draw(identified().filter(lambda words: "\u034f" not in words))
    name = data.draw(st.sampled_from(sorted(CARRIERS)))
    if name == "a.pdf":
        words = unicodedata.normalize("NFKC", words)
    reading = PLAIN.read_bytes(CARRIERS[name](words), name)
    assert isinstance(judge_file(reading, INDEX), Blocked), reading


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_encoding_hides_a_person(data: st.DataObject) -> None:
    words = data.draw(identified())
    encoding = data.draw(st.sampled_from(ENCODINGS))
    name, form = data.draw(
        st.sampled_from((("a.txt", "Hello\n{}\n"), ("a.csv", "a;b\r\n3;{}\r\n"), ("a.tsv", "a\tb\n3\t{}\n")))
    )
    reading = PLAIN.read_bytes(form.format(words.replace("\n", "")).encode(encoding), name)
    assert isinstance(judge_file(reading, INDEX), Blocked), reading


@cache
def _carried(name: str, words: str) -> bytes:
    """Made once: hypothesis wants the same draws again, and the moment within a file changes how long it packs."""
    return CARRIERS[name](words)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_with_a_name_in_it_is_never_clear(data: st.DataObject) -> None:
    """Bytes may be lost, swapped or doubled; then the name is found, or the file cannot be vouched for."""
    kid = data.draw(st.sampled_from(LATIN))
    name = data.draw(st.sampled_from(("a.docx", "a.xlsx", "a.pptx", "a.pdf")))
    whole = _carried(name, f"{kid.given_name} {kid.family_name}")
    cut = data.draw(st.integers(len(whole) // 4, len(whole) - 8))
    broken = data.draw(st.sampled_from((whole[:cut], whole[:cut] + whole[cut + 5 :], whole[:cut] + whole[cut - 9 :])))
    reading = PLAIN.read_bytes(broken, name)
    assert isinstance(reading, Reading | Unreadable)
    assert not isinstance(judge_file(reading, INDEX), Clear), reading


FAMILY_NAMES: Final = frozenset(word for person in PEOPLE for word in person.family_name.replace("-", " ").split())
GIVEN_NAMES: Final = sorted({person.given_name for person in PEOPLE} - FAMILY_NAMES)
SURNAMES: Final = sorted({person.family_name for person in PEOPLE} - set(GIVEN_NAMES))
FILLERS: Final = ("plays the flute", "reads a book", "and", "runs home", "won a prize;", "sang, and then", "\u2013")


@given(st.lists(st.tuples(st.sampled_from(GIVEN_NAMES), st.sampled_from(FILLERS)), max_size=12))
@settings(max_examples=120, deadline=None)
def test_given_names_alone_name_nobody(told: list[tuple[str, str]]) -> None:
    text = " ".join(f"{name} {filler}" for name, filler in told)
    assert judge_text(text, INDEX) == Clear()


@given(st.lists(st.tuples(st.sampled_from(("Mr.", "Ms.", "Coach", "Family")), st.sampled_from(SURNAMES)), max_size=12))
@settings(max_examples=120, deadline=None)
def test_family_names_alone_name_nobody(told: list[tuple[str, str]]) -> None:
    text = ", ".join(f"{title} {name}" for title, name in told)
    assert judge_text(text, INDEX) == Clear()


@pytest.mark.parametrize("person", PEOPLE[::9], ids=lambda person: person.id)
def test_everyone_on_the_roster_is_known(person: Person) -> None:
    text = f"{person.given_name} {person.family_name} {' '.join(person.numbers + person.phones)}"
    assert isinstance(judge_text(text, INDEX), Blocked)
