"""A mailing that is sent and read while site, worker, gate and the writer of disclosures are killed again and again.

Each part is started anew as soon as it is dead, as a service manager does; families press their links until they have
read their letter, and an office hands its mail in until it is told that it is taken. `losses` says what is then wrong.
"""

import asyncio
import json
import os
import random
import signal
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from http.client import HTTPConnection, HTTPException
from multiprocessing.process import BaseProcess
from pathlib import Path
from urllib.parse import urlencode

from sqlmodel import col, select

from bench.crowd import publish
from portal.arrivals.tables import Arrival
from portal.documents.tables import Document
from portal.families.tables import Guardian
from portal.flows.people import change_mail_keys
from portal.gate import replies
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links.tables import Link
from portal.outbox import repository as outbox
from portal.publish.upkeep.shredding import shred_loose
from portal.staff import repository as staff
from portal.wiring import House
from tests.cast import LETTER, token_of
from tests.conftest import Watch
from tests.faults.run_parts import run_part
from tests.gate.gates import Client, letter
from tests.mail.servers import HOST, Sink, sink
from tests.parts.commands import start_forked
from tests.parts.process import free_ports

WRITER = "rosa@riverbend.example"
SENDERS = 10  # so many messages at the most are on their way, and not yet noted, when a worker is killed
READERS = 4
Point = tuple[str, int]
"""A part, and the step at which it is killed."""


def drawn_points(number: int, families: int, seed: int) -> list[Point]:
    """Draw so many points, each part as often as the others, at steps that a mailing of this size comes to."""
    parts = ["worker", "disclosures", "site", "gate"]
    each = number / len(parts) + 1
    most = {"worker": 1.5 * families / each, "disclosures": 4 * families / each, "site": 20 * families / each}
    drawn = random.Random(seed)
    chosen = [parts[place % len(parts)] for place in range(number)]
    return [(part, drawn.randint(1, int(most.get(part, 60)))) for part in chosen]


@dataclass
class Seen:
    """What people outside saw, which has to be true whatever died."""

    letters: set[tuple[str, str]] = field(default_factory=set)
    """Link and copy of which at least one byte came."""
    taken: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    mails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class UnderFire:
    """One mailing, its readers, and the parts that are killed meanwhile."""

    def __init__(self, house: House, clock: Watch, folder: Path, families: int) -> None:
        self.house, self.families, self.seen = house, families, Seen()
        self._clock, self._time, self._folder = clock, folder / "time", folder
        self._over = threading.Event()
        self._ports = dict(zip(("site", "gate"), free_ports(2), strict=True))
        self.mailing_id = publish(house, families, now=clock.now, letter=LETTER)
        with house.db.write() as session:
            by = staff.by_address(session, WRITER, through="web")
            self._key = change_mail_keys.make_mail_key(session, house.keys, "Outlook", by=by, now=clock.now)[1]
        self._forward(0)

    async def run(self, points: Sequence[Point]) -> Seen:
        """Send and read it all, with a kill at each point; return what was seen from outside."""
        async with sink() as server:
            environ = self.environ(server.port)
            lines = {name: [one for one in points if one[0] in parts] for name, parts in _LINES.items()}
            kept = [asyncio.to_thread(self._keep, name, lines[name], environ) for name in _LINES]
            parts = asyncio.gather(*kept)
            links = self._links()
            readers = [asyncio.to_thread(self._read_all, server, links[place::READERS]) for place in range(READERS)]
            try:
                await asyncio.gather(
                    *readers, asyncio.to_thread(self._hand_in_all, len(lines["gate"])), self._all_sent()
                )
            finally:
                self._over.set()
                await parts
            for one in server.delivered:
                self.seen.mails[one.to].append(message_from_bytes(one.message)["Message-ID"])
        return self.seen

    def environ(self, mail_port: int) -> dict[str, str]:
        settings = self.house.settings
        return {
            "PATH": os.environ["PATH"],
            "PORTAL_DATA_DIR": str(settings.data_dir),
            "PORTAL_DATABASE_URL": settings.database,
            "PORTAL_KEY_FILE": str(settings.key_file),
            "PORTAL_BASE_URL": f"http://{HOST}:{self._ports['site']}",
            "PORTAL_TRUSTED_PROXIES": HOST,
            "PORTAL_SMTP_URL": f"smtp://{HOST}:{mail_port}",
        }

    def _forward(self, seconds: float) -> None:
        self._clock.forward(seconds=seconds)
        aside = self._time.with_suffix(".new")
        aside.write_text(self._clock.now.isoformat())
        aside.replace(self._time)

    def _keep(self, name: str, points: Sequence[Point], environ: dict[str, str]) -> None:
        """Keep a part running: one process for each point, and at last one to stay."""
        for part, step in [*points, (name, 0)]:
            told = self._folder / f"{name}.told"
            given = (part, self._ports.get(name, 0), step, told, self._time)
            process = start_forked(run_part, *given, environ=environ)
            if not self._ended(process):
                return
            if process.exitcode != -signal.SIGKILL:
                self.seen.faults.append(f"{name} ended with {process.exitcode}")
                return
            self.seen.killed.append(f"{part} at step {step}, {told.read_text()}")
            if name == "worker":
                self._forward(61)  # the dead worker's leases are over

    def _ended(self, process: BaseProcess) -> bool:
        """Wait for a process; once all is over, end it and say that it did not end before."""
        while process.is_alive():
            process.join(0.05)
            if self._over.is_set() and process.is_alive():
                process.terminate()
                process.join(30)
                process.kill()
                return False
        return True

    def _links(self) -> list[tuple[str, str]]:
        with self.house.db.read() as session:
            query = select(Link.id, Guardian.address).join(Guardian, col(Guardian.id) == Link.guardian_id)
            return [(link, str(address)) for link, address in session.exec(query)]

    async def _all_sent(self) -> None:
        while True:
            with self.house.db.read() as session:
                if outbox.counts(session, self.mailing_id)["sent"] == self.families:
                    return
            await asyncio.sleep(0.1)

    def _read_all(self, server: Sink, links: list[tuple[str, str]]) -> None:
        """Read each letter once its message is there."""
        waiting, looked_at, here = list(links), 0, set[str]()
        while waiting:
            delivered = server.delivered[looked_at:]
            looked_at += len(delivered)
            here |= {one.to for one in delivered}
            ready = [link for link, address in waiting if address in here]
            waiting = [one for one in waiting if one[1] not in here]
            for link in ready:
                _insist(lambda link=link: self._has_read(link))
            time.sleep(0.02)

    def _has_read(self, link: str) -> bool:
        """Open a link and read what is behind it, as a browser does that may be cut off; tell whether all came."""
        door = HTTPConnection(HOST, self._ports["site"], timeout=30)
        try:
            copy, cookie = self._opened(door, link)
            door.request("GET", f"{copy}/file", headers={"Cookie": cookie})
            answer, heard = door.getresponse(), b""
            while answer.status == 200 and (some := answer.read1(65_536)):
                self.seen.letters.add((link, copy.rpartition("/")[2]))
                heard += some
        except (OSError, HTTPException):  # dead, or dying, or not yet there
            return False
        finally:
            door.close()
        if answer.status != 200 or (heard != LETTER and len(heard) >= len(LETTER)):
            self.seen.faults.append(f"GET of a letter: {answer.status}, {len(heard)} bytes")
        return heard == LETTER

    def _opened(self, door: HTTPConnection, link: str) -> tuple[str, str]:
        network = f"198.18.{random.randrange(256)}.{random.randrange(256)}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": network,
        }
        door.request("POST", "/o", urlencode({"token": token_of(self.house, link)}), headers)
        answer = door.getresponse()
        answer.read()
        if answer.status != 303:
            self.seen.faults.append(f"POST of a link: {answer.status}")
            raise HTTPException
        cookies = answer.headers.get_all("Set-Cookie") or []
        return answer.headers["Location"], "; ".join(one.partition(";")[0] for one in cookies)

    def _hand_in_all(self, kills: int) -> None:
        for number in range(3 + 4 * kills):
            raw = letter(f"Letter {number}", file=b"%%PDF-1.7 %d" % number, sender=WRITER)
            _insist(lambda raw=raw: self._is_taken(raw))
            self.seen.taken.append(raw)

    def _is_taken(self, raw: bytes) -> bool:
        try:
            with Client(self._ports["gate"]) as client:
                return client.sign_in(self._key, WRITER) == replies.SIGNED_IN and client.hand_in(raw) == replies.TAKEN
        except (OSError, AssertionError):
            return False


_LINES = {"site": {"site", "disclosures"}, "worker": {"worker"}, "gate": {"gate"}}
"""The processes, and the parts that run in each."""


def _insist(done: Callable[[], bool], within: float = 120) -> None:
    until = time.monotonic() + within
    while not done():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def losses(fire: UnderFire, clock: Watch) -> Iterator[str]:
    """Give a sentence for whatever was lost, doubled, unwritten or left behind."""
    yield from fire.seen.faults
    yield from _mail_lost(fire)
    yield from _disclosures_lost(fire)
    yield from _blobs_lost(fire, clock)


def _mail_lost(fire: UnderFire) -> Iterator[str]:
    mails = {to: ids for to, ids in fire.seen.mails.items() if to.endswith("@families.example")}
    kills = sum(one.startswith("worker") for one in fire.seen.killed)
    if len(mails) != fire.families:
        yield f"{fire.families - len(mails)} families got no message"
    if several := sum(len(set(ids)) > 1 for ids in mails.values()):
        yield f"{several} families got two messages that a mail program shows as two"
    if (again := sum(len(ids) - 1 for ids in mails.values())) > kills * SENDERS:
        yield f"{again} messages came again after {kills} kills of the worker"


def _disclosures_lost(fire: UnderFire) -> Iterator[str]:
    with fire.house.db.read() as session:
        rows = list(session.exec(select(Disclosure)))
        bodies = session.exec(select(LedgerEntry.body).where(col(LedgerEntry.act).like("copy:%"))).all()
    entered = Counter(json.loads(body)["disclosure"] for body in bodies)
    if unwritten := fire.seen.letters - {(row.link_id, row.copy_id) for row in rows}:
        yield f"{len(unwritten)} letters were read that no disclosure tells of"
    if entered != Counter(row.id for row in rows):
        yield f"{len(rows)} disclosures, and {entered.total()} entries of disclosures in the ledger"
    if doubled := [one for one, times in Counter((row.opening_id, row.copy_id) for row in rows).items() if times > 1]:
        yield f"{len(doubled)} openings with two disclosures of one copy"


def _blobs_lost(fire: UnderFire, clock: Watch) -> Iterator[str]:
    """Two hours later, when what no row leads to is shredded: every file is one that a row leads to, and opens."""
    house = fire.house
    clock.forward(hours=2)
    shred_loose(house, now=clock.now)
    with house.db.read() as session:
        documents = {row.id: row.size for row in session.exec(select(Document))}
        arrivals = {row.blob_id: row.size for row in session.exec(select(Arrival)) if row.blob_id and row.size}
    kept = Counter(b"".join(house.documents.open(*one)) for one in arrivals.items())
    if kept != Counter(fire.seen.taken):
        yield f"{len(fire.seen.taken)} messages were taken, and {kept.total()} are kept, {len(kept)} different"
    if [b"".join(house.documents.open(*one)) for one in documents.items()] != [LETTER]:
        yield "the letter is not what it was"
    files = {path.name for path in house.settings.data_dir.joinpath("blobs").rglob("*") if path.is_file()}
    if left := files ^ (documents.keys() | arrivals.keys()):
        yield f"{len(left)} files that no row leads to, or rows that lead to no file"
