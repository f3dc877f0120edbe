"""Asserts that are rewritten once: each process of a run does a share before all of them collect all tests.

Each wants every module with its asserts rewritten, and keeps what it has rewritten for the others. As they begin at
the same time and go in the same order, each would do all of it on a fresh clone: half of its time till the first test.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.assertion.rewrite import (
    PYC_TAIL,
    _read_pyc,
    _rewrite_test,
    _write_pyc,
    assertstate_key,
    get_cache_dir,
    try_makedirs,
)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Rewrite the share of this process, unless it is alone or nothing is kept."""
    told = getattr(session.config, "workerinput", None)
    if told is None or sys.dont_write_bytecode:
        return
    number, count = int(told["workerid"].removeprefix("gw")), told["workercount"]
    for path in sorted(_wanted(session.config))[number::count]:
        _rewrite(path, session.config)


def _wanted(config: pytest.Config) -> Iterator[Path]:
    for wanted in {config.rootpath / argument.partition("::")[0] for argument in config.args}:
        yield from wanted.rglob("test_*.py") if wanted.is_dir() else [wanted]


def _rewrite(path: Path, config: pytest.Config) -> None:
    """Do what pytest does when it imports a module, but for the import."""
    folder = get_cache_dir(path)
    kept = folder / f"{path.stem}{PYC_TAIL}"
    if try_makedirs(folder) and _read_pyc(path, kept) is None:
        source_hash, code = _rewrite_test(path, config)
        _write_pyc(config.stash[assertstate_key], code, source_hash, kept)
