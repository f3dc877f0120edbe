"""Legacy workbooks (xls): every cell in its row, every text of every record, and the streams beside the workbook.

Source: MS-XLS. Records without a reader of their own are swept for letters.
"""

import struct
from collections.abc import Iterator
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.biff import Cursor, Record, packed_number, records_of, shared_texts, text_at
from portal.reading.office.drawings.art import pictures_in, read_blip
from portal.reading.office.drawings.bitmap import as_file
from portal.reading.office.marked_up.formats import words_of_format
from portal.reading.office.marked_up.row_blocks import Rows, as_cell, is_date, zeros_of
from portal.reading.office.ole import Compound, unknown_kind
from portal.reading.office.sheets import Formats, Strings, header_text
from portal.reading.office.text_in_bytes import sweep
from portal.reading.reader import Kind

_LOCKED: Final = "This file is locked with a password. Save it without one and choose it again."
_DAMAGED: Final = f"This workbook is damaged. Open it, check it and save it anew. {SAVE_AS_PDF}"
_TOO_OLD: Final = "This workbook is of a very old Excel. Save it as xlsx and choose it again."
_PIVOT: Final = "This workbook keeps a copy of a table behind a pivot table. Save it as xlsx and choose it again."
_OBJECT: Final = f"It holds an object the portal cannot read. {SAVE_AS_PDF}"

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _SST, _XF, _FORMAT, _DATEMODE = 0x809, 0x0A, 0x2F, 0x85, 0xFC, 0xE0, 0x41E, 0x22
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6
_FORMULA, _STRING, _BOOLERR, _ROW, _COLINFO = 0x06, 0x207, 0x205, 0x208, 0x7D
_MERGED: Final = 0xE5
_TXO, _NOTE, _HEADER, _FOOTER, _HEADERFOOTER, _DRAWINGS, _BITMAP = 0x1B6, 0x1C, 0x14, 0x15, 0x89C, 0xEB, 0x7F
_GLOBAL: Final = frozenset((_FILEPASS, _BOUNDSHEET, _SST, _XF, _FORMAT, _DATEMODE))
_LAYOUT: Final = frozenset((_ROW, _COLINFO))
_PICTURES: Final = frozenset((_DRAWINGS, _BITMAP))
# Numbers alone: indexes, measures, places. Swept, they would only give letters by chance.
_NO_LETTERS: Final = frozenset((
    0x201, 0xBE, 0x200, 0x20B, 0xD7, 0xFF, 0x92, 0xE5, 0x1D, 0x23E, 0x55, 0x4D, 0x87D, 0x87C, 0x25, 0x26, 0x27, 0x28,
    0x29, 0xA1, 0x10, 0x11, 0x80, 0x225,
))  # fmt: skip
_VERSION_8: Final = 0x0600


def read_xls(data: bytes, to: Gathering) -> Kind:
    """Read a compound file that is a workbook into `to`. Raises `CannotRead`, also for one of any other kind."""
    compound = Compound(data, to)
    compound.refuse_known()
    if "Workbook" not in compound.streams:
        if "Book" in compound.streams:
            raise CannotRead(_TOO_OLD)
        raise unknown_kind()
    if any(name.startswith("_SX_DB_CUR") for name in compound.storages):
        raise CannotRead(_PIVOT)
    if any(name.startswith("MBD") for name in compound.storages) or "Ctls" in compound.streams:
        raise CannotRead(_OBJECT)
    try:
        _Workbook(to).read(compound.open("Workbook"))
    except (struct.error, IndexError):
        raise CannotRead(_DAMAGED) from None
    for name in compound.streams:
        if name != "Workbook":
            to.say("properties", sweep(compound.open(name)))
    to.say("left-over bytes", sweep(compound.left_over()))
    return "xls"


class _Workbook:
    """Goes through the records once; `_place` is that of the sheet it stands in."""

    def __init__(self, to: Gathering) -> None:
        self._to = to
        self._strings = Strings()
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._formats = Formats()
        self._since_1904 = False
        self._sheets: dict[int, tuple[str, str]] = {}
        self._depth = 0
        self._place = "workbook"
        self._rows = self._charts = Rows(to, "")
        self._hidden_rows: set[int] = set()
        self._merged: dict[int, dict[int, dict[int, int]]] = {}  # by sheet, row and column, the last row
        self._reach: dict[int, dict[int, int]] = {}
        self._row, self._cells = 0, dict[int, str]()
        self._waiting: tuple[int, int] | None = None  # the cell whose formula gives the text of the next record
        self._beside: list[str] = []
        self._hides = False
        self._pictures = 0

    def read(self, stream: bytes) -> None:
        """Read all records, then what no cell shows."""
        self._find_merged(stream)
        for record in records_of(stream):
            self._read(record)
        self._end_sheet()
        self._to.say("cell texts no sheet shows", self._strings.orphans())
        self._to.say("cell texts, how to read them", "\n\n".join(self._strings.readings))

    def _find_merged(self, stream: bytes) -> None:
        """Find the cells that are merged over several rows: told behind all cells of a sheet ([MS-XLS] 2.4.168)."""
        sheet = depth = 0
        for record in records_of(stream):
            if record.kind == _BOF:
                sheet, depth = (sheet if depth else record.start), depth + 1
            elif record.kind == _EOF:
                depth -= 1
            elif record.kind == _MERGED and record.content:
                for at in range(2, len(record.content) - 7, 8):
                    first, last, column, _ = struct.unpack_from("<4H", record.content, at)
                    if last > first:
                        self._merged.setdefault(sheet, {}).setdefault(first, {})[column] = last + 1

    def _read(self, record: Record) -> None:
        kind = record.kind
        if kind == _BOF:
            self._begin(record)
        elif kind == _EOF:
            self._depth -= 1
        elif kind in _GLOBAL:
            self._read_global(record)
        elif kind in _LAYOUT:
            self._read_layout(record)
        elif kind in _PICTURES:
            self._read_pictures(record)
        else:
            cells = list(self._cells_in(record))
            for row, column, text in cells:
                self._put(row, column, text)
            if not cells and kind not in _NO_LETTERS:
                self._beside.append(self._text_of(record))

    def _read_layout(self, record: Record) -> None:
        content = record.pieces[0]
        if record.kind == _ROW:
            row, flags = struct.unpack_from("<H10xH", content)
            if flags & 0x20:
                self._hidden_rows.add(row)
        elif struct.unpack_from("<H", content, 8)[0] & 1:
            self._rows.note, self._hides = ", some columns hidden", True

    def _read_pictures(self, record: Record) -> None:
        if record.kind == _BITMAP:
            self._pictures += 1
            self._to.show_file(f"picture {self._pictures}", as_file(record.content[8:]))
            return
        for blip in pictures_in(record.content):
            self._pictures += 1
            read_blip(blip, self._to, f"picture {self._pictures}")

    def _begin(self, record: Record) -> None:
        version, kind = struct.unpack_from("<HH", record.pieces[0])
        if version != _VERSION_8:
            raise CannotRead(_TOO_OLD)
        if kind in {0x40, 0x06}:
            raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")
        self._depth += 1
        if self._depth == 1:
            self._end_sheet()
            self._formats = self._make_formats()
            unlisted = "workbook" if kind == 0x05 else "sheet no program shows (hidden)"
            self._place, title = self._sheets.get(record.start, (unlisted, ""))
            self._rows, self._charts = Rows(self._to, self._place, title), Rows(self._to, f"{self._place}, charts")
            self._hidden_rows, self._reach = set(), self._merged.get(record.start, {})
            self._hides = False
            if kind != 0x05:
                self._to.sheets += 1
                self._to.hidden += self._place.endswith("(hidden)")

    def _make_formats(self) -> Formats:
        codes = [(number, self._codes.get(number)) for number in self._styles]
        dates = tuple(is_date(number, code) for number, code in codes)
        words = tuple(words_of_format(code) for _, code in codes)
        return Formats(dates, tuple(zeros_of(code) for _, code in codes), self._since_1904, words)

    def _end_sheet(self) -> None:
        self._put(-1, 0, "")
        self._rows.close()
        self._charts.close()
        self._to.hidden += self._hides or self._rows.hidden_rows > 0
        self._to.say(f"{self._place}, headers, notes and rules", "\n\n".join(filter(None, self._beside)))
        self._beside.clear()

    def _put(self, row: int, column: int, text: str) -> None:
        if row != self._row:
            rows = self._charts if self._depth > 1 else self._rows
            reach = self._reach.get(self._row, {}) if rows is self._rows else {}
            rows.add(self._row + 1, self._cells, hidden=self._row in self._hidden_rows, reach=reach)
            self._row, self._cells = row, {}
        if text:
            before = self._cells.get(column, "")
            self._cells[column] = f"{before}\n{as_cell(text)}" if before else as_cell(text)

    def _read_global(self, record: Record) -> None:
        content = record.pieces[0]
        if record.kind == _FILEPASS:
            raise CannotRead(_LOCKED)
        if record.kind == _BOUNDSHEET:
            start, state, kind = struct.unpack_from("<IBB", content)
            if kind in {1, 6}:
                raise CannotRead(f"This file holds a macro. {SAVE_AS_PDF}")
            title = text_at(record, 6, long_count=False)
            self._sheets[start] = (f"sheet {len(self._sheets) + 1}{' (hidden)' if state & 3 else ''}", title)
            self._to.say("sheet names", title)
        elif record.kind == _SST:
            texts, guides = shared_texts(record)
            self._strings.texts = [as_cell(text) for text in texts]
            self._strings.readings = [sweep(guide) for guide in guides]
        elif record.kind == _FORMAT:
            code = text_at(record, 2)
            self._codes[struct.unpack_from("<H", content)[0]] = code
            self._beside.append(code)
        elif record.kind == _XF:
            self._styles.append(struct.unpack_from("<H", content, 2)[0])
        else:
            self._since_1904 = bool(struct.unpack_from("<H", content)[0])

    def _cells_in(self, record: Record) -> Iterator[tuple[int, int, str]]:
        """Give row and column (from 0) and text of each cell the record holds."""
        content = record.pieces[0]
        if record.kind == _STRING and self._waiting:
            yield (*self._waiting, text_at(record, 0))
            self._waiting = None
        if record.kind not in {_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _RSTRING, _FORMULA, _BOOLERR}:
            return
        row, column, style = struct.unpack_from("<HHH", content)
        match record.kind:
            case 0x203:
                yield row, column, self._shown(struct.unpack_from("<d", content, 6)[0], style)
            case 0x27E:
                yield row, column, self._shown(packed_number(struct.unpack_from("<I", content, 6)[0]), style)
            case 0xBD:
                for number, at in enumerate(range(4, len(content) - 7, 6)):
                    style, raw = struct.unpack_from("<HI", content, at)
                    yield row, column + number, self._shown(packed_number(raw), style)
            case 0xFD:
                (index,) = struct.unpack_from("<I", content, 6)
                self._strings.used.add(index)
                yield row, column, self._strings.texts[index]
            case 0x204 | 0xD6:
                yield row, column, text_at(record, 6)
            case 0x205:
                value, is_error = struct.unpack_from("<BB", content, 6)
                yield row, column, "" if is_error else str(bool(value)).upper()
            case _:
                yield row, column, self._result(row, column, style, content)
                self._beside.append(sweep(content[20:]).replace("\n\n", " "))  # it may put its texts together

    def _result(self, row: int, column: int, style: int, content: bytes) -> str:
        """Return what a formula gave; a text comes in the record after it."""
        if content[12:14] != b"\xff\xff":
            return self._shown(struct.unpack_from("<d", content, 6)[0], style)
        if content[6] == 0:
            self._waiting = row, column
        return str(bool(content[8])).upper() if content[6] == 1 else ""

    def _shown(self, value: float, style: int) -> str:
        return self._formats.shown(repr(value), str(style))

    def _text_of(self, record: Record) -> str:
        content = record.content
        match record.kind:
            case 0x1B6 if len(record.pieces) > 1:
                (count,) = struct.unpack_from("<H", record.pieces[0], 10)
                cursor = Cursor(record.pieces, 1)
                self._hides = self._hides or count > 0
                return cursor.letters(count, wide=bool(cursor.number("<B") & 1)) if count else ""
            case 0x14 | 0x15 if content:
                return header_text(text_at(record, 0))
            case 0x1C:
                return text_at(record, 8) if len(content) > 8 else ""
        return sweep(content)
