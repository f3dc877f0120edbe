"""The report of a nightly import: how it went, in numbers, to every admin; nobody on the roster is named."""

from collections.abc import Callable

from portal.cli.opening import aside
from portal.cli.operation.telling_admins import mail_admins
from portal.families.rules import Changes
from portal.flows.people.import_roster import Imported
from portal.kernel.errors import PortalError
from portal.kernel.ground import Ground
from portal.kernel.text.counts import count_of
from portal.mail.letters.staff_letters import StaffLetter, roster_report


def reported(
    ground: Ground, read: Callable[[Ground], Imported | None], changes: Callable[[], Changes | None]
) -> Imported | None:
    """Import a roster and mail every admin how it went; an import that was refused is told, and refused still."""
    try:
        imported = read(ground)
    except PortalError as error:
        _tell(ground, _letter(ground, str(error), changes(), is_done=False))
        raise
    said = "This was a dry run: nothing was changed."
    if imported:
        said = "Nothing was changed: the families were as this roster says already."
    if imported and imported.is_new:
        said = (
            f"The families are as the roster says. {count_of(imported.links, 'link')} ended with it, and "
            f"{count_of(imported.notices_cancelled, 'unsent message')}."
        )
    _tell(ground, _letter(ground, said, changes(), is_done=imported is not None))
    return imported


def _letter(ground: Ground, said: str, changes: Changes | None, *, is_done: bool) -> StaffLetter:
    kinds = (
        ("children", "children"),
        ("guardians", "guardians"),
        ("guardianships", "guardianships"),
    )
    sentences = [said]
    if changes is not None:
        if not is_done:
            sentences.append("What it would have changed:")
        tallies = [(words, getattr(changes, kind)) for kind, words in kinds]
        sentences += [
            f"{words.capitalize()}: {tally.added:,} added, {tally.changed:,} changed, {tally.removed:,} gone."
            for words, tally in tallies
        ]
    url = f"{ground.settings.base_url}/staff/families"
    return roster_report(sentences=tuple(sentences), failed=not is_done, url=url)


def _tell(ground: Ground, letter: StaffLetter) -> None:
    lost, admins = mail_admins(ground, letter)
    if lost:
        aside.print(f"The report could not be mailed to {lost:,} of {admins:,} admins.", markup=False)
