"""A scope and a verdict hold for the roster as it is now, not as it was when somebody began."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal import publish
from portal.families.tables import Child, Enrolment, RosterVersion
from portal.flows.approving.approve_mailing import approve_without_second_person, prepare_approval, submit_mailing
from portal.kernel.ids import new_id
from portal.mailings.errors import NoSuchMailing
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.publish import Checked, Upload
from portal.reading.reader import OnPart, Part, Reading, Stripped
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.flows.district import Office, everybody, stranger
from tests.web.desks import sit_down

PAGES = ("", "/preview", "/preview/message", "/left-out", "/progress", "/file", "/not-reached", "/stop", "/edit")


def mailing_of(house: House, mailing_id: str) -> Mailing:
    with house.db.read() as session:
        return session.exec(select(Mailing).where(col(Mailing.id) == mailing_id)).one()


def narrow(house: House, person: Acting, site: str) -> Acting:
    with house.db.write() as session:
        staff.set_scope(session, person.id, [site])
    with house.db.read() as session:
        found = staff.by_id(session, person.id)
    assert found is not None
    return found


@pytest.fixture
def house(house: House) -> House:
    settings = house.settings.model_copy(update={"approval_waived_below": 100})
    return replace(house, settings=settings)


def test_a_waived_second_person_lets_nobody_past_their_sites(house: House, cast: Cast, clock: Watch) -> None:
    maple = write_draft(house, cast, now=clock.now, terms=(Term("site", "Maple"),))
    narrowed = narrow(house, cast.writer, "Oak")
    version = mailing_of(house, maple).version
    with pytest.raises(NoSuchMailing):
        publish.submit(house, maple, by=narrowed, version=version, now=clock.now)
    assert mailing_of(house, maple).approved_at is None
    assert mailing_of(house, maple).state == "checked"


def test_a_letter_that_has_grown_since_it_was_asked_for_needs_a_second_person(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        mailing = submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)
        prepared = prepare_approval(
            session, house.keys, mailing, terms=house.guard_terms, now=clock.now, hold=timedelta(0)
        )
        with pytest.raises(NotAllowed, match="by now"):
            approve_without_second_person(
                session, house.keys, prepared, below=prepared.families, by=cast.writer, now=clock.now
            )
    assert mailing_of(house, mailing_id).state == "waiting"


def test_a_child_at_no_site_is_nobodys_but_those_for_every_site(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    with house.db.write() as session:
        session.add(
            Child(id=new_id(), student_number="100009", source_id="100009", given_name="Zebulon", family_name="Quist",
                  grade="3", seen_at=clock.now)
        )  # fmt: skip
    for terms in ((Term("child", "100009"),), (Term("grade", "3"),)):
        mailing_id = write_draft(house, cast, now=clock.now, terms=terms)
        sit_down(site, house, cast.oak_writer)
        for more in PAGES:
            answer = site.get(f"/staff/mailings/{mailing_id}{more}")
            assert answer.status_code == 404, (terms, more)
            assert "Quist" not in answer.text
        assert mailing_id not in site.get("/staff/mailings").text


def test_an_import_that_widens_a_draft_hides_it_from_staff_of_fewer_sites(
    site: TestClient, house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now, terms=(Term("grade", "3"),))
    sit_down(site, house, cast.oak_writer)
    assert site.get(f"/staff/mailings/{mailing_id}/left-out").status_code == 200, "grade 3 is at Oak alone"
    maple = stranger(1, grade="3", site="Maple", guardian_email="", child_family_name="Quist")
    Office(house, tmp_path / "roster.csv").take_in([*everybody(), maple])
    for more in PAGES:
        answer = site.get(f"/staff/mailings/{mailing_id}{more}")
        assert answer.status_code == 404, more
        assert "Quist" not in answer.text


@dataclass
class ReaderDuringImport:
    """Reads a file, and meanwhile an import finishes that knows of another child."""

    finish_import: Callable[[], None]
    says: str

    def read_all(
        self,
        files: Sequence[tuple[Path, str]],
        known: frozenset[str] = frozenset(),  # noqa: ARG002 - the port's own name
        on_part: OnPart | None = None,  # noqa: ARG002 - the port's own name
    ) -> Iterator[Reading]:
        for _ in files:
            self.finish_import()
            yield Reading("pdf", (Part("page 1", self.says),), 1)

    def strip(self, path: Path, into: Path) -> Stripped:
        shutil.copyfile(path, into)
        return Stripped(())

    def close(self) -> None:
        """Hold nothing."""


@pytest.fixture
def import_meanwhile(house: House, clock: Watch) -> Callable[[], None]:
    def finish() -> None:
        with house.db.write() as session:
            number = len(session.exec(select(RosterVersion.number)).all()) + 1
            if number > 2:
                return
            child = new_id()
            session.add(
                Child(id=child, student_number="100009", source_id="100009", given_name="Zebulon", family_name="Quist",
                      grade="3", seen_at=clock.now)
            )  # fmt: skip
            session.flush()
            session.add(Enrolment(child_id=child, site="Oak", program="After School"))
            session.add(
                RosterVersion(number=number, imported_at=clock.now, format="cast", content_sha256="1" * 64, children=5,
                              guardians=5, guardianships=7)
            )  # fmt: skip

    return finish


def test_a_file_judged_while_a_roster_is_imported_is_judged_again(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, import_meanwhile: Callable[[], None]
) -> None:
    slow = replace(house, reader=ReaderDuringImport(import_meanwhile, "We thank Zebulon Quist for his drawing."))
    path = tmp_path / "letter"
    path.write_bytes(b"%PDF-1.7 We thank Zebulon Quist for his drawing.")
    terms = (Term("everyone"),)
    draft = check_draft(title="Welcome", message="Hello.", terms=terms, link_days=30, link_hosts=frozenset())
    done = publish.put_draft(slow, draft, by=cast.writer, now=clock.now, upload=Upload(path, "welcome.pdf"))
    assert isinstance(done, Checked)
    with pytest.raises(publish.GuardSaysNo):
        publish.submit(slow, done.mailing_id, by=cast.writer, version=None, now=clock.now)
    assert mailing_of(house, done.mailing_id).approved_at is None


def test_kept_words_judged_while_a_roster_is_imported_are_judged_again(
    house: House, cast: Cast, clock: Watch, import_meanwhile: Callable[[], None]
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    terms = (Term("everyone"),)
    draft = check_draft(
        title="Welcome", message="Ask Zebulon Quist.", terms=terms, link_days=30, link_hosts=frozenset()
    )
    version = mailing_of(house, mailing_id).version

    slow = replace(house, reader=ReaderDuringImport(import_meanwhile, "Welcome."))
    try:
        publish.put_draft(slow, draft, by=cast.writer, now=clock.now, upload=None, change=(mailing_id, version))
        with pytest.raises(publish.GuardSaysNo):
            publish.submit(slow, mailing_id, by=cast.writer, version=None, now=clock.now)
    finally:
        assert mailing_of(house, mailing_id).approved_at is None
