"""OpenDocument (odt, ods, odp): where a name may stand, and how tables read."""

import base64
import io

import carriers
import office_carriers
import pytest
from odf import draw, office, presentation, style, table, text
from odf.element import Element
from odf.opendocument import (
    OpenDocument,
    OpenDocumentPresentation,
    OpenDocumentSpreadsheet,
    OpenDocumentText,
)
from PIL import Image

from portal.reading.budget import CannotRead

NAME = carriers.NAME
HEAD = '<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="a" xmlns:draw="d" xmlns:style="s">'


def saved(made: OpenDocument) -> bytes:
    held = io.BytesIO()
    made.write(held)
    return held.getvalue()


CHART = "<a><table-row><table-cell><p>Ana</p></table-cell><table-cell><p>Rivera</p></table-cell></table-row></a>"
LETTER = saved(OpenDocumentText())
SHEETS = saved(OpenDocumentSpreadsheet())
SLIDES = saved(OpenDocumentPresentation())


def texts(data: bytes) -> dict[str, str]:
    """What is said, by place."""
    said: dict[str, str] = {}
    for part in office_carriers.gathered(data).parts:
        said[part.place] = f"{said.get(part.place, '')}\n\n{part.text}".strip("\n")
    return said


def cell(words: str, *more: Element, **attributes: str) -> Element:
    made = table.TableCell(**attributes)
    for element in more:
        made.addElement(element)
    if words:
        made.addElement(text.P(text=words))
    return made


def one_table(*rows: list[Element], name: str = "Sheet1", **attributes: object) -> table.Table:
    made = table.Table(name=name, **attributes)
    for cells in rows:
        row = table.TableRow()
        for found in cells:
            row.addElement(found)
        made.addElement(row)
    return made


def spreadsheet(*tables: table.Table) -> bytes:
    made = OpenDocumentSpreadsheet()
    for found in tables:
        made.spreadsheet.addElement(found)
    return saved(made)


def test_a_letter_s_runs_tables_and_notes_are_read():
    made = OpenDocumentText()
    paragraph = text.P(text="An")
    paragraph.addElement(text.Span(text="a Ri"))
    paragraph.addText("vera")
    note = office.Annotation()
    note.addElement(text.P(text="Ask Tom Lee"))
    paragraph.addElement(note)
    made.text.addElement(paragraph)
    made.text.addElement(one_table([cell("Rivera"), cell(""), cell("Lou")]))
    said = texts(saved(made))
    assert said["text"].startswith("Ana Rivera\n\nRivera\t\tLou")
    assert said["text, comments"] == "Ask Tom Lee"


def test_rows_of_a_sheet_line_up_and_repeated_cells_cost_nothing():
    born = cell("12.05.16", valuetype="date", datevalue="2016-05-12")
    phone = cell("704-555-0142", valuetype="float", value="7045550142")
    wide = one_table(
        [cell("Family"), cell("Given"), cell("Born"), cell("Phone")],
        [cell("Rivera"), cell("Ana"), born, phone, cell("", numbercolumnsrepeated="16000"), cell("far")],
    )
    assert texts(spreadsheet(wide))["sheet 1, rows 1-2"] == (
        "Family\tGiven\tBorn\tPhone\n\nRivera\tAna\t2016-05-12 12.05.16\t7045550142 704-555-0142\tfar"
    )


def test_a_value_repeated_a_million_times_is_told_once():
    row = table.TableRow(numberrowsrepeated="1048576")
    row.addElement(cell(NAME, numbercolumnsrepeated="16384"))
    made = table.Table(name="Sheet1")
    made.addElement(row)
    assert texts(spreadsheet(made))["sheet 1, row 1"] == NAME


def test_hidden_sheets_rows_and_columns_are_told():
    body = (
        f"{HEAD}<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>"
        "<table:table table:name='Sheet1'><table:table-column table:visibility='collapse'/><table:table-row>"
        "<table:table-cell><text:p>Open</text:p></table:table-cell></table:table-row>"
        "<table:table-row table:visibility='filter'>"
        "<table:table-cell><text:p>Ana Rivera</text:p></table:table-cell></table:table-row></table:table>"
        "<table:table table:name='Sheet2' table:style-name='ta2'><table:table-row>"
        "<table:table-cell><text:p>Rivera</text:p></table:table-cell>"
        "<table:table-cell table:formula='of:=\"Ana\"'><text:p>Ana</text:p></table:table-cell>"
        "</table:table-row></table:table></office:document-content>"
    )
    gathered = office_carriers.gathered(carriers.repacked(SHEETS, {"content.xml": body.encode()}))
    said = {part.place: part.text for part in gathered.parts}
    assert said["sheet 1, hidden row 2, some columns hidden"] == NAME
    assert said["sheet 2 (hidden), row 1"] == "Rivera\tAna"
    assert said["sheet 2 (hidden), formulas, row 1"] == 'of:="Ana"'
    assert (gathered.sheets, gathered.hidden) == (2, 2)


def test_a_cell_s_comment_is_no_part_of_the_cell():
    note = office.Annotation()
    note.addElement(text.P(text=f"Ask {NAME}"))
    said = texts(spreadsheet(one_table([cell("Tom", note), cell("Lee")])))
    assert said["sheet 1, row 1"] == "Tom\tLee"
    assert said["sheet 1, comments"] == f"Ask {NAME}"


def test_tracked_deletions_are_read():
    body = (
        f"{HEAD}<text:tracked-changes><text:changed-region><text:deletion><text:p>Ana Rivera</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:p>Hello</text:p></office:document-content>"
    )
    said = texts(carriers.repacked(LETTER, {"content.xml": body.encode()}))
    assert said["text, before tracked changes"] == NAME
    assert said["text"] == "Hello"


def test_a_deletion_stands_where_it_was_in_the_text_before_it():
    by = "<office:change-info><dc:creator>Tom</dc:creator></office:change-info>"
    change = f"<text:changed-region text:id='{{}}'><text:{{}}>{by}"
    body = (
        f"{HEAD}<text:tracked-changes>{change.format('c1', 'deletion')}<text:p>Rivera</text:p></text:deletion>"
        f"</text:changed-region>{change.format('c2', 'insertion')}</text:insertion></text:changed-region>"
        "</text:tracked-changes><text:p>Thank Ana <text:change-start text:change-id='c2'/>Lee"
        "<text:change-end text:change-id='c2'/> <text:change text:change-id='c1'/></text:p></office:document-content>"
    )
    said = texts(carriers.repacked(LETTER, {"content.xml": body.encode()}))
    assert said["text"].startswith("Thank Ana Lee")
    assert "Thank Ana  Rivera" in said["text, before tracked changes"].split("\n\n")


@pytest.mark.parametrize(("where", "content"), [("draw:image", carriers.png(400, 300)), ("draw:object-ole", b"PK\3\4")])
def test_a_picture_or_object_that_stands_in_the_text_itself_is_looked_at(where: str, content: bytes):
    packed = f"<{where}><office:binary-data>\n  {base64.encodebytes(content).decode()}</office:binary-data></{where}>"
    body = f"{HEAD}<text:p>Hello {packed}</text:p></office:document-content>"
    letter = carriers.repacked(LETTER, {"content.xml": body.encode()})
    if content.startswith(b"PK"):
        with pytest.raises(CannotRead):
            office_carriers.gathered(letter)
    else:
        assert office_carriers.gathered(letter).pictures
        assert "iVBOR" not in texts(letter)["text"]


def test_slides_their_notes_and_their_tables_are_read_one_by_one():
    made = OpenDocumentPresentation()
    hiding = style.Style(name="dp1", family="drawing-page")
    hiding.addElement(style.DrawingPageProperties(visibility="hidden"))
    made.automaticstyles.addElement(hiding)
    look = style.PageLayout(name="look")
    made.automaticstyles.addElement(look)
    master = style.MasterPage(name="master", pagelayoutname=look)
    made.masterstyles.addElement(master)
    for words, hidden in (("Welcome", None), (NAME, hiding)):
        page = draw.Page(masterpagename=master, **({"stylename": hidden} if hidden else {}))
        frame = draw.Frame(width="1cm", height="1cm")
        box = draw.TextBox()
        box.addElement(text.P(text=words))
        frame.addElement(box)
        page.addElement(frame)
        notes = presentation.Notes()
        said = draw.Frame(width="1cm", height="1cm")
        inner = draw.TextBox()
        inner.addElement(text.P(text=f"Speak of {words}"))
        said.addElement(inner)
        notes.addElement(said)
        page.addElement(notes)
        made.presentation.addElement(page)
    gathered = office_carriers.gathered(saved(made))
    told = {part.place: part.text for part in gathered.parts}
    assert told["slide 1"].startswith("Welcome")
    assert NAME in told["slide 2 (hidden)"]
    assert NAME in told["slide 2 (hidden), speaker notes"]
    assert (gathered.pages, gathered.hidden) == (2, 3)


@pytest.mark.parametrize(
    ("part", "content", "place"),
    [
        ("meta.xml", f"<a><creator>{NAME}</creator></a>", "properties"),
        ("meta.xml", "<a><user-defined name='Student number'>100231</user-defined></a>", "properties"),
        ("styles.xml", f"<a><header><p>{NAME}</p></header></a>", "headers, footers and styles"),
        ("settings.xml", f"<a><config-item name='PrinterName'>{NAME}</config-item></a>", "settings"),
        ("Object 1/content.xml", CHART, "object inside, text"),
        ("ObjectReplacements/Object 1", "VCLMTF\1\0\0Ana Rivera", "picture 1"),
        ("Pictures/TablePreview1.svm", "VCLMTF\1\0\0Ana Rivera", "picture 1"),
        ("META-INF/documentsignatures.xml", f"<a><X509IssuerName>{NAME}</X509IssuerName></a>", "other parts"),
        ("manifest.rdf", f"<a b='{NAME}'/>", "list of parts"),
    ],
)  # fmt: skip
def test_a_name_is_found_beside_the_text(part: str, content: str, place: str):
    said = texts(carriers.repacked(LETTER, {part: content.encode()}))
    assert any(sign in " ".join(said[place].split()) for sign in (NAME, "100231"))


def test_what_older_programs_declare_is_innocent():
    declared = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><a/>'
    parts = {"META-INF/manifest.xml": declared, "layout-cache": b"\1\0\5\0", "Basic/script-lc.xml": b"<a/>"}
    assert office_carriers.gathered(carriers.repacked(LETTER, parts)).parts


@pytest.mark.parametrize("whole", [LETTER, carriers.document(lambda made: made.add_paragraph("Hello"))])
def test_only_the_programs_own_thumbnail_is_not_looked_at(whole: bytes):
    before = office_carriers.gathered(whole).pictures
    hidden = carriers.repacked(whole, {"Thumbnails/other.png": carriers.png(400, 300)})
    assert len(office_carriers.gathered(hidden).pictures) == len(before) + 1, "nobody hides a picture in that folder"


def test_the_thumbnail_libreoffice_makes_is_counted_alone():
    read = office_carriers.gathered(carriers.repacked(LETTER, {"Thumbnails/thumbnail.png": carriers.png(400, 300)}))
    assert (len(read.pictures), read.seen) == (0, 1)


def test_a_thumbnail_larger_than_libreoffice_makes_one_is_looked_at():
    read = office_carriers.gathered(carriers.repacked(LETTER, {"Thumbnails/thumbnail.png": carriers.png(600, 150)}))
    assert len(read.pictures) == 1


def test_a_thumbnail_that_the_letter_shows_is_looked_at():
    shows = carriers.part_of(LETTER, "content.xml").replace(
        b"</office:body>", b"<a b='Thumbnails/thumbnail.png'/></office:body>"
    )
    picture = {"Thumbnails/thumbnail.png": carriers.png(400, 300)}
    assert office_carriers.gathered(carriers.repacked(LETTER, {**picture, "content.xml": shows})).pictures


def test_bitmaps_in_the_picture_of_an_object_are_looked_at_and_such_a_picture_alone_is_refused():
    held = io.BytesIO()
    Image.new("RGB", (200, 80), "white").save(held, "BMP")
    drawn = b"VCLMTF\1\0" + bytes(20) + held.getvalue() + bytes(20)
    assert office_carriers.gathered(carriers.repacked(LETTER, {"ObjectReplacements/Object 1": drawn})).pictures
    with pytest.raises(CannotRead, match="picture"):
        office_carriers.gathered(carriers.repacked(LETTER, {"Pictures/1.svm": drawn}))


def test_a_sheet_s_name_stands_above_its_first_rows():
    said = texts(spreadsheet(one_table(*([cell("Ana"), cell("3")] for _ in range(21)), name="Rivera")))
    assert said["sheet 1, rows 1-21"].startswith("Rivera\n\nAna\t3")
