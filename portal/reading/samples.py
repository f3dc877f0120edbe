"""Tiny files of every kind, made here, with which a cell warms up: a parser that reads one has loaded all it needs."""

import base64
import io
import zipfile
import zlib
from typing import Final

from PIL import Image

_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_SCHEMA: Final = "http://schemas.openxmlformats.org/"
_FACES: Final = (b"Helvetica", b"Times-Roman", b"Courier", b"Helvetica-Bold", b"Times-Bold", b"Courier-Bold")
_XMP: Final = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.'
    b'com/xap/1.0/"><xmp:CreatorTool>a</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns:"


def sample_files() -> dict[str, bytes]:
    """Return files by their names."""
    texts = {
        "a.csv": b"a,b\n1,2\n",
        "a.html": b"<p title=a>&eacute;<img src='data:image/png;base64,%s'></p><!-- a -->" % _in_base64("PNG"),
        "a.json": b'{"a": 1}',
        "a.md": b"# a\n\n[b](c)\n",
        "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>',
        "a.txt": b"\xff\xfea\0\n\0",
        "b.txt": b"caf\xe9 au lait\n",
        "a.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048),
    }
    return {**texts, **_pictures(), "a.pdf": _pdf(), "b.pdf": _saved("PDF", "RGB"), **_office(), **_open_documents()}


def _in_base64(form: str) -> bytes:
    return base64.b64encode(_saved(form, "RGB"))


def _saved(form: str, mode: str) -> bytes:
    held = io.BytesIO()
    Image.linear_gradient("L").convert(mode).resize((80, 80)).save(held, form)
    return held.getvalue()


def _pictures() -> dict[str, bytes]:
    return {
        "a.jpeg": _saved("JPEG", "RGB"),
        "b.jpeg": _saved("JPEG", "CMYK"),
        "a.png": _saved("PNG", "RGBA"),
        "b.png": _saved("PNG", "1"),
        "a.gif": _saved("GIF", "P"),
        "a.webp": _saved("WEBP", "RGB"),
        "a.tiff": _saved("TIFF", "L"),
        "a.bmp": _saved("BMP", "RGB"),
    }


def _pdf() -> bytes:
    """Return a page with a word on it (ISO 32000-2, 7.5)."""
    return _numbered((
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 200 200]>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        _stream(b"", b"BT /F 12 Tf 20 100 Td (Welcome) Tj ET"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ))  # fmt: skip


def sample_letters() -> list[bytes]:
    """Return letters of a page as most are made: tagged, with a link and what they say of themselves.

    Each is set in another typeface, whose glyphs have not been met before. Nothing is ever read of them but by a cell
    that warms up, which does by them what it will do by nearly every file.
    """
    return [_letter(face) for face in _FACES]


def _letter(face: bytes) -> bytes:
    text = b"Dear families, welcome to the program. Bring a snack, a hat and water on Monday, 4 May at 3:45."
    codes = sorted(set(text))
    shown = b"/P <</MCID 0>> BDC BT /F 12 Tf %s ET EMC /A <</MCID 1>> BDC BT /G 9 Tf 40 100 Td (Oak) Tj ET EMC" % (
        b" ".join(b"1 0 0 1 40 %d Tm <%s> Tj" % (700 - 20 * line, _wide(text).hex().encode()) for line in range(8))
    )
    maps = b"\n".join(b"<%04x> <%04x>" % (code, code) for code in codes)
    return _numbered((
        b"<</Type/Catalog/Pages 2 0 R/Lang(en)/MarkInfo<</Marked true>>/StructTreeRoot 9 0 R/Metadata 11 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 5 0 R/Annots[12 0 R]>>",
        _stream(b"/Filter/FlateDecode", zlib.compress(shown)),
        b"<</Font<</F 6 0 R/G 13 0 R>>/ProcSet[/PDF/Text]>>",
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>" % face,
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 0/W[%s]>>" % (face, b" ".join(b"%d %d 500" % (code, code) for code in codes)),
        _stream(b"/Filter/FlateDecode", zlib.compress(
            b"begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar endcmap"
            % (len(codes), maps),
        )),
        b"<</Type/StructTreeRoot/K[10 0 R]>>",
        b"<</Type/StructElem/S/P/P 9 0 R/Pg 3 0 R/K[0 1]>>",
        _stream(b"/Type/Metadata/Subtype/XML", _XMP),
        b"<</Type/Annot/Subtype/Link/Rect[40 90 80 110]/A<</S/URI/URI(https://school.test/)>>>>",
        b"<</Type/Font/Subtype/TrueType/BaseFont/%s/FirstChar 79/LastChar 107/Widths[%s]>>"
        % (face, b" ".join([b"500"] * 29)),
        b"<</Creator(a)/Producer(b)/Title(Welcome)/CreationDate(D:20260101000000Z)>>",
    ), b"/Info 14 0 R/ID[<%s><%s>]" % (b"9f" * 16, b"9f" * 16))  # fmt: skip


def _wide(text: bytes) -> bytes:
    return text.decode().encode("utf-16-be")


def _stream(more: bytes, content: bytes) -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(content), more, content)


def _numbered(objects: tuple[bytes, ...], more: bytes = b"") -> bytes:
    """Return a PDF of these objects, the first its catalog."""
    made, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"xref\n0 %d\n%strailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return bytes(made) + trailer % (size, table, size, more, len(made))


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return held.getvalue()


def _office() -> dict[str, bytes]:
    made = {}
    for ending, kind, part, body in (
        ("docx", "wordprocessingml.document", "word/document.xml", _WORD),
        ("xlsx", "spreadsheetml.sheet", "xl/workbook.xml", _WORKBOOK),
        ("pptx", "presentationml.presentation", "ppt/presentation.xml", _SLIDES),
    ):
        types = (
            f'<Types xmlns="{_SCHEMA}package/2006/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/{part}" ContentType="{_OOXML}{kind}.main+xml"/></Types>'
        )
        links = (
            f'<Relationships xmlns="{_SCHEMA}package/2006/relationships"><Relationship Id="a" '
            f'Type="{_SCHEMA}officeDocument/2006/relationships/officeDocument" Target="{part}"/></Relationships>'
        )
        made[f"a.{ending}"] = _zipped({
            "[Content_Types].xml": _XML + types, "_rels/.rels": _XML + links, part: _XML + body,
            f"{part.split('/')[0]}/media/image1.png": _saved("PNG", "RGB"),
        })  # fmt: skip
    return made


_WORD: Final = (
    f'<w:document xmlns:w="{_SCHEMA}wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>a</w:t></w:r></w:p></w:body>'
    "</w:document>"
)
_WORKBOOK: Final = f'<workbook xmlns="{_SCHEMA}spreadsheetml/2006/main"><sheets/></workbook>'
_SLIDES: Final = f'<p:presentation xmlns:p="{_SCHEMA}presentationml/2006/main"/>'


def _open_documents() -> dict[str, bytes]:
    made = {}
    for ending, kind in (("odt", "text"), ("ods", "spreadsheet"), ("odp", "presentation")):
        body = (
            f'<office:document-content xmlns:office="{_ODF}office:1.0" xmlns:text="{_ODF}text:1.0"><office:body>'
            f"<office:{kind}><text:p>a</text:p></office:{kind}></office:body></office:document-content>"
        )
        made[f"a.{ending}"] = _zipped(
            {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": _XML + body}
        )
    return made
