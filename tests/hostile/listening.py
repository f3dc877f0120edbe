"""Who listens at every log, and what makes the portal meet with what nobody foresaw."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from portal.wiring import House
from tests.parts.roles import owning

ROWS = "sqlalchemy.engine"
"""At DEBUG this logger of a library quotes each row that is read, so names stand there; nothing of ours turns it on."""


def every_logger() -> list[logging.Logger]:
    """Return the root and every logger that somebody has asked for so far."""
    known = list(logging.root.manager.loggerDict.values())
    return [logging.root, *(one for one in known if isinstance(one, logging.Logger))]


class Heard(logging.Handler):
    """Keeps each line as a file would hold it, with the trace of its error, by the name of its logger."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.name, self.format(record)))


@contextmanager
def all_logs_open(*, with_rows: bool = False) -> Iterator[Heard]:
    """Have every logger tell all it can until the block ends; of rows that are read, only where that is asked for.

    A log that the server shuts, as that of each access, stays shut.
    """
    heard, before = Heard(), {one: one.level for one in every_logger() if one.propagate}
    for one in before:
        is_quiet = one.name.startswith(ROWS) and not with_rows
        one.setLevel(logging.INFO if is_quiet else logging.DEBUG)
    logging.root.addHandler(heard)
    try:
        yield heard
    finally:
        logging.root.removeHandler(heard)
        for one, level in before.items():
            one.setLevel(level)


@contextmanager
def three_tables_lost(house: House) -> Iterator[None]:
    """Make what nobody foresaw."""
    lost = {"guardian": "lost", "family_session": "lost_too", "person_word": "lost_words"}
    with owning(house.db) as connection:
        for name, other in lost.items():
            connection.execute(text(f"ALTER TABLE {name} RENAME TO {other}"))
    yield
    with owning(house.db) as connection:
        for name, other in lost.items():
            connection.execute(text(f"ALTER TABLE {other} RENAME TO {name}"))
