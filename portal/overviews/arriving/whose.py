"""Whom the addresses of a message are: guardians with the children whom both they and the sender may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.families.repository.guardians import children_by_address
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.staff.rules import Acting
from portal.staff.tables import StaffMember


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known of addresses, by their keys: guardians and children of each, and those that are the staff's.

    An address of neither is lost: nobody's on the roster, or somebody's to whom the sender may not write, or who may
    see no child. Which of these it is, is not told.
    """

    guardians: Mapping[str, frozenset[str]]
    children: Mapping[str, frozenset[str]]
    ours: frozenset[str]

    def lost(self, addresses: Iterable[str]) -> list[str]:
        """Return those of the addresses that lead to nobody, each once, in their order."""
        return [one for one in dict.fromkeys(addresses) if not self._is_known(key_of(one))]

    def _is_known(self, key: str) -> bool:
        return key in self.children or key in self.ours


def whose(
    session: Session, addresses: Collection[str], ours: Collection[str] = (), *, by: Acting, now: datetime
) -> Whose:
    """Return whom addresses are, for this sender. `ours` are addresses of the organisation itself, beside its staff."""
    keys = sorted({key_of(one) for one in addresses})
    guardians, children = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for key, guardian, child in children_by_address(session, keys, by.sites, now=now):
        guardians[key].add(guardian)
        children[key].add(child)
    return Whose(
        {key: frozenset(ids) for key, ids in guardians.items()},
        {key: frozenset(ids) for key, ids in children.items()},
        _staff_among(session, keys) | {key_of(one) for one in ours},
    )


def key_of(address: str) -> str:
    """Return the key under which an address is on file; what is no address is known to nobody."""
    try:
        return OneAddress.parse(address).key
    except NotOneAddress:
        return address.casefold()


def _staff_among(session: Session, keys: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        query = select(col(StaffMember.address_key)).where(col(StaffMember.address_key).in_(keys[start : start + 500]))
        found.update(session.execute(query).scalars())
    return frozenset(found)
