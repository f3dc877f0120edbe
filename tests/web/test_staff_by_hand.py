"""Somebody whom the roster does not name is given a right by hand: one writes it down, another confirms it."""

import json

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.families import repository as families
from portal.families.repository import erasing
from portal.families.rules import plan
from portal.families.tables import Child, Guardian, Guardianship, HandMadeRight
from portal.ledger.tables import LedgerEntry
from portal.publish import Upkeep
from portal.staff import repository as staff
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import open_with

GIVE = "/staff/guardianship/give"
UJU = {"child": "100006", "given": "Uju", "family": "Eze", "address": "uju@mail.example.org", "basis": "court",
       "reason": "Sam lives with her aunt now.", "reference": "12 F 345"}  # fmt: skip


def reached(house: House) -> set[str]:
    """Return whom a letter to Sam's family would reach now, by address."""
    with house.db.read() as session:
        ties = families.ties_of_audience(session, [("child", "100006")], now=house.clock())
    return {one.address for one in plan(ties).addressees}


def only_right(house: House) -> HandMadeRight:
    with house.db.read() as session:
        return session.exec(select(HandMadeRight)).one()


def written_down(site: TestClient, house: House, cast: Cast, **typed: str) -> HandMadeRight:
    form = {"form_token": sit_down(site, house, cast.oak_writer)} | UJU | typed
    answer = site.post(GIVE, data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/families/100006#by-hand")
    return only_right(house)


def test_nothing_opens_until_a_second_person_confirms_and_no_import_touches_it(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    right = written_down(site, house, cast)
    mine = {"form_token": sit_down(site, house, cast.oak_writer), "right": right.id, "child": "100006"}
    page = text_of(site.get("/staff/families/100006").text)
    assert "Uju Eze uju@mail.example.org Waits for a second person." in page
    assert "Why: Sam lives with her aunt now." in page
    assert reached(house) == {"ngozi.okafor@mail.example.org"}
    assert site.post(f"{GIVE}/confirm", data=mine).status_code == 403, "a publisher confirms nothing"
    theirs = mine | {"form_token": sit_down(site, house, cast.approver)}
    assert "Uju Eze , for Sam Okafor" in text_of(site.get("/staff").text)
    for _ in "12":
        assert site.post(f"{GIVE}/confirm", data=theirs).status_code == 303
    assert "In force From 6 August, without an end." in text_of(site.get("/staff/families/100006").text)
    assert reached(house) == {"ngozi.okafor@mail.example.org", "uju@mail.example.org"}
    mailing_id = send_letter(house, cast, now=clock.now)
    link = link_of(house, mailing_id, right.guardian_id, cast.sam)
    assert open_with(another_browser, token=token_of(house, link)).status_code == 303
    with house.db.read() as session:
        acts = [json.loads(body) for body in session.exec(select(LedgerEntry.body).order_by(col(LedgerEntry.seq)))]
    about = [one for one in acts if one["act"] in {"guardianship:ask-by-hand", "guardianship:by-hand"}]
    assert [one["by"] for one in about] == [f"staff:{cast.oak_writer.id}", f"staff:{cast.approver.id}"]
    assert not any(word in json.dumps(acts) for word in ("Uju", "aunt", "12 F"))
    # anybody on the staff of the site ends it, and what was open by it dies
    mine["form_token"] = sit_down(site, house, cast.oak_writer)
    assert site.post(f"{GIVE}/end", data=mine).status_code == 303
    assert open_with(another_browser, token=token_of(house, link)).status_code == 410
    assert reached(house) == {"ngozi.okafor@mail.example.org"}
    assert site.post(f"{GIVE}/end", data=mine).status_code == 404


def test_nobody_confirms_their_own_and_nobody_elsewhere_sees_it(site: TestClient, house: House, cast: Cast) -> None:
    form = {"form_token": sit_down(site, house, cast.admin)} | UJU
    assert site.post(GIVE, data=form).status_code == 303
    right = only_right(house)
    press = {"form_token": form["form_token"], "right": right.id, "child": "100006"}
    answer = site.post(f"{GIVE}/confirm", data=press)
    assert (answer.status_code, "Nobody confirms what they wrote down themselves" in answer.text) == (403, True)
    with house.db.write() as session:
        staff.set_scope(session, cast.approver.id, ["Maple"])
    press["form_token"] = sit_down(site, house, cast.approver)
    for act in ("confirm", "drop", "end"):
        assert site.post(f"{GIVE}/{act}", data=press).status_code == 404, act
    assert "Uju" not in site.get("/staff").text
    assert site.post(GIVE, data=UJU | press).status_code == 404
    press["form_token"] = sit_down(site, house, cast.writer)
    assert "The reason is sealed." in text_of(site.get("/staff/families/100006").text)
    assert site.post(f"{GIVE}/drop", data=press).status_code == 403, "it is neither theirs nor theirs to settle"
    press["form_token"] = sit_down(site, house, cast.admin)
    assert site.post(f"{GIVE}/drop", data=press).status_code == 303
    with house.db.read() as session:
        assert session.exec(select(HandMadeRight)).all() == []
        assert session.exec(select(Guardian).where(col(Guardian.given_name) == "Uju")).all() == []


def test_whom_the_roster_bars_may_be_given_a_right_and_that_is_shown(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    # Sam's father has a mailbox of his own in the roster, and no right to letters
    known = {"guardian": cast.emeka, "given": "", "family": "", "address": ""}
    right = written_down(site, house, cast, **known, until="2026-08-31")
    form = {"form_token": sit_down(site, house, cast.oak_writer)} | UJU | known
    assert site.post(GIVE, data=form).status_code == 400, "it was written down before"
    assert "has written the same right down" in site.post(GIVE, data=form).text
    press = {"form_token": sit_down(site, house, cast.approver), "right": right.id, "child": "100006"}
    assert site.post(f"{GIVE}/confirm", data=press).status_code == 303
    page = text_of(site.get("/staff/families/100006").text)
    assert "The roster said that nothing about this child goes to this person. Staff decided otherwise." in page
    assert "emeka.okafor@mail.example.org" in reached(house)
    clock.forward(days=26)
    assert "emeka.okafor@mail.example.org" not in reached(house)
    Upkeep(house).do(clock.now)
    assert only_right(house).ended_by == "worker"
    with house.db.read() as session:
        tie = session.get_one(Guardianship, (cast.emeka, cast.sam))
        assert (tie.basis, tie.may_view) == ("roster", False), "the roster's bar holds again"


def test_a_mailbox_that_is_known_is_asked_about_and_what_staff_restricted_stays_so(
    site: TestClient, house: House, cast: Cast
) -> None:
    form = {"form_token": sit_down(site, house, cast.oak_writer)} | UJU | {"address": "NGOZI.okafor@mail.example.org"}
    asked = site.post(GIVE, data=form)
    assert asked.status_code == 400
    assert "Is it one of these? Somebody with this mailbox is known already." in text_of(asked.text)
    assert site.post(GIVE, data=form | {"guardian": cast.ngozi}).status_code == 400, "she gets letters already"
    assert "gets letters about this child already" in site.post(GIVE, data=form | {"guardian": cast.ngozi}).text
    bar = {"form_token": form["form_token"], "guardian": cast.ngozi, "child": "100006", "kind": "barred", "reason": "x"}
    assert site.post("/staff/guardianship", data=bar).status_code == 303
    assert "An admin lifts that first" in site.post(GIVE, data=form | {"guardian": cast.ngozi}).text
    assert site.post(GIVE, data=form | {"guardian": "new"}).status_code == 303, "somebody else reads it as well"
    for wrong, words in (
        ({"given": ""}, "Write the name."), ({"address": "a@b, c@d"}, "not one e-mail address"),
        ({"basis": "because"}, "Choose on what it rests."), ({"reason": ""}, "Say why."),
        ({"until": "2020-01-01"}, "That day is over."), ({"since": "2026-09-09", "until": "2026-09-01"}, "before the"),
        ({"since": "someday"}, "Write the day like"),
    ):  # fmt: skip
        answer = site.post(GIVE, data=form | {"address": "uju@mail.example.org"} | wrong)
        assert (answer.status_code, words in answer.text) == (400, True), wrong


@pytest.mark.parametrize("whose", ["child", "guardian"])
def test_erasing_takes_the_reason_and_the_right_along(
    site: TestClient, house: House, cast: Cast, clock: Watch, whose: str
) -> None:
    right = written_down(site, house, cast)
    with house.db.write() as session:
        if whose == "child":
            erasing.erase_child(session, house.keys, session.get_one(Child, cast.sam), reason="", now=clock.now)
        else:
            person = session.get_one(Guardian, right.guardian_id)
            erasing.erase_guardian(session, house.keys, person, reason="", now=clock.now)
    left = only_right(house)
    assert (left.reason_sealed, left.reference_sealed, left.ended_by) == (None, None, "erased")
    press = {"form_token": sit_down(site, house, cast.approver), "right": right.id, "child": "100006"}
    assert site.post(f"{GIVE}/confirm", data=press).status_code == 404
