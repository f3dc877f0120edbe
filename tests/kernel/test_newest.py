"""A slow value is built once for all who ask, in the background."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.kernel.machine.newest import Newest, NotReady


def test_a_value_is_built_once_for_all_who_ask():
    newest: Newest[int, list[int]] = Newest()
    built: list[int] = []

    def build() -> list[int]:
        built.append(1)
        return built

    with ThreadPoolExecutor(8) as threads:
        values = list(threads.map(lambda _: newest.get(1, build), range(32)))
    assert built == [1]
    assert all(value is built for value in values)


def test_another_version_is_built_anew():
    newest: Newest[int, str] = Newest()
    assert newest.get(1, lambda: "one") == "one"
    assert newest.get(2, lambda: "two") == "two"
    assert newest.get(2, lambda: "never") == "two"


def busy_until(go_on: threading.Event) -> str:
    """Work until somebody says so."""
    while not go_on.is_set():
        sum(range(1_000))
    return "late"


def test_whoever_will_not_wait_is_told_that_it_is_not_ready():
    newest: Newest[int, str] = Newest()
    go_on = threading.Event()
    with pytest.raises(NotReady):
        newest.get(1, lambda: busy_until(go_on), wait=0.01)
    go_on.set()
    assert newest.get(1, lambda: "never") == "late"


def test_a_machine_that_has_other_things_to_do_keeps_nobody_from_what_is_built():
    newest: Newest[int, str] = Newest()

    def build() -> str:
        time.sleep(0.3)  # nothing of its own work is done meanwhile, as on a busy machine
        return "built"

    assert newest.get(1, build, wait=0.1) == "built"


def test_nobody_waits_for_ever_for_a_build_that_does_nothing():
    """A database that does not answer takes no time of the processor."""
    newest: Newest[int, str] = Newest()
    go_on = threading.Event()
    threading.Timer(4, go_on.set).start()  # whoever waits for ever gets the value
    with pytest.raises(NotReady):
        newest.get(1, lambda: "late" if go_on.wait() else "", wait=0.02)
    go_on.set()


def test_while_a_newer_one_is_built_the_older_is_not_handed_out():
    newest: Newest[int, str] = Newest()
    newest.get(1, lambda: "old")
    go_on = threading.Event()
    with pytest.raises(NotReady):
        newest.get(2, lambda: busy_until(go_on), wait=0.01)
    go_on.set()
    assert newest.get(2, lambda: "never") == "late"


def test_what_kept_it_from_being_built_is_raised_and_tried_anew():
    newest: Newest[int, str] = Newest()

    def fail() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        newest.get(1, fail)
    assert newest.get(1, lambda: "now") == "now"


def test_a_value_is_handed_over_before_it_is_finished():
    go_on, finished = threading.Event(), threading.Event()

    def finish(_: str) -> None:
        assert go_on.wait(10)
        finished.set()

    newest: Newest[int, str] = Newest(finish)
    assert newest.get(1, lambda: "one") == "one"
    assert not finished.is_set()
    go_on.set()
    assert finished.wait(10)
