"""How words look when they are read off a picture: letters that are taken for each other made the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

ONE_WRONG: Final = 5
"""From this many letters on one may be wrong; in a shorter word only letters that look alike."""

_ALIKE: Final = (
    ("rn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "u"), ("li", "u"), ("0", "o"), ("1", "l"), ("5", "s"), ("8", "b"),
    ("i", "l"), ("j", "l"), ("t", "l"), ("|", "l"), ("c", "e"), ("g", "q"), ("6", "b"), ("h", "b"), ("v", "y"),
    ("n", "u"),
)  # fmt: skip
"""What is seen, and what it may have been."""


def looks_like(word: str) -> str:
    """Return a word with letters that look alike made the same."""
    for seen, read in _ALIKE:
        word = word.replace(seen, read)
    return word


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words names are made of: those long enough that one letter may be wrong, and all by how they look."""

    longer: tuple[str, ...]
    by_looks: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Sort words, each once."""
        known = sorted(word for word in set(words) if len(word) > 1)
        by_looks: dict[str, list[str]] = defaultdict(list)
        for word, looks in zip(known, looks_like("\n".join(known)).split("\n"), strict=True) if known else ():
            by_looks[looks].append(word)
        longer = tuple(word for word in known if len(word) >= ONE_WRONG)
        return cls(longer, {looks: tuple(alike) for looks, alike in by_looks.items()})
