"""What the filters of system calls allow, seen by running their programs here: for both machines and every number."""

import struct
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product

import pytest

from portal.kernel.cage.lockdown import NOT_OURS, TOLD, calls_to_answer, calls_to_fork, calls_to_wait
from portal.kernel.cage.seccomp import ARCHITECTURES, NUMBERS, Calls, program_for
from tests.parts.system_calls import TABLE

ALLOWED, REFUSED, ENDED = 0x7FFF0000, 0x00050001, 0x80000000
READS, WRITES = 5, 6
OTHER_MACHINES = (0x40000003, 0x40000028, 0, 0xC0000015)  # i386 (int 0x80), ARM, none, PowerPC
INTERESTING = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 34, 38, 128, 129, 137, 4096, 0x01200011, 0x10000000, 2**32 - 1, 2**64 - 1)

Judge = Callable[..., int]


FILTERS: dict[str, Calls] = {
    "answer": calls_to_answer(READS, WRITES), "fork": calls_to_fork(), "wait": calls_to_wait(),
}  # fmt: skip


@cache
def judge_of(name: str, machine: str) -> Judge:
    return judge_by(program_for(FILTERS[name], machine), machine)


@cache
def judge_of_others(machine: str) -> Judge:
    return judge_by(program_for(NOT_OURS, machine, told=TOLD), machine)


def judge_by(code: bytes, machine: str) -> Judge:
    """What the kernel would do with a call: the program run as linux/filter.h says."""
    steps = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]

    def judge(number: int, *arguments: int, architecture: int = ARCHITECTURES[machine]) -> int:
        padded = [argument % 2**64 for argument in (*arguments, *[0] * 6)[:6]]
        data = struct.pack("<IIQ6Q", number % 2**32, architecture, 0, *padded)
        value = at = 0
        while True:
            operation, if_true, if_false, operand = steps[at]
            at += 1
            match operation:
                case 0x20:
                    (value,) = struct.unpack_from("<I", data, operand)
                case 0x54:
                    value &= operand
                case 0x15:
                    at += if_true if value == operand else if_false
                case 0x35:
                    at += if_true if value >= operand else if_false
                case 0x06:
                    return int(operand)
                case _:
                    raise AssertionError(operation)

    return judge


@pytest.fixture(params=ARCHITECTURES)
def machine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def tried() -> Iterator[tuple[int, ...]]:
    yield from product((0, READS, WRITES, 2**64 - 1, 0x01200011), INTERESTING[::3], (0, 3, 7, 14), (0, 0x22, 0x1))
    yield from ((value,) * 6 for value in INTERESTING)


def test_the_numbers_are_those_of_the_kernel(machine: str) -> None:
    column = list(ARCHITECTURES).index(machine)
    assert {name: numbers[column] for name, numbers in NUMBERS.items()} == {
        name: TABLE[machine][name] for name in NUMBERS
    }
    assert {name for calls in FILTERS.values() for name in calls} <= NUMBERS.keys()


@pytest.mark.parametrize("name", FILTERS)
def test_no_number_beside_the_named_calls_is_allowed_whatever_its_arguments(machine: str, name: str) -> None:
    judge, kept = judge_of(name, machine), {TABLE[machine][call] for call in FILTERS[name]}
    arguments = list(tried())
    for number in range(600):
        verdicts = {judge(number, *some) for some in (arguments if number in kept else arguments[::20])}
        assert verdicts <= {ALLOWED, REFUSED}
        assert (ALLOWED in verdicts) == (number in kept), number


@pytest.mark.parametrize("name", FILTERS)
def test_both_machines_allow_the_same(name: str) -> None:
    x86, arm = (judge_of(name, machine) for machine in ("x86_64", "aarch64"))
    arguments = list(tried())
    for call in TABLE["x86_64"].keys() & TABLE["aarch64"].keys():
        for some in arguments if call in FILTERS[name] else arguments[::20]:
            assert x86(TABLE["x86_64"][call], *some) == arm(TABLE["aarch64"][call], *some), (call, some)


@pytest.mark.parametrize("name", FILTERS)
def test_a_call_by_another_abi_ends_the_process(machine: str, name: str) -> None:
    judge = judge_of(name, machine)
    others = [*OTHER_MACHINES, *(number for other, number in ARCHITECTURES.items() if other != machine)]
    for number in range(600):
        assert judge(0x40000000 + number) == judge(-1 - number) == ENDED
        assert {judge(number, architecture=other) for other in others} == {ENDED}


def allowed(machine: str, name: str, *arguments: int, by: str = "answer") -> bool:
    return judge_of(by, machine)(TABLE[machine][name], *arguments) == ALLOWED


def test_a_child_reads_and_writes_by_its_own_descriptors_alone(machine: str) -> None:
    for descriptor in (*range(300), 2**32 - 1, 2**31, 2**64 - 1):
        assert allowed(machine, "read", descriptor) == (descriptor == READS)
        assert allowed(machine, "lseek", descriptor) == (descriptor == READS)
        assert allowed(machine, "write", descriptor) == (descriptor == WRITES)
        assert allowed(machine, "fstat", descriptor) == (descriptor in {READS, WRITES})


def test_no_memory_is_ever_code_and_none_is_a_file(machine: str) -> None:
    for by in FILTERS:
        for rights, flags in product(range(16), range(0x80)):
            plain = not rights & ~3
            assert allowed(machine, "mprotect", 0, 4096, rights, by=by) == plain
            assert allowed(machine, "mmap", 0, 4096, rights, flags, by=by) == (plain and flags == 0x22)
        assert not allowed(machine, "mmap", 0, 4096, 3, 0x10_0022, by=by)  # MAP_FIXED_NOREPLACE
        assert [flags for flags in range(8) if allowed(machine, "mremap", 0, 1, 2, flags, by=by)] == [0, 1]


def test_a_futex_is_waited_for_privately_and_never_lends_a_priority(machine: str) -> None:
    operations = {operation for operation in range(1024) if allowed(machine, "futex", 0, operation)}
    assert operations == {128, 129, 137, 393}


def test_a_clock_is_of_the_machine_or_oneself(machine: str) -> None:
    assert all(allowed(machine, "clock_gettime", clock) for clock in range(12))
    assert not any(allowed(machine, "clock_gettime", ~(pid << 3) | 2) for pid in range(1, 5_000))


def test_a_process_that_forks_starts_no_thread_and_no_namespace_and_only_kills(machine: str) -> None:
    forks = 0x01200011
    assert allowed(machine, "clone", forks, by="fork")
    for bit in range(32):
        assert not allowed(machine, "clone", forks ^ (1 << bit), by="fork")
        assert allowed(machine, "kill", 77, bit, by="fork") == (bit == 9)
    assert not allowed(machine, "prlimit64", 77, 7, by="fork")
    assert allowed(machine, "prlimit64", 0, 7, by="fork")
    assert {option for option in range(80) if allowed(machine, "prctl", option, by="fork")} == {1, 4, 38}


def test_a_program_that_is_not_ours_has_no_network_nobody_to_ask_and_nobody_to_signal(machine: str) -> None:
    judge, numbers = judge_of_others(machine), TABLE[machine]
    families = {family for family in range(64) if judge(numbers["socket"], family, 1, 0) == ALLOWED}
    assert families == {1}, "AF_UNIX alone"
    refused = (
        "connect",
        "sendto",
        "sendmsg",
        "kill",
        "tkill",
        "setsid",
        "ptrace",
        "io_uring_setup",
        "mount",
        "unshare",
    )
    for name in refused:
        assert {judge(numbers[name], *some) for some in tried()} == {REFUSED}, name
    assert judge(numbers["prlimit64"], 0) == ALLOWED
    assert judge(numbers["prlimit64"], 77) == REFUSED


def test_what_a_program_that_is_not_ours_is_told_lets_it_do_without(machine: str) -> None:
    judge, numbers = judge_of_others(machine), TABLE[machine]
    assert {judge(numbers[name], 3) for name in ("bind", "listen")} == {0x00050000}, "done, says the kernel"
    assert judge(numbers["clone3"]) == 0x00050000 | 38, "there is no such call"
    assert judge(numbers["tgkill"], 1, 1, 6) == ENDED
    assert judge(numbers["read"], 3) == judge(numbers["openat"], 3) == ALLOWED
    assert judge(0x40000000 + numbers["read"]) == ENDED
    assert {judge(numbers["read"], architecture=other) for other in OTHER_MACHINES} == {ENDED}
