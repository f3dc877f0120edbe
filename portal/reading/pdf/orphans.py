"""Streams that no version of a PDF counts among its objects, made objects again so that they are read like any."""

import re
from typing import Final

import pikepdf

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.pdf.byte_sweep import Segment

_REFERENCE: Final = re.compile(rb"(\d+)\s+(\d+)\s+R\b")
_MARKED: Final = re.compile(r"/Reference\.(\d+)\.(\d+)")
_MOST_NESTED: Final = 20


def adopted(pdf: pikepdf.Pdf, data: bytes, segment: Segment) -> pikepdf.Object:
    """Return the stream that stands there as an object of `pdf`; what it refers to is taken from there too."""
    head = segment.head[: segment.head.rindex(b"stream")]
    try:
        dictionary = pikepdf.Object.parse(_REFERENCE.sub(rb"/Reference.\1.\2", head))
        stream = pikepdf.Stream(pdf, data[segment.start : segment.end])
        for key, value in dictionary.items():
            if key != "/Length":
                stream[key] = _resolved(pdf, value, _MOST_NESTED)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError):
        raise CannotRead(f"This PDF holds left-over parts that cannot be read. {SAVE_AS_PDF}") from None
    return pdf.make_indirect(stream)


def _resolved(pdf: pikepdf.Pdf, value: pikepdf.Object, depth: int) -> pikepdf.Object:
    if depth == 0:
        raise ValueError
    if isinstance(value, pikepdf.Name):
        marked = _MARKED.fullmatch(str(value))
        return pdf.get_object(int(marked[1]), int(marked[2])) if marked else value
    if isinstance(value, pikepdf.Array):
        return pikepdf.Array([_resolved(pdf, each, depth - 1) for each in value])
    if isinstance(value, pikepdf.Dictionary):
        return pikepdf.Dictionary({key: _resolved(pdf, each, depth - 1) for key, each in value.items()})
    return value
