"""How the pictures are stored that an admin knows."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from portal.kernel.storage.columns import UtcDateTime


class KnownPicture(SQLModel, table=True):
    """A logo or seal that nobody has to read any more, by the hash of its pixels."""

    __tablename__ = "known_picture"

    sha256: str = Field(primary_key=True)
    label: str
    by_id: str = Field(foreign_key="staff_member.id")
    registered_at: datetime = Field(sa_type=UtcDateTime)
