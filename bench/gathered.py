"""Messages of a merge, each with one child's card: closed to ready to approve, beside the same cards by zip.

`python -m bench.gathered [CHILDREN]`: seconds and processor seconds of both, those of the cages among them, and the
ratio. What the gate does before (taking, sealing) is not measured here. Each way has a process of its own.
"""

import hashlib
import io
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col

from bench.each_child import _DATABASE_URL, _ROSA, _processor, cards, run, zipped
from bench.figures import tell
from bench.notices import build
from portal import publish
from portal.arrivals import repository as arrivals
from portal.arrivals.tables import Gathering
from portal.cli.families.roster import import_file
from portal.documents.repository import intakes, loose
from portal.families.repository.guardians import children_by_address
from portal.families.tables import Child, Guardian
from portal.flows.arriving.take_in_message import Handed, take_in_message
from portal.kernel.ids import new_id
from portal.kernel.log import start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.mail.arriving.reading import read_message
from portal.overviews.per_child import reconciling
from portal.publish import Upload
from portal.publish.gathered.answering import waiting_gatherings, work_on_gathering
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.wiring import House

_MOST = 1.10
"""Times the processor seconds of the same cards by zip."""


def recipients(house: House) -> dict[str, list[str]]:
    """Return the addresses of the guardians of each child, by student number."""
    with house.db.read() as session:
        keys = {key for key in session.execute(select(col(Guardian.address_key))).scalars() if key}
        numbers = {row[0]: row[1] for row in session.execute(select(col(Child.id), col(Child.student_number)))}
        found: dict[str, list[str]] = {}
        for address, _, child in children_by_address(session, keys, None, now=house.clock()):
            found.setdefault(numbers[child], []).append(address)
    return found


def hand_in(house: House, by: Acting, number: int, pdf: bytes, addresses: list[str]) -> None:
    """Take one message of the merge in, as the gate does."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = _ROSA, ", ".join(addresses), "Report cards"
    mail["Date"], mail["Message-ID"] = f"Thu, 06 Aug 2026 12:{number // 60 % 60:02}:{number % 60:02} +0000", new_id()
    mail.set_content("Here is the report card.")
    mail.add_attachment(pdf, maintype="application", subtype="pdf", filename="report card.pdf")
    raw, blob_id, now = mail.as_bytes(), new_id(), house.clock()
    with house.db.write() as session:
        loose.note(session, [blob_id], now=now)
    kept = house.documents.seal(blob_id, io.BytesIO(raw))
    sha256 = hashlib.sha256(raw).hexdigest()
    handed = Handed(read_message(raw), tuple(addresses), (), "key", by, blob_id, kept.size, sha256)
    with house.db.write() as session:
        take_in_message(session, house.keys, handed, now=now)


def make(folder: Path, children: int) -> None:
    """Make a house, its roster, a zip of cards and the messages with the same cards in `folder`."""
    house = build(folder, 1, _DATABASE_URL)
    write_synthetic_roster(folder / "roster.csv", children=children)
    import_file(house, folder / "roster.csv", by="bench")
    with house.db.write() as session:
        staff.put(session, address=_ROSA, address_key=_ROSA, name="Rosa", role="publisher", now=house.clock())
        by = staff.by_address(session, _ROSA, through="web")
    made, _ = cards(house)
    theirs = recipients(house)
    reached = {number: pdf for number, pdf in made.items() if number in theirs}
    zipped(reached, folder)
    for place, (number, pdf) in enumerate(reached.items()):
        hand_in(house, by, place, pdf, theirs[number])
    house.close()


def by_mail(house: House) -> None:
    """Close what was gathered, make its letters and sort them; print what that took."""
    with house.db.write() as session:
        gathering_id = session.execute(select(col(Gathering.id))).scalar_one()
        arrivals.close(session, gathering_id)
    before, begun = _processor(), time.perf_counter()
    for task in waiting_gatherings(house):
        work_on_gathering(house, task)
    made = time.perf_counter() - begun
    with house.db.read() as session:
        waiting = intakes.waiting_intakes(session, now=house.clock())
    for mailing_id in waiting:
        publish.sort_given(house, mailing_id)
    took = time.perf_counter() - begun
    house.reader.close()
    own, cages = (b - a for a, b in zip(before, _processor(), strict=True))
    with house.db.read() as session:
        table = reconciling.table_of(session, gathering_id, now=house.clock())
    print(f"mail: {table.found.counts.paired:,} letters, complete: {table.is_complete}")
    print(f"  {took:.1f} s, of these {made:.1f} s until they are sorted")
    print(f"  processor {own + cages:.1f} s: {own:.1f} s here, {cages:.1f} s in cages", flush=True)
    (Path(house.settings.data_dir) / "mail").write_text(str(own + cages))


def work(folder: Path, way: str) -> None:
    """Bring the cards to where they may be approved, one way."""
    house = build(folder, 1, _DATABASE_URL, keys_exist=True)
    with house.db.read() as session:
        by = staff.by_address(session, _ROSA, through="web")
    house.people.known(now=house.clock())
    if way == "mail":
        by_mail(house)
    else:
        before = _processor()
        run(house, by, "files", {"archive": Upload(folder / "cards.zip", "cards.zip")}, 1.0)
        spent = sum(_processor()) - sum(before)
        mailed = float((Path(house.settings.data_dir) / "mail").read_text())
        aim = f"at most {_MOST} x"
        tell("cards by mail, processor", mailed, "CPU s", aim, times=mailed / spent, baseline="the same by zip")
    house.close()


def main() -> None:
    start_logging(quiet=True)
    tidy_less_often()  # as every command does
    keep_freed_memory()
    match sys.argv[1:]:
        case ["make", folder, children]:
            make(Path(folder), int(children))
        case ["work", folder, way]:
            work(Path(folder), way)
        case rest:
            with tempfile.TemporaryDirectory() as folder:
                for step in (("make", folder, *(rest or ["2900"])), ("work", folder, "mail"), ("work", folder, "zip")):
                    subprocess.run([sys.executable, "-m", "bench.gathered", *step], check=True)


if __name__ == "__main__":
    main()
