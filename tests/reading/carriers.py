"""Files made for the tests, each with a name in some place of it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import openpyxl
import typst
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

NAME = "Ana Rivera"


def pdf(folder: Path, body: str) -> bytes:
    source = folder / "letter.typ"
    source.write_text(body, encoding="utf-8")
    made = typst.compile(str(source))
    assert isinstance(made, bytes)
    return made


def pdf_of_objects(*objects: bytes, info: bytes = b"") -> bytes:
    """A PDF written by hand: object 1 is the catalog, object 2 the pages; `info` goes into the trailer."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        info,
        out.rindex(b"xref\n0"),
    )


def stream(content: bytes, head: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    return b"<</Length %d/Filter/FlateDecode%s>>\nstream\n%s\nendstream" % (len(packed), head, packed)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 300 300]>>"
FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources" + FONT + b">>"
WELCOME = stream(b"BT /F 12 Tf 20 200 Td (Welcome to the program) Tj ET")


def simple_pdf(
    *more: bytes, page: bytes = PAGE, text: bytes = WELCOME, catalog: bytes = CATALOG, info: bytes = b""
) -> bytes:
    return pdf_of_objects(catalog, PAGES, page, text, *more, info=info)


def saved(thing: object) -> bytes:
    held = io.BytesIO()
    thing.save(held)  # type: ignore[attr-defined] - documents and workbooks alike
    return held.getvalue()


def document(fill: Callable[[docx.document.Document], object]) -> bytes:
    made = docx.Document()
    made.add_paragraph("Welcome to the program.")
    fill(made)
    return saved(made)


def workbook(fill: Callable[[openpyxl.Workbook], object]) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Sheet1"
    made.active["A1"] = "Welcome"
    fill(made)
    return saved(made)


def in_runs(made: docx.document.Document) -> None:
    paragraph = made.add_paragraph()
    for run in ("An", "a Ri", "vera"):
        paragraph.add_run(run).bold = run == "a Ri"


def in_a_table(made: docx.document.Document) -> None:
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = NAME.split()


def in_a_hidden_sheet(made: openpyxl.Workbook) -> None:
    sheet = made.create_sheet("Other")
    sheet.sheet_state = "veryHidden"
    sheet.append([3, *reversed(NAME.split()), "Oak"])


def in_a_comment(made: openpyxl.Workbook) -> None:
    made.active["A1"].comment = Comment(f"Ask {NAME}", "Office")


def in_a_defined_name(made: openpyxl.Workbook) -> None:
    made.defined_names["chosen"] = DefinedName("chosen", attr_text=f'"{NAME}"')


def repacked(container: bytes, changes: Mapping[str, bytes]) -> bytes:
    """The same container with parts replaced or added."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return held.getvalue()


def part_of(container: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(container)) as packed:
        return packed.read(name)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = (b"\0" + b"\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
