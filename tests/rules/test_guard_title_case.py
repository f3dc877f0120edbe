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
