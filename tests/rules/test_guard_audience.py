from dataclasses import replace

import pytest

from portal.guard.roster.index import Known, Roster
from portal.guard.rules import Blocked, Clear, Finding, judge, judge_file, may_be_released, report
from portal.guard.verdict.named_children import is_called
from portal.reading.reader import Part, Reading, Unreadable
from tests.rules.guarded import CHILDREN, GUARDIANS, ROSTER, child, judge_text, named

ANAS = frozenset({"ana", "carmen"})


def letter(text: str, must_name: str = "ana") -> Clear | Blocked:
    return judge([Part("page 1", text)], ROSTER, ANAS, must_name=must_name)


def test_a_childs_own_letter_is_clear():
    assert letter("Dear Carmen Rivera, Ana Rivera (100231) is in grade 3. Call 704 555 0134.") == Clear()
    assert letter("Dear Carmen Rivera, Ana is in grade 3.") == Clear()
    assert letter("Student 100231 is in grade 3.") == Clear()


def test_a_letter_has_to_name_its_child():
    verdict = letter("Welcome to grade 3.")
    assert verdict == Blocked((Finding("whole file", "addressee-missing", 1),), 0, roster_shaped=False)
    assert (
        report(verdict)["reason"] == "This does not look like the letter of the child it is for. Choose the right file."
    )
    assert not may_be_released(verdict)


def test_a_message_calls_a_child_by_its_given_name_unless_that_is_a_word_like_any():
    roster = Roster.of([child("will", "Will", "Young", "100401"), child("lena", "Lena", "Wolf", "100402")])
    assert is_called("lena", ["A coat", "Lena needs one."], roster)
    assert not is_called("lena", ["A coat", "Your child needs one."], roster)
    assert not is_called("will", ["We will begin on Monday.", "Will you come?"], roster)
    assert is_called("will", ["For Will Young"], roster)
    assert not is_called("gone", ["For Will Young"], roster)


def test_a_letter_with_a_sisters_number_alone_is_hers():
    both = ANAS | {"ana sofia"}
    for text, verdict in (("Ana Rivera (100299)", "addressee-missing"), ("Ana Rivera (100299, 100231)", None)):
        found = judge([Part("page 1", text)], ROSTER, both, must_name="ana")
        kinds = {finding.kind for finding in found.findings} if isinstance(found, Blocked) else set()
        assert kinds == ({verdict} if verdict else set())


def test_a_given_name_alone_is_not_the_child():
    assert isinstance(letter("Dear Ana, welcome."), Blocked)


def test_the_neighbours_letter_is_stopped_twice():
    verdict = letter("Dear parents of Petra Kowalczyk")
    assert isinstance(verdict, Blocked)
    assert {finding.kind for finding in verdict.findings} == {"addressee-missing", "child-name"}
    assert verdict.people == {"petra"}


def test_a_name_of_ordinary_words_is_enough_for_its_own_letter():
    assert judge([Part("p", "Dear Grace Park")], ROSTER, frozenset({"grace park"}), must_name="grace park") == Clear()


def test_a_child_with_one_name_is_named_by_it():
    roster = Roster.of([child("cher", "Cher", "", "100999")])
    assert judge([Part("p", "Dear Cher")], roster, frozenset({"cher"}), must_name="cher") == Clear()


def test_what_the_portal_wrote_of_a_child_is_no_other_child_whoever_is_called_so():
    roster = Roster.of(
        [
            child("faadumo", "Faadumo Warsame", "Cismaan", "100401"),
            child("other", "Faadumo Abdi", "Warsame", "100402"),
        ]
    )

    def of(text: str, filled: str | None) -> Clear | Blocked:
        return judge([Part("page 1", text)], roster, frozenset({"faadumo"}), filled=filled)

    assert isinstance(of("Dear family of Faadumo Warsame,", None), Blocked)
    assert of("Dear family of Faadumo Warsame,", "faadumo") == Clear()
    assert isinstance(of("Dear family of Faadumo Warsame, see 100402.", "faadumo"), Blocked)
    assert isinstance(of("Dear family of Faadumo Warsame, ask Faadumo Abdi Warsame.", "faadumo"), Blocked)


def test_a_name_within_the_own_childs_name_is_no_other_child():
    allowed = frozenset({"ana sofia"})
    assert named("Dear Ana Sofia Rivera", allowed=allowed) == set()
    assert named("Dear Ana Rivera", allowed=allowed) == set()
    assert named("Dear Ana Sofia Rivera and Ana Rivera's friend Petra Kowalczyk", allowed=allowed) == {"petra"}


def test_a_longer_name_is_the_other_child():
    assert named("Dear Ana Sofia Rivera", allowed=frozenset({"ana"})) == {"ana sofia"}


def test_a_misnamed_file_is_stopped_by_everyone():
    reading = Reading("pdf", (Part("file name", "letter.docx"),), misnamed=True)
    verdict = judge_file(reading, ROSTER)
    assert verdict == Blocked((Finding("file name", "file-type", 1),), 0, roster_shaped=False)
    assert not may_be_released(verdict)
    assert judge_file(replace(reading, misnamed=False), ROSTER) == Clear()
    naming = judge_file(replace(reading, parts=(Part("page 1", "Dear Petra Kowalczyk"),)), ROSTER)
    found = (Finding("file name", "file-type", 1), Finding("page 1", "child-name", 1))
    assert naming == Blocked(found, 1, roster_shaped=False, people=frozenset({"petra"}))


def test_a_file_is_judged_as_its_text_is():
    reading = Reading("pdf", (Part("page 1", "Dear Carmen Rivera, Ana Rivera is in grade 3."),))
    assert judge_file(reading, ROSTER, ANAS, must_name="ana") == Clear()
    assert judge_file(reading, ROSTER, ANAS, must_name="petra") != Clear()
    assert isinstance(judge_file(reading, ROSTER), Blocked)


def test_one_or_two_families_may_be_released_and_three_may_not():
    assert may_be_released(judge_text("Petra Kowalczyk, Alice Harper", ROSTER))
    assert not may_be_released(judge_text("Petra Kowalczyk, Alice Harper, Emily Johnson", ROSTER))
    assert not may_be_released(Clear())
    assert not may_be_released(Unreadable("Why."))


def test_who_was_released_may_be_named_the_next_time():
    text = "Petra Kowalczyk, Alice Harper 100312"
    first = judge_text(text, ROSTER)
    assert isinstance(first, Blocked)
    assert judge_text(text, ROSTER, first.people) == Clear()


def test_a_list_of_people_is_a_list_whoever_they_are():
    rows = "\n\n".join(
        f"{first}\t{last}\t704 555 01{number}\tpeanuts\tunpaid"
        for number, (first, last) in enumerate([("Zoltan", "Ubik"), ("Yara", "Quux"), ("Xena", "Plugh")] * 4, 10)
    )
    verdict = judge_text(f"First name\tLast name\tPhone\tAllergies\tFees\n\n{rows}", ROSTER)
    assert isinstance(verdict, Blocked)
    assert verdict.roster_shaped
    assert {finding.kind for finding in verdict.findings} == {"personal-columns"}


def strangers(head: str, *others: str) -> Part:
    names = [(first, last) for first in ("Zoltan", "Yara", "Xena") for last in ("Ubik", "Quux", "Plugh")]
    rows = [f"{first}\t{last}\t704 555 01{at}\tpeanuts\tunpaid" for at, (first, last) in enumerate(names, 10)]
    return Part("page 1", "\n\n".join((head, *rows, *others)))


HEADS = ("First name\tLast name\tPhone\tAllergies\tFees", "Nombre\tApellido\tTeléfono\tAlergias\tPagos")


@pytest.mark.parametrize("head", HEADS)
def test_a_list_of_strangers_may_be_released_and_then_passes(head: str):
    parts = [strangers(head)]
    verdict = judge(parts, ROSTER)
    assert isinstance(verdict, Blocked)
    assert (verdict.roster_shaped, verdict.strangers, verdict.people) == (True, True, frozenset())
    assert may_be_released(verdict)
    assert judge(parts, ROSTER, may_list=True) == Clear()
    assert judge_file(Reading("pdf", (parts[0],)), ROSTER, may_list=True) == Clear()


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "row",
    [
        "Petra\tKowalczyk\t704 555 0190\tnone\tpaid",
        "Grace\tPark\t704 555 0190\tnone\tpaid",
        "Zoe\tUbik\t704 555 0177\tnone\tpaid",
        "Zoe\tUbik\t100312\tnone\tpaid",
        "Ana\tRivera\t704 555 0190\tnone\tpaid",
    ],
    ids=["name", "name of words", "phone", "number", "who may be named"],
)
def test_a_list_in_which_anybody_of_the_roster_is_may_be_released_by_nobody(head: str, row: str):
    parts = [strangers(head, row)]
    for may_list in (False, True):
        verdict = judge(parts, ROSTER, ANAS, may_list=may_list)
        assert isinstance(verdict, Blocked)
        assert verdict.roster_shaped
        assert not may_be_released(verdict)


def test_the_phone_of_the_office_above_a_list_is_nobody_in_it():
    roster = Roster.of([*CHILDREN, *GUARDIANS], Known(phones=("7045550134",)))
    assert may_be_released(judge([strangers("(704) 555-0134"), strangers(HEADS[0])], roster))


def test_the_phones_of_three_families_are_no_strangers_though_the_office_has_them_too():
    phones = ("7045550134", "7045550177", "33612345678")
    roster = Roster.of([*CHILDREN, *GUARDIANS], Known(phones=phones))
    verdict = judge([strangers(HEADS[0], "704 555 0134, 704 555 0177, +33 6 12 34 56 78")], roster)
    assert isinstance(verdict, Blocked)
    assert not may_be_released(verdict)


def test_a_list_of_strangers_that_is_the_wrong_file_is_released_by_nobody():
    parts = (strangers(HEADS[0]),)
    assert not may_be_released(judge_file(Reading("pdf", parts, misnamed=True), ROSTER))
    assert not may_be_released(judge(parts, ROSTER, ANAS, must_name="ana"))


def test_the_organisations_own_contact_data_is_nobodys_though_staff_have_children_here():
    roster = Roster.of([*CHILDREN, *GUARDIANS], Known(emails=("carmen.rivera@home.test",), phones=("7045550134",)))
    assert judge_text("carmen.rivera@home.test, (704) 555-0134", roster) == Clear()
    assert judge_text("carmen.rivera@home.test, Carmen Rivera", roster) != Clear()
