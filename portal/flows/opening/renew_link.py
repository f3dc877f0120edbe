"""A family asks for a fresh link: it is mailed to the address on file, and whoever asks is never told whether.

The site only keeps what was typed, sealed. All that could tell a known address from another happens in the worker.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.ids import new_id, new_secret
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing, SealBroken
from portal.kernel.storage.db import hold_still
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.rules import RENEWALS_MOST, RENEWED_FOR, kept_as, may_mail_again, renewing
from portal.mailings import repository as mailings
from portal.outbox import repository as outbox
from portal.overviews.family import renewals
from portal.overviews.family.renewals import HeldEdition
from portal.overviews.links import targets
from portal.rate_limits.errors import TooManyTries

_LONGEST = 8_000  # characters: a whole message of ours, pasted
_FEWEST_PRESS = 20
_AT_ONCE = 10
_WAITING = 2_000


def shown_by(keys: KeyRing, typed: str) -> tuple[str, ...]:
    """Return by what the database knows the link of a code that was typed (`kernel.storage.narrow`)."""
    return tuple(tokens.code_lookups_in(keys, typed.strip()[:_LONGEST]))


def is_genuine(session: Session, keys: KeyRing, typed: str) -> bool:
    """Tell whether what was typed is a link or a code of ours. An address is not looked up: that could be measured."""
    typed = typed.strip()[:_LONGEST]
    if tokens.row_in(keys, "link-token", typed):
        return True
    return links.link_id_by_code(session, tokens.code_lookups_in(keys, typed)) is not None


def ask_for_link(
    session: Session, keys: KeyRing, typed: str, *, press: str, is_genuine: bool = False, now: datetime
) -> None:
    """Keep a wish, whatever it is, with the same work for all of them.

    `press` is the secret of the page that was filled in: the same page sent twice is one wish. Raises `TooManyTries`
    when so many wait that no worker can be looking at them: better said than kept for nobody. A link or a code of
    ours (`is_genuine`) is kept even then: others may have filled the line.
    """
    typed = typed.strip()[:_LONGEST]
    page = press if len(press) >= _FEWEST_PRESS else new_secret()  # what brings none is a page of its own
    renewal_id = kept_as(f"{page} {typed}")
    hold_still(session, f"renewal:{renewal_id}", shared=False)
    wish = keys.seal("column", typed.encode(errors="replace"), renewal_id.encode())
    is_new = links.add_renewal(session, renewal_id, wish, now=now)
    if is_new and not is_genuine and links.has_waiting_renewals(session, more_than=_WAITING):
        raise TooManyTries


@dataclass(frozen=True, slots=True)
class _Wish:
    """Whom a wish is about, and which of their letters."""

    guardian_id: str
    letters: list[HeldEdition]


def answer_wishes(session: Session, keys: KeyRing, *, now: datetime) -> int:
    """Look at what was asked for, and queue the messages that answer it; return how many wishes there were."""
    waiting = links.waiting_renewals(session, most=_AT_ONCE)
    letters = [one for wish in waiting for meant in _asked(session, keys, wish, now=now) for one in meant.letters]
    # all at once and in order, as whoever freezes many holds them: one by one, each could wait for the other
    expired = [one.held.link for one in letters if renewing(one.held, now=now) == "anew"]
    if expired:
        mailings.hold(session, [link.mailing_id for link in expired])
        targets.held_editions(session, *(link.link_id for link in expired))
    told: list[Act] = []
    for wish in waiting:
        renewal_id, wishes = wish[0], _asked(session, keys, wish, now=now)  # anew: the wish before may have changed it
        acts = [act for meant in wishes for act in _answer(session, keys, renewal_id, meant, now=now)]
        told += acts or [_refused(renewal_id, "unknown")]
        links.close_renewal(session, renewal_id, now=now)
    if told:  # last: who takes back holds first the mailing and then the ledger, and is not to wait for us for good
        ledger.append(session, keys, told, now=now)
    return len(waiting)


def _asked(session: Session, keys: KeyRing, waiting: tuple[str, bytes], *, now: datetime) -> list[_Wish]:
    renewal_id, sealed = waiting
    try:
        typed = keys.unseal("column", sealed, renewal_id.encode()).decode()
    except SealBroken:  # its key has left the key file: nobody knows what was typed
        typed = ""
    return _wishes(session, keys, typed, now=now)


def _wishes(session: Session, keys: KeyRing, typed: str, *, now: datetime) -> list[_Wish]:
    """Understand what was typed: an old link or code means its own letter, an address all letters of who reads it."""
    link_id = tokens.row_in(keys, "link-token", typed)
    if link_id is None:
        try:
            at = renewals.guardians_at(session, OneAddress.parse(typed).key)
            return [_Wish(one, renewals.held_by(session, one, now=now)) for one in at]
        except NotOneAddress:
            link_id = links.link_id_by_code(session, tokens.code_lookups_in(keys, typed))
            link_id = link_id or _of_a_dead_key(session, keys, typed)
    held = renewals.held_of_link(session, link_id, now=now) if link_id else []
    return [_Wish(held[0].held.link.guardian_id, held)] if held else []


def _of_a_dead_key(session: Session, keys: KeyRing, typed: str) -> str | None:
    """Return the link whose token or code a dead key made: it opens nothing, but what came in its place is theirs.

    Whoever has that key may put any other link's id behind it, so only a link that was made with it counts.
    """
    given_up = keys.given_up("link")
    if given_up is None:
        return None
    link_id = tokens.row_in(given_up, "link-token", typed)
    link_id = link_id or links.link_id_by_code(session, tokens.code_lookups_in(given_up, typed))
    return link_id if link_id and links.is_made_with(session, link_id, given_up.ids("link-token")) else None


def _refused(renewal_id: str, why: str, guardian_id: str = "unknown") -> Act:
    return Act("renewal:refuse", f"family:{guardian_id}", {"renewal": renewal_id, "why": why})


def _answer(session: Session, keys: KeyRing, renewal_id: str, wish: _Wish, *, now: datetime) -> list[Act]:
    """Queue one guardian's message; return what the ledger is told of it."""
    guardian_id = wish.guardian_id
    hold_still(session, f"renew:{guardian_id}", shared=False)
    if not renewals.has_address(session, guardian_id):
        return [_refused(renewal_id, "no-address", guardian_id)]
    if not may_mail_again(renewals.mailed_before(session, guardian_id, now=now), now=now):
        return [_refused(renewal_id, "too-many", guardian_id)]
    acts: list[Act] = []
    carried: list[dict[str, str]] = []
    for one in [one for one in wish.letters if renewing(one.held, now=now)][:RENEWALS_MOST]:
        scope = links.scope_of(one.held.link)
        if renewing(one.held, now=now) == "same":
            carried.append(scope)
        elif fresh := _made_anew(session, keys, one, now=now):
            carried.append(scope | {"link_id": fresh})
            acts.append(Act("link:renew", f"family:{guardian_id}", {"link": fresh, "instead": one.held.link.link_id}))
    if not carried:
        return [_refused(renewal_id, "nothing-opens", guardian_id)]
    if {one["link_id"] for one in carried} <= renewals.on_their_way(session, guardian_id):
        return [_refused(renewal_id, "on-its-way", guardian_id)]
    mail_id = outbox.queue_renewal(session, renewal_id, carried, now=now)
    about: dict[str, Fact] = {"renewal": renewal_id, "mail": mail_id, "links": len(carried)}
    return [*acts, Act("renewal:answer", f"family:{guardian_id}", about)]


def _made_anew(session: Session, keys: KeyRing, one: HeldEdition, *, now: datetime) -> str | None:
    """Make the next edition of an expired link; return its id, or None if it may not be renewed any more.

    Whoever takes back the mailing or the link is waited for here or waits for us, and then sees the new edition.
    """
    link = one.held.link
    mailings.hold(session, [link.mailing_id])
    targets.held_editions(session, link.link_id)
    seen = renewals.held_of_link(session, link.link_id, now=now)
    if [each.edition for each in seen] != [one.edition] or renewing(seen[0].held, now=now) != "anew":
        return None
    link_id, key_id = new_id(), keys.newest("link-token")
    lookup = tokens.code_lookup(keys, tokens.mint_code(keys, link_id, key_id), key_id)
    row = {"id": link_id, "mailing_id": link.mailing_id, "guardian_id": link.guardian_id, "child_id": link.child_id,
           "edition": one.edition + 1, "code_key_id": key_id, "code_lookup": lookup, "created_at": now,
           "expires_at": now + RENEWED_FOR, "revoked_at": None, "revoked_why": ""}  # fmt: skip
    links.add_links(session, [row])
    return link_id
