"""Whether two words near each other are torn out of other names, or out of a list of names."""

from typing import Final

from portal.guard.cues.headings import is_under_head
from portal.guard.cues.pairs import PARTS_OF_NAMES, Pair, before_particles, past_initial
from portal.guard.cues.said_of_pupils import is_label_of_one
from portal.guard.spellings.spellings import Spelling
from portal.guard.text.dates import MONTHS
from portal.guard.text.ordinary_words import is_common, is_family_name, is_given_name, is_word
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import CONJUNCTIONS, CUES, ROW_ENDS, TITLES, Sentence

_STYLES: Final = listed("styles")
_TWO_CELLS: Final = 2  # cells from the given to the family name; by definition
_LOOSE: Final = frozenset(("comma", "semicolon", "and", "tab", "line"))


def is_torn(pair: Pair) -> bool:
    """Whether the two words are the end of one name and the beginning of the next."""
    sentence, before, after = pair.sentence, before_particles(pair.sentence, pair.low), pair.high + 1
    loose = _LOOSE.intersection(pair.gaps)
    if pair.is_forward and not loose:
        return False
    if ("and" in loose and _is_two_of_a_kind(pair)) or ("line" in loose and _has_figures_between(pair)):
        return True
    is_joined = sentence.gaps[before] == "space" and "(" not in sentence.between(before)
    has_before = is_joined and pair.is_name_like(before)
    has_after = sentence.gaps[pair.high] == "space" and pair.is_name_like(after)
    follows_given = (has_before and _ends_given(pair, before)) or _is_initial(pair, before)
    if not pair.is_forward and (follows_given or _is_middle_of_row(pair)):
        return True  # "Alice Brown, Owen": no Owen Brown
    if not loose:
        return has_after and _begins_a_name(pair)
    if loose == {"comma"}:
        last = past_initial(sentence, after)
        return (
            (has_before or _goes_on_as_prose(pair)) and pair.is_name_like(last) and has_after and pair.is_family(last)
        )
    inverted_before = sentence.gap(before) == "comma" and pair.is_name_like(before)
    inverted_after = sentence.gap(pair.high) == "comma" and pair.is_name_like(after)
    return (has_before and has_after) or (inverted_before and inverted_after)


def is_one_given(pair: Pair) -> bool:
    """Whether a hyphen makes one name of halves of both: Jean-Pierre Giraud is no Jean-Baptiste Pierre-Louis."""
    sentence, after, name = pair.sentence, pair.high + 1, pair.name
    if pair.high - pair.low > 1 or not pair.is_forward or not pair.is_capital() or sentence.between(pair.low) != "-":
        return False
    are_halves = len(name.given.words) > 1 < len(name.family.words) and pair.is_name_like(after)
    is_family = {*name.family.own}.issuperset(sentence.words[pair.low : after])  # of Jean-Claude Jean-Baptiste
    return is_family or (are_halves and sentence.between(pair.high) == " ")


def _ends_given(pair: Pair, at: int) -> bool:
    """Whether the word there is a given name, or ends one of several words: the Pedro of João Pedro."""
    sentence, word = pair.sentence, pair.sentence.words[at]
    if pair.is_given(at):
        return True
    is_second = word in pair.roster.givens_of_all and word not in pair.roster.by_family
    return is_second and sentence.gap(at - 1) == "space" and pair.is_name_like(at - 1) and pair.is_given(at - 1)


def _has_initial_behind(sentence: Sentence, at: int) -> bool:
    """Whether a single capital stands behind a word, with a stop if a comma is between."""
    gap = sentence.gap(at)
    is_there = gap in {"space", "comma"} and _is_capital_alone(sentence, at + 1)
    return is_there and (gap == "space" or _has_stop(sentence, at + 1))


def has_middle_initial(pair: Pair) -> bool:
    """Whether a name has a middle initial, as ordinary words have none: "Grace M. Park" or "Park, Grace M." has one.

    What "in May A. Day wrote" says is a month.
    """
    sentence, initial = pair.sentence, pair.low + 1 if pair.is_forward else pair.high + 1
    if not pair.is_capital() or sentence.gap(initial - 1) != "space" or not _has_initial_behind(sentence, initial - 1):
        return False
    if pair.is_forward:
        is_within = pair.high - pair.low == 2 and sentence.gap(initial) == "space"
        return is_within and _has_stop(sentence, initial) and sentence.words[pair.given] not in MONTHS
    goes_on = sentence.gap(initial) == "space" and pair.is_name_like(initial + 1)
    is_stopped = initial + 1 == len(sentence) or _has_stop(sentence, initial)
    return pair.gaps == ("comma",) and is_stopped and not goes_on


def _has_stop(sentence: Sentence, at: int) -> bool:
    return at + 1 < len(sentence) and sentence.between(at)[:1] == "."


def _is_and(sentence: Sentence, at: int) -> bool:
    """Whether a word joins two names; not where it is a capital: "Brown, Owen E." has no Portuguese in it."""
    return sentence.words[at] in CONJUNCTIONS and not _is_capital_alone(sentence, at)


def _is_capital_alone(sentence: Sentence, at: int) -> bool:
    return len(sentence.words[at]) == 1 and sentence.is_capital(at)


def _goes_on_as_prose(pair: Pair) -> bool:
    """Whether names with the given one first follow a common family name: "Brown, Owen Gray and Ana Lee"."""
    sentence, joint = pair.sentence, pair.high + 2
    if pair.is_forward or sentence.gap(pair.high + 1) != "space" or sentence.gap(joint) != "space":
        return False
    if not _is_and(sentence, joint) or not is_common(sentence.words[pair.family]):
        return False
    return sentence.gap(joint + 1) == "space" and pair.is_name_like(joint + 1) and pair.is_name_like(joint + 2)


def is_titled(pair: Pair) -> bool:
    """Whether a family name that is a title, too, stands before a given name: "St. Patrick", "King Martin".

    Nobody's title is the given name itself: Santa-Santa.
    """
    given, family = pair.sentence.words[pair.given], pair.sentence.words[pair.family]
    is_title = family in _STYLES and len(pair.name.family.words) == 1
    return is_title and given != family and not pair.is_forward and set(pair.gaps) == {"space"}


def _is_two_of_a_kind(pair: Pair) -> bool:
    """Whether an "&" stands between, as between two streets or firms: "Madison & James", but not "Mrs. Lee & Ana"."""
    sentence, before = pair.sentence, pair.low - 1
    if pair.high - pair.low != 1 or sentence.between(pair.low) != " & ":
        return False
    return pair.is_forward or before < 0 or sentence.words[before] not in TITLES


def _has_figures_between(pair: Pair) -> bool:
    """Whether a row of figures stands between, as in a table without lines: "Lincoln 29 24" above "Hayes 85 46"."""
    return sum(word.isdigit() for word in pair.sentence.words[pair.low + 1 : pair.high]) > 1


def _is_initial(pair: Pair, at: int) -> bool:
    """Whether a single capital stands right before, as in "Ana C. Brown"; not that of "O. Brown (Owen)" itself."""
    sentence = pair.sentence
    if sentence.gaps[at] != "space" or len(sentence.words[at]) > 1 or not sentence.is_capital(at) or at <= 0:
        return False
    is_own = sentence.words[at] == sentence.words[pair.given][0] and "(" in sentence.between(pair.given - 1)
    return not is_own


def _is_middle_of_row(pair: Pair) -> bool:
    """Whether "Brown" follows "Alice" in a row of cells, before "Owen"."""
    before = pair.low - 1
    return (
        "tab" in pair.gaps
        and pair.sentence.gap(before) == "tab"
        and pair.is_name_like(before)
        and pair.is_given(before)
    )


def _begins_a_name(pair: Pair) -> bool:
    """Whether "Martin Carol Hardison" is read, that is: no Carol Martin."""
    word, after = pair.sentence.words[pair.family], pair.sentence.words[pair.high + 1]
    if after in pair.roster.by_family and not is_word(after) and not pair.is_given(pair.high + 1):
        return True
    return is_given_name(word) and not is_word(after) and not pair.is_given(pair.high + 1)


def is_in_list(pair: Pair) -> bool:
    """Whether two words with a comma between go on as a list of given names does, or one of schools."""
    return _is_list_of_given_names(pair) or _is_list_of_three(pair)


def _is_list_of_given_names(pair: Pair) -> bool:
    """Whether "Owen, Harper" goes on as a list of given names does: "Owen, Harper, and Alice", but not with a Lopez."""
    sentence = pair.sentence
    if pair.high - pair.low != 1 or not _may_be_given(pair):
        return False
    if any(_is_family_alone(pair, at) for at in (pair.low - 2, pair.low - 1, pair.high + 1, pair.high + 2)):
        return False  # "Kim, Ana, Lopez, Leo"; and as a list names nobody twice, "Kim, Ana, Kim, Leo"
    return any(
        (sentence.gap(gap) == "comma" and pair.is_name_like(at) and not is_label_of_one(sentence, gap))
        or (sentence.gap(gap) in {"space", "comma"} and _is_and(sentence, at))
        for gap, at in ((pair.low - 1, pair.low - 1), (pair.high, pair.high + 1))
    )


def _is_list_of_three(pair: Pair) -> bool:
    """Whether "Lincoln, Hayes" goes on as a list of names does, "and Jackson": schools, streets, presidents."""
    sentence, after = pair.sentence, pair.high + 1
    if not pair.is_forward or pair.high - pair.low != 1 or sentence.gap(pair.high) not in {"space", "comma"}:
        return False
    return _is_and(sentence, after) and sentence.gap(after) == "space" and pair.is_name_like(after + 1)


def has_another_second_family(pair: Pair) -> bool:
    """Whether another family name follows the second half of a double one: "Ana Ortega Vidal" is no Ana Ruiz Ortega."""
    sentence, after = pair.sentence, pair.high + 1
    families = [word for word in pair.name.family.words if word not in PARTS_OF_NAMES]
    if len(families) < 2 or not pair.is_forward or sentence.words[pair.family] != families[-1]:
        return False
    if families[0] in sentence.words[pair.low : pair.high + 1] or sentence.gap(pair.high) != "space":
        return False
    if sentence.words[after] in CONJUNCTIONS and not sentence.is_capital(after) and sentence.gap(after) == "space":
        after += 1  # José Ortega y Gasset
    return pair.is_name_like(after) and not pair.is_given(after) and not is_word(sentence.words[after])


def _is_family_alone(pair: Pair, at: int) -> bool:
    """Whether a word stands alone that is nobody's given name but somebody's family name, or this pair's once more."""
    sentence = pair.sentence
    if not 0 <= at < len(sentence) or sentence.gap(at - 1) == "space" or sentence.gap(at) == "space":
        return False
    word = sentence.words[at]
    return word == sentence.words[pair.family] or (word in pair.roster.by_family and not pair.is_given(at))


def fills_cells(pair: Pair) -> bool:
    """Whether both names fill cells of one row, and neither is part of another name beside it."""
    sentence = pair.sentence
    given, family = sentence.cell(pair.given), sentence.cell(pair.family)
    if not (_is_all_of(pair, given, pair.name.given) and _is_all_of(pair, family, pair.name.family)):
        return False
    before_given, after_given = _beside(pair, given)
    before_family, after_family = _beside(pair, family)
    if _has_one_cell_between(given, family) and _is_middle_name(pair, max(min(given), min(family)) - 1):
        return True
    both_families = before_given == before_family == "given"
    taken_forward = after_given in {"family", "either"} and before_family in {"given", "either"}
    taken_inverted = before_given in {"family", "either"} and after_family in {"given", "either"}
    begins_other = after_given in {"family", "either"} and after_family in {"family", "either"} and _may_be_given(pair)
    return not (both_families or taken_forward or taken_inverted or begins_other)


def _has_one_cell_between(given: tuple[int, int], family: tuple[int, int]) -> bool:
    """Whether one cell of a single word parts two others."""
    return max(given[0], family[0]) - min(given[1], family[1]) == _TWO_CELLS


def _is_middle_name(pair: Pair, at: int) -> bool:
    """Whether the cell between the given and the family name holds a middle name, and no name of somebody else.

    That is what is nobody's family name, beside a rare one, and whatever stands under a head of first and last names.
    """
    words, sentence = pair.sentence.words, pair.sentence
    if "line" in pair.gaps or not pair.is_name_like(at):
        return False
    if not _may_be_given(pair) and not is_common(words[pair.family]):
        is_given_alone = pair.is_given(at) and not is_family_name(words[at])
        if is_given_alone or words[at] not in pair.roster.by_family:
            return True
    return is_under_head(sentence.above(pair.low))


def _is_all_of(pair: Pair, cell: tuple[int, int], part: Spelling) -> bool:
    words = pair.sentence.words[cell[0] : cell[1] + 1]
    if part is pair.name.given and words == [pair.sentence.words[pair.given]]:
        return True
    return all(word in part.own or word in part.firsts or len(word) == 1 or word in PARTS_OF_NAMES for word in words)


def _beside(pair: Pair, cell: tuple[int, int]) -> tuple[str, str]:
    """Return what the cells before and after one hold: a "given" or "family" name, "either", or "" for none."""
    return _held(pair, cell[0] - 1, cell[0] - 1), _held(pair, cell[1] + 1, cell[1])


def _held(pair: Pair, at: int, gap: int) -> str:
    sentence = pair.sentence
    if sentence.gap(gap) in ROW_ENDS or not pair.is_name_like(at) or sentence.cell(at) != (at, at):
        return ""
    word = sentence.words[at]
    if word in pair.name.given.own or word in pair.name.family.own:
        return ""
    if word in pair.roster.by_family or is_family_name(word):
        return "either" if pair.is_given(at) else "family"
    if pair.is_given(at):
        return "given"
    return "" if is_word(word) else "either"


def _may_be_given(pair: Pair) -> bool:
    """Whether the family name here is a given name as well: that of the next cell's person."""
    word = pair.sentence.words[pair.family]
    return word in pair.roster.givens or is_given_name(word)


def is_lone(pair: Pair, at: int) -> bool:
    """Whether no part of another name stands beside a word."""
    sentence = pair.sentence
    beside = [at - 1] if sentence.gap(at - 1) == "space" else []
    beside += [at + 1] if sentence.gap(at) == "space" else []
    return not any(
        pair.is_name_like(other) and sentence.words[other] not in CUES and not sentence.words[other].isdigit()
        for other in beside
        if not (pair.is_of_name(other) or _is_titled_initial(sentence, other))
    )


def _is_titled_initial(sentence: Sentence, at: int) -> bool:
    """Whether a letter stands between a title and a family name: "Ms. T. Whitcombe"."""
    return len(sentence.words[at]) == 1 and sentence.gap(at - 1) == "space" and sentence.words[at - 1] in TITLES


def second_given(pair: Pair) -> tuple[int, ...]:
    """Return where the rest of a given name stands right behind its first word: in "José Luis and Ana", Luis."""
    sentence, at = pair.sentence, pair.given
    while at + 1 < pair.family and sentence.gap(at) == "space" and sentence.words[at + 1] in pair.name.given.own:
        at += 1
    return tuple(range(pair.given + 1, at + 1))


def is_list_of_siblings(pair: Pair) -> bool:
    """Whether several given names share the family name: "Ana and Leo Rivera", "Rivera family: Ana, Leo"."""
    words = pair.sentence.words
    between = range(min(pair.given, pair.family) + 1, max(pair.given, pair.family))
    second = second_given(pair)
    names = [at for at in between if at not in second and words[at] not in CONJUNCTIONS and words[at] not in CUES]
    has_cue = any(words[at] in CUES for at in between)
    is_listed = "and" in pair.gaps or any(words[at] in CONJUNCTIONS for at in between)
    if not (has_cue or (names and is_listed)) or not _may_be_given_names(pair, names):
        return False
    if pair.is_forward:
        return _ends_in_family(pair, names)
    if not has_cue and (len(names) > 2 or _may_be_given(pair)):
        return False
    follows = pair.sentence.gap(pair.high) == "space" and pair.is_name_like(pair.high + 1)
    return not follows and all(_is_parted(pair, at) for at in names)


def _may_be_given_names(pair: Pair, names: list[int]) -> bool:
    """Whether words may be given names in a list: one is enough of a name with a capital, several have to be known."""
    words = pair.sentence.words
    if len(names) > 1 and any(words[at] not in pair.roster.givens and not is_common(words[at]) for at in names):
        return False
    return all(pair.is_name_like(at) for at in names)


def _ends_in_family(pair: Pair, names: list[int]) -> bool:
    """Whether a list of given names ends in this family name, and does not begin as "Marsh, Ana and Leo Brown"."""
    sentence, before = pair.sentence, pair.low - 1
    if not names or names[-1] != pair.family - 1 or sentence.gap(names[-1]) != "space":
        return False
    if sentence.gap(before) == "comma" and before >= 0 and sentence.words[before] in pair.roster.by_family:
        return False
    return all(_is_parted(pair, at) for at in (max((pair.given, *second_given(pair))), *names[:-1]))


def _is_parted(pair: Pair, at: int) -> bool:
    """Whether a comma or an "and" follows a word."""
    after = at + 1
    return pair.sentence.gap(at) in {"comma", "and", "line"} or pair.sentence.words[after] in CONJUNCTIONS
