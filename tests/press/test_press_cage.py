"""What a template from a stranger can do in the cage: nothing but set the one letter it is asked for."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from portal.press import NotTypeset
from portal.press.typesetting.caged import MIB, CagedPress, Limits
from tests.press.accessible import text_of

TITLED = '#set document(title: "x")\n'
NAMES = ("Ana", "Ben", "Carla", "Dawit")


def rows(*names: str) -> list[dict[str, str]]:
    return [{"child.name": name} for name in names]


def children(pid: int | str) -> list[Path]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [Path("/proc") / child for child in found]


def cells() -> list[Path]:
    """The processes in the cage that this one has started, or what goes on for them in a namespace of its own."""
    found = [
        process
        for process in children(os.getpid())
        if b"portal.press.typesetting.cell" in (process / "cmdline").read_bytes()
    ]
    return [(children(process.name) or [process])[0] for process in found]


def status(task: Path) -> dict[str, str]:
    lines = (task / "status").read_text(encoding="utf-8").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@pytest.fixture
def at_work() -> Iterator[Path]:
    """A process that has set one letter and waits for more."""
    with closing(CagedPress(cells=1).typeset_all(f"{TITLED}Hello", rows(*NAMES))) as letters:
        next(letters)
        (cell,) = cells()
        yield cell


def test_every_thread_of_a_press_is_behind_the_filter(at_work: Path) -> None:
    tasks = list((at_work / "task").iterdir())
    assert len(tasks) >= 2  # the compiler has a thread of its own, and that one runs the template
    for task in tasks:
        assert status(task)["Seccomp"] == "2"
        assert status(task)["NoNewPrivs"] == "1"


def test_a_press_has_no_environment_and_no_open_file_but_its_pipes(at_work: Path) -> None:
    if os.geteuid() != 0:  # not even its own user may look into it
        with pytest.raises(PermissionError):
            (at_work / "environ").read_bytes()
        return
    names = {entry.partition(b"=")[0] for entry in (at_work / "environ").read_bytes().split(b"\0") if entry}
    assert names == {b"RAYON_NUM_THREADS", b"MALLOC_ARENA_MAX"}
    held = {link.name: str(link.readlink()).partition(":")[0] for link in (at_work / "fd").iterdir()}
    assert held == {"0": "pipe", "1": "pipe"}


def test_a_press_keeps_to_its_memory(at_work: Path) -> None:
    limits = (at_work / "limits").read_text(encoding="ascii")
    (line,) = (line for line in limits.splitlines() if line.startswith("Max address space"))
    assert line.split()[3:5] == [str(512 * MIB)] * 2


@pytest.mark.parametrize(
    "greedy",
    [
        "#let x = range(100000000)",
        '#let x = "a" * 2000000000',
        "#for x in range(30000) { for y in range(30000) { [a] } }",
        "#for x in range(10000000) [page #pagebreak()]",
    ],
)
def test_a_template_that_wants_too_much_is_ended(greedy: str) -> None:
    press = CagedPress(Limits(wall_seconds=2.0), cells=1)
    began = time.monotonic()
    with pytest.raises(NotTypeset):
        press.typeset(TITLED + greedy, {})
    assert time.monotonic() - began < 30
    assert not cells()


def test_after_a_template_was_ended_the_press_sets_the_next_letter() -> None:
    press = CagedPress(Limits(cpu_seconds=1), cells=1)  # not by the wall's clock: other work would end the good one too
    for _ in range(4):  # more often than it has places
        with pytest.raises(NotTypeset):
            press.typeset(f"{TITLED}#for x in range(30000) {{ for y in range(30000) {{ [a] }} }}", {})
    assert "Hello" in text_of(press.typeset(f"{TITLED}Hello", {}))


def test_a_press_that_dies_between_two_letters_is_noticed() -> None:
    with closing(CagedPress(cells=1).typeset_all(f"{TITLED}Hello", rows(*NAMES))) as letters:
        next(letters)
        os.kill(int(cells()[0].name), 9)
        with pytest.raises(NotTypeset):
            list(letters)


def test_a_run_that_is_left_leaves_no_process() -> None:
    with closing(CagedPress(cells=2).typeset_all(f"{TITLED}Hello", rows(*NAMES))) as letters:
        next(letters)
        assert len(cells()) == 2
    assert not cells()


def test_a_single_letter_does_not_wait_for_long_runs() -> None:
    press = CagedPress(cells=2)
    with ExitStack() as runs:
        for _ in range(3):
            letters = runs.enter_context(closing(press.typeset_all(f"{TITLED}Hello", rows(*NAMES))))
            next(letters)
        assert len(cells()) == 5  # one each, and the two cores' worth that all runs share
        began = time.monotonic()
        assert "Hello" in text_of(press.typeset(f"{TITLED}Hello", {}))
        assert time.monotonic() - began < 30
    assert not cells()


def test_a_letter_is_set_with_its_own_row_alone_in_reach() -> None:
    template = f"{TITLED}#repr(sys.inputs)"
    for name, pdf in zip(NAMES, CagedPress(cells=1).typeset_all(template, rows(*NAMES)), strict=True):
        assert [other for other in NAMES if other in text_of(pdf)] == [name]


def test_what_a_template_counts_and_keeps_ends_with_the_letter() -> None:
    template = (
        TITLED
        + """
#let kept = state("kept", "")
#let name = sys.inputs.at("child.name")
#kept.update(before => before + name)
#counter("letters").step()
#metadata(name) <name>
#context [#kept.final() #counter("letters").final() #query(<name>).map(found => found.value).join()]
"""
    )
    for name, pdf in zip(NAMES, CagedPress(cells=1).typeset_all(template, rows(*NAMES)), strict=True):
        assert text_of(pdf).split() == [name, "(1,)", name]


def test_memory_is_flat_in_the_number_of_letters() -> None:
    template = f'{TITLED}= Hello\n#sys.inputs.at("child.name")\n#lorem(200)'
    letters = CagedPress(cells=1).typeset_all(template, rows(*(f"Child {number}" for number in range(900))))
    peaks = []
    with closing(letters):
        for number, _ in enumerate(letters):
            if number in {200, 890}:
                peaks.append(int(status(cells()[0])["VmHWM"].split()[0]))
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 150 * 1024
