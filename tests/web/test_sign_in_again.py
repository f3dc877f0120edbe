"""Whoever signed in a while ago signs in again before changing staff, mail keys or accepted findings (ASVS 7.5.1)."""

import re
from datetime import datetime, timedelta

import pytest
from sqlmodel import SQLModel, col, select, update
from starlette.testclient import TestClient

from portal.findings.tables import AcceptedFinding
from portal.kernel.configuration.settings import Settings
from portal.staff.rules import ANEW_FOR, TIME_TO_TYPE
from portal.staff.tables import MailKey, StaffMember, StaffSession
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_sign_in import WAY_IN, mailed_link

ORIGIN = "https://letters.riverbend.example"
ASKED = "Sign in again to change this."
MINUTE = timedelta(minutes=1)
STAFF, KEYS, SETTINGS = "/admin/staff", "/staff/mail-programs", "/admin/settings"
ACTS = ["add", "change", "remove", "key", "accept"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give settings by which mail programs may hand letters in."""
    return settings.model_copy(
        update={"gate_url": "smtps://gate.riverbend.example:465", "gate_domain": "letters.riverbend.example"}
    )


@pytest.fixture
def token(site: TestClient, house: House, cast: Cast) -> str:
    return sit_down(site, house, cast.admin)


def rows(house: House) -> list[SQLModel]:
    """Return whatever these acts change."""
    with house.db.read() as session:
        return [
            row
            for table in (StaffMember, MailKey, AcceptedFinding)
            for row in session.exec(select(table).order_by(col(table.id))).all()
        ]


def act_of(name: str, cast: Cast, clock: Watch) -> tuple[str, str, dict[str, str]]:
    """Return the page of an act, where its form is sent, and what stands in it."""
    one = f"{STAFF}/{cast.writer.id}"
    until = (clock.now + timedelta(days=20)).date().isoformat()
    return {
        "add": (STAFF, STAFF, {"address": "nadia@riverbend.example.org", "role": "publisher", "reach": "all"}),
        "change": (one, one, {"name": "Rosita", "role": "publisher", "reach": "all"}),
        "remove": (one, f"{one}/remove", {}),
        "key": (KEYS, f"{KEYS}/keys", {"label": "Outlook"}),
        "accept": (SETTINGS, f"{SETTINGS}/accept", {"until": until, "reason": "The provider comes in spring."}),
    }[name]


def filled(site: TestClient, page: str, action: str, typed: dict[str, str]) -> dict[str, str] | None:
    """Return what the form of a page sends; None where the page shows no such form."""
    found = re.search(rf'<form method="post" action="{action}"[^>]*>(.*?)</form>', site.get(page).text, re.DOTALL)
    if found is None:
        return None
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', found.group(1))) | typed


@pytest.mark.parametrize("name", ACTS)
def test_a_form_is_shown_a_quarter_hour_and_taken_another(
    site: TestClient, house: House, cast: Cast, clock: Watch, token: str, name: str
) -> None:
    page, action, typed = act_of(name, cast, clock)
    assert token
    clock.forward(seconds=(ANEW_FOR - MINUTE).total_seconds())
    form = filled(site, page, action, typed)
    assert form is not None
    assert ASKED not in site.get(page).text
    before = rows(house)
    clock.forward(seconds=(MINUTE * 2).total_seconds())
    assert filled(site, page, action, typed) is None
    assert ASKED in site.get(page).text
    clock.forward(seconds=(TIME_TO_TYPE - MINUTE).total_seconds())
    late = site.post(action, data=form, headers={"Referer": f"{ORIGIN}{page}"})
    assert (late.status_code, late.headers["location"]) == (303, f"{WAY_IN}?next={page}")
    assert rows(house) == before
    clock.forward(seconds=-(MINUTE * 2).total_seconds())
    assert site.post(action, data=form).status_code in {200, 303}
    assert rows(house) != before


def test_what_only_takes_away_asks_for_nothing(
    site: TestClient, house: House, cast: Cast, clock: Watch, token: str
) -> None:
    site.post(f"{KEYS}/keys", data={"form_token": token, "label": "Outlook"})
    site.post(f"{KEYS}/keys", data={"form_token": token, "label": "Thunderbird"})
    clock.forward(minutes=50)
    with house.db.read() as session:
        own, other = session.exec(select(MailKey.id)).all()
    site.post(f"{KEYS}/keys/{own}/end", data={"form_token": token})
    site.post(f"{STAFF}/{cast.admin.id}/mail-keys/{other}/end", data={"form_token": token})
    with house.db.read() as session:
        assert set(session.exec(select(MailKey.ended_at)).all()) == {clock.now}


def test_signing_in_again_leads_back_to_the_form(
    site: TestClient, house: House, cast: Cast, clock: Watch, token: str
) -> None:
    assert token
    clock.forward(minutes=16)
    (way,) = re.findall(rf'href="({WAY_IN}\?next=[^"]+)"', site.get(STAFF).text)
    shown = site.get(way)
    assert "You are signed in. Sign in once more" in text_of(shown.text)
    assert f'value="{cast.admin.address}"' in shown.text, "nobody types their own address twice"
    site.post(f"{WAY_IN}/link", data={"address": cast.admin.address, "next": STAFF})
    back = site.post(f"{WAY_IN}/token", data={"token": mailed_link(house, clock).partition("#")[2]})
    assert back.headers["location"] == STAFF
    assert ASKED not in site.get(STAFF).text
    with house.db.read() as session:
        assert len(session.exec(select(StaffSession.id).where(col(StaffSession.ended_at).is_(None))).all()) == 1


@pytest.mark.parametrize("said", [None, "created"])
def test_a_session_of_an_earlier_release_counts_from_its_beginning(
    site: TestClient, house: House, clock: Watch, token: str, said: str | None
) -> None:
    assert token
    at: datetime | None = clock.now if said else None
    with house.db.write() as session:
        session.execute(update(StaffSession).values(authenticated_at=at))
    assert ASKED not in site.get(STAFF).text
    clock.forward(minutes=16)
    assert ASKED in site.get(STAFF).text
