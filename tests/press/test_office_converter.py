"""Every converter makes a PDF of a letter that shows all its words, and nothing that no family is meant to get."""

import pypdfium2
import pytest

from portal.kernel.cage.landlock import version
from portal.press.office.converter import Converted, Converter, NotConverted, OfficeKind
from portal.press.office.engines import Basic, LibreOffice
from portal.press.office.notes import removed_of, warnings_of, was_converted
from portal.press.office.office_converter import OfficeConverter, converter_of
from portal.press.office.plain_converter import PlainConverter
from tests.office_letters import field, open_letter, outside, paragraph, part, run, word_letter

GREETING, TIMES = "Dear families of the Oak program", "The bus leaves at 7.45 on Monday."


def libreoffice() -> LibreOffice:
    """LibreOffice as `make test-parts` brings it: without it these tests fail, and say so."""
    program = LibreOffice.installed()
    assert program, "LibreOffice is not installed: run make test-parts"
    return LibreOffice(program)


@pytest.fixture(scope="module")
def by_libreoffice() -> OfficeConverter:
    return OfficeConverter([libreoffice()])


@pytest.fixture(scope="module")
def by_basic() -> OfficeConverter:
    return OfficeConverter([Basic()])


CONVERTERS = ("by_libreoffice", "by_basic", "plain")


@pytest.fixture(params=CONVERTERS)
def converter(request: pytest.FixtureRequest) -> Converter:
    """The real ones and the fake."""
    if request.param == "plain":
        return PlainConverter()
    found: Converter = request.getfixturevalue(request.param)
    return found


def text_of(made: Converted) -> str:
    with pypdfium2.PdfDocument(made.pdf) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pdf)


def why(converter: Converter, letter: bytes, kind: OfficeKind = "docx") -> str:
    with pytest.raises(NotConverted) as refused:
        converter.convert(letter, kind)
    return str(refused.value)


def test_a_word_letter_becomes_a_pdf_with_its_words(converter: Converter) -> None:
    made = converter.convert(word_letter(GREETING, TIMES), "docx")
    assert GREETING in text_of(made)
    assert TIMES in text_of(made)
    assert was_converted(made.notes)
    assert not warnings_of(made.notes)


def test_tracked_changes_and_comments_are_taken_out_and_told(converter: Converter) -> None:
    struck = '<w:del w:id="1" w:author="Sam Doe"><w:r><w:delText>Benjamin</w:delText></w:r></w:del>'
    added = f'<w:ins w:id="2" w:author="Sam Doe">{run("everybody")}</w:ins>'
    remarked = (
        '<w:commentRangeStart w:id="3"/>',
        run("tomorrow"),
        ('<w:commentRangeEnd w:id="3"/><w:r><w:commentReference w:id="3"/></w:r>'),
    )
    comment = part("comments", f'<w:comment w:id="3" w:author="Sam Doe">{paragraph("Ask Zoltan first")}</w:comment>')
    letter = word_letter(
        GREETING,
        paragraph("It concerns ", struck, added, " "),
        paragraph(*remarked),
        parts={"word/comments.xml": comment},
    )
    made = converter.convert(letter, "docx")
    shown, told = text_of(made), " ".join(removed_of(made.notes))
    assert "everybody" in shown
    assert "Benjamin" not in shown
    assert "Zoltan" not in shown
    assert "Sam Doe" not in shown
    assert "tracked change" in told
    assert "1 comment" in told
    assert b"Zoltan" not in made.pdf


def test_what_is_no_office_file_is_refused_with_what_to_do(converter: Converter) -> None:
    kinds: tuple[OfficeKind, ...] = ("docx", "odt")
    for kind in kinds:
        assert why(converter, b"no zip at all", kind).endswith(".")


@pytest.mark.parametrize("name", ["by_libreoffice", "plain"])
def test_an_open_document_becomes_a_pdf_without_changes_and_comments(name: str, request: pytest.FixtureRequest) -> None:
    converter: Converter = PlainConverter() if name == "plain" else request.getfixturevalue(name)
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>Benjamin</text:p>'
        "</text:deletion></text:changed-region></text:tracked-changes>"
    )
    said = "<dc:creator>Sam Doe</dc:creator><text:p>Ask Zoltan</text:p>"
    note = f'<office:annotation office:name="n">{said}</office:annotation>'
    letter = open_letter(changes, GREETING, f'<text:p>{TIMES}<text:change text:change-id="c1"/>{note}</text:p>')
    made = converter.convert(letter, "odt")
    assert GREETING in text_of(made)
    assert TIMES in text_of(made)
    assert "Benjamin" not in text_of(made)
    assert "Zoltan" not in text_of(made)
    told = " ".join(removed_of(made.notes))
    assert "1 tracked change" in told
    assert "1 comment" in told


def test_without_libreoffice_an_open_document_is_refused_with_what_to_do(by_basic: OfficeConverter) -> None:
    said = why(by_basic, open_letter(GREETING), "odt")
    assert "LibreOffice" in said
    assert "Save it as PDF" in said


def test_a_font_that_is_not_here_is_told(by_libreoffice: OfficeConverter, by_basic: OfficeConverter) -> None:
    for converter in (by_libreoffice, by_basic):
        made = converter.convert(word_letter(GREETING, font="Comic Papyrus"), "docx")
        (warning,) = warnings_of(made.notes)
        assert "Comic Papyrus" in warning
    made = by_libreoffice.convert(open_letter(GREETING, font="Comic Papyrus"), "odt")
    assert "Comic Papyrus" in warnings_of(made.notes)[0]


def test_signs_that_no_font_has_are_told_for_families_would_see_boxes(by_basic: OfficeConverter) -> None:
    made = by_basic.convert(word_letter("Welcome, Łukasz, to 中文, naïve café", "And \U00016e40\u200d\ufe0f."), "docx")
    (warning,) = warnings_of(made.notes)
    assert warning.startswith("No font here has these signs, so families would see boxes: \U00016e40.")


@pytest.mark.parametrize("font", ["Calibri", "Cambria", "Arial", "Times New Roman", "Courier New"])
def test_the_fonts_of_offices_have_stand_ins_that_need_no_word(font: str, by_libreoffice: OfficeConverter) -> None:
    assert not warnings_of(by_libreoffice.convert(word_letter(GREETING, font=font), "docx").notes)


def test_more_than_one_page_of_difference_is_told(by_libreoffice: OfficeConverter) -> None:
    noted = {"docProps/app.xml": "<Properties><Pages>{}</Pages></Properties>"}

    def told(pages: int) -> list[str]:
        parts = {name: text.format(pages) for name, text in noted.items()}
        return list(warnings_of(by_libreoffice.convert(word_letter(GREETING, parts=parts), "docx").notes))

    assert told(2) == []
    (said,) = told(4)
    assert said.startswith("Here it has 1 page, made another way 4 pages.")


class _TwoPages(Basic):
    def draw(self, data: bytes, kind: OfficeKind) -> bytes:
        del data, kind  # whatever the letter is
        breaks = [paragraph('<w:r><w:br w:type="page"/></w:r>')] * 3
        return super().draw(word_letter("a", *breaks, "b"), "docx")


def test_where_there_are_two_programs_their_pages_are_compared() -> None:
    made = OfficeConverter([libreoffice(), _TwoPages()]).convert(word_letter(GREETING), "docx")
    assert warnings_of(made.notes)[0].startswith("Here it has 1 page, made another way 4 pages.")


def test_hidden_words_fields_that_change_and_sources_do_not_come_along(by_libreoffice: OfficeConverter) -> None:
    settings = part("settings", '<w:mailMerge><w:query w:val="SELECT * FROM roster"/></w:mailMerge>')
    letter = word_letter(
        paragraph(run("Secretly Benjamin", "<w:vanish/>"), run("Openly")),
        paragraph("It is ", field('DATE \\@ "d MMMM yyyy"', "7 May 2019")),
        parts={"word/settings.xml": settings},
    )
    made = by_libreoffice.convert(letter, "docx")
    shown = text_of(made)
    assert "Benjamin" not in shown
    assert "7 May 2019" in shown
    assert "1 hidden piece of text" in removed_of(made.notes)
    assert "where its list or its template lies" in removed_of(made.notes)
    assert "It stays as it was when the file was saved." in warnings_of(made.notes)[0]


OBJECT = '<w:p><w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" r:id="x"/></w:object></w:r></w:p>'
BLIP = '<w:p><w:r><w:drawing><wp:inline><a:blip r:link="x"/></wp:inline></w:drawing></w:r></w:p>'
REFUSED = {
    "object": word_letter(OBJECT),
    "chunk": word_letter('<w:altChunk r:id="x"/>'),
    "linked": word_letter(BLIP, relations=outside("x", "image", "http://198.51.100.1/a.png")),
    "linked elsewhere": word_letter(GREETING, relations=outside("x", "image", "file:///etc/passwd")),
    "fetched": word_letter(paragraph(field('INCLUDETEXT "C:\\\\roster.docx"', "Ana"))),
    "unmerged": word_letter(paragraph("Dear ", field("MERGEFIELD Parent", "«Parent»"))),
    "styles in a ring": word_letter(
        GREETING,
        parts={
            "word/styles.xml": part(
                "styles",
                "".join(
                    f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{other}"/></w:style>'
                    for one, other in (("A", "B"), ("B", "A"))
                ),
            )
        },
    ),
    "nested": word_letter("<w:sdt><w:sdtContent>" * 200 + paragraph("deep") + "</w:sdtContent></w:sdt>" * 200),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_comes_from_elsewhere_or_is_damaged_is_refused_with_what_to_do(
    what: str, by_libreoffice: OfficeConverter
) -> None:
    said = why(by_libreoffice, REFUSED[what])
    assert "choose" in said


def test_an_open_document_with_a_linked_picture_or_an_object_is_refused(by_libreoffice: OfficeConverter) -> None:
    linked = '<text:p><draw:frame><draw:image xlink:href="http://198.51.100.1/a.png"/></draw:frame></text:p>'
    inside = '<text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>'
    merged = '<text:p><text:database-display text:column-name="a"/></text:p>'
    for markup in (linked, inside, merged):
        assert "choose" in why(by_libreoffice, open_letter(markup), "odt")


TABLE = "<w:tbl><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
NUMBERED = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{}"/></w:numPr></w:pPr></w:p>'
LISTS = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="0"/>'
    + "".join(f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/></w:num>' for number in (1, 2)),
)
GATES = {
    "Arabic": word_letter("مرحبا بالعائلات"),
    "struck-out": word_letter(paragraph(run("gone", "<w:strike/>"))),
    "drawings": word_letter("<w:p><w:r><w:pict><v:rect/></w:pict></w:r></w:p>"),
    "(WMF, EMF or SVG)": word_letter(GREETING, parts={"word/media/image1.emf": b"\1\0\0\0"}),
    "form fields": word_letter('<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData/></w:fldChar></w:r></w:p>'),
    "equations": word_letter("<w:p><m:oMath><m:r/></m:oMath></w:p>"),
    "widths": word_letter(TABLE, "<w:p/>"),
    "numbered lists": word_letter(NUMBERED.format(1), NUMBERED.format(2), parts={"word/numbering.xml": LISTS}),
}


@pytest.mark.parametrize("what", GATES)
def test_what_the_converter_that_comes_along_draws_wrongly_it_refuses(what: str, by_basic: OfficeConverter) -> None:
    said = why(by_basic, GATES[what])
    assert what in said
    assert "LibreOffice" in said


def test_libreoffice_draws_arabic_so_that_it_can_be_read_back(by_libreoffice: OfficeConverter) -> None:
    made = by_libreoffice.convert(GATES["Arabic"], "docx")
    assert was_converted(made.notes)


def test_words_that_do_not_come_out_refuse_the_letter(by_libreoffice: OfficeConverter) -> None:
    tiny = '<w:trPr><w:trHeight w:val="20" w:hRule="exact"/></w:trPr>'
    cell = (
        f'<w:tc><w:tcPr><w:tcW w:w="500" w:type="dxa"/></w:tcPr>{"<w:p/>" * 40}{paragraph("Clipped entirely")}</w:tc>'
    )
    table = f'<w:tbl><w:tblGrid><w:gridCol w:w="500"/></w:tblGrid><w:tr>{tiny}{cell}</w:tr></w:tbl>'
    said = why(by_libreoffice, word_letter(GREETING, table, "<w:p/>"))
    assert said.startswith("2 words of this letter did not come out on the pages.")


def test_where_converting_is_off_the_letter_is_refused_with_what_to_do() -> None:
    assert "Save it as PDF" in why(converter_of("off"), word_letter(GREETING))


def test_what_converts_here_is_told_and_nothing_is_where_no_program_can_be_shut_in(
    monkeypatch: pytest.MonkeyPatch, by_basic: OfficeConverter
) -> None:
    assert version() >= 1, "the tests need Landlock"
    assert (by_basic.programs, converter_of("auto").programs) == (("dxpdf",), ("LibreOffice", "dxpdf"))
    assert (converter_of("off").programs, PlainConverter().programs) == ((), ("plain",))
    monkeypatch.setattr("portal.press.office.office_converter.version", lambda: 0)
    assert converter_of("auto").programs == ()
