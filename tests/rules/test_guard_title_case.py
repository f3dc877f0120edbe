"""Names made of words that stand in a sentence with two capitals, and things that are called alike."""

from portal.guard.roster.index import Known, Roster
from tests.rules.guarded import child, each, people_in

ROSTER = Roster.of(
    [
        child("autumn", "Autumn", "Price", "100420"),
        child("violet", "Violet", "Battle", "100421"),
        child("grace", "Grace", "Park", "100422"),
        child("will", "Will", "Young", "100423"),
        child("may", "May", "Day", "100424"),
    ],
    Known(),
)


@each(
    "We saw Autumn Price at lunch.",
    "Please tell Violet Battle to bring her book.",
    "Grace Park and Will Young forgot their forms.",
    "Ayer vimos con Violet Battle el museo.",
    "Ayer Grace Park y Will Young olvidaron el libro.",
)
def test_a_name_of_words_within_a_sentence_is_found(text: str):
    assert people_in(text, ROSTER)


@each(
    "Autumn Price forgot her book.",
    "It rained. Autumn Price is sick today.",
    "Dear families,\nVioletta, our cook, thanks you.\n\nAutumn Price was late.",
    "Autumn Price olvidó su libro.",
    "Ayer llovió. Autumn Price llegó tarde.",
)
def test_a_name_of_words_that_begins_a_sentence_is_found(text: str):
    assert people_in(text, ROSTER) == {"autumn"}


@each(
    "Grace Park and Will Young forgot.",
    "Grace Park and Will Young forgot their forms.",
    "Grace Park y Will Young olvidaron el libro.",
    "Ayer vimos que Grace Park y Will Young olvidaron el libro.",
)
def test_two_of_them_joined_are_both_found(text: str):
    assert people_in(text, ROSTER) == {"grace", "will"}


@each(
    "Autumn price is lower this year.",
    "Autumn Price for lunch",
    "Autumn Price de otoño",
    "Los\nAutumn Price bajan.",
    "Autumn Price Cuts begin on Monday.",
    "Grace Park is open at noon.",
    "Grace Park and May Day are in our plans.",
    "Grace Park es bonito.",
    "May Day is a holiday.",
    "Will Young people come?",
    "Will young children rest? Will Young people come?",
)
def test_what_else_begins_a_sentence_with_such_words_stays_clear(text: str):
    assert people_in(text, ROSTER) == frozenset()


@each(
    "The autumn price of lunch is lower.",
    "Read the Autumn Price list at home.",
    "Autumn Price List",
    "Our Autumn Price Cuts begin on Monday.",
    "We celebrate May Day on Friday.",
    "We meet at Grace Park at noon.",
    "Nos vemos en Grace Park a las dos.",
    "a violet battle, el precio de autumn price",
)
def test_words_and_places_and_days_stay_clear(text: str):
    assert people_in(text, ROSTER) == frozenset()
