"""Letters to a family by a family name that very many bear, which speak of a child by its given name."""

from tests.rules.guarded import each, named


@each(
    "Dear Mr. and Mrs. Johnson:\n\nEmily has missed eleven days.", "Dear Ms. Johnson,\n\nyour daughter Emily was late.",
    "Dear Johnson family,\n\nwe are pleased to tell you that Emily has been accepted.",
    "<p>Dear Ms. Johnson,</p><p>Emily has missed a day.</p>", "Re: Emily\n\nDear Mrs. Johnson,\n\nplease call us.",
)  # fmt: skip
def test_a_child_of_common_names_is_named_near_the_salutation_to_its_parents(text: str):
    assert named(text) == {"emily"}


@each(
    "Dear Mrs. Johnson,\n\nwe invite you to hear Emily Watson read.", "Re: Emily Watson\n\nDear Mrs. Johnson,",
    "Dear Mrs. Johnson,\n\nplease excuse Emily from class.", "Re: Emily\n\nDear families,\n\nMrs. Johnson sings.",
)  # fmt: skip
def test_whoever_is_named_in_full_or_by_a_parent_is_no_child_of_the_family_addressed(text: str):
    assert named(text) == frozenset()
