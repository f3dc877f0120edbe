"""How incidents are stored. Triggers refuse any change to a decision; a check refuses one person as both readers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime

APPEND_ONLY = ("incident_decision",)


class Incident(Row, table=True):
    """One press of the red button: what was meant, by whom, why, and what it did.

    A `span` is everything that `sender_id` sent from `since` up to `until`. `by` is the ledger's label of whoever
    pressed. The counts are of what was alive at that moment.
    """

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("kind IN ('mailing', 'document', 'span')", name="ck_incident_kind"),
        CheckConstraint("(kind = 'document') = (document_id IS NOT NULL)", name="ck_incident_document"),
        CheckConstraint(
            "(kind = 'span') = (sender_id IS NOT NULL AND since IS NOT NULL AND until IS NOT NULL)",
            name="ck_incident_span",
        ),
        Index("ix_incident_at", "at"),
        Index("ix_incident_document", "document_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    document_id: str | None = Field(default=None, foreign_key="document.id")
    sender_id: str | None = Field(default=None, foreign_key="staff_member.id")
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    by: str
    reason: str
    at: datetime = Field(sa_type=UtcDateTime)
    links: int
    notices_cancelled: int
    sessions_ended: int


class IncidentMailing(Row, table=True):
    """A mailing that an incident is about. `state` and `round` are those it was in; `is_ours`: it died by this press.

    What somebody had taken back before is looked at here, and never sent anew from here. `undone_at` is when families
    were sent fresh links, `undone_in` the round that carries them.
    """

    __tablename__ = "incident_mailing"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_in IS NULL)", name="ck_incident_mailing_undone"),
        Index("ix_incident_mailing_mailing", "mailing_id"),
    )

    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    mailing_id: str = Field(primary_key=True, foreign_key="mailing.id")
    state: str
    round: int
    is_ours: bool
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_in: int | None = None


class IncidentDecision(Row, table=True):
    """What was decided, or learnt, and by whom; never changed afterwards."""

    __tablename__ = "incident_decision"
    __table_args__ = (Index("ix_incident_decision_incident", "incident_id", "at"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    incident_id: str = Field(foreign_key="incident.id")
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    text: str


class IncidentText(Row, table=True):
    """What is to be told to families or to an authority, once somebody changed the draft."""

    __tablename__ = "incident_text"
    __table_args__ = (CheckConstraint("kind IN ('notice', 'report')", name="ck_incident_text_kind"),)

    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    kind: str = Field(primary_key=True)
    text: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class IncidentReading(Row, table=True):
    """One admin asks to read one frozen document, another grants it; then both may, until `ends_at`.

    `kind` is inside the key to the document, so that no document of a mailing outside the incident can be asked for.
    """

    __tablename__ = "incident_reading"
    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "mailing_id"],
            ["incident_mailing.incident_id", "incident_mailing.mailing_id"],
            name="fk_incident_reading_mailing",
        ),
        ForeignKeyConstraint(
            ["document_id", "mailing_id", "kind"],
            ["document.id", "document.mailing_id", "document.kind"],
            name="fk_incident_reading_document",
        ),
        CheckConstraint("granted_by_id <> asked_by_id", name="ck_incident_reading_second_person"),
        CheckConstraint(
            "(granted_by_id IS NULL) = (granted_at IS NULL) AND (granted_at IS NULL) = (ends_at IS NULL)",
            name="ck_incident_reading_granted",
        ),
        CheckConstraint("length(reason) >= 10", name="ck_incident_reading_reason"),
        Index("ix_incident_reading_incident", "incident_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    incident_id: str
    mailing_id: str
    document_id: str
    kind: str
    asked_by_id: str = Field(foreign_key="staff_member.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    reason: str
    granted_by_id: str | None = Field(default=None, foreign_key="staff_member.id")
    granted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
