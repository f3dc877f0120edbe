"""How tries are counted. Who tried is kept as a keyed hash, for an hour: no row names a network."""

from datetime import datetime

from sqlmodel import Field

from portal.kernel.storage.columns import Row, UtcDateTime


class RateCount(Row, table=True):
    """How many tries of a kind somebody made in the window that began at `window_at`."""

    __tablename__ = "rate_count"

    kind: str = Field(primary_key=True)
    who: str = Field(primary_key=True)
    window_at: datetime = Field(sa_type=UtcDateTime)
    tries: int
