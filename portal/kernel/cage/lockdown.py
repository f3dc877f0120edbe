"""What a process gives up for good before it meets strangers' bytes: files, network, processes, memory, time.

Four layers, each of which holds by itself: limits on resources; no descriptor but one to read and one to write; a
filter of system calls (`seccomp`); and, where the machine allows it, another user and namespaces without any other
process or network. A process that forks a child for every order keeps back too what it needs no more.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from functools import cache
from typing import Final, NoReturn

from portal.kernel.cage.landlock import keep_to_paths
from portal.kernel.cage.seccomp import (
    DONE,
    ENDS,
    MISSING,
    NEVER,
    Calls,
    filter_beside,
    filter_of,
    one_of,
    put_behind,
    system,
    within,
)

_NAMESPACES: Final = 0x20000000 | 0x40000000 | 0x08000000  # of processes, network, IPC (CLONE_NEWPID, -NET, -IPC)
_USER_NAMESPACE: Final = 0x10000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_READ = 1, 4, 23
_KILL, _SETGID, _SETUID = 5, 6, 7  # linux/capability.h
_CAPABILITIES_VERSION: Final = 0x20080522
_OF_NO_USER: Final = 0x7000_0000  # no system gives out ids from here on (systemd, "Users, Groups, UIDs and GIDs")
_NOBODY: Final = 65_534
_STARTED_AS: Final = os.getpid()  # a child has it from the process it was forked from
_MOST_OPEN: Final = 256

ANOTHER_USER: Final = "as another user"
APART: Final = "in namespaces of its own"
_layers: set[str] = set()


class RightsKept(OSError):
    """A process can't give up its rights, as where `capset` is filtered: it may not meet strangers' bytes."""


_READ_AND_WRITE: Final = 1 | 2  # PROT_READ, PROT_WRITE: never PROT_EXEC
_MEMORY: Final = (0x22, 0x4022, 0x20022)  # MAP_PRIVATE | MAP_ANONYMOUS, and with MAP_NORESERVE or MAP_STACK
_ADVICE: Final = (14, 4, 8)  # MADV_HUGEPAGE, _DONTNEED, _FREE
_WAITS: Final = (137, 129, 128, 393)  # FUTEX_WAIT_BITSET, _WAKE, _WAIT, _WAIT_BITSET by the clock, each private
_CLOCKS: Final = 15  # of the machine or oneself; those of other processes have negative numbers
_FORK: Final = 0x01200011  # CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD
_THINKING: Final[Calls] = {
    "brk": (),
    "madvise": (one_of(2, *_ADVICE),),
    "mmap": (within(2, _READ_AND_WRITE), one_of(3, *_MEMORY)),
    "munmap": (),
    "mremap": (within(3, 1),),  # MREMAP_MAYMOVE
    "mprotect": (within(2, _READ_AND_WRITE),),
    "futex": (one_of(1, *_WAITS),),
    "sched_yield": (),
    "clock_gettime": (within(0, _CLOCKS),),
    "getrandom": (),
    "getpid": (),
    "gettid": (),
    "restart_syscall": (),
    "rt_sigreturn": (),  # glibc has each thread change its user in a handler, which may end behind the filter
    "exit": (),
    "exit_group": (),
}
_LARGEST_WRITTEN: Final = 256 << 20
_LOCAL: Final = 1  # AF_UNIX
NOT_OURS: Final[Calls] = {
    "socket": (one_of(0, _LOCAL),),
    "socketpair": (one_of(0, _LOCAL),),
    "prlimit64": (one_of(0, 0),),
    **dict.fromkeys(("connect", "sendto", "sendmsg", "sendmmsg"), NEVER),
    **dict.fromkeys(("kill", "tkill", "rt_sigqueueinfo", "pidfd_send_signal", "pidfd_getfd"), NEVER),
    **dict.fromkeys(("setsid", "setpgid"), NEVER),  # whoever started it ends its whole group
    **dict.fromkeys(("ptrace", "kcmp", "process_vm_readv", "process_vm_writev", "perf_event_open"), NEVER),
    **dict.fromkeys(("setpriority", "sched_setaffinity", "sched_setattr", "sched_setparam"), NEVER),
    **dict.fromkeys(("sched_setscheduler", "migrate_pages", "move_pages"), NEVER),
    **dict.fromkeys(("mq_open", "msgget", "semget", "shmget", "userfaultfd"), NEVER),
    **dict.fromkeys(("io_uring_setup", "io_uring_enter", "io_uring_register"), NEVER),
    **dict.fromkeys(("mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "open_by_handle_at"), NEVER),
    **dict.fromkeys(("fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "mount_setattr", "open_tree"), NEVER),
    **dict.fromkeys(("init_module", "finit_module", "delete_module", "kexec_load", "bpf", "reboot"), NEVER),
    **dict.fromkeys(("acct", "add_key", "keyctl", "request_key", "quotactl", "swapon", "swapoff", "syslog"), NEVER),
    **dict.fromkeys(("clock_adjtime", "clock_settime", "settimeofday", "sethostname", "fanotify_init"), NEVER),
}
"""What programs that are not ours may not do, or not to others: all else is held by paths and limits."""
TOLD: Final = {
    "clone3": MISSING,  # what it is to start stands in memory, where no filter looks
    **dict.fromkeys(("bind", "listen"), DONE),  # LibreOffice wants to be asked by others, and does without
    "tgkill": ENDS,  # a program that aborts sends itself a signal, and again and again where it may not
}


def calls_to_answer(reads: int, writes: int) -> Calls:
    """Return what a process needs to think about what it reads from one descriptor, and to answer into another."""
    return {
        "read": (one_of(0, reads),),
        "pread64": (one_of(0, reads),),
        "write": (one_of(0, writes),),
        **_THINKING,
        "lseek": (one_of(0, reads),),
        "fstat": (one_of(0, reads, writes),),
        "close": (),
    }


def calls_to_fork() -> Calls:
    """Return what a process needs to take orders and fork a child for each, and what the child needs to give up."""
    any_descriptor: Calls = dict.fromkeys(("read", "pread64", "write", "lseek", "fstat", "close"), ())
    to_fork: Calls = {
        **dict.fromkeys(("recvmsg", "recvfrom", "sendto", "wait4", "rt_sigtimedwait"), ()),
        "clone": (one_of(0, _FORK),),
        "kill": (one_of(1, signal.SIGKILL),),
        **dict.fromkeys(("rt_sigprocmask", "rt_sigaction", "set_robust_list"), ()),
    }
    to_give_up: Calls = {
        **dict.fromkeys(("setgroups", "setresgid", "setresuid", "capset", "close_range"), ()),
        "prlimit64": (one_of(0, 0),),
        "prctl": (one_of(0, 38, _PR_SET_PDEATHSIG, _PR_SET_DUMPABLE),),  # 38: PR_SET_NO_NEW_PRIVS
        "seccomp": (one_of(0, 1),),  # SECCOMP_SET_MODE_FILTER
    }
    return {**any_descriptor, **_THINKING, **to_fork, **to_give_up}


def calls_to_wait() -> Calls:
    """Return what a process needs that waits for another to end, and ends it when told to."""
    return {**_THINKING, "wait4": (), "kill": (one_of(1, signal.SIGKILL),)}


def layers() -> tuple[str, ...]:
    """Return which of the layers that not every machine allows hold this process."""
    return tuple(sorted(_layers))


def go_apart() -> None:
    """Go on where there is no other process and no network, if the machine allows it. To be called first of all.

    The process that was started then only waits: a namespace of processes begins with its child, which ends with it.
    """
    most = min(_MOST_OPEN, *(limit for limit in resource.getrlimit(resource.RLIMIT_NOFILE) if limit >= 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if sys.platform != "linux":
        return
    if system().unshare(_NAMESPACES) != 0 and system().unshare(_USER_NAMESPACE | _NAMESPACES) != 0:
        return
    child = os.fork()
    if child:
        _end_with(child)
    system().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _layers.add(APART)


def _end_with(child: int) -> NoReturn:
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGKILL))
    os.closerange(0, _MOST_OPEN)
    put_behind(filter_of(calls_to_wait))
    os.waitpid(child, 0)
    os._exit(0)


def keep_to_forking() -> bool:
    """Keep what a process needs that forks a child for every order, once all is loaded. False where there is no filter.

    It sees no stranger's bytes. Should it ever, it opens no file and no network, and starts no program.
    """
    may_change_user(), has_rights()  # asked for its children, whom the filter keeps from asking
    system().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for what in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(what, (0, 0))
    return put_behind(filter_of(calls_to_fork))


def give_up(*, memory: int, cpu_seconds: int, reads: int = 0, writes: int = 1) -> bool:
    """Keep `memory` bytes, `cpu_seconds`, two descriptors, and no way to more. False where there is no filter.

    Raises `RightsKept`: then nothing may be read.
    """
    _become_nobody()
    most_open = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    for what, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
    ):
        resource.setrlimit(what, (limit, limit))
    _close_all_but(reads, writes, most_open if most_open > 0 else 1 << 20)
    return put_behind(filter_of(calls_to_answer, reads, writes))


def keep_to_files(
    *, memory: int, cpu_seconds: int, runs: Sequence[str], reads: Sequence[str], writes: Sequence[str]
) -> bool:
    """Keep these paths and limits, and no way to others, for a program that is not ours. False where Landlock is not.

    It may start threads and open files as it likes. It has no network, and nobody whom it may ask by a socket.
    Raises `RightsKept`.
    """
    _drop_capabilities()
    limits = (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _LARGEST_WRITTEN),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
    )
    for what, limit in limits:
        resource.setrlimit(what, (limit, limit))
    if sys.platform != "linux" or system().prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
        return False
    return keep_to_paths(runs=runs, reads=reads, writes=writes) and put_behind(filter_beside(NOT_OURS, TOLD))


@cache
def may_change_user() -> bool:
    """Whether this process may become another user, and end one that did."""
    may = (system().prctl(_PR_CAPBSET_READ, right, 0, 0, 0) == 1 for right in (_KILL, _SETGID, _SETUID))
    return sys.platform == "linux" and os.geteuid() == 0 and all(may)


@cache
def has_rights() -> bool:
    """Whether this process has a right of an administrator, or may take one. True where nobody can tell."""
    held = (ctypes.c_uint32 * 6)()
    told = system().capget((ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0), held)
    return bool(told != 0 or any(held))


def _become_nobody() -> None:
    """Become a user that nobody is, without capabilities; whom nobody may look into, and who ends with its parent.

    Raises `RightsKept`.
    """
    if sys.platform != "linux":
        return
    if may_change_user():
        for user in (_OF_NO_USER + _STARTED_AS, _NOBODY):
            try:
                os.setgroups([])
                os.setresgid(user, user, user)
                os.setresuid(user, user, user)
            except OSError:  # a container may have no such id
                continue
            _layers.add(ANOTHER_USER)
            break
    _drop_capabilities()


def _drop_capabilities() -> None:
    """Keep no right of an administrator, let nobody look into this process, and end with the one that started it.

    Raises `RightsKept`.
    """
    if sys.platform != "linux":
        return
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    if system().capset(header, (ctypes.c_uint32 * 6)()) != 0 and has_rights():
        raise RightsKept
    system().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    system().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _close_all_but(reads: int, writes: int, most: int) -> None:
    begin = 0
    for kept in sorted((reads, writes)):
        if begin < kept:
            os.closerange(begin, kept)
        begin = kept + 1
    os.closerange(begin, most)
