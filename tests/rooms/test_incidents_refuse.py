"""What the database itself refuses about incidents: one person as both readers, and a document from elsewhere."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from portal.documents.tables import Document
from portal.flows.incidents.freeze_incident import freeze
from portal.incidents.rules import Target
from portal.incidents.tables import IncidentReading
from portal.kernel.ids import new_id
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch


def test_nobody_grants_their_own_asking_and_nothing_outside_the_incident_is_asked_for(
    house: House, cast: Cast, clock: Watch
) -> None:
    frozen, other = (send_letter(house, cast, now=clock.now) for _ in range(2))
    with house.db.write() as session:
        done = freeze(session, house.keys, Target("mailing", frozen), by=cast.admin, reason="Wrong.", now=clock.now)
        documents = {
            mailing: session.exec(select(Document.id).where(col(Document.mailing_id) == mailing)).one()
            for mailing in (frozen, other)
        }
    good: dict[str, Any] = {
        "id": new_id(), "incident_id": done.incident_id, "mailing_id": frozen, "document_id": documents[frozen],
        "kind": "shared", "asked_by_id": cast.admin.id, "asked_at": clock.now, "reason": "To see what it held.",
    }  # fmt: skip
    for wrong in (
        {"granted_by_id": cast.admin.id, "granted_at": clock.now, "ends_at": clock.now},
        {"granted_by_id": cast.approver.id},
        {"document_id": documents[other]},
        {"document_id": documents[other], "mailing_id": other},
        {"kind": "own"},
        {"reason": "why not"},
    ):
        with pytest.raises(IntegrityError), house.db.write() as session:
            session.execute(insert(IncidentReading).values(**good | wrong))
    with house.db.write() as session:
        session.execute(insert(IncidentReading).values(**good))
