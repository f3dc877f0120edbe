"""The words around a possible name, and what stands between them."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable
from functools import cached_property, lru_cache
from typing import Final, Literal

from portal.guard.evidence.rule_ids import Rule
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage

Gap = Literal["space", "comma", "semicolon", "and", "tab", "line", "break"]
"""What parts two words; `break` where nothing belongs together: after a sentence, at a blank line."""

_REACH: Final = 4_000  # characters above and below; by eye
_LONGEST_KEPT: Final = 40  # characters that are remembered; by eye, for memory
_LONG: Final = 120
"""Characters from which on it is faster to look for all beginnings of words at once; by eye."""
_WORD: Final = re.compile(r"\S+")
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\n")
_STOP: Final = re.compile(r"[.!?]\s")
_GAPS: Final[tuple[tuple[str, Gap], ...]] = (
    ("\t", "tab"), ("<", "tab"), (">", "tab"), ("   ", "tab"), ("\n", "line"), ("&", "and"), ("+", "and"), ("/", "and"),
    (",", "comma"), (";", "semicolon"), (":", "comma"), ("|", "semicolon"),
)  # fmt: skip
_ONE_CHARACTER: Final[dict[str, Gap]] = {**dict.fromkeys(" .-@'\"()#*_=$%", "space"), **dict(_GAPS)}
"""The commonest of what stands alone between two words. No sentence ends there."""
_ENDS: Final = frozenset(("tab", "break"))
ROW_ENDS: Final = frozenset(("line", "break"))
CELL_ENDS: Final = _ENDS | ROW_ENDS
"""What ends a cell of a row that may stand right between lines of a letter."""


ABBREVIATED: Final = listed("abbreviated-names")
"""Words that a stop may stand behind within a sentence: titles, and given names cut short."""
CONJUNCTIONS: Final = listed("conjunctions")
TITLES: Final = listed("titles")
FIELD_WORDS: Final = listed("words-in-name-labels")
LABELS: Final = FIELD_WORDS | listed("words-in-person-labels")
GROUPS: Final = listed("groups-of-children")
CUES: Final = GROUPS | listed("family-cues")
KIN: Final = listed("kin")
PARENTS: Final = KIN | listed("parents")
"""Words that tell whose child somebody is."""
FUNCTION_WORDS: Final = listed("function-words")
OF: Final = listed("of")
"""What stands between a label and whose it is: "the parents of Grace Park"."""
SALUTATIONS: Final = listed("salutations")
GREETINGS: Final = listed("greetings")


def _gap_of(between: str, may_end: bool) -> Gap:  # noqa: FBT001 - remembered by its place
    """Return what kind of gap this is; `may_end` unless the word before it ends in a stop of its own."""
    return _short_gap(between, may_end) if len(between) < _LONGEST_KEPT else _short_gap.__wrapped__(between, may_end)


@lru_cache(maxsize=1 << 12)
def _short_gap(between: str, may_end: bool) -> Gap:  # noqa: FBT001 - remembered by its place
    ends = may_end and _STOP.search(between)
    if between != " " and (ends or ")," in between or ("\n" in between and _BLANK_LINE.search(between))):
        return "break"
    return next((gap for mark, gap in _GAPS if mark in between), "space")


class Sentence:
    """The words of a stretch of a passage with their places, so that neighbours can be asked about."""

    def __init__(self, passage: Passage, start: int, end: int) -> None:
        self.words = passage.spaced[start:end].split()
        if end - start < _LONG:
            self.starts = [word.start() - 1 for word in _WORD.finditer(passage.spaced, start, end)]
        else:
            self.starts = passage.word_starts(start, end)
        self._passage = passage
        self.trace = passage.trace
        """Where vetoes are told, if somebody asks."""

    def __len__(self) -> int:
        return len(self.words)

    def drop(self, places: Iterable[int], names: Collection[int], veto: Rule) -> None:
        """Tell the trace that words are none of some names."""
        if self.trace is not None:
            self.trace.drop(self._passage.stretch([self.starts[at] for at in places]), names, veto)

    @property
    def may_hold_tags(self) -> bool:
        """Whether the text it is of has any mark of a tag."""
        return self._passage.has_tags

    def index_at(self, position: int) -> int:
        """Return the place of the word that begins at a character."""
        return bisect_left(self.starts, position)

    def between(self, index: int) -> str:
        """Return what stands between a word and the next."""
        end = self.starts[index] + len(self.words[index])
        return self._passage.cased[end : self.starts[index + 1]]

    @cached_property
    def gaps(self) -> list[Gap]:
        """What parts each word from the next, and `break` after the last."""
        cased, found = self._passage.cased, list[Gap]()
        for word, start, after in zip(self.words, self.starts, self.starts[1:], strict=False):
            end = start + len(word)
            gap = _ONE_CHARACTER.get(cased[end]) if after - end == 1 else None
            found.append(gap or _gap_of(cased[end:after], len(word) > 1 and word not in ABBREVIATED))
        return [*found, "break"]

    @cached_property
    def _breaks(self) -> list[int]:
        return [-1, *(at for at, gap in enumerate(self.gaps) if gap == "break")]

    def unbroken(self, index: int) -> range:
        """Return the words around one with no break between."""
        at = bisect_left(self._breaks, index)
        return range(self._breaks[at - 1] + 1, self._breaks[at] + 1)

    def gap(self, index: int) -> Gap:
        """Return what parts a word from the next; `break` beyond either end."""
        return self.gaps[index] if 0 <= index < len(self.words) else "break"

    def cell_ends(self) -> set[int]:
        """Return which words end a cell or a sentence, where there are rows of cells; elsewhere none."""
        if "\t" not in self._passage.folded:
            return set()
        return {at for at, gap in enumerate(self.gaps) if gap in _ENDS}

    def is_capital(self, index: int) -> bool:
        """Whether a word begins with a capital letter, the small one of d'Estaing or not: its apostrophe is gone."""
        start = self.starts[index]
        return any(letter.isupper() for letter in self._passage.cased[start : start + 2])

    def is_possessive(self, index: int) -> bool:
        """Whether an s with an apostrophe stands behind a word, of which folding leaves no more than a second blank."""
        start = self.starts[index]
        word = self._passage.cased[start : start + len(self.words[index])]
        is_parted = self.between(index) == "  "
        return is_parted and any(f"{word}{mark}s " in self._passage.written for mark in "'\u2019")

    def begins_line(self, index: int) -> bool:
        """Whether no word stands before this one in its line or cell, but for numbers and single letters."""
        while self.gap(index - 1) in {"space", "comma", "semicolon"}:
            index -= 1
            if len(self.words[index]) > 1 and not self.words[index].isdigit():
                return False
        return True

    def ends_line(self, index: int) -> bool:
        """Whether no word follows this one in its line or cell, but for numbers and single letters."""
        while self.gap(index) in {"space", "comma", "semicolon"}:
            index += 1
            if len(self.words[index]) > 1 and not self.words[index].isdigit():
                return False
        return True

    def above(self, index: int) -> str:
        """Return the folded text before the line that a word is in, as far as it may belong to one list with it."""
        text = self._passage.folded
        line = text.rfind("\n", 0, self.starts[index]) + 1
        return text[max(line - _REACH, 0) : line]

    def row(self, index: int) -> tuple[str, str]:
        """Return what is `above` the line that a word is in, and that folded line."""
        start = self.starts[index]
        return self.above(index), self._passage.line_at(start, start + len(self.words[index]))

    def lines_from(self, first: int, last: int) -> str:
        """Return the folded lines that some words are in, and the next."""
        text, end = self._passage.folded, self.starts[last] + len(self.words[last])
        below = text[end : end + _REACH].split("\n")[:2]
        return self._passage.line_at(self.starts[first], end).partition("\n")[0] + "\n" + "\n".join(below)

    def cell(self, index: int) -> tuple[int, int]:
        """Return the first and last word of the cell that a word is in, as far as its line goes."""
        first = last = index
        while self.gap(first - 1) not in CELL_ENDS:
            first -= 1
        while self.gap(last) not in CELL_ENDS:
            last += 1
        return first, last
