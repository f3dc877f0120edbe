"""A family with its children told one by one: "Rivera: Tom, Ana", "the Rivera family: Tom (grade 2), Ana (grade 5)"."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from portal.guard.cues.pairs import is_known_given
from portal.guard.cues.words_between import is_of_class
from portal.guard.evidence.hits import Excuse, Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import CHILD_LABELS
from portal.guard.spellings.names import Name
from portal.guard.text.ordinary_words import is_family_name, is_given_name, is_word
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import CONJUNCTIONS, CUES, PARENTS, ROW_ENDS, TITLES, Sentence

_REACH: Final = 240  # characters behind a family name; by eye
_BEFORE: Final = 30  # characters before a family name; by eye
_ARTICLES: Final = listed("articles-of-families")
_MARKS: Final = frozenset((":", "(", "-"))
"""What stands between a family and its children; a dash has a blank before it."""
_FEWEST, _MOST = 2, 6
"""Children of a family that nothing says is one: one is a name as others are, a teacher has more; by eye."""
_BULLET: Final = re.compile(r"\n[ \t]*[-*\u2013\u2022\u00b7\u25aa\u25cf\uf0b7][ \t]*\Z")
_COUPLE: Final = 8
"""Words before a family's name in its line: who the parents are; by eye."""
_SCHOOL: Final = listed("words-before-a-figure")
_STATE: Final = 2
"""Letters of what stands behind a town: "Charlotte, NC"; by definition."""
_NICE: Final = "kind"
"""German for a child, and English for a virtue."""
_ADDRESS: Final = 30
"""Words between, such as of parents, an address and a phone number; by eye."""
_ASIDES: Final = listed("words-of-age")


class _Told(NamedTuple):
    """Where the names of a list are, and whether a class or an age is told beside one."""

    at: tuple[int, ...]
    is_graded: bool


@detector(Rule.NAME_HOUSEHOLD, needs=Need.KIN)
def names_in_households(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the children told behind the name of their family."""
    passage, families = grid.passage, grid.paired
    plurals = _plurals(grid, roster) if passage.has_all_words else {}
    behind = " :" if passage.present.isdisjoint(CHILD_LABELS) else " :,;\n"
    for start, end in passage.places_of({*families, *plurals}):
        if not passage.cased[start].isupper() or passage.cased[end : end + 1] not in behind:
            continue
        sentence, written = _around(passage, start, end), passage.folded[start:end]
        at = sentence.index_at(start)
        if at + 1 >= len(sentence):
            continue
        if written in families:
            yield from _children(sentence, roster, at, written)
        if written in plurals and _ARTICLES.intersection(sentence.words[max(at - 2, 0) : at]):
            yield from _children(sentence, roster, at, plurals[written], is_plural=True)


def _plurals(grid: Grid, roster: Roster) -> dict[str, str]:
    """Return the words here that are a family's name in the plural, with that: no knights or parks."""
    words = ((word, of) for word in grid.plurals for of in (word[:-2], word[:-1]))
    return {word: of for word, of in words if of in roster.by_family and not (is_word(of) or is_word(word))}


def _around(passage: Passage, start: int, end: int) -> Sentence:
    low = max(passage.spaced.rfind(" ", 0, max(start - _BEFORE, 1)), 0)
    high = passage.spaced.find(" ", min(end + _REACH, len(passage.spaced) - 1))
    return Sentence(passage, low, high)


def _children(sentence: Sentence, roster: Roster, at: int, family: str, *, is_plural: bool = False) -> Iterator[Hit]:
    words = sentence.words
    is_followed = words[at + 1] in CUES and sentence.between(at) == " "
    last = at + 1 if is_followed else at
    is_family = is_plural or is_followed or (at > 0 and words[at - 1] in CUES and sentence.gap(at - 1) == "space")
    if last + 1 >= len(words):
        return
    may_be_one = is_family or _may_be_one(sentence, roster, at)
    label = _labelled(sentence, last) if may_be_one else None
    if label is None and _heads_lines(sentence, at, last):
        label = _labelled_below(sentence, last)
    if label is not None:
        told = _listed(sentence, roster, label + 1, is_family=True)
        yield from _theirs(sentence, roster, (at, family), told, is_family=True)
    if not may_be_one:
        return
    is_greeted = is_followed and _ends_sentence(sentence, last) and _ARTICLES.intersection(words[max(at - 2, 0) : at])
    are_below = is_family and _is_bullet(sentence, last)
    if is_greeted or are_below or _is_mark(sentence, last):
        told = _listed(sentence, roster, last + 1, is_family=is_family, are_below=are_below)
        yield from _theirs(sentence, roster, (at, family), told, is_family=is_family)


def _theirs(
    sentence: Sentence, roster: Roster, of: tuple[int, str], told: _Told | None, *, is_family: bool
) -> Iterator[Hit]:
    """Yield those of a list who are `of` a family, told with the place of its word; it may be none of people.

    A name that a school begins with is less sure where nothing says that it is a family's.
    """
    at, family = of
    if told is None or not (is_family or _FEWEST <= len(told.at) <= _MOST):
        return
    for place in told.at:
        given = sentence.words[place]
        for name in roster.by_family[family].get(given, ()):
            if given in roster.names[name].given.firsts and _is_all(sentence, place, roster.names[name]):
                is_plain = not (is_given_name(family) or roster.names[name].is_ordinary((given, family)))
                is_sure = is_family or told.is_graded or is_plain
                excuse: Excuse = "may-be" if not is_family and family in roster.phrases.places else ""
                places = frozenset((sentence.starts[at], sentence.starts[place]))
                hit = Hit(places, (), (name,), Rule.NAME_HOUSEHOLD, excuse=excuse)
                yield hit if is_sure else hit.but(Rule.CUE_ORDINARY)


def _labelled(sentence: Sentence, at: int) -> int | None:
    """Return which word behind one in its line is a label of children: "Rivera, 4 Elm St, children:"."""
    for place in range(at + 1, min(at + _ADDRESS, len(sentence) - 1)):
        if not {"\n", "\t"}.isdisjoint(sentence.between(place - 1)):
            break
        if _is_label(sentence, place):
            return place
    return None


def _heads_lines(sentence: Sentence, at: int, last: int) -> bool:
    """Whether a family's name may stand over its address and children: it begins its line, or is that of a couple.

    None is the street in "4 Baker Road", the driver in "Driver: Kim Baker" or the teacher in "Mr. Baker".
    """
    behind = sentence.words[last + 1]
    if sentence.gap(last) == "and" or behind in CONJUNCTIONS or (len(behind) == 1 and behind.isalpha()):
        return False  # teachers of one class, authors of one book
    if sentence.gap(last) == "space" and sentence.is_capital(last + 1):
        return False
    first = at
    while at - first < _COUPLE and sentence.gap(first - 1) not in ROW_ENDS:
        first -= 1
    before, gaps = sentence.words[first:at], sentence.gaps[first:at]
    if any(map(str.isdigit, before)) or (before and ":" in sentence.between(first) and before[0] not in PARENTS):
        return False
    if CUES.union(_ARTICLES).issuperset(before):
        return True
    are_two = "and" in gaps or not CONJUNCTIONS.isdisjoint(before)
    begins = before[0] in PARENTS or is_given_name(before[0]) or TITLES.union(CONJUNCTIONS).issuperset(before)
    return are_two and begins


def _labelled_below(sentence: Sentence, at: int) -> int | None:
    """Return which word that begins a line below one is a label of children, where only contacts stand between."""
    for place in range(at + 1, min(at + _ADDRESS, len(sentence) - 1)):
        between = sentence.between(place - 1)
        if "\t" in between or between.count("\n") > 1:
            break
        if "\n" in between:
            if _is_label(sentence, place) and sentence.words[place] != _NICE:
                return place
            if not _begins_contact(sentence, place):
                break
    return None


def _begins_contact(sentence: Sentence, at: int) -> bool:
    """Whether a line tells where somebody lives or how to reach them, and is no other family: "Miller, Tom and Ann"."""
    end = at
    while sentence.gap(end) not in ROW_ENDS:
        end += 1
    is_family = sentence.gap(at) == "comma" and sentence.words[at].isalpha() and len(sentence.words[at + 1]) != _STATE
    line = sentence.words[at : end + 1]
    has_time = any(sentence.between(place) == ":" for place in range(at, end))
    is_of_school = has_time or not _SCHOOL.isdisjoint(line)
    is_told = any(letter.isdigit() for word in line for letter in word)
    return is_told and not (is_family or is_of_school) and CUES.isdisjoint(line)


def _is_label(sentence: Sentence, at: int) -> bool:
    return sentence.words[at] in CHILD_LABELS and sentence.between(at).lstrip()[:1] == ":"


def _is_all(sentence: Sentence, place: int, name: Name) -> bool:
    """Whether a given name stands there alone or with a second one, and before no other family name."""
    if sentence.gap(place) != "space" or not sentence.is_capital(place + 1):
        return True
    word = sentence.words[place + 1]
    return word in name.given.own or is_of_class(word) or (is_given_name(word) and not is_family_name(word))


def _is_mark(sentence: Sentence, at: int) -> bool:
    """Whether a colon, a bracket or a dash parts a word from the next, in one line."""
    between = sentence.between(at)
    return between.strip()[:1] in _MARKS and between != "-" and "\n" not in between


def _is_bullet(sentence: Sentence, at: int) -> bool:
    """Whether the next word begins a line behind a bullet: the children are told below each other."""
    return at + 1 < len(sentence) and bool(_BULLET.search(sentence.between(at)))


def _ends_sentence(sentence: Sentence, at: int) -> bool:
    """Whether a sentence ends behind a word, and another follows in its line: "the Rivera family! Ana joins us"."""
    between = sentence.between(at)
    return between.strip() in {".", "!"} and "\n" not in between


def _may_be_one(sentence: Sentence, roster: Roster, at: int) -> bool:
    """Whether a word alone may be a family's name: not a teacher's, and nobody's who speaks."""
    family, before = sentence.words[at], at - 1
    if before < 0 or sentence.gap(before) != "space":
        return True
    if _is_half(sentence.words[before], roster, family):
        return True
    return not (sentence.is_capital(before) or sentence.words[before] in TITLES)


def _is_half(word: str, roster: Roster, family: str) -> bool:
    """Whether somebody bears both as a double family name."""
    names = (at for some in roster.by_family[family].values() for at in some)
    return word in roster.by_family and any(word in roster.names[at].family.own for at in names)


def _listed(sentence: Sentence, roster: Roster, at: int, *, is_family: bool, are_below: bool = False) -> _Told | None:
    """Return what given names stand in a list that begins at a word; None if it is no list."""
    found, is_graded = list[int](), False
    for place in range(at, len(sentence)):
        word = sentence.words[place]
        if is_of_class(word) or word.isdigit() or word in _ASIDES:
            is_graded = True
        elif word not in CONJUNCTIONS:
            if not _may_be_given(sentence, roster, place):
                return _Told(tuple(found), is_graded) if is_family and found else None
            found.append(place)
        if _is_end(sentence, place) and not (are_below and _is_bullet(sentence, place)):
            break
    return _Told(tuple(found), is_graded) if found else None


def _is_end(sentence: Sentence, place: int) -> bool:
    """Whether a list ends behind a word: with its sentence, or with a line that no comma goes on."""
    if place + 1 >= len(sentence):
        return True
    between, after = sentence.between(place), sentence.words[place + 1]
    is_going_on = "," in between or ";" in between
    is_stopped = "." in between and not is_of_class(after) and not after.isdigit()
    return is_stopped or ("\n" in between and not is_going_on) or "\n\n" in between or "\t" in between


def _may_be_given(sentence: Sentence, roster: Roster, place: int) -> bool:
    """Whether a word may be a given name: one that is known, or one with a capital that is nothing else."""
    word = sentence.words[place]
    if not sentence.is_capital(place) or not word.isalpha():
        return False
    return is_known_given(word, roster) or not (is_word(word) or word in roster.by_family)
