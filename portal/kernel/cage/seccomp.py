"""Filters of system calls: a process says what it still needs, and the kernel refuses it everything else for good.

A filter is made from names of system calls, each with checks of its arguments, for x86_64 and aarch64 alike. It is a
program in classic BPF (seccomp(2), linux/filter.h). A refused call returns EPERM, because libraries try many calls that
they can do without. A call by another ABI (32 bits, x32) ends the process: nothing of ours makes one.
"""

import ctypes
import platform
import struct
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050001, 0x80000000
DONE, MISSING, ENDS = 0x00050000, 0x00050026, _KILL
"""What a program that is not ours may be told of a call: nothing was done, but it is not an error; the kernel has no
such call, so that a library takes an older one; the process ends."""
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # struct seccomp_data
_X32: Final = 0x40000000
_WHOLE: Final = 0xFFFFFFFF
_PR_SET_NO_NEW_PRIVS: Final = 38
_SET_MODE_FILTER: Final = 1
_EVERY_THREAD: Final = 1

ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
# fmt: off
NUMBERS: Final = {
    # name: number on x86_64, number on aarch64
    "brk": (12, 214), "capset": (126, 91), "clock_gettime": (228, 113), "clone": (56, 220), "close": (3, 57),
    "close_range": (436, 436), "exit": (60, 93), "exit_group": (231, 94), "fstat": (5, 80), "futex": (202, 98),
    "getpid": (39, 172), "getrandom": (318, 278), "gettid": (186, 178), "kill": (62, 129), "lseek": (8, 62),
    "madvise": (28, 233), "mmap": (9, 222), "mprotect": (10, 226), "mremap": (25, 216), "munmap": (11, 215),
    "prctl": (157, 167), "pread64": (17, 67), "prlimit64": (302, 261), "read": (0, 63),
    "recvfrom": (45, 207), "recvmsg": (47, 212),
    "restart_syscall": (219, 128), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "rt_sigtimedwait": (128, 137), "sched_yield": (24, 124), "seccomp": (317, 277), "sendto": (44, 206),
    "set_robust_list": (273, 99), "setgroups": (116, 159), "setresgid": (119, 149), "setresuid": (117, 147),
    "wait4": (61, 260), "write": (1, 64),
    # what programs that are not ours are refused
    "acct": (163, 89), "add_key": (248, 217), "bind": (49, 200), "bpf": (321, 280), "chroot": (161, 51),
    "clock_adjtime": (305, 266), "clock_settime": (227, 112), "clone3": (435, 435), "connect": (42, 203),
    "delete_module": (176, 106), "fanotify_init": (300, 262), "finit_module": (313, 273), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fsopen": (430, 430), "fspick": (433, 433), "init_module": (175, 105),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "io_uring_setup": (425, 425), "kcmp": (312, 272),
    "kexec_load": (246, 104), "keyctl": (250, 219), "listen": (50, 201), "mount": (165, 40),
    "mount_setattr": (442, 442), "move_mount": (429, 429), "open_by_handle_at": (304, 265), "open_tree": (428, 428),
    "perf_event_open": (298, 241), "pidfd_getfd": (438, 438), "pivot_root": (155, 41), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "ptrace": (101, 117), "quotactl": (179, 60), "reboot": (169, 142),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "mq_open": (240, 180), "msgget": (68, 186),
    "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "semget": (64, 190), "setpgid": (109, 154), "setpriority": (141, 140),
    "setsid": (112, 157), "shmget": (29, 194), "tgkill": (234, 131), "tkill": (200, 130),
    "request_key": (249, 218), "sendmmsg": (307, 269), "sendmsg": (46, 211), "sethostname": (170, 161),
    "setns": (308, 268), "settimeofday": (164, 170), "socket": (41, 198), "socketpair": (53, 199),
    "swapoff": (168, 225), "swapon": (167, 224), "syslog": (103, 116), "umount2": (166, 39), "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
# fmt: on


class Check(NamedTuple):
    """What an argument has to be: one of `values`, after `mask`. Only its low 32 bits are looked at.

    That is enough for descriptors, numbers and flags: the kernel reads no more of them, or refuses the rest itself.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = _WHOLE


Calls = Mapping[str, tuple[Check, ...]]
"""The system calls that a process keeps, the frequent ones first; each has to pass all its checks."""


NEVER: Final = (Check(0, ()),)
"""What no call passes."""


def one_of(argument: int, *values: int) -> Check:
    """Return a check that an argument is one of these values."""
    return Check(argument, values)


def within(argument: int, bits: int) -> Check:
    """Return a check that an argument has no bit beside these."""
    return Check(argument, (0,), _WHOLE & ~bits)


def program_for(calls: Calls, machine: str, *, told: Mapping[str, int] | None = None) -> bytes:
    """Return the BPF program that allows these calls alone on such a machine.

    With `told`, by name what is answered instead of doing a call, every other call is allowed as well.
    """
    column = list(ARCHITECTURES).index(machine)
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, ARCHITECTURES[machine]), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL),
    ]  # fmt: skip
    for name, checks in calls.items():
        judged = _judged(checks)
        steps += [(_EQUAL, 0, len(judged), NUMBERS[name][column]), *judged]
    for name, answer in (told or {}).items():
        steps += [(_EQUAL, 0, 1, NUMBERS[name][column]), (_RETURN, 0, 0, answer)]
    steps.append((_RETURN, 0, 0, _REFUSE if told is None else _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _judged(checks: tuple[Check, ...]) -> list[tuple[int, int, int, int]]:
    steps = []
    for argument, values, mask in checks:
        steps.append((_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument))  # its low half: both machines are little-endian
        if mask != _WHOLE:
            steps.append((_AND, 0, 0, mask))
        steps += [(_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)]
        steps.append((_RETURN, 0, 0, _REFUSE))
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


@cache
def filter_of(calls: Callable[..., Calls], *descriptors: int) -> _Program | None:
    """Return the filter of `calls(*descriptors)`, made once: whoever forks asks for it before, so that no child does.

    None where there is no such filter.
    """
    return _loaded(program_for(calls(*descriptors), platform.machine())) if has_filters() else None


def filter_beside(calls: Calls, told: Mapping[str, int]) -> _Program | None:
    """Return a filter for a program that is not ours: these calls as they are checked, some `told`, all others."""
    return _loaded(program_for(calls, platform.machine(), told=told)) if has_filters() else None


def _loaded(code: bytes) -> _Program:
    return _Program(len(code) // 8, code)


def has_filters() -> bool:
    """Whether filters are made for such a machine."""
    return sys.platform == "linux" and platform.machine() in ARCHITECTURES


def put_behind(program: _Program | None) -> bool:
    """Put every thread of this process behind a filter for the rest of its life. False where that is not to be had.

    A second filter adds to the first: what either refuses is refused.
    """
    if program is None or system().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    number = NUMBERS["seccomp"][list(ARCHITECTURES).index(platform.machine())]
    return bool(system().syscall(number, _SET_MODE_FILTER, _EVERY_THREAD, ctypes.addressof(program)) == 0)


@cache
def system() -> Any:  # noqa: ANN401 - whatever the system's library holds
    """Return the system's library."""
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    library.syscall.argtypes = [ctypes.c_long, *[ctypes.c_ulong] * 3]
    library.syscall.restype = ctypes.c_long
    return library
