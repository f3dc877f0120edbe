"""A link or a typed code is opened in a browser, by an explicit act."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel import tokens
from portal.kernel.ids import new_secret
from portal.kernel.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.links import repository as links
from portal.links.rules import SESSION_LASTS, LinkFacts, Open, judge
from portal.overviews import letters


@dataclass(frozen=True, slots=True)
class Opened:
    """The link opened; `cookie` is the secret of a new session, and `lasts_until` its end."""

    cookie: str
    link: LinkFacts


@dataclass(frozen=True, slots=True)
class Dead:
    """The link was real and does not open any more."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing was ever opened by this."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a signature or a code's shape says, before any database is asked."""

    link_id: str | None
    code_lookups: tuple[str, ...] = ()


def read_attempt(keys: KeyRing, *, token: str, code: str) -> Attempt | None:
    """Return what was presented, or None for a forged token or something that is no code.

    A pasted link, a bare token and a code are told apart by their shape, in whichever field they stand.
    """
    for text in (token, code):
        link_id = tokens.read_token(keys, "link-token", tokens.token_of_link_text(text)) if text else None
        if link_id:
            return Attempt(link_id)
    typed = tokens.canonical_code(code) or tokens.canonical_code(token)
    if typed is None:
        return None
    return Attempt(None, tuple(tokens.code_lookup(keys, typed, key_id) for key_id in keys.ids))


def session_id_of(cookie: str) -> str:
    """Return the id under which a session's cookie is kept: its SHA-256, so a stolen database opens nothing."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def open_link(
    session: Session, keys: KeyRing, attempt: Attempt | None, *, old_cookie: str | None, now: datetime
) -> Opened | Dead | Unknown:
    """Open a link in a browser: always a new session; another guardian's openings in this browser end."""
    link_id = attempt and (attempt.link_id or links.link_id_by_code(session, attempt.code_lookups))
    link = letters.link_facts(session, link_id) if link_id else None
    if link is None:
        why = "bad-signature" if attempt is None else "unknown"
        ledger.append(session, keys, [Act("link:refuse", "family:unknown", {"why": why})], now=now)
        return Unknown()
    by = f"family:{link.guardian_id}"
    verdict = judge(link, now=now)
    if not isinstance(verdict, Open):
        about = {"link": link.link_id, "why": verdict.why}
        ledger.append(session, keys, [Act("link:refuse", by, about)], now=now)
        return Dead(verdict.why)
    cookie = new_secret()
    opening_id = _start(session, link, cookie=cookie, old_cookie=old_cookie, now=now)
    about = {"link": link.link_id, "mailing": link.mailing_id, "child": link.child_id, "opening": opening_id}
    ledger.append(session, keys, [Act("link:open", by, about)], now=now)
    return Opened(cookie, link)


def _start(session: Session, link: LinkFacts, *, cookie: str, old_cookie: str | None, now: datetime) -> str:
    new = session_id_of(cookie)
    scope = {
        "link_id": link.link_id,
        "mailing_id": link.mailing_id,
        "guardian_id": link.guardian_id,
        "child_id": link.child_id,
    }
    opening_id = links.start_session(session, session_id=new, scope=scope, now=now, expires_at=now + SESSION_LASTS)
    old = links.find_session(session, session_id_of(old_cookie)) if old_cookie else None
    if old is not None:
        if old.guardian_id == link.guardian_id and old.ended_at is None and old.expires_at > now:
            links.move_openings(session, old=old.id, new=new, but_link=link.link_id)
        links.end_session(session, old.id, now=now)
    return opening_id


def leave(session: Session, keys: KeyRing, cookie: str, *, now: datetime) -> None:
    """End the session of a browser whose family presses Leave; twice is the same as once."""
    found = links.find_session(session, session_id_of(cookie))
    if found is None or found.ended_at is not None:
        return
    links.end_session(session, found.id, now=now)
    ledger.append(session, keys, [Act("session:leave", f"family:{found.guardian_id}")], now=now)
