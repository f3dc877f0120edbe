"""The only file that names concrete adapters: which database, blobs, reader and mail server are real."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal import guard, reading
from portal.blobs import Blobs, SealedDocuments
from portal.blobs.disk import DiskBlobs
from portal.blobs.keystore import SqlDataKeys
from portal.blobs.looking import StoreSeen, open_some, takes_files
from portal.blobs.memory import MemoryDataKeys
from portal.blobs.sealed import SealedStore
from portal.blobs.shelf import Shelf
from portal.documents.repository import keeping
from portal.flows.keeping import keep_heads
from portal.flows.opening.disclose_document import Wish, disclose
from portal.guard.errors import GuardNotReady
from portal.kernel.clock import Clock, utc_now
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import StartRefused
from portal.kernel.ground import Ground
from portal.kernel.later import Later
from portal.kernel.log import log
from portal.kernel.machine.host import free_bytes, others_may_read
from portal.kernel.machine.newest import Newest, NotReady
from portal.kernel.secrets.headfile import HeadFile
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.wrapping import WrapFile
from portal.kernel.storage.db import Database, StoreMoving
from portal.kernel.storage.groups import GroupCommit
from portal.kernel.storage.moves import SETTINGS, Move, closing, moves_in
from portal.ledger.errors import DatabaseOlder, LedgerUnavailable
from portal.mail.authentication.alignment import Records
from portal.mail.transport.room import MailRoom
from portal.overviews.family.letters import Letter
from portal.overviews.operation.judged_by import Known, Terms, known_now
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.operation.sealed_before import sealed_before
from portal.overviews.people import known_people
from portal.press import Press
from portal.press.office.converter import Converter
from portal.press.office.office_converter import converter_of
from portal.press.typesetting.caged import CagedPress
from portal.reading.cage.caged import CagedReader, confinement_here
from portal.reading.cage.confinement import Confinement
from portal.reading.clamav import ScannedReader
from portal.reading.reader import Reader
from portal.reading.showing.caged_viewer import CagedViewer
from portal.reading.showing.kept import KeptPages
from portal.reading.showing.viewer import MarkShown, NotShown
from portal.words.own_languages import use_folder

if TYPE_CHECKING:
    from portal.blobs import buckets, s3
    from portal.blobs import outside as heads_outside
    from portal.blobs.outside import Outside
    from portal.guard.roster.index import Roster
    from portal.mail.authentication import dns
    from portal.mail.transport import smtp
else:  # what speaks to a bucket, a resolver or a mail server is loaded when one is spoken to
    buckets, s3 = Later("portal.blobs.buckets"), Later("portal.blobs.s3")
    heads_outside = Later("portal.blobs.outside")
    dns, smtp = Later("portal.mail.authentication.dns"), Later("portal.mail.transport.smtp")

KEY_TABLES = SqlDataKeys.tables
"""The tables of a key store."""
Disclosures = GroupCommit[Wish, Letter]
_LOOK_HOLDS = timedelta(seconds=5)
_LARGEST_MARK = 5 * 2**20
_GLANCE, _SAMPLE = 5.0, 20
_PATIENCE = 5.0
"""Seconds of work that somebody waits for the guard's index: some tenths for a district, three for 100,000 children."""


@dataclass(frozen=True, slots=True)
class House(Ground):
    """Everything a door needs, made once per process."""

    key_store: Database
    data_keys: SqlDataKeys
    blobs: Blobs
    documents: SealedDocuments
    reader: Reader
    converter: Converter
    disclosures: Disclosures
    pages: KeptPages
    people: "KnownPeople"
    age: "KnownAge"
    scanner_answers: Callable[[], bool] | None = None

    @property
    def guard_terms(self) -> Terms:
        """What the guard judges by that no row says."""
        return Terms(self.settings.organisation, self.settings.contact, _rules(self.settings.ocr_models))

    def close(self) -> None:
        """Finish what is being written; let go of the reader and both databases."""
        self.disclosures.close()
        self.pages.close()
        self.reader.close()
        Ground.close(self)  # a class with slots is made twice, so a bare super() would look for the first
        self.key_store.close()


def build_house(settings: Settings, *, clock: Clock = utc_now) -> House:
    """Make the real adapters for these settings. Raises `StartRefused`."""
    use_folder(settings.locale_dir)
    ground = Ground.of(settings, clock=clock)
    keep_heads.follow(ground)
    if not settings.is_loopback and not _confinement().is_off_the_network:
        raise StartRefused(
            "This machine cannot keep the file reader off the network, so the portal serves this machine alone."
        )
    keys, db, family_db = ground.keys, ground.db, ground.family_db
    reader = CagedReader(models=settings.ocr_models, count_rows="portal.guard.lists.list_shape:personal_rows")
    scanned = ScannedReader(reader, settings.clamav_url) if settings.clamav_url else None
    key_store, data_keys = key_store_of(settings, keys, clock)
    blobs = blobs_at(settings.blobs)
    return House(
        settings=settings,
        clock=clock,
        keys=keys,
        db=db,
        family_db=family_db,
        key_store=key_store,
        data_keys=data_keys,
        blobs=blobs,
        documents=SealedStore(blobs, data_keys),
        reader=scanned or reader,
        converter=converter_of(settings.office),
        disclosures=GroupCommit(
            family_db,
            partial(disclose, keys=keys),
            "disclosures",
            LedgerUnavailable,
            shown=attrgetter("session_id"),
        ),
        pages=KeptPages(_viewer(), _drawn_at_once()),
        people=KnownPeople(db, keys, settings),
        age=KnownAge(ground),
        scanner_answers=scanned.is_answering if scanned else None,
    )


@cache
def _confinement() -> Confinement:
    """Return what holds files that are read here: a fact of the machine, tried once a process."""
    return confinement_here()


def judged_by() -> list[Path]:
    """Return the files that read and judge: the code, and the words of the guard."""
    every = [path for package in (guard, reading) for path in Path(package.__path__[0]).rglob("*")]
    return [path for path in every if path.suffix in {".py", ".txt"}]


@cache
def _rules(models: Path | None) -> str:
    """Return a mark of how files are read and judged here: the code that does it, and the models of other languages."""
    mark = hashlib.sha256()
    for path in (*sorted(judged_by()), *(sorted(models.glob("*.traineddata")) if models else ())):
        mark.update(hashlib.sha256(path.read_bytes()).digest())
    return mark.hexdigest()


class KnownPeople:
    """The guard's index of the newest roster, built in the background once per roster, staff and process."""

    def __init__(self, db: Database, keys: KeyRing, settings: Settings) -> None:
        """Build nothing yet."""
        self._db, self._keys, self._settings = db, keys, settings
        self._newest: Newest[Known, Roster] = Newest(finish=lambda roster: roster.lay_out())

    def known(self, *, now: datetime, wait: float | None = _PATIENCE) -> "tuple[Roster, Known]":
        """Return the index, and the version of what it is made of.

        Raises `GuardNotReady` once building it has taken `wait` seconds of the processor.
        """
        with self._db.read() as session:
            version = known_now(session)
        try:
            return self._newest.get(version, lambda: self._build(version, now), wait=wait), version
        except NotReady:
            raise GuardNotReady from None

    def _build(self, version: Known, now: datetime) -> "Roster":
        organisation, contact = self._settings.organisation, self._settings.contact
        with self._db.read() as session:
            if known_now(session) != version:  # it changed meanwhile: whoever asks again is given the newer one
                raise GuardNotReady
            return known_people.index(session, self._keys, organisation=organisation, contact=contact, now=now)


class KnownAge:
    """Whether the database may be older than a head outside, and whether it is at its place.

    Every five seconds a process looks at the head file and at the rows.
    """

    def __init__(self, ground: Ground) -> None:
        """Look at nothing yet. The row is looked at without a head file too: a restore notes there what it did."""
        self._db, self._keys, self._settings = ground.db, ground.keys, ground.settings
        self._file = HeadFile.of(ground.settings)
        self._looked: tuple[datetime, bool] | None = None
        self.closed_by: Move | None = None
        """The move for which this process is closed, by the last look."""

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to look again."""
        return not (self._looked and timedelta() <= now - self._looked[0] < _LOOK_HOLDS)

    def look(self, now: datetime) -> None:
        """Look again, and note what the head file tells. Raises `DatabaseBusy`."""
        filed = keep_heads.read_filed(self._keys, self._file) if self._file else None
        with self._db.read() as session:
            closed_by = closing(moves_in(session.connection()), self._settings)
            is_older = keep_heads.is_older(session)
            is_news = not is_older and filed is not None and bool(keep_heads.fault_of(session, filed))
        if closed_by != self.closed_by:
            self.closed_by = closed_by
            self._tell_place()
        if is_news and filed is not None and closed_by is None:
            with self._db.write() as session:
                is_older = keep_heads.note_from_file(session, filed, now=now)
        self._looked = now, is_older

    def _tell_place(self) -> None:
        """Tell the log what changed; places are not told, since whatever looks like a URL is cut out of it."""
        if self.closed_by is None:
            log("move").warning("open again")
        else:
            move = self.closed_by
            log("move").warning("closed", store=move.store, state=move.state, setting=SETTINGS[move.store])

    def looked_at(self, now: datetime) -> bool:
        """Tell whether families are kept out, after another look if it is time for one. Raises `DatabaseBusy`."""
        if self.is_due(now):
            self.look(now)
        return self.is_older or self.closed_by is not None

    @property
    def is_older(self) -> bool:
        """Whether it was older at the last look."""
        return self._looked is not None and self._looked[1]

    def check_place(self, *, now: datetime) -> None:
        """Raise `StoreMoving` while the portal moves, or where it has moved from here; else `DatabaseBusy`."""
        self.looked_at(now)
        if self.closed_by is not None:
            raise StoreMoving

    def check(self, *, now: datetime) -> None:
        """Raise `DatabaseOlder` while an older database stands in the place of the newest; else as `check_place`."""
        self.check_place(now=now)
        if self.is_older:
            raise DatabaseOlder


def key_store_of(settings: Settings, keys: KeyRing, clock: Clock = utc_now) -> tuple[Database, SqlDataKeys]:
    """Return the key store's database and the keys in it. Raises `StartRefused`."""
    database = Database(settings.key_store, "PORTAL_KEY_STORE_URL", "key store")
    return database, SqlDataKeys(database, keys, WrapFile(settings.wraps, clock))


def blobs_at(place: str) -> Blobs:
    """Return what keeps blobs in a folder or at `s3://…`. Raises `StartRefused`."""
    if _is_folder(place):
        try:
            return DiskBlobs(Path(place))
        except OSError as error:
            raise StartRefused(
                f"The folder {place} cannot be used ({error.strerror}). Make it, and give it to the user of the portal."
            ) from None
    buckets.check_bucket(place)
    return s3.S3Blobs(place)


def _is_folder(place: str) -> bool:
    return not place.startswith("s3://")


def shelf_at(place: str, keys: KeyRing) -> Shelf:
    """Return the backups in a folder or at `s3://…`. Raises `StartRefused`."""
    parts = urlsplit(place)
    lists, files = (
        blobs_at(parts._replace(path=f"{parts.path.rstrip('/')}/{part}").geturl()) for part in ("lists", "files")
    )
    part_keys = MemoryDataKeys()
    return Shelf(lists, files, part_keys, SealedStore(files, part_keys), keys)


def machine_at_a_glance(house: House) -> Machine:
    """Return what this process knows of its machine without asking anybody: for figures that are asked for often."""
    cage, settings = _confinement(), house.settings
    places = [settings.data_dir]
    if settings.database.startswith("sqlite:///"):
        places.append(Path(settings.database.removeprefix("sqlite:///")).parent)
    if _is_folder(settings.blobs):
        places.append(Path(settings.blobs))
    return Machine(
        cage.is_off_the_network,
        None,
        free_bytes=min((free for one in places if (free := free_bytes(one)) is not None), default=None),
        cage_layers=cage.layers,
        converters=house.converter.programs,
    )


def machine_of(house: House) -> Machine:
    """Return what only this process can tell of the machine it runs on, once it has looked at the head file."""
    house.age.look(house.clock())
    with house.db.read() as session:
        left = sealed_before(session, house.keys)
    scanner = house.scanner_answers() if house.scanner_answers else None
    return replace(machine_at_a_glance(house), scanner_answers=scanner, sealed_before=left)


def look_at_store(house: House) -> StoreSeen:
    """Try the store of files with a probe, and open some of the newest and oldest files; 5 s, and one request more."""
    place = house.settings.blobs
    blobs = DiskBlobs(Path(place)) if _is_folder(place) else s3.S3Blobs(place, at_a_glance=True)
    if not takes_files(blobs):
        return StoreSeen(takes=False)
    with house.db.read() as session:
        files = keeping.kept_at_both_ends(session, _SAMPLE)
    seen = open_some(SealedStore(blobs, house.data_keys), files, seconds=_GLANCE)
    with house.db.read() as session:  # what was shredded meanwhile is not broken
        broken = keeping.still_kept(session, seen.broken)
    is_private = not (_is_folder(place) and any(others_may_read(one) for one in Path(place).iterdir()))
    return replace(seen, broken=broken, is_private=is_private)


def domain_records(nameserver: str = "") -> Records:
    """Return what looks up the records of domains. Raises `WrongCall`, `NoAnswer`."""
    return dns.DnsRecords(nameserver)


@cache
def press() -> Press:
    """Return the press that letters are set on, one a process: it counts how many are set at once."""
    return CagedPress()


def _drawn_at_once() -> int:
    """Return how many pages are drawn at once: half the cores, so that the other half answers meanwhile."""
    return max(1, len(os.sched_getaffinity(0)) // 2)


@cache
def _viewer() -> CagedViewer:
    """Return what draws the pages of letters, one a process: it starts its cages once, when the first is asked for."""
    return CagedViewer(_drawn_at_once())


@cache
def school_mark(path: Path) -> MarkShown:
    """Return the mark that `PORTAL_MARK` names, once a process. Raises `StartRefused`."""
    try:
        if path.stat().st_size > _LARGEST_MARK:
            raise StartRefused(f"PORTAL_MARK names a file of more than {_LARGEST_MARK // 2**20} MB. Make it smaller.")
        return _viewer().mark(path.read_bytes())
    except OSError as error:
        raise StartRefused(f"PORTAL_MARK names a file that cannot be read ({error.strerror}): {path}") from None
    except NotShown:
        raise StartRefused(
            f"PORTAL_MARK names no picture that can be shown: {path}. Save the mark as a PNG or JPEG file; an SVG or a "
            "PDF is not taken."
        ) from None


def outside(url: str) -> "Outside":
    """Return the folder or bucket where heads of the ledger are kept. Raises `StartRefused`, `BlobsUnreachable`."""
    return heads_outside.Outside(url)


def mail_room(settings: Settings) -> MailRoom:
    """Make the way to the mail server; it opens connections in the event loop it is first used in."""
    server = smtp.SmtpServer.parse(settings.smtp_url.get_secret_value())
    return smtp.SmtpRoom(server, own_name=urlsplit(settings.base_url).hostname or "localhost")
