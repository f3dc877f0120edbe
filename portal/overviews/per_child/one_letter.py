"""One letter and its one child side by side, with who will get it; and the sample that an approver looks at."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents.errors import NoSuchDocument
from portal.families import repository as families
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.per_child.letters_seen import Letter, LettersSeen, letters_of, letters_seen
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class OneLetter:
    """A letter among the others of its mailing: `place` counts from 1, `before` and `after` are letters' ids.

    `receivers` are guardians by name; `without` those who get nothing, each with why.
    """

    mailing: Mailing
    letter: Letter
    grade: str
    sites: tuple[str, ...]
    receivers: tuple[str, ...]
    without: tuple[tuple[str, str], ...]
    place: int
    total: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The letters that a person has to look at before they approve, and whether this one has."""

    mailing: Mailing
    letters: tuple[Letter, ...]
    total: int
    is_seen: bool
    is_complete: bool
    warning: str = ""


def one_letter(session: Session, by: Acting, mailing_id: str, document_id: str, *, now: datetime) -> OneLetter:
    """Return a letter with its child. Raises `NoSuchMailing`, `NoSuchDocument`."""
    seen = letters_seen(session, by, mailing_id, now=now)
    ids = [one.document_id for one in seen.letters]
    if document_id not in ids:
        raise NoSuchDocument
    at = ids.index(document_id)
    letter = seen.letters[at]
    receivers, without = _receivers(session, seen, letter, now)
    places = families.places_of_children(session, [letter.child_id]).get(letter.child_id, [])
    return OneLetter(
        seen.mailing,
        letter,
        families.grades_of(session, [letter.child_id]).get(letter.child_id, ""),
        tuple(dict.fromkeys(site for site, _ in places)),
        receivers,
        without,
        at + 1,
        len(ids),
        ids[at - 1] if at else "",
        ids[at + 1] if at + 1 < len(ids) else "",
    )


def _receivers(
    session: Session, seen: LettersSeen, letter: Letter, now: datetime
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    reach = audiences.reach_of(session, seen.mailing, now=now)
    guardians = [guardian for guardian, child in reach.pairs if child == letter.child_id]
    left = [
        (one.guardian_id, one.why) for one in reach.omissions if one.child_id == letter.child_id and one.guardian_id
    ]
    names = families.names_of_guardians(session, [*guardians, *(guardian for guardian, _ in left)])
    receivers = tuple(sorted(names[guardian][0] for guardian in guardians))
    return receivers, tuple(sorted((names[guardian][0], audiences.WHY.get(why, why)) for guardian, why in left))


def sample(session: Session, by: Acting, mailing_id: str, *, now: datetime) -> Sample:
    """Return the sample of a mailing before its approval. Raises `NoSuchMailing`, `NoSuchDocument`."""
    seen = letters_seen(session, by, mailing_id, now=now)
    if seen.table is None:
        raise NoSuchDocument(sentence("There is nothing here to look at before an approval."))
    return Sample(
        seen.mailing,
        letters_of(seen.table, seen.table.sample),
        len(seen.letters),
        mailings.has_seen_sample(session, seen.mailing, by.id),
        seen.is_complete,
        seen.table.warning,
    )
