"""Whether figures that a text only means may be a number of the roster: told before anything is made of them."""

from typing import Final

from portal.guard.roster.contacts import PHONE_DIGITS
from portal.guard.roster.index import Roster

_FEWEST: Final = 5
_LONGEST: Final = 15


def may_be_known(figures: str, roster: Roster) -> bool:
    """Whether some of these figures in a row are a student number, or what a phone number ends in."""
    numbers = roster.numbers
    for start in range(len(figures) - _FEWEST + 1):
        end = figures[start : start + PHONE_DIGITS]
        if len(end) == PHONE_DIGITS and end in roster.phone_ends:
            return True
        pieces = (figures[start:stop] for stop in range(start + _FEWEST, min(start + _LONGEST, len(figures)) + 1))
        if any(piece in numbers.strong or piece in numbers.weak for piece in pieces):
            return True
    return False
