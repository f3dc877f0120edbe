"""What a process may hold: as much as was promised, and never more than the system lets it open."""

import resource

import pytest

from portal.web.server.limits import Limits


def test_the_promised_bounds_are_in_force() -> None:
    limits = Limits.of_a_process(1)
    assert (limits.head_bytes, limits.head_seconds, limits.rate) == (32 * 1024, 10, 1000)
    assert (limits.connections, limits.of_a_network) == (2048, 512)


def test_several_processes_share_them() -> None:
    assert [Limits.of_a_process(n).connections for n in (2, 4, 64)] == [1024, 512, 64]


@pytest.mark.parametrize(
    ("soft", "hard", "asked", "connections"),
    [
        (256, 20_000, 4096, 2048),
        (1024, 2048, 2048, 1024),
        (1024, 1024, None, 512),
        (1024, resource.RLIM_INFINITY, 4096, 2048),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, 2048),
        (100, 100, None, 64),
    ],
)
def test_half_of_the_files_that_may_be_open_are_for_connections(
    soft: int, hard: int, asked: int | None, connections: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: set_to.append(pair))
    assert Limits.of_a_process(1).connections == connections
    assert set_to == ([(asked, hard)] if asked else [])
