"""What looks like a list of families and is one of staff, and lists of families that look like it."""

import pytest

from portal.guard.shape import personal_rows
from portal.reading.reader import Part
from tests.rules.guarded import each

STAFF = ("Maria Gomez", "Tom Baker", "Priya Patel", "Ines Alvarez", "Carl Weber", "Nina Brooks", "Joan Mills")


def listed(text: str) -> int:
    return sum(rows for _, rows in personal_rows([Part("page 1", text)]))


def contacts(head: str, cells: list[str]) -> str:
    rows = [(cell, name, f"704-555-01{at:02}") for at, (cell, name) in enumerate(zip(cells, STAFF, strict=True))]
    return "\n".join([head.replace("|", "\t"), *("\t".join(row) for row in rows)])


GRADES = ["Kindergarten", *(f"Grade {number}" for number in range(1, 7))]
GRADOS = [f"{number}.º grado" for number in range(1, 8)]
TOPICS = ["Fees", "The bus", "Lunch money", "Allergies and medicine", "Absences", "Library", "Sports"]
TEMAS = ["Pagos", "El autobús", "El almuerzo", "Alergias y medicinas", "Ausencias", "Biblioteca", "Deportes"]


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Question|Ask|Phone", GRADES),
        ("Your question is about|Ask|Phone", GRADES),
        ("Question about your child|Ask|Phone", TOPICS),
        ("Pregunta|Pregunte a|Teléfono", GRADOS),
        ("Pregunta sobre su hijo|Pregunte a|Teléfono", TEMAS),
    ],
)
def test_whom_to_ask_is_nobodys_child(head: str, cells: list[str]):
    assert listed(contacts(head, cells)) == 0


@each("Child|Ask|Phone", "Grade|Name|Phone", "Grade|Child|Ask for", "Grado|Alumno|Teléfono", "Grado|Nombre|Teléfono")
def test_children_with_grades_and_phones_stay_a_list(text: str):
    assert listed(contacts(text, [str(at) for at in range(1, 8)])) == 7
