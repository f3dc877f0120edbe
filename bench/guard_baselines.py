"""What any reading of a file takes at the least: the baselines of the guard's figures, by libraries and nothing else.

A machine's speed changes from hour to hour; how many times as long the guard takes as these, in the same run, does not.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
from python_calamine import CalamineWorkbook

from portal.guard.views.passages import LENGTH


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
    """Have calamine give every cell that holds something; return how many."""
    with CalamineWorkbook.from_path(path) as book:
        sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    return sum(cell != "" for sheet in sheets for row in sheet for cell in row)


def words_alone(text: str) -> int:
    """Cut text into sets of words, a passage at a time; return how many."""
    return sum(len(set(text[at : at + LENGTH].split())) for at in range(0, len(text), LENGTH))


def words_of_text(path: Path) -> int:
    """Decode a text and cut it into sets of words."""
    return words_alone(path.read_bytes().decode())
