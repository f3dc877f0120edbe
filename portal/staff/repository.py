"""Every query of staff, sign-in links and staff sessions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlmodel import Session, col

from portal.kernel.storage.db import change, hold_rows, insert_rows
from portal.staff.errors import NoSuchStaff
from portal.staff.rules import (
    ABSOLUTE_LIMIT,
    IDLE_LIMIT,
    MAIL_KEY_LASTS,
    SETUP_LASTS,
    SIGN_IN_LASTS,
    Acting,
    Role,
)
from portal.staff.tables import MailKey, ProviderToken, SetupLink, SignInLink, StaffMember, StaffScope, StaffSession


def _acting(session: Session, member: StaffMember, through: str) -> Acting:
    query = select(col(StaffScope.site)).where(col(StaffScope.staff_id) == member.id)
    sites = frozenset(session.execute(query).scalars())
    return Acting(member.id, member.address, member.name, cast("Role", member.role), sites or None, through)


def by_address(session: Session, address_key: str, *, through: str) -> Acting:
    """Return a present staff member by address. Raises `NoSuchStaff`."""
    query = select(StaffMember).where(
        col(StaffMember.address_key) == address_key, col(StaffMember.removed_at).is_(None)
    )
    member = session.execute(query).scalar_one_or_none()
    if member is None:
        raise NoSuchStaff
    return _acting(session, member, through)


def by_id(session: Session, staff_id: str, *, through: str = "web") -> Acting | None:
    """Return a present staff member by id."""
    member = session.get(StaffMember, staff_id)
    return _acting(session, member, through) if member and member.removed_at is None else None


def by_identity(session: Session, *, issuer: str, subject: str) -> Acting | None:
    """Return the present staff member whom an OpenID provider knows by this subject."""
    query = select(StaffMember).where(
        col(StaffMember.oidc_issuer) == issuer,
        col(StaffMember.oidc_subject) == subject,
        col(StaffMember.removed_at).is_(None),
    )
    member = session.execute(query).scalar_one_or_none()
    return _acting(session, member, "web") if member else None


def tie_identity(session: Session, *, address_key: str, issuer: str, subject: str) -> Acting | None:
    """Bind a provider's subject to the staff member with this address, the first time only.

    Whoever was removed and had this subject lets go of it: an admin has put this person here since.
    """
    untied = (
        col(StaffMember.address_key) == address_key,
        col(StaffMember.removed_at).is_(None),
        col(StaffMember.oidc_subject).is_(None),
    )
    theirs = (col(StaffMember.oidc_issuer) == issuer, col(StaffMember.oidc_subject) == subject)
    if session.execute(select(col(StaffMember.id)).where(*untied)).first() is None:
        return None
    gone = update(StaffMember).where(*theirs, col(StaffMember.removed_at).is_not(None))
    session.execute(gone.values(oidc_issuer=None, oidc_subject=None))
    if change(session, update(StaffMember).where(*untied).values(oidc_issuer=issuer, oidc_subject=subject)) != 1:
        return None
    return by_identity(session, issuer=issuer, subject=subject)


def subject_of(session: Session, staff_id: str) -> str | None:
    """Return the provider's subject that a staff member is tied to."""
    return session.execute(select(col(StaffMember.oidc_subject)).where(col(StaffMember.id) == staff_id)).scalar()


def is_known(session: Session, address_key: str) -> bool:
    """Tell whether a present staff member has this address, whoever they are tied to."""
    query = select(col(StaffMember.id)).where(
        col(StaffMember.address_key) == address_key, col(StaffMember.removed_at).is_(None)
    )
    return session.execute(query).first() is not None


def set_grant(session: Session, person: Acting, *, role: Role, sites: frozenset[str] | None, now: datetime) -> bool:
    """Give somebody a role and sites; return whether they had others."""
    if (person.role, person.sites) == (role, sites):
        return False
    if person.role != role:
        mine = update(StaffMember).where(col(StaffMember.id) == person.id)
        session.execute(mine.values(role=role, role_since=now))
    set_scope(session, person.id, sites or ())
    return True


def was_removed(session: Session, *, address_key: str, issuer: str, subject: str) -> bool:
    """Tell whether an admin took somebody off the staff who has this address or this identity."""
    identity = and_(col(StaffMember.oidc_issuer) == issuer, col(StaffMember.oidc_subject) == subject)
    query = select(col(StaffMember.id)).where(
        or_(col(StaffMember.address_key) == address_key, identity), col(StaffMember.removed_at).is_not(None)
    )
    return session.execute(query).first() is not None


def everyone(session: Session) -> Sequence[tuple[StaffMember, frozenset[str]]]:
    """Return every present staff member with the sites that limit them, by address."""
    scopes: dict[str, set[str]] = {}
    for staff_id, site in session.execute(select(col(StaffScope.staff_id), col(StaffScope.site))):
        scopes.setdefault(staff_id, set()).add(site)
    query = select(StaffMember).where(col(StaffMember.removed_at).is_(None)).order_by(col(StaffMember.address_key))
    return [(member, frozenset(scopes.get(member.id, ()))) for member in session.execute(query).scalars()]


def put(session: Session, *, address: str, address_key: str, name: str, role: str, now: datetime) -> StaffMember:
    """Insert a staff member, or bring back or change the one with this address. An admin ends every setup link."""
    if role == "admin":
        _end_setup_links(session, now=now)
    query = select(StaffMember).where(col(StaffMember.address_key) == address_key)
    member = session.execute(query).scalar_one_or_none()
    if member is None:
        member = StaffMember(address=address, address_key=address_key, name=name, role=role, created_at=now)
        session.add(member)
    else:
        if member.removed_at is not None or member.role != role:
            member.role_since = now
        if member.removed_at is not None:  # who comes back is tied anew, by an address that is verified then
            member.oidc_issuer = member.oidc_subject = None
        member.address, member.role, member.removed_at = address, role, None
        member.name = name or member.name
    session.flush()
    return member


def set_scope(session: Session, staff_id: str, sites: Iterable[str]) -> None:
    """Replace the sites that limit somebody; none at all means every site."""
    session.execute(delete(StaffScope).where(col(StaffScope.staff_id) == staff_id))
    rows = [{"staff_id": staff_id, "site": site} for site in sorted(set(sites))]
    insert_rows(session, StaffScope, rows)


def remove(session: Session, staff_id: str, *, now: datetime) -> int:
    """Take somebody off the staff; return how many of their sessions ended. Their mail keys end too.

    Their provider's identity stays with the row, so that a group of theirs does not bring them back.
    """
    session.execute(update(StaffMember).where(col(StaffMember.id) == staff_id).values(removed_at=now))
    keys_of = (col(MailKey.staff_id) == staff_id, col(MailKey.ended_at).is_(None))
    session.execute(update(MailKey).where(*keys_of).values(ended_at=now))
    theirs = select(col(StaffSession.id)).where(col(StaffSession.staff_id) == staff_id)
    session.execute(delete(ProviderToken).where(col(ProviderToken.session_id).in_(theirs)))
    open_ones = (col(StaffSession.staff_id) == staff_id, col(StaffSession.ended_at).is_(None))
    hold_rows(session, col(StaffSession.id), *open_ones)
    return change(session, update(StaffSession).where(*open_ones).values(ended_at=now))


def add_sign_in_link(session: Session, staff_id: str, *, leads_to: str = "", now: datetime) -> SignInLink:
    """Insert a one-time sign-in link that lasts 15 minutes; `leads_to` is the page its owner asked for before."""
    link = SignInLink(staff_id=staff_id, created_at=now, expires_at=now + SIGN_IN_LASTS, leads_to=leads_to)
    session.add(link)
    session.flush()
    return link


def use_sign_in_link(session: Session, link_id: str, *, now: datetime) -> str | None:
    """Use up a sign-in link by compare-and-set; return whose it was, or None if it is spent or too old."""
    if not _use_up(session, SignInLink, link_id, now=now):
        return None
    return session.execute(select(col(SignInLink.staff_id)).where(col(SignInLink.id) == link_id)).scalar()


def sign_in_leads_to(session: Session, link_id: str) -> str:
    """Return the page that the owner of a sign-in link asked for before, or nothing."""
    return session.execute(select(col(SignInLink.leads_to)).where(col(SignInLink.id) == link_id)).scalar() or ""


def is_live_link(session: Session, link_id: str, *, is_setup: bool, now: datetime) -> bool:
    """Tell whether a one-time link would work now; it is not used up by this."""
    table = SetupLink if is_setup else SignInLink
    live = (col(table.id) == link_id, col(table.used_at).is_(None), col(table.expires_at) > now)
    return session.execute(select(col(table.id)).where(*live)).first() is not None


def _use_up(session: Session, kind: type[SignInLink] | type[SetupLink], link_id: str, *, now: datetime) -> bool:
    live = (col(kind.id) == link_id, col(kind.used_at).is_(None), col(kind.expires_at) > now)
    return change(session, update(kind).where(*live).values(used_at=now)) == 1


def add_setup_link(session: Session, *, now: datetime) -> SetupLink:
    """Insert a link for the first admin that lasts a day; those before it end."""
    _end_setup_links(session, now=now)
    link = SetupLink(created_at=now, expires_at=now + SETUP_LASTS)
    session.add(link)
    session.flush()
    return link


def use_setup_link(session: Session, link_id: str, *, now: datetime) -> bool:
    """Use up a setup link by compare-and-set; return whether it was live."""
    return _use_up(session, SetupLink, link_id, now=now)


def _end_setup_links(session: Session, *, now: datetime) -> None:
    live = (col(SetupLink.used_at).is_(None), col(SetupLink.expires_at) > now)
    session.execute(update(SetupLink).where(*live).values(expires_at=now))


def sign_in_links_made(session: Session, staff_id: str, *, since: datetime) -> list[datetime]:
    """Return when somebody was made sign-in links, since a moment."""
    made = col(SignInLink.created_at)
    return list(session.execute(select(made).where(col(SignInLink.staff_id) == staff_id, made > since)).scalars())


def start_session(
    session: Session, *, session_id: str, staff_id: str, authenticated_at: datetime | None = None, now: datetime
) -> None:
    """Insert a staff session, of somebody who proved just now who they are, or at `authenticated_at`."""
    its = {"id": session_id, "staff_id": staff_id, "authenticated_at": authenticated_at or now}
    session.execute(insert(StaffSession).values(created_at=now, seen_at=now, ended_at=None, **its))


def find_session(session: Session, session_id: str) -> StaffSession | None:
    """Return the staff session of a cookie's hash."""
    return session.get(StaffSession, session_id)


def sessions_of(session: Session, staff_id: str, *, now: datetime) -> Sequence[StaffSession]:
    """Return the sessions of somebody that go on now, the one that was used last first."""
    live = (col(StaffSession.staff_id) == staff_id, col(StaffSession.ended_at).is_(None))
    young = (col(StaffSession.seen_at) > now - IDLE_LIMIT, col(StaffSession.created_at) > now - ABSOLUTE_LIMIT)
    query = select(StaffSession).where(*live, *young).order_by(col(StaffSession.seen_at).desc(), col(StaffSession.id))
    return session.execute(query).scalars().all()


def see_session(session: Session, session_id: str, *, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(StaffSession).where(col(StaffSession.id) == session_id).values(seen_at=now))


def end_session(session: Session, session_id: str, *, now: datetime) -> None:
    """End one staff session, and forget with what its provider was asked."""
    session.execute(delete(ProviderToken).where(col(ProviderToken.session_id) == session_id))
    query = update(StaffSession).where(col(StaffSession.id) == session_id, col(StaffSession.ended_at).is_(None))
    session.execute(query.values(ended_at=now))


def end_all_sessions(session: Session, *, now: datetime) -> int:
    """Sign everybody out; return how many sessions ended."""
    hold_rows(session, col(StaffSession.id), col(StaffSession.ended_at).is_(None))
    return change(session, update(StaffSession).where(col(StaffSession.ended_at).is_(None)).values(ended_at=now))


def end_all_ways_in(session: Session, *, now: datetime) -> None:
    """Sign everybody out, and end every mail key and every one-time link."""
    end_all_sessions(session, now=now)
    session.execute(update(MailKey).where(*_in_use(now)).values(ended_at=now))
    session.execute(update(SignInLink).where(col(SignInLink.used_at).is_(None)).values(used_at=now))
    _end_setup_links(session, now=now)


def keep_token(session: Session, session_id: str, sealed: bytes, *, now: datetime) -> None:
    """Keep with what a session's provider is asked again, and that it has just answered."""
    values = {"sealed": sealed, "answered_at": now, "asking_until": None}
    mine = update(ProviderToken).where(col(ProviderToken.session_id) == session_id)
    if change(session, mine.values(**values)) == 0:
        session.execute(insert(ProviderToken).values(session_id=session_id, **values))


def find_token(session: Session, session_id: str) -> ProviderToken | None:
    """Return with what a session's provider is asked again."""
    return session.get(ProviderToken, session_id)


def take_turn_to_ask(session: Session, session_id: str, *, until: datetime, now: datetime) -> bool:
    """Claim the right to ask a session's provider: a refresh token may be used once (RFC 9700, 2.2.2)."""
    free = or_(col(ProviderToken.asking_until).is_(None), col(ProviderToken.asking_until) <= now)
    query = update(ProviderToken).where(col(ProviderToken.session_id) == session_id, free)
    return change(session, query.values(asking_until=until)) == 1


def give_back_turn(session: Session, session_id: str) -> None:
    """Let another request ask: the provider gave no answer."""
    query = update(ProviderToken).where(col(ProviderToken.session_id) == session_id)
    session.execute(query.values(asking_until=None))


def admins(session: Session) -> list[str]:
    """Return the ids of all present admins."""
    query = select(col(StaffMember.id)).where(col(StaffMember.role) == "admin", col(StaffMember.removed_at).is_(None))
    return list(session.execute(query).scalars())


def admin_since(session: Session, staff_id: str) -> datetime | None:
    """Return since when somebody is an admin without a break; None for whoever is none."""
    member = session.get(StaffMember, staff_id, populate_existing=True)
    if member is None or member.removed_at is not None or member.role != "admin":
        return None
    return member.role_since or member.created_at


def possible_approvers(session: Session, *, but: str) -> list[Acting]:
    """Return everybody who may approve, except the author."""
    query = select(StaffMember).where(
        col(StaffMember.role).in_(["approver", "admin"]),
        col(StaffMember.removed_at).is_(None),
        col(StaffMember.id) != but,
    )
    return [_acting(session, member, "web") for member in session.execute(query).scalars()]


def add_mail_key(session: Session, staff_id: str, *, label: str, mac: bytes, key_id: str, now: datetime) -> MailKey:
    """Insert a mail key that lasts a year, known by its keyed hash alone."""
    row = MailKey(
        staff_id=staff_id, label=label, mac=mac, key_id=key_id, created_at=now, expires_at=now + MAIL_KEY_LASTS
    )
    session.add(row)
    session.flush()
    return row


def mail_keys_of(session: Session, staff_id: str, *, now: datetime) -> Sequence[MailKey]:
    """Return the mail keys of somebody that are in use, oldest first."""
    query = select(MailKey).where(col(MailKey.staff_id) == staff_id, *_in_use(now))
    return session.execute(query.order_by(col(MailKey.created_at), col(MailKey.id))).scalars().all()


def mail_keys_in_use(session: Session, *, now: datetime) -> Sequence[MailKey]:
    """Return the mail keys of everybody that are in use, oldest first."""
    query = select(MailKey).where(*_in_use(now)).order_by(col(MailKey.created_at), col(MailKey.id))
    return session.execute(query).scalars().all()


def mail_key_of(session: Session, macs: Mapping[str, bytes], *, now: datetime) -> MailKey | None:
    """Return the mail key in use that one of these keyed hashes is kept of, each with the id of its key."""
    query = select(MailKey).where(col(MailKey.mac).in_(macs.values()), *_in_use(now))
    found = [row for row in session.execute(query).scalars() if macs.get(row.key_id) == row.mac]
    return found[0] if found else None


def find_mail_key(session: Session, mail_key_id: str) -> MailKey | None:
    """Return a mail key, in use or not."""
    return session.get(MailKey, mail_key_id)


def has_ended_mail_key(session: Session, staff_id: str, *, since: datetime) -> bool:
    """Tell whether a mail key of somebody was ended at a moment or after it."""
    query = select(col(MailKey.id)).where(col(MailKey.staff_id) == staff_id, col(MailKey.ended_at) >= since)
    return session.execute(query.limit(1)).first() is not None


def note_mail_key_used(session: Session, mail_key_id: str, *, now: datetime) -> None:
    """Note that a mail key was used."""
    session.execute(update(MailKey).where(col(MailKey.id) == mail_key_id).values(used_at=now))


def end_mail_key(session: Session, mail_key_id: str, *, staff_id: str | None, now: datetime) -> str | None:
    """End a mail key in use by compare-and-set, of `staff_id` or of anybody; return whose it was."""
    mine = (col(MailKey.id) == mail_key_id, *((col(MailKey.staff_id) == staff_id,) if staff_id else ()))
    if change(session, update(MailKey).where(*mine, *_in_use(now)).values(ended_at=now)) != 1:
        return None
    return session.execute(select(col(MailKey.staff_id)).where(col(MailKey.id) == mail_key_id)).scalar()


def _in_use(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(MailKey.ended_at).is_(None), col(MailKey.expires_at) > now
