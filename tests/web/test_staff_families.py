"""Staff look up families, letters and whom a letter leaves out: always within their own sites."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select, update
from starlette.testclient import TestClient

from portal.families.repository import words
from portal.families.tables import Child, Enrolment, Guardian
from portal.flows.approving import approve_mailing
from portal.flows.sending import stop_mailing
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.kernel.ids import new_id
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.wiring import House
from tests.cast import Cast, approve, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of


@pytest.fixture
def staff(site: TestClient, house: House, cast: Cast) -> TestClient:
    """Give the browser of somebody who may act for every site."""
    sit_down(site, house, cast.writer)
    return site


@pytest.fixture
def oak_staff(another_browser: TestClient, house: House, cast: Cast) -> TestClient:
    """Give the browser of somebody who acts for Oak alone."""
    sit_down(another_browser, house, cast.oak_writer)
    return another_browser


def seat_a_crowd(session: Session, many: int, house: House) -> None:
    """Insert children without guardians at Maple; some share their whole name."""
    for number in range(many):
        child_id, named = new_id(), f"7{number:05}"
        session.add(
            Child(id=child_id, student_number=named, source_id=named, given_name=f"Kim{number % 40}", grade="1",
                  family_name=["de Groot", "Öz", "O’Hara"][number % 3], seen_at=house.clock())
        )  # fmt: skip
        session.flush()
        session.add(Enrolment(child_id=child_id, site="Maple", program="After School"))


def numbers_in(page: str) -> list[str]:
    return re.findall(r'href="/staff/families/([^"?]+)"', page)


@pytest.mark.parametrize("path", ["/staff", "/staff/mailings", "/staff/mailings/new", "/staff/families"])
def test_whoever_is_signed_out_is_led_to_the_sign_in(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/staff/sign-in" + ("" if path == "/staff" else f"?next={path}")


def test_every_page_says_who_is_signed_in_and_has_their_pages_alone(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.writer)
    page = site.get("/staff").text
    assert "Rosa · publisher" in text_of(page)
    assert 'href="/admin/revoke"' not in page
    assert re.search(r'action="/staff/sign-out">\s*<input type="hidden" name="form_token" value="[0-9a-f]{64}"', page)
    sit_down(site, house, cast.admin)
    assert 'href="/admin/revoke"' in site.get("/staff").text


def test_what_did_not_work_keeps_the_pages_of_whoever_is_signed_in(site: TestClient, house: House, cast: Cast) -> None:
    assert "<nav" not in site.get("/staff/nowhere").text, "nobody is signed in"
    sit_down(site, house, cast.writer)
    for path, status in (("/staff/families/999999", 404), ("/admin/ledger", 403)):
        answer = site.get(path)
        assert (answer.status_code, 'aria-label="Pages"' in answer.text) == (status, True)
        assert "Rosa" in answer.text
        assert "/admin/incidents" not in answer.text, "nobody is offered what they may not do"
    form_token = sit_down(site, house, cast.admin)
    page = site.get("/admin/incidents/freeze?kind=mailing&id=0").text
    assert 'href="/admin/incidents"' in page
    assert form_token in page, "they can sign out from there"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ["100006", "100001", "100004", "100002"]),
        ("rivera", ["100001", "100004", "100002"]),
        ("Luis riv", ["100002"]),
        ("100006", ["100006"]),
        ("diego.rivera@mail", ["100001", "100002"]),
        ("%", ["100006", "100001", "100004", "100002"]),
        ("nobody", []),
    ],
)
def test_children_are_found_by_name_number_and_address(staff: TestClient, words: str, found: list[str]) -> None:
    page = staff.get("/staff/families", params={"q": words}).text
    assert sorted(numbers_in(page)) == sorted(found)


def test_a_search_stays_within_ones_sites(oak_staff: TestClient) -> None:
    assert numbers_in(oak_staff.get("/staff/families").text) == ["100006"]
    assert numbers_in(oak_staff.get("/staff/families?q=rivera").text) == []
    assert oak_staff.get("/staff/families/100001").status_code == 404
    assert oak_staff.get("/staff/families/100006").status_code == 200


def test_every_child_is_on_exactly_one_page(staff: TestClient, house: House) -> None:
    with house.db.write() as session:
        seat_a_crowd(session, 130, house)
    seen: list[str] = []
    path: str | None = "/staff/families"
    while path:
        page = staff.get(path).text
        seen += numbers_in(page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 134


def test_a_child_shows_who_gets_letters_and_why_another_does_not(staff: TestClient) -> None:
    text = text_of(staff.get("/staff/families/100006").text)
    assert "Student number 100006 · grade 3 · Oak, After School" in text
    assert "Ngozi Okafor ngozi.okafor@mail.example.org Gets letters" in text
    assert "Emeka Okafor emeka.okafor@mail.example.org Gets no letters: not marked to receive letters." in text
    assert "custody" not in text.lower()


def test_a_child_shows_who_opened_what(
    staff: TestClient, another_browser: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    clock.forward(minutes=5)
    another_browser.post("/o", data={"token": token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))})
    (copy_id,) = re.findall(r'href="/letters/([0-9a-f]{32})"', another_browser.get("/letters").text)
    another_browser.get(f"/letters/{copy_id}")
    with house.db.write() as session:
        diegos = Target("link", link_of(house, mailing_id, cast.diego, cast.ana))
        revoke.revoke(session, house.keys, diegos, by=cast.admin, reason="wrong person", now=clock.now)
    text = text_of(staff.get("/staff/families/100001").text)
    assert "Welcome Carla Rivera Not sent yet 6 August, 12:05 Open until 5 September" in text
    assert "Welcome Diego Rivera Not sent yet Not yet Taken back 6 August" in text


def test_a_guardian_whose_last_message_came_back_is_shown_with_how_an_address_is_fixed(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    for title, state in (("Welcome", "bounced"), ("Sports day", "sent"), ("Autumn", "refused"), ("Winter", "queued")):
        clock.forward(minutes=1)
        mailing_id = send_letter(house, cast, now=clock.now, title=title)
        with house.db.write() as session:
            carlas = (col(Notice.mailing_id) == mailing_id, col(Notice.guardian_id) == cast.carla)
            session.execute(update(Notice).where(*carlas).values(state=state, done_at=clock.now))
        text = text_of(staff.get("/staff/families/100001").text)
        told = "Carla Rivera carla.rivera@mail.example.org Gets letters The last message to this person came back."
        assert (told in text) == (state != "sent"), "an older one says nothing of the address today"
        assert text.count("correct it where your roster comes from") == (state != "sent")


def test_a_child_nobody_wrote_about_says_so(staff: TestClient) -> None:
    assert "No letter about this child has been approved yet." in staff.get("/staff/families/100004").text


def test_a_name_in_any_script_stands_in_the_page_as_it_is(staff: TestClient, house: House, cast: Cast) -> None:
    with house.db.write() as session:
        session.execute(
            update(Child).where(col(Child.id) == cast.sam).values(given_name="<b>سامي", family_name="أ" * 60)
        )
        words.index(session, [cast.sam])
    page = staff.get("/staff/families?q=سامي").text
    assert f"<bdi>&lt;b&gt;سامي {'أ' * 60}</bdi>" in page


def test_the_desk_begins_empty_with_one_thing_to_do(staff: TestClient) -> None:
    page = staff.get("/staff").text
    assert "No letter yet" in page
    assert page.count('<button type="submit">') == 1, "to begin a letter with its file"
    assert 'class="button"' not in page
    assert 'href="/staff/mailings/new"' in page


def test_a_letter_is_on_the_desk_of_whoever_has_to_act(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now, title="First week")
    with house.db.write() as session:
        approve_mailing.submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)
    sit_down(site, house, cast.writer)
    assert "Waiting for approval First week Waits for approval since 6 August, 12:00" in text_of(
        site.get("/staff").text
    )
    sit_down(site, house, cast.approver)
    text = text_of(site.get("/staff").text)
    assert "To approve Read it as a family would, then approve it or return it. First week" in text
    sit_down(site, house, cast.oak_writer)
    assert "First week" not in site.get("/staff").text
    assert "First week" not in site.get("/staff/mailings").text


def test_what_can_still_be_stopped_is_said_with_its_time(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now, title="First week")
    text = text_of(staff.get("/staff").text)
    assert "You can still stop these. First week Goes out at 6 August, 12:01 to 4 guardians" in text
    with house.db.write() as session:
        stop_mailing.stop_mailing(session, house.keys, mailing_id, by=cast.writer, now=clock.now)
    assert "First week Stopped 6 August, 12:00; nothing had left" in text_of(staff.get("/staff").text)


def test_the_desk_counts_what_is_held_failed_and_unread_and_shows_few_drafts(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    send_letter(house, cast, now=clock.now, title="Held")
    sent = send_letter(house, cast, now=clock.now, title="Gone")
    with house.db.write() as session:
        session.execute(update(Mailing).where(col(Mailing.id) == sent).values(state="sent"))
        of_sent = update(Notice).where(col(Notice.mailing_id) == sent)
        session.execute(of_sent.values(state="sent"))
        session.execute(of_sent.where(col(Notice.guardian_id) == cast.ngozi).values(state="bounced"))
        for number in range(11):
            session.add(
                Mailing(title=f"Draft {number}", message="", link_days=30, author_id=cast.writer.id,
                        created_at=clock.now + timedelta(minutes=number // 53))
            )  # fmt: skip
    page = staff.get("/staff").text
    text = text_of(page)
    assert "letter is held 1 being sent 0 guardian was not reached 1 guardians have not opened theirs 3" in text
    assert "1 was not reached" in text
    assert page.count(">Draft ") == 8
    assert "3 more drafts, in the list of all letters" in text
    with house.db.write() as session:  # a later message has reached her
        came_back = session.exec(select(Notice).where(col(Notice.state) == "bounced")).one()
        session.add(Notice(**came_back.model_dump() | {"id": new_id(), "round": 1, "state": "sent"}))
    text = text_of(staff.get("/staff").text)
    assert "guardians were not reached 0 guardians have not opened theirs 4" in text
    assert "Every message that was due has arrived" in text_of(staff.get(f"/staff/mailings/{sent}/not-reached").text)


def test_the_list_of_letters_goes_back_page_by_page(staff: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    for number in range(53):
        with house.db.write() as session:
            session.add(
                Mailing(title=f"Letter {number}", message="", link_days=30, author_id=cast.writer.id,
                        created_at=clock.now + timedelta(minutes=number))
            )  # fmt: skip
    first = staff.get("/staff/mailings").text
    assert len(re.findall(r">Letter \d+<", first)) == 50
    older = re.search(r'href="(/staff/mailings\?before=[^"]+)"', first)
    assert older is not None
    second = staff.get(older[1]).text
    # many are written at one moment, and none is skipped or shown twice
    assert set(re.findall(r">(Letter \d+)<", first + second)) == {f"Letter {number}" for number in range(53)}
    assert len(re.findall(r">Letter \d+<", second)) == 3


def test_whom_a_letter_leaves_out_is_listed_with_the_reason(
    staff: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        session.execute(update(Guardian).where(col(Guardian.id) == cast.rosa_r).values(address=None, address_key=None))
    page = text_of(staff.get(f"/staff/mailings/{mailing_id}/left-out").text)
    assert "Ana Rivera 100004 Nobody gets it No e-mail address is on file" in page
    assert "Ana Rivera 100004 Rosa Rivera No e-mail address is on file" in page
    assert "Sam Okafor 100006 Emeka Okafor Not marked to receive letters" in page
    assert "3 entries" in page
    found = text_of(staff.get(f"/staff/mailings/{mailing_id}/left-out?q=emeka").text)
    assert "1 entry" in found
    assert "Rivera" not in found


def test_who_was_left_out_is_fixed_at_approval(staff: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now, terms=(Term("site", "Oak"),))
    approve(house, cast, mailing_id, now=clock.now)
    with house.db.write() as session:
        session.execute(update(Guardian).where(col(Guardian.id) == cast.ngozi).values(address=None, address_key=None))
        assert session.exec(select(Notice)).one().address == "ngozi.okafor@mail.example.org"
    page = text_of(staff.get(f"/staff/mailings/{mailing_id}/left-out").text)
    assert "As it stood when the letter was approved." in page
    assert "Emeka Okafor" in page
    assert "Ngozi" not in page


def test_a_long_list_is_paged(staff: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    with house.db.write() as session:
        seat_a_crowd(session, 120, house)
    mailing_id = write_draft(house, cast, now=clock.now)
    path = f"/staff/mailings/{mailing_id}/left-out"
    pages = [staff.get(path, params={"page": page}).text for page in ("1", "2", "3", "99", "x", "-1")]
    assert [len(numbers_in(page)) for page in pages] == [50, 50, 21, 21, 50, 50]
    assert "page 2 of 3" in pages[1]
    assert "No guardian is on the roster" in pages[0]
