"""OneRoster exports of what changed since: laid over the last bulk export, row by row, in the order they came.

A row is known by its `sourcedId`. One that is `tobedeleted` counts as gone; any other takes the place of the one
before, unless that was modified later. Source: 1EdTech OneRoster CSV binding, "Bulk vs delta".
"""

from collections.abc import Iterable, Sequence

from portal.rosters.fields.values import RosterUnreadable
from portal.rosters.files.folders import Files
from portal.rosters.files.rewritten import Row, as_files, check_has, key_of, numbered_rows_of, rows_of

_READ = ("orgs.csv", "courses.csv", "classes.csv", "enrollments.csv", "demographics.csv", "roles.csv", "users.csv")


def modes_of(files: Files) -> dict[str, str]:
    """Return by file what a manifest says of it: bulk, delta or absent."""
    if "manifest.csv" not in files:
        return {}
    header, rows = rows_of(files, "manifest.csv")
    pairs = [tuple(row.get(name, "").strip().lower() for name in header[:2]) for row in rows]
    return {f"{name.removeprefix('file.')}.csv": mode for name, mode in pairs if name.startswith("file.")}


def laid_over(bulk: Files, deltas: Sequence[Files]) -> Files:
    """Return a bulk export as it is after these deltas. Raises `RosterUnreadable`."""
    if "delta" in modes_of(bulk).values():
        raise RosterUnreadable("The first export has to be a bulk one; those of what changed come after it.")
    headers: dict[str, list[str]] = {}
    tables: dict[str, dict[str, Row]] = {}
    for name in _READ:
        if name in bulk and modes_of(bulk).get(name) != "absent":
            headers[name], rows = rows_of(bulk, name)
            tables[name] = {}
            for at, row in enumerate(rows):
                key = _key(row, at)
                tables[name][f"{key} again in row {at}" if key in tables[name] else key] = row  # reported when read
    for delta in deltas:
        modes = _modes_of_delta(delta)
        for name in _READ:
            if name in delta and modes.get(name) in {"delta", "bulk"}:
                header, rows = _whole_rows_of(delta, name)
                check_has(header, delta.written(name), "sourcedId")
                headers[name] = list(dict.fromkeys([*headers.get(name, []), *header]))
                before = {} if modes[name] == "bulk" else tables.get(name, {})
                tables[name] = _after(before, rows)
    manifest = [{"propertyName": "oneroster.version", "value": _version(bulk)}]
    manifest += [{"propertyName": f"file.{name.removesuffix('.csv')}", "value": "bulk"} for name in tables]
    made: dict[str, tuple[Sequence[str], Iterable[Row]]] = {"manifest.csv": (["propertyName", "value"], manifest)}
    for name, table in tables.items():
        made[name] = (headers[name], table.values())
    return as_files(made)


def _modes_of_delta(delta: Files) -> dict[str, str]:
    """Return what a delta says of its files. Raises `RosterUnreadable` for one that was cut, or does not say."""
    if "manifest.csv" not in delta:
        raise RosterUnreadable("An export of what changed has no manifest.csv, so nobody can say what of it changed.")
    modes = modes_of(delta)
    if lost := sorted(name for name in _READ if modes.get(name) in {"delta", "bulk"} and name not in delta):
        raise RosterUnreadable(
            f"The manifest of an export of what changed announces {', '.join(lost)}, but it is missing. "
            "Export it again."
        )
    return modes


def _whole_rows_of(delta: Files, name: str) -> tuple[list[str], list[Row]]:
    """Return headers and rows as `rows_of` does. Raises `RosterUnreadable` also for a row that was cut short.

    A row takes the place of the one before: a cell that is not there would empty what was known.
    """
    header, numbered = numbered_rows_of(delta, name)
    for number, row in numbered:
        if any(heading and heading not in row for heading in header):
            raise RosterUnreadable(
                f"{delta.written(name)}, row {number} has fewer cells than the header: it was cut short. "
                "Export it again."
            )
    return header, [row for _, row in numbered]


def _after(before: dict[str, Row], rows: Sequence[Row]) -> dict[str, Row]:
    after = dict(before)
    for at, row in enumerate(rows):
        key = _key(row, at)
        known = after.get(key)
        if known and key_of(known, "dateLastModified") > key_of(row, "dateLastModified") != "":
            continue
        if key_of(row, "status").lower() == "tobedeleted":
            after[key] = (known or row) | {"status": "tobedeleted"}  # so that what points to it is no defect
        else:
            after[key] = row
    return after


def _key(row: Row, at: int) -> str:
    """Return by what a row is known; one without an id stands alone, and is reported when it is read."""
    return key_of(row, "sourcedId") or f"row {at}"


def _version(bulk: Files) -> str:
    if "manifest.csv" in bulk:
        _, rows = rows_of(bulk, "manifest.csv")
        for row in rows:
            values = list(row.values())
            if len(values) > 1 and values[0].strip().lower() == "oneroster.version":
                return values[1].strip()
    return "1.2" if "roles.csv" in bulk else "1.1"
