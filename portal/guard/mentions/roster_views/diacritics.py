"""Names of ordinary words that stand in a text with all their marks: Đỗ An is no "do an"."""

import re
import unicodedata
from functools import cached_property

from portal.guard.roster.index import Person, Roster


class ExactDiacritics:
    """A text that is asked once for each person, however many signs of theirs it has."""

    def __init__(self, text: str, roster: Roster) -> None:
        """Take a part of a file as it is written."""
        self._text, self._roster = text, roster
        self._known: dict[int, bool] = {}

    @cached_property
    def _written(self) -> str:
        return unicodedata.normalize("NFC", self._text)

    def names(self, person: int) -> bool:
        """Whether the name of this one of `Roster.people` is of ordinary words and stands here as it is spelled."""
        if person not in self._known:
            self._known[person] = self._is_of_words(person) and self._has(self._roster.people[person])
        return self._known[person]

    def _is_of_words(self, person: int) -> bool:
        name = self._roster.name_of(person)
        return name is not None and name.is_ordinary((*name.given.words, *name.family.words))

    def _has(self, person: Person) -> bool:
        """Whether a name with letters that are not plain stands here, in either order."""
        names = [unicodedata.normalize("NFC", name) for name in (person.given_name, person.family_name)]
        if all(map(str.isascii, names)) or not all(names):
            return False
        for one, other in (names, names[::-1]):
            for first, last in ((one, other), (one.upper(), other.upper())):
                if re.search(rf"\b{re.escape(first)}[ ,\xa0]{{1,2}}{re.escape(last)}\b", self._written):
                    return True
        return False
