"""Letters and sentences to grown-ups of a family: whose given name stands alone in them."""

from collections.abc import Callable, Collection, Iterator
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.roster.index import Roster
from portal.guard.text.ordinary_words import is_common, is_word
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import CUES, GREETINGS, PARENTS, TITLES, Sentence

_NEAR: Final = 12
"""Words behind the family name within which even a name that very many bear is that family's; by eye."""
_OF_CHILDREN: Final = PARENTS | listed("about-children")
"""What stands before the name of a child that its parents are told of."""


def in_letter(letter: Sentence, roster: Roster, family: str) -> Iterator[Hit]:
    """Yield the people of a family whose given name stands alone in a letter that begins with the family's name."""
    yield from of_family(letter, roster, (family, letter.starts[0]), is_told=_is_told)


def of_family(
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
            hit = Hit(frozenset((family[1], sentence.starts[at])), (), names, Rule.NAME_SALUTATION)
            yield hit if is_telling else hit.but(Rule.CUE_ORDINARY if is_word(word) else Rule.CUE_MANY)


def _is_told(letter: Sentence, at: int) -> bool:
    """Whether a letter to a family is about the one named there: it begins so, or says "your son", "that"."""
    before = [word for word in letter.words[1:at] if len(word) > 1]  # none of tags
    if len(before) > _NEAR:
        return False
    if CUES.issuperset(before):
        return letter.gap(at) == "space"
    return before[-1] in _OF_CHILDREN


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
