"""How documents, copies, stopped files and releases are stored; the keys make a crossing copy impossible to hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from portal.kernel.columns import UtcDateTime
from portal.kernel.ids import new_id


class Document(SQLModel, table=True):
    """One sealed file of one mailing: `own` has one addressee, `shared` has none.

    `removed` says, a line each, what was taken out of it before it was judged again and sealed.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("kind IN ('own', 'shared')", name="ck_document_kind"),
        CheckConstraint("(kind = 'own') = (addressee_id IS NOT NULL)", name="ck_document_addressee"),
        UniqueConstraint("id", "mailing_id", "kind", name="uq_document_mailing_kind"),
        UniqueConstraint("id", "addressee_id", name="uq_document_addressee"),
        Index("ix_document_mailing", "mailing_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    kind: str
    addressee_id: str | None = Field(default=None, foreign_key="child.id")
    file_name: str
    media_type: str
    size: int
    sha256: str
    parts_read: int
    pages: int | None = None
    removed: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Copy(SQLModel, table=True):
    """The right of one child's family to one document.

    `kind` is inside the key: a NULL addressee alone would skip the check (MATCH SIMPLE).
    """

    __tablename__ = "copy"
    __table_args__ = (
        ForeignKeyConstraint(
            ["document_id", "mailing_id", "kind"],
            ["document.id", "document.mailing_id", "document.kind"],
            name="fk_copy_document",
        ),
        ForeignKeyConstraint(
            ["document_id", "addressee_id"], ["document.id", "document.addressee_id"], name="fk_copy_addressee"
        ),
        CheckConstraint(
            "(kind = 'own' AND addressee_id IS NOT NULL AND addressee_id = child_id)"
            " OR (kind = 'shared' AND addressee_id IS NULL)",
            name="ck_copy_own_child",
        ),
        UniqueConstraint("document_id", "child_id", name="uq_copy_child"),
        UniqueConstraint("id", "mailing_id", "child_id", name="uq_copy_mailing_child"),
        Index("ix_copy_mailing_child", "mailing_id", "child_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    document_id: str
    mailing_id: str
    kind: str
    addressee_id: str | None = None
    child_id: str = Field(foreign_key="child.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HeldFile(SQLModel, table=True):
    """A stopped file that another person may still release: sealed under its own id, and not for long.

    `findings` is the guard's report as JSON: kinds, places and counts, never the text that was found.
    """

    __tablename__ = "held_file"
    __table_args__ = (Index("ix_held_file_expires", "expires_at"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id", unique=True)
    file_name: str
    media_type: str
    size: int
    sha256: str
    findings: str
    tried_by_id: str = Field(foreign_key="staff_member.id")
    stopped_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class Release(SQLModel, table=True):
    """Who let a document that names somebody pass, and why: never the person who tried to publish it.

    `people` holds the ids of the persons it was released with, parted by blanks; nobody else may be in it.
    """

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint("by_id <> tried_by_id", name="ck_release_second_person"),
        CheckConstraint("length(reason) >= 20", name="ck_release_reason"),
    )

    document_id: str = Field(primary_key=True, foreign_key="document.id")
    tried_by_id: str = Field(foreign_key="staff_member.id")
    by_id: str = Field(foreign_key="staff_member.id")
    reason: str
    people: str
    released_at: datetime = Field(sa_type=UtcDateTime)
