"""Particles that Arabic and Hebrew write as one word with the name behind them: لمحمد is "to Mohammed"."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.roster.index import Roster
from portal.guard.text.folding import words_of
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage
from portal.guard.views.respelled import Respelling, rewritten

_JOINED: Final = re.compile(
    "[\u0648\u0641]?[\u0628\u0643\u0644]|[\u0648\u0641]|\u05d5?[\u05d1\u05db\u05dc\u05de\u05e9]|\u05d5"
)
"""و and ف, then ب, ك or ل; ו, then ב, כ, ל, מ or ש."""
_BEFORE_ARTICLE: Final = "\u0644\u0644"
_ARTICLE: Final = "\u0627\u0644"
_SHORTEST: Final = 3  # letters left behind a particle; by eye
_PHRASES: Final = listed("phrases-with-proclitics")
"""Words with a particle that begin a phrase of their own: "in favour of", "by the grace of"."""
_SERVANT: Final = words_of("عبد")[0]
_OF_GOD: Final = words_of("الله")[0]
_PARTED: Final = "\n\n"
"""Stands before a name without its particle, for it begins one: "Ali and Hassan" is no Ali Hassan."""


def without_particles(passage: Passage, roster: Roster) -> Iterator[Passage]:
    """Yield the text around names that have such a particle, each without it; of a long text nothing."""
    if passage.is_latin or not passage.has_all_words:
        return
    bare = {word: rest for word in passage.present if not word.isascii() and (rest := _name_in(word, roster))}
    if bare:
        meant = [
            Respelling(start, end, f"{_PARTED}{rest}")
            for start, end in sorted(passage.places_of(bare.keys()))
            if (rest := bare[passage.folded[start:end]]) == _SERVANT or not _is_of_god(passage, end)
        ]
        yield from rewritten(passage, meant)


def _is_of_god(passage: Passage, end: int) -> bool:
    """Whether God follows, as in a greeting: "and the mercy of God"; His servant is a name, Abdullah."""
    return passage.spaced[end + 2 : end + 3 + len(_OF_GOD)].strip() == _OF_GOD


def _name_in(word: str, roster: Roster) -> str | None:
    """Return the name behind a particle; None if there is none, or if the whole word is a name: وليد is no لي."""
    joined = _JOINED.match(word)
    if not joined or word in _PHRASES or _is_name(word, roster):
        return None
    rests = [word[joined.end() :], word[1:]]
    if word.startswith(_BEFORE_ARTICLE):
        rests.append(_ARTICLE + word[2:])
    return next((rest for rest in rests if len(rest) >= _SHORTEST and _is_name(rest, roster)), None)


def _is_name(word: str, roster: Roster) -> bool:
    if word in roster.givens_of_all or word in roster.by_family:
        return True
    return word == _SERVANT or word in roster.consonants.in_arabic
