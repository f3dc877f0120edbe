import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from carriers import document, in_runs, simple_pdf
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.kernel.cage.frames import BYTES, END, NAME, PASSED, REASON, CageBroken, Frame, ended
from portal.publish import Upload
from portal.publish.per_child.giving import bundle
from portal.reading.budget import MIB
from portal.reading.bundles import zip_of_files
from portal.reading.bundles.receiving import receive_files
from portal.reading.cage.caged import CagedReader
from portal.reading.plain import PlainReader
from portal.reading.reader import Reader, Unpacked, Unreadable
from portal.reading.scripted import ScriptedReader

CARDS = {
    "Grade 3/0012345 (final) (2).pdf": b"card of one",
    "Grade 3/0012346.pdf": b"card of two",
    "Grade 4/Zoë Nuñez 0012347.pdf": b"card of three",
    "empty.pdf": b"",
}


@pytest.fixture(params=["caged", "plain", "scripted"])
def reader(request: pytest.FixtureRequest, cage: CagedReader) -> Reader:
    return {"caged": cage, "plain": PlainReader(), "scripted": ScriptedReader()}[request.param]


def zipped(files: dict[str, bytes] | list[tuple[str, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as made:
        for name, content in files.items() if isinstance(files, dict) else files:
            made.writestr(name, content)
    return held.getvalue()


def unpacked(reader: Reader, data: bytes, folder: Path) -> Unpacked | Unreadable:
    (folder / "x.zip").write_bytes(data)
    return reader.unpack(folder / "x.zip", folder / "into")


def refused(data: bytes, folder: Path, reader: Reader | None = None) -> str:
    answer = unpacked(reader or PlainReader(), data, folder)
    assert isinstance(answer, Unreadable), answer
    assert list((folder / "into").glob("*")) == [], "nothing is left of it"
    return answer.reason


def test_each_file_comes_out_with_its_full_name_under_one_of_ours(reader: Reader, tmp_path: Path):
    answer = unpacked(reader, zipped(CARDS), tmp_path)
    assert isinstance(answer, Unpacked)
    assert {packed.name: packed.path.read_bytes() for packed in answer.files} == CARDS
    assert [packed.size for packed in answer.files] == [len(content) for content in CARDS.values()]
    assert sorted(path.name for path in (tmp_path / "into").iterdir()) == ["00001", "00002", "00003", "00004"]
    assert answer.passed_over == ()


def test_what_systems_leave_beside_the_files_is_passed_over_and_listed(reader: Reader, tmp_path: Path):
    rubbish = [
        "Cards/",
        "__MACOSX/Cards/._1.pdf",
        "Cards/.DS_Store",
        "Thumbs.db",
        "Cards/desktop.ini",
        "Cards/~$1.docx",
    ]
    link = zipfile.ZipInfo("Cards/link.pdf")
    link.external_attr = 0o120777 << 16
    held = io.BytesIO(zipped({name: b"x" for name in rubbish if not name.endswith("/")}))
    with zipfile.ZipFile(held, "a") as made:
        made.mkdir("Cards")
        made.writestr(link, b"/etc/passwd")
        made.writestr("Cards/1.pdf", b"card")
    answer = unpacked(reader, held.getvalue(), tmp_path)
    assert isinstance(answer, Unpacked)
    assert [packed.name for packed in answer.files] == ["Cards/1.pdf"]
    assert sorted(answer.passed_over) == sorted([*rubbish, "Cards/link.pdf"])


def test_two_files_of_one_name_both_come_out(reader: Reader, tmp_path: Path):
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("12345.pdf", b"one"), ("12345.pdf", b"other")])
    answer = unpacked(reader, data, tmp_path)
    assert isinstance(answer, Unpacked)
    assert [(packed.name, packed.path.read_bytes()) for packed in answer.files] == [
        ("12345.pdf", b"one"),
        ("12345.pdf", b"other"),
    ]


@pytest.mark.parametrize("name", ["../../out.pdf", "/etc/out.pdf", "C:/out.pdf", "a/../../out.pdf", "..\\out.pdf"])
def test_a_name_that_leads_elsewhere_leads_nowhere(name: str, tmp_path: Path):
    answer = unpacked(PlainReader(), zipped({name: b"card"}), tmp_path)
    assert isinstance(answer, Unpacked)
    assert answer.files[0].name == name.replace("\\", "/")
    assert answer.files[0].path == tmp_path / "into" / "00001"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["00001", "into", "x.zip"]


def test_files_chosen_one_by_one_keep_their_names_and_none_breaks_the_zip(tmp_path: Path):
    """A browser's folder gives names with folders, and a hostile one names that are nothing but dots and slashes."""
    names = ["Cards/100001.pdf", "../../x.pdf", "/etc/x.pdf", "///", "/./", "\0", "\0/\0.pdf", "..", "a\r\nb.pdf"]
    (tmp_path / "card").write_bytes(b"card")
    with pytest.warns(UserWarning, match="Duplicate"):
        bundle([Upload(tmp_path / "card", name) for name in names], tmp_path / "x.zip")
    answer = PlainReader().unpack(tmp_path / "x.zip", tmp_path / "into")
    assert isinstance(answer, Unpacked)
    came = [packed.name for packed in answer.files]
    assert came[:3] == ["Cards/100001.pdf", "../../x.pdf", "etc/x.pdf"]
    assert len(came) + len(answer.passed_over) == len(names)
    assert {path.name for path in tmp_path.iterdir()} == {"card", "x.zip", "into"}


def test_names_are_read_in_utf_8_and_in_the_letters_of_old_programs(cage: CagedReader, tmp_path: Path):
    for flagged, written, told in [
        (True, "Zoë.pdf".encode(), "Zoë.pdf"),
        (False, "Zoë.pdf".encode("cp437"), "Zoë.pdf"),
        (False, "Zoë.pdf".encode(), "Zoë.pdf"),  # macOS does not say that it writes UTF-8
    ]:
        data = zipped({"n" * len(written): b"card"}).replace(b"n" * len(written), written)
        if flagged:
            at = data.index(b"PK\x01\x02")
            data = data[:6] + b"\0\x08" + data[8 : at + 8] + b"\0\x08" + data[at + 10 :]
        folder = tmp_path / f"{flagged}{len(written)}"
        folder.mkdir()
        answer = unpacked(cage, data, folder)
        assert isinstance(answer, Unpacked), answer
        assert answer.files[0].name == told


def test_an_archive_in_the_zip_stays_one(reader: Reader, tmp_path: Path):
    inner = zipped(CARDS)
    answer = unpacked(reader, zipped({"more.zip": inner}), tmp_path)
    assert isinstance(answer, Unpacked)
    assert [packed.path.read_bytes() for packed in answer.files] == [inner]


def locked() -> bytes:
    data = bytearray(zipped(CARDS))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    return bytes(data)


def of_zeros(size: int, files: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for number in range(files):
            with made.open(f"{number}.pdf", "w") as part:
                for _ in range(size // MIB):
                    part.write(bytes(MIB))
    return held.getvalue()


def sharing(files: int) -> bytes:
    """A zip whose entries all are packed from the same bytes: small, and large when it is unpacked."""
    content = bytes(range(256)) * 4096 * 8
    one = zipped({"0.pdf": content}, zipfile.ZIP_STORED)
    start = one.index(b"PK\x01\x02")
    directory = one[start : one.index(b"PK\x05\x06")] * files
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, files, files, len(directory), start, 0)
    return one[:start] + directory + end


@pytest.mark.parametrize(("make", "sentence"), [
    (locked, "locked with a password"),
    (lambda: b"%PDF-1.7", "no zip"),
    (lambda: b"", "no zip"),
    (lambda: b"7z\xbc\xaf\x27\x1c", "no zip"),
    (lambda: zipped({}), "holds no file"),
    (lambda: zipped({"__MACOSX/._x": b"x"}), "holds no file"),
    (lambda: document(in_runs), "file of an office program"),
    (lambda: zipped(CARDS, zipfile.ZIP_LZMA), "few programs know"),
    (lambda: zipped(CARDS)[:-30], "damaged"),
    (lambda: zipped({"n" * 5000: b"x"}), "name far too long"),
    (lambda: of_zeros(8 * MIB, 1), "grows far too large"),
    (lambda: sharing(300), "larger|grows|holds more"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_what_cannot_be_unpacked_is_refused_with_a_sentence(make, sentence: str, tmp_path: Path):  # noqa: ANN001 - a maker
    import re

    assert re.search(sentence, refused(make(), tmp_path))


def test_the_limits_are_kept_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(zip_of_files, "MAX_FILES", 3)
    assert "more than 20,000 files" in refused(zipped(CARDS), tmp_path)
    monkeypatch.setattr(zip_of_files, "MAX_FILES", 20)
    monkeypatch.setattr(zip_of_files, "MAX_UNPACKED", 20)
    assert "Unpacked, this zip holds more" in refused(zipped(CARDS), tmp_path)
    monkeypatch.setattr(zip_of_files, "MAX_FILE", 12)
    assert "A file in this zip is larger" in refused(zipped(CARDS), tmp_path)


def test_a_zip_with_one_damaged_file_leaves_nothing_behind(reader: Reader, tmp_path: Path):
    data = zipped({"1.pdf": b"card of one", "2.pdf": b"card of two"}, zipfile.ZIP_STORED)
    assert "damaged" in refused(data.replace(b"card of two", b"card of TWO"), tmp_path, reader)


def test_what_is_gone_is_said_to_be_gone(reader: Reader, tmp_path: Path):
    answer = reader.unpack(tmp_path / "missing", tmp_path / "into")
    assert isinstance(answer, Unreadable)
    assert answer.reason.endswith(".")


def test_a_file_out_of_a_zip_is_read_like_any(cage: CagedReader, tmp_path: Path):
    answer = unpacked(cage, zipped({"a.pdf": simple_pdf(), "b.zip": zipped(CARDS)}), tmp_path)
    assert isinstance(answer, Unpacked)
    assert not isinstance(cage.read(answer.files[0].path, "a.pdf"), Unreadable)
    assert isinstance(cage.read(answer.files[1].path, "b.zip"), Unreadable)


def test_many_large_files_come_out_of_the_cage_whole(cage: CagedReader, tmp_path: Path):
    content = bytes(range(256)) * 4096 * 5
    answer = unpacked(cage, zipped({f"{number}.bin": content for number in range(20)}, zipfile.ZIP_STORED), tmp_path)
    assert isinstance(answer, Unpacked)
    assert all(packed.path.read_bytes() == content for packed in answer.files)


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10**6), patch=st.binary(min_size=1, max_size=6))
def test_no_damage_makes_it_do_anything_but_unpack_or_say_no(
    at: int, patch: bytes, tmp_path_factory: pytest.TempPathFactory
):
    whole = zipped(CARDS)
    at %= len(whole)
    folder = tmp_path_factory.mktemp("zip")
    answer = unpacked(PlainReader(), whole[:at] + patch + whole[at + len(patch) :], folder)
    left = sorted((folder / "into").glob("*"))
    assert left == ([packed.path for packed in answer.files] if isinstance(answer, Unpacked) else [])


@pytest.mark.parametrize("frames", [
    [],
    [Frame(NAME, b"a"), Frame(BYTES, b"x")],
    [Frame(BYTES, b"x"), Frame(END)],
    [Frame(NAME, b"n" * 5000), Frame(END)],
    [Frame(PASSED, b"n" * 5000), Frame(END)],
    [Frame(b"?"), Frame(END)],
    [Frame(NAME, b"a"), *[Frame(BYTES, bytes(64 * MIB))] * 2, Frame(END)],
    [Frame(NAME, b"a")] * 20_001 + [Frame(END)],
])  # fmt: skip
def test_an_answer_that_breaks_off_or_makes_no_sense_is_no_shorter_zip(frames: list[Frame], tmp_path: Path):
    with pytest.raises(CageBroken):
        receive_files(frames, tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == []


def test_whatever_a_library_trips_over_is_an_answer():
    def stumbling() -> Iterator[Frame]:
        yield Frame(NAME, b"a")
        raise ZeroDivisionError

    assert list(ended(stumbling(), "No.")) == [Frame(NAME, b"a"), Frame(REASON, b"No.")]
