"""The roster in the browser: given, mapped, seen by names, imported. What stands in the way is said."""

import re

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal import publish
from portal.blobs import KeyMissing
from portal.documents.tables import LooseBlob
from portal.families.tables import RosterUpload
from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast, seat_staff
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.roster_desk import KNOWN, ODD, Office


def is_shredded(house: House, blob_id: str) -> bool:
    """Whether nobody can open a blob any more."""
    try:
        next(iter(house.documents.open(blob_id, 1)))
    except KeyMissing:
        return True
    return False


@pytest.fixture
def ida(site: TestClient, house: House, cast: Cast) -> Office:
    return Office(site, house, cast.admin)


def test_two_unknown_headers_are_chosen_on_one_page_and_the_roster_is_imported(ida: Office) -> None:
    page = ida.read(ODD)
    said = text_of(page)
    assert "2 columns of roster.csv are not known" in said
    assert "Every roster needs the student number. Choose which column holds it." in said
    assert "7001 · 7002 · 7003" in said
    assert "It holds 6 mail addresses. Are they the guardians’?" in said
    assert re.search(r'value="guardian_email" selected', page), "proposed by its cells"
    assert ida.choose(page, Perm_Ref="child_id").status_code == 303
    ida.work()
    seen = text_of(ida.page("?what=new-child"))
    assert "What this roster changes" in seen
    assert "C Castillo 7003" in seen
    assert ida.versions == [1]
    said = ida.imported_with(drop="7")
    assert "The roster is imported" in said
    assert "Ida imported it" in said
    assert (ida.versions, len(ida.children)) == ([1, 2], 6)


def test_known_headers_lead_to_the_names_at_once_and_can_be_changed(ida: Office) -> None:
    said = text_of(ida.read(KNOWN))
    assert "What this roster changes" in said
    page = ida.page("?step=columns")
    assert "Child: student number" in page
    assert ida.choose(page, Parent_Email="drop").status_code == 303
    ida.work()
    said = text_of(ida.page())
    assert "This roster has no e-mail address at all, so no family could be written to." in said
    assert ida.post("import", drop="7").status_code == 400, "not without that tick"
    assert ida.versions == [1]
    assert "The roster is imported" in ida.imported_with(drop="7", no_addresses="6")


def test_a_large_drop_needs_a_tick_that_names_the_number(ida: Office) -> None:
    said = text_of(ida.read(KNOWN))
    assert "7 of 7 guardianships end, and that is right" in said
    assert "Carla Rivera Ana Rivera 100001 carla.rivera@mail.example.org" in said, "who loses the right, first of all"
    for ticks in ({}, {"drop": "6"}):
        answer = ida.post("import", **ticks)
        assert answer.status_code == 400
        assert "Tick this if it is right, or choose another file. Nothing was changed." in text_of(answer.text)
    assert ida.versions == [1]
    assert "The roster is imported" in ida.imported_with(drop="7")


def test_what_is_imported_is_what_was_shown_and_not_what_somebody_made_of_it_since(ida: Office) -> None:
    ida.read(KNOWN)
    assert ida.choose(ida.page("?step=columns"), Parent_Name="drop").status_code == 303
    ida.work()
    answer = ida.post("import", drop="7")
    assert answer.status_code == 409
    assert "It was looked at anew since" in text_of(answer.text)
    assert publish.waiting_rosters(ida.house) == []
    assert ida.versions == [1]


def test_the_list_of_names_is_paged_and_searched(ida: Office) -> None:
    many = KNOWN + "".join(f"{8000 + n},Zoe,Roe{n},Ana Roe{n},ana{n}@mail.example.org\n" for n in range(100))
    ida.read(many)
    first = text_of(ida.page("?what=new-child"))
    assert "106 found, page 1 of 3." in first
    assert "Zoe Roe99 8099" in text_of(ida.page("?what=new-child&page=3"))
    assert "1 found." in text_of(ida.page("?what=new-child&q=roe77+zoe"))
    assert "Nobody in this list has these words." in ida.page("?what=new-child&q=nobody")


def test_a_second_press_tells_what_was_done(ida: Office, house: House) -> None:
    ida.read(KNOWN)
    ida.imported_with(drop="7")
    again = ida.post("import", drop="7")
    assert (again.status_code, again.headers["location"]) == (303, ida.path)
    assert publish.waiting_rosters(house) == []
    assert ida.post("columns").headers["location"] == ida.path
    assert "The roster is imported" in text_of(ida.page())
    assert ida.versions == [1, 2]
    ida.post("forget")
    assert "The roster is imported" in text_of(ida.page())


def test_the_same_roster_again_changes_nothing_and_says_so(ida: Office) -> None:
    ida.read(KNOWN)
    ida.imported_with(drop="7")
    assert "This roster changes nothing" in ida.read(KNOWN)
    assert "The roster changed nothing" in ida.imported_with()
    assert ida.versions == [1, 2]


def test_the_ledger_says_who_imported_it(ida: Office, house: House, cast: Cast) -> None:
    ida.read(KNOWN)
    ida.imported_with(drop="7")
    with house.db.read() as session:
        entry = session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq).desc())).first()
    assert entry is not None
    assert entry.act == "roster:import"
    assert f'"by":"staff:{cast.admin.id}"'.encode() in entry.body
    assert b"Castillo" not in entry.body


def test_how_far_it_is_can_be_asked_while_it_works(ida: Office) -> None:
    ida.give(KNOWN)
    page = ida.page()
    assert "The roster is being read" in page
    assert "You may close this page" in page
    told = ida.site.get(f"{ida.path}/progress").json()
    assert told == {"is_over": False, "step": "It waits for its turn", "done": 0, "total": 0, "of": ""}
    ida.work()
    assert ida.site.get(f"{ida.path}/progress").json()["is_over"] is True
    listed = text_of(ida.site.get("/admin/roster").text)
    assert "roster.csv Waits for you until" in listed


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        (b"%PDF-1.7", "letter.pdf", "letter.pdf is no roster the portal knows."),
        (b"PK", "export.zip", "is a damaged zip"),
        (b"old", "roster.xls", "is a workbook of the old format. Open it and save it as XLSX."),
        (b"a\n", "roster.csv", "Every roster needs the student number."),
    ],
)
def test_what_is_no_roster_is_a_clear_sentence_and_changes_nothing(
    ida: Office, text: bytes, name: str, sentence: str
) -> None:
    assert sentence in text_of(ida.read(text, name))
    assert ida.versions == [1]


def test_nothing_chosen_is_said(ida: Office) -> None:
    answer = ida.site.post("/admin/roster", data={"form_token": ida.token}, files={"file": ("", b"")})
    assert answer.status_code == 400
    assert "Choose the roster" in answer.text
    assert ida.give(b"").status_code == 400


def test_bad_cells_are_listed_and_their_rows_left_out_by_a_tick(ida: Office) -> None:
    bad = KNOWN.replace("mina.farouk@mail.example.org", "farouk at home")
    said = text_of(ida.read(bad))
    assert "Leave out the rows of 1 bad cell" in said
    assert "roster.csv, row 7, Parent Email" in said
    assert ida.post("import", drop="7").status_code == 400
    assert "The roster is imported" in ida.imported_with(drop="7", bad_rows="1")


def test_families_that_changed_meanwhile_are_shown_anew_and_nothing_is_imported(ida: Office) -> None:
    ida.read(KNOWN)
    first, shown = ida.path, ida.shown
    ida.read(KNOWN.replace("Castillo", "Castell"))
    ida.imported_with(drop="7")
    ida.path, ida.shown = first, shown
    said = ida.imported_with(drop="7")
    assert "The families changed since you looked at this roster. Nothing was imported." in said
    assert ida.versions == [1, 2]
    assert "The roster is imported" in ida.imported_with(drop="1")


def test_it_is_kept_sealed_and_gone_when_it_is_imported(ida: Office, house: House) -> None:
    ida.read(KNOWN)
    with house.db.read() as session:
        upload = session.exec(select(RosterUpload)).one()
        loose = {one.id for one in session.exec(select(LooseBlob)).all()}
    assert loose == {upload.id, upload.seen_id}, "whatever happens, both are shredded after an hour"
    lying = [path.read_bytes() for path in house.settings.data_dir.rglob("*") if path.is_file()]
    assert lying
    assert not any(b"Castillo" in data for data in lying)
    ida.imported_with(drop="7")
    assert is_shredded(house, upload.id)
    with house.db.read() as session:
        assert session.exec(select(LooseBlob)).all() == []


def test_it_is_gone_after_an_hour(ida: Office, house: House, clock: Watch) -> None:
    ida.read(KNOWN)
    clock.forward(minutes=61)
    ida.token = sit_down(ida.site, house, ida.person)
    assert "A roster waits for one hour, and this one is gone. Nothing was changed." in text_of(ida.page())
    assert ida.post("import", drop="7").status_code == 409
    publish.shred_loose(house, now=clock.now)
    with house.db.read() as session:
        upload = session.exec(select(RosterUpload)).one()
    assert is_shredded(house, upload.id)
    assert ida.versions == [1]


def test_a_file_is_thrown_away_by_a_press(ida: Office, house: House) -> None:
    ida.read(KNOWN)
    ida.post("forget")
    assert "It was thrown away. Nothing was changed." in text_of(ida.page())
    with house.db.read() as session:
        upload = session.exec(select(RosterUpload)).one()
    assert is_shredded(house, upload.id)


def test_only_admins_of_every_site_reach_it(site: TestClient, house: House, cast: Cast) -> None:
    for person in (cast.writer, cast.approver):
        office = Office(site, house, person)
        assert office.give(KNOWN).status_code == 403
        assert site.get("/admin/roster").status_code == 403
    with house.db.read() as session:
        assert session.exec(select(RosterUpload)).all() == []


def test_it_is_one_press_from_home(ida: Office) -> None:
    page = ida.site.get("/staff").text
    assert 'href="/admin/roster"' in page
    assert "There is no roster yet" not in page


def test_without_a_roster_home_says_so_to_whoever_can_import_one(site: TestClient, house: House) -> None:
    with house.db.write() as session:
        people = seat_staff(session, now=house.clock())
    sit_down(site, house, people["ida"])
    page = site.get("/staff").text
    assert "There is no roster yet." in page
    assert '<a href="/admin/roster">Import one</a>' in page
    assert '<a href="/admin/roster">Import it first</a>' in site.get("/staff/mailings/new").text
    assert '<a href="/admin/roster">Import the roster first.</a>' in site.get("/staff/families").text
    assert "There is no roster yet. Import one" in text_of(site.get("/admin/roster").text)
    sit_down(site, house, people["rosa"])
    assert "There is no roster yet." not in site.get("/staff").text
    assert "Ask an administrator to import it first" in site.get("/staff/mailings/new").text
