"""What a verdict hung on is one version: in its row, in the ledger, and asked again at the approval."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from portal import publish
from portal.documents.tables import Document, GivenFile
from portal.flows.people.change_staff import add_staff, remove_staff
from portal.flows.writing.know_picture import forget_picture, know_picture
from portal.ledger.tables import LedgerEntry
from portal.mailings.errors import BeingCheckedAgain
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.operation.judged_by import Known, Terms, version, version_of
from portal.publish.checking.judging import Upload
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ALL, give, look_at_the_sample, zipped
from tests.reading.carriers import simple_pdf, stream

NAMES = ("Sam Okafor", "Luis Rivera")
COACH = "Coach Sam Okafor opens the gym on Monday."


def rows(house: House, table: type) -> list[Any]:
    with house.db.read() as session:
        return list(session.exec(select(table)).all())


def acts(house: House, name: str) -> list[dict[str, Any]]:
    bodies = [json.loads(entry.body) for entry in rows(house, LedgerEntry) if entry.act == name]
    return [body.get("about", body) for body in bodies]


def now_in_force(house: House) -> str:
    with house.db.read() as session:
        return version(session, house.guard_terms)


def colleague(house: House, clock: Watch, name: str, *, is_there: bool = True) -> None:
    address = f"{name.replace(' ', '.')}@riverbend.example.org"
    with house.db.write() as session:
        if is_there:
            add_staff(session, house.keys, address, role="publisher", name=name, sites=(), by="cli", now=clock.now)
        else:
            remove_staff(session, house.keys, address, by="cli", now=clock.now)


def put(house: House, cast: Cast, clock: Watch, tmp_path: Path, text: str) -> publish.Checked | publish.Stopped:
    path = tmp_path / "letter.pdf"
    path.write_bytes(simple_pdf(text=stream(b"BT /F 12 Tf 20 200 Td (" + text.encode() + b") Tj ET")))
    draft = check_draft(title="Sports", message="", terms=[Term("everyone")], link_days=9, link_hosts=frozenset())
    return publish.put_draft(house, draft, by=cast.writer, now=clock.now, upload=Upload(path, "letter.pdf"))


def submitted(house: House, cast: Cast, clock: Watch, tmp_path: Path, text: str) -> str:
    done = put(house, cast, clock, tmp_path, text)
    assert isinstance(done, publish.Checked), done
    publish.submit(house, done.mailing_id, by=cast.writer, version=None, now=clock.now)
    return done.mailing_id


def test_colleagues_called_like_children_do_not_clear_a_list_of_debts(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    for name in (*NAMES, "Ana Rivera", "Ngozi Okafor", "Rosa Rivera"):
        colleague(house, clock, name)
    done = put(house, cast, clock, tmp_path, "Sam Okafor owes $410. Luis Rivera owes $95. Ana Rivera owes $12.")
    assert isinstance(done, publish.Stopped)
    assert done.report.children == 2, "either Ana may be a sister of Luis"
    (stop,) = acts(house, "document:stop")
    assert stop["judged_by"] == done.report.judged_by == now_in_force(house)


def test_who_takes_the_colleague_away_again_has_the_letter_judged_at_its_approval(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    colleague(house, clock, "Sam Okafor")
    mailing_id = submitted(house, cast, clock, tmp_path, COACH)
    colleague(house, clock, "Sam Okafor", is_there=False)
    with pytest.raises(publish.GuardSaysNo, match="the staff, the known pictures or a setting has changed"):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    (mailing,) = rows(house, Mailing)
    assert (mailing.state, mailing.judged_by) == ("draft", None)
    (cleared,), (stop,) = acts(house, "document:clear"), acts(house, "document:stop")
    assert stop["judged_by"] == now_in_force(house) != cleared["judged_by"]


def test_a_letter_that_is_clear_still_goes_on_and_the_ledger_tells_by_which_version(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = submitted(house, cast, clock, tmp_path, "We begin on Monday.")
    before = now_in_force(house)
    assert acts(house, "document:clear")[0]["judged_by"] == before
    colleague(house, clock, "Zoe Newcomer")
    mailing = publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    assert mailing.judged_by == now_in_force(house) != before
    assert acts(house, "mailing:check")[-1]["judged_by"] == mailing.judged_by
    assert acts(house, "mailing:approve")[0]["judged_by"] == mailing.judged_by


def test_what_did_not_change_is_not_judged_again(house: House, cast: Cast, clock: Watch, tmp_path: Path) -> None:
    mailing_id = submitted(house, cast, clock, tmp_path, "We begin on Monday.")
    colleague(house, clock, "Zoe Newcomer")
    colleague(house, clock, "Zoe Newcomer", is_there=False)
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    assert acts(house, "mailing:check") == []


def test_a_known_picture_counts_both_when_it_comes_and_when_it_goes(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    for change in ("know", "forget"):
        mailing_id = submitted(house, cast, clock, tmp_path, "We begin on Monday.")
        with house.db.write() as session:
            if change == "know":
                know_picture(session, house.keys, "a" * 64, label="Seal", by=cast.admin, now=clock.now)
            else:
                forget_picture(session, house.keys, "a" * 64, by=cast.admin, now=clock.now)
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)
    assert len(acts(house, "mailing:check")) == 2


@pytest.mark.parametrize("setting", ["organisation", "contact"])
def test_a_setting_that_changed_has_the_letter_judged_again(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, setting: str
) -> None:
    mailing_id = submitted(house, cast, clock, tmp_path, "We begin on Monday.")
    other = replace(house, settings=house.settings.model_copy(update={setting: "Riverbend Day School"}))
    publish.approve(other, mailing_id, by=cast.approver, version=None, now=clock.now)
    assert [one["judged_by"] for one in acts(house, "mailing:check")] == [now_in_force(other)]


def test_an_organisation_called_like_a_child_stops_every_letter(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    house = replace(house, settings=house.settings.model_copy(update={"organisation": "Sam Okafor"}))
    done = put(house, cast, clock, tmp_path, "We begin on Monday.")
    assert isinstance(done, publish.Stopped)
    assert done.report.findings == (("sender", "child-name", 1),)


def test_letters_to_single_children_are_judged_again_by_the_worker(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    before = now_in_force(house)
    assert {one.judged_by for one in rows(house, GivenFile)} == {before}
    assert {one["judged_by"] for one in acts(house, "document:clear")} == {before}
    colleague(house, clock, "Zoe Newcomer")
    with pytest.raises(BeingCheckedAgain):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    publish.sort_given(house, mailing_id)
    assert {one.judged_by for one in rows(house, GivenFile)} == {now_in_force(house)}
    mailing = publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    assert (mailing.state, mailing.judged_by) == ("held", now_in_force(house))
    assert len(rows(house, Document)) == len(ALL)


def test_each_thing_that_a_verdict_hangs_on_makes_another_version() -> None:
    known, terms = Known(1, (("Mia Lee", "mia@school.test"),)), Terms("Riverbend", "office@school.test", "rules")
    each = [
        version_of(known, terms, ()),
        version_of(known._replace(roster=2), terms, ()),
        version_of(known._replace(colleagues=()), terms, ()),
        version_of(known._replace(colleagues=(("Mia", "mia@school.test"),)), terms, ()),
        version_of(known._replace(colleagues=(("Mia Lee", "lee@school.test"),)), terms, ()),
        version_of(known, terms, ["a" * 64]),
        version_of(known, replace(terms, organisation="Riverbend School"), ()),
        version_of(known, replace(terms, contact="1"), ()),
        version_of(known, replace(terms, rules="1"), ()),
    ]
    assert len({*each}) == len(each)
