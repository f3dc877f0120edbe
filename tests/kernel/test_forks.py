"""What a process that is forked for every order does with its memory; each in a process of its own, of one thread."""

import subprocess
import sys

_FORKED = """
import os
from portal.kernel.cage.forks import forked
os.register_at_fork(before=lambda: print("before"), after_in_child=lambda: os.write(1, b"in the child"))
child = forked()
if child == 0:
    os.write(1, b"child ")
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), child != os.getpid())
"""
_SETTLED = """
import ctypes
from portal.kernel.cage.forks import settle
held = [bytes(size) for _ in range(400) for size in (100, 440, 3_000)]
holes = {id(held.pop(at)) for at in reversed(range(0, 1_200, 2))}
again = [bytes(size) for _ in range(3) for size in (100, 440, 3_000)]
print(len(holes.intersection(map(id, again))) > 0)
del again
settle()
print(len(holes.intersection(map(id, [bytes(size) for _ in range(400) for size in (100, 440, 3_000)]))))
"""


def told_by(program: str) -> str:
    """What a Python of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_a_forked_child_goes_straight_to_its_order():
    assert told_by(_FORKED) == "child 7 True\n"


def test_what_a_settled_process_takes_is_in_no_hole_between_what_it_had():
    assert told_by(_SETTLED) == "True\n0\n"
