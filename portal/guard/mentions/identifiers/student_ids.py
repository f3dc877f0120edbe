"""Student numbers of the roster."""

from collections.abc import Iterator

from portal.guard.evidence.hits import Sign
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.roster.named_among import is_named
from portal.guard.text.folding import apart


@detector(
    Rule.NUMBER_EXACT,
    Rule.NUMBER_NAMED,
    Rule.NUMBER_LABELLED,
    Rule.NUMBER_PARTS,
    Rule.NUMBER_PADDED,
    Rule.NUMBER_GROUPED,
    needs=Need.DIGITS,
)
def student_ids(grid: Grid, roster: Roster) -> Iterator[Sign]:
    """Yield the student numbers in a text."""

    def is_named_on(line: str, person: int) -> bool:
        return is_named(roster, person, set(apart(line).split()))

    for number, bearers, rule in roster.numbers.found_in(grid.passage, is_named_on):
        yield Sign("", "student-number", number, bearers, rule)


@detector(Rule.NUMBER_EXACT, needs=Need.DIGITS)
def student_ids_at_once(grid: Grid, roster: Roster) -> Iterator[Sign]:
    """Yield the long student numbers that stand as words of their own: enough to count who is on a list."""
    for number in sorted(grid.passage.present & roster.numbers.strong.keys()):
        yield Sign("", "student-number", number, roster.numbers.strong[number], Rule.NUMBER_EXACT)
