import json
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import carriers
import pytest

from portal.reading import cell
from portal.reading.budget import MIB, Limits
from portal.reading.caged import CagedReader, cage_has_no_network, unpack
from portal.reading.plain import PlainReader
from portal.reading.reader import Part, Reading, Unreadable
from portal.reading.scripted import ScriptedReader


@pytest.fixture(scope="module")
def cage() -> Iterator[CagedReader]:
    with CagedReader() as reader:
        yield reader


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
    assert cage.has_no_network()
    assert cage_has_no_network()


def test_too_much_memory_ends_the_file_and_not_the_reader(tmp_path: Path):
    (tmp_path / "big").write_bytes(b"word " * (8 * MIB))
    (tmp_path / "small").write_bytes(b"word")
    with CagedReader(Limits(memory=160 * MIB), cells=1) as small_cage:
        assert isinstance(small_cage.read(tmp_path / "big", "a.txt"), Unreadable)
        assert isinstance(small_cage.read(tmp_path / "small", "a.txt"), Reading)


@pytest.mark.parametrize("limits", [Limits(wall_seconds=0.3), Limits(cpu_seconds=1)])
def test_too_much_time_ends_the_file_and_not_the_reader(limits: Limits, tmp_path: Path):
    (tmp_path / "slow").write_bytes(b"<i>x</i>" * 1_000_000)
    (tmp_path / "small").write_bytes(b"word")
    with CagedReader(limits, cells=1) as hasty:
        started = time.monotonic()
        assert isinstance(hasty.read(tmp_path / "slow", "a.html"), Unreadable)
        assert time.monotonic() - started < 10
        assert isinstance(hasty.read(tmp_path / "small", "a.txt"), Reading)


def test_a_killed_cell_is_replaced(tmp_path: Path):
    (tmp_path / "small").write_bytes(b"word")
    with CagedReader(cells=1) as reader:
        assert isinstance(reader.read(tmp_path / "small", "a.txt"), Reading)
        warm = reader._free.queue[0]
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
            cell.confine(Limits())
            {
                "open": lambda: os.open(target, os.O_RDONLY),
                "write": lambda: os.open(target, os.O_WRONLY | os.O_CREAT),
                "fork": os.fork,
                "run": lambda: os.execv("/bin/true", ["true"]),
                "connect": lambda: socket.socket(socket.AF_INET),
                "kill": lambda: os.kill(os.getppid(), 0),
                "unlink": lambda: Path(target).unlink(),
            }[tries]()
        except PermissionError:
            outcome = b"refused"
        except BaseException as error:  # noqa: BLE001 - the child must answer whatever happens
            outcome = repr(error).encode()
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


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\n",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b'{"kind":"txt","pages":0,"pictures":0,"parts":[["a",9]]}\nabc',
        b'{"kind":"txt","pages":0,"pictures":0,"parts":[["a",-1]]}\nabc',
        b'{"kind":"exe","pages":0,"pictures":0,"parts":[]}\n',
        b'{"kind":"txt","pages":0,"pictures":0,"parts":[["a",1]]}\n\xff',
        json.dumps({"kind": "txt", "pages": 0, "pictures": 0, "parts": []}).encode() + b"\nmore",
    ],
)
def test_an_answer_that_makes_no_sense_is_unreadable(message: bytes):
    assert isinstance(unpack(message), Unreadable)


def test_an_answer_survives_packing():
    for result in (Unreadable("No."), Reading("pdf", (Part("page 1", "Zoë\n"), Part("page 2", "")), 2, 1)):
        assert unpack(cell.pack(result)) == result
