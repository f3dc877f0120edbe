"""The command line, a fresh process for each command, forked from one that has loaded the portal already.

Loading it takes longer than most commands; `tests/cli/test_serve.py` starts one as an operator does.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from portal.cli import COMMANDS
from tests.parts.process import MissingPart

_SECONDS = 60
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload([f"portal.cli.{place.partition('.')[0]}" for place, _ in COMMANDS.values()])


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def _command(words: Sequence[str], environ: Mapping[str, str], out: Path, err: Path) -> None:
    from portal.cli import main

    os.environ.clear()
    os.environ.update(environ)
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    sys.argv = ["portal", *words]
    main()


def run_portal(words: Sequence[str], environ: Mapping[str, str], folder: Path) -> Done:
    """Run `portal` with these words and nothing else in its environment. Raises `MissingPart` when it hangs."""
    out, err = folder / "stdout", folder / "stderr"
    process: BaseProcess = _LOADED.Process(target=_command, args=(words, dict(environ), out, err))
    process.start()
    process.join(_SECONDS)
    if process.exitcode is None:
        process.kill()
        raise MissingPart(f"`portal {words[0]}` has not ended after {_SECONDS} seconds.")
    return Done(process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))
