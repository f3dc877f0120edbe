"""What an older key sealed is found a page at a time, sealed anew, and written only where it still stands."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlmodel import Session

from portal.families.tables import Guardian
from portal.kernel.secrets.keys import KeyRing, MasterKey, SealBroken
from portal.kernel.secrets.resealing import Resealed, SealedColumns, count_behind, page_behind, seal_anew, write

OLD, NEW = MasterKey("old1", "2026-01-01", bytes(range(32))), MasterKey("new1", "2026-02-01", bytes(range(1, 33)))
BEFORE, RING = KeyRing((OLD,)), KeyRing((OLD, NEW))
NAMES = ("mobile", "home_phone")
WHERE = SealedColumns(Guardian, "id", {"mobile_sealed": "mobile", "home_phone_sealed": "home_phone"})
OWNERS = [f"{number:032x}" for number in range(6)]


def sealed(ring: KeyRing, owner: str, name: str) -> bytes:
    return ring.seal("column", f"{owner[-1]} {name}".encode(), f"{owner}/{name}".encode())


@pytest.fixture
def session() -> Iterator[Session]:
    """Six guardians: both old, mobile old, phone old, none behind, neither a value, and an empty one beside an old."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE guardian (id TEXT, mobile_sealed BLOB, home_phone_sealed BLOB)")
        rings = [(BEFORE, BEFORE), (BEFORE, RING), (RING, BEFORE), (RING, RING), (None, None), (None, BEFORE)]
        for owner, made in reversed(list(zip(OWNERS, rings, strict=True))):
            values = [sealed(ring, owner, name) if ring else None for ring, name in zip(made, NAMES, strict=True)]
            if owner == OWNERS[5]:
                values[0] = b""
            connection.exec_driver_sql("INSERT INTO guardian VALUES (?, ?, ?)", (owner, *values))
        with Session(connection) as session:
            yield session
    engine.dispose()


def columns_of(session: Session, owner: str) -> list[bytes | None]:
    found = session.connection().exec_driver_sql(
        "SELECT mobile_sealed, home_phone_sealed FROM guardian WHERE id = ?", (owner,)
    )
    return list(found.one())


def test_those_behind_come_in_order_with_what_is_old_of_theirs_alone(session: Session) -> None:
    page = page_behind(session, WHERE, RING, after="", limit=10)
    assert [(owner, list(values)) for owner, values in page] == [
        (OWNERS[0], ["mobile_sealed", "home_phone_sealed"]),
        (OWNERS[1], ["mobile_sealed"]),
        (OWNERS[2], ["home_phone_sealed"]),
        (OWNERS[5], ["home_phone_sealed"]),
    ]
    assert list(page[1][1].values()) == columns_of(session, OWNERS[1])[:1]
    assert count_behind(session, WHERE, RING) == len(page)
    assert count_behind(session, WHERE, BEFORE) == 3
    assert page_behind(session, WHERE, BEFORE, after="", limit=9)[0][0] == OWNERS[1]


def test_a_page_goes_on_behind_the_one_before(session: Session) -> None:
    first = page_behind(session, WHERE, RING, after="", limit=2)
    second = page_behind(session, WHERE, RING, after=first[-1][0], limit=2)
    assert [[owner for owner, _ in page] for page in (first, second)] == [OWNERS[:2], [OWNERS[2], OWNERS[5]]]
    assert page_behind(session, WHERE, RING, after=OWNERS[5], limit=2) == []


def test_what_was_sealed_anew_opens_as_before_and_is_behind_no_more(session: Session) -> None:
    untouched = columns_of(session, OWNERS[3])
    values = seal_anew(WHERE, RING, page_behind(session, WHERE, RING, after="", limit=10))
    first_owner = [(OWNERS[0], "mobile_sealed"), (OWNERS[0], "home_phone_sealed")]
    assert [(one.owner_id, one.column) for one in values[:2]] == first_owner
    assert all(one.after.startswith(b"\x04new1") and one.before.startswith(b"\x04old1") for one in values)
    write(session, WHERE, values)
    assert count_behind(session, WHERE, RING) == 0
    for owner in OWNERS[:4]:
        for name, value in zip(NAMES, columns_of(session, owner), strict=True):
            assert value is not None
            assert RING.unseal("column", value, f"{owner}/{name}".encode()) == f"{owner[-1]} {name}".encode()
    assert columns_of(session, OWNERS[3]) == untouched
    assert columns_of(session, OWNERS[4]) == [None, None]
    assert columns_of(session, OWNERS[5])[0] == b""


def test_what_an_import_brought_meanwhile_stays(session: Session) -> None:
    values = seal_anew(WHERE, RING, page_behind(session, WHERE, RING, after="", limit=1))
    brought = sealed(RING, OWNERS[0], "mobile")
    session.connection().exec_driver_sql("UPDATE guardian SET mobile_sealed = ? WHERE id = ?", (brought, OWNERS[0]))
    write(session, WHERE, values)
    assert columns_of(session, OWNERS[0]) == [brought, values[1].after]


def test_a_value_in_another_ones_place_does_not_open() -> None:
    moved = {"mobile_sealed": sealed(BEFORE, OWNERS[1], "mobile")}
    with pytest.raises(SealBroken):
        seal_anew(WHERE, RING, [(OWNERS[0], moved)])
    with pytest.raises(SealBroken):
        seal_anew(WHERE, RING, [(OWNERS[1], {"home_phone_sealed": moved["mobile_sealed"]})])


def test_of_two_owners_with_one_value_each_gets_their_own(session: Session) -> None:
    session.connection().exec_driver_sql("UPDATE guardian SET mobile_sealed = ?", (b"the same",))
    write(session, WHERE, [Resealed(OWNERS[0], "mobile_sealed", b"the same", b"after")])
    assert [columns_of(session, owner)[0] for owner in OWNERS[:3]] == [b"after", b"the same", b"the same"]


def test_one_value_alone_is_written(session: Session) -> None:
    before = columns_of(session, OWNERS[0])
    assert before[0] is not None
    write(session, WHERE, [Resealed(OWNERS[0], "mobile_sealed", before[0], b"after")])
    assert columns_of(session, OWNERS[0]) == [b"after", before[1]]
    write(session, WHERE, [])
