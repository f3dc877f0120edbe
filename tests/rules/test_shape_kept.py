"""Names beside one column of what is kept about each are a list, whatever its cells say, if its head says what."""

import pytest

from portal.guard.lists.list_shape import personal_rows
from portal.reading.reader import Part
from tests.rules.papers import PEOPLE

KEPT = {
    "Allergies": ["nuts", "bees", "none", "milk"],
    "Medication": ["Ritalin 10 mg", "none"],
    "Diagnosis": ["ADHD", "dyslexia", "CP"],
    "IEP": ["Y", "N"],
    "Section 504": ["yes", "no"],
    "Lunch status": ["free", "reduced", "full"],
    "Ethnicity": ["Hispanic", "White", "Hmong"],
    "Home language": ["Spanish", "Hmong"],
    "Special needs": ["wheelchair", "none", "reads with a pen"],
    "Custody": ["mother", "shared", "see office"],
    "GPA": ["3.2", "2.85"],
    "Absences": ["12", "3", "0"],
    "Suspensions": ["1", "2", "0"],
    "Balance": ["12", "0", "40"],
    "Address": ["4 Elm St", "15 Hill Road"],
}


def listed(text: str) -> int:
    return sum(rows for _, rows in personal_rows([Part("page 1", text)]))


def table(head: tuple[str, str], names: list[str], cells: list[str], joint: str = "\t") -> str:
    rows = [joint.join((name, cells[at % len(cells)])) for at, name in enumerate(names)]
    return "\n".join([joint.join(head), *rows])


@pytest.mark.parametrize("joint", ["\t", "    ", " | ", "; "])
@pytest.mark.parametrize("kept", KEPT)
def test_one_column_of_what_is_kept_about_children_makes_their_names_a_list(kept: str, joint: str):
    assert listed(table(("Student", kept), PEOPLE, KEPT[kept], joint)) == len(PEOPLE)


@pytest.mark.parametrize("kept", KEPT)
def test_it_may_stand_before_the_name(kept: str):
    turned = "\n".join(
        "\t".join(reversed(line.split("\t"))) for line in table(("Child", kept), PEOPLE, KEPT[kept]).split("\n")
    )
    assert listed(turned) == len(PEOPLE)


@pytest.mark.parametrize("kept", ["Allergies", "Medication", "Diagnosis"])
def test_ailments_beside_names_are_a_list_whoever_they_are(kept: str):
    cells = ["peanuts", "ADHD", "none", "?"]
    assert listed(table(("Name", kept), PEOPLE, cells))


def test_children_beside_a_parent_each_are_a_list():
    parents = [f"Robin {name.split()[-1]}son" for name in PEOPLE]
    assert listed(table(("Student", "Parent"), PEOPLE, parents))


@pytest.mark.parametrize(
    ("head", "cells"),
    {
        ("Student", "Award"): ["Honor Roll", "Perfect Attendance"],
        ("Student", "Part"): ["Peter Pan", "Wendy", "Hook"],
        ("Name", "Medical school"): ["Harvard", "Duke", "Emory"],
        ("Name", "Race"): ["County Council", "Mayor", "Sheriff"],
        ("Name", "Balance beam"): ["9.2", "8.75"],
        ("Volunteer", "Task"): ["Tickets", "Snacks", "Cleaning"],
        ("Name", "Health room"): ["Monday", "Friday"],
        ("Contact", "Insurance"): ["Acme Mutual", "Union Life"],
    }.items(),
    ids="-".join,
)
def test_names_beside_what_is_told_to_everybody_are_no_list(head: tuple[str, str], cells: list[str]):
    assert not listed(table(head, PEOPLE, cells))


@pytest.mark.parametrize(
    "above",
    [
        "Parents: our medication policy has changed.",
        "Students with allergies may ask anybody of these:",
        "Your child's lunch status and fees",
    ],
)
def test_a_sentence_above_people_at_work_is_no_head_of_theirs(above: str):
    desks = ["Front desk", "Clinic", "Cafeteria", "Gym"]
    rows = [f"{name}\t{desks[at % 4]}" for at, name in enumerate(PEOPLE)]
    assert not listed("\n".join([above, *rows]))


@pytest.mark.parametrize(
    "head", [("Children's program", "Address"), ("Kids' activity", "Fee"), ("Student club", "GPA")]
)
def test_what_is_for_children_is_none_of_them(head: tuple[str, str]):
    things = [
        f"{one} {other}" for one in ("Little", "Happy", "Golden") for other in ("Maple", "Heron", "Bakery", "Elm")
    ]
    assert not listed(table(head, things, ["12 Elm St", "see desk"]))


@pytest.mark.parametrize(
    "head",
    [
        "School\tStudent fees", "School\tFree lunch students", "Children's dentist\tAddress", "Mother\tChildren",
        "Parent volunteer\tStudent event", "Student fee\tSponsor", "Student\tRace", "Student (Room 504)\tBook",
        "Students need a health form.  Ask one of these:", "Thanks to these parents; the children loved it!",
        "Math Night for Students and Parents\tMay 4, 6 PM", "Home | About | Students | Parents | Staff | Calendar",
        "Student speaker\tGettysburg Address", "Alumni\tMedical school", "Name\tVaccine", "Player\tHeight",
    ],
)  # fmt: skip
def test_a_head_of_more_than_names_and_what_is_kept_makes_nobody_a_list(head: str):
    rows = [f"{name}\t{'Front desk' if at % 2 else 'Clinic'}" for at, name in enumerate(PEOPLE)]
    assert not listed("\n".join([head, *rows]))


@pytest.mark.parametrize(
    "head",
    ["Student's\tLunch\nname\tstatus", "Child's        Lunch\nname           status", "Student\t\nName\tAllergies"],
)
def test_a_head_may_go_over_two_lines(head: str):
    joint = "\t" if "\t" in head else "        "
    assert listed("\n".join([head, *(f"{name}{joint}see nurse" for name in PEOPLE)])) == len(PEOPLE)


def test_names_in_two_cells_and_blank_cells_and_given_names_alone_are_rows_as_well():
    halves = [name.split(maxsplit=1) for name in PEOPLE]
    assert listed("\n".join(["First\tLast\tAllergies", *(f"{one}\t{other}\tlatex" for one, other in halves)])) == 12
    homes = [f"{other}\t{one}\t{at} Birch Ln\tWaconia\t5530{at}" for at, (one, other) in enumerate(halves[:9])]
    for kept in ("Grade", "Absences\tTardies", "Balance"):
        assert listed("\n".join([f"Last name\tFirst name\t{kept}", *(f"{other}\t{one}\t3" for one, other in halves)]))
    assert listed("\n".join(["Last\tFirst\tStreet\tCity\tZip", *homes])) == 9
    assert not listed("\n".join(["Name\tStreet\tCity\tZip", *(home.replace("\t", " ", 1) for home in homes)]))
    assert listed("\n".join(["Student\tIEP", *(f"{name}\t{'Y' if at < 2 else ''}" for at, name in enumerate(PEOPLE))]))
    assert listed("Child\tAllergies\nAna\tbees\nNoah\tnuts\nEmma\tmilk\nLiam\tcats\nSofia\t-\n")


def test_a_list_ends_where_another_head_or_heading_stands():
    few = ["Child\tMedication", "Ana Rivera\tRitalin", "Ben Okafor\tnone"]
    staff = [f"{name}\tFront desk" for name in PEOPLE[4:]]
    assert not listed("\n".join([*few, "", "Staff who give it", *staff]))
    assert not listed("\n".join([*few, "Name\tTitle", *staff]))


def test_the_pages_of_one_list_are_counted_together_where_each_has_its_head():
    pages = [table(("Student", "IEP"), PEOPLE[at : at + 4], ["Y", "N"]) for at in (0, 4)]
    found = dict(personal_rows([Part(f"page {at}", text) for at, text in enumerate(pages, start=1)]))
    assert found == {"page 1": 4, "page 2": 4}


@pytest.mark.parametrize(
    "head",
    [
        "First Name\tLast Name\tGrade\tPosition", "First Name\tLast Name\tSpecial Education\tSchool",
        "First Name\tLast Name\tLanguages", "First\tLast\tReligion", "First\tLast\tHeight", "First\tLast\tMother",
        "First\tLast\tMailing Address\tTitle", "First\tLast\tStreet Address\tCompany", "Cognome\tNome\tIndirizzo",
        "Nom\tPrénom\tTraitement", "Nombre\tApellido\tDirección", "First\tLast\tPos\tHeight\tWeight\tHometown",
    ],
)  # fmt: skip
def test_names_in_two_cells_are_people_at_work_or_of_the_past_beside_other_columns(head: str):
    cells = "\t".join("abc" for _ in head.split("\t")[2:])
    assert not listed("\n".join([head, *("\t".join([*name.split(maxsplit=1), cells]) for name in PEOPLE)]))


@pytest.mark.parametrize(
    "head",
    [
        "Name\tEpiPen", "Name\tIEP", "Name\tSpecial education", "Name\tExempt", "Name\tUnpaid", "Name\tBalance",
        "Name\tMMR", "Name\tMedicine", "Athlete\tMedical condition", "Nome\tFarmacia", "Student\tLanguage",
        "Student\tBehavior", "Student\tDiscipline", "Student\tWeight", "Girls\tHeight", "Scholar\tReligion",
        "Child\tMother", "Kid\tDiet", "Students\tParents", "Students    Parents    Staff    Alumni", "Child\tParents",
    ],
)  # fmt: skip
def test_heads_of_other_things_beside_names_make_no_list(head: str):
    assert not listed("\n".join([head, *(f"{name}\tMonday" for name in PEOPLE)]))


def test_a_form_that_nobody_has_filled_in_is_no_list():
    blank = [f"{name}\t{'________' if at % 2 else 'none'}" for at, name in enumerate(PEOPLE)]
    assert not listed("\n".join(["Student\tAllergies", *blank]))
    staff = [f"{name}\tFront desk" for name in PEOPLE]
    for between in ("2025-26 trained staff", "who may give it:", "Trained staff\tWhere", "Trained in Room 4"):
        assert not listed("\n".join(["Child\tMedication", "\t", between, *staff])), between


@pytest.mark.parametrize("kept", ["Absences", "Suspended", "Balance", "MAP score\tIEP"])
def test_a_grade_beside_names_makes_what_is_kept_in_databases_a_list(kept: str):
    beside = "\t3" * kept.count("\t")
    assert listed("\n".join([f"Name\tGrade\t{kept}", *(f"{name}\t3\t4{beside}" for name in PEOPLE)]))


def test_a_year_in_the_head_is_none_of_a_row():
    assert listed(table(("Student", "Allergies 2025-26"), PEOPLE, ["latex"]))


@pytest.mark.parametrize("words", ["owed " * 9, "sp ed sped " * 4, "ho ten " * 7, "name of " * 6])
def test_a_cell_of_words_that_are_others_in_one_is_read_once(words: str):
    assert not listed("\n".join(f"Student\t{words}q{at}" for at in range(2_000)))


@pytest.mark.parametrize("joint", ["\t", "    ", " | "])
@pytest.mark.parametrize(
    "headings",
    [
        "Oak Ridge|Elm Grove|Pine Hill|Lakeview", "Teacher: Ms. Lee|Teacher: Mr. Fox|Teacher: Ms. Ray|Teacher: Ms. Po",
        "Ms. Lee|Mr. Fox|Ms. Ray|Ms. Po", "Kindergarten|First grade|Second grade|Third grade", "Room 4|Room 5|Room 6|7",
        "Oak Elementary School|Elm Primary|Pine Academy|Lake Middle School", "Ms. Lee's class|B|C|D",
    ],
)  # fmt: skip
def test_headings_of_classes_do_not_part_a_list_into_ones_that_are_too_few(headings: str, joint: str):
    lines = [joint.join(("Student", "Allergies"))]
    for at, heading in enumerate(headings.split("|")):
        lines += [heading, *(f"{name}{joint}latex" for name in PEOPLE[at * 3 : at * 3 + 3])]
    assert listed("\n".join(lines)) == len(PEOPLE)


@pytest.mark.parametrize("heading", ["School contacts", "Main office", "Thank you for your help.", "Staff who give it"])
def test_people_at_a_desk_below_a_childs_own_medicine_are_not_counted_with_it(heading: str):
    own = ["Child\tMedication", "Emma Miller\tRitalin", "Liam Miller\tnone", "", heading]
    assert not listed("\n".join([*own, *(f"{name}\tFront desk" for name in PEOPLE)]))
