"""Names that are not written as words of their own: in pieces, letter by letter, or as one word."""

from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import LETTERS
from portal.guard.spellings.names import JOINED_START, Name
from portal.guard.spellings.vietnamese_marks import FAMILIES
from portal.guard.text.ordinary_words import is_common
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence

_REACH: Final = 150  # characters on either side of a spelled word; by eye
_SHORTEST_JOINED: Final = 7  # letters of a name in one word; by eye
_BRIEF_FAMILY: Final = 3  # letters of a Vietnamese family name; by eye
_SHORTEST_SPELLED: Final = 5  # letters of a name that is spelled; by eye
_FEWEST_LETTERS: Final = 4  # different letters that stand alone; by eye


@detector(Rule.NAME_SPELLED, Rule.NAME_BROKEN)
def names_in_pieces(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names that pieces of words are, joined; in a long text only where single letters stand together."""
    passage = grid.passage
    if grid.whole:
        yield from _in_broken_words(grid.whole, roster, letters_only=False)
    elif len(passage.present & LETTERS) >= _FEWEST_LETTERS:
        for start, end in passage.spelled:
            spelled = Sentence(passage, max(start - _REACH, 0), min(end + _REACH, len(passage.spaced)))
            yield from _in_broken_words(spelled, roster, letters_only=True)


def _in_broken_words(sentence: Sentence, roster: Roster, *, letters_only: bool) -> Iterator[Hit]:
    """Find names of which the words, joined, are pieces of the text, joined: "A n a  R i v e r a", "Ri vera Ana"."""
    words, joined, starts, count = sentence.words, roster.joined, roster.joined_starts, len(sentence)
    whole, places = "".join(words), (0, *accumulate(map(len, words)))
    ends = set[int]() if letters_only else sentence.cell_ends()
    for first in [first for first, at in enumerate(places) if whole[at : at + JOINED_START] in starts]:
        text = words[first]
        if len(text) > 1 and (letters_only or first in ends):
            continue
        longest = starts[whole[places[first] : places[first] + JOINED_START]]
        joint, last = text, first
        while len(joint) < longest and last + 1 < count:
            if last in ends and len(joint) > last - first + 1:
                break  # such pieces stand in one cell, unless each is a single letter
            last += 1
            joint += words[last]
            if joint in joined:
                hit = _joined_hit(sentence, roster, joint, first, last)
                if hit is not None:
                    yield hit


def _joined_hit(sentence: Sentence, roster: Roster, text: str, first: int, last: int) -> Hit | None:
    pieces = sentence.words[first : last + 1]
    name = roster.names[roster.joined[text][0]]
    if all(piece in name.given.own or piece in name.family.own for piece in pieces):
        return None  # written as it should be: found by its words
    is_spelled = all(len(piece) == 1 for piece in pieces)
    gaps = [sentence.gap(at) for at in range(first, last)]
    if len(text) < (_SHORTEST_SPELLED if is_spelled else _SHORTEST_JOINED) or "break" in gaps:
        return None
    if not is_spelled and ("tab" in gaps or gaps.count("line") > 1):
        return None
    places = frozenset(sentence.starts[first : last + 1])
    hit = Hit(places, *_written_joined(roster, text), Rule.NAME_SPELLED if is_spelled else Rule.NAME_BROKEN)
    return hit.but(Rule.CUE_ORDINARY) if name.may_be_words else hit


def _written_joined(roster: Roster, text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the names that a joint of words is in full, and those it is a shorter form of."""
    names = roster.joined[text]
    spelled = {at: (roster.names[at].given.whole, roster.names[at].family.whole) for at in names}
    exact = tuple(at for at, (given, family) in spelled.items() if _is_joint(text, given, family))
    return exact, tuple(at for at in names if at not in exact)


def _is_joint(text: str, given: Iterable[str], family: Iterable[str]) -> bool:
    return any(text in {one + other, other + one} for one in given for other in family)


@detector(Rule.NAME_JOINED)
def names_in_one_word(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names written as one word: "AnaRivera", "anarivera2014"."""
    passage = grid.passage
    found = {word: word for word in passage.present & roster.joined.keys()}
    for word in passage.present if grid.is_short and passage.has_digits else ():
        if not word.isalpha() and (bare := word.strip("0123456789")) in roster.joined:
            found[word] = bare
    for start, end in passage.places_of(found.keys()):
        joined = found[passage.folded[start:end]]
        name = roster.names[roster.joined[joined][0]]
        if len(joined) < _SHORTEST_SPELLED or joined in roster.by_family or joined in roster.givens:
            continue
        exact, others = _written_joined(roster, joined)
        has_camel_case = _has_camel_case(passage, start, len(joined))
        is_one = not (exact or has_camel_case or joined != passage.folded[start:end]) and _may_be_vietnamese_given(name)
        cues = (Rule.CUE_MANY,) if is_one else (Rule.CUE_ORDINARY,) if name.may_be_words else ()
        if has_camel_case or (len(joined) >= _SHORTEST_JOINED and not is_common(joined)):
            yield Hit(frozenset((start,)), exact, others, Rule.NAME_JOINED).but(*cues)


def _may_be_vietnamese_given(name: Name) -> bool:
    """Whether half of a name, joined, may be a given one: Thanhha, beside Thanh Tâm Hà; but no Thunguyen."""
    return any(word in FAMILIES and len(word) <= _BRIEF_FAMILY for word in name.family.words)


def _has_camel_case(passage: Passage, start: int, length: int) -> bool:
    """Whether a word has a capital within, after a small letter, as "BillDay" has."""
    word = passage.cased[start : start + length]
    return any(one.islower() and other.isupper() for one, other in pairwise(word))
