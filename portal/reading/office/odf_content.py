"""The content of an OpenDocument part: text, tables cell by cell, slides one by one, and what stands beside them.

Source: ISO/IEC 26300-1 (ODF 1.3 part 3): 9 (tables), 10 (drawings), 5.5 (tracked changes), 14 (annotations).
"""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.drawings.media import is_media, read_media
from portal.reading.office.marked_up.row_blocks import Rows, as_cell, as_formula, as_number
from portal.reading.office.marked_up.strict import bare, check_depth, parse, strict_parser
from portal.reading.office.marked_up.weave import Weave
from portal.reading.office.ole import is_ole, read_object

_CELLS: Final = frozenset(("table-cell", "covered-table-cell"))
_IN_CELL: Final[dict[str, str]] = {"p": "\n", "h": "\n", "s": " ", "tab": " ", "line-break": "\n"}
_BESIDE: Final[dict[str, str]] = {
    "annotation": "comments",
    "tracked-changes": "before tracked changes",
    "notes": "speaker notes",
}
_PACKED: Final = "binary-data"
_PLACES: Final = frozenset(("change", "change-start", "change-end"))
_HIDING: Final = (("table-properties", "display", "false"), ("drawing-page-properties", "visibility", "hidden"))


@dataclass(slots=True)
class _Told:
    """What is being told at one place."""

    element: str
    place: str
    weave: Weave = field(default_factory=Weave)
    cell: list[str] | None = None


@dataclass(slots=True)
class _Changes:
    """What tracked changes took out and put in, by the names that their places in the text have."""

    region: str = ""
    is_told: bool = False
    removed: dict[str, list[str]] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)

    def start(self, element: str, said: Mapping[str, str]) -> None:
        """Take the start of an element among the changes."""
        if element == "changed-region":
            self.region = said.get("id", "")
        elif element == "insertion":
            self.added.add(self.region)
        elif element in {"deletion", "change-info"}:
            self.is_told = element == "deletion"

    def text(self, text: str) -> None:
        """Take text among the changes; who made them is none of it."""
        if self.is_told:
            self.removed.setdefault(self.region, []).append(text)

    def end(self, element: str) -> None:
        """Take the end of an element among the changes."""
        self.is_told = self.is_told if element != "change-info" else True
        self.text(_IN_CELL.get(element, ""))

    def put_back(self, weave: Weave, element: str, region: str) -> None:
        """Tell `weave` what stood at a place of the text, or that what was put in begins or ends there."""
        if element == "change":
            weave.start("del")
            weave.text("t", "".join(self.removed.get(region, ())).strip("\n"))
            weave.end("del")
        elif region in self.added:
            (weave.start if element == "change-start" else weave.end)("ins")


class ContentReader:
    """Reads `content.xml` or `styles.xml` as a stream. With `sheets` every table is one, with `slides` every page."""

    def __init__(self, to: Gathering, place: str, *, sheets: bool, slides: bool) -> None:
        """Say what comes at `place`, or at its sheet or slide."""
        self._to, self._sheets, self._slides = to, sheets, slides
        self._open = [""]
        self._told = [_Told("", place)]
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._rows: Rows | None = None
        self._formulas = Rows(to, "")
        self._row = self._column = self._number = self._tables = 0
        self._row_repeat = 1
        self._cells: dict[int, str] = {}
        self._codes: dict[int, str] = {}
        self._reach: dict[int, int] = {}
        self._cell: Mapping[str, str] = {}
        self._is_hidden_row = False
        self._hides = False
        self._changes = _Changes()
        self._packed: list[str] | None = None

    def read(self, data: bytes) -> None:
        """Read it all. Raises `CannotRead` and `expat.ExpatError`."""
        parser = strict_parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = lambda text: self._told[0].weave.text("instrtext", text)
        parse(parser, data)
        while self._told:
            self._say()

    def _start(self, name: str, raw: Mapping[str, str]) -> None:
        element = bare(name)
        self._open.append(element)
        check_depth(self._open)
        said = {bare(key): value for key, value in raw.items() if not key.startswith("xmlns")}
        if element == "style":
            self._style = said.get("name", "")
        elif any(element == where and said.get(what) == value for where, what, value in _HIDING):
            self._hidden_styles.add(self._style)
        elif element in _BESIDE or (element == "page" and self._slides):
            self._begin_beside(element, said)
        elif element == "section" and said.get("display") == "none":
            self._to.hidden += 1
        elif element == _PACKED:
            self._packed = []
        elif element in _PLACES:
            self._changes.put_back(self._told[-1].weave, element, said.get("change-id", ""))
        elif self._sheets and self._start_in_sheet(element, said):
            return
        if self._told[-1].element == "tracked-changes":
            self._changes.start(element, said)
        self._told[-1].weave.start(element)
        self._told[-1].weave.attributes(raw)

    def _begin_beside(self, element: str, said: Mapping[str, str]) -> None:
        if element == "page":
            self._number += 1
            self._to.pages += 1
            is_hidden = said.get("style-name", "") in self._hidden_styles
            self._to.hidden += is_hidden
            place = f"slide {self._number}{' (hidden)' if is_hidden else ''}"
        else:
            place = f"{self._told[-1].place}, {_BESIDE[element]}"
        self._told.append(_Told(element, place))

    def _start_in_sheet(self, element: str, said: Mapping[str, str]) -> bool:
        """Take the start of a table's own element. Returns whether it says no more than its measures."""
        if element == "table":
            self._tables += 1
            if self._tables == 1:
                self._begin_sheet(said.get("name", ""), is_hidden=said.get("style-name", "") in self._hidden_styles)
            return False
        if self._rows is None or self._tables != 1:
            return False
        if element == "table-column" and said.get("visibility", "visible") != "visible":
            self._rows.note, self._hides = ", some columns hidden", True
        elif element == "table-row":
            self._column = 1
            self._is_hidden_row = said.get("visibility", "visible") != "visible"
            self._row_repeat = _count(said.get("number-rows-repeated", "1"))
        elif element in _CELLS:
            self._cell = said
            self._told[-1].cell = []
            return True
        return element in {"table-column", "table-row"}

    def _begin_sheet(self, title: str, *, is_hidden: bool) -> None:
        self._number += 1
        self._to.sheets += 1
        self._to.hidden += is_hidden
        place = f"sheet {self._number}{' (hidden)' if is_hidden else ''}"
        self._rows, self._formulas = Rows(self._to, place, title), Rows(self._to, f"{place}, formulas")
        self._row, self._hides = 1, False
        self._told.append(_Told("table", place))

    def _text(self, text: str) -> None:
        told = self._told[-1]
        if self._packed is not None:
            self._packed.append(text)
        elif told.cell is not None:
            told.cell.append(text)
        else:
            told.weave.text(self._open[-1], text)
            if told.element == "tracked-changes":
                self._changes.text(text)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        told = self._told[-1]
        if element == _PACKED:
            self._read_packed()
        if told.element == "tracked-changes":
            self._changes.end(element)
        if told.cell is not None and element not in _CELLS:
            told.cell.append(_IN_CELL.get(element, ""))
        elif self._rows is not None and self._tables == 1 and self._end_in_sheet(element, told):
            return
        else:
            told.weave.end(element)
        if element == "table" and self._sheets:
            self._tables -= 1
        if element == told.element and (element != "table" or self._tables == 0):
            self._say()

    def _read_packed(self) -> None:
        """Read a picture or an object that stands in the text itself, as base64."""
        packed, self._packed = "".join(self._packed or ()), None
        try:
            content = binascii.a2b_base64(packed)
        except binascii.Error:
            raise CannotRead(f"A file that is packed into this one is damaged. {SAVE_AS_PDF}") from None
        if is_ole(content):
            self._to.hidden += 1
            read_object(content, self._to, "file inside")
        elif is_media("", content):
            read_media("", content, self._to, "picture in the text")
        elif content:
            self._to.hidden += 1
            self._to.inside(content, "file inside")

    def _end_in_sheet(self, element: str, told: _Told) -> bool:
        """Take the end of a cell or row. Returns whether it was one."""
        assert self._rows is not None
        if element in _CELLS:
            text = _shown(as_cell("".join(told.cell or ()).strip()), self._cell)
            told.cell = None
            if text:
                self._cells[self._column] = text
            if (rows := _count(self._cell.get("number-rows-spanned", "1"))) > 1:
                self._reach[self._column] = self._row + rows - 1
            if code := self._cell.get("formula", ""):
                self._codes[self._column] = as_formula(code)
            self._column += _count(self._cell.get("number-columns-repeated", "1"))
            return True
        if element == "table-row":
            self._rows.add(self._row, self._cells, hidden=self._is_hidden_row, reach=self._reach)
            self._formulas.add(self._row, self._codes, hidden=self._is_hidden_row)
            self._cells, self._codes, self._reach = {}, {}, {}
            self._row += self._row_repeat
            return True
        return False

    def _say(self) -> None:
        told = self._told.pop()
        place = told.place
        if told.element == "table" and self._rows is not None:
            self._rows.close()
            self._formulas.close()
            self._to.hidden += self._hides or self._rows.hidden_rows > 0
            self._rows = None
            place = f"{place}, headers, notes and rules"
        self._to.say(place, told.weave.woven())
        if former := told.weave.former():
            self._to.say(f"{place}, before tracked changes", former)
        self._to.hidden += told.element in _BESIDE and told.weave.says_text


def _shown(text: str, cell: Mapping[str, str]) -> str:
    """Return a cell's text and, where it shows another notation of it, its value."""
    kind = cell.get("value-type", "")
    if kind in {"float", "currency", "percentage"}:
        value = as_number(cell.get("value", ""))
    elif kind == "date":
        value = cell.get("date-value", "").removesuffix("T00:00:00").replace("T", " ")
    else:
        value = cell.get("string-value", "")
    if not value or value == text:
        return text
    return f"{value} {text}".rstrip()


def _count(repeated: str) -> int:
    return max(int(repeated), 1) if repeated.isdigit() else 1
