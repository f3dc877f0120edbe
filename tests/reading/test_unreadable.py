"""Every kind of file the portal does not read is refused, with a reason and what to do instead."""

import contextlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

import carriers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reading import parsing
from portal.reading.budget import CannotRead
from portal.reading.kinds import FILES, shape_of
from portal.reading.plain import PlainReader
from portal.reading.reader import Unreadable


def reason(data: bytes, name: str = "letter") -> str:
    answer = PlainReader().read_bytes(data, name)
    assert isinstance(answer, Unreadable), answer
    assert re.fullmatch(r"[A-Z][^.]+\.( [A-Z][^.]+\.)+", answer.reason), answer.reason
    return answer.reason


def zip_of(content: bytes, name: str = "a.txt") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return held.getvalue()


def zip_as_is(content: bytes, name: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr(name, content)
    return held.getvalue()


def tar_of(content: bytes) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as packed:
        head = tarfile.TarInfo("a.txt")
        head.size = len(content)
        packed.addfile(head, io.BytesIO(content))
    return held.getvalue()


def box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1" + bytes(90)


MAIL = b"""Return-Path: <office@school.test>\r\nFrom: Office <office@school.test>\r\nSubject: Welcome\r
Content-Type: multipart/mixed;\r\n boundary=x\r\n\r\n--x\r\n\r\nHello"""
REST = bytes(range(256)) * 4

REFUSED: dict[str, tuple[bytes, str]] = {
    "zip": (zip_of(b"Ana"), "archive"),
    "zip of PDFs": (zip_as_is(b"%PDF-1.7\nAna\n%%EOF", "100001.pdf"), "look into archives"),
    "zip without files": (b"PK\5\6" + bytes(18), "archive"),
    "book": (zip_of(b"application/epub+zip", "mimetype"), "."),
    "pages": (zip_of(b"x", "Index/Document.iwa"), "."),
    "7z": (b"7z\xbc\xaf\x27\x1c" + REST, "archive"),
    "rar": (b"Rar!\x1a\7\1\0" + REST, "archive"),
    "tar": (tar_of(b"Ana Rivera"), "archive"),
    "gzip": (b"\x1f\x8b\x08" + REST, "archive"),
    "bzip2": (b"BZh91AY&SY" + REST, "archive"),
    "xz": (b"\xfd7zXZ\0" + REST, "archive"),
    "zstd": (b"\x28\xb5\x2f\xfd" + REST, "archive"),
    "cabinet": (b"MSCF\0\0\0\0" + REST, "archive"),
    "disk": (bytes(0x8001) + b"CD001" + REST, "archive"),
    "lha": (b"\x20\x20-lh5-" + REST, "archive"),
    "sqlite": (b"SQLite format 3\0" + REST, "database"),
    "access": (b"\0\1\0\0Standard ACE DB\0" + REST, "database"),
    "old access": (b"\0\1\0\0Standard Jet DB\0" + REST, "database"),
    "windows program": (b"MZ\x90\0\3\0\0\0" + REST, "program"),
    "linux program": (b"\x7fELF\2\1\1" + REST, "program"),
    "mac program": (b"\xcf\xfa\xed\xfe" + REST, "program"),
    "shortcut": (b"L\0\0\0\1\x14\2\0" + REST, "program"),
    "rtf": (b"{\\rtf1 Ana}", "RTF"),
    "mail": (MAIL, "e-mail"),
    "mail with a mark": (b"\xef\xbb\xbf" + MAIL, "e-mail"),
    "page archive": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n\nx", "e-mail"),
    "mailbox": (b"From office@school.test Mon Aug  3 10:00:00 2026\nSubject: x\n\nx", "e-mail"),
    "uuencoded": (b"Hello\nbegin 644 list.txt\n#06YA\n`\nend\n", "packed into this text"),
    "heic": (box(b"heic"), "HEIC"),
    "avif": (box(b"avif"), "AVIF"),
    "film": (box(b"isom"), "sound or a film"),
    "film of a phone": (box(b"qt  "), "sound or a film"),
    "sound": (b"RIFF\x10\0\0\0WAVEfmt " + REST, "sound or a film"),
    "mp3": (b"ID3\3\0" + REST, "sound or a film"),
    "ogg": (b"OggS\0\2" + REST, "sound or a film"),
    "matroska": (b"\x1aE\xdf\xa3" + REST, "sound or a film"),
    "photoshop": (b"8BPS\0\1" + REST, "JPEG or PNG"),
    "icon": (b"\0\0\1\0\1\0" + REST, "JPEG or PNG"),
    "bitmap": (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0" + REST, "JPEG or PNG"),
    "jpeg xl": (b"\xff\x0a" + REST, "JPEG or PNG"),
    "jpeg 2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + REST, "JPEG or PNG"),
    "metafile": (b"\1\0\0\0" + bytes(36) + b" EMF\0\0\1\0" + REST, "JPEG or PNG"),
    "font": (b"\0\1\0\0\0\x0f" + REST, "font"),
    "web font": (b"wOF2" + REST, "font"),
    "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n(Ana) show", "PostScript"),
    "dos postscript": (b"\xc5\xd0\xd3\xc6" + REST, "PostScript"),
    "printer file": (b"\x1b%-12345X@PJL\n%PDF-", "PostScript"),
    "kindle": (bytes(60) + b"BOOKMOBI" + REST, "book"),
    "help": (b"ITSF\3\0\0\0" + REST, "book"),
    "onenote": (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d" + REST, "office program"),
    "wordperfect": (b"\xffWPC" + REST, "office program"),
    "drawing of engineers": (b"AC1032" + REST, "office program"),
    "encrypted": (b"-----BEGIN PGP MESSAGE-----\n\nhQEM", "locked"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + REST, "."),
    "unknown": (b"\x01\x02\x03\x00" + REST, "does not know this kind"),
    "pdf behind something": (b"Hello\n" + carriers.simple_pdf(), "before the beginning"),
    "damaged pdf": (b"%PDF-1.7\nnothing", "damaged"),
    "damaged picture": (carriers.png(300, 80)[:60], "damaged"),
    "archive behind a picture": (carriers.png(300, 80) + zip_of(b"Ana"), "archive is hidden"),
    "damaged office file": (carriers.document(lambda _: None)[:-30], "."),
    "nothing": (b"", "empty"),
    "nothing but blanks": (b" \r\n\t\0", "empty"),
    "nothing but a mark": (b"\xef\xbb\xbf", "empty"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("ending", ["", ".txt", ".pdf", ".docx", ".png"])
def test_what_is_not_read_is_refused_in_a_sentence_whatever_its_name(kind: str, ending: str):
    data, part_of_the_sentence = REFUSED[kind]
    found = reason(data, f"letter{ending}")
    if kind != "unknown" or ending != ".txt":
        assert part_of_the_sentence in found


def test_a_memo_is_no_mail():
    memo = b"From: the office\nTo: all families\nSubject: Welcome\nDate: 3 August\n\nWe open at eight."
    assert not isinstance(PlainReader().read_bytes(memo, "a.txt"), Unreadable)
    assert not isinstance(PlainReader().read_bytes(b"Program:\n\nWe begin at eight.", "a.txt"), Unreadable)


def test_text_that_begins_like_another_kind_is_text():
    for text in (
        b"BMX races on Monday",
        b"MZ is short for",
        b"FORM 3 for all",
        b"Rarely",
        b"RIFFS of music",
        b"II* stars",
    ):
        assert not isinstance(PlainReader().read_bytes(text, "a.txt"), Unreadable), text


@pytest.mark.parametrize(
    "text", ["We meet at N\b_oon.", "Ring the bell \a at noon, café.", "A page\x85\x9b ends\u0084 here"]
)
def test_a_text_with_marks_for_a_machine_is_not_called_one_in_another_encoding(text: str):
    assert reason(text.encode(), "a.txt").startswith("This file holds marks that control a machine")


def test_a_name_too_long_and_a_file_too_large_are_refused(monkeypatch: pytest.MonkeyPatch):
    assert "name is longer" in reason(b"Welcome", "a" * 300 + ".txt")
    monkeypatch.setattr(parsing, "MAX_FILE", 9)
    assert "larger than" in reason(b"Welcome to all", "a.txt")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path):
    answer = PlainReader().read(tmp_path / "none", "a.txt")
    assert isinstance(answer, Unreadable)
    assert "not there any more" in answer.reason


@given(mark=st.sampled_from([*FILES, b"<svg>", b"<html>", b"{", b"[", b"From: a\n"]), rest=st.binary(max_size=300))
def test_bytes_of_no_sense_behind_any_mark_are_answered(mark: bytes, rest: bytes):
    answer = PlainReader().parse(mark + rest, "letter")
    assert not isinstance(answer, Unreadable) or answer.reason.endswith(".")


@given(data=st.binary(max_size=64))
def test_a_kind_is_told_or_refused_for_any_bytes(data: bytes):
    with contextlib.suppress(CannotRead):
        assert shape_of(data)
