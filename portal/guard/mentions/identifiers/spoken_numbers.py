"""Phone and student numbers told in words, whole or in part: "two one zero, 644 six two six two", 二一零六四四."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import Final

import numpy as np

from portal.guard.lexicon import by_language, rows
from portal.guard.roster.index import Roster
from portal.guard.roster.known_numbers import may_be_known
from portal.guard.text.number_words import FIGURES, SHORTEST, figures_of_words
from portal.guard.views.passages import Passage
from portal.guard.views.respelled import Meant, rewritten

_REPEATED: Final = {word: int(times) for times, word in rows("repeated")}
_MARKS: Final = r"[ \t\n,.()/\u00b7-]"
_OF_LETTERS: Final = tuple(
    {letter: str(at) for row in of_language for at, letter in enumerate(row.split())}
    for of_language in by_language("digits-without-blanks").values()
)
_IN_LETTERS: Final = tuple(
    re.compile(f"[{''.join(known)}0-9](?:{_MARKS}{{0,3}}[{''.join(known)}0-9]){{4,}}") for known in _OF_LETTERS
)
_FEWEST, _LONGEST = 5, 15
_NEAR: Final = 5
_BACK: Final = 30
_BRIEF: Final = (
    f"(?:{'|'.join(way for word in figures_of_words() if len(word) < SHORTEST for way in (word, word[::-1]))})"
)
"""Words of two letters, either way round: they are numbers beside others alone."""
_AT_FIGURE: Final = re.compile(rf"{_MARKS}*(?:{_BRIEF}{_MARKS}+)?[0-9]")
_BEFORE: Final = re.compile(rf"(?:{_MARKS}{{0,4}}[0-9]+)*")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds one number in words or figures, and a row of them."""
    told = "|".join(sorted((phrase.replace(" ", r"[\s-]") for phrase in figures_of_words()), key=len, reverse=True))
    one = rf"(?:(?P<times>{'|'.join(_REPEATED)})[ -])?(?:(?P<told>{told})(?![^\W_])|(?P<plain>[0-9]+))"
    bare = re.sub(r"\?P<[a-z]+>", "?:", one)
    return re.compile(one), re.compile(rf"{bare}(?:{_MARKS}{{1,4}}{bare})+")


def numbers_in_words(passage: Passage, roster: Roster) -> Iterator[Passage]:
    """Yield what is around known numbers told in words, with their figures instead: at one, and by their groups."""
    every = [*_in_words(passage), *_in_letters(passage)]
    found = sorted(one for one in every if may_be_known("".join(one[2]), roster))
    if found:
        yield from rewritten(passage, [Meant(start, end, "".join(groups)) for start, end, groups in found])
        yield from rewritten(passage, [Meant(start, end, " ".join(groups)) for start, end, groups in found])


def _in_words(passage: Passage) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the numbers of which words stand in a row, with the figures of each word."""
    present = passage.present & FIGURES
    done, row = 0, _patterns()[1]
    for start in neighbours(passage, present) if present else ():
        if start < done:
            continue
        before = _BEFORE.match(passage.folded[max(start - _BACK, done) : start][::-1].lstrip(" ,.-()"))
        low = start
        if before and before[0]:
            low = passage.folded.rfind(before[0][::-1], max(start - _BACK, done), start)
        run = row.match(passage.folded, low)
        if run is None:
            continue
        done = run.end()
        yield from _by_lines(run, _told)


def _told(text: str) -> list[str]:
    """Return the figures of each word, or of some words in a row that are one number."""
    known = figures_of_words()
    return [
        (word["plain"] or known[re.sub(r"[\s-]", " ", word["told"])]) * _REPEATED.get(word["times"] or "", 1)
        for word in _patterns()[0].finditer(text)
    ]


def _by_lines(run: re.Match[str], groups_of: Callable[[str], list[str]]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the number that a row of words is; of more figures than one has, each line by itself."""
    is_one = sum(map(len, groups_of(run[0]))) <= _LONGEST
    for line in re.finditer(r"(?s:.+)" if is_one else ".+", run[0]):
        groups = groups_of(line[0])
        if _may_be_number(groups):
            yield run.start() + line.start(), run.start() + line.end(), groups


def neighbours(passage: Passage, words: Collection[str]) -> Iterator[int]:
    """Yield where those of some words begin that have another, or a figure, right before or behind: few have."""
    (starts, ends), text = passage.spans_of(words), passage.folded
    are_near = starts[1:] - ends[:-1] <= _NEAR
    beside = np.append(are_near, [False]) | np.append(starts[:1] <= 0, are_near)
    may_be = beside | passage.have_digits(ends, ends + _NEAR) | passage.have_digits(starts - _NEAR, starts)
    some = np.flatnonzero(may_be)
    for start, end, is_beside in zip(*(each.take(some).tolist() for each in (starts, ends, beside)), strict=True):
        if is_beside or _is_at_figure(text[max(start - _NEAR, 0) : start], text[end : end + _NEAR]):
            yield start


@lru_cache(maxsize=1 << 12)
def _is_at_figure(before: str, after: str) -> bool:
    """Whether a figure stands right before or behind a word, or but for a word of two letters, which may be one."""
    return bool(_AT_FIGURE.match(after) or _AT_FIGURE.match(before[::-1]))


def _may_be_number(groups: Iterable[str]) -> bool:
    """Whether figures are enough for a number, and not those by which one counts: "one, two, three, four, five"."""
    figures = "".join(groups)
    steps = {int(later) - int(one) for one, later in pairwise(figures)}
    return len(figures) >= _FEWEST and not (len(steps) == 1 and steps <= {-1, 1})


def _in_letters(passage: Passage) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the numbers in figures of Chinese, or in Korean ones by their sound."""
    if passage.is_latin:
        return
    for known, pattern in zip(_OF_LETTERS, _IN_LETTERS, strict=True):
        for run in pattern.finditer(passage.folded):
            if any(letter in known for letter in run[0]):
                yield from _by_lines(run, partial(_spelled, known))


def _spelled(known: Mapping[str, str], text: str) -> list[str]:
    return re.findall("[0-9]+", "".join(known.get(letter, letter) for letter in text))
