"""One cast of characters for every test, and the shortest way to a letter that has been sent to them.

The Riveras: Ana and Luis, with Carla and Diego, at Maple. The Okafors: Sam, with Ngozi, at Oak; Sam's father
Emeka shares Ngozi's home but not the right to letters. Two children are called Ana Rivera.
Rosa writes, Omar approves, Ida administers, Pia writes for Oak alone.
"""

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from portal.documents.rules.cleared import ClearedFile
from portal.families.repository import words
from portal.families.rules import Plan
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterVersion
from portal.flows.approving import approve_mailing
from portal.flows.writing import draft_mailing
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.storage.db import Database
from portal.links.tables import Link
from portal.mailings.rules import Term, check_draft
from portal.overviews.audience import audiences
from portal.overviews.operation import judged_by
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House

NOON = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)
LETTER = b"%PDF-1.7 a letter that welcomes everybody and names nobody " * 40


@dataclass
class Cast:
    """Who is there, by first name: ids of children and guardians, and staff as acting persons."""

    ana: str
    luis: str
    other_ana: str
    sam: str
    carla: str
    diego: str
    rosa_r: str
    ngozi: str
    emeka: str
    writer: Acting
    approver: Acting
    admin: Acting
    oak_writer: Acting


_CHILDREN = {
    "ana": ("100001", "Ana", "Rivera", "2", "Maple"),
    "luis": ("100002", "Luis", "Rivera", "4", "Maple"),
    "other_ana": ("100004", "Ana", "Rivera", "5", "Maple"),
    "sam": ("100006", "Sam", "Okafor", "3", "Oak"),
}
_GUARDIANS = {
    "carla": ("Carla", "Rivera", "carla.rivera@mail.example.org"),
    "diego": ("Diego", "Rivera", "diego.rivera@mail.example.org"),
    "rosa_r": ("Rosa", "Rivera", "rosa.rivera@mail.example.org"),
    "ngozi": ("Ngozi", "Okafor", "ngozi.okafor@mail.example.org"),
    "emeka": ("Emeka", "Okafor", "emeka.okafor@mail.example.org"),
}
_TIES = {
    ("carla", "ana"): True,
    ("carla", "luis"): True,
    ("diego", "ana"): True,
    ("diego", "luis"): True,
    ("rosa_r", "other_ana"): True,
    ("ngozi", "sam"): True,
    ("emeka", "sam"): False,
}


def seat_families(session: Session, *, now: datetime) -> dict[str, str]:
    """Insert both families; return everybody's id by first name."""
    ids = {name: new_id() for name in [*_CHILDREN, *_GUARDIANS]}
    for name, (number, given, family, grade, site) in _CHILDREN.items():
        session.add(
            Child(id=ids[name], student_number=number, source_id=number, given_name=given, family_name=family,
                  grade=grade, seen_at=now)
        )  # fmt: skip
        session.flush()
        session.add(Enrolment(child_id=ids[name], site=site, program="After School"))
    for name, (given, family, address) in _GUARDIANS.items():
        session.add(
            Guardian(id=ids[name], source_id=f"g-{name}", given_name=given, family_name=family, address=address,
                     address_key=address, seen_at=now)
        )  # fmt: skip
    session.flush()
    for (guardian, child), may_view in _TIES.items():
        session.add(Guardianship(guardian_id=ids[guardian], child_id=ids[child], may_view=may_view, starts_at=now))
    session.add(
        RosterVersion(number=1, imported_at=now, format="cast", content_sha256="0" * 64, children=4, guardians=5,
                      guardianships=7)
    )  # fmt: skip
    session.flush()
    words.index(session, list(ids.values()))
    return ids


EVA = "Eva Maximiliana Guadalupe"


def seat_eva(house: House, cast: Cast, *, now: datetime) -> str:
    """Give Ana and Luis a sister with a long name, for those who need three children of one guardian; return her id."""
    eva = new_id()
    with house.db.write() as session:
        session.add(
            Child(id=eva, student_number="100008", source_id="100008", given_name=EVA, family_name="Rivera",
                  grade="K", seen_at=now)
        )  # fmt: skip
        session.flush()
        session.add(Enrolment(child_id=eva, site="Maple", program="After School"))
        session.add(Guardianship(guardian_id=cast.carla, child_id=eva, may_view=True, starts_at=now))
        session.flush()
        words.index(session, [eva])
    return eva


def seat_staff(session: Session, *, now: datetime) -> dict[str, Acting]:
    """Insert the staff; return them as acting persons."""
    for name, role in (("rosa", "publisher"), ("omar", "approver"), ("ida", "admin"), ("pia", "publisher")):
        address = f"{name}@riverbend.example.org"
        member = staff.put(session, address=address, address_key=address, name=name.title(), role=role, now=now)
        if name == "pia":
            staff.set_scope(session, member.id, ["Oak"])
    return {
        name: staff.by_address(session, f"{name}@riverbend.example.org", through="web")
        for name in ("rosa", "omar", "ida", "pia")
    }


def seat_the_cast(database: Database, *, now: datetime) -> Cast:
    """Insert everybody."""
    with database.write() as session:
        ids = seat_families(session, now=now)
        people = seat_staff(session, now=now)
    return Cast(**ids, writer=people["rosa"], approver=people["omar"], admin=people["ida"], oak_writer=people["pia"])


def seal_cleared(house: House, name: str, content: bytes, *, pages: int = 1, place: int = 0) -> ClearedFile:
    """Seal a file as one that the guard has cleared."""
    document_id = new_id()
    sealed = house.documents.seal(document_id, io.BytesIO(content))
    return ClearedFile(document_id, name, "application/pdf", sealed.size, sealed.sha256, 3, pages, place=place)


def write_draft(
    house: House, cast: Cast, *, now: datetime, title: str = "Welcome", terms: tuple[Term, ...] = (Term("everyone"),),
    content: bytes = LETTER, message: str = "We begin on Monday.", confidential: bool = False,
    pages: int = 1, acknowledge: bool = False, addressed: frozenset[str] | None = None,
    enclosed: tuple[bytes, ...] = (),
) -> str:  # fmt: skip
    """Write a checked mailing with a sealed letter, and files that come with it; return its id."""
    cleared = [seal_cleared(house, "welcome.pdf", content, pages=pages)]
    cleared += [seal_cleared(house, f"file {at}.pdf", one, place=at) for at, one in enumerate(enclosed, start=1)]
    draft = check_draft(
        title=title,
        message=message,
        terms=terms,
        link_days=30,
        link_hosts=frozenset(),
        confidential=confidential,
        acknowledge=acknowledge,
    )
    with house.db.write() as session:
        draft = replace(draft, addressed=addressed)
        mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=cast.writer, now=now)
        version = judged_by.version(session, house.guard_terms)
        draft_mailing.attach_documents(
            session, house.keys, mailing.id, cleared, judged_by=version, by=cast.writer, now=now
        )
        return mailing.id


def approve(house: House, cast: Cast, mailing_id: str, *, now: datetime) -> None:
    """Submit and approve a checked mailing: its links and notices are then written, and the hold begins."""
    with house.db.write() as session:
        approve_mailing.submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=now)
    hold = timedelta(seconds=house.settings.hold_seconds)
    with house.db.read() as session:
        mailing = approve_mailing.check_may_approve(session, mailing_id, by=cast.approver, terms=house.guard_terms)
        prepared = approve_mailing.prepare_approval(
            session, house.keys, mailing, terms=house.guard_terms, now=now, hold=hold
        )
    with house.db.write() as session:
        approve_mailing.approve_mailing(session, house.keys, prepared, by=cast.approver, now=now)


def send_letter(house: House, cast: Cast, *, now: datetime, **draft: object) -> str:
    """Write and approve a mailing; return its id."""
    mailing_id = write_draft(house, cast, now=now, **draft)  # type: ignore[arg-type]  # as write_draft takes them
    approve(house, cast, mailing_id, now=now)
    return mailing_id


def link_of(house: House, mailing_id: str, guardian: str, child: str) -> str:
    """Return the id of a guardian's first link to a child in a mailing."""
    with house.db.read() as session:
        query = select(Link.id).where(
            col(Link.mailing_id) == mailing_id,
            col(Link.guardian_id) == guardian,
            col(Link.child_id) == child,
            col(Link.edition) == 1,
        )
        return session.exec(query).one()


def token_of(house: House, link_id: str) -> str:
    """Return the token that the guardian's message carries."""
    return tokens.mint_token(house.keys, "link-token", link_id)


def is_letter(path: str) -> bool:
    """Tell whether a browser was led right to a letter, past the list."""
    return re.fullmatch(r"/letters/[0-9a-f]{32}", path) is not None


def code_of(house: House, link_id: str) -> str:
    """Return the typed code that the guardian's message carries."""
    return tokens.mint_code(house.keys, link_id, house.keys.newest("link-token"))


def plan_of(house: House, mailing_id: str, *, now: datetime) -> Plan:
    """Return whom a mailing would reach if it went out now."""
    with house.db.read() as session:
        from portal.mailings import repository as mailings

        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        return audiences.plan_of(session, mailing, now=now)
