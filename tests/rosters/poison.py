"""Workbooks of about a kilobyte whose used area has 17 thousand million cells, each told in another way."""

import io
import zipfile
from collections.abc import Mapping

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEADER = '<c r="{0}1" t="str"><v>Student ID</v></c><c r="{1}1" t="str"><v>Fee</v></c>'


def _workbook(sheet: str, place: str = "worksheets/sheet1.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Target="xl/workbook.xml" Type="{_OFFICE}/officeDocument"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Target="{place}" Type="{_OFFICE}/worksheet"/></Relationships>',
        )
        archive.writestr(f"xl/{place}", f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>')
    return made.getvalue()


def _rows(first: str, last: str) -> str:
    return f'<row r="1">{first}</row><row r="1048576">{last}</row>'


POISON: Mapping[str, bytes] = {
    "lower-case cell names": _workbook(_rows(_HEADER.format("a", "b"), '<c r="xfd1048576"><v>1</v></c>')),
    "a sheet elsewhere in the package": _workbook(
        _rows(_HEADER.format("A", "B"), '<c r="XFD1048576"><v>1</v></c>'), "tables/one.xml"
    ),
    "rows without references": _workbook(
        f"<row>{_HEADER.format('A', 'B')}</row>" + '<row r="1048576">' + "<c/>" * 16_383 + "<c><v>1</v></c></row>"
    ),
}
