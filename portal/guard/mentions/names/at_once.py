"""Names whose words stand side by side in a line: told at once, of a list that is only counted."""

from collections.abc import Iterator
from operator import add

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid
from portal.guard.roster.index import Roster


@detector(Rule.NAME_AT_ONCE)
def names_in_lines(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield whom words side by side in a line name, in either order, if they can be nothing else; not where.

    Of names that lie within each other the longest counts; but nothing around them is asked.
    """
    passage = grid.passage
    joined, end = roster.joined.keys(), 0
    for line in passage.folded.split("\n"):
        start, end = end + 1, end + 1 + len(line)  # `spaced` begins one blank earlier
        words = passage.spaced[start:end].split()
        pairs = list(map(add, words, words[1:]))
        threes = list(map(add, pairs, words[2:]))
        here = joined & {*pairs, *threes, *map(add, threes, words[3:])}
        for joint in sorted(here):
            names = roster.joined[joint]
            is_part = len(here) > 1 and any(joint in other for other in here - {joint})
            if not is_part and not any(roster.names[at].may_be_words for at in names):
                yield Hit(frozenset(), names, (), Rule.NAME_AT_ONCE)
