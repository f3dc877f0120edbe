"""Files of which nobody can say what is in them: each has to be unreadable, whatever it holds."""

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf

from tests.guard_corpus.cases import NOTICE, Scene, refused
from tests.guard_corpus.packages import document, part_of, repacked, slides, workbook
from tests.guard_corpus.papers import by_hand, packed, typeset
from tests.guard_corpus.pictures import file_of, of_lines

ARCHIVE, LOCKED, DAMAGED, FOREIGN, ACTIVE, BOMB = "Archive", "Locked", "Damaged", "Foreign kind", "Macros", "Bomb"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(name: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return held.getvalue()


@refused(ARCHIVE, "letter.zip")
def zip_(s: Scene) -> bytes:
    return zipped("a.txt", s.name.encode())


@refused(ARCHIVE, "letter.zip")
def zip_in_zip(s: Scene) -> bytes:
    return zipped("a.zip", zipped("a.txt", s.name.encode()))


@refused(ARCHIVE, "letter.pdf")
def zip_called_pdf(s: Scene) -> bytes:
    return zipped("a.txt", s.name.encode())


@refused(ARCHIVE, "letter.tar")
def tar(s: Scene) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        entry = tarfile.TarInfo("a.txt")
        entry.size = len(s.name.encode())
        archive.addfile(entry, io.BytesIO(s.name.encode()))
    return held.getvalue()


@refused(ARCHIVE, "letter.txt.gz")
def gz(s: Scene) -> bytes:
    return gzip.compress(s.name.encode(), mtime=0)


@refused(ARCHIVE, "letter.txt")
def gz_called_text(s: Scene) -> bytes:
    return gzip.compress(s.name.encode(), mtime=0)


@refused(ARCHIVE, "letter.bz2")
def bz2_(s: Scene) -> bytes:
    return bz2.compress(s.name.encode())


@refused(ARCHIVE, "letter.xz")
def xz(s: Scene) -> bytes:
    return lzma.compress(s.name.encode())


@refused(ARCHIVE, "letter.7z")
def seven_zip(_: Scene) -> bytes:
    return b"7z\xbc\xaf\x27\x1c\0\x04" + bytes(64)


@refused(ARCHIVE, "letter.rar")
def rar(_: Scene) -> bytes:
    return b"Rar!\x1a\x07\x01\0" + bytes(64)


@refused(LOCKED, "letter.pdf")
def encrypted_pdf(s: Scene) -> bytes:
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset(s.name))) as pdf:
        pdf.save(held, encryption=pikepdf.Encryption(owner="o", user="secret"))
    return held.getvalue()


@refused(LOCKED, "fees.xlsx")
def encrypted_workbook(_: Scene) -> bytes:
    return _OLE + bytes(24) + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0" * 40


@refused(DAMAGED, "letter.pdf")
def half_a_pdf(s: Scene) -> bytes:
    made = typeset(f"{s.name} #pagebreak() #lorem(900)")
    return made[: len(made) // 2]


@refused(DAMAGED, "letter.docx")
def half_a_document(s: Scene) -> bytes:
    made = document(lambda it: it.add_paragraph(s.name))
    return made[: len(made) * 2 // 3]


@refused(DAMAGED, "letter.docx")
def a_part_that_is_no_xml(s: Scene) -> bytes:
    return repacked(document(), {"word/header9.xml": f"<w>{s.name}".encode()})


@refused(DAMAGED, "fees.xlsx")
def a_part_with_a_wrong_checksum(s: Scene) -> bytes:
    made = workbook(lambda book: book.active.append([s.name]))
    where = made.index(b"xl/worksheets/sheet1.xml") + 24
    return made[:where] + bytes([made[where] ^ 0xFF, made[where + 1] ^ 0xFF]) + made[where + 2 :]


@refused(DAMAGED, "letter.pdf")
def a_stream_that_does_not_unpack(s: Scene) -> bytes:
    made = by_hand(s.name.encode("cp1252"))
    at = made.index(b"stream\n", made.index(b"4 0 obj")) + 9
    return made[:at] + b"\xff\x00\xff\x00" + made[at + 4 :]


@refused(DAMAGED, "letter.png")
def half_a_picture(s: Scene) -> bytes:
    made = file_of(of_lines(s.name, size=30))
    return made[: len(made) // 2]


@refused(DAMAGED, "letter.txt")
def nothing(_: Scene) -> bytes:
    return b""


@refused(DAMAGED, "letter.txt")
def noise(s: Scene) -> bytes:
    return b"\x00\x01\x02\xff" + s.dice.randbytes(4000)


@refused(ACTIVE, "letter.docm")
def macros_of_word(_: Scene) -> bytes:
    made = repacked(document(), {"word/vbaProject.bin": _OLE + bytes(600)})
    types = part_of(made, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    return repacked(made, {"[Content_Types].xml": types})


@refused(ACTIVE, "fees.xlsm")
def macros_of_excel(_: Scene) -> bytes:
    return repacked(workbook(), {"xl/vbaProject.bin": _OLE + bytes(600)})


@refused(ACTIVE, "letter.docx")
def macros_behind_an_innocent_name(_: Scene) -> bytes:
    return repacked(document(), {"word/vbaProject.bin": _OLE + bytes(600)})


@refused(ACTIVE, "evening.pptx")
def an_embedded_program(_: Scene) -> bytes:
    return repacked(slides(), {"ppt/embeddings/oleObject1.bin": _OLE + bytes(2000)})


@refused(ACTIVE, "letter.docx")
def an_unknown_object(_: Scene) -> bytes:
    return repacked(document(), {"word/media/film.mp4": b"\0\0\0\x18ftypmp42" + bytes(400)})


@refused(FOREIGN, "letter.doc")
def old_word(_: Scene) -> bytes:
    return _OLE + bytes(504) + b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0" * 30 + bytes(2000)


@refused(FOREIGN, "evening.ppt")
def old_powerpoint(_: Scene) -> bytes:
    return _OLE + bytes(504) + b"P\0o\0w\0e\0r\0P\0o\0i\0n\0t\0" * 30 + bytes(2000)


@refused(FOREIGN, "letter.rtf")
def rich_text(s: Scene) -> bytes:
    return f"{{\\rtf1\\ansi {s.given} {{\\b {s.last}}}}}".encode("cp1252")


@refused(FOREIGN, "letter.txt")
def rich_text_called_text(s: Scene) -> bytes:
    return f"{{\\rtf1\\ansi {s.given[:2]}{{\\*\\x}}{s.given[2:]} {s.last}}}".encode("cp1252")


@refused(FOREIGN, "letter.eml")
def mail(s: Scene) -> bytes:
    head = f"From: office@riverbend.example\r\nTo: {s.email}\r\nSubject: Welcome\r\nMIME-Version: 1.0\r\n"
    return f"{head}\r\n{s.name}\r\n".encode()


@refused(FOREIGN, "letter.msg")
def mail_of_outlook(_: Scene) -> bytes:
    return _OLE + bytes(504) + "__substg1.0_0037001F".encode("utf-16-le") * 20 + bytes(2000)


@refused(FOREIGN, "photo.heic")
def heic(s: Scene) -> bytes:
    return b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + s.dice.randbytes(900)


@refused(FOREIGN, "roster.db")
def sqlite(s: Scene) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        held = sqlite3.connect(path)
        held.execute("CREATE TABLE c (n TEXT)")
        held.execute("INSERT INTO c VALUES (?)", (s.name,))
        held.commit()
        held.close()
        return path.read_bytes()


@refused(FOREIGN, "film.mp4")
def film(s: Scene) -> bytes:
    return b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + s.dice.randbytes(900)


@refused(FOREIGN, "setup.exe")
def program(s: Scene) -> bytes:
    return b"MZ\x90\0" + s.dice.randbytes(900)


@refused(FOREIGN, "letter.docx")
def a_workbook_called_document(_: Scene) -> bytes:
    return workbook()


@refused(FOREIGN, "photo.jpg")
def a_document_called_picture(_: Scene) -> bytes:
    return typeset(NOTICE[0])


@refused(FOREIGN, "letter.pdf")
def a_text_called_pdf(_: Scene) -> bytes:
    return NOTICE[0].encode()


@refused(FOREIGN, "letter.pages")
def pages(_: Scene) -> bytes:
    return zipped("Index/Document.iwa", b"\0\x10\0\0" * 40)


@refused(BOMB, "fees.xlsx")
def a_workbook_that_grows(_: Scene) -> bytes:
    sheet = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
    return repacked(
        workbook(), {"xl/worksheets/sheet1.xml": sheet + b"<row/>" * 45_000_000 + b"</sheetData></worksheet>"}
    )


@refused(BOMB, "letter.docx")
def entities_that_multiply(_: Scene) -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return repacked(document(), {"word/header9.xml": f'<!DOCTYPE a [<!ENTITY l0 "ha">{lines}]><a>&l9;</a>'.encode()})


@refused(BOMB, "letter.docx")
def elements_within_elements(_: Scene) -> bytes:
    return repacked(document(), {"word/header9.xml": b"<a>" * 400_000 + b"</a>" * 400_000})


@refused(BOMB, "letter.png")
def a_picture_of_a_wall(_: Scene) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(60_001) * 400)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@refused(BOMB, "letter.pdf")
def a_stream_packed_twice(_: Scene) -> bytes:
    held = zlib.compress(zlib.compress(bytes(280_000_000), 1), 9)
    body = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%s\nendstream" % (len(held), held)
    return by_hand(b"", body)


@refused(BOMB, "letter.docx")
def twenty_thousand_parts(_: Scene) -> bytes:
    held = io.BytesIO(document())
    with zipfile.ZipFile(held, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"word/p{number}.xml", b"<a/>")
    return held.getvalue()


@refused(BOMB, "letter.pdf")
def letters_within_letters(_: Scene) -> bytes:
    inner = typeset("Welcome")
    for depth in range(9):
        held = io.BytesIO()
        with pikepdf.open(io.BytesIO(typeset(f"Layer {depth}"))) as pdf:
            pdf.attachments["a.pdf"] = pikepdf.AttachedFileSpec(pdf, inner, filename="a.pdf")
            pdf.save(held)
        inner = held.getvalue()
    return inner


@refused(BOMB, "letter.pdf")
def a_stream_of_one_word(_: Scene) -> bytes:
    return by_hand(b"", packed(b"(a) Tj " * 36_000_000))
