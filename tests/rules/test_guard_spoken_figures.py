"""Phone and student numbers told in words, in whole or in part."""

from functools import partial

import pytest

from portal.guard.roster.index import Person, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each, found

ROSTER = Roster.of(
    (
        child("sara", "Sara", "Ekdahl", "71147109"),
        Person("guardian", "per", frozenset({"sara"}), "Per", "Ekdahl", (), ("+1 210 644 6296",)),
    )
)


people_in = partial(guarded.people_in, roster=ROSTER)


@each(
    "Ring two one zero, six four four, six two nine six.", "Call 210 six four four 6296", "(210) 644 six-two-nine-six",
    "two-one-oh six double four six two nine six", "Two Ten, Sixty-Four Four, Sixty-Two Ninety-Six",
    "dos uno cero, seis cuatro cuatro, seis dos nueve seis", "doscientas gracias: 210 644 sesenta y dos noventa y seis",
    "deux un zéro, six quatre quatre, six deux neuf six",
    "21 06 quarante-quatre soixante-deux quatre-vingt-seize",
    "Gọi hai một không, sáu bốn bốn, sáu hai chín sáu nhé", "zwei eins null sechs vier vier sechs zwei neun sechs",
    "dois um zero meia quatro quatro meia dois nove meia", "电话二一零六四四六二九六", "電話：二一〇-六四四-六二九六。",
    "貳壹零 陸肆肆 陸貳玖陸", "이일공 육사사 육이구육", "210-六四四-六二九六",
    "+1 two one zero six four four six two nine six",
)  # fmt: skip
def test_a_phone_is_found_though_its_figures_are_told_in_words(text: str):
    assert people_in(f"Dear families,\n{text}\nThe office") == {"per"}


@each(
    "seven one one four seven one zero nine", "student seventy-one, fourteen, seventy-one, oh nine",
    "siete uno uno cuatro siete uno cero nueve", "七一一四七一零九", "No. 7114 seven one zero nine",
)  # fmt: skip
def test_a_student_number_is_found_though_it_is_told_in_words(text: str):
    assert people_in(f"It is {text}.") == {"sara"}


@pytest.mark.parametrize("filler", ["ordinary words of a letter " * 3_000])
def test_a_phone_in_words_is_found_amid_a_long_text(filler: str):
    assert people_in(f"{filler} two one zero six four four six two nine six {filler}") == {"per"}


@each(
    "One, two, three, four, five, once I caught a fish alive, six, seven, eight, nine, ten.",
    "Grades one, two, three and four meet at six; seven to ten at 8.", "two one zero six four four six two nine seven",
    "Bring 2 pens, four books and ten cents for the six trips.", "十一月二十三日 三年级二班", "이 사람은 오늘 구 일",
    "Countdown: nine eight seven six five four three two one zero", "hai mot ba", "Room two one zero",
)  # fmt: skip
def test_other_numbers_in_words_are_clear(text: str):
    assert people_in(text) == frozenset()


def test_a_phone_is_found_in_a_list_of_phones_in_words():
    lines = [f"two one zero {number} seven three five five one" for number in ("four one", "five six", "nine nine")]
    wanted = "two one zero six four four six two nine six"
    assert people_in("\n".join((*lines, wanted, *lines))) == {"per"}
    assert people_in(", ".join((*lines, wanted, *lines))) == {"per"}
    assert people_in("\n".join(lines)) == frozenset()


def test_the_offices_own_phone_in_words_is_clear():
    assert found("Ring seven zero four, five five five, zero one zero zero.") == set()
