"""Several files in one letter: judged and sealed as one, opened and recorded each by itself, ended one by one."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from portal import publish
from portal.documents import repository as documents
from portal.documents.tables import Copy
from portal.flows.opening.disclose_document import Wish, disclose
from portal.flows.opening.open_link import session_id_of
from portal.flows.taking_back.revoke import Kind, Target, revoke
from portal.flows.writing.order_files import Step, order_files
from portal.kernel.ids import new_id
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links import repository as links
from portal.links.rules import Open
from portal.mailings import repository as mailings
from portal.mailings.errors import DraftFaults
from portal.overviews.audience.sent_before import sent_before
from portal.overviews.family.letter_languages import letter_in, letters_in
from portal.overviews.family.letters import Letter, letters_of_session, link_facts
from portal.publish import Checked, Stopped
from portal.wiring import House
from portal.words.languages import ENGLISH, with_tag
from tests.cast import Cast, link_of, send_letter, write_draft
from tests.flows.languages import ENGLISH_FILE, NAMES_SAM, SPANISH_FILE, Office, draft, pdf, sealed

TRIP, MENU = pdf("What to pack for the trip."), pdf("The menu of the first week.")


@pytest.fixture
def office(house: House, cast: Cast, tmp_path: Path) -> Office:
    folder = tmp_path / "chosen"
    folder.mkdir()
    return Office(house, cast, folder)


def put(
    office: Office, enclosed: Iterable[tuple[str, bytes]], *, change: tuple[str, int] | None = None, keep: bool = False
) -> Checked | Stopped:
    return publish.put_draft(
        office.house,
        draft({}),
        by=office.cast.writer,
        now=office.house.clock(),
        upload=None if change else office.upload(ENGLISH_FILE, "welcome.pdf"),
        enclosures=[office.upload(content, name) for name, content in enclosed],
        keep_enclosures=keep,
        change=change,
    )


def checked(done: Checked | Stopped) -> str:
    assert isinstance(done, Checked), done
    return done.mailing_id


def held(office: Office, mailing_id: str) -> list[tuple[int, str]]:
    with office.house.db.read() as session:
        return [(one.place, one.file_name) for one in documents.documents_of(session, mailing_id)]


def test_files_keep_the_order_they_were_chosen_in_and_a_change_replaces_or_adds(office: Office) -> None:
    mailing_id = checked(put(office, [("trip.pdf", TRIP), ("menu.pdf", MENU)]))
    assert held(office, mailing_id) == [(0, "welcome.pdf"), (1, "trip.pdf"), (2, "menu.pdf")]
    checked(put(office, [], change=office.change_of(mailing_id)))
    assert len(held(office, mailing_id)) == 3
    checked(put(office, [("map.pdf", MENU)], change=office.change_of(mailing_id), keep=True))
    assert held(office, mailing_id)[3:] == [(3, "map.pdf")]
    checked(put(office, [("menu.pdf", MENU)], change=office.change_of(mailing_id)))
    before = [(0, "welcome.pdf"), (1, "menu.pdf")]
    assert held(office, mailing_id) == before
    done = put(office, [("trip.pdf", TRIP), ("sam.pdf", NAMES_SAM)], change=office.change_of(mailing_id))
    assert (isinstance(done, Stopped), held(office, mailing_id)) == (True, before), "a stop leaves what was there"
    assert (office.mailing(mailing_id).state, len(sealed(office))) == ("draft", 2)


def test_one_stopped_of_ten_stops_all_and_more_than_ten_are_refused(office: Office) -> None:
    ten = [(f"{number}.pdf", NAMES_SAM if number == 7 else TRIP) for number in range(1, 10)]
    done = put(office, ten)
    assert isinstance(done, Stopped)
    assert (done.file_name, done.place, done.is_held, done.is_one_of_several) == ("7.pdf", 7, False, True)
    assert done.mailing_id is not None
    assert (held(office, done.mailing_id), sealed(office)) == ([], set())
    with pytest.raises(DraftFaults) as caught:
        put(office, [*ten, ("10.pdf", TRIP)])
    assert set(caught.value.faults) == {"more"}


def test_a_place_has_one_file_and_ten_is_none(office: Office) -> None:
    mailing_id = checked(put(office, [("trip.pdf", TRIP)]))
    with office.house.db.read() as session:
        row = documents.documents_of(session, mailing_id)[1].model_dump() | {"id": new_id()}
    for wrong in ({}, {"place": 10}, {"place": -1}, {"language": "es", "place": 2}):
        with pytest.raises(IntegrityError), office.house.db.write() as session:
            documents.add_document(session, row | wrong)


def test_staff_put_files_in_another_order_and_it_stays_checked(office: Office) -> None:
    mailing_id = checked(put(office, [("a.pdf", TRIP), ("b.pdf", MENU), ("c.pdf", TRIP)]))
    steps: tuple[tuple[Step, str, str], ...] = (
        ("up", "c.pdf", "acb"), ("down", "a.pdf", "cab"), ("up", "c.pdf", "cab"), ("remove", "a.pdf", "cb"),
    )  # fmt: skip
    for step, name, after in steps:
        house, version = office.house, office.mailing(mailing_id).version
        with house.db.write() as session:
            (meant,) = [one.id for one in documents.documents_of(session, mailing_id) if one.file_name == name]
            gone = order_files(
                session, house.keys, mailing_id, meant, step, version=version, by=office.cast.writer, now=house.clock()
            )
        house.documents.shred(*gone)
        assert [(place, name[0]) for place, name in held(office, mailing_id)[1:]] == list(enumerate(after, start=1))
    assert office.mailing(mailing_id).state == "checked"
    office.send(mailing_id)


def test_a_menu_that_came_with_another_letter_makes_none_the_same(house: House, cast: Cast) -> None:
    now = house.clock()
    send_letter(house, cast, now=now, content=b"%PDF-1.7 one", enclosed=(MENU,))
    for content, is_same in ((b"%PDF-1.7 two", False), (MENU, False), (b"%PDF-1.7 one", True)):
        later_id = write_draft(house, cast, now=now, content=content, enclosed=(MENU,))
        with house.db.read() as session:
            later = mailings.find_any(session, later_id)
            assert later is not None
            assert (sent_before(session, later, {cast.ana}) is not None) == is_same


class Browser:
    """Ngozi's, in which her letter is open."""

    def __init__(self, office: Office, mailing_id: str) -> None:
        house, now = office.house, office.house.clock()
        self.house, self.session_id = house, session_id_of("a-cookie-of-ngozi")
        with house.db.write() as session:
            link = link_facts(session, link_of(house, mailing_id, office.cast.ngozi, office.cast.sam), now=now)
            assert link is not None
            links.open_in_browser(session, link, new=self.session_id, old=None, proven_at=None, network="", now=now)

    def live(self) -> list[Letter]:
        with self.house.db.read() as session:
            found = letters_of_session(session, self.session_id, now=self.house.clock())
        return [one for one in found if isinstance(one.verdict, Open)]

    def opened(self) -> set[str]:
        return {one.file_name for one in self.live()}

    def see(self, letter: Letter) -> None:
        wish = Wish(self.session_id, letter.copy_id, "view", self.house.clock())
        with self.house.db.write() as session:
            (answer,) = disclose(session, [wish], keys=self.house.keys)
        assert isinstance(answer, Letter), answer


def take_back(office: Office, kind: Kind, target: str) -> None:
    with office.house.db.write() as session:
        now = office.house.clock()
        revoke(session, office.house.keys, Target(kind, target), by=office.cast.admin, reason="Wrong.", now=now)


def test_a_family_sees_one_letter_with_its_files_and_each_is_recorded_once(office: Office) -> None:
    other = checked(put(office, [("menu.pdf", MENU)]))
    mailing_id = checked(put(office, [("trip.pdf", TRIP), ("menu.pdf", MENU)]))
    office.send(mailing_id)
    office.send(other)
    browser = Browser(office, mailing_id)
    live = browser.live()
    assert {one.link.mailing_id for one in live} == {mailing_id}
    with office.house.db.read() as session:
        (shown,) = letters_in(session, live, ENGLISH)
        assert [one.family_name for one in shown.enclosed] == ["trip.pdf", "menu.pdf"]
        trip = letter_in(session, shown.enclosed[0], live, ENGLISH)
        assert trip.whole is not None
        assert trip.whole.copy_id == shown.letter.copy_id
    for one in (shown.letter, *shown.enclosed, shown.enclosed[0]):
        browser.see(one)
    with office.house.db.read() as session:
        copies = session.exec(select(Disclosure.copy_id)).all()
        strangers = session.exec(select(Copy.id).where(col(Copy.mailing_id) == other)).all()
    assert sorted(copies) == sorted(one.copy_id for one in (shown.letter, *shown.enclosed))
    assert not set(copies) & set(strangers)


def test_what_is_enclosed_stands_beside_the_letter_in_each_language(office: Office) -> None:
    done = publish.put_draft(
        office.house, draft(), by=office.cast.writer, now=office.house.clock(),
        upload=office.upload(ENGLISH_FILE, "welcome.pdf"), others={"es": office.upload(SPANISH_FILE, "carta.pdf")},
        enclosures=[office.upload(TRIP, "trip.pdf")],
    )  # fmt: skip
    mailing_id = checked(done)
    office.send(mailing_id)
    live, spanish = Browser(office, mailing_id).live(), with_tag("es")
    assert spanish is not None
    with office.house.db.read() as session:
        (shown,) = letters_in(session, live, spanish)
    assert shown.letter.language == "es"
    assert [one.place for one in shown.enclosed] == [1]


def test_files_are_taken_back_and_replaced_one_by_one_and_then_all(office: Office) -> None:
    mailing_id = checked(put(office, [("trip.pdf", TRIP), ("menu.pdf", MENU)]))
    office.send(mailing_id)
    browser = Browser(office, mailing_id)
    with office.house.db.read() as session:
        letter, trip, menu = documents.documents_of(session, mailing_id)
    house, now = office.house, office.house.clock()
    better = office.upload(TRIP, "trip 2.pdf")
    done = publish.correct(house, mailing_id, trip.id, better, by=office.cast.writer, now=now)
    assert browser.opened() == {"welcome.pdf", "trip.pdf", "menu.pdf"}
    assert done.correction_id is not None
    publish.let_take_effect(house, mailing_id, trip.id, done.correction_id, by=office.cast.approver, now=now)
    assert browser.opened() == {"welcome.pdf", "trip 2.pdf", "menu.pdf"}
    assert held(office, mailing_id) == [(0, "welcome.pdf"), (1, "trip 2.pdf"), (2, "menu.pdf")]
    take_back(office, "document", menu.id)
    assert browser.opened() == {"welcome.pdf", "trip 2.pdf"}
    take_back(office, "document", letter.id)
    assert browser.opened() == {"trip 2.pdf"}
    with office.house.db.read() as session:
        (left,) = letters_in(session, browser.live(), ENGLISH)
    assert left.letter.file_name == "trip 2.pdf"
    take_back(office, "mailing", mailing_id)
    assert browser.opened() == set()
    with office.house.db.read() as session:
        acts = session.exec(select(LedgerEntry.act)).all()
    assert acts.count("document:revoke") == 2
