"""Whether figures in one that stand beside names are phone numbers: 20417731 is dialled in Denmark.

It may as well be how many live in a town, or the number of a book, which one row cannot tell. A list of them does: of
other numbers about every third begins with a 1 (Benford's law), as no phone number does that is written in one.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import Final

_IN_ONE: Final = re.compile("[1-9][0-9]{6,7}|[1-58][0-9]{8}")
"""Others of nine figures, and those of ten and more, are seldom anything else."""
_DIGITS_OF_BOOK: Final = 10  # digits of an ISBN-10; by definition
_LONGEST: Final = 9  # digits of a phone number in Malaysia without its zero; by definition
_MANY: Final = 8
"""Numbers of anything, of which hardly ever none begins with a 1; by eye."""
_FEWEST_IN_ORDER: Final = 6
"""So many phone numbers hardly ever stand in order by chance; by eye."""


def may_be_counted(digits: str) -> bool:
    """Whether digits may be a phone number and anything else."""
    return _IN_ONE.fullmatch(digits) is not None or _is_of_book(digits)


def how_many_are_dialled(rows: Sequence[Sequence[str]]) -> int:
    """Return how many of the rows of a list have figures at one place that are phone numbers there."""
    columns = ([figures for figures in column if figures] for column in zip_longest(*rows, fillvalue=""))
    return max((len(column) for column in columns if _are_dialled(column)), default=0)


def _are_dialled(column: Sequence[str]) -> bool:
    """Whether figures are no counts and no books' numbers: of one length, or many, and with no 1 before them."""
    of_all = len(column)
    if 2 * sum(figures.endswith("00") or _is_of_book(figures) for figures in column) >= of_all:
        return False
    if of_all >= _FEWEST_IN_ORDER and all(int(one) >= int(other) for one, other in pairwise(column)):
        return False
    begun = Counter(figures[0] for figures in column)
    ((length, alike),) = Counter(map(len, column)).most_common(1)
    if begun["1"] == of_all and length == _LONGEST:
        return True  # in Malaysia, when a workbook took the zero away
    if 5 * alike >= 4 * of_all:
        return 10 * begun["1"] < of_all
    return "1" not in begun and (of_all >= _MANY or len(begun) == 1)


def _is_of_book(digits: str) -> bool:
    """Whether ten digits are a book's number (ISO 2108:1992, as it was until 2006), by the last one."""
    if len(digits) != _DIGITS_OF_BOOK or digits[0] not in "01" or not digits.isdigit():
        return False
    return sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0
