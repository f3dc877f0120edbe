"""Leaks in Word files: in the body however it is cut, and in every part beside it."""

import io

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from tests.guard_corpus.cases import Scene, leak
from tests.guard_corpus.packages import Document, W, document, part_of, put_into, repacked, with_part, workbook
from tests.guard_corpus.pictures import file_of, of_lines

BODY, BESIDE, INSIDE = "DOCX body", "DOCX part", "DOCX inside"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


@leak(BODY, "letter.docx", who="anyone")
def a_paragraph(s: Scene) -> bytes:
    return document(lambda made: made.add_paragraph(f"{s.name} starts in grade 3."))


@leak(BODY, "letter.docx")
def split_into_runs(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        paragraph = made.add_paragraph()
        for at, letter in enumerate(s.name):
            paragraph.add_run(letter).bold = at % 2 == 0

    return document(fill)


@leak(BODY, "letter.docx")
def split_by_a_spelling_mark(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    cut = len(s.last) // 2
    between = '</w:t></w:r><w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="7" w:name="a"/><w:r><w:t>'
    return put_into(made, "word/document.xml", "KEEP", f"{s.given} {s.last[:cut]}{between}{s.last[cut:]}")


@leak(BODY, "letter.docx")
def split_by_a_line_break(s: Scene) -> bytes:
    return document(lambda made: made.add_paragraph(f"We welcome {s.given}\n{s.last}"))


@leak(BODY, "letter.docx")
def split_by_a_soft_hyphen(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    return put_into(made, "word/document.xml", "KEEP", f"{s.given} {s.last[:2]}</w:t><w:softHyphen/><w:t>{s.last[2:]}")


@leak(BODY, "letter.docx")
def hidden_text(s: Scene) -> bytes:
    return document(lambda made: setattr(made.add_paragraph().add_run(s.name).font, "hidden", True))


@leak(BODY, "letter.docx")
def white_text_of_one_point(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        font = made.add_paragraph().add_run(s.name).font
        font.color.rgb, font.size = RGBColor(255, 255, 255), Pt(1)

    return document(fill)


@leak(BODY, "letter.docx")
def cells_of_a_table(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        row = made.add_table(1, 3).rows[0].cells
        row[0].text, row[1].text, row[2].text = s.last, s.given, "grade 3"

    return document(fill)


@leak(BODY, "letter.docx", "child-name", "student-number")
def a_table_with_other_columns_between(s: Scene) -> bytes:
    people = [(s.child, s.guardian), *s.others(6)]

    def fill(made: Document) -> None:
        table = made.add_table(0, 4)
        for kid, _ in people:
            cells = table.add_row().cells
            for cell, text in zip(cells, (kid.family_name, "3", "Maple", kid.given_name), strict=True):
                cell.text = text

    return document(fill)


@leak(BODY, "letter.docx")
def a_table_in_a_table(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        inner = made.add_table(1, 1).cell(0, 0).add_table(1, 2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = s.given, s.last

    return document(fill)


@leak(BODY, "letter.docx")
def a_tracked_deletion(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    was = f'</w:t></w:r><w:del w:id="1" w:author="Office"><w:r><w:delText>{s.name}</w:delText></w:r></w:del><w:r><w:t>'
    return put_into(made, "word/document.xml", "KEEP", was)


@leak(BODY, "letter.docx")
def a_tracked_insertion(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    new = f'</w:t></w:r><w:ins w:id="1" w:author="Office"><w:r><w:t>{s.name}</w:t></w:r></w:ins><w:r><w:t>'
    return put_into(made, "word/document.xml", "KEEP", new)


@leak(BODY, "letter.docx")
def half_deleted_half_kept(s: Scene) -> bytes:
    """Deleted letters stand in the middle of a name that is still there."""
    made = document(lambda made: made.add_paragraph("KEEP"))
    cut = len(s.last) // 2
    was = (
        f'</w:t></w:r><w:del w:id="1" w:author="x"><w:r><w:delText>xx</w:delText></w:r></w:del><w:r><w:t>{s.last[cut:]}'
    )
    return put_into(made, "word/document.xml", "KEEP", f"{s.given} {s.last[:cut]}{was}")


@leak(BODY, "letter.docx")
def a_merge_field(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    field = (
        f'</w:t></w:r><w:fldSimple w:instr=" MERGEFIELD Child "><w:r><w:t>{s.name}</w:t></w:r></w:fldSimple><w:r><w:t>'
    )
    return put_into(made, "word/document.xml", "KEEP", field)


@leak(BODY, "letter.docx")
def the_code_of_a_field(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    code = f'</w:t></w:r><w:r><w:instrText> IF "x" = "{s.name}" "a" "b" </w:instrText></w:r><w:r><w:t>'
    return put_into(made, "word/document.xml", "KEEP", code)


@leak(BODY, "letter.docx")
def a_text_box(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    box = (
        '</w:t></w:r><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
        f"<w:t>{s.name}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r><w:r><w:t>"
    )
    return put_into(made, "word/document.xml", "KEEP", box)


@leak(BODY, "letter.docx")
def decorative_letters(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    art = (
        '</w:t></w:r><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml">'
        f'<v:textpath string="{s.name}"/></v:shape></w:pict></w:r><w:r><w:t>'
    )
    return put_into(made, "word/document.xml", "KEEP", art)


@leak(BODY, "letter.docx")
def a_content_control(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    items = "".join(
        f'<w:listItem w:displayText="{kid.given_name} {kid.family_name}" w:value="{at}"/>'
        for at, (kid, _) in enumerate([(s.child, s.guardian), *s.others(3)])
    )
    control = (
        f"</w:t></w:r><w:sdt><w:sdtPr><w:dropDownList>{items}</w:dropDownList></w:sdtPr><w:sdtContent><w:r><w:t>"
        "Choose</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>"
    )
    return put_into(made, "word/document.xml", "KEEP", control)


@leak(BODY, "letter.docx")
def the_fallback_of_a_drawing(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    either = (
        f'</w:t></w:r><mc:AlternateContent {mc}><mc:Choice Requires="wps"><w:r><w:t>See you</w:t></w:r></mc:Choice>'
        f"<mc:Fallback><w:r><w:t>{s.name}</w:t></w:r></mc:Fallback></mc:AlternateContent><w:r><w:t>"
    )
    return put_into(made, "word/document.xml", "KEEP", either)


@leak(BESIDE, "letter.docx")
def header(s: Scene) -> bytes:
    return document(lambda made: made.sections[0].header.paragraphs[0].add_run(s.name))


@leak(BESIDE, "letter.docx")
def footer_of_the_first_page(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        made.sections[0].different_first_page_header_footer = True
        made.sections[0].first_page_footer.paragraphs[0].text = f"{s.last}, {s.given}"

    return document(fill)


@leak(BESIDE, "letter.docx")
def comment(s: Scene) -> bytes:
    return document(lambda made: made.add_comment(made.paragraphs[1].runs, f"Is {s.name} in?", author="Office"))


@leak(BESIDE, "letter.docx")
def author_of_a_comment(s: Scene) -> bytes:
    return document(lambda made: made.add_comment(made.paragraphs[1].runs, "In?", author=s.name))


def _notes(kind: str, text: str) -> bytes:
    xml = f'<w:{kind}s xmlns:w="{W}"><w:{kind} w:id="2"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}></w:{kind}s>'
    return with_part(
        document(), f"word/{kind}s.xml", xml.encode(), f"{_WORD}.{kind}s+xml", "word/document.xml", f"{_REL}/{kind}s"
    )


@leak(BESIDE, "letter.docx")
def footnote(s: Scene) -> bytes:
    return _notes("footnote", f"See the file of {s.name}.")


@leak(BESIDE, "letter.docx")
def endnote(s: Scene) -> bytes:
    return _notes("endnote", f"{s.last}, {s.given}")


@leak(BESIDE, "letter.docx")
def glossary(s: Scene) -> bytes:
    xml = (
        f'<w:glossaryDocument xmlns:w="{W}"><w:docParts><w:docPart><w:docPartPr><w:name w:val="a"/></w:docPartPr>'
        f"<w:docPartBody><w:p><w:r><w:t>{s.name}</w:t></w:r></w:p></w:docPartBody></w:docPart></w:docParts>"
        "</w:glossaryDocument>"
    )
    kind = f"{_WORD}.document.glossary+xml"
    name = "word/glossary/document.xml"
    return with_part(document(), name, xml.encode(), kind, "word/document.xml", f"{_REL}/glossaryDocument")


@leak(BESIDE, "letter.docx")
def properties(s: Scene) -> bytes:
    return document(lambda made: setattr(made.core_properties, "keywords", f"letter; {s.name}"))


@leak(BESIDE, "letter.docx")
def a_property_of_its_own(s: Scene) -> bytes:
    xml = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt='
        '"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-'
        f'9397-08002B2CF9AE}}" pid="2" name="Child"><vt:lpwstr>{s.name}</vt:lpwstr></property></Properties>'
    )
    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    return with_part(document(), "docProps/custom.xml", xml.encode(), kind, "", f"{_REL}/custom-properties")


@leak(BESIDE, "letter.docx")
def manager_in_the_properties(s: Scene) -> bytes:
    xml = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Manager>{s.name}</Manager></Properties>"
    )
    return repacked(document(), {"docProps/app.xml": xml.encode()})


@leak(BESIDE, "letter.docx")
def custom_xml(s: Scene) -> bytes:
    xml = f"<roster xmlns='urn:x'><child><last>{s.last}</last><first>{s.given}</first></child></roster>"
    return with_part(document(), "customXml/item1.xml", xml.encode(), "application/xml", "", f"{_REL}/customXml")


@leak(BESIDE, "letter.docx")
def attributes_of_custom_xml(s: Scene) -> bytes:
    xml = f"<roster><child last='{s.last}' grade='3' first='{s.given}'/></roster>".replace("O'", "O&apos;")
    xml = xml.replace("D'", "D&apos;").replace("L'", "L&apos;")
    return with_part(document(), "customXml/item1.xml", xml.encode(), "application/xml", "", f"{_REL}/customXml")


@leak(BESIDE, "letter.docx")
def variables(s: Scene) -> bytes:
    known = f'<w:docVars><w:docVar w:name="child" w:val="{s.name}"/></w:docVars>'
    made = document()
    settings = part_of(made, "word/settings.xml").decode()
    end = settings.rindex("</w:settings>")
    return repacked(made, {"word/settings.xml": (settings[:end] + known + settings[end:]).encode()})


@leak(BESIDE, "letter.docx")
def name_of_a_bookmark(s: Scene) -> bytes:
    made = document(lambda made: made.add_paragraph("KEEP"))
    mark = f'<w:bookmarkStart w:id="9" w:name="{s.given}_{s.last.replace(" ", "_")}"/><w:bookmarkEnd w:id="9"/>'
    known = f"</w:t></w:r>{mark}<w:r><w:t>"
    return put_into(made, "word/document.xml", "KEEP", known)


@leak(BESIDE, "letter.docx")
def name_of_a_style(s: Scene) -> bytes:
    return document(lambda made: made.styles.add_style(f"{s.given} {s.last}", WD_STYLE_TYPE.PARAGRAPH))


@leak(BESIDE, "letter.docx")
def where_the_mail_merge_came_from(s: Scene) -> bytes:
    made = document()
    settings = part_of(made, "word/settings.xml").decode()
    merge = f"<w:mailMerge><w:query w:val=\"SELECT * FROM [a] WHERE name = '{s.last}, {s.given}'\"/></w:mailMerge>"
    end = settings.rindex("</w:settings>")
    return repacked(made, {"word/settings.xml": (settings[:end] + merge + settings[end:]).encode()})


@leak(BESIDE, "letter.docx", "e-mail")
def target_of_a_link(s: Scene) -> bytes:
    return document(lambda made: made.part.relate_to(f"mailto:{s.email}", f"{_REL}/hyperlink", is_external=True))


@leak(BESIDE, "letter.docx")
def alternative_text_of_a_picture(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        shape = made.add_picture(io.BytesIO(file_of(of_lines("Welcome").resize((60, 20)))), Cm(2))
        shape._inline.docPr.set("descr", f"{s.name} with a ball")

    return document(fill)


@leak(INSIDE, "letter.docx", who="plain", or_unreadable=True)
def a_picture_of_text(s: Scene) -> bytes:
    picture = file_of(of_lines("Pupil of the week", s.name, size=18))
    return document(lambda made: made.add_picture(io.BytesIO(picture), Cm(9)))


@leak(INSIDE, "letter.docx")
def details_of_a_picture(s: Scene) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", f"{s.name}, spring party")
    picture = file_of(of_lines("Spring party", size=18), pnginfo=told)
    return document(lambda made: made.add_picture(io.BytesIO(picture), Cm(9)))


@leak(INSIDE, "letter.docx")
def a_workbook_behind_a_table(s: Scene) -> bytes:
    inner = workbook(lambda book: book.create_sheet("Last year").append([s.last, s.given, 3]))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return with_part(document(), "word/embeddings/Sheet1.xlsx", inner, kind, "word/document.xml", f"{_REL}/package")


@leak(INSIDE, "letter.docx")
def another_document_put_in(s: Scene) -> bytes:
    inner = document(lambda made: made.add_paragraph(s.name))
    return with_part(
        document(), "word/afchunk.docx", inner, f"{_WORD}.document.main+xml", "word/document.xml", f"{_REL}/aFChunk"
    )


@leak(INSIDE, "letter.docx")
def a_web_page_put_in(s: Scene) -> bytes:
    inner = f"<html><body>{s.given} <i>{s.last}</i></body></html>".encode()
    return with_part(document(), "word/afchunk.html", inner, "text/html", "word/document.xml", f"{_REL}/aFChunk")


@leak(INSIDE, "letter.docx", or_unreadable=True)
def a_part_nothing_points_to(s: Scene) -> bytes:
    return repacked(document(), {"word/old.txt": f"{s.last}, {s.given}".encode()})


@leak(BODY, "letter.docx")
def phonetic_guide(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        ruby, above, run, text = (OxmlElement(name) for name in ("w:ruby", "w:rt", "w:r", "w:t"))
        text.text = s.name
        run.append(text)
        above.append(run)
        ruby.append(above)
        made.add_paragraph().add_run()._r.append(ruby)

    return document(fill)


@leak(BESIDE, "letter.docx")
def title_of_a_table(s: Scene) -> bytes:
    def fill(made: Document) -> None:
        caption = OxmlElement("w:tblDescription")
        caption.set(qn("w:val"), f"Results of {s.name}")
        made.add_table(1, 1)._tbl.tblPr.append(caption)

    return document(fill)
