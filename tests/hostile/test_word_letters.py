"""Word letters that show another family's child on the page and nowhere else: the PDF that families get is judged."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from portal import publish
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Term, check_draft
from portal.press.office.office_converter import converter_of
from portal.publish import Stopped, Upload
from portal.wiring import House
from tests.cast import Cast
from tests.office_letters import field, paragraph, part, run, word_letter

NAME: Final = "Ana Rivera"
WELCOME: Final = "Dear families, the garden opens on Monday."


def symbols(offset: int) -> str:
    letters = (f'<w:r><w:sym w:font="Carlito" w:char="{ord(letter) + offset:04X}"/></w:r>' for letter in NAME)
    return paragraph(*letters)


def hidden_between() -> str:
    return paragraph(*(run(letter) + run("xq", "<w:vanish/>") for letter in NAME))


def deleted() -> str:
    gone = '<w:del w:id="{}" w:author="R"><w:r><w:delText>xq</w:delText></w:r></w:del>'
    return paragraph(*(run(letter) + gone.format(at) for at, letter in enumerate(NAME)))


def bound() -> str:
    store = "{11111111-2222-3333-4444-555555555555}"
    return (
        '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/a/b" w:storeItemID="' + store + '"/><w:text/></w:sdtPr>'
        f"<w:sdtContent>{paragraph('the garden')}</w:sdtContent></w:sdt>"
    )


LABELLED: Final = {
    "word/numbering.xml": part(
        "numbering",
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{NAME}"/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
}
NUMBERED: Final = (
    '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>' + run("is here") + "</w:p>"
)
ART: Final = (
    '<w:p><w:r><w:pict><v:shape style="width:300pt;height:60pt" type="#t136">'
    f'<v:textpath style="font-family:Carlito" string="{NAME}"/></v:shape></w:pict></w:r></w:p>'
)
MATHS: Final = "<w:p><m:oMath>" + "".join(f"<m:r><m:t>{letter}</m:t></m:r>" for letter in NAME) + "</m:oMath></w:p>"

LETTERS: Final = {
    "symbols": word_letter(WELCOME, symbols(0)),
    "private symbols": word_letter(WELCOME, symbols(0xF000)),
    "letters with hidden ones between": word_letter(WELCOME, hidden_between()),
    "letters with struck-out ones between": word_letter(WELCOME, deleted()),
    "a label of a list": word_letter(WELCOME, NUMBERED, parts=LABELLED),
    "a drawing of words": word_letter(WELCOME, ART),
    "a formula": word_letter(WELCOME, MATHS),
    "a number's picture": word_letter(WELCOME, paragraph(field(f"= 0 \\# \"'{NAME}'\"", "0"))),
    "a quoted field": word_letter(WELCOME, paragraph(field(f'QUOTE "{NAME}"', "the garden"))),
    "a condition": word_letter(WELCOME, paragraph(field(f'IF 1 = 1 "{NAME}" "nobody"', "nobody"))),
    "a variable": word_letter(
        WELCOME,
        paragraph(field("DOCVARIABLE child", "the garden")),
        parts={
            "word/settings.xml": part("settings", f'<w:docVars><w:docVar w:name="child" w:val="{NAME}"/></w:docVars>')
        },
    ),
    "a title of the file": word_letter(
        WELCOME,
        paragraph(field("TITLE", "the garden")),
        parts={
            "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
            'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>'
            + NAME
            + "</dc:title></cp:coreProperties>"
        },
    ),
    "a bound field": word_letter(WELCOME, bound(), parts={"customXml/item1.xml": f"<a><b>{NAME}</b></a>"}),
}


@pytest.mark.parametrize("engine", ["basic", "auto"])
@pytest.mark.parametrize("letter", LETTERS)
def test_a_word_letter_that_shows_another_child_is_not_sealed(
    house: House, cast: Cast, tmp_path: Path, letter: str, engine: str
):
    (tmp_path / "letter.docx").write_bytes(LETTERS[letter])
    house = replace(house, converter=converter_of(engine))
    draft = check_draft(title="Welcome", message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    upload = Upload(tmp_path / "letter.docx", "letter.docx")
    try:
        made = publish.put_draft(house, draft, by=cast.writer, now=house.clock(), upload=upload)
    except DraftFaults:  # it can't be made a PDF as Word would show it
        return
    assert isinstance(made, Stopped)
