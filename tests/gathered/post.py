"""Messages as mail programs write them, handed in as the gate does, and a worker that goes on until nothing is left."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from sqlmodel import Session, col, select

from portal import publish
from portal.arrivals.rules import Door
from portal.arrivals.rules.reports import Report, report_of
from portal.arrivals.tables import Gathering
from portal.documents.repository import intakes, loose
from portal.flows.arriving.take_in_message import Handed, Taken, take_in_message
from portal.kernel.ids import new_id
from portal.mail.arriving.reading import read_message
from portal.mailings.tables import Mailing
from portal.outbox.tables import StaffMail
from portal.overviews.arriving.drop_targets import drops_among
from portal.overviews.per_child import reconciling
from portal.publish.gathered.answering import waiting_gatherings, work_on_gathering
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import NOON
from tests.conftest import Watch

_SECONDS = count()
DOMAIN = "letters.school.test"
CARLA, DIEGO, NGOZI = (f"{name}@mail.example.org" for name in ("carla.rivera", "diego.rivera", "ngozi.okafor"))
ROSA_R, EMEKA = "rosa.rivera@mail.example.org", "emeka.okafor@mail.example.org"


def message(
    files: Mapping[str, bytes], *, subject: str = "Report cards", text: str = "Here it is.", to: str = "office@x.test",
    sender: str = "rosa@riverbend.example.org",
) -> bytes:  # fmt: skip
    """Write a message with files; the ending of a name says what it is."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(NOON + timedelta(seconds=next(_SECONDS)))  # as no two messages are of one moment
    mail["Message-ID"] = f"<{new_id()}@mail.example.org>"
    mail.set_content(text)
    for name, data in files.items():
        kind = {"pdf": "pdf", "ics": "ics"}.get(name.rpartition(".")[2], "octet-stream")
        mail.add_attachment(data, maintype="application", subtype=kind, filename=name)
    return mail.as_bytes()


def hand_in(house: House, by: Acting, raw: bytes, recipients: Sequence[str], *, door: Door = "key") -> Taken:
    """Take a message in as the gate does: sealed first, then its rows."""
    said, blob_id, now = read_message(raw), new_id(), house.clock()
    with house.db.write() as session:
        loose.note(session, [blob_id], now=now)
    kept = house.documents.seal(blob_id, io.BytesIO(raw))
    drops = tuple(drops_among(recipients, house.settings.gate_domain))
    sha256 = hashlib.sha256(raw).hexdigest()
    handed = Handed(said, tuple(recipients), drops, door, by, blob_id, kept.size, sha256)
    with house.db.write() as session:
        taken = take_in_message(session, house.keys, handed, now=now)
    if taken.is_known:
        house.documents.shred(blob_id)
    return taken


def work(house: House, clock: Watch) -> None:
    """Let the quiet minutes go by, and work until nothing is left."""
    clock.forward(minutes=11)
    work_at_once(house)


def work_at_once(house: House) -> None:
    """Work until nothing is left."""
    while True:
        tasks = waiting_gatherings(house)
        with house.db.read() as session:
            intaken = intakes.waiting_intakes(session, now=house.clock())
        done = [work_on_gathering(house, task) for task in tasks] + [publish.sort_given(house, one) for one in intaken]
        if not any(done):
            return


def only(house: House) -> Gathering:
    """Return the one gathering there is."""
    with house.db.read() as session:
        return session.exec(select(Gathering)).one()


def report(house: House, gathering_id: str = "") -> Report:
    """Return what became of a gathering."""
    with house.db.read() as session:
        row = session.get_one(Gathering, gathering_id or only(house).id)
        return report_of(row.report)


def mailing_of(house: House, gathering_id: str = "") -> Mailing:
    """Return the mailing that a gathering has become."""
    with house.db.read() as session:
        return session.get_one(Mailing, gathering_id or only(house).id)


def table(house: House, mailing_id: str) -> reconciling.Table:
    """Return files and children of a mailing beside each other."""
    with house.db.read() as session:
        return reconciling.table_of(session, mailing_id, now=house.clock())


def problems(house: House, mailing_id: str) -> list[str]:
    """Return the kinds of what does not add up."""
    return [one.kind for one in table(house, mailing_id).found.problems]


def answers(session: Session) -> list[tuple[str, int]]:
    """Return the kinds and turns of the answers that were queued, in their order."""
    query = select(StaffMail).where(col(StaffMail.kind).in_(["gathered", "gate-stopped"])).order_by(col(StaffMail.turn))
    return [(one.kind, one.turn) for one in session.exec(query)]


def told(house: House) -> list[tuple[str, int]]:
    """Return the answers that were queued."""
    with house.db.read() as session:
        return answers(session)


def with_drops(house: House) -> House:
    """Return the house with a domain of drop addresses."""
    return replace(house, settings=house.settings.model_copy(update={"gate_domain": DOMAIN}))
