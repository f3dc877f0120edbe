"""Every sign of a person in one part of a file."""

import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise, product
from typing import Final, NamedTuple

from portal.guard.errors import TooLong
from portal.guard.evidence.hits import Hit, Sign, SignKind
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Stretch, Trace, is_on
from portal.guard.evidence.view_ids import View
from portal.guard.mentions import all_detectors
from portal.guard.mentions.detector import found_by
from portal.guard.mentions.grid import Grid
from portal.guard.mentions.roster_views.diacritics import ExactDiacritics
from portal.guard.mentions.roster_views.ocr_names import clipped_words_completed, ocr_corrected
from portal.guard.mentions.roster_views.proclitics import without_particles
from portal.guard.mentions.search import names_in
from portal.guard.roster.index import Roster
from portal.guard.spellings.abd_names import abd_names_in_one_word
from portal.guard.spellings.vietnamese_marks import is_vietnamese
from portal.guard.text.folding import fold_cased
from portal.guard.text.quoting import unquoted
from portal.guard.views.page_breaks import beginnings_of_page, ends_of_page, over_the_page_break
from portal.guard.views.passages import Passage, passages_of
from portal.reading.reader import Part

THOROUGH: Final = 1 << 20
"""Up to this many characters a text is also searched for names in broken words. No page is longer; by eye."""
_PAGE: Final = re.compile("page [0-9]+")


def signs_across(parts: Sequence[Part], roster: Roster, trace: Trace | None = None) -> Iterator[Sign]:
    """Yield the names that begin on one page and end on the next."""
    pages = (part for part in parts if _PAGE.fullmatch(part.place))
    for page, following in pairwise(pages):
        if page.place != following.place:
            for end, beginning in product(ends_of_page(page.text), beginnings_of_page(following.text)):
                for passage in over_the_page_break(fold_cased(end), beginning):
                    yield from _across(following.place, passage, roster, trace)


def _across(place: str, passage: Passage, roster: Roster, trace: Trace | None) -> Iterator[Sign]:
    """Yield the names that lie on both sides of a passage's seam."""
    _watch(passage, trace, place)
    grid = Grid(passage, roster, is_short=True)
    yield from _names(place, grid, roster)


def _watch(passage: Passage, trace: Trace | None, place: str) -> None:
    """Have a passage tell what is found in it, if somebody asks."""
    if trace is not None:
        trace.where, passage.trace = place, trace


@dataclass(slots=True)
class Crowd:
    """Whom a file surely names so far. From `enough` on it can only be a list, whatever else it says."""

    enough: int = 200
    """Different persons; those who share a sign are one. So many that no chance can be at play."""
    patience: float = 40.0
    """Seconds of a processor that the search of one file may take: twice what the largest that people wrote takes."""
    _met: set[tuple[int, ...]] = field(default_factory=set)
    _spent: float = 0.0

    @property
    def is_met(self) -> bool:
        """Whether enough are named."""
        return len(self._met) >= self.enough

    def add(self, signs: Iterable[Sign]) -> None:
        """Add whom these signs belong to."""
        self._met.update(sign.bearers for sign in signs if sign.is_sure)

    def may_go_on(self, seconds: float) -> bool:
        """Count the time that a search took. False once a list took all there is; what is no list raises `TooLong`."""
        self._spent += seconds
        if self._spent > self.patience and not self.is_met:
            raise TooLong
        return self._spent <= self.patience

    def clear(self) -> None:
        """Begin another file."""
        self._met.clear()
        self._spent = 0.0


class Found(NamedTuple):
    """The signs in a part, and those by which the rest of it was only counted; None if all of it was searched."""

    signs: tuple[Sign, ...]
    counted: tuple[Sign, ...] | None = None


def signs_in(part: Part, roster: Roster) -> tuple[Sign, ...]:
    """Return the signs in a part of a file, some of them more than once. Raises `TooLong`."""
    return found_in(part, roster, Crowd(enough=sys.maxsize)).signs


def _sure_if_spelled(signs: Iterable[Sign], spelled: ExactDiacritics) -> Iterator[Sign]:
    """Yield signs, those of ordinary words as sure ones where a name stands with all its marks: Đỗ An is no "do an"."""
    for sign in signs:
        if sign.is_sure or not sign.is_name:
            yield sign
        else:
            whose = tuple(filter(spelled.names, sign.bearers))
            yield sign._replace(bearers=whose).but(Rule.CUE_EXACT_MARKS) if whose else sign


def found_in(part: Part, roster: Roster, crowd: Crowd, trace: Trace | None = None) -> Found:
    """Return the signs in a part; as soon as a crowd is met, of the rest only those that are told at once.

    Raises `TooLong` where the file has used up the crowd's patience before one was met.
    """
    signs, counted, spelled = list[Sign](), None, ExactDiacritics(part.text, roster)
    since = time.thread_time()
    for passage in _passages(part, roster):
        _watch(passage, trace, part.place)
        if not crowd.is_met:
            found = tuple(_sure_if_spelled(_signs_meant(passage, roster, part), spelled))
            crowd.add(found)
            signs += found
        else:
            counted = counted or list[Sign]()
            if passage.focus is None:
                counted += _told_at_once(passage, roster, part.place)
        now = time.thread_time()
        if not crowd.may_go_on(now - since):
            counted = counted or list[Sign]()
            break
        since = now
    return Found(tuple(signs), None if counted is None else tuple(counted))


def _passages(part: Part, roster: Roster) -> Iterator[Passage]:
    has_guessed_marks = part.by_ocr and is_vietnamese(part.text)
    for passage in passages_of(unquoted(part.text), None if _is_thorough(part) or part.by_ocr else roster.lexicon):
        if part.by_ocr:
            passage.written = passage.cased  # the marks that are read off a picture are a guess
            passage.has_guessed_marks = has_guessed_marks
        yield passage


def _is_thorough(part: Part) -> bool:
    return len(part.text) <= THOROUGH


def _signs_meant(passage: Passage, roster: Roster, part: Part) -> Iterator[Sign]:
    """Yield the signs in a passage as it stands, as it is otherwise meant, and as a picture blurs it."""
    thorough = _is_thorough(part)
    yield from signs_of(passage, roster, part.place, thorough=thorough)
    for whole in chain(abd_names_in_one_word(passage), roster.lost.restored(passage)):
        meant = Passage(whole, lexicon=None if thorough or part.by_ocr else roster.lexicon)
        yield from signs_of(_as_view(meant, View.LOST_LETTERS, passage), roster, part.place, thorough=thorough)
    for meant in without_particles(passage, roster):
        yield from signs_of(_as_view(meant, View.PARTICLES, passage), roster, part.place, thorough=thorough)
    if part.by_ocr:
        for clearer in ocr_corrected(passage, roster):
            yield from signs_of(_as_view(clearer, View.OCR_CORRECTED, passage), roster, part.place, thorough=thorough)
        for readings in clipped_words_completed(passage, roster):
            grids = [Grid(_as_view(one, View.OCR_CLIPPED, passage), roster, is_short=True) for one in readings]
            found = [
                _named(part.place, names_in(grid, roster, all_detectors.NAMES), roster, grid.passage) for grid in grids
            ]
            yield from _of_any(list(chain.from_iterable(found)))


def _as_view(meant: Passage, view: View, of: Passage) -> Passage:
    """Return a passage as a view of another, whose trace it tells."""
    meant.view, meant.trace = view, of.trace
    return meant


def _of_any(every: Sequence[Sign]) -> Iterator[Sign]:
    """Yield one sign for all names that a cut off one may be, so that it names one child, or one who is allowed."""
    surely = [sign for sign in every if sign.is_sure or sign.is_own]
    if surely:
        bearers = tuple(dict.fromkeys(chain.from_iterable(sign.bearers for sign in surely)))
        yield next((sign for sign in surely if sign.is_own), surely[0])._replace(bearers=bearers)


def signs_of(passage: Passage, roster: Roster, place: str = "", *, thorough: bool = False) -> Iterator[Sign]:
    """Yield the signs in one passage: its names, then all that is no name."""
    grid = Grid(passage, roster, is_short=thorough)
    yield from _names(place, grid, roster)
    others = _placed(place, found_by(all_detectors.IDENTIFIERS, grid, roster))
    yield from others if passage.trace is None else _told(others, passage, passage.trace)


def _told_at_once(passage: Passage, roster: Roster, place: str) -> Iterator[Sign]:
    """Yield the signs in a passage that need no look at what is around them: enough to count who is on a list."""
    grid = Grid(passage, roster, is_short=False)
    yield from _named(place, found_by(all_detectors.NAMES_AT_ONCE, grid, roster), roster, passage)
    yield from _placed(place, found_by(all_detectors.IDENTIFIERS_AT_ONCE, grid, roster))


def _placed(place: str, signs: Iterable[Sign]) -> Iterator[Sign]:
    """Yield signs as of this place of a file."""
    return (sign._replace(where=place) for sign in signs)


def _told(signs: Iterable[Sign], passage: Passage, trace: Trace) -> Iterator[Sign]:
    """Yield signs and tell them to a trace."""
    for sign in signs:
        trace.add(Stretch(trace.where, passage.view, sign.text, 0), sign)
        yield sign


def _names(place: str, grid: Grid, roster: Roster) -> Iterator[Sign]:
    return _named(place, names_in(grid, roster, all_detectors.NAMES), roster, grid.passage)


def _named(place: str, found: Iterable[Hit], roster: Roster, passage: Passage) -> Iterator[Sign]:
    for named in found:
        likeliest = named.names[0]
        is_child = any(map(roster.are_children.__getitem__, roster.names[likeliest].bearers))
        kind: SignKind = "child-name" if is_child else "guardian-name"
        written = passage.words_at(named.at) if named.rule is Rule.NAME_PARTIAL else ()
        bearers, is_own = roster.bearers_of(named.names), bool(named.excuse)
        sign = Sign(place, kind, str(likeliest), bearers, named.rule, named.strength, named.cues, is_own, written)
        if is_own:
            sign = sign.but(Rule.CUE_COLLEAGUE if named.excuse == "meant" else Rule.CUE_NAMESAKE)
        if passage.trace is not None and named.at:
            passage.trace.add(passage.stretch(named.at), sign)
        yield sign


def upheld(signs: Iterable[Sign], roster: Roster, trace: Trace | None = None) -> list[Sign]:
    """Return the signs that count. A weak one needs a sure sign of its family, or a list of such names."""
    every = list(signs)
    if all(sign.is_sure for sign in every) or not is_on(trace, Rule.VETO_ALONE):
        return every
    surely = bearers_of_all(sign for sign in every if sign.is_sure)
    rows = {sign.bearers for sign in every if sign.is_row or _is_site(sign, roster)}
    is_list = len(rows) >= 3 and is_on(trace, Rule.CUE_LIST)
    surely = surely if is_on(trace, Rule.CUE_FAMILY) else set()
    kept = []
    for sign in every:
        if sign.is_sure:
            kept.append(sign)
        elif sign.is_row and is_list:
            kept.append(sign.but(Rule.CUE_LIST))
        elif supported := tuple(at for at in sign.bearers if _has_any_near(at, surely, roster)):
            kept.append(sign._replace(bearers=supported).but(Rule.CUE_FAMILY))
    return kept


def _is_site(sign: Sign, roster: Roster) -> bool:
    """Whether a sure name is a place's or words as well: in a list with names of words it counts as one of them."""
    if not (sign.is_sure and sign.is_name):
        return False
    name = roster.names[int(sign.text)]
    words = (*name.given.words, *name.family.words)
    return name.is_site(words) or name.is_ordinary(words)


def bearers_of_all(signs: Iterable[Sign]) -> set[int]:
    """Return the places of all whom some of these signs belong to. In a large district hundreds may share one."""
    return set[int]().union(*{sign.bearers for sign in signs})


def _has_any_near(at: int, people: set[int], roster: Roster) -> bool:
    """Whether somebody of these people shares a child with a person, or is that person."""
    person = roster.people[at]
    return any(not people.isdisjoint(roster.relatives[child]) for child in person.family or (person.id,))
