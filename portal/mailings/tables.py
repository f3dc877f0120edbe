"""How mailings are stored."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, false, text
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime


class Mailing(Row, table=True):
    """One bulk send. `version` counts its changes, so that nobody approves what they have not seen.

    `way` says how its letters came: one for all, or one for each child. `wave` is the last wave of notices that may
    leave; `first_wave` how many families are in wave 0 (the others wait in wave 1); `send_at` is not before when.
    `round` counts the acts that mailed it.
    `signer` is its author's name, where nobody on the roster is called so. While `links_paused_at` is set no link of it
    opens anything; `reminded_at` is when approvers were last told that it still waits.
    Families are asked to say that they have read it where `acknowledge`. Where `is_addressed` it is for the guardians
    of `addressed_guardian` alone, should there be none of them left. With `plain_for_one` its writer wants no code
    where letters to single children are for one family; `confidential` holds what it is from the approval on.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'checked', 'waiting', 'held', 'sending', 'paused', 'sent',"
            " 'stopped', 'revoked', 'returned')",
            name="ck_mailing_state",
        ),
        CheckConstraint("approver_id IS NULL OR approver_id <> author_id", name="ck_mailing_second_person"),
        CheckConstraint("way IN ('shared', 'files', 'split', 'merge')", name="ck_mailing_way"),
        CheckConstraint("first_wave IS NULL OR first_wave > 0", name="ck_mailing_first_wave"),
        Index("ix_mailing_state", "state"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    title: str
    message: str
    signer: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    confidential: bool = False
    acknowledge: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    is_addressed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    plain_for_one: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    link_days: int
    state: str = "draft"
    version: int = 1
    round: int = 0
    way: str = Field(default="shared", sa_column_kwargs={"server_default": "shared"})
    first_wave: int | None = None
    wave: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    send_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    author_id: str = Field(foreign_key="staff_member.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    judged_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approver_id: str | None = Field(default=None, foreign_key="staff_member.id")
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approval_waived: bool = False
    return_reason: str = ""
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    links_expire_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by_id: str | None = Field(default=None, foreign_key="staff_member.id")
    links_paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reminded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AudienceTerm(Row, table=True):
    """One word of an audience: everyone, a program, a site, a grade, a named child, or those its files are for."""

    __tablename__ = "audience_term"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('everyone', 'program', 'site', 'grade', 'child', 'files')", name="ck_audience_term_kind"
        ),
    )

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True, default="")


class AddressedGuardian(Row, table=True):
    """A guardian whom a mailing was narrowed to. Triggers refuse a link for anybody else, and one added too late."""

    __tablename__ = "addressed_guardian"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    guardian_id: str = Field(primary_key=True, foreign_key="guardian.id")


class MailingSite(Row, table=True):
    """A site whose children the audience holds: by these rows staff of other sites do not see the mailing."""

    __tablename__ = "mailing_site"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    site: str = Field(primary_key=True)


class MailingWriter(Row, table=True):
    """Somebody who wrote or changed a mailing: whoever stands here approves it not, author or not."""

    __tablename__ = "mailing_writer"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id")


class LeaveOut(Row, table=True):
    """A child that staff leave out of a mailing with one letter for each child, and why."""

    __tablename__ = "leave_out"
    __table_args__ = (CheckConstraint("length(reason) >= 3", name="ck_leave_out_reason"),)

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    child_id: str = Field(primary_key=True, foreign_key="child.id")
    reason: str
    by_id: str = Field(foreign_key="staff_member.id")
    at: datetime = Field(sa_type=UtcDateTime)


class MailingWords(Row, table=True):
    """Title and message of a mailing in one more language; the mailing itself holds the English."""

    __tablename__ = "mailing_words"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    language: str = Field(primary_key=True)
    title: str
    message: str


class SampleSeen(Row, table=True):
    """Who has looked at the sample of a mailing's letters, and at which version of it."""

    __tablename__ = "sample_seen"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id")
    version: int
    at: datetime = Field(sa_type=UtcDateTime)


class AskedApprover(Row, table=True):
    """An approver whom somebody asked by name to look at a mailing that waited, and when."""

    __tablename__ = "asked_approver"

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    staff_id: str = Field(primary_key=True, foreign_key="staff_member.id")
    by_id: str = Field(foreign_key="staff_member.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Alarm(Row, table=True):
    """Somebody noticed that something is wrong: they paused a mailing's links, or called the admins without that."""

    __tablename__ = "alarm"
    __table_args__ = (
        CheckConstraint("kind IN ('pause', 'call')", name="ck_alarm_kind"),
        Index("ix_alarm_mailing", "mailing_id", "at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    kind: str
    by_id: str = Field(foreign_key="staff_member.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Round(Row, table=True):
    """An act after the first that mails a mailing to some of its guardians; its key makes a second press one act."""

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('again', 'reminder', 'top-up', 'corrected', 'one-family', 'print', 're-issue')",
            name="ck_round_kind",
        ),
        CheckConstraint("number > 0", name="ck_round_number"),
    )

    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    number: int = Field(primary_key=True)
    kind: str
    by_id: str = Field(foreign_key="staff_member.id")
    at: datetime = Field(sa_type=UtcDateTime)
    notices: int


class LeftOut(Row, table=True):
    """A child, or one guardian of a child, that an approved mailing does not reach, and why."""

    __tablename__ = "left_out"
    __table_args__ = (Index("ix_left_out_mailing", "mailing_id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    child_id: str = Field(foreign_key="child.id")
    guardian_id: str | None = Field(default=None, foreign_key="guardian.id")
    why: str
