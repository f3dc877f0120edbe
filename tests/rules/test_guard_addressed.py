"""Letters to a family by a family name that very many bear, which speak of a child by its given name."""

from portal.guard.roster.index import Roster
from portal.guard.rules import Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each, named


@each(
    "Dear Mr. and Mrs. Johnson:\n\nEmily has missed eleven days.", "Dear Ms. Johnson,\n\nyour daughter Emily was late.",
    "Dear Mr. Johnson, your Emily sang.",
    "Dear Johnson family,\n\nwe are pleased to tell you that Emily has been accepted.",
    "<p>Dear Ms. Johnson,</p><p>Emily has missed a day.</p>", "Re: Emily\n\nDear Mrs. Johnson,\n\nplease call us.",
)  # fmt: skip
def test_a_child_of_common_names_is_named_near_the_salutation_to_its_parents(text: str):
    assert named(text) == {"emily"}


@each(
    "Dear Mrs. Johnson,\n\nwe invite you to hear Emily Watson read.", "Re: Emily Watson\n\nDear Mrs. Johnson,",
    "Dear Ms. Johnson, you are the best teacher. Emily", "Dear Mr. Johnson, this is Emily from the front office.",
    "Dear Mrs. Johnson, thank you for helping Emily with her reading.", "Dear Mrs. Johnson, the Emily house is closed.",
    "Re: Emily house\n\nDear Mrs. Johnson,", "Subject: Emily, the movie\n\nDear Mr. and Mrs. Johnson,",
    "Dear Mrs. Johnson,\n\nplease excuse Emily from class.", "Re: Emily\n\nDear families,\n\nMrs. Johnson sings.",
)  # fmt: skip
def test_whoever_is_named_in_full_or_by_a_parent_is_no_child_of_the_family_addressed(text: str):
    assert named(text) == frozenset()


def test_a_child_of_two_given_names_is_told_of_as_one_of_one_is():
    roster = Roster.of([child("andrea", "Andrea Leonardo", "Morales", "100997")])

    assert judge([Part("text", "Estimada familia Morales:\n\nAndrea Leonardo ha faltado.")], roster) != Clear()
    assert judge([Part("text", "Estimada familia Morales:\n\nAndrea Ruiz ha faltado.")], roster) == Clear()


@each(
    "Hello dear Mrs. Whitcombe,\nOliver was absent.", "Dear Ms. Lee and dear Mrs. Whitcombe, Oliver was here.",
    "Sehr geehrter Herr und sehr geehrte Frau Whitcombe, Oliver fehlt.",
    "Hola querida familia Whitcombe,\nOliver faltó.",
)  # fmt: skip
def test_two_words_of_greeting_are_one(text: str):
    assert named(text) == {"oliver"}


@each(
    "cruz Sofía", "flores Sofía\nreyes Ana", "la familia torres Santiago y Ana", "Name: cruz Sofía",
    "de los santos Sofía", "From: flores Sofía <x@y.z>", "student reyes ANA",
)  # fmt: skip
def test_a_family_name_typed_in_small_letters_is_one(text: str):
    families = "Sofía Cruz", "Sofía Flores", "Ana Reyes", "Santiago Torres", "Sofía De los Santos"
    roster = Roster.of([child(one, *one.split(" ", 1), f"1007{at}0") for at, one in enumerate(families)])

    assert judge([Part("text", text)], roster) != Clear()


@each("by Thanhha Lai", "Thanhha")
def test_a_given_name_that_joins_half_of_one_with_a_family_name_is_nobody(text: str):
    roster = Roster.of([child("thanh", "Thanh Tâm", "Hà", "100998")])

    assert judge([Part("text", text)], roster) == Clear()
    assert judge([Part("text", text.replace("Thanhha", "ThanhTamHa"))], roster) != Clear()
