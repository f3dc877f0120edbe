"""What a detector is given: one view of a text, its words, and which words of the roster's names stand in it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from portal.guard.roster.index import Roster
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence


class Need:
    """What has to stand in a text for a detector to find anything, told without a look at the text itself: bits."""

    NOTHING: Final = 0
    NAME: Final = 1
    """A word of a family name, or of a first given name."""
    FAMILY: Final = 2
    """A word of a family name."""
    KIN: Final = 64
    """A word of a family name, or one in the plural."""
    PAIR: Final = 4
    """A word of a family name, and of a given name that somebody of this family bears."""
    DIGITS: Final = 8
    OTHER_LETTERS: Final = 16
    """A letter that is no plain one."""
    SHORT: Final = 32
    """A text of which all words may be gone through."""


class Grid:
    """A view of a text with the words of it that the roster knows.

    Where it `is_short`, all of its words may be gone through: `whole` holds them.
    """

    def __init__(self, passage: Passage, roster: Roster, *, is_short: bool) -> None:
        """Look up which words of names stand here."""
        self.passage = passage
        self.is_short = is_short
        self.families: frozenset[str] = frozenset(passage.present & roster.by_family.keys())
        """The words of family names here."""
        self.partners: Mapping[str, set[str]] = self._partners(roster) if self.families else {}
        """Of those the ones of which a given name is here, too, with all such."""
        self.paired = frozenset(self.partners)
        self.plurals: frozenset[str] = self._plurals(roster)
        """The words that may be family names in the plural: "Riveras", "Ashes"."""
        self._has_given = not passage.present.isdisjoint(roster.givens)

    def _partners(self, roster: Roster) -> dict[str, set[str]]:
        givens, by_family = self.passage.present & roster.givens_of_all, roster.by_family
        return {word: theirs for word in self.families if (theirs := by_family[word].keys() & givens)}

    def _plurals(self, roster: Roster) -> frozenset[str]:
        of = roster.by_family
        some = [word for word in self.passage.present if word[-1] == "s" and (word[:-1] in of or word[:-2] in of)]
        return frozenset(some)

    @cached_property
    def whole(self) -> Sentence | None:
        """All words of a short text."""
        return Sentence(self.passage, 0, len(self.passage.spaced)) if self.is_short else None

    @cached_property
    def holds(self) -> int:
        """What stands here of what detectors need."""
        held = Need.SHORT if self.is_short else Need.NOTHING
        if self.families:
            held |= Need.FAMILY | Need.KIN | Need.NAME | (Need.PAIR if self.partners else Need.NOTHING)
        elif self._has_given:
            held |= Need.NAME
        if self.plurals:
            held |= Need.KIN
        if self.passage.has_digits:
            held |= Need.DIGITS
        return held if self.passage.is_latin else held | Need.OTHER_LETTERS
