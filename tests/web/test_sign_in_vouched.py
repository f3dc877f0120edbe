"""Whom the provider no longer knows is out within a minute, and while it gives no answer nobody passes."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.flows.opening.open_link import session_id_of
from portal.flows.people.ask_provider_again import Ask, take_turn
from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.kernel.log import start_logging
from portal.ledger.tables import LedgerEntry
from portal.staff.rules import ASK_AGAIN_AFTER, ASKING_LASTS
from portal.staff.tables import ProviderToken, StaffMember, StaffSession
from portal.web.posted.forms import form_token
from portal.web.vouching import _is_verified, _joined
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.parts.oidc import OpenIdProvider
from tests.parts.process import free_ports
from tests.web.desks import sit_down, text_of

START = "/staff/sign-in/provider"
MINUTE = {"seconds": ASK_AGAIN_AFTER.total_seconds() + 1}


@pytest.fixture
def settings(settings: Settings, oidc: OpenIdProvider) -> Settings:
    secret = type(settings.smtp_url)(oidc.client_secret)
    update = {"oidc_issuer": oidc.issuer, "oidc_client_id": oidc.client_id, "oidc_client_secret": secret}
    return settings.model_copy(update=update | {"oidc_roles": "group:heads=admin,group:office=publisher@Oak"})


@pytest.fixture
def subject(site: TestClient, oidc: OpenIdProvider, cast: Cast) -> str:
    """Sign the writer in by a group; return her subject."""
    subject = new_id()
    oidc.knows(subject, email=cast.writer.address, email_verified=True, groups=["heads"])
    callback = oidc.sign_in(site.get(START).headers["location"], subject)
    assert site.get(callback.removeprefix("https://letters.riverbend.example")).status_code == 303
    return subject


def asked_at(house: House) -> object:
    with house.db.read() as session:
        return session.exec(select(ProviderToken.answered_at)).one()


@pytest.mark.usefixtures("subject")
def test_it_is_asked_once_a_minute_and_its_token_is_sealed(site: TestClient, house: House, clock: Watch) -> None:
    before = asked_at(house)
    clock.forward(seconds=30)
    assert site.get("/admin/staff").status_code == 200
    assert asked_at(house) == before
    clock.forward(seconds=11)
    assert site.get("/admin/staff").status_code == 200
    assert asked_at(house) == clock.now
    with house.db.read() as session:
        (row,) = session.exec(select(ProviderToken)).all()
    assert b"token" not in row.sealed
    assert timedelta(seconds=60) > ASK_AGAIN_AFTER


def test_who_is_refused_where_groups_decide_reads_of_groups(site: TestClient, oidc: OpenIdProvider) -> None:
    subject = new_id()
    oidc.knows(subject, email="noa@riverbend.example.org", email_verified=True, groups=["kitchen"])
    callback = oidc.sign_in(site.get(START).headers["location"], subject)
    page = site.get(callback.removeprefix("https://letters.riverbend.example")).text
    assert "in no group that may use the portal" in page


def test_whom_the_provider_drops_is_out_within_a_minute(
    site: TestClient, house: House, clock: Watch, oidc: OpenIdProvider, subject: str
) -> None:
    oidc.drops(subject)
    clock.forward(**MINUTE)
    assert site.get("/staff").headers["location"] == "/staff/sign-in"
    with house.db.read() as session:
        assert session.exec(select(StaffSession.ended_at)).one() == clock.now
        assert session.exec(select(ProviderToken)).all() == []
        assert session.exec(select(LedgerEntry.act)).all()[-1] == "staff:signed-out"
    for _ in "a press", "a page that was loaded anew":
        page = text_of(site.get("/staff").headers["location"] and site.get("/staff/sign-in").text)
        assert "Your school’s sign-in service does not let you use the portal any more" in page


def test_another_group_is_another_role_within_a_minute_and_none_is_out(
    site: TestClient, house: House, clock: Watch, oidc: OpenIdProvider, cast: Cast, subject: str
) -> None:
    oidc.knows(subject, email=cast.writer.address, email_verified=True, groups=["office"])
    clock.forward(**MINUTE)
    assert site.get("/admin/staff").status_code == 403
    assert site.get("/staff").status_code == 200
    with house.db.read() as session:
        assert session.get_one(StaffMember, cast.writer.id).role == "publisher"
    oidc.knows(subject, email=cast.writer.address, email_verified=True, groups=[])
    clock.forward(**MINUTE)
    assert site.get("/staff").status_code == 303


def test_whose_groups_are_named_no_more_is_in_none(
    site: TestClient, house: House, clock: Watch, oidc: OpenIdProvider, cast: Cast, subject: str
) -> None:
    clock.forward(**MINUTE)
    assert site.get("/admin/staff").status_code == 200
    oidc.knows(subject, email=cast.writer.address, email_verified=True)
    clock.forward(**MINUTE)
    assert site.get("/admin/staff").status_code == 303
    with house.db.read() as session:
        assert session.exec(select(StaffSession.ended_at)).one() == clock.now


def test_an_address_is_verified_by_whoever_names_it() -> None:
    signed = {"iss": "https://id.example.org", "sub": "1", "email_verified": True}
    asked = {"sub": "1", "email": "ida@riverbend.example.org"}
    assert not _is_verified(_joined(asked, signed))
    assert _is_verified(_joined(asked | {"email_verified": True}, signed))
    assert _is_verified(_joined(asked | {"email_verified": False}, signed | {"email": "ida@riverbend.example.org"}))


def test_a_session_that_the_provider_did_not_begin_is_over(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.admin)
    assert site.get("/staff").headers["location"] == "/staff/sign-in"


@pytest.mark.usefixtures("subject")
def test_two_requests_at_once_use_a_refresh_token_once(house: House, clock: Watch) -> None:
    with house.db.read() as session:
        session_id = session.exec(select(StaffSession.id)).one()

    def turn() -> object:
        with house.db.write() as session:
            return take_turn(session, house.keys, session_id, now=clock.now)

    assert turn() == "fresh"
    clock.forward(**MINUTE)
    assert isinstance(turn(), Ask)
    assert turn() == "another-asks"
    clock.forward(seconds=ASKING_LASTS.total_seconds())
    assert isinstance(turn(), Ask), "whoever asked has not come back"


@pytest.mark.usefixtures("subject")
def test_while_the_provider_is_silent_nobody_passes_and_nobody_is_signed_out(
    site: TestClient, house: House, clock: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    clock.forward(**MINUTE)
    (port,) = free_ports(1)
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(house.settings.__dict__, "oidc_issuer", f"http://127.0.0.1:{port}")
        answer = site.get("/staff/mailings")
        assert answer.status_code == 503
        assert "gives no answer" in answer.text
        assert site.get("/staff/mailings").status_code == 503
        told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        assert [(one["event"], one.get("host")) for one in told] == [("sign-in provider gone", f"127.0.0.1:{port}")]
        assert site.post("/staff/sign-in/link", data={"address": "ida@riverbend.example.org"}).status_code == 403
    assert site.get("/staff/mailings").status_code == 200
    clock.forward(**MINUTE)
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(house.settings.__dict__, "oidc_issuer", f"http://127.0.0.1:{port}")
        token = form_token(house.keys, session_id_of(site.cookies["__Host-staff"]))
        answer = site.post("/staff/sign-out", data={"form_token": token})
        assert answer.headers["location"] == "/staff/sign-in", "the way out stays open"
