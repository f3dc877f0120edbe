"""What looks like a list of families and is one of staff, and lists of families that look like it."""

import pytest

from portal.guard.lists.list_shape import personal_rows
from portal.reading.reader import Part
from tests.rules.guarded import each

STAFF = ("Maria Gomez", "Tom Baker", "Priya Patel", "Ines Alvarez", "Carl Weber", "Nina Brooks", "Joan Mills")


def listed(text: str) -> int:
    return sum(rows for _, rows in personal_rows([Part("page 1", text)]))


def contacts(head: str, cells: list[str], mark: str = "\t") -> str:
    rows = [(cell, name, f"704-555-01{at:02}") for at, (cell, name) in enumerate(zip(cells, STAFF, strict=True))]
    return "\n".join([head.replace("|", mark), *(mark.join(row) for row in rows)])


GRADES = ["Kindergarten", *(f"Grade {number}" for number in range(1, 7))]
GRADOS = [f"{number}.º grado" for number in range(1, 8)]
TOPICS = ["Fees", "The bus", "Lunch money", "Allergies and medicine", "Absences", "Library", "Sports"]
TEMAS = ["Pagos", "El autobús", "El almuerzo", "Alergias y medicinas", "Ausencias", "Biblioteca", "Deportes"]


@pytest.mark.parametrize("mark", ["\t", " | ", "|"])
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
def test_whom_to_ask_is_nobodys_child(head: str, cells: list[str], mark: str):
    assert listed(contacts(head, cells, mark)) == 0


@pytest.mark.parametrize("mark", ["\t", " | ", "|"])
@each("Child|Ask|Phone", "Grade|Name|Phone", "Grade|Child|Ask for", "Grado|Alumno|Teléfono", "Grado|Nombre|Teléfono")
def test_children_with_grades_and_phones_stay_a_list(text: str, mark: str):
    assert listed(contacts(text, [str(at) for at in range(1, 8)], mark)) == 7


PLACES = ("Oak Ridge", "Maple Grove", "Jefferson", "Crystal Lake", "Pine Valley", "Riverbend", "Sunset", "Bay View")
KINDS = {"Elementary": "Primaria", "Middle School": "Escuela Media", "High School": "Secundaria"}
THIRTY = [f"{place} {kind}" for kind in (*KINDS, "Academy") for place in PLACES][:30]
TREINTA = [f"{kind} {place}" for kind in (*KINDS.values(), "Academia") for place in PLACES][:30]


def of_schools(head: str, schools: list[str], mark: str) -> str:
    rows = [head.replace("|", mark)]
    for at, school in enumerate(schools):
        name = f"{STAFF[at % 7].split()[0]} {STAFF[at // 7].split()[1]}"
        rows.append(mark.join((school, f"{100 + at} Maple St", f"282{at:02}", f"704-555-01{at:02}", name, "K-5")))
    return "\n".join(rows)


@pytest.mark.parametrize("mark", [",", ";", "\t", " | "])
@pytest.mark.parametrize(
    ("head", "schools"),
    [
        ("School|Address|Zip|Phone|Principal|Grades", THIRTY),
        ("Escuela|Dirección|Código postal|Teléfono|Directora|Grados", TREINTA),
    ],
)
def test_schools_with_whom_leads_them_are_no_families(head: str, schools: list[str], mark: str):
    assert listed(of_schools(head, schools, mark)) == 0


@pytest.mark.parametrize("mark", [",", ";", "\t", " | "])
@each("School|Address|Zip|Phone|Student|Grade", "Escuela|Dirección|Código postal|Teléfono|Alumno|Grado")
def test_children_beside_their_schools_are_a_list(text: str, mark: str):
    assert listed(of_schools(text, THIRTY, mark)) == 30


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


def counted(head: str, *cells: str, mark: str = "\t") -> str:
    rows = [mark.join(cells).format(name=name, at=at, count=18 + at) for at, name in enumerate(STAFF)]
    return "\n".join([head.replace("|", mark), *rows])


@pytest.mark.parametrize("mark", ["\t", " | ", ","])
@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("School|Students|Phone", ("{name}", "3{count}", "704-555-01{at:02}")),
        ("Teacher|Grade|Students|Room", ("{name}", "{at}", "{count}", "10{at}")),
        ("Teacher|Number of students|Phone", ("{name}", "{count}", "704-555-01{at:02}")),
        ("Club|Student fee|Contact|Phone", ("Club {at}", "${count}.00", "{name}", "704-555-01{at:02}")),
        ("Maestra|Alumnos|Grado|Teléfono", ("{name}", "{count}", "{at}", "704-555-01{at:02}")),
        ("Escuela|Alumnos|Directora|Teléfono", ("Escuela {at}", "3{count}", "{name}", "704-555-01{at:02}")),
    ],
)
def test_how_many_children_there_are_names_none(head: str, cells: tuple[str, ...], mark: str):
    assert listed(counted(head, *cells, mark=mark)) == 0


@pytest.mark.parametrize("mark", ["\t", " | ", ","])
@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("Student|Grade|Phone", ("{name}", "{at}", "704-555-01{at:02}")),
        ("Student|Parent|Phone", ("1002{count}", "{name}", "704-555-01{at:02}")),
        ("Students|Parent|Phone", ("{count}", "{name}", "704-555-01{at:02}")),
        ("Student no.|Name|Phone|Grade", ("{count}", "{name}", "704-555-01{at:02}", "{at}")),
        ("Alumno|Grado|Teléfono", ("{name}", "{at}", "704-555-01{at:02}")),
        ("Alumnos|Madre|Teléfono", ("{count}", "{name}", "704-555-01{at:02}")),
    ],
)
def test_numbers_beside_their_names_or_their_parents_hide_nobody(head: str, cells: tuple[str, ...], mark: str):
    assert listed(counted(head, *cells, mark=mark)) == len(STAFF)
