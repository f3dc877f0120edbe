"""Pivot caches: the copy of the source table a workbook keeps, put together row by row.

A record names its texts by number in lists kept apart, field by field (ECMA-376 part 1, 18.10).
"""

from collections.abc import Mapping
from typing import Final

from portal.reading.gathering import Gathering
from portal.reading.office.links import targets_of
from portal.reading.office.marked_up.row_blocks import Rows, as_cell, as_number
from portal.reading.office.marked_up.strict import bare, parse, strict_parser
from portal.reading.office.sheets import unescaped
from portal.reading.office.zip_container import Container

_ITEMS: Final = frozenset("bdemnsx")


def read_pivot(parts: Container, to: Gathering) -> None:
    """Say every record of every cache as a row."""
    definitions = {}
    for name in parts.names():
        if _is_part(name, "definition"):
            definitions.update(dict.fromkeys(targets_of(parts, name).values(), name))
    for name in parts.names():
        if name in definitions or _is_part(name, "records"):
            usual = name.replace("Records", "Definition")  # for one to which nothing leads
            fields = _fields(parts.unpack(definitions.get(name, usual)))
            _say_records(parts.unpack(name), fields, Rows(to, "copy behind a pivot table (hidden)"))
            to.hidden += 1


def _is_part(name: str, what: str) -> bool:
    return name.lower().startswith(f"xl/pivotcache/pivotcache{what}") and name.endswith(".xml")


def _fields(definition: bytes) -> list[tuple[str, list[str]]]:
    """Return each field's name and the list of its texts."""
    fields: list[tuple[str, list[str]]] = []
    inside = [""]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        element = bare(name)
        if element == "cachefield":
            fields.append((unescaped(attributes.get("name", "")), []))
        elif inside[-1] == "shareditems" and element in _ITEMS and fields:
            fields[-1][1].append(_item(element, attributes))
        inside.append(element)

    if definition:
        parser = strict_parser()
        parser.StartElementHandler, parser.EndElementHandler = start, lambda _name: inside.pop()
        parse(parser, definition)
    return fields


def _say_records(records: bytes, fields: list[tuple[str, list[str]]], rows: Rows) -> None:
    cells: dict[int, str] = {}
    at = {"row": 1, "column": 0}
    rows.add(1, {column: as_cell(name) for column, (name, _) in enumerate(fields, start=1)})

    def start(name: str, attributes: Mapping[str, str]) -> None:
        element = bare(name)
        if element == "r":
            at["row"] += 1
            at["column"] = 0
        elif element in _ITEMS:
            column = at["column"]
            at["column"] += 1
            value = _item(element, attributes)
            if element == "x" and column < len(fields):
                shared, number = fields[column][1], int(value) if value.isdigit() else -1
                value = shared[number] if 0 <= number < len(shared) else ""
            if value:
                cells[column + 1] = value

    def end(name: str) -> None:
        if bare(name) == "r":
            rows.add(at["row"], dict(cells))
            cells.clear()

    parser = strict_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(parser, records)
    rows.close()


def _item(element: str, attributes: Mapping[str, str]) -> str:
    value = attributes.get("v", "")
    if element == "n":
        return as_number(value)
    if element == "d":
        return value.replace("T00:00:00", "").replace("T", " ")
    return as_cell(unescaped(value))
