"""A file that was mailed is one of its recipients' children's, and of nobody else, whatever it is called."""

from hypothesis import given
from hypothesis import strategies as st

from portal.documents.rules.inside import Deciding, Inside, Open, Perhaps, Sure
from portal.documents.rules.pairing import Ambiguous, GivenFile, NotInAudience, Paired, pair
from portal.documents.rules.tokens import Pupil

ANA, LUIS, SAM = "a" * 32, "b" * 32, "c" * 32
PUPILS = [
    Pupil(ANA, "100001", "Ana", "Rivera"),
    Pupil(LUIS, "100002", "Luis", "Rivera"),
    Pupil(SAM, "100006", "Sam", "Okafor"),
]
CHILDREN = st.sets(st.sampled_from([ANA, LUIS, SAM]), min_size=1).map(lambda them: tuple(sorted(them)))
FILE_NAMES = st.sampled_from(
    ["report card.pdf", "100001.pdf", "100006 Sam Okafor.pdf", "0001/100002/card.pdf", "x.pdf"]
)
SIDES = st.sets(st.sampled_from([ANA, LUIS, SAM]))


@given(FILE_NAMES, CHILDREN)
def test_it_is_given_to_nobody_whom_it_was_not_mailed_about(name: str, children: tuple[str, ...]) -> None:
    file = GivenFile(0, name, 10, "0" * 64)
    (outcome,) = pair([file], PUPILS, addressed={0: children}).outcomes
    match outcome:
        case Paired(child_id=child, by=by):
            assert (child in children, by) == (True, "address")
        case Ambiguous(why=why, children=may_be):
            assert (why, may_be) == ("addressed", children)
            assert len(children) > 1
        case _:
            raise AssertionError(outcome)


@given(CHILDREN, st.sets(st.frozensets(st.sampled_from([ANA, LUIS, SAM]), min_size=1)), SIDES)
def test_what_stands_in_it_decides_among_those_alone(
    children: tuple[str, ...], names: set[frozenset[str]], numbers: set[str]
) -> None:
    doubt = Ambiguous(GivenFile(0, "card.pdf", 10, "0" * 64), "addressed", children)
    said = Deciding(PUPILS).whose(doubt, Inside(frozenset(numbers), frozenset(names)))
    assert not isinstance(said, Perhaps)
    assert set(said.children if isinstance(said, Open) else [said.child_id]) <= set(children)


def test_a_namesake_whom_it_was_not_mailed_about_is_no_doubt() -> None:
    doubt = Ambiguous(GivenFile(0, "card.pdf", 10, "0" * 64), "addressed", (ANA, LUIS))
    deciding = Deciding(PUPILS)
    assert deciding.whose(doubt, Inside(frozenset(), frozenset({frozenset({ANA, SAM})}))) == Sure(ANA)
    both = Inside(frozenset(), frozenset({frozenset({ANA}), frozenset({LUIS})}))
    assert deciding.whose(doubt, both) == Open("names-several", (ANA, LUIS))
    assert deciding.whose(doubt, Inside(frozenset({SAM}), frozenset())) == Open("addressed", (ANA, LUIS))


def test_a_child_who_left_the_audience_gets_nothing() -> None:
    file = GivenFile(0, "card.pdf", 10, "0" * 64)
    (outcome,) = pair([file], PUPILS[:2], elsewhere=PUPILS[2:], addressed={0: (SAM,)}).outcomes
    assert outcome == NotInAudience(file, SAM)
