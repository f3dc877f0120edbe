"""The only place that says how sure a hit is: what its rule says by itself, and what each cue makes of that.

A detector tells a rule, and cues in the order in which they count. No other module of the guard names a strength.
"""

from collections.abc import Collection
from typing import Final, Literal, NamedTuple

from portal.guard.evidence.rule_ids import Rule

Strength = Literal["weak", "row", "sure"]
"""A `weak` sign needs a second one of that person or family; one that is a `row` counts in a list, too."""
STRENGTHS: Final[tuple[Strength, ...]] = ("weak", "row", "sure")
SURE: Final[Strength] = "sure"

BY_ITSELF: Final[dict[Rule, Strength]] = {
    Rule.NAME_NEAR: "weak",
    Rule.NAME_INITIALS: "weak",
    Rule.NAME_CALLED: "weak",
}
"""How sure a rule's hit is before any cue; every other rule's is sure."""
AT_MOST: Final[dict[Rule, Strength]] = {
    Rule.CUE_ORDINARY: "weak",
    Rule.CUE_SECOND_GIVEN: "weak",
    Rule.CUE_OTHER_FAMILY: "weak",
    Rule.CUE_GIVEN_LIST: "weak",
    Rule.CUE_PLACE: "weak",
    Rule.CUE_TITLE: "weak",
    Rule.CUE_BRIEF: "weak",
    Rule.CUE_GUESSED_MARKS: "weak",
    Rule.CUE_OTHER_MARKS: "weak",
    Rule.CUE_NAMESAKE: "row",
    Rule.CUE_COLLEAGUE: "weak",
    Rule.CUE_SHARED: "row",
    Rule.CUE_MANY: "weak",
}
"""Cues that make a hit less sure, and how sure it is with them at the most."""
AT_LEAST: Final[dict[Rule, Strength]] = {
    Rule.CUE_ROW: "row",
    Rule.CUE_ITEM: "row",
    Rule.CUE_EXACT_MARKS: "sure",
    Rule.CUE_PART: "sure",
    Rule.CUE_TOLD: "sure",
    Rule.CUE_FULL_INITIALS: "sure",
    Rule.CUE_FAMILY: "sure",
    Rule.CUE_LIST: "sure",
}
"""Cues that make a hit surer, and how sure it is with them at the least."""
_IN_ROWS: Final[dict[tuple[Rule, Rule], Strength]] = {
    (Rule.NAME_STACKED, Rule.CUE_ORDINARY): "row",
    (Rule.NAME_HEAD, Rule.CUE_ORDINARY): "row",
    (Rule.NAME_CELLS, Rule.CUE_BRIEF): "row",
}
"""What a cue leaves of the hits of a rule that finds rows, where that is more than of others."""
_OF_CHILDREN: Final[dict[Rule, Strength]] = {Rule.CUE_COLLEAGUE: "row"}
"""What a cue leaves of a child's name, where that is more than of a guardian's."""


class Cue(NamedTuple):
    """Something that changed how sure a hit is, by so many steps of `STRENGTHS`: -2 makes a sure hit a weak one."""

    rule: Rule
    weight: int


Cues = tuple[Cue, ...]


class Weighed(NamedTuple):
    """How sure a hit is, and the cues that changed it."""

    strength: Strength
    cues: Cues


def is_sure(strength: Strength) -> bool:
    """Whether a hit counts by itself."""
    return strength == "sure"


def is_row(strength: Strength) -> bool:
    """Whether a hit counts beside others of a list."""
    return strength == "row"


def weigh(rule: Rule, *cues: Rule) -> Weighed:
    """Return how sure a hit of a rule is with these cues."""
    return reweigh(rule, BY_ITSELF.get(rule, "sure"), (), cues)


def reweigh(rule: Rule, strength: Strength, told: Cues, cues: Collection[Rule], *, of_child: bool = False) -> Weighed:
    """Return how sure a hit is with more cues than were told. One that changes nothing is none."""
    step = STRENGTHS.index(strength)
    for cue in cues:
        special = _IN_ROWS.get((rule, cue)) or (_OF_CHILDREN.get(cue) if of_child else None)
        bound = STRENGTHS.index(special or AT_MOST.get(cue) or AT_LEAST[cue])
        after = min(step, bound) if cue in AT_MOST else max(step, bound)
        if after != step:
            told = (*told, Cue(cue, after - step))
            step = after
    return Weighed(STRENGTHS[step], told)


def but_for(off: Collection[Rule], strength: Strength, cues: Cues) -> tuple[Strength, Cues]:
    """Return a strength and its cues as they would be if some cues had no weight."""
    lost = sum(cue.weight for cue in cues if cue.rule in off)
    step = STRENGTHS.index(strength) - lost
    return STRENGTHS[min(max(step, 0), len(STRENGTHS) - 1)], tuple(cue for cue in cues if cue.rule not in off)
