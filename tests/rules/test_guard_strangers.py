"""What a set of files by somebody who had not read the guard told of it: what it missed, and what it stopped in vain.

Each leniency is tried by somebody who hides a name behind it.
"""

from datetime import date
from functools import partial

import pytest

from portal.guard.roster.index import Person, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

JOAO = Person("guardian", "joao", frozenset({"thais"}), "João Pedro", "Gonçalves")
CHILDREN = (
    child("grace", "Grace", "Park", "204899"),
    child("joy", "Joy", "Long", "204900"),
    child("may", "May", "Day", "204901"),
    child("an", "An", "Đỗ", "204902"),
    child("le", "My", "Lê", "204903"),
    child("fan", "An", "Fan", "204915"),
    child("michael", "Michael", "Smith", "204904", date(2018, 10, 26)),
    child("salim", "محمد", "بن سالم", "204905"),
    child("salim in Latin", "Mohammed", "Bin Salem", "204906"),
    child("zayd", "ليان", "أبو زيد", "204907"),
    child("thais", "Thaís", "dos Santos Silva", "204908"),
    child("her namesake", "Thaís", "Gonçalves", "204909"),
    child("jean", "Jean-Baptiste", "Pierre-Louis", "204910"),
    child("claude", "Jean-Claude", "Jean-Baptiste", "204916"),
    child("jose", "José Ángel", "Zambrano Ortega", "204912"),
    child("tuan", "Tuấn", "Lương", "204914"),
    child("nora", "Nora", "Hatfield", "204913"),
    child("maria", "María José", "García Márquez", "204911"),
)
ROSTER = Roster.of((*CHILDREN, JOAO))


named = partial(guarded.people_in, roster=ROSTER)


@each(
    "Grace Park, 2nd grade",
    "Grace Park (2B)",
    "Grace Park, 3rd grader",
    "Grace Park is in grade 3",
    "Park, Grace 3B",
    "Grace Park is in 2nd grade this year",
    "Grace Park, 8 years old",
    "Grace Park, age 8, won",
    "Grace Park: peanut allergy",
    "Grace Park (tree nut allergy)",
    "Grace Park, first grade",
    "Grace Park was in kindergarten",
    "Grace Park, a fifth grader, won",
    "GRACE PARK (3RD GRADE)",
    "Grace Park (3º grado)",
    "Grace Park (4-C) won",
)
def test_class_grade_age_and_ailment_tell_a_pupil_from_a_place(text: str):
    assert named(text) == {"grace"}


@each(
    "Visit Grace Park in 3rd grade",
    "May Day in grade 3 is fun",
    "May Day, ages 5 to 9",
    "Grace Park (ages 2-5)",
    "Grace Park is in good shape",
    "May Day: allergy forms are due",
    "Grace Park (50 years old)",
    "Grace Park, 3 blocks away",
    "We go to Grace Park, 2nd grade first",
    "Grace Park, second floor",
    "May Day, 3 a, b and c",
    "May Day (5 years of it)",
    "Grace Park (3)",
    "Long Joy, 4th of July",
    "Joy Long, 3 for 5",
)
def test_places_and_days_that_classes_see_are_no_pupils(text: str):
    assert named(text) == set()


@each("Đỗ An", "An Đỗ", "AN ĐỖ", "ĐỖ, AN", "Học sinh: Đỗ An", "Lê My")
def test_a_name_with_its_marks_is_no_ordinary_word(text: str):
    assert named(f"Kính gửi,\n{text}\nCảm ơn.")


@each("Do An exercise", "bãi đỗ an toàn", "Đỗ Antoine", "Bãi đỗ, An toàn", "le my", "Lê-Mylène")
def test_words_that_only_look_like_it_are_words(text: str):
    assert named(text) == set()


def test_a_cell_that_is_a_family_name_is_one_beside_its_birth_date():
    assert named("Smith\t3\tOak\t10/26/2018\tpeanut") == {"michael"}
    assert named("Michael\t3\t\n\n\t10/26/2018") == set()


@each("Smith Hall\t3\t10/26/2018", "Black smith\t10/26/2018", "Smith\t10/27/2018", "Smith\t3\nPicture day\t10/26/2018")
def test_a_word_in_a_cell_with_others_or_on_another_day_is_a_word(text: str):
    assert named(text) == set()


@each("محمد بن موسى الخوارزمي", "حياة محمد بن عبد الوهاب", "Mohammed bin Rashid", "ليان أبو بكر")
def test_son_of_is_no_family_name(text: str):
    assert named(text) == set()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("محمد بن سالم", {"salim", "salim in Latin"}),
        ("محمد سالم", {"salim", "salim in Latin"}),
        ("محمد بن أحمد بن سالم", {"salim"}),
        ("Mohammed Salem", {"salim in Latin"}),
        ("ليان أبو زيد", {"zayd"}),
        ("ليان زيد", {"zayd"}),
    ],
)
def test_nobody_hides_behind_son_of(text: str, who: set[str]):
    assert who <= named(text)


@each(
    "Dear João Pedro Gonçalves,\nThaís is well.",
    "Dear João Pedro Gonçalves, Thaís is well.",
    "To Thaís dos Santos Silva\nDear João Pedro Gonçalves\nThaís (student no. 204908)",
    "João Pedro Gonçalves: Thaís",
)
def test_a_guardian_of_two_given_names_makes_no_namesake_of_its_child(text: str):
    assert named(text, allowed=frozenset({"thais", "joao"})) == set()


@each(
    "Gonçalves, Thaís",
    "Dear João Pedro, Gonçalves, Thaís is well.",
    "Thaís Gonçalves",
    "Silva Pedro\nGonçalves, Thaís",
    "Dear João Pedro Gonçalves,\nThaís Gonçalves is well.",
    "Pedro: Gonçalves, Thaís",
)
def test_a_namesake_does_not_hide_behind_a_guardian_of_two_given_names(text: str):
    assert "her namesake" in named(text, allowed=frozenset({"thais", "joao"}))


@each("Jean-Pierre Giraud", "Jean-Pierre Moreau, Alain Portal")
def test_two_given_names_with_a_hyphen_are_one(text: str):
    assert named(text) == set()


@each(
    "Jean-Pierre",
    "jean-pierre-louis",
    "Jean-Baptiste Pierre",
    "Jean-Pierre Louis",
    "Jean-Baptiste-Pierre Louis",
    "letter-jean-pierre.pdf",
    "Baptiste Pierre-Louis",
)
def test_nobody_hides_behind_a_hyphen(text: str):
    assert named(text) == {"jean"}


@each("Ma. José García Márquez", "Mª José García Márquez", "MA. JOSE GARCIA MARQUEZ")
def test_a_first_given_name_cut_short_is_not_anothers(text: str):
    assert named(text) == {"maria"}


@each("Juan José García Márquez", "Anna José García Márquez")
def test_another_first_given_name_is_anothers(text: str):
    assert named(text) == set()


@each(
    "I let my child Grace Park go",
    "ask why the student Grace Park left",
    "llamó su estudiante Grace Park",
)
def test_whose_child_it_is_tells_a_name(text: str):
    assert named(text) == {"grace"}


@each(
    "Nora, grade\n2, Hatfield: bus 7 and more", "we saw Nora (2B)\nHatfield at noon", "Nora, grade 2,\nHatfield: bus 7"
)
def test_a_class_between_two_names_may_lie_where_a_line_is_wrapped(text: str):
    assert named(text) == {"nora"}


@each(
    "For Every Student Grace Park Is Near",
    "Give every child Grace Park in spring",
    "the child grace park",
    "Nora, grade 2\nHatfield, grade 3",
    "Nora, grade 2\nHatfield",
    "Nora, grade 2\nHatfield School",
)
def test_headings_and_rows_of_a_list_name_nobody(text: str):
    assert named(text) == set()


@each("José Ortega y Gasset", "José Márquez y Gasset")
def test_a_philosopher_of_two_family_names_is_no_child_of_one_of_them(text: str):
    assert named(text) == set()


@each("José Ortega y Ana", "José Ortega y", "José Zambrano Ortega y Gasset", "José Zambrano y Ortega", "José Ortega Y")
def test_nobody_hides_before_an_and(text: str):
    assert named(text) == {"jose"}


@each("L ư ơ n g  T u ấ n", "Seat 4: T u ấ n  L ư ơ n g", "Gặp T u ấ n L ư ơ n g ở cổng")
def test_a_vietnamese_name_letter_by_letter_is_no_sentence(text: str):
    assert named(text) == {"tuan"}


@each("An Fan won.", "fan, an\n", "An FAN and her mother", "fan an\nlee bo", "Student: an fan", "an fan 204915")
def test_a_name_that_is_an_article_is_found_with_capitals_on_a_line_of_its_own_or_beside_another_sign(text: str):
    assert "fan" in named(text)


@each("Jean-Claude Jean-Baptiste", "Jean-Baptiste, Jean-Claude", "Jean Jean-Baptiste", "Jean-Claude Baptiste")
def test_a_given_name_may_begin_as_the_family_name_does(text: str):
    assert named(text) == {"claude"}


@each("Lamarck, Jean-Baptiste", "the Saint-Jean-Baptiste parade", "Read by Jean-Baptiste.")
def test_a_family_name_with_a_hyphen_is_not_both_names(text: str):
    assert named(text) == set()
