"""A guardian without a mailbox opens a confidential letter by the page that was handed over, and nobody else does."""

import pytest
from sqlmodel import col, select, update

from portal.families.tables import Guardian
from portal.flows.opening.open_link import CodeAsked, Opened, open_link, read_attempt
from portal.outbox.tables import Notice
from portal.publish.rounds.paper import mark_printed, print_run
from portal.wiring import House
from tests.cast import Cast, code_of, link_of, send_letter
from tests.conftest import Watch
from tests.flows.holds import hold_passes


@pytest.fixture
def mailing_id(house: House, cast: Cast, clock: Watch) -> str:
    """Give an approved confidential letter to everybody; Rosa has no address, and has her page."""
    with house.db.write() as session:
        rosa = col(Guardian.id) == cast.rosa_r
        session.exec(update(Guardian).where(rosa).values(address=None, address_key=None))
    mailing_id = send_letter(house, cast, now=clock.now, confidential=True)
    hold_passes(house, clock)
    print_run(house, mailing_id, by=cast.writer, now=clock.now)
    return mailing_id


def opened(house: House, link_id: str, clock: Watch) -> object:
    attempt = read_attempt(house.keys, token="", code=code_of(house, link_id))
    with house.db.write() as session:
        return open_link(session, house.keys, attempt, old_cookie=None, now=clock.now)


def test_the_printed_page_opens_it_without_a_code(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    assert isinstance(opened(house, link_of(house, mailing_id, cast.rosa_r, cast.other_ana), clock), Opened)


def test_a_page_that_came_back_opens_nothing_without_a_code(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.read() as session:
        wanted = (col(Notice.guardian_id) == cast.rosa_r, col(Notice.channel) == "paper")
        page = session.exec(select(Notice).where(*wanted)).one()
    mark_printed(house, mailing_id, [page.id], "undeliverable", by=cast.writer, now=clock.now)
    assert isinstance(opened(house, link_of(house, mailing_id, cast.rosa_r, cast.other_ana), clock), CodeAsked)


def test_a_mailbox_on_file_asks_for_the_code_again(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    with house.db.write() as session:
        mailbox = {"address": "rosa.rivera@mail.example.org", "address_key": "rosa.rivera@mail.example.org"}
        session.exec(update(Guardian).where(col(Guardian.id) == cast.rosa_r).values(**mailbox))
    assert isinstance(opened(house, link_of(house, mailing_id, cast.rosa_r, cast.other_ana), clock), CodeAsked)


def test_a_link_that_was_mailed_asks_for_the_code(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    assert isinstance(opened(house, link_of(house, mailing_id, cast.carla, cast.ana), clock), CodeAsked)
