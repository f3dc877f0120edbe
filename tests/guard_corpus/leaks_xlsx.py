"""Leaks in the cells of workbooks, however they are shown."""

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.guard_corpus.cases import Scene, leak
from tests.guard_corpus.packages import (
    Drawn,
    DrawnSheet,
    drawn_workbook,
    part_of,
    repacked,
    workbook,
)

CELLS, BESIDE, DRAWN = "XLSX cells", "XLSX part", "XLSX drawn"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@leak(CELLS, "fees.xlsx", who="anyone")
def one_cell(s: Scene) -> bytes:
    return workbook(lambda book: book.active.append([s.name]))


@leak(CELLS, "fees.xlsx")
def cells_apart(s: Scene) -> bytes:
    return workbook(lambda book: book.active.append([s.last, s.given, "Maple", 3]))


@leak(CELLS, "pick-up.xlsx")
def children_called_as_stops_are(_: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active.append(["Child", "Stop", "Afternoon"])
        for at, name in enumerate(("Rose Garden", "Faith Hill", "Summer Fields", "Crystal Lake", "Virginia Beach")):
            book.active.append([name, at + 1, f"15:{20 + at}"])

    return workbook(fill)


@leak(CELLS, "fees.xlsx")
def a_family_s_name_on_the_tab_alone(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        for kid, _ in s.others(4):  # of a name that many bear one child is not enough, so there are some
            sheet = book.create_sheet(kid.family_name)
            sheet.append(["Child", kid.given_name])
            for day in range(1, 31):
                sheet.append([f"2026-09-{day:02}", 45.5])

    return workbook(fill)


@leak(CELLS, "fees.xlsx")
def shared_strings_in_another_order(s: Scene) -> bytes:
    def fill(_: Drawn, sheet: DrawnSheet) -> None:
        sheet.write_row(3, 0, ("Name", s.last, "First"))
        sheet.write_row(9, 4, (s.last, s.given))

    return drawn_workbook(fill)


@leak(CELLS, "fees.xlsx")
def columns_far_apart(s: Scene) -> bytes:
    rows = [(s.child, s.guardian), *s.others(8)]

    def fill(book: Workbook) -> None:
        for kid, _ in rows:
            book.active.append([kid.family_name, 3, "Maple", "yes", 45.5, kid.given_name])

    return workbook(fill)


@leak(CELLS, "fees.xlsx", "student-number")
def a_number_as_number(s: Scene) -> bytes:
    digits = int("".join(letter for letter in s.number if letter.isdigit()))
    return workbook(lambda book: book.active.append(["Reference", digits if s.number.isdigit() else s.number]))


@leak(CELLS, "fees.xlsx", "student-number", "child-name")
def a_number_and_a_date_of_birth(s: Scene) -> bytes:
    return workbook(lambda book: book.active.append([s.number, s.given, s.born]))


@leak(CELLS, "fees.xlsx", "phone")
def a_phone_as_number(s: Scene) -> bytes:
    return workbook(lambda book: book.active.append(["Call", int(s.phone.replace(" ", "")[2:])]))


@leak(CELLS, "fees.xlsx")
def hidden_sheet(s: Scene) -> bytes:
    return workbook(lambda book: _sheet(book, "hidden").append([3, s.last, s.given]))


@leak(CELLS, "fees.xlsx")
def very_hidden_sheet(s: Scene) -> bytes:
    return workbook(lambda book: _sheet(book, "veryHidden").append([3, s.last, s.given]))


def _sheet(book: Workbook, state: str) -> Worksheet:
    sheet = book.create_sheet("Other")
    sheet.sheet_state = state
    return sheet


@leak(CELLS, "fees.xlsx")
def hidden_row(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active.append([s.name])
        book.active.row_dimensions[book.active.max_row].hidden = True

    return workbook(fill)


@leak(CELLS, "fees.xlsx")
def hidden_column(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active["Z9"] = f"{s.last}, {s.given}"
        book.active.column_dimensions["Z"].hidden = True

    return workbook(fill)


@leak(CELLS, "fees.xlsx")
def far_away_cell(s: Scene) -> bytes:
    return workbook(lambda book: book.active.__setitem__("XFD1048576", s.name))


@leak(CELLS, "fees.xlsx")
def white_letters_and_a_format_that_shows_nothing(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active["A9"] = s.name
        book.active["A9"].number_format = ";;;"

    return workbook(fill)


@leak(CELLS, "fees.xlsx")
def number_format_that_says_it(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active["A9"] = 1
        book.active["A9"].number_format = f'"{s.name}"'

    return workbook(fill)


@leak(CELLS, "fees.xlsx")
def formula_with_the_text(s: Scene) -> bytes:
    return workbook(lambda book: book.active.append([f'=IF(A1="x","{s.name}","")']))


@leak(CELLS, "fees.xlsx")
def formula_that_joins_the_text(s: Scene) -> bytes:
    return workbook(lambda book: book.active.append([f'="{s.given}"&" "&"{s.last}"']))


@leak(CELLS, "fees.xlsx")
def cached_result_of_a_formula(s: Scene) -> bytes:
    return drawn_workbook(lambda _, sheet: sheet.write_formula(4, 0, "=Other!A1", value=s.name))


@leak(CELLS, "fees.xlsx")
def rich_text_in_runs(s: Scene) -> bytes:
    def fill(book: Drawn, sheet: DrawnSheet) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_rich_string(4, 0, s.given[:1], bold, s.given[1:] + " ", s.last[:2], bold, s.last[2:])

    return drawn_workbook(fill)


@leak(CELLS, "fees.xlsx")
def name_of_a_sheet(s: Scene) -> bytes:
    return workbook(lambda book: book.create_sheet(s.name))


@leak(CELLS, "fees.xlsx")
def orphaned_shared_string(s: Scene) -> bytes:
    made = drawn_workbook(lambda _, sheet: sheet.write(4, 0, "Total"))
    strings = part_of(made, "xl/sharedStrings.xml").decode()
    return repacked(
        made, {"xl/sharedStrings.xml": strings.replace("</sst>", f"<si><t>{s.name}</t></si></sst>").encode()}
    )


@leak(CELLS, "fees.xlsx")
def sheet_that_no_workbook_lists(s: Scene) -> bytes:
    cell = f'<c r="A1" t="inlineStr"><is><t>{s.name}</t></is></c>'
    xml = f'<worksheet xmlns="{_MAIN}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    return repacked(workbook(), {"xl/worksheets/sheet9.xml": xml.encode()})


@leak(CELLS, "enrolment.xlsx", "child-name", "student-number", "e-mail", "phone")
def the_original_accident(s: Scene) -> bytes:
    """The enrolment workbook chosen instead of the welcome letter."""

    def fill(book: Workbook) -> None:
        sheet = book.create_sheet("confirmed sites enrollment", 0)
        sheet.append(["Site", "Student", "Number", "Grade", "Guardian", "Phone", "Paid", "Allergies"])
        for kid, adult in s.others(60):
            name = f"{kid.family_name}, {kid.given_name}"
            guardian = f"{adult.given_name} {adult.family_name}"
            sheet.append(["Maple", name, kid.numbers[0], 3, guardian, adult.phones[0], "no", "peanuts"])
        sheet.column_dimensions[get_column_letter(2)].width = 40

    return workbook(fill)
