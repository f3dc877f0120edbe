"""A probe through the mail system in front: whether its rule hands the gate what it should, as the gate saw it."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, Final

from portal.gate.probes import probe_address
from portal.kernel.errors import NotFound, StartRefused
from portal.kernel.ids import new_id
from portal.kernel.text.addresses import OneAddress
from portal.ledger import repository as ledger
from portal.ledger.rules import Wanted
from portal.mail.letters.wire import assemble_probe
from portal.mail.transport.room import Accepted, Withdrawn
from portal.overviews.operation.watched import Standing
from portal.staff import repository as staff
from portal.wiring import House, mail_room

_LOOK_EVERY: Final = 0.25
_MOST_READ: Final = 50
_PDF: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_HELD: Final = {
    "tls": ("It came over TLS.", "It came without TLS.", "Have the rule require it."),
    "secret": (
        "It had the secret header.",
        "It had no secret header, or another secret: it did not come by the rule, or the rule is an old one.",
        "Print the rule anew with `portal gate rule`, and look whether its conditions fit this message.",
    ),
    "staff": (
        "From is a present staff member.",
        "From is nobody who is on the staff now.",
        "See that the mail system leaves From as it is.",
    ),
    "file": ("Its file came along.", "Its file was missing.", "See which filter before the rule takes files out."),
}


@dataclass(frozen=True, slots=True)
class Probing:
    """A probe that is looked for: its id, where it goes, and after which entry of the ledger it was made."""

    id: str
    to: OneAddress
    after: int


def begin(house: House) -> Probing:
    """Make a probe's address. Raises `StartRefused` where there is no domain for it."""
    if not house.settings.gate_domain:
        raise StartRefused("A probe goes to the domain of drop addresses. Set PORTAL_GATE_DOMAIN.")
    probe_id, to = probe_address(house.keys, house.settings.gate_domain, now=house.clock())
    with house.db.read() as session:
        after, _ = ledger.head(session)
    return Probing(probe_id, to, after)


def send_probe(house: House, probing: Probing, sender: OneAddress) -> dict[str, Any]:
    """Hand the probe to the mail server as a staff member's message. Raises `NotFound` for anybody else's address."""
    with house.db.read() as session:
        if not staff.is_known(session, sender.key):
            raise NotFound(f"{sender} is nobody's address who is on the staff.")
    return asyncio.run(_hand_over(house, probing, sender))


def wait_for(house: House, probing: Probing, *, seconds: float) -> dict[str, bool] | None:
    """Return what the gate saw of the probe, or None when it saw nothing until so many seconds have gone."""
    until = time.monotonic() + seconds
    while True:
        found = _noted(house, probing)
        if found is not None or time.monotonic() >= until:
            return found
        time.sleep(_LOOK_EVERY)


def told_of_probe(result: dict[str, Any]) -> list[tuple[Standing, str, str]]:
    """Return in words how it went: of each thing how it stands, what it is, and what to do."""
    if not result["taken"]:
        return [("unsafe", f"The mail server did not take the probe from {result['from']}: {result['reply']}", "")]
    if result["saw"] is None:
        nothing = f"The gate saw nothing of the probe to {result['to']} within {result['seconds']:g} seconds."
        why = (
            "No rule handed it over, or the gate cannot be reached, or the way there has no TLS. Look for this address "
            "in the mail system's own trace."
        )
        return [("unsafe", nothing, why)]
    told: list[tuple[Standing, str, str]] = [("safe", f"The gate saw the probe to {result['to']}.", "")]
    for name, (good, bad, to_do) in _HELD.items():
        told.append(("safe", good, "") if result["saw"][name] else ("unsafe", bad, to_do))
    return told


async def _hand_over(house: House, probing: Probing, sender: OneAddress) -> dict[str, Any]:
    message_id = f"<{new_id()}@{sender.text.rpartition('@')[2]}>"
    text = assemble_probe(sender, to=probing.to, message_id=message_id, date=house.clock(), file=_PDF)
    room = mail_room(house.settings)

    async def still_wanted() -> bool:
        return True

    try:
        outcome = await room.deliver(text, envelope_from=sender, to=probing.to, still_wanted=still_wanted)
    finally:
        await room.close()
    assert not isinstance(outcome, Withdrawn)
    return {"taken": isinstance(outcome, Accepted), "reply": outcome.reply}


def _noted(house: House, probing: Probing) -> dict[str, bool] | None:
    with house.db.read() as session:
        entries = ledger.search(session, Wanted(act="gate:probe", first=probing.after), limit=_MOST_READ)
    bodies = (json.loads(entry.body) for entry in entries)
    return next(({name: bool(one[name]) for name in _HELD} for one in bodies if one["probe"] == probing.id), None)
