"""Slow acts wait in a line that is fair to all, and keep nobody else waiting."""

import asyncio
from contextlib import suppress

import pytest

from portal.web.waiting.line import AT_ONCE, EACH_AT_ONCE, MOST, MOST_EACH, Line, LineFull, TooManyInLine, Turn

pytestmark = pytest.mark.anyio


def entered(line: Line, *people: str) -> list[Turn]:
    turns = [line.enter(person, 0) for person in people]
    for turn in turns:
        line.queue(turn)
    return turns


async def test_a_few_begin_at_once_and_two_of_one_person() -> None:
    line = Line()
    turns = entered(line, *["rosa"] * 48)
    assert [turn.has_begun.is_set() for turn in turns].count(True) == EACH_AT_ONCE
    assert [turn.place for turn in turns[:4]] == [0, 0, 1, 2]
    others = entered(line, "omar", "ida")
    assert [turn.has_begun.is_set() for turn in others] == [True, False]
    assert others[1].place == 1, "she waits behind nobody's forty-eight"
    assert turns[2].place == 2
    turns[0].leave()
    assert others[1].has_begun.is_set()
    assert sum(turn.has_begun.is_set() for turn in [*turns[1:], *others]) == AT_ONCE


async def test_everybody_has_their_turn_and_the_line_ends_empty() -> None:
    line, done = Line(), list[int]()

    async def act(number: int) -> None:
        turn = line.enter(f"person {number % 5}", 0)
        assert await turn.wait(5)
        await asyncio.sleep(0)
        done.append(number)
        turn.leave()
        turn.leave()

    await asyncio.gather(*(act(number) for number in range(60)))
    assert sorted(done) == list(range(60))
    assert entered(line, "new")[0].has_begun.is_set()


async def test_whoever_gives_up_leaves_the_line() -> None:
    line = Line()
    first = entered(line, "rosa", "rosa", "rosa", "rosa")
    assert not await first[3].wait(0)
    first[2].leave()
    assert first[3].place == 1
    first[3].leave()
    assert line.enter("rosa", 0)


async def test_what_is_still_being_sent_keeps_nobody_waiting() -> None:
    line = Line()
    for _ in range(AT_ONCE):
        line.enter("slow phone", 0)
    assert entered(line, "rosa")[0].has_begun.is_set()


async def test_a_full_line_says_so_before_a_body_is_read() -> None:
    line = Line()
    for _ in range(MOST_EACH):
        line.enter("rosa", 0)
    with pytest.raises(TooManyInLine):
        line.enter("rosa", 0)
    for number in range(MOST - MOST_EACH):
        line.enter(f"{number}", 0)
    with pytest.raises(LineFull):
        line.enter("omar", 0)


async def test_what_one_person_says_will_come_leaves_room_for_others() -> None:
    """And the disk is not full once it has come."""
    line, sizes = Line(free=lambda: 1_000), [100, 60, 30, 10, 5, 1]
    held = 0
    for size in sizes * 20:
        with suppress(LineFull):
            line.enter("rosa", size)
            held += size
    assert held <= 250
    assert line.enter("omar", 200)
    for size in sizes * 20:
        with suppress(LineFull):
            line.enter("ida", size)
            held += size
    assert held + 200 <= 500


async def test_bodies_take_half_of_the_disk_at_the_most() -> None:
    line = Line(free=lambda: 100)
    assert line.enter("rosa", 40)
    with pytest.raises(LineFull):
        line.enter("omar", 40)
    assert line.enter("omar", 0)
    assert Line(free=lambda: 100).enter("rosa", 90), "what comes alone may have all there is"
