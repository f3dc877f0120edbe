"""Lists of people of whom none is on the roster: nobody knows them, and they leave all the same never."""

import html
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from openpyxl import Workbook

from tests.guard_corpus.cases import Case, Scene, add, listed
from tests.guard_corpus.packages import Deck, Document, document, odf_table, opendocument, slides, workbook
from tests.guard_corpus.papers import plain, typeset
from tests.guard_corpus.pictures import FONTS, file_of, of_lines

Row = dict[str, str]

_GIVEN: Final = listed(
    "Marlon Greta Ingrid Barnaby Odette Ulysses Petra Ignatius Flora Rosalind Magnus Tabitha Edmund Viola Casper "
    "Beatrix Leopold Winifred Anselm Dorothea Percival Lavinia Gideon Cressida"
)
_FAMILY: Final = listed(
    "Underhill Pemberton Castellane Brandywine Oxenford Ravensdale Tuckerman Yardley Zimmerli Halvorsen Mortensen "
    "Eberhart Falkenrath Quigley Rasmussen Steenburg Trelawney Wolstenholme Abernethy Cholmondeley Dunwoody Kilbride"
)
_ALLERGIES: Final = ("none", "peanuts", "milk", "none", "bee stings", "eggs", "none", "asthma, inhaler")
_STREETS: Final = ("Elm St", "Oak Ave", "Station Rd", "Mill Lane", "Hill Dr")


def strangers(s: Scene, count: int) -> list[Row]:
    """Make up people whom no roster knows."""
    dice = s.dice
    rows = []
    for number in range(count):
        given, last, adult = dice.choice(_GIVEN), dice.choice(_FAMILY), dice.choice(_GIVEN)
        born = date(2013, 1, 1) + timedelta(days=dice.randrange(2500))
        rows.append(
            {
                "Name": f"{given} {last}", "Last name": last, "First name": given, "Grade": str(dice.randrange(1, 6)),
                "Birth date": born.isoformat(),
                "Student number": str(770_000 + 37 * number + dice.randrange(30)), "Guardian": f"{adult} {last}",
                "Phone": f"({dice.randrange(201, 990)}) 555-{dice.randrange(1000, 9999)}",
                "E-mail": f"{adult.lower()}.{last.lower()}@mail.example.net", "Allergies": dice.choice(_ALLERGIES),
                "Fee": f"${dice.randrange(20, 90)}.00", "Paid": dice.choice(("yes", "no", "half")),
                "Address": f"{dice.randrange(1, 400)} {dice.choice(_STREETS)}", "Medication": dice.choice(_ALLERGIES),
            }
        )  # fmt: skip
    return rows


def _cells(rows: list[Row], columns: tuple[str, ...], headings: tuple[str, ...] | None = None) -> list[list[str]]:
    return [list(headings if headings is not None else columns), *([row[name] for name in columns] for row in rows)]


def _csv(grid: list[list[str]]) -> bytes:
    return "".join(";".join(row) + "\r\n" for row in grid if row).encode("utf-8-sig")


def _xlsx(grid: list[list[str]]) -> bytes:
    def fill(book: Workbook) -> None:
        sheet = book.create_sheet("List", 0)
        for row in grid:
            sheet.append(row)

    return workbook(fill)


def _docx(grid: list[list[str]]) -> bytes:
    def fill(made: Document) -> None:
        table = made.add_table(0, len(grid[-1]))
        for row in grid:
            for cell, text in zip(table.add_row().cells, row, strict=False):
                cell.text = text

    return document(fill)


def _pdf(grid: list[list[str]]) -> bytes:
    cells = ", ".join(f"[{plain(cell)}]" for row in grid for cell in row)
    return typeset(f"#set text(size: 7pt)\n= List\n#table(columns: {len(grid[-1])}, {cells})")


def _html(grid: list[list[str]]) -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in grid)
    return f"<!doctype html><meta charset=utf-8><table>{rows}</table>".encode()


def _json(grid: list[list[str]]) -> bytes:
    return json.dumps([dict(zip(grid[0], row, strict=True)) for row in grid[1:]], indent=1).encode()


def _md(grid: list[list[str]]) -> bytes:
    lines = [f"| {' | '.join(row)} |" for row in grid]
    return "\n".join([lines[0], "|" + "---|" * len(grid[0]), *lines[1:]]).encode()


def _lines(grid: list[list[str]]) -> bytes:
    return "".join(f"{', '.join(row)}\n" for row in grid if row).encode()


def _blocks(grid: list[list[str]]) -> bytes:
    """One person after another, a line for each field, as forms are printed."""
    return "\n\n".join(
        "\n".join(f"{key}: {cell}" for key, cell in zip(grid[0], row, strict=True)) for row in grid[1:]
    ).encode()


def _wide(grid: list[list[str]]) -> bytes:
    return "".join("".join(cell.ljust(24) for cell in row).rstrip() + "\n" for row in grid if row).encode()


def _ods(grid: list[list[str]]) -> bytes:
    rows = [tuple(row) for row in grid]
    return opendocument("spreadsheet", lambda made: made.spreadsheet.addElement(odf_table("List", rows)))


def _pptx(grid: list[list[str]]) -> bytes:
    def fill(made: Deck) -> None:
        table = made.slides[0].shapes.add_table(len(grid), len(grid[-1]), 0, 0, 9_000_000, 4_000_000).table
        for down, row in enumerate(grid):
            for across, text in enumerate(row):
                table.cell(down, across).text = text

    return slides(fill)


def _png(grid: list[list[str]]) -> bytes:
    width = 1 + max(len(cell) for row in grid for cell in row)
    lines = ["".join(cell.ljust(width, "\u00a0") for cell in row) for row in grid]
    style = "#set page(width: 30cm)\n"
    return file_of(of_lines(*lines, size=11, font=FONTS[1], ppi=120, style=style))


_CONTACTS: Final = ("Last name", "First name", "Grade", "Guardian", "Phone")
_HEALTH: Final = ("First name", "Last name", "Grade", "Allergies", "Medication")
_FEES: Final = ("Student number", "Last name", "First name", "Fee", "Paid")
_PAID: Final = ("Name", "Fee")
_BIRTHS: Final = ("Last name", "First name", "Birth date", "Address")
_MAILS: Final = ("Guardian", "E-mail", "Phone")
_SPANISH: Final = ("Apellidos", "Nombre", "Grado", "Alergias", "Medicación")
_ORDER: Final = ("Last name", "First name", "Grade", "Allergies", "Medication")

_LISTS: Final[dict[str, tuple[str, Callable[[list[list[str]]], bytes], tuple[str, ...], tuple[str, ...] | None]]] = {
    "contacts as CSV": ("a.csv", _csv, _CONTACTS, None),
    "contacts without headings": ("a.csv", _csv, _CONTACTS, ()),
    "contacts as a workbook": ("a.xlsx", _xlsx, _CONTACTS, None),
    "contacts in a letter": ("a.docx", _docx, _CONTACTS, None),
    "contacts in a PDF": ("a.pdf", _pdf, _CONTACTS, None),
    "contacts on a web page": ("a.html", _html, _CONTACTS, None),
    "contacts as JSON": ("a.json", _json, _CONTACTS, None),
    "contacts as Markdown": ("a.md", _md, _CONTACTS, None),
    "contacts as lines": ("a.txt", _lines, _CONTACTS, None),
    "contacts as blocks of fields": ("a.txt", _blocks, _CONTACTS, None),
    "contacts in columns of blanks": ("a.txt", _wide, _CONTACTS, None),
    "contacts in LibreOffice": ("a.ods", _ods, _CONTACTS, None),
    "contacts as a picture": ("a.png", _png, _CONTACTS, None),
    "health on a slide": ("a.pptx", _pptx, _HEALTH, None),
    "health as a workbook": ("a.xlsx", _xlsx, _HEALTH, None),
    "health in a PDF": ("a.pdf", _pdf, _HEALTH, None),
    "health in Spanish": ("a.csv", _csv, _ORDER, _SPANISH),
    "fees as a workbook": ("a.xlsx", _xlsx, _FEES, None),
    "fees in a letter": ("a.docx", _docx, _FEES, None),
    "what each paid in a letter": ("a.docx", _docx, _PAID, ("Child", "Fee paid")),
    "what each paid as CSV": ("a.csv", _csv, _PAID, ("Student", "Balance")),
    "what each paid as a workbook": ("a.xlsx", _xlsx, _PAID, ("Alumno", "Saldo")),
    "births and addresses in a PDF": ("a.pdf", _pdf, _BIRTHS, None),
    "births and addresses as CSV": ("a.csv", _csv, _BIRTHS, None),
    "guardians with their mail": ("a.csv", _csv, _MAILS, None),
    "guardians in a PDF": ("a.pdf", _pdf, _MAILS, None),
}


def _made(
    carry: Callable[[list[list[str]]], bytes], columns: tuple[str, ...], heads: tuple[str, ...] | None
) -> Callable[[Scene], bytes]:
    return lambda s: carry(_cells(strangers(s, 18), columns, heads))


for _title, (_file, _carry, _columns, _heads) in _LISTS.items():
    _case = Case(
        "leak", "List of strangers", _title, _file, _made(_carry, _columns, _heads), frozenset({"personal-columns"}),
        or_unreadable=_file.endswith("png"),
    )  # fmt: skip
    add(_case)
