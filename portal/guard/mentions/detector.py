"""The one signature of all that finds people in a text."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster

Found_co = TypeVar("Found_co", covariant=True)
"""A `Hit`, if names are found, which may lie within each other; else a `Sign`."""


@dataclass(slots=True, eq=False)
class Detector(Generic[Found_co]):
    """A way to find people, the rules it finds them by, and what has to stand in a text for it to find anything."""

    detect: Callable[[Grid, Roster], Iterable[Found_co]]
    rules: tuple[Rule, ...]
    needs: int = Need.NOTHING


def detector(
    *rules: Rule, needs: int = Need.NOTHING
) -> Callable[[Callable[[Grid, Roster], Iterable[Found_co]]], Detector[Found_co]]:
    """Declare the function below to be a detector: it makes hits of these rules, if what it needs stands there."""
    return lambda detect: Detector(detect, rules, needs)


def found_by(detectors: Iterable[Detector[Found_co]], grid: Grid, roster: Roster) -> Iterator[Found_co]:
    """Yield all that detectors find in a text. Of those that need what is not there none is asked."""
    held = grid.holds
    for one in detectors:
        if one.needs & held == one.needs:
            yield from one.detect(grid, roster)
