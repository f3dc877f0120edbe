"""Each table of the database, and each column that may name somebody, stands in the data map of the privacy office."""

import re

from sqlalchemy import Column

from portal.schema import metadata
from tests.house.tree import HOUSE

MAP = HOUSE / "docs" / "safety" / "data-map.md"
CELL = re.compile(r"`(\w+)`")
NAMING = re.compile(
    r"sealed|name|number$|address(?!ee)|reason|network|text|title|^message|reply|wish|label|browser$|^word$|subject|"
    r"^grade$|^language$|^site$|^program$|findings|people|^said$|outcome|^who$|body|signer|report$|^ask$|^mark$|found_by"
)
"""Columns in which words about somebody may stand, by how columns are called here."""
OF_NOBODY = {("document", "language"), ("mailing_words", "language"), ("figure", "name"), ("figure", "label")}
"""In which language a file or a text is, and what is counted."""


def mapped() -> dict[str, set[str]]:
    """Return the columns that the map names, by table."""
    _, _, rest = MAP.read_text(encoding="utf-8").partition("\n## Tables\n")
    rows = [line.split("|") for line in rest.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    return {table: set(CELL.findall(row[2])) for row in rows for table in CELL.findall(row[1])}


def is_of_words(column: Column[object]) -> bool:
    """Tell whether a column holds text or bytes."""
    return column.type.python_type in (str, bytes)


def naming() -> dict[str, set[str]]:
    """Return the columns that may name somebody, by table."""
    return {
        table.name: {
            column.name
            for column in table.columns
            if NAMING.search(column.name) and (table.name, column.name) not in OF_NOBODY and is_of_words(column)
        }
        for table in metadata.sorted_tables
    }


def test_every_table_is_in_the_data_map_and_no_other() -> None:
    assert set(mapped()) == set(metadata.tables)


def test_every_column_that_may_name_somebody_is_in_the_row_of_its_table() -> None:
    there = mapped()
    assert {table: columns - there[table] for table, columns in naming().items() if columns - there[table]} == {}


def test_no_row_of_the_data_map_names_a_column_that_is_not_there() -> None:
    rows: dict[frozenset[str], set[str]] = {}
    for table, columns in mapped().items():
        rows.setdefault(frozenset(columns), set()).update(metadata.tables[table].columns.keys())
    assert {name for columns, known in rows.items() for name in columns - known} == set()
