"""When a link opens, when a code is mailed or taken, and when a fresh link is: both sides of every bound."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from portal.links.rules import (
    Challenge,
    CodeFacts,
    Dead,
    Held,
    LinkFacts,
    Open,
    asking,
    is_live,
    is_proven,
    is_to_be_put_off,
    judge,
    kept_as,
    kept_network,
    masked,
    may_mail_again,
    renewing,
    standing,
    wrong_pauses,
)

NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LINK = LinkFacts(
    link_id="l", mailing_id="m", guardian_id="g", child_id="c", expires_at=NOW + TICK, revoked_at=None, revoked_why="",
    may_see=True, mailing_state="sent",
)  # fmt: skip


@pytest.mark.parametrize(("ago", "opens"), [(-TICK, True), (0 * TICK, False), (TICK, False)])
def test_a_link_opens_until_the_moment_it_expires(ago: timedelta, *, opens: bool) -> None:
    assert judge(replace(LINK, expires_at=NOW - ago), now=NOW) == (Open() if opens else Dead("expired"))


ENDS = (
    (replace(LINK, revoked_at=NOW, revoked_why="frozen"), "frozen"),
    (replace(LINK, may_see=False), "guardianship-ended"),
    (replace(LINK, mailing_state="revoked"), "taken-back"),
    (replace(LINK, is_paused=True), "paused"),
    (replace(LINK, expires_at=NOW), "expired"),
)


@pytest.mark.parametrize("so", list(product([False, True], repeat=len(ENDS))))
def test_of_several_reasons_a_dead_link_tells_the_one_that_weighs_most(so: tuple[bool, ...]) -> None:
    link = replace(
        LINK, revoked_at=NOW if so[0] else None, revoked_why="frozen" if so[0] else "", may_see=not so[1],
        mailing_state="revoked" if so[2] else "sent", is_paused=so[3], expires_at=NOW if so[4] else NOW + TICK,
    )  # fmt: skip
    whys = ["frozen", "guardianship-ended", "taken-back", "paused", "expired"]
    first = next((why for why, is_so in zip(whys, so, strict=True) if is_so), None)
    assert judge(link, now=NOW) == (Dead(first) if first else Open())


def test_a_link_that_was_revoked_for_no_told_reason_was_taken_back() -> None:
    assert judge(replace(LINK, revoked_at=NOW), now=NOW) == Dead("taken-back")


def test_a_session_is_put_off_when_less_than_90_minutes_are_left_of_its_idle_time() -> None:
    assert is_to_be_put_off(NOW + 90 * MINUTE - TICK, now=NOW)
    assert not is_to_be_put_off(NOW + 90 * MINUTE, now=NOW)


def test_of_a_cookie_its_sha_256_alone_is_kept() -> None:
    assert kept_as("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_code_shows_a_confidential_letter_for_twelve_hours() -> None:
    confidential = replace(LINK, is_confidential=True)
    assert is_proven(confidential, NOW - 12 * HOUR + TICK, now=NOW)
    assert not is_proven(confidential, NOW - 12 * HOUR, now=NOW)
    assert not is_proven(confidential, None, now=NOW)
    assert is_proven(LINK, NOW - 99 * HOUR, now=NOW)


def mailed(*ago: timedelta, step: str = "here", wrong: int = 0) -> tuple[Challenge, ...]:
    """Return codes that were mailed so long ago, the newest first."""
    return tuple(Challenge("c", step, "k", "carla", NOW - one, wrong, None) for one in sorted(ago))


def facts(*challenges: Challenge, address: str | None = "carla", paused_until: datetime | None = None) -> CodeFacts:
    return CodeFacts("here", address, paused_until, challenges)


@pytest.mark.parametrize(
    ("change", "live"),
    [
        ({}, True),
        ({"created_at": NOW - 10 * MINUTE + TICK}, True),
        ({"created_at": NOW - 10 * MINUTE}, False),
        ({"wrong": 4}, True),
        ({"wrong": 5}, False),
        ({"ended_at": NOW - SECOND}, False),
        ({"address_key": "another"}, False),
    ],
)
def test_a_code_is_taken_for_ten_minutes_and_five_tries_of_the_address_on_file(
    change: dict[str, object], *, live: bool
) -> None:
    (fresh,) = mailed(MINUTE)
    code = replace(fresh, **change)  # type: ignore[arg-type]  # the fields are of several types
    assert is_live(code, "carla", now=NOW) is live
    assert standing(facts(code), now=NOW) == ("waiting" if live else "over")


def test_a_browser_waits_for_the_newest_code_of_its_own() -> None:
    assert standing(facts(), now=NOW) == "offered"
    assert standing(facts(*mailed(SECOND, step="elsewhere")), now=NOW) == "offered"
    assert standing(facts(*mailed(SECOND, step="elsewhere"), *mailed(MINUTE, HOUR)), now=NOW) == "waiting"
    newest, older = mailed(SECOND, MINUTE)
    assert facts(*mailed(SECOND, step="elsewhere"), newest, older).newest is newest
    assert standing(facts(replace(newest, ended_at=NOW), older), now=NOW) == "over"


def test_a_pause_ends_at_its_moment_and_comes_before_a_missing_address() -> None:
    for address, otherwise in (("carla", "offered"), (None, "no-address")):
        assert standing(facts(address=address, paused_until=NOW + TICK), now=NOW) == "paused"
        assert asking(facts(address=address, paused_until=NOW + TICK), now=NOW) == "paused"
        assert standing(facts(address=address, paused_until=NOW), now=NOW) == otherwise
    assert asking(facts(paused_until=NOW), now=NOW) == "send"
    assert asking(facts(address=None), now=NOW) == "no-address"


@pytest.mark.parametrize(
    ("here", "follows"),
    [
        ([], "send"),
        ([MINUTE - TICK], "too-soon"),
        ([MINUTE], "send"),
        ([MINUTE - TICK, 5 * MINUTE], "too-soon"),
        ([MINUTE, 5 * MINUTE], "send"),
        ([MINUTE, 5 * MINUTE, 10 * MINUTE - TICK], "too-soon"),
        ([MINUTE, 5 * MINUTE, 10 * MINUTE], "send"),
    ],
)
def test_a_browser_is_mailed_a_code_a_minute_and_three_in_ten_minutes(here: list[timedelta], follows: str) -> None:
    assert asking(facts(*mailed(*here)), now=NOW) == follows
    assert asking(facts(*mailed(*here, step="elsewhere")), now=NOW) == "send"  # another browser is another matter


@pytest.mark.parametrize(
    ("newest", "older", "follows"),
    [
        (SECOND, [2 * HOUR] * 8, "send"),  # nine in a day
        (SECOND, [2 * HOUR] * 9, "pause"),
        (HOUR - TICK, [2 * HOUR] * 9, "pause"),
        (HOUR, [2 * HOUR] * 9, "send"),
        (HOUR - TICK, [2 * HOUR] * 20, "pause"),
        (SECOND, [24 * HOUR - TICK] * 9, "pause"),
        (SECOND, [24 * HOUR, *[23 * HOUR] * 8], "send"),
    ],
)
def test_ten_codes_in_24_hours_pause_a_link_from_whatever_browser_they_were_asked(
    newest: timedelta, older: list[timedelta], follows: str
) -> None:
    assert asking(facts(*mailed(newest, *older, step="elsewhere")), now=NOW) == follows


@pytest.mark.parametrize(
    ("wrong", "ago", "pauses"),
    [
        ((4, 4, 4, 4, 2), 0 * HOUR, False),
        ((4, 4, 4, 4, 3), 0 * HOUR, True),
        ((5, 5, 5, 5), 0 * HOUR, True),
        ((19,), 24 * HOUR - TICK, True),
        ((19,), 24 * HOUR, False),
        ((), 0 * HOUR, False),
    ],
)
def test_the_twentieth_wrong_try_in_24_hours_pauses_a_link(
    wrong: tuple[int, ...], ago: timedelta, *, pauses: bool
) -> None:
    codes = [code for count in wrong for code in mailed(ago, wrong=count)]
    assert wrong_pauses(facts(*codes), now=NOW) is pauses


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.255", "203.0.113.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("fe80::1%eth0%1", "fe80::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_of_where_a_browser_was_the_network_alone_is_kept(host: str, network: str) -> None:
    assert kept_network(host) == network


@pytest.mark.parametrize(
    ("address", "shown"),
    [("carla@mail.example.co.uk", "c•••@m•••.uk"), ('"a@b"@example.org', '"•••@e•••.org'), ("x@y.de", "x•••@y•••.de")],
)
def test_a_stranger_sees_the_first_letters_and_the_ending_of_an_address(address: str, shown: str) -> None:
    assert masked(address) == shown


HELD = Held(LINK, has_left=True, is_shared=False, is_kept=True)


@pytest.mark.parametrize(
    ("held", "mailed_again"),
    [
        (HELD, "same"),
        (replace(HELD, link=replace(LINK, expires_at=NOW)), "anew"),
        (replace(HELD, has_left=False), None),
        (replace(HELD, is_kept=False), None),
        (replace(HELD, is_shared=True), None),
        (replace(HELD, link=replace(LINK, expires_at=NOW), is_shared=True), None),
        (replace(HELD, link=replace(LINK, expires_at=NOW), is_kept=False), None),
        *((replace(HELD, link=link), None) for link, why in ENDS if why != "expired"),
        *(
            (replace(HELD, link=replace(LINK, mailing_state=state)), None)
            for state in ("draft", "checked", "waiting", "paused", "stopped", "returned", "revoked")
        ),
        *((replace(HELD, link=replace(LINK, mailing_state=state)), "same") for state in ("held", "sending", "sent")),
    ],
)
def test_a_live_link_is_mailed_again_an_expired_one_made_anew_and_nothing_that_was_taken_back(
    held: Held, mailed_again: str | None
) -> None:
    assert renewing(held, now=NOW) == mailed_again


@pytest.mark.parametrize(
    ("ago", "may"),
    [
        ([], True),
        ([SECOND, SECOND], True),
        ([SECOND, SECOND, HOUR - TICK], False),
        ([SECOND, SECOND, HOUR], True),
        ([2 * HOUR] * 5, True),
        ([2 * HOUR] * 6, False),
        ([*[2 * HOUR] * 5, 24 * HOUR - TICK], False),
        ([*[2 * HOUR] * 5, 24 * HOUR], True),
    ],
)
def test_a_mailbox_gets_three_messages_with_links_in_an_hour_and_six_in_a_day(
    ago: list[timedelta], *, may: bool
) -> None:
    assert may_mail_again([NOW - one for one in ago], now=NOW) is may
