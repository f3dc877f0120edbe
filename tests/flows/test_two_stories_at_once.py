"""Two stories at once on PostgreSQL, where each holds rows: neither is thrown out because they wait for each other."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import Session

from portal import publish
from portal.documents import repository as documents
from portal.documents.rules.cleared import ClearedFile
from portal.documents.tables import Copy, Document
from portal.families.tables import Guardian, HandMadeRight
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.keeping.hold_mailing import hold_mailing
from portal.flows.opening.disclose_document import Wish, disclose
from portal.flows.opening.forget_device import forget_device
from portal.flows.opening.open_link import session_id_of
from portal.flows.people.erase_person import erase_person
from portal.flows.people.give_right import end_rights_that_are_over
from portal.flows.people.restrict_guardianship import Wish as Barring
from portal.flows.people.restrict_guardianship import restrict
from portal.flows.sending.schedule_mailing import schedule_mailing
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import not_my_child
from portal.flows.writing.draft_mailing import attach_documents, draft_mailing
from portal.flows.writing.hold_stopped_file import StoppedFile, forget_stopped_files, hold_stopped_file
from portal.incidents.rules import Target as Frozen
from portal.kernel.ids import new_id
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import ChangedMeanwhile
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.links import kin
from portal.publish import Accepted
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, link_of, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.deeds import Deed, ids_of, make_all, press, remember, take_back, told, written
from tests.flows.holds import hold_passes
from tests.flows.rounds import Sending
from tests.flows.test_erase_person import SAM, own_letter
from tests.flows.test_one_letter_each import ALL, zipped
from tests.parts.side_by_side import between

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def stopped(house: House, cast: Cast, clock: Watch, mailing_id: str) -> Deed:
    return told(house, stop_mailing, mailing_id, by=cast.admin, now=clock.now)


def test_a_link_is_pressed_while_what_this_browser_has_open_is_taken_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    ana, luis = (link_of(house, mailing_id, cast.carla, child) for child in (cast.ana, cast.luis))
    cookie = press(house, clock, ana)
    taking_back = take_back(house, cast, clock, "link", ana)
    assert between(house.db, lambda: press(house, clock, luis, cookie), taking_back, before="UPDATE opening") == []


def test_a_letter_is_shown_while_its_link_is_taken_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    link_id = link_of(house, mailing_id, cast.carla, cast.ana)
    session_id = session_id_of(press(house, clock, link_id))
    (copy_id,) = ids_of(house, Copy, child_id=cast.ana)
    wishes = [Wish(session_id, copy_id, "view", clock.now)]
    showing = written(house, lambda session: disclose(session, wishes, keys=house.keys))
    taking_back = take_back(house, cast, clock, "link", link_id)
    assert between(house.db, showing, taking_back, before="INSERT INTO disclosure") == []


def test_a_mailing_is_taken_back_while_it_is_sent_again_with_fresh_links(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    make_all(house, Notice, state="sent")
    make_all(house, Mailing, state="sent")
    clock.forward(days=40)
    sending = Sending(house, cast, clock, mailing_id)
    taking_back = take_back(house, cast, clock, "mailing", mailing_id)
    assert between(house.db, lambda: sending.press("reminder"), taking_back, before="UPDATE mailing") == []


def test_a_guardian_is_taken_back_while_the_moment_of_sending_is_moved(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    moving = told(
        house,
        schedule_mailing,
        mailing_id,
        send_at=clock.now + timedelta(days=1),
        first_wave=None,
        version=None,
        hold=timedelta(minutes=1),
        by=cast.writer,
        now=clock.now,
    )
    taking_back = take_back(house, cast, clock, "guardian", cast.carla)
    assert between(house.db, moving, taking_back, before="UPDATE link") == []


def test_a_browser_is_forgotten_while_its_family_says_that_it_is_not_their_child(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    sessions = [
        session_id_of(press(house, clock, link_of(house, mailing_id, cast.carla, child)))
        for child in (cast.ana, cast.luis)
    ]
    (copy_id,) = ids_of(house, Copy, child_id=cast.ana)
    device_id = remember(house, cast.carla, clock)
    saying = told(house, not_my_child, session_id=sessions[0], copy_id=copy_id, now=clock.now)
    forgetting = told(house, forget_device, sessions[1], device_id, now=clock.now)
    assert between(house.db, saying, forgetting, before="SELECT device") == []


@pytest.mark.parametrize("point", ["UPDATE document", "UPDATE taking_back"])
def test_a_mailing_is_taken_back_while_the_child_it_was_written_for_is_erased(
    house: House, cast: Cast, clock: Watch, point: str
) -> None:
    own = own_letter(house, cast, clock)
    erasing = told(house, erase_person, SAM, by=cast.admin, reason="They asked.", named_in=(), now=clock.now)
    assert between(house.db, erasing, take_back(house, cast, clock, "mailing", own), before=point) == []


def test_a_mailing_is_frozen_while_it_is_put_under_legal_hold(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    holding = told(house, hold_mailing, mailing_id, by=cast.admin, reason="A court asks.", now=clock.now)
    freezing = told(house, freeze, Frozen("mailing", mailing_id), by=cast.admin, reason="Wrong.", now=clock.now)
    assert between(house.db, holding, freezing, before="INSERT INTO legal_hold") == []


def test_a_mailing_is_stopped_while_the_worker_begins_another_and_ends_it(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    hold_passes(house, clock)
    make_all(house, Notice, state="sent")
    send_letter(house, cast, now=clock.now)
    clock.forward(seconds=house.settings.hold_seconds + 1)
    worker = Worker(house, RecordingRoom())

    def look_round() -> None:
        with suppress(ChangedMeanwhile):  # somebody was a moment before it: it looks again at the next beat
            worker._round()

    assert between(house.db, look_round, stopped(house, cast, clock, mailing_id), before="UPDATE ledger_head") == []


def test_a_draft_is_thrown_away_while_it_gets_another_file(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    another = ClearedFile(new_id(), "another.pdf", "application/pdf", 1, "0" * 64, 1, 1)
    giving = told(house, attach_documents, mailing_id, [another], judged_by="1", by=cast.writer, now=clock.now)
    throwing = stopped(house, cast, clock, mailing_id)
    assert between(house.db, giving, throwing, before="INSERT INTO document") == []
    assert ids_of(house, Document) == []


def test_a_draft_is_changed_while_its_stopped_file_is_forgotten(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    file = StoppedFile(new_id(), "all.pdf", "application/pdf", 1, "0" * 64, 1, ())
    told(house, hold_stopped_file, mailing_id, file, by=cast.writer, now=clock.now)()
    draft = check_draft(title="New", message="", terms=(Term("everyone"),), link_days=30, link_hosts=frozenset())
    with house.db.read() as session:
        version = session.get_one(Mailing, mailing_id).version

    def change(session: Session) -> None:
        draft_mailing(session, house.keys, draft, by=cast.writer, now=clock.now, change=(mailing_id, version))
        documents.let_go(session, mailing_id)

    forgetting = told(house, forget_stopped_files, [file.id], now=clock.now)
    assert between(house.db, written(house, change), forgetting, before="DELETE FROM held_file") == []


def test_a_draft_is_thrown_away_while_its_files_are_sorted(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    words = check_draft(title="Cards", message="", terms=(Term("everyone"),), link_days=30, link_hosts=frozenset())
    given = {"archive": zipped(ALL, tmp_path)}
    done = publish.give(house, words, way="files", uploads=given, ask={}, by=cast.writer, now=clock.now)
    assert isinstance(done, Accepted)
    sorting = partial(publish.sort_given, house, done.mailing_id)
    throwing = stopped(house, cast, clock, done.mailing_id)
    assert between(house.db, sorting, throwing, before="INSERT INTO document") == []
    assert ids_of(house, Document, mailing_id=done.mailing_id) == []


@pytest.mark.usefixtures("mailing_id")
def test_a_guardianship_is_taken_back_while_rights_end_by_the_calendar(house: House, cast: Cast, clock: Watch) -> None:
    pairs = ((cast.carla, cast.ana), (cast.ngozi, cast.sam))
    with house.db.write() as session:
        for number, (guardian_id, child_id) in enumerate(pairs):
            right = HandMadeRight(
                id=str(number) * 32,
                guardian_id=guardian_id,
                child_id=child_id,
                basis="placed",
                asked_by_id=cast.writer.id,
                asked_at=clock.now,
                confirmed_by_id=cast.approver.id,
                confirmed_at=clock.now,
                starts_at=clock.now,
                ends_at=clock.now + timedelta(days=1),
            )
            session.add(right)
    clock.forward(days=2)
    ending = told(house, end_rights_that_are_over, by="worker", now=clock.now)
    taking_back = take_back(house, cast, clock, "guardianship", kin.id_of(*pairs[1]))
    assert between(house.db, ending, taking_back, before="UPDATE ledger_head") == []


@pytest.mark.usefixtures("mailing_id")
def test_a_child_is_taken_back_while_two_families_lose_the_right_to_see_it(
    house: House, cast: Cast, clock: Watch
) -> None:
    """Whoever shares the mailbox of somebody barred loses their links too."""
    make_all(house, Guardian, address="one@mail.example.org", address_key="one@mail.example.org")
    barring = told(
        house, restrict, (cast.diego, cast.ana), Barring("barred", "A judge says so."), by="staff", now=clock.now
    )
    taking_back = take_back(house, cast, clock, "child", cast.ana)
    assert between(house.db, barring, taking_back, before="UPDATE notice") == []
