"""The cast of the guard's tests: children and guardians whose names are written in many ways."""

from datetime import date
from functools import partial

import pytest

from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import Blocked, Clear, judge
from portal.reading.reader import Part


def each(*cases: str) -> pytest.MarkDecorator:
    """Return the mark by which a test is run for each text."""
    return pytest.mark.parametrize("text", cases)


def child(name: str, given_name: str, family_name: str, number: str, born: date | None = None) -> Person:
    return Person("child", name, frozenset({name}), given_name, family_name, numbers=(number,), birth_date=born)


CHILDREN = (
    child("ana", "Ana", "Rivera", "100231", date(2014, 8, 25)),
    child("ana sofia", "Ana Sofia", "Rivera", "100299"),
    child("linda", "Linda", "García Márquez", "100300"),
    child("xiaoming", "Xiaoming", "Zhang", "100301"),
    child("xiao yu", "Xiao Yu", "Wang", "100302"),
    child("mohammed", "Mohammed", "Al-Khatib", "100303"),
    child("ahmed", "Ahmed", "Hassan", "100304"),
    child("jurgen", "Jürgen", "Müller", "100305"),
    child("soren", "Søren", "Jørgensen", "100306"),
    child("dorde", "Đorđe", "Đokić", "100307"),
    child("grace park", "Grace", "Park", "100308", date(2015, 3, 4)),
    child("may", "May", "Day", "100309"),
    child("will", "Will", "Young", "100310"),
    child("bill", "Bill", "Day", "100311"),
    child("alice", "Alice", "Harper", "100312"),
    child("owen", "Owen", "Harper", "100313"),
    child("grace marsh", "Grace", "Marsh", "100314"),
    child("kate", "Kate", "St. John", "100315"),
    child("maria", "María José", "de la Cruz", "100316"),
    child("nora", "Nora", "O'Neill", "100317"),
    child("chloe", "Chloé", "D'Aubigné", "100318"),
    child("billy", "Billy", "Ashby-Crane", "100319"),
    child("anna", "Анна", "Иванова", "100320"),
    child("guadalupe", "Guadalupe Itzel", "Ocampo", "100321"),
    child("sarah", "Sarah Jane", "Whitlock", "100322"),
    child("petra", "Petra", "Kowalczyk", "100323"),
    child("grace thompson", "Grace", "Thompson", "100324"),
    child("hunter", "Hunter", "Green", "100325"),
    child("martin", "Martin", "King", "100326"),
    child("emily", "Emily", "Johnson", "100327"),
    child("li", "小明", "李", "100328"),
    child("wei", "伟", "王", "100329"),
    child("oliver", "Oliver", "Whitcombe", "100331"),
    child("katya", "Yekaterina", "Vasilyeva", "100332"),
    child("thaddeus", "Thaddeus", "Quimby", "100334"),
    child("robert", "Robert James", "Pemberlane", "100335"),
    child("lupita", "Lupita", "Zaragaña", "100336"),
    child("meiling", "Mei-Ling", "Chen", "100337"),
    child("yating", "雅婷", "林", "100338"),
    child("ming", "Ming", "Zhao", "100339"),
    child("saoirse", "Saoirse", "MacGilloway", "100333"),
    child("layla", "ليلى", "الحداد", "100330"),
    child("jiaxin", "Jiaxin", "Ouyang", "100341"),
    child("haruka", "Haruka", "Yamada", "100340"),
)
GUARDIANS = (
    Person(
        "guardian", "carmen", frozenset({"ana"}), "Carmen", "Rivera", ("carmen.rivera@home.test",), ("+1 704 555 0134",)
    ),
    Person(
        "guardian", "soo-jin", frozenset({"grace park"}), "Soo-Jin", "Park", ("sj.park@home.test",), ("704-555-0177",)
    ),
    Person("guardian", "pierre", frozenset({"chloe"}), "Pierre", "Lefèvre", (), ("+33 6 12 34 56 78",)),
)
KNOWN = Known(
    phrases=("Rivera Elementary", "Grace Park Elementary", "Petra Kowalczyk Reading Hour"),
    staff=("Owen Marsh", "Nadia El Amin"),
    emails=("office@school.test",),
    phones=("704 555 0100",),
)
ROSTER = Roster.of((*CHILDREN, *GUARDIANS), KNOWN)


def judge_text(text: str, roster: Roster = ROSTER, allowed: frozenset[str] = frozenset()) -> Clear | Blocked:
    return judge([Part("page 1", text)], roster, allowed)


def is_found(name: str, read: str, *, by_ocr: bool = True) -> bool:
    """Whether the only child on a roster is found by name in a line that reads so, in a picture or in sure letters."""
    roster = Roster.of([child("one", *name.split(), "100400")], Known())
    return isinstance(judge([Part("page 1", f"{read} is in grade 3.", by_ocr=by_ocr)], roster), Blocked)


def people_in(
    text: str, roster: Roster, allowed: frozenset[str] = frozenset(), *, by_ocr: bool = False
) -> frozenset[str]:
    """Return the ids of whom a text that is all of a file names without being allowed to."""
    verdict = judge([Part("page 1", text, by_ocr=by_ocr)], roster, allowed)
    return verdict.people if isinstance(verdict, Blocked) else frozenset()


named = partial(people_in, roster=ROSTER)


def found(text: str, *, by_ocr: bool = False) -> set[str]:
    verdict = judge([Part("page 1", text, by_ocr=by_ocr)], ROSTER)
    return {finding.kind for finding in verdict.findings} if isinstance(verdict, Blocked) else set()


def names_anybody(text: str, roster: Roster) -> bool:
    """Whether the guard stops a text that is all of a file."""
    return judge_text(text, roster) != Clear()
