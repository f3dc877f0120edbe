"""The columns of a flat roster, as a person looks at them who says what they hold: with some cells of each."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from portal.rosters.fields.cells import printable
from portal.rosters.fields.dates import Samples
from portal.rosters.fields.headings import is_left_out, word_of
from portal.rosters.fields.values import SeenColumn, Sheet
from portal.rosters.tables.mapping import Columns, Row
from portal.rosters.tables.survey import FIELD_OF, Survey, said_of

_LONGEST: Final = 60
_LOOKED_AT: Final = 2_000
"""Rows among which the first three different cells of a column are sought."""


def look_at(columns: Columns, rows: Iterable[Row], today: date) -> Sheet:
    """Return every column with what it was taken for, what its cells hold, and what addresses are proposed to be."""
    samples = [Samples() for _ in columns.header]
    survey = Survey(columns, today)
    survey.take(_sampled(rows, samples))
    survey.settle()
    keys = {place: key for key, place in columns.places.items()}
    seen: list[SeenColumn] = []
    names: set[str] = set()
    proposed: set[str] = set()
    for place, header in enumerate(columns.header):
        cells = tuple(printable(cell)[:_LONGEST] for cell in samples[place].cells)
        name, key, many = columns.name(place), keys.get(place, ""), survey.asked_of(place)
        if not (header.strip() or cells):
            continue
        kind = "known" if key else "left-out" if is_left_out(header) else "unknown"
        if not key and word_of(name) in names:
            kind, many = "twin", {}
        names.add(word_of(name))
        field = survey.free(FIELD_OF["addresses"], proposed) if "addresses" in many else ""
        proposed.add(field)
        seen.append(SeenColumn(printable(name), key, kind, cells, said_of(many), field))
    return Sheet(columns.row, tuple(seen))


def _sampled(rows: Iterable[Row], samples: list[Samples]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number < _LOOKED_AT:
            for cell, found in zip(map(str.strip, row[1]), samples, strict=False):
                if cell:
                    found.take(cell)
        yield row
