"""Names of two to four letters in scripts that put no blanks between words (Han, kana, hangul)."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.lexicon import entries
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster

_SHORTEST_SPACED_OUT: Final = 3  # characters of a name with blanks between; by eye
_SPACED: Final = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_SPACED_OUT: Final = re.compile(rf"{_SPACED}(?<![^\W\d_].)(?:[ \t\n]{{1,3}}{_SPACED}){{2,39}}(?![^\W\d_])")
"""Letters that need no blanks between, one by one. What stands before the first is asked behind it, which is faster."""
_HAN: Final = "[\u3400-\u9fff]"
_CUT: Final = re.compile(rf" {{0,4}}\n {{0,4}}|(?<={_HAN}) (?={_HAN})")
"""Where a line of Chinese ends anywhere, or somebody put a blank behind a family name within a sentence."""
_HAN_ENDS: Final = re.compile(rf"{_HAN}+\Z")
_HAN_BEGINS: Final = re.compile(rf"{_HAN}+")
_LONGEST: Final = 5  # characters of a name; by eye
_WORDS: Final = frozenset(entries("words-around-names"))
"""Words that end in what is a family name as well, before the end of a line."""
_AFTER_NAMES: Final = "".join(entries("letters-behind-names"))
_TITLES: Final = frozenset(entries("titles-without-blanks"))
_AND: Final = "".join(entries("and-without-blanks"))
_BEFORE_NAMES: Final = "".join(entries("letters-before-names"))


@detector(Rule.NAME_UNSPACED, Rule.NAME_SPREAD, needs=Need.OTHER_LETTERS)
def names_unspaced(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Find names in text without blanks between words. One of two letters must begin or end where such text does."""
    starts = roster.unspaced_starts
    if starts is None:
        return
    text = grid.passage.folded
    for start, name in _unspaced_in(text, roster, starts):
        if len(name) > 2 or _is_bounded(text, start, start + len(name)):
            yield Hit(frozenset(range(start, start + len(name))), (roster.unspaced[name],), (), Rule.NAME_UNSPACED)
    for run in _SPACED_OUT.finditer(text):
        yield from _in_spaced_out(run, roster, starts)
    for cut in _CUT.finditer(text):
        yield from _over_cut(text, cut.span(), roster, starts)


def _unspaced_in(text: str, roster: Roster, starts: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield where names stand in text without blanks: all that begin at a letter, the longest first."""
    for found in starts.finditer(text):
        start = found.start()
        for length in roster.unspaced_lengths:
            if (name := text[start : start + length]) in roster.unspaced:
                yield start, name


def _in_spaced_out(run: re.Match[str], roster: Roster, starts: re.Pattern[str]) -> Iterator[Hit]:
    """Find names whose letters stand apart, as a form or a seating plan spreads them: 王 小 明."""
    places = [run.start() + at for at, letter in enumerate(run[0]) if not letter.isspace()]
    for start, name in _unspaced_in("".join(run[0].split()), roster, starts):
        if len(name) >= _SHORTEST_SPACED_OUT:
            yield Hit(frozenset(places[start : start + len(name)]), (roster.unspaced[name],), (), Rule.NAME_SPREAD)


def _is_bounded(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if text[end + 1 : end + 3] in _TITLES and after not in _AND:
        return False  # the title stands behind one letter more: a longer name
    return not before.isalpha() or not after.isalpha() or before in _BEFORE_NAMES or after in _AFTER_NAMES


def _over_cut(text: str, cut: tuple[int, int], roster: Roster, starts: re.Pattern[str]) -> Iterator[Hit]:
    """Find names of three letters or more of which the end of one line or word is the beginning."""
    low, high = max(cut[0] - _LONGEST, 0), cut[1] + _LONGEST
    before, after = _HAN_ENDS.search(text, low, cut[0]), _HAN_BEGINS.match(text, cut[1], high)
    if not before or not after:
        return
    places = [*range(*before.span()), *range(*after.span())]
    for start, name in _unspaced_in(before[0] + after[0], roster, starts):
        is_over = start < len(before[0]) < start + len(name)
        is_word = start == len(before[0]) - 1 and before[0][-2:] in _WORDS
        if len(name) >= _SHORTEST_SPACED_OUT and is_over and not is_word:
            yield Hit(frozenset(places[start : start + len(name)]), (roster.unspaced[name],), (), Rule.NAME_SPREAD)
