"""What two words near each other are if they are a name: by which rule, how surely, or by which veto they are none."""

from typing import Final, NamedTuple

from portal.guard.cues.arabic_names import fathers_names
from portal.guard.cues.bounds import (
    fills_cells,
    has_another_second_family,
    has_middle_initial,
    is_in_list,
    is_list_of_siblings,
    is_lone,
    is_one_given,
    is_titled,
    is_torn,
    second_given,
)
from portal.guard.cues.eponyms import is_of_a_place
from portal.guard.cues.headings import is_timetabled, is_under_head
from portal.guard.cues.pairs import (
    PARTS_OF_NAMES,
    Pair,
    is_anothers_given,
    is_no_name,
    is_second_alone,
)
from portal.guard.cues.pupil_context import is_in_title_case, is_item, is_said_of_pupil
from portal.guard.cues.words_between import (
    called_between,
    has_class_between,
    has_family_in_brackets,
    is_aside,
    names_the_family,
)
from portal.guard.evidence.rule_ids import Rule
from portal.guard.spellings.vietnamese_marks import FAMILIES
from portal.guard.text.nicknames import nicknames_of
from portal.guard.text.ordinary_words import is_common, is_family_name, is_word
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import CONJUNCTIONS, CUES, FUNCTION_WORDS, KIN, OF, PARENTS, TITLES

_MOST_BESIDE_KIN: Final = 2  # words between, those of grammar aside; by eye
_VIETNAMESE: Final = listed("family-names-of-one-language")
"""Vietnamese family names that no other language shares, without the two that half of the people bear."""
_MIDDLE_IN_VIETNAMESE: Final = frozenset(("thi", "van"))
WIDESPREAD: Final = listed("widespread-family-names")
"""Family names of Asia that so many bear that one given name of several does not tell who it is."""


class Judged(NamedTuple):
    """What two words are as a name: by which rule, with which cues, and which other words as middle names."""

    rule: Rule
    cues: tuple[Rule, ...] = ()
    middle: tuple[int, ...] = ()


def judge_pair(pair: Pair) -> Judged | Rule:
    """Return how sure it is and which other words are middle names; the veto if it is nobody of that name."""
    judged = _judge(pair)
    if not isinstance(judged, Rule) and _is_short_of_many(pair) and not is_said_of_pupil(pair):
        return Rule.VETO_SHORT_COMMON if pair.is_on(Rule.VETO_SHORT_COMMON) else judged
    return judged


def cues_of_pair(pair: Pair, words: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return what makes a name less sure of which these are all the words here, if it is surely one."""
    is_place = is_of_a_place(pair.sentence, pair.low, pair.high) and pair.is_on(Rule.CUE_PLACE)
    return _of_a_place(pair) if is_place else _of_ordinary_words(pair, words)


def _of_a_place(pair: Pair) -> tuple[Rule, ...]:
    """Return the cues of a name that a place is called by."""
    return (Rule.CUE_PLACE, Rule.CUE_ROW) if pair.sentence.begins_line(pair.low) else (Rule.CUE_PLACE,)


def _judge(pair: Pair) -> Judged | Rule:
    """Return how sure it is and which other words are middle names; the veto if it is nobody of that name."""
    is_small = is_no_name(pair, pair.given, pair.family) or is_no_name(pair, pair.family, pair.given)
    if is_small and pair.is_on(Rule.VETO_SMALL_WORD):
        return Rule.VETO_SMALL_WORD
    if not pair.foreign:
        return _adjacent(pair)
    if is_second_alone(pair) and pair.is_on(Rule.VETO_SECOND_GIVEN):
        return Rule.VETO_SECOND_GIVEN
    if "tab" in pair.gaps:
        cues = (Rule.CUE_BRIEF,) if pair.is_brief and pair.is_on(Rule.CUE_BRIEF) else ()
        is_one = fills_cells(pair) or not pair.is_on(Rule.VETO_CELLS)
        return Judged(Rule.NAME_CELLS, cues) if is_one else Rule.VETO_CELLS
    middle = (_middle(pair) or fathers_names(pair)) if pair.is_forward else _middle_in_vietnamese(pair)
    if middle := middle or called_between(pair):
        return Judged(Rule.NAME_MIDDLE, middle=middle)
    return Judged(Rule.NAME_CLASS) if has_class_between(pair) else _few_words_apart(pair)


def _adjacent(pair: Pair) -> Judged | Rule:
    """Judge names with no other word between."""
    before = pair.low - 1
    is_after_name = pair.sentence.gap(before) == "space" and pair.is_name_like(before)
    is_second = is_after_name and is_second_alone(pair) and is_anothers_given(pair, before)
    if is_second and pair.is_on(Rule.VETO_SECOND_GIVEN):
        return Rule.VETO_SECOND_GIVEN
    if is_torn(pair) and pair.is_on(Rule.VETO_TORN):
        return Rule.VETO_TORN
    is_hyphened = is_one_given(pair) and pair.is_on(Rule.VETO_HYPHEN)
    return Rule.VETO_HYPHEN if is_hyphened else Judged(Rule.NAME_FULL, _doubted(pair))


def _doubted(pair: Pair) -> tuple[Rule, ...]:
    """Return what makes it less sure that two words side by side are the name."""
    given, family = pair.sentence.words[pair.given], pair.sentence.words[pair.family]
    if (
        given not in nicknames_of(pair.name.given.words)
        and is_second_alone(pair)
        and not _is_called_last(pair)
        and not _has_both_families(pair)
        and (is_common(given) or is_family_name(family) or family in WIDESPREAD)
        and pair.is_on(Rule.CUE_SECOND_GIVEN)
    ):
        return (Rule.CUE_SECOND_GIVEN,)
    cue = _cue_around(pair)
    if cue is not None or not is_titled(pair) or not pair.is_on(Rule.CUE_TITLE):
        return () if cue is None else (cue,)
    is_line = pair.sentence.begins_line(pair.low) and pair.sentence.ends_line(pair.high)
    return (Rule.CUE_TITLE, Rule.CUE_ROW) if is_line else (Rule.CUE_TITLE,)


def _cue_around(pair: Pair) -> Rule | None:
    """Return what around two words side by side makes them less sure to be the name."""
    if has_another_second_family(pair) and pair.is_on(Rule.CUE_OTHER_FAMILY):
        return Rule.CUE_OTHER_FAMILY
    is_of_list = "comma" in pair.gaps and is_in_list(pair) and pair.is_on(Rule.CUE_GIVEN_LIST)
    return Rule.CUE_GIVEN_LIST if is_of_list else None


def _has_both_families(pair: Pair) -> bool:
    """Whether all of a double family name stands there: José Luis García Martínez may be Luis García Martínez."""
    words = [word for word in pair.name.family.words if word not in PARTS_OF_NAMES]
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


def _few_words_apart(pair: Pair) -> Judged | Rule:
    """Judge names with other words between: brothers and sisters, "Ana of the Rivera family", a line of a list."""
    if not pair.is_capital() and pair.is_on(Rule.VETO_SMALL):
        return Rule.VETO_SMALL
    if is_list_of_siblings(pair):
        return Judged(Rule.NAME_SIBLINGS)
    are_lone = all(is_lone(pair, at) for at in (pair.given, *second_given(pair), pair.family))
    if not are_lone and pair.is_on(Rule.VETO_OTHER_NAME):
        return Rule.VETO_OTHER_NAME
    if _is_tied(pair) or _is_spoken_of(pair):
        return Judged(Rule.NAME_KIN)
    return _loosely_near(pair)


def _loosely_near(pair: Pair) -> Judged | Rule:
    """Judge names that nothing but their nearness ties together."""
    is_row = "line" not in pair.gaps and pair.sentence.begins_line(pair.low)
    return Judged(Rule.NAME_NEAR, (Rule.CUE_ROW,) if is_row else ())


def _is_tied(pair: Pair) -> bool:
    """Whether the words between say that the given name is of that family."""
    words = pair.sentence.words
    if names_the_family(pair) or (_is_rare(pair) and has_family_in_brackets(pair)):
        return True
    others = [words[at] for at in pair.foreign if words[at] not in FUNCTION_WORDS]
    if len(others) > _MOST_BESIDE_KIN:
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


def _of_ordinary_words(pair: Pair, words: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the cues of a name of ordinary words, which says little, unless a label stands before it."""
    if not pair.name.is_ordinary(words):
        return ()
    sentence = pair.sentence
    if has_middle_initial(pair) or is_said_of_pupil(pair) or is_in_title_case(pair, words):
        return ()
    if sentence.begins_line(pair.low):
        is_in_row = sentence.gap(pair.high) != "space" or sentence.ends_line(pair.high)
        if is_in_row and is_under_head(sentence.above(pair.low)):
            return ()
        if sentence.ends_line(pair.high) and not is_timetabled(*sentence.row(pair.low)):
            return Rule.CUE_ORDINARY, Rule.CUE_ROW
    return (Rule.CUE_ORDINARY, Rule.CUE_ITEM) if is_item(pair) else (Rule.CUE_ORDINARY,)


def _is_short_of_many(pair: Pair) -> bool:
    """Whether a given name is cut short before a family name that very many bear: Ben Butler may be anybody."""
    given, words = pair.sentence.words[pair.given], pair.name.given
    return is_common(pair.sentence.words[pair.family]) and given not in words.own and given in nicknames_of(words.words)
