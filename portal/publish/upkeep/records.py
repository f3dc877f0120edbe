"""A child's disclosure record as a file: noted in the ledger first, then made."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final, Literal

from portal import wiring
from portal.flows.keeping.mark_disclosure import note_record_given
from portal.kernel.text.cells import csv_bytes
from portal.overviews.records.disclosure_record import DisclosureRecord, Shown, record_of
from portal.press import Press
from portal.press.papers.disclosure_record import print_record
from portal.staff.rules import Acting
from portal.wiring import House

RecordFile = Literal["pdf", "csv"]
_press = cache(wiring.press)
_INTEREST: Final = "guardian of the child"
_HEADINGS: Final = ("When", "To whom", "What", "How", "Remark")


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """A record as a file."""

    content: bytes
    file_name: str
    media_type: str


def give_record(house: House, number: str, *, what: RecordFile, by: Acting, now: datetime) -> GivenRecord:
    """Note who takes the record of a child, and return it. Raises `NoSuchChild`, `NotAllowed`, `NotTypeset`."""
    with house.db.read() as session:
        found = record_of(session, house.keys, by, number)
    content = _csv(house, found) if what == "csv" else _pdf(house, found, now)
    with house.db.write() as session:
        note_record_given(session, house.keys, found.child_id, by=by, what=what, entries=found.total, now=now)
    name = f"disclosures-{now.astimezone(house.settings.zone):%Y-%m-%d}.{what}"  # it names nobody
    return GivenRecord(content, name, "text/csv; charset=utf-8" if what == "csv" else "application/pdf")


def _csv(house: House, found: DisclosureRecord) -> bytes:
    headings = ("student number", "child", "when", "to whom", "interest", "letter", "file", "how", "remark")
    rows = (
        (found.student_number, found.child_name, _at(house, one.at), one.guardian_name, _INTEREST, one.title,
         one.file_name, _how(one), _remark(house, one))
        for one in found.shown
    )  # fmt: skip
    return csv_bytes(headings, rows)


def _pdf(house: House, found: DisclosureRecord, now: datetime) -> bytes:
    press: Press = _press()
    return print_record(
        press,
        organisation=house.settings.organisation,
        title=f"Disclosures of records of {found.child_name}",
        before=[
            f"Student number {found.student_number}. Made {_at(house, now)}.",
            "All views and downloads of letters about this child through the letter portal, the latest first.",
            "Each person named looked at them as a guardian of the child (34 CFR 99.32).",
        ],
        headings=_HEADINGS,
        rows=[
            (_at(house, one.at), one.guardian_name, f"{one.title} ({one.file_name})", _how(one), _remark(house, one))
            for one in found.shown
        ],
        nothing="Nothing was viewed or downloaded.",
        after=[f"Questions? {house.settings.contact}"] if house.settings.contact else [],
    )


def _how(one: Shown) -> str:
    return "downloaded" if one.kind == "download" else "viewed"


def _remark(house: House, one: Shown) -> str:
    said = []
    if one.marked_at is not None:
        said.append(f"Should not have been. {one.reason}")
    if one.incident_at is not None:
        said.append(f"Part of what was frozen {_at(house, one.incident_at)}.")
    return " ".join(said)


def _at(house: House, moment: datetime) -> str:
    return f"{moment.astimezone(house.settings.zone):%Y-%m-%d %H:%M %Z}"
