"""How documents and copies are stored; the keys below make a crossing copy impossible to hold."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from portal.kernel.columns import UtcDateTime
from portal.kernel.ids import new_id


class Document(SQLModel, table=True):
    """One sealed file of one mailing: `own` has one addressee, `shared` has none."""

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
