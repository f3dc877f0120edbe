"""The pages of a mailing that are on paper: what each may still say, and what has become of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlmodel import Session, col

from portal.documents.tables import Copy
from portal.families import repository as families
from portal.families.tables import Child, Guardian, Guardianship
from portal.links.rules import LinkFacts, Open, judge
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.rules import PaperMark, mark_of
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.audience.audiences import WHY
from portal.overviews.family.letters import GUARDIANSHIP_OF_LINK, LINK_FACTS
from portal.overviews.sending.unprinted import NotPrinted, unprinted
from portal.overviews.sending.unreached import children_of_notices
from portal.words.languages import Language, reading_language
from portal.words.sentences import sentence

PAGE = 50
WHY_NOT = {
    "no-letter": sentence("There is no letter that it could open"),
    "taken-back": sentence("The link was taken back"),
    "expired": sentence("The link has expired"),
    "guardianship-ended": WHY["may-not-receive"],
    "may-not-receive": WHY["may-not-receive"],
    "has-address": sentence("There is an e-mail address now"),
}
"""Why a child is not on a page, in words."""


@dataclass(frozen=True, slots=True)
class PaperWay:
    """A child that a page may name, and the link that opens its letter."""

    link_id: str
    code_key_id: str
    given_name: str
    expires_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Named:
    """A guardian and a child, as staff know them, and why that child is on no page."""

    guardian_name: str
    student_number: str
    child_name: str
    why: str


@dataclass(frozen=True, slots=True)
class PaperNotice:
    """One guardian's page. Without a way left it is not printed; `gone` says what is not on it any more."""

    notice_id: str
    guardian_name: str
    language: Language
    ways: tuple[PaperWay, ...]
    gone: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class PaperRun:
    """What a print run holds now: the pages in the order in which they are handed out, and what is missing."""

    pages: tuple[PaperNotice, ...]
    missing: tuple[Named, ...]


_HAS_LETTER = exists().where(
    col(Copy.mailing_id) == col(Link.mailing_id),
    col(Copy.child_id) == col(Link.child_id),
    col(Copy.revoked_at).is_(None),
)
_PAGES = (
    select(
        col(Notice.id),
        col(Guardian.given_name) + " " + col(Guardian.family_name),
        col(Guardian.language),
        col(Link.code_key_id),
        col(Child.student_number),
        col(Child.given_name),
        col(Child.family_name),
        col(Child.grade),
        _HAS_LETTER,
        *LINK_FACTS,
    )
    .join(Guardian, col(Guardian.id) == col(Notice.guardian_id))
    .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
    .join(Link, col(Link.id) == col(NoticeLink.link_id))
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Child, col(Child.id) == col(Link.child_id))
    .where(col(Notice.channel) == "paper")
    .order_by(col(Child.family_name), col(Child.given_name), col(Child.id))
)


def pages_of(session: Session, mailing_id: str, *, open_only: bool, now: datetime) -> PaperRun:
    """Return the pages of a mailing, each link judged anew: all that are not cancelled, or those not marked yet."""
    states = ("queued",) if open_only else ("queued", "sent", "bounced")
    rows = session.execute(
        _PAGES.where(col(Notice.mailing_id) == mailing_id, col(Notice.state).in_(states)), {"now": now}
    ).all()
    facts = [LinkFacts(*row[9:]) for row in rows]
    places = families.places_of_children(session, sorted({link.child_id for link in facts}))
    ways: dict[str, list[PaperWay]] = defaultdict(list)
    gone: dict[str, list[Named]] = defaultdict(list)
    about: dict[str, tuple[tuple[str, ...], str, Language]] = {}
    for row, link in zip(rows, facts, strict=True):
        notice_id, guardian, language, key_id, number, given, family, grade, has_letter = row[:9]
        sites = ", ".join(sorted({site for site, _ in places.get(link.child_id, ())}))
        verdict = judge(link, now=now)
        if isinstance(verdict, Open) and has_letter:
            place = ", ".join(filter(None, (sites, f"grade {grade}" if grade else "")))
            ways[notice_id].append(PaperWay(link.link_id, key_id, given, link.expires_at, place))
        else:
            why = "no-letter" if isinstance(verdict, Open) else verdict.why
            gone[notice_id].append(
                Named(guardian, number, f"{given} {family}", WHY_NOT.get(why, WHY_NOT["taken-back"]))
            )
        about.setdefault(notice_id, ((sites, grade, family, given), guardian, reading_language(language)))
    pages = [
        PaperNotice(notice_id, guardian, language, tuple(ways[notice_id]), tuple(gone[notice_id]))
        for notice_id, (_, guardian, language) in sorted(about.items(), key=lambda one: (one[1][0], one[0]))
    ]
    return PaperRun(tuple(pages), tuple(named for page in pages for named in page.gone))


@dataclass(frozen=True, slots=True)
class ToPrint:
    """What a print run would hold now: pages made before, pages it would add, and who is missing and why."""

    mailing: Mailing
    made: int
    marked: int
    added: int
    added_children: int
    missing: tuple[Named, ...]

    @property
    def pages(self) -> int:
        """How many pages there would be."""
        return self.made + self.added


def to_print(session: Session, mailing: Mailing, *, now: datetime) -> ToPrint:
    """Return what printing would do now."""
    run = pages_of(session, mailing.id, open_only=False, now=now)
    found = unprinted(session, mailing, now=now)
    counts = outbox.paper_counts(session, mailing.id)
    return ToPrint(
        mailing,
        sum(bool(page.ways) for page in run.pages),
        counts["sent"] + counts["bounced"],
        len(found.pages),
        len({child.child_id for page in found.pages for child in page.children}),
        run.missing + named(session, found.missing),
    )


def named(session: Session, missing: Sequence[NotPrinted]) -> tuple[Named, ...]:
    """Return by name who is not printed."""
    children = families.names_of_children(session, sorted({one.child_id for one in missing}))
    guardians = families.names_of_guardians(session, sorted({one.guardian_id for one in missing}))
    return tuple(
        Named(
            guardians[one.guardian_id][0],
            children[one.child_id][0],
            f"{children[one.child_id][1]} {children[one.child_id][2]}",
            WHY_NOT[one.why],
        )
        for one in missing
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One page in the list where marks are set."""

    notice_id: str
    guardian_name: str
    children: tuple[tuple[str, str], ...]
    mark: PaperMark | None
    is_cancelled: bool
    printed_at: datetime | None
    marked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Marks:
    """One page of that list; children are student number and name."""

    mailing: Mailing
    rows: list[Listed]
    counts: dict[str, int]
    page: int
    pages: int


def marks_of(session: Session, mailing: Mailing, *, page: int) -> Marks:
    """Return a page of the notices on paper, by the guardian's name."""
    counts = outbox.paper_counts(session, mailing.id)
    pages = max(1, -(-counts["made"] // PAGE))
    page = min(max(page, 1), pages)
    query = (
        select(Notice, col(Guardian.given_name) + " " + col(Guardian.family_name))
        .join(Guardian, col(Guardian.id) == col(Notice.guardian_id))
        .where(col(Notice.mailing_id) == mailing.id, col(Notice.channel) == "paper")
        .order_by(func.lower(col(Guardian.family_name)), func.lower(col(Guardian.given_name)), col(Notice.id))
    )
    found = session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    children = children_of_notices(session, [notice.id for notice, _ in found])
    rows = [
        Listed(
            notice.id,
            name,
            tuple(children[notice.id]),
            mark_of(notice.state, notice.reply),
            notice.state == "cancelled",
            notice.printed_at,
            notice.done_at,
        )
        for notice, name in found
    ]
    return Marks(mailing, rows, counts, page, pages)
