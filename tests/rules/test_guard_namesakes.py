"""Colleagues, sites and contact data that are called like somebody on the roster: none of them hides that person."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each

NAMES = ("Oliver Whitcombe", "Alice Harper", "Saoirse MacGilloway", "María José de la Cruz", "Thaddeus Quimby")


def _family(at: int, name: str) -> tuple[Person, Person]:
    given_name, family_name = name.split(" ", 1) if "José" not in name else ("María José", "de la Cruz")
    kid = f"child{at}"
    guardian = Person(
        "guardian", f"guardian{at}", frozenset({kid}), f"Helen{'abcde'[at]}", family_name,
        (f"home{at}@families.test",), (f"+1 704 555 017{at}",),
    )  # fmt: skip
    return child(kid, given_name, family_name, f"10040{at}", date(2014, 8, 10 + at)), guardian


PEOPLE = tuple(person for at, name in enumerate(NAMES) for person in _family(at, name))
GUARDIANS = tuple(f"{one.given_name} {one.family_name}" for one in PEOPLE if one.kind == "guardian")
NOBODY = Known()
TURNED = tuple(f"{name.rpartition(' ')[2]}, {name.rpartition(' ')[0]}" for name in NAMES)


def _judged(text: str, known: Known = NOBODY) -> Clear | Blocked:
    return judge([Part("page 1", text)], Roster.of(PEOPLE, known))


def _blocks(text: str, known: Known) -> bool:
    return isinstance(_judged(text, known), Blocked)


@pytest.mark.parametrize(
    "known",
    [
        Known(staff=NAMES),
        Known(staff=tuple(name.upper() for name in NAMES)),
        Known(staff=tuple(name.replace(",", "") for name in TURNED)),
        Known(staff=tuple(f"{name} owes" for name in NAMES)),
        Known(staff=tuple(f"Student {name}" for name in NAMES)),
        Known(staff=tuple(f"{name.split()[0]} J. {name.split()[-1]}" for name in NAMES)),
        Known(staff=tuple(f"Anybody {name.split()[-1]}" for name in NAMES)),
        Known(phrases=NAMES),
        Known(phrases=tuple(f"{name} owes" for name in NAMES)),
        Known(phrases=(" ".join(NAMES),)),
        Known(phrases=tuple(f"{name.split()[-1]} owes" for name in NAMES)),
        Known(emails=tuple(f"{name.split()[0]}.{name.split()[-1]}@school.test" for name in NAMES)),
    ],
)
@pytest.mark.parametrize("order", [NAMES, TURNED])
def test_no_colleague_and_no_site_hides_five_families_debts(known: Known, order: tuple[str, ...]):
    text = "\n".join(f"{name} owes $40{at}.50" for at, name in enumerate(order))
    verdict = _judged(text, known)
    assert isinstance(verdict, Blocked)
    assert verdict.roster_shaped
    assert verdict.children == len(NAMES)


@given(
    st.sets(st.sampled_from((*NAMES, *GUARDIANS))),
    st.sets(st.sampled_from((*NAMES, *GUARDIANS))),
    st.lists(st.sampled_from((*NAMES, *GUARDIANS)), min_size=1, max_size=6),
)
@settings(max_examples=30)
def test_a_name_alone_counts_whoever_else_bears_it(staff: set[str], places: set[str], named: list[str]):
    text = "\n\n".join(f"We owe {name} an answer by Monday." for name in named)
    assert _judged(text, Known(phrases=(*places,), staff=(*staff,))) == _judged(text)


@each("Oliver Whitcombe", "Whitcombe, Oliver", "OLIVER WHITCOMBE", "Oliver\tWhitcombe\tRoom 3", "OliverWhitcombe",
      "O l i v e r  W h i t c o m b e", "Oliver J. Whitcombe", "oliver_whitcombe.pdf",
      "Oliver Whitcombe's teacher called",
      "Oliver Whitcombe, teacher: Mrs. Lee", "Teacher: Ms. Lee, Oliver Whitcombe",
      "Mrs. Lee, teacher. Oliver Whitcombe",
      "Student: Oliver Whitcombe", "Mr. Oliver Whitcombe has a peanut allergy", "Whitcombe: Oliver, Mia",
      "Our staff\nOliver Whitcombe was absent", "Student\tTeacher\nOliver Whitcombe\tMs. Lee",
      "The Whitcombes are away, so Oliver misses it", "Dear Mrs. Whitcombe, Oliver was late.",
      "Whitcombe\nOliver\t$400\nMia\t$300")  # fmt: skip
def test_one_name_is_found_though_a_colleague_bears_it(text: str):
    assert _blocks(text, Known(staff=("Oliver Whitcombe", "Mia Lee"), emails=("ms.lee@school.test",)))


SAID = (
    "Mr. Oliver Whitcombe teaches grade 3.", "Teacher: Oliver Whitcombe", "Coach Oliver Whitcombe",
    "Oliver Whitcombe, principal", "Oliver Whitcombe\tThird grade teacher", "Oliver\tWhitcombe\tTeacher",
    "Principal Dr. Oliver Whitcombe", "Oliver Whitcombe (music teacher)", "la maestra Oliver Whitcombe",
    "See you on Monday!\n\nSincerely,\nOliver Whitcombe", "Our staff\n\nMia Lee\nOliver Whitcombe\nAnn Roe",
    "Write to Oliver Whitcombe, owhitcombe@school.test.", "Oliver Whitcombe\nowhitcombe@school.test",
    "oliver.whitcombe@school.test",
)  # fmt: skip


@each(*SAID)
def test_a_colleague_of_whom_the_text_says_so_is_no_child_of_that_name(text: str):
    staff = Known(staff=("Oliver Whitcombe",), emails=("owhitcombe@school.test", "oliver.whitcombe@school.test"))
    assert _judged(text, staff) == Clear()
    assert _blocks(text, Known())


@each("Oliver Whitcombe owes $400. Questions: oliver.whitcombe@school.test",
      "Oliver Whitcombe (grade 3) was sent home.\nowhitcombe@school.test", "Coach Oliver Whitcombe owes $400.",
      "Teacher: Oliver Whitcombe (2nd grade)", "Whitcombe, Oliver has a peanut allergy, owhitcombe@school.test",
      "Coach Oliver Whitcombe's mother")  # fmt: skip
def test_neither_a_post_nor_a_mail_address_makes_a_colleague_of_whom_a_pupils_data_is_told(text: str):
    staff = Known(staff=("Oliver Whitcombe",), emails=("owhitcombe@school.test", "oliver.whitcombe@school.test"))
    assert _blocks(text, staff)


def test_a_colleague_whose_name_is_kept_with_a_title_is_told_by_it():
    assert _judged("Mr. Oliver Whitcombe teaches.", Known(staff=("Mr. Oliver Whitcombe",))) == Clear()
    assert _blocks("Oliver Whitcombe was late.", Known(staff=("Mr. Oliver Whitcombe",)))


@each(
    "Student number 100400",
    "born 8/10/2014, Oliver Whitcombe",
    "704 555 0170",
    "home0@families.test",
    "Helena Whitcombe",
)
def test_that_decides_nothing_where_other_data_of_the_child_stand(text: str):
    known = Known(staff=("Oliver Whitcombe",))
    assert _blocks(f"Mr. Oliver Whitcombe teaches grade 3.\n\n{text}", known)
    verdict = _judged(f"Teacher: Oliver Whitcombe\n\n{text}", known)
    assert isinstance(verdict, Blocked)
    assert verdict.people >= {"child0"}


@each("Mr. {}", "Teacher: {}", "{}, principal", "Sincerely,\n{}")
def test_three_of_them_are_a_list_whatever_is_said_of_each(text: str):
    said = "\n\n".join(text.format(name) for name in NAMES[:3])
    verdict = _judged(said, Known(staff=NAMES))
    assert isinstance(verdict, Blocked)
    assert verdict.roster_shaped
    assert _judged(text.format(NAMES[0]), Known(staff=NAMES)) == Clear()


@each("{}, teacher", "Principal {}")
def test_guardians_who_work_here_may_stand_on_a_list_of_staff(text: str):
    said = "\n\n".join(text.format(name) for name in GUARDIANS)
    assert _judged(said, Known(staff=GUARDIANS)) == Clear()
    assert _blocks(said, Known())
    assert _blocks("\n\n".join(f"Mrs. {name} owes $400" for name in GUARDIANS), Known(staff=GUARDIANS)), "parents, too"
    assert _blocks("\n".join(GUARDIANS), Known(staff=GUARDIANS))


HOMES = tuple(f"home{at}@families.test" for at in range(5))
PHONES = tuple(f"704 555 017{at}" for at in range(5))


@pytest.mark.parametrize(("texts", "known"), [(HOMES, Known(emails=HOMES)), (PHONES, Known(phones=PHONES))])
def test_families_addresses_and_phones_are_a_list_though_all_are_called_ours(texts: tuple[str, ...], known: Known):
    verdict = _judged("\n".join(f"{one}: $400" for one in texts), known)
    assert isinstance(verdict, Blocked)
    assert verdict.roster_shaped
    for one, other in combinations(texts[:3], 2):
        assert _judged(f"Ask {one} or {other}.", known) == Clear(), "of a guardian who works here"


def test_the_contact_of_the_organisation_is_the_guardians_where_the_family_is_named():
    known = Known(emails=(HOMES[0],), phones=(PHONES[0],))
    for text in (f"Oliver Whitcombe, {PHONES[0]}", f"{HOMES[0]}: student 100400"):
        verdict = _judged(text, known)
        assert isinstance(verdict, Blocked)
        assert len(verdict.findings) == 2


def test_the_office_phone_of_a_parent_does_not_say_whose_letter_it_is():
    namesake = child("other", "Oliver", "Barker", "100499")
    index = Roster.of((*PEOPLE, namesake), Known(phones=(PHONES[0],)))
    letter = [Part("page 1", f"Riverbend Schools, {PHONES[0]}. Oliver was late.")]
    verdict = judge(letter, index, frozenset({"child0", "guardian0"}), must_name="child0")
    assert isinstance(verdict, Blocked)
    assert {finding.kind for finding in verdict.findings} == {"addressee-missing"}


def test_a_guardians_mail_address_says_of_no_name_that_a_colleague_is_meant():
    known = Known(staff=NAMES, emails=("whitcombe@families.test",))
    guardian = Person("guardian", "g", frozenset({"child0"}), "Helen", "Barker", ("whitcombe@families.test",))
    verdict = judge(
        [Part("page 1", "Oliver Whitcombe, whitcombe@families.test")], Roster.of((*PEOPLE, guardian), known)
    )
    assert isinstance(verdict, Blocked)


@each("Oliver Whitcombe Elementary opens at 8.", "the Oliver Whitcombe Reading Hour")
def test_a_longer_name_of_a_site_or_program_is_no_child_unless_the_child_is_told_of(text: str):
    known = Known(phrases=("Oliver Whitcombe Elementary", "Oliver Whitcombe Reading Hour", "Oliver Whitcombe Grade 3"))
    assert _judged(text, known) == Clear()
    assert _blocks(f"{text} Student 100400", known)
    assert _blocks("Oliver Whitcombe (grade 3)", known)


def test_the_office_phone_that_a_namesakes_parent_has_too_stops_no_letter():
    """A letterhead has the office's phone; the child's own name is no second sign of the other family."""
    namesake = child("other", "Oliver", "Whitcombe", "100499")
    parent = Person("guardian", "parent", frozenset({"other"}), "Rosalind", "Whitcombe", (), ("+1 704 555 0100",))
    index = Roster.of((*PEOPLE, namesake, parent), Known(phones=("the office, 555 0100", "704 555 0100")))
    letter = "Riverbend Schools, 704 555 0100. Dear family of Oliver Whitcombe, 100400"
    allowed = frozenset({"child0", "guardian0"})
    assert judge([Part("page 1", letter)], index, allowed, must_name="child0") == Clear()
    assert isinstance(judge([Part("page 1", f"{letter}, and Rosalind Whitcombe")], index, allowed), Blocked)
    assert isinstance(judge([Part("page 1", f"{letter}. See 100499")], index, allowed), Blocked)
