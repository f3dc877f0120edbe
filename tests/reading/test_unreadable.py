import base64
import io
import zipfile
import zlib
from pathlib import Path

import carriers
import pytest

from portal.reading.plain import PlainReader
from portal.reading.reader import Unreadable

PLAIN = carriers.document(lambda _: None)


def reason(data: bytes, name: str) -> str:
    answer = PlainReader().read_bytes(data, name)
    assert isinstance(answer, Unreadable), answer
    assert answer.reason.endswith("."), answer.reason
    return answer.reason


def docx_with(name: str, content: bytes) -> bytes:
    return carriers.repacked(PLAIN, {name: content})


def zip_of(content: bytes, name: str = "a.txt") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "part_of_the_sentence"),
    [
        ("a.zip", zip_of(b"Ana"), "archives"),
        ("a.docx", zip_of(b"Ana"), "archives"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", "archives"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office program"),
        ("a.rtf", b"{\\rtf1 Ana}", "RTF"),
        ("a.png", carriers.png(9, 9), "pictures"),
        ("a.json", b"{}", "none of them"),
        ("a.md", b"# Welcome", "none of them"),
        ("a.pdf", b"Welcome", "Save it under a name that fits"),
        ("a.txt", b"\x81\x8d\x8f", "encoding"),
        ("a.txt", b"a\x00b\x01c", "encoding"),
        ("a.txt", b"", "empty"),
        ("a.csv", b" \r\n", "empty"),
        ("a" * 300 + ".txt", b"Welcome", "name is longer"),
        ("a.html", b"<meta charset=utf-7>+AEE-na", "encoding"),
        ("a.docx", docx_with("word/vbaProject.bin", b"x"), "macro"),
        ("a.docx", docx_with("word/embeddings/oleObject1.bin", b"\xd0\xcf"), "object"),
        ("a.docx", docx_with("word/embeddings/a.zip", zip_of(b"Ana")), "archives"),
        ("a.docx", docx_with("word/media/a.png", carriers.png(300, 80)), "picture"),
        ("a.docx", docx_with("word/media/a.emf", b"\x01\x00\x00\x00"), "drawing"),
        ("a.docx", docx_with("word/x.xml", b"<a>"), "damaged"),
        ("a.docx", PLAIN[:-30], "damaged"),
        ("a.xlsx", PLAIN, "inside it is DOCX"),
        ("a.txt", PLAIN, "inside it is DOCX"),
        ("a.pdf", b"%PDF-1.7\nnothing", "damaged"),
        ("a.pdf", b"%PDF-1.7\nnothing\n%%EOF", "damaged"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_in_a_sentence(name: str, data: bytes, part_of_the_sentence: str):
    assert part_of_the_sentence.lower() in reason(data, name).lower()


def test_pictures_in_pages_are_refused(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(carriers.png(300, 80))
    assert "picture" in reason(carriers.pdf(tmp_path, '#image("a.png") Welcome'), "a.pdf")
    packed = base64.b64encode(carriers.png(300, 80))
    assert "picture" in reason(b"<img src='data:image/png;base64," + packed + b"'>", "a.html")
    inline = carriers.stream(b"q 90 0 0 90 0 0 cm BI /W 100 /H 100 /BPC 8 /CS /G ID " + b"x" * 10_000 + b" EI Q")
    assert "picture" in reason(carriers.simple_pdf(text=inline), "a.pdf")


def test_a_page_of_drawn_letters_is_refused_and_an_empty_one_is_not(tmp_path: Path):
    drawn = "BT ET " + " ".join(f"{n} 10 m {n} 20 l S" for n in range(60))
    assert "without text" in reason(carriers.simple_pdf(text=carriers.stream(drawn.encode())), "a.pdf")
    blank = carriers.pdf(tmp_path, "Welcome #pagebreak() #rect()")
    assert not isinstance(PlainReader().read_bytes(blank, "a.pdf"), Unreadable)


def test_earlier_versions_and_trailing_bytes_of_a_pdf_are_refused():
    pdf = carriers.simple_pdf()
    assert "earlier versions" in reason(pdf + pdf[9:], "a.pdf")
    assert "follows the end" in reason(pdf + b"Ana Rivera, " * 20, "a.pdf")


def test_a_file_attached_to_a_note_is_refused():
    page = carriers.PAGE[:-2] + b"/Annots[5 0 R]>>"
    note = b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</F(a.txt)/EF<</F 6 0 R>>>>>>"
    file = carriers.stream(b"Ana Rivera", b"/Type/EmbeddedFile")
    assert "attached to a note" in reason(carriers.simple_pdf(note, file, page=page), "a.pdf")


def test_two_parts_with_one_name_are_refused():
    held = io.BytesIO(PLAIN)
    with zipfile.ZipFile(held, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("word/document.xml", b"<a/>")
    assert "one name" in reason(held.getvalue(), "a.docx")


def test_bytes_between_parts_are_refused():
    held = io.BytesIO(PLAIN)
    with zipfile.ZipFile(held) as packed:
        start = packed.start_dir
    hidden = b"Ana Rivera " * 4000
    grown = PLAIN[:start] + hidden + PLAIN[start:]
    end = len(grown) - 22
    grown = grown[: end + 16] + (start + len(hidden)).to_bytes(4, "little") + grown[end + 20 :]
    assert "between its parts" in reason(grown, "a.docx")


def test_bombs_are_refused_before_they_unfold():
    zeros = bytes(300 * 1024 * 1024)
    assert "too large" in reason(docx_with("word/x.xml", zeros), "a.docx")
    packed = zlib.compress(zeros)
    head = b"<</Type/ObjStm/Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed)
    assert "too large" in reason(carriers.simple_pdf(head), "a.pdf")
    entities = b'<!DOCTYPE a [<!ENTITY b "Ana"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    assert "declares" in reason(docx_with("word/x.xml", entities), "a.docx")
    many = carriers.repacked(PLAIN, {f"word/x{n}.xml": b"<a/>" for n in range(2_001)})
    assert "too many parts" in reason(many, "a.docx")


def test_files_within_files_end_somewhere():
    nested = PLAIN
    for _ in range(5):
        nested = docx_with("word/embeddings/a.docx", nested)
    assert "within files" in reason(nested, "a.docx")
