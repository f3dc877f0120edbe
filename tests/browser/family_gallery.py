"""Every page that a family can meet, each with the shortest way to it: looked at by tests and for docs/screens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlmodel import col, update

from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.links.tables import Link
from portal.press.typesetting.typeset import TypstPress
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

PRIVATE = "Report on learning"
_PAPER = """#set document(title: "Welcome")
#set text(lang: "en")
= Welcome to the after-school program
We begin on Monday, 31 August, at 3 p.m. in the gym. #lorem(120)
#pagebreak()
== What to bring
#lorem(80)
"""


@dataclass
class Stage:
    """A site with letters that have been sent: three to read, one private, one for each way to be dead."""

    house: House
    cast: Cast
    clock: Watch
    live: str
    mailings: dict[str, str] = field(default_factory=dict)

    def set_up(self) -> None:
        """Send the letters."""
        paper = TypstPress().typeset(_PAPER, {})
        for title in ("Welcome to the program", "A letter taken back", "A letter that has expired"):
            self.mailings[title] = send_letter(
                self.house, self.cast, now=self.clock.now, title=title, content=paper, pages=2, acknowledge=True
            )
        private = send_letter(self.house, self.cast, now=self.clock.now, title=PRIVATE, confidential=True)
        self.mailings[PRIVATE] = private
        self.clock.forward(minutes=2)
        with self.house.db.write() as session:
            target = Target("mailing", self.mailings["A letter taken back"])
            revoke.revoke(session, self.house.keys, target, by=self.cast.admin, reason="Wrong.", now=self.clock.now)
            expired = col(Link.mailing_id) == self.mailings["A letter that has expired"]
            session.exec(update(Link).where(expired).values(expires_at=self.clock.now - timedelta(days=1)))

    def token(self, title: str, child: str) -> str:
        """Return the token of Carla's link to one of her children."""
        return token_of(self.house, link_of(self.house, self.mailings[title], self.cast.carla, child))

    def press(self, page: "Page", title: str, child: str) -> None:
        """Go to a link and press its button."""
        page.goto("about:blank")
        page.goto(f"{self.live}/o#{self.token(title, child)}")
        page.locator("#open").click()
        page.wait_for_load_state()


def _entry(stage: Stage, page: "Page") -> None:
    page.goto("about:blank")
    page.goto(f"{stage.live}/o#{stage.token('Welcome to the program', stage.cast.ana)}")


def _code(stage: Stage, page: "Page") -> None:
    page.goto("about:blank")
    page.goto(f"{stage.live}/o")


def _at(path: str) -> Callable[[Stage, "Page"], None]:
    def go(stage: Stage, page: "Page") -> None:
        page.goto(stage.live + path)

    return go


def _private(stage: Stage, page: "Page") -> None:
    stage.press(page, PRIVATE, stage.cast.ana)


def _private_mailed(_: Stage, page: "Page") -> None:
    page.locator("main button").first.click()
    page.locator("#code").wait_for()


def _private_wrong(_: Stage, page: "Page") -> None:
    page.locator("#code").fill("000000")
    page.locator("main button").first.click()
    page.locator("[aria-invalid=true]").wait_for()


def _wrong_code(stage: Stage, page: "Page") -> None:
    _code(stage, page)
    page.locator("#code").fill("0000-0000-0000")
    page.locator("#by-code button").click()
    page.wait_for_load_state()


def _letters(stage: Stage, page: "Page") -> None:
    stage.press(page, "Welcome to the program", stage.cast.ana)
    page.goto(f"{stage.live}/letters")


def _children(stage: Stage, page: "Page") -> None:
    stage.press(page, "Welcome to the program", stage.cast.luis)
    page.goto(f"{stage.live}/letters")


def _letter(stage: Stage, page: "Page") -> None:
    page.goto(f"{stage.live}/letters")
    page.locator(".letters a").first.click()
    page.locator("article").first.wait_for()
    page.evaluate(
        "Promise.all([...document.images].map(one => { one.loading = 'eager'; return one.decode(); })).then(() => 0)"
    )


def _dead(title: str) -> Callable[[Stage, "Page"], None]:
    def go(stage: Stage, page: "Page") -> None:
        stage.press(page, title, stage.cast.ana)

    return go


def _renewed(_: Stage, page: "Page") -> None:
    page.locator("main input:not([type=hidden])").fill("carla.rivera@mail.example.org")
    page.locator("main button").first.click()
    page.wait_for_load_state()


def _left(stage: Stage, page: "Page") -> None:
    _letters(stage, page)
    page.locator("form[action='/leave'] button").click()
    page.wait_for_load_state()


def _not_mine(stage: Stage, page: "Page") -> None:
    stage.press(page, "Welcome to the program", stage.cast.luis)
    _letter(stage, page)
    page.locator("details:has(form[action$='not-mine']) > summary").click()
    page.locator("form[action$='not-mine'] button").click()
    page.wait_for_load_state()


def _no_cookie(stage: Stage, page: "Page") -> None:
    page.context.clear_cookies()
    page.goto(f"{stage.live}/letters", referer=f"{stage.live}/o")


PAGES: dict[str, Callable[[Stage, "Page"], None]] = {
    "entry": _entry,
    "code": _code,
    "about": _at("/about"),
    "nothing-opens": _wrong_code,
    "closed": _at("/letters"),
    "code-closed": _at("/o/verify"),
    "private": _private,
    "private-mailed": _private_mailed,
    "private-wrong": _private_wrong,
    "letters": _letters,
    "letter": _letter,
    "two-children": _children,
    "devices": _at("/devices"),
    "renew": _at("/renew"),
    "renew-asked": _renewed,
    "taken-back": _dead("A letter taken back"),
    "expired": _dead("A letter that has expired"),
    "left": _left,
    "not-mine": _not_mine,
    "no-cookie": _no_cookie,
}
"""In the order in which one browser can meet them all."""


def walk(stage: Stage, page: "Page") -> Iterator[str]:
    """Take a browser from page to page; stop at each with its name."""
    for name, go in PAGES.items():
        go(stage, page)
        yield name
