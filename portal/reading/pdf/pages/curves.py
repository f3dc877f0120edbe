"""Words whose letters are drawn one by one along a curve, as on a seal or a certificate.

Each letter stands at a height and an angle of its own, so that the rows of a page tear them apart and may turn them
round; only the order in which they are drawn tells the word.
"""

import ctypes
import re
from collections.abc import Iterable
from typing import Any, Final

import pypdfium2 as pdfium
from pypdfium2 import raw

_SINGLE: Final = 2
"""Letters of a piece at most: some letters are two characters."""
_PIECES: Final = 4
"""Pieces from which they are a word; fewer are the marks of a drawing."""
_BIT: Final = r"[^\W\d_]{1,3}"
_TORN: Final = re.compile(
    rf"^(?:{_BIT}(?: {_BIT})*[ \r]*\n{_BIT}(?: {_BIT})*|{_BIT}(?: {_BIT}){{3,}})[ \r]*$", re.MULTILINE
)


def is_torn(text: str) -> bool:
    """Whether some rows hold bits of words only, as those of a word along a curve do."""
    return bool(_TORN.search(text))


def along_curves(textpage: pdfium.PdfTextPage, drawn: Iterable[Any]) -> str:
    """Return the words that are drawn letter by letter, parted by blank lines; `drawn` are texts in order."""
    words: list[str] = []
    pieces: list[str] = []
    for handle in drawn:
        piece = _said(textpage, handle)
        if len(piece.strip()) <= _SINGLE:
            pieces.append(piece)
            continue
        words += _word(pieces)
        pieces.clear()
    return "\n\n".join(words + _word(pieces))


def _word(pieces: list[str]) -> list[str]:
    letters = [piece.strip() or piece for piece in pieces]  # pdfium adds blanks where the next one is far
    return ["".join(letters)] if sum(map(str.isalpha, letters)) >= _PIECES else []


def _said(textpage: pdfium.PdfTextPage, handle: Any) -> str:  # noqa: ANN401 - a handle of pdfium has no type of its own
    size = raw.FPDFTextObj_GetText(handle, textpage.raw, None, 0)
    held = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFTextObj_GetText(handle, textpage.raw, held, size)
    return bytes(held)[: max(size - 2, 0)].decode("utf-16-le", "replace")
