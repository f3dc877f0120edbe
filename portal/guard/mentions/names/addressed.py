"""Letters and sentences to grown-ups of a family that speak of its child by the given name alone."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.cues.salutations import in_letter, of_family
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import OPENINGS
from portal.guard.text.vocabulary import any_of
from portal.guard.views.token_windows import CUES, TITLES, Sentence

_LONGEST: Final = 80  # characters of a salutation, and of a line above it; by eye
_LETTER: Final = 600
"""Characters of a letter in which the child is named if the letter is about it; by eye."""
_SUBJECT: Final = re.compile(rf"(?:\A|\n)[^\S\n]*(?:{any_of('subject-lines')})[ .]?:[^\n]*\n\s*\Z")
"""The line above a salutation that says what a letter is about."""
_END: Final = re.compile(r"[,:;!\n]")


@detector(Rule.NAME_SALUTATION, needs=Need.PAIR)
def names_in_letters(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the children spoken of in a letter that begins "Dear Mrs. Whitcombe" or "Dear Whitcombe family"."""
    passage, families = grid.passage, grid.paired
    openings = sorted(place for word in passage.present & OPENINGS for place in passage.places(word))
    for at, (begin, end) in enumerate(openings):
        opening = Sentence(passage, end, min(end + _LONGEST, len(passage.spaced)))
        last = _addressee(opening, families)
        if last is None:
            continue
        start = opening.starts[last]
        following = (place for place, _ in openings[at + 1 :] if place > start)
        stop = min(start + _LETTER, next(following, len(passage.spaced)), len(passage.spaced))
        yield from in_letter(Sentence(passage, start, stop), roster, opening.words[last])
        if subject := _SUBJECT.search(passage.folded, max(begin - _LONGEST, 0), begin):
            line = Sentence(passage, subject.start(), begin)
            yield from of_family(line, roster, (opening.words[last], start), is_told=_is_subject)


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


def _is_subject(line: Sentence, at: int) -> bool:
    """Whether all that a letter is about is the one named there, or something of that one: "Re: Emma's absences"."""
    return at + 1 >= len(line) or line.is_possessive(at) or line.gap(at) in {"line", "break"}
