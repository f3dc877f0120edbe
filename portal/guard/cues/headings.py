"""What a list's head says of its lines: pupils, so that ordinary words are a name, or stops, so that they are none.

A head that says neither proves nothing, and the lines may be either.
"""

import re
from typing import Final

from portal.guard.text.folding import apart
from portal.guard.text.vocabulary import listed

_PUPILS: Final = listed("pupil-heads")
_FIRST: Final = listed("given-name-heads")
_LAST: Final = listed("family-name-heads")
_NAME: Final = listed("name-heads")
_TOLD: Final = listed("heads-beside-pupils")
_REST: Final = listed("other-head-words")
_WORDS: Final = _PUPILS | _FIRST | _LAST | _NAME | _TOLD | _REST
PUPIL_LABELS: Final = _PUPILS | _FIRST | _NAME
"""Words that may stand before a pupil's given name."""
_STOPS: Final = listed("stop-heads")
_OF_STOPS: Final = listed("words-beside-stops")
_TIMED: Final = listed("timetable-words")
"""What else the head of a timetable says, so that no other of its columns may hold a word, and no name."""
_HOUR: Final = re.compile(r"(?<![\w:.])[0-2]?[0-9][:.h][0-5][0-9](?::[0-5][0-9])?(?: ?[ap]\.?m?\b\.?)?(?!\.?[\w:])")
_FIGURE: Final = re.compile(r"(?<!\w)(?:[0-9]{1,3}[a-d]?|[ap]\.?m\.?|-+|x)(?!\w)")
_LONGEST: Final = 200  # characters of a line that may be a head; by eye
_MOST_LINES: Final = 40  # lines above that are looked at; by eye


def is_under_head(before: str) -> bool:
    """Whether the folded text before a line ends in rows of a list of pupils: a head, and nothing but short lines."""
    lines = (line for line in reversed(before.split("\n")) if line.strip())
    for _, line in zip(range(_MOST_LINES), lines, strict=False):
        if len(line) > _LONGEST or line.rstrip().endswith((".", "!", "?")):
            return False
        if _is_head(line):
            return True
    return False


def is_timetabled(before: str, line: str) -> bool:
    """Whether a folded line is a row of a timetable: hours, and one cell of words that stands below `Stop`.

    `before` is what stands above it. Every line between has to be such a row as well, or a part of the head, and the
    head has to be cells: a title that speaks of stops may stand above children.
    """
    column = _place_of_words(line)
    if column is None or _STOPS.isdisjoint(apart(before).split()):  # the latter spares a list a look at each row
        return False
    for above in filter(str.strip, reversed(before.split("\n"))):
        if _place_of_words(above) == column:
            continue
        cells = [{word for word in apart(cell).split() if not word.isdigit()} for cell in above.split("\t")]
        own = cells.pop(column) if column < len(cells) else set[str]()
        if not all(map(_TIMED.issuperset, cells)):
            return False
        if not _TIMED.issuperset(own):
            return any(cells) and own <= _STOPS | _OF_STOPS and not own.isdisjoint(_STOPS)
    return False


def _place_of_words(line: str) -> int | None:
    """Return in which cell of a row the only words stand, of a row of which another has an hour; else None."""
    cells = [_HOUR.sub("", cell) for cell in line.split("\t")]
    of_words = [at for at, cell in enumerate(cells) if _FIGURE.sub("", cell).strip()]
    if len(of_words) != 1 or "," in cells[of_words[0]]:
        return None
    others = zip(cells, line.split("\t"), strict=True)
    return of_words[0] if any(cell != whole for at, (cell, whole) in enumerate(others) if at != of_words[0]) else None


def _is_head(line: str) -> bool:
    return _is_plain_head(line) or ("\t" in line and _is_head_of_cells(line))


def _is_head_of_cells(line: str) -> bool:
    """Whether one cell of a row is a pupil's name, or two are its halves, whatever the others are for.

    "Students" alone is how many a school has.
    """
    cells = [{*apart(cell).split()} for cell in line.split("\t")]
    known = [cell for cell in cells if cell and cell <= _PUPILS | _FIRST | _LAST | _NAME]
    held = set[str]().union(*known)
    is_of_pupils = any(cell & _PUPILS and not all(word.endswith("s") for word in cell) for cell in known)
    return is_of_pupils or (len(known) > 1 and bool(held & _FIRST and held & _LAST))


def _is_plain_head(line: str) -> bool:
    words = [word for word in apart(line).split() if not word.isdigit()]
    if not words or not all(word in _WORDS for word in words):
        return False
    held = set(words)
    is_of_names = bool(held & _FIRST and held & _LAST) or bool(held & _NAME and held & _TOLD)
    return bool(held & _PUPILS) or is_of_names
