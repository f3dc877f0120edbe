import gc
import platform
import subprocess
import sys
from contextlib import suppress

from portal.kernel.machine.host import untidied

_ROUNDS = 40
_COUNT = """
import resource
from portal.kernel.machine.host import keep_freed_memory, untidied
{first}
def faults(): return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def a_passage(): return [bytearray(600_000) for _ in range(8)]
a_passage()
before = faults()
for _ in range({rounds}): a_passage()
print((faults() - before) // {rounds})
"""


def _pages_fetched_anew(first: str) -> int:
    script = _COUNT.format(first=first, rounds=_ROUNDS)
    return int(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


def test_what_one_passage_used_is_kept_for_the_next() -> None:
    """Where the C library is glibc; with another one nothing is told, and nothing breaks."""
    before, after = _pages_fetched_anew(""), _pages_fetched_anew("keep_freed_memory()")
    if platform.libc_ver()[0] == "glibc":
        assert before > 1_000
        assert after < 10
    else:
        assert after < 2 * before + 10


def test_cycles_of_objects_are_looked_for_again_after_a_failure_within():
    with suppress(ValueError), untidied():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()


def test_who_had_no_cycles_looked_for_has_none_looked_for_afterwards():
    gc.disable()
    try:
        with untidied():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
