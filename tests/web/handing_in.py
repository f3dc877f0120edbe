"""Messages as they come from somebody's mail program, handed in past the door: sealed, and in a gathering."""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from sqlalchemy import update
from sqlmodel import col

from portal.arrivals.tables import Gathering
from portal.documents.repository import loose
from portal.flows.arriving.take_in_message import Handed, take_in_message
from portal.kernel.ids import new_id
from portal.mail.arriving.message import Arrived, Attachment
from portal.staff.rules import Acting
from portal.wiring import House
from tests.conftest import Watch

CARD = Attachment("report card.pdf", "application/pdf", 1000, "0" * 64)


@dataclass
class MailProgram:
    """The mail program of one staff member."""

    house: House
    clock: Watch
    by: Acting

    def send(self, *to: str, subject: str = "Report cards") -> str:
        """Hand a message with one file in; return the id of its gathering."""
        blob_id, raw = new_id(), f"Subject: {subject}\r\n\r\n{to}".encode()
        digest = sha256(raw).hexdigest()
        said = Arrived(f"<{blob_id}@mail>", self.by.address, "", subject, digest, attachments=(CARD,))
        with self.house.db.write() as session:
            loose.note(session, [blob_id], now=self.clock.now)
        sealed = self.house.documents.seal(blob_id, BytesIO(raw))
        handed = Handed(said, to, (), "key", self.by, blob_id, sealed.size, digest)
        with self.house.db.write() as session:
            return take_in_message(session, self.house.keys, handed, now=self.clock.now).gathering_id

    def becomes(self, gathering_id: str, **values: object) -> None:
        """Let a gathering stand as the worker leaves it."""
        with self.house.db.write() as session:
            session.execute(update(Gathering).where(col(Gathering.id) == gathering_id).values(**values))
