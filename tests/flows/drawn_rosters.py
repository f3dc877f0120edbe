"""Small schools drawn at random, each at a site of its own, and a model that says who gets a letter about whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hypothesis import strategies as st
from sqlmodel import Session

from portal.families.tables import Child, Enrolment, Guardian, Guardianship, Restriction
from portal.kernel.ids import new_id

Bond = Literal["sees", "not-marked", "barred", "of-age", "cut", "ended", "begins-later"]
_BARS = frozenset({"not-marked", "barred"})
_RESTRICTED = {"barred": "barred", "of-age": "of-age", "cut": "ended"}


@dataclass(frozen=True)
class Kid:
    """A child: its guardians by place, with the right of each; its grade; whether it has left the school."""

    bonds: Mapping[int, Bond]
    grade: str = "1"
    has_left: bool = False


@dataclass(frozen=True)
class School:
    """Mailboxes of guardians, who may share one or have none; children; who is left out by hand, and why.

    `printed` are children who have a file of their own although nobody may be reached; `grade` narrows the audience.
    """

    mailboxes: tuple[int | None, ...]
    kids: tuple[Kid, ...]
    left_out: Mapping[int, str]
    printed: frozenset[int]
    grade: str
    is_shared: bool
    first_wave: int | None

    @property
    def audience(self) -> list[int]:
        """The children whom the letter is for, by place."""
        return [at for at, kid in enumerate(self.kids) if not kid.has_left and self.grade in {"", kid.grade}]

    @property
    def reached(self) -> set[tuple[int, int]]:
        """Guardian and child, by place: the model, written down again from the promises."""
        return {
            (adult, at)
            for at in self.audience
            if at not in self.left_out
            for adult, bond in self.kids[at].bonds.items()
            if bond == "sees" and self.mailboxes[adult] is not None and not self._is_read_by_barred(adult, at)
        }

    def _is_read_by_barred(self, adult: int, kid: int) -> bool:
        bonds = self.kids[kid].bonds.items()
        return any(bond in _BARS and self.mailboxes[other] == self.mailboxes[adult] for other, bond in bonds)

    @property
    def filed(self) -> list[int]:
        """The children who have a file, where each has its own."""
        reached = {kid for _, kid in self.reached}
        return [at for at in self.audience if at in reached or at in self.printed]


_BONDS = st.sampled_from(["sees", "sees", "sees", "sees", "not-marked", "barred", "of-age", "cut", "ended",
                          "begins-later"])  # fmt: skip
_REASONS = st.sampled_from(["moved away", "Moved away", "no report this year", "the family asked for none"])


@st.composite
def kids(draw: st.DrawFn, adults: int) -> Kid:
    """Draw a child of some of these guardians, or of none."""
    bonds = draw(st.dictionaries(st.integers(0, adults - 1), _BONDS, max_size=3))
    return Kid(bonds, draw(st.sampled_from(["1", "1", "2"])), draw(st.sampled_from([False, False, False, True])))


@st.composite
def schools(draw: st.DrawFn) -> School:
    """Draw a school: siblings, two homes, shared mailboxes, people without one, rights of every kind, leavers."""
    mailboxes = draw(st.lists(st.sampled_from([None, 0, 1, 2, 3]), min_size=2, max_size=5))
    drawn = draw(st.lists(kids(len(mailboxes)), min_size=2, max_size=6))
    places = st.integers(0, len(drawn) - 1)
    return School(
        tuple(mailboxes),
        tuple(drawn),
        draw(st.dictionaries(places, _REASONS, max_size=3)),
        draw(st.frozensets(places)),
        draw(st.sampled_from(["", "1"])),
        draw(st.booleans()),
        draw(st.sampled_from([None, None, 1, 2])),
    )


@dataclass
class Seated:
    """A school in the database: ids by place, and back."""

    site: str
    adults: list[str]
    kids: list[str]

    def pairs(self, school: School) -> set[tuple[str, str]]:
        """Return whom the model reaches, by id."""
        return {(self.adults[adult], self.kids[kid]) for adult, kid in school.reached}

    def address(self, school: School, adult: str) -> str:
        """Return where mail for a guardian goes."""
        return f"box{school.mailboxes[self.adults.index(adult)]}@{self.site}.example.org"


def seat(session: Session, school: School, *, site: str, now: datetime) -> Seated:
    """Insert a school."""
    adults = [new_id() for _ in school.mailboxes]
    for adult, box in zip(adults, school.mailboxes, strict=True):
        address = None if box is None else f"box{box}@{site}.example.org"
        session.add(
            Guardian(id=adult, source_id=adult, given_name="Ada", family_name=site, address=address,
                     address_key=address, seen_at=now)
        )  # fmt: skip
    session.flush()
    seated = Seated(site, adults, [])
    for kid in school.kids:
        add_kid(session, seated, kid, now=now)
    return seated


def add_kid(session: Session, seated: Seated, kid: Kid, *, now: datetime) -> str:
    """Insert one child with its guardianships; return its id."""
    child, number = new_id(), f"{seated.site}-{len(seated.kids)}"
    session.add(
        Child(id=child, student_number=number, source_id=number, given_name=f"Kid{len(seated.kids)}",
              family_name=seated.site, grade=kid.grade, seen_at=now, left_at=now if kid.has_left else None)
    )  # fmt: skip
    session.flush()
    session.add(Enrolment(child_id=child, site=seated.site, program="Chess"))
    day = timedelta(days=1)
    for at, bond in kid.bonds.items():
        tie = {"guardian_id": seated.adults[at], "child_id": child}
        starts = now + 900 * day if bond == "begins-later" else now - 9 * day
        session.add(
            Guardianship(**tie, may_view=bond != "not-marked", starts_at=starts,
                         ends_at=now - day if bond == "ended" else None)
        )  # fmt: skip
        session.flush()
        if bond in _RESTRICTED:
            session.add(
                Restriction(**tie, kind=_RESTRICTED[bond], by="staff:office", made_at=now, starts_at=now - day,
                            applied_at=now, settled_at=now)
            )  # fmt: skip
    seated.kids.append(child)
    return child
