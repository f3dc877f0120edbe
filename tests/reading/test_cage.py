import json
import os
import socket
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import carriers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from portal.kernel.cage import serving
from portal.reading.answers import (
    BROKE_OFF,
    pack_parsed,
    pack_sight,
    pack_stripped,
    unpack_parsed,
    unpack_sight,
    unpack_stripped,
)
from portal.reading.budget import MIB, Limits
from portal.reading.cage.caged import CagedReader, confinement_here
from portal.reading.images.grey import Picture
from portal.reading.plain import PlainReader
from portal.reading.reader import Part, Reading, Unreadable
from portal.reading.scripted import ScriptedReader
from portal.reading.seeing import MAX_PICTURES, NoText, Parsed, Read, Sight, Sights, Unsure, finish


@pytest.fixture(params=["caged", "plain", "scripted"])
def reader(request: pytest.FixtureRequest, cage: CagedReader) -> CagedReader | PlainReader | ScriptedReader:
    return {"caged": cage, "plain": PlainReader(), "scripted": ScriptedReader()}[request.param]


def test_every_reader_reads_text_with_its_name(reader, tmp_path: Path):  # noqa: ANN001 - any reader
    (tmp_path / "x").write_bytes("Welcome, Zoë".encode())
    reading = reader.read(tmp_path / "x", "letter.txt")
    assert reading == Reading("txt", (Part("file name", "letter.txt"), Part("text", "Welcome, Zoë")))


def test_every_reader_answers_what_it_cannot_read_with_a_sentence(reader, tmp_path: Path):  # noqa: ANN001 - any reader
    (tmp_path / "x").write_bytes(b"\x81\x00\x8d")
    for path in (tmp_path / "x", tmp_path / "missing"):
        answer = reader.read(path, "letter.txt")
        assert isinstance(answer, Unreadable)
        assert answer.reason.endswith(".")


def test_a_scripted_reader_says_what_it_was_told(tmp_path: Path):
    told = Unreadable("No.")
    assert ScriptedReader({"a.pdf": told}).read(tmp_path / "x", "a.pdf") is told


@pytest.mark.parametrize("face", [b"Courier", b"Courier-Bold", b"Times-Roman", b"Symbol"])
def test_letters_of_a_face_that_a_pdf_does_not_bring_are_read_whatever_is_installed(
    cage: CagedReader, face: bytes, tmp_path: Path
):
    """It fails where a face of that name is installed (Courier New, Courier Prime) and pdfium looks for it."""
    page = carriers.PAGE.replace(b"Helvetica", face)
    (tmp_path / "x").write_bytes(carriers.simple_pdf(page=page))
    reading = cage.read(tmp_path / "x", "letter.pdf")
    assert isinstance(reading, Reading)
    assert not any(part.by_ocr for part in reading.parts)


def test_the_cage_reads_every_format_as_the_plain_reader_does(cage: CagedReader, tmp_path: Path):
    files = {
        "a.pdf": carriers.pdf(tmp_path, '#link("https://school.test")[Site] Ána #table(columns: 2, [a], [b])'),
        "a.docx": carriers.document(carriers.in_runs),
        "a.xlsx": carriers.workbook(carriers.in_a_comment),
        "a.csv": "größe;ünf\n1;2".encode("utf-16"),
        "a.html": "<meta charset=shift_jis><p title=x>&eacute;李".encode("shift_jis", "ignore"),
        "a.txt": "Rivéra".encode("cp1252"),
    }
    for name, data in files.items():
        (tmp_path / "x").write_bytes(data)
        reading = cage.read(tmp_path / "x", name)
        assert isinstance(reading, Reading), (name, reading)
        assert reading == PlainReader().read_bytes(data, name)


def test_files_are_read_side_by_side(cage: CagedReader, tmp_path: Path):
    for number in range(8):
        (tmp_path / str(number)).write_text(f"Letter {number}")
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(lambda number: cage.read(tmp_path / str(number), "a.txt"), range(8)))
    assert [reading.parts[1].text for reading in readings if isinstance(reading, Reading)] == [
        f"Letter {number}" for number in range(8)
    ]


def test_there_is_no_network_in_the_cage(cage: CagedReader):
    assert cage.confinement().is_off_the_network
    assert confinement_here() == cage.confinement()


def test_too_much_memory_ends_the_file_and_not_the_reader(tmp_path: Path):
    (tmp_path / "big").write_bytes(b"word " * (18 * MIB))
    (tmp_path / "small").write_bytes(b"word")
    with CagedReader(Limits(memory=400 * MIB), cells=1) as small_cage:
        assert isinstance(small_cage.read(tmp_path / "big", "a.txt"), Unreadable)
        assert isinstance(small_cage.read(tmp_path / "small", "a.txt"), Reading)


@pytest.mark.parametrize(
    "limits", [Limits(memory=2_048 * MIB, wall_seconds=3.0), Limits(memory=2_048 * MIB, cpu_seconds=1)]
)  # memory for longer than that
def test_too_much_time_ends_the_file_and_not_the_reader(limits: Limits, tmp_path: Path):
    (tmp_path / "slow").write_bytes(b"<i>x</i>" * 6_000_000)  # some eight seconds of a processor
    (tmp_path / "small").write_bytes(b"word")
    with CagedReader(limits, cells=1) as hasty:
        answer = hasty.read(tmp_path / "slow", "a.html")
        assert isinstance(answer, Unreadable)
        assert answer.reason == BROKE_OFF
        assert isinstance(hasty.read(tmp_path / "small", "a.txt"), Reading)  # in seconds, whatever else goes on


def test_a_killed_cell_is_replaced(tmp_path: Path):
    (tmp_path / "small").write_bytes(b"word")
    with CagedReader(cells=1) as reader:
        assert isinstance(reader.read(tmp_path / "small", "a.txt"), Reading)
        warm = reader._cells._free.queue[0]
        assert warm is not None
        warm._process.kill()
        warm._process.wait()
        assert isinstance(reader.read(tmp_path / "small", "a.txt"), Reading)


def tried_in_the_cage(tries: str, target: Path) -> str:
    """What becomes of an act in a confined child of this process."""
    answer, held = os.pipe()
    child = os.fork()
    if child == 0:
        outcome = b"done"
        try:
            serving.confine(Limits(), writes=held)
            {
                "open": lambda: os.open(target, os.O_RDONLY),
                "write": lambda: os.open(target, os.O_WRONLY | os.O_CREAT),
                "fork": os.fork,
                "run": lambda: os.execv("/bin/true", ["true"]),
                "connect": lambda: socket.socket(socket.AF_INET),
                "kill": lambda: os.kill(1, 0),
                "unlink": lambda: Path(target).unlink(),
            }[tries]()
        except PermissionError:
            outcome = b"refused"
        except BaseException as error:  # noqa: BLE001 - the child must answer whatever happens
            outcome = repr(error).encode()
        finally:
            os.write(held, outcome)
            os._exit(0)
    os.close(held)
    with os.fdopen(answer, "rb") as told:
        outcome = told.read()
    os.waitpid(child, 0)
    return outcome.decode()


@pytest.mark.parametrize("tries", ["open", "write", "fork", "run", "connect", "kill", "unlink"])
def test_nothing_gets_out_of_the_cage(tries: str, tmp_path: Path):
    (tmp_path / "x").write_text("secret")
    assert tried_in_the_cage(tries, tmp_path / "x") == "refused"
    assert (tmp_path / "x").read_text() == "secret"


PICTURE = Picture("page 1, picture 1", "a" * 64, 2, 2, zlib.compress(b"abcd"))
READING = Reading(
    "pdf", (Part("page 1", "Zoë\n"), Part("page 2", "")), 2, 1, 3, 4, misnamed=True, unheard=("tags", "title")
)


def test_an_answer_survives_packing():
    for result in (Unreadable("No."), Parsed(READING), Parsed(READING, (PICTURE, PICTURE))):
        assert unpack_parsed(b"".join(pack_parsed(result))) == result
    for sight in (NoText(), Read("Zoë"), Unsure()):
        assert unpack_sight(b"".join(pack_sight(sight))) == sight
    assert unpack_stripped(b"".join(pack_stripped(b"%PDF", ("author",)))) == (b"%PDF", ("author",))


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps).map(str.encode)
)
def test_an_answer_that_makes_no_sense_is_no_reading(message: bytes):
    for line in (message, message + b"\n", message + b"\nmore"):
        assert isinstance(unpack_parsed(line), Unreadable)
        assert unpack_sight(line) == Unsure()
        assert isinstance(unpack_stripped(line), Unreadable)


@given(st.data())
def test_no_cut_or_changed_answer_is_taken_for_another(data: st.DataObject):
    whole = b"".join(pack_parsed(Parsed(READING, (PICTURE,))))
    at = data.draw(st.integers(0, len(whole) - 1))
    assert isinstance(unpack_parsed(whole[:at]), Unreadable)
    changed = unpack_parsed(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert isinstance(changed, Unreadable | Parsed)


def test_a_picture_is_looked_at_once_however_often_it_comes_and_by_its_pixels_alone():
    looked: list[str] = []

    def look(pictures: Sequence[Picture]) -> list[Sight]:
        looked.extend(picture.place for picture in pictures)
        return [Read("Ana") if picture.packed == PICTURE.packed else NoText() for picture in pictures]

    sights = Sights(look)
    assert sights.of([PICTURE, replace(PICTURE, place="page 2")]) == [Read("Ana"), Read("Ana")]
    assert sights.of([PICTURE]) == [Read("Ana")]
    assert len(looked) == 1
    false = replace(PICTURE, packed=zlib.compress(b"efgh"), place="another file")
    assert sights.of([false]) == [NoText()], "the hash it claims is not believed"
    assert sights.of([PICTURE]) == [Read("Ana")]


def test_an_unsure_picture_is_looked_at_again():
    seen = [Unsure(), NoText()]
    sights = Sights(lambda pictures: [seen.pop(0) for _ in pictures])
    assert sights.of([PICTURE]) == [Unsure()]
    assert sights.of([PICTURE]) == [NoText()]


def test_one_unsure_picture_makes_the_file_unreadable_unless_it_is_known():
    parsed = Parsed(Reading("pdf", (Part("page 1", "Welcome"),), 1, 1), (PICTURE,))
    doubtful = finish(parsed, frozenset(), lambda pictures: [Unsure() for _ in pictures])
    assert isinstance(doubtful, Unreadable)
    assert doubtful.pictures == (PICTURE.sha256,)
    assert "page 1, picture 1" in doubtful.reason
    assert finish(parsed, {PICTURE.sha256}, lambda pictures: [Unsure() for _ in pictures]) == parsed.reading


def test_a_file_of_too_many_pictures_is_divided():
    many = tuple(replace(PICTURE, sha256=f"{number:064x}") for number in range(MAX_PICTURES + 1))
    answer = finish(Parsed(READING, many), frozenset(), lambda pictures: [NoText() for _ in pictures])
    assert isinstance(answer, Unreadable)
    assert "Divide" in answer.reason


def test_a_scanned_page_is_read_in_the_cage_as_outside(cage: CagedReader, tmp_path: Path):
    image = Image.new("L", (900, 220), 255)
    ImageDraw.Draw(image).text((40, 60), "Ana Rivera", fill=0, font=ImageFont.load_default(size=90))
    image.save(tmp_path / "x", "PNG")
    for reader in (cage, PlainReader()):
        reading = reader.read(tmp_path / "x", "scan.png")
        assert isinstance(reading, Reading)
        assert [part.text.strip() for part in reading.parts if part.by_ocr] == ["Ana Rivera"]


def test_what_is_stripped_in_the_cage_is_what_is_stripped_outside(cage: CagedReader, tmp_path: Path):
    (tmp_path / "x").write_bytes(carriers.simple_pdf(info=b"/Info<</Author(Ana Rivera)>>"))
    assert cage.strip(tmp_path / "x", tmp_path / "y") == PlainReader().strip(tmp_path / "x", tmp_path / "z")
    assert (tmp_path / "y").read_bytes() == (tmp_path / "z").read_bytes()
    assert b"Rivera" not in (tmp_path / "y").read_bytes()


def test_what_cannot_be_stripped_leaves_nothing_behind(cage: CagedReader, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"Welcome")
    assert isinstance(cage.strip(tmp_path / "x", tmp_path / "y"), Unreadable)
    assert isinstance(cage.strip(tmp_path / "missing", tmp_path / "y"), Unreadable)
    assert not (tmp_path / "y").exists()
