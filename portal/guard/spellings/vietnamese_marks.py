"""Vietnamese words by the marks of their letters: "gia đình" is a family, and not a child called Gia Đinh.

Folded, half of the words of a Vietnamese letter are family names: trường (school), huynh (of phụ huynh, parents),
nguyên, phạm, lý. Where the writer sets marks, they tell a word from a name; where nobody did, nothing is told.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from portal.guard.lexicon import entries
from portal.guard.spellings.spellings import PARTICLES
from portal.guard.text.folding import fold, words_of_each

_OWN: Final = "\u0111\u01b0\u01a1\u0110\u01af\u01a0" + "".join(map(chr, range(0x1EA0, 0x1EFA)))
"""Letters that other languages do not have: \u0111, \u01b0 and \u01a1, and those of Unicode's Vietnamese block."""
_WORD: Final = re.compile(r"[^\W_]+")
_CHUNK: Final = re.compile(r"\S+")
_TONES: Final = {"\u0300": "grave", "\u0301": "acute", "\u0303": "wavy", "\u0309": "wavy", "\u0323": "dot"}
"""Two of the five tones sound alike to half of the speakers, who write one for the other: Nguyển."""

_AROUND: Final = 6
"""Words on either side, one of which has a letter of its own in a sentence of Vietnamese: every third has; by eye."""

Marks = frozenset[tuple[int, str]]


@lru_cache(maxsize=1 << 12)
def marks_of(word: str) -> Marks:
    """Return the marks of a word: those of letters with which letter has it, the tone wherever it is set (hoà, hòa)."""
    found, at = set[tuple[int, str]](), -1
    for letter in unicodedata.normalize("NFD", word.lower()):
        if not unicodedata.combining(letter):
            at += 1
            if letter == "đ":
                found.add((at, letter))
        else:
            found.add((-1, _TONES[letter]) if letter in _TONES else (at, letter))
    return frozenset(found)


def _forms(words: Iterable[str]) -> dict[str, set[Marks]]:
    forms: dict[str, set[Marks]] = defaultdict(set)
    for word in words:
        forms[fold(word)].add(marks_of(word))
    return dict(forms)


def _pairs(phrases: Iterable[str]) -> frozenset[tuple[tuple[str, Marks], ...]]:
    return frozenset(tuple((fold(word), marks_of(word)) for word in pair.split()) for pair in phrases)


_FAMILY_FORMS: Final = _forms(entries("family-names-with-marks"))
FAMILIES: Final = frozenset(_FAMILY_FORMS)
"""Folded family names, which stand before a middle and a given name where all are written."""
_NOBODY: Final = _pairs(entries("words-with-family-names"))


class Written:
    """How somebody's names are written: with which marks, and which of them is the family's."""

    def __init__(self, given: str, family: str) -> None:
        """Take both as the roster has them."""
        self.forms: dict[str, set[Marks]] = defaultdict(set)
        for word in _WORD.findall(unicodedata.normalize("NFC", f"{given} {family}")):
            self.forms[fold(word)].add(marks_of(word))
        self.is_marked = any(map(any, self.forms.values()))
        self.family = frozenset(map(fold, _WORD.findall(family)))
        self.told = (
            self.family - PARTICLES or self.family
        )  # the "van" and "la" of van der Berg, de la Cruz tell nothing
        self.is_vietnamese = not self.told.isdisjoint(_FAMILY_FORMS)

    def may_be(self, word: str, folded: str) -> bool:
        """Whether a word that has marks, or stands beside one that has, may be theirs.

        Where it has a capital the text may lack marks, and the roster as well but for a family name that is known.
        """
        if not self.is_vietnamese:
            return True
        marks, own = marks_of(word), self.forms.get(folded, set())
        known = _FAMILY_FORMS.get(folded, set()) if folded in self.family else set()
        forms = own | known if any(own) else known or own
        if marks in forms or not forms or not (known or self.is_marked):
            return True
        if not word[0].isupper():
            return False
        return any(marks < form for form in forms) or (not known and any(form < marks for form in forms))


class VietnameseText:
    """The words of a Vietnamese text as they are written, by where they stand once it is folded."""

    def __init__(self, written: str, spaced: str) -> None:
        """Take a text that `is_vietnamese`, and the same folded to words and blanks.

        What is not one word on either side, such as a name with a soft hyphen within, has no marks that tell anything.
        """
        self._text = unicodedata.normalize("NFC", written)
        chunks = list(_CHUNK.finditer(self._text))
        folded = words_of_each([chunk[0] for chunk in chunks])
        words: list[re.Match[str] | None] = []
        for chunk, plain in zip(chunks, folded, strict=True):
            own = list(_WORD.finditer(self._text, *chunk.span()))
            words += own if len(own) == len(plain) else [None] * len(plain)
        self._words = words
        is_same = list(chain.from_iterable(folded)) == spaced.split()
        self._at = {found.start(): at for at, found in enumerate(_CHUNK.finditer(spaced))} if is_same else {}
        self._has_capitals = any(word[0][0].isupper() for word in words if word)

    def told(self, starts: Sequence[int], people: Callable[[], Sequence[Written]]) -> bool | None:
        """Return whether the words that begin here in the folded text are a name as one of these people writes it.

        None where they are not; false as words of a sentence, not all of them with a capital, in a text that has some.
        Who they are is asked only where it matters: in a large district hundreds may bear one name.
        """
        window = [self._at.get(start, -1) for start in starts]
        own = [word for word in (self._words[at] if at >= 0 else None for at in window) if word]
        if len(own) < len(window):
            return True
        pair = tuple((fold(word[0]), marks_of(word[0])) for word in own)
        if pair in _NOBODY:
            return None
        if any(marks for _, marks in pair) and not any(
            all(one.may_be(word[0], folded) for word, (folded, _) in zip(own, pair, strict=True)) for one in people()
        ):
            return None
        telling = [word[0] for word, (folded, _) in zip(own, pair, strict=True) if _is_telling(folded, people)]
        if not self._has_capitals or all(word[0].isupper() for word in telling):
            return True
        is_theirs = all(one.is_vietnamese for one in people())
        return not self._are_words(window, own, has_own=not is_theirs)

    def _are_words(self, window: Sequence[int], own: Sequence[re.Match[str]], *, has_own: bool) -> bool:
        """Whether words stand in a sentence of Vietnamese, and one or a neighbour has a mark.

        With `has_own`, if one of themselves has a letter of Vietnamese alone: for the name of somebody of elsewhere.
        """
        first, last = window[0], window[-1]
        between = self._text[own[0].start() : own[-1].end()]
        is_prose = (
            len(own) > 1
            and any(len(word[0]) > 1 for word in own)  # not spelled letter by letter
            and "\t" not in between
            and between.split() == [word[0] for word in self._words[first : last + 1] if word]
        )
        around = self._words[max(first - _AROUND, 0) : first] + self._words[last + 1 : last + 1 + _AROUND]
        near = (word[0] for word in self._words[max(first - 1, 0) : last + 2] if word)
        is_marked = is_vietnamese(between) if has_own else any(map(marks_of, near))
        return is_prose and is_marked and any(is_vietnamese(word[0]) for word in around if word)


def _is_telling(folded: str, people: Callable[[], Sequence[Written]]) -> bool:
    """Whether a word is more than a particle, which has no capital though it stands in somebody's name."""
    return folded not in PARTICLES or any(folded in one.told or folded not in one.family for one in people())


def is_vietnamese(text: str) -> bool:
    """Whether a text holds a letter that only Vietnamese has."""
    return not text.isascii() and any(letter in text for letter in _OWN)
