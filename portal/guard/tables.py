"""How the pictures are stored that an admin knows, or is asked about."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from portal.kernel.storage.columns import Row, UtcDateTime


class KnownPicture(Row, table=True):
    """A logo or seal that nobody has to read any more, by the hash of its pixels."""

    __tablename__ = "known_picture"

    sha256: str = Field(primary_key=True)
    label: str
    by_id: str = Field(foreign_key="staff_member.id")
    registered_at: datetime = Field(sa_type=UtcDateTime)


class OfferedPicture(Row, table=True):
    """A picture that nobody could read: its preview waits, sealed as a blob, for an admin; or one of them said no.

    `seen` counts the checks that met it. One that was declined has no preview any more; its hash stays, so that it is
    not offered again.
    """

    __tablename__ = "offered_picture"
    __table_args__ = (
        CheckConstraint("(blob_id IS NULL) = (expires_at IS NULL)", name="ck_offered_picture_waits"),
        Index("ix_offered_picture_expires", "expires_at"),
    )

    sha256: str = Field(primary_key=True)
    blob_id: str | None = Field(default=None, unique=True)
    size: int
    width: int
    height: int
    by_id: str = Field(foreign_key="staff_member.id")
    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    seen: int
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
