"""What a hit is, how sure it is, and what made it so: the rule that found it, then each cue with its weight."""

from collections.abc import Collection
from typing import Final, Literal, NamedTuple

from portal.guard.evidence.rule_ids import Rule

Strength = Literal["sure", "row", "weak"]
"""A `weak` sign needs a second one of that person or family; one that is a `row` counts in a list, too."""
STRENGTHS: Final[tuple[Strength, ...]] = ("weak", "row", "sure")


class Cue(NamedTuple):
    """Something that changed how sure a hit is, by so many steps of `STRENGTHS`: -2 makes a sure hit a weak one."""

    rule: Rule
    weight: int


Cues = tuple[Cue, ...]
SignKind = Literal["child-name", "guardian-name", "e-mail", "phone", "student-number", "birth-date"]


def shift(rule: Rule, before: Strength, after: Strength) -> Cues:
    """Return the cue by which a hit got another strength; none where it kept its own."""
    weight = STRENGTHS.index(after) - STRENGTHS.index(before)
    return (Cue(rule, weight),) if weight else ()


def lowered(rule: Rule, *, to: Strength = "weak") -> tuple[Strength, Cues]:
    """Return the strength of a hit that would be sure but for one cue, with that cue."""
    return to, shift(rule, "sure", to)


def but_for(off: Collection[Rule], strength: Strength, cues: Cues) -> tuple[Strength, Cues]:
    """Return a strength and its cues as they would be if some cues had no weight."""
    lost = sum(cue.weight for cue in cues if cue.rule in off)
    step = STRENGTHS.index(strength) - lost
    return STRENGTHS[min(max(step, 0), len(STRENGTHS) - 1)], tuple(cue for cue in cues if cue.rule not in off)


SURE: Final[tuple[Strength, Cues]] = ("sure", ())
"""The strength of a hit that no cue makes less sure."""


class Sign(NamedTuple):
    """Something that belongs to a person, or to one of several. `is_own` when it is the organisation's as well.

    `bearers` are places in `Roster.people`, the likeliest first; `text` only tells signs apart. `rule` found it, `cues`
    changed how sure it is. `written` are the folded words of a name that stands there in part.
    """

    where: str
    kind: SignKind
    text: str
    bearers: tuple[int, ...]
    rule: Rule
    strength: Strength = "sure"
    cues: Cues = ()
    is_own: bool = False
    written: tuple[str, ...] = ()

    @property
    def is_own_contact(self) -> bool:
        """Whether it is an address or a phone that the organisation has as well."""
        return self.is_own and self.kind in {"e-mail", "phone"}
