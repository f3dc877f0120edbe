"""Which letters a person has to look at before a mailing with one document for each child may go."""

import pytest

from portal.documents.rules.problems import Pair
from portal.documents.rules.sampling import sample_of, uneven


def pairs(count: int, *, large: int | None = None) -> list[Pair]:
    return [Pair(at, f"{at}.pdf", 9 if at == large else 1, f"c{at}") for at in range(count)]


def places(sample: tuple[Pair, ...]) -> list[int]:
    return [pair.place for pair in sample]


@pytest.mark.parametrize(("letters", "odd"), [(10, 1), (11, 1), (20, 2), (30, 3), (100, 10)])
def test_where_nine_in_ten_have_the_usual_number_of_pages_the_others_are_odd(letters: int, odd: int) -> None:
    usual = dict.fromkeys(range(letters), 2)
    assert uneven(usual) == ()
    assert uneven(usual | dict.fromkeys(range(odd), 3)) == tuple(range(odd))
    assert uneven(usual | dict.fromkeys(range(odd + 1), 3)) == (), "fewer than nine in ten have two pages"


@pytest.mark.parametrize("letters", [0, 1, 9])
def test_few_letters_have_no_usual_number_of_pages_unless_all_have_it(letters: int) -> None:
    assert uneven(dict.fromkeys(range(letters), 2)) == ()
    assert uneven(dict.fromkeys(range(letters), 2) | {0: 3}) == ()


def test_odd_places_are_told_in_their_order() -> None:
    assert uneven(dict.fromkeys(range(40, 0, -1), 2) | {30: 1, 7: 5}) == (7, 30)


def test_nothing_is_to_be_looked_at_where_there_is_no_letter() -> None:
    assert sample_of([], "mailing", odd=[1], unnamed=[2]) == ()


def test_the_first_of_the_largest_is_looked_at() -> None:
    twice = [*pairs(20, large=8), Pair(20, "20.pdf", 9, "c20"), Pair(21, "21.pdf", 1, "c21")]
    seeds = [f"mailing {at}" for at in range(30)]
    assert all(8 in places(sample_of(twice, seed)) for seed in seeds)
    assert not all(20 in places(sample_of(twice, seed)) for seed in seeds)


def test_three_more_are_drawn_by_the_mailing_and_none_of_them_is_shown_already() -> None:
    drawn = [set(places(sample_of(pairs(60, large=30), f"mailing {at}"))) - {0, 30, 59} for at in range(60)]
    assert {len(one) for one in drawn} == {3}
    assert len(set().union(*drawn)) > 40, "every letter may be drawn"


def test_whom_a_letter_is_for_is_part_of_the_draw() -> None:
    others = [Pair(one.place, one.name, one.size, f"d{one.place}") for one in pairs(60)]
    assert places(sample_of(pairs(60), "mailing")) != places(sample_of(others, "mailing"))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 30])
def test_up_to_ten_odd_letters_are_looked_at_besides(count: int) -> None:
    odd = range(100, 100 + count)
    plain, more = places(sample_of(pairs(200), "mailing")), places(sample_of(pairs(200), "mailing", odd=[*odd][::-1]))
    assert set(more) == {*plain, *odd[:10]}


@pytest.mark.parametrize("count", [0, 1, 2, 9, 10, 11, 30])
def test_up_to_ten_letters_with_pages_that_name_nobody_are_looked_at_the_last_of_them_too(count: int) -> None:
    unnamed = range(100, 100 + count)
    plain, more = (
        places(sample_of(pairs(200), "mailing")),
        places(sample_of(pairs(200), "mailing", unnamed=[*unnamed][::-1])),
    )
    looked_at = unnamed if count <= 10 else [*unnamed[:9], unnamed[-1]]
    assert set(more) == {*plain, *looked_at}


def test_an_odd_place_without_a_pair_is_passed_by() -> None:
    assert places(sample_of(pairs(2), "mailing", odd=[7], unnamed=[9])) == [0, 1]
