"""How a command gets the ground it stands on, and how it speaks."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column

from portal.flows.keeping.keep_heads import follow
from portal.kernel.configuration.settings import Settings, load_settings
from portal.kernel.ground import Ground
from portal.kernel.log import start_logging
from portal.kernel.machine.steps import watched_by
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import check_is_current, migrate
from portal.kernel.storage.moves import check_is_here

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_TOLD_EVERY_SECONDS = 2.0

people = Console(highlight=False, soft_wrap=True)
aside = Console(stderr=True, highlight=False, soft_wrap=True)


def bring_up_to_date(db: Database) -> None:
    """Upgrade SQLite on the spot; PostgreSQL is upgraded by `portal migrate` alone."""
    if db.is_sqlite:
        migrate(db)
    else:
        check_is_current(db)


@contextmanager
def open_ground() -> Iterator[Ground]:
    """Give what a command needs that touches no file and no letter: it loads faster. Raises `StartRefused`."""
    settings = load_settings()
    start_logging(quiet=True)
    ground = Ground.of(settings)
    follow(ground)
    try:
        bring_up_to_date(ground.db)
        check_is_here(ground.db, settings)
        yield ground
    finally:
        ground.close()


def setup_address(settings: Settings, token: str) -> str:
    """Return the link by which the first admin comes in; the fragment never leaves the browser by itself."""
    return f"{settings.base_url}/setup#{token}"


def whole_ids(title: str = "Id") -> Column:
    """Return a column of ids that no narrow terminal cuts: they are there to be copied."""
    return Column(title, no_wrap=True, min_width=32)


def folded(*titles: str) -> list[Column]:
    """Return columns whose long words a narrow terminal breaks, and never cuts: an address is there to be read."""
    return [Column(title, overflow="fold") for title in titles]


def print_json(**facts: Any) -> None:  # noqa: ANN401 - JSON holds anything
    """Print one JSON object on one line."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


@contextmanager
def progress() -> Iterator[None]:
    """Say on standard error every two seconds how far it is, and each step of which nobody knows how long it takes."""
    told = time.monotonic()

    def tell(step: str, done: int, total: int) -> None:
        nonlocal told
        if not done or time.monotonic() - told > _TOLD_EVERY_SECONDS:
            told = time.monotonic()
            aside.print(f"{step}: {done:,} of {total:,}" if total else f"{step}: {done:,}" if done else f"{step}.")

    with watched_by(tell):
        yield


def answer(words: str, *, as_json: bool, **facts: Any) -> None:  # noqa: ANN401 - JSON holds anything
    """Say what was done: in a sentence for people, or as one JSON object for programs."""
    if as_json:
        print_json(**facts)
    else:
        people.print(words, markup=False)
