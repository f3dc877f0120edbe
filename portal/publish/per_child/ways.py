"""The ways from what staff gave to letters that may each be one child's: files, one big PDF, a letter with fields.

A way only sorts. Nothing it hands on is published before the guard has read it as the letter of that very child.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.documents.rules import pages, pairing, safe_file_name
from portal.documents.rules.inside import Deciding
from portal.documents.rules.tokens import KnownNumbers, Pupil
from portal.flows.writing.sort_files import Sorted
from portal.kernel.later import Later
from portal.mailings.tables import Mailing
from portal.overviews.per_child.reconciling import placed
from portal.publish.checking.check_file import sha256_of
from portal.publish.checking.judging import Upload
from portal.publish.per_child.batch import Candidate
from portal.reading.reader import MOST_LOOKED_AT, Packed, Pages, Unreadable
from portal.rosters.caged import read_list
from portal.wiring import House
from portal.words.sentences import sentence
from portal.words.several import kept

if TYPE_CHECKING:
    from portal.guard.roster.index import Roster
    from portal.guard.verdict import named_children
else:
    named_children = Later("portal.guard.verdict.named_children")

Tell = Callable[[str, int, int], None]
"""Is told the step, how much of it is done, and of how much."""

_MEND = sentence("Mend the PDF and choose it again.")
_KEPT = (pairing.Doubled, pairing.SameAsOther)
"""Outcomes in which nothing but whose it is is in doubt: the file is kept until somebody says."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stops all of it, and what to do; `pages` and `children` it is about, if any."""

    sentence: str
    fix: str
    pages: tuple[int, ...] = ()
    children: tuple[str, ...] = ()


class NotSorted(Exception):
    """What was given can't be sorted as it is. With a `list_sha256` it is a list of children, and is not kept."""

    def __init__(self, troubles: Sequence[Trouble], *, list_sha256: str = "") -> None:
        """Take what is wrong with it, at least one thing."""
        super().__init__(troubles[0].sentence)
        self.troubles = tuple(troubles)
        self.list_sha256 = list_sha256


@dataclass(frozen=True, slots=True)
class Pile:
    """What was given, how it is to be taken, and whom it is for."""

    house: House
    mailing: Mailing
    files: Mapping[str, Upload]
    ask: Mapping[str, Any]
    pupils: tuple[Pupil, ...]
    elsewhere: tuple[Pupil, ...]
    left_out: frozenset[str]
    roster: "Roster"
    folder: Path
    tell: Tell


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A file that is nobody's yet, or several children's; `path` where it is worth keeping until somebody says."""

    row: Sorted
    path: Path | None


@dataclass(frozen=True, slots=True)
class Sorting:
    """Letters that may each be one child's, made as they are asked for, and files in doubt.

    Where some of the letters have to be read first, `deciding` says whose they are.
    """

    total: int
    letters: Iterable[Candidate]
    doubtful: tuple[Doubtful, ...] = ()
    deciding: Deciding | None = None


def sort_files(pile: Pile) -> Sorting:
    """Pair the files of a zip with children: by the number in the name, by a list, or else by what stands in them.

    Raises `NotSorted`.
    """
    pile.tell("unpack", 0, 1)
    unpacked = pile.house.reader.unpack(pile.files["archive"].path, pile.folder)
    if isinstance(unpacked, Unreadable):
        raise NotSorted([Trouble(kept(unpacked.reason), sentence("Make the zip again and choose it once more."))])
    if not unpacked.files:
        raise NotSorted(
            [
                Trouble(
                    sentence("There is no file in this zip."), sentence("Put the letters into it and choose it again.")
                )
            ]
        )
    given = [_given(place, file) for place, file in enumerate(unpacked.files)]
    found = pairing.pair(given, pile.pupils, _listed(pile), elsewhere=pile.elsewhere, addressed=_addressed(pile, given))
    if found.list_faults:
        raise NotSorted([_list_trouble(fault) for fault in found.list_faults])
    path_of = {place: file.path for place, file in enumerate(unpacked.files)}
    doubtful = [
        Doubtful(_in_doubt(one), path_of[one.file.place] if isinstance(one, _KEPT) else None)
        for one in found.outcomes
        if not isinstance(one, pairing.Paired | pairing.Unmatched | pairing.Ambiguous)
    ]
    notes: Mapping[str, Sequence[str]] = pile.ask.get("notes", {})
    letters = [_candidate(one, path_of[one.file.place], tuple(notes.get(one.file.name, ()))) for one in found.outcomes]
    are_read_first = any(one is not None and one.doubt is not None for one in letters)
    return Sorting(len(given), filter(None, letters), tuple(doubtful), _deciding(pile) if are_read_first else None)


def _candidate(one: pairing.Outcome, path: Path, notes: tuple[str, ...]) -> Candidate | None:
    file = one.file
    candidate = Candidate(file.place, safe_file_name(file.name), path, file.size, file.sha256, "", notes=notes)
    match one:
        case pairing.Paired():
            return replace(candidate, child_id=one.child_id, is_chosen=one.by == "address")
        case pairing.Unmatched() | pairing.Ambiguous():
            return replace(candidate, doubt=one)
        case _:
            return None


def _deciding(pile: Pile) -> Deciding:
    """Return who decides by what stands in a file; knows where children are, to tell namesakes apart."""
    pupils = (*pile.pupils, *pile.elsewhere)
    with pile.house.db.read() as session:
        return Deciding(placed(session, pupils))


def _given(place: int, file: Packed) -> pairing.GivenFile:
    return pairing.GivenFile(place, file.name, file.size, sha256_of(file.path))


def _addressed(pile: Pile, given: Iterable[pairing.GivenFile]) -> dict[int, tuple[str, ...]]:
    """Return whom each file was mailed about, by its place: the children of its recipients, by its name in the zip."""
    said: Mapping[str, Sequence[str]] = pile.ask.get("addressed", {})
    return {one.place: tuple(said[one.name]) for one in given if said.get(one.name)}


def _listed(pile: Pile) -> tuple[tuple[str, str], ...] | None:
    if "list" not in pile.files:
        return None
    listed = read_list(pile.files["list"].path)
    if listed.faults:
        fix = sentence("Correct the list and choose it again.")
        raise NotSorted([Trouble(fault, fix) for fault in listed.faults])
    return listed.rows


def _list_trouble(fault: pairing.ListFault) -> Trouble:
    if fault.why == "no-such-file":
        return Trouble(
            sentence("The list names “%(name)s”, which is not in the zip.", name=fault.name),
            sentence("Correct the list or the zip."),
        )
    return Trouble(
        sentence(
            "The list says %(number)s for “%(name)s”; no child has this number.", number=fault.number, name=fault.name
        ),
        sentence("Correct the list."),
    )


def _in_doubt(one: pairing.Outcome) -> Sorted:
    file = one.file
    child = getattr(one, "child_id", None)
    problem = _PROBLEMS[type(one)]
    is_kept = isinstance(one, _KEPT)
    return Sorted(
        file.place, safe_file_name(file.name), file.size, file.sha256, child, problem=problem, is_kept=is_kept
    )


_PROBLEMS: Mapping[type, str] = {
    pairing.NotInAudience: "not-in-audience",
    pairing.Doubled: "doubled",
    pairing.SameAsOther: "same-as-other",
    pairing.Empty: "empty",
}


def split_pdf(pile: Pile) -> Sorting:
    """Cut one big PDF into a document for each child, by the number or name on its pages. Raises `NotSorted`."""
    given = pile.files["pdf"]
    groups = _groups(pile)
    cut = pile.house.reader.cut(given.path, [[page - 1 for page in one.pages] for one in groups], pile.folder)
    if isinstance(cut, Unreadable):
        raise NotSorted([Trouble(kept(cut.reason), _MEND)])
    name = safe_file_name(given.name)
    letters = (
        Candidate(
            place,
            name,
            path,
            path.stat().st_size,
            sha256_of(path),
            group.child_id,
            label=f"{name}, {pages.pages_within(group.pages)}",
            origin="cut",
            unnamed=group.unnamed,
        )
        for place, (group, path) in enumerate(zip(groups, cut.files, strict=True))
    )
    return Sorting(len(groups), letters)


def _read(pile: Pile, look_at: frozenset[int] = frozenset(), *, at_their_word: bool = False) -> list[pages.Page]:
    read = pile.house.reader.pages(
        pile.files["pdf"].path,
        lambda done, total: pile.tell("pages", done, total),
        look_at=look_at,
        at_their_word=at_their_word,
    )
    if isinstance(read, Unreadable):
        raise NotSorted([Trouble(kept(read.reason), _MEND)])
    shape = _shape(pile.ask)
    return [_page(number, text, shape, pile.roster, read) for number, text in enumerate(read.texts, start=1)]


def _groups(pile: Pile) -> tuple[pages.Group, ...]:
    """Say whose each page is; where that fails, ask again with doubt: fonts may lie, and a number may be a picture.

    Text that lies may make a page the wrong child's, but not its letter: that is read in full, as it is drawn.
    """
    seen = _read(pile, at_their_word=True)
    found = _split(pile, seen)
    if not found.is_complete:
        silent = frozenset(page.number for page in seen if page.is_silent)
        doubtful = {n for one in found.problems for n in one.pages if n in silent or one.kind == "same-name"}
        has_backs = any(one.kind == "no-name-after" for one in found.problems)
        if len(doubtful) <= MOST_LOOKED_AT or not has_backs:  # so many, each behind a page that was read: no pictures
            found = _split(pile, _read(pile, frozenset(number - 1 for number in doubtful)))
    if not found.is_complete:
        _check_is_no_list(pile, seen)
        raise NotSorted(
            [Trouble(one.sentence, one.fix, one.pages, one.children) for one in found.problems]
            or [Trouble(sentence("There is no page in this PDF."), sentence("Choose the PDF that holds the letters."))]
        )
    return found.groups


def _check_is_no_list(pile: Pile, seen: Sequence[pages.Page]) -> None:
    """Raise `NotSorted` for a PDF most of whose pages name many children: it is nobody's letters, but the roster."""
    crowded = sum(page.is_crowded for page in seen)
    if 2 * crowded > len(seen):
        told = sentence(
            "This PDF was stopped. It is a list: %(crowded)s of its %(pages)s pages name many children each. "
            "Nobody has received it, and the portal has kept no copy.",
            crowded=crowded,
            pages=len(seen),
        )
        fix = sentence("Nobody can send a list like this. Choose the letters you meant.")
        raise NotSorted([Trouble(told, fix)], list_sha256=sha256_of(pile.files["pdf"].path))


def _split(pile: Pile, seen: Sequence[pages.Page]) -> pages.Split:
    numbers = KnownNumbers((*pile.pupils, *pile.elsewhere))
    said = {int(page): numbers.bearers(number) for page, number in pile.ask.get("chosen", {}).items()}
    chosen = {page: next(iter(bearers)) for page, bearers in said.items() if len(bearers) == 1}
    return pages.split(seen, _shape(pile.ask), frozenset(pile.ask.get("passed_over", ())), chosen)


def _shape(ask: Mapping[str, Any]) -> pages.Shape:
    if ask.get("pages_each"):
        return pages.PagesEach(int(ask["pages_each"]))
    return pages.FirstPageMark(str(ask["mark"])) if ask.get("mark") else pages.EveryPage()


def _page(number: int, text: str, shape: pages.Shape, roster: "Roster", read: Pages) -> pages.Page:
    """Return what stands on a page: whoever is on it, in this audience or not, the page is theirs or a problem.

    A number that was read off a picture counts beside a name of its child alone: one wrong digit is another child.
    """
    by_number, by_name = named_children.children_on(text, roster)
    if number - 1 in read.by_ocr:
        by_number = by_number & frozenset[str]().union(*by_name)
    is_unread = not text.strip() and number - 1 not in read.blank
    has_mark = isinstance(shape, pages.FirstPageMark) and shape.is_on(text)
    wording = "" if by_number or by_name else pages.wording_of(text)
    return pages.Page(number, by_number, by_name, has_mark, is_unread=is_unread, wording=wording)
