"""What a roster adds, changes and ends; what it never touches; and when it is refused as a whole."""

import json
import random

import pytest
from sqlmodel import Session, col, func, select, text

from portal.families.errors import EmptyRoster, FamiliesChanged, LargeDrop, RosterHasDefects
from portal.families.rules import Changes, Tally, open_private
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterVersion
from portal.flows.people.import_roster import check_roster, compare_roster, fingerprint, import_roster
from portal.kernel.storage.db import Workbench
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Wanted
from portal.rosters.caged import read_roster
from portal.rosters.fields.values import Report
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.district import Cells, Office, everybody, row, stranger, tie_of, without

NOTHING = Tally(0, 0, 0, 0)


def versions(office: Office) -> list[int]:
    with office.house.db.read() as session:
        return sorted(session.exec(select(RosterVersion.number)).all())


def newest_entry(session: Session) -> dict[str, object]:
    return json.loads(ledger.search(session, Wanted(), limit=1)[0].body)


def places(office: Office, child: str) -> set[tuple[str, str]]:
    with office.house.db.read() as session:
        query = select(Enrolment.site, Enrolment.program).where(Enrolment.child_id == child)
        return set(session.exec(query).all())


def test_a_first_roster_brings_everybody(office: Office) -> None:
    assert office.take_in(everybody()).roster == 1
    assert office.ties() == {tie_of(each) for each in everybody()}
    assert office.seen[-1].named == (4, 5, 7)
    ana, carla, emeka = office.child("100001"), office.guardian("g-carla"), office.guardian("g-emeka")
    assert (ana.given_name, ana.grade, ana.left_at, ana.seen_at) == ("Ana", "2", None, office.house.clock())
    assert places(office, ana.id) == {("Maple", "After School")}
    assert (carla.address, carla.address_key) == ("carla.rivera@mail.example.org",) * 2
    tie = office.guardianship(emeka.id, office.child("100006").id)
    assert (tie.basis, tie.may_view, tie.starts_at) == ("roster", False, office.house.clock())


def test_postgresql_plans_for_as_many_rows_as_an_import_brought_and_sqlite_whatever_there_are(office: Office) -> None:
    office.take_in(everybody())
    with office.house.db.read() as session:
        if office.house.db.is_sqlite:
            assert session.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")).all() == []
            return
        query = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")
        for name, rows in (("child", 4), ("guardian", 5), ("guardianship", 7)):
            assert session.execute(query, {"name": name}).scalar_one() == rows, name


def test_an_import_is_in_the_ledger_with_counts_and_the_files_hash(office: Office) -> None:
    office.take_in(everybody())
    with office.house.db.read() as session:
        entry = newest_entry(session)
        kept = session.exec(select(RosterVersion)).one()
    assert (entry["act"], entry["by"], entry["roster"]) == ("roster:import", "cli:office", 1)
    assert entry["sha256"] == kept.content_sha256 == fingerprint(office.path)
    assert (entry["children_added"], entry["guardianships_added"], entry["links"]) == (4, 7, 0)
    assert "Rivera" not in json.dumps(entry)


def test_the_same_roster_again_changes_nothing_and_voids_no_check(office: Office, clock: Watch) -> None:
    rows = [each | {"birth_date": "2018-03-04", "guardian_mobile": "(206) 555-0101"} for each in everybody()]
    office.take_in(rows)
    with office.house.db.read() as session:
        before = ledger.head(session)
    clock.forward(days=1)
    assert office.take_in(rows).roster == 1
    assert office.seen[-1].is_nothing
    assert versions(office) == [1]
    with office.house.db.read() as session:
        assert ledger.head(session) == before


@pytest.mark.usefixtures("cast")
def test_a_roster_is_compared_with_what_is_on_file_whoever_put_it_there(office: Office) -> None:
    office.take_in(everybody())
    assert office.seen[-1].is_nothing


def test_phones_and_birth_dates_are_sealed_and_sealed_anew_only_when_they_change(office: Office) -> None:
    rows = [
        stranger(1, birth_date="2018-03-04", guardian_mobile="(206) 555-0101", guardian_home_phone="(206) 555-0102")
    ]
    office.take_in(rows)
    child, before = office.child("200001"), office.guardian("h-1")
    assert before.mobile_sealed
    assert b"555" not in before.mobile_sealed
    assert child.birth_date_sealed
    assert open_private(office.house.keys, child.id, "birth_date", child.birth_date_sealed) == "2018-03-04"
    office.take_in([rows[0] | {"guardian_mobile": "(206) 555-0199"}])
    after = office.guardian("h-1")
    assert after.home_phone_sealed == before.home_phone_sealed
    assert after.mobile_sealed != before.mobile_sealed
    assert office.seen[-1].guardians == Tally(0, 0, 1, 0)
    assert office.seen[-1].children == NOTHING


def test_a_changed_name_grade_or_place_is_brought_up_to_date(office: Office, cast: Cast) -> None:
    changed = {"child_given_name": "Ana María", "grade": "3", "site": "Oak", "program": "Homework Club"}
    office.take_in([each | changed if each["child_id"] == "100001" else each for each in everybody()])
    ana = office.child("100001")
    assert (ana.id, ana.given_name, ana.grade) == (cast.ana, "Ana María", "3")
    assert places(office, ana.id) == {("Oak", "Homework Club")}
    assert office.seen[-1].children == Tally(0, 0, 1, 0)
    assert office.seen[-1].guardianships == NOTHING


def test_a_child_moved_to_another_place_alone_counts_as_changed(office: Office, cast: Cast) -> None:
    office.take_in([each | {"site": "Oak"} if each["child_id"] == "100004" else each for each in everybody()])
    assert places(office, cast.other_ana) == {("Oak", "After School")}
    assert places(office, cast.ana) == {("Maple", "After School")}
    assert office.seen[-1].children == Tally(0, 0, 1, 0)


def test_who_is_not_on_the_roster_any_more_has_left_and_comes_back_as_the_same(
    office: Office, cast: Cast, clock: Watch
) -> None:
    stay = [each for each in everybody() if each["child_id"] != "100006"]
    left_at = clock.now
    office.take_in(stay)
    assert office.child("100006").left_at == office.guardian("g-ngozi").left_at == left_at
    assert office.guardianship(cast.ngozi, cast.sam).ends_at == left_at
    assert office.ties() == {tie_of(each) for each in stay}
    assert (office.seen[-1].children.removed, office.seen[-1].guardians.removed) == (1, 2)
    clock.forward(days=30)
    office.take_in(everybody())
    sam, tie = office.child("100006"), office.guardianship(cast.ngozi, cast.sam)
    assert (sam.id, sam.left_at) == (cast.sam, None)
    assert (tie.starts_at, tie.ends_at) == (clock.now, None)
    assert office.seen[-1].children == Tally(0, 1, 0, 0)
    assert office.guardianship(cast.emeka, cast.sam).may_view is False


def test_a_roster_that_does_not_say_who_may_receive_keeps_what_was_said(office: Office, cast: Cast) -> None:
    silent = [each | {"may_receive": ""} for each in everybody()]
    office.take_in([*silent, stranger(1)])
    assert office.guardianship(cast.emeka, cast.sam).may_view is False
    assert office.guardianship(office.guardian("h-1").id, office.child("200001").id).may_view is True


def test_what_staff_made_by_hand_stays_whatever_the_roster_says(office: Office, cast: Cast, clock: Watch) -> None:
    with office.house.db.write() as session:
        aunt = Guardian(source_id="by-hand-1", given_name="Uju", family_name="Okafor", seen_at=clock.now)
        session.add(aunt)
        session.flush()
        session.add(Guardianship(guardian_id=aunt.id, child_id=cast.sam, basis="court", starts_at=clock.now))
        corrected = session.get_one(Guardianship, (cast.diego, cast.ana))
        corrected.basis, corrected.may_view = "court", False
        session.add(corrected)
    office.take_in(everybody())
    assert office.guardianship(aunt.id, cast.sam).ends_at is None
    assert office.guardian("by-hand-1").left_at is None
    assert office.guardianship(cast.diego, cast.ana).may_view is False
    assert office.seen[-1].differing == 1
    assert [(each.what, each.student_number, each.guardian_source) for each in office.seen[-1].examples] == [
        ("kept", "100001", "g-diego")
    ]


def test_two_children_may_swap_their_source_ids(office: Office, cast: Cast) -> None:
    with office.house.db.write() as session:
        ana, luis = session.get_one(Child, cast.ana), session.get_one(Child, cast.luis)
        luis.source_id = "100009"
        session.add(luis)
        session.flush()
        ana.source_id = "100002"
        session.add(ana)
        session.flush()
        luis.source_id = "100001"
        session.add(luis)
    office.take_in(everybody())
    assert (office.child("100001").source_id, office.child("100002").source_id) == ("100001", "100002")
    assert office.ties() == {tie_of(each) for each in everybody()}


def test_the_first_changes_are_shown_by_number_and_never_by_name(office: Office, cast: Cast) -> None:  # noqa: ARG001 - they are on file
    office.take_in([*without("ana", "diego"), stranger(1)])
    shown = [(each.what, each.student_number, each.guardian_source) for each in office.seen[-1].examples]
    assert shown == [("added", "200001", "h-1"), ("removed", "100001", "g-diego")]


def school(children: int) -> list[Cells]:
    return [stranger(number) for number in range(children)]


def test_a_tenth_of_the_guardianships_may_end_without_a_word(office: Office) -> None:
    office.take_in(school(20))
    office.take_in(school(18), accept_drop=False)
    assert len(office.ties()) == 18


def test_more_than_a_tenth_is_refused_in_numbers_and_changes_nothing(office: Office) -> None:
    office.take_in(school(20))
    with pytest.raises(LargeDrop, match=r"^3 of 20 guardianships would end .* --accept-drop\.$"):
        office.take_in(school(17), accept_drop=False)
    assert len(office.ties()) == 20
    assert versions(office) == [1]
    office.take_in(school(17), accept_drop=True)
    assert len(office.ties()) == 17


@pytest.mark.usefixtures("cast")
def test_an_empty_roster_is_refused_even_if_a_drop_is_accepted(office: Office) -> None:
    with pytest.raises(EmptyRoster):
        office.take_in([], accept_drop=True)
    assert len(office.ties()) == 7


def test_one_wrong_row_stops_all_rows_unless_it_may_be_left_out(office: Office) -> None:
    rows = [*everybody(), stranger(1, guardian_email="huda@mail.example.org, noor@mail.example.org")]
    with pytest.raises(RosterHasDefects, match=r"^1 cell of this roster cannot be right"):
        office.take_in(rows)
    assert office.ties() == set()
    office.take_in(rows, skip_bad_rows=True)
    assert office.ties() == {tie_of(each) for each in everybody()}


def test_a_sound_roster_passes_the_check(office: Office) -> None:
    office.take_in(everybody())
    check_roster(office.seen[-1], Report(), accept_drop=False, skip_bad_rows=False)


def _write_then_crash(office: Office, bench: Workbench, changes: Changes) -> None:
    now = office.house.clock()
    with bench.write() as session:
        import_roster(session, office.house.keys, changes, format_="flat", sha256="0" * 64, by="cli:office", now=now)
        _ = 1 / 0


def test_a_crash_before_the_end_leaves_everything_as_it_was(office: Office, cast: Cast, clock: Watch) -> None:
    with office.house.db.read() as session:
        before = ledger.head(session)
    with office.house.db.workbench() as bench:
        changes = office.compare(bench, [*without("sam", "ngozi"), *school(30)], now=clock.now)
        with pytest.raises(ZeroDivisionError):
            _write_then_crash(office, bench, changes)
    assert office.ties() == {tie_of(each) for each in everybody()}
    assert office.guardianship(cast.ngozi, cast.sam).ends_at is None
    assert versions(office) == [1]
    with office.house.db.read() as session:
        assert ledger.head(session) == before


@pytest.mark.usefixtures("cast")
def test_others_write_while_a_roster_is_compared(office: Office, clock: Watch) -> None:
    keys = office.house.keys
    with office.house.db.workbench() as bench:
        with bench.staging() as connection:
            with read_roster(office.write([*everybody(), *school(50)]), clock.now.date()) as roster:
                changes = compare_roster(connection, keys, roster, now=clock.now, tell=lambda _: None)
            with office.house.db.write() as session:
                ledger.append(session, keys, [Act("test:write", "cli:other")], now=clock.now)
        with bench.write() as session:
            import_roster(session, keys, changes, format_="flat", sha256="0" * 64, by="cli:office", now=clock.now)
    with office.house.db.read() as session:
        assert [each.act for each in ledger.search(session, Wanted(), limit=2)] == ["roster:import", "test:write"]


def test_of_two_imports_at_once_the_second_is_told_to_look_again(office: Office, clock: Watch) -> None:
    with office.house.db.workbench() as slow:
        stale = office.compare(slow, school(3), now=clock.now)
        office.take_in(everybody())
        with pytest.raises(FamiliesChanged), slow.write() as session:
            import_roster(
                session, office.house.keys, stale, format_="flat", sha256="0" * 64, by="cli:office", now=clock.now
            )
    assert office.ties() == {tie_of(each) for each in everybody()}


def test_after_any_roster_the_families_are_what_it_says_and_say_it_twice(office: Office, clock: Watch) -> None:
    dice = random.Random(6)
    possible = [row(child, guardian) for child in ("ana", "luis", "sam") for guardian in ("carla", "diego", "ngozi")]
    for _ in range(12):
        clock.forward(days=1)
        may_receive = {tie_of(each): dice.choice(["yes", "no"]) for each in possible}
        rows = [each | {"may_receive": may_receive[tie_of(each)]} for each in dice.sample(possible, dice.randint(1, 9))]
        office.take_in(rows)
        assert office.ties() == {tie_of(each) for each in rows}
        with office.house.db.read() as session:
            on_roster = set(session.exec(select(Child.student_number).where(col(Child.left_at).is_(None))).all())
            allowed = session.exec(
                select(func.count()).where(col(Guardianship.ends_at).is_(None), col(Guardianship.may_view).is_(True))
            ).one()
        assert on_roster == {each["child_id"] for each in rows}
        assert allowed == sum(each["may_receive"] == "yes" for each in rows)
        office.take_in(rows)
        assert office.seen[-1].is_nothing
