"""Whoever asks waits behind their own network, and behind few of any other."""

import gc
import threading

import anyio
import pytest

from portal.web.waiting.lanes import THREADS, Lanes, is_in_a_lane, run_in_lane

pytestmark = pytest.mark.anyio


async def test_a_flood_of_one_network_leaves_a_thread_to_the_others() -> None:
    lanes, may_end, done = Lanes(is_near=True), threading.Event(), list[str]()

    async def ask(host: str, *, is_held: bool) -> None:
        lanes.enter("entry", {"client": (host, 1)})
        await run_in_lane(may_end.wait if is_held else bool)
        done.append(host)

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            for number in range(100):
                group.start_soon(lambda n: ask(f"192.0.2.{n}", is_held=True), number)
            await anyio.sleep(0.05)
            await ask("198.51.100.1", is_held=False)
            assert done == ["198.51.100.1"]
            may_end.set()
    assert len(done) == 101
    gc.collect()  # a share that is held by a cycle of a task that is over goes with it
    assert len(lanes._shares) <= 1, "only of those who still ask"


async def test_no_lane_is_whole_in_the_hands_of_a_network_unless_it_is_one_thread() -> None:
    for lane, threads in THREADS.items():
        lanes = Lanes(is_near=True)
        lanes.enter(lane, {"client": None})
        assert is_in_a_lane()
        share = lanes._shares[lane, ""].total_tokens
        assert 1 <= share <= threads
