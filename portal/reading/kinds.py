"""What kind of file some bytes are, whatever their name says, and why the portal does not read the other kinds."""

import re
import struct
import zipfile
from io import BytesIO
from pathlib import PurePath
from typing import Final, Literal

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.bytewise import lines_that_begin
from portal.reading.reader import Kind

Shape = Kind | Literal["zip", "cfb", "text"]
"""What the first bytes tell; of zip, old office files (CFB) and text only a parser knows the kind."""

ENDINGS: Final[dict[str, Kind]] = {
    ".pdf": "pdf", ".docx": "docx", ".dotx": "docx", ".xlsx": "xlsx", ".xltx": "xlsx", ".pptx": "pptx",
    ".ppsx": "pptx", ".potx": "pptx", ".odt": "odt", ".ott": "odt", ".ods": "ods", ".ots": "ods", ".odp": "odp",
    ".otp": "odp", ".xls": "xls", ".xlt": "xls", ".csv": "csv", ".tsv": "csv", ".tab": "csv", ".txt": "txt",
    ".text": "txt", ".log": "txt", ".vcf": "txt", ".ics": "txt", ".html": "html", ".htm": "html", ".xhtml": "html",
    ".json": "json", ".ndjson": "json", ".jsonl": "json", ".md": "md", ".markdown": "md", ".svg": "svg",
    ".jpg": "jpeg", ".jpeg": "jpeg", ".jpe": "jpeg", ".png": "png", ".gif": "gif", ".webp": "webp", ".tif": "tiff",
    ".tiff": "tiff",
}  # fmt: skip
_OTHER_ENDINGS: Final = re.compile(
    r"\.(?:do[ct]|docm|pp[ts]|pptm|xls[mb]|rtf|eml|msg|mbox|mht|mhtml|zip|7z|rar|tar|t?gz|bz2|xz|zst|cab|iso|hei[cf]"
    r"|avif|bmp|psd|ico|jxl|jp2|raw|dng|mp[34]|m4a|wav|ogg|mov|avi|mkv|wmv|exe|dll|msi|com|bat|ps1|dmg|app|apk|jar"
    r"|pages|numbers|key|epub|mobi|azw3|e?ps|ai|pub|one|vsdx?|mdb|accdb|db|sqlite3?|dbf|[ot]tf|woff2?|odg|fodt|wp[sd])"
).fullmatch
PICTURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
)
FONTS: Final = (b"\0\1\0\0\0", b"OTTO", b"wOFF", b"wOF2", b"ttcf", b"true\0", b"typ1")

_ARCHIVE: Final = "This is an archive of files. Unpack it and choose the letter itself."
_PICTURE: Final = "Save the picture as JPEG or PNG and choose it again."
_OTHER_PICTURE: Final = f"This is a picture of a kind the portal does not read. {_PICTURE}"
_SOUND: Final = f"This is a sound or a film. {SAVE_AS_PDF}"
_PROGRAM: Final = "This is a program, not a letter. Do not open it, and choose the file you meant."
_DATABASE: Final = "This is a database, not a letter. Choose the file you meant."
_MAIL: Final = f"This is a saved e-mail, which may carry other files. {SAVE_AS_PDF}"
_LOCKED: Final = "This file is locked. Save it without a password and choose it again."
_BOOK: Final = f"This is an electronic book. {SAVE_AS_PDF}"
_OTHER_OFFICE: Final = f"This is a file of an office program that the portal does not read. {SAVE_AS_PDF}"
_FONT: Final = "This is a font, not a letter. Choose the file you meant."
_EMPTY: Final = "This file is empty. Choose the file you meant."

# From the specifications of the formats, as PRONOM and the `file` program list them: where the marks stand, the
# marks, and the sentence. The first that fits counts.
_REFUSED: Final[tuple[tuple[int, tuple[bytes, ...], str], ...]] = (
    (
        0,
        (
            *(b"PK\5\6", b"PK\7\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0"),
            *(
                b"\x28\xb5\x2f\xfd",
                b"\x04\x22\x4d\x18",
                b"MSCF\0\0\0\0",
                b"\x1f\x9d",
                b"\x1f\xa0",
                b"!<arch>\n",
                b"xar!",
            ),
            b"LZIP",
        ),
        _ARCHIVE,
    ),
    (2, (b"-lh", b"-lz"), _ARCHIVE),
    (257, (b"ustar",), _ARCHIVE),
    (0x8001, (b"CD001",), _ARCHIVE),
    (
        0,
        (
            *(b"SQLite format 3\0", b"\0\1\0\0Standard Jet DB", b"\0\1\0\0Standard ACE DB", b"PAR1", b"\x89HDF\r\n"),
            b"$FL2@(#)",
        ),
        _DATABASE,
    ),
    (
        0,
        (
            *(b"8BPS", b"\0\0\1\0", b"\0\0\2\0", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  "),
            *(b"gimp xcf", b"AT&TFORM", b"\xd7\xcd\xc6\x9a", b"\1\0\t\0\0\3", b"v/1\1", b"DDS ", b"/* XPM */"),
            *(b"P4\n", b"P5\n", b"P6\n", b"BPG\xfb", b"\xff\x4f\xff\x51"),
        ),
        _OTHER_PICTURE,
    ),
    (40, (b" EMF\0\0\1\0",), _OTHER_PICTURE),
    (
        0,
        (
            *(b"ID3\2", b"ID3\3", b"ID3\4", b"fLaC", b"OggS", b"\x1aE\xdf\xa3", b"FLV\1", b"MThd", b"\xff\xfb"),
            *(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"\xff\xf3", b"FORM\0", b"#!AMR"),
        ),
        _SOUND,
    ),
    (
        0,
        (
            *(b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe"),
            *(b"\xcf\xfa\xed\xfe", b"\0asm", b"dex\n035", b"L\0\0\0\1\x14\2\0"),
        ),
        _PROGRAM,
    ),
    (0, FONTS, _FONT),
    (0, (b"%!PS", b"\xc5\xd0\xd3\xc6", b"\x1b%-12345X"), f"This is a file for printers (PostScript). {SAVE_AS_PDF}"),
    (0, (b"{\\rtf", b"\xef\xbb\xbf{\\rtf"), f"The portal does not read RTF. {SAVE_AS_PDF}"),
    (0, (b"ITSF\3\0\0\0", b"ITOLITLS"), _BOOK),
    (60, (b"BOOKMOBI", b"TEXtREAd"), _BOOK),
    (
        0,
        (
            *(b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", b"AC10", b"bplist00", b"\xffWPC", b"\xdb\xa5-\0", b"\x31\xbe\0\0"),
            b"\0\0\x1a\0",
        ),
        _OTHER_OFFICE,
    ),
    (
        0,
        (
            *(b"-----BEGIN PGP MESSAGE", b"-----BEGIN PKCS7", b"Salted__", b"age-encryption.org", b"LUKS\xba\xbe"),
            b"\x03\xd9\xa2\x9a",
        ),
        _LOCKED,
    ),
)
_EMBEDDED_FONT: Final = slice(34, 36)
_VEILED: Final = 44  # bytes: the first 32 are veiled, and the third entry of the table begins here
FILES: Final = (
    b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"RIFF", *(mark for mark, _ in PICTURES),
    *(mark for at, marks, _ in _REFUSED for mark in marks if at == 0 and len(mark) > 4),
)  # fmt: skip
"""How files begin that are worth finding inside other text."""

ARCHIVE: Final = f"The portal does not look into archives. {SAVE_AS_PDF}"
_HEIC: Final = f"This is a HEIC picture, as phones take them. {_PICTURE}"
_BOXES: Final = {  # ISO/IEC 14496-12: the brand after "ftyp"
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), _HEIC),
    **dict.fromkeys((b"avif", b"avis"), f"This is an AVIF picture. {_PICTURE}"),
    b"crx ": f"This is a picture as the camera took it. {_PICTURE}",
}
_MAIL_HEADERS: Final = re.compile(
    rb"(?:received|return-path|message-id|mime-version|content-type|content-transfer-encoding|delivered-to"
    rb"|dkim-signature|authentication-results|arc-seal):",
    re.IGNORECASE,
)
_HEADER_LINE: Final = re.compile(rb"[!-9;-~]+:|[ \t]")
_MBOX: Final = re.compile(rb">?From \S+ .*\d\d:\d\d")
_UUENCODED: Final = re.compile(rb"begin(?:-base64)? [0-7]{3} \S")


def shape_of(data: bytes) -> Shape:
    """Return what `data` is by its first bytes. Raises `CannotRead` for a kind that is not read, saying why."""
    start = data[:1024]
    if not data.lstrip(b" \t\r\n\v\f\0\xef\xbb\xbf"):
        raise CannotRead(_EMPTY)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    is_zip = data.startswith(b"PK\x03\x04")
    if b"%PDF-" in start and b"%%EOF" in data:
        raise CannotRead(ARCHIVE if is_zip else f"Something stands before the beginning of this PDF. {SAVE_AS_PDF}")
    if is_zip:
        return "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "cfb"
    kind = _picture_kind(data)
    if kind is None:
        _refuse(data)
        return "text"
    if zipfile.is_zipfile(BytesIO(data)):
        raise CannotRead(f"An archive is hidden behind this picture. {_PICTURE}")
    return kind


def is_font(content: bytes) -> bool:
    """Whether the bytes are a font program: the shapes of letters, in which no text stands.

    Also one as PowerPoint keeps it (Embedded OpenType 3), and one as Word does, its first bytes veiled (ECMA-376
    part 4, 2.8.1).
    """
    if content.startswith(FONTS):
        return True
    if content[_EMBEDDED_FONT] == b"LP" and int.from_bytes(content[:4], "little") == len(content):
        return True
    tag, _, start, size = struct.unpack_from(">4sIII", content.ljust(_VEILED + 16, b"\0"), _VEILED)
    is_named = tag.isascii() and tag.decode("ascii").isprintable()
    return bool(is_named and start and size and start + size <= len(content))


def _picture_kind(data: bytes) -> Kind | None:
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for mark, kind in PICTURES if data.startswith(mark)), None)


def _refuse(data: bytes) -> None:
    for at, marks, sentence in _REFUSED:
        if data.startswith(marks, at):
            raise CannotRead(sentence)
    if data[4:8] == b"ftyp":
        raise CannotRead(_BOXES.get(data[8:12], _SOUND))
    if data.startswith(b"RIFF") and b"\0" in data[4:8]:
        raise CannotRead(_SOUND)
    if data.startswith(b"MZ") and b"\0" in data[:64]:
        raise CannotRead(_PROGRAM)
    if data.startswith(b"BM") and data[6:10] == b"\0\0\0\0":
        raise CannotRead(_OTHER_PICTURE)
    if _MBOX.match(data) or _is_mail(data[:8192]):
        raise CannotRead(_MAIL)
    if any(_UUENCODED.match(data, at) for at in lines_that_begin(data, b"b")):
        raise CannotRead(f"A file is packed into this text. {SAVE_AS_PDF}")


def _is_mail(start: bytes) -> bool:
    """Whether text begins with headers (RFC 5322) only machines write; a memo has From and Subject as well."""
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    lines = head.split(b"\n")
    return all(_HEADER_LINE.match(line) for line in lines[:5]) and any(_MAIL_HEADERS.match(line) for line in lines)


def claimed_by(name: str) -> Kind | Literal["other"] | None:
    """Return the kind that the ending of a file's name claims; None where it has none or one nobody knows."""
    stem, dot, end = name.rpartition(".")
    ending = f".{end}" if stem and dot and end else ""
    if "/" in name:  # nearly no name has a folder, and `PurePath` is dear in a process that takes one name apart
        ending = PurePath(name).suffix
    ending = ending.lower()
    return "other" if _OTHER_ENDINGS(ending) else ENDINGS.get(ending)
