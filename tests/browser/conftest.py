"""A real site for a real browser: served over HTTP, on one database, with mail that arrives in a real inbox."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn
from pydantic import SecretStr

from portal.app import build_app
from portal.kernel.configuration.settings import Settings
from portal.mail.transport.inbox import Inbox, InboxServer
from portal.wiring import House, mail_room
from portal.worker import Worker
from tests.browser.family_ways import SIZES
from tests.parts.chromium import PATIENCE_MS
from tests.parts.databases import fresh_database
from tests.parts.process import free_ports

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give one database alone, SQLite unless a journey asks for the other: what is tried here is in the browser."""
    yield from fresh_database(getattr(request, "param", "sqlite"), request)


@pytest.fixture(autouse=True)
def no_page_is_kept_from_what_it_does(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test of any page that does what its own policies forbid."""
    blocked: list[str] = request.getfixturevalue("blocked") if "chromium" in request.fixturenames else []
    yield
    assert blocked == []


@pytest.fixture
def locale() -> str:
    """Return the language that the browser asks for."""
    return "en-US"


@pytest.fixture
def screen(request: pytest.FixtureRequest, chromium: "Browser", locale: str) -> Iterator["BrowserContext"]:
    """Give a fresh browser profile on a phone's screen, or on the one that a journey asks for."""
    context = chromium.new_context(viewport=SIZES[getattr(request, "param", "phone")], locale=locale)
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(screen: "BrowserContext") -> "Page":
    return screen.new_page()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def settings(settings: Settings, inbox: Inbox) -> Iterator[Settings]:
    server = InboxServer(inbox)
    server.start()
    here = {"base_url": f"http://127.0.0.1:{free_ports(1)[0]}", "smtp_url": SecretStr(server.url)}
    yield settings.model_copy(update=here)
    server.stop()


@pytest.fixture
def live(settings: Settings, house: House) -> Iterator[str]:
    """Serve the site over HTTP; return its address."""
    port = int(settings.base_url.rpartition(":")[2])
    config = uvicorn.Config(build_app(settings, house), port=port, log_level="error", access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the site did not start"
        time.sleep(0.02)
    yield settings.base_url
    server.should_exit = True
    thread.join()


@pytest.fixture
def deliver(house: House) -> Callable[[], None]:
    """Have the worker deliver what is due over SMTP."""

    def drain() -> None:
        def work() -> None:
            asyncio.run(Worker(house, mail_room(house.settings)).drain())

        thread = threading.Thread(target=work)  # the browser keeps an event loop in this one
        thread.start()
        thread.join()

    return drain
