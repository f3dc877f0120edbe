"""Letters and sentences to grown-ups of a family that speak of its child by the given name alone."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from portal.guard.cues.matching import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.strength import SURE, lowered
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import OPENINGS
from portal.guard.text.ordinary_words import is_common, is_word
from portal.guard.text.vocabulary import any_of, listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import CUES, GREETINGS, PARENTS, TITLES, Sentence

_LONGEST: Final = 80
_LETTER: Final = 600
"""Characters of a letter in which the child is named if the letter is about it."""
_NEAR: Final = 12
"""Words behind the family name within which even a name that very many bear is that family's."""
_OF_CHILDREN: Final = PARENTS | listed("about-children")
"""What stands before the name of a child that its parents are told of."""
_SUBJECT: Final = re.compile(rf"(?:\A|\n)[^\S\n]*(?:{any_of('subject-lines')})[ .]?:[^\n]*\n\s*\Z")
"""The line above a salutation that says what a letter is about."""
_END: Final = re.compile(r"[,:;!\n]")


def names_in_letters(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the children spoken of in a letter that begins "Dear Mrs. Whitcombe" or "Dear Whitcombe family".

    `families` are the family words here of which a given name is here, too.
    """
    openings = sorted(place for word in passage.present & OPENINGS for place in passage.places(word))
    for at, (begin, end) in enumerate(openings):
        opening = Sentence(passage, end, min(end + _LONGEST, len(passage.spaced)))
        last = _addressee(opening, families)
        if last is None:
            continue
        start = opening.starts[last]
        following = (place for place, _ in openings[at + 1 :] if place > start)
        stop = min(start + _LETTER, next(following, len(passage.spaced)), len(passage.spaced))
        yield from in_letter(Sentence(passage, start, stop), roster, opening.words[last])
        if subject := _SUBJECT.search(passage.folded, max(begin - _LONGEST, 0), begin):
            line = Sentence(passage, subject.start(), begin)
            yield from _of_family(line, roster, (opening.words[last], start), is_told=_is_subject)


def _addressee(opening: Sentence, families: frozenset[str]) -> int | None:
    """Return which word of a salutation is the family name of the grown-ups addressed."""
    is_titled = False
    for at, word in enumerate(opening.words):
        is_titled = is_titled or word in TITLES or word in CUES
        beside = opening.words[at + 1] if at + 1 < len(opening) else ""
        if word in families and opening.is_capital(at) and (is_titled or beside in CUES):
            return at
        if _END.search(opening.between(at) if at + 1 < len(opening) else "\n"):
            return None
    return None


def in_letter(letter: Sentence, roster: Roster, family: str) -> Iterator[Hit]:
    """Yield the people of a family whose given name stands alone in a letter that begins with the family's name."""
    yield from _of_family(letter, roster, (family, letter.starts[0]), is_told=_is_told)


def _of_family(
    sentence: Sentence, roster: Roster, family: tuple[str, int], *, is_told: Callable[[Sentence, int], bool]
) -> Iterator[Hit]:
    """Yield whose given name stands alone behind the first word, of a `family` that is told with where it begins.

    Of names that many bear both have to be sure that it `is_told` of.
    """
    partners = roster.by_family[family[0]]
    for at, word in enumerate(sentence.words):
        if not at or word not in partners or not sentence.is_capital(at):
            continue
        are_common = is_common(family[0]) and is_common(word)
        is_telling = not is_word(word) and (not are_common or is_told(sentence, at))
        names = tuple(
            name
            for name in partners[word]
            if word in roster.names[name].given.firsts and is_alone(sentence, at, roster.names[name].given.own)
        )
        if names:
            cues = SURE if is_telling else lowered(Rule.CUE_ORDINARY if is_word(word) else Rule.CUE_MANY)
            yield Hit(frozenset((family[1], sentence.starts[at])), (), names, Rule.NAME_SALUTATION, *cues)


def _is_told(letter: Sentence, at: int) -> bool:
    """Whether a letter to a family is about the one named there: it begins so, or says "your son", "that"."""
    before = [word for word in letter.words[1:at] if len(word) > 1]  # none of tags
    if len(before) > _NEAR:
        return False
    if CUES.issuperset(before):
        return letter.gap(at) == "space"
    return before[-1] in _OF_CHILDREN


def _is_subject(line: Sentence, at: int) -> bool:
    """Whether all that a letter is about is the one named there, or something of that one: "Re: Emma's absences"."""
    return at + 1 >= len(line) or line.is_possessive(at) or line.gap(at) in {"line", "break"}


def is_alone(sentence: Sentence, at: int, own: Collection[str] = ()) -> bool:
    """Whether a given name stands without another part of a name but its `own`, and without a title."""
    words, begins = sentence.words, at
    while own and sentence.gap(at) == "space" and words[at + 1] in own:
        at += 1
    if sentence.gap(at) == "space" and sentence.is_capital(at + 1) and words[at + 1] not in GREETINGS:
        return False
    before = begins - 1
    is_begun = sentence.gap(before) != "space" or (before >= 0 and "(" in sentence.between(before))
    return is_begun or not (words[before] in TITLES or (before > 0 and sentence.is_capital(before)))
