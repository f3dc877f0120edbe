"""How mailings are stored."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from portal.kernel.columns import UtcDateTime
from portal.kernel.ids import new_id


class Mailing(SQLModel, table=True):
    """One bulk send. `version` counts its changes, so that nobody approves what they have not seen."""

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'checked', 'waiting', 'held', 'sending', 'paused', 'sent',"
            " 'stopped', 'revoked', 'returned')",
            name="ck_mailing_state",
        ),
        CheckConstraint("approver_id IS NULL OR approver_id <> author_id", name="ck_mailing_second_person"),
        Index("ix_mailing_state", "state"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    title: str
    message: str
    program: str = ""
    confidential: bool = False
    link_days: int
    state: str = "draft"
    version: int = 1
    round: int = 0
    author_id: str = Field(foreign_key="staff_member.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    checked_roster: int | None = None
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approver_id: str | None = Field(default=None, foreign_key="staff_member.id")
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approval_waived: bool = False
    return_reason: str = ""
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    links_expire_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by_id: str | None = Field(default=None, foreign_key="staff_member.id")


class AudienceTerm(SQLModel, table=True):
    """One word of an audience: everyone, a program, a site, a grade or a named child."""

    __tablename__ = "audience_term"
    __table_args__ = (
        CheckConstraint("kind IN ('everyone', 'program', 'site', 'grade', 'child')", name="ck_audience_term_kind"),
    )

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True, default="")


class MailingSite(SQLModel, table=True):
    """A site whose children the audience holds: by these rows staff of other sites do not see the mailing."""

    __tablename__ = "mailing_site"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    site: str = Field(primary_key=True)


class MailingWriter(SQLModel, table=True):
    """Somebody who wrote or changed a mailing: whoever stands here approves it not, author or not."""

    __tablename__ = "mailing_writer"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id")


class LeftOut(SQLModel, table=True):
    """A child, or one guardian of a child, that an approved mailing does not reach, and why."""

    __tablename__ = "left_out"
    __table_args__ = (Index("ix_left_out_mailing", "mailing_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    child_id: str = Field(foreign_key="child.id")
    guardian_id: str | None = Field(default=None, foreign_key="guardian.id")
    why: str
