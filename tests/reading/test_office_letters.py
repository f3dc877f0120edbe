"""Letters and slides (docx, pptx): where a name may stand, and that it is found there."""

import base64
import io
import struct
from collections.abc import Callable

import carriers
import docx
import office_carriers
import pptx
import pytest
from docx.oxml import parse_xml
from PIL import Image

NAME = carriers.NAME
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
EMPTY = b"PK\5\6" + bytes(18)
PLAIN = carriers.document(lambda _: None)
SLIDES = office_carriers.presentation(lambda _: None)


def texts(data: bytes) -> dict[str, str]:
    """What is said, by place."""
    said: dict[str, str] = {}
    for part in office_carriers.gathered(data).parts:
        said[part.place] = f"{said.get(part.place, '')}\n\n{part.text}".strip("\n")
    return said


def body(inner: str) -> bytes:
    """A letter with one more paragraph."""
    return carriers.document(lambda made: made.element.body.insert(0, parse_xml(f"<w:p {W}>{inner}</w:p>")))


def with_part(name: str, content: str) -> bytes:
    return carriers.repacked(PLAIN, {name: content.encode()})


def noted(made: pptx.presentation.Presentation) -> None:
    made.slides[0].notes_slide.notes_text_frame.text = NAME


def tabled(made: pptx.presentation.Presentation) -> None:
    table = made.slides[0].shapes.add_table(1, 2, 0, 0, 100, 100).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Rivera", "Ana"


def hidden(made: pptx.presentation.Presentation) -> None:
    slide = made.slides.add_slide(made.slide_layouts[0])
    slide.shapes.title.text = NAME
    slide._element.set("show", "0")


def told_apart(made: pptx.presentation.Presentation) -> None:
    made.slides[0].shapes[0]._element.nvSpPr.cNvPr.set("descr", NAME)


TEXT_BOX = (
    "<w:r><w:t>Dear </w:t></w:r><w:r><w:pict><v:textbox xmlns:v='v'><w:txbxContent><w:p><w:r><w:t>Ana </w:t></w:r>"
    "<w:r><w:t>Rivera</w:t></w:r></w:p></w:txbxContent></v:textbox></w:pict></w:r><w:r><w:t>family</w:t></w:r>"
)
MERGED = (
    "<w:r><w:t>Dear </w:t></w:r><w:r><w:instrText> MERGEFIELD Given </w:instrText></w:r><w:r><w:t>Ana</w:t></w:r>"
    "<w:r><w:t xml:space='preserve'> </w:t></w:r><w:r><w:instrText> MERGEFIELD Family </w:instrText></w:r>"
    "<w:r><w:t>Rivera</w:t></w:r>"
)
CHANGED = (
    "<w:r><w:t>Ana </w:t></w:r><w:del><w:r><w:delText>Rivera</w:delText></w:r></w:del>"
    "<w:ins><w:r><w:t>Lee</w:t></w:r></w:ins>"
)
SHAPE = base64.b64encode(carriers.repacked(EMPTY, {"drs/drawing.xml": f"<a b='{NAME}'/>".encode()})).decode()
HTML = "<html><body>Ana Rivera</body></html>"
RUBY = (
    f"<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>{NAME}</w:t></w:r></w:rt>"
    "<w:rubyBase><w:r><w:t>x</w:t></w:r></w:rubyBase></w:ruby></w:r>"
)

FOUND: dict[str, tuple[Callable[[], bytes], str]] = {
    "runs": (lambda: carriers.document(carriers.in_runs), "text"),
    "header": (lambda: carriers.document(lambda d: d.sections[0].header.paragraphs[0].add_run(NAME)), "headers"),
    "footer": (
        lambda: carriers.document(lambda d: d.sections[0].footer.paragraphs[0].add_run(NAME)),
        "footers and notes",
    ),
    "comment": (lambda: carriers.document(lambda d: d.add_comment(d.paragraphs[0].runs, NAME)), "comments"),
    "comment's author": (
        lambda: carriers.document(lambda d: d.add_comment(d.paragraphs[0].runs, "Ask", author=NAME)),
        "comments",
    ),
    "author": (lambda: carriers.document(lambda d: setattr(d.core_properties, "author", NAME)), "properties"),
    "footnote": (
        lambda: with_part("word/footnotes.xml", f"<w:footnotes {W}><w:p><w:t>{NAME}</w:t></w:p></w:footnotes>"),
        "footers and notes",
    ),
    "text box": (lambda: body(TEXT_BOX), "text"),
    "mail merge": (lambda: body(MERGED), "text"),
    "tracked deletion": (lambda: body(CHANGED), "text, before tracked changes"),
    "tracked insertion": (lambda: body(f"<w:ins><w:r><w:t>{NAME}</w:t></w:r></w:ins>"), "text"),
    "two runs without a blank": (lambda: body("<w:r><w:t>Ana</w:t></w:r><w:r><w:t>Rivera</w:t></w:r>"), "text"),
    "two lines": (lambda: body(f"<w:r><w:t>{NAME.split()[0]}</w:t><w:br/><w:t>Rivera</w:t></w:r>"), "text"),
    "alternative text": (
        lambda: body(f"<w:r><w:drawing><wp:docPr xmlns:wp='wp' id='1' descr='{NAME}'/></w:drawing></w:r>"),
        "text",
    ),
    "word art": (lambda: body(f"<w:r><w:pict><v:textpath xmlns:v='v' string='{NAME}'/></w:pict></w:r>"), "text"),
    "hidden text": (lambda: body(f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{NAME}</w:t></w:r>"), "text"),
    "link": (
        lambda: with_part("word/_rels/x.xml.rels", "<a><b Target='mailto:x?subject=Ana%20Rivera'/></a>"),
        "links",
    ),
    "shape in an attribute": (
        lambda: body(f"<w:r><w:pict><v:shape xmlns:v='v' gfxdata='{SHAPE}'/></w:pict></w:r>"),
        "drawings",
    ),
    "number in custom data": (lambda: with_part("customXml/item9.xml", "<a id='100231'/>"), "custom data"),
    "custom data": (lambda: with_part("customXml/item9.xml", "<a><b>Ana</b><c>Rivera</c></a>"), "custom data"),
    "custom data in attributes": (
        lambda: with_part("customXml/item9.xml", "<a><b given='Ana' family='Rivera'/></a>"),
        "custom data",
    ),
    "building block": (
        lambda: with_part("word/glossary/document.xml", f"<w:p {W}><w:t>{NAME}</w:t></w:p>"),
        "building blocks",
    ),
    "diagram": (lambda: with_part("word/diagrams/data1.xml", f"<a><p><t>{NAME}</t></p></a>"), "diagrams"),
    "XML comment": (lambda: with_part("word/document2.xml", f"<a><!-- {NAME} --></a>"), "text"),
    "page put in whole": (lambda: with_part("word/afchunk1.html", HTML), "file inside: text"),
    "part's name": (lambda: with_part("word/Ana Rivera.xml", "<a/>"), "part names"),
    "slide": (lambda: office_carriers.presentation(lambda p: setattr(p.slides[0].shapes[1], "text", NAME)), "slide 1"),
    "slide's notes": (lambda: office_carriers.presentation(noted), "slide 1, speaker notes"),
    "slide's table": (lambda: office_carriers.presentation(tabled), "slide 1"),
    "hidden slide": (lambda: office_carriers.presentation(hidden), "slide 2 (hidden)"),
    "slide's alternative text": (lambda: office_carriers.presentation(told_apart), "slide 1"),
    "slide's comment": (
        lambda: carriers.repacked(SLIDES, {"ppt/comments/comment1.xml": f"<a><text>{NAME}</text></a>".encode()}),
        "comments",
    ),
    "slides' section": (
        lambda: carriers.repacked(SLIDES, {"ppt/presProps.xml": f"<a><section name='{NAME}'/></a>".encode()}),
        "other parts",
    ),
    "slide master": (
        lambda: carriers.repacked(SLIDES, {"ppt/slideMasters/x.xml": f"<a><p><t>{NAME}</t></p></a>".encode()}),
        "slide masters",
    ),
}


@pytest.mark.parametrize("carrier", FOUND)
def test_a_name_is_found_where_it_stands(carrier: str):
    make, place = FOUND[carrier]
    text = texts(make()).get(place, "").replace("\n", " ").replace("\t", " ")
    assert any(sign in text for sign in (NAME, "Rivera Ana", "100231")), text


def test_cells_are_parted_by_tabs_and_rows_by_blank_lines():
    def fill(made: docx.document.Document) -> None:
        table = made.add_table(2, 3)
        for row, names in zip(table.rows, (("Family", "", "Given"), ("Rivera", "", "Ana")), strict=True):
            for cell, name in zip(row.cells, names, strict=True):
                cell.text = name
        table.rows[1].cells[2].add_paragraph("Lou")
        made.add_paragraph("After")

    said = texts(carriers.document(fill))["text"]
    assert said.startswith("Welcome to the program.\n\nFamily\t\tGiven\n\nRivera\t\tAna\nLou\n\nAfter")


def test_children_below_each_other_go_with_the_family_in_the_cell_merged_beside_them():
    def fill(made: docx.document.Document) -> None:
        table = made.add_table(14, 2)
        table.cell(0, 0).merge(table.cell(11, 0)).text = "Rivera"
        for row, words in enumerate(("Children", "Tom", *["Kim"] * 9, "Ana", "grade 3", "Lou")):
            table.cell(row, 1).text = words
        table.cell(12, 0).text = "12 in all"

    said = texts(carriers.document(fill))["text"]
    assert {"Rivera\tTom", "Rivera\tAna", "12 in all\tgrade 3"} <= {*said.split("\n\n")}
    assert "Rivera\tLou" not in said
    assert "12 in all\tLou" not in said


def test_where_tabs_stop_is_no_tab():
    said = texts(
        body("<w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>A</w:t><w:tab/><w:t>B</w:t></w:r>")
    )
    assert said["text"].startswith("A\tB\n")


def test_measures_between_words_do_not_part_them():
    position = (
        "<wp:positionH xmlns:wp='wp'><wp:align>center</wp:align><wp:posOffset>-914400</wp:posOffset></wp:positionH>"
    )
    said = texts(
        body(f"<w:r><w:t>An</w:t></w:r><w:r><w:drawing>{position}</w:drawing></w:r><w:r><w:t>a Rivera</w:t></w:r>")
    )
    assert "Ana Rivera" in said["text"]


def test_a_phonetic_guide_clings_to_no_word():
    assert f"{NAME} x" in texts(body(RUBY))["text"]


def test_words_cut_by_spelling_marks_are_not_given_twice():
    said = texts(body("<w:r><w:t>Wel</w:t></w:r><w:r><w:t>come home</w:t></w:r>"))["text"]
    assert "Wel come" not in said


def test_files_inside_are_read_in_any_wrapping():
    sheet = carriers.workbook(carriers.in_a_hidden_sheet)
    for name, content in (
        ("word/embeddings/Sheet1.xlsx", sheet),
        ("word/embeddings/oleObject1.bin", office_carriers.compound({"Package": sheet, "\x01CompObj": b"Sheet"})),
        ("word/embeddings/oleObject2.bin", office_carriers.packed_object("list.xlsx", sheet)),
        ("word/embeddings/oleObject3.bin", office_carriers.legacy_workbook(_in_a_hidden_legacy_sheet)),
    ):
        said = texts(carriers.repacked(PLAIN, {name: content}))
        assert any("file inside: sheet 2 (hidden), row 1" in place for place in said), name
        assert "Rivera\tAna" in said["file inside: sheet 2 (hidden), row 1"], name


def _in_a_hidden_legacy_sheet(made: object) -> None:
    sheet = made.add_sheet("Two")  # type: ignore[attr-defined] - a workbook of xlwt, which has no types
    sheet.visibility = 1
    sheet.write(0, 0, "Rivera")
    sheet.write(0, 1, "Ana")


def test_the_names_of_a_packed_file_are_read():
    data = carriers.repacked(
        PLAIN, {"word/embeddings/o.bin": office_carriers.packed_object("Ana Rivera.txt", b"Hello")}
    )
    assert NAME in texts(data)["file inside, its names"]


def test_pictures_are_handed_over_and_a_thumbnail_is_only_counted():
    picture = io.BytesIO()
    Image.new("RGB", (300, 80), "white").save(picture, "PNG")
    gathered = office_carriers.gathered(carriers.repacked(SLIDES, {"ppt/media/image1.png": picture.getvalue()}))
    assert [found.place for found in gathered.pictures.values()] == ["picture 2"]
    assert gathered.seen == 2


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (f"<w:del><w:r><w:delText>{NAME}</w:delText></w:r></w:del>", "text, before tracked changes"),
        (f"<w:ins><w:r><w:t>{NAME}</w:t></w:r></w:ins>", "text"),
    ],
)
def test_what_was_changed_right_behind_a_word_stands_by_itself_as_well(change: str, place: str):
    said = texts(body(f"<w:r><w:t>Welcome</w:t></w:r>{change}"))
    assert NAME in said[place].split("\n\n")


def test_a_drawing_in_svg_is_a_file_inside():
    data = with_part("word/media/image1.svg", f"<svg><text>{NAME}</text></svg>")
    assert NAME in texts(data)["picture 2: text"]


def test_what_no_program_shows_at_first_sight_is_counted():
    assert office_carriers.gathered(PLAIN).hidden == 0
    assert office_carriers.gathered(FOUND["comment"][0]()).hidden == 1
    assert office_carriers.gathered(FOUND["tracked deletion"][0]()).hidden == 1
    slides = office_carriers.gathered(FOUND["hidden slide"][0]())
    assert (slides.hidden, slides.pages) == (1, 2)
    assert office_carriers.gathered(FOUND["slide's notes"][0]()).hidden == 1


def veiled_font() -> bytes:
    """A font as Word keeps it, its first 32 bytes veiled (ECMA-376 part 4, 2.8.1)."""
    tables = b"".join(struct.pack(">4sIII", tag, 7, 60, 90) for tag in (b"cmap", b"glyf", b"head"))
    return bytes(byte ^ 0x5A for byte in (b"\0\1\0\0\0\3" + bytes(6) + tables)[:32]) + tables[20:] + bytes(90)


PICTURE = io.BytesIO()
Image.new("RGB", (200, 80), "white").save(PICTURE, "PNG")


@pytest.mark.parametrize("name", ["word/media/thumbnail1.png", "word/media/image1.ttf", "word/fonts/font1.odttf"])
def test_a_picture_is_handed_over_whatever_its_part_is_called(name: str):
    before = office_carriers.gathered(PLAIN).pictures
    after = office_carriers.gathered(carriers.repacked(PLAIN, {name: PICTURE.getvalue()})).pictures
    assert len(after) == len(before) + 1


def test_a_thumbnail_that_the_letter_shows_is_handed_over():
    links = '<Relationships><Relationship Id="r1" Type="image" Target="/docProps/thumbnail.png"/></Relationships>'
    own = {"docProps/thumbnail.png": PICTURE.getvalue()}
    shown = {**own, "word/_rels/header1.xml.rels": links.encode()}
    files = [carriers.repacked(PLAIN, parts) for parts in ({}, own, shown)]
    before, alone, after = (len(office_carriers.gathered(file).pictures) for file in files)
    assert (alone - before, after - before) == (0, 1)


OLD_NAME = '<w:p><w:r><w:pict><v:rect xmlns:v="v" id="Ana{}Rivera"/></w:pict></w:r></w:p>'
SIGNS = "".join(f'<w:sym w:font="Arial" w:char="{ord(sign):04X}"/>' for sign in NAME)
VEILED_SIGNS = "".join(f'<w:sym w:font="Arial" w:char="F0{ord(sign):02X}"/>' for sign in NAME)


@pytest.mark.parametrize(
    "inside",
    [OLD_NAME.format(" "), OLD_NAME.format("_x0020_"), f"<w:p><w:r>{SIGNS}</w:r></w:p>", f"<w:p>{VEILED_SIGNS}</w:p>"],
)
def test_what_an_old_drawing_is_called_and_what_signs_spell_is_read(inside: str):
    body = carriers.part_of(PLAIN, "word/document.xml").decode()
    said = texts(
        carriers.repacked(PLAIN, {"word/document.xml": body.replace("<w:body>", f"<w:body>{inside}").encode()})
    )
    assert NAME in said["text"]


def test_pictures_that_a_font_has_for_letters_are_no_letters():
    body = carriers.part_of(PLAIN, "word/document.xml").decode()
    smile = '<w:body><w:p><w:r><w:t>Rivera</w:t></w:r><w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r></w:p>'
    said = texts(carriers.repacked(PLAIN, {"word/document.xml": body.replace("<w:body>", smile).encode()}))
    assert "RiveraJ" not in said["text"]


@pytest.mark.parametrize(
    ("part", "content", "place"),
    [
        ("word/numbering.xml", '<w:numbering xmlns:w="w"><w:lvlText w:val="704 555 0134"/></w:numbering>', "styles"),
        ("xl/other.xml", '<a xmlns="x"><dataValidation prompt="704 555 0134"/></a>', "other parts"),
        ("xl/other.xml", '<a xmlns="x"><hyperlink tooltip="704 555 0134"/></a>', "other parts"),
    ],
)
def test_a_number_that_somebody_wrote_into_an_attribute_is_read(part: str, content: str, place: str):
    assert "704 555 0134" in texts(carriers.repacked(PLAIN, {part: content.encode()}))[place]


@pytest.mark.parametrize("value", ["A n a  R i v e r a", "A.n.a. .R.i.v.e.r.a", "Q", "王小明"])
def test_what_a_choice_is_called_is_read_also_letter_by_letter(value: str):
    body = carriers.part_of(PLAIN, "word/document.xml").decode()
    item = f'<w:listItem w:displayText="{value}"/>'
    choice = f"<w:body><w:sdt><w:sdtPr><w:dropDownList>{item}</w:dropDownList></w:sdtPr></w:sdt>"
    said = texts(carriers.repacked(PLAIN, {"word/document.xml": body.replace("<w:body>", choice).encode()}))
    assert value in said["text"]


def test_letters_that_stand_apart_in_any_attribute_are_read():
    part = '<a xmlns="x"><shape legend="A n a  R i v e r a"/></a>'
    assert "A n a  R i v e r a" in texts(carriers.repacked(PLAIN, {"xl/other.xml": part.encode()}))["other parts"]


def test_ordinary_parts_of_ordinary_letters_are_innocent():
    parts = {
        "word/fonts/font1.odttf": veiled_font(),
        "word/printerSettings1.bin": b"P\0r\0i\0n\0t\0" * 9,
        "word/stylesWithEffects.xml": b"<a rsid='00AA11BB'/>",
        "[trash]/0000.dat": bytes(90),
        "docMetadata/LabelInfo.xml": b"<labels/>",
        "_xmlsignatures/origin.sigs": b"",
    }
    assert office_carriers.gathered(carriers.repacked(PLAIN, parts)).parts


@pytest.mark.parametrize(
    "data",
    [
        "<pupil><given>Ana</given><class>3</class><family>Rivera</family></pupil>",
        "<pupil><given><name>Ana</name></given><class>3</class><family><name>Rivera</name></family></pupil>",
        "<pupil><f n='first'>Ana</f><f n='room'>3</f><f n='last'>Rivera</f></pupil>",
        "<pupil><given v='Ana'/><class v='3'/><family v='Rivera'/></pupil>",
    ],
)
def test_what_neighbouring_elements_of_data_say_is_a_row(data: str):
    rows = texts(with_part("customXml/item1.xml", f"<a>{data}<pupil><given>Tom</given></pupil></a>"))["custom data"]
    assert any("Ana" in row and "Rivera" in row and "Tom" not in row for row in rows.split("\n\n") if "\t" in row)


def test_values_of_one_list_are_no_row():
    said = texts(with_part("customXml/item1.xml", "<a><n>Ana Lee</n><n>Tom Rivera</n></a>"))["custom data"]
    assert "\t" not in said


def test_the_name_of_an_element_of_data_may_be_anything():
    assert "Ana_Rivera" in texts(with_part("customXml/item1.xml", "<a><Ana_Rivera/></a>"))["custom data"]


def test_what_data_packs_as_base64_is_read():
    packed = base64.b64encode(f"Welcome, {NAME}".encode()).decode()
    said = texts(with_part("customXml/item1.xml", f"<a><b>{packed}</b></a>"))
    assert said["packed inside"] == f"Welcome, {NAME}"


def test_what_tells_where_a_field_begins_and_ends_stands_not_between_two_texts():
    field = (
        "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:textInput><w:default w:val='{}'/></w:textInput></w:ffData>"
    )
    fields = "</w:fldChar></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>".join(map(field.format, ("Ana", "Rivera")))
    assert "Ana\n\nRivera" in texts(body(f"{fields}</w:fldChar></w:r>"))["text"]
