"""Sealed values are sealed anew with the newest key: a page at a time, whoever was stopped goes on where it stood.

What is left to do is told by the values themselves: each begins with the id of its key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, func, inspect, or_, select, update
from sqlmodel import Session, SQLModel

from portal.kernel.secrets.keys import KeyRing

_PURPOSE: Final = "column"


@dataclass(frozen=True, slots=True)
class SealedColumns:
    """Which columns of a table hold sealed values, by the name that each is bound to; `owner` is its key column."""

    table: type[SQLModel]
    owner: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Resealed:
    """One value, as it was and as it is to be."""

    owner_id: str
    column: str
    before: bytes
    after: bytes


def page_behind(
    session: Session, where: SealedColumns, keys: KeyRing, *, after: str, limit: int
) -> list[tuple[str, dict[str, bytes]]]:
    """Return owners after one, in the order of their ids, with their values that an older key sealed."""
    rows = inspect(where.table).local_table
    owner, prefix = rows.c[where.owner], _prefix(keys)
    query = select(owner, *(rows.c[name] for name in where.columns)).where(owner > after, _is_behind(where, prefix))
    found = []
    for row in session.execute(query.order_by(owner).limit(limit)):
        values = {name: value for name, value in zip(where.columns, row[1:], strict=True) if value}
        found.append((row[0], {name: value for name, value in values.items() if not value.startswith(prefix)}))
    return found


def count_behind(session: Session, where: SealedColumns, keys: KeyRing) -> int:
    """Count the owners with a value that an older key sealed."""
    rows = inspect(where.table).local_table
    query = select(func.count()).select_from(rows).where(_is_behind(where, _prefix(keys)))
    count: int = session.execute(query).scalar_one()
    return count


def seal_anew(where: SealedColumns, keys: KeyRing, page: Sequence[tuple[str, dict[str, bytes]]]) -> list[Resealed]:
    """Work out the new values, without a lock. Raises `SealBroken` for one that does not open."""
    found = []
    for owner_id, values in page:
        for name, sealed in values.items():
            bound = f"{owner_id}/{where.columns[name]}".encode()
            plain = keys.unseal(_PURPOSE, sealed, bound)
            found.append(Resealed(owner_id, name, sealed, keys.seal(_PURPOSE, plain, bound)))
    return found


def write(session: Session, where: SealedColumns, values: Sequence[Resealed]) -> None:
    """Write new values, each only where the old one still stands: an import may have brought another."""
    rows = inspect(where.table).local_table
    for name in where.columns:
        mine = [one for one in values if one.column == name]
        if mine:
            query = (
                update(rows)
                .where(rows.c[where.owner] == bindparam("owner_id"), rows.c[name] == bindparam("before"))
                .values({name: bindparam("after")})
            )
            given = [{"owner_id": one.owner_id, "before": one.before, "after": one.after} for one in mine]
            session.connection().execute(query, given)


def _prefix(keys: KeyRing) -> bytes:
    newest = keys.newest(_PURPOSE).encode()
    return bytes([len(newest)]) + newest


def _is_behind(where: SealedColumns, prefix: bytes) -> ColumnElement[bool]:
    rows = inspect(where.table).local_table
    return or_(
        *(
            and_(rows.c[name].is_not(None), rows.c[name] != b"", func.substr(rows.c[name], 1, len(prefix)) != prefix)
            for name in where.columns
        )
    )
