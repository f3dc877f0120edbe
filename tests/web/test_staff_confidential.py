"""Staff may have a letter for everybody ask for a code; letters to single children always do."""

import re

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.flows.writing.draft_mailing import draft_mailing
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down
from tests.web.test_staff_writing import Desk

WORDS = "Each family is asked for a code before it opens."


@pytest.fixture
def rosa(site: TestClient, house: House, cast: Cast) -> Desk:
    return Desk(site, sit_down(site, house, cast.writer))


def is_confidential(house: House) -> bool:
    with house.db.read() as session:
        return session.exec(select(Mailing.confidential)).one()


def test_the_box_raises_a_letter_and_is_remembered(rosa: Desk, house: House) -> None:
    assert not re.search(r'name="confidential"[^>]*checked', rosa.site.get("/staff/mailings/new").text)
    where = rosa.put(confidential="yes").headers["location"]
    assert is_confidential(house)
    assert WORDS in rosa.site.get(where).text
    page = rosa.site.get(f"{where}/edit").text
    assert re.search(r'name="confidential"[^>]*checked', page)


def test_a_letter_for_everybody_is_plain_unless_its_writer_says_so(rosa: Desk, house: House) -> None:
    where = rosa.put().headers["location"]
    assert not is_confidential(house)
    assert WORDS not in rosa.site.get(where).text
    version = re.search(r'name="version" value="(\d+)"', rosa.site.get(f"{where}/edit").text)
    assert version
    assert rosa.put(where, version=version[1], confidential="yes").status_code == 303
    assert is_confidential(house)


def test_a_box_that_was_ticked_stays_ticked_when_something_else_is_wrong(rosa: Desk) -> None:
    answer = rosa.put(title="", confidential="yes")
    assert answer.status_code == 422
    assert re.search(r'name="confidential"[^>]*checked', answer.text)


def test_letters_to_single_children_are_never_lowered(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        one = col(Mailing.id) == mailing_id
        session.exec(update(Mailing).where(one).values(way="files", confidential=True))
    draft = check_draft(title="New", message="", terms=[Term("everyone")], link_days=9, link_hosts=frozenset())
    assert not draft.confidential
    with house.db.write() as session:
        version = session.get_one(Mailing, mailing_id).version
        draft_mailing(session, house.keys, draft, by=cast.writer, now=clock.now, change=(mailing_id, version))
    assert is_confidential(house)
