"""A letter that begins with a file has a readable title from the first moment."""

import pytest

from portal.documents.rules.titles import title_of


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("first_week-2026.pdf", "First week 2026"),
        ("Report cards, autumn.zip", "Report cards, autumn"),
        ("school-year-2026-27.PDF", "School year 2026-27"),
        ("letter (1).pdf", "Letter"),
        (r"C:\letters\field_trip.jpeg", "Field trip"),
        ("carta_de_bienvenida-niños.pdf", "Carta de bienvenida niños"),
        ("menu.final.pdf", "Menu.final"),
        ("___.pdf", ""),
    ],
)
def test_a_files_name_makes_a_title(name: str, title: str) -> None:
    assert title_of(name, most=120) == title


def test_a_title_is_no_longer_than_titles_may_be() -> None:
    assert len(title_of("a" * 300 + ".pdf", most=120)) <= 120
