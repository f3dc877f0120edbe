"""What messages to staff need to know, gathered from the rooms that know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import intakes
from portal.mailings import repository as mailings
from portal.mailings.rules import audience_sentence
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.family import letters
from portal.staff.tables import SignInLink, StaffMember


@dataclass(frozen=True, slots=True)
class Asked:
    """What an approver is told about a mailing; `left_out` are the children left out, by reason in words."""

    author: str
    audience: str
    children: int
    guardians: int
    left_out: Mapping[str, int]


def name_of(session: Session, staff_id: str | None) -> str:
    """Return what people call a staff member, whether present or removed."""
    member = session.get(StaffMember, staff_id) if staff_id else None
    return (member.name or member.address) if member else "Somebody"


def asked_about(session: Session, mailing: Mailing, *, organisation: str, now: datetime) -> Asked:
    """Return who asks for a mailing, for whom, how many that is today, and how many are left out."""
    sentence = audience_sentence(mailings.terms_of(session, mailing.id), organisation)
    reach = audiences.reach_of(session, mailing, now=now)
    left_out = {audiences.WHY[why]: count for why, count in reach.left_out_by_why.items()}
    return Asked(name_of(session, mailing.author_id), sentence, reach.children, reach.guardians, left_out)


def waiting_correction(session: Session, document_id: str) -> tuple[Mailing, str] | None:
    """Return the mailing of a corrected version that waits, and the file it is to replace; None once it is settled."""
    new = documents.find(session, document_id)
    old = documents.find(session, new.replaces_id) if new and new.replaces_id else None
    mailing = mailings.find_any(session, old.mailing_id) if old else None
    if old is None or mailing is None or mailing.state == "revoked" or old.replaced_at or old.revoked_at:
        return None
    return mailing, old.id


def is_set_aside(session: Session, mailing_id: str) -> bool:
    """Tell whether what was given for a mailing still is set aside."""
    intake = intakes.intake_of(session, mailing_id)
    return intake is not None and intake.state == "set-aside"


def mailing_of_link(session: Session, link_id: str, *, now: datetime) -> Mailing | None:
    """Return the mailing that a link belongs to."""
    link = letters.link_facts(session, link_id, now=now)
    return mailings.find_any(session, link.mailing_id) if link else None


def sign_in_lasts_until(session: Session, sign_in_link_id: str, *, now: datetime) -> datetime | None:
    """Return until when a sign-in link works, or None if it is used up or too old."""
    link = session.get(SignInLink, sign_in_link_id)
    return link.expires_at if link and link.used_at is None and link.expires_at > now else None
