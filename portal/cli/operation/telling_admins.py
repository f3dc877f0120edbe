"""A message from a command to every admin, straight to the mail server: what it tells may be that the queue stands."""

import asyncio

from portal.kernel.ground import Ground
from portal.kernel.ids import new_id
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.staff_letters import StaffLetter, render_staff_letter
from portal.mail.transport.room import Accepted
from portal.staff import repository as staff


def mail_admins(ground: Ground, letter: StaffLetter) -> tuple[int, int]:
    """Mail every admin; return how many did not get it, and how many there are."""
    with ground.db.read() as session:
        ids = set(staff.admins(session))
        to = [member.address for member, _ in staff.everyone(session) if member.id in ids]
    return asyncio.run(_send(ground, letter, to)), len(to)


async def _send(ground: Ground, letter: StaffLetter, addresses: list[str]) -> int:
    from portal.wiring import mail_room  # noqa: PLC0415 - who tells nobody loads no house

    settings = ground.settings
    sender, room, lost = OneAddress.parse(settings.mail_from), mail_room(settings), 0

    async def still_wanted() -> bool:
        return True

    try:
        for address in addresses:
            to, message_id = OneAddress.parse(address), f"<{new_id()}@{sender.text.rpartition('@')[2]}>"
            text = render_staff_letter(
                letter, organisation=settings.organisation, mail_from=sender, to=to, message_id=message_id,
                date=ground.clock(),
            )  # fmt: skip
            outcome = await room.deliver(text, envelope_from=sender, to=to, still_wanted=still_wanted)
            lost += not isinstance(outcome, Accepted)
    finally:
        await room.close()
    return lost
