"""The drop addresses that somebody may write to, each with whom it is for."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import product

from sqlmodel import Session

from portal.families import repository as families
from portal.mailings.rules import Term, audience_sentence
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class DropSeen:
    """A drop address by its part before the @, and the audience it stands for, in words."""

    name: str
    audience: str

    def matches(self, words: str) -> bool:
        """Whether each of these words is in the address or in its audience."""
        here = _folded(f"{self.name} {self.audience}")
        return all(word in here for word in _folded(words).split())


def drops_seen(session: Session, by: Acting, *, organisation: str) -> list[DropSeen]:
    """Return the addresses that reach nobody beyond somebody's sites, the widest first."""
    places = families.places(session, by.sites)
    sites, grades = places["site"], places["grade"]
    audiences: list[tuple[Term, ...]] = [(Term("everyone"),)] if by.sites is None else []
    audiences += [(Term("site", one),) for one in sites]
    audiences += [(Term("program", one),) for one in places["program"]]
    audiences += [(Term("grade", one),) for one in grades]
    audiences += [(Term("grade", grade), Term("site", site)) for grade, site in product(grades, sites)]
    return [DropSeen(_name(one), audience_sentence(one, organisation)) for one in audiences]


def _name(terms: tuple[Term, ...]) -> str:
    return ".".join(f"grade-{_slug(one.value)}" if one.kind == "grade" else _slug(one.value or "everyone") for one in terms)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
