"""Seven in the evening: an admin freezes what went wrong, and reads the facts first."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import ColumnElement
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel, col, func, select, update
from starlette.testclient import TestClient

from portal.flows.incidents.freeze_incident import freeze
from portal.incidents.rules import Target
from portal.incidents.tables import Incident, IncidentDecision
from portal.ledger.tables import LedgerEntry
from portal.links.rules import kept_network
from portal.links.tables import Link, Opening
from portal.mailings.rules import Term
from portal.outbox.tables import Notice
from portal.overviews.incidents import incident_choices
from portal.overviews.links import taking_back
from portal.publish import Upkeep
from portal.staff import repository as staff
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import letters_in, open_with
from tests.web.test_taking_back import document_of


@pytest.fixture
def desk(site: TestClient, house: House, cast: Cast) -> str:
    return sit_down(site, house, cast.admin)


def press(site: TestClient, desk: str, **target: str) -> str:
    answer = site.post("/admin/incidents", data={"form_token": desk, **target})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def count(house: House, what: type[SQLModel], *where: ColumnElement[bool]) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(what).where(*where)).one()


def test_one_press_kills_links_messages_and_open_pages_and_shows_the_facts(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, desk: str
) -> None:
    with house.db.write() as session:
        mine = (col(Notice.guardian_id) == cast.ngozi, col(Notice.mailing_id) == mailing_id)
        session.execute(update(Notice).where(*mine).values(state="sent", done_at=clock.now))
    open_with(another_browser, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    (copy_id,) = letters_in(another_browser.get("/letters").text)
    assert another_browser.get(f"/letters/{copy_id}/file?as=download").status_code == 200
    clock.forward(seconds=5)
    before = text_of(site.get(f"/admin/incidents/freeze?kind=mailing&id={mailing_id}").text)
    for words in ("links open nothing any more 6", "unsent messages are cancelled 3", "open page closes 1"):
        assert words in before
    place = press(site, desk, kind="mailing", id=mailing_id, why="The wrong file went out.", reason="Site list")
    assert another_browser.get(f"/letters/{copy_id}").status_code == 410
    assert another_browser.get(f"/letters/{copy_id}/file").status_code == 410
    token = token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))
    assert another_browser.post("/o", data={"token": token}).status_code == 410
    assert site.get(f"/staff/mailings/{mailing_id}/file").status_code == 403
    page = text_of(site.get(place).text)
    assert "6 links are dead, 3 unsent messages were cancelled, 1 open page was closed" in page
    assert "Frozen 6 August, 12:00:05 by Ida" in page
    assert "The wrong file went out. Site list" in page
    assert page.index("message delivered 1") < page.index("Ngozi Okafor") < page.index("Log of decisions")
    assert "a message or a page went to 1 guardian, for 1 child" in page
    assert "saved welcome.pdf 6 August, 12:00:00" in page
    assert "Nobody overruled it." in page
    assert count(house, Link, col(Link.revoked_why) == "frozen") == 6


def test_pressing_again_and_freezing_it_in_another_way_is_the_same_incident(
    site: TestClient, house: House, cast: Cast, mailing_id: str, desk: str
) -> None:
    first = press(site, desk, kind="mailing", id=mailing_id)
    assert press(site, desk, kind="mailing", id=mailing_id) == first
    span = {"kind": "span", "id": cast.writer.id, "since": "2026-08-06T00:00", "until": "2026-08-06T23:00"}
    assert press(site, desk, **span) == first
    assert press(site, desk, kind="document", id=document_of(house, mailing_id)) == first
    assert count(house, LedgerEntry, col(LedgerEntry.act) == "incident:freeze") == 1
    asked = text_of(site.get(f"/admin/revoke?kind=mailing&id={mailing_id}").text)
    assert "Take it back now" in asked, "a freeze may be undone; taking it back as well makes it for good"
    assert site.get(f"/admin/incidents/freeze?kind=mailing&id={mailing_id}").headers["location"] == first


def test_everything_that_somebody_sent_in_a_time_is_frozen_together_and_nothing_else(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    early = send_letter(house, cast, now=clock.now, title="Early")
    clock.forward(hours=2)
    desk = sit_down(site, house, cast.admin)
    wrong = [send_letter(house, cast, now=clock.now, title=f"Wrong {number}") for number in "12"]
    span = {"kind": "span", "id": cast.writer.id, "since": "2026-08-06T13:00", "until": "2026-08-06T15:00"}
    asked = site.get("/admin/incidents/freeze", params=span).text
    page = text_of(asked)
    assert "Freeze 2 letters" in page
    assert "Early" not in page
    fields = dict(re.findall(r'name="(since|until)" value="([^"]+)"', asked))
    assert fields == {"since": "2026-08-06T13:00:00+00:00", "until": "2026-08-06T15:00:00+00:00"}
    span |= fields
    assert ", and 1 more" in text_of(site.get(press(site, desk, **span)).text)
    assert count(house, Link, col(Link.mailing_id) == early, col(Link.revoked_at).is_not(None)) == 0
    assert count(house, Link, col(Link.mailing_id).in_(wrong), col(Link.revoked_at).is_not(None)) == 12
    nobody = span | {"id": cast.approver.id}
    assert site.get("/admin/incidents/freeze", params=nobody).status_code == 404
    assert site.post("/admin/incidents", data=nobody | {"form_token": desk}).status_code == 404
    for never in ("yesterday", "9999-12-31T23:59:59-14:00", ""):
        assert site.get("/admin/incidents/freeze", params=span | {"until": never}).status_code == 400


def test_one_file_alone_is_frozen_and_what_only_it_held_open(
    site: TestClient, house: House, mailing_id: str, desk: str
) -> None:
    page = text_of(site.get(press(site, desk, kind="document", id=document_of(house, mailing_id))).text)
    assert "6 links are dead, 4 unsent messages were cancelled" in page
    assert "welcome.pdf" in page


def test_what_was_never_approved_is_not_frozen(
    site: TestClient, house: House, cast: Cast, clock: Watch, desk: str
) -> None:
    draft = write_draft(house, cast, now=clock.now)
    assert site.post("/admin/incidents", data={"form_token": desk, "kind": "mailing", "id": draft}).status_code == 403
    data = {"form_token": desk, "kind": "document", "id": document_of(house, draft)}
    assert site.post("/admin/incidents", data=data).status_code == 403
    assert count(house, Incident) == 0


def test_a_decision_gets_time_and_name_and_the_database_lets_nobody_change_it(
    site: TestClient, house: House, mailing_id: str, desk: str
) -> None:
    place = press(site, desk, kind="mailing", id=mailing_id)
    data = {"form_token": desk, "text": "<b>Called</b> the superintendent."}
    for _ in range(2):  # a double press
        assert site.post(f"{place}/decisions", data=data).status_code == 303
    page = site.get(place).text
    assert page.count("&lt;b&gt;Called&lt;/b&gt; the superintendent.") == 1
    assert site.post(f"{place}/decisions", data=data | {"text": " "}).status_code == 400
    with pytest.raises(DBAPIError), house.db.write() as session:
        session.execute(update(IncidentDecision).values(text="Nothing happened."))


def test_an_admin_of_one_site_sees_no_incident_of_another(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, terms=(Term("site", "Maple"),))
    with house.db.write() as session:
        place = freeze(
            session, house.keys, Target("mailing", mailing_id), by=cast.admin, reason="Wrong.", now=clock.now
        ).incident_id
        staff.set_scope(session, cast.admin.id, ["Oak"])
    desk = sit_down(site, house, cast.admin)
    assert site.get(f"/admin/incidents/{place}").status_code == 404
    page = site.get("/admin/incidents").text
    assert "Welcome" not in page
    assert "Rosa" not in page, "nor is whoever wrote nothing for Oak among the senders"
    data = {"form_token": desk, "text": "Mine now.", "kind": "mailing", "id": mailing_id}
    assert site.post(f"/admin/incidents/{place}/decisions", data=data).status_code == 404
    assert site.post("/admin/incidents", data=data).status_code == 404
    span = {"kind": "span", "id": cast.writer.id, "since": "2026-08-06T00:00", "until": "2026-08-06T23:00"}
    assert site.post("/admin/incidents", data=span | {"form_token": desk}).status_code == 404


def test_what_is_newer_at_other_sites_leaves_room_in_the_lists(house: House, cast: Cast, clock: Watch) -> None:
    frozen = {}
    for site in ("Oak", "Maple"):
        mailing = send_letter(house, cast, now=clock.now, terms=(Term("site", site),))
        with house.db.write() as session:
            done = freeze(session, house.keys, Target("mailing", mailing), by=cast.admin, reason="Oops.", now=clock.now)
        frozen[site] = (done.incident_id, mailing)
        clock.forward(minutes=5)
    mine = replace(cast.admin, sites=frozenset({"Oak"}))
    with house.db.read() as session:
        seen = incident_choices.listed(session, by=mine, limit=1), taking_back.published(session, by=mine, limit=1)
    assert tuple(one.id for (one,) in seen) == frozen["Oak"]


def test_where_a_link_was_opened_is_kept_cut_short_and_forgotten_after_90_days(
    house: House, site: TestClient, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    assert kept_network("203.0.113.77") == kept_network("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert kept_network("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert kept_network("testclient") == ""
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    with house.db.write() as session:
        session.execute(update(Opening).values(network="203.0.113.0/24"))
    for days, kept in ((89, "203.0.113.0/24"), (2, "")):
        clock.forward(days=days)
        Upkeep(house).do(clock.now)
        with house.db.read() as session:
            assert session.exec(select(Opening.network)).one() == kept
