"""The made-up roster has in it what the demo and the tests want to meet."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portal.rosters.caged import read_roster
from portal.rosters.fields.scratch import Roster
from portal.rosters.synthetic import write_synthetic_roster


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roster]:
    path = tmp_path_factory.mktemp("synthetic") / "roster.csv"
    write_synthetic_roster(path)
    with read_roster(path, date(2026, 9, 1)) as roster:
        yield roster


def test_it_has_2900_children_and_about_4600_guardians_and_no_defect(roster: Roster):
    assert roster.report.defects == []
    assert roster.count("child") == 2_900
    assert 4_500 <= roster.count("guardian") <= 4_750


def test_it_has_siblings_two_homes_shared_mailboxes_and_children_with_one_name(roster: Roster):
    ties = list(roster.guardianships())
    assert max(Counter(tie.guardian_source for tie in ties).values()) == 3
    assert max(Counter(tie.child_source for tie in ties).values()) == 4
    mailboxes = Counter(guardian.email.key for guardian in roster.guardians() if guardian.email)
    assert sum(number > 1 for number in mailboxes.values()) > 50
    names = Counter((child.given_name, child.family_name) for child in roster.children())
    assert 15 < sum(number > 1 for number in names.values()) < 400


def test_some_families_have_no_mail_and_some_guardians_may_not_receive(roster: Roster):
    address = {guardian.source_id: guardian.email for guardian in roster.guardians()}
    reached = {tie.child_source for tie in roster.guardianships() if address[tie.guardian_source]}
    assert 50 < roster.count("child") - len(reached) < 200
    barred = [tie for tie in roster.guardianships() if tie.may_view is False]
    assert barred
    shared = Counter(email for email in address.values() if email)
    assert any((email := address[tie.guardian_source]) and shared[email] > 1 for tie in barred)


def test_addresses_are_of_example_org_and_languages_are_seven(roster: Roster):
    guardians = list(roster.guardians())
    assert {guardian.email.text.rpartition("@")[2] for guardian in guardians if guardian.email} == {"example.org"}
    assert {guardian.language for guardian in guardians} == {"en", "es", "vi", "zh", "ar", "fr", "so"}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path):
    first, again, other = (tmp_path / name for name in ("1.csv", "2.csv", "3.csv"))
    write_synthetic_roster(first, children=50)
    write_synthetic_roster(again, children=50)
    write_synthetic_roster(other, children=50, seed=1)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
