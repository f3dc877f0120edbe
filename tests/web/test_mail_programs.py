"""Staff set their mail programs up: a key is shown once, an address reaches no further than its writer may."""

import logging
import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.ledger.tables import LedgerEntry
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_admin_taking_back import admin_of_oak

PAGE = "/staff/mail-programs"
KEY = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}")
WAYS = "smtp+starttls://mail.riverbend.example:587,smtps://0.0.0.0:465"


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    ways: str = getattr(request, "param", WAYS)
    return settings.model_copy(update={"gate_url": ways, "gate_domain": "letters.riverbend.example" if ways else ""})


def make(site: TestClient, token: str, label: str = "Outlook") -> str:
    answer = site.post(f"{PAGE}/keys", data={"form_token": token, "label": label})
    assert answer.status_code == 200
    found = KEY.findall(answer.text)
    assert len(found) == 1
    return found[0]


def key_id(site: TestClient, path: str = PAGE) -> str:
    return re.findall(r"keys/([0-9a-f]{32})/end", site.get(path).text)[0]


def test_a_key_is_shown_once_and_stands_nowhere_else(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = sit_down(site, house, cast.writer)
    secret = make(site, token)
    page = site.get(PAGE).text
    assert "Outlook" in page
    sit_down(another_browser, house, cast.admin)
    pages = [page, *(another_browser.get(path).text for path in ("/admin/ledger", f"/admin/staff/{cast.writer.id}"))]
    with house.db.read() as session:
        pages += [body.decode() for body in session.exec(select(LedgerEntry.body))]
    pages.append(caplog.text)
    for said in pages:
        assert secret not in said
        assert secret.replace("-", "") not in said
    assert "mail-key:make" in "".join(pages)
    assert caplog.records


def test_what_a_mail_program_asks_for_stands_there(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.writer)
    page = text_of(site.get(PAGE).text)
    assert "mail.riverbend.example · port 587 · STARTTLS" in page
    assert "letters.riverbend.example · port 465 · SSL/TLS" in page, (
        "one that listens on an address has the site's name"
    )
    assert cast.writer.address in page
    for program in ("Outlook", "Gmail", "Mail on a Mac", "Mail on an iPhone or iPad", "Thunderbird"):
        assert program in page


@pytest.mark.parametrize("label", ["", "   ", "x" * 81])
def test_a_key_without_a_name_is_none(site: TestClient, house: House, cast: Cast, label: str) -> None:
    token = sit_down(site, house, cast.writer)
    answer = site.post(f"{PAGE}/keys", data={"form_token": token, "label": label})
    assert answer.status_code == 400
    assert "Say for which mail program it is" in answer.text
    assert not KEY.search(answer.text)
    assert "/end" not in site.get(PAGE).text


def test_only_whoever_has_a_key_and_an_admin_of_theirs_ends_it(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    token = sit_down(site, house, cast.writer)
    make(site, token)
    make(site, token, "Thunderbird")
    first = key_id(site)
    for other in (cast.approver, cast.admin):
        foreign = sit_down(another_browser, house, other)
        assert first not in another_browser.get(PAGE).text
        answer = another_browser.post(f"{PAGE}/keys/{first}/end", data={"form_token": foreign})
        assert answer.status_code == 404, "an admin ends it on the page of the staff"
    path = f"/admin/staff/{cast.writer.id}"
    foreign = sit_down(another_browser, house, admin_of_oak(house, clock))
    answer = another_browser.post(f"{path}/mail-keys/{first}/end", data={"form_token": foreign})
    assert answer.status_code == 403
    assert site.post(f"{PAGE}/keys/{first}/end", data={"form_token": token}).status_code == 303
    assert site.post(f"{PAGE}/keys/{first}/end", data={"form_token": token}).status_code == 404
    admin = sit_down(another_browser, house, cast.admin)
    assert "1 mail key" in text_of(another_browser.get("/admin/staff").text)
    second = key_id(another_browser, path)
    elsewhere = f"/admin/staff/{cast.approver.id}/mail-keys/{second}/end"
    assert another_browser.post(elsewhere, data={"form_token": admin}).status_code == 404
    assert another_browser.post(f"{path}/mail-keys/{second}/end", data={"form_token": admin}).status_code == 303
    assert "/end" not in site.get(PAGE).text


def test_the_addresses_reach_no_further_than_their_writer(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.writer)
    page = site.get(PAGE).text.replace("<wbr>", "")
    assert "everyone@letters.riverbend.example" in page
    assert "grade-3.oak@" not in page, "few are shown before a search"
    found = site.get(f"{PAGE}?q=grade+3+oak").text.replace("<wbr>", "")
    assert "grade-3.oak@letters.riverbend.example" in found
    assert "maple@" not in found
    sit_down(site, house, cast.oak_writer)
    page = site.get(PAGE).text.replace("<wbr>", "")
    assert "oak@letters.riverbend.example" in page
    assert not re.search("everyone@|maple|grade-3@", page)


@pytest.mark.parametrize("settings", [""], indirect=True)
def test_without_a_gate_the_page_says_whom_to_ask(site: TestClient, house: House, cast: Cast) -> None:
    token = sit_down(site, house, cast.writer)
    page = text_of(site.get(PAGE).text)
    assert "This portal takes no mail yet. Ask an administrator whether it should: Ida" in page
    assert "Mail key" not in page
    assert "mail program" not in text_of(site.get("/staff").text)
    sit_down(site, house, cast.admin)
    assert "PORTAL_GATE_URL" in site.get(PAGE).text
    assert token
