"""Who receives a letter about which child, decided from facts alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from portal.kernel.secrets.keys import KeyRing
from portal.kernel.text.addresses import OneAddress
from portal.words.sentences import sentence

NO_GUARDIAN = "no-guardian"
NO_ADDRESS = "no-address"
MAY_NOT_RECEIVE = "may-not-receive"
SHARED_MAILBOX = "shared-mailbox"
ADDRESS_CHANGED = "address-changed"
LEFT_OUT = "left-out"
GUARDIANSHIP_ENDED = "guardianship-ended"
OF_AGE = "of-age"
NOT_ADDRESSED = "not-addressed"

Term = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Tie:
    """One child of an audience with one of its guardians, or with none; the rights as they are now.

    `is_paused`: the child is of age, and staff have not decided that letters go on.
    """

    child_id: str
    guardian_id: str | None
    address: str | None
    address_key: str | None
    is_barred: bool | None
    is_paused: bool | None
    is_over: bool | None


@dataclass(frozen=True, slots=True)
class Addressee:
    """One guardian with an address, and the children of the audience about whom it may get a letter."""

    guardian_id: str
    address: str
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Omission:
    """A child that nobody gets a letter about, or one guardian of a child that others do; and why.

    `reason` is what staff wrote down where they left the child out.
    """

    child_id: str
    guardian_id: str | None
    why: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets what, and who is left out."""

    addressees: tuple[Addressee, ...]
    omissions: tuple[Omission, ...]
    children: tuple[str, ...]

    @property
    def children_left_out(self) -> tuple[Omission, ...]:
        """The children whom no message reaches."""
        return tuple(omission for omission in self.omissions if omission.guardian_id is None)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every guardian who gets a letter, with each child that it is about."""
        return tuple((one.guardian_id, child) for one in self.addressees for child in one.children)

    @property
    def families(self) -> int:
        """How many families are reached: children and guardians that hang together count once."""
        return count_families(self.pairs)

    @property
    def is_one_family(self) -> bool:
        """Whether all of it is for one family, those included whom no message reaches."""
        return is_one_family(self.pairs, self.omissions)


_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


def plan(ties: Iterable[Tie], left_out: Mapping[str, str] = _NOBODY, addressed: frozenset[str] | None = None) -> Plan:
    """Decide who gets a letter about whom.

    A mailbox that anybody shares who is barred from the child gets nothing about that child. `left_out` are children
    whom staff leave out, each with the reason: nobody gets anything about them. `addressed` are the only guardians who
    may get anything, where there are such: that leaves people out and brings nobody in.
    """
    of_child: dict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        of_child[tie.child_id].append(tie)
    children_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    omissions: list[Omission] = []
    for child_id, guardians in of_child.items():
        if child_id in left_out:
            omissions.append(Omission(child_id, None, LEFT_OUT, left_out[child_id]))
            continue
        barred: set[str | None] = {tie.address_key for tie in guardians if tie.is_barred and tie.address_key}
        reasons: dict[str, str] = {}
        for tie in guardians:
            if tie.guardian_id is None or tie.is_over:
                continue
            why = NOT_ADDRESSED if _is_passed_over(tie, addressed) else _why_not(tie, barred)
            if why is None and tie.address:
                children_of[(tie.guardian_id, tie.address)].append(child_id)
            else:
                reasons[tie.guardian_id] = why or NO_ADDRESS
        reached = any(tie.guardian_id and tie.guardian_id not in reasons and not tie.is_over for tie in guardians)
        omissions.extend(Omission(child_id, guardian_id, why) for guardian_id, why in reasons.items())
        if not reached:
            omissions.append(Omission(child_id, None, _strongest(set(reasons.values()))))
    addressees = (Addressee(guardian, address, tuple(ids)) for (guardian, address), ids in children_of.items())
    return Plan(tuple(addressees), tuple(omissions), tuple(of_child))


def _is_passed_over(tie: Tie, addressed: frozenset[str] | None) -> bool:
    return addressed is not None and tie.guardian_id not in addressed


def _why_not(tie: Tie, barred: set[str | None]) -> str | None:
    if tie.is_barred:
        return MAY_NOT_RECEIVE
    if tie.is_paused:
        return OF_AGE
    if not tie.address:
        return NO_ADDRESS
    return SHARED_MAILBOX if tie.address_key in barred else None


def _strongest(reasons: set[str]) -> str:
    for why in (NO_ADDRESS, SHARED_MAILBOX, OF_AGE, MAY_NOT_RECEIVE, NOT_ADDRESSED):
        if why in reasons:
            return why
    return NO_GUARDIAN


def count_families(pairs: Iterable[tuple[str, str]]) -> int:
    """Count the groups in which guardians and children hang together."""
    return len(set(family_of_each(pairs).values()))


def count_homes(pairs: Iterable[tuple[str, str]]) -> int:
    """Count the children of whom not the same guardians are reached: two homes of one guardian are two."""
    reached: dict[str, set[str]] = {}
    for guardian, child in pairs:
        reached.setdefault(child, set()).add(guardian)
    return len(set(map(frozenset, reached.values())))


def is_one_family(pairs: Iterable[tuple[str, str]], omissions: Iterable[Omission]) -> bool:
    """Tell whether an audience is one household: each of its guardians is reached about each of its children.

    Somebody with children in two homes, such as a foster agency, does not make one family of them. A child whom no
    message reaches may get paper later, and is another.
    """
    reached, kept_out = set(pairs), {LEFT_OUT, NOT_ADDRESSED}
    strangers = (one for one in omissions if one.guardian_id is None and one.why not in kept_out)
    everybody = len({guardian for guardian, _ in reached}) * len({child for _, child in reached})
    return 0 < len(reached) == everybody and next(strangers, None) is None


def family_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each guardian and child the first id of their family: of all who hang together."""
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for guardian_id, child_id in pairs:
        first, second = sorted((root(guardian_id), root(child_id)))
        parent[second] = first
    return {node: root(node) for node in list(parent)}


def later_wave(addressees: Iterable[Addressee], *, first: int | None) -> frozenset[str]:
    """Return the guardians who wait until a person continues: all but those of the `first` so many families.

    Which families come first is as random as their ids are, and the same whenever it is asked.
    """
    if first is None:
        return frozenset()
    family_of = family_of_each((one.guardian_id, child) for one in addressees for child in one.children)
    chosen = frozenset(sorted(set(family_of.values()))[:first])
    return frozenset(person for person, family in family_of.items() if family not in chosen)


ADULT_AT = 18


def came_of_age(born: date, today: date) -> bool:
    """Tell whether somebody is 18 or older: on the birthday itself; who was born on 29 February, on 1 March."""
    return (today.year - born.year, today.month, today.day) >= (ADULT_AT, born.month, born.day)


def seal_private(keys: KeyRing, owner_id: str, column: str, text: str) -> bytes:
    """Seal a phone or a birth date for one column of one person; it opens nowhere else."""
    return keys.seal("column", text.encode(), f"{owner_id}/{column}".encode())


def open_private(keys: KeyRing, owner_id: str, column: str, sealed: bytes) -> str:
    """Open what `seal_private` sealed. Raises `SealBroken`."""
    return keys.unseal("column", sealed, f"{owner_id}/{column}".encode()).decode()


Basis = Literal["court", "placed", "forgotten", "agreed", "other"]
BASES: dict[Basis, str] = {
    "court": sentence("A court gave this person the right to act for the child"),
    "placed": sentence("An authority placed the child with this person"),
    "forgotten": sentence("A parent or guardian whom the roster does not name"),
    "agreed": sentence("The parents, or the student of age, agreed in writing"),
    "other": sentence("Something else"),
}
"""On what a right rests that staff give by hand, in words."""
BY_HAND = "by-hand"
"""The basis of a guardianship that staff gave; an import leaves it alone."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody whom no roster names, as staff write them down."""

    given_name: str
    family_name: str
    address: OneAddress | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class RightWish:
    """What right is given: on what it rests, why, by which paper, and from when until when; None for good."""

    basis: Basis
    reason: str
    reference: str
    starts_at: datetime
    ends_at: datetime | None = None


def erased_mark(keys: KeyRing, kind: str, source: str, key_id: str) -> str:
    """Return the keyed hash that an erased person is known again by. Raises `KeyError` for a key that is not here."""
    return keys.mac("column", b"erased", kind.encode(), source.encode(), key_id=key_id).hex()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a kind a roster brings for the first time, brings back, changes and removes."""

    new: int
    back: int
    changed: int
    removed: int

    @property
    def added(self) -> int:
        """How many there are that were not there before, whether or not they once were."""
        return self.new + self.back

    @property
    def total(self) -> int:
        """How many are touched at all."""
        return self.new + self.back + self.changed + self.removed


@dataclass(frozen=True, slots=True)
class Example:
    """One guardianship that a roster adds, changes or removes, or that is kept as staff made it; without names."""

    what: str
    student_number: str
    guardian_source: str


NEW_CHILD: Final = "new-child"
GONE_CHILD: Final = "gone-child"
NEW_TIE: Final = "new-guardian"
GONE_TIE: Final = "gone-guardian"
OTHER_TIE: Final = "other-right"
OTHER_ADDRESS: Final = "other-address"


@dataclass(frozen=True, slots=True)
class NamedChange:
    """One thing that a roster changes, by names, for whoever decides on it: a child, a tie or an address.

    `child` and `number` are empty for an address. `said` is the new address, or whether letters may go there; `before`
    is the address until now.
    """

    what: str
    child: str = ""
    number: str = ""
    guardian: str = ""
    said: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a roster would change.

    `roster` is the version it was compared with, `active` the guardianships of earlier rosters that hold now,
    `named` the children, guardians and guardianships in it, `differing` the hand-made guardianships it contradicts,
    `erased` the people in it who were erased and stay so, `addressed` the guardians in it with an address, `zeros` the
    new children whose number is that of a child who would go but for the zeros at its front.
    """

    roster: int
    children: Tally
    guardians: Tally
    guardianships: Tally
    addresses: int
    differing: int
    active: int
    named: tuple[int, int, int]
    examples: tuple[Example, ...]
    erased: int = 0
    zeros: int = 0
    addressed: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether the database already says what the roster says."""
        return not (self.children.total or self.guardians.total or self.guardianships.total)

    @property
    def is_large_drop(self) -> bool:
        """Whether more than a tenth of the guardianships would end: likelier a wrong file than a wave of leavers."""
        return self.guardianships.removed * 10 > self.active


def may_be_named(child_id: str, ties: Iterable[tuple[str, str, bool]]) -> frozenset[str]:
    """Return the ids of everybody whom a letter to this child's guardians may name.

    `ties` are the guardianships that hold now, as (guardian id, child id, may view): those of the child, and all
    others of its guardians. Named may be the child, its guardians, and the children whom every guardian who
    receives the letter may see: a sister, but not a half-brother whom only one of them sees. Where anybody is
    barred from the child, the child and whoever receives the letter, and nobody else.
    """
    known = list(ties)
    theirs = {guardian: may_view for guardian, child, may_view in known if child == child_id}
    receiving = {guardian for guardian, may_view in theirs.items() if may_view}
    if len(receiving) < len(theirs):
        return frozenset({child_id, *receiving})
    seen_by: dict[str, set[str]] = defaultdict(set)
    for guardian, child, may_view in known:
        if may_view:
            seen_by[child].add(guardian)
    shared = {child for child, guardians in seen_by.items() if receiving and receiving <= guardians}
    return frozenset({child_id, *theirs, *shared})
