"""Whether thin straight lines are those of forms and tables, and not the strokes of large letters. Pure arithmetic.

Letters have strokes that end in the open (E, F, H, L, T) or, drawn as an outline, corners that go inwards. A table
has neither: each of its lines ends at another one, and four of them go all around it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import Mask, joined

_NEAR: Final = 8  # pixels, or a `_PAGE`th of a page: what is as near touches; by eye
_PAGE: Final = 200  # parts of a page's longer side, one of which is as near; by eye
_LONG: Final = 0.5  # share of a page: no letter has a stroke as long that has others of its word beside it; by eye


@dataclass(frozen=True, slots=True)
class Rule:
    """A line on a page laid level: the row (or column) it is in, and from where to where it goes."""

    at: float
    start: float
    end: float
    is_down: bool

    @property
    def length(self) -> float:
        """In pixels."""
        return self.end - self.start


def are_no_letters(rules: Sequence[Rule], size: tuple[int, int]) -> bool:
    """Whether lines that touch others make a closed table, or go over half of a page of `size`.

    Lines across that touch none are what forms have to write on; one that goes down and touches none is a stem.
    """
    near = _near(size)
    down = np.array([rule.is_down for rule in rules], dtype=bool)
    at, start, end = np.array([(rule.at, rule.start, rule.end) for rule in rules]).T
    touches = (down[:, None] != down) & (at[:, None] >= start - near) & (at[:, None] <= end + near)
    touches &= touches.T
    one, other = np.nonzero(touches)
    label = joined(len(rules), one, other)
    is_long = end - start >= _LONG * np.where(down, size[1], size[0])
    for group in np.unique(label):
        here = np.flatnonzero(label == group).tolist()
        if (len(here) == 1 and not down[here].any()) or is_long[here].all():
            continue
        if not _is_closed([rules[number] for number in here], touches[np.ix_(here, here)], near):
            return False
    return True


def mended(rules: Sequence[Rule], size: tuple[int, int]) -> Iterator[Rule]:
    """Join lines that go on where another one ends, and those that were found twice."""
    near = _near(size)
    left = sorted(rules, key=lambda rule: rule.start)
    while left:
        rule, *others = left
        left = []
        for other in others:
            goes_on = other.is_down == rule.is_down and abs(other.at - rule.at) <= near / 2
            if goes_on and other.start <= rule.end + near:
                rule = replace(rule, end=max(rule.end, other.end))
            else:
                left.append(other)
        yield rule


def _near(size: tuple[int, int]) -> float:
    return max(_NEAR, max(size) / _PAGE)


def _is_closed(rules: Sequence[Rule], touches: Mask, near: float) -> bool:
    """Whether each ends at one that it touches, and some go all along each of the four sides."""
    at = np.array([rule.at for rule in rules])
    for rule, touched in zip(rules, touches, strict=True):
        if not all(np.any(np.abs(at[touched] - edge) <= near) for edge in (rule.start, rule.end)):
            return False
    for is_down in (False, True):
        along, ends = [rule for rule in rules if rule.is_down == is_down], at[[r.is_down != is_down for r in rules]]
        whole = [r.at for r in along if r.start <= ends.min() + near and r.end >= ends.max() - near]
        if not whole or min(whole) > min(r.at for r in along) + near or max(whole) < max(r.at for r in along) - near:
            return False
    return True
