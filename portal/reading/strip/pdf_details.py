"""What a PDF tells of itself (Info and XMP): title, language and the standards it keeps stay, all else goes."""

import html
import re
from typing import Final

from pikepdf import Dictionary, Name, Object, Pdf, Stream, String

AUTHOR: Final = "author and keywords"
WRITTEN_BY: Final = "name of the program and times of writing"

_ABOUT_PEOPLE: Final = frozenset(("/Author", "/Subject", "/Keywords"))
_LONGEST: Final = 4 * 1024 * 1024
_TITLE: Final = re.compile(r"<dc:title>.{0,400}?<rdf:li\b[^>]{0,200}>([^<]{0,2000})<", re.DOTALL)
_STANDARD: Final = re.compile(
    r"\b(pdfuaid:(?:part|rev|amd|corr)|pdfaid:(?:part|rev|conformance|amd|corr))\s*(?:=\s*[\"']|>\s*)(\w{1,8})\b"
)
_NAMESPACES: Final = {  # ISO 14289-1 clause 5, ISO 19005-1 clause 6.7.11
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


def strip_details(pdf: Pdf, removed: list[str]) -> None:
    """Keep the title in Info, and in XMP what readers of tagged and archived files look for."""
    written = pdf.Root.get("/Metadata")
    xmp = _text_of(written) if isinstance(written, Stream) else ""
    info = pdf.trailer.get("/Info")
    title = _kept_of_info(info, removed) if isinstance(info, Dictionary) else ""
    if "/Info" in pdf.trailer and not title:
        del pdf.trailer["/Info"]
    if not isinstance(written, Stream):
        if written is not None:
            del pdf.Root["/Metadata"]
        return
    if not title and (found := _TITLE.search(xmp)):
        title = html.unescape(found[1]).strip()
    fresh = _xmp(title, str(pdf.Root.get("/Lang", "")), dict(_STANDARD.findall(xmp)))
    if fresh != xmp:
        removed.append(AUTHOR if "dc:creator" in xmp else WRITTEN_BY)
    pdf.Root["/Metadata"] = Stream(pdf, fresh.encode(), Type=Name.Metadata, Subtype=Name.XML)


def _text_of(written: Stream) -> str:
    held = bytes(written.read_bytes())[:_LONGEST]
    encoding = "utf-16" if held.startswith((b"\xfe\xff", b"\xff\xfe")) else "utf-8"
    return held.decode(encoding, "replace")


def _kept_of_info(info: Object, removed: list[str]) -> str:
    keys = [key for key in info.keys() if key != "/Title"]  # noqa: SIM118 - iterating one gives pairs
    if _ABOUT_PEOPLE & set(keys):
        removed.append(AUTHOR)
    if set(keys) - _ABOUT_PEOPLE:
        removed.append(WRITTEN_BY)
    for key in keys:
        del info[key]
    title = info.get("/Title")
    return str(title) if isinstance(title, String) else ""


def _xmp(title: str, language: str, standards: dict[str, str]) -> str:
    """Return a packet with only that (ISO 16684-1); the same values give the same packet."""
    told = []
    if title:
        told.append(
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{html.escape(title)}</rdf:li></rdf:Alt></dc:title>'
        )
    if language:
        told.append(f"<dc:language><rdf:Bag><rdf:li>{html.escape(language)}</rdf:li></rdf:Bag></dc:language>")
    told += [f"<{key}>{value}</{key}>" for key, value in sorted(standards.items())]
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces}>{"".join(told)}</rdf:Description></rdf:RDF></x:xmpmeta>\n'
        '<?xpacket end="r"?>'
    )
