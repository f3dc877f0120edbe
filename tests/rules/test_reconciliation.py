"""The two-way table: every file has one child, every child a file or a reason; a shift cannot be missed."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.rules.pages import EveryPage, Page, split
from portal.documents.rules.pairing import GivenFile, Paired, Pairing, pair
from portal.documents.rules.problems import Judged, Pair, Problem, Wording
from portal.documents.rules.reconciling import Addressee, Reconciliation, reconcile
from portal.documents.rules.sampling import sample_of, uneven
from portal.documents.rules.tokens import Pupil

NAMES = ("Ana López", "Ben Kim", "Chloe Ray", "Dev Rao", "Eva Stone", "Fay Ito")
CLASS = [Pupil(name[:3].lower(), f"100{at}1", *name.split()) for at, name in enumerate(NAMES)]
ANA, BEN, CHLOE, DEV, EVA, FAY = CLASS
CLEAR = Judged("clear")


def audience(*pupils: Pupil) -> list[Addressee]:
    return [Addressee(pupil) for pupil in pupils or CLASS]


def files(*names: str) -> list[GivenFile]:
    return [GivenFile(place, name, 10 + place, f"hash {place}") for place, name in enumerate(names)]


def cards(*pupils: Pupil) -> list[GivenFile]:
    return files(*(f"{pupil.student_number}.pdf" for pupil in pupils))


def told(
    given_files: list[GivenFile],
    *pupils: Pupil,
    verdicts: Mapping[int, Judged] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Reconciliation:
    people = audience(*pupils)
    found = pair(given_files, [one.pupil for one in people])
    all_clear = {file.place: CLEAR for file in given_files}
    return reconcile(found, people, all_clear | dict(verdicts or {}), left_out or {})


def wrong(*named: Pupil) -> Judged:
    return Judged("wrong-child", frozenset(pupil.child_id for pupil in named))


def kinds(found: Reconciliation) -> list[str]:
    return [problem.kind for problem in found.problems]


def only(found: Reconciliation) -> Problem:
    (problem,) = found.problems
    return problem


def test_a_clear_file_for_each_child_is_complete():
    found = told(cards(*CLASS))
    assert found.is_complete
    assert [(one.place, one.child_id) for one in found.pairs] == [(at, one.child_id) for at, one in enumerate(CLASS)]
    assert (found.counts.files, found.counts.children, found.counts.paired, found.counts.problems) == (6, 6, 6, 0)


def test_a_child_without_a_file_is_missing_until_it_is_left_out_with_a_reason():
    found = told(cards(ANA), ANA, BEN)
    assert found.missing == ("ben",)
    assert only(found).sentence == "There is no file for Ben Kim (10011)."
    assert only(found).fix == "Add the file, or leave the child out and say why."
    found = told(cards(ANA), ANA, BEN, left_out={"ben": "moved away"})
    assert found.is_complete
    assert [(one.child_id, one.reason, one.by_staff) for one in found.left_out] == [("ben", "moved away", True)]


@pytest.mark.parametrize("reason", ["", "  ", "ok", "123", "- -"])
def test_a_reason_of_fewer_than_three_letters_leaves_nobody_out(reason: str):
    found = told(cards(ANA), ANA, BEN, left_out={"ben": reason})
    assert kinds(found) == ["leave-out", "missing"]
    assert found.left_out == ()


def test_a_leave_out_of_a_child_the_mailing_is_not_for_is_told():
    found = told(cards(ANA), ANA, left_out={"ben": "moved away"})
    assert kinds(found) == ["leave-out"]
    assert "Ben" not in only(found).sentence


def test_the_file_of_a_child_left_out_is_not_sent_and_no_problem():
    found = told(cards(ANA, BEN), ANA, BEN, verdicts={1: Judged("unreadable")}, left_out={"ben": "wrong card"})
    assert found.is_complete
    assert [one.child_id for one in found.pairs] == ["ana"]
    assert found.left_out[0].places == (1,)


def test_a_child_nobody_can_be_told_about_is_left_out_only_without_a_file():
    people = [Addressee(ANA), Addressee(BEN, "no address on file"), Addressee(CHLOE, "no address on file")]
    found = reconcile(pair(cards(ANA, BEN), [ANA, BEN, CHLOE]), people, {0: CLEAR, 1: CLEAR})
    assert found.is_complete
    assert [one.child_id for one in found.pairs] == ["ana", "ben"]
    assert [(one.child_id, one.reason, one.by_staff) for one in found.left_out] == [
        ("chl", "no address on file", False)
    ]


def test_a_file_of_the_wrong_child_says_whom_it_names():
    found = told(cards(ANA, BEN, CHLOE), ANA, BEN, CHLOE, verdicts={0: wrong(CHLOE)})
    assert kinds(found) == ["wrong-child"]
    assert only(found).sentence == (
        "“10001.pdf” is matched with Ana López (10001), who is not named in it. It names Chloe Ray (10021)."
    )
    assert (only(found).place, only(found).name, only(found).child_id) == (0, "10001.pdf", "ana")
    assert [one.child_id for one in found.pairs] == ["ben", "chl"]


def test_two_files_that_are_swapped_are_called_swapped():
    found = told(cards(*CLASS), verdicts={1: wrong(EVA), 4: wrong(BEN), 0: wrong()})
    assert kinds(found) == ["wrong-child"] * 3
    assert ["swapped" in one.sentence for one in found.problems] == [False, True, True]


def test_two_files_that_are_each_others_beyond_doubt_are_told_once():
    lies = {1: Judged("wrong-child", rightful="eva"), 4: Judged("wrong-child", rightful="ben")}
    found = told(cards(*CLASS), verdicts=lies)
    assert kinds(found) == ["swapped"]
    assert only(found).sentence.startswith("Two files are swapped: “10011.pdf”, matched with Ben Kim (10011), is the")
    assert (only(found).place, only(found).partner, only(found).suggested) == (1, 4, "eva")
    assert {one.child_id for one in found.pairs} == {one.child_id for one in CLASS} - {"ben", "eva"}


def test_a_file_that_names_others_too_does_not_go():
    found = told(cards(ANA), ANA, BEN, verdicts={0: Judged("names-others", frozenset({"ben", "x", "y"}))})
    assert kinds(found) == ["names-others", "missing"]
    assert found.problems[0].sentence == (
        "“10001.pdf” for Ana López (10001) also names Ben Kim (10011) and 2 whom this mailing is not for."
    )


def test_a_name_that_several_children_bear_is_said_once():
    namesakes = [Pupil(str(number), f"10{number}", "Ana", "Rivera") for number in range(5)]
    say = Wording([*namesakes, Pupil("sam", "200", "Sam", "Li")], {})
    assert say.names_of(["0", "1", "sam"]) == "Ana Rivera (100 or 101) and Sam Li (200)"
    assert say.names_of([*"01234"]) == "Ana Rivera (100 or 101 or 102 or 2 more)"
    assert say.names_of(["0", "stranger", "other"]) == "Ana Rivera (100) and 2 whom this mailing is not for"


def test_a_file_that_cannot_be_read_says_why():
    found = told(cards(ANA), ANA, verdicts={0: Judged("unreadable", reason="It has a password.")})
    assert only(found).sentence == "“10001.pdf” for Ana López (10001) could not be read in full. It has a password."


def test_a_file_nobody_has_judged_stops_the_mailing():
    found = reconcile(pair(cards(ANA), [ANA]), audience(ANA), {})
    assert kinds(found) == ["not-judged"]
    assert found.pairs == ()


def test_every_fault_of_a_file_is_told_once_with_its_fix():
    given_files = [
        *files("10001.pdf", "10001 (2).pdf", "x.pdf", "10011 10021.pdf", "Dev_Rao.pdf"),
        GivenFile(5, "10041.pdf", 0, "nothing"),
        GivenFile(6, "10051.pdf", 9, "same"),
        GivenFile(7, "10011.pdf", 9, "same"),
    ]
    found = told(given_files)
    assert kinds(found) == [
        "same-as-other", "same-as-other", "doubled", "ambiguous", "unmatched", "unmatched", "empty",
    ]  # fmt: skip
    assert sorted(at for one in found.problems if one.place is not None for at in (one.place, *one.others)) == [
        *range(8)
    ]
    (twice,) = (one for one in found.problems if one.kind == "doubled")
    assert twice.sentence == "Ana López (10001) has 2 files: “10001.pdf”, “10001 (2).pdf”. They differ."
    assert all(one.fix.endswith(".") and one.sentence.endswith(".") for one in found.problems)
    devs = found.problems[5]
    assert devs.sentence.endswith("It may be for Dev Rao (10031).")
    assert "dev" not in found.missing, "what is the matter with a child is said once"


def test_a_pair_for_a_child_outside_the_audience_is_never_sent():
    found = reconcile(Pairing((Paired(files("a.pdf")[0], "stranger", "choice"),)), audience(ANA), {0: CLEAR})
    assert kinds(found) == ["not-in-audience", "missing"]
    assert found.pairs == ()


def test_a_list_that_leads_nowhere_stops_the_mailing():
    found = pair(cards(ANA), [ANA], [("gone.pdf", "10001"), ("10001.pdf", "10001")])
    assert kinds(reconcile(found, audience(ANA), {0: CLEAR})) == ["list"]


def test_leaving_everybody_out_is_nothing_to_send():
    assert kinds(told([], ANA, left_out={"ana": "moved away"})) == ["nothing-to-send"]


def test_a_files_name_turns_no_line():
    name = "a\u202efdp.\n.pdf"
    assert "“afdp..pdf”" in told(files(name), ANA).problems[0].sentence


def test_the_groups_of_a_split_are_laid_beside_the_children():
    pages = [Page(1), Page(2, frozenset({"ana"})), Page(3, frozenset({"ana"})), Page(4, frozenset({"ben"}))]
    found = reconcile(split(pages, EveryPage()), audience(ANA, BEN, CHLOE), {2: CLEAR, 4: CLEAR})
    assert kinds(found) == ["page", "missing"]
    assert [(one.place, one.name, one.size) for one in found.pairs] == [(2, "Pages 2–3", 2), (4, "Page 4", 1)]
    done = reconcile(
        split(pages, EveryPage(), frozenset({1})), audience(ANA, BEN, CHLOE), {2: CLEAR, 4: CLEAR}, {"chl": "left"}
    )
    assert done.is_complete


def test_a_child_with_two_documents_in_a_split_is_told_once():
    pages = [Page(1, frozenset({"ana"})), Page(2, frozenset({"ben"})), Page(3, frozenset({"ana"}))]
    found = reconcile(split(pages, EveryPage()), audience(ANA, BEN), {2: CLEAR})
    assert kinds(found) == ["page"]
    assert found.problems[0].sentence.endswith("About Ana López (10001).")
    assert found.missing == ()


def shifted(step: int, start: int, count: int) -> dict[int, Judged]:
    return {at: wrong(CLASS[at + step]) for at in range(start, start + count)}


@pytest.mark.parametrize(("step", "start", "word"), [(1, 1, "after"), (-1, 2, "before")])
@pytest.mark.parametrize("count", [2, 3])
def test_files_shifted_by_one_are_the_headline(step: int, start: int, word: str, count: int):
    found = told(cards(*CLASS), verdicts=shifted(step, start, count))
    assert kinds(found) == ["shifted"] + ["wrong-child"] * count
    assert found.problems[0].sentence == (
        f"The files seem to be shifted by one from “{CLASS[start].student_number}.pdf” on: "
        f"{count} in a row name the child {word} the one they are for."
    )


def test_a_shift_is_seen_in_the_order_of_the_roster_too():
    order = [FAY, ANA, EVA, BEN, DEV, CHLOE]
    verdicts = {at: wrong(CLASS[(CLASS.index(pupil) + 1) % 6]) for at, pupil in enumerate(order)}
    found = told(cards(*order), verdicts=verdicts)
    assert kinds(found)[0] == "shifted"
    assert "5 in a row" in found.problems[0].sentence
    assert found.problems[0].child_id == "ana"


def test_two_wrong_files_apart_or_swapped_are_no_shift():
    assert "shifted" not in kinds(told(cards(*CLASS), verdicts={0: wrong(BEN), 3: wrong(EVA)}))
    assert "shifted" not in kinds(told(cards(*CLASS), verdicts={0: wrong(BEN), 1: wrong(ANA)}))


verdicts_of = st.dictionaries(
    st.integers(0, 9),
    st.builds(
        Judged,
        st.sampled_from(["clear", "clear", "wrong-child", "names-others", "unreadable"]),
        st.frozensets(st.sampled_from([one.child_id for one in CLASS]), max_size=2),
    ),
)
names_of = st.lists(
    st.sampled_from([*(f"{one.student_number}.pdf" for one in CLASS), "10001 10011.pdf", "x.pdf", "Ana López.pdf"]),
    max_size=10,
)
leave_outs = st.dictionaries(
    st.sampled_from([*(one.child_id for one in CLASS), "stranger"]), st.sampled_from(["", "moved away"]), max_size=3
)
hashes = st.lists(st.sampled_from("abcdefghijklmnop"), min_size=10, max_size=10)
sizes = st.lists(st.sampled_from([0, 1, 2]), min_size=10, max_size=10)


@given(names_of, verdicts_of, leave_outs, hashes, sizes)
def test_every_file_and_every_child_is_in_one_place_of_the_table(
    names: list[str], verdicts: dict[int, Judged], left_out: dict[str, str], marks: list[str], lengths: list[int]
):
    given_files = [GivenFile(at, name, lengths[at], marks[at]) for at, name in enumerate(names)]
    found = reconcile(pair(given_files, CLASS), audience(), verdicts, left_out)
    told = [one for one in found.problems if one.kind != "shifted"]
    in_problems = [at for one in told if one.place is not None for at in (one.place, *one.others)]
    places = [one.place for one in found.pairs] + [at for one in found.left_out for at in one.places] + in_problems
    assert sorted(places) == list(range(len(names)))
    sent, out = {one.child_id for one in found.pairs}, {one.child_id for one in found.left_out}
    with_problem = {child for one in found.problems for child in (one.child_id, one.suggested, *one.may_be)}
    assert sent | out | with_problem >= {one.child_id for one in CLASS}
    assert sent.isdisjoint(out)
    assert set(found.missing).isdisjoint(sent | out)
    assert len(sent) == len(found.pairs)


@given(names_of, verdicts_of, leave_outs, hashes, sizes)
def test_a_complete_table_has_clear_files_only_and_each_child_once(
    names: list[str], verdicts: dict[int, Judged], left_out: dict[str, str], marks: list[str], lengths: list[int]
):
    given_files = [GivenFile(at, name, lengths[at], marks[at]) for at, name in enumerate(names)]
    found = reconcile(pair(given_files, CLASS), audience(), verdicts, left_out)
    for one in found.pairs:
        assert verdicts[one.place].verdict == "clear"
        assert lengths[one.place]
    if found.is_complete:
        children = [one.child_id for one in found.pairs] + [one.child_id for one in found.left_out]
        assert sorted(children) == sorted(one.child_id for one in CLASS)
        assert len({marks[one.place] for one in found.pairs}) == len(found.pairs)


@given(st.integers(2, 12), st.data(), st.sampled_from([1, -1]))
def test_any_shift_of_two_or_more_is_the_first_thing_told(size: int, data: st.DataObject, step: int):
    pupils = [Pupil(f"c{at}", str(30_000 + at), f"Given{at}", "Family") for at in range(size + 1)]
    start = data.draw(st.integers(max(0, -step), size - 2 + max(0, -step)))
    end = data.draw(st.integers(start + 2, size + max(0, -step)))
    found = told(cards(*pupils), *pupils, verdicts={at: wrong(pupils[at + step]) for at in range(start, end)})
    assert found.problems[0].kind == "shifted"
    assert found.problems[0].place == start


pairs_of = st.lists(st.integers(0, 9), max_size=30).map(
    lambda lengths: [Pair(at, f"{at}.pdf", size, f"c{at}") for at, size in enumerate(lengths)]
)


@given(pairs_of, st.text(max_size=5), st.randoms(use_true_random=False))
def test_a_sample_has_the_first_the_last_the_largest_and_three_more(pairs: list[Pair], seed: str, dice: random.Random):
    sample = sample_of(pairs, seed)
    places = [one.place for one in sample]
    assert places == sorted(set(places))
    if pairs:
        assert sample[0] == pairs[0]
        assert sample[-1] == pairs[-1]
        assert max(one.size for one in pairs) in {one.size for one in sample}
        fixed = {pairs[0].place, pairs[-1].place, max(pairs, key=lambda one: one.size).place}
        assert len(sample) == min(len(pairs), len(fixed) + 3)
    mixed = list(pairs)
    dice.shuffle(mixed)
    assert sample_of(mixed, seed) == sample


def test_another_mailing_has_another_sample():
    pairs = [Pair(at, f"{at}.pdf", 1, f"c{at}") for at in range(200)]
    samples = {sample_of(pairs, f"mailing {at}") for at in range(20)}
    assert len(samples) > 15
    assert sample_of(pairs, "mailing 1") == sample_of(pairs, "mailing 1")


def test_letters_with_another_number_of_pages_than_nine_in_ten_are_looked_at_too() -> None:
    pages = dict.fromkeys(range(30), 2) | {17: 1, 21: 3}
    assert uneven(pages) == (17, 21)
    assert uneven(dict.fromkeys(range(30), 2)) == ()
    assert uneven({place: place % 3 + 1 for place in range(30)}) == ()
    pairs = [Pair(place, f"{place}.pdf", 100, f"c{place}") for place in range(30)]
    assert {17, 21} <= {pair.place for pair in sample_of(pairs, "m", uneven(pages))}
