"""A gathering is written as a mailing, one letter for all or one for each child, in the ways that a browser has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

from portal.families import repository as families
from portal.kernel.machine.scratch import scratch
from portal.mailings.rules import Draft, Term, TermKind, check_draft
from portal.publish.checking.judging import Upload
from portal.publish.gathered.deciding import OwnFile
from portal.publish.gathered.wording import Wording
from portal.publish.one_letter.drafts import Change, Checked, Stopped, put_draft
from portal.publish.per_child.giving import Accepted, bundle, give
from portal.reading.reader import FILE_NAME, Unreadable
from portal.staff.rules import Acting
from portal.wiring import House


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, when, over which earlier version of the mailing, and under which id a new one comes to be."""

    by: Acting
    now: datetime
    change: Change | None
    as_id: str


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom one letter for all is for: words of an audience, and the only guardians of it, where there are such."""

    terms: Sequence[tuple[str, str]]
    addressed: frozenset[str] | None


def write_shared(
    house: House, wording: Wording, files: Sequence[Upload], audience: Audience, sender: Sender
) -> Checked | Stopped:
    """Write one letter for all. Raises as `put_draft` does."""
    kinds = [Term(cast("TermKind", kind), value) for kind, value in audience.terms]
    draft = replace(_draft(house, wording, kinds), addressed=audience.addressed)
    first, *more = files
    return put_draft(
        house, draft, by=sender.by, now=sender.now, upload=first, enclosures=more, change=sender.change,
        as_id=sender.as_id,
    )  # fmt: skip


def write_own(house: House, wording: Wording, files: Sequence[OwnFile], sender: Sender) -> Accepted | Stopped:
    """Write a letter for each child whose a file is; the worker sorts them next. Raises as `give` does."""
    draft = _draft(house, wording, [Term("files")])
    addressed = frozenset[str]().union(*(one.guardians for one in files))
    draft = replace(draft, confidential=True, addressed=addressed)
    named = [f"{place:05}/{one.name or 'letter.pdf'}" for place, one in enumerate(files)]
    ask = {
        "addressed": {name: sorted(one.children) for name, one in zip(named, files, strict=True)},
        "notes": {name: one.notes for name, one in zip(named, files, strict=True) if one.notes},
    }
    with scratch() as folder:
        uploads = [Upload(one.path, name) for name, one in zip(named, files, strict=True)]
        archive = bundle(uploads, folder / "letters.zip")
        return give(
            house, draft, way="files", uploads={"archive": archive}, ask=ask, by=sender.by, now=sender.now,
            change=sender.change, as_id=sender.as_id,
        )  # fmt: skip


def children_as_terms(house: House, child_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return children as an audience, by their student numbers."""
    with house.db.read() as session:
        named = families.names_of_children(session, sorted(child_ids))
    return [("child", number) for number in sorted(number for number, _, _ in named.values())]


def is_same_text(house: House, one: Path, other: Path) -> bool:
    """Tell whether the pages of two files say the same, word for word; what says nothing is the same as nothing."""
    words = _words_of(house, one)
    return bool(words) and words == _words_of(house, other)


def _words_of(house: House, path: Path) -> list[str]:
    """Return the words of a file: of one with pages, those on them, for what lies beside them is its maker's."""
    reading = house.reader.read(path, path.name)
    parts = () if isinstance(reading, Unreadable) else reading.parts
    shown = [part.text for part in parts if part.place.startswith("page ")]
    return " ".join(shown or [part.text for part in parts if part.place != FILE_NAME]).split()


def _draft(house: House, wording: Wording, terms: Sequence[Term]) -> Draft:
    settings = house.settings
    return check_draft(
        title=wording.title, message=wording.message, terms=terms, link_days=settings.link_days,
        link_hosts=settings.link_hosts,
    )  # fmt: skip
