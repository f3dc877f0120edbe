"""A crowd of made-up families and one letter approved for all of them, for measuring and for faults."""

import io
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert

from portal.documents.rules.cleared import ClearedFile
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterVersion
from portal.flows.approving import approve_mailing
from portal.flows.writing import draft_mailing
from portal.kernel.ids import new_id
from portal.mailings.rules import Term, check_draft
from portal.overviews.operation.judged_by import version
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House


def rows_of(families: int, now: datetime) -> dict[str, list[dict[str, object]]]:
    """Two in three guardians have one child, one in three has two."""
    rows: dict[str, list[dict[str, object]]] = {"child": [], "enrolment": [], "guardian": [], "guardianship": []}
    for number in range(families):
        guardian = new_id()
        address = f"guardian.{number}@families.example"
        rows["guardian"].append(
            {"id": guardian, "source_id": f"g{number}", "given_name": "Marta", "family_name": f"Lindqvist {number}",
             "address": address, "address_key": address, "language": "", "seen_at": now}
        )  # fmt: skip
        for sibling in range(1 + (number % 3 == 0)):
            child = new_id()
            rows["child"].append(
                {"id": child, "student_number": f"{number}-{sibling}", "source_id": f"{number}-{sibling}",
                 "given_name": ("Ana", "Teo")[sibling], "family_name": f"Lindqvist {number}", "grade": "3",
                 "seen_at": now}
            )  # fmt: skip
            rows["enrolment"].append({"child_id": child, "site": "Maple", "program": "After School"})
            rows["guardianship"].append(
                {"guardian_id": guardian, "child_id": child, "basis": "roster", "may_view": True,
                 "starts_at": now}
            )  # fmt: skip
    return rows


def _seat(house: House, families: int, now: datetime) -> None:
    rows = rows_of(families, now)
    with house.db.write() as session:
        for table in (Child, Enrolment, Guardian, Guardianship):
            session.execute(insert(table), rows[str(table.__tablename__)])
        session.add(
            RosterVersion(number=1, imported_at=now, format="bench", content_sha256="0" * 64, children=0, guardians=0,
                          guardianships=0)
        )  # fmt: skip
    seat_staff(house, now)


def seat_staff(house: House, now: datetime) -> None:
    """Seat who writes the letter and who approves it."""
    with house.db.write() as session:
        for name, role in (("rosa", "publisher"), ("omar", "approver")):
            address = f"{name}@riverbend.example"
            staff.put(session, address=address, address_key=address, name=name, role=role, now=now)


def publish(house: House, families: int, *, now: datetime, letter: bytes = b"") -> str:
    """Seat the crowd and approve one letter to all of it, without a hold; return the mailing's id.

    The letter can be read where its bytes are given.
    """
    _seat(house, families, now)
    mailing_id = submit(house, now=now, letter=letter)
    write(house, plan(house, mailing_id, now=now), now=now)
    return mailing_id


def _by(house: House, name: str) -> Acting:
    with house.db.write() as session:
        return staff.by_address(session, f"{name}@riverbend.example", through="web")


def submit(house: House, *, now: datetime, letter: bytes = b"") -> str:
    """Draft one letter to everybody on the roster and submit it; return the mailing's id."""
    rosa = _by(house, "rosa")
    with house.db.write() as session:
        draft = check_draft(
            title="Welcome to After School", message="We begin on Monday.\n\nBring a coat.", terms=[Term("everyone")],
            link_days=30, link_hosts=frozenset(),
        )  # fmt: skip
        mailing = draft_mailing.draft_mailing(session, house.keys, draft, by=rosa, now=now)
        cleared = ClearedFile(new_id(), "welcome.pdf", "application/pdf", 10, "0" * 64, 1, 1)
        if letter:
            sealed = house.documents.seal(cleared.document_id, io.BytesIO(letter))
            cleared = replace(cleared, size=sealed.size, sha256=sealed.sha256)
        judged_by = version(session, house.guard_terms)
        draft_mailing.attach_documents(
            session, house.keys, mailing.id, [cleared], judged_by=judged_by, by=rosa, now=now
        )
        approve_mailing.submit_mailing(session, house.keys, mailing.id, by=rosa, version=None, now=now)
    return mailing.id


def plan(house: House, mailing_id: str, *, now: datetime) -> approve_mailing.Prepared:
    """Work out who gets what of a submitted letter."""
    omar = _by(house, "omar")
    with house.db.read() as session:
        waiting = approve_mailing.check_may_approve(session, mailing_id, by=omar, terms=house.guard_terms)
        return approve_mailing.prepare_approval(
            session, house.keys, waiting, terms=house.guard_terms, now=now, hold=timedelta()
        )


def write(house: House, prepared: approve_mailing.Prepared, *, now: datetime) -> None:
    """Approve what was worked out."""
    omar = _by(house, "omar")
    with house.db.write() as session:
        approve_mailing.approve_mailing(session, house.keys, prepared, by=omar, now=now)
