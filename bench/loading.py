"""What a command costs before it does anything, against a Python that does nothing; in time of the processor.

`python -m bench.loading`: each is started five times and the cheapest counts. `portal bounce` matters most: a mail
server's pipe starts one for each message that comes back.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TRIES = 5
COMMANDS = (
    ("--help",),
    ("bounce", "--pipe"),
    ("staff", "list"),
    ("ledger", "verify"),
    ("mailing", "list"),
    ("doctor",),
)


def cost(words: Sequence[str], environ: dict[str, str]) -> float:
    """Return the seconds of the processor that the cheapest of some starts took."""
    seen: list[float] = []
    for _ in range(TRIES):
        before = spent()
        subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        seen.append(spent() - before)
    return min(seen)


def modules_of(words: Sequence[str], environ: Mapping[str, str]) -> set[str]:
    """Return every module that a command has loaded when it ends, however it ends."""
    told = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    begun = [sys.executable, "-c", f"{told}from portal.cli import main; main()", *words]
    done = subprocess.run(begun, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return set(done.stderr.splitlines()[-1].split())


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Time the commands in an empty portal."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(Path(folder) / "data")}
        portal = [sys.executable, "-m", "portal"]
        subprocess.run([*portal, "init"], env=environ, capture_output=True, check=True)
        nothing = cost([sys.executable, "-c", "pass"], environ)
        print(f"a Python that does nothing   {nothing:.3f} s of the processor")
        for words in COMMANDS:
            taken = cost([*portal, *words], environ)
            modules = len(modules_of(words, environ))
            print(f"portal {' '.join(words):21} {taken:.3f} s, {taken / nothing:.0f} times as much, {modules} modules")


if __name__ == "__main__":
    main()
