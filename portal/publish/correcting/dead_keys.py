"""Keys are turned; what hangs on keys in wrong hands ends, and fresh links go out for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.flows.taking_back import end_dead_keys, reissue_links
from portal.flows.taking_back.end_dead_keys import Ended
from portal.kernel.errors import PortalError
from portal.kernel.secrets.keyfile import Part, rotate_key_file
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, NotNow, RosterChanged
from portal.mailings.rules import may_move
from portal.overviews.links import key_links
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class Reissued:
    """What went out anew: messages, links and mailings, and guardians and mailings that get none by themselves."""

    messages: int
    links: int
    mailings: int
    missing: int
    left: int


def rotate(house: House, part: Part | None, *, compromised: bool, by: str, now: datetime) -> Ended:
    """Turn the keys of one part, or the master key of all, while everything runs.

    The file first: from then on a dead key lets nobody in. Then what it let in before ends, and the ledger is told.
    """
    rotate_key_file(house.settings.keys, part, compromised=compromised, now=now)
    house.keys.look_again()
    with house.db.write() as session:
        end_dead_keys.note_rotation(session, house.keys, part or "master", compromised=compromised, by=by, now=now)
    if compromised and part in {None, "sign-in"}:
        with house.db.write() as session:
            end_dead_keys.end_staff_sessions(session, house.keys, by=by, now=now)
    if part in {None, "data-key"}:
        house.data_keys.roll()
    return end_links_of_dead_keys(house, by=by, now=now)


def end_links_of_dead_keys(house: House, *, by: str, now: datetime) -> Ended:
    """End what dead keys still hold open; there is nothing to do as a rule."""
    with house.db.write() as session:
        return end_dead_keys.end_dead_keys(session, house.keys, by=by, now=now)


def look_at_fresh(house: House, *, now: datetime) -> Reissued:
    """Return what would go out anew now."""
    with house.db.read() as session:
        found = [mailings.find_any(session, one) for one in key_links.without_fresh_links(session, now=now)]
        going = [one for one in found if one is not None and may_move(one.state, "fresh-links")]
        planned = [key_links.planned_fresh(session, one, now=now) for one in going]
    return Reissued(
        sum(len(one.recipients) for one in planned),
        sum(one.links for one in planned),
        len(going),
        sum(one.missing for one in planned),
        len(found) - len(going),
    )


def check_may_reissue(by: Acting) -> None:
    """Raise `NotAllowed` for anybody but an admin of every site: a key is no single site's."""
    if not by.is_admin or by.sites is not None:
        raise NotAllowed(
            sentence("Only an admin of every site sends fresh links for the links of a key. Ask one of them.")
        )


def reissue(house: House, *, by: Acting, now: datetime) -> Reissued:
    """Send fresh links for all that died with their keys, mailing by mailing; again, nothing is left to send.

    A mailing that was stopped, paused or taken back is left as it is. Raises as `check_may_reissue`.
    """
    check_may_reissue(by)
    seen = look_at_fresh(house, now=now)
    with house.db.read() as session:
        ids = key_links.without_fresh_links(session, now=now)
    for mailing_id in ids:
        _reissue(house, mailing_id, by=by, now=now)
    return seen


def _reissue(house: House, mailing_id: str, *, by: Acting, now: datetime) -> None:
    hold = timedelta(seconds=house.settings.hold_seconds)
    for _ in range(3):  # an import may finish between looking and writing; each turn looks anew
        with house.db.read() as session:
            mailing = mailings.find_any(session, mailing_id)
            if mailing is None or not may_move(mailing.state, "fresh-links"):
                return
            planned = key_links.planned_fresh(session, mailing, now=now)
            if not planned.recipients:
                return
            prepared = reissue_links.prepare_fresh(session, house.keys, mailing, planned, now=now, hold=hold)
        try:
            with house.db.write() as session:
                reissue_links.reissue_links(session, house.keys, prepared, by=by, now=now)
        except (RosterChanged, ChangedMeanwhile, NotNow):
            continue
        return
    raise StillMoving


class StillMoving(PortalError):
    """A mailing moved while its fresh links were written. Nothing of it was sent; ask for the fresh links again."""
