import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import carriers
import pytest

from portal.reading.clamav import ScannedReader, Tcp, UnixSocket, parse_clamav_url
from portal.reading.reader import (
    Cut,
    OnPage,
    OnPart,
    Pages,
    Paper,
    Part,
    Prepared,
    Reading,
    Stripped,
    Unpacked,
    Unreadable,
)
from tests.parts.clamav import EICAR, HARMFUL, Clamd, clamd
from tests.parts.process import free_ports


@pytest.fixture(scope="module")
def scanner() -> Iterator[Clamd]:
    with clamd() as running:
        yield running


class Behind:
    """A reader that remembers what got as far as it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, frozenset[str]]] = []
        self.closed = False

    def read(
        self, path: Path, name: str, known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        self.asked.append((name, known))
        reading = Reading("txt", (Part("text", path.read_bytes().decode("latin-1")),))
        if on_part:
            on_part(reading.parts[0])
        return reading

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        return (self.read(path, name, known, on_part) for path, name in files)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        into.write_bytes(path.read_bytes())
        return Stripped((path.name,))

    def prepare(self, papers: Sequence[Paper], known: frozenset[str]) -> list[Prepared | Unreadable]:
        for paper in papers:
            self.strip(paper.path, paper.into)
        read = [self.read(paper.path, paper.name, known) for paper in papers]
        return [one if isinstance(one, Unreadable) else Prepared(one, (one.parts[0].text,)) for one in read]

    def unpack(self, path: Path, into: Path) -> Unpacked | Unreadable:
        self.asked.append((f"unpack {path.name} {into.name}", frozenset()))
        return Unpacked(())

    def pages(
        self,
        path: Path,
        on_page: OnPage | None = None,
        look_at: frozenset[int] = frozenset(),
        *,
        at_their_word: bool = False,
    ) -> Pages | Unreadable:
        self.asked.append((f"pages {path.name} {on_page} {sorted(look_at)} {at_their_word}", frozenset()))
        return Pages(())

    def cut(self, path: Path, groups: Sequence[Sequence[int]], into: Path) -> Cut | Unreadable:
        self.asked.append((f"cut {path.name} {groups} {into.name}", frozenset()))
        return Cut(())

    def close(self) -> None:
        self.closed = True


def answer(url: str, data: bytes, folder: Path, **limits: float) -> tuple[Reading | Unreadable, Behind]:
    behind = Behind()
    (folder / "x").write_bytes(data)
    return ScannedReader(behind, url, **limits).read(folder / "x", "a.txt", frozenset({"known"})), behind


def refused(url: str, data: bytes, folder: Path, **limits: float) -> str:
    result, behind = answer(url, data, folder, **limits)
    assert isinstance(result, Unreadable), result
    assert behind.asked == []
    return result.reason


@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_a_clean_file_is_read_by_the_reader_behind(scanner: Clamd, way: str, tmp_path: Path):
    result, behind = answer(getattr(scanner, way), b"Welcome" * 30_000, tmp_path)
    assert isinstance(result, Reading)
    assert result.parts[0].text == "Welcome" * 30_000
    assert behind.asked == [("a.txt", frozenset({"known"}))]


@pytest.mark.parametrize("way", ["unix", "tcp"])
def test_a_harmful_file_meets_no_parser(scanner: Clamd, way: str, tmp_path: Path):
    for harm in (HARMFUL, EICAR):
        assert "something harmful" in refused(getattr(scanner, way), b"Welcome " * 20_000 + harm, tmp_path)


def test_nothing_harmful_is_opened_in_any_way(scanner: Clamd, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"Welcome " * 9)
    (tmp_path / "bad").write_bytes(b"Welcome " + HARMFUL)
    behind, into = Behind(), tmp_path / "into"
    reader = ScannedReader(behind, scanner.unix)
    ways: list[Callable[[Path], object]] = [
        lambda path: reader.prepare([Paper(path, "a.txt", into)], frozenset({"known"}))[0],
        lambda path: reader.unpack(path, into),
        lambda path: reader.pages(path, None, frozenset({3}), at_their_word=True),
        lambda path: reader.cut(path, [[0]], into),
    ]
    for way in ways:
        for harm in ("bad", "missing"):
            answer = way(tmp_path / harm)
            assert isinstance(answer, Unreadable)
    assert behind.asked == []
    assert not into.exists()
    assert not any(isinstance(way(tmp_path / "x"), Unreadable) for way in ways)
    assert behind.asked == [
        ("a.txt", frozenset({"known"})),
        ("unpack x into", frozenset()),
        ("pages x None [3] True", frozenset()),
        ("cut x [[0]] into", frozenset()),
    ]


def test_a_harmful_file_among_others_keeps_its_place_and_costs_none_of_them(scanner: Clamd, tmp_path: Path):
    said = [b"One", b"Two " + HARMFUL, b"Three"]
    for number, text in enumerate(said):
        (tmp_path / f"{number}").write_bytes(text)
    behind = Behind()
    papers = [Paper(tmp_path / f"{number}", f"{number}.txt", tmp_path / f"into{number}") for number in range(3)]
    reader = ScannedReader(behind, scanner.unix)
    answers = reader.prepare(papers, frozenset())
    assert [getattr(answer, "removed", None) for answer in answers] == [("One",), None, ("Three",)]
    assert [name for name, _ in behind.asked] == ["0.txt", "2.txt"]
    readings = list(reader.read_all([(paper.path, paper.name) for paper in papers]))
    assert [isinstance(one, Reading) and one.parts[0].text for one in readings] == ["One", False, "Three"]


def test_harm_packed_into_an_office_file_is_found(scanner: Clamd, tmp_path: Path):
    plain = carriers.document(lambda _: None)
    packed = carriers.repacked(plain, {"customXml/item1.xml": b"<a>" + HARMFUL + b"</a>"})
    assert HARMFUL not in packed
    assert "something harmful" in refused(scanner.unix, packed, tmp_path)
    assert isinstance(answer(scanner.unix, plain, tmp_path)[0], Reading)


def test_a_file_too_large_to_be_scanned_is_refused(scanner: Clamd, tmp_path: Path):
    assert "scanner does not answer" in refused(scanner.unix, b"x" * (scanner.longest + 1), tmp_path)


def test_the_scanner_is_asked_whether_it_is_there(scanner: Clamd):
    for url in (scanner.unix, scanner.tcp):
        assert ScannedReader(Behind(), url).is_answering()


def test_without_a_scanner_nothing_is_read(tmp_path: Path):
    with clamd() as gone:
        assert isinstance(answer(gone.unix, b"Welcome", tmp_path)[0], Reading)
    for url in (gone.unix, gone.tcp):
        assert "scanner does not answer" in refused(url, b"Welcome", tmp_path)
        assert not ScannedReader(Behind(), url).is_answering()


@contextmanager
def stranger(acts: Callable[[socket.socket], object]) -> Iterator[str]:
    """Something that listens where a scanner should, and does to each connection what it was told."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _ = door.accept()
                except OSError:
                    return
                with connection:
                    try:
                        acts(connection)
                    except OSError:
                        continue

        served = threading.Thread(target=serve, daemon=True)
        served.start()
        yield f"clamd://127.0.0.1:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)
    served.join(5)


def answering(message: bytes) -> Callable[[socket.socket], None]:
    def act(connection: socket.socket) -> None:
        connection.settimeout(5)
        received = b""
        while not received.endswith((b"\0\0\0\0", b"PING\0")):
            received += connection.recv(65536)
        connection.sendall(message)

    return act


def endless(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"stream: OK" * 1000)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK",
        b"stream: OK\n\0",
        b"Stream: ok\0",
        b"stream: OK ERROR\0",
        b"other: OK\0",
        b"stream: Can't allocate memory ERROR\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"\xff\xfe\0",
        b"HTTP/1.1 200 OK\r\n\r\n\0",
        b"not FOUND\0",
    ],
)
def test_an_answer_that_is_none_lets_nothing_pass(message: bytes, tmp_path: Path):
    with stranger(answering(message)) as url:
        assert "scanner does not answer" in refused(url, b"Welcome", tmp_path, answers_within=2)
        assert not ScannedReader(Behind(), url).is_answering()


def test_an_endless_answer_lets_nothing_pass(tmp_path: Path):
    with stranger(endless) as url:
        assert "scanner does not answer" in refused(url, b"Welcome", tmp_path, answers_within=2)


def test_a_scanner_that_dies_midway_lets_nothing_pass(tmp_path: Path):
    with stranger(lambda connection: connection.recv(4096)) as url:
        assert "scanner does not answer" in refused(url, b"Welcome" * 1_000_000, tmp_path)


@pytest.mark.parametrize("size", [10, 20_000_000])
def test_a_slow_scanner_is_not_waited_for_for_ever(size: int, tmp_path: Path):
    may_end = threading.Event()
    with stranger(lambda _: may_end.wait(60)) as url:
        started = time.monotonic()
        assert "scanner does not answer" in refused(url, b"x" * size, tmp_path, answers_within=0.5)
        assert time.monotonic() - started < 20
        may_end.set()


def test_a_scanner_that_drips_is_not_waited_for_for_ever(tmp_path: Path):
    def drip(connection: socket.socket) -> None:
        for _ in range(600):
            connection.sendall(b"x")
            time.sleep(0.1)

    with stranger(drip) as url:
        started = time.monotonic()
        assert "scanner does not answer" in refused(url, b"Welcome", tmp_path, answers_within=0.5)
        assert time.monotonic() - started < 20


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path):
    result = ScannedReader(Behind(), "unix:///nowhere").read(tmp_path / "none", "a.txt")
    assert isinstance(result, Unreadable)
    assert "not there any more" in result.reason


def test_stripping_and_closing_reach_the_reader_behind(tmp_path: Path):
    behind = Behind()
    reader = ScannedReader(behind, "unix:///nowhere")
    (tmp_path / "x").write_bytes(b"Welcome")
    assert reader.strip(tmp_path / "x", tmp_path / "y") == Stripped(("x",))
    assert (tmp_path / "y").read_bytes() == b"Welcome"
    reader.close()
    assert behind.closed


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("tcp://scanner.test:3311", Tcp("scanner.test", 3311)),
        ("clamd://scanner.test", Tcp("scanner.test", 3310)),
        ("tcp://[::1]:3310/", Tcp("::1", 3310)),
        ("unix:///run/clamav/clamd.ctl", UnixSocket("/run/clamav/clamd.ctl")),
        ("unix:///run/my%20scanner", UnixSocket("/run/my scanner")),
    ],
)
def test_an_address_of_a_scanner_is_understood(url: str, where: Tcp | UnixSocket):
    assert parse_clamav_url(url) == where


@pytest.mark.parametrize(
    "url",
    [
        "",
        "clamd",
        "http://scanner.test:3310",
        "tcp://",
        "tcp://:3310",
        "tcp://scanner.test:port",
        "tcp://scanner.test:99999",
        "tcp://scanner.test:0",
        "tcp://scanner.test:3310/path",
        "tcp://who:secret@scanner.test",
        "tcp://scanner.test?x=1",
        "unix://relative/path",
        "unix:",
        "unix:///",
    ],
)
def test_an_address_of_anything_else_is_refused_in_a_sentence(url: str):
    with pytest.raises(ValueError, match="must look like tcp://"):
        ScannedReader(Behind(), url)


def test_a_port_nobody_listens_at_lets_nothing_pass(tmp_path: Path):
    (port,) = free_ports(1)
    assert "scanner does not answer" in refused(f"tcp://127.0.0.1:{port}", b"Welcome", tmp_path)
