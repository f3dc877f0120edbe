"""Riverbend's own roster as a flat file: the cast of characters, changed from one import to the next."""

import csv
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from portal.families.rules import Changes
from portal.families.tables import Child, Guardian, Guardianship
from portal.flows.people.import_roster import Imported, check_roster, compare_roster, fingerprint, import_roster
from portal.kernel.storage.db import Workbench
from portal.rosters.caged import read_roster
from portal.rosters.fields.values import COLUMNS
from portal.wiring import House

Cells = dict[str, str]

_CHILDREN = {
    "ana": ("100001", "Ana", "Rivera", "2", "Maple"),
    "luis": ("100002", "Luis", "Rivera", "4", "Maple"),
    "other_ana": ("100004", "Ana", "Rivera", "5", "Maple"),
    "sam": ("100006", "Sam", "Okafor", "3", "Oak"),
}
_GUARDIANS = {
    "carla": ("Carla", "Rivera"),
    "diego": ("Diego", "Rivera"),
    "rosa_r": ("Rosa", "Rivera"),
    "ngozi": ("Ngozi", "Okafor"),
    "emeka": ("Emeka", "Okafor"),
}


def row(child: str, guardian: str, **cells: str) -> Cells:
    """Return one line of the file: a child of the cast with one of its guardians."""
    number, given, family, grade, site = _CHILDREN[child]
    adult_given, adult_family = _GUARDIANS[guardian]
    return {
        "child_id": number, "child_given_name": given, "child_family_name": family, "grade": grade, "site": site,
        "program": "After School", "guardian_id": f"g-{guardian}", "guardian_given_name": adult_given,
        "guardian_family_name": adult_family,
        "guardian_email": f"{adult_given}.{adult_family}@mail.example.org".lower(), "may_receive": "yes",
    } | cells  # fmt: skip


def stranger(number: int, **cells: str) -> Cells:
    """Return a line for a child and a guardian whom nobody knows yet."""
    return {
        "child_id": str(200_000 + number), "child_given_name": "Noor", "child_family_name": "Haddad", "grade": "1",
        "site": "Oak", "program": "After School", "guardian_id": f"h-{number}", "guardian_given_name": "Huda",
        "guardian_family_name": "Haddad", "guardian_email": f"huda{number}@mail.example.org",
    } | cells  # fmt: skip


def everybody() -> list[Cells]:
    """Return the lines that say exactly what the cast is."""
    return [
        row("ana", "carla"), row("ana", "diego"), row("luis", "carla"), row("luis", "diego"),
        row("other_ana", "rosa_r"), row("sam", "ngozi"), row("sam", "emeka", may_receive="no"),
    ]  # fmt: skip


def without(child: str, guardian: str) -> list[Cells]:
    """Return everybody but one guardian of one child."""
    gone = row(child, guardian)
    return [each for each in everybody() if (each["child_id"], each["guardian_id"]) != tie_of(gone)]


def with_cells(guardian: str, **cells: str) -> list[Cells]:
    """Return everybody, with other cells for one guardian."""
    return [each | cells if each["guardian_id"] == f"g-{guardian}" else each for each in everybody()]


def tie_of(cells: Cells) -> tuple[str, str]:
    return cells["child_id"], cells["guardian_id"]


@dataclass
class Office:
    """The office that imports rosters."""

    house: House
    path: Path
    seen: list[Changes] = field(default_factory=list)

    def write(self, rows: list[Cells]) -> Path:
        with self.path.open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return self.path

    def compare(self, bench: Workbench, rows: list[Cells], *, now: datetime) -> Changes:
        with read_roster(self.write(rows), now.date()) as roster, bench.staging() as connection:
            return compare_roster(connection, self.house.keys, roster, now=now, tell=lambda _: None)

    def take_in(self, rows: list[Cells], *, accept_drop: bool = True, skip_bad_rows: bool = False) -> Imported:
        """Import these lines the way the command does; what they change is the last of `seen`."""
        now = self.house.clock()
        with self.house.db.workbench() as bench:
            with read_roster(self.write(rows), now.date()) as roster:
                with bench.staging() as connection:
                    changes = compare_roster(connection, self.house.keys, roster, now=now, tell=lambda _: None)
                self.seen.append(changes)
                check_roster(changes, roster.report, accept_drop=accept_drop, skip_bad_rows=skip_bad_rows)
                about = {"format_": roster.report.format, "sha256": fingerprint(self.path)}
            with bench.write() as session:
                return import_roster(session, self.house.keys, changes, by="cli:office", now=now, **about)

    def ties(self) -> set[tuple[str, str]]:
        """Return who is whose guardian now: student number and the guardian's id in the roster."""
        query = (
            select(Child.student_number, Guardian.source_id)
            .join(Guardianship, col(Guardianship.child_id) == col(Child.id))
            .join(Guardian, col(Guardian.id) == col(Guardianship.guardian_id))
            .where(col(Guardianship.ends_at).is_(None))
        )
        with self.house.db.read() as session:
            return set(session.exec(query).all())

    def child(self, number: str) -> Child:
        with self.house.db.read() as session:
            return session.exec(select(Child).where(Child.student_number == number)).one()

    def guardian(self, source: str) -> Guardian:
        with self.house.db.read() as session:
            return session.exec(select(Guardian).where(Guardian.source_id == source)).one()

    def guardianship(self, guardian_id: str, child_id: str) -> Guardianship:
        with self.house.db.read() as session:
            return session.exec(
                select(Guardianship).where(Guardianship.guardian_id == guardian_id, Guardianship.child_id == child_id)
            ).one()
