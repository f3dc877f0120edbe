"""What the guard's index lays out for all people at once is what each of them alone would be laid out by."""

from functools import cached_property
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from portal.guard.contacts import PHONE_DIGITS, cores_of, ends_of, phone_core
from portal.guard.nicknames import nicknames_of
from portal.guard.ordinary import is_word
from portal.guard.roster import Known, Person, Roster
from portal.guard.words import fold, fold_each, words_of, words_of_each

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
    ends = {end for end, _ in meant} - index.own_phone_ends
    for end, word in product(ends | {"5559999"}, {word for _, word in meant} | {"zz"}):
        assert index.by_phone_end.beside(end, [word]) == list(meant.get((end, word), ()))
    assert all(index.by_phone_end.beside(end, [word for _, word in meant]) == [] for end in index.own_phone_ends)


def test_nothing_is_left_for_the_first_file_to_make():
    parts = {name for name, part in vars(Roster).items() if isinstance(part, cached_property)}
    assert parts <= vars(_index([("Ana", "Rivera")], [()])).keys()
