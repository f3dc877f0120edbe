"""Killed while it sorts: whoever goes on makes the rest, and nothing twice.

SQLite sorts a zip and merges a letter here, PostgreSQL cuts one big PDF: what the ways do and what the databases do
has nothing in common.
"""

import io
import time
import zipfile
from pathlib import Path

import pikepdf
from sqlmodel import col, select

from portal import publish
from portal.cli.families.roster import import_file
from portal.documents.tables import Document, Intake
from portal.families import repository as families
from portal.mailings.rules import Term, check_draft
from portal.overviews.per_child import reconciling
from portal.press.typesetting.typeset import TypstPress
from portal.publish import Accepted, Upload
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff import repository as staff
from portal.wiring import House
from tests.conftest import Watch
from tests.faults.run_worker import run_worker_to_a_seal
from tests.faults.test_killed_worker import start_worker
from tests.parts.process import free_ports

PIECE = 50
CHILDREN = 104  # two pieces and a rest
ROSA = "rosa@riverbend.example"
_LETTER = "Dear family of {{ child.name }}, {{ child.student_number }}: we begin on Monday."
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


def kill_at(number: int, house: House, clock: Watch, mailing_id: str) -> None:
    """Kill a worker that has sealed its piece of this number, counted from 1, and not yet written a row of it."""
    told = house.settings.data_dir / f"sealed-{mailing_id}-{number}"
    told.unlink(missing_ok=True)
    process = start_worker(house, free_ports(1)[0], clock, run_worker_to_a_seal, number, told)
    deadline = time.monotonic() + 60
    while not told.exists():
        assert process.is_alive(), "the worker was done before"
        assert time.monotonic() < deadline, "the worker did not come so far"
        time.sleep(0.01)
    process.kill()
    process.join(10)
    with house.db.read() as session:
        intake = session.get_one(Intake, mailing_id)
        assert (intake.state, intake.done) == ("running", (number - 1) * PIECE)


def sort_and_be_killed(
    house: House, clock: Watch, way: publish.Way, uploads: dict[str, Upload], *, at: tuple[int, ...], **ask: object
) -> str:
    """Give, kill the worker each time it has sealed such a piece, let another finish; return the mailing's id."""
    with house.db.read() as session:
        by = staff.by_address(session, ROSA, through="web")
    draft = check_draft(title="Cards", message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    done = publish.give(house, draft, way=way, uploads=uploads, ask=ask, by=by, now=clock.now)
    assert isinstance(done, Accepted)
    for number in at:
        kill_at(number, house, clock, done.mailing_id)
        clock.forward(minutes=2)  # the dead worker's lease is over
    assert publish.sort_given(house, done.mailing_id)
    return done.mailing_id


def test_a_worker_killed_while_it_sorts_loses_nothing_and_doubles_nothing(
    house: House, clock: Watch, tmp_path: Path
) -> None:
    rows = district(house, tmp_path, clock)
    if house.db.is_sqlite:
        cards = {"archive": zip_of_cards(tmp_path, rows)}
        made = [
            sort_and_be_killed(house, clock, "files", cards, at=(2,)),
            sort_and_be_killed(house, clock, "merge", {}, at=(2,), markdown=_LETTER),
        ]
    else:
        cards = {"pdf": pdf_of_cards(tmp_path, rows)}
        made = [sort_and_be_killed(house, clock, "split", cards, at=(1, 2))]  # before any is there, too
    for mailing_id in made:
        with house.db.read() as session:
            table = reconciling.table_of(session, mailing_id, now=clock.now)
            query = select(col(Document.addressee_id)).where(col(Document.mailing_id) == mailing_id)
            addressees = list(session.execute(query).scalars())
        assert table.found.problems == ()
        assert table.mailing.state == "checked"
        assert len(addressees) == len(set(addressees)) == len(rows)
