"""A given and a family name near each other: by a word of the family name first, then what is near it."""

from collections.abc import Iterator, Mapping
from typing import Final

from portal.guard.cues.cell_names import name_in_cells
from portal.guard.cues.matching import check
from portal.guard.cues.neighbours import Neighbours
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence

_REACH: Final = 150  # characters on either side of a family name; by eye
_REACH_IN_ROW: Final = 500  # characters on either side, in a text with cells; by eye


@detector(
    Rule.NAME_FULL,
    Rule.NAME_PARTIAL,
    Rule.NAME_MIDDLE,
    Rule.NAME_CLASS,
    Rule.NAME_CELLS,
    Rule.NAME_SIBLINGS,
    Rule.NAME_KIN,
    Rule.NAME_NEAR,
    needs=Need.PAIR,
)
def names_of_two_words(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names of which a given and a family word stand in one sentence or row; of a long text around these."""
    for sentence in (grid.whole,) if grid.whole else _neighbourhoods(grid.passage, grid.paired, roster):
        yield from _in_sentence(sentence, roster, grid.partners)


def _neighbourhoods(passage: Passage, families: frozenset[str], roster: Roster) -> Iterator[Sentence]:
    """Yield the stretches around family words that have a given name of theirs near, those that touch as one."""
    reach = _REACH_IN_ROW if "\t" in passage.folded else _REACH
    low = high = -1
    for start, end in passage.places_of(families):
        near = passage.spaced[max(start - reach, 0) : end + reach].split()
        if roster.by_family[passage.folded[start:end]].keys().isdisjoint(near):
            continue
        if start - reach > high:
            if high >= 0:
                yield _stretch(passage, low, high)
            low = max(start - reach, 0)
        high = end + reach
    if high >= 0:
        yield _stretch(passage, low, high)


def _stretch(passage: Passage, low: int, high: int) -> Sentence:
    """Cut out a stretch, at blanks."""
    spaced = passage.spaced
    low = spaced.rfind(" ", 0, low) if low > 0 else 0
    high = spaced.find(" ", min(high, len(spaced) - 1))
    return Sentence(passage, max(low, 0), high if high >= 0 else len(spaced))


def _in_sentence(sentence: Sentence, roster: Roster, partners: Mapping[str, set[str]]) -> Iterator[Hit]:
    """Find names whose words are near; then in rows those in cells apart, but for words that are a name already.

    `partners` are the given words here by a family word.
    """
    apart, taken = list[tuple[int, int]](), set[int]()
    for at, near in Neighbours(sentence, partners).families():
        apart += [(other, at) for other, is_apart in reversed(near) if is_apart]
        hits = _near(sentence, roster, at, [other for other, is_apart in near if not is_apart])
        for hit in hits:
            if hit.is_sure:
                taken.update(hit.at)
        yield from hits
    for other, at in apart:
        if sentence.starts[other] not in taken or sentence.starts[at] not in taken:
            yield from check(sentence, roster, other, at)


def _near(sentence: Sentence, roster: Roster, at: int, near: list[int]) -> list[Hit]:
    """Find the names of a family word and given words near it."""
    whole: Hit | None = None
    found, done = list[list[Hit]](), 0
    for other in reversed(near):  # a whole name before a part of it
        if other < done:
            continue
        if whole is None and (told := name_in_cells(sentence, roster, other, at)):
            hits, done = [told[0]], told[1]
        else:
            hits = check(sentence, roster, other, at, whole)
        found.append(hits)
        whole = next((hit for hit in reversed(hits) if hit.exact and hit.is_sure), whole)
    return [hit for hits in reversed(found) for hit in hits]
