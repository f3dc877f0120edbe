"""A given and a family word near each other, and what stands between and around them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portal.guard.ordinary import is_given_name, is_word
from portal.guard.roster import Name, Roster
from portal.guard.sentences import CONJUNCTIONS, FIELD_WORDS, FUNCTION_WORDS, GREETINGS, LABELS, TITLES, Gap, Sentence
from portal.guard.spelling import PARTICLES, SUFFIXES, variants

FILLERS: Final = (FIELD_WORDS | SUFFIXES | PARTICLES) - CONJUNCTIONS


@dataclass(frozen=True, slots=True)
class Pair:
    """A given and a family word, as places in a sentence, with whatever of this name stands around and between."""

    sentence: Sentence
    roster: Roster
    name: Name
    given: int
    family: int
    low: int
    high: int
    gaps: tuple[Gap, ...]
    foreign: tuple[int, ...]

    @property
    def is_forward(self) -> bool:
        """Whether the given name comes first."""
        return self.given < self.family

    def own(self) -> tuple[int, ...]:
        """Return the places of the words that belong to the name."""
        name, words = self.name, self.sentence.words
        return tuple(
            at
            for at in range(self.low, self.high + 1)
            if at in {self.given, self.family} or words[at] in name.given.own or words[at] in name.family.own
        )

    def is_given(self, at: int) -> bool:
        """Whether the word there is a given name of someone, and no family name alone."""
        word = self.sentence.words[at]
        return word in self.roster.givens or (is_given_name(word) and word not in self.roster.by_family)

    def is_family(self, at: int) -> bool:
        """Whether the word there is a family name of someone, or at least no given name."""
        word = self.sentence.words[at]
        return word in self.roster.by_family or word not in self.roster.givens

    def is_capital(self) -> bool:
        """Whether both words begin with a capital."""
        return self.sentence.is_capital(self.given) and self.sentence.is_capital(self.family)

    def is_name_like(self, at: int) -> bool:
        """Whether the word there may belong to a name: with a capital where this pair has them."""
        if not 0 <= at < len(self.sentence):
            return False
        word = self.sentence.words[at]
        if word in FUNCTION_WORDS or word in GREETINGS or word in LABELS or word in TITLES or not word.isalpha():
            return False
        if self.is_capital():
            return self.sentence.is_capital(at)
        return word in self.roster.givens or word in self.roster.by_family


def pair_of(sentence: Sentence, roster: Roster, name: Name, given: int, family: int) -> Pair | None:
    """Widen a pair of words to all of this name around it; None where a sentence ends between."""
    own = {*name.given.own, *name.family.own} - {sentence.words[given], sentence.words[family]}
    low, high = min(given, family), max(given, family)
    if {sentence.words[given], sentence.words[family]}.intersection(sentence.words[low + 1 : high]):
        return None  # one of them stands nearer to the other
    while sentence.gap(low - 1) == "space" and sentence.words[low - 1] in own:
        low -= 1
    while sentence.gap(high) == "space" and sentence.words[high + 1] in own:
        high += 1
    gaps = tuple(sentence.gap(at) for at in range(low, high))
    if "break" in gaps or (gaps.count("line") > 1 and FIELD_WORDS.isdisjoint(sentence.words[low:high])):
        return None
    if any(not {*variants(word)}.intersection(sentence.words[low : high + 1]) for word in name.family.needed):
        return None
    others = name.given.others
    foreign: list[int] = []
    for at in range(low + 1, high):
        word = sentence.words[at]
        if (
            at in {given, family}
            or word in own
            or word.isdigit()
            or word in FILLERS
            or (given > family and word in TITLES)
        ):
            continue
        if len(word) == 1 and word.isascii() and (word not in CONJUNCTIONS or sentence.is_capital(at)):
            first_letters = {other[0] for other in (*others, *name.family.own)}
            is_told = any(other in others for other in sentence.words[low : high + 1])
            if others and not is_told and given < at < family and word not in first_letters:
                return None  # another middle name: somebody else
            continue
        foreign.append(at)
    return Pair(sentence, roster, name, given, family, low, high, gaps, tuple(foreign))


def is_no_name(pair: Pair, at: int, other: int) -> bool:
    """Whether a word is an ordinary one in small letters beside a name with a capital."""
    sentence = pair.sentence
    return is_word(sentence.words[at]) and sentence.is_capital(other) and not sentence.is_capital(at)


def is_second_alone(pair: Pair) -> bool:
    """Whether no given name stands here but a later one."""
    words = pair.sentence.words[pair.low : pair.high + 1]
    return not any(word in pair.name.given.firsts for word in words)


def is_known(pair: Pair, places: set[int]) -> bool:
    """Whether the name belongs to a site, a program or a member of staff."""
    for first, last in known_spans(pair.sentence, pair.roster, pair.low - 8, pair.high):
        span = set(range(first, last + 1))
        if places <= span or (span & places and span - places):
            return True
    return False


def known_spans(sentence: Sentence, roster: Roster, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield where known phrases begin and end that start between two places. A middle initial does not hide one."""
    words, free = sentence.words, max(low, 0)
    for first in range(free, min(high + 1, len(words))):
        if first < free:
            continue  # within the last one: "Owen Marsh, Owen Lee" holds no "Marsh, Owen"
        for phrase in roster.phrases.get(words[first], ()):
            last = _end_of(phrase, first, sentence)
            if last is not None:
                yield first, last
                free = last + 1
                break


def _end_of(phrase: tuple[str, ...], first: int, sentence: Sentence) -> int | None:
    """Return where a phrase that begins at a word ends; None if it does not stand there."""
    words, at = sentence.words, first
    for word in phrase[1:]:
        at += 1
        while at < len(words) and len(words[at]) == 1 and len(word) > 1:
            at += 1
        if at >= len(words) or words[at] != word or sentence.gap(at - 1) in {"tab", "break"}:
            return None
    return at
