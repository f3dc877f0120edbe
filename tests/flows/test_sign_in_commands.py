"""`portal staff` adds, lists and removes people, and prints a link that signs in once."""

import json
import os
from collections.abc import Callable
from functools import partial

import pytest
from typer.testing import Result

from portal.flows.people.change_staff import LastAdmin
from portal.flows.people.sign_in_staff import Browser, SignedIn, redeem_sign_in_link, set_up
from portal.kernel.clock import utc_now
from portal.kernel.errors import Refused, WrongCall
from portal.kernel.text.addresses import OneAddress
from portal.staff.errors import AdminExists
from portal.wiring import House

Run = Callable[..., Result]
ADMIN = "ida@riverbend.example.org"


@pytest.fixture
def run(portal: Run) -> Run:
    return partial(portal, "staff")


def listed(run: Run) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("list", "--json").stdout.splitlines()]


def test_people_come_and_go(run: Run) -> None:
    assert "Nobody is on the staff yet" in run("list").stdout
    added = run("add", ADMIN, "--role", "admin", "--name", "Ida [b]")
    assert "Ida [b] is admin for every site." in added.stdout
    run("add", "pia@riverbend.example.org", "--role", "publisher", "--scope", "Oak", "--scope", "Maple")
    ida, pia = listed(run)
    assert (ida["address"], ida["role"], ida["sites"]) == (ADMIN, "admin", None)
    assert (pia["role"], pia["sites"], pia["has_school_account"]) == ("publisher", ["Maple", "Oak"], False)
    run("remove", "pia@riverbend.example.org")
    assert len(listed(run)) == 1
    with pytest.raises(LastAdmin):
        run("remove", ADMIN)


def test_a_wrong_role_is_a_wrong_call(run: Run) -> None:
    with pytest.raises(WrongCall, match="publisher, approver, admin"):
        run("add", ADMIN, "--role", "owner")


def test_the_printed_link_signs_in(run: Run, house: House) -> None:
    run("add", ADMIN, "--role", "admin")
    printed = run("sign-in-link", ADMIN).stdout
    assert printed.startswith(f"{house.settings.base_url}/staff/sign-in#")
    assert printed.count("\n") == 1
    with house.db.write() as session:
        outcome = redeem_sign_in_link(session, house.keys, printed, browser=Browser("new"), now=utc_now())
    assert isinstance(outcome, SignedIn)


def test_where_a_provider_answers_no_link_is_made(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", ADMIN, "--role", "admin")
    for name, value in (("ISSUER", "https://accounts.example"), ("CLIENT_ID", "x"), ("CLIENT_SECRET", "y")):
        monkeypatch.setenv(f"PORTAL_OIDC_{name}", value)
    with pytest.raises(Refused, match="school accounts"):
        run("sign-in-link", ADMIN)


def test_the_setup_link_is_printed_until_there_is_an_admin(run: Run, house: House) -> None:
    printed = run("setup-link").stdout
    assert printed.startswith(f"{house.settings.base_url}/setup#")
    ida = OneAddress.parse(ADMIN)
    with house.db.write() as session:
        came = set_up(session, house.keys, printed, address=ida, name="Ida", browser=Browser("new"), now=utc_now())
    assert isinstance(came, SignedIn)
    with pytest.raises(AdminExists) as refused:
        run("setup-link")
    assert refused.value.exit_code == 3


def test_a_user_without_a_name_acts_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run as any number."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert "is admin for every site" in run("add", ADMIN, "--role", "admin").stdout
