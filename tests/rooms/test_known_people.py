"""The guard knows everybody in the roster's order, so that it tells the same of a file wherever it is asked."""

from sqlmodel import Session

from portal.families.tables import Child, Guardian
from portal.kernel.ids import new_id
from portal.overviews.people.known_people import people
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch


def add_first(session: Session, clock: Watch) -> None:
    """Add a child and a guardian who come first on the roster and last in their tables."""
    session.add(
        Child(
            id=new_id(),
            student_number="000900",
            source_id="000900",
            given_name="Ana",
            family_name="Rivera",
            grade="1",
            seen_at=clock.now,
        )
    )
    session.add(Guardian(id=new_id(), source_id="a-first", given_name="Ana", family_name="Rivera", seen_at=clock.now))


def test_people_come_as_the_roster_has_them_however_their_rows_lie(house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        add_first(session, clock)
    with house.db.read() as session:
        known = people(session, house.keys, now=clock.now)
    children = [one.numbers[0] for one in known if one.kind == "child"]
    assert children == ["000900", "100001", "100002", "100004", "100006"]
    guardians = [one for one in known if one.kind == "guardian"]
    assert (guardians[0].given_name, guardians[0].family_name) == ("Ana", "Rivera")
    assert [one.id for one in guardians[1:]] == [cast.carla, cast.diego, cast.emeka, cast.ngozi, cast.rosa_r]
