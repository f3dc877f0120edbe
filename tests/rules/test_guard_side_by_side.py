"""Two names that stand side by side and are nobody's, and names with something stuck to them that are somebody's."""

from datetime import date

import pytest

from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import KNOWN, child, each, named


@each(
    "corner of Martin & King",
    "Harper & Alice, attorneys",
    "Whitcombe & Oliver",
    "Martin, King and Jackson",
    "Martin, King, and Jackson meet",
)
def test_two_names_that_stand_side_by_side_as_streets_and_presidents_do_are_nobody(text: str):
    assert named(text) == set()


@each(
    "Mrs. Whitcombe & Oliver",
    "Whitcombe, Oliver and Alice",
    "Oliver+Whitcombe",
    "WHITCOMBE/OLIVER",
)
def test_a_child_beside_its_family_is_found_whatever_joins_the_two(text: str):
    assert named(text) == {"oliver"}


@each("Harper 29 24 22\nAlice 85 46 30", "Martin 12 11\nKing 9 14")
def test_names_in_a_row_of_figures_and_the_next_are_two(text: str):
    assert named(text) == set()
    assert named("Martin 12\nKing") == {"martin"}


@each("Linda Márquez", "Linda Márquez, room 4", "Linda Márquez Room 4", "Linda Márquez García", "Linda García Toledo")
def test_either_half_of_a_double_family_name_is_enough(text: str):
    assert named(text) == {"linda"}


def test_the_second_half_of_a_double_family_name_before_another_is_somebody_elses_first():
    assert named("a novel by Linda Márquez Toledo") == set()


@each(
    "Oliver Whitcombe2 scored.",
    "12Oliver Whitcombe",
    "Oliver Whitcombe\u00b9 and friends",
    "1Oliver Whitcombe 2Alice Harper",
)
def test_a_name_is_found_with_the_mark_of_a_note_or_the_number_of_a_row_stuck_to_it(text: str):
    assert "oliver" in named(text)


def test_a_long_given_name_is_found_by_its_end_beside_a_rare_family_name():
    roster = Roster.of((child("seun", "Oluwaseun", "Adeyemi", "100400"),))
    assert isinstance(judge([Part("page 1", "Seun Adeyemi was here")], roster), Blocked)
    assert isinstance(judge([Part("page 1", "Sun Adeyemi was here, and Eun Adeyemi")], roster), Clear)


@each("Emma Johnson, born 2019-04-06", "Emma Johnson, born 4/6/2019", "Emma Johnson (06.04.2019)")
def test_a_birth_date_read_the_other_way_round_is_not_that_of_a_namesake_of_the_family(text: str):
    emma = child("emma", "Emma", "Johnson", "100401", date(2019, 4, 6))
    malik = child("malik", "Malik", "Johnson", "100402", date(2019, 6, 4))
    roster = Roster.of((emma, malik))
    assert judge([Part("page 1", text)], roster, frozenset({"emma"})) == Clear()
    assert isinstance(judge([Part("page 1", text.replace("Emma Johnson", "Malik"))], roster), Blocked) is (
        "-" not in text
    )


@each(
    "Oliver (grade 3) Whitcombe",
    "Oliver (3rd grade) Whitcombe",
    "Whitcombe, 3B, Oliver",
    "Pick up Oliver 3B Whitcombe at noon.",
    "Emily, grade 2, Johnson",
)
def test_a_grade_or_class_between_two_names_parts_nobody(text: str):
    assert len(named(text)) == 1


@each(
    "Oliver (grade 3), Whitcombe (grade 4)",
    "Oliver 3B Whitcombe 4A",
    "3A Oliver 3B Whitcombe",
    "Emily (grade 2) Johnson Hall",
)
def test_names_of_which_each_has_a_grade_are_two(text: str):
    assert named(text) == set()


@each(
    "نرحب بالطالبة ليلى (Grade 3) الحداد اليوم",
    "ليلى (الصف الثالث) الحداد",
    "الحداد، 3B، ليلى",
    "Анна (3 класс) Иванова",
)
def test_a_class_parts_no_names_of_other_scripts(text: str):
    assert len(named(text)) == 1


@each("ليلى (الصف الثالث)، الحداد (الصف الرابع)", "ليلى 3B الحداد 4A")
def test_names_of_other_scripts_of_which_each_has_a_class_are_two(text: str):
    assert named(text) == set()


@each('小明 "Kevin" 李', "李（Kevin）小明", "小明 (Kevin) 李")
def test_what_a_child_is_called_in_latin_letters_stands_within_a_name_in_others(text: str):
    assert named(text) == {"li"}


def test_names_in_a_sentence_are_not_turned_round_because_the_first_is_a_family_name_alone():
    assert named("Winners: Johnson, Emily Thompkins and Noah Leeson.") == set()
    assert named("Winners: Johnson, Emily Thompkins; Leeson, Noah") == {"emily"}
    assert named("Winners: Johnson, Emily Rose and Leeson, Noah") == {"emily"}


def test_an_initial_before_a_family_name_is_the_given_names_own_if_that_follows_in_brackets():
    assert named("Absent: O. Harper (Owen), bus 4.") == {"owen"}
    assert named("Absent: A. Harper, Owen.") == set()


@each("Owen\tMarsh\tTeacher", "Marsh\tOwen\tTeacher", "Owen Marsh\tTeacher")
def test_one_of_the_staff_is_known_in_two_cells_as_in_one(text: str):
    index = Roster.of((child("owen marsh", "Owen", "Marsh", "100400"),), KNOWN)
    assert judge([Part("rows", f"First\tLast\tRoom\n{text}")], index) == Clear()
    assert judge([Part("rows", f"Owen\tMarsh\t{100400}")], index) != Clear()


@each(
    "María José\t3\tde la Cruz",
    "7\tMaría José\t3\tgirl\tde la Cruz\tOak",
    "Guadalupe Itzel\tOak\t3\tOcampo",
    "Ocampo\t3\tGuadalupe Itzel",
)
def test_a_given_name_of_several_words_fills_a_cell_apart_from_the_family_name(text: str):
    assert len(named(text)) == 1
    assert named(text.replace("\t3\t", "\n\n3b\t").replace("Oak\t", "Oak\n\n")) == set()


@each("Sarah Jane\t3\tOak\tWhitlock", "Whitlock\t3\tOak\tSarah Jane", "Sarah   3   Oak   Whitlock")
def test_a_row_between_the_lines_of_a_letter_is_a_row(text: str):
    assert named(f"Families who owe a fee\n{text}\nPlease call the office today") == {"sarah"}


@each("Ask\nSarah Jane is here\t3\tOak\tWhitlock\nor not", "Sarah Jane\t3\tOak\tfor\nWhitlock Road\tis\tclosed")
def test_what_goes_on_in_its_line_is_no_cell_of_a_name(text: str):
    assert named(text) == set()


@each("Quinn Guadalupe Itzel\t3\tOcampo", "Sarah Jane Doe\t3\tWhitlock", "the Sarah Jane\t3\tWhitlock")
def test_a_cell_that_holds_more_than_a_given_name_is_not_joined_with_a_family_name_apart(text: str):
    assert named(text) == set()


_EXPORT = "First Name\tMiddle Name\tLast Name\tSuffix\n"


@each(
    "Oliver\tQuillon\tWhitcombe\tJr",
    "Kate\tAlice\tMcGregor\nOliver\tAlice\tWhitcombe",
    f"{_EXPORT}Oliver\tHarper\tWhitcombe\tJr",
    "Whitcombe\tAlice\tOliver",
)
def test_a_middle_name_in_a_cell_of_its_own_hides_nobody(text: str):
    assert named(text) == {"oliver"}


def test_a_middle_name_in_a_cell_hides_no_name_of_ordinary_words_under_a_head():
    assert named(f"{_EXPORT}Grace\tAnne\tPark\t") == {"grace park"}
    assert named("Grace\tAnne\tPark\t") == set()


@each("Owen\tMarsh\tAnna\tHarper", "Oliver\tHarper\tAlice\tWhitcombe")
def test_four_cells_with_names_of_two_people_name_nobody_else(text: str):
    assert named(text) == set()


@each(
    "First\tThaddeus\tOliver\n\nLast\tQuimby\tWhitcombe",
    "Last\tQuimby\tWhitcombe\n\nFirst\tThaddeus\tOliver",
    "Given name\tThaddeus\t\tOliver\n\nGrade\t3\t\t4\n\nFamily name\tQuimby\t\tWhitcombe",
)
def test_people_may_stand_side_by_side_below_each_others_names(text: str):
    assert named(text) == {"thaddeus", "oliver"}


def test_cells_that_do_not_stand_below_each_other_name_nobody():
    assert named("First\tThaddeus\tMia\tOliver\n\nLast\tSmith\tWhitcombe\tMarsh") == set()


@each("the Harpers sent Alice and Owen", "Alice is ill and the Harpers keep Owen home, too")
def test_of_a_family_that_many_bear_two_given_names_are_enough(text: str):
    assert named(text) == {"alice", "owen"}
    assert named(text.replace("Owen", "Mia")) == set()


@each("The Harpers: Alice, Owen", "the Harpers (Alice and Owen) are away", "Los Harper: Owen, Alice")
def test_right_behind_their_familys_name_one_given_name_is_enough(text: str):
    assert named(text) == {"alice", "owen"}
    assert named(text.replace("Owen", "Mia").replace("Los Harper", "The Harpers")) == {"alice"}


def test_some_names_of_which_each_word_fills_a_line_are_found_in_a_list_of_such_lines():
    several = "Oliver\n\nWhitcombe\n\nThaddeus\n\nQuimby\n\nAlice\n\nHarper"
    assert named(several) == {"oliver", "thaddeus", "alice"}
    assert named(several.replace("Alice", "Mia")) == set()  # each line may be somebody else


@each(
    "Harper\n\nAlice\t2\n\nOwen\t3",
    "Family Whitcombe\nOliver\tgrade 2\nMei\tgrade 3",
    "Fees\n\nWhitcombe\n\nOliver\t2\tnuts",
    "Familie de la Cruz\n\nMaría José\t2",
    "Fees\n\nWhitcombe\n\n\tOliver\t2\tnuts",
    "Harper\n\n\tAlice\t2\n\n\tOwen\t3",
    "Whitcombe\n\nOliver\n\ngrade 3",
    "Harper\n\n    Alice\n    Owen\n\nWhitcombe\n\n    Oliver\n\n",
    "Whitcombe\n\nName\tGrade\n\nOliver\t3",
    "Whitcombe\n\nNo.\tName\tGrade\n\n1\tOliver\t3",
    "Whitcombe\n\nSite\tOak\n\nFirst name\tOliver\n\nGrade\t3",
    "Whitcombe\n\nStudent: Oliver\n\nGrade: 3",
)
def test_a_family_name_on_a_line_is_that_of_the_given_names_in_the_rows_below(text: str):
    assert named(text) & {"alice", "oliver", "maria"}


@each(
    "Rivera\n\nOwen\t2",
    "Whitcombe Street\n\nOliver\t2",
    "Ms. Whitcombe\n\nOliver\t2",
    "Whitcombe\n\nMenu\n\nOliver\t2",
    "Whitcombe\n\nOliver Smith\t2",
    "Whitcombe\n\nTeacher: Oliver",
    "Whitcombe\n\nBus\tOliver\t2",
    "Marsh\n\nGrace\t2",
    "Whitcombe\n\nMenu\n\nOliver",
    "Whitcombe\n\nOliver is absent",
    "Ana\n\nHarper\n\nOwen\n\nPetra",  # a list of given names
    "Hunter\n\nOwen\n\nOliver",
)
def test_other_lines_above_rows_give_no_family_name(text: str):
    assert named(text) == set()


def test_a_letter_between_title_and_family_name_leaves_both_together():
    assert named("Oliver's mother, Ms. T. Whitcombe, called") == {"oliver"}
    assert named("Oliver's mother met Ms. Tess Whitcombe") == set()


@each(
    "Owen, E., Harper",
    "Owen, E., Harper, M, 3",
    "Owen\tE.\tHarper\tB.",
    "Owen E. Harper, B",
    "A. Harper, Owen B.",
    "Harper, E. Owen",
    "Harper, I. E. Owen",
    "Harper, O., Owen, E. (3)",
    "E. Owen Harper, B. Lee",
    "Harper, Owen, E., Lee, Kim, A.",
)
def test_a_person_with_initials_around_is_named(text: str):
    assert "owen" in named(text)


@each(
    "Harper, Owen E.",
    "Harper, Owen Y. (grade 3)",
    "Harper, Owen E., and Lee, Kim A.",
    "Harper, Owen I. was absent",
    "O. Harper, Owen E.",
    "Harper, Owen E.\nLee, Kim A.",
    "Harper, Owen E.; Lee, Kim A.",
)
def test_a_capital_that_is_a_word_for_and_elsewhere_is_an_initial(text: str):
    assert "owen" in named(text)


@each(
    "We thank Kowalczyk, Petra T. for the poster.", "Dziękujemy Kowalczyk, Petra T. za plakat.", "Kowalczyk, Petra T."
)
def test_a_middle_initial_behind_a_name_begins_no_other_name(text: str):
    assert named(text) == {"petra"}


@each("Zorblax Kowalczyk, Petra T. Brown", "Zorblax Kowalczyk, Petra Brown")
def test_the_family_name_behind_a_middle_initial_is_that_of_somebody_else(text: str):
    assert named(text) == frozenset()


@pytest.mark.parametrize(
    ("given_name", "family_name", "text"),
    [
        ("Benoît", "d'Estaing", "Benoît Renée d'Estaing was here"),
        ("Benoît", "d'Estaing", 'Benoît "Ziggy" d’Estaing was here'),
        ("Charles", "Hammond", "Dziękujemy Charles\nHammond Jr. za plakat"),
    ],
)
def test_small_particles_and_suffixes_of_a_name_are_none_of_its_neighbours(
    given_name: str, family_name: str, text: str
):
    assert isinstance(
        judge([Part("page 1", text)], Roster.of([child("one", given_name, family_name, "100341")])), Blocked
    )


def test_the_particle_before_a_family_name_does_not_part_it_from_the_given_name_of_the_same_child():
    roster = Roster.of(
        [child("own", "Ana", "dos Santos", "100341"), child("other", "Ana", "da Silva Santos", "100342")]
    )
    letter = "À família de Ana dos Santos,\nAna participa do programa."
    assert judge([Part("page 1", letter)], roster, frozenset({"own"})) == Clear()
    for text in ("Silva Santos, Ana\nsaiu", "Família da Silva Santos: Ana", "Santos, Ana"):
        verdict = judge([Part("page 1", text)], roster)
        assert isinstance(verdict, Blocked)
        assert "other" in verdict.people
