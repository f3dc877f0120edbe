"""`make bench`: every figure as a ratio to a baseline in the same run. One after the other: two processors are few."""

import runpy

for name in (
    "loading",
    "disclosure",
    "notices",
    "roster",
    "memory",
    "guard_match",
    "guard",
    "batch",
    "press",
    "each_child",
    "incident",
    "bulkheads",
    "ledger",
    "search",
    "slow_line",
):
    print(f"== {name}", flush=True)
    runpy.run_module(f"bench.{name}", run_name="__main__")
