"""An admin finds a link, sees what will die, takes it back, and reads the facts first."""

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.families.tables import PersonWord
from portal.kernel.ids import new_id
from portal.kernel.storage.db import insert_rows
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link, TakingBack
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.test_devices import field
from tests.web.test_incident_pages import file_for_one
from tests.web.test_opening import letters_in, open_with
from tests.web.test_taking_back import document_of

LISTS = ("/admin/revoke", "/admin/links", "/admin/ledger", "/admin/ledger/head", "/admin/staff")


@pytest.fixture
def form_token(site: TestClient, house: House, cast: Cast) -> str:
    return sit_down(site, house, cast.admin)


def take_back(site: TestClient, form_token: str, kind: str, target_id: str, reason: str = "The wrong file."):
    data = {"form_token": form_token, "kind": kind, "id": target_id, "reason": reason}
    return site.post("/admin/revoke", data=data)


def admin_of_oak(house: House, clock: Watch) -> Acting:
    address = "olga@riverbend.example.org"
    with house.db.write() as session:
        member = staff.put(session, address=address, address_key=address, name="Olga", role="admin", now=clock.now)
        staff.set_scope(session, member.id, ["Oak"])
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


@pytest.mark.parametrize("path", [*LISTS, "/admin/revoke?kind=mailing&id=0"])
def test_only_admins_come_in(site: TestClient, house: House, cast: Cast, path: str) -> None:
    assert site.get(path).headers["location"] == f"/staff/sign-in?next={path.partition('?')[0]}"
    for person in (cast.writer, cast.approver):
        sit_down(site, house, person)
        assert site.get(path).status_code == 403


def test_nothing_private_is_listed_before_somebody_searches(site: TestClient, mailing_id: str, form_token: str) -> None:
    page = site.get("/admin/links").text
    assert form_token
    assert "Rivera" not in page
    assert f"kind=mailing&amp;id={mailing_id}" in page
    assert "welcome.pdf" in page


@pytest.mark.usefixtures("form_token")
def test_a_link_is_found_by_guardian_child_number_or_its_own_id(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    for search in ("okafor", "Sam Okafor", "ngozi.okafor@mail", "100006", link_id):
        page = site.get("/admin/links", params={"q": search}).text
        assert f"kind=link&amp;id={link_id}" in page
        assert "Open until 5 September" in page
        assert "Carla" not in page
    assert "No link matches" in site.get("/admin/links", params={"q": "nobody%_"}).text
    assert site.get("/admin/links", params={"mailing": mailing_id}).text.count("kind=link&amp;id=") == 6


@pytest.mark.usefixtures("form_token")
def test_a_name_that_hundreds_bear_finds_its_links_beside_a_rarer_one_and_else_says_so(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    with house.db.write() as session:  # they come before the family of that name
        insert_rows(session, PersonWord, ({"word": "okaf", "person_id": new_id()} for _ in range(301)))
    alone = site.get("/admin/links", params={"q": "okaf"}).text
    assert f"kind=link&amp;id={link_id}" not in alone
    assert "More than 300 people bear what you typed" in text_of(alone)
    beside = site.get("/admin/links", params={"q": "okaf sam"}).text
    assert f"kind=link&amp;id={link_id}" in beside
    assert "More than 300" not in beside


@pytest.mark.usefixtures("form_token", "mailing_id")
def test_a_guardian_is_found_by_the_id_that_the_roster_knows_them_by(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    for known_as in ("g-ngozi", " g-ngozi ", cast.ngozi):
        page = site.get("/admin/revoke", params={"q": known_as}).text
        assert f"kind=guardian&amp;id={cast.ngozi}" in page, known_as
        assert "Carla" not in page
    assert "Nothing bears these words" in text_of(site.get("/admin/revoke", params={"q": "g-ngoz"}).text)
    sit_down(site, house, admin_of_oak(house, clock))
    assert cast.ngozi in site.get("/admin/revoke", params={"q": "g-ngozi"}).text
    assert cast.carla not in site.get("/admin/revoke", params={"q": "g-carla"}).text, "her children are at Maple"


def test_a_link_taken_back_by_mistake_has_a_fresh_one_in_one_press(
    site: TestClient, house: House, cast: Cast, mailing_id: str, form_token: str
) -> None:
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    take_back(site, form_token, "link", link_id)
    page = site.get(f"/admin/revoke?kind=link&id={link_id}").text
    assert "Was it a mistake?" in text_of(page)
    assert f'action="/admin/links/{link_id}/fresh"' in page
    fresh = site.post(f"/admin/links/{link_id}/fresh", data={"form_token": form_token})
    assert (fresh.status_code, fresh.headers["location"]) == (303, f"/admin/links?mailing={mailing_id}&q=100006")
    shown = text_of(site.get(fresh.headers["location"]).text)
    assert ("2 links" in shown, shown.count("Open until"), shown.count("Taken back,")) == (True, 1, 1)


def test_a_child_is_found_with_the_letters_that_are_its_own_each_to_take_back_or_freeze(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, form_token: str
) -> None:
    document_id = file_for_one(house, mailing_id, cast.sam)
    page = site.get("/admin/revoke", params={"q": "100006"}).text
    for door in ("/admin/revoke", "/admin/incidents/freeze"):
        assert f'href="{door}?kind=document&amp;id={document_id}"' in page
        assert site.get(f"{door}?kind=document&id={document_id}").status_code == 200
    assert document_id not in site.get("/admin/revoke", params={"q": "100001"}).text, "it is no other child's"
    assert "found by the child" in site.get("/admin/revoke", params={"q": "report-of-sam.pdf"}).text
    take_back(site, form_token, "document", document_id)
    assert "1 link is dead" in text_of(site.get(f"/admin/revoke?kind=document&id={document_id}").text)
    sit_down(site, house, admin_of_oak(house, clock))
    assert document_id not in site.get("/admin/revoke", params={"q": "100006"}).text, (
        "the mailing is of other sites too"
    )


def test_what_a_family_lost_by_mistake_has_a_fresh_link_for_each(
    site: TestClient, house: House, cast: Cast, mailing_id: str, form_token: str
) -> None:
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    lost = {
        "child": (cast.sam, "/admin/links?q=100006"),
        "guardian": (cast.ngozi, "/admin/links?q=ngozi.okafor%40mail.example.org"),
    }
    for kind, (target, door) in lost.items():
        take_back(site, form_token, kind, target)
        assert f'href="{door}"' in site.get(f"/admin/revoke?kind={kind}&id={target}").text
        assert f"kind=link&amp;id={link_id}" in site.get(door).text
    assert f'action="/admin/links/{link_id}/fresh"' in site.get(f"/admin/revoke?kind=link&id={link_id}").text
    fresh = site.post(f"/admin/links/{link_id}/fresh", data={"form_token": form_token})
    assert text_of(site.get(fresh.headers["location"]).text).count("Open until") == 1


@pytest.fixture
def ngozi_reads(another_browser: TestClient, house: House, cast: Cast, mailing_id: str) -> str:
    """Ngozi has opened Sam's letter in another browser; return its address."""
    open_with(another_browser, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    (copy_id,) = letters_in(another_browser.get("/letters").text)
    assert another_browser.get(f"/letters/{copy_id}").status_code == 200
    return f"/letters/{copy_id}"


def test_who_said_it_is_not_their_child_is_sent_no_fresh_link(
    site: TestClient,
    another_browser: TestClient,
    form_token: str,
    house: House,
    cast: Cast,
    mailing_id: str,
    ngozi_reads: str,
) -> None:  # the mailbox is somebody else's: one press must not mail the letter there again
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    token = field(another_browser.get(ngozi_reads).text, "form_token")
    assert another_browser.post(f"{ngozi_reads}/not-mine", data={"form_token": token}).status_code == 200
    assert f'action="/admin/links/{link_id}/fresh"' not in site.get(f"/admin/revoke?kind=link&id={link_id}").text
    refused = site.post(f"/admin/links/{link_id}/fresh", data={"form_token": form_token})
    assert refused.status_code == 403
    assert "said that this is not their child" in text_of(refused.text)
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(Link).where(col(Link.edition) > 1)).one() == 0


@pytest.fixture
def targets(house: House, cast: Cast, mailing_id: str) -> dict[str, str]:
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    return {"link": link_id, "document": document_of(house, mailing_id), "mailing": mailing_id}


PREVIEW = {
    "link": ("link opens nothing any more 1", "unsent message is cancelled 1"),
    "document": ("links open nothing any more 6", "unsent messages are cancelled 4"),
    "mailing": ("links open nothing any more 6", "unsent messages are cancelled 4"),
}


@pytest.mark.usefixtures("ngozi_reads", "form_token")
@pytest.mark.parametrize("kind", PREVIEW)
def test_what_will_die_is_said_before(site: TestClient, targets: dict[str, str], kind: str) -> None:
    page = text_of(site.get("/admin/revoke", params={"kind": kind, "id": targets[kind]}).text)
    for words in (*PREVIEW[kind], "open page closes 1", "guardian has opened it already 1", "Ngozi Okafor"):
        assert words in page


@pytest.mark.parametrize("kind", PREVIEW)
def test_what_was_foreseen_is_what_died(
    site: TestClient, house: House, targets: dict[str, str], form_token: str, kind: str
) -> None:
    open_with(site, token=token_of(house, targets["link"]))
    take_back(site, form_token, kind, targets[kind])
    with house.db.read() as session:
        row = session.exec(select(TakingBack)).one()
    assert (row.links, row.notices_cancelled, row.sessions_ended) == ((1, 1, 1) if kind == "link" else (6, 4, 1))


def test_the_facts_come_first_and_then_what_to_do(
    site: TestClient, another_browser: TestClient, ngozi_reads: str, mailing_id: str, form_token: str
) -> None:
    answer = take_back(site, form_token, "mailing", mailing_id)
    assert answer.status_code == 303
    assert another_browser.get(ngozi_reads).status_code == 410
    page = text_of(site.get(answer.headers["location"]).text)
    assert "6 links are dead, 4 unsent messages were cancelled, 1 open page was closed" in page
    assert "by Ida" in page
    assert "Why: The wrong file." in page
    assert page.index("Ngozi Okafor") < page.index("What happens next") < page.index("Dear families")


def test_looking_takes_nothing_back_and_pressing_twice_is_pressing_once(
    site: TestClient, house: House, mailing_id: str, form_token: str
) -> None:
    for _ in range(2):
        assert site.get(f"/admin/revoke?kind=mailing&id={mailing_id}").status_code == 200
        assert site.head(f"/admin/revoke?kind=mailing&id={mailing_id}").status_code == 200
    with house.db.read() as session:
        assert session.exec(select(func.count()).where(col(Link.revoked_at).is_not(None))).one() == 0
    for _ in range(2):
        assert take_back(site, form_token, "mailing", mailing_id).status_code == 303
    with house.db.read() as session:
        assert session.exec(select(func.count()).where(col(LedgerEntry.act) == "mailing:revoke")).one() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_reason_is_asked_for_at_its_field_and_kept_there(
    site: TestClient, house: House, mailing_id: str, form_token: str, reason: str
) -> None:
    answer = take_back(site, form_token, "mailing", mailing_id, reason)
    assert answer.status_code == 400
    assert 'aria-describedby="reason-hint reason-fault"' in answer.text
    assert reason.strip() in answer.text
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(TakingBack)).one() == 0


def test_a_foreign_form_takes_nothing_back(site: TestClient, house: House, mailing_id: str, form_token: str) -> None:
    assert take_back(site, "0" * 64, "mailing", mailing_id).status_code == 403
    site.headers["Sec-Fetch-Site"] = "cross-site"
    assert take_back(site, form_token, "mailing", mailing_id).status_code == 403
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(TakingBack)).one() == 0


@pytest.mark.usefixtures("mailing_id")
def test_what_is_not_there_cannot_be_taken_back(site: TestClient, form_token: str) -> None:
    for kind in ("link", "document", "mailing", "guardianship", "guardian", "child"):
        for target_id in ("", new_id(), "x" * 300):
            assert site.get("/admin/revoke", params={"kind": kind, "id": target_id}).status_code == 404
            assert take_back(site, form_token, kind, target_id).status_code == 404
    assert site.get("/admin/revoke?kind=staff&id=1").status_code == 400


def test_an_admin_of_one_site_sees_and_takes_back_only_what_is_theirs(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    form_token = sit_down(site, house, admin_of_oak(house, clock))
    theirs = link_of(house, mailing_id, cast.ngozi, cast.sam)
    others = link_of(house, mailing_id, cast.carla, cast.ana)
    assert "Carla" not in site.get("/admin/links", params={"q": "rivera"}).text
    assert theirs in site.get("/admin/links", params={"q": "okafor"}).text
    assert mailing_id not in site.get("/admin/links").text
    for kind, target in (("link", others), ("mailing", mailing_id), ("document", document_of(house, mailing_id))):
        assert site.get("/admin/revoke", params={"kind": kind, "id": target}).status_code == 404
        assert take_back(site, form_token, kind, target).status_code == 404
    assert take_back(site, form_token, "link", theirs).status_code == 303
    with house.db.read() as session:
        assert session.exec(select(TakingBack.target_id)).all() == [theirs]


def test_why_a_family_was_taken_back_for_every_site_is_no_matter_of_one(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, form_token: str
) -> None:
    assert mailing_id
    take_back(site, form_token, "guardian", cast.ngozi, reason="Her other child at Maple.")
    page = f"/admin/revoke?kind=guardian&id={cast.ngozi}"
    assert "at Maple" in site.get(page).text
    sit_down(site, house, admin_of_oak(house, clock))
    assert "at Maple" not in site.get(page).text
    assert "reason is kept there" in site.get(page).text


def test_names_are_text_and_never_markup(
    site: TestClient, house: House, cast: Cast, clock: Watch, form_token: str
) -> None:
    from portal.families.tables import Guardian

    with house.db.write() as session:
        guardian = session.get_one(Guardian, cast.ngozi)
        guardian.given_name = "<script>alert(1)</script>"
        session.add(guardian)
    mailing_id = send_letter(house, cast, now=clock.now)
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    for path in ("/admin/links?q=okafor", f"/admin/revoke?kind=link&id={link_id}"):
        page = site.get(path).text
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page
    take_back(site, form_token, "link", link_id, '"><img src=x onerror=alert(1)>')
    page = site.get(f"/admin/revoke?kind=link&id={link_id}").text
    assert "<img" not in page


@pytest.mark.usefixtures("form_token")
def test_the_pages_carry_the_headers_and_no_inline_code(site: TestClient, mailing_id: str) -> None:
    for path in ("/admin/links?q=a", f"/admin/revoke?kind=mailing&id={mailing_id}", "/admin/ledger", "/admin/staff"):
        answer = site.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
        assert "<script>" not in answer.text
