import string
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.guard.mentions.signs import Found
from portal.guard.roster.contacts import phone_core
from portal.guard.roster.index import Person, Roster
from portal.guard.roster.kin import families_of
from portal.guard.rules import Blocked, Clear, Finding, judge, judge_file, report
from portal.guard.text.folding import fold
from portal.guard.text.ordinary_words import is_word
from portal.guard.verdict.part_cache import PartCache
from portal.reading.reader import Part, Reading, Unreadable
from tests.rules.guarded import judge_text

LINDA, RIVERA, OKAFOR, TRAN = frozenset({"linda"}), frozenset({"ana", "leo"}), frozenset({"ngozi"}), frozenset({"minh"})


def child(name: str, family: frozenset[str], given_name: str, family_name: str, number: str) -> Person:
    return Person("child", name, family, given_name, family_name, numbers=(number,))


ANA = child("ana", RIVERA, "Ana", "Rivera", "100231")
LEO = child("leo", RIVERA, "Leo", "Rivera", "100232")
NGOZI = child("ngozi", OKAFOR, "Ngozi", "O'Kafor", "S-2044")
MINH = child("minh", TRAN, "Minh-Anh", "Trần", "0417")
LINDA_CHILD = child("linda", LINDA, "Linda", "García Márquez", "28202")
CARMEN = Person("guardian", "carmen", RIVERA, "Carmen", "Rivera", ("carmen.rivera@home.test",), ("+1 704 555 0134",))
PIERRE = Person("guardian", "pierre", OKAFOR, "Pierre", "Lefèvre", ("p.lefevre@exemple.test",), ("+33 6 12 34 56 78",))
ROSTER = Roster.of([ANA, LEO, NGOZI, MINH, LINDA_CHILD, CARMEN, PIERRE])


def kinds(text: str, roster: Roster = ROSTER) -> set[str]:
    verdict = judge_text(text, roster)
    return {finding.kind for finding in verdict.findings} if isinstance(verdict, Blocked) else set()


@pytest.mark.parametrize(
    "text",
    [
        "Ana Rivera", "RIVERA, ANA", "Rivera,Ana", "Ána   Rivéra", "Ana\u200b Ri\u00advera", "Ana_Rivera.pdf",
        "ana.rivera.docx", "grade 3\tRivera\tAna\tOak", "We welcome Ana\nRivera today", "Ana Rivera's place",
        "Ana Rivera’s place", "Ana M. Rivera", "(Ana) 'Rivera'", "Ａｎａ Ｒｉｖｅｒａ",
        "First name: Ana\nLast name: Rivera",
        "Dear Ana Rivera.", "Ana\u00a0Rivera", "Ana | Rivera", '"Rivera";"Ana"',
    ],
)  # fmt: skip
def test_a_full_name_is_found_however_it_is_written(text: str):
    assert kinds(text) == {"child-name"}


@pytest.mark.parametrize(
    "text",
    [
        "Ngozi O’Kafor",
        "Okafor Ngozi",
        "Minh Anh Tran",
        "TRẦN, Minh‑Anh",
        "Linda Garcia-Marquez",
        "García Márquez, Linda",
    ],
)
def test_marks_apostrophes_and_hyphens_do_not_hide_a_name(text: str):
    assert kinds(text) == {"child-name"}


@pytest.mark.parametrize(
    "text",
    ["Ana", "Rivera",
     "Rivera Elementary, where Mrs. Ana teaches", "Banana Riverado", "We thank Ana. Rivera opens at 8.",
     "Ana\n\nRivera", "", "Write to Carmen about Linda"],
)  # fmt: skip
def test_part_of_a_name_is_nobody(text: str):
    assert kinds(text) == set()


def test_names_whose_parts_stand_in_cells_apart_are_found():
    rows = ["Ana\tMaría\t3\tRivera", "García Márquez\tOak\tLinda", "Carmen\t\tRivera"]
    assert kinds("\n\n".join(["First\tMiddle\tLast", *rows])) == {"child-name", "guardian-name"}
    assert kinds(rows[1]) == {"child-name"}
    assert kinds("Ana\tOak\n\nRivera\tElm\n\nLinda\tElm\n\nGarcía Márquez\n\nCarmen\tOak") == set()


@pytest.mark.parametrize(
    "text", ["(704) 555-0134", "704.555.0134", "+1 704 555 0134", "1-704-555-0134", "7045550134", "tel:+17045550134",
             "call 704–555–0134 x2", "٧٠٤ ٥٥٥ ٠١٣٤", "06 12 34 56 78", "+33 (0)6 12 34 56 78", "0033612345678"],
)  # fmt: skip
def test_a_phone_is_found_in_any_notation(text: str):
    assert kinds(text) == {"phone"}


def test_other_phones_dates_and_prices_are_clear():
    assert kinds("Call 704 555 0199. Monday 2026-08-06, 08:30-17:45. Fee $1,250.00, account 0455501347.") == set()


def test_two_phones_in_a_row_do_not_hide_each_other():
    verdict = judge_text("704 555 0134 06 12 34 56 78", ROSTER)
    people = frozenset({"carmen", "pierre"})
    assert verdict == Blocked((Finding("page 1", "phone", 2),), 2, roster_shaped=False, people=people)


@pytest.mark.parametrize(
    "text",
    ["<Carmen.Rivera@Home.Test>", "mailto:carmen.rivera@home.test", "see carmen.rivera@home.test.",
     "'carmen.rivera@home.test'"]
)  # fmt: skip
def test_an_address_is_found(text: str):
    assert "e-mail" in kinds(text)


def test_another_address_is_clear():
    assert kinds("dont.carmen@home.test, rivera@home.test.org, office@school.test, @home.test, carmen@") == set()


@pytest.mark.parametrize(
    "text", ["No. 100231", "100231", "(100231)", "s-2044", "S2044", "row 3,100231,Oak", "100231.0"]
)
def test_a_student_number_is_found_as_a_whole(text: str):
    assert kinds(text) == {"student-number"}


@pytest.mark.parametrize("text", ["1002310", "x100231", "2044", "S-20445", "$100231.50", "Room 417", "page 0417"])
def test_a_number_within_a_number_is_nothing(text: str):
    assert kinds(text) == set()


def test_a_short_number_counts_beside_its_label_or_a_name_of_that_child():
    assert kinds("Student number 417") == {"student-number"}
    assert kinds("student id: 0417") == {"student-number"}
    assert kinds("0417 Minh-Anh, grade 2") == {"student-number"}
    assert kinds("0417 Ana, grade 2") == set()
    assert kinds("0417 is on one line\nand Minh-Anh on another") == set()


def test_a_postal_code_is_no_student_number_unless_it_stands_elsewhere_too():
    assert kinds("Oak School, Main Street 1, Springfield, NC 28202-1234") == set()
    assert kinds("Springfield, NC 28202. Badge 28202") == {"student-number"}


def test_names_without_blanks_are_found_within_a_sentence():
    roster = Roster.of(
        [child("c", frozenset({"c"}), "小明", "李", "700001"), child("k", frozenset({"k"}), "민준", "김", "700002")]
    )
    assert kinds("欢迎李小明同学", roster) == {"child-name"}
    assert kinds("김민준이 왔어요", roster) == {"child-name"}
    assert kinds("小明 李", roster) == {"child-name"}
    assert kinds("欢迎小明同学", roster) == set()


def test_arabic_names_are_found_without_their_marks():
    roster = Roster.of([child("c", frozenset({"c"}), "مُحَمَّد", "الأحمد", "700001")])
    assert kinds("مرحبا محمد الأحمد", roster) == {"child-name"}


def test_who_is_allowed_may_be_named_with_all_that_is_theirs():
    letter = "Ana Rivera, 100231, carmen.rivera@home.test"
    assert judge_text(letter, ROSTER, frozenset({"ana", "carmen"})) == Clear()
    assert isinstance(judge_text(letter, ROSTER, frozenset({"ana"})), Blocked)


def test_a_namesake_of_someone_allowed_is_not_a_leak_but_the_namesakes_number_is():
    namesake = child("other", frozenset({"other"}), "Ana", "Rivera", "555001")
    roster = Roster.of([ANA, namesake])
    assert judge_text("Ana Rivera", roster, frozenset({"ana"})) == Clear()
    assert kinds("555001", roster) == {"student-number"}
    assert isinstance(judge_text("Ana Rivera 555001", roster, frozenset({"ana"})), Blocked)


def test_a_name_with_an_apostrophe_is_its_bearers_though_another_has_a_second_name():
    zia, zia_ruth = (
        child("zia", frozenset({"zia"}), "Zia", "D'Angelo", "3001"),
        child("zia-ruth", frozenset({"zia-ruth"}), "Zia Ruth", "D'Angelo", "3002"),
    )
    for people in ([zia, zia_ruth], [zia_ruth, zia]):
        verdict = judge_text("Card of Zia D'Angelo, 3001", Roster.of(people), allowed=frozenset({"zia"}))
        assert isinstance(verdict, Clear)
        assert kinds("Card of Zia D'Angelo", Roster.of(people)) == {"child-name"}


def test_a_childs_own_letter_is_clear_although_another_bears_its_name_if_somebody_said_whose_it_is():
    roster = Roster.of([ANA, child("other", frozenset({"other"}), "Ana", "Rivera", "555001")])

    def judged(text: str, *, is_chosen: bool) -> bool:
        allowed = frozenset({"ana"})
        return judge([Part("p", text)], roster, allowed, must_name="ana", is_chosen=is_chosen) == Clear()

    assert judged("Ana Rivera reads well", is_chosen=True)
    assert not judged("Ana Rivera reads well", is_chosen=False)
    assert not any(judged(text, is_chosen=True) for text in ("Ana Rivera, 555001", "Our pupil reads well"))


def test_a_file_is_judged_by_what_somebody_said_of_it_and_by_what_was_met_before():
    roster = Roster.of([ANA, child("other", frozenset({"other"}), "Ana", "Rivera", "555001")])
    page = Part("page 1", "Ana Rivera reads well")
    letter, allowed = Reading("pdf", (page,)), frozenset({"ana"})
    assert judge_file(letter, roster, allowed, must_name="ana", is_chosen=True) == Clear()
    unsure = judge_file(letter, roster, allowed, must_name="ana")
    assert isinstance(unsure, Blocked)
    assert [one.kind for one in unsure.findings] == ["addressee-unsure"]
    cache = PartCache()
    assert judge_file(letter, roster, cache=cache) == judge_file(letter, roster)
    assert [sign.kind for sign in cache.found[page].signs] == ["child-name"]
    assert judge_file(letter, roster, cache=PartCache(found={page: Found(())})) == Clear(), (
        "what is kept is not searched again"
    )


def test_one_name_borne_by_three_children_is_not_a_roster():
    roster = Roster.of([child(f"c{i}", frozenset({f"c{i}"}), "Ana", "Rivera", f"55500{i}") for i in range(3)])
    verdict = judge_text("Ana Rivera", roster)
    people = frozenset({"c0", "c1", "c2"})
    assert verdict == Blocked((Finding("page 1", "child-name", 1),), 1, roster_shaped=False, people=people)


def test_siblings_and_their_guardian_are_one_family_and_three_families_are_a_roster():
    one = judge_text("Ana Rivera, Leo Rivera, Carmen Rivera, Ngozi O'Kafor", ROSTER)
    assert isinstance(one, Blocked)
    assert (one.children, one.roster_shaped) == (3, False)
    three = judge_text("Ana Rivera, Pierre Lefevre, Minh-Anh Trần", ROSTER)
    assert isinstance(three, Blocked)
    assert (three.children, three.roster_shaped) == (3, True)


def test_parts_are_judged_together_and_reported_by_place_without_the_text():
    verdict = judge(
        [Part("file name", "rivera ana.pdf"), Part("page 2", "Ngozi O'Kafor S-2044"), Part("page 3", "x")], ROSTER
    )
    assert report(verdict) == {
        "verdict": "blocked",
        "children": 2,
        "roster_shaped": False,
        "findings": [
            {"where": "file name", "kind": "child-name", "count": 1},
            {"where": "page 2", "kind": "child-name", "count": 1},
            {"where": "page 2", "kind": "student-number", "count": 1},
        ],
        "reason": "It names 2 children of other families. Choose a file that names nobody else.",
    }


def test_what_was_met_in_a_file_before_it_was_stripped_changes_no_later_verdict():
    page = Part("page 1", "Dear Omar Haddad,\nthe school office is at 704-555-0134.\nOne\tTwo\t3")
    others = [Part("properties", "Ana Rivera"), Part("notes", "Ana Rivera, 100231\t704-555-0134"), Part("notes", "")]
    for before in ([page, *others], [page], [*others]):
        for after in ([page], [page, others[0]], [others[1], page], [replace(page, place="page 2")], []):
            cache = PartCache()
            judge(before, ROSTER, cache=cache)
            for allowed in (frozenset[str](), frozenset({"ana"})):
                kept = judge(after, ROSTER, allowed, must_name="ana", cache=cache)
                assert kept == judge(after, ROSTER, allowed, must_name="ana")


def test_what_cannot_be_read_stays_unreadable():
    assert judge_file(Unreadable("Why."), ROSTER) == Unreadable("Why.")
    nothing = {"children": 0, "roster_shaped": False, "findings": []}
    assert report(Unreadable("Why.")) == {"verdict": "unreadable", "reason": "Why.", **nothing}
    assert judge_file(Reading("txt", (Part("text", "Welcome."),)), ROSTER) == Clear()
    assert report(Clear()) == {"verdict": "clear", "reason": "", **nothing}


def test_a_person_without_names_is_known_by_the_rest():
    roster = Roster.of([Person("guardian", "g", frozenset({"c"}), "", "Cher", ("only@home.test",))])
    assert kinds("Cher", roster) == set()
    assert kinds("only@home.test", roster) == {"e-mail"}


def test_families_are_whom_guardians_share():
    families = families_of([("carmen", "ana"), ("carmen", "leo"), ("jo", "leo"), ("pierre", "ngozi")])
    assert families["ana"] == families["leo"] == families["carmen"] == RIVERA
    assert families["jo"] == {"leo"}
    assert families["ngozi"] == families["pierre"] == OKAFOR


WORDS = st.text(string.ascii_letters + "éüñçøßłąÉÜÑÇØŁĄ", min_size=2, max_size=12)


@settings(deadline=None)
@given(
    given_name=WORDS,
    family_name=WORDS,
    is_upper=st.booleans(),
    is_family_first=st.booleans(),
    between=st.sampled_from([" ", ", ", "\t", "\n", " \u200b", "\u00a0", "_", "-", " | ", '","', "/"]),
    around=st.sampled_from(["{}", "Dear {}!", "({})", "x\t{}\ty", "“{}”", "\n{}\n", "name={};"]),
)
def test_no_notation_hides_a_full_name(
    *, given_name: str, family_name: str, is_upper: bool, is_family_first: bool, between: str, around: str
):
    assume(not is_word(fold(given_name)) and not is_word(fold(family_name)))
    roster = Roster.of([child("c", frozenset({"c"}), given_name, family_name, "700001")])
    name = between.join((family_name, given_name) if is_family_first else (given_name, family_name))
    assert kinds(around.format(name.upper() if is_upper else name), roster) == {"child-name"}


@settings(deadline=None)
@given(
    digits=st.integers(2_000_000_000, 9_999_999_999).map(str),
    notation=st.sampled_from(
        ["({}) {}-{}", "{}.{}.{}", "{}{}{}", "+1 {} {} {}", "1-{}-{}-{}", "001 {}/{}/{}", "{} - {} - {}"]
    ),
)
def test_no_notation_hides_a_phone(digits: str, notation: str):
    roster = Roster.of([Person("guardian", "g", frozenset({"c"}), "A", "B", phones=(f"+1{digits}",))])
    text = notation.format(digits[:3], digits[3:6], digits[6:])
    assert kinds(f"call {text} now", roster) == {"phone"}


@given(st.text())
def test_folding_twice_changes_nothing(text: str):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_nobody_known_means_nobody_named(text: str):
    assert judge_text(text, Roster.of([])) == Clear()


def test_a_phone_has_one_core_in_every_notation():
    spellings = ["+33612345678", "0033612345678", "06 12 34 56 78"]
    assert {phone_core(spelling) for spelling in spellings} == {"612345678"}
    assert phone_core("12345") is None


def test_a_name_within_the_childs_own_longer_name_is_not_somebody_else() -> None:
    hao = child("hao", frozenset({"hao"}), "Hao Lin", "Lin", "102083")
    other = child("other", frozenset({"other"}), "Hao", "Lin", "102999")
    roster = Roster.of([hao, other, ANA])
    mine = frozenset({"hao"})
    assert judge_text("Report card of Hao Lin Lin, 102083", roster, mine) == Clear()
    assert isinstance(judge_text("Report card of Hao Lin Lin, 102083. Also 102999", roster, mine), Blocked)
    assert isinstance(judge_text("Report card of Hao Lin Lin, 102083. Ana Rivera", roster, mine), Blocked)


@pytest.mark.parametrize(
    "text", ["Henry\nOscar\nRenover", "Pupil\nHenry\nOscar\nRenover\nGrade\n5", "Renover\nHenry\nOscar"]
)
def test_a_name_that_wraps_after_every_word_in_a_narrow_column_is_one_name(text: str) -> None:
    henry = child("henry", frozenset({"henry"}), "Henry Oscar", "Renover", "100993")
    assert kinds(text, Roster.of([henry, ANA])) == {"child-name"}
