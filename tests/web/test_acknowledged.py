"""“I have read this”: once, by whoever may see the letter, kept in the ledger, and told to staff."""

import csv
import io

import pytest
from sqlalchemy import update
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.documents.tables import Acknowledgement
from portal.families.tables import Child
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down
from tests.web.test_corrected_letters import correct
from tests.web.test_opening import letters_in

BUTTON = "I have read this<"


class Family:
    """Carla has opened Ana's letter, which asks her to say that she has read it, or does not."""

    def __init__(self, site: TestClient, house: House, cast: Cast, clock: Watch, *, asks: bool = True) -> None:
        self.site, self.house = site, house
        self.mailing = send_letter(house, cast, now=clock.now, acknowledge=asks)
        self.link = link_of(house, self.mailing, cast.carla, cast.ana)
        self.open()

    def open(self) -> None:
        self.site.post("/o", data={"token": token_of(self.house, self.link)})
        listed = self.site.get("/letters").text
        (self.copy,) = letters_in(listed)
        self.token = listed.partition('name="form_token" value="')[2].partition('"')[0]

    def page(self) -> str:
        return self.site.get(f"/letters/{self.copy}").text

    def press(self, copy: str = "") -> int:
        answer = self.site.post(f"/letters/{copy or self.copy}/acknowledge", data={"form_token": self.token})
        assert answer.status_code != 303 or answer.headers["location"].startswith("/letters"), answer.headers
        return answer.status_code

    def words(self) -> int:
        with self.house.db.read() as session:
            entries = select(func.count()).select_from(LedgerEntry).where(col(LedgerEntry.act) == "copy:acknowledge")
            said = session.exec(select(func.count()).select_from(Acknowledgement)).one()
            assert session.exec(entries).one() == said
            return said


@pytest.fixture
def family(site: TestClient, house: House, cast: Cast, clock: Watch) -> Family:
    return Family(site, house, cast, clock)


def test_a_press_keeps_the_word_with_its_time_and_a_second_press_the_same(family: Family, clock: Watch) -> None:
    assert family.press() == 409  # nobody has read what was not shown to them
    assert BUTTON in family.page()
    assert family.press() == 303
    told = family.page()
    assert BUTTON not in told
    assert "You said on <bdi>6 August, 12:00</bdi> that you have read this letter." in told
    clock.forward(hours=1)
    assert family.press() == 303
    assert family.page() == told
    assert family.words() == 1


def test_a_letter_that_does_not_ask_takes_no_word(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    family = Family(site, house, cast, clock, asks=False)
    assert BUTTON not in family.page()
    assert family.press() == 409
    assert family.words() == 0


def test_a_dead_letter_or_another_familys_takes_no_word(
    family: Family, another_browser: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    family.page()
    other = link_of(house, family.mailing, cast.ngozi, cast.sam)
    another_browser.post("/o", data={"token": token_of(house, other)})
    (sams,) = letters_in(another_browser.get("/letters").text)
    assert family.press(sams) == 404
    assert family.site.post(f"/letters/{family.copy}/acknowledge").status_code == 403
    with house.db.write() as session:
        revoke.revoke(
            session, house.keys, Target("link", family.link), by=cast.admin, reason="A mistake.", now=clock.now
        )
    assert family.press() in {404, 410}
    assert family.words() == 0


def test_a_corrected_version_asks_again_and_keeps_what_was_said(
    family: Family, house: House, cast: Cast, clock: Watch
) -> None:
    family.page()
    family.press()
    clock.forward(hours=1)
    correct(house, cast, clock, family.mailing)
    family.open()
    page = family.page()
    assert BUTTON in page
    assert "You read an earlier version on <bdi>6 August, 12:00</bdi>" in page
    assert family.press() == 303
    assert family.words() == 2


def test_staff_see_how_many_and_who_has_not_and_save_the_list(family: Family, house: House, cast: Cast) -> None:
    family.page()
    family.press()
    token = sit_down(family.site, house, cast.writer)
    path = f"/staff/mailings/{family.mailing}"
    assert "<strong>Read:</strong> 1 of 6" in family.site.get(path).text
    page = family.site.get(f"{path}/acknowledged").text
    assert page.count("Ana Rivera") == 2  # Diego's Ana and Rosa's, not Carla's
    answer = family.site.post(f"{path}/acknowledged.csv", data={"form_token": token})
    assert answer.headers["content-disposition"].startswith("attachment; ")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["child"], row["guardian"]) for row in rows if row["read on"]] == [("Ana Rivera", "Carla Rivera")]
    assert len(rows) == 6
    with house.db.read() as session:
        newest = session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq).desc())).first()
    assert newest is not None
    assert newest.act == "mailing:list-read"
    assert b'"entries":6' in newest.body


def test_no_cell_of_the_list_is_one_that_a_spreadsheet_runs(family: Family, house: House, cast: Cast) -> None:
    name = " ＝HYPERLINK(1)"  # spreadsheets strip the blank, and some read the wide sign as the narrow one
    with house.db.write() as session:
        session.execute(update(Child).values(given_name=name, family_name="Zoë"))
    token = sit_down(family.site, house, cast.writer)
    answer = family.site.post(f"/staff/mailings/{family.mailing}/acknowledged.csv", data={"form_token": token})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert {row["child"] for row in rows} == {f"'{name} Zoë"}
