"""`portal mailing print` writes the pages for this user alone; `portal document replace` waits for a second person."""

import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select, update
from typer.testing import Result

from portal.documents.tables import Document, Release
from portal.families.tables import Guardian
from portal.kernel.clock import utc_now
from portal.kernel.errors import WrongCall
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.staff.tables import StaffMember
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.reading.carriers import simple_pdf, stream

Run = Callable[..., Result]
WRITER = "rosa@riverbend.example.org"
APPROVER = "omar@riverbend.example.org"
BETTER = simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We begin on Tuesday.) Tj ET"))


@pytest.fixture
def mailing_id(house: House, cast: Cast) -> str:
    with house.db.write() as session:
        gone = col(Guardian.id) == cast.rosa_r
        session.exec(update(Guardian).where(gone).values(address=None, address_key=None))
    clock = Watch()
    clock.now = utc_now() - timedelta(minutes=2)
    mailing_id = send_letter(house, cast, now=clock.now)
    hold_passes(house, clock)
    return mailing_id


def document_of(house: House, mailing_id: str) -> str:
    with house.db.read() as session:
        query = select(Document.id).where(col(Document.mailing_id) == mailing_id, col(Document.replaces_id).is_(None))
        return session.exec(query).one()


def test_a_stop_tells_of_the_printed_pages(portal: Run, mailing_id: str, tmp_path: Path) -> None:
    portal("mailing", "print", mailing_id, "--by", WRITER, "--out", str(tmp_path / "pages.pdf"))
    told = portal("mailing", "stop", mailing_id, "--by", WRITER).stdout
    assert "3 messages were held back; 1 had left." in told
    assert "1 printed page may be in somebody's hands" in told.replace("\n", " ")


def test_the_pages_are_written_marked_and_counted(portal: Run, house: House, mailing_id: str, tmp_path: Path) -> None:
    out = tmp_path / "pages.pdf"
    out.write_bytes(b"what was there before, longer than nothing")
    out.chmod(0o644)
    told = json.loads(portal("mailing", "print", mailing_id, "--by", WRITER, "--out", str(out), "--json").stdout)
    assert (told["pages"], told["parts"], told["marked"], told["missing"]) == (1, 1, 0, [])
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = portal("mailing", "print", mailing_id, "--by", WRITER, "--out", str(out), "--mark", "handed-out")
    assert "1 is marked as handed-out." in again.stdout
    status = json.loads(portal("mailing", "status", mailing_id, "--json").stdout)
    assert status["notices"]["sent"] == 1
    assert (status["paper"]["made"], status["paper"]["sent"]) == (1, 1)
    with house.db.read() as session:
        assert session.exec(select(Notice.state).where(col(Notice.channel) == "paper")).all() == ["sent"]


@pytest.mark.parametrize("words", [["--mark", "burnt", "--out", "x.pdf"], ["--out", "/"]])
def test_a_wrong_call_prints_nothing(portal: Run, house: House, mailing_id: str, words: list[str]) -> None:
    with pytest.raises(WrongCall):
        portal("mailing", "print", mailing_id, "--by", WRITER, *words)
    with house.db.read() as session:
        assert session.exec(select(Notice.id).where(col(Notice.channel) == "paper")).all() == []


def replace(portal: Run, document_id: str, tmp_path: Path, *words: str, by: str = WRITER) -> Result:
    file = tmp_path / "corrected.pdf"
    file.write_bytes(BETTER)
    return portal("document", "replace", document_id, "--file", str(file), "--by", by, "--reason", "Tuesday", *words)


def test_a_replacement_waits_for_a_second_person_in_the_browser(
    portal: Run, house: House, mailing_id: str, tmp_path: Path
) -> None:
    document_id = document_of(house, mailing_id)
    done = replace(portal, document_id, tmp_path)
    assert done.exit_code == 0
    assert "families still have the old one" in done.stdout
    assert f"/staff/mailings/{mailing_id}/documents/{document_id}/replace" in done.stdout.replace("\n", "")
    with house.db.read() as session:
        assert session.get_one(Document, document_id).replaced_at is None


@pytest.fixture
def shell_approves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_CLI_APPROVAL", "1")


@pytest.mark.usefixtures("shell_approves")
def test_with_approval_by_the_shell_an_approvers_is_in_effect_at_once(
    portal: Run, house: House, mailing_id: str, tmp_path: Path
) -> None:
    document_id = document_of(house, mailing_id)
    told = json.loads(replace(portal, document_id, tmp_path, "--json", by=APPROVER).stdout)
    assert (told["in_effect"], told["children"], told["replaces"]) == (True, 3, document_id)
    with house.db.read() as session:
        assert session.get_one(Document, told["document"]).replaces_id == document_id
    again = json.loads(replace(portal, told["document"], tmp_path, "--json", by=APPROVER).stdout)
    assert not again["in_effect"], "whoever brought the one before has a hand in the mailing"


@pytest.mark.usefixtures("shell_approves")
def test_with_approval_by_the_shell_the_authors_own_waits_all_the_same(
    portal: Run, house: House, cast: Cast, mailing_id: str, tmp_path: Path
) -> None:
    document_id = document_of(house, mailing_id)
    assert not json.loads(replace(portal, document_id, tmp_path, "--json").stdout)["in_effect"]
    with house.db.write() as session:  # the role alone is not it: this approver wrote the letter
        session.exec(update(StaffMember).where(col(StaffMember.id) == cast.writer.id).values(role="approver"))
    assert not json.loads(replace(portal, document_id, tmp_path, "--json").stdout)["in_effect"]
    with house.db.read() as session:
        assert session.get_one(Document, document_id).replaced_at is None


@pytest.mark.usefixtures("shell_approves")
@pytest.mark.parametrize("special", ["confidential", "released"])
def test_the_shell_alone_replaces_nothing_confidential_and_nothing_released(
    portal: Run, house: House, cast: Cast, mailing_id: str, tmp_path: Path, special: str
) -> None:
    document_id = document_of(house, mailing_id)
    with house.db.write() as session:
        if special == "confidential":
            session.exec(update(Mailing).values(confidential=True))
        else:
            session.add(
                Release(document_id=document_id, tried_by_id=cast.writer.id, by_id=cast.approver.id,
                        reason="The family asked for it.", people="", released_at=utc_now())
            )  # fmt: skip
    told = json.loads(replace(portal, document_id, tmp_path, "--json", by=APPROVER).stdout)
    assert (told["in_effect"], told["children"]) == (False, 0)
    with house.db.read() as session:
        assert session.get_one(Document, document_id).replaced_at is None


def test_what_the_guard_stops_replaces_nothing_and_exits_with_a_three(
    portal: Run, house: House, mailing_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "thanks.pdf"
    file.write_bytes(simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (We thank Sam Okafor.) Tj ET")))
    done = portal("document", "replace", document_of(house, mailing_id), "--file", str(file), "--by", WRITER)
    assert done.exit_code == 3
    assert "Nothing was replaced." in done.stdout
