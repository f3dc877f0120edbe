"""Who gets a letter about whom: nobody barred, nobody twice, everybody accounted for."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from portal.families.rules import (
    MAY_NOT_RECEIVE,
    NO_ADDRESS,
    NO_GUARDIAN,
    NOT_ADDRESSED,
    OF_AGE,
    SHARED_MAILBOX,
    Tie,
    count_families,
    count_homes,
    plan,
)


def tie(
    child: str, guardian: str | None, *, mailbox: str | None = "",
    barred: bool = False, paused: bool = False, over: bool = False,
) -> Tie:  # fmt: skip
    address = f"{guardian}@mail.example.org" if mailbox == "" else mailbox
    return Tie(child, guardian, address, address and address.lower(), barred, paused, over)


def whys(*ties: Tie) -> dict[tuple[str, str | None], str]:
    return {(one.child_id, one.guardian_id): one.why for one in plan(ties).omissions}


def test_two_guardians_each_get_their_own_message_with_all_their_children() -> None:
    planned = plan([tie("ana", "carla"), tie("luis", "carla"), tie("ana", "diego")])
    assert {one.guardian_id: one.children for one in planned.addressees} == {
        "carla": ("ana", "luis"),
        "diego": ("ana",),
    }
    assert planned.families == 1
    assert planned.omissions == ()


def test_a_child_without_a_guardian_is_named_as_left_out() -> None:
    assert whys(Tie("zoe", None, None, None, None, None, None)) == {("zoe", None): NO_GUARDIAN}


def test_a_family_without_an_address_is_named_as_left_out() -> None:
    assert whys(tie("zoe", "hal", mailbox=None)) == {("zoe", "hal"): NO_ADDRESS, ("zoe", None): NO_ADDRESS}


def test_a_mailbox_shared_with_somebody_barred_gets_nothing_about_that_child() -> None:
    shared = "home@mail.example.org"
    ties = [
        tie("sam", "ngozi", mailbox=shared),
        tie("sam", "emeka", mailbox=shared.upper(), barred=True),
        tie("tobi", "ngozi", mailbox=shared),
    ]
    planned = plan(ties)
    assert [(one.guardian_id, one.children) for one in planned.addressees] == [("ngozi", ("tobi",))]
    assert whys(*ties) == {
        ("sam", "ngozi"): SHARED_MAILBOX, ("sam", "emeka"): MAY_NOT_RECEIVE, ("sam", None): SHARED_MAILBOX,
    }  # fmt: skip


def test_an_ended_right_gets_nothing_and_still_bars_the_mailbox_it_was_barred_from() -> None:
    shared = "home@mail.example.org"
    assert plan([tie("sam", "ngozi", over=True)]).addressees == ()
    ties = [tie("sam", "ngozi", mailbox=shared), tie("sam", "emeka", mailbox=shared, barred=True, over=True)]
    assert plan(ties).addressees == ()


def test_of_a_child_of_age_the_guardians_are_left_out_and_no_mailbox_is_barred() -> None:
    shared = "home@mail.example.org"
    ties = [tie("ana", "carla", mailbox=shared, paused=True), tie("ana", "diego", mailbox=shared)]
    assert [one.guardian_id for one in plan(ties).addressees] == ["diego"]
    assert whys(tie("ana", "carla", paused=True)) == {("ana", "carla"): OF_AGE, ("ana", None): OF_AGE}


def test_of_the_guardians_it_reaches_those_alone_who_are_addressed() -> None:
    ties = [tie("ana", "carla"), tie("ana", "diego", mailbox=None), tie("luis", "diego"), tie("luis", "emeka")]
    planned = plan(ties, addressed=frozenset({"carla"}))
    assert planned.pairs == (("carla", "ana"),)
    assert {(one.child_id, one.guardian_id): one.why for one in planned.omissions} == {
        ("ana", "diego"): NOT_ADDRESSED,
        ("luis", "diego"): NOT_ADDRESSED,
        ("luis", "emeka"): NOT_ADDRESSED,
        ("luis", None): NOT_ADDRESSED,
    }
    assert plan(ties, addressed=frozenset()).addressees == ()
    assert planned.is_one_family


def test_one_family_is_one_household_whoever_is_a_guardian_in_two() -> None:
    """A foster agency, or a father of half-siblings: the mother of one shall not open the other's letter."""
    home = [tie("ana", "carla"), tie("ana", "diego"), tie("luis", "carla"), tie("luis", "diego")]
    assert plan(home).is_one_family
    agency = [tie("ana", "agency"), tie("luis", "agency"), tie("sam", "agency")]
    assert plan(agency).is_one_family
    assert not plan([*home, *agency, tie("sam", "ngozi")]).is_one_family
    assert plan([*home, *agency, tie("sam", "ngozi")], addressed=frozenset({"agency"})).is_one_family
    assert not plan([]).is_one_family


def test_whoever_is_barred_gets_nothing_though_addressed() -> None:
    planned = plan([tie("sam", "emeka", barred=True), tie("sam", "ngozi")], addressed=frozenset({"emeka"}))
    assert planned.addressees == ()
    assert planned.children_left_out[0].why == MAY_NOT_RECEIVE


rights = st.builds(
    lambda child, guardian, box, *is_so: Tie(child, guardian, box, box, *is_so),
    st.sampled_from("abcd"),
    st.sampled_from(["g1", "g2", "g3", "g4", "g5"]),
    st.sampled_from([None, "x@mail.example.org", "y@mail.example.org", "z@mail.example.org"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(rights, max_size=14, unique_by=lambda one: (one.child_id, one.guardian_id)))
def test_nobody_barred_is_reached_and_everybody_is_accounted_for(ties: list[Tie]) -> None:
    box_of: dict[str, str | None] = {}
    ties = [  # a guardian has one address
        replace(one, address=box, address_key=box)
        for one in ties
        for box in [box_of.setdefault(str(one.guardian_id), one.address)]
    ]
    planned = plan(ties)
    barred = {(one.child_id, one.address_key) for one in ties if one.is_barred}
    reached = {(child, one.guardian_id) for one in planned.addressees for child in one.children}
    for one in planned.addressees:
        for child in one.children:
            assert (child, one.address) not in barred
    left_out = {(one.child_id, one.guardian_id) for one in planned.omissions}
    for one in ties:
        pair = (one.child_id, one.guardian_id)
        assert (pair in reached) + (pair in left_out) == (0 if one.is_over else 1)
    for child in planned.children:
        assert any(pair[0] == child for pair in reached) != ((child, None) in left_out)
    assert len({one.guardian_id for one in planned.addressees}) == len(planned.addressees)
    assert planned.families <= len(reached)


@given(
    st.lists(rights, max_size=14, unique_by=lambda one: (one.child_id, one.guardian_id)),
    st.frozensets(st.sampled_from(["g1", "g2", "g3", "g4", "g9"])),
    st.frozensets(st.sampled_from(["g1", "g2", "g3", "g4", "g5"])),
)
def test_named_guardians_narrow_a_plan_and_never_widen_it(
    ties: list[Tie], addressed: frozenset[str], more: frozenset[str]
) -> None:
    everybody, narrowed = set(plan(ties).pairs), set(plan(ties, addressed=addressed).pairs)
    assert narrowed == {pair for pair in everybody if pair[0] in addressed}
    assert narrowed <= set(plan(ties, addressed=addressed | more).pairs) <= everybody
    left = {one.child_id for one in plan(ties, addressed=addressed).children_left_out}
    assert left == {one.child_id for one in ties} - {child for _, child in narrowed}


@given(st.lists(st.tuples(st.sampled_from(["g1", "g2", "g3"]), st.sampled_from("abcd")), max_size=12))
def test_families_are_counted_once_in_any_order(pairs: list[tuple[str, str]]) -> None:
    assert count_families(pairs) == count_families(reversed(pairs)) == count_families(pairs + pairs)


@given(st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"))))
def test_there_are_never_fewer_homes_than_families(pairs: set[tuple[str, str]]) -> None:
    assert count_families(pairs) <= count_homes(pairs) <= len({child for _, child in pairs})
