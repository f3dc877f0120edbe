from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.guard.lists import list_shape
from portal.guard.lists.list_shape import personal_rows
from portal.reading.reader import Part
from tests.rules.papers import EVERYDAY, LISTS, PEOPLE

PARENTS = [f"{given} {name.split()[-1]}" for given, name in zip(["Maria", "Paul", "Eva"] * 4, PEOPLE, strict=True)]
ALLERGIES = ["peanuts", "none", "asthma, inhaler", "", "dairy", "bee stings"] * 2
CELLS = {
    "name": PEOPLE,
    "grade": ["3", "K", "4", "5", "1", "2"] * 2,
    "phone": [f"(704) 555-01{number:02}" for number in range(12)],
    "mail": [f"family{number}@gmail.com" for number in range(12)],
    "parent": PARENTS,
    "birth": [f"2015-{(number * 7) % 12 + 1:02}-{(number * 11) % 28 + 1:02}" for number in range(12)],
    "allergies": ALLERGIES,
    "fee": ["paid", "unpaid", "$40.00", "paid"] * 3,
    "site": ["Oak", "Elm", "Pine"] * 4,
}
ALL = list(CELLS)
HEADS = {
    language: dict(zip(ALL, words.split("|"), strict=True))
    for language, words in {
        "English": "Child|Grade|Parent phone|E-mail|Guardian|DOB|Allergies / medication|Fee paid|School",
        "Spanish": "Nombre|Grado|Teléfono|Correo|Madre o padre|Fecha de nacimiento|Alergias|Cuota pagada|Escuela",
        "French": "Nom de l'élève|Classe|Téléphone|Courriel|Responsable légal|Date de naissance|Allergies|Frais|École",
        "German": "Name des Kindes|Klasse|Handynummer|E-Mail|Erziehungsberechtigte|Geburtsdatum|Allergien|Bezahlt|Ort",
        "Vietnamese": "Họ và tên|Lớp|Điện thoại|Thư điện tử|Phụ huynh|Ngày sinh|Dị ứng|Học phí|Trường",
        "Portuguese": "Nome da criança|Turma|Telefone|E-mail|Encarregado|Data de nascimento|Alergias|Pago|Escola",
    }.items()
}
TABLE = ("\t", "\n\n")


def listed(*texts: str) -> int:
    return sum(rows for _, rows in personal_rows([Part(f"page {n}", text) for n, text in enumerate(texts, start=1)]))


def table(
    columns: list[str], head: dict[str, str] | None = None, joined: tuple[str, str] = TABLE, rows: int = 12
) -> str:
    cell, row = joined
    lines = [cell.join(CELLS[column][number] for column in columns) for number in range(rows)]
    return row.join([cell.join(head[column] for column in columns), *lines] if head else lines)


# --- lists of families, whoever they are ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", HEADS)
def test_the_enrolment_workbook_is_a_list_in_every_language(language: str):
    assert listed(table(ALL, HEADS[language])) == 12


@pytest.mark.parametrize("language", HEADS)
@pytest.mark.parametrize(
    "columns",
    [
        ["name", "phone", "allergies", "fee"],
        ["name", "birth", "parent", "phone"],
        ["name", "grade", "allergies"],
        ["name", "grade", "site", "phone", "mail"],
    ],
)
@pytest.mark.parametrize("joined", [TABLE, ("\t", "\n"), (";", "\n"), (" | ", "\n"), ("   ", "\n"), (" ", "\n")])
def test_a_few_personal_columns_are_enough_however_they_are_parted(
    language: str, columns: list[str], joined: tuple[str, str]
):
    assert listed(table(columns, HEADS[language], joined)) >= 9


@pytest.mark.parametrize(
    "more", [["phone", "allergies"], ["grade", "phone"], ["birth", "grade"], ["parent", "phone"], ["phone", "mail"]]
)
@pytest.mark.parametrize("joined", [TABLE, ("\t", "\n"), (", ", "\n"), (" ", "\n")])
def test_a_list_needs_no_head(more: list[str], joined: tuple[str, str]):
    assert listed(table(["name", *more], joined=joined)) == 12


@settings(max_examples=150, deadline=None)
@given(
    language=st.sampled_from(list(HEADS)),
    columns=st.permutations(ALL).map(lambda all_: all_[:5]).filter(
        lambda some: "name" in some and len({"allergies", "fee", "birth"} & set(some)) > 0
        and len({"phone", "mail", "grade", "parent"} & set(some)) > 0
    ),
    joined=st.sampled_from([TABLE, ("\t", "\n"), (";", "\n"), ("|", "\n"), ("    ", "\n"), ("\t", "\r\n")]),
    rows=st.integers(8, 12),
    shout=st.sampled_from([str, str.upper, str.title, str.lower]),
)  # fmt: skip
def test_no_order_of_columns_and_no_way_of_parting_them_hides_a_list(
    language: str, columns: list[str], joined: tuple[str, str], rows: int, shout: Callable[[str], str]
):
    assert listed("Program 2025\n" + shout(table(columns, HEADS[language], joined, rows))) >= rows // 2


def test_names_in_two_cells_are_names():
    rows = [f"{name.split()[-1]}\t{name.split()[0]}\t{n % 5}\t704-555-01{n:02}" for n, name in enumerate(PEOPLE)]
    assert listed("\n\n".join(["Last name\tFirst name\tGrade\tHome phone", *rows])) == 12
    assert listed("\n\n".join(rows)) == 12


def test_names_turned_around_with_a_comma_are_names():
    rows = [f"{name.split()[-1]}, {name.split()[0]}\t{CELLS['phone'][n]}\tpaid" for n, name in enumerate(PEOPLE)]
    assert listed("\n\n".join(rows)) == 12


def test_three_rows_are_enough_when_they_say_very_much():
    assert listed(table(["name", "birth", "phone", "allergies", "fee"], HEADS["English"], rows=3)) == 3
    assert listed(table(["name", "grade", "allergies"], HEADS["English"], rows=3)) == 3


def test_a_class_list_of_names_and_grades_is_a_list_of_children():
    assert listed(table(["name", "grade"], HEADS["English"])) == 12
    assert listed(table(["name", "grade"], {"name": "Name", "grade": "Grade level"})) == 0  # teachers have one as well
    assert listed(table(["name", "grade"], HEADS["French"])) == 12
    assert listed(table(["name", "birth"], HEADS["German"])) == 12


def test_what_each_child_owes_is_a_list_of_children():
    assert listed(table(["name", "fee", "site"], HEADS["English"], rows=5)) == 5


@pytest.mark.parametrize("beside", ["Room", "Teacher", "Coach", "Counselor", "Office"])
def test_birth_dates_of_children_are_nobodys_at_work_whoever_stands_beside(beside: str):
    rows = [f"{name}\t{born}\tRoom 4" for name, born in zip(PEOPLE, CELLS["birth"], strict=True)]
    assert listed("\n".join([f"Name\tDOB\t{beside}", *rows])) == 12
    older = [row.replace("2015-", "1985-") for row in rows]
    assert not listed("\n".join([f"Name\tBorn\t{beside}", *older]))


def test_addresses_that_a_school_gives_to_pupils_are_none_of_people_at_work():
    rows = [f"{name}\t3\t704-555-01{at:02}\tx{at}@students.oak.org" for at, name in enumerate(PEOPLE)]
    assert listed("\n".join(["Name\tGrade\tPhone\tE-mail", *rows])) == 12


@pytest.mark.parametrize("paid", ["$45", "$45.00", "45.00", "45 €"])
def test_what_each_child_paid_is_a_list_of_children_though_nothing_else_is_told(paid: str):
    rows = "\n".join(f"{name}\t{paid}" for name in PEOPLE[:6])
    assert listed(f"Child\tFee paid\n{rows}") == 6
    assert listed(f"Sponsor\tPaid\n{rows}") == 0
    programs = ("Nordic Skiing", "Robotics Club", "Jazz Band", "Chess Club", "Drama Camp", "Before School")
    assert listed("\n".join(["Student activity\tFee", *(f"{name}\t{paid}" for name in programs)])) == 0


def test_a_list_goes_on_over_pages_that_have_no_head():
    lines = table(["name", "grade", "phone", "allergies"], joined=(" ", "\n")).split("\n")
    pages = [
        "Enrollment\nName Grade Phone Allergies\n" + "\n".join(lines[:3]),
        *("\n".join(lines[n : n + 2]) for n in range(3, 12, 2)),
    ]
    assert personal_rows([Part(f"page {n}", text) for n, text in enumerate(pages)])[0] == ("page 0", 3)
    assert listed(*pages) == 12


@pytest.mark.parametrize("head", ["", "Name\tGrade\tPhone\tNote\n"])
@pytest.mark.parametrize("note", ["Coach", "Teacher", "Nurse", "Principal", "Counselor"])
@pytest.mark.parametrize("rows", [3, 4])
def test_a_list_goes_on_at_a_page_whose_first_row_speaks_of_staff(head: str, note: str, rows: int):
    lines = [f"{name}\t4B\t704-555-10{n + 10}\twalker" for n, name in enumerate(PEOPLE)]
    lines[rows] = lines[rows].replace("walker", note)
    pages = ["\n".join(lines[:rows]), "\n".join(lines[rows : 2 * rows])]
    assert listed(head + pages[0], pages[1]) == 2 * rows
    staff = pages[1].replace("walker", note)
    assert listed(head + pages[0], staff) == 0


@pytest.mark.parametrize("apart", ["\n", "; ", "\t", "  "])
def test_cards_one_after_another_are_a_list(apart: str):
    cards = [
        f"Name: {CELLS['name'][n]}{apart}Phone: {CELLS['phone'][n]}{apart}Allergies: {CELLS['fee'][n]}"
        for n in range(8)
    ]
    assert listed("\n\n".join(cards)) == 8
    assert listed(*cards) == 8, "one on each page"


def test_cards_in_a_table_of_labels_are_a_list():
    cards = [
        f"Nombre del niño\t{CELLS['name'][n]}\n\nFecha de nacimiento\t3/4/2015\n\nAlergias\tmaní" for n in range(6)
    ]
    assert listed("\n\n".join(cards)) == 6


def test_a_list_among_much_other_text_is_found_where_it_stands():
    letter = "Dear families, welcome to the program. We are glad, as ever, to see you, and wish you a good year.\n" * 40
    found = personal_rows(
        [Part("page 1", letter), Part("page 2", letter + table(ALL, HEADS["English"], ("\t", "\n")) + letter)]
    )
    assert found == (("page 2", 12),)


@pytest.mark.parametrize(("head", "row"), [
    ("姓名\t班级\t电话\t过敏", "王小{}\t三年级\t138 1234 567{}\t花生"),
    ("الاسم\tالصف\tالهاتف\tالحساسية", "آنا ريفيرا{}\tالثالث\t+966 55 123 456{}\tالفول"),
    ("Фамилия, имя\tКласс\tТелефон\tАллергия", "Анна Иванов{}\t3\t+7 903 123-45-6{}\tнет"),
])  # fmt: skip
def test_lists_in_other_scripts_are_lists(head: str, row: str):
    letters = {"姓": "安明红军丽强", "ا": "ابتثجح", "Ф": "абвгде"}[head[0]]
    rows = [row.format(letter, number) for number, letter in enumerate(letters)]
    assert listed("\n\n".join([head, *rows])) == 6


@pytest.mark.parametrize("what", LISTS)
def test_lists_as_people_type_them_are_lists(what: str):
    assert listed(LISTS[what]) >= 8


# --- what a school prints every day -----------------------------------------------------------------------------------


@pytest.mark.parametrize("what", EVERYDAY)
def test_what_a_school_prints_every_day_is_no_list_of_families(what: str):
    assert personal_rows([Part("page 1", EVERYDAY[what])]) == ()


@pytest.mark.parametrize("above", [
    "Kind regards,\nThe program office", "Dear parents and students,\nHere is whom to call:",
    "For questions about your child's fees, call:", "Estimadas familias y alumnos:\nContactos",
    "What kind of help do you need?",
])  # fmt: skip
@pytest.mark.parametrize("mark", ["\t", " ", ", ", ": "])
def test_people_to_call_are_no_children_though_the_letter_above_speaks_of_them(above: str, mark: str):
    calls = "\n".join(f"{name}{mark}980-343-01{number:02}" for number, name in enumerate(PEOPLE[:6]))
    assert personal_rows([Part("page 1", f"{above}\n\n{calls}")]) == ()


def test_dates_of_any_century_and_years_of_a_life_are_no_phones():
    lives = [f"{name} ({1500 + number}-{1570 + number}), painter, room {number}" for number, name in enumerate(PEOPLE)]
    births = [f"{name}\t{number + 1:02}/22/17{number + 32}\tFederalist" for number, name in enumerate(PEOPLE)]
    letter = "Kind regards,\nThe program office\n\n"
    assert personal_rows([Part("page 1", letter + "\n\n".join(("President\tBorn\tParty", *births)))]) == ()
    assert personal_rows([Part("page 1", "\n".join(lives))]) == ()


BORN = ["1894-01-24", "1/24/1894", "24 January 1894", "January 24, 1894", "1894"]


BOOKS = {
    "Louis Sachar": "0-440-41480-3",
    "Raquel Palacio": "0-375-86902-0",
    "Pam Ryan": "0-439-12042-5",
    "Lois Lowry": "0-544-33626-1",
    "Gary Paulsen": "1-416-93647-3",
    "Andrew Clements": "0-689-81876-2",
}


@pytest.mark.parametrize("rest", ["\t3\t$7.99", "\tpaid"])
def test_the_number_of_a_book_is_no_phone(rest: str):
    for mark in "- ":
        rows = [f"{author}\t978{mark}{isbn.replace('-', mark)}{rest}" for author, isbn in BOOKS.items()]
        assert not personal_rows([Part("page 1", "\n".join(rows))])
    phones = [f"{author}\t978-{isbn[2:5]}-{isbn[6:10]}{rest}" for author, isbn in BOOKS.items()]
    assert personal_rows([Part("page 1", "\n".join(phones))])  # the area code of Massachusetts


@pytest.mark.parametrize("born", BORN)
@pytest.mark.parametrize(
    "head", ["Name\tRank\tBorn\tDied", "Name, rank, born, died", "Nombre\tRango\tNacimiento\tMuerte"]
)
def test_people_born_before_anybody_of_a_school_are_of_history(head: str, born: str):
    rows = [f"{name}\tPvt\t{born}\t{born.replace('94', '95')}" for name in PEOPLE]
    assert personal_rows([Part("page 1", "\n\n".join((head, *rows)))]) == ()


@pytest.mark.parametrize("head", ["Name\tSchool\tBorn", "Name\tID\tDate of birth", "Full name\tLunch\tDOB"])
@pytest.mark.parametrize("born", ["May 4, 16", "2014-08-25", "1986", "1/1/1900"])
def test_people_born_later_are_a_list_whatever_old_dates_stand_beside(head: str, born: str):
    some = [f"{name}\t{1850 + number if 'ID' in head else 'Oak'}\t{born}" for number, name in enumerate(PEOPLE)]
    some[0] = some[0].replace(born, "2015-03-04")
    assert personal_rows([Part("page 1", "\n\n".join((head, *some)))])


def test_who_owns_a_business_is_at_work():
    rows = [
        f"8{number}4211\tOakdale {number}\t{name}\t(252) 701-00{number + 10}\t35\t2027-{7 * number % 12 + 1:02}-01"
        for number, name in enumerate(PEOPLE)
    ]
    for head in (
        "License no.\tFacility\tOwner / operator\tPhone\tCapacity\tExpires",
        "No.\tBetrieb\tInhaberin\tTelefon\tPlätze\tbis",
    ):
        assert personal_rows([Part("sheet 1", "\n\n".join((head, *rows)))]) == ()


STYLES = [
    f"{kind} {what} Accent {n}"
    for n in (1, 2)
    for kind in ("Light", "Medium", "Colorful", "Intense", "Dark")
    for what in ("Shading", "List", "Grid")
]


def test_a_letter_that_says_the_number_of_its_child_is_no_list_of_what_stands_behind_it():
    letter = (
        "Dear Thi Hoa Tran,\nMinh Anh has a place from 24 August 2026. The weekly fee is $95.\n"
        "Student number: 204893. Please tell us who may pick Minh Anh up."
    )
    assert personal_rows([Part("text", letter), Part("styles", "\n\n".join(STYLES))]) == ()
    assert personal_rows([Part("text", "\n".join((letter, *STYLES)))]) == ()


def test_a_card_goes_on_behind_short_lines_and_labels_but_not_behind_a_page_of_prose():
    between = {
        "prose": "1. we read, and sing, and play all the long morning in the garden",
        "short": "Music: 1, and reading",
    }
    for kind, line in between.items():
        cards = [f"{name}\n" + f"{line}\n" * 12 + "Grade 3, allergies to nuts, born 2015-03-02" for name in PEOPLE]
        assert bool(listed("\n\n".join(cards))) == (kind == "short"), kind


def test_a_card_goes_on_at_the_next_page_but_in_no_other_part():
    cards = [f"Student: {name}\nGrade 3\nAllergies: nuts" for name in PEOPLE]
    assert personal_rows([Part(f"page {n}", text) for n, text in enumerate(cards)])
    number = "Dear Thi Hoa Tran,\nMinh Anh has a place from 24 August 2026.\nStudent ID: 204893 (Minh Anh)"
    assert personal_rows([Part("text", number), Part("styles", "\n\n".join(STYLES))]) == ()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(list(EVERYDAY.values())), min_size=2, max_size=4))
@example([text for text in EVERYDAY.values() if "Relationship" in text or "Assistant Principal\t" in text])
def test_everyday_papers_stay_quiet_together(texts: list[str]):
    assert personal_rows([Part(f"page {n}", text) for n, text in enumerate(texts)]) == ()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters() | st.sampled_from("\t\n\n::,;|@0123456789 Aa")), max_size=4))
def test_no_text_upsets_it(texts: list[str]):
    personal_rows([Part("rows", text) for text in texts])


@pytest.mark.parametrize("blank", ["\u00a0\t\u00a0", "\u00a0;\u00a0", "\u00a0  \t"])
def test_a_row_of_blank_cells_is_nobody(blank: str):
    assert not personal_rows((Part("page", f"Grade\n{blank}\n"),))


def _pupils(count: int) -> list[str]:
    return [f"{_word(at)} {_word(at * 7 + 3)}ley\t{at % 6 + 1}\t704-555-{at:04}\tPeanuts" for at in range(count)]


def _word(number: int) -> str:
    letters = "bcdfghklmn"
    return "".join(letters[int(digit)] + "a" for digit in f"{number:03}").capitalize()


def test_once_a_long_list_is_one_of_families_each_line_like_it_is_a_row():
    head, pupils = "Student\tGrade\tPhone\tAllergies", _pupils(260)
    beyond = [f"see office\t{at % 6 + 1}\t704-555-{at:04}\tPeanuts" for at in range(20)]
    parts = [Part("rows 1-260", "\n".join((head, *pupils))), Part("rows 261-280", "\n".join(beyond))]
    assert personal_rows(parts[:1]) == (("rows 1-260", 260),)
    assert personal_rows(parts) == (("rows 1-260", 260), ("rows 261-280", 20))
    few = [replace(parts[0], text="\n".join((head, *pupils[:150]))), parts[1]]
    assert personal_rows(few) == (("rows 1-260", 150),)
    wider = [parts[0], replace(parts[1], text="\n".join(f"{line}\t5" for line in beyond))]
    assert personal_rows(wider) == (("rows 1-260", 260),)


@given(
    rows=st.lists(
        st.sampled_from(
            [*_pupils(4), "Total\t12\t\t", "Ms. Nora Bell\tTeacher\tnora@oak.test\tRoom 4", "", "Welcome!"]
        ),
        max_size=30,
    )
)
def test_a_list_is_one_of_families_however_soon_that_is_settled(rows: list[str]):
    parts = [Part("text", "\n".join(("Student\tGrade\tPhone\tAllergies", *rows)))]
    looked_at = bool(personal_rows(parts))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(list_shape, "_CROWD", 3)
        assert bool(personal_rows(parts)) >= looked_at
