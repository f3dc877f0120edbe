"""How a command gets the ground it stands on, and how it speaks."""

import json
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
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import check_is_current, migrate

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

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


def answer(words: str, *, as_json: bool, **facts: Any) -> None:  # noqa: ANN401 - JSON holds anything
    """Say what was done: in a sentence for people, or as one JSON object for programs."""
    if as_json:
        print_json(**facts)
    else:
        people.print(words, markup=False)
