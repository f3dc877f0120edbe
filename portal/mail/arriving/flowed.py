"""Plain text whose lines the mail program broke (RFC 3676), joined again; and what mail programs put around a text."""

import re
from itertools import groupby
from typing import Final

_QUOTES: Final = re.compile(r"(>*) ?")
_SIGNATURE: Final = "-- "
_ARMOUR: Final = re.compile(
    r"\A\s*-----BEGIN PGP SIGNED MESSAGE-----\n(?:[^\n]+\n)*\n(.*?)\n-----BEGIN PGP SIGNATURE-----.*\Z", re.DOTALL
)


def joined(text: str, *, deletes_space: bool = False) -> str:
    """Return `format=flowed` text with its paragraphs whole; what is quoted keeps its marks."""
    lines = [_unstuffed(line) for line in text.split("\n")]
    return "\n".join(
        f"{'>' * depth} {line}".rstrip() if depth else line
        for depth, run in groupby(lines, key=lambda line: line[0])
        for line in _paragraphs([line for _, line in run], deletes_space=deletes_space)
    )


def _unstuffed(line: str) -> tuple[int, str]:
    found = _QUOTES.match(line)
    return (len(found[1]), line[found.end() :]) if found else (0, line)


def _paragraphs(lines: list[str], *, deletes_space: bool) -> list[str]:
    done: list[str] = []
    open_line: list[str] = []
    for line in lines:
        if line == _SIGNATURE:  # never joined, with neither neighbour
            done += ["".join(open_line)] if open_line else []
            done.append(line)
            open_line = []
        elif line.endswith(" "):
            open_line.append(line[:-1] if deletes_space else line)
        else:
            done.append("".join([*open_line, line]))
            open_line = []
    return [*done, "".join(open_line)] if open_line else done


def without_armour(text: str) -> str:
    """Return what a text says that was signed in place by PGP; any other as it is."""
    found = _ARMOUR.match(text)
    return re.sub(r"(?m)^- ", "", found[1]) if found else text
