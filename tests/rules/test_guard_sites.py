"""Children called like a place and what lies there: Charlotte Green is a child, Jackson Hall may be a building."""

from functools import partial

from portal.guard.roster.index import Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

ROSTER = Roster.of(
    (
        child("charlotte", "Charlotte", "Green", "204801"),
        child("jackson", "Jackson", "Hall", "204802"),
        child("thomas", "Thomas", "Wood", "204803"),
        child("virginia", "Virginia", "Beach", "204804"),
        child("rose", "Rose", "Hill", "204805"),
        child("madison", "Madison", "Park", "204806"),
        child("jordan", "Jordán", "Brooks", "204807"),
        child("grace", "Grace", "Park", "204808"),
        child("may", "May", "Day", "204809"),
    )
)


named = partial(guarded.people_in, roster=ROSTER)


@each(
    "Room 4: Charlotte Green", "Charlotte Green won the spelling bee.", "IEP meeting for Charlotte Green",
    "From: Charlotte Green <x@y.example>", "Charlotte Green and Emma Roe will share first prize",
    "Charlotte Elizabeth Green", "CHARLOTTE GREEN", "charlotte.green@students.oakdale.example", "CharlotteGreen",
    "Charlotte_Green.pdf", "Lost tooth: Charlotte Green, Nov 4", "We found a jacket of Charlotte Green near the gym.",
    "Ask at the office for Charlotte Green", "It was in Charlotte Green's backpack", "12 Charlotte Green",
    "4. Charlotte Green", "Green, Charlotte", "Congratulations to Charlotte Green!", "Awarded to Charlotte Green",
    "Hand it to Charlotte Green, please.", "Felicidades a Charlotte Green", "in Green, Charlotte",
    "The award in Charlotte Elizabeth Green's name", "in Charlotte Green (grade 3)", "the Charlotte Green incident",
    "First prize goes to Charlotte Green", "1st place: Charlotte Green", "Meet at Charlotte Green's.",
    "Party at Charlotte Green\u2019s, 7 pm", "in CHARLOTTE GREEN'S CUBBY", "Emma yelled at Charlotte Green",
    "Conference at 9:30 am Charlotte Green", "Grandma will pick up Charlotte Green", "Sign in - Charlotte Green",
    "Did she return it? No. Charlotte Green has not.", "la Charlotte Green no vino",
)  # fmt: skip
def test_a_given_name_that_very_many_bear_is_a_childs_before_such_a_family_name(text: str):
    assert named(text) == {"charlotte"}


@each("Thomas Wood absent", "Snack: Thomas Wood", "Bus 4: Thomas Wood, Emma Roe", "the winner is Thomas Wood")
def test_so_is_one_of_a_wood(text: str):
    assert named(text) == {"thomas"}


@each(
    "Meet at Charlotte Green", "interested in Charlotte Green", "They were laughing at Charlotte Green",
    "She is angry at Charlotte Green", "He was rude toward Charlotte Green", "Case moved to Charlotte Green",
    "Emma walks to Charlotte Green and hands her the note", "We heard through Charlotte Green that Emma left.",
    "at Charlotte Green\nat Emma Roe", "the Charlotte Green affair", "Emma stared at Charlotte Green",
)  # fmt: skip
def test_no_word_before_a_childs_name_makes_it_a_place(text: str):
    """What stands before places stands before people as well: each such leniency hid a child within minutes."""
    assert named(text) == {"charlotte"}


@each("Charlotte Green Auditorium", "412 Thomas Wood Road", "Charlotte Green Elementary School")
def test_what_is_called_after_somebody_is_no_child(text: str):
    assert named(text) == set()


@each(
    "We drive to Virginia Beach.", "Virginia Beach won the cup.", "Madison Park opens at nine.", "Rose Hill is closed.",
    "Jackson Hall, 7 pm", "Date\tPlace\n\nMay 3\tJackson Hall", "held in\nJackson Hall", "Jackson Hall, Room 204",
)  # fmt: skip
def test_what_is_a_place_rather_than_a_family_says_little_by_itself(text: str):
    assert named(text) == set()


@each("lugar: Jordán Brooks", "at the Jordán Brooks", "in Jordán Brooks")
def test_a_name_with_its_marks_is_no_place(text: str):
    assert named(text) == {"jordan"}


def test_among_names_of_words_it_counts_as_one_of_three():
    for text in ("Bus 4 riders: Charlotte Green, Grace Park, May Day", "Charlotte Green\nGrace Park\nMay Day"):
        assert named(text) == {"charlotte", "grace", "may"}
        assert named(text, allowed=frozenset(["charlotte"])) == {"grace", "may"}
