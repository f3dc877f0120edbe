"""What a process gives up for good before it meets strangers' bytes: files, network, processes, memory, time.

The last door is a Linux seccomp filter, an allow-list: the network, opening files, starting processes and every
call not thought of are refused with EPERM (seccomp(2), BPF program as in linux/filter.h). x86_64 and aarch64.
"""

import ctypes
import platform
import resource
import struct
import sys
from functools import cache
from typing import Final, NamedTuple

_PR_SET_NO_NEW_PRIVS: Final = 38
_SET_MODE_FILTER: Final = 1
_EVERY_THREAD: Final = 1
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000

# Of each machine: its number in the kernel, that of seccomp itself, and of the calls that stay:
# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64 readv
# writev sched_yield mremap madvise nanosleep getpid exit getrusage sigaltstack gettid futex restart_syscall
# clock_gettime clock_nanosleep exit_group tgkill poll/ppoll getrandom rseq
_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        317,
        "0 1 3 5 8 9 10 11 12 13 14 15 17 19 20 24 25 28 35 39 60 98 131 186 202 219 228 230 231 234 7 271 318 334",
    ),
    "aarch64": (
        0xC00000B7,
        277,
        (
            "63 64 57 80 62 222 226 215 214 134 135 139 67 65 66 124 216 233 101 172 93 165 132 178 98 128 113 115 94 "
            "131 73 278 293"
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def give_up(*, memory: int, cpu_seconds: int) -> bool:
    """Keep `memory` bytes, `cpu_seconds` and what is open, and no way to more. False where there is no filter."""
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
    ):
        resource.setrlimit(what, (limit, limit))
    return close_the_door()


def close_the_door() -> bool:
    """Put every thread of this process, for the rest of its life, behind the filter. False where there is none."""
    door = forged_door()
    if door is None or door.library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    program = ctypes.addressof(door.program)
    done = door.library.syscall(door.seccomp, _SET_MODE_FILTER, _EVERY_THREAD, program)
    return bool(done == 0)


class _Door(NamedTuple):
    library: ctypes.CDLL
    seccomp: int
    program: _Program


@cache
def forged_door() -> _Door | None:
    """Make what shuts the door, once: whoever forks asks for it before, so that no child makes its own."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return None
    architecture, seccomp, calls = _CALLS[platform.machine()]
    code = _compiled(architecture, [int(call) for call in calls.split()])
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    library.syscall.argtypes = [ctypes.c_long, *[ctypes.c_ulong] * 3]
    library.syscall.restype = ctypes.c_long
    return _Door(library, seccomp, _Program(len(code) // 8, code))


def _compiled(architecture: int, allowed: list[int]) -> bytes:
    """Return the program: another architecture dies, an allowed call passes, any other is refused."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    for index, call in enumerate(allowed):
        steps.append((_EQUAL, len(allowed) - index, 0, call))
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
