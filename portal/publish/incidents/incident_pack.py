"""Everything about an incident in one file to hand over: report, tables, texts, and the ledger's proof.

The sums of its files are signed with the key that signs the ledger's head, so that nobody can swap a table later.
"""

import hashlib
import io
import json
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlmodel import Session

from portal import wiring
from portal.flows.incidents import decide_in_incident
from portal.flows.keeping import verify_ledger
from portal.kernel.text.cells import csv_bytes
from portal.kernel.text.counts import count_of
from portal.overviews.incidents import incident_evidence, incident_seen, incident_texts
from portal.overviews.incidents.incident_evidence import SentTo
from portal.overviews.incidents.incident_seen import IncidentSeen, OpenedRow
from portal.press import Press
from portal.press.papers.incident_report import Report, print_report
from portal.staff.rules import Acting
from portal.wiring import House

_press = cache(wiring.press)
_SUMS: Final = "SHA256SUMS"
_LINE: Final = 100
_VERIFY: Final = """How to check this pack

1. That nothing in it was changed. In the folder of this pack:

     sha256sum -c SHA256SUMS
     openssl pkeyutl -verify -pubin -inkey portal-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

   The second line says "Signature Verified Successfully". It is an Ed25519 signature (RFC 8032). Compare portal-key.pem
   with the public key in a ledger head that was taken outside before this incident: the field "public_key" of every
   exported head holds the same 32 bytes in hexadecimal.

2. That the ledger is whole and holds these entries. On the server:

     portal ledger verify --head ledger-head.json

   It walks the whole chain up to this head and beyond, and names the first entry that was changed, removed or cut.

3. That ledger.jsonl tells what the ledger tells. Each line is an entry about this incident: its number, its bytes as
   they were hashed ("body"), and its place in the chain ("mac"). On the server, `portal ledger export` prints the same
   numbers and the same "mac". The chain is keyed (HMAC-SHA-256), so only the portal can compute it; that is why the
   head and this pack are signed.

seen.csv and recipients.csv hold personal data. Keep them as you keep student records.
"""

_LEDGER: Final = (
    "{:,} entries of the ledger are about this incident; they are in ledger.jsonl, each with its place in the chain. "
    "This pack was made {}. HOW-TO-VERIFY.txt says how to check all of it. The head of the ledger then, signed:"
)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as a zip file."""

    content: bytes
    file_name: str
    entries: int
    seen: int
    recipients: int


def incident_pack(house: House, incident_id: str, *, by: Acting, now: datetime) -> Pack:
    """Note who takes the pack, and return it. Raises `NoSuchIncident`, `NotAllowed`, `NotTypeset`, `LedgerBroken`."""
    with house.db.write() as session:
        decide_in_incident.note_pack(session, house.keys, incident_id, by=by, now=now)
    organisation = house.settings.organisation
    with house.db.read() as session:
        seen = incident_seen.incident_seen(session, incident_id, by=by, organisation=organisation)
        opened = incident_seen.opened_rows(session, incident_id, by=by)
        sent = incident_evidence.sent_to(session, incident_id, by=by)
        head = verify_ledger.export_head(session, house.keys, organisation=organisation, now=now)
        lines = _ledger(session, incident_id, by)
        texts = {kind: incident_texts.text_of(session, seen, kind, house.settings)[0] for kind in incident_texts.KINDS}
    report = _report(house, seen, opened, _wrapped(head), entries=len(lines), now=now)
    files = {
        "incident.pdf": print_report(_press_of(), report),
        "seen.csv": _seen_csv(house, opened),
        "recipients.csv": _recipients_csv(house, sent),
        "decisions.csv": csv_bytes(("when", "who", "what"), _decisions(house, seen)),
        "notice-to-families.txt": texts["notice"].encode("utf-8", "replace"),
        "report-to-authority.txt": texts["report"].encode("utf-8", "replace"),
        "ledger.jsonl": "".join(lines).encode(),
        "ledger-head.json": json.dumps(head).encode(),
        "HOW-TO-VERIFY.txt": _VERIFY.encode(),
    }
    name = f"incident-{seen.incident.at.astimezone(house.settings.zone):%Y-%m-%d-%H%M}"
    return Pack(_zip(house, name, files, now), f"{name}.zip", len(lines), len(opened), len(sent))


def _wrapped(head: Mapping[str, str]) -> str:
    """Return a signed head in lines that fit on paper; the file beside it is the one to verify with."""
    return "\n".join(line for name, value in head.items() for line in textwrap.wrap(f"{name}: {value}", _LINE))


def _press_of() -> Press:
    machine: Press = _press()
    return machine


def _ledger(session: Session, incident_id: str, by: Acting) -> list[str]:
    return [
        json.dumps(
            {"seq": one.seq, "act": one.act, "body": one.body.decode(), "key_id": one.key_id, "mac": one.mac.hex()}
        )
        + "\n"
        for one in incident_evidence.ledger_of(session, incident_id, by=by)
    ]


def _zip(house: House, folder: str, files: Mapping[str, bytes], now: datetime) -> bytes:
    """Return the files as a zip with their signed sums; moments in it are the organisation's."""
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()
    signer = house.keys.signer()
    signed: dict[str, bytes] = {
        _SUMS: sums,
        f"{_SUMS}.sig": signer.sign(sums),
        "portal-key.pem": signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    }
    when = now.astimezone(house.settings.zone).timetuple()[:6]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in (dict(files) | signed).items():
            pack.writestr(zipfile.ZipInfo(f"{folder}/{name}", when), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _at(house: House, moment: datetime | None) -> str:
    return f"{moment.astimezone(house.settings.zone):%Y-%m-%d %H:%M:%S %Z}" if moment else ""


def _seen_csv(house: House, rows: list[OpenedRow]) -> bytes:
    headings = ("guardian", "address now", "student number", "child", "letter", "file", "what", "when", "from network")
    return csv_bytes(
        headings,
        (
            (one.guardian_name, one.address, one.student_number, one.child_name, one.title, one.file_name,
             "saved" if one.kind == "download" else "opened", _at(house, one.at), one.network)
            for one in rows
        ),
    )  # fmt: skip


def _recipients_csv(house: House, rows: list[SentTo]) -> bytes:
    headings = ("guardian", "address then", "student number", "child", "letter", "round", "channel", "state", "when",
                "reply of the mail server")  # fmt: skip
    return csv_bytes(
        headings,
        (
            (one.guardian_name, one.address, one.student_number, one.child_name, one.title, one.round, one.channel,
             one.state, _at(house, one.at), one.reply)
            for one in rows
        ),
    )  # fmt: skip


def _decisions(house: House, seen: IncidentSeen) -> list[tuple[str, str, str]]:
    first = (_at(house, seen.incident.at), seen.by, f"Frozen. {seen.incident.reason}")
    return [first, *((_at(house, one.at), one.by, one.text) for one in seen.decisions)]


def _report(
    house: House, seen: IncidentSeen, opened: list[OpenedRow], head: str, *, entries: int, now: datetime
) -> Report:
    incident = seen.incident
    return Report(
        organisation=house.settings.organisation,
        title=f"Incident: {seen.title}",
        banner=f"Frozen {_at(house, incident.at)} by {seen.by}. Links that died: {incident.links:,}. Unsent messages "
        f"that were cancelled: {incident.notices_cancelled:,}. Pages that were closed: {incident.sessions_ended:,}. "
        f"Why: {incident.reason}",
        numbers=[
            (f"{seen.sum('sent'):,}", "messages delivered"),
            (f"{seen.sum('cancelled'):,}", "never left"),
            (f"{seen.opened_by:,}", "guardians opened it"),
            (f"{seen.downloaded_by:,}", "guardians saved it"),
        ],
        sections=[(f"“{one.title}”", _section(house, one)) for one in seen.mailings],
        seen=[
            (one.guardian_name, f"{one.child_name} {one.student_number}",
             "saved" if one.kind == "download" else "opened", _at(house, one.at), one.network or "not kept")
            for one in opened
        ],
        decisions=_decisions(house, seen),
        ledger=[_LEDGER.format(entries, _at(house, now))],
        head=head,
    )  # fmt: skip


def _section(house: House, one: incident_seen.MailingFacts) -> list[tuple[str, str]]:
    who = f"Written by {one.author}" + (
        f", approved by {one.approver} {_at(house, one.approved_at)}" if one.approver else ""
    )
    reached = count_of(one.guardians, "guardian")
    files = [f"{file.name}, {file.size:,} bytes, SHA-256 {file.sha256}" for file in one.files]
    more = one.file_count - len(one.files)
    released = [
        f"It had stopped {file.name}; {file.released[0]} let it pass {_at(house, file.released[1])}: {file.released[2]}"
        for file in one.files
        if file.released
    ]
    return [
        ("To whom", f"{one.audience}: {reached}, {count_of(one.children, 'child', 'children')}"),
        (
            "When",
            f"{_at(house, one.first_sent)} to {_at(house, one.last_sent)}" if one.first_sent else "Nothing had left.",
        ),
        ("Messages", ", ".join(f"{count:,} {state}" for state, count in sorted(one.notices.items()))),
        ("Who", who),
        ("Message", one.message),
        ("Files", "\n".join([*files, *([f"and {more:,} more"] if more else [])])),
        (
            "The guard",
            "\n".join(released) or "Read everything and found nobody who did not belong there; nobody overruled it.",
        ),
        *([("Since then", f"Undone {_at(house, one.undone_at)}, with fresh links.")] if one.undone_at else []),
    ]
