"""The only file that names concrete adapters: which database, blobs, reader and mail server are real."""

import threading
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from portal.blobs import Blobs, SealedDocuments
from portal.blobs.disk import DiskBlobs
from portal.blobs.keystore import SqlDataKeys
from portal.blobs.s3 import S3Blobs
from portal.blobs.sealed import SealedStore
from portal.families import repository as families
from portal.flows.disclose_document import Wish, disclose
from portal.guard.roster import Roster
from portal.kernel.clock import Clock, utc_now
from portal.kernel.db import Database
from portal.kernel.errors import StartRefused
from portal.kernel.groups import GroupCommit
from portal.kernel.keys import KeyRing, load_key_file
from portal.kernel.settings import Settings
from portal.ledger.errors import LedgerUnavailable
from portal.mail.room import MailRoom
from portal.mail.smtp import SmtpRoom, SmtpServer
from portal.overviews.letters import Letter
from portal.overviews.people import people
from portal.press import Press
from portal.press.typeset import TypstPress
from portal.reading.caged import CagedReader, cage_has_no_network
from portal.reading.reader import Reader

Disclosures = GroupCommit[Wish, Letter]


@dataclass(frozen=True, slots=True)
class House:
    """Everything a door needs, made once per process."""

    settings: Settings
    clock: Clock
    keys: KeyRing
    db: Database
    key_store: Database
    blobs: Blobs
    documents: SealedDocuments
    reader: Reader
    disclosures: Disclosures
    people: "KnownPeople"

    def close(self) -> None:
        """Finish what is being written; let go of the reader and both databases."""
        self.disclosures.close()
        self.reader.close()
        self.db.close()
        self.key_store.close()


def build_house(settings: Settings, *, clock: Clock = utc_now) -> House:
    """Make the real adapters for these settings. Raises `StartRefused`."""
    settings.check_key_place()
    if not settings.is_loopback and not cage_has_no_network():
        raise StartRefused(
            "This machine cannot keep the file reader off the network, so the portal serves this machine alone."
        )
    keys = load_key_file(settings.keys)
    db = Database(settings.database)
    key_store = Database(settings.key_store)
    blobs = _blobs(settings)
    return House(
        settings=settings,
        clock=clock,
        keys=keys,
        db=db,
        key_store=key_store,
        blobs=blobs,
        documents=SealedStore(blobs, SqlDataKeys(key_store, keys)),
        reader=CagedReader(),
        disclosures=GroupCommit(db, partial(disclose, keys=keys), "disclosures", LedgerUnavailable),
        people=KnownPeople(),
    )


class KnownPeople:
    """The guard's index of the newest roster, built once per import and process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._built: tuple[int, Roster] | None = None

    def roster(self, db: Database, keys: KeyRing, *, now: datetime) -> Roster:
        """Return the index for the newest roster; whoever comes while it is built waits for it."""
        with self._lock, db.read() as session:
            number = families.newest_roster(session)
            if self._built is None or self._built[0] != number:
                self._built = (number, Roster.of(people(session, keys, now=now)))
            return self._built[1]


def _blobs(settings: Settings) -> Blobs:
    if settings.blobs.startswith("s3://"):
        return S3Blobs(settings.blobs)
    return DiskBlobs(Path(settings.blobs))


def press() -> Press:
    """Make the press that letters are set on; keep it, since finding fonts costs more than a hundred letters."""
    return TypstPress()


def mail_room(settings: Settings) -> MailRoom:
    """Make the way to the mail server; it opens connections in the event loop it is first used in."""
    server = SmtpServer.parse(settings.smtp_url.get_secret_value())
    return SmtpRoom(server, own_name=urlsplit(settings.base_url).hostname or "localhost")
