"""Small Word and OpenDocument letters as files, part by part, as office programs write them."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

_OOXML: Final = "http://schemas.openxmlformats.org"
_REL: Final = f"{_OOXML}/officeDocument/2006/relationships"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES: Final = (
    f'xmlns:w="{_OOXML}/wordprocessingml/2006/main" xmlns:r="{_REL}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    f'xmlns:a="{_OOXML}/drawingml/2006/main" xmlns:m="{_OOXML}/officeDocument/2006/math" '
    f'xmlns:wp="{_OOXML}/drawingml/2006/wordprocessingDrawing"'
)
_OF_PARTS: Final = {
    "word/document.xml": f"{_WORD}.document.main+xml",
    "word/styles.xml": f"{_WORD}.styles+xml",
    "word/settings.xml": f"{_WORD}.settings+xml",
    "word/comments.xml": f"{_WORD}.comments+xml",
    "word/numbering.xml": f"{_WORD}.numbering+xml",
    "word/header1.xml": f"{_WORD}.header+xml",
    "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMES: Final = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:style="{_ODF}:style:1.0" '
    f'xmlns:draw="{_ODF}:drawing:1.0" xmlns:svg="{_ODF}:svg-compatible:1.0" xmlns:fo="{_ODF}:xsl-fo-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    f'xmlns:meta="{_ODF}:meta:1.0" office:version="1.2"'
)
SECTION: Final = (
    '<w:sectPr><w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"'
    ' w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
)


def run(text: str, properties: str = "") -> str:
    """Return some words of a paragraph."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*inside: str) -> str:
    """Return a paragraph of Word; what is no markup is its words."""
    return f"<w:p>{''.join(one if one.startswith('<') else run(one) for one in inside)}</w:p>"


def styles(font: str = "Calibri") -> str:
    """Return styles of a letter in one font."""
    return (
        f'<w:styles {_NAMES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/>'
        '<w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
    )


def part(name: str, inside: str) -> str:
    """Return a part of Word's with its names: `part("hdr", …)`."""
    return f"<w:{name} {_NAMES}>{inside}</w:{name}>"


def word_letter(
    *paragraphs: str, parts: Mapping[str, str | bytes] | None = None, relations: str = "", font: str = "Calibri"
) -> bytes:
    """Return a Word letter of these paragraphs, words or markup; `relations` are those of its document."""
    body = "".join(one if one.startswith("<") else paragraph(one) for one in paragraphs)
    held: dict[str, str | bytes] = {
        "word/document.xml": part("document", f"<w:body>{body}{SECTION}</w:body>"),
        "word/styles.xml": styles(font),
        **(parts or {}),
    }
    kinds = "".join(
        f'<Override PartName="/{name}" ContentType="{_OF_PARTS[name]}"/>' for name in held if name in _OF_PARTS
    )
    types = (
        f'<Types xmlns="{_OOXML}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Default Extension="emf" ContentType="image/x-emf"/>{kinds}</Types>'
    )
    inner = "".join(
        f'<Relationship Id="r{number}" Type="{_REL}/{name.split("/")[1].removesuffix(".xml").rstrip("1")}" '
        f'Target="{name.split("/")[1]}"/>'
        for number, name in enumerate(held)
        if name.startswith("word/") and name.endswith(".xml") and name != "word/document.xml"
    )
    outer = f'<Relationship Id="d" Type="{_REL}/officeDocument" Target="word/document.xml"/>'
    return _zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": _related(outer),
            "word/_rels/document.xml.rels": _related(inner + relations),
            **held,
        }
    )


def outside(name: str, kind: str, target: str) -> str:
    """Return a relation to a place outside of the file."""
    return f'<Relationship Id="{name}" Type="{_REL}/{kind}" Target="{target}" TargetMode="External"/>'


def _related(relations: str) -> str:
    return f'<Relationships xmlns="{_OOXML}/package/2006/relationships">{relations}</Relationships>'


def field(code: str, shown: str) -> str:
    """Return a field of Word and what it showed last."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return mark.format("begin") + instruction + mark.format("separate") + run(shown) + mark.format("end")


def open_letter(*paragraphs: str, meta: str = "", font: str = "Liberation Serif") -> bytes:
    """Return an OpenDocument letter of these paragraphs, words or markup."""
    body = "".join(one if one.startswith("<") else f'<text:p text:style-name="P1">{one}</text:p>' for one in paragraphs)
    content = (
        f"<office:document-content {_ODF_NAMES}><office:font-face-decls>"
        f'<style:font-face style:name="F" svg:font-family="{font}"/></office:font-face-decls><office:automatic-styles>'
        '<style:style style:name="P1" style:family="paragraph"><style:text-properties style:font-name="F"/>'
        "</style:style>"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (
            ("/", "application/vnd.oasis.opendocument.text"),
            ("content.xml", "text/xml"),
            ("meta.xml", "text/xml"),
        )
    )
    manifest = f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{entries}</manifest:manifest>'
    return _zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content,
            "meta.xml": f"<office:document-meta {_ODF_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
            "META-INF/manifest.xml": manifest,
        }
    )


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            whole = content if isinstance(content, bytes) or name == "mimetype" else f'<?xml version="1.0"?>{content}'
            out.writestr(name, whole, zipfile.ZIP_STORED if name == "mimetype" else None)
    return held.getvalue()
