"""The system's Chromium, headless, driven by Playwright.

One browser serves all tests of a process, each with a profile of its own. Playwright's plain calls keep an event loop
running in the thread, which no `anyio` test can share; so between modules the loop is set aside, and modules that use
the browser hold no asynchronous tests.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.parts.process import MissingPart

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WITHOUT = (
    "WebUIOmniboxPopup",  # pages of Chromium's own, below an address bar that nobody sees: a third of all its work
    "WebUIOmniboxAimPopup",
    "AimEnabled",  # these Playwright turns off, whose list does not hold beside another
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
_SILENT = (
    f"--disable-features={','.join(_WITHOUT)}",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
_BLOCKED = re.compile(r"Content Security Policy|Trusted(HTML|Script)|BLOCKED_BY_RESPONSE|Cross-Origin-", re.IGNORECASE)
"""How Chromium tells that a policy kept a page from something."""

PATIENCE_MS = 30_000
"""How long a page may take to be as a test expects it: a machine with other work is slow."""


def chromium_path() -> str:
    """Return where Chromium is. Raises `MissingPart`."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise MissingPart("There is no Chromium on this machine. Run `make test-parts`.")
    return found


def flags() -> list[str]:
    """Return what the browser is started with. Chromium's own sandbox does not work as root."""
    return [*_SILENT, "--no-sandbox"] if os.geteuid() == 0 else list(_SILENT)


@contextmanager
def chromium_browser() -> Iterator["Browser"]:
    """Run a browser until the block ends."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)  # else it is five seconds, whatever a page is given
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags())
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="session")
def chromium_with_its_loop() -> Iterator[tuple["Browser", asyncio.AbstractEventLoop]]:
    """Start the browser once: that takes as long as a test with it does."""
    with chromium_browser() as browser:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)


@pytest.fixture(scope="module")
def chromium(chromium_with_its_loop: tuple["Browser", asyncio.AbstractEventLoop]) -> Iterator["Browser"]:
    browser, loop = chromium_with_its_loop
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture
def blocked(chromium: "Browser") -> Iterator[list[str]]:
    """Give what policies of the site keep any page of a test from, as the browser tells it."""
    found: list[str] = []

    def note(told: "ConsoleMessage") -> None:
        if _BLOCKED.search(told.text):
            found.append(f"{told.location['url']}: {told.text}")

    def watch(context: "BrowserContext") -> None:
        context.on("console", note)

    chromium.on("context", watch)
    yield found
    chromium.remove_listener("context", watch)


@pytest.fixture
def phone(chromium: "Browser") -> Iterator["BrowserContext"]:
    """Give a fresh browser profile on a screen 360 pixels wide."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture
def page(phone: "BrowserContext") -> "Page":
    return phone.new_page()
