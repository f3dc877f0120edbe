"""What a family sees of a letter is read from columns by their names: a column that is added shifts no other."""

from dataclasses import fields

from portal.flows.opening.open_link import Attempt, Opened, open_link, session_id_of
from portal.overviews.family import letters
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter
from tests.conftest import Watch


def test_the_columns_may_stand_in_any_order(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        attempt = Attempt(link_of(house, mailing_id, cast.ngozi, cast.sam))
        opened = open_link(session, house.keys, attempt, old_cookie=None, now=clock.now)
        assert isinstance(opened, Opened)
        browser = session_id_of(opened.cookie)
        told = letters.letters_of_session(session, browser, now=clock.now)
        turned = letters._ALL.with_only_columns(*reversed(letters._ALL.selected_columns))
        rows = session.execute(turned, {"session_id": browser, "now": clock.now}).all()
        assert [letters._letter(row, clock.now) for row in rows] == told
    (letter,) = told
    assert (letter.child_given_name, letter.link.child_id, letter.link.mailing_id) == ("Sam", cast.sam, mailing_id)


def test_each_field_of_a_letter_and_of_its_link_is_a_column() -> None:
    columns = {column.name for column in letters._ALL.selected_columns}
    link = {field.name for field in fields(letters.LinkFacts)}
    letter = {field.name for field in fields(letters.Letter)} - {"link", "verdict"}
    assert link | letter <= columns
    assert len(letters.LINK_FACTS) == len(link)
