"""Figures that are glued to a name, as pupils sign in and pictures are numbered."""

import re

from hypothesis import given
from hypothesis import strategies as st

from portal.guard.roster.index import Roster
from portal.guard.views.camel_case import without_figures
from tests.rules.guarded import child, each, names_anybody, people_in

ROSTER = Roster.of([
    child("olivia", "Olivia", "Thompson", "100801"), child("park", "Rosa", "Park", "100802"),
    child("price", "Theodore", "Price", "100803"),
])  # fmt: skip


@each(
    "olivia.thompson27@school.example", "olivia_thompson27", "Login: olivia.thompson27 Password: owl",
    "olivia27.thompson@school.example", "IMG_Olivia_Thompson2.jpg", "OliviaThompson4B", "Room4OliviaThompson",
    "3AOlivia Thompson", "Olivia Thompson3A", "Olivia1 Thompson", "olivia2thompson", "thompson_olivia2031",
    "4Olivia Thompson", "Thompson, Olivia4", "olivia.thompson102427",
    f"{'Bring a snack. ' * 6_000}olivia.thompson27@x.org", "Theodore_Price2.txt",
    "x" * 90 + " Theodore_Price2.txt " + "y" * 90, "Park\tduravedo3@example.org\tRosa Olivia2 Thompson",
    f"{'abc1' * 200} olivia.thompson27", f"{'abc1' * 200}.olivia.thompson27",
    f"{'abc1 ' * 200}{'x' * 400}4Olivia Thompson",
)  # fmt: skip
def test_a_name_with_figures_glued_to_it_is_found(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Rosa Parks1 sat down", "Rosa Parks2, Montgomery", "Section4 Rosa Parks", "Olivia3 and Thompson4", "Thompson27",
    "thompson27@school.example", "olivia27", "Room4 Thompson", "COVID19 Rosa",
    f"{'Theodore ' * 9}A4paper {'b' * 58} Rosa Parks",
)  # fmt: skip
def test_nobody_is_made_of_what_stands_apart(text: str):
    assert not names_anybody(text, ROSTER)


def test_of_a_mail_address_only_what_is_two_words_is_looked_at():
    """A list of guardians has one with a figure in each row: with what is around each, all of it was searched twice."""
    assert not without_figures("Park\tduravedo3@example.org\tRosa")
    assert without_figures("Park\trosa.duravedo3@example.org\tRosa").strip() == "rosa.duravedo"


@given(st.text(max_size=300), st.integers(0, 999_999), st.sampled_from(("olivia.thompson{0}", "Olivia_Thompson{0}")))
def test_it_is_found_wherever_it_stands(around: str, number: int, form: str):
    around = around.replace("<", "").replace(">", "")
    assert names_anybody(f"Bring a snack.\n\n{form.format(number)}\n\n{around}", ROSTER)


@each("Иванов27", "Ана.Иванова27", "王小明明4", "Żółć3", "ʹʹʹ4a", "AA²0", "½½½7")
def test_letters_of_any_script_are_letters(text: str):
    assert without_figures(text)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("aé4Ж"), max_size=60))
def test_no_figure_at_a_word_is_overlooked(text: str):
    glued = re.search(r"[^\W\d_]{3}[0-9]{1,6}(?![0-9])", text)
    assert (not glued) or without_figures(text)


@each("abc1", "5iw8a1zonK+wb5v5raNncg", "abc1.", "a.b1@", "abcd12 ", "Abc1\tb2\t", "Room4Olivia,")
def test_no_letter_is_looked_at_again_and_again(text: str):
    """A picture within a web page is thousands of such letters in one: searched around each figure, it took minutes."""
    for times in (500, 5_000):
        assert len(without_figures(text * times)) <= 3 * len(text) * times


@given(st.lists(st.sampled_from(("abc1", "xyz", "4Ana", "a.b1@", " ", "\n", "\t", "Q" * 90)), max_size=80))
def test_little_of_a_text_comes_twice(pieces: list[str]):
    text = "".join(pieces)
    assert len(without_figures(text)) <= 6 * len(text)


@given(st.text(st.sampled_from("aB3. \n_"), max_size=400))
def test_what_is_around_a_figure_is_words_of_the_text_without_it(text: str):
    said = without_figures(f"{text}\nolivia.thompson27 {text}")
    assert "olivia.thompson" in said
    assert "27" not in said.split("olivia.thompson")[1][:2]
    assert {*filter(str.isalpha, said)} <= {*filter(str.isalpha, f"{text}olivia.thompson")}


SARA = Roster.of([child("sara", "Sara", "Ekdahl", "71147109")])


@each("PEkdahl-Sara-report.txt", "SEkdahl-Sara.pdf", "PEkdahl_Sara_3B.docx", "report-PEkdahl-Sara.txt")
def test_an_initial_glued_to_a_family_name_in_a_files_name_does_not_hide_it(text: str):
    assert people_in(text, SARA) == {"sara"}


@each("PTAs-Sara.pdf", "SVHolm-Sara.txt", "PTA-Sara-Ek.txt", "TVs-Ekdahl.txt")
def test_other_capitals_in_a_files_name_name_nobody(text: str):
    assert people_in(text, SARA) == frozenset()
