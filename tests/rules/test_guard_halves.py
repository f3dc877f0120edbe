"""Names of which the halves stand apart, are shortened, or in another hand; and numbers written otherwise."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules import guarded
from tests.rules.guarded import child, each

CHILDREN = (
    child("oliver", "Oliver", "Whitcombe", "204893"),
    child("nadia", "Nadia", "Sokolov", "0031877"),
    child("peter", "Peter", "Lindqvist", "S-204777"),
    child("tobias", "Tobias", "Fenwick", "204908"),
    child("minh anh", "Minh Anh", "Nguyễn", "204894"),
    child("omar", "عمر", "الحداد", "204895"),
    child("layla", "ليلى", "منصور", "204896"),
    child("weiming", "伟明", "张", "204897"),
    child("guohua", "國華", "陳", "204907"),
    child("grace", "Grace", "Park", "204899"),
    child("may", "May", "Day", "204900"),
    child("ana", "Ana", "Rivera", "204903"),
    child("lucia", "Lucía", "Peña Ríos", "204905"),
    child("olga", "Olga", "Wentworth", "204913"),
)
HELEN = Person("guardian", "helen", frozenset({"oliver"}), "Helen", "Whitcombe", (), ("+1 704 555 0142",))
ROSTER = Roster.of((*CHILDREN, HELEN), Known(phrases=("Riverbend Schools",), staff=("Orla Wentworth",)))
named = partial(guarded.people_in, roster=ROSTER)


@each(
    "First name: Oliver\nGrade: 3\nLast name: Whitcombe", "Surname: Whitcombe\nGrade: 3\nGiven: Oliver",
    "First name: Oliver\n\nGrade: 3\n\nLast name: Whitcombe", "Nombre: Oliver\nGrado: 3\nApellido: Whitcombe",
    "Given: Oliver\nDate of birth: 1 Feb\nSchool: Oak Hill\nSurname: Whitcombe",
    "Nombre: Oliver\n\nApellidos: Whitcombe",
    "Vorname: Oliver\nKlasse: 3b\nNachname: Whitcombe", "Prénom : Oliver\nClasse : CE2\nNom : Whitcombe",
    "First name\tOliver\n\nGrade\t3\n\nLast name\tWhitcombe", "First name\n\nOliver\n\nLast name\n\nWhitcombe",
    "First Name: Oliver\nMiddle Name: James\nLast Name: Whitcombe",
    "Child's first name: Oliver\nRoom: 3\nLast: Whitcombe",
)  # fmt: skip
def test_fields_of_one_form_belong_together(text: str):
    assert named(text) == {"oliver"}


@each(
    "First name: ____\nGrade: ____\nLast name: ____", "First name: Mason\nGrade: 3\nLast name: Whitcombe",
    "First name: Oliver\nLast name: Smith\nGrade: 3\nFirst name: Mia\nLast name: Whitcombe",
    "Given the weather, Oliver waits.\nSurname rules apply to Whitcombe.",
)  # fmt: skip
def test_fields_of_other_people_do_not(text: str):
    assert named(text) == frozenset()


@pytest.mark.parametrize(("text", "who"), [
        ("姓：王\n名：伟", "王伟"), ("名字: 伟\n班: 3\n姓氏: 王", "王伟"), ("성: 김\n이름: 민준", "김민준"),
        ("الاسم: يوسف\nالصف: 3\nالعائلة: الحسيني", "يوسف"),
        ("Họ: Nguyễn\nTên đệm: Quốc\nTên: Bảo", "Bảo"), ("Tên: Bảo\nTên đệm: Quốc\nHọ: Nguyễn", "Bảo"),
])  # fmt: skip
def test_fields_belong_together_in_other_scripts_too(text: str, who: str):
    people = [
        ("王伟", "伟", "王"),
        ("김민준", "민준", "김"),
        ("يوسف", "يوسف", "الحسيني"),
        ("Bảo", "Quốc Bảo", "Nguyễn"),
    ]
    index = Roster.of(child(*one, f"1009{at:02}") for at, one in enumerate(people))
    verdict = judge([Part("page 1", text)], index)
    assert isinstance(verdict, Blocked)
    assert verdict.people == {who}
    assert judge([Part("page 1", "Họ: Nguyễn\nTên đệm: Minh\nTên: Bảo")], index) == Clear()


def test_of_two_family_names_in_fields_one_is_enough():
    assert named("Nombre: Lucía\nGrado: 3\nApellido paterno: Peña\nApellido materno: Ríos") == {"lucia"}


def test_a_name_may_fill_two_lines_with_blank_ones_between():
    assert named("Oliver\n\nWhitcombe") == named("Welcome!\n\nOliver\n\n\nWhitcombe\n\nGrade 3") == {"oliver"}
    assert named("Mia\n\nOliver\n\nWhitcombe\n\nSmith") == frozenset()  # each line is somebody else
    assert named("Welcome, Oliver!\n\nWhitcombe Library opens.") == named("Oliver Twist\n\nWhitcombe Hall") == set()


@each(
    "Whitcombe, O.\tGrade 3\tOak", "O. Whitcombe, grade 3", "Grade 3: Whitcombe, O.", "Student: O. Whitcombe",
    "Student: Whitcombe, O", "O. Whitcombe was absent on Monday.", "O. Whitcombe was late again.",
    "The library is open.\nO. Whitcombe was late again.",
    "We rang O. Whitcombe, his mother came.", "Whitcombe O. (204893)",
    "O. Whitcombe\nCall 704 555 0142", "O. Whitcombe (Fern Hill Elementary) takes the bus.",
    "Please thank O. Whitcombe of class 4b for the cake.",
    "Dear families,\n\nO. Whitcombe was absent on Monday.\n\nKind regards,\nThe office",
)  # fmt: skip
def test_an_initial_counts_beside_a_second_sign(text: str):
    assert "oliver" in named(text)


@each(
    "Whitcombe, O.\nRivera, A.\nFenwick, T.", "O. Whitcombe\nA. Rivera\nT. Fenwick", "Whitcombe O\nRivera A\nFenwick T"
)
def test_initials_count_in_a_list_of_such_names(text: str):
    assert named(text) == {"oliver", "ana", "tobias"}


@each(
    "Oliver W.\nTobias F.\nPeter L.\nAna R.",
    "Oliver W\tTobias F\nPeter L\tAna R",
    "Room 4, Ms. Lee: Ollie W., Tobias F., Pete L. and Ana R.",
)
def test_given_names_with_initials_count_in_a_list_of_four(text: str):
    assert named(text) == {"oliver", "ana", "tobias", "peter"}


def test_fewer_given_names_with_initials_or_mostly_of_others_are_anybodys():
    assert named("Oliver W.\nTobias F.\nAna R.") == frozenset()
    assert named("Oliver W.\nTobias F.\nPeter L.\nAna R.\nMia K.\nJon S.") == frozenset()


@each("We still miss the form of J. S. Featherby", "J.S. Featherby is ill", "S. Featherby-Moss has no lunch")
def test_all_initials_or_both_family_names_make_one_initial_sure(text: str):
    people = (
        child("jonah", "Jonah Silas", "Featherby", "204920"),
        child("saskia", "Saskia", "Featherby Moss", "204921"),
    )
    verdict = judge([Part("page 1", text)], Roster.of(people))
    assert isinstance(verdict, Blocked)
    assert len(verdict.people) == 1
    assert judge([Part("page 1", f"{text}, says the teacher")], Roster.of(people)) == Clear()


@each("L. Peña Ríos owes us a form", "L. Peña-Ríos, grade 3", "Student: L. Peña Ríos")
def test_an_initial_may_stand_before_both_halves_of_a_family_name(text: str):
    assert named(text) == {"lucia"}


@each(
    "First names: Oliver, Tobias, Peter.\n\nLast names: Whitcombe, Fenwick, Lindqvist.",
    "Oliver\nTobias\nPeter\n\nClass 3\n\nWhitcombe\nFenwick\nLindqvist",
    "1\tWhitcombe\n2\tFenwick\n3\tLindqvist\n\n1\tOliver\n2\tTobias\n3\tPeter",
)
def test_halves_in_the_same_order_of_two_lists_belong_together(text: str):
    assert named(text) == {"oliver", "tobias", "peter"}


@each(
    "Ronald\tMinh Anh\tLucía\tPeter\n\nStranger\tNguyễn\tPeña Ríos\tLindqvist\n\nGrade\t3\t4",
    "Minh Anh\nLucía\nPeter\nRonald Lee\n\nClass 3\n\nNguyễn\nPeña Ríos\nLindqvist\nStranger",
    "Last names: Nguyễn, Peña Ríos and Lindqvist. First names: Minh, Lucía and Peter.",
)
def test_names_of_two_words_and_strangers_put_no_list_out_of_step(text: str):
    assert named(text) == {"minh anh", "lucia", "peter"}


def test_brothers_and_sisters_stand_in_two_lists_too():
    kids = [Person("child", name, frozenset({name}), name, "Whitcombe") for name in ("Oliver", "Emma", "Leo")]
    text = "Oliver\tEmma\tLeo\n\nWhitcombe\tWhitcombe\tWhitcombe"
    verdict = judge([Part("page 1", text)], Roster.of(kids))
    assert isinstance(verdict, Blocked)
    assert verdict.people == {"Oliver", "Emma", "Leo"}


@each(
    "Helpers: Oliver, Tobias, Peter.\n\nStreets: Fenwick, Lindqvist, Whitcombe.",
    "Helpers: Oliver, Tobias, Mia.\n\nStreets: Whitcombe, Fenwick, Lindqvist.",
)
def test_halves_in_another_order_are_nobody(text: str):
    assert named(text) == frozenset()


@each(
    "Oliver, whose surname is Whitcombe, is new here.",
    "A boy called Oliver, last name Whitcombe",
    "Oliver, Familienname Whitcombe",
    "Oliver, apellido Whitcombe",
)
def test_a_family_name_may_be_told_in_words(text: str):
    assert named(text) == {"oliver"}


@each("Oliver was the last to see the Whitcombe house.", "Oliver, the name of the Whitcombe cat")
def test_words_that_tell_no_family_name_part_two_halves(text: str):
    assert named(text) == frozenset()


@each(
    "O. Whitcombe", "Sincerely,\nO. Whitcombe\nPrincipal", "Whitcombe, O. (2019). Reading in schools. Press.",
    "Smith, J., Whitcombe, O., & Lee, K. (2018). Title.", "Ms. O. Whitcombe teaches grade 3.",
    "Yours, O. Wentworth, grade 3", "J. Whitcombe, grade 3", "Coach A. Rivera\nGrade 3 soccer",
    "Teacher\tGrade\n\nA. Rivera\t3\n\nT. Fenwick\t4\n\nO. Whitcombe\t5", "Grade 3: A. Rivera",
    "A. Rivera\nT. Fenwick\nO. Whitcombe\nJ. Doe\nK. Poe\nL. Roe",
    "Photo: O. Whitcombe. Pupils of grade 4 painted it.", "A story by O. Whitcombe, for grade 1",
)  # fmt: skip
def test_an_initial_alone_is_anybodys(text: str):
    assert named(text) == frozenset()


@each("عمر خالد الحداد", "عمر بن خالد الحداد", "الطالب عمر خالد محمد الحداد", "عمر عبد الله الحداد")
def test_fathers_names_may_stand_within_an_arabic_name(text: str):
    assert named(text) == {"omar"}


@each("عمر يقرأ. الحداد مغلق", "عمر خالد منصور", "مرحبا عمر، السيد خالد الحداد مدير المدرسة", "عمر في بيت الحداد")
def test_other_words_between_arabic_names_part_them(text: str):
    assert named(text) == frozenset()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("張偉明", "weiming"),
        ("歡迎張偉明同學", "weiming"),
        ("張 偉明", "weiming"),
        ("陈国华", "guohua"),
        ("陳國華", "guohua"),
    ],
)
def test_chinese_names_are_one_in_both_scripts(text: str, who: str):
    assert named(text) == {who}


@each(
    "Mrs. Whitcombe, we must discuss Oliver", "Dear Mrs. Whitcombe,\nwe must discuss Oliver's behaviour.",
    "Dear Mr. and Mrs. Whitcombe,\n\nOliver has missed three days.", "Mr. Whitcombe called about Oliver today.",
    "Estimada Sra. Whitcombe, tenemos que hablar de Oliver.",
    "Dear Whitcombe family,\n\nwe are glad that Oliver joins.", "Re: Oliver\n\nDear Mrs. Whitcombe,\n\nplease call us.",
)  # fmt: skip
def test_a_child_is_named_where_its_parents_are_spoken_to(text: str):
    assert named(text) == {"oliver"}


@each(
    "Mrs. Whitcombe's class and Oliver the hamster say hello", "Mrs. Whitcombe read Oliver Twist to us.",
    "Oliver needs help. Mrs. Whitcombe teaches grade 3.", "Mrs. Rivera and Ms. Ana will lead.",
    "Mrs. Rivera thanked Ana.", "Dear Mrs. Rivera, please excuse Ana from class.",
)  # fmt: skip
def test_a_grown_up_and_a_given_name_may_be_strangers(text: str):
    assert named(text) == frozenset()


@each(
    "Student ID: 204,893", "Student 204-893", "S204893", "Student ID: 204 893", "Student No. 204.893", "ID204893",
    "Student number 0204893", "0000204893", "SID 20-48-93", "Matrícula: 204.893", "Student ID\t204,893", "ID#204893",
    "student_id=0204893", "Del estudiante N.º 204 893", "élève n° 204 893", "alumno nº 204.893",
)  # fmt: skip
def test_a_labelled_number_may_be_in_groups_or_padded(text: str):
    assert named(text) == {"oliver"}


@each("Student 204777", "S204777", "S 204777", "ID: 204,777", "204777 Peter")
def test_a_number_may_lack_its_letter_beside_a_label_or_a_name(text: str):
    assert named(text) == {"peter"}


@each("204,893 204,894 204,895", "204 893 204 894 204 895")
def test_numbers_in_groups_count_in_a_list_under_a_label(text: str):
    column = [text[at : at + 7] for at in (0, 8, 16)]
    assert len(named("\n".join(["Student ID\tPaid", *(f"{one}\tno" for one in column)]))) == 3
    assert named("\n".join(["Account\tSum", *(f"{one}\tno" for one in column)])) == frozenset()


@each("31877", "Student ID 031877", "ID 31,877", "student 00-31877")
def test_zeros_in_front_may_be_missing(text: str):
    assert named(text) == {"nadia"}


@each(
    "Invoice 204,893", "$204,893", "Population: 204,893", "204,893 students", "students: 204,893", "call 204-893",
    "Student fees: $204,893", "31,877 dollars per student", "cost per student: 204,893", "Student 204,893 euros",
    "Meeting ID: 204 893", "x204893", "Item S204893X", "ID 999204893", "Part no. 204-893", "204777", "Room S204",
)  # fmt: skip
def test_sums_and_numbers_of_things_are_nobodys(text: str):
    assert named(text) == frozenset()


@each(
    "Last,First\nPark,Grace", "Last name,First name\nPark,Grace", "Name\tGrade\n\nGrace Park\t3",
    "Students\nGrace Park",
    "Last\tFirst\tGrade\n\nPark\tGrace\t3", "Student,Phone\nOliver Twist,1\nGrace Park,2",
)  # fmt: skip
def test_ordinary_words_under_a_head_of_pupils_are_a_name(text: str):
    assert named(text) == {"grace"}


@each(
    "Stop\tTime\n\nGrace Park\t7:10", "Event\tGrade\n\nMay Day\t3", "School name\tPlace\n\nLincoln\tGrace Park",
    "Name\tAddress\n\nGrace Park\t12 Main Street", "Students walk there.\nGrace Park", "Grace Park\nMay Day",
    "Last first aid course\nPark,Grace period",
)  # fmt: skip
def test_ordinary_words_under_another_head_are_not(text: str):
    assert named(text) == frozenset()


def test_a_later_given_name_with_a_widespread_family_name_needs_a_second_sign():
    assert named("Board minutes. Present: Anh Nguyen, Robert Ellis. Anh Nguyen moved to approve.") == frozenset()
    assert named("Nguyen, Anh") == named("Nguyen Anh") == frozenset()
    assert named("Anh Nguyen 204894") == named("Minh Anh Nguyen") == named("Nguyễn Minh Anh") == {"minh anh"}


@each("Luis García Martínez", "García Martínez, Luis", "Luis Garcia-Martinez")
def test_a_later_given_name_is_enough_beside_both_halves_of_a_double_family_name(text: str):
    roster = Roster.of([child("luis", "José Luis", "García Martínez", "204999")])
    assert isinstance(judge([Part("page 1", text)], roster), Blocked)
    assert judge([Part("page 1", "Luis García, Luis Martínez")], roster) == Clear()


DISTINCT = [one for one in CHILDREN if one.id in {"oliver", "nadia", "peter", "tobias"}]
LABELS = [("First name", "Last name"), ("Given", "Surname"), ("Nombre", "Apellidos"), ("Vorname", "Nachname")]
LINES = [
    "Grade: 3",
    "Site: Oak",
    "Date of birth: __",
    "Bus: 12",
    "",
    "Allergies: none",
    "Consent: yes",
    "Middle name: X",
]


@settings(deadline=None)
@given(
    who=st.sampled_from(DISTINCT), labels=st.sampled_from(LABELS), between=st.lists(st.sampled_from(LINES), max_size=6),
    mark=st.sampled_from([": ", ":\t", ":\n", "\t", " = "]), is_upper=st.booleans(), is_family_first=st.booleans(),
    line=st.sampled_from(["\n", "\n\n", "\r\n"]),
)  # fmt: skip
def test_no_lines_between_hide_a_name_in_fields(
    *,
    who: Person,
    labels: tuple[str, str],
    between: list[str],
    mark: str,
    is_upper: bool,
    is_family_first: bool,
    line: str,
):
    fields = [f"{label}{mark}{name}" for label, name in zip(labels, (who.given_name, who.family_name), strict=True)]
    first, last = reversed(fields) if is_family_first else fields
    text = line.join((first, *between, last))
    assert who.id in named(text.upper() if is_upper else text)


@settings(deadline=None)
@given(
    who=st.sampled_from(DISTINCT),
    label=st.sampled_from(["Student", "Student ID", "Pupil no.", "ID", "student_id", "SID"]),
    mark=st.sampled_from([" ", ": ", "#", " #", "\t", "="]), zeros=st.integers(0, 4), group=st.sampled_from(",.- "),
    at=st.integers(1, 4), is_grouped=st.booleans(),
)  # fmt: skip
def test_no_notation_hides_a_labelled_number(
    *, who: Person, label: str, mark: str, zeros: int, group: str, at: int, is_grouped: bool
):
    digits = "0" * zeros + who.numbers[0].removeprefix("S-").lstrip("0")
    written = f"{digits[:-at]}{group}{digits[-at:]}" if is_grouped else digits
    assert who.id in named(f"Hello\n{label}{mark}{written}\nBye")


@each(
    "The Whitcombes are away in May, so Oliver misses the play.", "Oliver is at the Whitcombes' house today.",
    "Dear Whitcombes,\n\nthank you for the cake. We are glad\nthat Oliver joins us.", "Los Whitcombe: Oliver, grado 3",
    "The Whitcombes' Oliver is ill.", "Oliver (the Whitcombe boy) is ill.", "The Whitcombe twin, Oliver, is ill.",
    "The form of Oliver Whit-\n> combe is missing.", 'Oliver "Thomas" Whitcombe is ill.',
)  # fmt: skip
def test_a_family_in_the_plural_names_the_child_it_is_told_with(text: str):
    assert named(text) == {"oliver"}


@each(
    "The Whitcombes thank you.", "The Whitcombes built the mill. Oliver Cromwell never slept here.",
    "The Whitcombes Road school; ask Oliver", "the Whitcombes and Oliver Twist", "The Grangers met Oliver.",
)  # fmt: skip
def test_a_family_in_the_plural_alone_names_nobody(text: str):
    assert named(text) == frozenset()


@each(
    "p { color: #204893; z-index: 204893 }", '<body bgcolor="204893" text="#204894">', "<rect stroke='#204893'/>",
    "https://bugs.example.org/?bug=204893", "See example.org/kb/204893/",
    "https://news.example.org/articles/204893/reading", "https://forms.example.org/a?id=204893&x=204894", "PO-204893",
)  # fmt: skip
def test_colours_and_numbers_of_other_things_are_no_students(text: str):
    assert named(text) == frozenset()


@each("#204893", "Green group: #204893", "https://example.org/?student=204893", "https://sis.example.org/a?id=204893")
def test_a_hash_before_a_number_does_not_hide_it(text: str):
    assert named(text) == {"oliver"}


@each("Chromebook login: owhitcombe27", "User name\tPassword\nwhitcombeo\tapple", "His username is owhitcombe.")
def test_a_login_of_initial_and_rare_family_name_is_a_child(text: str):
    assert named(text) == {"oliver"}


@each("owhitcombe wrote this", "Login: Owhitcombe", "Login: zwhitcombe", "Login: arivera", "Login: owentworth")
def test_another_word_or_the_login_of_staff_is_nobody(text: str):
    assert named(text) == frozenset()
