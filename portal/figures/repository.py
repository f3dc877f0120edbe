"""The figures: added to by one statement that no other process can come between, and read whole."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from portal.figures.tables import Figure


def add_all(session: Session, counted: Mapping[tuple[str, str], float]) -> None:
    """Add what one process has counted, by name and label; in one order, so that two never wait for each other."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [{"name": name, "label": label, "value": by} for (name, label), by in sorted(counted.items())]
    one = insert(Figure).values(rows)
    added = {"value": col(Figure.value) + one.excluded.value}
    session.execute(one.on_conflict_do_update(index_elements=["name", "label"], set_=added))


def written_down(session: Session) -> list[tuple[str, str, float]]:
    """Return every figure: name, label, value."""
    query = select(col(Figure.name), col(Figure.label), col(Figure.value))
    return [(name, label, value) for name, label, value in session.execute(query)]
