"""Leaks in slides, in OpenDocument files and in workbooks of the old kind."""

import io
from collections.abc import Callable

import xlwt
from odf import dc, draw, office, table, text
from odf.opendocument import OpenDocument
from odf.style import MasterPage, PageLayout
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide
from pptx.util import Inches

from tests.guard_corpus.cases import Scene, leak
from tests.guard_corpus.packages import (
    Deck,
    odf_table,
    opendocument,
    part_of,
    put_into,
    repacked,
    slides,
    with_part,
    workbook,
)
from tests.guard_corpus.pictures import file_of, of_lines

PPTX, ODT, ODS, ODP, XLS = "PPTX", "ODT", "ODS", "ODP", "XLS"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@leak(PPTX, "evening.pptx", who="anyone")
def text_of_a_slide(s: Scene) -> bytes:
    return slides(lambda made: _box(made.slides[0]).text_frame.add_paragraph().__setattr__("text", s.name))


def _box(slide: Slide) -> Shape:
    return slide.shapes.add_textbox(Inches(1), Inches(3), Inches(5), Inches(1))


@leak(PPTX, "evening.pptx")
def notes(s: Scene) -> bytes:
    return slides(lambda made: setattr(made.slides[0].notes_slide.notes_text_frame, "text", f"Praise {s.name}"))


@leak(PPTX, "evening.pptx")
def hidden_slide(s: Scene) -> bytes:
    def fill(made: Deck) -> None:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = s.name
        slide._element.set("show", "0")

    return slides(fill)


@leak(PPTX, "evening.pptx")
def runs_of_a_slide(s: Scene) -> bytes:
    def fill(made: Deck) -> None:
        paragraph = _box(made.slides[0]).text_frame.paragraphs[0]
        for at, letter in enumerate(s.name):
            paragraph.add_run().text = letter
            paragraph.runs[at].font.italic = at % 3 == 0

    return slides(fill)


@leak(PPTX, "evening.pptx")
def table_of_a_slide(s: Scene) -> bytes:
    def fill(made: Deck) -> None:
        grid = made.slides[0].shapes.add_table(1, 2, Inches(1), Inches(4), Inches(5), Inches(1)).table
        grid.cell(0, 0).text, grid.cell(0, 1).text = s.last, s.given

    return slides(fill)


@leak(PPTX, "evening.pptx")
def off_the_slide(s: Scene) -> bytes:
    def fill(made: Deck) -> None:
        box = made.slides[0].shapes.add_textbox(Inches(90), Inches(90), Inches(5), Inches(1))
        box.text_frame.text = s.name

    return slides(fill)


@leak(PPTX, "evening.pptx")
def comment_on_a_slide(s: Scene) -> bytes:
    xml = (
        '<p:cmLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cm authorId="0" idx="1">'
        f'<p:pos x="1" y="1"/><p:text>Leave {s.name} out</p:text></p:cm></p:cmLst>'
    )
    kind = "application/vnd.openxmlformats-officedocument.presentationml.comments+xml"
    return with_part(
        slides(), "ppt/comments/comment1.xml", xml.encode(), kind, "ppt/slides/slide1.xml", f"{_REL}/comments"
    )


@leak(PPTX, "evening.pptx")
def alternative_text(s: Scene) -> bytes:
    def fill(made: Deck) -> None:
        picture = made.slides[0].shapes.add_picture(
            io.BytesIO(file_of(of_lines("Hello").resize((60, 20)))), Inches(1), Inches(1)
        )
        picture._element.nvPicPr.cNvPr.set("descr", s.name)

    return slides(fill)


@leak(PPTX, "evening.pptx")
def master_of_the_slides(s: Scene) -> bytes:
    return slides(lambda made: setattr(made.slide_master.placeholders[0], "text", s.name))


@leak(PPTX, "evening.pptx", who="plain", or_unreadable=True)
def picture_on_a_slide(s: Scene) -> bytes:
    picture = io.BytesIO(file_of(of_lines("Star of the week", s.name, size=20)))
    return slides(lambda made: made.slides[0].shapes.add_picture(picture, Inches(1), Inches(1)))


@leak(PPTX, "evening.pptx")
def workbook_of_a_chart(s: Scene) -> bytes:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    def fill(made: Deck) -> None:
        told = CategoryChartData()
        told.categories = [f"{kid.given_name} {kid.family_name}" for kid in (s.child, *(kid for kid, _ in s.others(2)))]
        told.add_series("Days", (1, 2, 3))
        frame = (Inches(1), Inches(1), Inches(5), Inches(3))
        made.slides[0].shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *frame, told)

    return slides(fill)


@leak(PPTX, "evening.pptx")
def section_of_slides(s: Scene) -> bytes:
    made = slides()
    sections = (
        '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst xmlns:p14="http://schemas.'
        f'microsoft.com/office/powerpoint/2010/main"><p14:section name="{s.name}" id="{{1}}"/></p14:sectionLst></p:ext>'
        "</p:extLst></p:presentation>"
    )
    xml = part_of(made, "ppt/presentation.xml").decode()
    head = xml[: xml.index("<p:extLst>")] if "<p:extLst>" in xml else xml.removesuffix("</p:presentation>").rstrip()
    return repacked(made, {"ppt/presentation.xml": (head.removesuffix("</p:presentation>") + sections).encode()})


@leak(ODT, "letter.odt", who="anyone")
def a_paragraph(s: Scene) -> bytes:
    return opendocument("text", lambda made: made.text.addElement(text.P(text=s.name)))


@leak(ODT, "letter.odt")
def spans_and_blanks(s: Scene) -> bytes:
    def fill(made: OpenDocument) -> None:
        paragraph = text.P()
        paragraph.addElement(text.Span(text=s.given))
        paragraph.addElement(text.S(c=2))
        paragraph.addElement(text.Span(text=s.last[:3]))
        paragraph.addElement(text.Span(text=s.last[3:]))
        made.text.addElement(paragraph)

    return opendocument("text", fill)


@leak(ODT, "letter.odt")
def annotation(s: Scene) -> bytes:
    def fill(made: OpenDocument) -> None:
        note = office.Annotation()
        note.addElement(dc.Creator(text="Office"))
        note.addElement(text.P(text=f"And {s.name}?"))
        paragraph = text.P(text="See you.")
        paragraph.addElement(note)
        made.text.addElement(paragraph)

    return opendocument("text", fill)


@leak(ODT, "letter.odt")
def tracked_deletion(s: Scene) -> bytes:
    made = opendocument("text")
    change = (
        '<office:text><text:tracked-changes><text:changed-region xml:id="a"><text:deletion><office:change-info/>'
        f"<text:p>{s.name}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    return put_into(made, "content.xml", "<office:text>", change)


@leak(ODT, "letter.odt")
def hidden_paragraph(s: Scene) -> bytes:
    def fill(made: OpenDocument) -> None:
        paragraph = text.P()
        paragraph.addElement(text.HiddenText(condition="ooow:1", stringvalue=s.name))
        made.text.addElement(paragraph)

    return opendocument("text", fill)


@leak(ODT, "letter.odt")
def header_of_the_master_page(s: Scene) -> bytes:
    from odf.style import Header

    def fill(made: OpenDocument) -> None:
        layout = PageLayout(name="p")
        made.automaticstyles.addElement(layout)
        page = MasterPage(name="Standard", pagelayoutname="p")
        header = Header()
        header.addElement(text.P(text=s.name))
        page.addElement(header)
        made.masterstyles.addElement(page)

    return opendocument("text", fill)


@leak(ODT, "letter.odt")
def properties(s: Scene) -> bytes:
    return opendocument("text", lambda made: made.meta.addElement(dc.Subject(text=s.name)))


@leak(ODT, "letter.odt", who="plain", or_unreadable=True)
def picture(s: Scene) -> bytes:
    def fill(made: OpenDocument) -> None:
        where = made.addPicture("Pictures/a.png", "image/png", file_of(of_lines("Reader of May:", s.name, size=18)))
        frame = draw.Frame(width="9cm", height="2cm")
        frame.addElement(draw.Image(href=where))
        paragraph = text.P()
        paragraph.addElement(frame)
        made.text.addElement(paragraph)

    return opendocument("text", fill)


@leak(ODT, "letter.odt", or_unreadable=True)
def an_object_with_a_workbook(s: Scene) -> bytes:
    inner = workbook(lambda book: book.active.append([s.last, s.given]))
    return repacked(opendocument("text"), {"Object 1": inner})


@leak(ODT, "letter.odt")
def an_object_with_a_table(s: Scene) -> bytes:
    sheet = part_of(
        opendocument("spreadsheet", lambda made: made.spreadsheet.addElement(odf_table("x", [(s.last, s.given)]))),
        "content.xml",
    )
    return repacked(opendocument("text"), {"Object 1/content.xml": sheet})


@leak(ODS, "fees.ods", who="anyone")
def cells(s: Scene) -> bytes:
    return opendocument(
        "spreadsheet", lambda made: made.spreadsheet.addElement(odf_table("Other", [(s.last, s.given, "3")]))
    )


@leak(ODS, "fees.ods")
def a_sheet_that_is_not_shown(s: Scene) -> bytes:
    from odf.style import Style, TableProperties

    def fill(made: OpenDocument) -> None:
        style = Style(name="hid", family="table")
        style.addElement(TableProperties(display="false"))
        made.automaticstyles.addElement(style)
        made.spreadsheet.addElement(odf_table("Other", [(s.last, s.given, "3")], stylename=style))

    return opendocument("spreadsheet", fill)


@leak(ODS, "fees.ods", "student-number")
def a_value_shown_otherwise(s: Scene) -> bytes:
    def fill(made: OpenDocument) -> None:
        row, sheet = table.TableRow(), table.Table(name="Other")
        cell = table.TableCell(valuetype="string", stringvalue=s.number)
        cell.addElement(text.P(text="see office"))
        row.addElement(cell)
        sheet.addElement(row)
        made.spreadsheet.addElement(sheet)

    return opendocument("spreadsheet", fill)


@leak(ODS, "fees.ods")
def name_of_a_sheet(s: Scene) -> bytes:
    return opendocument("spreadsheet", lambda made: made.spreadsheet.addElement(odf_table(s.name, [("a", "b")])))


@leak(ODS, "fees.ods")
def condition_of_a_validation(s: Scene) -> bytes:
    def fill(made: OpenDocument) -> None:
        held = table.ContentValidations()
        condition = f'of:cell-content-is-in-list("{s.name}";"Somebody Else")'
        held.addElement(table.ContentValidation(name="v", condition=condition))
        made.spreadsheet.addElement(held)

    return opendocument("spreadsheet", fill)


@leak(ODP, "evening.odp")
def text_and_notes_of_a_slide(s: Scene) -> bytes:
    from odf.presentation import Notes

    def fill(made: OpenDocument) -> None:
        layout = PageLayout(name="p")
        made.automaticstyles.addElement(layout)
        made.masterstyles.addElement(MasterPage(name="m", pagelayoutname="p"))
        page, notes, frame, box = draw.Page(masterpagename="m"), Notes(), draw.Frame(), draw.TextBox()
        box.addElement(text.P(text=f"Praise {s.name}"))
        frame.addElement(box)
        notes.addElement(frame)
        page.addElement(notes)
        made.presentation.addElement(page)

    return opendocument("presentation", fill)


def _old_workbook(fill: Callable[[xlwt.Workbook, xlwt.Worksheet], object]) -> bytes:
    made, held = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = made.add_sheet("Fees")
    sheet.write(0, 0, "Program")
    fill(made, sheet)
    made.save(held)
    return held.getvalue()


@leak(XLS, "fees.xls", who="anyone")
def cell_of_the_old_kind(s: Scene) -> bytes:
    return _old_workbook(lambda _, sheet: sheet.write(4, 0, s.name))


@leak(XLS, "fees.xls")
def hidden_sheet_of_the_old_kind(s: Scene) -> bytes:
    def fill(made: xlwt.Workbook, _: xlwt.Worksheet) -> None:
        other = made.add_sheet("Other")
        other.visibility = 2
        other.write(0, 0, s.last)
        other.write(0, 1, s.given)

    return _old_workbook(fill)


@leak(XLS, "fees.xls", "student-number")
def number_of_the_old_kind(s: Scene) -> bytes:
    return _old_workbook(lambda _, sheet: sheet.write(4, 0, int(s.number) if s.number.isdigit() else s.number))


@leak(XLS, "fees.xls")
def header_of_the_old_kind(s: Scene) -> bytes:
    return _old_workbook(lambda _, sheet: setattr(sheet, "header_str", f"&L{s.name}".encode()))


@leak(XLS, "fees.xls", or_unreadable=True)
def formula_of_the_old_kind(s: Scene) -> bytes:
    return _old_workbook(lambda _, sheet: sheet.write(4, 0, xlwt.Formula(f'IF(A1="x";"{s.name}";"")')))


@leak(XLS, "fees.xls")
def name_of_an_old_sheet(s: Scene) -> bytes:
    return _old_workbook(lambda made, _: made.add_sheet(s.name))
