"""Names of ordinary words where only a person's name stands: behind a greeting or a title, among others in a list."""

from portal.guard.roster.index import Roster
from tests.rules.guarded import child, each, names_anybody

ROSTER = Roster.of([
    child("grace", "Grace", "Park", "100801"), child("may", "May", "Day", "100802"),
    child("will", "Will", "Young", "100803"), child("faith", "Faith", "Ward", "100804"),
])  # fmt: skip


@each(
    "Congratulations Grace Park!", "Happy birthday, Grace Park!", "Hi Grace Park,\nwelcome back.", "IEP: Grace Park",
    "Please ask Mrs. Grace Park about it.", "Ms. Grace Park came.", "Felicidades, Grace Park", "Hello May Day!",
)  # fmt: skip
def test_a_name_of_words_is_somebodys_where_people_are_spoken_to(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Grace Park's IEP is due", "Please bring May Day\u2019s inhaler.", "Will Young's backpack was found",
    "Suspended: Faith Ward", "Detention - Grace Park", "Grace Park \u2013 peanut allergy",
    "Will Young owes $3", "Faith Ward got a detention", "Grace Park, parent, spoke.", "Ask May Day, parent",
    "Motion by Faith Ward, second by Grace Park", "Seconded by Will Young.", "Will Young received a referral today",
    "Thank you.\n\nSincerely,\nGrace Park", "Best regards,\n\nMay Day\n555-0142",
)  # fmt: skip
def test_a_name_of_words_is_somebodys_who_owns_signs_or_is_kept_in(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Grace Park's locker rooms open", "Grace Park's jackets are here", "Detention in May: Day 3",
    "Suspended May Day sales", "Grace Park, parent company of", "Grace Park got a bench", "Will Young owes much",
    "Grace Park owes 3 acres", "Grace Park owed $2 million", "May Day owes 100 years", "Motion by Grace Park School",
    "Grace Park got a detention pond", "Grace Park received a suspension of its permit", "Grace Park, Guardian, 3 May",
    "The house was moved by Grace Park",
    "Grace Park, parents and pets", "A day by May Day", "Moved to Grace Park", "The ward, faith ward, mother",
    "Grace Park - allergy season is here",
    "Regards to May Day marchers,\nall", "With regards\nMay Day Parade Team",
    "Sincerely yours, may day", "Truly, Grace Park is lovely", "May Day's parents' picnic",
)  # fmt: skip
def test_neither_parks_nor_holidays_own_or_sign_anything(text: str):
    assert not names_anybody(text, ROSTER)


@each(
    "Bus 4 riders: Grace Park, May Day, Faith Ward", "We thank May Day, Will Young and Faith Ward for the snacks.",
    "Grace Park; May Day; Will Young", "Team captains: Grace Park & Will Young & May Day",
    "We thank Emma, Grace Park, Lou Ann Smith, May Day and Will Young for the snacks",
    "Winners: Grace Park and May Day. Thanks go to Will Young and Faith Ward.",
    "Riders are Grace Park and May Day and Will Young", "Grace Park,\nMay Day,\nand Will Young",
)  # fmt: skip
def test_three_names_of_words_in_one_list_are_people(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Meet us at Grace Park.", "May Day, Labor Day, Flag Day and Field Day", "Streets: Grace Park, Elm Court, May Day",
    "Happy May Day!", "Captain Faith Ward", "We walk to Grace Park, eat there, and will Young, too, come?",
    "Mr. Park, Grace Street", "Birthday at Grace Park", "the grace park, may day, will young rules, faith ward",
    "Hi May Day Parade", "Congratulations, may day is here",
    "We walk to Grace Park, weather permitting.\n\nFaith Ward, as decided.\n\nClosed on May Day, and open after.",
    "Don't miss May Day, our fair.", "Do not miss Grace Park in bloom.", "Students who miss May Day make it up.",
    "Hello, May Day is a holiday.", "Congratulations, May Day winners!", "Students on MS: Will Young",
    "We walk to Grace Park and back.\n\nFaith Ward or the office knows.\n\nWe are closed on May Day and on Monday.",
    "Wear the Faith Ward, meet at Grace Park, and celebrate May Day",
)  # fmt: skip
def test_words_that_are_no_name_are_left_alone(text: str):
    assert not names_anybody(text, ROSTER)
