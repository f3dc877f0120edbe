"""Inside the cage of a program that converts: it keeps its folder, its fonts and itself to read, and no network.

Started once for each letter, so that no letter changes how the next one is drawn.
An empty file stands for a tiny letter, by which fonts are looked at.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from portal.kernel.cage.lockdown import keep_to_files
from portal.press.office.tiny import tiny_letter

NOT_SHUT_IN: Final = "not-shut-in"
"""A file of this name is made where this machine can't shut a program in; nothing is converted then."""


def main() -> None:
    """Start from the command line that `engines` writes: what to keep, and what to run."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    os.chdir(told["folder"])
    program = told["program"]
    convert = None if program else _own_converter()
    kept = {name: told[name] for name in ("memory", "cpu_seconds", "runs", "reads", "writes")}
    if not keep_to_files(**kept):
        Path(NOT_SHUT_IN).touch()
    elif convert is None:
        os.execv(program[0], program)  # noqa: S606 - the program that is installed, by its path
    else:
        Path("letter.pdf").write_bytes(convert(Path("letter.docx").read_bytes() or tiny_letter()))


def _own_converter() -> Callable[[bytes], bytes]:
    from dxpdf import convert  # noqa: PLC0415 - LibreOffice needs none of it

    made: Callable[[bytes], bytes] = convert
    return made
