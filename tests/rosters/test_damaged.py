"""A roster that broke on its way is read as far as it is sound, or refused; nothing else comes of it."""

import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.kernel.errors import PortalError
from portal.rosters.caged import read_roster
from tests.rosters.oneroster_builder import small_district

ROWS = [
    ["Student ID", "child_given_name", "child_family_name", "birth_date", "Parent 1 Email", "mobile", "may_receive"],
    ["7001", "Lin", "Hart", "2016-03-04", "petra@example.org", "+1 206 555 0101", "yes"],
    ["7002", "Ada", "Hart", "5/6/2018", "petra@example.org", "", "no"],
]


def workbook() -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in ROWS:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def zipped(version: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # stored, so that damage meets the tables and not the packing alone
        for name, content in small_district(version).files().items():
            archive.writestr(name, content)
    return file.getvalue()


WHOLE = {
    "flat.csv": "\n".join(",".join(row) for row in ROWS).encode(),
    "flat.xlsx": workbook(),
    "one.zip": zipped("1.1"),
    "two.zip": zipped("1.2"),
}
TELLING = (b"\0", b"\xff\xfe", b'"', b'"\n', b"\r", b",,,,", b"\x1a", b";", b"=A1")
PATCHES = st.binary(max_size=6) | st.sampled_from(TELLING)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(WHOLE)), st.floats(0, 1), PATCHES, st.sampled_from(["cut", "whole"]))
def test_no_damage_makes_it_do_anything_but_read_or_refuse(
    tmp_path_factory: pytest.TempPathFactory, name: str, share: float, patch: bytes, rest: str
):
    whole = WHOLE[name]
    at = int(share * len(whole))
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(whole[:at] + patch + (b"" if rest == "cut" else whole[at + len(patch) :]))
    with suppress(PortalError), read_roster(path, date(2026, 9, 1)) as roster:
        assert roster.count("child") == len(list(roster.children()))
        assert all(child.given_name and child.student_number for child in roster.children())
