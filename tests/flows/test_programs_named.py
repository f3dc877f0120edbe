"""A letter says which programs it comes from, as long as they can be said in one breath."""

import pytest
from sqlmodel import Session

from portal.families.tables import Enrolment
from portal.flows.draft_mailing import draft_mailing
from portal.mailings.rules import Term, check_draft
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch


def named(house: House, session: Session, cast: Cast, clock: Watch, *terms: Term) -> str:
    draft = check_draft(title="Hello", message="", terms=terms, link_days=9, link_hosts=frozenset())
    return draft_mailing(session, house.keys, draft, by=cast.writer, now=clock.now).program


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "After School"),
        (["Chess"], "After School and Chess"),
        (["Chess", "Drama"], "After School, Chess and Drama"),
        (["Chess", "Drama", "Judo"], ""),
    ],
)
def test_everyone_hears_from_all_programs_or_from_the_organisation_alone(
    house: House, cast: Cast, clock: Watch, more: list[str], said: str
) -> None:
    with house.db.write() as session:
        session.add_all(Enrolment(child_id=cast.sam, site="Oak", program=program) for program in more)
        session.flush()
        assert named(house, session, cast, clock, Term("everyone")) == said


def test_a_letter_to_one_program_comes_from_that_one(house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        session.add(Enrolment(child_id=cast.sam, site="Oak", program="Chess"))
        session.flush()
        assert named(house, session, cast, clock, Term("program", "Chess")) == "Chess"
