"""Pipes are waited for, whatever number the system gives them."""

import fcntl
import os
import resource
import time
from collections.abc import Iterator

import pytest

from portal.kernel.machine.pipes import TO_WRITE, is_ready


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Give a pipe as a site with a crowd at its door gets it: numbers that select(2) does not know."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4_096)), hard))
    ends = os.pipe()
    mouth, ears = (fcntl.fcntl(end, fcntl.F_DUPFD, 1_500) for end in ends)
    for end in ends:
        os.close(end)
    yield mouth, ears
    for end in (mouth, ears):
        os.close(end)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_pipe_beyond_a_thousand_is_waited_for(pipe: tuple[int, int]) -> None:
    mouth, ears = pipe
    assert mouth > 1_024
    assert not is_ready(mouth, time.monotonic())
    assert is_ready(ears, time.monotonic(), TO_WRITE)
    os.write(ears, b"a letter")
    assert is_ready(mouth, time.monotonic() + 60)


def test_a_pipe_that_has_ended_is_not_waited_for() -> None:
    mouth, ears = os.pipe()
    os.close(ears)
    assert is_ready(mouth, time.monotonic() + 60)
    os.close(mouth)
