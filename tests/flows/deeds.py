"""Stories as one calls them, each in its own transaction, for tests in which several go on at once."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, SQLModel, select

from portal.flows.opening.open_link import Opened, open_link, read_attempt
from portal.flows.taking_back.revoke import Kind, Target, revoke
from portal.kernel.ids import new_id
from portal.links import repository as links
from portal.wiring import House
from tests.cast import Cast, token_of
from tests.conftest import Watch

Deed = Callable[[], None]


def told(house: House, story: Callable[..., object], *about: object, **more: object) -> Deed:
    """Return a story that takes the session, the keys and then these."""
    return written(house, lambda session: story(session, house.keys, *about, **more))


def written(house: House, act: Callable[[Session], object]) -> Deed:
    """Return an act in a transaction of its own."""

    def deed() -> None:
        with house.db.write() as session:
            act(session)

    return deed


def take_back(house: House, cast: Cast, clock: Watch, kind: Kind, target_id: str) -> Deed:
    """Return the taking back of one target."""
    return told(house, revoke, Target(kind, target_id), by=cast.admin, reason="Wrong.", now=clock.now)


def press(house: House, clock: Watch, link_id: str, cookie: str | None = None) -> str:
    """Open a link in a browser with this cookie; return its new one."""
    attempt = read_attempt(house.keys, token=token_of(house, link_id), code="")
    with house.db.write() as session:
        opened = open_link(session, house.keys, attempt, old_cookie=cookie, now=clock.now)
    assert isinstance(opened, Opened)
    return opened.cookie


def remember(house: House, guardian_id: str, clock: Watch) -> str:
    """Let a browser be known for a guardian; return the device's id."""
    with house.db.write() as session:
        return links.remember_device(
            session, guardian_id=guardian_id, address_key="", new=new_id(), old=None, now=clock.now
        )


def ids_of(house: House, table: Any, **where: object) -> list[str]:  # noqa: ANN401 - any table with an id
    """Return the ids of the rows of a table that are so."""
    with house.db.read() as session:
        return list(session.exec(select(table.id).filter_by(**where)))


def make_all(house: House, table: type[SQLModel], **values: object) -> None:
    """Let every row of a table be so."""
    with house.db.write() as session:
        session.execute(update(table).values(**values))
