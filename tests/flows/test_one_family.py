"""Who writes to one family needs no second person where a setting says so; own letters to it may go without a code."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import col, update

from portal import publish
from portal.documents import repository as documents
from portal.families.tables import Guardian, Guardianship
from portal.mailings.errors import BeingCheckedAgain
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.publish import Accepted, Checked, Upload
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, LUIS, SAM, card, look_at_the_sample, newer_roster, zipped
from tests.letter_files import pdf_of

TO_SAM = (Term("child", "100006"),)
CARDS = {"100001.pdf": ANA, "100002.pdf": LUIS, "100006.pdf": SAM}


@pytest.fixture
def lenient(house: House) -> House:
    """Give a house in which letters to one family need no second person."""
    return replace(house, settings=house.settings.model_copy(update={"approval_waived_below": 2}))


def found(house: House, mailing_id: str) -> Mailing:
    with house.db.read() as session:
        return session.get_one(Mailing, mailing_id)


def own(house: House, cast: Cast, tmp_path: Path, files: Mapping[str, str], *, confidential: bool = False) -> str:
    """Give a letter for each of the children whom these files are for; return the mailing's id."""
    draft = check_draft(
        title="Report cards",
        message="",
        terms=[Term("files")],
        link_days=30,
        link_hosts=frozenset(),
        confidential=confidential,
    )
    uploads = {"archive": zipped(files, tmp_path)}
    done = publish.give(house, draft, way="files", uploads=uploads, ask={}, by=cast.writer, now=house.clock())
    assert isinstance(done, Accepted)
    assert publish.sort_given(house, done.mailing_id)
    return done.mailing_id


def submitted(house: House, cast: Cast, mailing_id: str) -> Mailing:
    return publish.submit(house, mailing_id, by=cast.writer, version=None, now=house.clock())


def test_a_blank_form_goes_to_one_family_without_a_second_person_and_is_held(
    lenient: House, cast: Cast, tmp_path: Path, clock: Watch
) -> None:
    path = tmp_path / "bus form.pdf"
    path.write_bytes(pdf_of("Bus form. Name of the child: ______ Stop: ______", language="en"))
    draft = check_draft(title="Bus form", message="", terms=TO_SAM, link_days=30, link_hosts=frozenset())
    done = publish.put_draft(lenient, draft, by=cast.writer, now=clock.now, upload=Upload(path, path.name))
    assert isinstance(done, Checked)
    mailing = submitted(lenient, cast, done.mailing_id)
    assert (mailing.state, mailing.approval_waived, mailing.approver_id) == ("held", True, None)
    assert mailing.held_until is not None
    assert (mailing.held_until - clock.now).total_seconds() == lenient.settings.hold_seconds > 0


@pytest.mark.parametrize(
    ("below", "terms", "confidential"),
    [(1, TO_SAM, False), (2, TO_SAM, True), (2, (Term("child", "100006"), Term("child", "100001")), False)],
)
def test_another_letter_waits_for_a_second_person(
    house: House, cast: Cast, clock: Watch, below: int, terms: tuple[Term, ...], *, confidential: bool
) -> None:
    house = replace(house, settings=house.settings.model_copy(update={"approval_waived_below": below}))
    mailing_id = write_draft(house, cast, now=clock.now, terms=terms, confidential=confidential)
    assert submitted(house, cast, mailing_id).state == "waiting"


def test_own_letters_to_one_family_ask_for_a_code_by_choice(lenient: House, cast: Cast, tmp_path: Path) -> None:
    siblings = {"100001.pdf": ANA, "100002.pdf": LUIS}
    mailing = submitted(lenient, cast, own(lenient, cast, tmp_path, siblings))
    assert (mailing.state, mailing.confidential, mailing.approval_waived) == ("held", False, True)
    mailing = submitted(lenient, cast, own(lenient, cast, tmp_path, siblings, confidential=True))
    assert (mailing.state, mailing.confidential) == ("waiting", True)


def test_own_letters_to_two_families_ask_for_a_code_whatever_was_chosen(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    house = replace(house, settings=house.settings.model_copy(update={"approval_waived_below": 100}))
    mailing = submitted(house, cast, own(house, cast, tmp_path, CARDS))
    assert (mailing.state, mailing.confidential) == ("waiting", True)


def test_whoever_is_a_guardian_in_two_homes_makes_no_family_of_them(
    lenient: House, cast: Cast, tmp_path: Path, clock: Watch
) -> None:
    """Of a foster agency's children one person would else send each its letter, and no mother would need a code."""
    with lenient.db.write() as session:
        session.add(
            Guardian(
                id="agency",
                source_id="g-agency",
                given_name="Care",
                family_name="Home",
                address="care@home.example.org",
                address_key="care@home.example.org",
                seen_at=clock.now,
            )
        )
        session.flush()
        for child in (cast.ana, cast.luis, cast.sam):
            session.add(Guardianship(guardian_id="agency", child_id=child, may_view=True, starts_at=clock.now))
    mailing = submitted(lenient, cast, own(lenient, cast, tmp_path, CARDS))
    assert (mailing.state, mailing.confidential) == ("waiting", True)
    both = (Term("child", "100001"), Term("child", "100006"))
    assert submitted(lenient, cast, write_draft(lenient, cast, now=clock.now, terms=both)).state == "waiting"


def part(house: House, cast: Cast) -> None:
    """Let Ana and Luis have no guardian in common any more who may get letters about both."""
    with house.db.write() as session:
        for guardian, child in ((cast.carla, cast.luis), (cast.diego, cast.ana)):
            one = (col(Guardianship.guardian_id) == guardian, col(Guardianship.child_id) == child)
            session.execute(update(Guardianship).where(*one).values(may_view=False))


def test_a_family_that_is_two_at_the_approval_is_asked_for_a_code(house: House, cast: Cast, tmp_path: Path) -> None:
    mailing_id = own(house, cast, tmp_path, {"100001.pdf": ANA, "100002.pdf": LUIS})
    submitted(house, cast, mailing_id)
    assert not asks_code(house, mailing_id)
    part(house, cast)
    assert asks_code(house, mailing_id)
    look_at_the_sample(house, cast, mailing_id)
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=house.clock())
    assert found(house, mailing_id).confidential


def asks_code(house: House, mailing_id: str) -> bool:
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        return audiences.asks_code(mailing, audiences.reach_of(session, mailing, now=house.clock()))


def test_a_child_whom_no_mail_reaches_is_a_family_of_its_own(house: House, cast: Cast, tmp_path: Path) -> None:
    """It gets its letter on paper later: then it is not one family any more."""
    mailing_id = own(house, cast, tmp_path, {"100001.pdf": ANA, "100006.pdf": SAM})
    with house.db.write() as session:
        session.execute(update(Guardianship).where(col(Guardianship.child_id) == cast.sam).values(may_view=False))
    assert asks_code(house, mailing_id)


def test_a_roster_that_came_since_is_judged_by_before_one_person_sends(
    lenient: House, cast: Cast, tmp_path: Path, clock: Watch
) -> None:
    mailing_id = own(lenient, cast, tmp_path, {"100006.pdf": SAM})
    newer_roster(lenient, clock)
    with pytest.raises(BeingCheckedAgain):
        submitted(lenient, cast, mailing_id)
    assert found(lenient, mailing_id).state == "checked", "its author may press again, and need not ask anybody"
    assert publish.sort_given(lenient, mailing_id)
    assert submitted(lenient, cast, mailing_id).state == "held"


def test_changed_words_keep_what_was_chosen_about_the_code(lenient: House, cast: Cast, tmp_path: Path) -> None:
    mailing_id = own(lenient, cast, tmp_path, {"100006.pdf": SAM})
    for confidential in (True, False):
        draft = check_draft(
            title="Again",
            message="",
            terms=[Term("files")],
            link_days=30,
            link_hosts=frozenset(),
            confidential=confidential,
        )
        change = (mailing_id, found(lenient, mailing_id).version)
        publish.change_words(lenient, draft, by=cast.writer, now=lenient.clock(), change=change)
        assert asks_code(lenient, mailing_id) is confidential


def test_its_writer_corrects_such_a_letter_alone_too(lenient: House, cast: Cast, tmp_path: Path, clock: Watch) -> None:
    mailing_id = own(lenient, cast, tmp_path, {"100006.pdf": SAM})
    submitted(lenient, cast, mailing_id)
    with lenient.db.read() as session:
        (document,) = documents.documents_of(session, mailing_id)
    path = tmp_path / "100006.pdf"
    path.write_bytes(card(f"{SAM} Corrected."))
    done = publish.correct(lenient, mailing_id, document.id, Upload(path, path.name), by=cast.writer, now=clock.now)
    assert (done.in_effect, done.children) == (True, 1)
