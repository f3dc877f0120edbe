"""What the guard looked at and why it said what it said, kept only where somebody asks (`portal guard explain`).

It holds words of the file, so it is shown to whoever asked and goes nowhere else.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from portal.guard.evidence.hits import Sign
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.view_ids import View
from portal.guard.evidence.weigh import but_for

Key = tuple[str, str, str]
"""Where a sign stands, its kind and its text, by which signs are told apart."""


class Stretch(NamedTuple):
    """Words of a file as one view shows them; `line` counts from 1 in what was searched at once, 0 if it is unknown."""

    where: str
    view: View
    text: str
    line: int = 0


@dataclass(slots=True)
class Trace:
    """All candidates of one file, in the order in which they were met, each once.

    `hits` are the signs with where they stand. `dropped` are pairs of words that are no name, with places in
    `Roster.names` and the veto. When all of the file is weighed, `kept` holds the signs that count, and `vetoes` why
    others do not. What is in `off` is switched off, to learn what it decides (`make ablate`): rules make no hit, cues
    have no weight, vetoes drop nothing.
    """

    where: str = ""
    hits: dict[tuple[Stretch, Sign], None] = field(default_factory=dict)
    dropped: dict[tuple[Stretch, tuple[int, ...], Rule], None] = field(default_factory=dict)
    kept: dict[Key, Sign] = field(default_factory=dict)
    vetoes: dict[Key, Rule] = field(default_factory=dict)
    off: frozenset[Rule] = frozenset()

    def add(self, stretch: Stretch, sign: Sign) -> None:
        """Keep a hit."""
        self.hits[stretch, sign] = None

    def drop(self, stretch: Stretch, names: Collection[int], veto: Rule) -> None:
        """Keep a candidate that is no hit."""
        self.dropped[stretch, tuple(names), veto] = None

    def veto_others(self, before: Iterable[Sign], after: Iterable[Sign], veto: Rule) -> None:
        """Tell of signs that one step left out which step it was."""
        left = {key_of(sign) for sign in after}
        for key in map(key_of, before):
            if key not in left:
                self.vetoes.setdefault(key, veto)

    def left(self, signs: Iterable[Sign]) -> list[Sign]:
        """Return signs without those of rules that are off, and as sure as they are without the cues that are off."""
        left = []
        for sign in signs:
            if sign.rule not in self.off:
                strength, cues = but_for(self.off, sign.strength, sign.cues)
                left.append(sign._replace(strength=strength, cues=cues))
        return left


def is_on(trace: Trace | None, rule: Rule) -> bool:
    """Whether a rule, cue or veto is not switched off. Asked only where it would decide something."""
    return trace is None or rule not in trace.off


def key_of(sign: Sign) -> Key:
    """Return by what a sign is told from others."""
    return sign.where, sign.kind, sign.text
