"""`make bench`: every figure as a ratio to a baseline in the same run, into docs/performance.md.

`python -m bench [--small] [NAME …]`: all benches or these, one after the other, since two processors are few. Each has
a process of its own, as by hand: the memory of one would count as another's. One that takes longer than it may is
stopped and told as missing; then the docs are left as they are. Named ones alone, and small forms, write nothing.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench import report
from bench.every import EVERY, Bench
from bench.figures import INTO, told_in


def run(name: str, bench: Bench, folder: Path, *, small: bool) -> report.Ran:
    """Run a bench; return what it told and what it took, with `code` 0 if it came to its end."""
    into = folder / name
    print(f"== {name}", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", f"bench.{name}", *(bench.small if small else bench.whole)],
        env=os.environ | {INTO: str(into)},
        start_new_session=True,
    )
    timer = threading.Timer(bench.at_most, lambda: os.killpg(process.pid, 9))
    timer.start()
    _, status, used = os.wait4(process.pid, 0)
    timer.cancel()
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    seconds = time.monotonic() - began
    if code:
        late = f" It had {bench.at_most} s." if seconds >= bench.at_most else ""
        print(f"{name} did not come to its end (code {code}).{late}", flush=True)
    return report.Ran(
        name, code, round(seconds), round(used.ru_utime + used.ru_stime), round(used.ru_maxrss / 1024),
        list(told_in(into, name)),
    )  # fmt: skip


def main() -> int:
    """Run them; return 1 where one failed."""
    named, small = [word for word in sys.argv[1:] if word != "--small"], "--small" in sys.argv
    asked = named or list(EVERY)
    if unknown := [name for name in asked if name not in EVERY]:
        print(f"There is no bench {unknown[0]}. There are: {', '.join(EVERY)}.")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        ran = [run(name, EVERY[name], Path(folder), small=small) for name in asked]
    failed = [one.name for one in ran if one.code]
    if failed:
        print(f"Not written, for these failed: {', '.join(failed)}.")
        return 1
    if not named and not small:
        print(f"Written: {report.write(ran)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
