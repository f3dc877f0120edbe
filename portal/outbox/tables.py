"""How the outbox is stored: rows without bodies. What is sent is derived at the moment of sending."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime

_STATES = "state IN ('queued', 'sending', 'sent', 'refused', 'bounced', 'cancelled')"


class _Queued(SQLModel):
    """What every message of the outbox has: how it stands, whose it is for now, and how it ended."""

    state: str = "queued"
    attempts: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime)
    lease_id: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reply: str = ""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Notice(_Queued, table=True):
    """One message to one guardian for one act of one mailing; `address` is frozen at approval.

    A notice on paper has no address; it is sent when somebody has handed it out or posted it. Only notices of a wave
    that its mailing has reached may leave.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(_STATES, name="ck_notice_state"),
        CheckConstraint("channel IN ('mail', 'paper')", name="ck_notice_channel"),
        CheckConstraint("(channel = 'paper') = (address = '')", name="ck_notice_address"),
        UniqueConstraint("mailing_id", "guardian_id", "round", name="uq_notice_round"),
        UniqueConstraint("id", "mailing_id", "guardian_id", name="uq_notice_guardian"),
        Index("ix_notice_due", "state", "due_at"),
        Index("ix_notice_mailing_state", "mailing_id", "state"),
        Index("ix_notice_guardian", "guardian_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    guardian_id: str = Field(foreign_key="guardian.id")
    round: int = 0
    address: str
    channel: str = Field(default="mail", sa_column_kwargs={"server_default": "mail"})
    wave: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    printed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoticeLink(Row, table=True):
    """A link that a notice carries: of the same guardian and mailing, or the database refuses it."""

    __tablename__ = "notice_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["notice_id", "mailing_id", "guardian_id"],
            ["notice.id", "notice.mailing_id", "notice.guardian_id"],
            name="fk_notice_link_notice",
        ),
        ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_notice_link_link",
        ),
        Index("ix_notice_link_link", "link_id"),
    )

    notice_id: str = Field(primary_key=True)
    link_id: str = Field(primary_key=True)
    mailing_id: str
    guardian_id: str
    child_id: str


class Bounce(Row, table=True):
    """What came back of a notice that a mail server had taken: the first report counts, and no word of it is kept."""

    __tablename__ = "bounce"
    __table_args__ = (CheckConstraint("weight IN ('hard', 'soft')", name="ck_bounce_weight"),)

    notice_id: str = Field(primary_key=True, foreign_key="notice.id")
    weight: str
    why: str
    code: str = ""
    came_at: datetime = Field(sa_type=UtcDateTime)


class StaffMail(_Queued, table=True):
    """One message to one staff member; `about_id` names the mailing, link, incident, person, alert or alarm of it."""

    __tablename__ = "staff_mail"
    __table_args__ = (
        CheckConstraint(_STATES, name="ck_staff_mail_state"),
        CheckConstraint(
            "kind IN ('approval-asked', 'returned', 'sent', 'stopped', 'sign-in', 'test-copy', 'not-mine',"
            " 'checked', 'wave-sent', 'alert', 'frozen', 'admin-added', 'set-aside', 'alarm', 'approval-reminder',"
            " 'approval-passed-on', 'approval-asked-too', 'gathered', 'gate-stopped')",
            name="ck_staff_mail_kind",
        ),
        UniqueConstraint("kind", "staff_id", "about_id", "turn", name="uq_staff_mail_once"),
        Index("ix_staff_mail_due", "state", "due_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    staff_id: str = Field(foreign_key="staff_member.id")
    about_id: str
    turn: int = 0


class Alert(Row, table=True):
    """What about the portal itself is not in order, or was not: one row for each kind, whichever worker saw it first.

    `since` is when it began last, `told_at` when admins were last told that it stands, `turn` how many messages each
    has had about it.
    """

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint("kind IN ('mail-queue', 'unreadable', 'sign-ins', 'heads', 'shredding')", name="ck_alert_kind"),
    )

    kind: str = Field(primary_key=True)
    since: datetime = Field(sa_type=UtcDateTime)
    over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    turn: int = 0


class FamilyMail(_Queued, table=True):
    """One message to a guardian beside the notices; `about_id` names the challenge or the renewal it answers.

    It has no body and no address: the code follows from the challenge and a key, links from their rows, and it goes
    to the address that is on file when it leaves.
    """

    __tablename__ = "family_mail"
    __table_args__ = (
        CheckConstraint(_STATES, name="ck_family_mail_state"),
        CheckConstraint("kind IN ('code', 'renewal')", name="ck_family_mail_kind"),
        UniqueConstraint("kind", "about_id", "guardian_id", name="uq_family_mail_once"),
        UniqueConstraint("id", "guardian_id", name="uq_family_mail_guardian"),
        Index("ix_family_mail_guardian", "guardian_id"),
        Index("ix_family_mail_due", "state", "due_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    guardian_id: str = Field(foreign_key="guardian.id")
    about_id: str


class FamilyMailLink(Row, table=True):
    """A link that a message to a guardian carries: of the same guardian, or the database refuses it."""

    __tablename__ = "family_mail_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mail_id", "guardian_id"], ["family_mail.id", "family_mail.guardian_id"], name="fk_family_mail_link_mail"
        ),
        ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_family_mail_link_link",
        ),
        Index("ix_family_mail_link_link", "link_id"),
    )

    mail_id: str = Field(primary_key=True)
    link_id: str = Field(primary_key=True)
    mailing_id: str
    guardian_id: str
    child_id: str
