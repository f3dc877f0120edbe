"""Workbooks (SpreadsheetML): every cell of every sheet in its row, and the texts no cell uses.

Read as a stream, so that memory grows with what the cells say and not with how far apart they stand.
Source: ECMA-376 part 1, section 18.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from portal.reading.gathering import Gathering
from portal.reading.office.marked_up.formats import text_with_words, with_words, words_of_format
from portal.reading.office.marked_up.row_blocks import Rows, as_cell, as_date, as_formula, as_number, is_date, zeros_of
from portal.reading.office.marked_up.strict import bare, check_depth, parse, strict_parser
from portal.reading.office.marked_up.weave import Weave

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS: Final = "0123456789"
_COLUMN: Final = re.compile(r"\$?([A-Z]{1,3})")
# "&LAna" in a header is "Ana" on the left, "&B" is bold; colours, fonts and sizes stand there too.
_SECTION: Final = re.compile(r"&[LCR]")
_HEADER_CODE: Final = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|K\d\d[+-]\d{3}|\d{1,3}|[A-Z])')
_HEADERS: Final = frozenset(
    ("oddheader", "oddfooter", "evenheader", "evenfooter", "firstheader", "firstfooter", "header", "footer")
)
_TEXTS: Final = frozenset(("s", "str", "inlineStr"))
_LIST: Final = re.compile(r'^"[^"]*"$')
_MERGED: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})", re.IGNORECASE)


@dataclass(slots=True)
class Strings:
    """The shared texts of a workbook; `used` are those that a cell shows, `readings` their phonetic guides."""

    texts: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    readings: list[str] = field(default_factory=list)

    def orphans(self) -> str:
        """Return the texts that no cell shows, parted by blank lines."""
        return "\n\n".join(text for number, text in enumerate(self.texts) if number not in self.used)


@dataclass(frozen=True, slots=True)
class Formats:
    """How numbers are shown: for each style of a cell whether it is a date, how many digits it fills up, its words."""

    dates: tuple[bool, ...] = ()
    zeros: tuple[int, ...] = ()
    since_1904: bool = False
    words: tuple[tuple[str, ...], ...] = ()

    def shown(self, value: str, style: str) -> str:
        """Return a number as its cell shows it."""
        number = int(style) if style.isdigit() else 0
        if number < len(self.dates) and self.dates[number]:
            return as_date(value, since_1904=self.since_1904)
        shown = as_number(value, self.zeros[number] if number < len(self.zeros) else 0)
        return with_words(shown, self.words[number]) if number < len(self.words) and self.words[number] else shown

    def shown_text(self, text: str, style: str) -> str:
        """Return a text as its cell shows it."""
        number = int(style) if style.isdigit() else 0
        is_worded = number < len(self.words) and bool(self.words[number])
        return text_with_words(text, self.words[number]) if is_worded else text


def unescaped(text: str) -> str:
    """Undo `_x0041_`, as SpreadsheetML writes what XML does not hold (22.9.2.19)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def read_strings(data: bytes) -> Strings:
    """Return the shared texts, formatted runs joined."""
    strings, runs, spoken = Strings(), list[str](), list[str]()
    parser = strict_parser()
    inside = {"t": False, "rph": False}

    def start(name: str, _attributes: object) -> None:
        element = bare(name)
        if element in inside:
            inside[element] = True

    def end(name: str) -> None:
        element = bare(name)
        if element in inside:
            inside[element] = False
        elif element == "si":
            strings.texts.append(as_cell(unescaped("".join(runs))))
            runs.clear()
            if spoken:
                strings.readings.append("".join(spoken))
                spoken.clear()

    def text(said: str) -> None:
        if inside["t"]:
            (spoken if inside["rph"] else runs).append(said)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parse(parser, data)
    return strings


def read_formats(data: bytes, *, since_1904: bool) -> Formats:
    """Return how each style of `xl/styles.xml` shows numbers; with nothing to read, plainly."""
    codes: dict[int, str] = {}
    dates: list[bool] = []
    zeros: list[int] = []
    words: list[tuple[str, ...]] = []
    within = [""]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        element = bare(name)
        within.append(element)
        if element == "numfmt" and attributes.get("numFmtId", "").isdigit():
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif element == "xf" and "cellxfs" in within:
            number = attributes.get("numFmtId", "0")
            code = codes.get(int(number)) if number.isdigit() else None
            dates.append(is_date(int(number) if number.isdigit() else 0, code))
            zeros.append(zeros_of(code))
            words.append(words_of_format(code))

    if data:
        parser = strict_parser()
        parser.StartElementHandler, parser.EndElementHandler = start, lambda _name: within.pop()
        parse(parser, data)
    return Formats(tuple(dates), tuple(zeros), since_1904, tuple(words))


class SheetReader:
    """Reads one sheet, or one table of another workbook's cells, which is kept alike."""

    def __init__(self, to: Gathering, place: str, title: str, strings: Strings, formats: Formats) -> None:
        """Say the rows at `place` below the sheet's `title`, the rest beside it."""
        self._to, self._place = to, place
        self._strings, self._formats = strings, formats
        self._rows, self._formulas = Rows(to, place, title), Rows(to, f"{place}, formulas")
        self._weave = Weave(apart=True)
        self._open = [""]
        self._texts: list[str] = []
        self._row = self._column = 0
        self._cells: dict[int, str] = {}
        self._codes: dict[int, str] = {}
        self._kind = self._style = ""
        self._in_cell = self._hidden_row = self._spoken = False
        self._hidden_columns = False
        self._reach: dict[int, dict[int, int]] = {}

    def read(self, data: bytes) -> bool:
        """Read the XML of a sheet. Returns whether it hides rows or columns of its own."""
        self._reach = _merged_in(data)
        parser = strict_parser()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = lambda text: self._weave.text("instrtext", text)
        parse(parser, data)
        self._rows.close()
        self._formulas.close()
        self._to.say(f"{self._place}, headers, notes and rules", self._weave.woven())
        return self._hidden_columns or self._rows.hidden_rows > 0

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        element = bare(name)
        if self._in_cell:
            self._texts.clear()
            self._spoken = self._spoken or element == "rph"
        elif element in {"c", "cell"}:
            self._in_cell = True
            self._kind, self._style = attributes.get("t", ""), attributes.get("s", "")
            self._column = _column_of(attributes.get("r", "")) or self._column + 1
        elif element == "row":
            number = attributes.get("r", "")
            self._row, self._column = int(number) if number.isdigit() else self._row + 1, 0
            self._hidden_row = _is_true(attributes.get("hidden", "")) or _is_zero(attributes.get("ht", ""))
        elif element == "col":
            if _is_true(attributes.get("hidden", "")) or _is_zero(attributes.get("width", "")):
                self._hidden_columns = True
                self._rows.note = ", some columns hidden"
        else:
            self._open.append(element)
            check_depth(self._open)
            self._weave.attributes(attributes)

    def _text(self, text: str) -> None:
        if self._in_cell:
            self._texts.append(text)
        elif self._open[-1] in _HEADERS:
            self._weave.text("text", header_text(text))
        elif _LIST.match(text.strip()):
            self._weave.text("text", text.replace(",", "\n\n"))
        else:
            self._weave.text(self._open[-1], text)

    def _end(self, name: str) -> None:
        element = bare(name)
        if self._in_cell:
            self._end_in_cell(element)
        elif element == "row":
            self._rows.add(self._row, self._cells, hidden=self._hidden_row, reach=self._reach.get(self._row, {}))
            self._formulas.add(self._row, self._codes, hidden=self._hidden_row)
            self._cells, self._codes = {}, {}
        elif element != "col":
            self._open.pop()
            self._weave.end("p")

    def _end_in_cell(self, element: str) -> None:
        if element in {"c", "cell"}:
            self._in_cell = False
            if self._kind in _TEXTS and self._column in self._cells:
                self._cells[self._column] = self._formats.shown_text(self._cells[self._column], self._style)
        elif element == "rph":
            self._spoken = False
        elif self._texts:
            text = "".join(self._texts)
            self._texts.clear()
            if element == "f":
                self._codes[self._column] = as_formula(text)
            elif self._spoken:
                self._weave.text("text", text)
                self._weave.end("p")
            else:  # a text in the cell itself comes in runs
                value = self._value(text) if element == "v" else as_cell(unescaped(text))
                self._cells[self._column] = self._cells.get(self._column, "") + value

    def _value(self, text: str) -> str:
        if self._kind == "s":
            number = int(text) if text.strip().isdigit() else -1
            if 0 <= number < len(self._strings.texts):
                self._strings.used.add(number)
                return self._strings.texts[number]
            return ""
        if self._kind == "b":
            return "TRUE" if text.strip() == "1" else "FALSE"
        if self._kind in {"str", "inlineStr", "e"}:
            return as_cell(unescaped(text))
        if self._kind == "d":
            return text.replace("T00:00:00", "").replace("T", " ")
        return self._formats.shown(text, self._style)


def _merged_in(data: bytes) -> dict[int, dict[int, int]]:
    """Return which cells of a sheet are merged over several rows: by row and column, the last row of each.

    Looked up before the sheet is read: they stand behind its cells (ECMA-376 part 1, 18.3.1.55).
    """
    reach: dict[int, dict[int, int]] = {}

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if bare(name) == "mergecell" and (found := _MERGED.fullmatch(attributes.get("ref", ""))):
            column, first, last = _column_called(found[1].upper()), int(found[2]), int(found[3])
            if last > first:
                reach.setdefault(first, {})[column] = last

    if b"mergeCell" in data or data[:1] != b"<":  # else it is in UTF-16, perhaps
        parser = strict_parser()
        parser.StartElementHandler = start
        parse(parser, data)
    return reach


def header_text(text: str) -> str:
    """Return the text of a header or footer without its codes, and as it is kept."""
    return _HEADER_CODE.sub("", _SECTION.sub("\n\n", text)) + f"\n\n{text}\n\n"


def _column_of(reference: str) -> int:
    return _column_called(reference.rstrip(_DIGITS))


@lru_cache(maxsize=1 << 10)
def _column_called(letters: str) -> int:
    found = _COLUMN.match(letters)
    number = 0
    for letter in found[1] if found else "":
        number = number * 26 + ord(letter) - 64
    return number


def _is_true(flag: str) -> bool:
    return flag in {"1", "true"}


def _is_zero(size: str) -> bool:
    try:
        return float(size) == 0
    except ValueError:
        return False
