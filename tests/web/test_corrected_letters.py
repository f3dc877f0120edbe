"""A family whose letter was corrected: the same link, the new file, the day of it, and never a byte of the old one."""

import io

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.documents import repository as documents
from portal.flows.writing import replace_document
from portal.kernel.ids import new_id
from portal.ledger.tables import Disclosure
from portal.links.tables import Link
from portal.web.answers.files import CutOff
from portal.wiring import House
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.test_opening import letters_in, open_with

BETTER = b"%PDF-1.7 a letter that says Tuesday and names nobody " * 50


def bring(house: House, cast: Cast, clock: Watch, mailing_id: str, content: bytes = BETTER) -> str:
    """Put a sealed, cleared file beside the letter that families have; return the old one's id."""
    new = new_id()
    sealed = house.documents.seal(new, io.BytesIO(content))
    file = {"id": new, "file_name": "welcome corrected.pdf", "media_type": "application/pdf", "size": sealed.size,
            "sha256": sealed.sha256, "parts_read": 3, "pages": 2, "removed": None}  # fmt: skip
    with house.db.write() as session:
        (old,) = documents.documents_of(session, mailing_id)
        seen = replace_document.check_may_correct(session, mailing_id, old.id, by=cast.writer)
        replace_document.bring_correction(
            session, house.keys, seen, file, judged_by="1", reason="", by=cast.writer, now=clock.now
        )
        return old.id


def put_in_place(house: House, cast: Cast, clock: Watch, mailing_id: str, old_id: str) -> None:
    with house.db.read() as session:
        seen = replace_document.check_may_replace(session, mailing_id, old_id, by=cast.approver)
    with house.db.write() as session:
        replace_document.replace_document(
            session,
            house.keys,
            seen,
            roster=1,
            judged_by="1",
            second_person=True,
            reason="",
            by=cast.approver,
            now=clock.now,
        )


def correct(house: House, cast: Cast, clock: Watch, mailing_id: str, content: bytes = BETTER) -> None:
    put_in_place(house, cast, clock, mailing_id, bring(house, cast, clock, mailing_id, content))


@pytest.fixture
def old_copy(site: TestClient, house: House, cast: Cast, mailing_id: str) -> str:
    """Open Ana's letter as Carla; return the address of its copy."""
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.ana)))
    (copy_id,) = letters_in(site.get("/letters").text)
    return copy_id


def test_a_correction_that_waits_shows_nothing_to_any_family(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, old_copy: str
) -> None:
    bring(house, cast, clock, mailing_id)
    assert letters_in(site.get("/letters").text) == [old_copy]
    assert site.get(f"/letters/{old_copy}/file").content == LETTER
    assert "replaced" not in site.get(f"/letters/{old_copy}").text


def test_the_open_letter_is_the_new_one_at_the_next_request_and_says_since_when(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, old_copy: str
) -> None:
    clock.forward(hours=1)
    correct(house, cast, clock, mailing_id)
    page = site.get("/letters").text
    (new_copy,) = letters_in(page)
    assert new_copy != old_copy
    letter = site.get(f"/letters/{new_copy}")
    for text in (page, letter.text):
        assert "The school replaced this letter on <bdi>6 August</bdi>. You see the new one." in text
    assert "Welcome.pdf" in letter.text
    assert "corrected.pdf" not in letter.text, "what the office called its file is its own affair"
    assert site.get(f"/letters/{new_copy}/file").content == BETTER


def test_the_link_in_the_first_message_opens_the_new_one(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    correct(house, cast, clock, mailing_id)
    link_id = link_of(house, mailing_id, cast.ngozi, cast.sam)
    assert open_with(site, token=token_of(house, link_id)).status_code == 303
    (copy_id,) = letters_in(site.get("/letters").text)
    assert site.get(f"/letters/{copy_id}/file").content == BETTER


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-99"}, {"Range": "bytes=100-"}, {"If-Range": "x"}])
@pytest.mark.parametrize("more", ["", "/file", "/file?as=download"])
def test_the_address_of_the_old_one_leads_to_the_list_and_gives_no_byte(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, old_copy: str, more: str,
    headers: dict[str, str],
) -> None:  # fmt: skip
    correct(house, cast, clock, mailing_id)
    before = disclosures(house)
    for method in ("GET", "HEAD") if more else ("GET",):
        answer = site.request(method, f"/letters/{old_copy}{more}", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/letters")
        assert answer.content == b""
    assert disclosures(house) == before


def disclosures(house: House) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(Disclosure)).one()


def test_a_running_download_of_the_old_one_is_cut(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    content = b"x" * (5 * 1024 * 1024)
    mailing_id = send_letter(house, cast, now=clock.now, content=content)
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    (copy_id,) = letters_in(site.get("/letters").text)
    received = 0
    with pytest.raises(CutOff), site.stream("GET", f"/letters/{copy_id}/file") as answer:  # noqa: PT012 - the cut comes while reading
        correct(house, cast, clock, mailing_id)
        for piece in answer.iter_bytes():
            received += len(piece)
    assert received < len(content)


def test_this_is_not_my_child_can_be_said_of_the_old_page_too(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, old_copy: str
) -> None:
    page = site.get(f"/letters/{old_copy}").text
    form_token = page.split('name="form_token" value="')[1].split('"')[0]
    correct(house, cast, clock, mailing_id)
    assert site.post(f"/letters/{old_copy}/not-mine", data={"form_token": form_token}).status_code == 200
    with house.db.read() as session:
        dead = session.exec(select(Link.id).where(col(Link.revoked_at).is_not(None))).all()
    assert dead == [link_of(house, mailing_id, cast.carla, cast.ana)]


def test_another_familys_browser_learns_nothing_from_the_old_address(
    site: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str,
    old_copy: str,
) -> None:  # fmt: skip
    open_with(another_browser, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    correct(house, cast, clock, mailing_id)
    for more in ("", "/file"):
        assert another_browser.get(f"/letters/{old_copy}{more}").status_code == 404
        assert site.get(f"/letters/{old_copy}{more}").status_code == 303


def test_staff_see_the_file_that_families_have(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    from tests.web.desks import sit_down

    sit_down(site, house, cast.writer)
    correct(house, cast, clock, mailing_id)
    assert site.get(f"/staff/mailings/{mailing_id}/file").content == BETTER
    assert "Welcome.pdf" in site.get(f"/staff/mailings/{mailing_id}/preview").text
