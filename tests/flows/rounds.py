"""A mailing that is sent, and the shortest way to what is sent after it."""

from dataclasses import dataclass

from sqlmodel import select

from portal import publish
from portal.documents.tables import Copy
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterVersion
from portal.flows.opening.disclose_document import Wish, disclose
from portal.flows.opening.open_link import Opened, open_link, read_attempt, session_id_of
from portal.flows.sending.send_round import Sent
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.rules import RoundKind
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.family.letters import Letter
from portal.overviews.sending.rounds import Planned
from portal.staff.rules import Acting
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast
from tests.conftest import Watch


@dataclass
class Sending:
    """One mailing after its first sending, and what a staff member may do with it."""

    house: House
    cast: Cast
    clock: Watch
    mailing_id: str

    @property
    def mailing(self) -> Mailing:
        with self.house.db.read() as session:
            return session.get_one(Mailing, self.mailing_id)

    def look(self, kind: RoundKind, *, by: Acting | None = None, child: str = "") -> Planned:
        """Return whom an act would reach now."""
        with self.house.db.read() as session:
            person = by or self.cast.writer
            _, planned = publish.look_at_round(
                self.house, session, self.mailing_id, kind, by=person, child=child, now=self.clock.now
            )
        return planned

    def names(self, kind: RoundKind, *, child: str = "") -> set[str]:
        """Return the addresses that an act would write to now."""
        return {one.address.partition(".")[0] for one in self.look(kind, child=child).recipients}

    def press(
        self, kind: RoundKind, *, by: Acting | None = None, seen: tuple[int, int] | None = None, child: str = ""
    ) -> Sent:
        """Do it, as the page that is shown now says it, or as an older one did."""
        seen = seen or (self.mailing.version, self.mailing.round + 1)
        return publish.send_again(
            self.house, self.mailing_id, kind, by=by or self.cast.writer, seen=seen, child=child, now=self.clock.now
        )

    async def deliver(self, room: RecordingRoom | None = None) -> RecordingRoom:
        """Let the hold pass, and everything that is due leave."""
        self.clock.forward(seconds=self.house.settings.hold_seconds + 1)
        room = room or RecordingRoom()
        await Worker(self.house, room).drain()
        return room

    def notices(self, number: int) -> dict[str, Notice]:
        """Return the messages of a round by the first part of their address."""
        with self.house.db.read() as session:
            query = select(Notice).where(Notice.mailing_id == self.mailing_id, Notice.round == number)
            return {one.address.partition(".")[0]: one for one in session.exec(query)}


def new_address(house: House, guardian: str, address: str | None) -> None:
    """Give a guardian another address."""
    with house.db.write() as session:
        found = session.get_one(Guardian, guardian)
        found.address, found.address_key = address, OneAddress.parse(address).key if address else None


def enrol(house: House, clock: Watch, *, name: str, address: str | None, site: str = "Maple", number: int = 2) -> str:
    """Add a child with one guardian to the roster, as the next import would; return the child's id."""
    child, guardian = new_id(), new_id()
    with house.db.write() as session:
        given, _, family = name.partition(" ")
        session.add(
            Child(id=child, student_number=f"3{number:05}", source_id=child, given_name=given, family_name=family,
                  seen_at=clock.now)
        )  # fmt: skip
        session.add(
            Guardian(id=guardian, source_id=guardian, given_name="Huda", family_name=family, address=address,
                     address_key=address, seen_at=clock.now)
        )  # fmt: skip
        session.flush()
        session.add(Enrolment(child_id=child, site=site, program="After School"))
        session.add(Guardianship(guardian_id=guardian, child_id=child, may_view=True, starts_at=clock.now))
        session.add(
            RosterVersion(number=number, imported_at=clock.now, format="cast", content_sha256="0" * 64, children=5,
                          guardians=6, guardianships=8)
        )  # fmt: skip
    return child


def read_letter(house: House, clock: Watch, link_id: str) -> None:
    """Open a link, and look at every letter behind it: from then on it is opened."""
    token = tokens.mint_token(house.keys, "link-token", link_id)
    with house.db.write() as session:
        opened = open_link(
            session, house.keys, read_attempt(house.keys, token=token, code=""), old_cookie=None, now=clock.now
        )
        assert isinstance(opened, Opened)
        session_id = session_id_of(opened.cookie)
        query = select(Copy.id).where(Copy.mailing_id == opened.link.mailing_id, Copy.child_id == opened.link.child_id)
        wishes = [Wish(session_id, copy_id, "view", clock.now) for copy_id in session.exec(query)]
        for answer in disclose(session, wishes, keys=house.keys):
            assert isinstance(answer, Letter), answer
