"""A seating plan in a table: a row of given names, and right below it a row of family names."""

from hypothesis import given
from hypothesis import strategies as st

from portal.guard.roster.index import Roster
from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each

ROSTER = Roster.of([child("emma", "Emma", "Thompson", "100801"), child("will", "Will", "Young", "100802")])


def _people(text: str) -> frozenset[str]:
    verdict = judge([Part("rows", text)], ROSTER)
    return frozenset() if isinstance(verdict, Clear) else getattr(verdict, "people", frozenset({"many"}))


@each(
    "Seat 1\tSeat 2\tSeat 3\n\nMax\tEmma\tBo\n\nStone\tThompson\tYates", "Emma\tNoah\nThompson\tYates",
    "Mary Ann\tEmma\n\nO'Hara\tThompson", "MAX\tEMMA\n\nSTONE\tTHOMPSON",
    "Leo\tEmma\n\nMarsh\tThompson\n\nMia\tNoah\n\nLee\tStone",
)  # fmt: skip
def test_a_family_name_below_a_given_one_is_found_in_two_such_rows(text: str):
    assert _people(text) == {"emma"}


@each(
    "Max\tEmma\tBo\n\nStone\tYates\tThompson",  # in another column
    "Max\tEmma\n\nStone\tThompson\tYates",
    "Max\tEmma\n\nRoom 4\tThompson", "Oak\tEmma\n\nElm\tThompson", "Max\tEmma\n\nMia\tThompson",
    "Max\tEmma\n\n\nNote\n\nStone\tThompson", "max\temma\n\nstone\tthompson", "Emma\n\nThompson, Lee",
)  # fmt: skip
def test_cells_that_are_no_such_rows_name_nobody(text: str):
    assert _people(text) == frozenset()


@each("Max\tWill\n\nStone\tYoung", "April\tWill\n\nDay\tYoung")
def test_a_name_of_ordinary_words_needs_another_sign(text: str):
    assert _people(text) == frozenset()
    assert "will" in _people(f"{text}\n\n100802")


@given(
    st.integers(2, 7).flatmap(lambda wide: st.tuples(st.just(wide), st.integers(0, wide - 1))),
    st.sampled_from(["\n", "\n\n"]),
)
def test_whichever_seat_it_is(seat: tuple[int, int], between: str):
    wide, at = seat
    givens, families = ["Noah"] * wide, ["Kowalczyk"] * wide
    givens[at], families[at] = "Emma", "Thompson"
    assert _people(between.join(("\t".join(givens), "\t".join(families)))) == {"emma"}
