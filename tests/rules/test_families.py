"""Families as facts: who hangs together, who is of age, what is kept of the erased, and what a roster changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.families.rules import (
    LEFT_OUT,
    MAY_NOT_RECEIVE,
    NO_ADDRESS,
    NO_GUARDIAN,
    NOT_ADDRESSED,
    OF_AGE,
    SHARED_MAILBOX,
    Addressee,
    Changes,
    Omission,
    Tally,
    Tie,
    came_of_age,
    count_families,
    count_homes,
    erased_mark,
    family_of_each,
    is_one_family,
    later_wave,
    open_private,
    plan,
    seal_private,
)
from portal.kernel.secrets.keys import KeyRing, MasterKey, SealBroken

OLD, NEW = MasterKey("old1", "2026-01-01", bytes(range(32))), MasterKey("new1", "2026-02-01", bytes(range(1, 33)))
RING = KeyRing((OLD, NEW))


def tie(child: str, guardian: str, box: str | None = "", *, barred: bool = False, paused: bool = False) -> Tie:
    address = f"{guardian}@mail.example.org" if box == "" else box
    return Tie(child, guardian, address, address, barred, paused, is_over=False)


def test_a_child_whom_staff_leave_out_is_named_with_their_reason_and_nobody_is_mailed_about_it() -> None:
    ties = [tie("ana", "carla"), tie("luis", "carla"), tie("luis", "diego", None)]
    planned = plan(ties, {"luis": "it is about his birthday"})
    assert planned.addressees == (Addressee("carla", "carla@mail.example.org", ("ana",)),)
    assert planned.omissions == (Omission("luis", None, LEFT_OUT, "it is about his birthday"),)
    assert planned.children == ("ana", "luis")
    first_left_out = plan(ties, {"ana": "a reason"})  # what follows it is planned as ever
    assert first_left_out.pairs == (("carla", "luis"),)
    assert first_left_out.children_left_out == (Omission("ana", None, LEFT_OUT, "a reason"),)


def test_a_guardian_with_no_mailbox_is_no_neighbour_of_a_barred_one_with_none() -> None:
    planned = plan([tie("ana", "carla", None, barred=True), tie("ana", "diego", None)])
    assert planned.omissions == (
        Omission("ana", "carla", MAY_NOT_RECEIVE),
        Omission("ana", "diego", NO_ADDRESS),
        Omission("ana", None, NO_ADDRESS),
    )


def test_an_ended_right_ends_nobody_elses() -> None:
    over = replace(tie("ana", "carla"), is_over=True)
    assert plan([over, tie("ana", "diego")]).pairs == (("diego", "ana"),)
    assert plan([over, Tie("luis", None, None, None, None, None, None), tie("luis", "emeka")]).omissions == (
        Omission("ana", None, NO_GUARDIAN),
    )


BARRED, OLDER = tie("ana", "barred", barred=True), tie("ana", "of-age", paused=True)
SHARED, NOWHERE = tie("ana", "shared", "barred@mail.example.org"), tie("ana", "nowhere", None)


@pytest.mark.parametrize(
    ("ties", "why"),
    [
        ((BARRED, OLDER, SHARED, NOWHERE), NO_ADDRESS),
        ((BARRED, OLDER, SHARED), SHARED_MAILBOX),
        ((BARRED, OLDER), OF_AGE),
        ((BARRED,), MAY_NOT_RECEIVE),
        ((), NO_GUARDIAN),
    ],
)
@pytest.mark.parametrize("others", [0, 1])
def test_of_a_child_that_nobody_hears_of_the_reason_is_told_that_staff_can_mend_first(
    ties: tuple[Tie, ...], why: str, others: int
) -> None:
    passed_over = [tie("ana", "passed over")] * others
    planned = plan([Tie("ana", None, None, None, None, None, None), *ties, *passed_over], addressed=frozenset(
        one.guardian_id for one in ties if one.guardian_id
    ))  # fmt: skip
    expected = NOT_ADDRESSED if others and not ties else why
    assert planned.children_left_out == (Omission("ana", None, expected),)


def test_the_guardians_of_two_children_of_two_homes_are_as_many_families_as_hang_together() -> None:
    planned = plan([tie("ana", "carla"), tie("luis", "carla"), tie("max", "diego"), tie("zoe", "emeka", None)])
    assert planned.pairs == (("carla", "ana"), ("carla", "luis"), ("diego", "max"))
    assert planned.families == 2
    assert not planned.is_one_family


HOME = [("carla", "ana"), ("carla", "luis"), ("diego", "ana"), ("diego", "luis")]


@pytest.mark.parametrize(
    ("pairs", "omissions", "is_one"),
    [
        (HOME, [], True),
        (HOME[:1], [], True),
        (HOME + HOME, [], True),
        ([], [], False),
        (HOME[:3], [], False),  # diego is reached about one of the two alone
        ([HOME[0], ("emeka", "max")], [], False),
        (HOME, [Omission("max", None, NO_ADDRESS)], False),  # who may get paper later
        (HOME, [Omission("max", None, LEFT_OUT), Omission("zoe", None, NOT_ADDRESSED)], True),
        (HOME, [Omission("ana", "emeka", NO_ADDRESS)], True),
        (HOME, [Omission("max", None, LEFT_OUT), Omission("zoe", None, NO_GUARDIAN)], False),
    ],
)
def test_one_family_is_one_household_and_no_child_beside_it_that_nobody_reaches(
    pairs: list[tuple[str, str]], omissions: list[Omission], *, is_one: bool
) -> None:
    assert is_one_family(iter(pairs), iter(omissions)) is is_one


def joined(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Join who hangs together the slow way: two groups at a time, until none touch."""
    groups = [set(pair) for pair in pairs]
    while True:
        both = next(((one, two) for one in groups for two in groups if one is not two and one & two), None)
        if both is None:
            return groups
        groups = [group for group in groups if group is not both[0] and group is not both[1]] + [both[0] | both[1]]


some_pairs = st.lists(
    st.tuples(st.sampled_from(["g1", "g2", "g3", "g4", "g5", "g6"]), st.sampled_from("abcdefhi")), max_size=16
)


@given(some_pairs)
def test_a_family_is_all_who_hang_together_and_is_called_by_its_first_id(pairs: list[tuple[str, str]]) -> None:
    groups = joined(pairs)
    assert family_of_each(pairs) == {one: min(group) for group in groups for one in group}
    assert count_families(pairs) == len(groups)


@given(some_pairs)
def test_a_home_is_the_guardians_of_a_child(pairs: list[tuple[str, str]]) -> None:
    homes = {frozenset(guardian for guardian, child in pairs if child == mine) for _, mine in pairs}
    assert count_homes(pairs) == len(homes)


def test_the_families_with_the_first_ids_come_first_whole() -> None:
    addressees = [Addressee("g1", "", ("c4",)), Addressee("g2", "", ("c1", "c2")), Addressee("g3", "", ("c2", "c3"))]
    assert later_wave(addressees, first=0) == {"g1", "g2", "g3", "c1", "c2", "c3", "c4"}
    assert later_wave(addressees, first=1) == {"g1", "c4"}
    assert later_wave(addressees, first=2) == frozenset()
    assert later_wave(addressees, first=None) == frozenset()


@pytest.mark.parametrize(
    ("born", "today", "is_of_age"),
    [
        ("2008-08-06", "2026-08-05", False),
        ("2008-08-06", "2026-08-06", True),
        ("2008-08-06", "2026-07-31", False),
        ("2008-08-06", "2026-09-01", True),
        ("2007-12-31", "2026-01-01", True),
        ("2009-01-01", "2026-12-31", False),
        ("2008-02-29", "2026-02-28", False),
        ("2008-02-29", "2026-03-01", True),
        ("1950-12-31", "2026-01-01", True),
    ],
)
def test_somebody_is_of_age_on_the_18th_birthday(born: str, today: str, *, is_of_age: bool) -> None:
    assert came_of_age(date.fromisoformat(born), date.fromisoformat(today)) is is_of_age


def test_a_phone_and_a_birth_date_open_for_their_person_and_column_alone() -> None:
    sealed = seal_private(RING, "ana", "phone", "+1 555 0100 ü")
    assert open_private(RING, "ana", "phone", sealed) == "+1 555 0100 ü"
    assert RING.unseal("column", sealed, b"ana/phone") == "+1 555 0100 ü".encode()
    for owner, column in (("luis", "phone"), ("ana", "born")):
        with pytest.raises(SealBroken):
            open_private(RING, owner, column, sealed)


def test_an_erased_person_is_known_again_by_the_mark_of_its_kind_source_and_key() -> None:
    mark = erased_mark(RING, "child", "4711", "old1")
    assert (
        mark
        == RING.mac("column", b"erased", b"child", b"4711", key_id="old1").hex()
        == "c49729bc2e13176ec950cc0af4ddcaae2484a30836c13e8dfa56781a337e3f1d"
    )
    others = {erased_mark(RING, *one) for one in (("guardian", "4711", "old1"), ("child", "4712", "old1"))}
    assert len({mark, erased_mark(RING, "child", "4711", "new1")} | others) == 4
    with pytest.raises(KeyError, match="old2"):
        erased_mark(RING, "child", "4711", "old2")


NONE, ALL = Tally(0, 0, 0, 0), Tally(new=1, back=20, changed=300, removed=4000)
CHANGES = Changes(
    roster=1, children=NONE, guardians=NONE, guardianships=NONE, addresses=0, differing=0, active=100,
    named=(0, 0, 0), examples=(),
)  # fmt: skip


def test_what_a_roster_changes_is_summed_up() -> None:
    assert (ALL.added, ALL.total) == (21, 4321)
    assert (NONE.added, NONE.total) == (0, 0)
    assert CHANGES.is_nothing
    for field in ("children", "guardians", "guardianships"):
        for tally in (Tally(1, 0, 0, 0), Tally(0, 1, 0, 0), Tally(0, 0, 1, 0), Tally(0, 0, 0, 1)):
            assert not replace(CHANGES, **{field: tally}).is_nothing  # type: ignore[arg-type]  # one of three fields of one type


@pytest.mark.parametrize(
    ("active", "removed", "large"), [(100, 10, False), (100, 11, True), (0, 0, False), (9, 1, True)]
)
def test_more_than_a_tenth_of_all_guardianships_is_a_large_drop(active: int, removed: int, *, large: bool) -> None:
    changes = replace(CHANGES, active=active, guardianships=Tally(50, 50, 50, removed))
    assert changes.is_large_drop is large
