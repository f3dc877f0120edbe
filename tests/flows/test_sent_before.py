"""A mailing's page asks whether its letter was sent before, so it must not read every document for that."""

from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from portal.mailings import repository as mailings
from portal.overviews.audience.sent_before import sent_before
from portal.wiring import House


def plan_of(session: Session, statement: str, values: Any) -> str:  # noqa: ANN401 - a driver's own
    """Return how the database answers where rows are many."""
    connection, explain = session.connection(), "EXPLAIN QUERY PLAN "
    if connection.dialect.name == "postgresql":
        explain = "EXPLAIN "
        for way in ("seqscan", "hashjoin", "mergejoin"):  # cheaper only where a table is of one page
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    return "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, values))


def test_the_very_same_letter_is_found_by_an_index(house: House, mailing_id: str) -> None:
    asked: list[tuple[str, Any]] = []
    with house.db.read() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        assert sent_before(session, mailing, frozenset()) is None
        plan = plan_of(session, *next(one for one in asked if "document.sha256" in one[0]))
    assert "ix_document_sha256" in plan
