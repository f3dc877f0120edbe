"""A walk of one person through pages: it counts what is pressed and what the pages weigh, and holds both to a limit.

A journey reads as a story: it begins with a fixture `walk`, presses what the person presses, looks at every page on
which the person stops, and ends with `arrived`. What was counted is printed after all tests, passed or not.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.judging import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

FIGURES = "journey"

everywhere = pytest.mark.parametrize(
    ("screen", "database_url"),
    [("phone", "sqlite"), ("desk", "postgresql")],
    indirect=True,
)
"""A journey on a screen of 360 pixels and on one of 1280, and so on each database: queries know nothing of screens."""


class Walk:
    """One person's way through pages in one window.

    `presses` are presses of a button, a link, a tick or a choice of files; typing is none. `sent` is what the server's
    answers weighed on the wire in bytes, heads included. What a script asks for again and again, for a machine that is
    slow makes that more, counts once.
    """

    def __init__(self, page: "Page", keep: "Callable[[str, object], None]") -> None:
        self.page = page
        self.presses = 0
        self.sent = 0
        self._keep = keep
        self._asked: set[str] = set()
        self._again: set[str] = set()
        wire = page.context.new_cdp_session(page)
        wire.on("Network.requestWillBeSent", self._begin)
        wire.on("Network.loadingFinished", self._weigh)
        wire.send("Network.enable")

    def follow(self, link: str) -> None:
        """Press a link in a message."""
        self.presses += 1
        self.page.goto(link)

    def press(self, target: "Locator") -> None:
        self.presses += 1
        target.click()

    def choose(self, target: "Locator", *files: Path) -> None:
        """Choose files, or drop them: one press."""
        self.presses += 1
        target.set_input_files(list(files))

    def look(self) -> None:
        """See that the page is in order: axe, the size of what is pressed, and nothing wider than the screen."""
        assert faults(self.page) == []

    def in_first_window(self, target: "Locator") -> None:
        """See that something can be pressed without scrolling."""
        box = target.bounding_box()
        height = self.page.evaluate("innerHeight")
        assert box is not None
        assert self.page.evaluate("scrollY") == 0
        assert box["y"] + box["height"] <= height, f"its lower edge is at {box['y'] + box['height']:.0f} of {height}"

    def arrived(self, *, presses: int, kilobytes: int | None = None) -> None:
        """End: keep what was counted for the summary, and hold it to its limits."""
        self._keep(FIGURES, f"{self.presses} presses (at most {presses}), {self.sent / 1000:.0f} kB")
        assert self.presses <= presses
        assert kilobytes is None or self.sent <= kilobytes * 1000, f"the way weighed {self.sent / 1000:.1f} kB"

    def _begin(self, asked: dict[str, Any]) -> None:
        if asked.get("type") in ("Fetch", "XHR"):
            url = asked["request"]["url"]
            if url in self._asked:
                self._again.add(asked["requestId"])
            self._asked.add(url)

    def _weigh(self, answer: dict[str, Any]) -> None:
        if answer["requestId"] not in self._again:
            self.sent += int(answer["encodedDataLength"])


@pytest.fixture
def walk(page: "Page", record_property: "Callable[[str, object], None]") -> Walk:
    return Walk(page, record_property)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each journey took."""
    told = list(_figures(terminalreporter))
    if told:
        terminalreporter.section("journeys")
        for line in sorted(told):
            terminalreporter.write_line(line)


def _figures(reporter: pytest.TerminalReporter) -> "Iterator[str]":
    for reports in reporter.stats.values():
        for report in reports:
            for name, figures in getattr(report, "user_properties", ()):
                if name == FIGURES and getattr(report, "when", "") == "call":
                    yield f"{report.nodeid.rpartition('/')[2]}: {figures}"
