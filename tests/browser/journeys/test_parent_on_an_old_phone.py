"""A parent on an old phone, who reads Spanish or Arabic: two presses from the message to the letter, and back again."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.links.tables import FamilySession
from portal.mail.transport.inbox import Inbox
from portal.wiring import House
from tests.browser.family_ways import A_LETTER, Deliver, links, newest, rows
from tests.browser.journeys.walk import Walk, everywhere
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.languages import Office, draft, speaks

LETTER = {
    "es": ("Bienvenidos", "# Cuándo\n\nEmpezamos el lunes a las ocho.\n\n- traiga una mochila\n- traiga un abrigo"),
    "ar": ("أهلا بكم", "# متى\n\nنبدأ يوم الاثنين في الساعة الثامنة.\n\n- أحضروا حقيبة\n- أحضروا معطفا"),
}
TITLE, TEXT = 0, 1


class Parent:
    """Ngozi, whose phone speaks her language, and the school that writes to her in it."""

    def __init__(self, walk: Walk, house: House, cast: Cast, folder: Path, tag: str) -> None:
        self.walk, self.tag = walk, tag
        self.title, self.text = LETTER[tag]
        self._office = Office(house, cast, folder)
        speaks(house, cast.ngozi, tag)

    def is_written_to(self, clock: Watch, deliver: Deliver, inbox: Inbox) -> str:
        """Have the school write; return the link in her newest message."""
        texts = {"": "# When\n\nWe begin on Monday at eight.", self.tag: self.text}
        written = draft({self.tag: (self.title, "")})
        self._office.send(self._office.checked(english=None, texts=texts, written=written))
        clock.forward(minutes=2)
        deliver()
        (link,) = links(newest(inbox, "ngozi.okafor@"))
        return link

    def reads_the_letter(self) -> None:
        page = self.walk.page
        expect(page).to_have_url(A_LETTER)
        expect(page.locator("html")).to_have_attribute("lang", self.tag)
        for line in filter(None, self.text.split("\n")):
            expect(page.get_by_text(line.strip("#- "), exact=True)).to_be_visible()


@pytest.fixture(params=LETTER)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def parent(walk: Walk, house: House, cast: Cast, live: str, tmp_path: Path, locale: str) -> Parent:
    assert live
    return Parent(walk, house, cast, tmp_path, locale)


@everywhere
def test_two_presses_from_the_message_to_the_letter(
    parent: Parent, walk: Walk, clock: Watch, deliver: Deliver, inbox: Inbox
) -> None:
    walk.follow(parent.is_written_to(clock, deliver, inbox))
    expect(walk.page.locator("html")).to_have_attribute("lang", parent.tag)
    open_it = walk.page.locator("#open")
    walk.in_first_window(open_it)
    walk.look()
    walk.press(open_it)
    parent.reads_the_letter()
    walk.in_first_window(walk.page.get_by_role("heading", name=parent.title))
    walk.look()
    walk.arrived(presses=2, kilobytes=39)


@everywhere
def test_the_phone_was_put_away_and_the_way_back_is_in_the_message(
    parent: Parent, walk: Walk, house: House, clock: Watch, deliver: Deliver, inbox: Inbox
) -> None:
    link = parent.is_written_to(clock, deliver, inbox)
    walk.follow(link)
    walk.press(walk.page.locator("#open"))
    parent.reads_the_letter()
    clock.forward(hours=13)
    walk.page.reload()
    walk.in_first_window(walk.page.locator("#code"))  # what happened, and the way on
    expect(walk.page.locator("a[href='/renew']")).to_be_visible()
    walk.look()
    walk.page.goto("about:blank")
    walk.follow(link)
    walk.press(walk.page.locator("#open"))
    parent.reads_the_letter()
    assert rows(house, FamilySession) == 2
    walk.arrived(presses=4, kilobytes=53)
