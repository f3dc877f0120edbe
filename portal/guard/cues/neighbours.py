"""Which words of given names stand near a word of a family name: in its sentence, or in its row of cells."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final

from portal.guard.views.token_windows import CELL_ENDS, Sentence

_NEAR: Final = 8  # words between the halves of a name; by eye
_NEAR_IN_ROW: Final = 60  # words on either side of a tab; by eye


class Neighbours:
    """The words of names in a sentence. `partners` are the given words here by a family word.

    Only these words are gone through, not what stands between: in a long row that is most of it.
    """

    def __init__(self, sentence: Sentence, partners: Mapping[str, set[str]]) -> None:
        """Find them all at once."""
        words, known = sentence.words, set(partners).union(*partners.values())
        self._sentence, self._partners = sentence, partners
        self._places = [at for at, word in enumerate(words) if word in known]
        self._names = [words[at] for at in self._places]
        self._tabs = [at for at, gap in enumerate(sentence.gaps) if gap == "tab"]

    def families(self) -> Iterator[tuple[int, list[tuple[int, bool]]]]:
        """Yield where family words stand, and where words sought stand near each, with whether in a cell apart.

        Of two places with one word that to which no such word, nor another of its own, stands nearer.
        """
        for here, (at, word) in enumerate(zip(self._places, self._names, strict=True)):
            if word in self._partners:
                yield at, self._near(here, at, self._partners[word])

    def _near(self, here: int, at: int, sought: set[str]) -> list[tuple[int, bool]]:
        places, names, tabs, gaps = self._places, self._names, self._tabs, self._sentence.gaps
        tab = bisect_left(tabs, at)
        low, high = self._reach(at, tab)
        first, end = bisect_left(places, low, 0, here), bisect_left(places, high, here)
        found: list[tuple[int, bool]] = []
        for numbers, beside in (
            (range(here - 1, first - 1, -1), names[first:here]),
            (range(here + 1, end), names[here + 1 : end]),
        ):
            left = sought.intersection(beside)
            for number in numbers if left else ():
                if (word := names[number]) in left:
                    left.discard(word)
                    place = places[number]
                    is_apart = abs(bisect_left(tabs, place) - tab) > 1
                    if not is_apart or gaps[place] in CELL_ENDS or gaps[place - 1] in CELL_ENDS:
                        found.append((place, is_apart))
                if not left or word == names[here]:
                    break
        return found

    def _reach(self, at: int, tab: int) -> tuple[int, int]:
        """Return between which words one may belong to a name: few, unless a cell ends within these."""
        within, tabs = self._sentence.unbroken(at), self._tabs
        low, high = at - _NEAR, at + _NEAR + 1
        if tab and tabs[tab - 1] >= low:
            low = tabs[tab - 1] + 1 - _NEAR_IN_ROW
        if tab < len(tabs) and tabs[tab] < high - 1:
            high = tabs[tab] + _NEAR_IN_ROW + 1
        return max(low, within.start), min(high, within.stop)
