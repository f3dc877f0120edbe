"""After the freeze: downloads are cut, two read together, drafts become letters, and the pack can be checked."""

import hashlib
import io
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select, update
from starlette.testclient import TestClient

from portal import publish
from portal.documents.tables import Copy, Document
from portal.flows.incidents import read_frozen
from portal.flows.incidents.freeze_incident import freeze
from portal.incidents.rules import Target
from portal.incidents.tables import IncidentReading
from portal.kernel.errors import Refused
from portal.kernel.ids import new_id
from portal.ledger.tables import LedgerEntry
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.incidents import incident_evidence
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.staff.tables import StaffMember
from portal.web.answers.files import CutOff
from portal.wiring import House
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import letters_in, open_with

LARGE = b"%PDF-1.7 " + b"a letter of many pages " * 200_000


def press(house: House, cast: Cast, clock: Watch, mailing_id: str) -> str:
    with house.db.write() as session:
        target = Target("mailing", mailing_id)
        done = freeze(session, house.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
    return f"/admin/incidents/{done.incident_id}"


@pytest.fixture
def incident(house: House, cast: Cast, clock: Watch, mailing_id: str) -> str:
    sent(house, clock, mailing_id)
    return press(house, cast, clock, mailing_id)


def another_admin(house: House, clock: Watch, name: str = "olga") -> Acting:
    address = f"{name}@riverbend.example.org"
    with house.db.write() as session:
        staff.put(session, address=address, address_key=address, name=name.title(), role="admin", now=clock.now)
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


def sent(house: House, clock: Watch, mailing_id: str, *guardians: str) -> None:
    """Let the messages to these guardians have left, or all of them."""
    with house.db.write() as session:
        mine = [col(Notice.mailing_id) == mailing_id]
        mine += [col(Notice.guardian_id).in_(guardians)] if guardians else []
        session.execute(update(Notice).where(*mine).values(state="sent", done_at=clock.now))


def file_for_one(house: House, mailing_id: str, child_id: str) -> str:
    """Give a mailing one more file, which is one child's own; the child's copy of the first goes. Return its id."""
    with house.db.write() as session:
        first = session.exec(select(Document).where(col(Document.mailing_id) == mailing_id)).one()
        other = Document(**first.model_dump() | {"id": new_id(), "kind": "own", "addressee_id": child_id})
        session.add(other)
        session.flush()
        theirs = (col(Copy.mailing_id) == mailing_id, col(Copy.child_id) == child_id)
        mine = {"document_id": other.id, "kind": "own", "addressee_id": child_id}
        session.execute(update(Copy).where(*theirs).values(**mine))
        return other.id


def entries(house: House, act: str) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).where(col(LedgerEntry.act) == act)).one()


@pytest.mark.parametrize("who", ["family", "staff"])
def test_a_download_that_runs_is_cut_at_the_next_chunk(
    site: TestClient, house: House, cast: Cast, clock: Watch, who: str
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, content=LARGE)
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    (copy_id,) = letters_in(site.get("/letters").text)
    sit_down(site, house, cast.writer)
    path = f"/letters/{copy_id}/file?as=download" if who == "family" else f"/staff/mailings/{mailing_id}/file"
    got = 0
    with pytest.raises(CutOff), site.stream("GET", path) as answer:  # noqa: PT012 - the cut comes while reading
        for number, chunk in enumerate(answer.iter_bytes(65_536)):
            got += len(chunk)
            if number == 0:
                press(house, cast, clock, mailing_id)
    assert 0 < got < len(LARGE)
    assert got <= 2 * 2**20, "what was opened before the press, and not one chunk more"


def test_two_read_together_each_time_in_the_ledger_and_nobody_alone(
    site: TestClient, house: House, cast: Cast, clock: Watch, incident: str
) -> None:
    olga, eve = another_admin(house, clock), another_admin(house, clock, "eve")
    with house.db.read() as session:
        document = session.exec(select(Document.id)).one()
    ask = {"form_token": sit_down(site, house, cast.admin), "document": document, "reason": "Which names were in it?"}
    assert site.post(f"{incident}/readings", data=ask | {"reason": "why"}).status_code == 400
    for _ in range(2):  # a double press
        assert site.post(f"{incident}/readings", data=ask).status_code == 303
    with house.db.read() as session:
        reading = f"{incident}/readings/{session.exec(select(IncidentReading.id)).one()}"
    assert site.post(f"{reading}/grant", data=ask).status_code == 403
    assert site.post(f"{reading}/file", data=ask).status_code == 403
    assert "asks to read" not in text_of(site.get("/staff").text), "whoever asked waits, and has nothing to do"
    granted = {"form_token": sit_down(site, house, olga)}
    assert "Ida asks to read what was frozen" in text_of(site.get("/staff").text)
    assert "Let Ida and me read it" in text_of(site.get(incident).text)
    with house.db.write() as session:
        session.execute(update(StaffMember).where(col(StaffMember.id) == cast.admin.id).values(role="approver"))
    assert site.post(f"{reading}/grant", data=granted).status_code == 404, "nobody is left to read it with"
    with house.db.write() as session:
        session.execute(update(StaffMember).where(col(StaffMember.id) == cast.admin.id).values(role="admin"))
    for _ in "12":
        assert site.post(f"{reading}/grant", data=granted).status_code == 303
    for person in (olga, cast.admin):
        own = {"form_token": sit_down(site, house, person)}
        assert site.post(f"{reading}/file", data=own).content == LETTER
    assert site.post(f"{reading}/file", data={"form_token": sit_down(site, house, eve)}).status_code == 403
    assert (entries(house, "incident:grant"), entries(house, "incident:read")) == (1, 2)
    assert "asks to read" not in text_of(site.get("/staff").text)
    clock.forward(minutes=31)
    assert site.post(f"{reading}/file", data={"form_token": sit_down(site, house, olga)}).status_code == 403
    shell = Acting(olga.id, olga.address, olga.name, "admin", None, through="cli:root")
    with pytest.raises(Refused, match="browser"), house.db.read() as session:
        read_frozen.may_read(session, incident.rpartition("/")[2], reading.rpartition("/")[2], by=shell, now=clock.now)


def test_a_draft_is_filled_in_changed_saved_and_becomes_a_letter(
    site: TestClient, house: House, cast: Cast, incident: str
) -> None:
    token = sit_down(site, house, cast.admin)
    report = text_of(site.get(f"{incident}/texts/report").text)
    for words in ("Sent to: everyone at Riverbend Schools", "6 links were closed", "Files: welcome.pdf"):
        assert words in report
    page = site.get(f"{incident}/texts/notice").text
    assert "nobody opened it before that" in page
    data = {"form_token": token, "text": page.partition("textarea")[2], "then": "letter"}
    answer = site.post(f"{incident}/texts/notice", data=data | {"text": "Dear families, [say what happened]"})
    assert answer.status_code == 422
    assert "It is kept, but is no letter yet. There are still brackets" in text_of(answer.text)
    assert "Dear families, [say what happened]</textarea>" in answer.text, "what was typed stands there, to go on with"
    parts = {"form_token": (None, token), "text": (None, "文" * 20_000)}  # as the page's own form sends it
    long = site.post(f"{incident}/texts/report", files=parts)
    assert long.status_code == 303
    text = "Dear families,\n\nthe **wrong file** went out on Thursday. Please delete it.\n\nWe are sorry."
    assert site.post(f"{incident}/texts/notice", data=data | {"text": text, "then": ""}).status_code == 303
    saved = site.get(f"{incident}/texts/notice/file")
    assert saved.text == text
    assert "attachment" in saved.headers["content-disposition"]
    answer = site.post(f"{incident}/texts/notice", data=data | {"text": text})
    assert answer.status_code == 303
    with house.db.read() as session:
        mailing = session.get_one(Mailing, answer.headers["location"].rpartition("/")[2])
        assert (mailing.title, mailing.state) == ("About our letter “Welcome”", "checked")
    answer = site.post(f"{incident}/texts/notice", data=data | {"text": "Luis Rivera at Maple opened it."})
    assert answer.status_code == 422
    assert "The guard stopped this text" in answer.text
    assert site.get(f"{incident}/texts/novel").status_code == 404


def audience_of_notice(house: House, cast: Cast, incident: str, clock: Watch) -> set[Term]:
    text = "Dear families, the wrong file went out. Please delete it."
    done = publish.draft_incident_notice(house, incident.rpartition("/")[2], text, by=cast.admin, now=clock.now)
    assert isinstance(done, publish.Checked)
    with house.db.read() as session:
        return set(mailings.terms_of(session, done.mailing_id))


def test_a_notice_is_for_those_whom_it_reached_and_for_nobody_else(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    whole = send_letter(house, cast, now=clock.now)
    sent(house, clock, whole, cast.ngozi)
    with house.db.write() as session:  # a page in somebody's hands reached its child as well
        mine = (col(Notice.guardian_id) == cast.rosa_r, col(Notice.mailing_id) == whole)
        session.execute(update(Notice).where(*mine).values(printed_at=clock.now, channel="paper", address=""))
    partly = press(house, cast, clock, whole)
    assert audience_of_notice(house, cast, partly, clock) == {Term("child", "100004"), Term("child", "100006")}
    everybody = send_letter(house, cast, now=clock.now)
    sent(house, clock, everybody)
    assert audience_of_notice(house, cast, press(house, cast, clock, everybody), clock) == {Term("everyone")}
    nobody = press(house, cast, clock, send_letter(house, cast, now=clock.now))
    with pytest.raises(Refused, match="no family who has to be told"):
        audience_of_notice(house, cast, nobody, clock)
    sit_down(site, house, cast.admin)
    assert "there is no family who has to be told" in text_of(site.get(nobody).text)


def test_a_notice_about_a_letter_for_named_guardians_is_for_them_alone(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, addressed=frozenset({cast.carla}))
    sent(house, clock, mailing_id)
    assert audience_of_notice(house, cast, press(house, cast, clock, mailing_id), clock) == {
        Term("child", "100001"),
        Term("child", "100002"),
    }
    with house.db.read() as session:
        notice = session.exec(select(Mailing).where(col(Mailing.id) != mailing_id)).one()
        assert addressed_of(session, notice) == {cast.carla}


@pytest.mark.parametrize("other", [None, "diego"])
def test_a_notice_tells_nobody_of_a_letter_that_was_for_another_guardian(
    house: House, cast: Cast, clock: Watch, other: str | None
) -> None:
    """Two letters of one sender were frozen: one for the mother alone, one for the father, or for everybody."""
    since = clock.now
    for guardians in (frozenset({cast.carla}), frozenset({cast.diego}) if other else None):
        sent(house, clock, send_letter(house, cast, now=clock.now, addressed=guardians))
    clock.now += timedelta(minutes=1)
    with house.db.write() as session:
        target = Target("span", cast.writer.id, since, clock.now)
        done = freeze(session, house.keys, target, by=cast.admin, reason="An open screen.", now=clock.now)
    with pytest.raises(Refused, match="named guardians alone"):
        publish.draft_incident_notice(house, done.incident_id, "Sorry.", by=cast.admin, now=clock.now)


def test_a_notice_about_one_childs_file_goes_to_that_childs_family_alone(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    document_id = file_for_one(house, mailing_id, cast.sam)
    sent(house, clock, mailing_id)
    with house.db.write() as session:
        target = Target("document", document_id)
        done = freeze(session, house.keys, target, by=cast.admin, reason="Sam's file.", now=clock.now)
    incident = f"/admin/incidents/{done.incident_id}"
    assert audience_of_notice(house, cast, incident, clock) == {Term("child", "100006")}
    sit_down(site, house, cast.admin)
    page = text_of(site.get(incident).text)
    assert "a message or a page went to 1 guardian, for 1 child" in page
    assert "1 taken by the mail server" in page
    assert "Sent to: one child" in text_of(site.get(f"{incident}/texts/report").text)
    with house.db.read() as session:
        pack = {row.student_number for row in incident_evidence.sent_to(session, done.incident_id, by=cast.admin)}
    assert pack == {"100006"}


def test_the_pack_holds_the_facts_and_its_sums_are_signed(
    site: TestClient, house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, title='=HYPERLINK("x")')
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    (copy_id,) = letters_in(site.get("/letters").text)
    site.get(f"/letters/{copy_id}")
    incident = press(house, cast, clock, mailing_id)
    token = sit_down(site, house, cast.admin)
    answer = site.post(f"{incident}/pack", data={"form_token": token})
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        pack.extractall(tmp_path)
        folder = tmp_path / pack.namelist()[0].partition("/")[0]
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    command = "openssl pkeyutl -verify -pubin -inkey portal-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig"
    assert (
        "Successfully" in subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=True).stdout
    )
    assert command in " ".join((folder / "HOW-TO-VERIFY.txt").read_text().split())
    seen = (folder / "seen.csv").read_text("utf-8-sig")
    assert '"Ngozi Okafor"' in seen
    assert '"\'=HYPERLINK(""x"")"' in seen
    assert (folder / "recipients.csv").read_text("utf-8-sig").count("Rivera") == 10
    acts = [line.split('"act": "')[1].split('"')[0] for line in (folder / "ledger.jsonl").read_text().splitlines()]
    for act in ("mailing:approve", "copy:view", "incident:freeze", "incident:pack"):
        assert act in acts
    assert "roster:import" not in acts
    assert (folder / "incident.pdf").read_bytes().startswith(b"%PDF")
    assert entries(house, "incident:pack") == 1
