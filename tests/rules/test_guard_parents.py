"""Children told by their given name and a parent's family name."""

from functools import partial

import pytest

from portal.guard.roster.index import Known, Person, Roster
from tests.rules import guarded
from tests.rules.guarded import child, each

ROSTER = Roster.of(
    (
        child("sara", "Sara", "Ekdahl", "71147109"),
        child("grace", "Grace", "Ekdahl", "71147110"),
        child("ana", "Ana", "Rivera", "71147111"),
        Person("guardian", "per", frozenset({"sara", "grace"}), "Per", "Ekdahl"),
    ),
    Known(staff=("Vera Holmqvist",)),
)


people_in = partial(guarded.people_in, roster=ROSTER)


@each(
    "Sara (mother: P. Ekdahl) was late today.", "Sara, daughter of P. Ekdahl, sang.", "Sara, child of Mr. Ekdahl.",
    "Child 12: Sara, seat 4. Parent: Ekdahl, tel. on file", "Sara\tGrade 3\tguardian: P. Ekdahl",
    "Sara, hija de P. Ekdahl", "Sara (Mutter: Frau Ekdahl) kam.", "Sara (parent/guardian Ekdahl)",
    "We saw Sara,\nthe daughter of P. Ekdahl, sing.",
    "Sara was absent. Her mother, Mrs. Ekdahl, will call.", "Sara is ill. Her dad Mr. Ekdahl called.",
    "Sara está enferma. Su madre, la señora Ekdahl, llamó.", "Sara fehlt. Ihre Mutter, Frau Ekdahl, rief an.",
)  # fmt: skip
def test_a_child_is_named_by_a_parents_family_name(text: str):
    assert people_in(text) == {"sara"}


@each(
    "Sara Holm, daughter of P. Ekdahl", "Sara (mother: B. Ekdahl)", "Sara and Tom (mother: P. Lindqvist)",
    "Ana (mother: C. Rivera)", "Sara sang. Her mother lives in Ekdahl Street.", "Sara met Tom, son of P. Ekdahl",
    "sara (mother: P. Ekdahl)", "Sara: see P. Ekdahl", "Sara sang.\n\nParent: Ekdahl", "Karin (mother: P. Ekdahl)",
    "Mother Sara Holm; parent Ekdahl", "Grace before meals, says parent Ekdahl",
)  # fmt: skip
def test_another_child_of_a_parent_is_nobody(text: str):
    assert people_in(text) == frozenset()


@pytest.mark.parametrize(
    "name", ["PEkdahl-Sara-report.txt", "SEkdahl-Sara.pdf", "PEkdahl_Sara_3B.docx", "report-PEkdahl-Sara.txt"]
)
def test_an_initial_glued_to_a_family_name_in_a_files_name_does_not_hide_it(name: str):
    assert people_in(name) == {"sara"}


@each("PTAs-Sara.pdf", "SVHolm-Sara.txt", "PTA-Sara-Ek.txt", "TVs-Ekdahl.txt")
def test_other_capitals_in_a_files_name_name_nobody(text: str):
    assert people_in(text) == frozenset()
