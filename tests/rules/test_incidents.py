"""What an incident says and by when: cells that are no formulas, deadlines, drafts, and for how long two may read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.incidents.rules import KNOWN_FOR, READING_LASTS, may_read_together, reading_state
from portal.incidents.rules.deadlines import KNOWN
from portal.incidents.rules.drafts import Told, draft_of
from portal.kernel.configuration.deadlines import parse_deadlines
from portal.kernel.text.cells import csv_bytes, shown_cell
from tests.conftest import NOON

TOLD = Told(
    organisation="Riverbend Schools", contact="555 0100", titles=("Welcome",), audience="everyone at Riverbend Schools",
    files=("welcome.pdf",), file_count=1, reason="The wrong file.", sent="from then to then", sent_day="Thursday",
    frozen="Thursday at 19:04", is_each=False, messages=4, families=3, guardians=4, children=4, families_opened=0,
    children_opened=0, saved=0, links=6, cancelled=1, sessions=0, released=False,
)  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "\ufeff=1", "＝1", "\r\n=1", "|calc", "%0A=1"]
)
def test_what_could_start_a_formula_is_shown_as_text(text: str) -> None:
    assert shown_cell(text) == f"'{text}"


def test_everything_else_stays_as_it_is() -> None:
    assert [shown_cell(one) for one in ("Ana", "a=b", "", None, -3, "O'Neill", "1,5")] == [
        "Ana", "a=b", "", "", "-3", "O'Neill", "1,5"
    ]  # fmt: skip
    assert csv_bytes(("a",), [('x"\n=y',)]) == b'\xef\xbb\xbf"a"\r\n"x""\n=y"\r\n'


def test_deadlines_are_read_or_named_as_wrong() -> None:
    own = parse_deadlines("72 hours: Tell the authority; 1 day: Tell the board ;")
    assert [(one.within, one.words, one.what) for one in own] == [
        (timedelta(hours=72), "72 hours", "Tell the authority"), (timedelta(days=1), "1 day", "Tell the board")
    ]  # fmt: skip
    for wrong in ("soon: tell them", "0 days: tell them", "3 weeks: tell them", "72 hours"):
        with pytest.raises(ValueError, match=wrong[:5]):
            parse_deadlines(wrong)
    assert all(one.source for one in KNOWN)


def test_drafts_say_what_is_known_and_leave_brackets_for_what_is_not() -> None:
    notice, report = draft_of("notice", TOLD), draft_of("report", TOLD)
    assert "nobody opened it before that" in notice
    assert "had read the whole file" in report
    assert "[" in notice
    assert "[" in report
    seen = replace(TOLD, families_opened=1, saved=2, released=True, titles=("A", "B", "C", "D", "E"))
    assert "1 family opened it before that, and 2 people saved it" in draft_of("notice", seen)
    assert "“A” and “B” and “C” and 2 more letters" in draft_of("notice", seen)
    assert "“C” and 1 more letter." in draft_of("notice", replace(seen, titles=("A", "B", "C", "D")))
    assert "a second member of staff had released it" in draft_of("report", seen)


def test_the_report_counts_what_taking_back_did_in_whole_words() -> None:
    done = "6 links were closed, 1 message that had not left was cancelled, 0 open pages were closed"
    assert done in draft_of("report", TOLD)
    done = "1 link was closed, 2 messages that had not left were cancelled, 1 open page was closed"
    assert done in draft_of("report", replace(TOLD, links=1, cancelled=2, sessions=1))


def test_two_may_read_for_half_an_hour_and_an_asking_waits_a_day() -> None:
    asked = {"asked_at": NOON, "ends_at": None}
    assert reading_state(**asked, now=NOON + timedelta(hours=23)) == "asked"
    assert reading_state(**asked, now=NOON + timedelta(hours=24)) == "over"
    ends = NOON + READING_LASTS
    assert reading_state(asked_at=NOON, ends_at=ends, now=ends - timedelta(seconds=1)) == "open"
    assert reading_state(asked_at=NOON, ends_at=ends, now=ends) == "over"


@pytest.mark.parametrize(
    ("since_freeze", "known_for", "may"),
    [
        (None, None, False),  # is no administrator
        (timedelta(), timedelta(), True),  # was one when it was frozen
        (timedelta(days=-9), timedelta(), True),
        (timedelta(microseconds=1), KNOWN_FOR - timedelta(microseconds=1), False),
        (timedelta(microseconds=1), KNOWN_FOR, True),
        (timedelta(hours=1), timedelta(minutes=5), False),
    ],
)
def test_whoever_became_an_administrator_after_a_freeze_reads_what_was_frozen_a_day_later(
    since_freeze: timedelta | None, known_for: timedelta | None, *, may: bool
) -> None:
    since = None if since_freeze is None else NOON + since_freeze
    now = (since or NOON) + (known_for or timedelta())
    assert may_read_together(admin_since=since, frozen_at=NOON, now=now) == may
    assert timedelta(days=1) == KNOWN_FOR
