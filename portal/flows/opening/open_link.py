"""A link or a typed code is opened in a browser, by an explicit act."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from portal.kernel.ids import new_secret
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.repository.presses import press_of
from portal.links.rules import KEY_COMPROMISED, LinkFacts, Open, judge, kept_as
from portal.links.rules import Dead as DeadLink
from portal.overviews.family import code_steps, earlier, letters, renewals


@dataclass(frozen=True, slots=True)
class Opened:
    """The link opened; `cookie` is the secret of a new session, and `lasts_until` its end."""

    cookie: str = field(repr=False)
    link: LinkFacts


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """The letter is confidential and nobody knows this browser: nothing is open yet.

    `cookie` is the secret of its code step.
    """

    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dead:
    """The link was real and does not open any more. `is_followed`: it expired, and a newer one opens the same."""

    why: str
    is_followed: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was ever opened by this."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a signature or a code's shape says, before any database is asked.

    `former` is what it says by the keys that are in wrong hands: it opens nothing, but its link may have been real.
    """

    link_id: str | None
    code_lookups: tuple[str, ...] = ()
    former: "Attempt | None" = None

    @property
    def shown(self) -> tuple[str, ...]:
        """By what the database knows the link (`kernel.storage.narrow`)."""
        own = (self.link_id,) if self.link_id else self.code_lookups
        return (*own, *self.former.shown) if self.former else own


def read_attempt(keys: KeyRing, *, token: str, code: str) -> Attempt | None:
    """Return what was presented, or None for a forged token or something that is no code.

    A pasted link or message, a bare token and a code are told apart by their shape, in whichever field they stand.
    """
    attempt = _read(keys, token=token, code=code)
    given_up = None if attempt and attempt.link_id else keys.given_up("link")
    former = given_up and _read(given_up, token=token, code=code)
    return replace(attempt or Attempt(None), former=former) if former else attempt


def _read(keys: KeyRing, *, token: str, code: str) -> Attempt | None:
    for text in (token, code):
        if link_id := tokens.row_in(keys, "link-token", text):
            return Attempt(link_id)
    lookups = tokens.code_lookups_in(keys, code) or tokens.code_lookups_in(keys, token)
    return Attempt(None, lookups) if lookups else None


def is_known(session: Session, keys: KeyRing, attempt: Attempt | None, *, now: datetime) -> bool:
    """Tell whether what was presented is, or was, a link of ours: by its signature, or by the hash of its code."""
    if _link_of(session, attempt, now=now) is not None:
        return True
    former = attempt.former if attempt else None
    return former is not None and _made_with_a_dead_key(session, keys, former, now=now) is not None


def session_id_of(cookie: str) -> str:
    """Return the id under which a session's cookie is kept: its SHA-256, so a stolen database opens nothing."""
    return kept_as(cookie)


def shown_by(*cookies: str | None) -> str:
    """Return by what the database knows the session, step or device of cookies that a browser brings."""
    return ",".join(kept_as(cookie) for cookie in cookies if cookie)


def open_link(
    session: Session,
    keys: KeyRing,
    attempt: Attempt | None,
    *,
    old_cookie: str | None,
    device_cookie: str | None = None,
    network: str = "",
    now: datetime,
) -> Opened | CodeAsked | Dead | Unknown:
    """Open a link in a browser: always a new session; another guardian's openings in this browser end.

    A confidential one opens at once only where the browser is known; else a code is asked first, and nothing ends.
    """
    link, former = _link_of(session, attempt, now=now), None
    if link is None and attempt and attempt.former:
        link = former = _made_with_a_dead_key(session, keys, attempt.former, now=now)
    if link is None:  # nobody's link: it is counted, and grows no ledger
        return Unknown()
    by = f"family:{link.guardian_id}"
    verdict = DeadLink(KEY_COMPROMISED) if former else judge(link, now=now)
    if not isinstance(verdict, Open):
        ledger.append(session, keys, [Act("link:refuse", by, {"link": link.link_id, "why": verdict.why})], now=now)
        return Dead(verdict.why, verdict.why == "expired" and renewals.is_followed(session, link, now=now))
    cookie, is_open = _next_cookie(session, keys, old_cookie, link.link_id, now=now)
    if is_open:
        return Opened(cookie, link)
    known = _proof(session, link, old_cookie=old_cookie, device_cookie=device_cookie, now=now)
    if link.is_confidential and known is None:
        return _ask_for_a_code(session, link, now=now)
    old, proven_at = kept_as(old_cookie) if old_cookie else None, known.at if known else None
    opening_id = links.open_in_browser(
        session, link, new=kept_as(cookie), old=old, proven_at=proven_at, network=network, now=now
    )
    ledger.append(session, keys, [Act("link:open", by, _about(link, opening_id, known))], now=now)
    return Opened(cookie, link)


def _next_cookie(
    session: Session, keys: KeyRing, old_cookie: str | None, link_id: str, *, now: datetime
) -> tuple[str, bool]:
    """Return the secret of the session that follows a browser's, and whether it is open: the link was pressed twice."""
    if old_cookie is None:
        return new_secret(), False
    cookie = tokens.next_secret(keys, old_cookie, link_id)
    press = press_of(session, old=kept_as(old_cookie), following=kept_as(cookie), now=now)
    return (new_secret(), False) if press == "apart" else (cookie, press == "again")


def _ask_for_a_code(session: Session, link: LinkFacts, *, now: datetime) -> CodeAsked:
    step_cookie = new_secret()
    links.start_code_step(session, link, step_id=kept_as(step_cookie), now=now)
    return CodeAsked(step_cookie)


def _link_of(session: Session, attempt: Attempt | None, *, now: datetime) -> LinkFacts | None:
    link_id = attempt and (attempt.link_id or links.link_id_by_code(session, attempt.code_lookups))
    return letters.link_facts(session, link_id, now=now) if link_id else None


def _made_with_a_dead_key(session: Session, keys: KeyRing, former: Attempt, *, now: datetime) -> LinkFacts | None:
    """Return the link that a dead key was used for; whoever has that key may put any other link's id behind it."""
    link, given_up = _link_of(session, former, now=now), keys.given_up("link")
    was_real = link and given_up and links.is_made_with(session, link.link_id, given_up.ids("link-token"))
    return link if was_real else None


def _about(link: LinkFacts, opening_id: str, known: "_Proof | None") -> dict[str, Fact]:
    about: dict[str, Fact] = {
        "link": link.link_id, "mailing": link.mailing_id, "child": link.child_id, "opening": opening_id
    }  # fmt: skip
    return about | ({"device": known.device_id} if known and known.device_id else {})


@dataclass(frozen=True, slots=True)
class _Proof:
    """Since when this browser is known: by a code, by a remembered device, or by a page that was handed over."""

    at: datetime
    device_id: str | None = None


def _proof(
    session: Session, link: LinkFacts, *, old_cookie: str | None, device_cookie: str | None, now: datetime
) -> _Proof | None:
    """Look for what makes a browser known. A code given for one child's letter is given for the others' too.

    It proved that this browser is read by whoever reads the guardian's mail, and that is not a child's property.
    """
    if not link.is_confidential:
        return None
    session_id = kept_as(old_cookie) if old_cookie else None
    known = _known_browser(session, link, session_id=session_id, device_cookie=device_cookie, now=now)
    if known is None and code_steps.came_on_paper(session, link):
        return _Proof(now)
    return known


def _known_browser(
    session: Session, link: LinkFacts, *, session_id: str | None, device_cookie: str | None, now: datetime
) -> _Proof | None:
    device_id = code_steps.known_device(session, kept_as(device_cookie), link, now=now) if device_cookie else None
    if device_id:
        return _Proof(now, device_id)
    at = links.proven_in(session, session_id, link.guardian_id, now=now) if session_id else None
    return _Proof(at) if at else None


def open_earlier(
    session: Session,
    keys: KeyRing,
    *,
    session_id: str,
    copy_id: str,
    device_cookie: str | None = None,
    network: str = "",
    now: datetime,
) -> Literal["open"] | CodeAsked | None:
    """Open an earlier letter of a child whose letters are open in this browser, by that letter's own link.

    Of the same guardian and child alone; None for anything else. A confidential one asks its code, whatever opened
    the others: a page that was handed over stands for its own letter.
    """
    way = earlier.way_back(session, session_id, copy_id, now=now)
    if way is None:
        return None
    link, by = way.link, f"family:{way.link.guardian_id}"
    known = None
    if link.is_confidential:
        known = _known_browser(session, link, session_id=session_id, device_cookie=device_cookie, now=now)
        if known is None:
            return _ask_for_a_code(session, link, now=now)
    opening_id = links.add_opening(
        session, link, session_id=session_id, proven_at=known.at if known else None, network=network, now=now
    )
    about = _about(link, opening_id, known) | {"from": way.from_opening}
    ledger.append(session, keys, [Act("link:open", by, about)], now=now)
    return "open"


def show_child(session: Session, *, session_id: str, copy_id: str, now: datetime) -> bool:
    """Show one child's letters of those that are open in this browser, or all; tell whether there was one to show."""
    if not copy_id:
        links.show_child(session, session_id, None)
        return True
    letter = letters.letter_of_session(session, session_id, copy_id, now=now)
    if letter is None or not isinstance(letter.verdict, Open):
        return False
    links.show_child(session, session_id, letter.link.child_id)
    return True


def leave(session: Session, keys: KeyRing, cookie: str, *, now: datetime) -> None:
    """End the session of a browser whose family presses Leave; twice is the same as once."""
    found = links.find_session(session, session_id_of(cookie))
    if found is None or found.ended_at is not None:
        return
    links.end_session(session, found.id, now=now)
    ledger.append(session, keys, [Act("session:leave", f"family:{found.guardian_id}")], now=now)
