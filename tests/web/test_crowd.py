"""Who goes when there is no room: whatever comes, waits, asks and leaves, the bounds hold and the counts agree."""

from hypothesis import given
from hypothesis import strategies as st

from portal.web.server.crowd import Crowd, network_of
from portal.web.server.limits import Limits


class Door:
    """A connection that notes its end."""

    def __init__(self, network: str, *, is_kept: bool = False) -> None:
        self.network, self.is_kept, self.ended = network, is_kept, ""
        self.may_go = False

    def cut(self, why: str) -> None:
        self.ended = why

    def look(self, now: float) -> None:
        pass


def crowd(connections: int = 8) -> Crowd:
    return Crowd(Limits(connections=connections), lambda _: False)


def enter(into: Crowd, *networks: str, waits: bool = True) -> list[Door]:
    doors = [Door(network) for network in networks]
    for door in doors:
        assert into.enter(door)
        into.settle(door, waits=waits)
    return doors


STEPS = st.lists(
    st.tuples(st.sampled_from(["enter", "wait", "work", "keep", "leave"]), st.integers(0, 12), st.integers(0, 5)),
    max_size=120,
)


@given(STEPS)
def test_the_bounds_hold_whatever_happens(steps: list[tuple[str, int, int]]) -> None:
    full, inside = crowd(), list[Door]()
    for act, which, network in steps:
        if act == "enter":
            door = Door(f"n{network}")
            if full.enter(door):
                inside.append(door)
                full.settle(door, waits=True)
        elif inside:
            door = inside[which % len(inside)]
            if act == "leave":
                full.leave(door)
                inside.remove(door)
            else:
                door.is_kept = door.is_kept or act == "keep"
                full.settle(door, waits=act != "work")
        inside = [door for door in inside if not door.ended]
        assert set(full) == set(inside)
        assert len(full) <= 8
        assert all(sum(door.network == f"n{n}" for door in inside) <= 2 for n in range(6))
    for door in inside:
        full.leave(door)
    assert (len(full), full._networks, full._having) == (0, {}, {})


def test_the_longest_silent_of_the_network_with_most_goes_first() -> None:
    full = crowd(16)
    one, *rest = enter(full, "a", "b", "b", "b", "c", "c", "c", "c")
    enter(full, *"defghijk")
    assert one.ended == ""
    enter(full, "l")
    assert [door.ended for door in rest] == ["", "", "", "made room", "", "", ""]


def test_whoever_is_signed_in_goes_last_and_whoever_is_being_answered_never() -> None:
    full = crowd()
    enter(full, *"aabbcc", waits=False)
    kept, stranger = Door("d", is_kept=True), Door("d")
    for door in (kept, stranger):
        assert full.enter(door)
        full.settle(door, waits=True)
    enter(full, "e", waits=False)
    assert (kept.ended, stranger.ended) == ("", "made room")
    enter(full, "f", waits=False)
    assert kept.ended == "made room"
    assert not full.enter(Door("g"))


def test_a_network_is_256_addresses_or_what_a_household_has() -> None:
    assert network_of("192.0.2.7") == network_of("192.0.2.200") == network_of("::ffff:192.0.2.9")
    assert network_of("192.0.2.7") != network_of("192.0.3.7")
    assert network_of("2001:db8:0:1::1") == network_of("2001:db8:0:ff:2::") != network_of("2001:db8:0:100::1")
    assert network_of("fe80::1%eth0") == network_of("fe80::2")
    assert len(network_of("no address " * 100)) <= 64
