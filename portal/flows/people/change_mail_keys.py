"""Mail keys: with one a mail program hands messages in as a staff member. It lets nobody sign in or read anything."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.rate_limits import repository as rate_limits
from portal.rate_limits.rules import WRONG_MAIL_KEYS
from portal.staff import repository as staff
from portal.staff.errors import EnoughMailKeys, NoSuchMailKey
from portal.staff.rules import MAIL_KEY_SEEN_EVERY, MOST_MAIL_KEYS, Acting, checked_label

_NOBODY = "staff:unknown"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a mail key is; `is_seen` where its use was noted within the hour."""

    person: Acting
    mail_key_id: str
    is_seen: bool


def make_mail_key(session: Session, keys: KeyRing, label: str, *, by: Acting, now: datetime) -> tuple[str, str]:
    """Make a mail key for oneself, for a year; return its id, and the key itself, which is shown once and kept nowhere.

    `label` is what they call the mail program. Raises `WrongCall` and `EnoughMailKeys`.
    """
    label = checked_label(label)
    hold_still(session, f"mail-keys:{by.id}", shared=False)  # of two presses the second counts the first
    if len(staff.mail_keys_of(session, by.id, now=now)) >= MOST_MAIL_KEYS:
        raise EnoughMailKeys
    secret = tokens.new_mail_key()
    key_id, mac = list(tokens.mail_key_macs(keys, secret).items())[-1]
    row = staff.add_mail_key(session, by.id, label=label, mac=mac, key_id=key_id, now=now)
    ledger.append(session, keys, [Act("mail-key:make", by.label, {"mail_key": row.id})], now=now)
    return row.id, secret


def end_mail_key(session: Session, keys: KeyRing, mail_key_id: str, *, by: Acting, now: datetime) -> None:
    """End a mail key: one's own, or as an admin anybody's. The next message by it is refused.

    Raises `NoSuchMailKey`.
    """
    whose = staff.end_mail_key(session, mail_key_id, staff_id=None if by.is_admin else by.id, now=now)
    if whose is None:
        raise NoSuchMailKey
    about: dict[str, Fact] = {"mail_key": mail_key_id, "staff": whose}
    ledger.append(session, keys, [Act("mail-key:end", by.label, about)], now=now)


def holder_of(session: Session, keys: KeyRing, address: str, typed: str, *, now: datetime) -> Holder | None:
    """Return the present staff member whose address and mail key these are; None for any other pair.

    Case and blanks do not count. Nothing is written.
    """
    try:
        address_key = OneAddress.parse(address).key
    except NotOneAddress:
        return None
    row = staff.mail_key_of(session, tokens.mail_key_macs(keys, typed), now=now)
    person = staff.by_id(session, row.staff_id, through="gate") if row else None
    if row is None or person is None or OneAddress.parse(person.address).key != address_key:
        return None
    return Holder(person, row.id, is_seen=row.used_at is not None and now - row.used_at < MAIL_KEY_SEEN_EVERY)


def note_used(session: Session, mail_key_id: str, *, now: datetime) -> None:
    """Note that a mail key was used; once an hour is enough, for whoever asks which are still needed."""
    staff.note_mail_key_used(session, mail_key_id, now=now)


def refuse_mail_key(session: Session, keys: KeyRing, *, network: str, now: datetime) -> bool:
    """Count a wrong mail key; return whether its network may try on. The ledger notes no more of one that may not.

    A genuine key is never counted, so nobody can keep an office out.
    """
    if not rate_limits.count_try(session, keys, WRONG_MAIL_KEYS, network, now=now):
        return False
    if rate_limits.may_be_noted(session, keys, now=now):
        ledger.append(session, keys, [Act("mail-key:refuse", _NOBODY)], now=now)
    return True
