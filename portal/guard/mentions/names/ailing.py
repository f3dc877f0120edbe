"""Children written by initials alone before what ails them: "A. R., asthma".

Narrow, for a large school has a child of any initials: they have stops, begin a line, a cell or an item, or stand
behind "student", are no abbreviation, and a short note with a word for an ailment is all that follows.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from portal.guard.cues.bare_initials import DOTTED, letters_of, may_stand_for
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.lists.column_words import SAID
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid
from portal.guard.roster.index import Roster
from portal.guard.text.folding import fold
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage

_PUPIL: Final = listed("pupil-words")
_ABBREVIATIONS: Final = listed("abbreviations")
_BEFORE: Final = 24  # characters; by eye
_BEHIND: Final = 64
"""Characters before initials that tell whether they begin something, and behind them that hold a note; by eye."""
_BEGINS: Final = re.compile(r"[\n\t|;][ *\u2022\d.)#-]{0,6}\Z")
_NOTE: Final = re.compile(r" ?[:,(|\t\u2013\u2014-][ (|]*([^\n\t|;()]{3,48}?)(?:[.;)|\t\n]|\Z)")
_SENTENCE: Final = re.compile(r" ([^\n\t|;()]{3,48}?)(?:[.;)|\t\n]|\Z)")
"""What follows where a word for a pupil stands before: "Student K.J. has autism"."""
_MOST_WORDS: Final = 5  # words of a note; by eye
_APART: Final = 3
"""Letters from one initial to the next: a stop and a blank are between; by definition."""


@detector(Rule.NAME_AILING)
def names_before_ailments(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the children who may be meant by initials before a note of what ails them."""
    passage = grid.passage
    alone = passage.capitals_alone
    if not any(after - at <= _APART for at, after in pairwise(alone)):
        return
    found = [hit for at in alone if (hit := _initials_at(passage, at))]
    letters = {one for one, _ in found}
    whose = {one: tuple(_children(roster, one)) for one in letters}
    for one, places in found:
        if whose[one]:
            yield Hit(places, (), whose[one], Rule.NAME_AILING)


def _initials_at(passage: Passage, at: int) -> tuple[str, frozenset[int]] | None:
    """Return the initials that begin at a letter before such a note, and where they stand."""
    text = passage.cased
    if not (written := DOTTED.match(text, at)) or not _begins(text, at):
        return None
    behind, is_pupil = text[written.end() : written.end() + _BEHIND], _is_behind_pupil(text, at)
    is_abbreviation = letters_of(written[0]) in _ABBREVIATIONS
    note = None if is_abbreviation and not is_pupil else _NOTE.match(behind)
    note = _SENTENCE.match(behind) if note is None and is_pupil and not is_abbreviation else note
    if note is None or len(note[1].split()) > _MOST_WORDS or "health" not in SAID.kinds_in(fold(note[1])):
        return None
    places = [at + offset for offset, letter in enumerate(written[0]) if letter.isalpha()]
    return letters_of(written[0]), frozenset(places)


def _begins(text: str, at: int) -> bool:
    before = text[at - _BEFORE : at] if at > _BEFORE else f"\n{text[:at]}"
    return _BEGINS.search(before) is not None or _is_behind_pupil(text, at)


def _is_behind_pupil(text: str, at: int) -> bool:
    last = text[max(at - _BEFORE, 0) : at].rpartition("\n")[2].split()[-1:]
    return bool(last) and fold(last[0].strip(":#")) in _PUPIL


def _children(roster: Roster, letters: str) -> Iterator[int]:
    for at, name in enumerate(roster.names):
        if may_stand_for(letters, name) and any(roster.are_children[bearer] for bearer in name.bearers):
            yield at
