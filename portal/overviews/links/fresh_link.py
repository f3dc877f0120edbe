"""One link that is dead, as its way back is asked for: who would get a new one, by today's rights and address."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.documents.repository import keeping
from portal.incidents.rules import FROZEN
from portal.kernel.errors import Refused
from portal.links.errors import LinkUnknown
from portal.links.rules import NOT_MINE, Dead, LinkFacts, Open, judge
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.rules import check_links_open, move
from portal.mailings.tables import Mailing
from portal.overviews.family.letters import link_facts
from portal.overviews.links import targets
from portal.overviews.links.key_links import FreshPlanned
from portal.overviews.links.targets import FoundLink, Reader
from portal.overviews.sending.round_facts import facts_of
from portal.overviews.sending.rounds import Carried, Recipient
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link as an operator sees it. `edition` of `newest`; `verdict` is this edition's own."""

    found: FoundLink
    facts: LinkFacts
    edition: int
    newest: int
    verdict: Open | Dead
    readers: tuple[Reader, ...]


def link_seen(session: Session, link_id: str, *, sites: frozenset[str] | None, now: datetime) -> LinkSeen:
    """Return what is known of a link. Raises `LinkUnknown`, also for one outside of these sites."""
    facts = link_facts(session, link_id, now=now)
    found = targets.find_links(session, link_id, sites=sites, limit=1) if facts else []
    if facts is None or not found:
        raise LinkUnknown
    editions = targets.editions_of_link(link_id)
    rows = session.execute(select(col(Link.id), col(Link.edition)).where(col(Link.id).in_(editions)))
    edition_of = {row[0]: row[1] for row in rows}
    readers = tuple(targets.readers_of_link(session, link_id))
    return LinkSeen(found[0], facts, edition_of[link_id], max(edition_of.values()), judge(facts, now=now), readers)


class StillOpens(Refused):
    """A link to this letter opens for this guardian. Take it back first, if it must not."""


class FrozenLink(Refused):
    """This link died with an incident. Undo the freeze in the incident, and everybody gets a fresh link."""


class NotTheirChild(Refused):
    """The family said that this is not their child. Correct the roster first, and send the letter as a new one."""


class NoWayBack(Refused):
    """This guardian cannot be sent this letter today: by rights, by address, or since the letter was taken back."""


def planned_fresh_link(session: Session, link_id: str, *, by: Acting, now: datetime) -> tuple[Mailing, FreshPlanned]:
    """Return the mailing of a dead link, and the one guardian who would get a new one.

    Raises `LinkUnknown`, `NoSuchMailing`, `StillOpens`, `FrozenLink`, `NotTheirChild`, `NoWayBack`,
    `NotNow`.
    """
    seen = link_seen(session, link_id, sites=by.sites, now=now)
    guardian, child = seen.facts.guardian_id, seen.facts.child_id
    mailing = mailings.find(session, seen.facts.mailing_id, staff_id=by.id, sites=by.sites)
    newest = session.execute(
        select(col(Link.revoked_at), col(Link.revoked_why), col(Link.expires_at)).where(
            col(Link.mailing_id) == mailing.id,
            col(Link.guardian_id) == guardian,
            col(Link.child_id) == child,
            col(Link.edition) == seen.newest,
        )
    ).one()
    if newest.revoked_why == FROZEN:
        raise FrozenLink
    if newest.revoked_why == NOT_MINE:
        raise NotTheirChild
    if newest.revoked_at is None and newest.expires_at > now:
        raise StillOpens
    if mailing.state == "revoked" or keeping.is_closed(session, mailing.id):
        raise NoWayBack
    check_links_open(mailing.links_paused_at)
    move(mailing.state, "fresh-links")
    facts = facts_of(session, mailing, child_id=child, now=now)
    mine = next((one for one in facts.plan.addressees if one.guardian_id == guardian and child in one.children), None)
    if mine is None or child not in facts.copied:
        raise NoWayBack
    recipient = Recipient(guardian, mine.address, (Carried(child, None, seen.newest + 1),))
    return mailing, FreshPlanned(mailing.round + 1, (recipient,), 0)
