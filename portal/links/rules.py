"""Whether a link opens, and whether a code is asked first, decided from facts alone."""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SESSION_LASTS = timedelta(hours=12)
IDLE_LIMIT = timedelta(hours=2)
"""How long a browser stays open in which nothing is read (ADR 69)."""
DISCLOSED_ONCE_IN = timedelta(minutes=30)
REPLACED = "replaced"
"""Why a copy does not open whose letter has a corrected version: the same link opens that one."""
NOT_MINE = "not-mine"
"""Why a link died of which a family said that it shows somebody else's child: its mailbox is not whose we thought."""
RESTRICTED = "restricted"
OF_AGE = "of-age"
SHARED_MAILBOX = "shared-mailbox"
KEY_COMPROMISED = "key-compromised"
RENEWABLE = frozenset({RESTRICTED, OF_AGE, SHARED_MAILBOX, KEY_COMPROMISED})
"""Why a link died with its guardian's right, or its key, and nobody took back the letter: there may be a new one."""
PAUSED = "paused"
"""Why a link does not open whose letter somebody on the staff is looking at: it opens again when that is over."""
CLOSED = "closed"
"""Why a copy does not open whose letter was kept as long as it may be, or was shredded by hand."""
SESSION_ENDED = "session-ended"
"""Why a copy does not open in a browser whose family left, or has had it open for as long as it may be."""
UNPROVEN = "unproven"
"""Why a confidential copy does not open in a browser that has given no code for it."""

CODE_LASTS = timedelta(minutes=10)
TRIES = 5
STEP_LASTS = timedelta(hours=1)
"""How long a browser may stand before a confidential letter without opening its link again."""
AGAIN_AFTER = timedelta(minutes=1)
_SENT_MOST = 3  # to one browser, in the time that a code lasts
PAUSE = timedelta(hours=1)
COUNTED_IN = timedelta(hours=24)
_WRONG_MOST = 20
_MAILS_MOST = 10
DEVICE_LASTS = timedelta(days=30)
NETWORK_KEPT = timedelta(days=90)
"""How long it is known from where a link was opened: as long as somebody may still ask after a mistake."""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What the database says about a link at this moment; `may_see` is whether its guardian may see its child now."""

    link_id: str
    mailing_id: str
    guardian_id: str
    child_id: str
    expires_at: datetime
    revoked_at: datetime | None
    revoked_why: str
    may_see: bool
    mailing_state: str
    is_confidential: bool = False
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """The link opens its child's copies."""


@dataclass(frozen=True, slots=True)
class Dead:
    """The link does not open, for the reason that the ledger keeps."""

    why: str


def judge(link: LinkFacts, *, now: datetime) -> Open | Dead:
    """Decide whether a link opens now: taken back, right ended, mailing taken back, paused, expired, in this order."""
    if link.revoked_at is not None:
        return Dead(link.revoked_why or "taken-back")
    if not link.may_see:
        return Dead("guardianship-ended")
    if link.mailing_state == "revoked":
        return Dead("taken-back")
    if link.is_paused:
        return Dead(PAUSED)
    if link.expires_at <= now:
        return Dead("expired")
    return Open()


def is_to_be_put_off(expires_at: datetime, *, now: datetime) -> bool:
    """Tell whether a session that is read in has to be told so: its idle limit comes within 90 minutes."""
    return expires_at - now < IDLE_LIMIT - DISCLOSED_ONCE_IN


def kept_as(cookie: str) -> str:
    """Return what is kept of a cookie: its SHA-256, so that a stolen database opens nothing."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def is_proven(link: LinkFacts, proven_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether an opening may show its letters: a confidential one only within 12 hours of its code."""
    return not link.is_confidential or (proven_at is not None and proven_at + SESSION_LASTS > now)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A code that was mailed: for which browser's step, to which address, and how often another was typed."""

    id: str
    step_id: str
    key_id: str
    address_key: str
    created_at: datetime
    wrong: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is known when a browser stands before a confidential letter.

    `address_key` is of the address on file now, None where there is none to mail a code to. `challenges` are all of
    this link in 24 hours, from whatever browser, the newest first.
    """

    step_id: str
    address_key: str | None
    paused_until: datetime | None
    challenges: tuple[Challenge, ...]

    @property
    def newest(self) -> Challenge | None:
        """The latest code that this browser asked for."""
        return next((one for one in self.challenges if one.step_id == self.step_id), None)


Standing = Literal["offered", "waiting", "over", "paused", "no-address"]
Asking = Literal["send", "too-soon", "pause", "paused", "no-address"]


def standing(facts: CodeFacts, *, now: datetime) -> Standing:
    """Decide what a browser is shown: a code is offered, waited for, over, or none can be had."""
    if facts.paused_until and facts.paused_until > now:
        return "paused"
    if facts.address_key is None:
        return "no-address"
    if facts.newest is None:
        return "offered"
    return "waiting" if is_live(facts.newest, facts.address_key, now=now) else "over"


def is_live(code: Challenge, address_key: str | None, *, now: datetime) -> bool:
    """Tell whether a code may still be typed: not used, not too old, not tried too often, its address still on file."""
    return (
        code.ended_at is None
        and code.created_at + CODE_LASTS > now
        and code.wrong < TRIES
        and code.address_key == address_key
    )


def asking(facts: CodeFacts, *, now: datetime) -> Asking:
    """Decide what follows when a browser asks for a code.

    One a minute and three in ten minutes for each browser. Ten in 24 hours for each link pause it for an hour, and
    after that so does each one more: a mailbox is not flooded by whoever got hold of a link.
    """
    stands = standing(facts, now=now)
    if stands in {"paused", "no-address"}:
        return "paused" if stands == "paused" else "no-address"
    here = [one for one in facts.challenges if one.step_id == facts.step_id and one.created_at + CODE_LASTS > now]
    if len(here) >= _SENT_MOST or (here and here[0].created_at + AGAIN_AFTER > now):
        return "too-soon"
    counted = [one for one in facts.challenges if one.created_at + COUNTED_IN > now]
    if len(counted) >= _MAILS_MOST and counted[0].created_at + PAUSE > now:
        return "pause"
    return "send"


def wrong_pauses(facts: CodeFacts, *, now: datetime) -> bool:
    """Tell whether one more wrong try pauses a link for an hour: the 20th in 24 hours, and each one after it."""
    return 1 + sum(one.wrong for one in facts.challenges if one.created_at + COUNTED_IN > now) >= _WRONG_MOST


def kept_network(host: str) -> str:
    """Return what is kept of where a browser was: the network of 256 addresses (IPv4), or of 48 bits (IPv6).

    It tells a district's own network from another country, and one household from the next it does not.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def masked(address: str) -> str:
    """Return an address as a stranger may see it: `m•••@e•••.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain[:1]}•••.{domain.rpartition('.')[2]}"


RENEWED_FOR = timedelta(days=7)
RENEWALS_MOST = 20
"""How many letters one message brings back at the most, the newest first."""
_RENEWALS_IN = ((timedelta(hours=1), 3), (COUNTED_IN, 6))
_NOTHING_LEAVES = frozenset({"draft", "checked", "waiting", "paused", "stopped", "returned", "revoked"})
Renewing = Literal["same", "anew"]


@dataclass(frozen=True, slots=True)
class Held:
    """The newest link of a guardian to a child's letters of a mailing, and what a renewal of it rests on.

    `has_left`: a message with it left once, so no hold and no Stop kept it back. `is_shared`: the mailbox is read by
    somebody who may not see the child. `is_kept`: there is still something to show.
    """

    link: LinkFacts
    has_left: bool
    is_shared: bool
    is_kept: bool


def renewing(held: Held, *, now: datetime) -> Renewing | None:
    """Decide what somebody who asks for a fresh link is mailed: the same one, one made anew, or nothing.

    Anybody can ask, so a live link is mailed again and nothing is killed. Nothing leaves of a mailing that is paused
    or was stopped, and nothing comes back that was taken back.
    """
    may_leave = held.has_left and held.is_kept and held.link.mailing_state not in _NOTHING_LEAVES
    if not may_leave or held.is_shared:
        return None
    match judge(held.link, now=now):
        case Open():
            return "same"
        case Dead("expired"):
            return "anew"
        case _:
            return None


def may_mail_again(asked: Sequence[datetime], *, now: datetime) -> bool:
    """Tell whether a mailbox gets one more message with links: three in an hour and six in a day are the most."""
    return all(sum(at > now - within for at in asked) < most for within, most in _RENEWALS_IN)
