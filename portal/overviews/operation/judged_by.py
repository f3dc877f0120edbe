"""What a verdict of the guard hung on, as one version: it stands in the row of the verdict and is asked at approval.

It is the number of the roster, which rights given by hand move on as well, and a hash over everything else that one
person could change to make the guard quieter: the list of staff, the known pictures, the settings, and the guard's own
code. Where any of it moved, the letters are judged anew before a second person's yes counts.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from portal.families import repository as families
from portal.guard import repository as pictures
from portal.staff.tables import StaffMember


class Known(NamedTuple):
    """What the guard's index is made of: the newest roster's number, and the names and addresses of staff."""

    roster: int
    colleagues: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process brings itself: the organisation's name and contact, and a mark of how it reads and judges."""

    organisation: str
    contact: str
    rules: str


def known_now(session: Session) -> Known:
    """Return what the guard's index would be made of now."""
    staff = select(col(StaffMember.name), col(StaffMember.address)).where(col(StaffMember.removed_at).is_(None))
    colleagues = tuple(sorted((name, address) for name, address in session.execute(staff)))
    return Known(families.newest_roster(session), colleagues)


def version(session: Session, terms: Terms) -> str:
    """Return the version of everything that a letter would be judged by now."""
    return version_of(known_now(session), terms, pictures.known_hashes(session))


def version_of(known: Known, terms: Terms, seen: Collection[str]) -> str:
    """Return the version of what a letter is judged by: an index of people, these terms and these known pictures."""
    rest = [known.colleagues, sorted(seen), terms.organisation, terms.contact, terms.rules]
    return f"{known.roster}-{hashlib.sha256(json.dumps(rest).encode()).hexdigest()}"
