"""What every table is made of: its row, and column types that both databases keep the same way."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel


class Row(SQLModel):
    """What every table's class derives from. Rows are never validated, so no validator is built when one is declared.

    A validator would be a quarter of what declaring a table costs.
    """

    model_config = {"defer_build": True}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite would hand back a naive one, which compares wrongly in silence."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store UTC. Raises `ValueError`."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone cannot be stored"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the interface is SQLAlchemy's
        """Return the moment aware, in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
