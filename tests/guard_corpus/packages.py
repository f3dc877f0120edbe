"""Office files: made by the libraries offices' exports are made with, then changed part by part."""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import docx
import openpyxl
import pptx
import xlsxwriter
from odf.opendocument import OpenDocument, OpenDocumentPresentation, OpenDocumentSpreadsheet, OpenDocumentText
from odf.table import Table, TableCell, TableRow
from odf.text import P
from pptx.util import Inches

from tests.guard_corpus.cases import NOTICE

Document = docx.document.Document
Deck = pptx.presentation.Presentation
Drawn = xlsxwriter.Workbook
DrawnSheet = xlsxwriter.worksheet.Worksheet

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KINDS: Final = {
    "text": OpenDocumentText, "spreadsheet": OpenDocumentSpreadsheet, "presentation": OpenDocumentPresentation,
}  # fmt: skip


class Saveable(Protocol):
    """Documents, workbooks and decks alike."""

    def save(self, file: io.BytesIO) -> object:
        """Write it all."""


def saved(thing: Saveable) -> bytes:
    held = io.BytesIO()
    thing.save(held)
    return held.getvalue()


def document(fill: Callable[[Document], object] = lambda _: None) -> bytes:
    """A letter as DOCX."""
    made = docx.Document()
    made.add_heading("Welcome")
    for line in NOTICE:
        made.add_paragraph(line)
    fill(made)
    return saved(made)


def workbook(fill: Callable[[openpyxl.Workbook], object] = lambda _: None) -> bytes:
    """A fee schedule as XLSX."""
    made = openpyxl.Workbook()
    for row in (("Program", "Days", "Fee"), ("Morning Care", 5, 45.5), ("Homework Club", 3, 30)):
        made.active.append(row)
    fill(made)
    return saved(made)


def drawn_workbook(fill: Callable[[Drawn, DrawnSheet], object]) -> bytes:
    """A workbook with what openpyxl does not write: text boxes, charts. `fill` gets workbook and sheet."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Fees")
        sheet.write_row(0, 0, ("Program", "Days", "Fee"))
        fill(made, sheet)
    return held.getvalue()


def slides(fill: Callable[[Deck], object] = lambda _: None) -> bytes:
    """A parent evening as PPTX, one slide with a title."""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Parent evening"
    slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame.text = NOTICE[1]
    fill(made)
    return saved(made)


def opendocument(kind: str, fill: Callable[[OpenDocument], object] = lambda _: None) -> bytes:
    """A LibreOffice file: `text`, `spreadsheet` or `presentation`."""
    made = _KINDS[kind]()
    if kind == "text":
        for line in NOTICE:
            made.text.addElement(P(text=line))
    elif kind == "spreadsheet":
        made.spreadsheet.addElement(odf_table("Fees", [("Program", "Fee"), ("Morning Care", "45.50")]))
    fill(made)
    held = io.BytesIO()
    made.write(held)
    return held.getvalue()


def odf_table(name: str, rows: list[tuple[str, ...]], **attributes: object) -> Table:
    table = Table(name=name, **attributes)
    for cells in rows:
        row = TableRow()
        for text in cells:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    return table


def repacked(container: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The same container with parts replaced or added; the first stays first and unpacked, as ODF wants it."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(name, changes[name] if name in changes else old.read(name), how)
    return held.getvalue()


def part_of(container: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(container)) as packed:
        return packed.read(name)


def put_into(container: bytes, name: str, mark: str, instead: str) -> bytes:
    """Replace `mark`, which must be there, in one part of the container."""
    text = part_of(container, name).decode()
    assert mark in text, (name, mark)
    return repacked(container, {name: text.replace(mark, instead, 1).encode()})


def with_part(container: bytes, name: str, content: bytes, media_type: str, link_from: str, link_type: str) -> bytes:
    """Add a part the way Office does: with its type declared and a relation from another part."""
    folder, _, own = link_from.rpartition("/")
    relations = f"{folder}/_rels/{own}.rels".lstrip("/") if own else "_rels/.rels"
    types = part_of(container, "[Content_Types].xml").decode()
    types = types.replace("</Types>", f'<Override PartName="/{name}" ContentType="{media_type}"/></Types>')
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    try:
        linked = part_of(container, relations).decode()
    except KeyError:
        linked = empty
    link = f'<Relationship Id="rIdNew{len(linked)}" Type="{link_type}" Target="/{name}"/></Relationships>'
    linked = linked.replace("</Relationships>", link)
    return repacked(container, {name: content, "[Content_Types].xml": types.encode(), relations: linked.encode()})
