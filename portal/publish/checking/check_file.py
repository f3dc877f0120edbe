"""The guard, as the counter asks it: file, file name, title and message of a mailing are judged in one way.

This is a façade and no story: whoever publishes goes through it, and no flow does (contract `guard-at-the-counter`).
"""

import hashlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from sqlmodel import Session

from portal.kernel.later import Later
from portal.kernel.machine.ahead import done_ahead
from portal.kernel.machine.steps import watching
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.tally import count, took
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.reading.cage.drafts import bundled
from portal.reading.reader import FILE_NAME, Part, Prepared, Preview, Reader, Reading, Unheard, Unreadable
from portal.staff.rules import Acting
from portal.words.sentences import numbered, sentence
from portal.words.several import with_commas

if TYPE_CHECKING:
    from portal.guard import rules
    from portal.guard.lists import list_shape
    from portal.guard.roster.index import Roster
    from portal.guard.rules import Finding, Near, Verdict
    from portal.guard.verdict import named_children, part_cache
    from portal.guard.verdict.part_cache import PartCache
else:  # numpy and the words of thirty languages, in a site where families read and nobody publishes
    rules, list_shape = Later("portal.guard.rules"), Later("portal.guard.lists.list_shape")
    named_children, part_cache = Later("portal.guard.verdict.named_children"), Later("portal.guard.verdict.part_cache")

_AT_ONCE = 3
"""One more than the reader's cells, which would have nothing to do while what they read is judged."""
_LARGE_AT_ONCE = 2
"""Files that share a process with no other: more would hold more long texts in memory."""
_MARK = re.compile(r"<[^>]*>")
_IN_LINE = r"</?(?:a|b|bdi|code|del|em|i|s|span|strong|sub|sup|u)(?: [^>]*)?>"
_MARK_IN_LINE = re.compile(_IN_LINE)
_MARK_IN_WORD = re.compile(rf"[\w;](?:{_IN_LINE})+[\w&]")  # a letter may be written as `&#39;`


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What files and texts are judged by.

    `number` is that of the roster, `allowed` holds the ids of those who may be named, `must_name` that of a child who
    has to be, and `known` the hashes of pictures that nobody has to read. With `is_chosen` somebody said whose letter
    it is, so that a name which another child bears as well is enough. `near` holds the ids of the children at the sites
    of whoever is told what is found; None is every site. `version` is that of roster, staff, pictures, settings, rules.
    With `may_list` somebody released it as a list of people who are not on the roster.
    `filled` is the id of the child of whom the portal itself wrote a name or number into the letter.
    """

    roster: "Roster"
    number: int
    allowed: frozenset[str] = frozenset()
    must_name: str | None = None
    known: frozenset[str] = frozenset()
    is_chosen: bool = False
    near: frozenset[str] | None = None
    version: str = ""
    may_list: bool = False
    filled: str | None = None

    def as_filled(self, child_id: str) -> "Yardstick":
        """Return one for a letter into which the portal wrote this child's name or number: nobody asks whose it is."""
        return replace(self, must_name=None, filled=child_id)

    def allowing(self, people: frozenset[str], *, may_list: bool = False) -> "Yardstick":
        """Return one by which these may be named as well, or a list of strangers may pass: a release."""
        return replace(self, allowed=self.allowed | people, may_list=may_list)


@dataclass(frozen=True, slots=True)
class GuardReport:
    """What the guard read, what it found and where. Never the text found.

    `people` holds the ids of those who are named and may not be; `unread` the hashes of pictures that could not be
    read with certainty, `previews` what admins may be shown of them, `unheard` what is missing for those who listen
    to it. `near` is what may be shown to somebody who acts for some sites, in place of `children` and `findings`;
    the ledger gets these. `judged_by` is the version of what it was judged by.
    """

    verdict: str
    children: int
    roster_shaped: bool
    findings: tuple[tuple[str, str, int], ...]
    reason: str
    kind: str = ""
    media_type: str = ""
    parts_read: int = 0
    pages: int = 0
    sheets: int = 0
    hidden: int = 0
    pictures: int = 0
    may_be_released: bool = False
    people: frozenset[str] = frozenset()
    unread: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    near: "Near | None" = None
    judged_by: str = ""
    previews: tuple[Preview, ...] = field(default=(), compare=False, repr=False)

    @property
    def shown(self) -> tuple[tuple[str, str, int], ...]:
        """The findings that whoever asked may see: place, kind and count."""
        return _rows(self.near.findings) if self.near else self.findings

    @property
    def is_clear(self) -> bool:
        """Whether this may be published."""
        return self.verdict == "clear"

    @property
    def reading_in_words(self) -> str:
        """What was read, in a sentence: “The guard read 3 pages, 2 pictures and 14 parts in all.”."""
        if not self.parts_read:
            return sentence("The guard could not read it to its end, so nobody knows all that is in it.")
        counts = (
            (self.pages, numbered("%(number)s page", "%(number)s pages", self.pages)),
            (self.sheets, numbered("%(number)s sheet", "%(number)s sheets", self.sheets)),
            (self.pictures, numbered("%(number)s picture", "%(number)s pictures", self.pictures)),
            (self.hidden, numbered("%(number)s hidden part", "%(number)s hidden parts", self.hidden)),
            (self.parts_read, numbered("%(number)s text in all", "%(number)s texts in all", self.parts_read)),
        )
        return sentence("The guard read %(parts)s.", parts=with_commas([told for count, told in counts if count]))


def check_file(reader: Reader, by: Yardstick, *, path: Path, name: str) -> GuardReport:
    """Read a file to its last part, in the cage, and judge it together with its name.

    What is read already is searched while the rest is being read; the verdict is on all of it.
    """
    began = time.perf_counter()
    return _counted(next(_checked_in_turn(reader, by, [(path, name)])), time.perf_counter() - began)


def check_files(
    reader: Reader, by: Yardstick, files: Sequence[tuple[Path, str]]
) -> Iterator[tuple[GuardReport, float]]:
    """Do the same for many files, told by path and name, each judged by itself; give how many seconds it took as well.

    Small neighbours share a process to be read, and what it took. Some are done ahead of whoever asks, on two cores.
    """
    large = BoundedSemaphore(_LARGE_AT_ONCE)

    def checked(run: range) -> list[tuple[GuardReport, float]]:
        with large if len(run) == 1 else nullcontext():
            began = time.perf_counter()
            reports = list(_checked_in_turn(reader, by, files[run.start : run.stop]))
            each = (time.perf_counter() - began) / len(reports)
        return [(_counted(report, each), each) for report in reports]

    return done_ahead(checked, bundled(files), at_once=_AT_ONCE, ahead=2 * _AT_ONCE)


def _counted(found: GuardReport, seconds: float) -> GuardReport:
    """Count a verdict, and how long it took to read and judge the file."""
    count("guard_verdicts", found.verdict)
    took("guard_seconds", seconds)
    return found


def _checked_in_turn(reader: Reader, by: Yardstick, files: Sequence[tuple[Path, str]]) -> Iterator[GuardReport]:
    cache, tell = part_cache.PartCache(), watching()

    def ahead(part: Part) -> None:
        tell(part.place, 0, 0)
        cache.look_ahead(part, by.roster)

    readings = reader.read_all(files, by.known, ahead)
    for (_, name), reading in zip(files, readings, strict=True):
        yield check_unread(by, reading, name=name) if isinstance(reading, Unreadable) else _checked(by, reading, cache)
        if isinstance(reading, Reading) and sum(len(part.text) for part in reading.parts) > list_shape.MET_AT_MOST:
            cache = part_cache.PartCache()  # for the next one, which is read from here on


def _checked(by: Yardstick, reading: Reading, cache: "PartCache") -> GuardReport:
    verdict = rules.judge_file(
        reading,
        by.roster,
        by.allowed,
        must_name=by.must_name,
        is_chosen=by.is_chosen,
        near=by.near,
        cache=cache,
        may_list=by.may_list,
        filled=by.filled,
    )
    return _report(by, verdict, reading)


def check_unread(by: Yardstick, unreadable: Unreadable, *, name: str) -> GuardReport:
    """Judge a file that cannot be read by its name at least."""
    named = rules.judge((Part(FILE_NAME, name),), by.roster, by.allowed, near=by.near)
    return _report(by, named if isinstance(named, rules.Blocked) else unreadable, None, unread=unreadable)


def check_prepared(by: Yardstick, prepared: Prepared, cache: "PartCache | None" = None) -> GuardReport:
    """Judge a file as it was given and, where stripping changed what it says, as it would be published.

    The report is on the first that is not clear; if both are, on the original, with what was taken out of it. `cache`
    may be shared by files that are judged by the same roster.
    """
    cache = cache or (part_cache.PartCache() if prepared.after else None)

    def judged(reading: Reading) -> GuardReport:
        verdict = rules.judge_file(
            reading,
            by.roster,
            by.allowed,
            must_name=by.must_name,
            is_chosen=by.is_chosen,
            cache=cache,
            near=by.near,
            filled=by.filled,
        )
        return _report(by, verdict, reading)

    found = judged(prepared.before)
    if found.is_clear and prepared.after is not None:
        again = judged(prepared.after)
        found = found if again.is_clear else again
    count("guard_verdicts", found.verdict)
    return replace(found, removed=prepared.removed)


def without_name(prepared: Prepared) -> Prepared:
    """Return a prepared file without its name, to ask whose it is by what stands inside."""

    def inside(reading: Reading) -> Reading:
        return replace(reading, parts=tuple(part for part in reading.parts if part.place != FILE_NAME), rows=None)

    after = prepared.after
    return replace(prepared, before=inside(prepared.before), after=inside(after) if after else None)


def check_page(by: Yardstick, page: str) -> GuardReport:
    """Judge a letter's web page, made here beside its PDF: lines break elsewhere in it, so other words meet.

    It is judged as it reads: marks within a line are nothing, others a gap. Where a mark stands within a word it is
    judged once more with a gap for each.
    """
    as_read = _MARK.sub(" ", _MARK_IN_LINE.sub("", page))
    texts = [as_read, _MARK.sub(" ", page)] if _MARK_IN_WORD.search(page) else [as_read]
    parts = (Part("web page", unescape(text)) for text in texts)
    verdict = rules.judge(parts, by.roster, by.allowed, near=by.near, may_list=by.may_list, filled=by.filled)
    return _report(by, verdict, None)


def check_texts(by: Yardstick, texts: Mapping[str, str]) -> GuardReport:
    """Judge what staff wrote, by the name of its place: title, message, sender."""
    parts = (Part(place, text) for place, text in texts.items())
    return _report(by, rules.judge(parts, by.roster, by.allowed, near=by.near), None)


def is_called_in(by: Yardstick, texts: Iterable[str]) -> bool:
    """Whether what staff wrote calls the child that has to be named, so that their file need not."""
    return by.must_name is not None and named_children.is_called(by.must_name, texts, by.roster)


def not_to_be_stripped(by: Yardstick, unreadable: Unreadable) -> GuardReport:
    """Return the report on a file out of which its author, notes and versions cannot be taken."""
    return _report(by, unreadable, None)


def _rows(findings: "Iterable[Finding]") -> tuple[tuple[str, str, int], ...]:
    return tuple((found.where, found.kind, found.count) for found in findings)


def _report(
    by: Yardstick, verdict: "Verdict", reading: Reading | None, *, unread: Unreadable | None = None
) -> GuardReport:
    plain = rules.report(verdict)
    findings = tuple((row["where"], row["kind"], row["count"]) for row in plain["findings"])
    found = GuardReport(
        plain["verdict"], plain["children"], plain["roster_shaped"], findings, plain["reason"], judged_by=by.version
    )
    if isinstance(verdict, rules.Blocked):
        found = replace(found, may_be_released=rules.may_be_released(verdict), people=verdict.people, near=verdict.near)
    if reading is None:
        hashes, previews = (unread.pictures, unread.previews) if unread else ((), ())
        may_be = found.may_be_released and not hashes
        return replace(found, unread=hashes, previews=previews, may_be_released=may_be)
    return replace(
        found,
        kind=reading.kind,
        media_type=reading.media_type,
        parts_read=len(reading.parts),
        pages=reading.pages,
        sheets=reading.sheets,
        hidden=reading.hidden,
        pictures=reading.pictures,
        unheard=reading.unheard,
    )


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 as 64 hexadecimal digits, a mebibyte in memory at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def note_stop(
    session: Session, keys: KeyRing, found: GuardReport, *, what: str, sha256: str, by: Acting, now: datetime
) -> None:
    """Note in the ledger what was stopped, by hash, and who tried; unless it is held, the file is not kept."""
    about: dict[str, Fact] = {
        "what": what,
        "sha256": sha256,
        "verdict": found.verdict,
        "children": found.children,
        "roster_shaped": found.roster_shaped,
        "findings": [f"{kind}: {count}" for _, kind, count in found.findings],
        "judged_by": found.judged_by,
    }
    ledger.append(session, keys, [Act("document:stop", by.label, about)], now=now)
