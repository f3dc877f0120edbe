"""What families, staff and workers ask of a portal with few and with many links: how long it takes, and what is read.

The sizes take turns at every question, so that what else the machine does weighs on each alike. Beside milliseconds,
which other work on the machine changes, stand the pages that PostgreSQL looks at to answer, which nothing changes.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.scale.filling import LETTERS, Size, address_of, id_of, number_of
from portal.flows.opening.disclose_document import Wish, disclose
from portal.flows.opening.open_link import Opened, open_link, read_attempt, session_id_of
from portal.flows.sending.deliver_notice import claim_notices
from portal.flows.sending.finish_mailing import finish_mailings
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.tokens import mint_token
from portal.kernel.storage.db import Database
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.links.rules import Open
from portal.overviews.family import notices
from portal.overviews.family.earlier import earlier_letters
from portal.overviews.family.letters import letters_of_session
from portal.overviews.links import finding
from portal.overviews.people import children
from portal.overviews.sending.progress import progress_of
from portal.overviews.sending.who_has_it import who_has_it
from portal.overviews.writing.desk import desk_of
from portal.overviews.writing.mailing_seen import mailing_seen
from portal.staff.rules import Acting
from portal.words.languages import ENGLISH

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


class _Undone(Exception):
    """Whatever was written is taken back."""


@dataclass
class Portal:
    """A filled database, and who asks it."""

    database: Database
    keys: KeyRing
    size: Size
    chance: random.Random = field(default_factory=lambda: random.Random(45))
    now: datetime = NOW

    def __post_init__(self) -> None:
        self._cookies: list[tuple[str, str]] = []
        self.admin = Acting(id_of("staff", 0), "staff.0", "Staff 0", "admin", None)
        site = f"Site {(self.size.mailings - 1) // LETTERS}"
        self.publisher = Acting(id_of("staff", 1), "staff.1", "Staff 1", "publisher", frozenset({site}))

    def open(self) -> None:
        """Press the button of a link that nobody opened: judged, a session, an entry in the ledger."""
        self.now += timedelta(seconds=1)
        number = self.chance.randrange(self.size.links // 2) * 2 + 1
        token = mint_token(self.keys, "link-token", id_of("link", number))
        attempt = read_attempt(self.keys, token=token, code="")
        with self.database.write() as session:
            opened = open_link(session, self.keys, attempt, old_cookie=None, now=self.now)
        assert isinstance(opened, Opened), opened
        self._cookies.append((session_id_of(opened.cookie), id_of("copy", number)))

    def disclose(self) -> None:
        """Read the letter that was opened last: judged, a disclosure and an entry in the ledger."""
        session_id, copy_id = self._cookies[-1]
        wish = Wish(session_id, copy_id, "view", self.now)
        (letter,) = self.database.insist(lambda session: disclose(session, [wish], keys=self.keys))
        assert not isinstance(letter, Exception), letter

    def wishes(self) -> Sequence[Wish]:
        """Return the wish of each browser so far to save its letter."""
        return [Wish(session_id, copy_id, "download", self.now) for session_id, copy_id in self._cookies]

    def list(self) -> None:
        """Show what is open in a browser, and the child's earlier letters."""
        session_id, _ = self._cookies[-1]
        with self.database.read() as session:
            (letter,) = letters_of_session(session, session_id, now=self.now)
            assert isinstance(letter.verdict, Open)
            earlier_letters(session, session_id, letter.link, ENGLISH, is_known=False, now=self.now)

    def search(self) -> None:
        """Look a child up by name, as staff of all sites do."""
        with self.database.read() as session:
            found, _ = children.search(session, self.admin, words="amina marin", after="")
        assert found

    def search_number(self) -> None:
        """Look a child up by its number."""
        number = number_of(self.chance.randrange(self.size.children))
        with self.database.read() as session:
            found, _ = children.search(session, self.admin, words=number, after="")
        assert found

    def box(self) -> None:
        """Ask the admin's box, which looks for people, letters, files and links."""
        with self.database.read() as session:
            assert finding.find(session, address_of(self.chance.randrange(self.size.children)), self.admin).families

    def child(self) -> None:
        """Show one child with its guardians and letters."""
        with self.database.read() as session:
            children.child_seen(session, self.admin, number_of(self.chance.randrange(self.size.children)), now=self.now)

    def desk(self) -> None:
        """Show what waits for a publisher of one site, and the newest letters there."""
        with self.database.read() as session:
            desk_of(session, self.publisher, organisation="Riverbend")

    def mailing(self) -> None:
        """Show one letter of three hundred families, and how far it has come."""
        mailing_id = id_of("mailing", self.chance.randrange(self.size.mailings))
        with self.database.read() as session:
            mailing_seen(session, self.admin, mailing_id, organisation="Riverbend", now=self.now)
            progress_of(session, mailing_id)

    def readers(self) -> None:
        """Show who of a letter's three hundred families has opened it."""
        with self.database.read() as session:
            mailing_id = id_of("mailing", self.chance.randrange(self.size.mailings))
            who_has_it(session, self.admin, mailing_id, words="", shown="all", page=1)

    def entries(self) -> None:
        """Look up in the ledger what one guardian did."""
        whose = id_of("guardian", self.chance.randrange(self.size.entries // 10))
        with self.database.read() as session:
            assert ledger.search(session, Wanted(by=f"family:{whose}"), limit=101)

    def claim(self) -> None:
        """Claim fifty notices as a worker does, and give them back."""
        with suppress(_Undone), self.database.connect() as connection:
            assert claim_notices(connection, most=50, now=self.now)
            raise _Undone

    def beat(self) -> None:
        """Look, as a worker does once a beat, whether anything is due or done."""
        with self.database.read() as session:
            assert notices.has_unfinished(session, now=self.now)
        with self.database.write() as session:
            finish_mailings(session, self.keys, now=self.now)


QUESTIONS: Mapping[str, Callable[[Portal], None]] = {
    "open a link": Portal.open,
    "read the letter": Portal.disclose,
    "list of letters": Portal.list,
    "search by name": Portal.search,
    "search by number": Portal.search_number,
    "the admin's box": Portal.box,
    "a child's page": Portal.child,
    "the publisher's desk": Portal.desk,
    "a letter's page": Portal.mailing,
    "who has opened it": Portal.readers,
    "the ledger by person": Portal.entries,
    "a worker's claim": Portal.claim,
    "a worker's beat": Portal.beat,
}
SLOW = frozenset({"a letter's page", "who has opened it", "the publisher's desk"})
"""These walk a letter of three hundred families, whatever the portal's size, and are asked less often."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Milliseconds of one question at one size."""

    p50: float
    p99: float


def ask_all(portals: Sequence[Portal], *, rounds: int) -> dict[str, list[Answered]]:
    """Ask everything so many times of each portal in turn; return how long each took, a value for each portal."""
    took: dict[str, list[list[float]]] = {name: [[] for _ in portals] for name in QUESTIONS}
    for turn in range(-2, rounds):  # the first two warm up plans and caches
        for name, ask in QUESTIONS.items():
            if name in SLOW and turn % 8:
                continue
            for at, portal in enumerate(portals):
                began = time.perf_counter()
                ask(portal)
                if turn >= 0:
                    took[name][at].append(1_000 * (time.perf_counter() - began))
    return {name: [_answered(one) for one in times] for name, times in took.items()}


def _answered(times: list[float]) -> Answered:
    in_order = sorted(times)
    return Answered(in_order[len(in_order) // 2], in_order[min(len(in_order) - 1, len(in_order) * 99 // 100)])
