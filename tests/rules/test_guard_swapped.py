"""Figures that stand for letters, and letters that stand for figures."""

from tests.rules.guarded import each, found, named


@each(
    "0liver Whitcombe", "Oliver Whitc0mbe", "0liver Whitc0mbe", "WHITC0MBE, 0LIVER", "0l1v3r Wh1tc0mb3", "N0ra O'Neill",
    "Nora 0'Neill", "Th4ddeus Quimby", "0liver_Whitc0mbe_report.pdf", "0liverWhitc0mbe", "Guadalupe 0camp0",
    "Oliver\t3\tWhitc0mbe",
)  # fmt: skip
def test_a_figure_in_place_of_a_letter_does_not_hide_a_name(text: str):
    assert len(named(f"Please see {text}, grade 3.")) == 1


@each(
    "Come at 5am, Park opens then.", "Room 3B, Whitcombe wing", "Oliver, 4th grade", "0 Whitcombe points",
    "R2D2 Rivera", "H2O and Anna", "An4 Riv3", "model 0liver5000 by Whitcombe", "0liver", "Whitc0mbe", "m4y d4y",
    "1v4n Whitc0mbe",
)  # fmt: skip
def test_figures_in_other_words_name_nobody(text: str):
    assert named(text) == frozenset()


@each(
    "704-555-O134", "7O4-555-OI34", "7O4 555 0l34", "+1 (7O4) 555-Ol34", "704.555.O134", "704 55S 0134",
    "Call 7O4555OI34 now",
)  # fmt: skip
def test_a_letter_in_place_of_a_figure_does_not_hide_a_phone(text: str):
    assert found(f"Ring {text}.") == {"phone"}


@each("Student I00231", "student number IOO231", "number 1OO231 is absent", "100Z31")
def test_a_letter_in_place_of_a_figure_does_not_hide_a_student_number(text: str):
    assert found(f"The {text}.") == {"student-number"}


@each(
    "7O4-555-0135", "704-555-OI00", "10 l oil, 555 l water", "Class 1B, 3O children, 555-0100",
    "SO2 and CO2 and O3 levels", "B12, Z3, S5, O2 and 12 oil", "$1OO231", "lot IO0232",
)  # fmt: skip
def test_other_figures_with_letters_are_clear(text: str):
    assert found(text) == set()
