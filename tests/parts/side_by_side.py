"""Two stories side by side where the database locks rows, each stopped where the other may come in between."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import event, text

from portal.kernel.storage.db import Database

Story = Callable[[], object]
_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")


class Thread(threading.Thread):
    """A story in a thread of its own, which keeps what it raised."""

    def __init__(self, story: Story) -> None:
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        self._story = story
        self.start()

    def run(self) -> None:
        try:
            self._story()
        except BaseException as error:  # noqa: BLE001 - told by the test, which would not hear of it
            self.error = error


@contextmanager
def watching(database: Database) -> Iterator[Callable[[Thread], None]]:
    """Give what returns as soon as a thread has ended or waits for a row."""
    with database.engine.connect() as watcher:

        def until_it_waits(thread: Thread) -> None:
            while thread.is_alive() and not watcher.execute(_WAITING).scalar():
                watcher.rollback()
                thread.join(0.005)

        yield until_it_waits


def between(database: Database, story: Story, other: Story, *, before: str) -> list[BaseException]:
    """Run a story until it is about to say something, run another till it ends or waits, and let both end.

    `before` is how the statement begins (a regular expression). Returns what was raised.
    """
    reached, go = threading.Event(), threading.Event()
    name = threading.local()

    def first() -> None:
        name.is_first = True
        story()

    def pause(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if getattr(name, "is_first", False) and not reached.is_set() and re.match(before, statement, re.DOTALL):
            reached.set()
            go.wait()

    event.listen(database.engine, "before_cursor_execute", pause)
    with watching(database) as until_it_waits:
        threads = [Thread(first)]
        while threads[0].is_alive() and not reached.wait(0.005):
            pass
        assert reached.is_set(), f"it never said {before}: {threads[0].error}"
        threads.append(Thread(other))
        until_it_waits(threads[1])
        go.set()
        for thread in threads:
            thread.join()
    event.remove(database.engine, "before_cursor_execute", pause)
    return [thread.error for thread in threads if thread.error is not None]


def holds_none_behind(database: Database, table: str, ids: Sequence[str], story: Story) -> None:
    """See that a story which waits for the first of these rows holds none of the others, and then ends well."""
    first, *others = sorted(ids)
    assert others, "there has to be more than one row"
    row = f"SELECT 1 FROM {table} WHERE id = :id FOR NO KEY UPDATE"
    with watching(database) as until_it_waits, database.engine.connect() as holder:
        holder.execute(text(row), {"id": first})
        thread = Thread(story)
        until_it_waits(thread)
        assert thread.is_alive(), "it did not wait for the row"
        for one in others:
            holder.execute(text(f"{row} NOWAIT"), {"id": one})
        holder.rollback()
    thread.join()
    assert thread.error is None, thread.error
