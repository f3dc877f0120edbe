"""Lists of words, each word for a kind of thing, all looked for in a text at once."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain, pairwise, product
from typing import Final, Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

from portal.guard.text.folding import apart, fold

_Kind = TypeVar("_Kind")
_SPECIAL: Final = re.compile(r"[?_*]")


@dataclass(frozen=True, slots=True)
class _Term(Generic[_Kind]):
    """A word to look for. `rest` is the pattern behind its beginning, which is all of most words."""

    kind: _Kind
    begins: str
    rest: str
    is_within: bool
    but: str

    def stands(self, folded: str, start: int) -> bool:
        """Whether the word stands where its beginning does, but for the marks in it."""
        end = start + len(self.begins)
        if not folded.startswith(self.begins, start):
            return False
        if self.rest:
            match = _compiled(self.rest).match(folded, end)
            if match is None:
                return False
            end = match.end()
        if not self.is_within and folded[end : end + 1].isalnum():
            return False
        return not (self.but and _compiled(self.but).match(folded, end))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _forms(word: str, *, is_apart: bool) -> Iterator[str]:
    """Yield what stands in text set apart wherever the word does: all of it up to an ending or any letter."""
    known = re.split("[?*]", word, maxsplit=1)[0]
    before, after = " " if is_apart else "", " " if is_apart and known == word else ""
    for joints in product(("", " "), repeat=known.count("_")):
        pieces = zip(known.split("_"), (*joints, ""), strict=True)
        yield f"{before}{apart(''.join(chain.from_iterable(pieces)))}{after}"


class Terms(Generic[_Kind]):
    """Words for kinds of things, all folded (see `portal.guard.text.folding.fold`).

    In a word `_` stands for a blank, a hyphen, an underscore or nothing, `?` for any letter and `*` for any ending.
    Words of scripts without blanks are found within others, too.
    """

    def __init__(self, listed: Iterable[tuple[_Kind, str]], but: tuple[_Kind, str] | None = None) -> None:
        """Take the words of each kind. `but` is a pattern which must not follow those of one kind."""
        terms: dict[str, list[_Term[_Kind]]] = defaultdict(list)
        for kind, words in listed:
            for word in map(fold, words.split()):
                special = _SPECIAL.search(word)
                is_apart = word[0].isascii()
                not_before = but[1] if but and but[0] == kind and is_apart else ""
                begins = word[: special.start()] if special else word
                rest = word[len(begins) :].replace("?", ".").replace("_", "[ _-]?").replace("*", r"\w*")
                term = _Term(kind, begins, rest, not is_apart, not_before)
                for looked_for in _forms(word, is_apart=is_apart):
                    terms[looked_for].append(term)
        self._terms = tuple(terms.values())
        self._search = AhoCorasick(list(terms), implementation=Implementation.DFA)

    def kinds_in(self, folded: str) -> set[_Kind]:
        """Return the kinds of which a word stands in folded text."""
        found: set[_Kind] = set()
        for term, start in self._begun_in(folded):
            if term.kind not in found and term.stands(folded, start):
                found.add(term.kind)
        return found

    def stand_in(self, folded: str) -> bool:
        """Whether any of the words stands in folded text."""
        return any(term.stands(folded, start) for term, start in self._begun_in(folded))

    def may_stand_in(self, folded: str) -> bool:
        """Whether any of the words may stand in folded text, or across two of its lines: told fast, never missed."""
        return bool(self._found_in(folded))

    def may_stand_in_each(self, folded: Sequence[str]) -> list[bool]:
        """Tell the same of each of many texts."""
        places = sorted(start for _, start, _ in self._found_in("\n".join(folded)))
        ends = accumulate(len(text) + 1 for text in folded)
        before = [0, *(bisect_left(places, end) for end in ends)]
        return [one < other for one, other in pairwise(before)]

    def _begun_in(self, folded: str) -> Iterator[tuple[_Term[_Kind], int]]:
        """Yield the words that may stand in folded text, and where they begin."""
        for at, start, _ in self._found_in(folded):
            for term in self._terms[at]:
                yield term, start - term.is_within

    def _found_in(self, folded: str) -> list[tuple[int, int, int]]:
        return self._search.find_matches_as_indexes(f" {apart(folded)} ", overlapping=True)
