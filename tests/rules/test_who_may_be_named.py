"""Whom a letter to one child's guardians may name."""

from hypothesis import given
from hypothesis import strategies as st

from portal.families.rules import may_be_named

TWO_PARENTS = [("mother", "ana", True), ("father", "ana", True)]


def test_the_child_and_its_guardians_may_be_named():
    assert may_be_named("ana", TWO_PARENTS) == {"ana", "mother", "father"}


def test_a_full_sister_may_be_named():
    sister = [("mother", "leo", True), ("father", "leo", True)]
    assert may_be_named("ana", TWO_PARENTS + sister) == {"ana", "leo", "mother", "father"}


def test_a_half_brother_and_his_other_parent_may_not():
    half_brother = [("mother", "max", True), ("stepfather", "max", True)]
    assert may_be_named("ana", TWO_PARENTS + half_brother) == {"ana", "mother", "father"}


def test_of_a_child_with_somebody_barred_only_the_child_and_who_receives_the_letter():
    ties = [("mother", "ana", True), ("father", "ana", False), ("mother", "leo", True), ("father", "leo", True)]
    assert may_be_named("ana", ties) == {"ana", "mother"}


def test_a_brother_whom_one_parent_may_not_see_is_not_named_to_both():
    brother = [("mother", "leo", True), ("father", "leo", False)]
    assert may_be_named("ana", TWO_PARENTS + brother) == {"ana", "mother", "father"}


def test_a_child_whom_nobody_receives_letters_about_may_be_named_alone():
    assert may_be_named("ana", []) == {"ana"}
    assert may_be_named("ana", [("father", "ana", False)]) == {"ana"}


@given(st.lists(st.tuples(st.sampled_from("pqrs"), st.sampled_from("abcd"), st.booleans()), unique_by=lambda t: t[:2]))
def test_nobody_is_named_to_a_guardian_who_may_not_see_them(ties: list[tuple[str, str, bool]]):
    named = may_be_named("a", ties)
    receiving = {guardian for guardian, child, may_view in ties if child == "a" and may_view}
    sees = {(guardian, child) for guardian, child, may_view in ties if may_view}
    assert "a" in named
    for other in named & set("bcd"):
        assert receiving
        assert all((guardian, other) in sees for guardian in receiving)
    assert named & set("pqrs") <= {guardian for guardian, child, _ in ties if child == "a"}
