"""A code is mailed before a confidential letter opens, and typed in the browser that asked for it."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from portal.kernel.ids import new_id, new_secret
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.tokens import canonical_digits, mint_digits
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.errors import LinkDead
from portal.links.rules import TRIES, Challenge, Open, asking, kept_as, standing, wrong_pauses
from portal.outbox import repository as outbox
from portal.overviews.family import code_steps
from portal.overviews.family.code_steps import StepSeen

_OVER = "Its code was used, or a newer one was asked for."


@dataclass(frozen=True, slots=True)
class Passed:
    """The code was right: `cookie` is the secret of a new session, `device_cookie` of a remembered browser."""

    cookie: str = field(repr=False)
    device_cookie: str | None = field(repr=False)


Told = Literal["sent", "too-soon", "wrong", "over", "paused", "no-address"]


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser brings: the cookie of its code step, and those of a session and a device that it may have.

    `network` is what is kept of where it is.
    """

    step_cookie: str = field(repr=False)
    session_cookie: str | None = field(default=None, repr=False)
    device_cookie: str | None = field(default=None, repr=False)
    network: str = ""
    new_device_cookie: str = field(default_factory=new_secret, repr=False)
    """What the browser is remembered by, if it wishes to be."""

    @property
    def shown(self) -> tuple[str, ...]:
        """By what the database knows what the browser brings, and is handed (`kernel.storage.narrow`)."""
        cookies = (self.step_cookie, self.session_cookie, self.device_cookie, self.new_device_cookie)
        return tuple(kept_as(cookie) for cookie in cookies if cookie)


def step_of(session: Session, step_cookie: str, *, now: datetime) -> StepSeen | None:
    """Return where a browser stands, or None when it stands nowhere any more. Raises `LinkDead`."""
    seen = code_steps.step_seen(session, kept_as(step_cookie), now=now)
    if seen is not None and not isinstance(seen.verdict, Open):
        raise LinkDead(seen.verdict.why, seen.link.link_id)
    return seen


def stands(session: Session, step_cookie: str | None, *, now: datetime) -> bool:
    """Tell whether a browser's cookie is that of a code step which is not over."""
    return step_cookie is not None and links.link_of_step(session, kept_as(step_cookie), now=now) is not None


def _held(session: Session, step_cookie: str, *, now: datetime) -> StepSeen | None:
    """Hold a link's code step still, so that many at once have no more tries than one after the other."""
    link_id = links.link_of_step(session, kept_as(step_cookie), now=now)
    if link_id is None:
        return None
    hold_still(session, f"code:{link_id}", shared=False)
    return step_of(session, step_cookie, now=now)


def send_code(session: Session, keys: KeyRing, step_cookie: str, *, now: datetime) -> Told | None:
    """Mail a new code to the guardian's address on file today; the one before it ends.

    None when the browser stands nowhere any more. Raises `LinkDead`.
    """
    seen = _held(session, step_cookie, now=now)
    if seen is None:
        return None
    asked = asking(seen.facts, now=now)
    if asked == "pause":
        links.pause_codes(session, seen.link.link_id, now=now)
        ledger.append(session, keys, [_act("code:pause", seen, why="mails")], now=now)
        return "paused"
    if asked != "send":
        return asked
    _end_codes(session, seen, now=now)
    challenge_id = new_id()
    links.add_challenge(
        session,
        {
            "id": challenge_id, "step_id": seen.facts.step_id, "link_id": seen.link.link_id,
            "guardian_id": seen.link.guardian_id, "key_id": keys.newest("mailed-code"),
            "address_key": seen.facts.address_key, "created_at": now, "wrong": 0, "ended_at": None,
        },
    )  # fmt: skip
    outbox.queue_code(session, challenge_id, guardian_id=seen.link.guardian_id, now=now)
    ledger.append(session, keys, [_act("code:sent", seen, challenge=challenge_id)], now=now)
    return "sent"


def try_code(
    session: Session, keys: KeyRing, browser: Browser, typed: str, *, remembers: bool, now: datetime
) -> Passed | Told | None:
    """Open the letter if the digits are those that were mailed for this browser; count the try if they are not.

    Something that is not 6 digits is no try. None when the browser stands nowhere any more. Raises `LinkDead`.
    """
    seen = _held(session, browser.step_cookie, now=now)
    if seen is None:
        return None
    stands, code = standing(seen.facts, now=now), seen.facts.newest
    if stands in {"paused", "no-address"}:
        return "paused" if stands == "paused" else "no-address"
    if stands != "waiting" or code is None or code.key_id not in keys.ids("mailed-code"):
        return "over"
    digits = canonical_digits(typed)
    if digits is None:
        return "wrong"
    if not hmac.compare_digest(digits, mint_digits(keys, code.id, code.key_id)):
        return _count(session, keys, seen, code, now=now)
    return _pass(session, keys, seen, code, browser, remembers=remembers, now=now)


def _count(session: Session, keys: KeyRing, seen: StepSeen, code: Challenge, *, now: datetime) -> Told:
    links.count_wrong(session, code.id)
    acts = [_act("code:wrong", seen, challenge=code.id, tries=code.wrong + 1)]
    pauses = wrong_pauses(seen.facts, now=now)
    if pauses:
        links.pause_codes(session, seen.link.link_id, now=now)
        acts.append(_act("code:pause", seen, why="wrong"))
    ledger.append(session, keys, acts, now=now)
    if pauses:
        return "paused"
    return "wrong" if code.wrong + 1 < TRIES else "over"


def _pass(
    session: Session, keys: KeyRing, seen: StepSeen, code: Challenge, browser: Browser, *, remembers: bool,
    now: datetime,
) -> Passed:  # fmt: skip
    cookie = new_secret()
    old = kept_as(browser.session_cookie) if browser.session_cookie else None
    opening_id = links.open_in_browser(
        session, seen.link, new=kept_as(cookie), old=old, proven_at=now, network=browser.network, now=now
    )
    _end_codes(session, seen, now=now)  # behind the session: so an erasure holds them too
    links.end_code_step(session, seen.facts.step_id, now=now)
    acts = [
        _act("code:passed", seen, challenge=code.id),
        _act("link:open", seen, mailing=seen.link.mailing_id, child=seen.link.child_id, opening=opening_id),
    ]
    device_cookie = browser.new_device_cookie if remembers else None
    if device_cookie:
        device_id = links.remember_device(
            session,
            guardian_id=seen.link.guardian_id,
            address_key=code.address_key,
            new=kept_as(device_cookie),
            old=kept_as(browser.device_cookie) if browser.device_cookie else None,
            now=now,
        )
        acts.append(_act("device:remembered", seen, device=device_id))
    ledger.append(session, keys, acts, now=now)
    return Passed(cookie, device_cookie)


def _end_codes(session: Session, seen: StepSeen, *, now: datetime) -> None:
    ended = links.end_challenges(session, seen.facts.step_id, now=now)
    outbox.cancel_codes(session, ended, why=_OVER, now=now)


def _act(name: str, seen: StepSeen, **about: Fact) -> Act:
    return Act(name, f"family:{seen.link.guardian_id}", {"link": seen.link.link_id, **about})
