"""A table or export of each kind, made up: the cage reads them once before its door is shut, so that all is loaded."""

import io
import zipfile
from collections.abc import Mapping

_FLAT = (
    "Student ID,Student Name,Birth Date,Grade,School,Parent Email,Parent Name,Parent Cell,May receive\r\n"
    '1,"Roe, Zoë",3/4/2018,Grade 2,North,zoe@exämple.test,"Roe, Ana",206 555 0101,no\r\n'
    '2,"Roe, Max",bad,K,North,max@example.test,"Roe, Ana",206 555 0101 x5,yes\r\n'
)
_ASKS = (
    "Student ID,First Name,Last Name,DOB,Mother,Mother First,Mother Email,Ansprechpartner,Work\r\n"
    "1,Zoë,Roe,3/4/2018,,Ana,ana@example.test,x@example.test,Ana Roe\r\n"
    "2,Max,Roe,4 March 2017,Roe,=B2,'206 555 0101,y@example.test,206 555 0101\r\n"
    "Total: 2\r\n"
)
_ONEROSTER: Mapping[str, str] = {
    "orgs.csv": "sourcedId,status,name,type\r\no,active,North,school\r\n",
    "users.csv": "sourcedId,status,givenName,familyName,rol,email,agentSourcedIds,secondMail\r\n"
    "c,active,Zoe,Roe,student,,g,\r\ng,active,Ana,,parent,ana@example.test,,a@example.test\r\n",
    "demographics.csv": "sourcedId,status,birthDate\r\nc,active,3/4/2018\r\n",
}
_WORKBOOK: Mapping[str, str] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/worksheet"/></Relationships>',
    "xl/styles.xml": '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2">'
    '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetData><row r="1"><c r="A1" t="str"><v>Student ID</v></c><c r="B1" t="str"><v>file.pdf</v></c></row>'
    '<row r="2"><c r="A2"><v>7</v></c><c r="B2" s="1"><v>45000.5</v></c></row></sheetData></worksheet>',
}


def sample_files() -> dict[str, bytes]:
    """Return each by its name."""
    return {
        "flat.csv": _FLAT.encode(),
        "old.csv": _FLAT.encode("cp1252"),
        "wide.csv": _FLAT.encode("utf-16"),
        "bare.csv": _FLAT.encode("utf-16-be"),
        "asks.csv": _ASKS.encode(),
        "broken.csv": b'Student ID,a\r\n"1',
        "table.xlsx": _zipped(_WORKBOOK),
        "export.zip": _zipped(_ONEROSTER),
        "damaged.zip": _zipped(_ONEROSTER)[:-9],
        "packed.zip": _zipped(_ONEROSTER, zipfile.ZIP_DEFLATED),
    }


def _zipped(files: Mapping[str, str], packing: int = zipfile.ZIP_STORED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return made.getvalue()
