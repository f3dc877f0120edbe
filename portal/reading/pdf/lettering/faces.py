"""Which faces draw the letters of a PDF that brings none: pdfium's own, whatever is installed on the machine."""

from typing import Final

from pypdfium2 import raw

_NO_FACES: Final = raw.FPDF_SYSFONTINFO(version=2)
"""Answers no question, so that pdfium asks for no file; it keeps a pointer to it."""


def draw_with_own_faces() -> None:
    """Let pdfium look for no faces on the machine, in this process from now on.

    It would know their names and find them shut behind the filter: where any face called Courier is installed, a page
    in Courier would be drawn in another one, its letters over each other.
    """
    raw.FPDF_SetSystemFontInfo(_NO_FACES)
