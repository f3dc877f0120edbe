"""Code that took over a child of the cage and tries to get out of it; run in a real cell, and in one without layers."""

import ctypes
import json
import mmap
import os
import platform
import socket
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from portal.kernel.cage.serving import Tell, serve
from tests.parts.system_calls import TABLE

_LIBRARY = ctypes.CDLL(None, use_errno=True)
_LIBRARY.syscall.restype = ctypes.c_long
_NUMBERS = TABLE.get(platform.machine(), {})
_INTERRUPT = bytes.fromhex("5389f889f389d1cd805bc3")  # push rbx; eax, ebx, ecx = arguments; int 0x80; pop rbx; ret
_CODE = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)  # made before the filter
_CODE.write(_INTERRUPT)
_BY_32_BITS = ctypes.CFUNCTYPE(ctypes.c_int, *[ctypes.c_int] * 3)(ctypes.addressof(ctypes.c_char.from_buffer(_CODE)))
_EXECUTABLE, _ANONYMOUS, _KILL, _PAGE = 7, 0x22, 9, 4096
_SPACE = ctypes.create_string_buffer(4096)
_FREE = ctypes.addressof(_SPACE)


def call(number: int, *arguments: int) -> int:
    """Make a system call as it is; return the number of its error, or 0."""
    padded = [ctypes.c_ulong(argument % 2**64) for argument in (*arguments, *[0] * 6)[:6]]
    return ctypes.get_errno() if _LIBRARY.syscall(ctypes.c_long(number), *padded) == -1 else 0


def attacks(victims: Iterable[int], path: str) -> dict[str, int]:
    """Attack what an attacker would; return the number of the error of each try."""
    place = ctypes.create_string_buffer(path.encode())
    tries: dict[str, tuple[str, tuple[int, ...]]] = {
        "kill everybody": ("kill", (-1, _KILL)),
        "kill the group": ("kill", (0, _KILL)),
        "read a file": ("openat", (-100, ctypes.addressof(place), 0, 0)),
        "make a file": ("openat", (-100, ctypes.addressof(place), 0o102, 0o600)),
        "run a program": ("execve", (ctypes.addressof(place), 0, 0)),
        "make memory code": ("mprotect", (_FREE & ~(_PAGE - 1), _PAGE, _EXECUTABLE)),
        "take memory for code": ("mmap", (0, _PAGE, _EXECUTABLE, _ANONYMOUS, -1, 0)),
        "start a thread": ("clone", (0x3D0F00, _FREE)),
        "start a process": ("clone", (0x01200011, 0)),
        "go on the network": ("socket", (socket.AF_INET, socket.SOCK_STREAM, 0)),
        "make a pair of sockets": ("socketpair", (socket.AF_UNIX, socket.SOCK_STREAM, 0, _FREE)),
        "copy its input": ("dup", (0,)),
        "leave its namespaces": ("setns", (0, 0)),
        "own limits of open files": ("prlimit64", (0, 7, _FREE, 0)),
        "become root": ("setresuid", (0, 0, 0)),
        "shut the door again": ("seccomp", (1, 0, _FREE)),
    }
    for victim in victims:
        tries |= {
            f"kill {victim}": ("kill", (victim, _KILL)),
            f"kill a thread of {victim}": ("tgkill", (victim, victim, _KILL)),
            f"kill any thread of {victim}": ("tkill", (victim, _KILL)),
            f"queue a signal for {victim}": ("rt_sigqueueinfo", (victim, _KILL, _FREE)),
            f"hold on to {victim}": ("pidfd_open", (victim, 0)),
            f"trace {victim}": ("ptrace", (16, victim, 0, 0)),
            f"seize {victim}": ("ptrace", (0x4206, victim, 0, 0)),
            f"read the memory of {victim}": ("process_vm_readv", (victim, _FREE, 1, _FREE, 1, 0)),
            f"limit {victim}": ("prlimit64", (victim, 7, _FREE, 0)),
            f"ask for the clock of {victim}": ("clock_gettime", (~(victim << 3) | 2, _FREE)),
        }
    outcomes = {name: call(_NUMBERS[system_call], *arguments) for name, (system_call, arguments) in tries.items()}
    for descriptor in range(256):
        outcomes[f"send by {descriptor}"] = call(_NUMBERS["sendto"], descriptor, _FREE, 1, 0, 0, 0)
    return outcomes


def descriptors() -> dict[str, list[int]]:
    """Return by which descriptors this process may read and write."""
    return {
        name: [descriptor for descriptor in range(256) if call(_NUMBERS[name], descriptor, _FREE, 0) == 0]
        for name in ("read", "write")
    }


def answer(order: Mapping[str, Any], file: int, tell: Tell) -> Iterable[bytes]:
    """Do one hostile order."""
    match order["do"]:
        case "calls":
            arguments = [(0,) * 6, (-1,) * 6, *((pid, _KILL, _KILL, 0, 0, 0) for pid in order["victims"])]
            tried = {number: [call(number, *some) for some in arguments] for number in order["numbers"]}
            return [json.dumps(tried).encode()]
        case "attacks":
            return [json.dumps(attacks(order["victims"], order["path"])).encode()]
        case "descriptors":
            return [json.dumps(descriptors()).encode()]
        case "32 bits":
            return [b"%d" % _BY_32_BITS(37, order["victims"][0], _KILL)]
        case "wait":
            tell(b"waiting")
            os.read(file, 1)
    return []


def main() -> None:
    """Start as every cell does."""
    with socket.socket(fileno=int(sys.argv[1])) as control:
        serve(control, answer)
