"""A roster is laid out in temporary tables, each row with its id and what is to become of it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    insert,
    select,
)

from portal.families.repository.erasing import erased_ids
from portal.families.repository.incoming import (
    BACK,
    CHANGED,
    CHILD,
    GUARDIAN,
    NEW,
    SAME,
    children,
    enrolments,
    guardians,
    pairs,
    words,
)
from portal.families.repository.words import of_child, of_guardian, rows_of
from portal.families.rules import open_private, seal_private
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.rosters.fields.values import ChildRow, GuardianRow, GuardianshipRow

Told = Callable[[int], None]
Value = TypeVar("Value")
_PART = 1_000
_CHILD_NAMES = ("student_number", "given_name", "family_name")
_GUARDIAN_NAMES = ("given_name", "family_name", "address_key")
_KNOWN_CHILDREN = select(CHILD).where(CHILD.c.student_number.in_(bindparam("keys", expanding=True)))
_KNOWN_GUARDIANS = select(GUARDIAN).where(GUARDIAN.c.source_id.in_(bindparam("keys", expanding=True)))


def _parts(rows: Iterable[Value]) -> Iterator[list[Value]]:
    source = iter(rows)
    while part := list(islice(source, _PART)):
        yield part


def _sealed(keys: KeyRing, person_id: str, column: str, plain: str, old: Row[Any] | None) -> bytes | None:
    """Seal anew only what is another value: a fresh nonce alone would look like a change."""
    before: bytes | None = getattr(old, f"{column}_sealed", None)
    if not plain:
        return None
    if before is not None and open_private(keys, person_id, column, before) == plain:
        return before
    return seal_private(keys, person_id, column, plain)


def _change(old: Row[Any] | None, values: dict[str, Any]) -> str:
    if old is None:
        return NEW
    if old.left_at is not None:
        return BACK
    return SAME if all(getattr(old, name) == value for name, value in values.items()) else CHANGED


def stage_children(connection: Connection, keys: KeyRing, rows: Iterable[ChildRow], tell: Told) -> int:
    """Lay out children and enrolments; a child is the one with the same student number. `tell` gets rows done.

    Whoever was erased is left out; return how many that were.
    """
    left_out = 0
    for whole in _parts(rows):
        gone = erased_ids(
            connection, keys, "child", [one for row in whole for one in (row.student_number, row.source_id)]
        )
        part = [row for row in whole if not {row.student_number, row.source_id} & gone]
        left_out += len(whole) - len(part)
        found = connection.execute(_KNOWN_CHILDREN, {"keys": [row.student_number for row in part]})
        known = {old.student_number: old for old in found}
        laid = [_child(keys, row, known.get(row.student_number)) for row in part]
        if laid:
            connection.execute(insert(children), laid)
        _lay_words(connection, laid, lambda row: of_child(**{name: row[name] for name in _CHILD_NAMES}))
        places = [
            {"child_id": child["id"], "site": place.site, "program": place.program, "change": NEW}
            for row, child in zip(part, laid, strict=True)
            for place in row.enrolments
        ]
        if places:
            connection.execute(insert(enrolments), places)
        tell(len(whole))
    return left_out


def _lay_words(
    connection: Connection, laid: Iterable[dict[str, Any]], words_of: Callable[[dict[str, Any]], set[str]]
) -> None:
    rows = [word for row in laid if row["change"] != SAME for word in rows_of(row["id"], words_of(row))]
    if rows:
        connection.execute(insert(words), rows)


def _child(keys: KeyRing, row: ChildRow, old: Row[Any] | None) -> dict[str, Any]:
    child_id: str = old.id if old else new_id()
    born = row.birth_date.isoformat() if row.birth_date else ""
    values: dict[str, Any] = {
        "student_number": row.student_number,
        "source_id": row.source_id,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "grade": row.grade,
        "birth_date_sealed": _sealed(keys, child_id, "birth_date", born, old),
    }
    return {"id": child_id, "change": _change(old, values)} | values


def stage_guardians(connection: Connection, keys: KeyRing, rows: Iterable[GuardianRow], tell: Told) -> int:
    """Lay out guardians; a guardian is the one with the same source id. Whoever was erased is left out, and counted."""
    left_out = 0
    for whole in _parts(rows):
        gone = erased_ids(connection, keys, "guardian", [row.source_id for row in whole])
        part = [row for row in whole if row.source_id not in gone]
        left_out += len(whole) - len(part)
        found = connection.execute(_KNOWN_GUARDIANS, {"keys": [row.source_id for row in part]})
        known = {old.source_id: old for old in found}
        laid = [_guardian(keys, row, known.get(row.source_id)) for row in part]
        if laid:
            connection.execute(insert(guardians), laid)
        _lay_words(connection, laid, lambda row: of_guardian(**{name: row[name] for name in _GUARDIAN_NAMES}))
        tell(len(whole))
    return left_out


def _guardian(keys: KeyRing, row: GuardianRow, old: Row[Any] | None) -> dict[str, Any]:
    guardian_id: str = old.id if old else new_id()
    values: dict[str, Any] = {
        "source_id": row.source_id,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "address": row.email.text if row.email else None,
        "address_key": row.email.key if row.email else None,
        "mobile_sealed": _sealed(keys, guardian_id, "mobile", row.mobile, old),
        "home_phone_sealed": _sealed(keys, guardian_id, "home_phone", row.home_phone, old),
        "language": row.language,
    }
    moved = old is not None and old.address_key != values["address_key"]
    return {"id": guardian_id, "change": _change(old, values), "moved": moved} | values


def stage_guardianships(connection: Connection, rows: Iterable[GuardianshipRow], tell: Told) -> None:
    """Lay out who is whose guardian, as the roster names them."""
    for part in _parts(rows):
        laid = [
            {"guardian_source": row.guardian_source, "child_source": row.child_source, "may_view": row.may_view}
            for row in part
        ]
        connection.execute(insert(pairs), laid)
        tell(len(part))
