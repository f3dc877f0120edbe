"""Children told by the given name where a grown-up of their family is spoken to, or their family stands behind."""

from functools import partial

from portal.guard.roster.index import Known, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

CHILDREN = (
    child("oliver", "Oliver", "Whitcombe", "204893"),
    child("olga", "Olga", "Wentworth", "204913"),
    child("ximena", "Ximena", "García López", "204914"),
)
ROSTER = Roster.of(CHILDREN, Known(staff=("Orla Wentworth",)))


named = partial(guarded.people_in, roster=ROSTER)


@each(
    "Mr. García López wrote that Ximena will leave early.",
    "Señora García López, hablamos de Ximena.",
    "Ximena's mother, Mrs. García López, called.",
)
def test_two_family_names_that_very_many_bear_are_rare_together(text: str):
    assert named(text) == {"ximena"}


@each(
    "Mrs. García thanked Ximena.",
    "Mr. López wrote that Ximena will leave early.",
    "Mr. García López teaches art and Ximena Ruiz teaches music.",
)
def test_one_of_them_is_anybodys(text: str):
    assert named(text) == set()


@each(
    "Oliver in Ms. Birch's class (Whitcombe) forgot her lunch",
    "Oliver, room 4 (Whitcombe)",
    "Oliver from the red team (WHITCOMBE)",
)
def test_a_child_is_named_where_its_rare_family_name_stands_in_brackets_behind(text: str):
    assert named(text) == {"oliver"}


@each(
    "Olga sang (Orla Wentworth).",
    "Oliver Twist is by Dickens (Whitcombe).",
    "Oliver came. The office (Whitcombe House) is open.",
    "Ximena in room 4 (López)",
)
def test_what_else_stands_in_brackets_is_nobodys_family(text: str):
    assert named(text) == set()
