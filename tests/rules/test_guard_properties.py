import random
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.guard.roster.index import Person, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.guard.text.folding import fold
from portal.reading.reader import Part
from tests.rules.guarded import CHILDREN, ROSTER, child, judge_text

ORDINARY = [
    "the",
    "bus",
    "leaves",
    "at",
    "noon",
    "please",
    "bring",
    "lunch",
    "our",
    "library",
    "opens",
    "when",
    "families",
]
DISTINCT = [one for one in CHILDREN if one.id in {"ana", "linda", "petra", "chloe", "nora", "billy", "emily", "jurgen"}]
MARKS = ["\u0301", "\u0308", "\u200b", "\u2060", "\u00ad", ""]
LOOKS = str.maketrans("aceopxyABEHKMOPT", "асеорхуАВЕНКМОРТ")

ORDERS = ["{g} {f}", "{f} {g}", "{f}, {g}", "{g}\t{f}", "{f}\t{g}", "{g} M. {f}", "{g}\n{f}", "{g}_{f}", "{f};{g}"]

prose = st.lists(st.sampled_from(ORDINARY), min_size=1, max_size=30).map(" ".join)


def in_random_case(text: str, dice: random.Random) -> str:
    return "".join(dice.choice((letter.upper(), letter.lower())) for letter in text)


def with_marks(text: str, dice: random.Random) -> str:
    return "".join(letter + (dice.choice(MARKS) if letter.isalpha() else "") for letter in text)


def with_look_alikes(text: str, dice: random.Random) -> str:
    """Change some letters, but leave a Latin one in each word."""
    words = (word[:1] + word[1:].translate(LOOKS) if dice.random() < 0.5 else word for word in text.split(" "))
    return " ".join(word if any("a" <= letter.lower() <= "z" for letter in word) else fold(word) for word in words)


def broken(text: str, dice: random.Random) -> str:
    words = text.split(" ")
    at = dice.randrange(len(words))
    cut = len(words[at]) // 2
    if cut > 1 and words[at][cut - 1 : cut + 1].isalpha():
        words[at] = f"{words[at][:cut]}-\n{words[at][cut:]}"
    return " ".join(words)


def as_it_is(text: str, _dice: random.Random) -> str:
    return text


@settings(deadline=None, max_examples=300)
@given(
    who=st.sampled_from(DISTINCT),
    order=st.sampled_from(ORDERS),
    change=st.sampled_from([as_it_is, in_random_case, with_marks, with_look_alikes, broken]),
    before=prose,
    after=prose,
    dice=st.randoms(use_true_random=False),
)  # fmt: skip
def test_an_enrolled_name_is_found_among_words(
    who: Person, order: str, change: Callable[[str, random.Random], str], before: str, after: str, dice: random.Random
):
    name = order.format(g=change(who.given_name, dice), f=change(who.family_name, dice))
    verdict = judge_text(f"{before} {name} {after}", ROSTER)
    assert isinstance(verdict, Blocked)
    assert who.id in verdict.people


@settings(deadline=None)
@given(who=st.sampled_from(DISTINCT), before=prose, after=prose, separator=st.sampled_from(" .-_\u00a0\n"))
def test_a_letter_spaced_name_is_found_among_words(who: Person, before: str, after: str, separator: str):
    given_name, family_name = (
        separator.join(fold(name).replace(" ", "")) for name in (who.given_name, who.family_name)
    )
    verdict = judge_text(f"{before}\n\n{given_name}  {family_name}\n\n{after}", ROSTER)
    assert isinstance(verdict, Blocked)
    assert who.id in verdict.people


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*ORDINARY, "\n", "12", "2026", "$4.50", "Rivera,", "Kowalczyk.", "Monday"]), max_size=60)
)
def test_words_that_are_no_full_name_are_clear(words: list[str]):
    assert judge_text(" ".join(words), ROSTER) == Clear()


@settings(deadline=None, max_examples=300)
@given(text=st.text(max_size=200), by_ocr=st.booleans())
@example(text="\ud800 Ana\udfff Rivera \\ud83d", by_ocr=True)
@example(text="%ff%zz&#x110000;&#0;\\uDEAD", by_ocr=False)
def test_no_text_breaks_the_guard(*, text: str, by_ocr: bool):
    for around in (text, f"Ana {text} Rivera", f"Ana\t{text}\tRivera 2014-08-25 {text}"):
        assert isinstance(judge([Part("p", around, by_ocr=by_ocr)], ROSTER), Clear | Blocked)


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
@example("", "\u02b9", "")
@example("\u02b9\u02b9", "\u02bc", "\u02b9")
def test_no_name_breaks_the_index(given_name: str, family_name: str, number: str):
    roster = Roster.of([child("c", given_name, family_name, number)])
    judge([Part("p", f"{given_name} {family_name} {number}"), Part("p", number, by_ocr=True)], roster)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ORDINARY, "\n"]), min_size=1, max_size=8), st.integers(0, 6_000))
def test_where_a_long_text_is_cut_does_not_matter(words: list[str], moved: int):
    filler = (" ".join(words) + " ") * (140_000 // (len(" ".join(words)) + 1))
    at = 131_072 - 3_000 + moved
    text = f"{filler[:at]} Petra Kowalczyk {filler[at:]}"
    assert isinstance(judge_text(text, ROSTER), Blocked)
