"""Files of every kind with any damage: read or refused in a sentence, and nothing else; `make fuzz` draws more."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import carriers
import odf.opendocument
import odf.table
import odf.text
import office_carriers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.reading.plain import PlainReader
from portal.reading.reader import MEDIA_TYPES, Kind, Reading, Unreadable

NAME = carriers.NAME


def picture(form: str) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (120, 60), "white").save(held, form)
    return held.getvalue()


def opened(make: Callable[[], odf.opendocument.OpenDocument], kind: str) -> bytes:
    made, held = make(), io.BytesIO()
    line = odf.text.P(text=NAME)
    if kind == "ods":
        table, row, cell = odf.table.Table(name="a"), odf.table.TableRow(), odf.table.TableCell()
        cell.addElement(line)
        row.addElement(cell)
        table.addElement(row)
        made.spreadsheet.addElement(table)
    elif kind == "odt":
        made.text.addElement(line)
    made.write(held)
    return held.getvalue()


WHOLE: dict[Kind, Callable[[], bytes]] = {
    "pdf": carriers.simple_pdf,
    "docx": lambda: carriers.document(carriers.in_a_table),
    "xlsx": lambda: carriers.workbook(lambda made: made.active.append(NAME.split())),
    "pptx": lambda: office_carriers.presentation(lambda made: setattr(made.slides[0].shapes.title, "text", NAME)),
    "odt": lambda: opened(odf.opendocument.OpenDocumentText, "odt"),
    "ods": lambda: opened(odf.opendocument.OpenDocumentSpreadsheet, "ods"),
    "odp": lambda: opened(odf.opendocument.OpenDocumentPresentation, "odp"),
    "xls": lambda: office_carriers.legacy_workbook(lambda made: made.get_sheet(0).write(3, 3, NAME)),
    "csv": lambda: b"grade;family;given\r\n3;Rivera;Ana\r\n",
    "txt": lambda: "Ána Rivéra begins at Oak.\r\n".encode("cp1252"),
    "html": lambda: b"<!doctype html><meta charset=utf-8><table><tr><td>Ana</td><td title='x'>Rivera</td></table>",
    "json": lambda: b'[{"family": "Rivera", "given": "\\u00c1na", "n": [1, 2.5, null]}]',
    "md": lambda: b"# Ana\n\n| family | given |\n| -- | -- |\n| Rivera | Ana |\n",
    "svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><g><text x="1">Ana Rivera</text></g></svg>',
    "jpeg": lambda: picture("JPEG"),
    "png": lambda: picture("PNG"),
    "gif": lambda: picture("GIF"),
    "webp": lambda: picture("WEBP"),
    "tiff": lambda: picture("TIFF"),
}


@dataclass(frozen=True)
class Cut:
    """A change of some bytes: at a share of the file, so many taken out, and these put in."""

    at: float
    out: int
    put: bytes
    again: int = 1

    def of(self, data: bytes) -> bytes:
        at = int(self.at * len(data))
        return data[:at] + self.put * self.again + data[at + self.out :]


TELLING = [
    *(b"\0", b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\x7f\xff\xff\xff", b"PK\3\4", b"<", b">", b"&#x41;"),
    *(b"<![CDATA[", b"%PDF-1.7\n", b"stream\n", b"endobj", b"/Length 99999999", b"9" * 40, b"\xef\xbb\xbf"),
    *(b"\xff\xfe", b'"', b"'", b"\x1b$B", b"+AEE-", b"(" * 90),
]
CUTS = st.lists(
    st.builds(
        Cut,
        st.floats(0, 1),
        st.integers(0, 64),
        st.sampled_from(TELLING) | st.binary(max_size=24),
        st.sampled_from([1, 1, 1, 40]),
    ),
    min_size=1,
    max_size=6,
)


@cache
def whole(kind: Kind) -> bytes:
    return WHOLE[kind]()


def damaged_within(packed: bytes, which: int, cuts: list[Cut]) -> bytes:
    """Return a container with one of its parts damaged, and its own checksums in order again."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for at, name in enumerate(names):
            content = old.read(name)
            if at == which % len(names):
                content = damaged(content, cuts)
            new.writestr(name, content)
    return held.getvalue()


def damaged(data: bytes, cuts: list[Cut]) -> bytes:
    for cut in cuts:
        data = cut.of(data)
    return data


def is_read_or_refused(data: bytes, name: str) -> None:
    answer = PlainReader().read_bytes(data, name)
    if isinstance(answer, Unreadable):
        assert re.match(r"[A-Z].{10,}\.\Z", answer.reason, re.DOTALL), answer.reason
    else:
        assert isinstance(answer, Reading)
        assert answer.kind in MEDIA_TYPES


def test_every_kind_is_tried() -> None:
    assert WHOLE.keys() == MEDIA_TYPES.keys()


@pytest.mark.parametrize("kind", WHOLE)
def test_an_undamaged_file_is_read_as_its_kind(kind: Kind) -> None:
    answer = PlainReader().read_bytes(whole(kind), f"letter.{kind}")
    assert isinstance(answer, Reading), answer
    assert answer.kind == kind


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=12)
@given(cuts=CUTS, ending=st.sampled_from([*WHOLE, ""]))
def test_a_damaged_file_is_read_or_refused(kind: Kind, cuts: list[Cut], ending: str) -> None:
    is_read_or_refused(damaged(whole(kind), cuts), f"letter.{ending}")


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx", "odt", "ods", "odp"])
@settings(max_examples=12)
@given(which=st.integers(0, 99), cuts=CUTS)
def test_a_container_with_a_damaged_part_is_read_or_refused(kind: Kind, which: int, cuts: list[Cut]) -> None:
    is_read_or_refused(damaged_within(whole(kind), which, cuts), f"letter.{kind}")
