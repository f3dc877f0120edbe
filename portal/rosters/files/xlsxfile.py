"""The rows of an Excel workbook's first visible sheet, as the text a person sees in the cells."""

import re
import zipfile
from collections.abc import Generator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from portal.rosters.fields.values import Report, RosterUnreadable
from portal.rosters.files.folders import DAMAGE, check_budget
from portal.rosters.files.given import Given

_MOST_BYTES = 400 << 20
_MOST_CELLS = 20_000_000
_CHUNK = 1 << 20
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
Cell = int | float | str | bool | time | date | datetime | timedelta


def xlsx_rows(path: Given, report: Report) -> Generator[tuple[int, list[str]]]:
    """Give each row with its spreadsheet number. Raises `RosterUnreadable` for a locked, broken or bloated file.

    The workbook is held in memory while it is read; a very large roster is lighter as CSV.
    """
    _check_size(path)
    try:
        with CalamineWorkbook.from_filelike(path.open()) as workbook:
            shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
            if not shown:
                raise RosterUnreadable(f"{path.name} has no visible sheet.")
            if others := [sheet.name for sheet in workbook.sheets_metadata if sheet.name != shown[0]]:
                report.note(f"Only the sheet “{shown[0]}” of {path.name} was read, not: {', '.join(others)}.")
            sheet = workbook.get_sheet_by_name(shown[0])
            for row, cells in enumerate(sheet.iter_rows(), start=1):
                yield row, [_text(cell) for cell in cells]
    except (CalamineError, OSError) as error:
        raise RosterUnreadable(f"{path.name} does not open as a workbook ({error}). Save it again as XLSX.") from None


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case _:
            return str(cell)


def _check_size(path: Given) -> None:
    """Refuse a workbook whose used area would not fit: one cell in the last corner asks for 17 thousand million."""
    try:
        with zipfile.ZipFile(path.open()) as archive:
            check_budget(archive, _MOST_BYTES)
            for entry in archive.infolist():
                if entry.filename.lower().startswith("xl/worksheets/") and _extent(archive, entry) > _MOST_CELLS:
                    raise RosterUnreadable(f"{path.name} uses a larger area than a roster needs. Save it as CSV.")
    except DAMAGE:
        raise RosterUnreadable(
            f"{path.name} is not an XLSX workbook, is damaged, or has a password. Save it again."
        ) from None


def _extent(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    columns, rows, kept = 0, 0, b""
    with archive.open(entry) as sheet:
        while chunk := sheet.read(_CHUNK):
            places = set(_PLACE.findall(kept + chunk))
            columns = max([columns, *(_column(letters) for letters in {letters for letters, _ in places})])
            rows = max([rows, *(int(digits) for _, digits in places)])
            kept = chunk[-32:]
    return columns * rows


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
