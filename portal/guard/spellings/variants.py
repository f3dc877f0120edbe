"""One name in several spellings, as it is brought into Latin letters from Arabic, Somali or Cyrillic."""

from collections import defaultdict
from functools import cache

from portal.guard.lexicon import rows


def same_names(word: str) -> tuple[str, ...]:
    """Return the spellings of a folded name, with its own; of one that is not listed, nothing."""
    return _by_word().get(word, ())


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    alike = defaultdict[str, list[str]](list)
    for group in rows("same-names"):
        for word in group:
            alike[word] += group
    return {word: tuple(dict.fromkeys(group)) for word, group in alike.items()}
