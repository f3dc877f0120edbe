"""Staff sign in at a second, strict implementation of OpenID Connect, whose tokens name no address and no group."""

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.staff.tables import StaffMember, StaffSession
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.parts.strict_provider import StrictProvider

START = "/staff/sign-in/provider"
NEW = "noa@riverbend.example.org"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Give one database alone: what is tried here is spoken over the wire."""
    return sqlite_url


@pytest.fixture
def settings(settings: Settings, strict_provider: StrictProvider) -> Settings:
    secret = type(settings.smtp_url)(strict_provider.client_secret)
    update = {
        "oidc_issuer": strict_provider.issuer,
        "oidc_client_id": strict_provider.client_id,
        "oidc_client_secret": secret,
        "oidc_domains": "riverbend.example.org",
        "oidc_roles": "group:heads=admin,group:office=publisher@Oak",
    }
    return settings.model_copy(update=update)


def come_back(site: TestClient, provider: StrictProvider, subject: str) -> int:
    """Start in this browser, agree at the provider and come back; return the status of the answer."""
    callback = provider.sign_in(site.get(START).headers["location"], subject)
    return site.get(callback.removeprefix("https://letters.riverbend.example")).status_code


def test_from_the_first_sign_in_by_a_group_to_the_closed_account(
    site: TestClient, house: House, clock: Watch, strict_provider: StrictProvider
) -> None:
    subject = new_id()
    strict_provider.knows(subject, email=NEW, email_verified=True, groups=["office"])
    assert come_back(site, strict_provider, subject) == 303
    assert site.get("/staff").status_code == 200
    assert site.get("/admin/staff").status_code == 403
    for _ in range(2):  # a refresh token is handed out anew each time, and the old one is worth nothing
        strict_provider.knows(subject, email="changed@riverbend.example.org", email_verified=True, groups=["heads"])
        clock.forward(seconds=41)
        assert site.get("/admin/staff").status_code == 200
    strict_provider.forgets(subject)
    clock.forward(seconds=41)
    assert site.get("/staff").headers["location"] == "/staff/sign-in"
    with house.db.read() as session:
        assert session.exec(select(StaffMember.address)).one() == NEW
        assert session.exec(select(StaffSession.ended_at)).one() == clock.now


@pytest.mark.parametrize(
    "claims",
    [
        {"email": NEW, "email_verified": False, "groups": ["heads"]},
        {"email": "noa@elsewhere.example", "email_verified": True, "groups": ["heads"]},
        {"email": NEW, "email_verified": True, "groups": ["cooks"]},
        {"email": NEW, "email_verified": True},
    ],
    ids=str,
)
def test_whoever_is_not_meant_is_refused(
    site: TestClient, house: House, cast: Cast, strict_provider: StrictProvider, claims: dict[str, object]
) -> None:
    subject = new_id()
    strict_provider.knows(subject, **claims)
    assert come_back(site, strict_provider, subject) == 403
    with house.db.read() as session:
        assert session.exec(select(StaffSession)).all() == []
        assert cast.admin.id in session.exec(select(StaffMember.id)).all()
        assert session.exec(select(StaffMember).where(StaffMember.address == NEW)).all() == []
