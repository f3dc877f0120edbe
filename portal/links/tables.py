"""How links and openings are stored. Neither token nor code is: both are derived from the row's id."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime


class Link(Row, table=True):
    """One guardian's way to one child's copies of one mailing. A new edition is a new row."""

    __tablename__ = "link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["guardian_id", "child_id"],
            ["guardianship.guardian_id", "guardianship.child_id"],
            name="fk_link_guardianship",
        ),
        UniqueConstraint("mailing_id", "guardian_id", "child_id", "edition", name="uq_link_edition"),
        UniqueConstraint("id", "mailing_id", "guardian_id", "child_id", name="uq_link_scope"),
        Index("ix_link_guardian_child", "guardian_id", "child_id"),
        Index("ix_link_child", "child_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    mailing_id: str = Field(foreign_key="mailing.id")
    guardian_id: str
    child_id: str
    edition: int = 1
    code_key_id: str
    code_lookup: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_why: str = ""


class FamilySession(Row, table=True):
    """A browser in which links of one guardian are open; `id` is the hash of its cookie.

    `shown_child_id` is whose letters alone are to be shown of those that are open: a wish, which opens nothing.
    """

    __tablename__ = "family_session"
    __table_args__ = (UniqueConstraint("id", "guardian_id", name="uq_family_session_guardian"),)

    id: str = Field(primary_key=True)
    guardian_id: str = Field(foreign_key="guardian.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown_child_id: str | None = None


class Opening(Row, table=True):
    """A link opened in a browser by an explicit act; `proven_at` is when that browser gave a code for its guardian.

    `network` is from where, cut short so that it names no household, and forgotten after 90 days.
    """

    __tablename__ = "opening"
    __table_args__ = (
        ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_opening_link",
        ),
        ForeignKeyConstraint(
            ["session_id", "guardian_id"],
            ["family_session.id", "family_session.guardian_id"],
            name="fk_opening_guardian",
        ),
        UniqueConstraint("id", "link_id", name="uq_opening_link"),
        Index("ix_opening_session", "session_id"),
        Index("ix_opening_link", "link_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    session_id: str
    link_id: str
    mailing_id: str
    guardian_id: str
    child_id: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    proven_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    network: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class CodeStep(Row, table=True):
    """A browser that stands before a confidential letter; `id` is the hash of its cookie. Nothing is open by it."""

    __tablename__ = "code_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["link_id", "mailing_id", "guardian_id", "child_id"],
            ["link.id", "link.mailing_id", "link.guardian_id", "link.child_id"],
            name="fk_code_step_link",
        ),
        UniqueConstraint("id", "link_id", "guardian_id", name="uq_code_step_scope"),
        Index("ix_code_step_created", "created_at"),
    )

    id: str = Field(primary_key=True)
    link_id: str
    mailing_id: str
    guardian_id: str
    child_id: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CodeChallenge(Row, table=True):
    """A code mailed for one browser's step. It follows from `id` and a key, and neither it nor its hash is stored.

    `address_key` is the address it was mailed to: another address on file makes it void.
    """

    __tablename__ = "code_challenge"
    __table_args__ = (
        ForeignKeyConstraint(
            ["step_id", "link_id", "guardian_id"],
            ["code_step.id", "code_step.link_id", "code_step.guardian_id"],
            name="fk_code_challenge_step",
        ),
        CheckConstraint("wrong BETWEEN 0 AND 5", name="ck_code_challenge_wrong"),
        Index("ix_code_challenge_step", "step_id"),
        Index("ix_code_challenge_link", "link_id", "created_at"),
        Index("ix_code_challenge_created", "created_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    step_id: str
    link_id: str
    guardian_id: str
    key_id: str
    address_key: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    wrong: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CodePause(Row, table=True):
    """A link for which no code is mailed or taken until a moment: too many were wrong, or too many were asked for."""

    __tablename__ = "code_pause"

    link_id: str = Field(primary_key=True, foreign_key="link.id")
    paused_until: datetime = Field(sa_type=UtcDateTime)


class Device(Row, table=True):
    """A browser that opens one guardian's confidential letters without a code; `browser` is the hash of its cookie.

    Known only while the address on file is `address_key`, the one that its code went to.
    """

    __tablename__ = "device"
    __table_args__ = (
        Index("ix_device_browser", "browser"),
        Index("ix_device_guardian", "guardian_id"),
        Index("ix_device_expires", "expires_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    browser: str
    guardian_id: str = Field(foreign_key="guardian.id")
    address_key: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Renewal(Row, table=True):
    """Somebody asked for a fresh link: what they typed is sealed, and gone once the worker has looked at it.

    `id` follows from the page they asked on and what they typed, so a second press is the same act.
    """

    __tablename__ = "renewal"
    __table_args__ = (
        CheckConstraint("(handled_at IS NULL) = (wish IS NOT NULL)", name="ck_renewal_wish"),
        Index("ix_renewal_handled", "handled_at"),
        Index("ix_renewal_asked", "asked_at"),
    )

    id: str = Field(primary_key=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    wish: bytes | None = Field(default=None, sa_type=LargeBinary)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TakingBack(Row, table=True):
    """One taking back and what it did; its key makes a second press a look at the first.

    A family may get new letters later: then taking back once more is a new act, and its row tells of the latest.
    """

    __tablename__ = "taking_back"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('link', 'document', 'mailing', 'guardianship', 'guardian', 'child')", name="ck_taking_back_kind"
        ),
    )

    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    by: str
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)
    links: int
    notices_cancelled: int
    sessions_ended: int
