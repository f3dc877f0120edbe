"""Every full name of the roster in a passage: what all detectors of names find, and what of that counts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Final

from portal.guard.evidence.hits import EXCUSES, Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import is_on
from portal.guard.evidence.weigh import STRENGTHS, but_for
from portal.guard.mentions.detector import Detector, found_by
from portal.guard.mentions.grid import Grid
from portal.guard.roster.index import Roster
from portal.guard.spellings.vietnamese_marks import FAMILIES, VietnameseText, Written, is_vietnamese
from portal.guard.views.passages import Passage

_REACH_OF_FOCUS: Final = 20
"""Characters before what a passage is about in which a name of it may end; by eye."""


def names_in(grid: Grid, roster: Roster, detectors: Iterable[Detector[Hit]]) -> list[Hit]:
    """Return whom a text names. Of names that lie within each other the longest counts."""
    passage = grid.passage
    hits = list(found_by(detectors, grid, roster))
    if passage.focus:
        low, high = passage.focus
        hits = [hit for hit in hits if min(hit.at) < high and max(hit.at) >= low - _REACH_OF_FOCUS]
    if passage.seam is not None:
        hits = [hit for hit in hits if min(hit.at) < passage.seam <= max(hit.at)]
    return hits and _settled(_as_marked(_made(hits, passage), passage, roster), passage)


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
        return [hit.but(Rule.CUE_GUESSED_MARKS) if _are_words(hit, passage, roster) else hit for hit in hits]
    return _with_their_marks(hits, passage, roster) if hits and is_vietnamese(passage.written) else hits


def _are_words(hit: Hit, passage: Passage, roster: Roster) -> bool:
    """Whether a Vietnamese name begins or ends in small letters in a text that has capitals: "gia đình" is a family."""
    is_small = any(passage.cased[at].islower() for at in (min(hit.at), max(hit.at)))
    if not is_small or passage.cased == passage.folded:
        return False
    return not any(FAMILIES.isdisjoint(roster.names[name].family.words) for name in hit.names)


def _with_their_marks(hits: Iterable[Hit], passage: Passage, roster: Roster) -> Iterator[Hit]:
    """Yield the hits in a Vietnamese text whose words have the marks of a name; others may be any."""
    toned = VietnameseText(passage.written, passage.spaced)

    @cache
    def bearing(name: int) -> list[Written]:
        people = [roster.people[person] for person in roster.names[name].bearers]
        return [Written(*names) for names in dict.fromkeys((one.given_name, one.family_name) for one in people)]

    for hit in hits:
        starts = [at + 1 for at in sorted(hit.at)]
        told = {name: toned.told(starts, partial(bearing, name)) for name in hit.exact + hit.others}
        exact, others = (tuple(at for at in names if told[at] is not None) for names in (hit.exact, hit.others))
        if exact or others:
            marked = hit._replace(exact=exact, others=others)
            has_them = True in told.values() or not is_on(passage.trace, Rule.CUE_OTHER_MARKS)
            yield marked if has_them else marked.but(Rule.CUE_OTHER_MARKS)
        elif not is_on(passage.trace, Rule.VETO_MARKS):
            yield hit
        elif passage.trace is not None:
            passage.trace.drop(passage.stretch(hit.at), hit.names, Rule.VETO_MARKS)


def _joint(same: Sequence[Hit]) -> tuple[Hit, tuple[int, ...]]:
    """Return the surest of hits on the same words, in full if one is, and whom they name together."""
    surest = max(same, key=lambda hit: (STRENGTHS.index(hit.strength), bool(hit.exact)))
    exact = tuple(name for hit in same for name in hit.exact)
    others = (name for hit in same if not (exact and hit.is_longer) for name in hit.others)
    return surest, tuple(dict.fromkeys((*exact, *others)))


def _is_pieced(places: frozenset[int], held: Mapping[int, list[tuple[frozenset[int], int]]], found: list[Hit]) -> bool:
    """Whether each word belongs to a longer name: the end of one and the beginning of the next are nobody."""
    return all(
        any(len(longer) > len(places) and found[at].is_sure for longer, at in held.get(place, ())) for place in places
    )


def _settled(hits: Iterable[Hit], passage: Passage) -> list[Hit]:
    """Join hits on the same words, and drop those within a longer one."""
    by_place: dict[frozenset[int], list[Hit]] = defaultdict(list)
    for hit in hits:
        by_place[hit.at].append(hit)
    held: dict[int, list[tuple[frozenset[int], int]]] = defaultdict(list)
    found: list[Hit] = []
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
            found.append(Hit(places, names, (), surest.rule, surest.strength, surest.cues, excuse))
            continue
        if passage.trace is not None:
            passage.trace.drop(passage.stretch(places), names, Rule.VETO_WITHIN)
        longer = found[within]
        is_part = surest.is_sure and not longer.is_sure and not {*names}.isdisjoint(longer.names)
        if is_part and is_on(passage.trace, Rule.CUE_PART):
            found[within] = longer.but(Rule.CUE_PART)  # its other words do not make it less sure
    return found
