"""Pictures on their way through the cage: looked at once, known ones not at all, and never a way out."""

import io
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ocr_pictures as pictures
import pytest
from PIL import Image, ImageDraw

from portal.reading.budget import MIB, Limits
from portal.reading.cage.caged import CagedReader
from portal.reading.cage.cells import CellWithEyes
from portal.reading.images.grey import Picture
from portal.reading.previews import png_of
from portal.reading.reader import Part, Reading, Unreadable
from portal.reading.seeing import MAX_PICTURES, NoText, Parsed, Read, Sight, Sights, Unsure, finish

NAME = "Ana Rivera"


def png(image: Image.Image) -> bytes:
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def read(reader: CagedReader, folder: Path, image: Image.Image, known: frozenset[str] = frozenset()) -> object:
    (folder / "x").write_bytes(png(image))
    return reader.read(folder / "x", "letter.png", known)


def test_a_picture_is_read_in_the_cage(cage: CagedReader, tmp_path: Path):
    reading = read(cage, tmp_path, pictures.letter())
    assert isinstance(reading, Reading)
    assert (reading.kind, reading.pictures) == ("png", 1)
    assert [(part.place, NAME in part.text, part.by_ocr) for part in reading.parts][:2] == [
        ("file name", False, False),
        ("picture", True, True),
    ]


def test_a_picture_without_text_is_counted(cage: CagedReader, tmp_path: Path):
    reading = read(cage, tmp_path, pictures.clip_art())
    assert reading == Reading("png", (Part("file name", "letter.png"),), pictures=1)


def test_a_picture_nobody_can_read_stops_the_file_and_is_named_by_its_hash(cage: CagedReader, tmp_path: Path):
    answer = read(cage, tmp_path, pictures.signature())
    assert isinstance(answer, Unreadable)
    assert "in this picture" in answer.reason
    (sha256,) = answer.pictures
    assert re.fullmatch("[0-9a-f]{64}", sha256)
    (preview,) = answer.previews
    assert preview.sha256 == sha256
    shown = Image.open(io.BytesIO(png_of(preview) or b""))
    assert (shown.format, shown.mode) == ("PNG", "L")
    views = pictures.signature().convert("L")
    assert shown.crop((0, 0, *views.size)).tobytes() == views.tobytes()
    assert isinstance(read(cage, tmp_path, pictures.signature(), frozenset((sha256,))), Reading)
    assert isinstance(read(cage, tmp_path, pictures.signature(), frozenset(("0" * 64,))), Unreadable)


def test_a_known_logo_is_known_however_it_is_packed(cage: CagedReader, tmp_path: Path):
    answer = read(cage, tmp_path, pictures.signature())
    assert isinstance(answer, Unreadable)
    pictures.signature().save(tmp_path / "x", "BMP")
    Image.open(tmp_path / "x").save(tmp_path / "y", "WEBP", lossless=True)
    assert isinstance(cage.read(tmp_path / "y", "a.webp", frozenset(answer.pictures)), Reading)


def test_eyes_that_were_killed_are_replaced(tmp_path: Path):
    with CagedReader(cells=1) as reader:
        for number in range(2):  # another picture: one that was seen is not looked at again
            reading = read(reader, tmp_path, pictures.letter(f"Letter {number}"))
            assert isinstance(reading, Reading)
            assert any(f"Letter {number}" in part.text for part in reading.parts)
            cell = reader._cells._free.queue[0]
            assert isinstance(cell, CellWithEyes)
            assert cell._eyes is not None
            cell._eyes._process.kill()
            cell._eyes._process.wait()


def test_the_process_that_parses_holds_nothing_to_look_at_pictures_with():
    """Each child would pay for it: fork(2) copies what a process holds."""
    holds = "import sys, portal.reading.cage.cell; print('tesserocr' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", holds], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_a_page_of_the_largest_size_fits_into_the_cage(cage: CagedReader, tmp_path: Path):
    page = pictures.page(150)
    large = Image.new("RGB", (5000, 4000), "white")
    large.paste(page.resize((page.width * 2, page.height * 2)), (300, 100))
    reading = read(cage, tmp_path, large)
    assert isinstance(reading, Reading), reading
    assert NAME in reading.parts[-1].text.replace("\n", " ")


def film(path: Path, frames: int) -> None:
    shown = []
    for number in range(frames):
        frame = Image.new("RGB", (260, 60), "white")
        ImageDraw.Draw(frame).rectangle((4 * number, 10, 4 * number + 12, 40), fill="#c02020")
        shown.append(frame)
    shown[0].save(path, "TIFF", save_all=True, append_images=shown[1:])


def test_many_pictures_are_looked_at_side_by_side(cage: CagedReader, tmp_path: Path):
    film(tmp_path / "x", 20)
    reading = cage.read(tmp_path / "x", "a.tiff")
    assert isinstance(reading, Reading)
    assert reading.pictures == 20


def test_more_pictures_than_anybody_looks_at_are_refused_with_advice(cage: CagedReader, tmp_path: Path):
    film(tmp_path / "x", MAX_PICTURES + 1)
    answer = cage.read(tmp_path / "x", "a.tiff")
    assert isinstance(answer, Unreadable)
    assert "Divide the file" in answer.reason


@pytest.mark.parametrize(
    "looking", [Limits(wall_seconds=0.05), Limits(memory=200 * MIB)], ids=["too slow", "too much memory"]
)
def test_a_look_that_breaks_off_is_unsure_and_not_remembered(
    looking: Limits, cage: CagedReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shown = pictures.letter(f"Looked at for {looking.wall_seconds} seconds")  # no test that was before knows it
    with monkeypatch.context() as hasty:
        hasty.setattr(cage, "_looking", looking)
        assert isinstance(read(cage, tmp_path, shown), Unreadable)
    assert isinstance(read(cage, tmp_path, shown), Reading)


def test_a_bomb_by_dimensions_is_refused_before_it_is_unpacked(cage: CagedReader, tmp_path: Path):
    Image.new("1", (30_000, 30_000)).save(tmp_path / "x", "PNG")
    answer = cage.read(tmp_path / "x", "a.png")
    assert isinstance(answer, Unreadable)
    assert "larger than any letter needs" in answer.reason


def test_a_folder_of_models_is_handed_to_the_cage(tmp_path: Path):
    (tmp_path / "broken.traineddata").write_bytes(b"no model")
    with CagedReader(cells=1, models=tmp_path) as reader:
        assert isinstance(read(reader, tmp_path, pictures.letter()), Unreadable)
        (tmp_path / "x").write_bytes(b"word")
        assert isinstance(reader.read(tmp_path / "x", "a.txt"), Reading), "nobody looks at anything in it"
    (tmp_path / "broken.traineddata").unlink()
    with CagedReader(cells=1, models=tmp_path) as reader:
        assert isinstance(read(reader, tmp_path, pictures.letter()), Reading)


def test_no_descriptor_is_left_open(cage: CagedReader, tmp_path: Path):
    read(cage, tmp_path, pictures.letter())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(3):
        read(cage, tmp_path, pictures.letter(f"Letter {number}"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def picture(number: int, place: str = "picture", side: int = 1) -> Picture:
    return Picture(place, f"{number:064x}", side, side, b"%d" % number)


class Watcher:
    """Looks at pictures and keeps count."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.looked_at: list[str] = []

    def __call__(self, shown: Sequence[Picture]) -> list[Sight]:
        self.looked_at += [one.sha256 for one in shown]
        return [self.sight for _ in shown]


def test_a_letterhead_is_looked_at_once_and_not_in_every_letter():
    watcher = Watcher(Read("Oak School"))
    sights = Sights(watcher)
    for _ in range(3):
        assert sights.of([picture(1), picture(2)]) == [Read("Oak School")] * 2
    assert watcher.looked_at == [picture(1).sha256, picture(2).sha256]


def test_a_very_long_text_is_not_kept_in_memory():
    watcher = Watcher(Read("a" * 70_000))
    sights = Sights(watcher)
    assert sights.of([picture(1)]) == sights.of([picture(1)])
    assert len(watcher.looked_at) == 2


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("portal.reading.seeing.MAX_REMEMBERED", 2)
    watcher = Watcher(NoText())
    sights = Sights(watcher)
    for number in (1, 2, 1, 3, 1, 2):
        sights.of([picture(number)])
    assert watcher.looked_at == [picture(number).sha256 for number in (1, 2, 3, 2)]


def test_sights_are_safe_for_threads():
    sights = Sights(Watcher(NoText()))
    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(lambda number: sights.of([picture(number % 50), picture(number % 7)]), range(400)))
    assert seen == [[NoText(), NoText()]] * 400


READING = Reading("pdf", (Part("page 1", "Welcome"),), pages=1, pictures=2)


def test_what_a_picture_says_stands_at_its_place():
    finished = finish(Parsed(READING, (picture(1, "page 1, picture 1"),)), (), Watcher(Read(NAME)))
    assert isinstance(finished, Reading)
    assert finished.parts == (Part("page 1", "Welcome"), Part("page 1, picture 1", NAME, by_ocr=True))
    assert (finished.pages, finished.pictures) == (1, 2)


def test_known_pictures_are_looked_at_by_nobody():
    watcher = Watcher(Unsure())
    assert finish(Parsed(READING, (picture(1),)), {picture(1).sha256}, watcher) == READING
    assert watcher.looked_at == []


def test_the_places_of_all_unsure_pictures_are_named_and_their_hashes_given():
    shown = tuple(picture(number, f"page {number}, picture 1") for number in range(1, 6))
    answer = finish(Parsed(READING, shown), (), Watcher(Unsure()))
    assert isinstance(answer, Unreadable)
    assert "page 1, picture 1; page 2, picture 1; page 3, picture 1 and 2 more" in answer.reason
    assert answer.pictures == tuple(one.sha256 for one in shown)


def test_too_many_pictures_are_refused_with_advice_that_makes_them_fewer():
    answer = finish(Parsed(READING, tuple(map(picture, range(61)))), (), Watcher(NoText()))
    assert isinstance(answer, Unreadable)
    assert answer.reason.endswith("Divide the file and choose a part, or leave some pictures out.")


def test_pictures_of_too_many_pixels_are_refused_with_advice():
    shown = tuple(picture(number, side=8_000) for number in range(5))
    answer = finish(Parsed(READING, shown), (), Watcher(NoText()))
    assert isinstance(answer, Unreadable)
    assert "smaller pictures" in answer.reason
