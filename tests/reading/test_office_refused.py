"""Office files that cannot be read in full are refused, each with its reason; bombs before they unfold."""

import contextlib
import io
import random
import resource
import struct
import warnings
import zipfile

import carriers
import office_carriers
import pytest

from portal.reading.budget import CannotRead
from tests.pace import at_most

PLAIN = carriers.document(lambda _: None)
BOOK = carriers.workbook(lambda _: None)
SLIDES = office_carriers.presentation(lambda _: None)
DOCX = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def refused(data: bytes) -> str:
    with pytest.raises(CannotRead) as sentence:
        office_carriers.gathered(data)
    return str(sentence.value)


def docx_with(name: str, content: bytes) -> bytes:
    return carriers.repacked(PLAIN, {name: content})


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return held.getvalue()


def of_type(kind: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as packed:
        types = packed.read("[Content_Types].xml")
    return docx_with("[Content_Types].xml", types.replace(DOCX, kind))


def listing(ending: str) -> bytes:
    """A letter of a program that lists the type of workbooks with macros for parts with some ending."""
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as packed:
        types = packed.read("[Content_Types].xml")
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    listed = f'<Default Extension="{ending}" ContentType="{kind}"/></Types>'.encode()
    return docx_with("[Content_Types].xml", types.replace(b"</Types>", listed))


def ods(manifest: bytes = b"<a/>", **parts: bytes) -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": b"<a/>"} | parts)


@pytest.mark.parametrize(
    ("data", "part_of_the_sentence"),
    [
        (zipped({"a.txt": b"Ana"}), "archives"),
        (zipped({"mimetype": b"application/epub+zip"}), "archives"),
        (zipped({"Index/Document.iwa": b"x"}), "Pages"),
        (of_type(b"application/vnd.ms-word.document.macroEnabled.main+xml"), "macro"),
        (of_type(b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"), "another"),
        (of_type(b"application/vnd.ms-excel.sheet.binary.main"), "another"),
        (of_type(b"application/octet-stream"), "another"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.graphics"}), "another"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "[Content_Types].xml": DOCX}), "another"),
        (docx_with("word/vbaProject.bin", b"x"), "macro"),
        (carriers.repacked(listing("BIN"), {"word/a.bin": b"\0"}), "macro"),
        (docx_with("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "damaged"),
        (docx_with("word/embeddings/o.bin", office_carriers.compound({"WordDocument": b"x"})), "Word (doc)"),
        (docx_with("word/embeddings/o.bin", office_carriers.compound({"Equation Native": b"x"})), "equation"),
        (docx_with("word/embeddings/o.bin", office_carriers.compound({"Contents of some kind": b"x"})), "object"),
        (docx_with("word/embeddings/o.bin", office_carriers.compound({"\x01Ole10Native": b"x"})), "damaged"),
        (docx_with("word/embeddings/a.zip", zipped({"a.csv": b"Ana"})), "archives"),
        (docx_with("word/activeX/activeX1.xml", b"<a/>"), "control"),
        (docx_with("word/unknown.bin", b"\1\2\3"), "object"),
        (docx_with("word/media/sound.mp3", b"ID3"), "sound"),
        (docx_with("word/media/picture.wdp", b"II\xbc\1"), "picture"),
        (docx_with("word/media/picture.png", b"\x89PNG\r\n\x1a\nnothing"), "picture"),
        (docx_with("word/fonts/font1.odttf", b"Ana Rivera, " * 99), "object"),
        (docx_with("word/x.xml", b"<a>"), "damaged"),
        (docx_with("word/x.xml", b"<!DOCTYPE a [<!ENTITY b 'Ana'>]><a>&b;</a>"), "declares"),
        (docx_with("word/x.xml", b"<!DOCTYPE a SYSTEM 'b'><a>&c;</a>"), "declares"),
        (docx_with("word/x.xml", b"<a>" * 2_000 + b"</a>" * 2_000), "nested"),
        (carriers.repacked(BOOK, {"xl/worksheets/sheet1.xml": b"<a>" * 2_000 + b"</a>" * 2_000}), "nested"),
        (ods(**{"content.xml": b"<a>" * 2_000 + b"</a>" * 2_000}), "nested"),
        (carriers.repacked(BOOK, {"xl/model/item.data": b"\1"}), "hidden store"),
        (carriers.repacked(BOOK, {"customXml/item1.xml": "<DataMashup/>".encode("utf-16")}), "query"),
        (ods(b"<manifest><encryption-data/></manifest>"), "password"),
        (ods(**{"Basic/Standard/Module1.xml": b"<a/>"}), "macro"),
        (ods(**{"Scripts/python/a.py": b"x"}), "macro"),
        (ods(**{"Media/film.ogg": b"OggS"}), "sound"),
        (ods(unknown=b"\1\2"), "object"),
        (PLAIN[:-30], "damaged"),
        (PLAIN[:3000] + b"\0" * 40 + PLAIN[3040:], "damaged"),
    ],
)
def test_what_is_not_read_is_refused_in_a_sentence(data: bytes, part_of_the_sentence: str):
    sentence = refused(data)
    assert part_of_the_sentence in sentence
    assert sentence.endswith(".")


def test_a_type_for_macros_that_no_part_has_is_no_macro():
    assert office_carriers.gathered(listing("bin")).parts


def test_bytes_before_between_and_after_the_parts_are_refused():
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as packed:
        start = packed.start_dir
    assert "between its parts" in refused(b"%PDF-1.7 Ana Rivera" + PLAIN)
    assert "between its parts" in refused(PLAIN + b"Ana Rivera")
    assert "between its parts" in refused(_moved(PLAIN, start, b"Ana Rivera"))


def _moved(data: bytes, at: int, hidden: bytes) -> bytes:
    """The same container with bytes before its directory."""
    grown = data[:at] + hidden + data[at:]
    end = len(grown) - 22
    return grown[: end + 16] + (at + len(hidden)).to_bytes(4, "little") + grown[end + 20 :]


def test_bytes_after_a_packed_part_are_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        new.writestr("word/last.xml", b"<a/>")
    data = held.getvalue()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entry = packed.getinfo("word/last.xml")
        end, start = packed.start_dir, entry.header_offset
    hidden = b"Ana Rivera"
    size = struct.pack("<I", entry.compress_size)
    longer = struct.pack("<I", entry.compress_size + len(hidden))
    local = data[start:end].replace(size, longer, 1)
    rest = data[end:]
    at = rest.rindex(b"PK\x01\x02")
    rest = rest[:at] + rest[at:].replace(size, longer, 1)
    grown = data[:start] + local + hidden + rest
    grown = grown[:-6] + (end + len(hidden)).to_bytes(4, "little") + grown[-2:]
    assert "between its parts" in refused(grown)


def test_two_parts_with_one_name_are_refused():
    held = io.BytesIO(PLAIN)
    with zipfile.ZipFile(held, "a") as packed, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        packed.writestr("word/document.xml", b"<a/>")
    assert "one name" in refused(held.getvalue())
    assert "one name" in refused(docx_with("WORD/Document.xml", b"<a/>"))


def test_parts_that_share_their_bytes_are_refused():
    data = bytearray(docx_with("word/x.xml", b"<a/>"))
    at = data.rindex(b"PK\x01\x02")
    data[at + 42 : at + 46] = bytes(4)
    assert refused(bytes(data))


def test_names_that_lead_out_of_the_file_are_refused():
    for name in ("../x.xml", "/x.xml", "C:/x.xml", "word\\x.xml", "a/../../x.xml"):
        if "\\" in name:
            data = docx_with("word!x.xml", b"<a/>").replace(b"word!x.xml", b"word\\x.xml")
        else:
            data = docx_with(name, b"<a/>")
        assert "points out of it" in refused(data), name


def test_links_and_locked_parts_are_refused():
    held = io.BytesIO(PLAIN)
    with zipfile.ZipFile(held, "a") as packed:
        link = zipfile.ZipInfo("word/x.xml")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    assert "points out of it" in refused(held.getvalue())
    locked = bytearray(PLAIN)
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "password" in refused(bytes(locked))


def test_other_packings_are_refused():
    parts = {"[Content_Types].xml": DOCX}
    assert "packed in a way" in refused(zipped(parts, zipfile.ZIP_LZMA))


def test_a_part_larger_than_it_says_is_refused():
    data = bytearray(docx_with("word/x.xml", b"<a>" + b"Ana " * 999 + b"</a>"))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 9)
    local = struct.unpack_from("<I", data, at + 42)[0]
    data[local + 22 : local + 26] = struct.pack("<I", 9)
    assert "larger than it says" in refused(bytes(data))


def test_large_zips_of_the_newer_kind_and_streamed_ones_are_read():
    held = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, content: bytes) -> int:  # type: ignore[override] - bytes alone are written here
            return held.write(content)

    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            with new.open(name, "w", force_zip64=name.endswith("styles.xml")) as part:
                part.write(old.read(name))
    assert office_carriers.gathered(held.getvalue()).parts


def test_bombs_are_refused_before_they_unfold():
    zeros = bytes(300 * 1024 * 1024)
    assert "too large" in refused(docx_with("word/x.xml", zeros))
    assert "too large" in refused(carriers.repacked(BOOK, {"xl/worksheets/sheet1.xml": b"<row/>" * 9_000_000}))
    many = carriers.repacked(PLAIN, {f"word/x{n}.xml": b"<a/>" for n in range(2_001)})
    assert "too many parts" in refused(many)


def test_one_long_text_in_many_cells_is_refused_with_little_memory():
    text = "".join(random.Random(5).choices("abcdefgh ", k=30_000))
    rows = ("<row>" + "<c t='s'><v>0</v></c>" * 100 + "</row>") * 900
    data = carriers.repacked(BOOK, {
        "xl/sharedStrings.xml": f"<sst><si><t>{text}</t></si></sst>".encode(),
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>".encode(),
    })  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most(times=100):
        assert "more text" in refused(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_files_within_files_end_somewhere():
    nested = PLAIN
    for _ in range(5):
        nested = docx_with("word/embeddings/a.docx", nested)
    assert "within files" in refused(nested)


@pytest.mark.parametrize("data", [PLAIN, BOOK, SLIDES], ids=["docx", "xlsx", "pptx"])
def test_a_file_in_pieces_is_read_or_refused_and_breaks_nothing(data: bytes):
    chance = random.Random(3)
    for _ in range(40):
        broken = bytearray(data)
        for _ in range(chance.randrange(1, 5)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        with contextlib.suppress(CannotRead):  # and nothing else
            office_carriers.gathered(bytes(broken))
