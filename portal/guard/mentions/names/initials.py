"""Children written by an initial and their family name: "O. Whitcombe", "Whitcombe, O.".

That alone is anybody: an author, a teacher, the one who signs. It counts beside another sign of the same family, behind
"Student:", with a grade beside it, or in a list of such names of which most are enrolled.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.weigh import weigh
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.spellings.names import Name
from portal.guard.spellings.spellings import PARTICLES, SUFFIXES
from portal.guard.text.ordinary_words import is_common
from portal.guard.text.vocabulary import any_of, listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import CONJUNCTIONS, TITLES, Sentence

_PUPIL: Final = listed("pupil-words")
_SCHOOL: Final = re.compile(
    rf"\b(?:{any_of('school-cues')})\b|\b(?:[1-9]|1[0-2])(?:st|nd|rd|th|[a-d])\b|"
    r"\bbus\s[0-9]"
)
_OF_CHILD: Final = re.compile(
    rf"^ {{2}}(?:{any_of('parents-behind-a-possessive')})\b|"
    rf"\b(?:(?:{any_of('came')}) (?:{any_of('absences')})|"
    rf"(?:{any_of('owners-of-parents')}) (?:{any_of('parents-with-an-owner')}))\b"
)
"""What is said behind a child's name, whatever stands before it: "'s mom", "was late again", "her mother"."""
_LONG_AGO: Final = re.compile(r"\b(?:1[5-8][0-9]{2}|19[0-8][0-9]|novel|tale)\b")
"""What tells of a year in which nobody of a school was a child, or of a book."""
_STOPS: Final = frozenset(("", ".", "!", "?"))
_STAFF: Final = re.compile(
    rf"\b(?:{any_of('staff-cues')}|"
    r"(?<!we )(?<!you )(?<!they )(?<!to )(?<!will )(?<!still )miss|(?<!the )office)\b|\((?:18|19|20)[0-9]{2}"
)
_LINE: Final = re.compile(
    r"^[^\w\n]*(?:(?:[A-Z]\.? ?){1,2}[A-Z][^\W\d_]+|[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]+)?[,\t]? ?[A-Z]\.?)(?=\W|\Z)",
    re.MULTILINE,
)
"""A line that begins with some name and initial, whoever it is."""
_ANY: Final = re.compile(r"(?<![^\W_])[A-Z]\.?[ \t][A-Z][^\W\d_]+|[^\W\d_]{2}(?:,[ \t]?|\t ?| )[A-Z](?![^\W_])")
_BEFORE: Final = 300  # characters before a name; by eye
_RIGHT_BEFORE: Final = 40  # characters before a name; by eye
_AFTER: Final = 100  # characters behind a name; by eye
_MOSTLY: Final = 0.75  # share of the entries of a list; by eye
_FEWEST: Final = 3  # people with initials that make a list; by eye
_FEWEST_CALLED: Final = 4  # people called by given name and initial that make a list; by eye
_UNCOMMON: Final = 2  # people of a list whose family name is rare; by eye
_WORDS_OF_PROSE: Final = 6  # words of a line; by eye


@dataclass(frozen=True, slots=True)
class _Found:
    """`is_row`: it begins a line or a cell; `is_told`: a grade or the like stands beside it.

    `is_called`: by the given name and the initial of the family name.
    """

    hit: Hit
    is_row: bool
    is_told: bool
    is_common: bool
    is_called: bool = False


@detector(Rule.NAME_INITIALS, Rule.NAME_CALLED, needs=Need.NAME)
def names_with_initials(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the children who may be meant by an initial and a family name, and how surely."""
    passage = grid.passage
    known = grid.families | (passage.present & roster.givens)
    near = [at for at in passage.capitals_alone if not known.isdisjoint(_beside(passage, at))]
    every = list(chain.from_iterable(_found_at(passage, roster, at) for at in near))
    yield from _called(passage, every)
    found = [one for one in every if not (one.is_called and one.is_common)]
    if not found:
        return
    rows = {one.hit.at: one.is_common for one in found if one.is_row and not one.is_called}
    is_list = (
        len(rows) >= _FEWEST
        and list(rows.values()).count(False) >= _UNCOMMON
        and len(rows) >= _MOSTLY * _entries(passage, rows)
    )
    is_of_pupils = 2 * len(found) >= len(_ANY.findall(passage.cased))
    for one in found:
        if one.is_told and is_of_pupils:
            yield one.hit.but(Rule.CUE_TOLD)
        else:
            yield one.hit.but(Rule.CUE_ROW) if is_list and one.is_row else one.hit


def _called(passage: Passage, found: Iterable[_Found]) -> Iterator[Hit]:
    """Yield those of a list of children by given name and initial, "Ava R.", however many bear the name.

    One alone says little. But several together, of which most are enrolled, are how a school lists a class.
    """
    rows = {one.hit.at: one.hit for one in found if one.is_called and one.is_row}
    if len({hit.others for hit in rows.values()}) >= _FEWEST_CALLED and len(rows) >= _MOSTLY * _entries(passage, rows):
        yield from (hit.but(Rule.CUE_ROW) for hit in rows.values())


def _entries(passage: Passage, rows: Collection[frozenset[int]]) -> int:
    """Return how many names with initials a list has, whoever they are: of lines, or of all where they share one."""
    is_in_lines = len({passage.folded.rfind("\n", 0, min(at)) for at in rows}) > 1
    return len((_LINE if is_in_lines else _ANY).findall(passage.cased))


def _beside(passage: Passage, at: int) -> list[str]:
    """Return the words around a letter that stands alone."""
    return passage.spaced[max(at - 40, 0) : at].split()[-1:] + passage.spaced[at + 2 : at + 60].split()[:3]


def _found_at(passage: Passage, roster: Roster, at: int) -> Iterator[_Found]:
    sentence = Sentence(
        passage, max(passage.spaced.rfind(" ", 0, max(at - 80, 1)), 0), min(at + 120, len(passage.spaced))
    )
    first = sentence.index_at(at)
    if _is_initial(sentence, first - 1) and sentence.gap(first - 1) == "space":
        return  # the second of two
    last = first
    while sentence.gap(last) == "space" and _is_initial(sentence, last + 1):
        last += 1
    family = _family_beside(sentence, roster, first, last)
    if family is None:
        if first == last:
            yield from _with_given_name(passage, sentence, roster, first)
        return
    initials = "".join(sentence.words[first : last + 1])
    end = _end_of_family(sentence, roster, family)
    is_half = end == family
    names = _children(roster, sentence.words[family], initials)
    if names:
        low, high = min(first, family), max(last, family)
        is_usual, places = is_half and is_common(sentence.words[family]), range(low, high + 1)
        is_labelled, is_row, is_told = _judged(passage, sentence, low, high)
        cues = [Rule.CUE_TOLD] if is_labelled else []
        written = sentence.words[low : max(high, end) + 1]
        full = tuple(at for at in names if _is_full(roster.names[at], initials, written))
        if full and not is_usual and not _is_of_staff(passage, sentence.starts[low]):
            names, cues = full, [*cues, Rule.CUE_FULL_INITIALS]
        if len(names) > 1:
            cues.append(Rule.CUE_MANY)
        weighed = weigh(Rule.NAME_INITIALS, *cues)
        hit = Hit(frozenset(sentence.starts[at] for at in places), (), names, Rule.NAME_INITIALS, *weighed)
        yield _Found(hit, is_row, is_told and len(names) == 1 and not is_usual, is_usual)


def _is_of_staff(passage: Passage, start: int) -> bool:
    """Whether one who signs, teaches or writes books is meant, as the line says or what stands right before it."""
    before = passage.folded[max(start - _RIGHT_BEFORE, 0) : start]
    return bool(_STAFF.search(passage.line_at(start, start)) or _STAFF.search(before))


def _is_full(name: Name, initials: str, written: list[str]) -> bool:
    """Whether every given name stands there by its initial, or both halves of a double family name in full."""
    if len(initials) > 1 and name.given.others:
        return True
    family = {word for word in name.family.words if word not in PARTICLES and word not in SUFFIXES}
    return len(family) > 1 and family.issubset(written)


def _with_given_name(passage: Passage, sentence: Sentence, roster: Roster, at: int) -> Iterator[_Found]:
    """Yield the children who may be meant by a given name and the initial of the family name: "Thaddeus Q."."""
    if at == 0 or sentence.gap(at - 1) != "space" or not sentence.is_capital(at - 1) or _goes_on(sentence, at):
        return
    names = roster.called(sentence.words[at - 1], sentence.words[at])
    if names:
        is_usual = is_common(sentence.words[at - 1])
        is_labelled, _, is_told = _judged(passage, sentence, at - 1, at)
        weighed = weigh(Rule.NAME_CALLED, *((Rule.CUE_TOLD,) if is_labelled else ()))
        hit = Hit(frozenset((sentence.starts[at - 1], sentence.starts[at])), (), names, Rule.NAME_CALLED, *weighed)
        before = sentence.words[at - 2] if sentence.gap(at - 2) == "space" else ""
        is_row = not before or before.isdigit() or before in CONJUNCTIONS
        yield _Found(hit, is_row, is_told=is_told, is_common=is_usual, is_called=True)


def _is_initial(sentence: Sentence, at: int) -> bool:
    return 0 <= at < len(sentence) and len(sentence.words[at]) == 1 and sentence.is_capital(at)


def _family_beside(sentence: Sentence, roster: Roster, first: int, last: int) -> int | None:
    """Return which word is the family name that initials belong to: the next one, or the one before them."""
    words, after, before = sentence.words, last + 1, first - 1
    while sentence.gap(after - 1) == "space" and words[after] in PARTICLES:
        after += 1
    is_dotted = sentence.between(last).startswith(".") if after < len(words) else True
    is_cell = sentence.gap(last) != "space" and sentence.gap(before) != "space"
    if is_cell and sentence.gap(last) == "tab" and _is_family(sentence, roster, after):
        return after if sentence.gap(after) != "space" else None
    if is_cell and sentence.gap(before) == "tab" and _is_family(sentence, roster, before):
        return before if sentence.gap(before - 1) != "space" else None
    if sentence.gap(last) == sentence.gap(after - 1) == "space" and _is_family(sentence, roster, after):
        is_plain = is_dotted or sentence.begins_line(first)
        end = _end_of_family(sentence, roster, after)
        return after if is_plain and not _is_named(sentence, first - 1) and not _goes_on(sentence, end) else None
    if sentence.gap(before) in {"comma", "space"} and _is_family(sentence, roster, before):
        is_ended = is_dotted or sentence.gap(before) == "comma" or sentence.gap(last) != "space"
        return before if is_ended and not _is_named(sentence, before - 1) and not _goes_on(sentence, last) else None
    return None


def _is_family(sentence: Sentence, roster: Roster, at: int) -> bool:
    return 0 <= at < len(sentence) and sentence.words[at] in roster.by_family and sentence.is_capital(at)


def _end_of_family(sentence: Sentence, roster: Roster, at: int) -> int:
    """Return the last word of the family name that begins at a word: "García Márquez", "Ashby-Crane"."""
    own = {*chain.from_iterable(roster.by_family[sentence.words[at]].values())}
    while sentence.gap(at) == "space" and sentence.is_capital(at + 1) and own:
        following = sentence.words[at + 1]
        own = {name for name in own if following in roster.names[name].family.own}
        at += bool(own)
    return at


def _goes_on(sentence: Sentence, at: int) -> bool:
    """Whether another word of a name follows: "A. Rivera Elementary"."""
    if sentence.gap(at) != "space" or "(" in sentence.between(at):
        return False
    return sentence.is_capital(at + 1) and not _SCHOOL.fullmatch(sentence.words[at + 1])


def _is_named(sentence: Sentence, at: int) -> bool:
    """Whether another word of a name, or a title, stands right before: "Mary O. Whitcombe", "Ms. O. Whitcombe"."""
    if sentence.gap(at) != "space" or not sentence.is_capital(at):
        return False
    word = sentence.words[at]
    return word in TITLES or (word not in _PUPIL and not _SCHOOL.fullmatch(word))


def _children(roster: Roster, family: str, initials: str) -> tuple[int, ...]:
    """Return the names of children with this family word and these initials."""
    found: dict[int, None] = {}
    for given, places in roster.by_family[family].items():
        if given[0] == initials[0]:
            found.update((at, None) for at in places if given in roster.names[at].given.firsts)
    return tuple(at for at in found if _may_be(roster, at, initials[1:]))


def _may_be(roster: Roster, at: int, later: str) -> bool:
    name = roster.names[at]
    is_child = any(roster.people[bearer].kind == "child" for bearer in name.bearers)
    return is_child and (not later or not name.given.others or any(other[0] == later[0] for other in name.given.others))


def _is_prose(line: str) -> bool:
    """Whether a line is a sentence, and no entry of a list, which may have its head some lines above."""
    return len(line.split()) >= _WORDS_OF_PROSE


def _judged(passage: Passage, sentence: Sentence, low: int, high: int) -> tuple[bool, bool, bool]:
    """Return whether a word for pupils stands before it, it may be a row of a list, and a pupil is spoken of."""
    start, end = sentence.starts[low], sentence.starts[high] + len(sentence.words[high])
    text, line = passage.folded, passage.line_at(start, end)
    begins = sentence.begins_line(low) or sentence.gap(low - 1) in {"comma", "semicolon"}
    if _STAFF.search(line) or (low > 0 and sentence.words[low - 1] == "by" and sentence.gap(low - 1) == "space"):
        return False, False, False
    if low > 0 and sentence.words[low - 1] in _PUPIL and sentence.gap(low - 1) != "break":
        return True, begins, False
    said = text[end : end + _AFTER].partition("\n\n")[0]
    is_of_child = bool(_OF_CHILD.search(said)) and not _LONG_AGO.search(line)
    if is_of_child and text[:start].rstrip()[-1:] in _STOPS:
        return False, begins, True  # what stands before is a sentence of its own, no head
    before, after = text[max(start - _BEFORE, 0) : start], text[end : end + _AFTER]
    if "\t" not in line:
        after = after.partition("\n\n")[0]  # who signs below a letter is not whom it speaks of
        before = before.rpartition("\n\n")[2] if _is_prose(line) else before
    if _STAFF.search(before) or _STAFF.search(after):
        return False, False, False
    return False, begins, bool(is_of_child or _SCHOOL.search(line) or ("\t" in line and _SCHOOL.search(before)))
