"""Seven in the evening. Rosa sees that her letter is the wrong one, and stops it in one press; Ida decides the rest."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from portal.mail.transport.inbox import Inbox
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.browser.family_ways import link_in, links, newest
from tests.browser.journeys.walk import Walk, everywhere
from tests.browser.screens import Screens
from tests.browser.test_staff_writing import sign_in
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.letter_files import pdf_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Deliver = Callable[[], None]
LOOKED_AT = "The school is looking at this letter"


@pytest.fixture
def sent(house: House, cast: Cast, clock: Watch, live: str, deliver: Deliver) -> str:
    """Send a letter to everybody; return its page."""
    mailing_id = send_letter(house, cast, now=clock.now, content=pdf_of("The fees of all families."), title="Fees")
    clock.forward(seconds=61)
    deliver()
    with house.db.read() as session:
        assert session.exec(select(Mailing.state)).one() == "sent"
    return f"{live}/staff/mailings/{mailing_id}"


@pytest.fixture
def carla(chromium: "Browser", cast: Cast, inbox: Inbox, sent: str) -> Iterator["Page"]:
    """Carla has opened her letter at home."""
    assert cast.carla
    assert sent
    home = chromium.new_context(locale="en-US")
    page = home.new_page()
    page.goto(links(newest(inbox, "carla.rivera"))[0])
    page.get_by_role("button").last.click()
    page.wait_for_url("**/letters**")
    yield page
    home.close()


@pytest.fixture
def ida(chromium: "Browser", house: House, cast: Cast, live: str) -> Iterator["BrowserContext"]:
    """Ida is at home too, signed in on her laptop."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    sign_in(context, house, cast.admin, live)
    yield context
    context.close()


def pauses_it(walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, page: str) -> None:
    """Rosa stands on the letter's page: one press, and it is closed."""
    sign_in(screen, house, cast.writer, live)
    walk.page.goto(page)
    walk.look()
    walk.in_first_window(walk.page.get_by_role("button", name="Pause its links"))
    walk.press(walk.page.get_by_role("button", name="Pause its links"))
    expect(walk.page.get_by_text("Its links are paused since")).to_be_visible()
    walk.look()


@everywhere
def test_rosa_pauses_it_and_ida_freezes_it(
    walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, inbox: Inbox, deliver: Deliver,
    sent: str, carla: "Page", ida: "BrowserContext", screens: Screens,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    pauses_it(walk, screen, house, cast, live, sent)
    screens.keep(walk.page, f"links-paused-{walk.page.evaluate('innerWidth')}")
    walk.arrived(presses=1)
    carla.reload()
    expect(carla.get_by_role("heading", name=LOOKED_AT)).to_be_visible()
    assert carla.locator("main img").count() == 0

    deliver()
    assert "Rosa paused the links of “Fees”" in newest(inbox, cast.admin.address)
    admin = Walk(ida.new_page(), record_property)
    admin.follow(link_in(inbox, cast.admin.address))
    expect(admin.page.get_by_text("Its links are paused since")).to_be_visible()
    admin.in_first_window(admin.page.get_by_role("button", name="Freeze it now"))
    admin.look()
    screens.keep(admin.page, "admin-called-1280")
    admin.press(admin.page.get_by_role("button", name="Freeze it now"))
    expect(admin.page.get_by_role("heading", level=1)).to_be_visible()
    assert "/admin/incidents/" in admin.page.url
    admin.look()
    admin.arrived(presses=2)
    carla.reload()
    expect(carla.get_by_role("heading", name="This letter is closed")).to_be_visible()


@everywhere
def test_rosa_pauses_it_and_ida_finds_nothing_wrong(
    walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, inbox: Inbox, deliver: Deliver,
    sent: str, carla: "Page", ida: "BrowserContext", record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    pauses_it(walk, screen, house, cast, live, sent)
    walk.arrived(presses=1)
    carla.reload()
    expect(carla.get_by_role("heading", name=LOOKED_AT)).to_be_visible()
    deliver()
    admin = Walk(ida.new_page(), record_property)
    admin.follow(link_in(inbox, cast.admin.address))
    admin.press(admin.page.get_by_role("button", name="Let families open it again"))
    expect(admin.page.get_by_text("Families can open it again.")).to_be_visible()
    admin.arrived(presses=2)
    carla.reload()
    expect(carla.get_by_role("heading", name=LOOKED_AT)).to_have_count(0)
    expect(carla.get_by_text("Fees").first).to_be_visible()


@everywhere
def test_from_home_rosa_calls_every_admin_in_one_press_and_nothing_stops(
    walk: Walk, screen: "BrowserContext", house: House, cast: Cast, live: str, inbox: Inbox, deliver: Deliver,
    sent: str, carla: "Page",
) -> None:  # fmt: skip
    sign_in(screen, house, cast.writer, live)
    walk.page.goto(f"{live}/staff")
    walk.look()
    walk.press(walk.page.get_by_role("button", name="Call all administrators: Fees"))
    expect(walk.page.get_by_text("Every administrator is told by mail.")).to_be_visible()
    assert walk.page.url.partition("?")[0] == sent
    walk.look()
    deliver()
    assert "Rosa calls all administrators about “Fees”" in newest(inbox, cast.admin.address)
    carla.reload()
    expect(carla.get_by_text("Fees").first).to_be_visible()
    walk.arrived(presses=1)
