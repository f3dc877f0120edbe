"""A real site for a real browser: served over HTTP, on one database, with mail that arrives in a real inbox."""

import asyncio
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from pydantic import SecretStr

from portal.app import build_app
from portal.kernel.settings import Settings
from portal.mail.inbox import Inbox, InboxServer
from portal.wiring import House, mail_room
from portal.worker import Worker
from tests.parts.process import free_ports


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Give one database alone: what is tried here happens in the browser."""
    path = tmp_path / "data" / "portal.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


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
