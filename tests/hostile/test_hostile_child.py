"""A child of the cage whose code is an attacker's: it tries every system call and every attack that is known."""

import errno
import json
import os
import platform
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from portal.kernel.cage import lockdown
from portal.kernel.cage.lockdown import ANOTHER_USER, APART, RightsKept, calls_to_answer, give_up, has_rights
from portal.kernel.cage.seccomp import NEVER, NUMBERS, filter_beside, put_behind
from portal.kernel.cage.warm import Cell
from portal.reading.budget import MIB, Limits
from portal.reading.cage.caged import confinement_here
from portal.reading.cage.cells import take_answer
from tests.parts import hostile_child
from tests.parts.system_calls import TABLE

_LIMITS = Limits(memory=512 * MIB, cpu_seconds=20, wall_seconds=30.0)
_OF_NOBODY = 65_534
_KEPT = calls_to_answer(0, 1).keys()
_ENDS_ITSELF = {"exit", "exit_group", "rt_sigreturn"}
_NUMBERS = TABLE[platform.machine()]
# Linux, from 6.11 and 6.14 on, lets these two by every filter, for probes that root sets: uretprobe, uprobe. Called by
# anybody else one ends its process, and the other does nothing.
_OF_THE_KERNEL = {335, 336} if platform.machine() == "x86_64" else set()

Hostile = Callable[..., bytes]


def ask(cell: Cell, **order: Any) -> bytes:  # noqa: ANN401 - what JSON holds
    with Path(os.devnull).open("rb") as nothing:
        return cell.ask(order, nothing.fileno(), _LIMITS, take_answer)


@pytest.fixture(scope="module")
def cell() -> Iterator[Cell]:
    started = Cell("tests.parts.hostile_child")
    yield started
    started.end()


def alone(**order: Any) -> bytes:  # noqa: ANN401 - what JSON holds
    """Have an order done by a child that the filter holds and no other layer: it is the same user as its victim."""
    answer, held = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(*[_OF_NOBODY] * 3)
                os.setresuid(*[_OF_NOBODY] * 3)
            with Path(os.devnull).open("rb") as nothing:
                give_up(memory=16 << 30, cpu_seconds=20, reads=nothing.fileno(), writes=held)
                for piece in hostile_child.answer(order, nothing.fileno(), lambda _piece: None):
                    os.write(held, piece)
        finally:
            os._exit(0)
    os.close(held)
    with os.fdopen(answer, "rb") as told:
        outcome = told.read()
    os.waitpid(child, 0)
    return outcome


@pytest.fixture(params=["in a cell", "behind the filter alone"])
def hostile(request: pytest.FixtureRequest, cell: Cell) -> Hostile:
    return alone if request.param == "behind the filter alone" else lambda **order: ask(cell, **order)


@pytest.fixture
def victim() -> Iterator[int]:
    """A process of the user that the child is, where nothing but the filter holds it."""
    user = _OF_NOBODY if os.geteuid() == 0 else None
    process = subprocess.Popen(["/bin/sleep", "600"], user=user)
    yield process.pid
    assert process.poll() is None, "nobody ended it"
    process.kill()
    process.wait()


def test_no_attack_on_another_process_on_files_or_on_the_network_is_let_through(
    hostile: Hostile, victim: int, tmp_path: Path
) -> None:
    victims = [victim, os.getpid(), os.getppid(), 1]
    outcomes = json.loads(hostile(do="attacks", victims=victims, path=str(tmp_path / "made")))
    assert len(outcomes) > 300
    assert {name: code for name, code in outcomes.items() if code != errno.EPERM} == {}
    assert not list(tmp_path.iterdir())


def test_every_system_call_that_is_not_named_is_refused_whatever_it_is_told(hostile: Hostile, victim: int) -> None:
    ends = {_NUMBERS[name] for name in _ENDS_ITSELF}
    numbers = sorted(set(range(700)) - ends - _OF_THE_KERNEL)
    tried = json.loads(hostile(do="calls", numbers=numbers, victims=[victim]))
    passed = {int(number) for number, codes in tried.items() if set(codes) != {errno.EPERM}}
    assert len(tried) == len(numbers)
    assert passed <= {_NUMBERS[name] for name in _KEPT}
    assert passed >= {_NUMBERS[name] for name in ("brk", "getpid", "gettid", "close", "sched_yield", "getrandom")}


def test_a_call_by_another_abi_ends_the_child_and_no_other(cell: Cell, victim: int) -> None:
    others = ("openat", "socket", "clone", "execve", "tgkill", "getpid", "write")
    for number in (*(_NUMBERS[name] for name in others), 512, 520, 547):
        assert ask(cell, do="calls", numbers=[0x40000000 + number], victims=[victim]) == b""
    if platform.machine() == "x86_64":
        assert ask(cell, do="32 bits", victims=[victim]) == b""
    assert cell.is_alive()
    assert json.loads(ask(cell, do="calls", numbers=[NUMBERS["getpid"][0]], victims=[])) is not None


def test_a_child_can_use_one_descriptor_to_read_and_another_to_write(hostile: Hostile) -> None:
    usable = json.loads(hostile(do="descriptors"))
    assert [len(usable["read"]), len(usable["write"])] == [1, 1]
    assert usable["read"] != usable["write"]


@pytest.mark.parametrize("rights", [True, False])
def test_a_process_that_keeps_its_rights_reads_nothing(monkeypatch: pytest.MonkeyPatch, *, rights: bool) -> None:
    held = re.findall(r"^Cap(?:Inh|Prm|Eff):\s*(\w+)", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert has_rights() == any(int(one, 16) for one in held)
    monkeypatch.setattr(lockdown, "has_rights", lambda: rights)
    child = os.fork()
    if child == 0:
        try:
            put_behind(filter_beside({"capset": NEVER}, {}))  # as a unit or a container may forbid it
            give_up(memory=16 << 30, cpu_seconds=20)
            os._exit(1)
        except RightsKept:
            os._exit(2)
        finally:
            os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == (2 if rights else 1)


def seen_from_outside(cell: Cell, look: Callable[[Path], None]) -> None:
    """Look at a child that waits for its input to end."""
    theirs, ours = os.pipe()

    def take(answer: int, _until: float) -> None:
        with ExitStack() as after:
            after.callback(os.close, ours)
            assert os.read(answer, 100) == b"waiting"
            look(youngest(cell._process.pid))

    try:
        cell.ask({"do": "wait"}, theirs, _LIMITS, take)
    finally:
        os.close(theirs)


def youngest(pid: int) -> Path:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return youngest(int(children[-1])) if children else Path(f"/proc/{pid}")


def status(process: Path) -> dict[str, list[str]]:
    lines = (process / "status").read_text(encoding="utf-8").splitlines()
    return {name: value.split() for name, _, value in (line.partition(":") for line in lines)}


def test_a_child_holds_two_descriptors_and_no_right(cell: Cell) -> None:
    def look(child: Path) -> None:
        told = status(child)
        assert [told[name] for name in ("Seccomp", "NoNewPrivs", "CapEff", "CapPrm")] == [
            ["2"], ["1"], ["0" * 16], ["0" * 16],
        ]  # fmt: skip
        if os.geteuid() == 0:
            assert len(list((child / "fd").iterdir())) == 2
        else:
            with pytest.raises(PermissionError):  # not even its own user may look into it
                list((child / "fd").iterdir())

    seen_from_outside(cell, look)


def test_a_child_is_another_user_or_in_namespaces_of_its_own_where_the_machine_has_them(cell: Cell) -> None:
    layers = confinement_here().layers

    def look(child: Path) -> None:
        told = status(child)
        if ANOTHER_USER in layers:
            assert set(told["Uid"]) & set(told["Gid"]) & {str(os.getuid()), str(_OF_NOBODY)} == set()
            assert told.get("Groups") == []
        assert (len(told["NSpid"]) == len(status(Path("/proc/self"))["NSpid"]) + 1) == (APART in layers)

    seen_from_outside(cell, look)
    rights = int(status(Path("/proc/self"))["CapEff"][0], 16)
    for layer, needed in ((ANOTHER_USER, 0b111 << 5), (APART, 1 << 21)):  # KILL, SETGID and SETUID; SYS_ADMIN
        assert layer in layers or rights & needed != needed


def test_the_process_that_forks_runs_no_program_either(cell: Cell) -> None:
    warm = youngest(cell._process.pid)
    assert status(warm)["Seccomp"] == ["2"]
    assert status(warm)["NoNewPrivs"] == ["1"]


def test_a_killed_cell_leaves_no_process_at_work() -> None:
    killed = Cell("tests.parts.hostile_child")
    warm = youngest(killed._process.pid)
    killed._process.kill()
    killed.end()
    for _ in range(100):
        if not warm.exists() or status(warm)["State"][0] == "Z":
            return
        time.sleep(0.1)
    raise AssertionError(status(warm))


def test_an_order_that_took_too_long_costs_the_next_nothing(cell: Cell) -> None:
    theirs, ours = os.pipe()
    short = Limits(memory=512 * MIB, cpu_seconds=20, wall_seconds=0.5)
    try:
        assert cell.ask({"do": "wait"}, theirs, short, take_answer) == b"waiting"
    finally:
        os.close(theirs)
        os.close(ours)
    for _ in range(3):
        assert json.loads(ask(cell, do="descriptors"))["read"]
