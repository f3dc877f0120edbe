"""Every system call and its number, as the headers of Linux 6.12 have them (asm/unistd_64.h, asm-generic/unistd.h)."""

import csv
from pathlib import Path

from portal.kernel.cage.seccomp import ARCHITECTURES

TABLE: dict[str, dict[str, int]] = {machine: {} for machine in ARCHITECTURES}
with (Path(__file__).parent / "system_calls.csv").open(encoding="ascii") as _lines:
    for _row in csv.DictReader(_lines):
        for _machine in ARCHITECTURES:
            if _row[_machine]:
                TABLE[_machine][_row["name"]] = int(_row[_machine])
