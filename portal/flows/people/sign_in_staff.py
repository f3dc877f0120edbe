"""Staff sign in, by a one-time link or as whom an OpenID provider names, and sign out; the first admin comes in."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.kernel.configuration.provider_terms import Granted, ProviderTerms
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.outbox import repository as outbox
from portal.rate_limits import repository as rate_limits
from portal.rate_limits.rules import WRONG_SIGN_INS
from portal.staff import repository as staff
from portal.staff.errors import AdminExists, NoSuchStaff
from portal.staff.rules import LONGEST_NAME, Acting, checked_name, may_mail_sign_in_link

_NOBODY = "staff:unknown"
OneTimeUse = Literal["sign-in-token", "setup-token"]
Why = Literal[
    "forged", "spent", "unknown", "unverified", "identity-taken", "provider", "domain", "no-role", "removed"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: the ids of a session made for this, and of the one the browser had before.

    `network` is whose failures are counted.
    """

    new_session: str
    old_session: str | None = None
    network: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an OpenID provider vouches for: issuer and subject; an address only if the provider verified it.

    `held` are their groups as `group:NAME` and `role:NAME`; `token` is with what the provider is asked again.
    `authenticated_at` is when they last proved who they are, where the provider tells it.
    """

    issuer: str
    subject: str
    verified_address: str = ""
    name: str = ""
    held: frozenset[str] = frozenset()
    authenticated_at: datetime | None = None
    token: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The new session is this person's; `leads_to` is the page that they asked for before, as it was kept."""

    person: Acting
    leads_to: str = ""


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Nobody was signed in; `why` is for the ledger, never for a page."""

    why: Why


def make_sign_in_link(session: Session, keys: KeyRing, address: str, *, by: str, now: datetime) -> str:
    """Make a one-time link for a staff member, who is mailed it whoever asked; return its token.

    It works for 15 minutes, once. `by` is a label of the ledger. Raises `NoSuchStaff`, `NotOneAddress`.
    """
    member = staff.by_address(session, OneAddress.parse(address).key, through="web")
    return _make_link(session, keys, member, by=by, now=now)


def ask_for_sign_in_link(
    session: Session, keys: KeyRing, address: OneAddress, *, network: str, leads_to: str = "", now: datetime
) -> None:
    """Mail a one-time link to a staff member, at most five an hour, then one every ten minutes; to others nothing.

    Whoever asks learns nothing of which it was: every end writes, and returns nothing (ASVS V6.3.8). Of a network that
    asks for too many who are not staff, the ledger notes no more; the staff in it are kept out by nobody.
    """
    try:
        member = staff.by_address(session, address.key, through="web")
    except NoSuchStaff:
        _refuse(session, keys, "unknown", network, now=now)
        return
    made = staff.sign_in_links_made(session, member.id, since=now - timedelta(hours=1))
    if not may_mail_sign_in_link(made, now=now):
        ledger.append(session, keys, [Act("staff:sign-in-link-held-back", _NOBODY, {"staff": member.id})], now=now)
        return
    _make_link(session, keys, member, by=_NOBODY, leads_to=leads_to, now=now)


def _make_link(session: Session, keys: KeyRing, member: Acting, *, by: str, leads_to: str = "", now: datetime) -> str:
    link = staff.add_sign_in_link(session, member.id, leads_to=leads_to, now=now)
    outbox.queue_staff_mail(session, "sign-in", [member.id], about_id=link.id, now=now)
    about = {"staff": member.id, "sign_in_link": link.id}
    ledger.append(session, keys, [Act("staff:sign-in-link", by, about)], now=now)
    return tokens.mint_token(keys, "sign-in-token", link.id)


def is_live(session: Session, keys: KeyRing, use: OneTimeUse, text: str, *, now: datetime) -> bool:
    """Tell whether a one-time link is genuine and would work now. A forged one is told without the database."""
    link_id = tokens.row_in(keys, use, text)
    return link_id is not None and staff.is_live_link(session, link_id, is_setup=use == "setup-token", now=now)


def redeem_sign_in_link(
    session: Session, keys: KeyRing, text: str, *, browser: Browser, now: datetime
) -> SignedIn | NotSignedIn:
    """Sign in by a one-time link or its token, which is used up by it."""
    link_id = tokens.row_in(keys, "sign-in-token", text)
    if link_id is None:
        return _refuse(session, keys, "forged", browser.network, now=now)
    staff_id = staff.use_sign_in_link(session, link_id, now=now)
    person = staff.by_id(session, staff_id) if staff_id else None
    if person is None:
        return _refuse(session, keys, "spent", browser.network, now=now)
    signed_in = _start(session, keys, person, way="link", browser=browser, now=now)
    return replace(signed_in, leads_to=staff.sign_in_leads_to(session, link_id))


def make_setup_link(session: Session, keys: KeyRing, *, by: str, now: datetime) -> str:
    """Make the one-time link by which the first admin comes in, for a day; return its token. Raises `AdminExists`.

    The link made before ends. The link first, then the ledger's head: who becomes an admin takes them in this order.
    """
    link = staff.add_setup_link(session, now=now)
    ledger.hold_head(session)
    if staff.admins(session):
        raise AdminExists
    ledger.append(session, keys, [Act("staff:setup-link", by, {"setup_link": link.id})], now=now)
    return tokens.mint_token(keys, "setup-token", link.id)


def set_up(
    session: Session, keys: KeyRing, text: str, *, address: OneAddress, name: str, browser: Browser, now: datetime
) -> SignedIn | NotSignedIn:
    """Make the first admin by a setup link or its token, which is used up by it, and sign them in.

    Admins are looked for with the ledger's head held: one whom a shell adds at this moment is seen or comes
    after. Raises `WrongCall` for a name that is none.
    """
    name, link_id = checked_name(name), tokens.row_in(keys, "setup-token", text)
    if link_id is None:
        return _refuse(session, keys, "forged", browser.network, now=now)
    if not staff.use_setup_link(session, link_id, now=now):
        return _refuse(session, keys, "spent", browser.network, now=now)
    ledger.hold_head(session)
    if staff.admins(session):  # it was no guess, so it is not counted
        return _noted(session, keys, "spent", now=now)
    act = "staff:change" if staff.is_known(session, address.key) else "staff:add"
    put = {"address": address.text, "address_key": address.key, "name": name, "role": "admin"}
    staff.set_scope(session, staff.put(session, **put, now=now).id, ())
    person = staff.by_address(session, address.key, through="web")
    about: dict[str, Fact] = {"staff": person.id, "role": "admin", "sites": [], "setup_link": link_id}
    ledger.append(session, keys, [Act(act, "setup-link", about)], now=now)
    return _start(session, keys, person, way="setup-link", browser=browser, now=now)


def sign_in_by_identity(
    session: Session, keys: KeyRing, identity: Identity, terms: ProviderTerms, *, browser: Browser, now: datetime
) -> SignedIn | NotSignedIn:
    """Sign in the person an OpenID provider names, on these terms.

    Issuer and subject are who it is (OpenID Connect Core 5.7). An address counts once: it ties the identity
    to a staff member who has none yet, and only if the provider has verified it. A role comes from an admin or
    from a group that the terms name, never from an address.
    """
    if not terms.admit(identity.verified_address):
        return _refuse(session, keys, "domain" if identity.verified_address else "unverified", browser.network, now=now)
    granted = terms.granted(identity.held) if terms.decide_roles else None
    if terms.decide_roles and granted is None:
        return _refuse(session, keys, "no-role", browser.network, now=now)
    found = staff.by_identity(session, issuer=identity.issuer, subject=identity.subject) or _tie(
        session, keys, identity, granted, now=now
    )
    if not isinstance(found, Acting):
        return _refuse(session, keys, found, browser.network, now=now)
    person = _as_granted(session, keys, found, granted, now=now) if granted else found
    at = min(identity.authenticated_at or now, now)  # the provider's clock may be ahead
    signed_in = _start(session, keys, person, way="provider", browser=browser, authenticated_at=at, now=now)
    sealed = keys.seal("provider-token", identity.token, browser.new_session.encode())
    staff.keep_token(session, browser.new_session, sealed, now=now)
    return signed_in


def _tie(
    session: Session, keys: KeyRing, identity: Identity, granted: Granted | None, *, now: datetime
) -> Acting | Why:
    """Bind an identity to the staff member with its address, or make one where a group grants a role."""
    try:
        address = OneAddress.parse(identity.verified_address)
    except NotOneAddress:
        return "unverified"
    who = {"issuer": identity.issuer, "subject": identity.subject}
    try:
        with session.begin_nested():
            tied = staff.tie_identity(session, address_key=address.key, **who)
            if tied or granted is None or staff.is_known(session, address.key):
                return tied or "unknown"
            if staff.was_removed(session, address_key=address.key, **who):
                return "removed"
            name = identity.name if identity.name.isprintable() and len(identity.name) <= LONGEST_NAME else ""
            put = {"address": address.text, "address_key": address.key, "name": name, "role": granted.role}
            staff.set_scope(session, staff.put(session, **put, now=now).id, granted.sites or ())
            made = staff.tie_identity(session, address_key=address.key, **who)
    except IntegrityError:  # it was tied to somebody else a moment ago
        return "identity-taken"
    assert made
    about: dict[str, Fact] = {"staff": made.id, "role": granted.role, "sites": sorted(granted.sites or ())}
    ledger.append(session, keys, [Act("staff:add", "provider", about)], now=now)
    return made


def _as_granted(session: Session, keys: KeyRing, person: Acting, granted: Granted, *, now: datetime) -> Acting:
    """Give somebody the role and sites that their groups grant today."""
    if staff.set_grant(session, person, role=granted.role, sites=granted.sites, now=now):
        about: dict[str, Fact] = {"staff": person.id, "role": granted.role, "sites": sorted(granted.sites or ())}
        ledger.append(session, keys, [Act("staff:change", "provider", about)], now=now)
    return replace(person, role=granted.role, sites=granted.sites)


def refuse_sign_in(session: Session, keys: KeyRing, *, browser: Browser, now: datetime) -> NotSignedIn:
    """Record that what came back from the OpenID provider did not hold."""
    return _refuse(session, keys, "provider", browser.network, now=now)


def sign_out(session: Session, keys: KeyRing, person: Acting, *, session_id: str, now: datetime) -> None:
    """End the session a person signs out of."""
    staff.end_session(session, session_id, now=now)
    ledger.append(session, keys, [Act("staff:sign-out", person.label)], now=now)


def _start(
    session: Session,
    keys: KeyRing,
    person: Acting,
    *,
    way: str,
    browser: Browser,
    authenticated_at: datetime | None = None,
    now: datetime,
) -> SignedIn:
    """Begin a session that did not exist before, so a planted cookie gains nothing (ASVS V7.2.4)."""
    if browser.old_session:
        staff.end_session(session, browser.old_session, now=now)
    its = {"session_id": browser.new_session, "staff_id": person.id}
    staff.start_session(session, **its, authenticated_at=authenticated_at, now=now)
    ledger.append(session, keys, [Act("staff:sign-in", person.label, {"way": way})], now=now)
    return SignedIn(person)


def _refuse(session: Session, keys: KeyRing, why: Why, network: str, *, now: datetime) -> NotSignedIn:
    """Count a failure. The ledger notes it unless its network, or all together, failed too often: no flood fills it."""
    is_first = rate_limits.count_try(session, keys, WRONG_SIGN_INS, network, now=now)
    if is_first and rate_limits.may_be_noted(session, keys, now=now):
        return _noted(session, keys, why, now=now)
    return NotSignedIn(why)


def _noted(session: Session, keys: KeyRing, why: Why, *, now: datetime) -> NotSignedIn:
    ledger.append(session, keys, [Act("staff:sign-in-refused", _NOBODY, {"why": why})], now=now)
    return NotSignedIn(why)
