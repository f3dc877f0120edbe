"""What the guard's index lays out for all people at once is what each of them alone would be laid out by."""

import gc
from collections.abc import Iterator
from functools import cached_property
from itertools import product

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from portal.guard.roster.contacts import PHONE_DIGITS, cores_of, ends_of, phone_core
from portal.guard.roster.index import Known, Person, Roster
from portal.guard.roster.sorted_index import unique
from portal.guard.roster.student_numbers import NumberIndex
from portal.guard.rules import Clear, judge
from portal.guard.spellings.names import JOINED_START
from portal.guard.spellings.spellings import spell_given
from portal.guard.text.folding import fold, fold_each, words_of, words_of_each
from portal.guard.text.nicknames import nicknames_of
from portal.guard.text.ordinary_words import is_word
from portal.reading.reader import Part

_NAMES = [
    "Ana",
    "José Luis",
    "William",
    "Grace",
    "Müller",
    "Нурия",
    "王",
    "小明",
    "김",
    "Kim",
    "van der Berg",
    "al-Haddad",
]
_NAMES += ["Mohammed", "محمد", "Hunter", "ஔவை", "O'Neill", "Jr", ""]
_PHONES = [
    "704 555 0134",
    "(980) 555-0134",
    "+1 704 555 0177",
    "0049 30 555 0134",
    "555-0101",
    "704-555-0101",
    "12",
    "",
]

_GIVEN = ["ana", "maria", "mohammed", "ye", "yekaterina", "mackenzie", "mckenzie", "kh", "x", "thi", "van", "jr", "de"]

names = st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_NAMES)), max_size=12)
phones = st.lists(st.lists(st.sampled_from(_PHONES), max_size=3).map(tuple), min_size=12, max_size=12)


@given(st.lists(st.text(max_size=8), max_size=300))
@example(["a\x1fb", "c"])
@example(["Ana\u00ad", "\r", "\n's", "'s", "김", "ஔவை", "ΟΥΣ"] * 200)
def test_many_texts_have_the_words_that_each_of_them_has(texts: list[str]):
    assert words_of_each(texts) == [words_of(text) for text in texts]
    assert fold_each(texts) == [fold(text) for text in texts]


@given(st.lists(st.one_of(st.sampled_from(_PHONES), st.text("+0123456789 ()-\n\u0663x", max_size=16)), max_size=40))
def test_many_phone_numbers_are_told_as_each_of_them_is(written: list[str]):
    assert cores_of(written) == {phone: core for phone in written if (core := phone_core(fold(phone)))}


@given(st.lists(st.from_regex("[1-9][0-9]{6,9}", fullmatch=True)))
def test_numbers_end_in_what_each_of_them_ends_in(numbers: list[str]):
    assert ends_of(numbers).tolist() == [int(number[-PHONE_DIGITS:]) for number in numbers]


@given(st.lists(st.sampled_from(_GIVEN), min_size=1, max_size=3).map(tuple))
def test_a_given_name_read_once_is_spelled_as_one_that_reads_alike_twice(words: tuple[str, ...]):
    name = " ".join(words)
    assert spell_given(name, [words]) == spell_given(name, [words, words])


@given(st.from_regex("[0-9]{1,7}|S[0-9]{4,6}|[A-Z]-[0-9]{2,5}", fullmatch=True))
def test_a_student_number_is_laid_out_as_one_that_is_given_twice(number: str):
    once, twice = ([((at,), (number,) * times) for at in (3, 5)] for times in (1, 2))
    assert NumberIndex.of(once) == NumberIndex.of(twice)


@given(st.sampled_from(["ana@home.test", "Ana.B@Home.Test", "ana+oak@home.test", "Ana <ana@home.test>", "ana"]))
def test_an_address_is_known_as_one_that_is_given_twice(email: str):
    once, twice = (
        Roster.of([Person("guardian", "g", frozenset(), "Ana", "Rivera", emails=(email,) * times)]) for times in (1, 2)
    )
    assert once.emails == twice.emails


@given(st.lists(st.integers(-9, 9)))
def test_numbers_are_told_apart_as_a_set_does(numbers: list[int]):
    assert unique(np.array(numbers, np.int64)).tolist() == sorted(set(numbers))


@given(names, phones)
def test_what_a_joined_name_begins_with_tells_how_long_any_such_name_is(
    written: list[tuple[str, str]], numbers: list[tuple[str, ...]]
):
    index = _index(written, numbers)
    meant = {name[:JOINED_START]: len(name) for name in sorted(index.joined, key=len) if len(name) >= JOINED_START}
    assert index.joined_starts == meant


def test_no_cycles_are_looked_for_while_an_index_is_built_and_again_afterwards():
    seen = list[bool]()

    def people() -> Iterator[Person]:
        seen.append(gc.isenabled())
        yield Person("child", "c", frozenset("c"), "Ana", "Rivera")

    Roster.of(people())
    assert seen == [False]
    assert gc.isenabled()


def _index(written: list[tuple[str, str]], numbers: list[tuple[str, ...]]) -> Roster:
    kinds = ("child", "guardian", "guardian")
    return Roster.of(
        (
            Person(kinds[at % 3], str(at), frozenset({str(at)}), *name, phones=numbers[at])
            for at, name in enumerate(written)
        ),
        Known(phones=("704 555 0101",)),
    )


@given(names, phones)
def test_children_are_found_by_a_given_word_and_an_initial(
    written: list[tuple[str, str]], numbers: list[tuple[str, ...]]
):
    index = _index(written, numbers)
    meant: dict[tuple[str, str], dict[int, None]] = {}
    for at, name in enumerate(index.names):
        if any(index.people[bearer].kind == "child" for bearer in name.bearers):
            for word, family in product((*name.given.firsts, *nicknames_of(name.given.words)), name.family.firsts):
                meant.setdefault((word, family[0]), {})[at] = None
    words, initials = ({key[part] for key in meant} | {"zz"[part:]} for part in (0, 1))
    for key in product(words, initials):
        assert index.called(*key) == tuple(meant.get(key, ()))


@given(names, phones)
def test_phone_numbers_are_found_by_their_end_and_a_telling_word(
    written: list[tuple[str, str]], numbers: list[tuple[str, ...]]
):
    index = _index(written, numbers)
    meant: dict[tuple[str, str], dict[str, None]] = {}
    for phone, people in index.phones.items():
        for name in filter(None, map(index.name_of, people)):
            for word in (*name.given.firsts, *name.family.firsts):
                if not is_word(word):
                    meant.setdefault((phone[-PHONE_DIGITS:], word), {})[phone] = None
    ends = {end for end, _ in meant}
    for end, word in product(ends | {"5559999"}, {word for _, word in meant} | {"zz"}):
        assert index.by_phone_end.beside(end, [word]) == list(meant.get((end, word), ()))


def test_a_letter_that_names_nobody_waits_for_no_part_of_the_index():
    index = _index([("Ana", "Rivera"), ("محمد", "حداد"), ("小明", "王"), ("Chloé", "O'Neill")], [()] * 4)
    there = set(vars(index))
    for text in ("Dear families, is Monday (8/24/2026) fine? Write to office@oak.test.", "Vrai_ment? é #", "أهلا"):
        assert isinstance(judge([Part("page 1", text * 200)], index), Clear)
    assert set(vars(index)) == there


def test_once_all_is_laid_out_no_file_has_to_wait():
    index = _index([("Ana", "Rivera")], [()])
    index.lay_out()
    parts = {name for name, part in vars(Roster).items() if isinstance(part, cached_property)}
    assert parts <= vars(index).keys()


def test_of_two_who_are_folded_alike_either_spelling_counts():
    for written in (("Muller", "Müller"), ("Müller", "Muller")):
        index = _index([("Anna", name) for name in written], [(), ()])
        for text in ("Anna Müller", "Anna Mueller", "Anna Muller", "annamueller is how Anna logs in"):
            assert not isinstance(judge([Part("page 1", text)], index), Clear), (written, text)
