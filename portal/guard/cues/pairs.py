"""A given and a family word near each other, and what stands between and around them."""

from typing import Final, NamedTuple

from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import is_on
from portal.guard.roster.index import Roster
from portal.guard.spellings.names import Name
from portal.guard.spellings.spellings import PARTICLES, SUFFIXES, variants
from portal.guard.text.nicknames import nicknames_of
from portal.guard.text.ordinary_words import is_given_name, is_word
from portal.guard.views.token_windows import (
    ABBREVIATED,
    CONJUNCTIONS,
    FIELD_WORDS,
    FUNCTION_WORDS,
    GREETINGS,
    LABELS,
    TITLES,
    Gap,
    Sentence,
)

_BRIEF: Final = 2  # letters of a word; by eye
_SPACES: Final[list[Gap]] = ["space", "space"]
PARTS_OF_NAMES: Final = (FIELD_WORDS | SUFFIXES | PARTICLES) - CONJUNCTIONS


class Pair(NamedTuple):
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

    @property
    def is_brief(self) -> bool:
        """Whether neither word has more than two letters: "не" and "ли", with others between, are no Li He."""
        return max(len(self.sentence.words[self.given]), len(self.sentence.words[self.family])) <= _BRIEF

    def is_on(self, rule: Rule) -> bool:
        """Whether a cue or veto is not switched off."""
        return is_on(self.sentence.trace, rule)

    def own(self) -> tuple[int, ...]:
        """Return the places of the words that belong to the name."""
        low, high, ends = self.low, self.high, (self.given, self.family)
        if high - low == 1:
            return low, high
        of_given, of_family, words = self.name.given.own, self.name.family.own, self.sentence.words[low : high + 1]
        return tuple([at for at, word in enumerate(words, low) if at in ends or word in of_given or word in of_family])

    def is_of_name(self, at: int) -> bool:
        """Whether the word there is one of this name's."""
        return _is_of(self.name, self.sentence.words[at])

    def is_given(self, at: int) -> bool:
        """Whether the word there is a given name of someone, and no family name alone."""
        word = self.sentence.words[at]
        is_known = is_given_name(word) or bool(nicknames_of((word,)))
        return word in self.roster.givens or (is_known and word not in self.roster.by_family)

    def is_family(self, at: int) -> bool:
        """Whether the word there is a family name of someone, or at least no given name."""
        word = self.sentence.words[at]
        return word in self.roster.by_family or word not in self.roster.givens

    def is_capital(self) -> bool:
        """Whether both words begin with a capital."""
        return self.sentence.is_capital(self.given) and self.sentence.is_capital(self.family)

    def may_be_names(self) -> bool:
        """Whether both words begin with a capital, or are of scripts without any."""
        return self.is_capital() or not self._is_cased()

    def is_name_like(self, at: int) -> bool:
        """Whether the word there may belong to a name: with a capital where this pair has them."""
        if not 0 <= at < len(self.sentence):
            return False
        word = self.sentence.words[at]
        if word in FUNCTION_WORDS or word in GREETINGS or word in LABELS or word in TITLES or not word.isalpha():
            return False
        if word in SUFFIXES:
            return False  # the Jr. of this very name
        if self.is_capital() or (word.isascii() and not self._is_cased()):
            return self.sentence.is_capital(at)
        return word in self.roster.givens or word in self.roster.by_family

    def _is_cased(self) -> bool:
        """Whether both words are of a script that has capitals: the "said" behind 김 하은 is no name of hers."""
        words = self.sentence.words
        return all(word.upper() != word for word in (words[self.given], words[self.family]))


def pair_of(sentence: Sentence, roster: Roster, name: Name, given: int, family: int) -> Pair | Rule:
    """Widen a pair of words to all of this name around it; return the veto where it cannot be."""
    words, pair = sentence.words, (sentence.words[given], sentence.words[family])
    low, high = min(given, family), max(given, family)
    low, high = _widened(sentence, name, low, high)
    between = tuple(sentence.gaps[low:high])
    trace = sentence.trace
    is_over = "break" in between or (between.count("line") > 1 and not _may_wrap(name, words[low : high + 1]))
    if is_over and is_on(trace, Rule.VETO_SENTENCE):
        return Rule.VETO_SENTENCE
    is_whole = not name.family.needed or _has_all(name.family.needed, words[low : high + 1])
    if not is_whole and is_on(trace, Rule.VETO_FAMILY_PART):
        return Rule.VETO_FAMILY_PART
    foreign: list[int] = []
    for at in range(low + 1, high):
        word = words[at]
        if (
            _is_of(name, word)
            or word in pair
            or word.isdigit()
            or word in PARTS_OF_NAMES
            or (given > family and word in TITLES)
        ):
            continue
        if not _is_initial(sentence, at):
            foreign.append(at)
        elif (
            given < at < family
            and _is_of_another(name, word, words[low : high + 1])
            and is_on(trace, Rule.VETO_OTHER_INITIAL)
        ):
            return Rule.VETO_OTHER_INITIAL
    return Pair(sentence, roster, name, given, family, low, high, between, tuple(foreign))


def _may_wrap(name: Name, words: list[str]) -> bool:
    """Whether a stretch over several lines is one name: labels stand in it, or every word of it is the name's own."""
    return not FIELD_WORDS.isdisjoint(words[:-1]) or all(_is_of(name, word) for word in words)


def _widened(sentence: Sentence, name: Name, low: int, high: int) -> tuple[int, int]:
    """Return the first and last word of a stretch with those of the same name that stand right beside it.

    A word of the pair is not of the name once more, unless the family name has it twice: Nur Nur.
    """
    words, gaps = sentence.words, sentence.gaps
    pair: tuple[str, ...] = words[low], words[high]
    if len(family := name.family.words) > len({*family}):
        pair = tuple([word for word in pair if family.count(word) < 2])
    while gaps[low - 1] == "space" and _is_of(name, words[low - 1]) and words[low - 1] not in pair:
        low -= 1
    while gaps[high] == "space" and _is_of(name, words[high + 1]) and words[high + 1] not in pair:
        high += 1
    return low, high


def _is_of(name: Name, word: str) -> bool:
    return word in name.given.own or word in name.family.own


def _has_all(needed: tuple[str, ...], words: list[str]) -> bool:
    return all(not {*variants(word)}.isdisjoint(words) for word in needed)


def _is_initial(sentence: Sentence, at: int) -> bool:
    word = sentence.words[at]
    return len(word) == 1 and word.isascii() and (word not in CONJUNCTIONS or sentence.is_capital(at))


def before_particles(sentence: Sentence, at: int) -> int:
    """Return the place before a word, and before the particles in front of it: that of Ana in "Ana dos Santos"."""
    before = at - 1
    while before > 0 and sentence.words[before] in PARTICLES and sentence.gaps[before - 1 : before + 1] == _SPACES:
        before -= 1
    return before


def past_initial(sentence: Sentence, at: int) -> int:
    """Return the place right behind a middle initial with its stop, beyond the text if none is; else the same place."""
    if at >= len(sentence) or len(sentence.words[at]) > 1 or not sentence.is_capital(at):
        return at
    is_stopped = at + 1 == len(sentence) or sentence.between(at)[:1] == "."
    return at if not is_stopped else at + 1 if sentence.gap(at) == "space" else len(sentence)


def _is_of_another(name: Name, initial: str, words: list[str]) -> bool:
    """Whether an initial is that of another middle name than the ones of this name: somebody else's."""
    others = name.given.others
    is_told = any(other in others for other in words)
    return bool(others) and not is_told and initial not in {other[0] for other in (*others, *name.family.own)}


def is_known_given(word: str, roster: Roster) -> bool:
    """Whether a word is somebody's given name, a usual one, or short for one."""
    return word in roster.givens or is_given_name(word) or bool(nicknames_of((word,)))


def is_no_name(pair: Pair, at: int, other: int) -> bool:
    """Whether a word is an ordinary one in small letters beside a name with a capital."""
    sentence = pair.sentence
    return is_word(sentence.words[at]) and sentence.is_capital(other) and not sentence.is_capital(at)


def is_second_alone(pair: Pair) -> bool:
    """Whether no given name stands here but a later one."""
    words, firsts = pair.sentence.words, pair.name.given.firsts
    return words[pair.given] not in firsts and frozenset(firsts).isdisjoint(words[pair.low : pair.high + 1])


def is_anothers_given(pair: Pair, at: int) -> bool:
    """Whether the word there is another's given name, and not the first of this one cut short: Ma. for María José."""
    word, first = pair.sentence.words[at], pair.name.given.words[0]
    is_cut_short = word in ABBREVIATED and (word[0], word[-1]) == (first[0], first[-1])
    return pair.is_given(at) and not is_cut_short
