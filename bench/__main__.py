"""`make bench`: every figure as a ratio to a baseline in the same run. One after the other: two processors are few.

Each has a process of its own, as by hand: the memory of one would count as another's, and a pool of processes finds
its functions by the module that was started.
"""

import subprocess
import sys

for name in (
    "loading",
    "disclosure",
    "second_lock",
    "notices",
    "roster",
    "memory",
    "guard_match",
    "guard",
    "batch",
    "press",
    "each_child",
    "gathered",
    "incident",
    "bulkheads",
    "gate",
    "ledger",
    "search",
    "slow_line",
):
    print(f"== {name}", flush=True)
    subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)
