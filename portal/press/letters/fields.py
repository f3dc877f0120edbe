"""The places in a letter that differ from child to child: `{{ child.given_name }}`, and what stands in them."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from portal.press import NotTypeset

_OF_A_CHILD: Final = ("given_name", "family_name", "name", "student_number", "grade", "site", "program")
CHILD_FIELDS: Final = tuple(f"child.{name}" for name in _OF_A_CHILD)
PLAIN_FIELDS: Final = ("organisation", "contact", "today")
_COLUMN: Final = "value."
_WRITTEN: Final = re.compile(r"\{\{(?P<name>[^{}\n]*)\}\}")
_BRACES: Final = re.compile(r"\{\{|\}\}")
_COLUMN_NAME: Final = re.compile(r"\w(?:[\w /.%-]*[\w%])?")
_KINDS_THAT_SHOW: Final = frozenset("LNPS")
_LONGEST: Final = 80
_MOST_COMPARED: Final = 5
_MOST_COMPARED_WITH: Final = 200
"""Fields and columns between which the nearest is sought: each pair takes up to a thousandth of a second."""


class WrongField(NotTypeset):
    """This letter has a field that the portal does not know."""


class WrongTemplate(NotTypeset):
    """This template cannot be used."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a text; `name` is a row's key."""

    name: str


Piece = str | Field


def fields_of(source: str) -> tuple[str, ...]:
    """Return the fields a text asks for, each once, in order. Raises `WrongField`, naming the line."""
    found = (piece.name for piece in pieces_of(source) if isinstance(piece, Field))
    return tuple(dict.fromkeys(found))


def pieces_of(source: str) -> tuple[Piece, ...]:
    """Return the text cut at its fields. Raises `WrongField`, naming the line."""
    return tuple(_pieces(source))


def fill(template: str, row: Mapping[str, str]) -> str:
    """Return the plain text with the row's values in its fields. Raises `WrongField` for one the row has not."""
    return "".join(value_in(row, piece.name) if isinstance(piece, Field) else piece for piece in pieces_of(template))


def value_in(row: Mapping[str, str], name: str) -> str:
    """Return what the row says of a field. Raises `WrongField` when that is nothing."""
    value = row.get(name, "")
    if not says_something(value):
        raise WrongField(f"The field {name} is empty.")
    return value


def column_field(heading: str) -> str:
    """Return the row's key for a column of a CSV: `Amount due` is `value.amount_due`.

    Raises `WrongField` for a heading that no letter could write between braces.
    """
    name = " ".join(unicodedata.normalize("NFC", heading).casefold().split())
    if not _COLUMN_NAME.fullmatch(name) or len(name) > _LONGEST:
        raise WrongField(f"The column “{heading[:_LONGEST]}” needs a name of letters and digits.")
    return _COLUMN + name.replace(" ", "_")


def missing_fields(fields: Iterable[str], rows: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Return, for each field that some child has nothing for, the ids of those children; `rows` is by child id."""
    lacking = {
        field: [child for child, row in rows.items() if not says_something(row.get(field, ""))] for field in fields
    }
    return {field: children for field, children in lacking.items() if children}


def fields_of_no_column(fields: Iterable[str], columns: Iterable[str]) -> dict[str, str]:
    """Return the fields that are no column of the table; the first few with the nearest name that there is."""
    every = dict.fromkeys(columns)
    few = (*islice(every, _MOST_COMPARED_WITH), *PLAIN_FIELDS, *CHILD_FIELDS)
    known = {name.rpartition(".")[2]: name for name in few}
    strange = [field for field in fields if field.startswith(_COLUMN) and field.removeprefix(_COLUMN) not in every]
    compared = strange[:_MOST_COMPARED]
    near = {field: difflib.get_close_matches(field.rpartition(".")[2], known, 1) for field in compared}
    return dict.fromkeys(strange, "") | {field: known[found[0]] for field, found in near.items() if found}


def says_something(value: str) -> bool:
    """Tell whether a value shows anything on paper; spaces and marks nobody sees do not."""
    return any(unicodedata.category(sign)[0] in _KINDS_THAT_SHOW for sign in value)


def _pieces(source: str) -> Iterator[Piece]:
    end = 0
    for found in _WRITTEN.finditer(source):
        yield from _text_between(source, end, found.start())
        yield Field(_key(found["name"], _line(source, found.start())))
        end = found.end()
    yield from _text_between(source, end, len(source))


def _text_between(source: str, start: int, end: int) -> Iterator[str]:
    stray = _BRACES.search(source, start, end)
    if stray:
        raise WrongField(
            f"Line {_line(source, stray.start())}: “{stray[0]}” belongs to no field. Write a field like "
            "{{ child.given_name }}, all of it on one line."
        )
    if end > start:
        yield source[start:end]


def _key(written: str, line: int) -> str:
    name = " ".join(written.casefold().split())
    if name in CHILD_FIELDS or name in PLAIN_FIELDS:
        return name
    if name.startswith("child."):
        near = difflib.get_close_matches(name.removeprefix("child."), _OF_A_CHILD, 1)
        hint = f" Did you mean child.{near[0]}?" if near else f" There are: {', '.join(CHILD_FIELDS)}."
        raise WrongField(f"Line {line}: there is no field {name[:_LONGEST]}.{hint}")
    try:
        return column_field(name.removeprefix(_COLUMN))
    except WrongField:
        raise WrongField(f"Line {line}: “{written.strip()[:_LONGEST]}” is not the name of a field.") from None


def _line(source: str, at: int) -> int:
    return source.count("\n", 0, at) + 1
