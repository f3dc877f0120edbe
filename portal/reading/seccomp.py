"""The last door of the cage: a Linux seccomp filter that leaves a process memory, its open files and its end.

An allow-list, so the network, opening files, starting processes and every call not thought of are refused
with EPERM (seccomp(2), BPF program as in linux/filter.h). x86_64 and aarch64.
"""

import ctypes
import platform
import struct
import sys
from typing import Final

_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000

# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64 readv
# writev sched_yield mremap madvise nanosleep getpid exit getrusage sigaltstack gettid futex restart_syscall
# clock_gettime clock_nanosleep exit_group tgkill poll/ppoll getrandom rseq
_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        "0 1 3 5 8 9 10 11 12 13 14 15 17 19 20 24 25 28 35 39 60 98 131 186 202 219 228 230 231 234 7 271 318 334",
    ),
    "aarch64": (
        0xC00000B7,
        (
            "63 64 57 80 62 222 226 215 214 134 135 139 67 65 66 124 216 233 101 172 93 165 132 178 98 128 113 115 94 "
            "131 73 278 293"
        ),
    ),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _compiled(architecture: int, allowed: list[int]) -> bytes:
    """Return the program: another architecture dies, an allowed call passes, any other is refused."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    for index, call in enumerate(allowed):
        steps.append((_EQUAL, len(allowed) - index, 0, call))
    steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def close_the_door() -> bool:
    """Put this process, for the rest of its life, behind the filter. False where the system has none."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    code = _compiled(architecture, [int(call) for call in calls.split()])
    program = _Program(len(code) // 8, code)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    address = ctypes.addressof(program)
    return bool(prctl(_PR_SET_SECCOMP, _MODE_FILTER, address, 0, 0) == 0)
