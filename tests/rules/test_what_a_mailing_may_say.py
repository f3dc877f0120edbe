"""Titles, messages, audiences and states: what is wrong is said beside its field."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.text.hosts import hosts_in
from portal.mailings.errors import DraftFaults, NotNow
from portal.mailings.rules import (
    _MOVES,
    Draft,
    Move,
    State,
    Term,
    audience_sentence,
    check_draft,
    check_may_print,
    may_move,
    move,
    parse_term,
    state_words,
)
from tests.pace import at_most

NOON, NEW_YORK = datetime(2026, 8, 6, 12, tzinfo=UTC), ZoneInfo("America/New_York")
OURS = frozenset({"letters.riverbend.example", "riverbend.example"})


def checked(
    title: str = "Welcome", message: str = "Hello.", terms: tuple[Term, ...] = (Term("everyone"),), days: int = 30
) -> Draft:
    return check_draft(title=title, message=message, terms=terms, link_days=days, link_hosts=OURS)


def faults(**wrong: object) -> set[str]:
    with pytest.raises(DraftFaults) as caught:
        checked(**wrong)  # type: ignore[arg-type]  # wrong on purpose
    return set(caught.value.faults)


def test_a_checked_draft_checks_to_itself() -> None:
    once = checked("  Welcome \r\n to school ", "a\r\nb  \n\n")
    assert (once.title, once.message) == ("Welcome to school", "a\nb")
    assert check_draft(title=once.title, message=once.message, terms=once.terms, link_days=30, link_hosts=OURS) == once


def test_what_is_wrong_is_said_beside_its_field() -> None:
    assert faults(title=" ") == {"title"}
    assert faults(title="x" * 121) == {"title"}
    assert faults(message="x" * 1_501) == {"message"}
    assert faults(days=0) == {"expires"}
    assert faults(terms=()) == {"audience"}
    assert faults(terms=(Term("everyone"), Term("site", "Oak"))) == {"audience"}
    assert faults(terms=(Term("child", "1"), Term("grade", "3"))) == {"audience"}
    assert faults(title="", message="x" * 1_501, days=400) == {"title", "message", "expires"}
    assert checked(message="x" * 1_500)
    assert checked(title="x")
    assert checked(terms=(Term("program", "Choir"), Term("grade", "3"), Term("grade", "4")))
    assert checked(terms=(Term("child", "1"), Term("child", "2")))


@pytest.mark.parametrize("letter", ["\u202e", "\u2066", "\x00", "\x1b", "\x7f"])
def test_hidden_control_characters_are_refused(letter: str) -> None:
    assert faults(title=f"Wel{letter}come") == {"title"}
    assert faults(message=f"Hel{letter}lo") == {"message"}


@pytest.mark.parametrize(
    "text",
    [
        "see https://evil.example/x",
        "see HTTPS://EVIL.EXAMPLE",
        "see http://riverbend.example@evil.example/",
        "see https://riverbend.example.evil.example",
        "see www.evil.example",
        "see evil.com/path",
        "see evil.com",
        "see ftp://evil.example",
        "see https://riverbend.example\\@evil.example",
        "see ｈｔｔｐｓ：／／evil.example",
        "(bit.ly/abc)",
    ],
)
def test_a_link_to_a_strange_host_is_refused_wherever_it_stands(text: str) -> None:
    assert faults(message=text) == {"message"}
    assert faults(title=text) == {"title"}


@pytest.mark.parametrize(
    "text",
    [
        "see https://riverbend.example/calendar.",
        "see https://letters.riverbend.example/o",
        "Doors open at 7 a.m. and close at 6 p.m.",
        "Call Mr.Smith, e.g. before noon; the fee is 3.50.",
        "Write to office@riverbend.example.org.",
    ],
)
def test_ordinary_words_and_our_own_hosts_pass(text: str) -> None:
    assert checked(message=text).message == text


@given(st.text(max_size=300))
def test_no_text_raises_anything_but_faults(text: str) -> None:
    hosts_in(text)
    try:
        draft = checked(title=text, message=text)
    except DraftFaults:
        return
    assert "\n" not in draft.title
    assert "\r" not in draft.title + draft.message


def test_a_text_made_to_be_slow_is_looked_through_at_once() -> None:
    """Each dot of it could begin the name of a scheme: a link of 20,000 letters in a letter took three seconds."""
    with at_most(times=15):
        assert hosts_in("a." * 10_000 + "com") != set()
        assert hosts_in("x" * 5_000 + "://evil.example") == {"evil.example"}


@pytest.mark.parametrize("text", ["", "everybody", "grade:", "site", "everyone:all", "parent:3", ":x"])
def test_an_audience_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(DraftFaults):
        parse_term(text)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (["everyone"], "everyone at Riverbend"),
        (["grade:3", "site:Oak"], "grade 3 at Oak"),
        (["grade:3", "grade:4", "program:After School", "site:Oak"], "grade 3 or 4 in After School at Oak"),
        (["site:Oak", "site:Elm", "site:Ash"], "everyone at Oak, Elm or Ash"),
        (["program:Choir"], "everyone in Choir"),
        (["child:100001"], "the child with number 100001"),
        (["child:1", "child:2"], "2 named children"),
    ],
)
def test_an_audience_is_said_as_a_sentence(terms: list[str], sentence: str) -> None:
    assert audience_sentence([parse_term(term) for term in terms], "Riverbend") == sentence


def test_every_state_has_words_and_every_move_a_place() -> None:
    assert set(_MOVES) == set(get_args(Move))
    for state in get_args(State):
        assert state_words(state)
        for by in get_args(Move):
            allowed, after = _MOVES[by]
            if state in allowed:
                assert move(state, by) == after
            else:
                with pytest.raises(NotNow):
                    move(state, by)


def test_what_has_ended_is_taken_back_or_goes_out_again_with_fresh_links_and_nothing_else() -> None:
    for state, more in (("sent", {"again", "fresh-links"}), ("stopped", set()), ("revoked", {"re-issue"})):
        assert {by for by in get_args(Move) if state in _MOVES[by][0]} == {"revoke"} | more


@pytest.mark.parametrize("by", get_args(Move))
def test_what_may_be_done_is_what_a_move_does_and_nothing_else(by: Move) -> None:
    """A page asks the one before it offers a button, and the act is the other."""
    for state in get_args(State):
        if may_move(state, by):
            assert move(state, by) in get_args(State)
        else:
            with pytest.raises(NotNow):
                move(state, by)
    assert any(may_move(state, by) for state in get_args(State))
    assert not may_move("nowhere", by)


@pytest.mark.parametrize("state", get_args(State))
def test_pages_are_printed_of_what_leaves_or_has_left_alone(state: State) -> None:
    def ask() -> None:
        check_may_print(state, hold_over=None, now=NOON, zone=NEW_YORK)

    if state in {"sending", "paused", "sent"}:
        ask()
    else:
        with pytest.raises(NotNow, match=f"This mailing is {state_words(state)}, so nothing of it is printed."):
            ask()


@pytest.mark.parametrize(
    ("hold_over", "said"),
    [
        (NOON + timedelta(minutes=5), "over, at 08:05."),
        (NOON + timedelta(hours=15, minutes=59), "over, at 23:59."),
        (NOON + timedelta(hours=16), "over, on Friday, 7 August at 00:00."),
        (NOON + timedelta(days=7), "over, on Thursday, 13 August at 08:00."),
    ],
)
def test_pages_of_a_held_letter_wait_for_the_end_of_the_hold_by_the_schools_clock(
    hold_over: datetime, said: str
) -> None:
    with pytest.raises(NotNow) as refused:
        check_may_print("held", hold_over=hold_over, now=NOON, zone=NEW_YORK)
    assert str(refused.value) == f"The pages can be printed when the hold is {said}"
    check_may_print("sending", hold_over=hold_over, now=NOON, zone=NEW_YORK)
