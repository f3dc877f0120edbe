"""How arrivals are stored: the message itself is sealed, and addresses are too; a keyed hash tells them apart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime

IS_LIVE = text("state <> 'ended'")


class Gathering(Row, table=True):
    """Messages of one staff member that become one mailing.

    `likeness` is a keyed hash over its door, its drop addresses, the kinds of its attachments and its masked subject:
    of one likeness nobody has two that have not ended. Whoever wrote under an address that several share (`office@`)
    is `shared`: everybody on it counts as a writer. `version` counts what came or was pressed since it was first
    open; `made_of` is the version that its mailing was made of. `report` says as JSON what became of it: counts, and
    keys of sentences, never a name or an address. The lease is of whoever makes its letters.
    """

    __tablename__ = "gathering"
    __table_args__ = (
        CheckConstraint("door IN ('drop', 'key', 'rule')", name="ck_gathering_door"),
        CheckConstraint("state IN ('open', 'closed', 'drafted', 'ended')", name="ck_gathering_state"),
        CheckConstraint("state <> 'drafted' OR mailing_id IS NOT NULL", name="ck_gathering_drafted"),
        Index("uq_gathering_live", "staff_id", "likeness", unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE),
        Index("ix_gathering_state", "state", "closes_at"),
        Index("ix_gathering_expires", "expires_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    staff_id: str = Field(foreign_key="staff_member.id")
    door: str
    likeness: bytes = Field(sa_type=LargeBinary)
    subject_sealed: bytes = Field(sa_type=LargeBinary)
    state: str = "open"
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    mailing_id: str | None = Field(default=None, foreign_key="mailing.id", unique=True)
    version: int = 1
    made_of: int = 0
    report: str = ""
    lease_id: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0


class Arrival(Row, table=True):
    """One message as it came. `digest` is over what its sender wrote, so the same message twice is one arrival.

    `message_key` is a keyed hash of its Message-ID. `blob_id` is where it is sealed; nothing once it is not kept.
    `files` is how many attachments it has.
    """

    __tablename__ = "arrival"
    __table_args__ = (
        UniqueConstraint("staff_id", "digest", name="uq_arrival_digest"),
        CheckConstraint("(blob_id IS NULL) = (size IS NULL)", name="ck_arrival_blob"),
        Index("ix_arrival_gathering", "gathering_id"),
        Index("ix_arrival_message", "staff_id", "message_key"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    gathering_id: str = Field(foreign_key="gathering.id")
    staff_id: str = Field(foreign_key="staff_member.id")
    message_key: bytes = Field(sa_type=LargeBinary)
    digest: str
    blob_id: str | None = Field(default=None, unique=True)
    size: int | None = None
    files: int
    came_at: datetime = Field(sa_type=UtcDateTime)


class ArrivalRecipient(Row, table=True):
    """One address that a message was handed over for, from its envelope: whose it is, is asked when letters are made.

    `address_key` is a keyed hash; the address is sealed beside it.
    """

    __tablename__ = "arrival_recipient"

    arrival_id: str = Field(primary_key=True, foreign_key="arrival.id")
    address_key: bytes = Field(primary_key=True, sa_type=LargeBinary)
    address_sealed: bytes = Field(sa_type=LargeBinary)
