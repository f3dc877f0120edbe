"""Leaks in what a workbook keeps beside its cells, and in what is drawn over them."""

import io

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.guard_corpus.cases import Scene, leak
from tests.guard_corpus.packages import (
    Drawn,
    DrawnSheet,
    drawn_workbook,
    put_into,
    repacked,
    with_part,
    workbook,
)
from tests.guard_corpus.pictures import file_of, of_lines

CELLS, BESIDE, DRAWN = "XLSX cells", "XLSX part", "XLSX drawn"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@leak(BESIDE, "fees.xlsx")
def comment(s: Scene) -> bytes:
    return workbook(lambda book: setattr(book.active["A1"], "comment", Comment(f"Ask {s.name}", "Office")))


@leak(BESIDE, "fees.xlsx")
def author_of_a_comment(s: Scene) -> bytes:
    return workbook(lambda book: setattr(book.active["A1"], "comment", Comment("Ask", s.name)))


@leak(BESIDE, "fees.xlsx")
def threaded_comment(s: Scene) -> bytes:
    xml = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<threadedComment ref="A1" id="{{1}}" personId="{{2}}"><text>Has {s.name} paid?</text></threadedComment>'
        "</ThreadedComments>"
    )
    kind, link = (
        "application/vnd.ms-excel.threadedcomments+xml",
        "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
    )
    return with_part(
        workbook(), "xl/threadedComments/threadedComment1.xml", xml.encode(), kind, "xl/worksheets/sheet1.xml", link
    )


@leak(BESIDE, "fees.xlsx")
def person_of_a_thread(s: Scene) -> bytes:
    xml = (
        '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        f'<person displayName="{s.name}" id="{{2}}" userId="S::x" providerId="AD"/></personList>'
    )
    kind, link = (
        "application/vnd.ms-excel.person+xml",
        "http://schemas.microsoft.com/office/2017/10/relationships/person",
    )
    return with_part(workbook(), "xl/persons/person.xml", xml.encode(), kind, "xl/workbook.xml", link)


@leak(BESIDE, "fees.xlsx")
def header_and_footer(s: Scene) -> bytes:
    return workbook(lambda book: setattr(book.active.oddFooter.center, "text", s.name))


@leak(BESIDE, "fees.xlsx")
def header_in_bold_pieces(s: Scene) -> bytes:
    made = workbook(lambda book: setattr(book.active.oddHeader.left, "text", "KEEP"))
    cut = len(s.last) // 2
    return put_into(made, "xl/worksheets/sheet1.xml", "KEEP", f"{s.given} {s.last[:cut]}&amp;B{s.last[cut:]}")


@leak(BESIDE, "fees.xlsx")
def defined_name(s: Scene) -> bytes:
    known = DefinedName("chosen", attr_text=f'"{s.name}"')
    return workbook(lambda book: book.defined_names.__setitem__("chosen", known))


@leak(BESIDE, "fees.xlsx", who="plain")
def name_of_a_defined_name(s: Scene) -> bytes:
    known = DefinedName(f"{s.given}_{s.last}", attr_text="Sheet!$A$1")
    return workbook(lambda book: book.defined_names.__setitem__(known.name, known))


@leak(BESIDE, "fees.xlsx")
def list_of_a_data_validation(s: Scene) -> bytes:
    names = [f"{kid.given_name} {kid.family_name}" for kid in (s.child, *(kid for kid, _ in s.others(3)))]

    def fill(book: Workbook) -> None:
        choice = DataValidation("list", formula1=f'"{",".join(names)}"')
        book.active.add_data_validation(choice)
        choice.add("D2")

    return workbook(fill)


@leak(BESIDE, "fees.xlsx")
def hint_of_a_data_validation(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        hint = DataValidation("whole", prompt=f"Days of {s.name}", promptTitle="Days")
        book.active.add_data_validation(hint)
        hint.add("B2")

    return workbook(fill)


@leak(BESIDE, "fees.xlsx")
def pivot_cache(s: Scene) -> bytes:
    kids = (s.child, *(kid for kid, _ in s.others(3)))
    items = "".join(f'<s v="{kid.family_name}, {kid.given_name}"/>' for kid in kids)
    xml = (
        f'<pivotCacheDefinition xmlns="{_MAIN}"><cacheSource type="worksheet"><worksheetSource ref="A1:B9" sheet="x"/>'
        f'</cacheSource><cacheFields count="1"><cacheField name="Child"><sharedItems count="4">{items}</sharedItems>'
        "</cacheField></cacheFields></pivotCacheDefinition>"
    )
    name, kind = "xl/pivotCache/pivotCacheDefinition1.xml", f"{_SHEET}.pivotCacheDefinition+xml"
    return with_part(workbook(), name, xml.encode(), kind, "xl/workbook.xml", f"{_REL}/pivotCacheDefinition")


@leak(BESIDE, "fees.xlsx")
def pivot_records_apart(s: Scene) -> bytes:
    kids = (s.child, *(kid for kid, _ in s.others(5)))
    rows = "".join(f'<r><s v="{kid.family_name}"/><n v="3"/><s v="{kid.given_name}"/></r>' for kid in kids)
    xml = f'<pivotCacheRecords xmlns="{_MAIN}" count="6">{rows}</pivotCacheRecords>'
    return repacked(workbook(), {"xl/pivotCache/pivotCacheRecords1.xml": xml.encode()})


@leak(BESIDE, "fees.xlsx")
def cache_of_an_external_link(s: Scene) -> bytes:
    xml = (
        f'<externalLink xmlns="{_MAIN}"><externalBook><sheetNames><sheetName val="E"/></sheetNames><sheetDataSet>'
        f'<sheetData sheetId="0"><row r="2"><cell r="A2" t="str"><v>{s.last}</v></cell>'
        f'<cell r="B2" t="str"><v>{s.given}</v></cell></row>'
        "</sheetData></sheetDataSet></externalBook></externalLink>"
    )
    kind = f"{_SHEET}.externalLink+xml"
    return with_part(
        workbook(), "xl/externalLinks/externalLink1.xml", xml.encode(), kind, "xl/workbook.xml", f"{_REL}/externalLink"
    )


@leak(BESIDE, "fees.xlsx")
def filter_that_hides_all_but_one(s: Scene) -> bytes:
    def fill(book: Workbook) -> None:
        book.active.auto_filter.ref = "A1:C3"
        book.active.auto_filter.add_filter_column(0, [s.name])

    return workbook(fill)


@leak(BESIDE, "fees.xlsx")
def heading_of_a_table(s: Scene) -> bytes:
    def fill(_: Drawn, sheet: DrawnSheet) -> None:
        sheet.add_table("E1:F3", {"columns": [{"header": s.name}, {"header": "Days"}]})

    return drawn_workbook(fill)


@leak(BESIDE, "fees.xlsx")
def rule_of_a_conditional_format(s: Scene) -> bytes:
    def fill(book: Drawn, sheet: DrawnSheet) -> None:
        rule = {"type": "text", "criteria": "containing", "value": s.name, "format": book.add_format({"bold": True})}
        sheet.conditional_format("A1:A9", rule)

    return drawn_workbook(fill)


@leak(BESIDE, "fees.xlsx")
def properties(s: Scene) -> bytes:
    return workbook(lambda book: setattr(book.properties, "subject", s.name))


@leak(BESIDE, "fees.xlsx", "e-mail")
def link_of_a_cell(s: Scene) -> bytes:
    return drawn_workbook(
        lambda _, sheet: sheet.write_url(4, 0, f"mailto:{s.email}?subject=Fees", string="Write to us")
    )


@leak(BESIDE, "fees.xlsx")
def tip_of_a_link(s: Scene) -> bytes:
    return drawn_workbook(
        lambda _, sheet: sheet.write_url(4, 0, "https://riverbend.example", tip=s.name, string="Site")
    )


@leak(BESIDE, "fees.xlsx")
def custom_xml(s: Scene) -> bytes:
    xml = f"<a xmlns='urn:x'>{s.name}</a>".encode()
    return with_part(workbook(), "customXml/item1.xml", xml, "application/xml", "", f"{_REL}/customXml")


@leak(BESIDE, "fees.xlsx")
def scenario(s: Scene) -> bytes:
    made = workbook()
    scenario = f'<scenario name="{s.name}" count="1"><inputCells r="B2" val="3"/></scenario>'
    what_if = f"<scenarios>{scenario}</scenarios><pageMargins"
    return put_into(made, "xl/worksheets/sheet1.xml", "<pageMargins", what_if)


@leak(BESIDE, "fees.xlsx")
def query_of_a_connection(s: Scene) -> bytes:
    xml = (
        f'<connections xmlns="{_MAIN}"><connection id="1" name="q"><dbPr connection="x" command="SELECT * FROM c WHERE'
        f'&quot;{s.last}, {s.given}&quot;"/></connection></connections>'
    )
    return with_part(
        workbook(),
        "xl/connections.xml",
        xml.encode(),
        f"{_SHEET}.connections+xml",
        "xl/workbook.xml",
        f"{_REL}/connections",
    )


@leak(DRAWN, "fees.xlsx")
def text_box(s: Scene) -> bytes:
    return drawn_workbook(lambda _, sheet: sheet.insert_textbox(5, 1, f"Ask {s.name}"))


@leak(DRAWN, "fees.xlsx")
def title_of_a_chart(s: Scene) -> bytes:
    def fill(book: Drawn, sheet: DrawnSheet) -> None:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Fees!$B$2:$B$3", "name": "Days"})
        chart.set_title({"name": f"Days of {s.name}"})
        sheet.insert_chart("E2", chart)

    return drawn_workbook(fill)


@leak(DRAWN, "fees.xlsx")
def cached_categories_of_a_chart(s: Scene) -> bytes:
    kids = [s.child, *(kid for kid, _ in s.others(3))]

    def fill(book: Drawn, sheet: DrawnSheet) -> None:
        hidden = book.add_worksheet("Scores")
        hidden.hide()
        for row, kid in enumerate(kids):
            hidden.write_row(row, 0, (f"{kid.given_name} {kid.family_name}", row))
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"categories": "=Scores!$A$1:$A$4", "values": "=Scores!$B$1:$B$4"})
        sheet.insert_chart("E2", chart)

    return drawn_workbook(fill)


@leak(DRAWN, "fees.xlsx", who="plain", or_unreadable=True)
def picture_of_text(s: Scene) -> bytes:
    picture = io.BytesIO(file_of(of_lines("Best reader", s.name, size=18)))
    return drawn_workbook(lambda _, sheet: sheet.insert_image(5, 1, "a.png", {"image_data": picture}))


@leak(DRAWN, "fees.xlsx")
def description_of_a_picture(s: Scene) -> bytes:
    picture = io.BytesIO(file_of(of_lines("Hello").resize((60, 20))))
    return drawn_workbook(
        lambda _, sheet: sheet.insert_image(5, 1, "a.png", {"image_data": picture, "description": s.name})
    )


@leak(DRAWN, "fees.xlsx")
def the_old_look_of_a_comment(s: Scene) -> bytes:
    made = drawn_workbook(lambda _, sheet: sheet.write_comment("A1", "Ask"))
    return put_into(made, "xl/drawings/vmlDrawing1.vml", '<div style="text-align:left"></div>', f"<div>{s.name}</div>")
