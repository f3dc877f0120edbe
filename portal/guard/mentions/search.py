"""Every full name of the roster in a passage: by a word of the family name first, then what is near it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, partial
from itertools import accumulate, pairwise
from operator import add
from typing import Final, NamedTuple

from portal.guard.cues.matching import Hit, check
from portal.guard.cues.namesakes import EXCUSES, Excuse
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.strength import STRENGTHS, SURE, Cues, Strength, but_for, lowered, shift
from portal.guard.evidence.trace import is_on
from portal.guard.mentions.layout.cell_names import name_in_cells
from portal.guard.mentions.layout.form_fields import names_in_fields
from portal.guard.mentions.layout.households import names_in_households
from portal.guard.mentions.layout.parallel_lists import names_in_parallel
from portal.guard.mentions.layout.stacked_rows import names_in_stacks
from portal.guard.mentions.names.addressed import names_in_letters
from portal.guard.mentions.names.initials import names_with_initials
from portal.guard.mentions.names.neighbours import Near
from portal.guard.mentions.names.plurals import names_in_plurals
from portal.guard.mentions.names.shortened import names_before_whole_families, names_shortened
from portal.guard.mentions.scripts.mandarin import names_in_mandarin
from portal.guard.mentions.scripts.transliterated import names_across_arabic, names_in_hangul
from portal.guard.mentions.scripts.unspaced import names_unspaced
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import LETTERS
from portal.guard.spellings.names import JOINED_START, Name
from portal.guard.spellings.vietnamese_marks import FAMILIES, Toned, Written, is_vietnamese
from portal.guard.text.ordinary_words import is_common
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence

THOROUGH: Final = 1 << 20
"""Up to this many characters a text is also searched for names in broken words. No page is longer."""

_REACH: Final = 150
_REACH_IN_ROW: Final = 500
_SHORTEST_JOINED: Final = 7
_BRIEF_FAMILY: Final = 3
_SHORTEST_SPELLED: Final = 5
_FEWEST_LETTERS: Final = 4


class Named(NamedTuple):
    """Whom a stretch of text names: the names it may be, the likeliest first, and by which rule and cues.

    `at` is where its words begin in the passage.
    """

    names: tuple[int, ...]
    rule: Rule
    strength: Strength = "sure"
    cues: Cues = ()
    excuse: Excuse = ""
    at: frozenset[int] = frozenset()


def names_in(passage: Passage, roster: Roster, *, thorough: bool) -> list[Named]:
    """Return whom a passage names. Of names that lie within each other the longest counts."""
    hits: list[Hit] = []
    whole = Sentence(passage, 0, len(passage.spaced)) if thorough else None
    families = passage.present & roster.by_family.keys()
    if partners := _partners(passage, roster, families):
        pairs = frozenset(partners)
        for sentence in (whole,) if whole else _neighbourhoods(passage, pairs, roster):
            hits.extend(_in_sentence(sentence, roster, partners))
        if whole:
            hits.extend(names_in_parallel(whole, roster, pairs.union(*partners.values())))
            hits.extend(names_in_stacks(passage, roster, partners))
        hits.extend(names_in_fields(passage, roster, pairs))
        hits.extend(names_in_letters(passage, roster, pairs))
    if whole:
        hits.extend(_in_broken_words(whole, roster, letters_only=False))
    elif len(passage.present & LETTERS) >= _FEWEST_LETTERS:
        for start, end in passage.spelled:
            spelled = Sentence(passage, max(start - _REACH, 0), min(end + _REACH, len(passage.spaced)))
            hits.extend(_in_broken_words(spelled, roster, letters_only=True))
    hits.extend(names_with_initials(passage, roster, families))
    hits.extend(names_in_plurals(passage, roster))
    hits.extend(names_in_households(passage, roster, frozenset(partners)))
    hits.extend(names_shortened(passage, roster, families))
    hits.extend(names_before_whole_families(passage, roster, families))
    hits.extend(_in_joined_words(passage, roster, thorough=thorough))
    hits.extend(names_unspaced(passage, roster))
    hits.extend(names_in_mandarin(passage, roster))
    hits.extend(names_in_hangul(passage, roster))
    hits.extend(names_across_arabic(passage, roster, whole))
    if passage.focus:
        low, high = passage.focus
        hits = [hit for hit in hits if min(hit.at) < high and max(hit.at) >= low - 20]
    if passage.seam is not None:
        hits = [hit for hit in hits if min(hit.at) < passage.seam <= max(hit.at)]
    return _settled(_as_marked(_made(hits, passage), passage, roster), passage)


def _made(hits: list[Hit], passage: Passage) -> list[Hit]:
    """Return hits; where somebody switches rules off, without those of these rules and without the weight of cues."""
    if passage.trace is None or not (off := passage.trace.off):
        return hits
    made = [(hit, but_for(off, hit.strength, hit.cues)) for hit in hits if hit.rule not in off]
    return [hit._replace(strength=strength, cues=cues) for hit, (strength, cues) in made]


def _as_marked(hits: list[Hit], passage: Passage, roster: Roster) -> Iterable[Hit]:
    """Return the hits in a text; in a Vietnamese one by its marks, or where these are a guess, by its capitals."""
    if passage.has_guessed_marks:
        if not is_on(passage.trace, Rule.CUE_GUESSED_MARKS):
            return hits
        return [_weakened(hit, Rule.CUE_GUESSED_MARKS) if _are_words(hit, passage, roster) else hit for hit in hits]
    return _with_their_marks(hits, passage, roster) if hits and is_vietnamese(passage.written) else hits


def _weakened(hit: Hit, rule: Rule) -> Hit:
    return hit._replace(strength="weak", cues=hit.cues + shift(rule, hit.strength, "weak"))


def _are_words(hit: Hit, passage: Passage, roster: Roster) -> bool:
    """Whether a Vietnamese name begins or ends in small letters in a text that has capitals: "gia đình" is a family."""
    is_small = any(passage.cased[at].islower() for at in (min(hit.at), max(hit.at)))
    if not is_small or passage.cased == passage.folded:
        return False
    return not any(FAMILIES.isdisjoint(roster.names[name].family.words) for name in hit.names)


def _with_their_marks(hits: Iterable[Hit], passage: Passage, roster: Roster) -> Iterator[Hit]:
    """Yield the hits in a Vietnamese text whose words have the marks of a name; others may be any."""
    toned = Toned(passage.written, passage.spaced)

    @cache
    def bearing(name: int) -> list[Written]:
        people = [roster.people[person] for person in roster.names[name].bearers]
        return [Written(*names) for names in dict.fromkeys((one.given_name, one.family_name) for one in people)]

    for hit in hits:
        starts = [at + 1 for at in sorted(hit.at)]
        told = {name: toned.told(starts, partial(bearing, name)) for name in hit.exact + hit.others}
        exact, others = (tuple(filter(told.get, names)) for names in (hit.exact, hit.others))
        if exact or others:
            marked = hit._replace(exact=exact, others=others)
            has_them = "sure" in told.values() or not is_on(passage.trace, Rule.CUE_OTHER_MARKS)
            yield marked if has_them else _weakened(marked, Rule.CUE_OTHER_MARKS)
        elif not is_on(passage.trace, Rule.VETO_MARKS):
            yield hit
        elif passage.trace is not None:
            passage.trace.drop(passage.stretch(hit.at), hit.names, Rule.VETO_MARKS)


def names_in_lines(passage: Passage, roster: Roster) -> Iterator[Named]:
    """Yield whom words side by side in a line name, in either order, if they can be nothing else.

    Of names that lie within each other the longest counts, as in `names_in`; but nothing around them is asked.
    """
    joined, end = roster.joined.keys(), 0
    for line in passage.folded.split("\n"):
        start, end = end + 1, end + 1 + len(line)  # `spaced` begins one blank earlier
        words = passage.spaced[start:end].split()
        pairs = list(map(add, words, words[1:]))
        threes = list(map(add, pairs, words[2:]))
        here = joined & {*pairs, *threes, *map(add, threes, words[3:])}
        for joint in sorted(here):
            names = roster.joined[joint]
            is_part = len(here) > 1 and any(joint in other for other in here - {joint})
            if not is_part and not any(_may_be_words(roster.names[at]) for at in names):
                yield Named(names, Rule.NAME_AT_ONCE)


def _may_be_words(name: Name) -> bool:
    return name.is_ordinary((*name.given.words, *name.family.words))


def _partners(passage: Passage, roster: Roster, families: AbstractSet[str]) -> dict[str, set[str]]:
    """Return those of the family words here of which a given name is here, too, with all such."""
    givens, by_family = passage.present & roster.givens_of_all, roster.by_family
    return {word: theirs for word in families if (theirs := by_family[word].keys() & givens)}


def _neighbourhoods(passage: Passage, families: frozenset[str], roster: Roster) -> Iterator[Sentence]:
    """Yield the stretches around family words that have a given name of theirs near, those that touch as one."""
    reach = _REACH_IN_ROW if "\t" in passage.folded else _REACH
    low = high = -1
    for start, end in passage.places_of(families):
        near = passage.spaced[max(start - reach, 0) : end + reach].split()
        if roster.by_family[passage.folded[start:end]].keys().isdisjoint(near):
            continue
        if start - reach > high:
            if high >= 0:
                yield _stretch(passage, low, high)
            low = max(start - reach, 0)
        high = end + reach
    if high >= 0:
        yield _stretch(passage, low, high)


def _stretch(passage: Passage, low: int, high: int) -> Sentence:
    """Cut out a stretch, at blanks."""
    spaced = passage.spaced
    low = spaced.rfind(" ", 0, low) if low > 0 else 0
    high = spaced.find(" ", min(high, len(spaced) - 1))
    return Sentence(passage, max(low, 0), high if high >= 0 else len(spaced))


def _in_sentence(sentence: Sentence, roster: Roster, partners: Mapping[str, set[str]]) -> Iterator[Hit]:
    """Find names whose words are near; then in rows those in cells apart, but for words that are a name already.

    `partners` are the given words here by a family word.
    """
    apart, taken = list[tuple[int, int]](), set[int]()
    for at, near in Near(sentence, partners).families():
        apart += [(other, at) for other, is_apart in reversed(near) if is_apart]
        hits = _near(sentence, roster, at, [other for other, is_apart in near if not is_apart])
        for hit in hits:
            if hit.strength == "sure":
                taken.update(hit.at)
        yield from hits
    for other, at in apart:
        if sentence.starts[other] not in taken or sentence.starts[at] not in taken:
            yield from check(sentence, roster, other, at)


def _near(sentence: Sentence, roster: Roster, at: int, near: list[int]) -> list[Hit]:
    """Find the names of a family word and given words near it."""
    whole: Hit | None = None
    found, done = list[list[Hit]](), 0
    for other in reversed(near):  # a whole name before a part of it
        if other < done:
            continue
        if whole is None and (told := name_in_cells(sentence, roster, other, at)):
            hits, done = [told[0]], told[1]
        else:
            hits = check(sentence, roster, other, at, whole)
        found.append(hits)
        whole = next((hit for hit in reversed(hits) if hit.exact and hit.strength == "sure"), whole)
    return [hit for hits in reversed(found) for hit in hits]


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
    rule, cues = Rule.NAME_SPELLED if is_spelled else Rule.NAME_BROKEN, _said_by_words(name)
    return Hit(places, *_written_joined(roster, text), rule, *cues)


def _said_by_words(name: Name) -> tuple[Strength, Cues]:
    return lowered(Rule.CUE_ORDINARY) if _may_be_words(name) else SURE


def _written_joined(roster: Roster, text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the names that a joint of words is in full, and those it is a shorter form of."""
    names = roster.joined[text]
    spelled = {at: (roster.names[at].given.whole, roster.names[at].family.whole) for at in names}
    exact = tuple(at for at, (given, family) in spelled.items() if _is_joint(text, given, family))
    return exact, tuple(at for at in names if at not in exact)


def _is_joint(text: str, given: Iterable[str], family: Iterable[str]) -> bool:
    return any(text in {one + other, other + one} for one in given for other in family)


def _in_joined_words(passage: Passage, roster: Roster, *, thorough: bool) -> Iterator[Hit]:
    """Find names written as one word: "AnaRivera", "anarivera2014"."""
    found = {word: word for word in passage.present & roster.joined.keys()}
    for word in passage.present if thorough and passage.has_digits else ():
        if not word.isalpha() and (bare := word.strip("0123456789")) in roster.joined:
            found[word] = bare
    for start, end in passage.places_of(found.keys()):
        joined = found[passage.folded[start:end]]
        name = roster.names[roster.joined[joined][0]]
        if len(joined) < _SHORTEST_SPELLED or joined in roster.by_family or joined in roster.givens:
            continue
        exact, others = _written_joined(roster, joined)
        has_hump = _has_hump(passage, start, len(joined))
        is_one = not (exact or has_hump or joined != passage.folded[start:end]) and _may_be_vietnamese_given(name)
        cues = lowered(Rule.CUE_MANY) if is_one else _said_by_words(name)
        if has_hump or (len(joined) >= _SHORTEST_JOINED and not is_common(joined)):
            yield Hit(frozenset((start,)), exact, others, Rule.NAME_JOINED, *cues)


def _may_be_vietnamese_given(name: Name) -> bool:
    """Whether half of a name, joined, may be a given one: Thanhha, beside Thanh Tâm Hà; but no Thunguyen."""
    return any(word in FAMILIES and len(word) <= _BRIEF_FAMILY for word in name.family.words)


def _has_hump(passage: Passage, start: int, length: int) -> bool:
    """Whether a word has a capital within, after a small letter, as "BillDay" has."""
    word = passage.cased[start : start + length]
    return any(one.islower() and other.isupper() for one, other in pairwise(word))


def _joint(same: Sequence[Hit]) -> tuple[Hit, tuple[int, ...]]:
    """Return the surest of hits on the same words, in full if one is, and whom they name together."""
    surest = max(same, key=lambda hit: (STRENGTHS.index(hit.strength), bool(hit.exact)))
    exact = tuple(name for hit in same for name in hit.exact)
    others = (name for hit in same if not (exact and hit.is_longer) for name in hit.others)
    return surest, tuple(dict.fromkeys((*exact, *others)))


def _is_pieced(
    places: frozenset[int], held: Mapping[int, list[tuple[frozenset[int], int]]], found: list[Named]
) -> bool:
    """Whether each word belongs to a longer name: the end of one and the beginning of the next are nobody."""
    return all(
        any(len(longer) > len(places) and found[at].strength == "sure" for longer, at in held.get(place, ()))
        for place in places
    )


def _settled(hits: Iterable[Hit], passage: Passage) -> list[Named]:
    """Join hits on the same words, and drop those within a longer one."""
    by_place: dict[frozenset[int], list[Hit]] = defaultdict(list)
    for hit in hits:
        by_place[hit.at].append(hit)
    held: dict[int, list[tuple[frozenset[int], int]]] = defaultdict(list)
    found: list[Named] = []
    for places in sorted(by_place, key=len, reverse=True):
        same = by_place[places]
        surest, names = _joint(same) if len(same) > 1 else (same[0], same[0].names)
        beside = held.get(min(places))
        within = next((at for longer, at in beside if places < longer), None) if beside else None
        is_pieced = within is None and bool(beside) and _is_pieced(places, held, found)
        if is_pieced and is_on(passage.trace, Rule.VETO_PIECED):
            if passage.trace is not None:
                passage.trace.drop(passage.stretch(places), names, Rule.VETO_PIECED)
            continue
        if within is None or not is_on(passage.trace, Rule.VETO_WITHIN):
            holder = places, len(found)
            for place in places:
                held[place].append(holder)
            excuse = max((hit.excuse for hit in same), key=EXCUSES.index)
            found.append(Named(names, surest.rule, surest.strength, surest.cues, excuse, places))
            continue
        if passage.trace is not None:
            passage.trace.drop(passage.stretch(places), names, Rule.VETO_WITHIN)
        longer = found[within]
        is_part = surest.strength == "sure" != longer.strength and not {*names}.isdisjoint(longer.names)
        if is_part and is_on(passage.trace, Rule.CUE_PART):
            cues = longer.cues + shift(Rule.CUE_PART, longer.strength, "sure")
            found[within] = longer._replace(strength="sure", cues=cues)  # its other words do not make it less sure
    return found
