"""What any reading of a file takes at the least: the baselines of the guard's figures, by libraries and nothing else.

A machine's speed changes from hour to hour; how many times as long the guard takes as these, in the same run, does not.
"""

import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium

from portal.guard.passages import LENGTH


def seconds_of(act: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def words_of_pdf(path: Path) -> int:
    """Have pdfium say the text of every page; return how long it is."""
    with pdfium.PdfDocument(path) as opened:
        return sum(len(page.get_textpage().get_text_range()) for page in opened)


def cells_of_workbook(path: Path) -> int:
    """Have openpyxl give every cell that holds something; return how many."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return sum(cell is not None for sheet in book.worksheets for row in sheet.values for cell in row)
    finally:
        book.close()


def words_alone(text: str) -> int:
    """Cut text into sets of words, a passage at a time; return how many."""
    return sum(len(set(text[at : at + LENGTH].split())) for at in range(0, len(text), LENGTH))


def words_of_text(path: Path) -> int:
    """Decode a text and cut it into sets of words."""
    return words_alone(path.read_bytes().decode())
