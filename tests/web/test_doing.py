"""What takes long is told while it is done, and goes on when whoever asked for it has left the page."""

import asyncio

import pytest
from starlette.responses import PlainTextResponse, Response

from portal.kernel.errors import Refused
from portal.kernel.machine.steps import watched_by, watching
from portal.web.waiting.doing import Doing
from portal.web.waiting.in_line import how_far
from portal.web.waiting.line import Line
from portal.words.languages import ENGLISH

pytestmark = pytest.mark.anyio


class Act:
    """An act that is over when it may be."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.ended: list[str] = []

    async def at_once(self) -> Response:
        watching()("picture", 1, 3)
        self.has_begun.set()
        await self.may_end.wait()
        self.ended.append("act")
        return PlainTextResponse("done")

    async def later(self) -> Response:
        self.ended.append("later")
        raise Refused("You were removed.")

    async def close(self) -> None:
        self.ended.append("closed")


async def test_whoever_leaves_leaves_the_act_to_go_on() -> None:
    act, line = Act(), Line()
    doing = Doing(line.enter("rosa", 0), act.at_once, act.later, act.close)
    watcher = asyncio.create_task(doing.is_over_within(60))
    await act.has_begun.wait()
    assert doing.step == ("picture", 1, 3)
    watcher.cancel()
    act.may_end.set()
    answer = await doing.task
    assert answer.body == b"done"
    assert act.ended == ["act", "closed"]
    assert await doing.is_over_at_once()


async def test_an_act_that_waited_for_its_turn_is_asked_for_anew_and_ends_as_it_ends() -> None:
    act, line = Act(), Line()
    first = [line.enter("rosa", 0) for _ in range(2)]
    for turn in first:
        line.queue(turn)
    doing = Doing(line.enter("rosa", 0), act.at_once, act.later, act.close)
    assert not await doing.is_over_within(1.2)
    assert not doing.turn.has_begun.is_set()
    first[0].leave()
    with pytest.raises(Refused):
        await doing.task
    assert act.ended == ["later", "closed"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (("", 0, 0), '<p>The file is being read.</p>\n<progress aria-label="The file is being read."></progress>'),
        (("page 12", 0, 0), '<p>Reading page 12.</p>\n<progress aria-label="Reading page 12."></progress>'),
        (("picture", 0, 1), "<p>Reading picture 1 of 1.</p>"),
        (("picture", 2, 12), '<progress aria-label="Reading picture 3 of 12." max="12" value="2"></progress>'),
        (("picture", 12, 12), '<progress aria-label="Every picture is read." max="12" value="12"></progress>'),
    ],
)
async def test_how_far_it_is_stands_in_words_and_in_a_bar(step: tuple[str, int, int], said: str) -> None:
    act, line = Act(), Line()
    doing = Doing(line.enter("rosa", 0), act.at_once, act.later, act.close)
    await act.has_begun.wait()
    doing.step = step
    assert said in how_far(doing, ENGLISH)
    act.may_end.set()
    await doing.task


def test_nobody_watches_unless_somebody_does() -> None:
    told: list[tuple[str, int, int]] = []
    watching()("page 1", 0, 0)
    with watched_by(lambda *step: told.append(step)):
        watching()("page 2", 0, 0)
    watching()("page 3", 0, 0)
    assert told == [("page 2", 0, 0)]
