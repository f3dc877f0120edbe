"""What looks like a list of families and is one of staff, and lists of families that look like it."""

import pytest

from portal.guard.lists.list_shape import personal_rows
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


LETTER = "Dear family,\nYour letter says when to come.\nGrade: {}\nFee due: $40.00\nSincerely,\n{}"
CARTA = "Estimada familia:\nEsta carta dice cuándo venir.\nGrado: {}\nCuota: $40.00\nAtentamente,\n{}"
NUMBERED = "Letter {0} of 80\nDear family,\nGrade: {0}\nFee due: $40.00\nSincerely,\n{1}"


@each(LETTER, CARTA, NUMBERED)
def test_who_signs_eighty_letters_is_nobody_the_next_one_is_about(text: str):
    assert listed("\n".join(text.format(at % 6, STAFF[at % 7]) for at in range(80))) == 0


@each(
    "{1}\nGrade: {0}\nFee due: $40.00\nSincerely,\nThe office",
    "{1}\nGrado: {0}\nCuota: $40.00\nAtentamente,\nLa oficina",
    "Student: {1}\nGrade: {0}\nFee due: $40.00\nSincerely,\nTom Baker",
    "Sincerely, Tom Baker\n{1}\nGrade: {0}\nFee due: $40.00",
)
def test_whom_each_letter_is_about_makes_a_list(text: str):
    assert listed("\n".join(text.format(at % 6, STAFF[at % 7]) for at in range(80))) > 0
