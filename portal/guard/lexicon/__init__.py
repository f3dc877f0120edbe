"""Words of languages as data: a folder for each language (BCP 47; `mul` for what belongs to many), read once.

A file holds one entry a line below the `[kind]` it is of; `#` begins a comment. `kinds.txt` says what each kind is
for, and `docs/develop/guard-language.md` how a language is added. `portal.guard.text.vocabulary` folds
what is asked for in folded spelling.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FOLDERS: Final = [Path(__file__).parent]
"""Where folders of languages are; a test adds one of its own before the guard is loaded."""
OVERVIEW: Final = "kinds.txt"


def entries(kind: str) -> tuple[str, ...]:
    """Return the entries of a kind in all languages, each once."""
    return tuple(dict.fromkeys(entry for of_language in by_language(kind).values() for entry in of_language))


def by_language(kind: str) -> dict[str, tuple[str, ...]]:
    """Return the entries of a kind for each language that has any."""
    return _all()[kind]


def text(kind: str) -> str:
    """Return the entries of a kind, none of which holds a blank, with a blank between."""
    return " ".join(entries(kind))


def rows(kind: str) -> Iterator[tuple[str, ...]]:
    """Yield the columns of each entry of a kind."""
    return (tuple(entry.split()) for of_language in by_language(kind).values() for entry in of_language)


def pairs(kind: str) -> dict[str, str]:
    """Return the rest of each entry of a kind by its first column."""
    return {first: rest for first, _, rest in (entry.partition(" ") for entry in entries(kind))}


def read(file: Path) -> dict[str, list[str]]:
    """Return the entries of a file by kind."""
    found: dict[str, list[str]] = {}
    _, *sections = f"\n{file.read_bytes().decode()}".split("\n[")
    for section in sections:
        kind, _, listed = section.partition("]\n")
        lines = listed.split("\n")
        if "#" in listed:
            lines = [line for line in lines if not line.startswith("#")]
        found.setdefault(kind, []).extend(filter(None, lines))
    return found


def files() -> Iterator[Path]:
    """Yield the files of all languages, in order."""
    return (file for folder in FOLDERS for file in sorted(folder.glob("*/*.txt")))


@cache
def _all() -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in files():
        language = file.parent.name
        for kind, listed in read(file).items():
            languages = found.setdefault(kind, {})
            languages[language] = (*languages[language], *listed) if language in languages else tuple(listed)
    return found
