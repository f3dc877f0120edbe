"""When a code may be asked for and typed, decided from facts alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.secrets.tokens import canonical_digits
from portal.links.rules import (
    CODE_LASTS,
    TRIES,
    Challenge,
    CodeFacts,
    LinkFacts,
    asking,
    is_proven,
    masked,
    standing,
    wrong_pauses,
)

NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
HERE, ELSEWHERE = "here", "elsewhere"
ADDRESS = "carla@mail.example.org"


def code(
    seconds_ago: float, *, wrong: int = 0, step: str = HERE, ended: bool = False, address: str = ADDRESS
) -> Challenge:
    at = NOW - timedelta(seconds=seconds_ago)
    return Challenge("c", step, "k", address, at, wrong, NOW if ended else None)


def facts(*codes: Challenge, address: str | None = ADDRESS, paused: datetime | None = None) -> CodeFacts:
    return CodeFacts(HERE, address, paused, tuple(sorted(codes, key=lambda one: one.created_at, reverse=True)))


codes = st.lists(
    st.builds(
        code,
        st.floats(0, 90_000),
        wrong=st.integers(0, TRIES),
        step=st.sampled_from([HERE, ELSEWHERE]),
        ended=st.booleans(),
        address=st.sampled_from([ADDRESS, "old@mail.example.org"]),
    ),
    max_size=30,
)
pauses = st.none() | st.integers(-100, 100).map(lambda minutes: NOW + timedelta(minutes=minutes))
stands = st.builds(lambda found, paused: facts(*found, paused=paused), codes, pauses)


@given(stands)
def test_a_code_is_taken_only_while_all_of_it_holds(seen: CodeFacts) -> None:
    newest = seen.newest
    if standing(seen, now=NOW) == "waiting":
        assert newest is not None
        assert newest.step_id == HERE
        assert newest.ended_at is None
        assert newest.wrong < TRIES
        assert newest.address_key == seen.address_key
        assert NOW - newest.created_at < CODE_LASTS
        assert seen.paused_until is None or seen.paused_until <= NOW


@given(stands)
def test_a_link_is_mailed_ten_codes_a_day_and_then_one_an_hour(seen: CodeFacts) -> None:
    if asking(seen, now=NOW) == "send":
        day = [one for one in seen.challenges if NOW - one.created_at < timedelta(hours=24)]
        assert len(day) < 10 or NOW - day[0].created_at >= timedelta(hours=1)
        ours = [one for one in day if one.step_id == HERE]
        assert all(NOW - one.created_at >= timedelta(minutes=1) for one in ours)
        assert sum(NOW - one.created_at < CODE_LASTS for one in ours) < 3


@given(stands)
def test_the_twentieth_wrong_try_in_a_day_pauses(seen: CodeFacts) -> None:
    made = sum(one.wrong for one in seen.challenges if NOW - one.created_at < timedelta(hours=24))
    assert wrong_pauses(seen, now=NOW) == (made >= 19)


def test_a_code_waits_for_its_fifth_wrong_try_and_no_longer() -> None:
    assert asking(facts(), now=NOW) == "send"
    assert asking(facts(code(60)), now=NOW) == "send"
    for wrong in range(TRIES):
        assert standing(facts(code(30, wrong=wrong)), now=NOW) == "waiting"
    assert standing(facts(code(30, wrong=TRIES)), now=NOW) != "waiting"


@given(codes)
def test_a_pause_comes_before_everything(found: list[Challenge]) -> None:
    seen = facts(*found, paused=NOW + timedelta(seconds=1))
    assert standing(seen, now=NOW) == asking(seen, now=NOW) == "paused"


@given(codes)
def test_without_an_address_nothing_is_mailed_or_taken(found: list[Challenge]) -> None:
    seen = facts(*found, address=None)
    assert standing(seen, now=NOW) == asking(seen, now=NOW) == "no-address"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("maria.rivera@example.com", "m•••@e•••.com"),
        ("a@b.org", "a•••@b•••.org"),
        ("carla@mail.example.co.uk", "c•••@m•••.uk"),
    ],
)
def test_a_stranger_sees_two_letters_of_an_address(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.integers(0, 999_999), st.sampled_from(["", " ", "-", "\u00a0", "\u2009", ".", "–"]))
def test_digits_are_read_however_they_are_grouped(number: int, between: str) -> None:
    digits = f"{number:06}"
    assert canonical_digits(f" {digits[:3]}{between}{digits[3:]}\n") == digits


@given(st.text(max_size=20))
def test_what_is_read_as_digits_is_six_of_them(typed: str) -> None:
    digits = canonical_digits(typed)
    assert digits is None or (len(digits) == 6 and digits.isascii() and digits.isdigit())


def test_a_code_counts_for_twelve_hours_and_plain_letters_need_none() -> None:
    def link(*, confidential: bool) -> LinkFacts:
        return LinkFacts("l", "m", "g", "c", NOW, None, "", True, "sent", confidential)  # noqa: FBT003 - as the columns stand

    assert is_proven(link(confidential=False), None, now=NOW)
    assert not is_proven(link(confidential=True), None, now=NOW)
    assert is_proven(link(confidential=True), NOW - timedelta(hours=11, minutes=59), now=NOW)
    assert not is_proven(link(confidential=True), NOW - timedelta(hours=12), now=NOW)
