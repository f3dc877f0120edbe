"""The report of a nightly import: how it went, in numbers, to every admin; nobody on the roster is named."""

import asyncio
from collections.abc import Callable

from portal.cli.opening import aside
from portal.families.rules import Changes
from portal.flows.import_roster import Imported
from portal.kernel.addresses import OneAddress
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_id
from portal.mail.room import Accepted
from portal.mail.staff_letters import StaffLetter, render_staff_letter, roster_report
from portal.staff import repository as staff
from portal.wiring import House, mail_room


def reported(
    house: House, read: Callable[[House], Imported | None], changes: Callable[[], Changes | None]
) -> Imported | None:
    """Import a roster and mail every admin how it went; an import that was refused is told, and refused still."""
    try:
        imported = read(house)
    except PortalError as error:
        _tell(house, _letter(house, str(error), changes(), failed=True))
        raise
    said = "Nothing was changed: the families were as this roster says already, or this was a dry run."
    if imported and imported.is_new:
        said = (
            f"The families are as the roster says. {imported.links:,} links ended with it, and "
            f"{imported.notices_cancelled:,} unsent messages."
        )
    _tell(house, _letter(house, said, changes(), failed=False))
    return imported


def _letter(house: House, said: str, changes: Changes | None, *, failed: bool) -> StaffLetter:
    kinds = (
        ("children", "children"),
        ("guardians", "guardians"),
        ("guardianships", "guardianships"),
    )
    sentences = [said]
    if changes is not None:
        tallies = [(words, getattr(changes, kind)) for kind, words in kinds]
        sentences += [
            f"{words.capitalize()}: {tally.added:,} added, {tally.changed:,} changed, {tally.removed:,} gone."
            for words, tally in tallies
        ]
    return roster_report(sentences=tuple(sentences), failed=failed, url=f"{house.settings.base_url}/staff/families")


def _tell(house: House, letter: StaffLetter) -> None:
    with house.db.read() as session:
        ids = set(staff.admins(session))
        to = [member.address for member, _ in staff.everyone(session) if member.id in ids]
    lost = asyncio.run(_send(house, letter, to))
    if lost:
        aside.print(f"The report could not be mailed to {lost:,} of {len(to):,} admins.", markup=False)


async def _send(house: House, letter: StaffLetter, addresses: list[str]) -> int:
    settings = house.settings
    sender, room, lost = OneAddress.parse(settings.mail_from), mail_room(settings), 0

    async def still_wanted() -> bool:
        return True

    try:
        for address in addresses:
            to, message_id = OneAddress.parse(address), f"<{new_id()}@{sender.text.rpartition('@')[2]}>"
            text = render_staff_letter(
                letter, organisation=settings.organisation, mail_from=sender, to=to, message_id=message_id,
                date=house.clock(),
            )  # fmt: skip
            outcome = await room.deliver(text, envelope_from=sender, to=to, still_wanted=still_wanted)
            lost += not isinstance(outcome, Accepted)
    finally:
        await room.close()
    return lost
