"""A message comes back: its letter says so, its link stays, and staff are told what to do."""

import json
from collections.abc import Callable

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from portal.cli import app
from portal.families.tables import Guardian
from portal.flows.sending.note_bounce import NotOurs, note_bounce, whose
from portal.kernel.configuration.settings import Settings
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link
from portal.mail.returned.report_reading import read_report
from portal.mail.returned.reports import Report
from portal.mail.returned.verp import bounce_address
from portal.outbox.tables import Bounce, Notice
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.mail.bounce_maker import CAUSES, exchange, postfix
from tests.web.desks import sit_down, text_of

GONE, FULL = CAUSES[0], next(cause for cause in CAUSES if cause.why == "full")


@pytest.fixture
def sent(house: House, cast: Cast, clock: Watch) -> Notice:
    """Send a letter to everybody; return Ngozi's notice, which the mail server took."""
    send_letter(house, cast, now=clock.now)
    hold_passes(house, clock)
    with house.db.write() as session:
        session.exec(update(Notice).values(state="sent", reply="250 Taken", done_at=clock.now))
    with house.db.read() as session:
        return session.exec(select(Notice).where(col(Notice.guardian_id) == cast.ngozi)).one()


def mark(house: House, notice: Notice) -> str:
    return bounce_address(house.keys, notice.id, house.settings.bounces).text


def came(house: House, notice: Notice, make: Callable[..., str] = postfix, cause: object = GONE) -> bytes:
    return make(cause).replace("{to}", notice.address).replace("{mark}", mark(house, notice)).encode()


def note(house: House, notice_id: str, report: Report, clock: Watch) -> bool:
    with house.db.write() as session:
        return note_bounce(session, house.keys, notice_id, report, now=clock.now).is_new


def standing(house: House, notice: Notice) -> tuple[str, str]:
    with house.db.read() as session:
        found = session.get_one(Notice, notice.id)
        return found.state, found.reply


def acts(house: House) -> list[dict[str, object]]:
    with house.db.read() as session:
        bodies = session.exec(select(LedgerEntry.body).where(col(LedgerEntry.act) == "notice:came-back")).all()
    return [json.loads(body) for body in bodies]


def links(house: House) -> list[tuple[object, ...]]:
    with house.db.read() as session:
        return list(session.exec(select(Link.id, Link.expires_at, Link.revoked_at).order_by(Link.id)).all())


def test_the_first_report_counts_and_no_link_is_touched(house: House, sent: Notice, clock: Watch) -> None:
    before = links(house)
    for make in (postfix, exchange):
        raw = came(house, sent, make)
        assert note(house, whose(house.keys, raw), read_report(raw), clock) == (make is postfix)
    assert note(house, sent.id, Report("soft", "full", "4.2.2"), clock) is False
    assert standing(house, sent) == ("bounced", "There is no mailbox at this address.")
    (act,) = acts(house)
    about = {
        "act": "notice:came-back",
        "by": "mail",
        "notice": sent.id,
        "weight": "hard",
        "why": "no-mailbox",
        "code": "5.1.1",
    }
    assert act == act | about
    assert set(act) == {*about, "at"}
    with house.db.read() as session:
        assert [(row.weight, row.why) for row in session.exec(select(Bounce))] == [("hard", "no-mailbox")]
    assert links(house) == before


@pytest.mark.parametrize(
    ("state", "after"), [("sending", "bounced"), ("queued", "bounced"), ("cancelled", "cancelled")]
)
def test_a_report_may_overtake_the_servers_own_answer(
    house: House, sent: Notice, clock: Watch, state: str, after: str
) -> None:
    with house.db.write() as session:
        session.exec(update(Notice).where(col(Notice.id) == sent.id).values(state=state))
    assert note(house, sent.id, Report("hard", "no-mailbox", "5.1.1"), clock)
    assert standing(house, sent)[0] == after


def test_what_is_no_failure_changes_nothing(house: House, sent: Notice, clock: Watch) -> None:
    for kind in ("delayed", "arrived", "automatic", "challenge", "receipt", "other"):
        assert note(house, sent.id, Report(kind), clock) is False  # type: ignore[arg-type]  # each is a kind
    assert standing(house, sent) == ("sent", "250 Taken")
    assert acts(house) == []
    assert note(house, "0" * 32, Report("hard", "no-mailbox"), clock) is False, "the letter has been forgotten since"


def test_the_mark_is_found_where_servers_put_it_and_believed_only_if_it_is_ours(house: House, sent: Notice) -> None:
    address = mark(house, sent)
    for raw in (
        f"Delivered-To: {address}\nTo: someone@else.test\n\n",
        f"To: a\nX-Original-To: {address.upper()}\n\n",
        f"To: postmaster@gw.test\n\nIt came back.\n\nReturn-Path: <{address[:60]}=\n{address[60:]}>\n",
        f"Received: from a by b for <SRS0=x=y=portal.test={address}>; now\n\n",
    ):
        assert whose(house.keys, raw.encode()) == sent.id
    forged = address.replace(".", ".a", 1)[:-1]
    other = bounce_address(house.keys, "0" * 32, house.settings.bounces).text
    moved = f"{address.partition('.')[0]}.{other.partition('.')[2]}"
    for name in (forged, moved, f"bounce+{sent.id}@portal.test", ""):
        with pytest.raises(NotOurs):
            whose(house.keys, f"To: {name}\n\n".encode())
    with pytest.raises(NotOurs):
        whose(house.keys, f"To: {address}\n\n".encode(), recipient=f"bounce+{sent.id}.{'a' * 16}@portal.test")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings, database_url: str) -> Callable[..., Result]:
    values = {"DATABASE_URL": database_url, "DATA_DIR": str(settings.data_dir), "KEY_FILE": str(settings.keys)}
    for name, value in values.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    return lambda raw, *words: CliRunner().invoke(app, ["bounce", *words], input=raw)


def test_the_pipe_never_makes_a_mail_server_bounce_a_bounce(
    run: Callable[..., Result], house: House, sent: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = b"To: bounce+" + b"0" * 32 + b"." + b"a" * 16 + b"@portal.test\n\n550 5.1.1 user unknown"
    assert isinstance(run(forged).exception, NotOurs)
    assert run(forged, "--pipe").exit_code == 0
    told = json.loads(run(came(house, sent, cause=FULL) + b"x" * 3_000_000, "--json").stdout)
    assert told == {"notice": sent.id, "kind": "soft", "why": "full", "code": "5.2.2", "noted": True}
    assert "known already" in run(came(house, sent, cause=FULL)).stdout
    monkeypatch.setenv("PORTAL_KEY_FILE", "/nowhere")
    assert run(came(house, sent), "--pipe").exit_code == 75, "the mail server keeps it and tries again"


def test_staff_read_why_and_print_instead(
    site: TestClient, house: House, cast: Cast, sent: Notice, clock: Watch
) -> None:
    note(house, sent.id, Report("hard", "no-mailbox", "5.1.1"), clock)
    token = sit_down(site, house, cast.writer)
    path = f"/staff/mailings/{sent.mailing_id}"
    page = site.get(f"{path}/not-reached").text
    assert "It came back: There is no mailbox at this address. Ask the family for the right address." in text_of(page)
    assert 'href="/staff/families/100006"' in page
    assert f'href="{path}/print"' in page
    assert "1 guardian" in text_of(site.get(f"{path}/print").text)
    assert site.post(f"{path}/print", data={"form_token": token}).headers["content-type"] == "application/pdf"
    assert "Every message that was due has arrived" in text_of(site.get(f"{path}/not-reached").text)
    with house.db.read() as session:
        paper = session.exec(select(Notice).where(col(Notice.channel) == "paper")).one()
    assert paper.guardian_id == cast.ngozi


def test_a_row_says_when_another_address_is_on_file_by_now(
    site: TestClient, house: House, cast: Cast, sent: Notice, clock: Watch
) -> None:
    note(house, sent.id, read_report(came(house, sent)), clock)
    sit_down(site, house, cast.writer)
    path = f"/staff/mailings/{sent.mailing_id}"
    assert "Fix the address" in site.get(path).text
    with house.db.write() as session:
        new = "ngozi.new@mail.example.org"
        session.exec(update(Guardian).where(col(Guardian.id) == cast.ngozi).values(address=new, address_key=new))
    for more in ("", "/not-reached"):
        page = text_of(site.get(path + more).text)
        assert "Another address is on file by now: send the letter to them again." in page
        assert "Fix the address" not in page
