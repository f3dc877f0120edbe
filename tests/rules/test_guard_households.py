"""A family and its children one by one, as directories and lists of families have them."""

from portal.guard.roster.index import Known, Roster
from tests.rules.guarded import child, each, names_anybody

EMMA, KARL = child("emma", "Emma", "Thompson", "100801"), child("karl", "Karl", "Ambrose", "100802")
MIA = child("mia", "Mia", "Jackson", "100803")  # whose family name is a given name, too
WORDS = [child(word, "Emma", word, f"10081{at}") for at, word in enumerate(("Knight", "Park", "Angel", "Wood"))]
ROSTER = Roster.of([EMMA, KARL, MIA, *WORDS, child("jose luis", "José Luis", "Ortega Vidal", "100804")])


@each(
    "Thompson: Joe, Emma", "Thompson: Emma, Joe", "Thompson: Joe (2), Emma (5)", "Thompson: Joe, Ben and Emma.",
    "Thompson - Joe, Emma", "Thompson (Joe, Emma)", "THOMPSON: JOE, EMMA", "Thompson: Joe gr. 2, Emma gr. 5",
    "Thompson: Joe,\nEmma", "Ambrose, 2 seats\nThompson: Zyaire, Emma\nWhitlock: Noah, Ava",
    "The Thompson family: Joe (grade 2), Emma (grade 5)", "Thompson family: Emma", "Familia Thompson: Joe, Emma",
    "Thompson household - Joe, Emma (age 9)", "The Thompson kids: Joe, 2nd grade; Emma, 5th grade",
    "Thompson children (Joe, Emma Rose) ride bus 7", "The Thompson family: Joe, Emma are away.",
    "The Thompsons (Emma) moved here.", "Our Thompsons: Joe, Emma", "The Jacksons – Tom and Mia",
    "Welcome to the Thompson family! Emma joins grade 3.", "Thank the Thompson family. Joe and Emma helped.",
    "Jackson: Tom (2), Mia (5)", "The Jackson kids: Mia, Tom", "Family Jackson: Mia and Ben",
    "Ortega Vidal: Ana María, José Luis", "The Thompson household\n- Joe, 3\n- Emma, 4",
    "Thompson family\n\u2022 Joe (grade 2)\n\u2022 Emma\n\nSnacks", "Familia Thompson:\n  - Emma",
)  # fmt: skip
def test_children_are_found_behind_the_name_of_their_family(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "THOMPSON FAMILY, 412 Hill Road, children: Zeke (5), Emma (3)", "Thompson, 412 Hill Road, kids: Zeke, Emma",
    "Ambrose family (412 Hill Road, 555-0142) - children: Karl", "Thompson household; children: Emma and Joe",
    "Ambrose; 12 Elm St.; Children: Zeke 5, Karl 3", "Familia Thompson, calle Olmo 4, hijos: Emma (3)",
    "The Ambrose family lives at 4 Elm. Children: Karl.",
)  # fmt: skip
def test_children_are_found_behind_a_label_in_the_line_of_their_family(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Thompson family, 412 Hill Road\nChildren: Emma",
    "Thompson, Mark & Sue\n4 Elm St\n704-555-0142\nChildren: Emma (3)",
    "Parents: Mark and Sue Thompson\nChildren: Joe (1), Emma",
    "Thompson family\n4 Elm St\nCharlotte, NC 28202\nChildren: Emma", "Mr. and Mrs. Ambrose\nKids: Karl",
    "Familia Ambrose\nCalle Olmo 4\nHijos: Karl", "Thompson\nChild: Emma\nGrade: 3",
    "Ambrose family, Mark and Sue, 412 Hill Road, apartment 12, home 704-555-0142, cell 704-555-0143, children: Karl",
)  # fmt: skip
def test_children_are_found_behind_a_label_below_their_family(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Thompson House, 412 Hill Road, children: 4", "Ambrose wrote of many children: poor Emma was one.",
    "Thompson, 412 Hill Road\n\nChildren: Emma", "Thompson, 412 Hill Road\nAmbrose, 5 Elm St\nChildren: Emma",
    "Thompson, Mark & Sue\n4 Elm St\nMiller, Tom and Ann\n5 Oak St\nChildren: Emma",
    "Thompson family, 4 Elm St\nMiller family, 5 Oak St\nChildren: Emma",
    "Chaperone: Mr. Thompson\nCell: 704-555-0100\nChildren: Emma, Liam",
    "Driver: Kim Thompson\nBus: 2\nKids: Emma, Tim",
    "Thompson and Miller\nRoom 12\nChildren: Emma", "Mrs. Thompson and Mr. Reed\n8 Elm\nChildren: Emma",
    "Thompson\n12:30-1:00\nChildren: Emma, Ava", "Thompson, J. and Baker, B. (2019)\n12(3), 44-50\nChildren: Emma",
    "Thompson & Sons\n4 Elm St\nChildren: Emma slippers $4", "Mr. Reed and Mrs. Thompson\n8 Elm\nChildren: Emma",
    "Mrs. Thompson\nRoom: 2\nChildren: Emma, Joe", "Thompson Elementary School\nChildren: Emma, Tim",
    "Elias Thompson (1822-1890), children: Emma, Joseph", "Mr. Thompson, values\nKind: Emma\nBrave: Joe",
    "Thompson, 4 Elm St\nHappy children: Emma", "Thompson, 4 Elm St\nChildren: Emma Watson",
    "Thompson, 412 Hill Road, children: Emma Watson",
    "Ambrose, 412 Hill Road\tchildren: Karl",
)  # fmt: skip
def test_a_label_of_children_says_nothing_of_others_in_its_line(text: str):
    assert not names_anybody(text, ROSTER)


@each(
    "Mr. and Mrs. Thompson and their child Emma", "Mr. & Mrs. Thompson, parents of Emma",
    "Mrs. Thompson, guardian of Emma, called.", "Emma, child of Mr. Thompson",
)  # fmt: skip
def test_a_child_is_found_by_whose_it_is(text: str):
    assert names_anybody(text, ROSTER)


@each("Star: Jackson, Mia", "Absent: Jackson, Mia (room 4)", "Reader of the month: Jackson, Mia")
def test_a_family_name_that_is_a_given_one_is_found_first_behind_a_label(text: str):
    assert names_anybody(text, ROSTER)


@each(
    "Thompson: Joe, Emma, can you hear me?",  # who speaks
    "Scott Thompson: Joe, Emma", "Mrs. Thompson: Joe, Emma",  # a cast, a teacher's table
    "Thompson family: Joe Brown, Emma Watson", "Thompson: Joe Brown, Emma Watson",
    "Thompson: Ann, Ben, Cal, Dan, Eve, Fay, Emma",
    "Thompsons: Joe, Emma", "The Thompsons Inn: Emma", "The Knights: Emma, Noah", "Our Parks (Emma, Noah) open",
    "Los Angeles: Emma, Noah", "The Woods: Emma, Jay", "Cities: Jackson, Mia", "Monday: Jackson, Mia.",
    "Jackson: Tom, Mia",  # a city
    "Welcome to the Thompson family! Emma Watson reads.", "A Thompson family. Emma sings.",
    "The Thompson family: Joe, Ben", "Thompson, Ambrose: Joe, Ann", "the thompson: joe, emma",
    "The Thompson family\n- Joe Brown\n- Ava Watson", "Thank you, Thompson family\n-", "Ambrose\n- Joe\n- Emma sings",
    "Readers: Jackson, Mia, Emma and Leo", "Parents of the Thompson house met Emma Watson's teacher.",
)  # fmt: skip
def test_nobody_is_found_behind_a_name_that_is_no_family_of_theirs(text: str):
    assert not names_anybody(text, ROSTER)


def test_a_schools_children_are_no_family():
    roster = Roster.of([EMMA], Known(phrases=("Thompson Elementary",)))

    assert not names_anybody("Thompson: Joe, Emma", roster)
    assert names_anybody("Thompson family: Joe, Emma", roster)


def test_a_colleague_of_a_familys_name_does_not_hide_its_children():
    roster = Roster.of([EMMA], Known(staff=("Rae Thompson",)))

    assert names_anybody("Thompson: Joe, Emma", roster)
    assert not names_anybody("Ms. Thompson: Joe, Emma", roster)
