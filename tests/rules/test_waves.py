"""The first wave is whole families, as many as were asked for."""

from hypothesis import given
from hypothesis import strategies as st

from portal.families.rules import Addressee, count_families, family_of_each, later_wave

GUARDIANS = st.sampled_from([f"g{number}" for number in range(9)])
CHILDREN = st.sets(st.sampled_from([f"c{number}" for number in range(9)]), min_size=1, max_size=3)
DISTRICT = st.dictionaries(GUARDIANS, CHILDREN, min_size=1).map(
    lambda ties: [Addressee(name, f"{name}@x.example", tuple(sorted(children))) for name, children in ties.items()]
)


def pairs(addressees: list[Addressee]) -> list[tuple[str, str]]:
    return [(one.guardian_id, child) for one in addressees for child in one.children]


@given(DISTRICT, st.integers(1, 9))
def test_a_family_is_in_one_wave_and_the_first_has_as_many_as_asked(addressees: list[Addressee], first: int) -> None:
    waiting = later_wave(addressees, first=first)
    family_of = family_of_each(pairs(addressees))
    for one in addressees:
        together = {
            other.guardian_id for other in addressees if family_of[other.guardian_id] == family_of[one.guardian_id]
        }
        assert together <= waiting or not together & waiting
    at_once = [pair for pair in pairs(addressees) if pair[0] not in waiting]
    assert count_families(at_once) == min(first, count_families(pairs(addressees)))


@given(DISTRICT, st.integers(1, 9), st.randoms())
def test_who_is_first_does_not_hang_on_the_order_of_the_list(
    addressees: list[Addressee], first: int, random: object
) -> None:
    shuffled = list(addressees)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis draws a random.Random
    assert later_wave(shuffled, first=first) == later_wave(addressees, first=first)


def test_without_a_first_wave_nobody_waits() -> None:
    assert later_wave([Addressee("g", "g@x.example", ("c",))], first=None) == frozenset()
