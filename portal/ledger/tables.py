"""How the ledger is stored. Triggers in the database refuse any change to an entry or a disclosure."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime

APPEND_ONLY = ("ledger_entry", "disclosure")


class LedgerEntry(Row, table=True):
    """One act: canonical bytes as they were hashed, and the chained HMAC over them."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_act", "act", "seq"),)

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    act: str
    body: bytes = Field(sa_type=LargeBinary)
    key_id: str
    mac: bytes = Field(sa_type=LargeBinary)


class LedgerHead(Row, table=True):
    """The one row that says where the chain ends; locked while an entry is appended."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint("id = 1", name="ck_ledger_head_one"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int
    mac: bytes = Field(sa_type=LargeBinary)


class LedgerWord(Row, table=True):
    """Which entries stand under a word: who, who with the act, or what about. Made from them, and never trusted."""

    __tablename__ = "ledger_word"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class LedgerWatch(Row, table=True):
    """The one row that says how far the words are, and how the last taking outside of the head went.

    `later_head_at`: a head outside, made then, is of an entry that is not here, so this is an older database. Heads
    from before `accepted_at` are known to be: an admin said so. Since `filed_at` a head file is kept, so one that is
    not there was taken away.
    """

    __tablename__ = "ledger_watch"
    __table_args__ = (CheckConstraint("id = 1", name="ck_ledger_watch_one"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    indexed_seq: int
    exported_seq: int
    exported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    problem: str = ""
    later_head_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    filed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Disclosure(Row, table=True):
    """A view or download of a copy (34 CFR 99.32): who saw what, of which child, by which link."""

    __tablename__ = "disclosure"
    __table_args__ = (
        CheckConstraint("kind IN ('view', 'download')", name="ck_disclosure_kind"),
        ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_disclosure_link",
        ),
        ForeignKeyConstraint(
            ["copy_id", "mailing_id", "child_id"],
            ["copy.id", "copy.mailing_id", "copy.child_id"],
            name="fk_disclosure_copy",
        ),
        ForeignKeyConstraint(
            ["opening_id", "link_id"], ["opening.id", "opening.link_id"], name="fk_disclosure_opening"
        ),
        Index("ix_disclosure_opening_copy", "opening_id", "copy_id", "kind", "at"),
        Index("ix_disclosure_mailing", "mailing_id", "at"),
        Index("ix_disclosure_child", "child_id", "at"),
        Index("ix_disclosure_guardian", "guardian_id", "child_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    opening_id: str
    link_id: str
    mailing_id: str
    guardian_id: str
    child_id: str
    copy_id: str
    kind: str
    at: datetime = Field(sa_type=UtcDateTime)


class ErroneousDisclosure(Row, table=True):
    """A disclosure that should not have been; the disclosure itself is never changed. The reason is sealed."""

    __tablename__ = "erroneous_disclosure"

    disclosure_id: str = Field(primary_key=True, foreign_key="disclosure.id")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    reason_sealed: bytes = Field(sa_type=LargeBinary)
