"""A canary goes through every story, and nothing of it is found where it does not belong."""

import traceback
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import IntegrityError
from starlette.testclient import TestClient

from portal.families.tables import Child
from portal.flows.opening.open_link import read_attempt
from portal.kernel.configuration.settings import Settings, load_settings
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_secret
from portal.kernel.log import start_logging
from portal.kernel.secrets.keys import load_key_file
from portal.kernel.storage.db import Database
from portal.mail.letters.compose import ChildLink
from portal.mail.letters.staff_letters import StaffLetter
from portal.mail.transport.smtp import SmtpServer
from portal.press.papers.paper_notice import PaperChild
from portal.wiring import House, mail_room
from tests.cast import Cast
from tests.conftest import Watch
from tests.hostile.canaries import every_row, found_in, printed
from tests.hostile.canary_story import GATE_SECRET, HOMES, METRICS_TOKEN, OTTOLINE, SMTP_PASSWORD, Story, Told
from tests.hostile.listening import ROWS, all_logs_open
from tests.house.test_data_map import mapped
from tests.web.roster_desk import FAMILIES

BROWSER = "httpx2"
"""The browsers of the test tell what they ask for; they are no part of the portal."""
PEOPLE = {f"{what} of {home}": every for home, words in HOMES.items() for what, every in words.items()}
_SEARCHED = {("person_word", "word"), ("child", "found_by")}
_ADDRESSES = {("guardian", "address"), ("guardian", "address_key"), ("notice", "address")}
PLACES: dict[str, set[tuple[str, str]]] = {
    "child": {("child", "given_name"), *_SEARCHED},
    "family": {("child", "family_name"), ("guardian", "family_name"), *_SEARCHED},
    "guardian": {("guardian", "given_name"), *_SEARCHED},
    "number": {("child", "student_number"), ("child", "source_id"), *_SEARCHED},
    "address": {*_ADDRESSES, *_SEARCHED},
    "phone": set(),
    "birth": set(),
}
"""Where what describes somebody stands in clear, and nowhere else."""
OF_CODES = {("code_challenge", "address_key"), ("device", "address_key")}
"""Where the address stands of whoever asked for a code."""
SEALED = (("child", "birth_date_sealed"), ("guardian", "home_phone_sealed"))
_TOLD: dict[bool, Told] = {}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    secrets = {"metrics_token": METRICS_TOKEN, "smtp_url": f"smtp://portal:{SMTP_PASSWORD}@127.0.0.1:1",
               "gate_secret": GATE_SECRET}  # fmt: skip
    gate = {"gate_url": "smtps://0.0.0.0:465", "gate_domain": "letters.riverbend.example"}
    return settings.model_copy(update=gate | {name: SecretStr(value) for name, value in secrets.items()})


@pytest.fixture
def told(
    settings: Settings, house: House, cast: Cast, clock: Watch, site: TestClient, another_browser: TestClient,
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> Told:  # fmt: skip
    """Give what was told of the story on this database; it is walked once for all tests."""
    if house.db.is_sqlite in _TOLD:
        return _TOLD[house.db.is_sqlite]
    told = Told()
    told.note_keys(settings, house)
    for browser in (site, another_browser):
        browser.answer_faults()  # type: ignore[attr-defined]  # a Site
        browser.event_hooks = {"response": [told.answers.append]}
    start_logging()
    with all_logs_open(with_rows=True) as heard, printed(monkeypatch) as said:
        Story(house, cast, clock, site, another_browser, told).walk()
    told.logs, told.printed, told.rows = heard.lines, said, every_row(house.db)
    folder = settings.data_dir
    told.files = {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    captured = capfd.readouterr()
    told.streams = captured.out + captured.err
    return _TOLD.setdefault(house.db.is_sqlite, told)


def fell(found: Iterable[tuple[object, set[str]]]) -> dict[object, set[str]]:
    """Return where something was found, and what."""
    return {where: names for where, names in found if names}


def words_of(message: EmailMessage) -> bytes:
    """Return all a message says, as it is sent and as it is read."""
    texts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return b"\n".join([message.as_bytes(), *(str(one).encode() for one in (*message.items(), *texts))])


def test_no_log_holds_a_secret_and_none_of_ours_a_name(told: Told) -> None:
    by_us = [(name, line) for name, line in told.logs if name != BROWSER]
    assert len(by_us) > 1000, "somebody listened"
    assert any("Row (" in line and b"Zephyrine" in line.encode() for _, line in by_us), "down to the smallest detail"
    assert fell((line, found_in(line, told.secrets)) for _, line in by_us) == {}
    named = [(name, line) for name, line in by_us if not (name.startswith(ROWS) and line.startswith("Row "))]
    assert fell((line, found_in(line, PEOPLE)) for _, line in named) == {}
    assert "crashed" in told.streams, "the operator learns of it"
    assert found_in(told.streams, told.secrets | PEOPLE) == set()


def test_no_page_says_a_secret_and_no_error_names_anybody(told: Told) -> None:
    assert {200, 303, 401, 403, 404, 410, 422, 500} <= {one.status_code for one in told.answers}
    said = [(one.request.url.path, found_in(one.content, told.secrets)) for one in told.answers]
    shown = {(path, name) for path, names in said for name in names if not name.startswith("form of")}
    assert shown == {("/staff/mail-programs/keys", "mail key")}, "once, to who made it"
    errors = [one for one in told.answers if one.status_code >= 400]
    assert fell((one.request.url.path, found_in(one.content, PEOPLE)) for one in errors) == {}
    hidden = told.secrets | PEOPLE
    for one in told.answers:
        headers = [pair for pair in one.headers.multi_items() if pair[0] != "set-cookie"]
        assert found_in(str(headers), hidden) == set(), one.request.url.path


def test_figures_hold_nothing_of_anybody(told: Told) -> None:
    assert "portal_refusals_total" in told.figures
    assert found_in(told.figures, told.secrets | PEOPLE) == set()


def test_each_mail_holds_its_own_way_in_and_nothing_of_others(told: Told) -> None:
    seen: dict[str, set[str]] = {}
    for to, message in told.mails:
        seen.setdefault(to, set()).update(found_in(words_of(message), told.secrets | PEOPLE))
    letters = ("letter", "confidential letter")
    for home in HOMES:
        ways = {f"{way}, {letter} of {home}" for way in ("link", "code") for letter in letters}
        assert seen.pop(home) == {f"child of {home}", f"address of {home}", *ways}
    for name in ("ida", "rosa", "omar"):
        assert seen.pop(f"{name}@riverbend.example.org") == {f"sign-in link of {name}"}
    assert seen == {f"mina.{name.lower()}@mail.example.org": set() for name in FAMILIES}


def test_no_table_and_no_file_holds_a_secret(told: Told) -> None:
    assert len(told.rows) > 200, "every table was read"
    assert fell((column, found_in(b"\0".join(held), told.secrets)) for column, held in told.rows.items()) == {}
    assert fell((name, found_in(held, told.secrets)) for name, held in told.files.items()) == {}
    others = {name: held for name, held in told.files.items() if not name.startswith("portal.db")}
    assert others, "letters are kept"
    assert fell((name, found_in(held, PEOPLE)) for name, held in others.items()) == {}


def test_who_somebody_is_stands_where_the_data_map_says_and_nowhere_else(told: Told) -> None:
    for home, words in HOMES.items():
        for what, every in words.items():
            there = {column for column, held in told.rows.items() if found_in(b"\0".join(held), {what: every})}
            codes = OF_CODES if (what, home) == ("address", OTTOLINE) else set()
            assert there == PLACES[what] | codes, (what, home)
    in_map = mapped()
    assert [one for every in (*PLACES.values(), OF_CODES) for one in every if one[1] not in in_map[one[0]]] == []
    for column in SEALED:
        assert [one for one in told.rows[column] if one != b"None"], "it was imported"


def test_nothing_that_a_story_makes_says_a_secret_when_it_is_printed(told: Told) -> None:
    assert {"portal.flows.opening.open_link.Opened", "portal.web.posted.forms.Form"} <= told.printed.keys()
    assert fell((kind, found_in("".join(said), told.secrets)) for kind, said in told.printed.items()) == {}


def test_what_holds_keys_says_none_when_it_is_printed(settings: Settings, house: House, cast: Cast) -> None:
    told = Told()
    told.note_keys(settings, house)
    token, code = told.note("token", new_secret()), told.note("code", "7QRS-TVWX-YZ23")
    held = house.keys._held
    every = [
        *(settings, house, house.keys, held, held.file, held.file.masters, house.data_keys, house.documents, house.db),
        *(house.key_store, house.disclosures, SmtpServer.parse(settings.smtp_url.get_secret_value()), cast.admin),
        *(mail_room(settings), house.keys.signer(), read_attempt(house.keys, token=token, code=code)),
        PaperChild("Ana", f"https://letters.riverbend.example/o#{token}", code, ()),
        ChildLink("Ana", f"https://letters.riverbend.example/o#{token}", code),
        StaffLetter("Come in", (), "Sign in", f"https://letters.riverbend.example/staff/sign-in#{token}"),
    ]
    for one in every:
        assert found_in(f"{one!r} {one} {[one]}", told.secrets) == set(), type(one)


MISTAKES: dict[str, Callable[[Path], object]] = {
    "a short secret": lambda _: load_settings({"PORTAL_METRICS_TOKEN": "s3cr3t"}),
    "a gate's secret with blanks": lambda _: load_settings({"PORTAL_GATE_SECRET": "s3cr3t " * 9}),
    "a database of another kind": lambda _: Database("mysql://portal:s3cr3t@db.example/portal"),
    "a database that is away": lambda _: ask(Database("postgresql+psycopg://portal:s3cr3t@127.0.0.1:1/portal")),
    "half of a provider": lambda _: load_settings({"PORTAL_OIDC_CLIENT_SECRET": "s3cr3t"}),
    "a mail server of another kind": lambda _: SmtpServer.parse("smtp+tls://portal:s3cr3t@mail.example"),
    "a password in the open": lambda _: SmtpServer.parse("smtp://portal:s3cr3t@mail.example"),
    "a mail server's port": lambda _: SmtpServer.parse("smtps://portal:s3cr3t@mail.example:s3cr3t"),
    "a line of the key file": lambda folder: load_key_file(key_file_with(folder, "k1234 2026-08-06 s3cr3t")),
    "an unknown setting": lambda _: load_settings({"PORTAL_METRICS_TOKENS": "s3cr3t"}),
}


def ask(database: Database) -> None:
    with database.read() as session:
        session.connection()


def key_file_with(folder: Path, line: str) -> Path:
    path = folder / "wrong.keys"
    path.write_text(line, encoding="ascii")
    path.chmod(0o400)
    return path


@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_mistake_in_a_setting_quotes_its_secret(mistake: str, tmp_path: Path) -> None:
    with pytest.raises(PortalError) as raised:
        MISTAKES[mistake](tmp_path)
    trace = "".join(traceback.format_exception(raised.value))
    said = [line for line in trace.splitlines() if not line.startswith("    ")]  # those quote the lines of the code
    assert "s3cr3t" not in "\n".join(said)


@pytest.mark.usefixtures("cast")
def test_an_error_of_the_database_quotes_no_row(house: House, clock: Watch) -> None:
    """PostgreSQL tells a role that may not read a whole table no values; SQLite tells nobody any."""
    twin = Child(student_number="100001", source_id="781234905", given_name="Zephyrine", family_name="Quillfeather",
                 seen_at=clock.now)  # fmt: skip
    with pytest.raises(IntegrityError) as raised, house.db.write() as session:
        session.add(twin)
    trace = "".join(traceback.format_exception(raised.value))
    assert found_in(trace, PEOPLE) == set()
    assert "100001" not in trace
