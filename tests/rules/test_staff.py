"""What a role may do, what people may be called, and for how long a sign-in stands: both sides of every bound."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.kernel.errors import WrongCall
from portal.staff.rules import (
    Acting,
    Role,
    checked_label,
    checked_name,
    is_signed_in_anew,
    may_mail_sign_in_link,
    may_raise_alarm,
    session_is_live,
    told_as,
)

NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def person(role: Role = "publisher", sites: frozenset[str] | None = None, name: str = "", **more: str) -> Acting:
    return Acting("7", "rosa@riverbend.example.org", name, role, sites, **more)


@pytest.mark.parametrize(
    ("role", "may_approve", "is_admin"),
    [("publisher", False, False), ("approver", True, False), ("admin", True, True)],
)
def test_each_role_may_do_what_it_is_for(role: Role, *, may_approve: bool, is_admin: bool) -> None:
    assert (person(role).may_approve, person(role).is_admin) == (may_approve, is_admin)


def test_the_ledger_tells_a_person_from_a_shell_in_which_somebody_was_named() -> None:
    assert person().label == "staff:7"
    assert person(through="cli:root").label == "cli:root/staff:7"
    assert person().display == "rosa@riverbend.example.org"
    assert person(name="Rosa").display == "Rosa"


OAK, ELM = frozenset({"Oak"}), frozenset({"Elm"})


@pytest.mark.parametrize(
    ("own", "of", "is_author", "may"),
    [
        (None, OAK, False, True),
        (None, frozenset(), False, True),
        (OAK, OAK, False, True),
        (OAK, OAK | ELM, True, False),
        (OAK, ELM, True, False),
        (OAK | ELM, OAK, False, True),
        (OAK, frozenset(), False, False),
        (OAK, frozenset(), True, True),
    ],
)
def test_whoever_notices_first_raises_the_alarm_of_a_letter_at_sites_of_theirs(
    own: frozenset[str] | None, of: frozenset[str], *, is_author: bool, may: bool
) -> None:
    assert may_raise_alarm(person(sites=own), sites=of, is_author=is_author) is may


@pytest.mark.parametrize(
    ("ago", "may"),
    [
        ([], True),
        ([TICK] * 4, True),
        ([TICK] * 5, False),
        ([*[10 * MINUTE] * 4, HOUR - TICK], True),
        ([10 * MINUTE - TICK, *[30 * MINUTE] * 4], False),
        ([10 * MINUTE, *[30 * MINUTE] * 4], True),
        ([*[30 * MINUTE] * 4, 10 * MINUTE - TICK], False),  # in whatever order they come
        ([*[TICK] * 4, HOUR], True),
        ([*[TICK] * 4, HOUR - TICK], False),
    ],
)
def test_five_sign_in_links_are_mailed_in_an_hour_and_then_one_every_ten_minutes(
    ago: list[timedelta], *, may: bool
) -> None:
    assert may_mail_sign_in_link([NOW - one for one in ago], now=NOW) is may


@pytest.mark.parametrize(
    ("typed", "name"),
    [("  Rosa \t\n Ruiz ", "Rosa Ruiz"), ("", ""), ("   ", ""), ("x" * 80, "x" * 80), (f" {'x' * 80} ", "x" * 80)],
)
def test_a_name_is_kept_with_single_blanks_and_may_be_nothing(typed: str, name: str) -> None:
    assert checked_name(typed) == name


@pytest.mark.parametrize("typed", ["x" * 81, "Rosa\0", "Rosa\u202eRuiz"])
def test_a_name_that_is_too_long_or_cannot_be_seen_is_refused(typed: str) -> None:
    with pytest.raises(WrongCall) as refused:
        checked_name(typed)
    assert refused.value.sentence == "A name has at most 80 letters."


@pytest.mark.parametrize(("typed", "label"), [("  Outlook \n here", "Outlook here"), ("x", "x"), ("x" * 80, "x" * 80)])
def test_a_mail_program_is_called_as_it_is_typed_with_single_blanks(typed: str, label: str) -> None:
    assert checked_label(typed) == label


@pytest.mark.parametrize("typed", ["", "  ", "x" * 81, "Out\0look"])
def test_a_mail_program_needs_a_name_that_can_be_seen(typed: str) -> None:
    with pytest.raises(WrongCall) as refused:
        checked_label(typed)
    assert refused.value.sentence == "Say for which mail program it is, in at most 80 letters."


def test_no_session_follows_from_what_its_page_tells_it_by() -> None:
    assert told_as("a session") == "9ed7d56205651bc92ae8b533bd711c1b"
    assert told_as("another") != told_as("a session")


@pytest.mark.parametrize(("is_typing", "lasts"), [(False, 15 * MINUTE), (True, 30 * MINUTE)])
def test_a_sign_in_is_fresh_for_15_minutes_and_as_long_again_for_what_is_typed(
    *, is_typing: bool, lasts: timedelta
) -> None:
    assert is_signed_in_anew(NOW - lasts + TICK, is_typing=is_typing, now=NOW)
    assert not is_signed_in_anew(NOW - lasts, is_typing=is_typing, now=NOW)


@pytest.mark.parametrize(
    ("created", "seen", "ended", "live"),
    [
        (HOUR, MINUTE, None, True),
        (12 * HOUR - TICK, 60 * MINUTE - TICK, None, True),
        (12 * HOUR, MINUTE, None, False),
        (2 * HOUR, 60 * MINUTE, None, False),
        (HOUR, MINUTE, MINUTE, False),
        (HOUR, MINUTE, -MINUTE, False),
    ],
)
def test_a_session_ends_by_hand_after_an_hour_of_rest_and_after_a_working_day(
    created: timedelta, seen: timedelta, ended: timedelta | None, *, live: bool
) -> None:
    ended_at = None if ended is None else NOW - ended
    assert session_is_live(created_at=NOW - created, seen_at=NOW - seen, ended_at=ended_at, now=NOW) is live
