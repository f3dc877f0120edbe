"""Children called like a place and what lies there, Charlotte Green: people, but where a text goes there."""

from portal.guard.roster import Roster
from portal.guard.rules import Blocked, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each

ROSTER = Roster.of(
    (
        child("charlotte", "Charlotte", "Green", "204801"),
        child("jackson", "Jackson", "Hall", "204802"),
        child("thomas", "Thomas", "Hill", "204803"),
        child("virginia", "Virginia", "Beach", "204804"),
        child("rose", "Rose", "Hill", "204805"),
        child("madison", "Madison", "Park", "204806"),
    )
)


def named(text: str) -> frozenset[str]:
    verdict = judge([Part("page 1", text)], ROSTER, frozenset())
    return verdict.people if isinstance(verdict, Blocked) else frozenset()


@each(
    "Room 4: Charlotte Green",
    "Charlotte Green won the spelling bee.",
    "IEP meeting for Charlotte Green",
    "From: Charlotte Green <x@y.example>",
    "Charlotte Green and Emma Roe will share first prize",
    "Charlotte Elizabeth Green",
    "CHARLOTTE GREEN",
    "charlotte.green@students.oakdale.example",
    "CharlotteGreen",
    "Charlotte_Green.pdf",
    "Lost tooth: Charlotte Green, Nov 4",
    "We found a jacket of Charlotte Green near the gym.",
    "Ask at the office for Charlotte Green",
    "It was in Charlotte Green's backpack",
    "12 Charlotte Green",
    "4. Charlotte Green",
    "Green, Charlotte",
    "Congratulations to Charlotte Green!",
    "Awarded to Charlotte Green",
    "Hand it to Charlotte Green, please.",
    "Felicidades a Charlotte Green",
    "in Green, Charlotte",
    "The award in Charlotte Elizabeth Green's name",
    "in Charlotte Green (grade 3)",
)
def test_a_given_name_that_very_many_bear_is_a_childs_before_such_a_family_name(text: str):
    assert named(text) == {"charlotte"}


@each("Jackson Hall absent", "Snack: Jackson Hall", "Bus 4: Thomas Hill, Emma Roe", "the winner is Thomas Hill")
def test_so_is_one_of_a_hall_or_a_hill(text: str):
    assert named(text) in ({"jackson"}, {"thomas"})


@each(
    "The concert takes place in Jackson Hall.",
    "Meet at Jackson Hall",
    "at the Jackson Hall, 7 pm",
    "We walk up to the Thomas Hill",
    "The bus goes to Jackson Hall",
    "On our way to Thomas Hill",
    "Park near Thomas Hill, please.",
    "Where: Jackson Hall",
    "Location: Jackson Hall, 7 pm",
    "Jackson Hall Auditorium",
    "El concierto es en Jackson Hall",
    "Lugar: Jackson Hall",
    "Das Konzert ist in der Jackson Hall",
    "412 Thomas Hill Road",
)
def test_where_a_text_goes_there_it_is_a_place(text: str):
    assert named(text) == set()


@each(
    "We drive to Virginia Beach.", "Virginia Beach won the cup.", "Madison Park opens at nine.", "Rose Hill is closed."
)
def test_what_is_a_place_rather_than_a_family_says_little_by_itself(text: str):
    assert named(text) == set()
