"""Student numbers in a text: whole numbers that are no price, postal code, invoice or part of a longer one.

A number of fewer than five digits, or one without its letters, counts only beside "student number" (or the like), or
with three digits and more on a line with a name of that child: short numbers are ages, rooms and prices as well. One in
groups ("204,893") may be any sum, and counts behind such a label alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Self

from portal.guard.evidence.rule_ids import Rule
from portal.guard.roster.number_tables import Columns
from portal.guard.text.folding import apart, fold
from portal.guard.text.vocabulary import any_of, listed
from portal.guard.views.passages import Passage

STRONG_DIGITS: Final = 5
"""Digits from which on a student number counts alone. Shorter ones are ages, rooms, prices too; by eye."""
_TELLING_DIGITS: Final = 8
"""Digits from which on no other number is likely the same: in a link, amid letters, in groups; by eye."""

_FEWEST_DIGITS: Final = 4  # digits of a number with letters; by eye
_PLAIN: Final = re.compile("[1-9][0-9]*")
_RUNS: Final = re.compile(r"[^\W\d_]+|[0-9]+")
_SAID: Final = listed("number-words")
_LABELLED: Final = listed("pupil-number-words")
_PERSONS: Final = _LABELLED | listed("pupil-number-words-alone")
_IDS: Final = listed("id-words")
_NUMBER_AFTER: Final = (
    rf"(?![^\W_])[ _-]{{0,2}}(?P<id>(?:id|sid)?[ _-]{{0,2}}"
    rf"(?:{any_of('number-words-in-labels')}|n\.?o|n(?=[.\u00b0]))?)"
    r"[\s.:#=|\"'\u00b0-]{0,5}(?:s[ -]?|[a-z]{1,2}-?)?"
    r"(?P<number>[0-9]{1,10}(?:[ ,.-][0-9]{1,6}(?![a-z0-9])){0,4})(?![0-9]|[,.-][0-9]+(?![0-9a-z]))"
)
_BEHIND: Final = re.compile(_NUMBER_AFTER)
_FARTHEST: Final = 32
"""Characters from a label to its number: far more than all that may be between; by eye."""
LABELS: Final = _PERSONS | _IDS
_HEADS: Final = LABELS | _SAID
"""What a column of student numbers may be headed by."""
_OF_ONE: Final = re.compile(rf"\b(?:{any_of('words-before-a-price')})\s*\Z")
_LINE_BEGINS: Final = re.compile(r"(?:^|[^\w ]|  ) ?\Z")
_PADDED: Final = re.compile(r"0(?<![0-9]0)0*[1-9][0-9]{4,}(?![0-9])")
_JOINED: Final = re.compile(r"[stud](?=[0-9]{5})")
_PREFIX: Final = re.compile(rf"(?<![^\W_])(?:{any_of('number-prefixes')})\Z")
_ID_BEFORE: Final = re.compile(rf"(?<![^\W_])(?:{any_of('id-prefixes')})\Z")
_DIGITS: Final = re.compile("[0-9]+")
_GROUPED: Final = re.compile(r"(?<![0-9][ ,.'-])(?<![0-9])[0-9]{1,3}(?:[ ,.'-][0-9]{3}){1,3}(?![0-9]|[ ,.'-][0-9])")
_GLUED: Final = re.compile(r"(?<![^\W_])[a-z]{0,2}-?(?P<number>[0-9]{8,})-?[a-z]{0,2}(?![^\W_])")
_IN_GROUPS: Final = re.compile(
    r"(?<![0-9][ .,/-])(?<![0-9])[0-9]{1,6}(?:[ -][0-9]{1,6}){1,3}(?![0-9]|[ .,/-][0-9])(?<![0-9] [0-9]{3} [0-9]{3})"
)
"""A number in groups that are no thousands: "7114 7109"."""
_FEWEST_IN_LIST: Final = 3  # numbers that make a list; by eye
_STATE: Final = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ALN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_POSTAL_BEFORE: Final = re.compile(rf"(?:\b{_STATE}[.,]?|\b(?:CH|[DABFNI])-)\s*\Z")
_POSTAL_AFTER: Final = re.compile(r"-[0-9]{4}\b")
_OTHER_LABEL: Final = re.compile(
    rf"\b(?:p\.?\s?o\.? ?box|{any_of('other-labels')})"
    r"\W{0,3}(?:(?:number|no|nr|code|id)\b)?\W{0,3}\Z"
)
_LAST_WORD: Final = re.compile(r"\W{0,6}(\w+)")
"""Finds the last word of a text that is read backwards."""
_LABEL_ENDS: Final = tuple(sorted(listed("other-number-words")))
"""How the last word before a number ends if `_OTHER_LABEL` is to find a label there."""
_LINK: Final = re.compile(r"(?:://|\bwww\.)[^\s<>\"']*\Z")
_LINK_TO_PUPIL: Final = re.compile(rf"{any_of('pupil-words-in-links')}|(?<![a-z])(?:sis|sid|stu)(?![a-z])")
_LONGEST_LINK: Final = 300  # characters; by eye
_POSTAL_DIGITS: Final = 5  # digits of a ZIP code; by definition
_COLOUR_BEFORE: Final = re.compile(
    r"(?:color|colour|background|border|fill|stroke|shadow|outline)[\w-]*\s*[:=]\s*[^;{}<>\n]{0,24}(?<!\w)[#\"']\Z"
)
"""A colour in a style, which is six digits now and then: "color:#101010"."""
_OPENS_COLOUR: Final = frozenset("#\"'")
_MONEY_BEFORE: Final = re.compile(r"(?:[$€£¥]|\b(?:usd|eur|gbp|chf))[^\S\t\n]?\Z")
_MONEY_AFTER: Final = re.compile(r"[^\S\t\n]?(?:[$€£¥%](?![^\S\t\n]?-?[0-9])|(?:usd|eur|euro|euros|dollars|gbp|chf)\b)")
"""What makes a number a sum: not in the next cell of a row, nor before a sum of its own ("204893 $12.50")."""
_CELL_ENDS: Final = frozenset(("", "\t", "\n"))
"""What no blank of a sum is, nor the end of a text."""
_LONGEST_MONEY: Final = 5
"""Characters that `_MONEY_BEFORE` finds, with the one before it; by definition."""
_JOINED_BEFORE: Final = re.compile(r"([0-9]+)([.-])\Z")
_JOINS: Final = frozenset(".-")
_JOINED_AFTER: Final = re.compile(r"([.-])([0-9]+)")
_TOWN_AFTER: Final = re.compile(r" ([A-Z][^\W\d_]+)(?=[^\n]{0,30}(?:\n|$))")
_HOUSE_BEFORE: Final = re.compile(r"(?:[0-9][A-Za-z]?,[ ]?\n?|\n[^\S\n]*|^[^\S\n]*)\Z")


def spellings(numbers: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield how student numbers may stand in a text, as runs of letters or digits."""
    for number in numbers:
        if number.isascii() and number.isdigit():
            yield (number,)
            if number[0] == "0" and (bare := number.lstrip("0")):
                yield (bare,)
            continue
        runs = tuple(_RUNS.findall(fold(number)))
        if any(run.isdigit() for run in runs):
            yield runs
            joined = "".join(runs)
            bare = joined.lstrip("0")  # a workbook drops zeros in front
            if bare and bare != joined and bare.isdigit():
                yield (bare,)


def is_strong(number: str) -> bool:
    """Whether a number, its runs joined, is long enough to count alone."""
    return len(number.lstrip("0")) >= STRONG_DIGITS


Numbered = tuple[str, tuple[int, ...], Rule]
"""A number that stands in a text, whose it is, and by which rule."""


@dataclass(frozen=True, slots=True)
class NumberIndex:
    """Student numbers by their one spelling (runs joined).

    `tails` leads from a last run to the numbers of several, `wholes` from the digits alone to a number with letters.
    `has_telling` if any is so long that it tells who it is wherever it stands.
    """

    strong: Mapping[str, tuple[int, ...]]
    weak: Mapping[str, tuple[int, ...]]
    tails: Mapping[str, tuple[str, ...]]
    wholes: Mapping[str, str]
    has_telling: bool = False

    @classmethod
    def of(cls, numbers: Iterable[tuple[tuple[int, ...], tuple[str, ...]]]) -> Self:
        """Build the index from positions of persons, each alone, and their student numbers."""
        strong: dict[str, tuple[int, ...]] = {}
        weak: dict[str, tuple[int, ...]] = {}
        tails: dict[str, tuple[str, ...]] = {}
        wholes: dict[str, str] = {}
        for position, theirs in numbers:
            if len(theirs) == 1 and _PLAIN.fullmatch(number := theirs[0]):  # as nearly all are
                kept = strong if len(number) >= STRONG_DIGITS else weak
                kept[number] = (*held, *position) if (held := kept.get(number)) else position
                continue
            for runs in dict.fromkeys(spellings(theirs)):
                joined = "".join(runs)
                kept = strong if is_strong(joined) else weak
                kept[joined] = (*kept.get(joined, ()), *position)
                if len(runs) == 1 and joined.isdigit():
                    continue
                if len(runs) > 1 and kept is strong:
                    tails[runs[-1]] = tuple(dict.fromkeys((*tails.get(runs[-1], ()), joined)))
                digits = "".join(filter(str.isdigit, runs)).lstrip("0")
                if len(digits) >= _FEWEST_DIGITS and not joined.isdigit():
                    weak[digits] = (*weak.get(digits, ()), *position)
                    wholes.setdefault(digits, joined)
        return cls(strong, weak, tails, wholes, any(len(number) >= _TELLING_DIGITS for number in strong))

    def found_in(self, passage: Passage, is_named: Callable[[str, int], bool]) -> Iterator[Numbered]:
        """Yield the numbers in a passage with whose they are. `is_named` tells if a folded line names that person."""
        text = passage.folded
        columns = Columns(text, self.strong.__contains__, persons=_PERSONS, labels=_HEADS)
        for start, end in passage.places_of(passage.present & self.strong.keys()):
            whose = self.strong[text[start:end]]
            # a sum or a figure of a statistic, unless its child is named beside it
            if not stands_alone(passage.cased, start, end) or columns.is_in_figure_column(start, end):
                line = passage.line_at(start, end)
                whose = tuple(position for position in whose if is_named(line, position))
            if whose:
                yield text[start:end], whose, Rule.NUMBER_EXACT
        for start, end in passage.places_of(passage.present & self.tails.keys()):
            before = apart(text[max(start - 30, 0) : start])
            for number in self.tails[text[start:end]]:
                if _ends_in(f"{before}{text[start:end]}", number) and stands_alone(passage.cased, start, end):
                    yield number, self.strong[number], Rule.NUMBER_PARTS
        for start, end in passage.places_of(passage.present & self.weak.keys()):
            for number, whose in self._weak(text[start:end], passage, start, end, is_named):
                yield self.wholes.get(number, number), whose, Rule.NUMBER_NAMED
        yield from self._behind_labels(passage)
        yield from self._prefixed(passage)
        yield from self._grouped(passage)
        if self.has_telling:
            yield from self._glued(passage)
            yield from self._in_groups(passage)

    def _behind_labels(self, passage: Passage) -> Iterator[Numbered]:
        """Yield the numbers behind "student", "ID" and the like: in groups, with other zeros, without their letter."""
        text = passage.folded
        if not (labels := passage.present & LABELS):
            return
        starts, ends = passage.spans_of(labels)
        near = passage.have_digits(ends, ends + _FARTHEST)
        for start, end in zip(starts[near].tolist(), ends[near].tolist(), strict=True):
            if found := _BEHIND.match(text, end):
                label, before = text[start:end], text[max(start - 20, 0) : start]
                number = "".join(filter(str.isdigit, found["number"])).lstrip("0")
                is_labelled = label in _IDS or bool(found["id"].strip())
                if not is_labelled and (label not in _PERSONS or len(number) < STRONG_DIGITS):
                    continue
                whose = self.strong.get(number) or self.weak.get(number)
                is_short = len(number) < _TELLING_DIGITS
                if not whose or (is_short and _is_of_link(text[max(start - _LONGEST_LINK, 0) : found.start("number")])):
                    continue
                if not _is_of_others(label, before, text[found.end() : found.end() + 20]):
                    yield self.wholes.get(number, number), whose, Rule.NUMBER_LABELLED

    def _prefixed(self, passage: Passage) -> Iterator[Numbered]:
        """Yield the numbers with zeros or a label joined before them: "0000204893", "S204893"."""
        figures, text = passage.figures, passage.folded
        places: list[int] = []
        if _PADDED.search(figures.distinct):
            places += [figures.place(found.start()) for found in _PADDED.finditer(figures.text)]
        if _JOINED.search(figures.distinct):
            places += [figures.place(found.start()) + 1 for found in _JOINED.finditer(figures.text)]
        places += [start for start, _ in figures.joined if text[start - 1 : start].isalpha()]
        for start in places:
            digits = _DIGITS.match(text, start)
            end = digits.end() if digits else start
            yield from self._if_alone(text[start:end].lstrip("0"), passage, start, end)

    def _grouped(self, passage: Passage) -> Iterator[Numbered]:
        """Yield the numbers in groups ("204,893") of a list under a head that says so, of which most are known."""
        if passage.present.isdisjoint(LABELS):
            return
        numbers = {
            "".join(filter(str.isdigit, found)).lstrip("0") for found in _GROUPED.findall(passage.figures.distinct)
        }
        known = numbers & self.strong.keys()
        if len(known) >= _FEWEST_IN_LIST and 4 * len(known) >= 3 * len(numbers):
            yield from ((number, self.strong[number], Rule.NUMBER_GROUPED) for number in sorted(known))

    def _glued(self, passage: Passage) -> Iterator[Numbered]:
        """Yield the telling numbers with a letter or two before or behind them: "S71147109A"."""
        for start, stop in passage.figures.joined:
            found = _GLUED.search(passage.folded, max(start - 3, 0), stop + 3)
            number = found["number"].lstrip("0") if found else ""
            if found and number in self.strong and stands_alone(passage.cased, *found.span("number")):
                yield number, self.strong[number], Rule.NUMBER_PADDED

    def _in_groups(self, passage: Passage) -> Iterator[Numbered]:
        """Yield the telling numbers whose figures stand in groups: "7114 7109"."""
        figures = passage.figures
        known = {found for found in _IN_GROUPS.findall(figures.distinct) if self._joined(found) in self.strong}
        for found in _IN_GROUPS.finditer(figures.text) if known else ():
            start = figures.place(found.start())
            if found[0] in known and stands_alone(passage.cased, start, start + len(found[0])):
                yield self._joined(found[0]), self.strong[self._joined(found[0])], Rule.NUMBER_GROUPED

    @staticmethod
    def _joined(groups: str) -> str:
        """Return the figures of some groups; of too few nothing."""
        number = groups.replace(" ", "").replace("-", "").lstrip("0")
        return number if len(number) >= _TELLING_DIGITS else ""

    def _if_alone(self, number: str, passage: Passage, start: int, end: int) -> Iterator[Numbered]:
        whose = self.strong.get(number)
        if not whose:
            return
        before, goes_on = passage.folded[max(start - 12, 0) : start], passage.folded[end : end + 1].isalnum()
        is_prefixed = not before[-1:].isalpha() or _PREFIX.search(before)
        is_whole = not goes_on or _ID_BEFORE.search(before)  # "id204893grade3"
        if is_prefixed and is_whole and stands_alone(passage.cased, start, end):
            yield number, whose, Rule.NUMBER_PADDED

    def _weak(
        self, token: str, passage: Passage, start: int, end: int, is_named: Callable[[str, int], bool]
    ) -> Iterator[tuple[str, tuple[int, ...]]]:
        before = apart(passage.folded[max(start - 40, 0) : start]).split()[-2:]
        if len(before) == 2 and before[0] in _LABELLED and before[1] in _SAID:
            yield token, self.weak[token]
        elif len(token) >= 3 and stands_alone(passage.cased, start, end):
            line = passage.line_at(start, end)
            named = tuple(position for position in self.weak[token] if is_named(line, position))
            if named:
                yield token, named


def _is_of_others(label: str, before: str, after: str) -> bool:
    """Whether a labelled number is a sum or the ID of something: "12,345 dollars per student", "meeting ID"."""
    if _MONEY_AFTER.match(after) or _OF_ONE.search(before):
        return True
    return label == "id" and not _LINE_BEGINS.search(before)


def _ends_in(spaced: str, number: str) -> bool:
    """Whether the last words of a text, joined, are this number."""
    joined = ""
    for word in reversed(spaced.split()):
        joined = word + joined
        if len(joined) >= len(number):
            break
    return joined == number


def stands_alone(cased: str, start: int, end: int) -> bool:
    """Whether the number at this place is a number of its own: no price, postal code, invoice, date, colour or ISBN."""
    before, after = cased[max(start - 40, 0) : start], cased[end : end + 40]
    digits = end - start
    small, last = before.lower(), before[-1:]
    if _is_sum(small[-_LONGEST_MONEY:], after):
        return False
    ahead, behind = _JOINED_AFTER.match(after), _JOINED_BEFORE.search(before) if last in _JOINS else None
    if ahead and not (ahead[1] == "." and not ahead[2].strip("0")) and (ahead[1] == "." or len(ahead[2]) != digits):
        return False
    if behind and (behind[2] == "." or len(behind[1]) != digits):
        return False
    if _is_behind_label(small) or (digits in {6, 8} and last in _OPENS_COLOUR and _COLOUR_BEFORE.search(small)):
        return False
    if digits == _POSTAL_DIGITS and _is_postal(before, after):
        return False
    return last.isspace() or digits >= _TELLING_DIGITS or not _is_of_link(cased[max(start - _LONGEST_LINK, 0) : start])


def _is_sum(before: str, after: str) -> bool:
    """Whether a number between two texts is money. One that fills its cell or line is told at once."""
    if before[-1:] not in _CELL_ENDS and _MONEY_BEFORE.search(before):
        return True
    return after[:1] not in _CELL_ENDS and _MONEY_AFTER.match(after.lower()) is not None


def _is_behind_label(small: str) -> bool:
    """Whether text in small letters ends in a label of other numbers. Few end in a word that such labels end in."""
    word = _LAST_WORD.match(small[::-1])
    return word is not None and word[1][::-1].endswith(_LABEL_ENDS) and _OTHER_LABEL.search(small) is not None


def _is_of_link(before: str) -> bool:
    """Whether a number is part of a link that says nothing of a pupil: that of an article, a picture, a form."""
    if before[-1:].isspace() or not ("://" in before or "www." in before):
        return False
    link = _LINK.search(before)
    return link is not None and _LINK_TO_PUPIL.search(link[0].lower()) is None


def _is_postal(before: str, after: str) -> bool:
    if _POSTAL_BEFORE.search(before) or _POSTAL_AFTER.match(after):
        return True
    return bool(_TOWN_AFTER.match(after) and _HOUSE_BEFORE.search(before))
