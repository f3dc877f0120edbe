"""The cells of a workbook's sheet that hold no value of their own: a formula never calculated, or an error."""

import posixpath
import re
import zipfile
from typing import Final
from xml.parsers import expat

from portal.rosters.fields.dates import Samples
from portal.rosters.fields.values import RosterUnreadable
from portal.rosters.files.folders import DAMAGE
from portal.rosters.files.given import Given

_PIECE: Final = 1 << 20
_MOST: Final = 100
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CELL: Final = re.compile(r"[A-Z]{1,3}\d{1,7}")
_UNSOLVED: Final = "a formula whose result is not in the file. Open it in Excel, let it calculate, and save it again"
_ERROR: Final = "the error {}. Mend the cell"


def cells_without_value(path: Given) -> list[str]:
    """Return sentences naming up to 100 such cells of the first visible sheet, which a reader shows as empty.

    Raises `RosterUnreadable` for XML that is broken or declares a document type. `xlsx_rows` has checked its budget.
    """
    return _scanned(path).found


def formula_cells(path: Given, *, below: int) -> dict[int, Samples]:
    """Return by column, from 0, the cells below a row that are calculated or hold an error. Raises as above."""
    found: dict[int, Samples] = {}
    for place in _scanned(path).calculated:
        letters, row = place.rstrip("0123456789"), int(place.lstrip(_LETTERS) or 0)
        if row > below:
            found.setdefault(column_of(letters), Samples()).take(f"cell {place}")
    return found


def column_of(letters: str) -> int:
    """Return a column's place from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _scanned(path: Given) -> "_Scan":
    scan = _Scan()
    try:
        with zipfile.ZipFile(path.open()) as archive, archive.open(_first_shown(archive)) as part:
            while piece := part.read(_PIECE):
                scan.parser.Parse(piece)
            scan.parser.Parse(b"", True)  # noqa: FBT003 - expat takes its last-piece flag by position
    except (expat.ExpatError, KeyError, *DAMAGE) as error:
        raise RosterUnreadable(f"{path.name} is not a sound workbook ({error}). Save it again as XLSX.") from None
    return scan


def _first_shown(archive: zipfile.ZipFile) -> str:
    """Return the name of the first visible sheet's part. Raises `KeyError`."""
    by_lower = {name.lower(): name for name in archive.namelist()}
    shown: list[str] = []
    targets: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "sheet" and attributes.get("state", "visible") == "visible":
            shown.extend(text for key, text in attributes.items() if key.endswith(":id"))
        elif local == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        parser = _strict_parser()
        parser.StartElementHandler = start
        parser.Parse(archive.read(by_lower[name]), True)  # noqa: FBT003 - expat takes its last-piece flag by position
    if not shown:
        raise KeyError("no visible sheet")
    return by_lower[posixpath.normpath(posixpath.join("/xl", targets[shown[0]])).lstrip("/").lower()]


class _Scan:
    """Walks a sheet and notes its cells without a value."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.calculated: list[str] = []
        self._place = self._type = ""
        self._inside = ""
        self._value: str | None = None
        self._has_formula = False
        self.parser = _strict_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag.rpartition(":")[2]
        if self._inside == "c":
            self._place, self._type = attributes.get("r", "?"), attributes.get("t", "")
            self._value, self._has_formula = None, False
        elif self._inside == "f":
            self._has_formula = True
        elif self._inside == "v":
            self._value = ""

    def _text(self, text: str) -> None:
        if self._inside == "v" and self._value is not None:
            self._value += text

    def _end(self, tag: str) -> None:
        self._inside = ""
        if tag.rpartition(":")[2] != "c":
            return
        if (self._has_formula or self._type == "e") and _CELL.fullmatch(self._place):
            self.calculated.append(self._place)
        if len(self.found) >= _MOST:
            return
        is_text = self._type == "str" and self._value is not None  # ="" has a result: an empty text
        if self._type == "e":
            self.found.append(f"Cell {self._place} holds {_ERROR.format(self._value or 'of a formula')}.")
        elif self._has_formula and not self._value and not is_text:
            self.found.append(f"Cell {self._place} holds {_UNSOLVED}.")


def _strict_parser() -> expat.XMLParserType:
    """Make a parser that takes no document type: no entity is ever expanded."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise RosterUnreadable("The workbook declares its own document type. Save it again as XLSX.")
