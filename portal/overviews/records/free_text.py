"""Words of staff that may name somebody who is to be erased, and that are about more than them: a person has to look.

What is bound to one person goes with them. A letter to many, an incident's notes and why a letter was taken back are
about others too; some of it nobody may change. So it is listed, before the name itself is gone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.documents.tables import Copy, LegalHold
from portal.families.tables import Child, Guardian
from portal.incidents.tables import Incident, IncidentDecision, IncidentMailing, IncidentReading, IncidentText
from portal.kernel.text.folding import folded, words_in
from portal.links.tables import Link, TakingBack
from portal.mailings.tables import Mailing, MailingWords


@dataclass(frozen=True, slots=True)
class Place:
    """Where words may name somebody: what they are, the page they stand on, and whether nobody can change them."""

    what: str
    about_id: str
    path: str
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class _Person:
    given: frozenset[str]
    family: frozenset[str]
    others: frozenset[str]

    def is_named(self, words: frozenset[str]) -> bool:
        """By given and family name, by number, or by address."""
        whole = self.given | self.family
        return bool(whole and whole <= words) or bool(self.others & words)

    def may_be_named(self, words: frozenset[str]) -> bool:
        """By either name alone, too."""
        return self.is_named(words) or any(name and name <= words for name in (self.given, self.family))


def places_that_may_name(session: Session, child_id: str | None, guardian_ids: Sequence[str]) -> list[Place]:
    """Return the words of staff that name a child or these guardians, one for each page.

    In an incident with a letter of theirs, a given or a family name alone counts as well.
    """
    people = list(_people(session, child_id, guardian_ids))
    near = _incidents_near(session, child_id, guardian_ids)
    found: dict[tuple[str, str], Place] = {}
    for place, text in _words(session):
        words = _said(text)
        if any(one.may_be_named(words) if place.about_id in near else one.is_named(words) for one in people):
            found.setdefault((place.what, place.path), place)
    return list(found.values())


def _said(text: str) -> frozenset[str]:
    """Return the words of a text; “Sam's” and “the Okafors” say Sam and Okafor as well."""
    words = {*words_in(text), *(folded(part) for part in text.split() if "@" in part)}
    return frozenset(words | {word[:-1] for word in words if word.endswith("s")})


def _people(session: Session, child_id: str | None, guardian_ids: Sequence[str]) -> Iterator[_Person]:
    child = session.get(Child, child_id) if child_id else None
    if child is not None:
        yield _person(child.given_name, child.family_name, child.student_number)
    for guardian_id in guardian_ids:
        guardian = session.get(Guardian, guardian_id)
        if guardian is not None:
            yield _person(guardian.given_name, guardian.family_name, guardian.address or "")


def _person(given: str, family: str, other: str) -> _Person:
    return _Person(frozenset(words_in(given)), frozenset(words_in(family)), frozenset(filter(None, [folded(other)])))


def _incidents_near(session: Session, child_id: str | None, guardian_ids: Sequence[str]) -> set[str]:
    """Return the incidents of which a letter was theirs."""
    theirs = or_(
        col(IncidentMailing.mailing_id).in_(select(col(Copy.mailing_id)).where(col(Copy.child_id) == child_id)),
        col(IncidentMailing.mailing_id).in_(
            select(col(Link.mailing_id)).where(col(Link.guardian_id).in_(guardian_ids))
        ),
    )
    return set(session.execute(select(col(IncidentMailing.incident_id)).where(theirs)).scalars())


def _words(session: Session) -> Iterable[tuple[Place, str]]:
    """Yield what staff wrote, with where it stands."""
    for row in session.execute(select(col(Incident.id), col(Incident.reason))):
        yield Place("Why something was frozen", row[0], f"/admin/incidents/{row[0]}", is_fixed=True), row[1]
    for row in session.execute(select(col(IncidentDecision.incident_id), col(IncidentDecision.text))):
        yield Place("The log of an incident", row[0], f"/admin/incidents/{row[0]}#log", is_fixed=True), row[1]
    for row in session.execute(select(col(IncidentReading.incident_id), col(IncidentReading.reason))):
        yield Place("Why something was read", row[0], f"/admin/incidents/{row[0]}#reading", is_fixed=True), row[1]
    for row in session.execute(select(col(IncidentText.incident_id), col(IncidentText.kind), col(IncidentText.text))):
        yield Place("What is told of an incident", row[0], f"/admin/incidents/{row[0]}/texts/{row[1]}"), row[2]
    kinds = col(TakingBack.kind).in_(("mailing", "document"))
    backs = select(col(TakingBack.kind), col(TakingBack.target_id), col(TakingBack.reason)).where(kinds)
    for row in session.execute(backs):
        path = f"/admin/revoke?kind={row[0]}&id={row[1]}"
        yield Place("Why something was taken back", row[1], path, is_fixed=True), row[2]
    for row in session.execute(select(col(LegalHold.mailing_id), col(LegalHold.reason), col(LegalHold.lifted_reason))):
        path = f"/staff/mailings/{row[0]}"
        yield Place("Why a letter was put under legal hold", row[0], path, is_fixed=True), f"{row[1]} {row[2]}"
    letters = select(col(Mailing.id), col(Mailing.title), col(Mailing.message), col(Mailing.return_reason))
    for row in session.execute(letters):
        yield Place("A letter", row[0], f"/staff/mailings/{row[0]}"), f"{row[1]} {row[2]} {row[3]}"
    for row in session.execute(
        select(col(MailingWords.mailing_id), col(MailingWords.title), col(MailingWords.message))
    ):
        yield Place("A letter", row[0], f"/staff/mailings/{row[0]}"), f"{row[1]} {row[2]}"
