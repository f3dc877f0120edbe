"""The command line, and processes to be killed: each is fresh, and forked from one that has loaded the portal already.

Loading it takes longer than most of them live; `tests/cli/test_serve.py` starts one as an operator does.
"""

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from portal.cli import COMMANDS
from portal.cli.letters import mailing
from portal.cli.people import staff
from tests.parts.process import MissingPart

_SECONDS = 60
_LOADED = multiprocessing.get_context("forkserver")
_GROUPS = (COMMANDS, mailing.COMMANDS, staff.COMMANDS)
_LATER = ["portal.guard.rules", "portal.guard.roster.index", "portal.blobs.s3", "portal.mail.transport.smtp"]
_LOADED.set_forkserver_preload(
    [*(f"portal.cli.{place.rpartition('.')[0]}" for group in _GROUPS for place, _ in group.values()), *_LATER]
)


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def start_forked(work: Callable[..., None], *given: object, environ: Mapping[str, str]) -> BaseProcess:
    """Start a function of a module in a process with nothing else in its environment."""
    process: BaseProcess = _LOADED.Process(target=_begin, args=(dict(environ), work, *given))
    process.start()
    return process


def _begin(environ: Mapping[str, str], work: Callable[..., None], *given: object) -> None:
    os.environ.clear()
    os.environ.update(environ)
    work(*given)


def _command(words: Sequence[str], out: Path, err: Path) -> None:
    from portal.cli import main

    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.argv = ["portal", *words]
    main()


def start_command(words: Sequence[str], environ: Mapping[str, str], folder: Path) -> BaseProcess:
    """Start `portal` with these words; what it says goes to the files `stdout` and `stderr` of the folder."""
    return start_forked(_command, words, folder / "stdout", folder / "stderr", environ=environ)


def run_portal(words: Sequence[str], environ: Mapping[str, str], folder: Path) -> Done:
    """Run `portal` with these words and nothing else in its environment. Raises `MissingPart` when it hangs."""
    out, err = folder / "stdout", folder / "stderr"
    process = start_command(words, environ, folder)
    process.join(_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise MissingPart(f"`portal {words[0]}` has not ended after {_SECONDS} seconds.")
    return Done(process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))
