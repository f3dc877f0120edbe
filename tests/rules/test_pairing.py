"""Which file is whose: by a whole number in its name, by a list, by a choice; never by a guess."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from portal.documents.rules.pairing import (
    Ambiguous,
    Doubled,
    Empty,
    GivenFile,
    ListFault,
    NotInAudience,
    Outcome,
    Paired,
    Pairing,
    SameAsOther,
    Unmatched,
    pair,
)
from portal.documents.rules.tokens import KnownNumbers, Pupil

ANA = Pupil("ana", "12345", "Ana", "López")
BEN = Pupil("ben", "0067890", "Ben", "Kim")
CHLOE = Pupil("chloe", "S-4411", "Chloé", "O'Brien")
DEV = Pupil("dev", "24", "Dev", "Rao")
EVA = Pupil("eva", "2026", "Eva", "Stone")
CLASS = (ANA, BEN, CHLOE, DEV, EVA)
ZOE = Pupil("zoe", "55555", "Zoe", "Park")


def files(*names: str, size: int = 10) -> list[GivenFile]:
    return [GivenFile(place, name, size, f"hash {place}") for place, name in enumerate(names)]


def outcome(name: str, *pupils: Pupil, **more: object) -> Outcome:
    (found,) = pair(files(name), pupils or CLASS, elsewhere=(ZOE,), **more).outcomes
    return found


@pytest.mark.parametrize(
    ("name", "child"),
    [
        ("12345.pdf", "ana"),
        ("12345.PDF", "ana"),
        ("12345", "ana"),
        ("0012345 (final) (2).pdf", "ana"),
        ("report_12345-smith.pdf", "ana"),
        ("Report card 2026-11-24 12345.pdf", "ana"),
        ("2025-2026_12345_grade 24.pdf", "ana"),
        ("López, Ana (12345).pdf", "ana"),
        ("１２３４５.pdf", "ana"),
        ("67890.pdf", "ben"),
        ("0067890.pdf", "ben"),
        ("s-4411 report.docx", "chloe"),
        ("S-4411.pdf", "chloe"),
        ("grade 3/12345/report.pdf", "ana"),
        ("grade 3\\12345\\report (2).pdf", "ana"),
        ("12345/24/report.pdf", "ana"),
        ("12345/67890.pdf", "ben"),
    ],
)
def test_a_whole_number_in_the_name_or_a_folder_is_whose_it_is(name: str, child: str):
    found = outcome(name)
    assert isinstance(found, Paired)
    assert (found.child_id, found.by) == (child, "number")


@pytest.mark.parametrize(
    "name", ["912345.pdf", "123456.pdf", "1234.5.pdf", "report.pdf", "99999.pdf", "é.pdf", ".pdf", ""]
)
def test_a_part_of_a_longer_number_is_nobodys(name: str):
    found = outcome(name)
    assert isinstance(found, Unmatched)
    assert found.suggested is None


@pytest.mark.parametrize(
    "name", ["12345 and 67890.pdf", "12345 55555.pdf", "0012345_0067890", "12345/67890/report.pdf"]
)
def test_the_numbers_of_two_children_are_for_a_person_to_tell(name: str):
    found = outcome(name)
    assert isinstance(found, Ambiguous)
    assert found.why == "several-numbers"
    assert len(found.children) == 2


@pytest.mark.parametrize(
    ("name", "children"),
    [
        ("report 2026-11-24.pdf", ("dev", "eva")),
        ("24.pdf", ("dev",)),
        ("report (24).pdf", ("dev",)),
        ("2026.pdf", ("eva",)),
        ("grade 24/report.pdf", ("dev",)),
        ("0024.pdf", ("dev",)),
    ],
)
def test_a_short_number_or_a_year_alone_is_asked_about(name: str, children: tuple[str, ...]):
    found = outcome(name)
    assert isinstance(found, Ambiguous)
    assert (found.why, found.children) == ("may-be-no-number", children)
    assert found.suggested == (children[0] if len(children) == 1 else None)


@pytest.mark.parametrize("name", ["20261124.pdf", "11242026 report.pdf", "24112026.pdf"])
def test_eight_digits_that_are_a_day_are_asked_about(name: str):
    born = Pupil("fay", re.sub(r"\D", "", name), "Fay", "Ito")
    assert isinstance(outcome(name, born), Ambiguous)
    for number in ("20269924", "20261199"):  # no month, no day
        assert isinstance(outcome(f"{number}.pdf", Pupil("fay", number, "Fay", "Ito")), Paired)


def test_a_child_known_without_its_given_name_is_asked_about_where_the_file_names_another():
    found = outcome("12345 Ben Kim.pdf", Pupil("nameless", "12345", "", "López"), BEN)
    assert isinstance(found, Ambiguous)
    assert (found.why, found.children) == ("number-and-name-differ", ("nameless", "ben"))


def test_a_scanners_counter_is_asked_about():
    gil = Pupil("gil", "1007", "Gil", "Wu")
    assert isinstance(outcome("IMG_1007.pdf", gil), Ambiguous)
    assert isinstance(outcome("report 1007.pdf", gil), Paired)
    assert isinstance(outcome("scan 12345.pdf", ANA), Paired)


def test_zeros_that_tell_two_children_apart_are_not_filled_in():
    long, short = Pupil("long", "0012345", "Hal", "Fox"), Pupil("short", "12345", "Ida", "Ray")
    assert outcome("0012345.pdf", long, short).child_id == "long"
    assert outcome("12345.pdf", long, short).child_id == "short"
    assert outcome("00012345.pdf", long, short).children == ("long", "short")


def test_the_longest_run_of_words_that_is_a_number_is_taken():
    long, short = Pupil("long", "12-3456", "Hal", "Fox"), Pupil("short", "3456", "Ida", "Ray")
    assert outcome("12-3456.pdf", long, short).child_id == "long"
    assert outcome("13-3456.pdf", long, short).child_id == "short"


def test_a_number_glued_to_letters_is_a_suggestion():
    for name in ("report12345.pdf", "4411.pdf", "S12345.pdf", "12345².pdf"):
        found = outcome(name)
        assert isinstance(found, Unmatched)
        assert found.suggested in {"ana", "chloe"}


def test_a_name_is_a_suggestion_and_never_a_pair():
    found = outcome("lopez_ana report.pdf")
    assert isinstance(found, Unmatched)
    assert found.suggested == "ana"
    assert outcome("Chloe O'Brien.pdf").suggested == "chloe"
    assert outcome("Ana.pdf").suggested is None
    assert outcome("Zoe Park.pdf").suggested is None, "she is not in the audience"
    twins = (ANA, Pupil("ana2", "777777", "Ana", "López"))
    assert outcome("Ana López.pdf", *twins).suggested is None


def test_a_number_and_the_name_of_another_child_are_for_a_person_to_tell():
    found = outcome("12345 Ben Kim.pdf")
    assert isinstance(found, Ambiguous)
    assert (found.why, found.children) == ("number-and-name-differ", ("ana", "ben"))
    assert isinstance(outcome("12345 Ana López, by Ben Kim.pdf"), Paired)


def test_a_child_the_mailing_is_not_for_is_told_from_nobody():
    assert outcome("55555.pdf") == NotInAudience(files("55555.pdf")[0], "zoe")


def test_a_list_wins_over_names():
    rows = [("12345.pdf", "67890"), ("Cards/B.PDF", "12345"), ("e\u0301te\u0301.pdf", "24")]
    found = pair(files("12345.pdf", "zip/cards/b.pdf", "été.pdf", "S-4411.pdf"), CLASS, rows)
    assert [(one.child_id, one.by) for one in found.outcomes] == [
        ("ben", "list"), ("ana", "list"), ("dev", "list"), ("chloe", "number"),
    ]  # fmt: skip
    assert found.list_faults == ()


def test_the_longer_path_of_a_list_wins():
    found = pair(files("a/report.pdf", "b/report.pdf"), CLASS, [("report.pdf", "12345"), ("b/report.pdf", "67890")])
    assert [one.child_id for one in found.outcomes] == ["ana", "ben"]


def test_a_list_that_contradicts_itself_is_for_a_person_to_tell():
    found = outcome("a.pdf", listed=[("a.pdf", "12345"), ("A.PDF", "67890")])
    assert isinstance(found, Ambiguous)
    assert (found.why, found.children) == ("listed-differently", ("ana", "ben"))
    assert isinstance(outcome("a.pdf", listed=[("a.pdf", "12345"), ("a.pdf", "0012345")]), Paired)
    assert isinstance(outcome("a.pdf", listed=[("a.pdf", "12345"), ("a.pdf", "98")]), Ambiguous)


def test_rows_of_a_list_that_lead_nowhere_are_reported():
    found = pair(files("12345.pdf"), CLASS, [("12345.pdf", "98765"), ("lost.pdf", "67890"), ("gone.pdf", "4")])
    assert isinstance(found.outcomes[0], Unmatched), "the list said something else than the name"
    assert found.outcomes[0].why == "number-of-list-unknown"
    assert set(found.list_faults) == {
        ListFault("12345.pdf", "98765", "no-such-number"), ListFault("lost.pdf", "67890", "no-such-file"),
        ListFault("gone.pdf", "4", "no-such-file"), ListFault("gone.pdf", "4", "no-such-number"),
    }  # fmt: skip


def test_what_a_person_chose_wins_over_all():
    found = pair(files("12345.pdf"), CLASS, [("12345.pdf", "67890")], chosen={0: "chloe"})
    assert found.outcomes == (Paired(files("12345.pdf")[0], "chloe", "choice"),)
    assert isinstance(outcome("12345.pdf", chosen={0: "nobody"}), NotInAudience)


def test_two_files_for_one_child_are_both_doubled():
    first, second, third = files("12345.pdf", "0012345 (2).pdf", "67890.pdf")
    assert pair([first, second, third], CLASS).outcomes == (
        Doubled(first, "ana", (1,), are_same=False),
        Doubled(second, "ana", (0,), are_same=False),
        Paired(third, "ben", "number"),
    )
    same = GivenFile(1, "12345 (2).pdf", 10, first.sha256)
    assert [one.are_same for one in pair([first, same], CLASS).outcomes] == [True, True]


def test_the_same_bytes_for_two_children_are_told_at_both():
    first = files("12345.pdf")[0]
    second = GivenFile(1, "67890.pdf", 10, first.sha256)
    assert pair([first, second], CLASS).outcomes == (
        SameAsOther(first, "ana", (1,)), SameAsOther(second, "ben", (0,)),
    )  # fmt: skip
    stray = GivenFile(1, "55555.pdf", 10, first.sha256)
    assert isinstance(pair([first, stray], CLASS, elsewhere=[ZOE]).outcomes[0], SameAsOther)


def test_an_empty_file_is_empty_whoever_it_is_for():
    known, unknown = files("12345.pdf", "x.pdf", size=0)
    assert pair([known, unknown], CLASS).outcomes == (Empty(known, "ana"), Empty(unknown, None))
    full = files("12345.pdf")[0]
    spare = GivenFile(1, "12345 (2).pdf", 0, "nothing")
    assert isinstance(pair([full, spare], CLASS).outcomes[0], Paired)


numbers = st.from_regex(r"[1-9][0-9]{3,7}", fullmatch=True)
rosters = st.lists(numbers, min_size=1, max_size=8, unique=True).map(
    lambda found: tuple(Pupil(f"child {number}", number, "Given", "Family") for number in found)
)
around = st.text("abc -_().,#é", max_size=6)


@given(rosters, st.lists(st.text("0123456789 -_.()/abS", max_size=14), max_size=6))
def test_every_file_has_one_outcome_and_no_child_two_pairs(pupils: tuple[Pupil, ...], names: list[str]):
    given_files = files(*names)
    found = pair(given_files, pupils).outcomes
    assert [one.file for one in found] == given_files
    paired = [one.child_id for one in found if isinstance(one, Paired)]
    assert len(paired) == len(set(paired))


@given(rosters, st.lists(st.text("0123456789 -_.()/abS", max_size=14), max_size=6))
@example((Pupil("child 1234", "1234", "Given", "Family"),), ["01234.pdf"])
def test_a_pair_has_its_childs_whole_number_in_the_name(pupils: tuple[Pupil, ...], names: list[str]):
    number_of = {pupil.child_id: pupil.student_number for pupil in pupils}
    for one in pair(files(*names), pupils).outcomes:
        if isinstance(one, Paired):
            assert re.search(rf"(?<![^\W_])0*{number_of[one.child_id]}(?![^\W_])", one.file.name)


@given(rosters, st.data(), around, around)
def test_a_number_between_marks_is_found_and_nobody_else_is_taken(
    pupils: tuple[Pupil, ...], data: st.DataObject, before: str, after: str
):
    pupil = data.draw(st.sampled_from(pupils))
    assume(not before or not before[-1].isalnum())
    assume(not after or not after[0].isalnum())
    (found,) = pair(files(f"{before}{pupil.student_number}{after}.pdf"), pupils).outcomes
    assert isinstance(found, Paired | Ambiguous)
    whose = (found.child_id,) if isinstance(found, Paired) else found.children
    assert whose == (pupil.child_id,)


@given(rosters, st.text("0123456789", min_size=1, max_size=12))
def test_digits_inside_a_longer_number_never_match(pupils: tuple[Pupil, ...], digits: str):
    known = {pupil.student_number for pupil in pupils}
    assume(digits.lstrip("0") not in known)
    assert not isinstance(pair(files(f"{digits}.pdf"), pupils).outcomes[0], Paired)
    assert not KnownNumbers(pupils).bearers(digits)


@given(rosters, st.permutations(range(8)))
def test_the_order_of_files_changes_nothing(pupils: tuple[Pupil, ...], order: list[int]):
    given_files = files(*(f"r {pupil.student_number}.pdf" for pupil in pupils), *["x.pdf"] * 8)[:8]
    straight = {one.file.place: one for one in pair(given_files, pupils).outcomes}
    mixed = pair([given_files[at] for at in order], pupils)
    assert isinstance(mixed, Pairing)
    assert {one.file.place: type(one) for one in mixed.outcomes} == {at: type(one) for at, one in straight.items()}
