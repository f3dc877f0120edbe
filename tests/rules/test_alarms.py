"""Who may raise an alarm, who may undo it, and when approvers are reminded: decided from facts alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.links.rules import Dead, LinkFacts, Open, judge
from portal.mailings.errors import NotNow
from portal.mailings.rules import check_may_pause_links, may_open_again, reminder_of_approval_due
from portal.staff.rules import ROLES, Acting, Role, may_raise_alarm

NOW = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
CHICAGO = ZoneInfo("America/Chicago")
SITES = st.frozensets(st.sampled_from(["Oak", "Maple", "Elm", "Pine"]))


def person(role: Role, sites: frozenset[str] | None) -> Acting:
    return Acting("p", "p@riverbend.example.org", "", role, sites)


@given(role=st.sampled_from(ROLES), own=SITES.filter(bool), of=SITES, is_author=st.booleans())
def test_nobody_without_the_scope_raises_an_alarm_whatever_their_role(
    role: str, own: frozenset[str], of: frozenset[str], *, is_author: bool
) -> None:
    may = may_raise_alarm(person(role, own), sites=of, is_author=is_author)
    if of - own:
        assert not may
    if may:
        assert of <= own
        assert of or is_author


@given(role=st.sampled_from(ROLES), of=SITES, is_author=st.booleans())
def test_whoever_acts_for_every_site_raises_one_whatever_their_role(
    role: str, of: frozenset[str], *, is_author: bool
) -> None:
    assert may_raise_alarm(person(role, None), sites=of, is_author=is_author)


@given(minutes=st.integers(0, 10_000), is_theirs=st.booleans())
def test_only_an_admin_undoes_a_pause_after_ten_minutes(minutes: int, *, is_theirs: bool) -> None:
    then = NOW + timedelta(minutes=minutes)
    assert may_open_again(is_admin=True, is_theirs=is_theirs, paused_at=NOW, now=then)
    assert may_open_again(is_admin=False, is_theirs=is_theirs, paused_at=NOW, now=then) == (is_theirs and minutes < 10)


@pytest.mark.parametrize("state", ["draft", "checked", "waiting", "returned", "revoked"])
def test_what_no_family_has_a_link_to_is_not_paused(state: str) -> None:
    with pytest.raises(NotNow):
        check_may_pause_links(state)


@pytest.mark.parametrize("state", ["held", "sending", "paused", "sent", "stopped"])
def test_what_families_may_have_is_paused(state: str) -> None:
    check_may_pause_links(state)


@given(expired=st.booleans(), revoked=st.booleans(), may_see=st.booleans(), paused=st.booleans())
def test_a_paused_link_never_opens_and_a_dead_one_says_why_it_died(
    *, expired: bool, revoked: bool, may_see: bool, paused: bool
) -> None:
    until = NOW + timedelta(days=-1 if expired else 1)
    link = LinkFacts(
        "l", "m", "g", "c", until, NOW if revoked else None, "frozen" if revoked else "", may_see, "sent", False, paused  # noqa: FBT003 - as the columns stand
    )  # fmt: skip
    verdict = judge(link, now=NOW)
    assert isinstance(verdict, Open) == (not (expired or revoked or paused) and may_see)
    if revoked:
        assert verdict == Dead("frozen")
    elif may_see and paused:
        assert verdict == Dead("paused")


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-08-05 09:30", 24, "2026-08-06 09:30"),  # a Wednesday
        ("2026-08-07 16:00", 24, "2026-08-10 16:00"),  # a Friday
        ("2026-08-08 11:00", 24, "2026-08-11 00:00"),  # a Saturday
        ("2026-08-09 23:59", 1, "2026-08-10 01:00"),  # a Sunday
        ("2026-08-07 23:00", 2, "2026-08-10 01:00"),
        ("2026-10-30 16:00", 24, "2026-11-02 16:00"),  # clocks go back on that Sunday
        ("2026-08-05 09:30", 72, "2026-08-10 09:30"),
    ],
)
def test_hours_of_a_weekend_do_not_count(asked: str, hours: int, due: str) -> None:
    at, until = (datetime.fromisoformat(one).replace(tzinfo=CHICAGO) for one in (asked, due))
    assert reminder_of_approval_due(asked=at, told=None, hours=hours, zone=CHICAGO) == until


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), hours=st.integers(1, 720))  # noqa: DTZ001 - of no zone
def test_reminders_are_at_least_a_day_apart(at: datetime, hours: int) -> None:
    asked = at.replace(tzinfo=UTC)
    first = reminder_of_approval_due(asked=asked, told=None, hours=hours, zone=UTC)
    second = reminder_of_approval_due(asked=asked, told=first, hours=hours, zone=UTC)
    assert first - asked >= timedelta(hours=hours)
    assert second - first >= timedelta(hours=max(24, hours))
