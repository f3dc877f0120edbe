"""Whose a file is by what stands in it: one child beyond doubt, a suggestion with its reasons, or a question."""

from itertools import combinations

from hypothesis import example, given
from hypothesis import strategies as st

from portal.documents.rules.inside import Deciding, Inside, Open, Perhaps, Sure, as_read
from portal.documents.rules.pairing import Ambiguous, Doubled, GivenFile, Paired, Pairing, Suggested, Unmatched, pair
from portal.documents.rules.problems import Judged
from portal.documents.rules.reconciling import Addressee, reconcile
from portal.documents.rules.tokens import Pupil
from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import children_in
from portal.reading.reader import Part

ROSTER = (
    Pupil("ana", "510001", "Ana", "Rivera", ("Amber Creek",), "2"),
    Pupil("ana2", "510002", "Ana", "Rivera", ("Birch Hill",), "2"),
    Pupil("ana3", "510003", "Ana", "Rivera", ("Birch Hill",), "5"),
    Pupil("luis", "510004", "Luis", "Rivera", ("Amber Creek",), "4"),
    Pupil("belen", "510005", "Belén", "Fuentes", ("Amber Creek",), "K"),
    Pupil("sam", "510006", "Sam", "Okafor", ("Birch Hill",), "3"),
)
GUARD = Roster.of(
    [
        Person("child", one.child_id, frozenset({one.child_id}), one.given_name, one.family_name,
               numbers=(one.student_number,))
        for one in ROSTER
    ],
    Known(),
)  # fmt: skip


def read(text: str) -> Inside:
    numbers, names = children_in([Part("page 1", text), Part("file name", "Luis Rivera.pdf")], GUARD)
    return Inside(numbers, names, (text,))


def whose(name: str, text: str) -> Sure | Perhaps | Open:
    (found,) = pair([GivenFile(0, name, 9, "x")], ROSTER).outcomes
    assert isinstance(found, Unmatched | Ambiguous)
    return Deciding(ROSTER).whose(found, read(text))


def test_a_file_that_can_mean_one_child_alone_is_that_childs_whatever_it_is_called():
    assert whose("Fuentes, Belén - Q1 report.pdf", "Report of Belén Fuentes.") == Sure("belen")
    assert whose("scan 0012.pdf", "Report of Luis Rivera.") == Sure("luis")
    assert whose("Rivera, Ana.pdf", "Ana Rivera, 510002.") == Sure("ana2"), "its number tells it from its namesakes"
    assert whose("report 2026.pdf", "Report of Belén Fuentes.") == Sure("belen")


def test_namesakes_are_told_apart_by_site_and_grade_and_only_suggested():
    name = "Rivera, Ana - Q1 report.pdf"
    assert whose(name, "Ana Rivera at Amber Creek") == Perhaps("ana", ("text", "file-name", "site", "namesake"))
    assert whose(name, "Ana Rivera, 5th grade") == Perhaps("ana3", ("text", "file-name", "grade", "namesake"))
    both = Perhaps("ana2", ("text", "file-name", "site", "grade", "namesake"))
    assert whose(name, "Birch Hill. Ana Rivera. Grade: 2") == both
    assert whose(name, "Ana Rivera") == Open("same-name", ("ana", "ana2", "ana3"))
    assert whose(name, "Birch Hill: Ana Rivera") == Open("same-name", ("ana2", "ana3"))


def test_a_name_in_the_files_name_alone_is_never_more_than_a_suggestion():
    assert whose("Fuentes, Belén.pdf", "Reading: good.") == Perhaps("belen", ("file-name",))
    assert whose("x.pdf", "Reading: good.") == Open("nothing-inside")


def test_where_name_and_text_differ_a_person_has_to_say():
    assert whose("Fuentes, Belén.pdf", "Luis Rivera") == Open("name-and-text-differ", ("belen", "luis"))
    assert whose("510004 510006.pdf", "Belén Fuentes") == Open("name-and-text-differ", ("belen", "luis", "sam"))
    assert whose("510004 510006.pdf", "Luis Rivera") == Perhaps("luis", ("text", "file-number"))


def test_of_brother_and_sister_in_one_file_its_number_or_its_name_suggests_whose_it_is():
    assert whose("Rivera, Luis.pdf", "Luis Rivera. Sister: Ana Rivera") == Perhaps("luis", ("text", "file-name"))
    assert whose("x.pdf", "Luis Rivera, 510004. Sister: Ana Rivera") == Perhaps("luis", ("number",))
    several = whose("x.pdf", "Luis Rivera and Ana Rivera")
    assert isinstance(several, Open)
    assert several.why == "names-several"


def test_whoever_may_not_know_a_child_is_not_told_of_it():
    near = Deciding([one for one in ROSTER if one.child_id != "belen"])
    (found,) = pair([GivenFile(0, "Fuentes, Belén.pdf", 9, "x")], []).outcomes
    assert isinstance(found, Unmatched)
    assert near.whose(found, read("Belén Fuentes")) == Open("nothing-inside")


def file(place: int, name: str = "x.pdf") -> Unmatched:
    return Unmatched(GivenFile(place, name, 9, f"hash {place}"), "no-number")


def test_what_is_suggested_for_a_child_that_has_another_file_is_a_question():
    found = Pairing((Paired(GivenFile(0, "510001.pdf", 9, "a"), "ana", "number"), file(1), file(2), file(3), file(4)))
    told = {1: Perhaps("ana", ()), 2: Perhaps("luis", ()), 3: Perhaps("luis", ()), 4: Perhaps("sam", ("text",))}
    ends = [type(one) for one in as_read(found, told, {"ana", "luis", "sam"}).outcomes]
    assert ends == [Paired, Unmatched, Unmatched, Unmatched, Suggested]
    (gone,) = as_read(Pairing((file(4),)), {4: Perhaps("sam", ())}, {"ana"}).outcomes
    assert gone == Unmatched(gone.file, "not-here")


called = st.sampled_from([f"{one.given_name} {one.family_name}" for one in ROSTER])
words = st.lists(
    st.sampled_from(
        [
            *(f"{one.given_name} {one.family_name}" for one in ROSTER),
            *(one.student_number for one in ROSTER),
            "Amber Creek",
            "Birch Hill",
            "grade 2",
            "grade 5",
            "Reading: good",
            "K",
        ]
    ),
    max_size=4,
)
names_of = st.lists(
    st.sampled_from([*(f"{one.family_name}, {one.given_name}" for one in ROSTER), "Q1", "2026", "(2)", "scan"]),
    max_size=3,
).map(lambda parts: f"{' - '.join(parts) or 'x'}.pdf")
rosters = st.sampled_from([some for size in range(1, 7) for some in combinations(ROSTER, size)])


def fits(pupil: Pupil, text: list[str]) -> bool:
    """Whether a file may be this child's: it names somebody, and every name and number in it is the child's."""
    numbers = [word for word in text if word.isdecimal()]
    names = [word for word in text if word in {f"{one.given_name} {one.family_name}" for one in ROSTER}]
    mine = f"{pupil.given_name} {pupil.family_name}"
    is_named = bool(numbers or names)
    return is_named and all(one == pupil.student_number for one in numbers) and all(one == mine for one in names)


@given(rosters, words, names_of)
@example(ROSTER, ["Ana Rivera"], "Rivera, Ana.pdf")
@example(ROSTER[:2], ["Ana Rivera", "Amber Creek"], "Rivera, Ana.pdf")
def test_no_file_is_given_to_a_child_without_a_question_when_two_children_fit(
    known: tuple[Pupil, ...], text: list[str], name: str
):
    (found,) = pair([GivenFile(0, name, 9, "x")], known).outcomes
    if not isinstance(found, Unmatched | Ambiguous):
        return
    said = Deciding(known).whose(found, read(". ".join(text)))
    able = [one.child_id for one in ROSTER if fits(one, text)]
    if isinstance(said, Sure):
        assert able == [said.child_id]
    if isinstance(said, Sure | Perhaps):
        assert said.child_id in {one.child_id for one in known}


@given(st.lists(st.tuples(words, names_of), max_size=6))
def test_every_file_stands_in_one_list_and_no_child_is_told_twice(files: list[tuple[list[str], str]]):
    given_files = [GivenFile(at, name, 9, f"hash {at}") for at, (_, name) in enumerate(files)]
    found = pair(given_files, ROSTER)
    deciding = Deciding(ROSTER)
    said = {
        one.file.place: deciding.whose(one, read(". ".join(files[one.file.place][0])))
        for one in found.outcomes
        if isinstance(one, Unmatched | Ambiguous)
    }
    sure = {place: one.child_id for place, one in said.items() if isinstance(one, Sure)}
    told = {place: one for place, one in said.items() if isinstance(one, Perhaps | Open)}
    laid = as_read(pair(given_files, ROSTER, chosen=sure), told, {one.child_id for one in ROSTER})
    table = reconcile(laid, [Addressee(one) for one in ROSTER], dict.fromkeys(range(len(files)), Judged("clear")))
    in_problems = [
        at
        for one in table.problems
        if one.place is not None and one.kind != "shifted"
        for at in (one.place, *one.others)
    ]
    places = [one.place for one in (*table.pairs, *table.suggestions)] + in_problems
    assert sorted(places) == list(range(len(files)))
    theirs = [one.child_id for one in (*table.pairs, *table.suggestions)]
    assert len(theirs) == len(set(theirs))
    assert set(table.missing).isdisjoint(theirs)
    assert table.is_complete == (not table.problems and not table.suggestions)
    assert all(isinstance(one, Paired | Suggested | Unmatched | Ambiguous | Doubled) for one in laid.outcomes)
