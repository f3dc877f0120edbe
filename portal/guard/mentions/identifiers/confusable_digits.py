"""Figures that stand for letters they look like, "R0salind", and letters that stand for figures, "21O-644-6262"."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from portal.guard.roster.index import Roster
from portal.guard.roster.known_numbers import may_be_known
from portal.guard.text.letter_tables import Numbers
from portal.guard.views.passages import Passage
from portal.guard.views.respelled import Meant, rewritten

_LETTERS_OF: Final = {"0": "o", "1": "il", "3": "e", "4": "a", "5": "s", "6": "bg", "7": "t", "8": "b", "9": "g"}
_FIGURE_OF: Final = str.maketrans("oilzsb", "011258")
_LOOK_LIKE_FIGURES: Final = np.array([chr(code) in "oilzsb" for code in range(128)])
"""Of each character of ASCII; what is beyond is asked for as its last one, which is none."""
_MOST_FIGURES: Final = 4
_FEWEST_LETTERS: Final = 2
_SHORTEST: Final = 3
_NEAR: Final = 40
_LAST_FIGURE: Final = ord("9")
_DIGIT: Final = re.compile("[0-9]")
_FIGURES: Final = re.compile(r"(?<![^\W_])(?:(?=[oilzsb]*[0-9])[0-9oilzsb]+|[oil]+)(?![^\W_])")


def beside_letters(passage: Passage) -> Numbers:
    """Return where digits stand in `folded` that have a letter right before or behind them."""
    places, letters = passage.digits[0], passage.letters
    return places[(letters.take(places) > _LAST_FIGURE) | (letters.take(places + 2) > _LAST_FIGURE)]


def names_with_figures(passage: Passage, roster: Roster, places: Numbers) -> Iterator[Passage]:
    """Yield what is around words of names in which figures, at these places, stand for letters, as they are meant."""
    words, done = list[Meant](), -1
    for place in places.tolist():
        if place < done:
            continue
        start, done = passage.spaced.rfind(" ", 0, place + 1), passage.spaced.find(" ", place + 1) - 1
        word = _meant(passage.folded[start:done], roster)
        if word is not None:
            words.append(Meant(start, done, word if passage.cased[start].islower() else word.capitalize()))
    yield from rewritten(passage, words)


def _meant(word: str, roster: Roster) -> str | None:
    """Return the word of a name that a word with figures may be; "5pm" and "3B" are none."""
    count = len(_DIGIT.findall(word))
    if not count <= min(len(word) - _FEWEST_LETTERS, _MOST_FIGURES) or len(word) < _SHORTEST + word[0].isdigit():
        return None
    for letters in product(*(_LETTERS_OF.get(one, "") if one.isdigit() else one for one in word)):
        meant = "".join(letters)
        if meant in roster.givens_of_all or meant in roster.by_family or meant in roster.joined:
            return meant
    return None


def numbers_with_letters(passage: Passage, roster: Roster, places: Numbers) -> Iterator[Passage]:
    """Yield what is around numbers in which letters stand for figures beside those at these places, as it is meant."""
    if len(places):
        beside = [_LOOK_LIKE_FIGURES.take(passage.letters.take(places + step), mode="clip") for step in (0, 2)]
        yield from rewritten(passage, list(_figures_near(passage, places[beside[0] | beside[1]], roster)))


def _figures_near(passage: Passage, places: Numbers, roster: Roster) -> Iterator[Meant]:
    """Yield the numbers around these digits, where one may be known, with all letters among them made figures."""
    text, done = passage.folded, 0
    for place in places.tolist():
        if place < done:
            continue
        low = max(place - _NEAR, done)
        found = list(_FIGURES.finditer(text, low, place + _NEAR))
        done = found[-1].end() if found else place
        meant = [(one.start(), one.end(), one[0].translate(_FIGURE_OF)) for one in found]
        if may_be_known("".join(figures for *_, figures in meant), roster):
            yield from (Meant(*one) for one in meant if text[one[0] : one[1]] != one[2])
