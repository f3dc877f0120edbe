"""What else a full name of the roster may be: a site, a program, a public figure, or one of the staff.

None of these hides the name of somebody on the roster. A longer name that holds it (Rivera Elementary), or a second
sign that a colleague is meant, makes the name less sure: it then counts in a list, or beside another sign of its
family. The name alone is never excused, whoever else bears it: who may add a colleague or name a site could else
choose whom the guard does not see.
"""

from collections.abc import Iterator
from typing import Final

from portal.guard.cues.pairs import PARTS_OF_NAMES, Pair
from portal.guard.cues.pupil_context import CLOSINGS, is_labelled
from portal.guard.cues.said_of_pupils import is_told_of_pupil
from portal.guard.evidence.hits import Excuse
from portal.guard.roster.index import Roster
from portal.guard.roster.phrases import PUBLIC, Phrase
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import ROW_ENDS, TITLES, Sentence

_REACH: Final = 8  # words before a name; by eye
_BREAK: Final = frozenset(("break",))
_PARTING: Final = _BREAK | {"tab"}
_NEAR: Final = 4
"""Words between a name and the post behind it: "Owen Marsh, third grade math teacher"; by eye."""
_SHORTEST: Final = 3
"""Letters of a name that tell whose a mail address is; by eye."""
_POSTS: Final = listed("posts")
_OF_POSTS: Final = listed("words-beside-posts")
"""Words of a post before the one that says it is one."""
_STAFF: Final = listed("staff-words")
_OF_HEADS: Final = _STAFF | listed("words-of-staff-heads")
_LONGEST_HEAD: Final = 60  # characters; by eye
_MOST_LINES: Final = 40  # lines above that are looked at; by eye


def excuse_for(pair: Pair, places: set[int]) -> Excuse:
    """Return what else a name at some places of a sentence may be.

    One that only begins or ends in another name is somebody's all the same where that hangs together more loosely:
    "Ana Lopez, Maria Rivera" holds no Lopez, Maria.
    """
    return _known_excuse(pair, places) or ("meant" if _is_short_for_colleague(pair) else "")


def _known_excuse(pair: Pair, places: set[int]) -> Excuse:
    """Return the excuse of a known phrase that stands there."""
    if pair.roster.phrases.by_first.keys().isdisjoint(pair.sentence.words[max(pair.low - _REACH, 0) : pair.high + 1]):
        return ""
    for first, last, phrase in known_spans(pair.sentence, pair.roster, pair.low - _REACH, pair.high):
        span = set(range(first, last + 1))
        is_within = places <= span or (span & places and span - places and _is_tight(pair, first, last, phrase))
        if is_within and (excuse := _excuse(pair, first, last, phrase)):
            return excuse
    return ""


def _excuse(pair: Pair, first: int, last: int, phrase: Phrase) -> Excuse:
    if is_labelled(pair) or is_told_of_pupil(pair.sentence, pair.low, pair.high):
        return ""
    if phrase in pair.roster.phrases.staff:
        if _has_post(pair.sentence, first, last) or _has_own_address(pair, first, last, phrase):
            return "meant"
        is_said = _is_titled(pair.sentence, first, last) or _is_signed(pair.sentence, first, last)
        return "may-be" if is_said or _is_in_list_of_staff(pair.sentence, first) else ""
    is_longer = not {*pair.name.given.own, *pair.name.family.own}.issuperset(phrase)
    return "may-be" if is_longer or phrase in PUBLIC else ""


def _is_short_for_colleague(pair: Pair) -> bool:
    """Whether a post stands beside a name that lacks one of two family names: a colleague's, or of whoever it is.

    "Ana Rivera, principal" is Ana Rivera Mendoza who works here, or anybody but Ana Lucía Rivera Soto. Of who is no
    colleague the post has to be all that is said: "Ana Rivera, nurse, 10:15" is a visit.
    """
    sentence, low, high = pair.sentence, pair.low, pair.high
    if pair.foreign or not pair.is_capital() or not _has_post(sentence, low, high):
        return False
    if is_labelled(pair) or is_told_of_pupil(sentence, low, high):
        return False
    written = tuple(sentence.words[low : high + 1])
    of_family = [word for word in pair.name.family.words if word not in PARTS_OF_NAMES]
    lacks_one = len(of_family) == 2 and len({*of_family}.intersection(written)) == 1
    return written in pair.roster.phrases.shortened or (lacks_one and _is_all_said(sentence, low, high))


def _is_all_said(sentence: Sentence, low: int, high: int) -> bool:
    """Whether a line, row or sentence holds a name, the post beside it and nothing more."""
    first, last = low, high
    while sentence.gap(first - 1) not in ROW_ENDS:
        first -= 1
    while sentence.gap(last) not in ROW_ENDS:
        last += 1
    others = (*sentence.words[first:low], *sentence.words[high + 1 : last + 1])
    return all(word in _POSTS or word in _OF_POSTS or word in TITLES for word in others)


def _has_post(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a post is told right before a name or right behind it: "Teacher: Owen Marsh", "Owen Marsh, principal"."""
    before = first - 1
    while before > 0 and sentence.words[before] in TITLES and sentence.gap(before - 1) not in _BREAK:
        before -= 1
    if before >= 0 and sentence.words[before] in _POSTS and _leads_on(sentence, before):
        return True
    if last + 1 < len(sentence) and sentence.is_possessive(last):
        return False  # "Ana Rivera's teacher"
    for at in range(last + 1, min(last + 1 + _NEAR, len(sentence))):
        if sentence.gap(at - 1) not in {"space", "comma", "tab"}:
            return False
        word = sentence.words[at]
        if word in _POSTS:
            return at + 1 == len(sentence) or not _goes_on(sentence, at)
        if not (word in _OF_POSTS or word[:1].isdigit()):
            return False
    return False


def _leads_on(sentence: Sentence, at: int) -> bool:
    """Whether a word is said of the next: beside it, or with a colon or the end of a cell between."""
    between = sentence.between(at)
    return between.strip() == ":" or (not between.strip() and "\n" not in between)


def _goes_on(sentence: Sentence, at: int) -> bool:
    """Whether a post behind a name is said of somebody else: "Ana Rivera, teacher: Mrs. Lee"."""
    return ":" in sentence.between(at) or (sentence.gap(at) == "space" and sentence.is_capital(at + 1))


def _has_own_address(pair: Pair, first: int, last: int, phrase: Phrase) -> bool:
    """Whether the staff mail address of who bears this name stands in its line or the next; no guardian's is one."""
    if not pair.roster.work_addresses:
        return False
    here = pair.sentence.lines_from(first, last)
    if "@" not in here:
        return False
    telling = [word for word in phrase if len(word) >= _SHORTEST]
    return any(
        address in here and any(word in address.partition("@")[0] for word in telling)
        for address in pair.roster.work_addresses
    )


def _is_titled(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a title stands before a name that no comma parts, or begins it: no "Mrs. Rivera, Ana"."""
    if {*sentence.gaps[first:last]} != {"space"}:
        return False
    is_before = first > 0 and sentence.words[first - 1] in TITLES and sentence.gap(first - 1) == "space"
    return is_before or sentence.words[first] in TITLES


def _is_signed(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a name stands alone below the end of a letter."""
    before = first - 1
    is_below = before >= 0 and sentence.words[before] in CLOSINGS and "\n" in sentence.between(before)
    return is_below and sentence.ends_line(last)


def _is_in_list_of_staff(sentence: Sentence, first: int) -> bool:
    """Whether a head such as "Our staff" stands above, and nothing but short lines between."""
    lines = (line for line in reversed(sentence.above(first).split("\n")) if line.strip())
    for _, line in zip(range(_MOST_LINES), lines, strict=False):
        if len(line) > _LONGEST_HEAD:
            return False
        words = {word for word in line.split() if word.isalpha()}
        if words & _STAFF and words <= _OF_HEADS:
            return True
    return False


def _is_tight(pair: Pair, first: int, last: int, phrase: Phrase) -> bool:
    """Whether a known phrase hangs together more than a name that shares a word with it; a school's, as much."""
    gaps, own = {*pair.sentence.gaps[first:last]}, {*pair.gaps}
    if gaps == {"space"}:
        return own != gaps or phrase not in pair.roster.phrases.staff
    return gaps == {"space", "line"} and not own <= gaps


def known_spans(sentence: Sentence, roster: Roster, low: int, high: int) -> Iterator[tuple[int, int, Phrase]]:
    """Yield known phrases that start between two places, with where they begin and end; an initial hides none."""
    words, free = sentence.words, max(low, 0)
    for first in range(free, min(high + 1, len(words))):
        if first < free:
            continue  # within the last one: "Owen Marsh, Owen Lee" holds no "Marsh, Owen"
        for phrase in roster.phrases.by_first.get(words[first], ()):
            last = _end_of(phrase, first, sentence, roster)
            if last is not None:
                yield first, last, phrase
                free = last + 1
                break


def _end_of(phrase: Phrase, first: int, sentence: Sentence, roster: Roster) -> int | None:
    """Return where a phrase that begins at a word ends; None if it does not stand there.

    Two names of one of the staff may fill two cells; a site fills one.
    """
    words, at = sentence.words, first
    parting = _BREAK if len(phrase) == 2 and phrase in roster.phrases.staff else _PARTING
    for word in phrase[1:]:
        at += 1
        while at < len(words) and len(words[at]) == 1 and len(word) > 1:
            at += 1
        if at >= len(words) or words[at] != word or sentence.gap(at - 1) in parting:
            return None
    return at
