"""How acceptances are stored. Triggers refuse any change to one, and to its end."""

from datetime import datetime

from sqlmodel import Field

from portal.kernel.ids import new_id
from portal.kernel.storage.columns import Row, UtcDateTime

APPEND_ONLY = ("accepted_finding", "ended_acceptance")


class AcceptedFinding(Row, table=True):
    """That an admin accepts a finding, with the value it had, until `ends_at`. `by` is the ledger's label of them."""

    __tablename__ = "accepted_finding"

    id: str = Field(default_factory=new_id, primary_key=True)
    finding: str
    value: str
    ends_at: datetime = Field(sa_type=UtcDateTime)
    reason: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class EndedAcceptance(Row, table=True):
    """That somebody ended an acceptance before its time."""

    __tablename__ = "ended_acceptance"

    acceptance_id: str = Field(primary_key=True, foreign_key="accepted_finding.id")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
