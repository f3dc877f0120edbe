"""Which children's numbers and names stand in the name of a file: surely, perhaps, or glued to something else."""

import pytest

from portal.documents.rules.tokens import KnownNames, KnownNumbers, Pupil, Signs, letters_of, words_of

NOBODY = frozenset[str]()


def numbers(*given: str) -> KnownNumbers:
    """The numbers of children whose ids are their numbers."""
    return KnownNumbers([Pupil(number, number, "Ana", "López") for number in given])


def signs(name: str, *given: str) -> Signs:
    return numbers(*given).signs_in(name)


def strength(name: str, number: str) -> str:
    """How the one number that is known stands in a name."""
    found = signs(name, number)
    for word, children in (("surely", found.strong), ("perhaps", found.weak), ("glued", found.glued)):
        if children:
            assert children == {number}
            return word
    return "not"


@pytest.mark.parametrize(
    ("name", "number", "how"),
    [
        ("4711", "4711", "surely"),
        ("471", "471", "perhaps"),
        ("report 47-11", "47-11", "perhaps"),
        ("report 471-1", "471-1", "surely"),
        ("report 2026-47", "2026-47", "perhaps"),
        ("report 2026-471", "2026-471", "surely"),
        ("0471", "471", "perhaps"),
        ("000471", "0471", "surely"),
        ("S 4711", "S-4711", "surely"),
        ("04711", "4711", "surely"),
        ("4711", "004711", "surely"),
        ("1899", "1899", "surely"),
        ("1900", "1900", "perhaps"),
        ("2099", "2099", "perhaps"),
        ("2100", "2100", "surely"),
        ("20260101", "20260101", "perhaps"),
        ("01312026", "01312026", "perhaps"),
        ("31012026", "31012026", "perhaps"),
        ("24112026", "24112026", "perhaps"),
        ("11322026", "11322026", "surely"),
        ("20261301", "20261301", "surely"),
        ("20260100", "20260100", "surely"),
        ("20260001", "20260001", "surely"),
        ("20230229", "20230229", "surely"),
        ("20240229", "20240229", "perhaps"),
        ("31312026", "31312026", "surely"),
        ("18990101", "18990101", "surely"),
        ("2026010", "2026010", "surely"),
        ("202601011", "202601011", "surely"),
        ("S2026010", "S2026010", "surely"),
        ("2026-0101", "2026-0101", "surely"),
        ("S47110", "47110", "glued"),
        ("S04711", "4711", "glued"),
        ("47110x", "S-47110", "glued"),
        ("x4711", "S-04711", "glued"),
        ("page 471-1", "471-1", "perhaps"),
        ("S471", "471", "not"),
        ("S4711", "47110", "not"),
        ("x47110y", "4711", "not"),
        ("report", "4711", "not"),
    ],
)
def test_a_number_stands_in_a_name_surely_perhaps_or_glued(name: str, number: str, how: str) -> None:
    assert strength(name, number) == how


@pytest.mark.parametrize(
    "word",
    ["page", "Pages", "scan", "IMG", "image", "dsc", "copy", "version", "ver", "part", "grade", "class", "room"],
)
def test_a_number_of_four_digits_behind_a_word_that_counts_may_be_a_counter(word: str) -> None:
    assert strength(f"{word} 4711", "4711") == "perhaps"
    assert strength(f"{word}_47110", "47110") == "surely"
    assert strength(f"{word} of 4711", "4711") == "surely"
    assert strength(f"4711 {word}", "4711") == "surely"
    assert strength(f"report 4711 {word}", "4711") == "surely"


def test_a_number_that_stands_surely_is_not_perhaps_as_well() -> None:
    assert signs("4711 page 4711", "4711") == Signs(frozenset({"4711"}), NOBODY, frozenset({"4711"}))


def test_every_number_of_a_name_is_found_and_the_longest_run_of_words_first() -> None:
    both = signs("4711 and 4712", "4711", "4712")
    assert both.strong == {"4711", "4712"}
    assert signs("12-4711-55", "4711", "12-4711", "4711-55").strong == {"12-4711"}
    assert signs("12-4711 4711", "4711", "12-4711").strong == {"4711", "12-4711"}
    assert signs("4711 471", "4711", "471") == Signs(frozenset({"4711"}), frozenset({"471"}), frozenset({"4711"}))
    assert signs("a-1-2-3-4711-5", "1-2-3-4711-5", "4711").strong == {"1-2-3-4711-5"}


def test_a_short_number_among_bearers_makes_a_sign_weak() -> None:
    known = numbers("471", "0471")
    assert known.bearers("00471") == {"471", "0471"}
    assert known.signs_in("00471").weak == {"471", "0471"}


@pytest.mark.parametrize(
    ("asked", "children"),
    [
        ("4711", {"4711"}),
        ("004711", {"004711"}),
        ("04711", {"4711", "004711"}),
        ("s 12", {"S-12"}),
        ("s12", NOBODY),
        ("0", {"000"}),
        ("00", {"000"}),
        ("0 12", {"0-12"}),
        ("00-12", {"0-12"}),
        ("0-012", NOBODY),
        ("47", NOBODY),
        ("", NOBODY),
    ],
)
def test_a_number_is_known_with_zeros_missing_or_too_many(asked: str, children: set[str]) -> None:
    assert numbers("4711", "004711", "S-12", "000", "0-12", "", "-").bearers(asked) == children


def test_a_child_without_a_number_hides_nobody_behind_it() -> None:
    assert numbers("", "4711").signs_in("4711").strong == {"4711"}
    assert numbers("").signs_in("") == Signs(NOBODY, NOBODY, NOBODY)


PUPILS = (
    Pupil("ana", "1", "Ana María", "López García"),
    Pupil("ana2", "2", "Ana", "López"),
    Pupil("ben", "3", "Ben", "Kim"),
    Pupil("nameless", "4", "", "Stone"),
    Pupil("motherless", "5", "Eva", ""),
)


@pytest.mark.parametrize(
    ("name", "children"),
    [
        ("Lopez Garcia, Ana", {"ana", "ana2"}),
        ("ANA LÓPEZ", {"ana2"}),
        ("María López García", NOBODY),
        ("Ana García", NOBODY),
        ("Ana Kim", NOBODY),
        ("Ben", NOBODY),
        ("Kim", NOBODY),
        ("ben_kim + ana lopez", {"ben", "ana2"}),
        ("Stone", NOBODY),
        ("Eva Stone", NOBODY),
        ("", NOBODY),
    ],
)
def test_a_child_is_named_by_its_first_given_name_and_its_whole_family_name(name: str, children: set[str]) -> None:
    assert KnownNames(PUPILS).named_in(name) == children


@pytest.mark.parametrize(
    ("name", "child", "may"),
    [
        ("Ana López", "ana", True),
        ("ana garcia", "ana", True),
        ("María López", "ana", False),
        ("Ana", "ana", False),
        ("García", "ana", False),
        ("Ana Kim", "ana", False),
        ("Stone", "nameless", False),
        ("Eva", "motherless", False),
        ("Ana López", "nobody", False),
        ("", "nobody", False),
    ],
)
def test_a_name_may_be_a_childs_written_short(*, name: str, child: str, may: bool) -> None:
    assert KnownNames(PUPILS).may_mean(name, child) is may


@pytest.mark.parametrize(
    ("name", "words", "letters"),
    [
        ("Report_Card-2026 (2).PDF", ("report", "card", "2026", "2", "pdf"), None),
        ("O'Brien", ("o", "brien"), None),
        ("Größe", ("grösse",), ("grosse",)),
        ("cafe\u0301 café", ("café", "café"), ("cafe", "cafe")),
        ("４７ ٤٧", ("47", "47"), None),
        ("47\u202e11 4\u200b711", ("4711", "4711"), None),
        ("x² ①", ("x²", "①"), ("x2", "1")),
        ("Nguyễn Thị", ("nguyễn", "thị"), ("nguyen", "thi")),
        ("", (), None),
    ],
)
def test_words_are_runs_of_small_letters_and_plain_digits(
    name: str, words: tuple[str, ...], letters: tuple[str, ...] | None
) -> None:
    assert words_of(name) == words
    assert letters_of(name) == (words if letters is None else letters)
