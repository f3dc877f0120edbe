"""Cells of a row that pdfium tells as one line, by the gaps between them and by how they are marked."""

from carriers import simple_pdf, stream
from pdf_makers import gathered
from test_pdf_pages import IN_COURIER

WIDE = 7.2
"""Points of each letter of Courier at 12 points, and of a blank."""


def rows(*pieces: tuple[float, float, str], marked: bool = False) -> str:
    """What is told as rows of a page on which these pieces begin at these places."""
    drawn = [f"BT /F 12 Tf {x:.2f} {y} Td ({text}) Tj ET" for x, y, text in pieces]
    if marked:
        drawn = [f"/TD <</MCID {at}>> BDC {piece} EMC" for at, piece in enumerate(drawn)]
    page = simple_pdf(page=IN_COURIER, text=stream("\n".join(drawn).encode()))
    return "\n".join(part.text for part in gathered(page).parts if part.place.endswith(", rows"))


def in_a_row(*cells: str, gap: float) -> list[tuple[float, float, str]]:
    """The cells at one height, so many blanks apart."""
    return [(20 + WIDE * (len("".join(cells[:at])) + at * gap), 200, cell) for at, cell in enumerate(cells)]


def test_gaps_far_wider_than_those_within_the_line_part_cells():
    assert "Ana\tbus 4 at the gate\tRivera" in rows(*in_a_row("Ana", "bus 4 at the gate", "Rivera", gap=2))
    assert "Ana\tbus 4\tat the gate\tRivera" in rows(*in_a_row("Ana", "bus 4", "at the gate", "Rivera", gap=2))


def test_wider_gaps_part_cells_that_are_marked_each_by_itself():
    cells = in_a_row("Ana", "bus four", "at the gate", "Rivera", gap=1.3)
    assert rows(*cells, marked=True) == "Ana\tbus four\tat the gate\tRivera"
    assert rows(*cells) == ""


def test_words_with_usual_gaps_are_no_cells_though_each_is_marked_by_itself():
    assert rows(*in_a_row("Grace", "ran to the", "Park", gap=1), marked=True) == ""


def test_words_spread_evenly_are_no_cells():
    words = ("Grace", "ran", "along", "Park", "Road")
    assert rows(*in_a_row(*words, gap=1.2), marked=True) == ""


def test_a_word_that_goes_on_in_the_next_row_stands_with_what_is_beside_it():
    line = [(20, 220, "Dear families, welcome."), (20, 200, "Ana"), (120, 200, "room 3"), (220, 200, "Rivera")]
    assert "Ana\troom 3\tRivera" in rows(*line)
