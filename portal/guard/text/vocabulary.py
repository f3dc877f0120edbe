"""Words of `portal.guard.lexicon` as the guard looks for them: in folded spelling."""

from portal.guard.lexicon import entries, rows
from portal.guard.text.folding import apart, fold, words_of


def listed(kind: str) -> frozenset[str]:
    """Return the words of a kind in all languages, folded."""
    return frozenset(apart(fold("\n".join(entries(kind)))).split())


def phrases(kind: str) -> tuple[tuple[str, ...], ...]:
    """Return the entries of a kind in all languages, each as its folded words."""
    return tuple(map(words_of, entries(kind)))


def numbered(kind: str) -> dict[str, int]:
    """Return what is told by each phrase of a kind whose entries begin with a number."""
    return {" ".join(words_of(" ".join(phrase))): int(number) for number, *phrase in rows(kind)}


def any_of(kind: str) -> str:
    """Return a pattern for any entry of a kind, the longest first.

    In an entry `?` stands for any letter and `*` for any ending.
    """
    every = sorted(entries(kind), key=lambda entry: (-len(entry), entry))
    return "|".join(every).replace("?", r"\w").replace("*", r"\w*")
