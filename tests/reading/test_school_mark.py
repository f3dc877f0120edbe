"""A school's mark is read in the cage and made small: a few kilobytes, whatever the district gave."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from portal.kernel.cage.frames import BYTES, END, CageBroken, Frame
from portal.kernel.errors import StartRefused
from portal.reading.showing.caged_viewer import CagedViewer, _mark
from portal.reading.showing.viewer import MARK_BYTES, MARK_HIGH, MARK_WIDE, NotShown
from portal.wiring import school_mark
from tests.letter_files import pdf_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(scope="module")
def viewer() -> Iterator[CagedViewer]:
    viewer = CagedViewer(1)
    yield viewer
    viewer.close()


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    picture.save(held, kind)
    return held.getvalue()


def crest(side: int = 900) -> Image.Image:
    """A mark as districts have them: a disc and a letter, with nothing around."""
    picture = Image.new("RGBA", (side * 2, side * 2), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((side // 2, side // 2, side * 3 // 2, side * 3 // 2), fill=(123, 31, 162, 255))
    pen.rectangle((side - 60, side // 2 + 90, side + 60, side * 3 // 2 - 90), fill=(255, 255, 255, 255))
    return picture


def noise(width: int, height: int) -> Image.Image:
    """A photo is the heaviest that anybody can give."""
    return Image.frombytes("RGB", (width, height), random.Random(41).randbytes(width * height * 3))


@pytest.mark.parametrize(
    ("given", "size"),
    [
        (saved(crest()), (80, 80)),
        (saved(Image.new("RGB", (2000, 100), "navy")), (320, 16)),
        (saved(Image.new("L", (40, 30), 90), "JPEG"), (40, 30)),
        (saved(noise(1200, 300), "JPEG"), (160, 40)),
    ],
    ids=["crest", "wide", "small", "photo"],
)
def test_a_mark_becomes_small_and_keeps_its_shape(viewer: CagedViewer, given: bytes, size: tuple[int, int]) -> None:
    shown = viewer.mark(given)
    assert len(shown.png) <= MARK_BYTES
    made = Image.open(io.BytesIO(shown.png))
    assert (made.format, made.size) == ("PNG", size) == ("PNG", (shown.width, shown.height))


def test_what_is_clear_around_a_mark_is_cut_off_and_stays_clear_at_its_corners(viewer: CagedViewer) -> None:
    made = Image.open(io.BytesIO(viewer.mark(saved(crest())).png)).convert("RGBA")
    assert made.getchannel("A").getpixel((0, 0)) == 0
    red, green, blue, seen = made.crop((12, 40, 13, 41)).tobytes()
    assert all(abs(one - asked) <= 2 for one, asked in zip((red, green, blue, seen), (123, 31, 162, 255), strict=True))


@pytest.mark.parametrize(
    "given",
    [SVG, b"", b"GIF89a", pdf_of("x"), saved(crest())[:200], saved(Image.new("RGBA", (9, 9), (0, 0, 0, 0)))],
    ids=["svg", "nothing", "gif", "pdf", "cut off", "clear"],
)
def test_what_is_no_picture_stops_the_start_with_a_sentence(viewer: CagedViewer, tmp_path: Path, given: bytes) -> None:
    with pytest.raises(NotShown):
        viewer.mark(given)
    path = tmp_path / "mark.svg"
    path.write_bytes(given)
    with pytest.raises(StartRefused, match="PORTAL_MARK names no picture that can be shown") as refused:
        school_mark(path)
    assert "Save the mark as a PNG or JPEG file" in str(refused.value)


def test_a_file_that_is_not_there_or_too_large_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match="cannot be read"):
        school_mark(tmp_path / "none.png")
    (tmp_path / "large.png").write_bytes(bytes(5 * 2**20 + 1))
    with pytest.raises(StartRefused, match="more than 5 MB"):
        school_mark(tmp_path / "large.png")


def header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4) + height.to_bytes(4)


@pytest.mark.parametrize(
    "told",
    [header(MARK_WIDE + 1, 1), header(1, MARK_HIGH + 1), header(0, 1), header(1, 1) + bytes(8_192), header(1, 1)[:18]],
)
def test_no_answer_that_makes_no_sense_is_taken_for_a_mark(told: bytes) -> None:
    with pytest.raises(CageBroken):
        _mark(iter([Frame(BYTES, told), Frame(END)]))
