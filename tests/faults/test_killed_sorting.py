"""Killed while it sorts: whoever goes on makes the rest, and nothing twice.

SQLite sorts a zip here and PostgreSQL one big PDF: what the ways do and what the databases do has nothing in common.
"""

import io
import time
import zipfile
from multiprocessing.process import BaseProcess
from pathlib import Path

import pikepdf
from sqlmodel import col, select

from portal import publish
from portal.cli.roster import import_file
from portal.documents.tables import Document, Intake
from portal.families import repository as families
from portal.mailings.rules import Term, check_draft
from portal.overviews import reconciling
from portal.press.typeset import TypstPress
from portal.publish import Accepted, Upload
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff import repository as staff
from portal.wiring import House
from tests.conftest import Watch
from tests.faults.test_killed_worker import start_worker
from tests.parts.process import free_ports

CHILDREN = 130
ROSA = "rosa@riverbend.example"
_CARD = '#set document(title: [Card])\n#set text(lang: "en")\n#sys.inputs.text'


def district(house: House, folder: Path, clock: Watch) -> list[tuple[str, str]]:
    """Import a made-up roster, add one publisher, and return number and name of every child."""
    path = folder / "roster.csv"
    write_synthetic_roster(path, children=CHILDREN)
    import_file(house, path, by="test")
    with house.db.write() as session:
        staff.put(session, address=ROSA, address_key=ROSA, name="Rosa", role="publisher", now=clock.now)
        pupils = families.pupils_of(session, None)
    return [(number, f"{given} {family}") for _, number, given, family in pupils]


def zip_of_cards(folder: Path, rows: list[tuple[str, str]]) -> Upload:
    press, path = TypstPress(), folder / "cards.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in rows:
            archive.writestr(f"{number}.pdf", press.typeset(_CARD, {"text": f"Card of {name}, number {number}."}))
    return Upload(path, path.name)


def pdf_of_cards(folder: Path, rows: list[tuple[str, str]]) -> Upload:
    path = folder / "cards.pdf"
    with zipfile.ZipFile(zip_of_cards(folder, rows).path) as cards, pikepdf.new() as whole:
        for name in cards.namelist():
            with pikepdf.open(io.BytesIO(cards.read(name))) as card:
                whole.pages.extend(card.pages)
        whole.save(path)
    return Upload(path, path.name)


def wait_until_some_are_there(house: House, mailing_id: str, process: BaseProcess, least: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.is_alive()
        with house.db.read() as session:
            intake = session.get(Intake, mailing_id, populate_existing=True)
            if intake is not None and intake.state == "running" and intake.done >= least:
                return
        time.sleep(0.01)
    raise AssertionError("the worker did not begin")


def test_a_worker_killed_while_it_sorts_loses_nothing_and_doubles_nothing(
    house: House, clock: Watch, tmp_path: Path
) -> None:
    rows = district(house, tmp_path, clock)
    with house.db.read() as session:
        by = staff.by_address(session, ROSA, through="web")
    draft = check_draft(title="Cards", message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    way: publish.Way = "files" if house.db.is_sqlite else "split"
    uploads = {"archive": zip_of_cards(tmp_path, rows)} if way == "files" else {"pdf": pdf_of_cards(tmp_path, rows)}
    done = publish.give(house, draft, way=way, uploads=uploads, ask={}, by=by, now=clock.now)
    assert isinstance(done, Accepted)
    for least in (0, 50):  # before anything is written, and after some is
        (port,) = free_ports(1)
        process = start_worker(house, port, clock)
        wait_until_some_are_there(house, done.mailing_id, process, least)
        process.kill()
        process.join(10)
        clock.forward(minutes=2)  # the dead worker's lease is over
    assert publish.sort_given(house, done.mailing_id)
    with house.db.read() as session:
        table = reconciling.table_of(session, done.mailing_id, now=clock.now)
        query = select(col(Document.addressee_id)).where(col(Document.mailing_id) == done.mailing_id)
        addressees = list(session.execute(query).scalars())
    assert table.found.problems == ()
    assert table.mailing.state == "checked"
    assert len(addressees) == len(set(addressees)) == len(rows)
