"""What number each word for one is, or some words in a row: "nine" is 9, "sixty-two" 62, "quatre-vingt-seize" 96."""

from functools import cache
from typing import Final

from portal.guard.text.vocabulary import numbered, phrases

SHORTEST: Final = 3


@cache
def figures_of_words() -> dict[str, str]:
    """Return the figures that each word is, or some words in a row are."""
    digits = {word: str(at) for row in phrases("digits") for at, word in enumerate(row)}
    return digits | {phrase: str(number) for phrase, number in numbered("numbers-in-words").items()}


FIGURES: Final = frozenset(word for phrase in figures_of_words() for word in phrase.split() if len(word) >= SHORTEST)
"""Words of which every number told in words has some; those of two letters are of every other sentence."""
