"""Many small letters are judged, stripped, judged again and sealed, several at a time and in their order."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from portal.blobs import Sealed
from portal.documents.repository import loose
from portal.documents.rules.cleared import ClearedFile
from portal.documents.rules.inside import Deciding, Inside, Open, Perhaps, Sure, WhyOpen
from portal.documents.rules.pairing import Ambiguous, Unmatched
from portal.guard.errors import TooLong
from portal.kernel.errors import Refused
from portal.kernel.ids import new_id
from portal.kernel.later import Later
from portal.kernel.machine.ahead import done_ahead, in_runs
from portal.press.office.notes import was_converted
from portal.publish.checking.check_file import (
    GuardReport,
    Yardstick,
    check_file,
    check_page,
    check_prepared,
    check_texts,
    check_unread,
    is_called_in,
    sha256_of,
    without_name,
)
from portal.publish.checking.converting import Made, NotConverted, as_pdf, pdf_name
from portal.publish.checking.judging import PUBLISHED
from portal.reading.cage.drafts import OF_ONE
from portal.reading.reader import FILE_NAME, Origin, Paper, Prepared, Unreadable
from portal.wiring import House
from portal.words.sentences import reason, sentence
from portal.words.several import kept, to_keep

if TYPE_CHECKING:
    from portal.guard import rules
    from portal.guard.verdict import part_cache
    from portal.guard.verdict.part_cache import PartCache
else:
    rules, part_cache = Later("portal.guard.rules"), Later("portal.guard.verdict.part_cache")

_AT_ONCE = 4
"""Twice the reader's cells: while two files are read, two are judged."""
_AHEAD = 6
"""So many runs of letters may be judged ahead, so that nobody waits while a piece is sealed and written."""

_Whose = Callable[[Unmatched | Ambiguous, Inside], Sure | Perhaps | Open]
_WHY_NOT: Mapping[str, WhyOpen] = {
    "unreadable": "unread",
    "wrong-child": "not-named-inside",
    "same-name": "not-named-inside",
    "names-others": "names-others",
}
"""Why a file can't be suggested for the child it seems to be for: it would be stopped."""

_ATTACHED = "1 attached file"
_NOT_PUBLISHED = sentence("Families open letters on any phone: save this one as PDF and choose it again.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that is surely this child's letter, if the guard agrees. `page` is the same letter as a web page.

    `name` is what the family sees, `label` what staff see where that is not enough: which pages it was. `origin` is
    whether the portal made it itself, as `Paper` tells. `filled` is what the portal wrote of this child's names and
    number into it, `beside` all else that went in. `is_filled`: its pages were seen to show some of what was filled in,
    so nobody has to ask whose it is. `unnamed` are its pages that only their place gives to this child. `is_chosen`: a
    person said that it is this child's, or mailed it to this child's guardians.
    `notes` tell how a PDF was made of the office letter that is attached to it.
    With a `doubt` it is nobody's, and without a child, until it is read.
    """

    place: int
    name: str
    path: Path
    size: int
    sha256: str
    child_id: str
    page: str = ""
    label: str = ""
    origin: Origin = "given"
    filled: tuple[str, ...] = ()
    beside: str = ""
    is_filled: bool = False
    unnamed: tuple[int, ...] = ()
    is_chosen: bool = False
    doubt: Unmatched | Ambiguous | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the guard says of a candidate; `stripped` is the file to seal if it is clear, `sha256` its hash.

    `rightful` is the one child of the mailing whose letter a
    file is beyond doubt that is stopped as somebody else's: it is whole, and lies under a wrong name. `said` is what
    reading told of a file that is nobody's yet.
    """

    candidate: Candidate
    report: GuardReport
    stripped: Path | None = None
    sha256: str = ""
    rightful: str = ""
    said: Sure | Perhaps | Open | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What was sealed of a judged candidate, if anything: its file, and its page with the page's size.

    `kept_id` is that of a file which is `rightful`'s, or nobody's yet: kept as it was given, until somebody says so.
    One that is suggested is kept as it would be published, and `cleared` is what it would be.
    """

    candidate: Candidate
    report: GuardReport
    cleared: ClearedFile | None = None
    page: tuple[str, int] | None = None
    rightful: str = ""
    said: Sure | Perhaps | Open | None = None
    kept_id: str = ""


def judge_many(
    house: House,
    candidates: Iterable[Candidate],
    measures: Mapping[str, Yardstick],
    folder: Path,
    deciding: Deciding | None = None,
) -> Iterator[Judged]:
    """Judge candidates in their order, each by its own child's measure; some are judged ahead of whoever asks.

    Of those in doubt `deciding` says whose they are, by the same reading; they are measured without a child.
    """

    def judged(some: list[Candidate]) -> list[Judged]:
        return _judge_some(some, folder, _Measured(house, measures, deciding, part_cache.PartCache()))

    return done_ahead(judged, in_runs(candidates, OF_ONE), at_once=_AT_ONCE, ahead=_AHEAD)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What some files are judged by, and what was found in them; without `deciding`, no file is in doubt."""

    house: House
    measures: Mapping[str, Yardstick]
    deciding: Deciding | None
    cache: "PartCache"


def _judge_some(some: Sequence[Candidate], folder: Path, by: _Measured) -> list[Judged]:
    made = [as_pdf(by.house, one.path, one.name, folder / f"made-{one.place}") for one in some]
    papers = [_paper(one, pdf, folder) for one, pdf in zip(some, made, strict=True)]
    judged = _judge_papers(some, papers, by)
    return [_with_source(by, one, pdf) if pdf else _noted(one) for one, pdf in zip(judged, made, strict=True)]


def _noted(judged: Judged) -> Judged:
    """Tell how a file was made that came with its notes; the office letter in it is no attachment of anybody's."""
    notes, report = judged.candidate.notes, judged.report
    removed = (*notes, *(one for one in report.removed if one != _ATTACHED))
    return replace(judged, report=replace(report, removed=removed)) if notes else judged


def _paper(one: Candidate, made: Made | NotConverted | None, folder: Path) -> Paper:
    """Return what is read of a candidate: of an office letter the PDF that was made of it."""
    into = folder / f"stripped-{one.place}"
    if isinstance(made, Made):
        return Paper(made.upload.path, made.upload.name, into, "set")
    return Paper(one.path, one.name, into, one.origin)


def _with_source(by: _Measured, judged: Judged, made: Made | NotConverted) -> Judged:
    """Judge the office letter itself as well, where its PDF is clear; say why there is none, where it can't be made."""
    one, report = judged.candidate, judged.report
    if isinstance(made, NotConverted):
        return (
            replace(judged, report=replace(report, reason=reason(made))) if report.verdict == "unreadable" else judged
        )
    report = replace(report, removed=(*made.notes, *report.removed))
    if judged.stripped is None:
        return replace(judged, report=report)
    child_id = judged.said.child_id if isinstance(judged.said, Perhaps | Sure) else one.child_id
    measure = replace(by.measures[child_id], is_chosen=one.is_chosen)
    found = check_file(by.house.reader, measure, path=one.path, name=one.name)
    if found.is_clear:
        return replace(judged, report=report)
    said = _stopped(one.doubt, child_id, problem_of(found)) if one.doubt and judged.said else judged.said
    return Judged(one, found, said=said)


def _judge_papers(some: Sequence[Candidate], papers: Sequence[Paper], by: _Measured) -> list[Judged]:
    known = frozenset[str].intersection(*(by.measures[one.child_id].known for one in some))
    prepared = by.house.reader.prepare(papers, known)
    return [
        _judge(one, paper, read, by.measures, by.cache)
        if one.doubt is None or by.deciding is None
        else _judge_unsure(by, one, paper, read, by.deciding.whose)
        for one, paper, read in zip(some, papers, prepared, strict=True)
    ]


def _judge_unsure(
    by: _Measured,
    one: Candidate,
    paper: Paper,
    prepared: Prepared | Unreadable,
    whose: _Whose,
) -> Judged:
    """Judge a file that is nobody's yet: as a list it is stopped, and as a child's letter where it is surely one's."""
    found = _as_nobodys(by, one, prepared)
    if found.roster_shaped:
        return Judged(one, found)
    if isinstance(prepared, Unreadable) or found.verdict == "unreadable" or one.doubt is None:
        return Judged(one, found, said=Open("unread"))
    said = _said(by, one.doubt, prepared, whose)
    if isinstance(said, Open):
        return Judged(one, found, said=said)
    if said.child_id not in by.measures:
        return Judged(one, found, said=said if isinstance(said, Sure) else Open("not-here"))
    is_chosen = isinstance(said, Perhaps) or one.doubt.why == "addressed"
    mine = replace(one, child_id=said.child_id, doubt=None, is_chosen=is_chosen)
    judged = _judge(mine, paper, prepared, by.measures, by.cache)
    if isinstance(said, Sure):
        return judged
    if not judged.report.is_clear:
        said = _stopped(one.doubt, said.child_id, problem_of(judged.report))
    return replace(judged, candidate=one, said=said, rightful="")


def _stopped(doubt: Unmatched | Ambiguous, child_id: str, problem: str) -> Open:
    """Say why a file is not suggested for the child it seems to be for; its name may name others than its text."""
    if isinstance(doubt, Ambiguous) and problem == "names-others":
        return Open("names-several", doubt.children)
    return Open(_WHY_NOT[problem], (child_id,))


def _as_nobodys(by: _Measured, one: Candidate, prepared: Prepared | Unreadable) -> GuardReport:
    """Return what the guard says of a file as nobody's; what no family could open is read in full, too."""
    measure = by.measures[one.child_id]
    if not isinstance(prepared, Unreadable):
        return check_prepared(measure, prepared, by.cache)
    found = check_unread(measure, prepared, name=one.name)
    return found if found.parts_read else check_file(by.house.reader, measure, path=one.path, name=one.name)


def _said(by: _Measured, doubt: Unmatched | Ambiguous, prepared: Prepared, whose: _Whose) -> Sure | Perhaps | Open:
    """Say whose a file is by what stands in it, as it was read for the guard."""
    parts = [part for part in prepared.before.parts if part.place != FILE_NAME]
    try:
        numbers, names = rules.children_in(parts, by.measures[""].roster, by.cache)
    except TooLong:
        return Open("unread")
    return whose(doubt, Inside(numbers, names, tuple(part.text for part in parts)))


def _judge(
    one: Candidate, paper: Paper, prepared: Prepared | Unreadable, measures: Mapping[str, Yardstick], cache: "PartCache"
) -> Judged:
    by = replace(measures[one.child_id], is_chosen=one.is_chosen)
    if isinstance(prepared, Unreadable):
        return Judged(one, check_unread(by, prepared, name=one.name))
    if one.filled and _shows_what_was_filled(one, by, prepared):
        one, by = replace(one, is_filled=True), _filled(one, by)
    found = check_prepared(by, prepared, cache)
    if found.is_clear and one.page:
        shown = check_page(by, one.page)
        found = found if shown.is_clear else shown
    if found.is_clear and found.media_type not in PUBLISHED:
        found = replace(found, verdict="unreadable", reason=_NOT_PUBLISHED)
    if not found.is_clear:
        rightful = "" if one.page else _rightful(one, found, prepared, measures)
        return Judged(one, found, rightful=rightful)
    return Judged(one, found, paper.into, sha256_of(paper.into))


def _filled(one: Candidate, by: Yardstick) -> Yardstick:
    """Return what a letter is judged by that shows what the portal filled in: its child's name is nobody else's there.

    Where what went in beside names anybody, whatever stands in the letter may be theirs.
    """
    is_clear = check_texts(by, {"beside": one.beside}).is_clear
    return by.as_filled(one.child_id) if is_clear else replace(by, must_name=None)


def _shows_what_was_filled(one: Candidate, by: Yardstick, prepared: Prepared) -> bool:
    """Whether a page shows a name or number of the child: a template may name a field and show nothing of it."""
    pages = [part.text for part in prepared.before.parts if part.place.startswith("page ")]
    texts = [" ".join(text.split()) for text in (*pages, unescape(one.page))]
    is_there = any(" ".join(said.split()) in text for said in one.filled for text in texts)
    return is_there or is_called_in(by, texts)


def _rightful(one: Candidate, found: GuardReport, prepared: Prepared, measures: Mapping[str, Yardstick]) -> str:
    """Return the one child of the mailing as whose letter a misplaced file is clear, its name aside; else nothing."""
    if problem_of(found) != "wrong-child" or found.media_type not in PUBLISHED:
        return ""
    may_be = found.people | measures[one.child_id].allowed  # a sister may be named, and so is in no finding
    named = sorted((may_be & measures.keys()) - {one.child_id})
    inside = without_name(prepared)
    able = [child for child in named if check_prepared(measures[child], inside).is_clear] if len(named) < 4 else []
    return able[0] if len(able) == 1 else ""


def seal_all(house: House, judged: Sequence[Judged]) -> list[Ended]:
    """Seal what is clear, exactly as it was judged, all together. Raises `Refused` if a file changed meanwhile.

    What is sealed is noted before; if no row is written after all, the worker shreds it. A file that is clear as
    another child's letter alone is kept as it was given, and so is one that is nobody's yet.
    """
    ids = {one.candidate.place: new_id() for one in judged if one.stripped or one.rightful or _is_asked(one)}
    pages = {one.candidate.place: new_id() for one in judged if one.stripped and one.candidate.page}
    with house.db.write() as session:
        loose.note(session, [*ids.values(), *pages.values()], now=house.clock())
    with ExitStack() as open_files:
        sources: dict[str, BinaryIO] = {}
        for one in judged:
            place = one.candidate.place
            if place in ids:
                sources[ids[place]] = open_files.enter_context((one.stripped or one.candidate.path).open("rb"))
            if place in pages:
                sources[pages[place]] = BytesIO(one.candidate.page.encode())
        kept = house.documents.seal_all(sources)
    ended = [_ended(one, kept, ids.get(one.candidate.place), pages.get(one.candidate.place)) for one in judged]
    for one in judged:
        for path in (one.stripped, one.candidate.path):
            if path is not None:
                path.unlink(missing_ok=True)
    return ended


def _is_asked(one: Judged) -> bool:
    """Whether a person has to say whose it is."""
    return isinstance(one.said, Perhaps | Open)


def _ended(one: Judged, kept: Mapping[str, Sealed], document_id: str | None, page_id: str | None) -> Ended:
    if document_id is None or one.stripped is None:
        return Ended(one.candidate, one.report, rightful=one.rightful, said=one.said, kept_id=document_id or "")
    sealed, found = kept[document_id], one.report
    if sealed.sha256 != one.sha256:
        raise Refused(sentence("A file changed while it was being checked. Choose the files again."))
    cleared = ClearedFile(
        document_id, _name_of(one), found.media_type, sealed.size, sealed.sha256, found.parts_read,
        found.pages or None, found.removed, unheard=" ".join(found.unheard),
    )  # fmt: skip
    page = (page_id, kept[page_id].size) if page_id else None
    return Ended(one.candidate, found, cleared, page, said=one.said, kept_id=document_id if one.said else "")


def _name_of(one: Judged) -> str:
    return pdf_name(one.candidate.name) if was_converted(one.report.removed) else one.candidate.name


def problem_of(found: GuardReport) -> str:
    """Return the kind of trouble that a stopped file is."""
    if found.verdict == "unreadable":
        return "unreadable"
    kinds = {kind for _, kind, _ in found.findings}
    if "addressee-missing" in kinds:
        return "wrong-child"
    return "same-name" if kinds == {"addressee-unsure"} else "names-others"


def findings_of(found: GuardReport) -> str:
    """Return what the guard found in a file as JSON: kinds, places, counts and ids, never the text."""
    near, rows = found.near, [{"where": where, "kind": kind, "count": count} for where, kind, count in found.shown]
    about = {"children": near.children if near else found.children, "findings": rows}
    about |= {"others": bool(near and near.others), "named": sorted(found.people)}
    return json.dumps(to_keep(reason=kept(found.reason)) | about)
