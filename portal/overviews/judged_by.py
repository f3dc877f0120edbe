"""What a verdict of the guard hung on, as one version: it stands in the row of the verdict and is asked at approval.

It is the number of the roster, which rights given by hand move on as well, and a hash over everything else that one
person could change to make the guard quieter: the list of staff, the known pictures, the settings, and the guard's own
code. Where any of it moved, the letters are judged anew before a second person's yes counts.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from portal.guard import repository as pictures
from portal.overviews import people


@dataclass(frozen=True, slots=True)
class Terms:
    """What a process brings itself: the organisation's name and contact, and a mark of how it reads and judges."""

    organisation: str
    contact: str
    rules: str


def version(session: Session, terms: Terms) -> str:
    """Return the version of everything that a letter would be judged by now."""
    return version_of(people.version(session), terms, pictures.known_hashes(session))


def version_of(known: people.Version, terms: Terms, seen: Collection[str]) -> str:
    """Return the version of what a letter is judged by: an index of people, these terms and these known pictures."""
    rest = [known.colleagues, sorted(seen), terms.organisation, terms.contact, terms.rules]
    return f"{known.roster}-{hashlib.sha256(json.dumps(rest).encode()).hexdigest()}"
