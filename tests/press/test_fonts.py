"""The fonts that come by package are those that were compared with their makers' own (ADR 68)."""

import hashlib
import struct
from pathlib import Path

import pytest

from portal.press.typesetting.fonts import font_folders

FONTS = {
    "Amiri-Bold.ttf": "cfccb794268e7d573d857e6d6a67f89cf8a053e8ffd85dfa0c8ec1bb36fc4827",
    "Amiri-BoldItalic.ttf": "241300e2dcb2c541ac3617872960d99683d261e4f526dc4691d0727e7bef130b",
    "Amiri-Italic.ttf": "770e4da44d0459c0ddd6484483d475b95f2d088dd27ce472427624081eb68c70",
    "Amiri-Regular.ttf": "ab391c4147d054c48976e98322ad0eefe1427aa0e0502a12a4c75d80a70cfcd7",
    "NotoSansKR-Regular.otf": "69975a0ac8472717870aefeab0a4d52739308d90856b9955313b2ad5e0148d68",
    "NotoSansSC-Regular.otf": "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9",
    "NotoSerifKR-Regular.otf": "5ea012e15cb7eacc1f680aee1703f3b164791b1443ea3e52b65080cca5d179cf",
    "NotoSerifSC-Regular.otf": "e8f396decc1f0963a016a989c3d8852e863d1350996f573860a80767c83a1cd3",
}
LICENCE = 13
"""What the name table calls it (OpenType, name ids)."""


def packaged() -> dict[str, Path]:
    return {file.name: file for folder in font_folders() for file in Path(folder).iterdir() if file.suffix[2:] == "tf"}


def test_every_packaged_font_is_the_one_that_was_looked_at() -> None:
    assert {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in packaged().items()} == FONTS


@pytest.mark.parametrize("name", FONTS)
def test_a_packaged_font_says_that_it_is_free(name: str) -> None:
    assert "SIL Open Font License, Version 1.1" in says(packaged()[name].read_bytes(), LICENCE)


def says(font: bytes, what: int) -> str:
    """Return an entry of a font's name table, in English."""
    (tables,) = struct.unpack_from(">H", font, 4)
    heads = (struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(tables))
    start = next(begins for tag, _, begins, _ in heads if tag == b"name")
    count, texts = struct.unpack_from(">HH", font, start + 2)
    for number in range(count):
        platform, _, language, entry, length, begins = struct.unpack_from(">6H", font, start + 6 + 12 * number)
        if (platform, language, entry) == (3, 0x409, what):
            return font[start + texts + begins :][:length].decode("utf-16-be")
    return ""
