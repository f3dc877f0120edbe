"""Guardian by guardian: who has a letter, who opened it, found by a word, and saved as a list."""

import csv
import io

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.families.tables import Guardian
from portal.ledger.tables import LedgerEntry
from portal.outbox.tables import Notice
from portal.overviews.sending.progress import progress_of
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of


@pytest.fixture
def sent(house: House, cast: Cast, clock: Watch) -> str:
    """Send a letter to everybody: Diego's came back, Rosa's waits, the others have it."""
    mailing_id = send_letter(house, cast, now=clock.now)
    fates = {cast.carla: "sent", cast.ngozi: "sent", cast.diego: "bounced", cast.rosa_r: "queued"}
    with house.db.write() as session:
        for guardian, state in fates.items():
            done = clock.now if state != "queued" else None
            session.execute(
                update(Notice)
                .where(col(Notice.guardian_id) == guardian, col(Notice.mailing_id) == mailing_id)
                .values(state=state, done_at=done)
            )
    return mailing_id


def listed(site: TestClient, mailing_id: str, query: str = "") -> str:
    answer = site.get(f"/staff/mailings/{mailing_id}/families{query}")
    assert answer.status_code == 200
    return text_of(answer.text)


def test_everybody_stands_there_once_with_what_became_of_it(
    site: TestClient, house: House, cast: Cast, sent: str
) -> None:
    copy = link_of(house, sent, cast.carla, cast.ana)
    site.post("/o", data={"token": token_of(house, copy)})
    listing = site.get("/letters").text
    site.get("/letters/" + listing.partition('href="/letters/')[2][:32])
    sit_down(site, house, cast.writer)
    page = listed(site, sent)
    assert "All 4 Opened 1 Delivered, not opened 1 Not delivered 2" in page
    assert page.count("Carla Rivera carla.rivera@mail.example.org Ana Rivera Luis Rivera") == 1
    assert "Rosa Rivera rosa.rivera@mail.example.org Ana Rivera Still to go Not yet" in page
    assert "Diego Rivera diego.rivera@mail.example.org Ana Rivera Luis Rivera Not delivered Not yet" in page
    with house.db.read() as session:
        so_far = progress_of(session, sent)
    assert (so_far.opened, so_far.reached) == (1, 2), "the numbers of the mailing's own page are these"
    assert "Ngozi Okafor" not in listed(site, sent, "?show=opened")
    assert "Carla" in listed(site, sent, "?show=opened")
    assert "Ngozi Okafor" in listed(site, sent, "?show=unopened")
    assert "Carla" not in listed(site, sent, "?show=unopened")
    undelivered = listed(site, sent, "?show=undelivered")
    assert "Diego Rivera" in undelivered
    assert "2 guardians" in undelivered
    assert "Why messages did not arrive" in undelivered


@pytest.mark.parametrize(
    ("words", "found"),
    [("ngozi", 1), ("sam", 1), ("100001", 2), ("RIVERA luis", 2), ("carla.rivera@mail", 1), ("nobody", 0), ("<b>", 0)],
)
def test_it_is_searched_by_guardian_child_number_and_address(
    site: TestClient, house: House, cast: Cast, sent: str, words: str, found: int
) -> None:
    sit_down(site, house, cast.writer)
    page = site.get(f"/staff/mailings/{sent}/families", params={"q": words}).text
    said = {0: "Nobody here matches", 1: "1 guardian."}.get(found, f"{found} guardians.")
    assert said in text_of(page).replace(". “Opened”", ".")
    assert "<b>" not in page


def test_the_list_is_saved_and_the_ledger_knows_who_took_it(
    site: TestClient, house: House, cast: Cast, sent: str
) -> None:
    with house.db.write() as session:
        session.execute(update(Guardian).where(col(Guardian.id) == cast.ngozi).values(family_name="=Okafor"))
    token = sit_down(site, house, cast.writer)
    answer = site.post(f"/staff/mailings/{sent}/families.csv", data={"form_token": token})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["message"] for row in rows] == ["Delivered, not opened", "Delivered, not opened", "Not delivered",
                                                "Still to go"]  # fmt: skip
    assert not any(value.startswith("=") for row in rows for value in row.values()), "no cell is a formula"
    assert {row["student numbers"] for row in rows} == {"100001 100002", "100004", "100006"}
    with house.db.read() as session:
        newest = session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq).desc())).first()
    assert newest == "mailing:list-read"


def test_somebody_of_another_site_sees_no_list(site: TestClient, house: House, cast: Cast, sent: str) -> None:
    token = sit_down(site, house, cast.oak_writer)
    assert site.get(f"/staff/mailings/{sent}/families").status_code == 404
    assert site.post(f"/staff/mailings/{sent}/families.csv", data={"form_token": token}).status_code == 404
