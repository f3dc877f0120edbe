"""Staff see what a family will see: the family's own words and nothing that acts; and the file, on the record."""

import html
import re
from email import message_from_bytes, policy

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from portal.ledger.tables import LedgerEntry, LedgerHead
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.web.answers.files import CutOff
from portal.wiring import House
from tests.cast import LETTER, Cast, link_of, token_of, write_draft
from tests.conftest import Watch
from tests.letter_files import pdf_of
from tests.web.desks import sit_down, text_of


@pytest.fixture
def sent(held_letter: str) -> str:
    return held_letter


@pytest.fixture
def staff(site: TestClient, house: House, cast: Cast) -> TestClient:
    sit_down(site, house, cast.writer)
    return site


def entries(house: House) -> list[tuple[str, bytes]]:
    with house.db.read() as session:
        query = select(LedgerEntry.act, LedgerEntry.body).order_by(col(LedgerEntry.seq))
        return [(act, body) for act, body in session.exec(query).all()]


def test_the_preview_says_what_the_familys_page_says(
    staff: TestClient, house: House, cast: Cast, sent: str, another_browser: TestClient
) -> None:
    preview = staff.get(f"/staff/mailings/{sent}/preview").text
    name = re.search(r"For the family of <strong><bdi>(\w+)</bdi>", preview)
    assert name is not None
    families = {"Ana": (cast.carla, cast.ana), "Luis": (cast.carla, cast.luis), "Sam": (cast.ngozi, cast.sam)}
    guardian, child = families[name[1]]
    another_browser.post("/o", data={"token": token_of(house, link_of(house, sent, guardian, child))})
    copy = re.findall(r'href="/letters/([0-9a-f]{32})"', another_browser.get("/letters").text)[0]
    assert text_of(preview) == text_of(another_browser.get(f"/letters/{copy}").text)


def test_the_preview_shows_the_pages_and_who_looked_is_in_the_ledger(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    draft = write_draft(house, cast, now=clock.now, content=pdf_of("Bring a coat.", "And boots.", "x", "y"), pages=4)
    before = len(entries(house))
    staff.head(f"/staff/mailings/{draft}/preview")
    assert len(entries(house)) == before
    page = staff.get(f"/staff/mailings/{draft}/preview").text
    assert page.count('src="data:image/png;base64,iVBOR') == 3
    assert "Bring a coat." in page
    assert "You see the first 3 of 4 pages." in page
    assert [act for act, _ in entries(house)[before:]] == ["document:staff-view"]


def test_the_preview_opens_nothing_and_leads_nowhere(staff: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    draft = write_draft(house, cast, now=clock.now, message="Come <b>early</b>.")
    answer = staff.get(f"/staff/mailings/{draft}/preview")
    page = answer.text
    assert re.findall(r'href="([^"]*)"', page) == ["data:,"]
    assert "<form" not in page
    assert 'type="submit"' not in page
    assert "<script" not in page
    assert "Come &lt;b&gt;early&lt;/b&gt;." in page
    assert "set-cookie" not in answer.headers
    with house.db.read() as session:
        assert session.exec(select(Link)).all() == []


def test_only_our_own_page_may_frame_the_preview(staff: TestClient, sent: str) -> None:
    answer = staff.get(f"/staff/mailings/{sent}/preview")
    policy_ = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy_
    assert "unsafe" not in policy_
    assert policy_.endswith("; sandbox allow-same-origin")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    around = staff.get(f"/staff/mailings/{sent}")
    assert "frame-ancestors 'none'" in around.headers["content-security-policy"]
    assert around.headers["x-frame-options"] == "DENY"


def test_before_approval_the_page_says_until_when_it_will_open(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    draft = write_draft(house, cast, now=clock.now)
    assert "open until 5 September" in staff.get(f"/staff/mailings/{draft}/preview").text


def test_the_message_is_the_one_that_is_mailed(staff: TestClient, sent: str) -> None:
    page = html.unescape(staff.get(f"/staff/mailings/{sent}/preview/message").text)
    assert "Welcome — for " in page
    assert "Riverbend Schools" in page
    assert "> We begin on Monday." in page
    assert "https://letters.riverbend.example/o#a-secret-of-this-family-alone" in page
    assert "XXXX-XXXX-XXXX" in page
    assert "You can open it until Saturday, 5 September 2026." in page


def test_a_long_title_survives_the_message_preview(staff: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    title = "مرحبا " + "willkommen " * 9
    draft = write_draft(house, cast, now=clock.now, title=title.strip())
    page = html.unescape(staff.get(f"/staff/mailings/{draft}/preview/message").text)
    assert f"{title.strip()} — for " in page


def test_the_file_opens_after_it_is_in_the_ledger_who_looked(
    staff: TestClient, house: House, cast: Cast, sent: str
) -> None:
    answer = staff.get(f"/staff/mailings/{sent}/file")
    assert answer.content == LETTER
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == "inline; filename=\"welcome.pdf\"; filename*=UTF-8''welcome.pdf"
    assert answer.headers["content-length"] == str(len(LETTER))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    act, body = entries(house)[-1]
    assert act == "document:staff-view"
    assert cast.writer.id.encode() in body
    assert sent.encode() in body


def test_where_the_ledger_cannot_take_it_no_byte_leaves(staff: TestClient, house: House, sent: str) -> None:
    from sqlmodel import delete

    with house.db.write() as session:
        session.exec(delete(LedgerHead))
    with pytest.raises(Exception, match="No row was found"):
        staff.get(f"/staff/mailings/{sent}/file")


def test_a_large_file_comes_whole_and_stops_when_it_is_taken_back(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    content = b"%PDF-1.7 " + bytes(3_000_000)
    draft = write_draft(house, cast, now=clock.now, content=content)
    assert staff.get(f"/staff/mailings/{draft}/file").content == content
    with pytest.raises(CutOff), staff.stream("GET", f"/staff/mailings/{draft}/file") as answer:  # noqa: PT012 - the cut comes while reading
        for _ in answer.iter_bytes(1000):
            with house.db.write() as session:
                session.exec(update(Mailing).values(state="revoked"))


def test_what_was_taken_back_no_longer_opens_for_staff(staff: TestClient, house: House, sent: str) -> None:
    with house.db.write() as session:
        session.exec(update(Mailing).values(state="revoked", ended_at=house.clock()))
    before = entries(house)
    answer = staff.get(f"/staff/mailings/{sent}/file")
    assert answer.status_code == 403
    assert "This letter was taken back, so its file no longer opens here." in answer.text
    assert entries(house) == before
    page = staff.get(f"/staff/mailings/{sent}").text
    assert "<iframe" not in page
    assert "/file" not in page
    assert "It was taken back" in page


def test_the_sample_is_written_like_every_message(house: House, cast: Cast, sent: str) -> None:
    """The plain part that staff read is the plain part of a real message, but for its link and code."""
    from datetime import timedelta

    from portal.kernel.text.addresses import OneAddress
    from portal.mail.letters.compose import ChildLink
    from portal.mailings import repository as mailings
    from portal.overviews.family import notices
    from portal.overviews.writing import samples

    settings, now = house.settings, house.clock()
    with house.db.read() as session:
        sample = samples.sample_message(session, cast.writer, sent, settings, now=now)
        mailing = mailings.find_any(session, sent)
        assert mailing is not None
        assert mailing.links_expire_at is not None
        assert mailing.links_expire_at == now + timedelta(seconds=settings.hold_seconds, days=30)
        letter = notices.letter_of(mailing, settings, expires_at=mailing.links_expire_at)
    names = re.findall(r"^For (\w+)$", sample.text, re.MULTILINE)
    site = "Oak" if names == ["Sam"] else "Maple"
    links = [ChildLink(name, f"{settings.base_url}/o#real", "0000-0000-0000", site) for name in names]
    raw = letter.render(OneAddress.parse("a@mail.example.org"), message_id="<a@b.example>", date=now, children=links)
    plain = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert plain is not None
    real = "\n".join(plain.get_content().strip().splitlines()).replace("#real", "#a-secret-of-this-family-alone")
    assert sample.text == real.replace("0000-0000-0000", "XXXX-XXXX-XXXX")
