"""What stands behind the end of a picture: nothing, a scrap of memory, or something to hide."""

import gzip

import pytest
from test_pictures import NAME, drawing, gathered, said, saved

from portal.reading.budget import CannotRead


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP"])
def test_what_follows_the_end_of_a_picture_is_refused(form: str):
    made = saved(drawing().quantize(8) if form == "GIF" else drawing(), form)
    gathered(made + b"\0\r\n")
    for hidden in (b"PK\x03\x04" + NAME.encode(), NAME.encode(), b"%PDF-1.7\n"):
        with pytest.raises(CannotRead, match="follows the end"):
            gathered(made + hidden)


SCRAP = b"o\x02\xc8\x01\0\0\0\0r\x02\xca\x01\xfe\x07\xb0\x8c<9" * 50
"""What PowerPoint had in its memory, which it writes behind the preview of the first slide."""


@pytest.mark.parametrize("scrap", [b"/L", b"\xff\xff\xff", b"\xaei^", SCRAP], ids=["two", "three", "odd", "long"])
def test_a_scrap_of_memory_behind_a_picture_is_no_reason_to_refuse_it(scrap: bytes):
    assert len(gathered(saved(drawing(), "JPEG") + scrap).pictures) == 1


def test_a_name_within_a_scrap_of_memory_is_read():
    for name in (NAME.encode(), NAME.encode("utf-16-le"), NAME.encode("utf-16-be"), NAME.encode("latin-1")):
        assert NAME in said(saved(drawing(), "JPEG") + SCRAP + name + SCRAP)


def test_what_is_no_scrap_of_memory_is_refused():
    hidden = [SCRAP + b"PK\x03\x04" + SCRAP, SCRAP + gzip.compress(NAME.encode()), SCRAP + b"%PDF-1.7\n", SCRAP * 30]
    hidden += [SCRAP + saved(drawing(), form) for form in ("JPEG", "PNG", "GIF")]
    hidden += ["李伟明".encode(), "李伟明".encode("gb18030"), "\x01李伟明".encode(), SCRAP + b"\0\0\0\x18ftypmp42"]
    for rest in hidden:
        with pytest.raises(CannotRead, match="follows the end"):
            gathered(saved(drawing(), "JPEG") + rest)


def test_the_veil_that_libreoffice_keeps_behind_a_bitmap_is_looked_at():
    veil = b"\x62\x19\x09\x25\x01\x02\xb2\xac\x02"
    to = gathered(saved(drawing(), "BMP") + veil + saved(drawing(ink="red"), "BMP"))
    assert len(to.pictures) == 2
    with pytest.raises(CannotRead):
        gathered(saved(drawing(), "BMP") + veil + NAME.encode())
