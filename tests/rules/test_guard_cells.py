"""What is told of rows at once is what is found word by word."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.guard.cues.cell_names import name_in_cells
from portal.guard.cues.matching import check
from portal.guard.cues.neighbours import Neighbours
from portal.guard.evidence.hits import Hit
from portal.guard.roster.index import Known, Roster
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import CELL_ENDS, Sentence
from tests.rules.guarded import child

NAMES = [
    ("Ana", "Rivera"), ("Ana Sofia", "Rivera"), ("Sofia", "Rivera"), ("Sofia Ana", "Rivera"), ("Ana", "Rivera Paz"),
    ("Leo", "Ana"), ("Grace", "Park"), ("Paz", "Park"), ("J Ana", "Rivera"), ("Ana", "St. Paz"), ("浩", "欧阳"),
    ("Ana Leo", "de la Rivera"), ("Mohammed", "Rivera"), ("Muhammad Leo", "Rivera"), ("Ana", "Rivera Jr."),
    ("Ana Sofia", "Rivera Paz"), ("Robert", "Quimby"), ("Bob", "Quimby"), ("Rivera", "Leo"),
]  # fmt: skip
ROSTER = Roster.of(
    (child(f"c{at}", given_name, family_name, f"{100_200 + at}") for at, (given_name, family_name) in enumerate(NAMES)),
    Known(phrases=("Paz Park School", "Oak Leo"), staff=("Ana Quimby",)),
)
WORDS = sorted({word for name in NAMES for part in name for word in part.split()})
LOOSE = ["ana", "RIVERA", "Oak", "School", "the", "7", "B.", "Mrs.", "and", "<b>", "Grade", "Dear"]
cells = st.lists(st.sampled_from((*WORDS, *WORDS, *LOOSE)), min_size=1, max_size=3).map(" ".join)
names = st.sampled_from([f"{given_name}\t{family_name}" for given_name, family_name in NAMES])
marks = st.sampled_from(("\t", "\t", "\t", "\t", " ", ", ", "\n", "\n\n", ". "))
texts = st.lists(st.tuples(cells | names, marks), min_size=2, max_size=40).map(
    lambda some: "".join(cell + mark for cell, mark in some)
)


def sentence_of(text: str) -> Sentence:
    passage = Passage(text)
    return Sentence(passage, 0, len(passage.spaced))


def partners_in(sentence: Sentence) -> dict[str, set[str]]:
    here = set(sentence.words)
    return {word: here & ROSTER.by_family[word].keys() for word in here & ROSTER.by_family.keys()}


def together(hits: Iterable[Hit]) -> dict[frozenset[int], tuple[object, ...]]:
    """Join hits on the same words, as the search does."""
    by_place = defaultdict[frozenset[int], list[Hit]](list)
    for hit in hits:
        by_place[hit.at].append(hit)
    return {
        at: (
            tuple(dict.fromkeys(name for hit in same for name in hit.exact)),
            tuple(dict.fromkeys(name for hit in same for name in hit.exact + hit.others)),
            {(hit.strength, hit.excuse, hit.is_longer) for hit in same},
        )
        for at, same in by_place.items()
    }


def one_by_one(sentence: Sentence, family: int, givens: Iterable[int]) -> Iterator[Hit]:
    whole = None
    for at in givens:
        for hit in check(sentence, ROSTER, at, family, whole):
            whole = hit if hit.exact and hit.strength == "sure" else whole
            yield hit


def walked(sentence: Sentence, at: int, sought: set[str], step: int) -> Iterator[tuple[int, bool]]:
    """Go word by word from a family word: eight words far, or sixty from the end of a cell on."""
    words, gaps, left = sentence.words, sentence.gaps, set(sought)
    place, steps, tabs = at, 8, 0
    while steps and (gap := sentence.gap(place if step > 0 else place - 1)) != "break":
        if gap == "tab":
            steps, tabs = (60 if not tabs else steps), tabs + 1
        place, steps = place + step, steps - 1
        if words[place] in left:
            left.discard(words[place])
            if tabs < 2 or gaps[place] in CELL_ENDS or gaps[place - 1] in CELL_ENDS:
                yield place, tabs > 1
        if words[place] == words[at]:
            return


@given(texts)
@example("Ana\tRivera\t3\n\nAna Sofia\tRivera\t4")
@example("Sofia\tAna Sofia\tRivera\tPaz")
@example("Leo\t\nAna Sofia\tRivera Paz\nJ Ana\tRivera")
@settings(max_examples=60, deadline=None)
def test_a_name_that_fills_two_cells_is_told_as_it_is_word_by_word(text: str):
    sentence = sentence_of(text)
    partners = partners_in(sentence)
    for family, word in enumerate(sentence.words):
        for at in range(family if word in partners else 0):
            if sentence.words[at] in partners[word] and (told := name_in_cells(sentence, ROSTER, at, family)):
                hit, until = told
                givens = [other for other in range(at, until) if sentence.words[other] in partners[word]]
                assert together([hit]) == together(one_by_one(sentence, family, givens))


def test_names_that_fill_two_cells_are_told_at_once_but_for_ordinary_ones_and_those_of_several():
    sentence = sentence_of("Ana Sofia\tRivera\tB\n\n浩\t欧阳\n\nMohammed\tRivera\n\nAna\tRivera Paz\n\nGrace\tPark")
    told = [
        sentence.words[at : told[1]]
        for at in range(len(sentence))
        for family in range(at + 1, len(sentence))
        if sentence.words[at] in ROSTER.by_family.get(sentence.words[family], ())
        and (told := name_in_cells(sentence, ROSTER, at, family))
    ]
    assert told == [["浩"], ["mohammed"], ["ana"]]


@given(texts)
@example("Ana " * 3 + "x " * 7 + "Rivera\t" + "x\t" * 59 + "Ana")
@example("Ana " + "x " * 6 + "x\tRivera" + " x" * 8 + "\tSofia Rivera")
@settings(max_examples=40, deadline=None)
def test_given_words_near_a_family_word_are_those_a_walk_meets(text: str):
    sentence = sentence_of(text)
    partners = partners_in(sentence)
    assert list(Neighbours(sentence, partners).families()) == [
        (at, [*walked(sentence, at, partners[word], -1), *walked(sentence, at, partners[word], 1)])
        for at, word in enumerate(sentence.words)
        if word in partners
    ]
