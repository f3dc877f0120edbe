"""What is taken out of an office letter, what stays as it was, and what of it has to come out on the pages."""

import io
import re
import zipfile
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.cage.answering import framed_values
from portal.kernel.cage.calls import in_memory
from portal.kernel.cage.frames import END, REASON
from portal.press.office.cleaning.odf_washing import wash_odf
from portal.press.office.cleaning.packages import NotWashed, Package
from portal.press.office.cleaning.visible import texts_of_odf, texts_of_word, words_in
from portal.press.office.cleaning.washing_cell import FUNCTIONS
from portal.press.office.cleaning.word_washing import wash_word
from tests.office_letters import field, open_letter, outside, paragraph, part, run, word_letter

LETTER = word_letter("kept", paragraph(field("DATE", "Monday")))
STRUCK = '<w:del w:id="1" w:author="Rosa"><w:r><w:delText>gone</w:delText></w:r></w:del>'
CELL = '<w:tc><w:tcPr><w:tcW w:w="5000" w:type="dxa"/></w:tcPr>{}</w:tc>'


def washed(letter: bytes) -> Package:
    package = Package(letter)
    wash_word(package)
    return package


def body(letter: bytes) -> str:
    """What a washed letter says, with its marks."""
    return washed(letter).parts["word/document.xml"].decode()


def words(letter: bytes) -> list[str]:
    return words_in(texts_of_word(washed(letter)))


def test_what_was_struck_out_goes_and_what_was_added_stays() -> None:
    moved = (
        f'<w:moveFrom w:id="4">{run("from")}</w:moveFrom>',
        f'<w:moveTo w:id="5">{run("there ")}</w:moveTo>',
    )
    link = f'<w:hyperlink r:id="l"><w:ins w:id="6">{run("linked ")}</w:ins></w:hyperlink>'
    formatted = run("bold", '<w:b/><w:rPrChange w:id="7"><w:rPr><w:strike/></w:rPr></w:rPrChange>')
    letter = word_letter(paragraph("kept ", STRUCK, *moved, link, formatted))
    assert words(letter) == ["bold", "kept", "linked", "there"]
    assert not re.search(r"<w:(del|ins|move|rPrChange)", body(letter))
    assert washed(letter).told["changes"] == 5


def test_a_row_or_paragraph_that_was_struck_out_whole_goes_whole() -> None:
    gone = f'<w:tr><w:trPr><w:del w:id="8"/></w:trPr>{CELL.format(paragraph("Benjamin"))}</w:tr>'
    kept = f'<w:tr><w:trPr><w:ins w:id="9"/></w:trPr>{CELL.format(paragraph("Stays"))}</w:tr>'
    table = f'<w:tbl><w:tblGrid><w:gridCol w:w="5000"/></w:tblGrid>{gone}{kept}</w:tbl>'
    empty = f'<w:p><w:pPr><w:rPr><w:del w:id="10"/></w:rPr></w:pPr>{STRUCK}</w:p>'
    found = body(word_letter("first", empty, table, "<w:p/>"))
    assert "Benjamin" not in found
    assert (found.count("<w:tr>"), found.count("<w:p>") + found.count("<w:p/>")) == (1, 3)


def test_a_cell_that_was_struck_out_is_refused_for_its_table_would_fall_apart() -> None:
    cell = '<w:tc><w:tcPr><w:cellDel w:id="1"/></w:tcPr><w:p/></w:tc>'
    with pytest.raises(NotWashed) as refused:
        washed(word_letter(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>", "<w:p/>"))
    assert refused.value.code == "rows"


def test_a_field_that_a_page_needs_stays_and_others_stay_as_they_were() -> None:
    simple = f'<w:fldSimple w:instr=" AUTHOR ">{run("Rosa")}</w:fldSimple>'
    letter = word_letter(
        paragraph(field("PAGE", "1")),
        paragraph(field("DATE", "Monday")),
        paragraph(simple),
        paragraph(field('HYPERLINK "https://school.test"', "here")),
        paragraph(field("FILENAME", "letter")),
    )
    found = body(letter)
    assert {code for code in ("PAGE", "DATE", "HYPERLINK", "AUTHOR", "FILENAME") if code in found} == {
        "PAGE",
        "HYPERLINK",
    }
    assert words(letter) == ["here", "letter", "monday", "rosa"]
    assert washed(letter).told["dates"] == 1


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("MERGEFIELD Parent", "unmerged"),
        ("NEXT", "unmerged"),
        ('INCLUDEPICTURE "http://x.test/a.png"', "fetched"),
        ("DDEAUTO excel", "fetched"),
        ('LINK Excel.Sheet.12 "C:\\\\a.xlsx"', "fetched"),
    ],
)
def test_a_field_that_fetches_or_waits_for_values_is_refused_also_within_another(code: str, why: str) -> None:
    inner = field(code, "x")
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    nested = mark.format("begin") + "<w:r><w:instrText> IF </w:instrText></w:r>" + inner + mark.format("end")
    for letter in (word_letter(paragraph(inner)), word_letter(paragraph(nested))):
        with pytest.raises(NotWashed) as refused:
            washed(letter)
        assert refused.value.code == why


def test_hidden_text_goes_by_its_own_mark_or_by_its_style() -> None:
    hiding = part(
        "styles",
        '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>',
    )
    shown = run("shown", '<w:vanish w:val="0"/>')
    letter = word_letter(
        paragraph(run("one", "<w:vanish/>"), run("two", '<w:rStyle w:val="Secret"/>')),
        f'<w:p><w:pPr><w:pStyle w:val="Hidden"/></w:pPr>{run("three")}{shown}</w:p>',
        parts={"word/styles.xml": hiding},
    )
    assert words(letter) == ["shown"]
    assert washed(letter).told["hidden"] == 3


def test_nothing_that_no_page_shows_is_left_in_the_file() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Garden</dc:title><dc:creator>Rosa</dc:creator>'
        "</cp:coreProperties>"
    )
    comment = part("comments", f'<w:comment w:id="3" w:author="Rosa">{paragraph("Ask Omar")}</w:comment>')
    settings = part("settings", '<w:attachedTemplate r:id="t"/><w:mailMerge/><w:compat/>')
    letter = word_letter(
        paragraph("Garden ", '<w:hyperlink r:id="l"><w:r><w:t>site</w:t></w:r></w:hyperlink>'),
        parts={
            "word/comments.xml": comment,
            "word/settings.xml": settings,
            "docProps/core.xml": core,
            "customXml/item1.xml": "<roster>Ana</roster>",
            "docProps/app.xml": "<Properties/>",
        },
        relations=outside("l", "hyperlink", "https://school.test/")
        + outside("t", "attachedTemplate", "file:///c/a.dotx"),
    )
    package = washed(letter)
    everything = b"".join(package.parts.values()).decode()
    for word in ("Rosa", "Omar", "roster", "a.dotx", "mailMerge", "attachedTemplate", "comments.xml"):
        assert word not in everything, word
    assert "https://school.test/" in everything
    assert "<dc:title>Garden</dc:title>" in everything
    with zipfile.ZipFile(io.BytesIO(package.packed())) as again:
        assert again.testzip() is None


def open_washed(*paragraphs: str) -> Package:
    package = Package(open_letter(*paragraphs))
    wash_odf(package)
    return package


def test_an_open_document_is_washed_of_the_same() -> None:
    hidden = (
        '<text:p>Loud<text:hidden-text text:is-hidden="true" text:string-value="x">secret</text:hidden-text></text:p>'
    )
    whole = '<text:p><text:hidden-paragraph text:is-hidden="true"/>private</text:p>'
    section = '<text:section text:display="none" text:name="s"><text:p>sealed</text:p></text:section>'
    date = '<text:date text:date-value="2019-05-07">7 May</text:date>'
    dated = f"<text:p>{date} <text:author-name>Rosa</text:author-name></text:p>"
    package = open_washed(hidden, whole, section, dated)
    assert words_in(texts_of_odf(package)) == ["7", "loud", "may", "rosa"]
    content = package.parts["content.xml"].decode()
    assert not re.search(r"<text:(date|author-name|hidden)", content)
    assert (package.told["hidden"], package.told["dates"]) == (3, 1)


@given(at=st.integers(0, 10_000), by=st.binary(min_size=1, max_size=40), is_inside=st.booleans())
def test_whatever_is_damaged_is_washed_or_refused(at: int, by: bytes, *, is_inside: bool) -> None:
    whole = bytearray(LETTER)
    if is_inside:
        text = bytearray(Package(LETTER).parts["word/document.xml"])
        text[at % len(text) : at % len(text) + len(by)] = by
        whole = bytearray(word_letter(parts={"word/document.xml": bytes(text)}))
    else:
        whole[at % len(whole) : at % len(whole) + len(by)] = by
    with in_memory(bytes(whole)) as file:
        frames = list(framed_values(partial(FUNCTIONS["wash"], {"kind": "docx"}, file)))
    assert frames[-1].kind in {END, REASON}


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("word/document.xml", bytes(201 * 2**20))
    with pytest.raises(NotWashed) as refused:
        Package(held.getvalue())
    assert refused.value.code == "large"


def test_an_archive_of_too_many_parts_is_refused_whole() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as out:
        for at in range(5_001):
            out.writestr(f"word/{at}.xml", "")
    with pytest.raises(NotWashed) as refused:
        Package(held.getvalue())
    assert refused.value.code == "large"
