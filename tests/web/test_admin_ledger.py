"""The ledger is read, verified and taken outside in the browser."""

import json

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from portal.ledger import repository as ledger
from portal.ledger.rules import Act, read_head
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.flows.test_verify_ledger import say
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import open_with


@pytest.fixture
def form_token(site: TestClient, house: House, cast: Cast, mailing_id: str) -> str:
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    return sit_down(site, house, cast.admin)


def verify(site: TestClient, form_token: str, head: bytes = b""):
    files = {"head": ("ledger-head.json" if head else "", head, "application/json")}
    return site.post("/admin/ledger/verify", data={"form_token": form_token}, files=files)


@pytest.mark.usefixtures("form_token")
def test_it_is_readable_newest_first_and_names_staff_but_no_family(site: TestClient) -> None:
    page = text_of(site.get("/admin/ledger").text).split("About", 1)[1]
    assert page.index("A link was opened") < page.index("A mailing was approved") < page.index("A mailing was written")
    assert "Omar" in page
    assert "Rosa" in page
    assert "Okafor" not in page


@pytest.mark.usefixtures("form_token")
def test_it_is_filtered_by_act(site: TestClient) -> None:
    page = text_of(site.get("/admin/ledger?act=mailing:approve").text).split("About", 1)[1]
    assert "A mailing was approved" in page
    assert "A link was opened" not in page
    assert "Nothing here of this kind" in site.get("/admin/ledger?act=no:such").text


@pytest.mark.usefixtures("form_token")
def test_it_is_asked_who_what_about_what_and_when(site: TestClient, cast: Cast) -> None:
    def shown(query: str) -> str:
        return text_of(site.get(f"/admin/ledger?{query}").text).split("About", 2)[2]

    assert "A mailing was written" in shown(f"who={cast.writer.id}")
    assert "A mailing was approved" not in shown(f"who={cast.writer.id}")
    assert "A mailing was approved" in shown(f"who={cast.approver.id}&act=mailing:approve&since=2026-08-06")
    assert "A link was opened" in shown("about=100006")
    assert "A mailing was written" not in shown("about=100006")
    for query in ("since=2026-08-07", "until=2026-08-05", "about=100001", "who=nobody", "act=no:such"):
        assert "Nothing here of this kind" in site.get(f"/admin/ledger?{query}").text
    assert site.get("/admin/ledger?since=soon&until=2026-99-99&before=x").status_code == 200


@pytest.mark.usefixtures("form_token")
def test_it_is_paged(site: TestClient, house: House, clock: Watch) -> None:
    with house.db.write() as session:
        ledger.append(session, house.keys, [Act("link:refuse", "family:unknown")] * 230, now=clock.now)
    seen: list[str] = []
    path = "/admin/ledger?act=link:refuse"
    while path:
        page = site.get(path).text
        seen += page.split("<tr>")[2:]
        path = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in page else ""
    assert len(seen) == 230
    assert len(set(seen)) == 230
    assert site.get("/admin/ledger?before=-1").status_code == 200
    assert site.get("/admin/ledger?before=9999999999999999999999").status_code == 200


def test_a_whole_chain_is_said_to_be_whole_with_its_numbers(site: TestClient, form_token: str, house: House) -> None:
    answer = verify(site, form_token)
    assert answer.status_code == 200
    with house.db.read() as session:
        seq, _ = ledger.head(session)
    assert "The ledger is whole" in answer.text
    assert f"entries {seq}" in text_of(answer.text)


def test_the_signed_head_is_downloaded_and_verified_against(site: TestClient, form_token: str, house: House) -> None:
    answer = site.get("/admin/ledger/head")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="ledger-head-2026-08-06-120000.json"'
    outside = read_head(house.keys, answer.text)
    again = verify(site, form_token, answer.content)
    assert f"everything up to entry {outside.seq}" in again.text
    say(house.db, "DELETE FROM ledger_entry WHERE seq = :seq", seq=outside.seq)
    say(
        house.db,
        "UPDATE ledger_head SET seq = :seq, mac = (SELECT mac FROM ledger_entry WHERE seq = :seq)",
        seq=outside.seq - 1,
    )
    cut = verify(site, form_token, answer.content)
    assert f"broken at entry {outside.seq}" in cut.text
    assert "What to do now" in cut.text
    assert "The ledger is whole" in verify(site, form_token).text


@pytest.mark.parametrize("head", [b"not json", b"{}", b"\xff\xfe", b'{"statement": 1}'])
def test_a_file_that_is_no_head_of_ours_is_a_fault_of_its_field(site: TestClient, form_token: str, head: bytes) -> None:
    answer = verify(site, form_token, head)
    assert answer.status_code == 400
    assert 'id="head-fault"' in answer.text


def test_a_head_of_another_portal_is_refused(site: TestClient, form_token: str) -> None:
    exported = json.loads(site.get("/admin/ledger/head").text)
    exported["signature"] = "00" * 64
    assert verify(site, form_token, json.dumps(exported).encode()).status_code == 400


@pytest.mark.usefixtures("form_token")
def test_an_entry_that_was_changed_does_not_hide_behind_a_crash(site: TestClient, house: House) -> None:
    say(house.db, "UPDATE ledger_entry SET body = :body WHERE seq = 2", body=b"\xff{}")
    answer = site.get("/admin/ledger")
    assert answer.status_code == 500
    assert "Entry 2 of the ledger cannot be read" in answer.text


def test_reading_and_verifying_write_nothing(site: TestClient, house: House, form_token: str) -> None:
    with house.db.read() as session:
        before = session.execute(text("SELECT count(*) FROM ledger_entry")).scalar_one()
    site.get("/admin/ledger")
    site.get("/admin/ledger/head")
    verify(site, form_token)
    with house.db.read() as session:
        assert session.execute(text("SELECT count(*) FROM ledger_entry")).scalar_one() == before


@pytest.mark.usefixtures("form_token")
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-30", "9999-12-31", "2026-02-30"])
def test_a_day_that_no_calendar_holds_is_no_day(site: TestClient, day: str) -> None:
    for end in ("since", "until"):
        assert site.get(f"/admin/ledger?{end}={day}").status_code == 200
