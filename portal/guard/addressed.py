"""Letters and sentences to grown-ups of a family that speak of its child by the given name alone."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.clues import OPENINGS
from portal.guard.matching import Hit
from portal.guard.ordinary import is_common, is_word
from portal.guard.pairs import is_of_staff
from portal.guard.passages import Passage
from portal.guard.roster import Roster
from portal.guard.sentences import CUES, GREETINGS, TITLES, Sentence

_LONGEST: Final = 80
_LETTER: Final = 600
"""Characters of a letter in which the child is named if the letter is about it."""
_END: Final = re.compile(r"[,:;!\n]")


def names_in_letters(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the children spoken of in a letter that begins "Dear Mrs. Whitcombe" or "Dear Whitcombe family".

    `families` are the family words here of which a given name is here, too.
    """
    openings = sorted(place for word in passage.present & OPENINGS for place in passage.places(word))
    for at, (_, end) in enumerate(openings):
        opening = Sentence(passage, end, min(end + _LONGEST, len(passage.spaced)))
        last = _addressee(opening, families)
        if last is None or is_of_staff(roster, opening.words[last]):
            continue
        start = opening.starts[last]
        stop = min(start + _LETTER, *(place for place, _ in openings[at + 1 : at + 2]), len(passage.spaced))
        yield from in_letter(Sentence(passage, start, stop), roster, opening.words[last])


def _addressee(opening: Sentence, families: frozenset[str]) -> int | None:
    """Return which word of a salutation is the family name of the grown-ups addressed."""
    is_titled = False
    for at, word in enumerate(opening.words):
        is_titled = is_titled or word in TITLES or word in CUES
        beside = opening.words[at + 1] if at + 1 < len(opening) else ""
        if word in families and opening.is_capital(at) and (is_titled or beside in CUES):
            return at
        if _END.search(opening.between(at) if at + 1 < len(opening) else "\n"):
            return None
    return None


def in_letter(letter: Sentence, roster: Roster, family: str) -> Iterator[Hit]:
    """Yield the people of a family whose given name stands alone in a letter that begins with the family's name."""
    partners = roster.by_family[family]
    for at, word in enumerate(letter.words):
        if word not in partners or at == 0 or not letter.is_capital(at) or not is_alone(letter, at):
            continue
        is_telling = not (is_word(word) or (is_common(family) and is_common(word)))
        names = tuple(name for name in partners[word] if word in roster.names[name].given.firsts)
        if names:
            yield Hit(frozenset((letter.starts[0], letter.starts[at])), (), names, "sure" if is_telling else "weak")


def is_alone(sentence: Sentence, at: int) -> bool:
    """Whether a given name stands without another part of a name, and without a title."""
    words = sentence.words
    if sentence.gap(at) == "space" and sentence.is_capital(at + 1) and words[at + 1] not in GREETINGS:
        return False
    is_begun = sentence.gap(at - 1) != "space" or (at > 0 and "(" in sentence.between(at - 1))
    return is_begun or not (words[at - 1] in TITLES or (at > 1 and sentence.is_capital(at - 1)))
