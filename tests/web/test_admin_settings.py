"""What is in force: one page and one command say the same, the unsafe first, and no secret."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import col, update
from starlette.testclient import TestClient
from typer.testing import CliRunner

from portal.cli import app
from portal.flows.people.sign_in_staff import Browser, refuse_sign_in
from portal.kernel.clock import utc_now
from portal.kernel.configuration.settings import Settings
from portal.mail.transport.inbox import Inbox, InboxServer
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.operation.in_force import BACKUP_MARK, DRILL_MARK, in_force
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.operation.watched import InForce
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.parts.names import name_server
from tests.web.desks import sit_down, text_of

SAFE = {
    "mail_from": "letters@riverbend.example.org", "oidc_issuer": "https://accounts.example", "oidc_client_id": "x",
    "oidc_domains": "riverbend.example.org", "smtp_url": SecretStr("smtps://portal:hunter2@mail.example.org"),
}  # fmt: skip
MACHINE = Machine(cage_is_shut=True, scanner_answers=True)


def seen(house: House, settings: Settings, machine: Machine = MACHINE) -> dict[str, InForce]:
    with house.db.read() as session:
        return {one.name: one for one in in_force(session, settings, machine, now=house.clock())}


def unsafe(facts: dict[str, InForce]) -> set[str]:
    return {name for name, one in facts.items() if one.standing == "unsafe"}


@pytest.mark.parametrize(
    ("converters", "standing"), [((), "note"), (("dxpdf",), "note"), (("LibreOffice", "dxpdf"), "safe")]
)
def test_it_is_told_what_makes_pdfs_of_word_letters(house: House, converters: tuple[str, ...], standing: str) -> None:
    word = seen(house, house.settings, replace(MACHINE, converters=converters))["Word letters"]
    assert (word.standing, word.value) == (standing, ", ".join(converters) or "none")


def test_it_is_told_when_a_backup_was_last_tried(house: House) -> None:
    assert seen(house, house.settings)["Last time a backup was tried"].standing == "note"
    (house.settings.data_dir / DRILL_MARK).touch()
    assert seen(house, house.settings)["Last time a backup was tried"].standing == "safe"


def test_everything_unsafe_is_called_so(house: House, cast: Cast, clock: Watch) -> None:
    assert cast.admin
    safe = house.settings.model_copy(update=SAFE)
    assert unsafe(seen(house, safe)) == {"Last backup"}
    (house.settings.data_dir / BACKUP_MARK).touch()
    assert seen(house, safe)["Last backup"].standing == "safe"
    for change, name in (
        ({"base_url": "http://127.0.0.1:8000"}, "Address"),
        ({"organisation": "Example School District"}, "Name of the organisation"),
        ({"contact": ""}, "Contact for families"),
        ({"mail_from": "letters@portal.test"}, "Sender of messages"),
        ({"oidc_issuer": None}, "How staff sign in"),
        ({"cli_approval": True}, "Approving by command line"),
        ({"hold_seconds": 0}, "Time to stop a letter"),
        ({"smtp_url": SecretStr("smtp://mail.example.org")}, "Mail server"),
        ({"key_file": house.settings.data_dir / "portal.keys", "wrap_file": house.settings.wraps}, "Key file"),
        ({"wrap_file": house.settings.data_dir / "wrap", "head_file": house.settings.head}, "Wrap file"),
        ({"head_file": house.settings.data_dir / "head"}, "Head file"),
        ({"head_file": Path("off")}, "Head file"),
    ):
        assert unsafe(seen(house, safe.model_copy(update=change))) == {name}, name
    assert seen(house, safe)["Proxies that are believed"].standing == "note"
    for change in ({"trusted_proxies": "10.0.0.1"}, {"base_url": "http://127.0.0.1:8000"}):
        assert seen(house, safe.model_copy(update=change))["Proxies that are believed"].standing == "safe"
    assert unsafe(seen(house, safe, Machine(cage_is_shut=False, scanner_answers=False))) == {
        "Reading of files", "Virus scanner",
    }  # fmt: skip
    assert seen(house, safe)["Reading of files"].standing == "note"
    layered = seen(house, safe, replace(MACHINE, cage_layers=("as another user",)))["Reading of files"]
    assert (layered.standing, layered.value) == ("safe", "off the network, as another user")
    assert unsafe(seen(house, safe, replace(MACHINE, free_bytes=10**9))) == {"Room on the disk"}
    mailing_id = send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sending"))
        session.exec(update(Notice).values(due_at=clock.now))
    clock.forward(hours=2)
    assert unsafe(seen(house, safe)) == {"Mail queue"}
    clock.forward(hours=-3)
    assert "Clock" in unsafe(seen(house, safe))


def test_the_page_shows_it_to_admins_and_no_secret(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.admin)
    page = text_of(site.get("/admin/settings").text)
    assert "How staff sign in: by one-time links in the mail" in page
    assert "Room on the disk: " in page
    assert page.index("Unsafe") < page.index("Good to know") < page.index("In order")
    facts = seen(house, house.settings.model_copy(update=SAFE | {"oidc_client_secret": SecretStr("hunter3")}))
    assert not any("hunter" in text for one in facts.values() for text in (one.value, one.why, one.to_do))


def test_the_command_says_the_same_and_looks_our_domains_up(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, database_url: str
) -> None:
    values = {"DATABASE_URL": database_url, "DATA_DIR": str(settings.data_dir), "KEY_FILE": str(settings.keys)}
    values |= {"MAIL_FROM": "letters@oak.test", "SMTP_URL": "smtp://127.0.0.1:9"}
    for name, value in values.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    with name_server({("oak.test", "TXT"): ['"v=spf1 -all"']}) as server:
        done = CliRunner().invoke(app, ["doctor", "--json", "--mail", "ida@oak.test", "--nameserver", server])
    said = json.loads(done.stdout)
    assert (done.exit_code, said["safe"], said["mail"]["taken"]) == (1, False, False)
    assert "cannot be reached" in said["mail"]["reply"]
    assert {one["check"] for one in said["mail"]["checks"] if one["is_good"]} == {"spf", "alignment", "sending"}
    assert {"Address", "Last backup"} <= {one["name"] for one in said["facts"] if one["standing"] == "unsafe"}
    with name_server({("oak.test", "TXT"): ['"v=spf1 -all"']}) as server:
        read = CliRunner().invoke(app, ["doctor", "--mail", "ida@oak.test", "--nameserver", server]).stdout
    assert read.index("\nUnsafe") < read.index("Last backup: none seen") < read.index("DMARC of oak.test: There is no")
    assert read.index("DMARC of oak.test") < read.index("\nGood to know") < read.index("\nIn order")
    for whole in ("PORTAL_OIDC_CLIENT_SECRET", "_dmarc.oak.test"):
        assert whole in read, "what somebody has to copy stands on one line"
    assert "things are unsafe" in read.splitlines()[-1], "the end of it is what a terminal shows"
    assert all(len(line) <= 80 or " " not in line.strip() for line in read.splitlines())
    silent = CliRunner().invoke(app, ["doctor", "--mail", "ida@oak.test", "--nameserver", "127.0.0.1:9"]).stdout
    assert "DNS gives no answer" in silent[silent.index("\nUnsafe") : silent.index("\nGood to know")]


def test_admins_are_told_once_an_episode(
    monkeypatch: pytest.MonkeyPatch, house: House, settings: Settings, cast: Cast, database_url: str
) -> None:
    inbox = Inbox()
    server = InboxServer(inbox)
    values = {"DATABASE_URL": database_url, "DATA_DIR": str(settings.data_dir), "KEY_FILE": str(settings.keys)}
    for name, value in (values | {"SMTP_URL": server.url}).items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    server.start()
    try:
        for _ in range(2):
            CliRunner().invoke(app, ["doctor", "--tell-admins"])
        assert [one.to for one in inbox.newest()] == [cast.admin.address]
        with house.db.write() as session:
            for _ in range(20):
                refuse_sign_in(session, house.keys, browser=Browser("new"), now=utc_now())
        CliRunner().invoke(app, ["doctor", "--tell-admins"])
    finally:
        server.stop()
    newest, _ = inbox.newest()
    assert "Refused sign-ins in the last hour: 20." in newest.plain_text
    assert "Last backup" not in newest.plain_text, "that was told before"
