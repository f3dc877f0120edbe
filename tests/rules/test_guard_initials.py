"""An initial and a family name under a head are whoever the head says, whatever is said of parents below."""

from tests.rules.guarded import each, named


@each(
    "Soccer team\nHead coach\nO. Whitcombe\nPlayers and their parents meet at 6.",
    "Sincerely,\nO. Whitcombe\nP.S. Each child and his parents are welcome.",
    "In 1880 O. Whitcombe's father built the mill.",
    "In the novel O. Whitcombe's mother dies.",
    "Directed by\nO. Whitcombe\nA girl and her mother look for a lost cat.",
    "Teachers' meeting, 3 March\nO. Whitcombe arrived late.",
)
def test_parents_in_the_next_line_make_nobody_a_child(text: str):
    assert named(text) == frozenset()


@each(
    "The library is open.\nO. Whitcombe was late again.", "O. Whitcombe's mom called.",
    "O. Whitcombe's parents were told.",
    "O. Whitcombe came late, and her mother rang us.",
)  # fmt: skip
def test_a_sentence_of_its_own_that_speaks_of_a_child_does(text: str):
    assert named(text) == {"oliver"}
