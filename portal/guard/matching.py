"""Whether a given name and a family name that stand near each other are one person's full name."""

from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from portal.guard.arabic import fathers_names
from portal.guard.asides import (
    called_between,
    has_class_between,
    has_family_in_brackets,
    is_aside,
    names_the_family,
)
from portal.guard.bounds import (
    fills_cells,
    has_another_second_family,
    has_middle_initial,
    have_an_initial_each,
    is_beside_a_group,
    is_in_list,
    is_list_of_siblings,
    is_lone,
    is_one_given,
    is_row_of_print,
    is_titled,
    is_torn,
    is_torn_by_tags,
    second_given,
)
from portal.guard.eponyms import is_of_a_place
from portal.guard.heads import is_timetabled, is_under_head
from portal.guard.names import Name
from portal.guard.namesakes import Excuse, excuse_for
from portal.guard.nicknames import nicknames_of
from portal.guard.ordinary import is_common, is_family_name, is_word
from portal.guard.pairs import (
    FILLERS,
    Pair,
    has_article,
    has_family_between,
    is_anothers_given,
    is_no_name,
    is_noun_before,
    is_second_alone,
    pair_of,
)
from portal.guard.pupils import is_item, is_said_of_pupil
from portal.guard.roster import Roster
from portal.guard.sentences import (
    CONJUNCTIONS,
    CUES,
    FUNCTION_WORDS,
    KIN,
    OF,
    PARENTS,
    TITLES,
    Sentence,
)
from portal.guard.tones import FAMILIES
from portal.guard.words import words_of

Strength = Literal["sure", "row", "weak"]
"""A `weak` sign needs a second one of that person or family; one that is a `row` counts in a list, too."""

_FEW_WORDS: Final = 6
_LOOSELY: Final = 4
_TYING: Final = 2
_VIETNAMESE: Final = frozenset(words_of("bui dang dinh doan duong hoang huynh ngo pham phan truong vo vu"))
"""Vietnamese family names that no other language shares, without the two that half of the people bear."""
_MIDDLE_IN_VIETNAMESE: Final = frozenset(("thi", "van"))
WIDESPREAD: Final = frozenset(
    words_of("""
    bui cai cao chang chen cheng cho choi chu dang dinh do doan duong fang feng gao guo han he ho hoang hong hu huang
    huynh jang jeon jiang jung kang khan kim kumar kwon lai lam le li liang lim lin liu lu luo luong ly ma mai ngo
    oh pan park pham phan qian shah sharma shen shi shin singh son song sun tang to tran truong tsai vo vu wang wei wu
    xie xu yang yao yoon yu zeng zhang zhao zheng zhou zhu
    """)
)
"""Family names of Asia that so many bear that one given name of several does not tell who it is."""


class Hit(NamedTuple):
    """A name that stands in a text, by the places of the words it is made of.

    `exact` are the names in the roster (places in `Roster.names`) that it is in full; of `others` it is a shorter
    form, or with `is_longer` one with a middle name more.
    """

    at: frozenset[int]
    exact: tuple[int, ...]
    others: tuple[int, ...]
    strength: Strength
    excuse: Excuse = ""
    is_longer: bool = False

    @property
    def names(self) -> tuple[int, ...]:
        """The names it may be, those written in full first; of a longer one no others beside these."""
        others = () if self.exact and self.is_longer else self.others
        return self.exact + others if others else self.exact


def check(sentence: Sentence, roster: Roster, given: int, family: int, whole: Hit | None = None) -> list[Hit]:
    """Return what is found if the words at `given` and `family`, and none nearer, are a name of the roster.

    Names of which no other word stands near are all alike here, so only one of them is looked at; and none where those
    words lie within a `whole` name, of which these would be a part.
    """
    words = sentence.words
    found: list[Hit] = []
    low, high = (given, family) if given < family else (family, given)
    alike = roster.alike(words[given], words[family])
    follows_given = sentence.gaps[low - 1] == "space" and words[low - 1] in roster.givens
    if follows_given and not alike.has_first:
        return found  # another's second given name, whoever has it
    special: Collection[int] = ()
    if alike.by_word:
        around = {*words[max(low - 4, 0) : high + 5]}
        special = {at for word in alike.by_word.keys() & around for at in alike.by_word[word]}
    if special:
        sought = [
            at
            for at in sorted(special)  # in one order, so that a count does not hang on a set's
            if words[given] in roster.names[at].given.firsts
            or not (follows_given or around.intersection(roster.names[at].given.firsts))
        ]
        for hit in _each(sentence, roster, sought, around, given=given, family=family):
            found.append(hit)
            whole = hit if hit.exact and hit.strength == "sure" else whole
    if whole is not None and _is_within(sentence, low, high, whole):
        return found
    for is_first, exact, others in alike.groups if high - low > 1 else alike.beside:
        if not is_first and follows_given:
            continue  # another's second given name
        left, rest = (_without(special, exact), _without(special, others)) if special else (exact, others)
        if left or rest:
            alone = _check(sentence, roster, left, rest, given=given, family=family)
            found += [alone] if alone is not None else []
    return found


def _each(
    sentence: Sentence, roster: Roster, names: list[int], around: set[str], *, given: int, family: int
) -> Iterator[Hit]:
    """Look at each of these names; of those that have the same words near, as a double name has, at one for all.

    Names that follow each other and are found to be the same are one hit.
    """
    if len(names) < 2:
        hits = [_check(sentence, roster, (at,), (), given=given, family=family) for at in names]
        return (hit for hit in hits if hit is not None)
    words, looked = sentence.words, dict[object, _Looked | None]()
    has_initial = any(len(word) == 1 for word in words[min(given, family) + 1 : max(given, family)])
    found: list[tuple[_Looked, list[int], list[int]]] = []
    for at in names:
        name = roster.names[at]
        key = at if has_initial else _nearby(name, words[given], around)
        if key not in looked:
            looked[key] = _look(sentence, roster, name, given, family)
        seen = looked[key]
        if seen is None:
            continue
        if not found or found[-1][0] is not seen:
            found.append((seen, [], []))
        _, exact, others = found[-1]
        (exact if not seen.is_longer and name.is_whole(seen.own) else others).append(at)
    return (seen.hit(tuple(exact), tuple(others)) for seen, exact, others in found)


def _nearby(name: Name, given: str, around: set[str]) -> tuple[object, ...]:
    """Return what of a name bears on what stands around two words of it."""
    first, last = name.given, name.family
    near = [tuple([word for word in own if word in around]) for own in (first.own, last.own, first.others)]
    firsts = near[0] if first.firsts is first.own else tuple([word for word in first.firsts if word in around])
    return *near, firsts, bool(first.others), last.needed, given in nicknames_of(first.words)


def _is_within(sentence: Sentence, low: int, high: int, whole: Hit) -> bool:
    """Whether all words from one to another belong to a hit, and more than a given and a family name do."""
    return len(whole.at) > 2 and whole.at.issuperset(sentence.starts[low : high + 1])


def _without(special: Collection[int], names: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([at for at in names if at not in special])


class _Looked(NamedTuple):
    """What two words are found to be if they are a name: all of a hit but whose, and the words that are its own."""

    at: frozenset[int]
    own: frozenset[str]
    strength: Strength
    excuse: Excuse
    is_longer: bool

    def hit(self, exact: tuple[int, ...], others: tuple[int, ...]) -> Hit:
        """Return the hit, of these names."""
        return Hit(self.at, exact, others, self.strength, self.excuse, self.is_longer)


def _check(
    sentence: Sentence, roster: Roster, exact: tuple[int, ...], others: tuple[int, ...], *, given: int, family: int
) -> Hit | None:
    """Look at one of these names for all; with no word near but the two, the `exact` ones are written in full."""
    names = exact + others
    name = roster.names[names[0]]
    looked = _look(sentence, roster, name, given, family)
    if looked is None:
        return None
    if looked.is_longer:
        return looked.hit((), names)
    if len(names) == 1:
        return looked.hit(names, ()) if name.is_whole(looked.own) else looked.hit((), names)
    return looked.hit(exact, others)


def _look(sentence: Sentence, roster: Roster, name: Name, given: int, family: int) -> _Looked | None:
    """Look whether two words are this name."""
    pair = pair_of(sentence, roster, name, given, family)
    judged = _judge(pair) if pair and not have_an_initial_each(pair) else None
    if pair is None or judged is None:
        return None
    strength, middle = judged
    if _is_short_of_many(pair) and not is_said_of_pupil(pair):
        return None
    own = pair.own()
    words = tuple([sentence.words[place] for place in own])
    if strength == "sure" and is_of_a_place(sentence, pair.low, pair.high):
        strength = "row" if sentence.begins_line(pair.low) else "weak"
    elif strength == "sure":
        strength = _weighed(pair, words)
    places = frozenset([sentence.starts[place] for place in (*own, *middle)])
    return _Looked(places, frozenset(words), strength, excuse_for(pair, {*own, *middle}), bool(middle))


def _judge(pair: Pair) -> tuple[Strength, tuple[int, ...]] | None:
    """Return how sure it is and which other words are middle names; None if it is nobody of that name."""
    if _are_no_names(pair):
        return None
    if is_second_alone(pair):
        before = pair.low - 1
        if pair.foreign or (
            pair.sentence.gap(before) == "space" and pair.is_name_like(before) and is_anothers_given(pair, before)
        ):
            return None
    if not pair.foreign:
        return None if is_torn(pair) or is_torn_by_tags(pair) or is_one_given(pair) else (_adjacent(pair), ())
    if "tab" in pair.gaps:
        return ("row" if pair.is_brief else "sure", ()) if fills_cells(pair) else None
    middle = (_middle(pair) or fathers_names(pair)) if pair.is_forward else _middle_in_vietnamese(pair)
    if (middle := middle or called_between(pair)) or has_class_between(pair):
        return "sure", middle
    return _few_words_apart(pair)


def _are_no_names(pair: Pair) -> bool:
    """Whether one of the words is an ordinary one, or the next one's."""
    is_word_beside = is_no_name(pair, pair.given, pair.family) or is_no_name(pair, pair.family, pair.given)
    return is_word_beside or is_noun_before(pair) or (bool(pair.foreign) and has_family_between(pair))


def _adjacent(pair: Pair) -> Strength:
    given, family = pair.sentence.words[pair.given], pair.sentence.words[pair.family]
    if (
        given not in nicknames_of(pair.name.given.words)
        and is_second_alone(pair)
        and not _is_called_last(pair)
        and not _has_both_families(pair)
        and (is_common(given) or is_family_name(family) or family in WIDESPREAD)
    ):
        return "weak"
    if has_article(pair) or has_another_second_family(pair) or ("comma" in pair.gaps and is_in_list(pair)):
        return "weak"
    if is_titled(pair):
        return "row" if pair.sentence.begins_line(pair.low) and pair.sentence.ends_line(pair.high) else "weak"
    return "sure"


def _has_both_families(pair: Pair) -> bool:
    """Whether all of a double family name stands there: José Luis García Martínez may be Luis García Martínez."""
    words = [word for word in pair.name.family.words if word not in FILLERS]
    return len(words) > 1 and set(words).issubset(pair.sentence.words[pair.low : pair.high + 1])


def _is_called_last(pair: Pair) -> bool:
    """Whether it is the last of two given names in Vietnamese, by which people are called: Minh Khôi Bùi is Khôi."""
    words, given = pair.sentence.words, pair.name.given.words
    return len(given) == 2 and words[pair.family] in _VIETNAMESE and words[pair.given] == given[-1]


def _middle(pair: Pair) -> tuple[int, ...]:
    """Return the words between that are middle names the roster does not have."""
    words, sentence, foreign = pair.sentence.words, pair.sentence, pair.foreign
    if set(pair.gaps) - {"space", "line"} or len(foreign) > 2 or not all(pair.is_name_like(at) for at in foreign):
        return ()
    surely_given = all(pair.is_given(at) for at in foreign)
    has_before = sentence.gap(pair.low - 1) == "space" and pair.is_name_like(pair.low - 1)
    has_after = sentence.gap(pair.high) == "space" and pair.is_name_like(pair.high + 1)
    if "line" in pair.gaps and (len(foreign) > 1 or not surely_given or has_before or has_after):
        return ()
    if len(foreign) > 1 and not surely_given and (has_before or has_after or not _is_rare(pair)):
        return ()
    if sentence.is_possessive(pair.given) or (sentence.between(foreign[-1]) == "-" and is_common(words[pair.family])):
        return ()  # "Charlotte's Web" by E. B. White; "Dominic Davis-Foster": no Dominic Foster
    others = pair.name.given.others
    has_aside = len(foreign) == 1 and is_aside(sentence, foreign[0])
    if (
        surely_given
        and others
        and not has_aside
        and not any(word in others for word in words[pair.low : pair.high + 1])
    ):
        return ()  # another middle name: somebody else
    begins_next = (
        has_after and words[pair.high + 1] in pair.roster.by_family and words[pair.family] in pair.roster.givens
    )
    return () if begins_next else foreign


def _middle_in_vietnamese(pair: Pair) -> tuple[int, ...]:
    """Return the middle name that stands behind a Vietnamese family name, before all of the given one: Trần Thị Hoa."""
    words, sentence, between = pair.sentence.words, pair.sentence, pair.family + 1
    if pair.foreign != (between,) or set(pair.gaps) != {"space"} or words[pair.family] not in FAMILIES:
        return ()
    given, has_more = pair.name.given.words, sentence.gap(pair.high) == "space" and pair.is_name_like(pair.high + 1)
    if has_more or not pair.is_name_like(between) or not set(given) <= {*words[between : pair.high + 1]}:
        return ()
    return (between,) if words[between] in _MIDDLE_IN_VIETNAMESE or len(given) > 1 else ()


def _is_rare(pair: Pair) -> bool:
    """Whether the family name is so rare that whatever stands between it and a given name of it belongs to both."""
    family = pair.sentence.words[pair.family]
    return not is_common(family) and family not in WIDESPREAD


def _few_words_apart(pair: Pair) -> tuple[Strength, tuple[int, ...]] | None:
    """Judge names with other words between: brothers and sisters, "Ana of the Rivera family", a line of a list."""
    if not pair.is_capital() or len(pair.foreign) > _FEW_WORDS or "tab" in pair.gaps:
        return None
    if is_list_of_siblings(pair):
        return "sure", ()
    if not all(is_lone(pair, at) for at in (pair.given, *second_given(pair), pair.family)):
        return ("row", ()) if _is_rare(pair) and is_row_of_print(pair) else None
    if is_beside_a_group(pair):
        return None
    if _is_tied(pair) or _is_spoken_of(pair):
        return "sure", ()
    is_row = "line" not in pair.gaps and pair.sentence.begins_line(pair.low)
    return ("row" if is_row else "weak", ()) if len(pair.foreign) <= _LOOSELY else None


def _is_tied(pair: Pair) -> bool:
    """Whether the words between say that the given name is of that family."""
    words = pair.sentence.words
    if names_the_family(pair) or (_is_rare(pair) and has_family_in_brackets(pair)):
        return True
    others = [words[at] for at in pair.foreign if words[at] not in FUNCTION_WORDS]
    if len(others) > _TYING:
        return False
    beside = {words[at] for at in (pair.family - 1, pair.family + 1) if 0 <= at < len(words)}
    is_theirs = not pair.is_forward and words[pair.given - 1] in CUES  # "the Thompsons and their child Emma"
    is_of = any(words[at] in PARENTS and words[at + 1] in OF for at in pair.foreign)
    return is_theirs or is_of or not CUES.isdisjoint(beside) or not KIN.isdisjoint(others)


def _is_spoken_of(pair: Pair) -> bool:
    """Whether a grown-up of the family is spoken to of the child: "Mrs. Whitcombe, we must discuss Oliver"."""
    sentence, words = pair.sentence, pair.sentence.words
    given, family = words[pair.given], words[pair.family]
    is_rare = not is_common(family) or _has_both_families(pair)
    if words[max(pair.family - 1, 0)] not in TITLES or not is_rare or is_word(given):
        return False
    if not pair.is_forward and sentence.between(pair.family).startswith("  "):
        return False  # "Mrs. Whitcombe's class"
    beside = (at for word in (pair.given, pair.family) for at in (word - 1, word + 1) if 0 <= at < len(words))
    return words[max(pair.given - 1, 0)] not in TITLES and not any(words[at] in CONJUNCTIONS for at in beside)


def _weighed(pair: Pair, words: tuple[str, ...]) -> Strength:
    """Return how much the name says. One of ordinary words says little, unless a label stands before it."""
    if not pair.name.is_ordinary(words):
        return "sure"
    sentence = pair.sentence
    if has_middle_initial(pair) or is_said_of_pupil(pair):
        return "sure"
    if not sentence.begins_line(pair.low):
        return "row" if is_item(pair) else "weak"
    is_in_row = sentence.gap(pair.high) != "space" or sentence.ends_line(pair.high)
    if is_in_row and is_under_head(sentence.above(pair.low)):
        return "sure"
    is_row = sentence.ends_line(pair.high) and not is_timetabled(*sentence.row(pair.low))
    return "row" if is_row or is_item(pair) else "weak"


def _is_short_of_many(pair: Pair) -> bool:
    """Whether a given name is cut short before a family name that very many bear: Ben Butler may be anybody."""
    given, words = pair.sentence.words[pair.given], pair.name.given
    return is_common(pair.sentence.words[pair.family]) and given not in words.own and given in nicknames_of(words.words)
