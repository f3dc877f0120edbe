"""An admin accepts something unsafe for a time: it is told, it counts no more, and it is unsafe again by itself."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient
from typer.testing import CliRunner

from portal.cli import app
from portal.findings.errors import FindingChanged, NeverAccepted, NoSuchFinding, NotAccepted
from portal.findings.rules import ACCEPTABLE, LONGEST_REASON, NEVER, Acceptance, key_of
from portal.flows.keeping.accept_finding import accept_finding, end_acceptance
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import WrongCall
from portal.ledger.tables import LedgerEntry
from portal.overviews.operation.in_force import BACKUP_MARK, in_force
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.operation.standing_figures import standing_figures
from portal.overviews.operation.watched import InForce
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.house.tree import HOUSE
from tests.web.desks import sit_down, text_of

MACHINE = Machine(cage_is_shut=True, scanner_answers=True)
SIGN_IN = "How staff sign in"


def seen(house: House, settings: Settings | None = None, machine: Machine = MACHINE) -> dict[str, InForce]:
    with house.db.read() as session:
        return {one.name: one for one in in_force(session, settings or house.settings, machine, now=house.clock())}


def accept(
    house: House, by: Acting, name: str = SIGN_IN, *, days: float = 30, reason: str = "We have none yet.",
    machine: Machine = MACHINE, value: str | None = None,
) -> Acceptance:  # fmt: skip
    now = house.clock()
    with house.db.write() as session:
        known = in_force(session, house.settings, machine, now=now)
        return accept_finding(
            session, house.keys, known, name, seen=value, ends_at=now + timedelta(days=days), reason=reason, by=by,
            now=now,
        )  # fmt: skip


def counted(house: House) -> dict[str, bool]:
    """Return what `/metrics` makes of it."""
    with house.db.read() as session:
        return standing_figures(session, house.settings, MACHINE, now=house.clock()).unsafe


def acts(session: Session) -> list[str]:
    query = select(LedgerEntry.act).where(col(LedgerEntry.act).startswith("finding:")).order_by(col(LedgerEntry.seq))
    return list(session.exec(query))


def test_it_stands_until_its_day_or_its_end_and_then_it_is_unsafe_by_itself(
    house: House, cast: Cast, clock: Watch
) -> None:
    assert seen(house)[SIGN_IN].standing == "unsafe"
    made = accept(house, cast.admin, "how-staff-sign-in", reason=" We have \n none yet. ")
    told = seen(house)[SIGN_IN]
    assert (told.standing, told.accepted is not None) == ("accepted", True)
    assert told.accepted
    assert told.accepted.sentence.endswith(f" by {cast.admin.display}: We have none yet.")
    assert accept(house, cast.admin, reason="Twice.") == made, "what stands, stands"
    assert counted(house)["how-staff-sign-in"] is False
    clock.forward(days=29.9)
    assert seen(house)[SIGN_IN].standing == "accepted"
    clock.forward(days=0.1)
    assert seen(house)[SIGN_IN].standing == "unsafe"
    assert counted(house)["how-staff-sign-in"] is True
    again = accept(house, cast.admin)
    with house.db.write() as session:
        end_acceptance(session, house.keys, again.id, by=cast.admin, now=clock.now)
    assert seen(house)[SIGN_IN].standing == "unsafe"
    for ended in (made.id, again.id, "0" * 32):
        with pytest.raises(NotAccepted), house.db.write() as session:
            end_acceptance(session, house.keys, ended, by=cast.admin, now=clock.now)
    with house.db.read() as session:
        assert acts(session) == ["finding:accept", "finding:accept", "finding:end-acceptance"]
        bodies = session.exec(select(LedgerEntry.body).where(col(LedgerEntry.act).startswith("finding:"))).all()
    assert not any(b"none yet" in body for body in bodies), "the ledger holds no text"


def test_what_is_another_finding_is_not_covered(house: House, cast: Cast, clock: Watch) -> None:
    accept(house, cast.admin, "Sender of messages")
    assert seen(house)["Sender of messages"].standing == "accepted"
    accept(house, cast.admin, "Last backup")
    assert seen(house)["Last backup"].standing == "accepted"
    (house.settings.data_dir / BACKUP_MARK).touch()
    clock.now = datetime.now(UTC) + timedelta(days=3)
    with house.db.write() as session:
        known = in_force(session, house.settings, MACHINE, now=clock.now)
        ends_at = clock.now + timedelta(days=9)
        for name in ("Last backup", SIGN_IN):
            accept_finding(session, house.keys, known, name, ends_at=ends_at, reason="r", by=cast.admin, now=clock.now)
    clock.forward(days=1)
    assert seen(house)["Last backup"].standing == "accepted", "a measured value moves"
    assert seen(house)[SIGN_IN].standing == "accepted"
    other = house.settings.model_copy(update={"hold_seconds": 0})
    assert seen(house, other)["Time to stop a letter"].standing == "unsafe", "of this nothing was said"
    covers = Acceptance("a", "mail-server", "a.example, without TLS", ends_at, "r", "staff:x", clock.now).covers
    assert covers("mail-server", "a.example, without TLS", now=clock.now)
    assert not covers("mail-server", "b.example, without TLS", now=clock.now)
    assert not covers("address", "a.example, without TLS", now=clock.now)


def test_what_is_refused_leaves_nothing(house: House, cast: Cast) -> None:
    of_oak = replace(cast.admin, sites=frozenset({"Oak"}))
    for by in (cast.writer, cast.approver, of_oak):
        with pytest.raises(NotAllowed):
            accept(house, by)
    for days in (-0.1, 0, 181.1, 100_000):
        with pytest.raises(WrongCall, match="day"):
            accept(house, cast.admin, days=days)
    for reason in ("", "  ", "x" * (LONGEST_REASON + 1), "a\x00b"):
        with pytest.raises(WrongCall, match="Say why"):
            accept(house, cast.admin, reason=reason)
    for name in ("Time zone", "Key file", "nothing-like-it", "", "Database"):
        with pytest.raises(NoSuchFinding):
            accept(house, cast.admin, name)
    with pytest.raises(FindingChanged):
        accept(house, cast.admin, value="with their account at id.example")
    broken = Machine(cage_is_shut=False, scanner_answers=False, free_bytes=1)
    for name, why in (("Reading of files", "promised"), ("Virus scanner", "comes and goes"),
                      ("Room on the disk", "comes and goes")):  # fmt: skip
        with pytest.raises(NeverAccepted, match=why):
            accept(house, cast.admin, name, machine=broken)
    with house.db.read() as session:
        assert acts(session) == []


def test_every_key_of_the_lists_is_that_of_a_finding() -> None:
    sources = (HOUSE / "portal" / "overviews" / "operation").glob("*.py")
    texts = {text for path in sources for text in re.findall(r'sentence\(\s*"([^"%]+)"', path.read_text())}
    assert (ACCEPTABLE | NEVER.keys()) - {key_of(text) for text in texts} == set()
    assert ACCEPTABLE.isdisjoint(NEVER)


def test_the_page_accepts_and_ends_and_escapes_the_reason(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    token = sit_down(site, house, cast.writer)
    day = f"{clock.now + timedelta(days=20):%Y-%m-%d}"
    form = {"form_token": token, "finding": "how-staff-sign-in", "value": seen(house)[SIGN_IN].value, "until": day}
    assert site.post("/admin/settings/accept", data=form | {"reason": "r"}).status_code == 403
    form["form_token"] = sit_down(site, house, cast.admin)
    page = site.get("/admin/settings").text
    assert re.findall(r'name="finding" value="([^"]+)"', page) == [
        fact.key for fact in seen(house).values() if fact.standing == "unsafe" and fact.key in ACCEPTABLE
    ]
    wrong = site.post("/admin/settings/accept", data=form | {"reason": "<b>why</b>", "until": "2019-01-01"})
    assert wrong.status_code == 400
    assert "That day is over." in wrong.text
    assert 'value="&lt;b&gt;why&lt;/b&gt;"' in wrong.text, "what was typed is still there"
    assert site.post("/admin/settings/accept", data=form | {"reason": "r", "value": "x"}).status_code == 409
    assert site.post("/admin/settings/accept", data=form | {"reason": "<img src=x>"}).status_code == 303
    page = site.get("/admin/settings").text
    assert "&lt;img src=x&gt;" in page
    assert "<img src=x>" not in page
    assert f"by {cast.admin.display}: <img src=x>" in text_of(page).replace("&lt;", "<").replace("&gt;", ">")
    ends = re.findall(r'action="(/admin/settings/accepted/[0-9a-f]{32}/end)"', page)
    assert len(ends) == 1
    assert site.post(ends[0], data={"form_token": form["form_token"]}).status_code == 303
    assert site.post(ends[0], data={"form_token": form["form_token"]}).status_code == 404
    assert seen(house)[SIGN_IN].standing == "unsafe"


def test_the_command_accepts_ends_and_is_green(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, cast: Cast, database_url: str
) -> None:
    values = {"DATABASE_URL": database_url, "DATA_DIR": str(settings.data_dir), "KEY_FILE": str(settings.keys)}
    for name, value in (values | {"CONTACT": "555 0100"}).items():
        monkeypatch.setenv(f"PORTAL_{name}", value)

    def doctor(*more: str) -> tuple[int, dict[str, object]]:
        done = CliRunner().invoke(app, ["doctor", "--json", *more])
        return done.exit_code, json.loads(done.stdout or "{}")

    code, said = doctor()
    assert (code, said["safe"]) == (1, False)
    unsafe = [one for one in said["facts"] if one["standing"] == "unsafe"]
    by = ("--by", cast.admin.address)
    for one in unsafe:
        until = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}"
        code, told = doctor("--accept", one["name"], "--until", until, "--reason", "A trial.", *by)
        assert (code, told["finding"], told["accepted"]) == (0, one["key"], True), one
    code, said = doctor()
    assert (code, said["safe"]) == (0, True)
    assert {one["key"] for one in said["facts"] if one["accepted"]} == {one["key"] for one in unsafe}
    read = CliRunner().invoke(app, ["doctor"]).stdout
    assert "\nAccepted for a time" in read
    assert f"by {cast.admin.display}: A trial." in read
    code, told = doctor("--end", "Last backup", *by)
    assert (code, told["ended"]) == (0, 1)
    assert doctor()[0] == 1
    assert isinstance(CliRunner().invoke(app, ["doctor", "--accept", "Last backup"]).exception, WrongCall)
    assert isinstance(CliRunner().invoke(app, ["doctor", "--end", "Last backup"]).exception, WrongCall)
