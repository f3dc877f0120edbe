"""What all ways of a family share: both screens and both databases, the mail that came, and a look at each page."""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from sqlmodel import func, select

from portal.mail.transport.inbox import Inbox
from portal.overviews.sending.progress import progress_of
from portal.wiring import House
from tests.browser.judging import too_small, too_wide

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

Deliver = Callable[[], None]
SIZES: dict[str, "ViewportSize"] = {"phone": {"width": 360, "height": 640}, "desk": {"width": 1280, "height": 800}}
LINK = re.compile(r"http://127\.0\.0\.1:\d+/o#[\w.-]+")
A_LETTER = re.compile(r"/letters/[0-9a-f]{32}$")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
_TAKEN = """() => {
  const chooser = document.getElementById("languages"), bar = document.querySelector(".bar");
  const own = chooser.offsetHeight, whole = bar.offsetHeight;
  chooser.style.display = "none";
  const without = bar.offsetHeight;
  chooser.style.display = "";
  return Math.max(own, whole - without);
}"""

both_ways = pytest.mark.parametrize(
    ("screen", "database_url"), [("phone", "sqlite"), ("desk", "postgresql")], indirect=True
)
"""A journey on each of the two screens, and so on each of the two databases."""


def newest(inbox: Inbox, to: str) -> str:
    """Return the plain text of the newest message to somebody."""
    body = message_from_bytes(inbox.newest(to=to)[0].raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def links(text: str) -> list[str]:
    """Return the links of a message, in its order."""
    return LINK.findall(text.partition("In English")[0])


def link_in(inbox: Inbox, to: str) -> str:
    """Return the one link of the newest message to somebody on the staff."""
    (link,) = re.findall(r"http://127\.0\.0\.1:\d+/\S+", newest(inbox, to))
    return str(link)


def code_in(text: str) -> str:
    """Return the code that is typed in place of a message's first link."""
    found = CODE.search(text)
    assert found
    return found[0]


def rows(house: House, table: type) -> int:
    """Return how many rows a table has."""
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def opened(house: House, mailing_id: str) -> int:
    """Return how many guardians have opened a mailing, as staff are told."""
    with house.db.read() as session:
        return progress_of(session, mailing_id).opened


def look(page: "Page") -> None:
    """See that a page fits its screen and can be pressed with a thumb; axe sees every page in the gallery."""
    found = [*too_small(page), *too_wide(page)]
    assert found == [], found


def taken_by_languages(page: "Page") -> int:
    """Return how many pixels of height the choice of languages takes: its own, and by how much the bar is higher."""
    taken: int = page.evaluate(_TAKEN)
    return taken
