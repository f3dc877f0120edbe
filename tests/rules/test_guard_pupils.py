"""Names of ordinary words where only a person's name stands: behind a greeting or a title, among others in a list."""

from portal.guard.roster import Roster
from tests.rules.guarded import child, each, names_anybody

ROSTER = Roster.of([
    child("grace", "Grace", "Park", "100801"), child("may", "May", "Day", "100802"),
    child("will", "Will", "Young", "100803"), child("henry", "Henry", "Ward", "100804"),
])  # fmt: skip


@each(
    "Congratulations Grace Park!", "Happy birthday, Grace Park!", "Hi Grace Park,\nwelcome back.", "IEP: Grace Park",
    "Please ask Mrs. Grace Park about it.", "Ms. Grace Park came.", "Felicidades, Grace Park", "Hello May Day!",
)  # fmt: skip
def test_a_name_of_words_is_somebodys_where_people_are_spoken_to(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Bus 4 riders: Grace Park, May Day, Henry Ward", "We thank May Day, Will Young and Henry Ward for the snacks.",
    "Grace Park; May Day; Will Young", "Team captains: Grace Park & Will Young & May Day",
)  # fmt: skip
def test_three_names_of_words_in_one_list_are_people(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Meet us at Grace Park.", "May Day, Labor Day, Flag Day and Field Day", "Streets: Grace Park, Elm Court, May Day",
    "Happy May Day!", "Captain Henry Ward", "We walk to Grace Park, eat there, and will Young, too, come?",
    "Mr. Park, Grace Street", "Birthday at Grace Park", "the grace park, may day, will young rules, henry ward",
    "Hi May Day Parade", "Congratulations, may day is here",
)  # fmt: skip
def test_words_that_are_no_name_are_left_alone(text: str):
    assert not names_anybody(text, ROSTER)
