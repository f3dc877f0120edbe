"""Microsoft School Data Sync 2.1, as a folder."""

from datetime import date
from pathlib import Path

import pytest

from portal.kernel.errors import WrongCall
from portal.rosters.caged import read_roster
from portal.rosters.fields.answers import answers
from portal.rosters.fields.values import RosterUnreadable

TODAY = date(2026, 9, 1)
FILES = {
    "orgs": "sourcedId,name,type,parentSourcedId\nn,North School,school,\n",
    "users": (
        "sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms\n"
        "7001,lin@school.test,Lin,Hart,secret,,lin@school.test,,\n7002,ada@school.test,Ada,Hart,,,,,\n"
        "c1,,Petra,Hart,,,petra@example.org,,+12065550101\nc2,,Kim,Poe,,,kim@example.org,,\n"
        "t1,uma@school.test,Uma,Fox,,,uma@school.test,,\n"
    ),
    "roles": (
        "userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate\n"
        "7001,n,student,y26,02,true,,\n7002,n,student,y26,KG,true,,2026-06-30\nt1,n,teacher,y26,,true,,\n"
    ),
    "classes": "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId\nk,n,Afternoon Care,y26,\n",
    "enrollments": "classSourcedId,userSourcedId,role\nk,7001,student\nk,t1,teacher\n",
    "demographics": "userSourcedId,sex,birthDate\n7001,x,2018-03-04\n",
    "relationships": (
        "userSourcedId,relationshipUserSourcedId,relationshipRole\n7001,c1,parent\n7001,c2,aide\n7002,c1,parent\n"
    ),
}


def folder(path: Path, **changes: str) -> Path:
    path.mkdir()
    for name, text in (FILES | changes).items():
        if text:
            (path / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return path


def test_children_their_places_and_the_contacts_who_are_guardians(tmp_path: Path) -> None:
    with read_roster(folder(tmp_path / "sds"), TODAY) as roster:
        report = roster.report
        assert report.format == "Microsoft School Data Sync 2.1 (folder)"
        assert report.defects == []
        (lin,) = roster.children()
        assert (lin.student_number, lin.given_name, lin.grade, lin.birth_date) == ("7001", "Lin", "2", date(2018, 3, 4))
        assert [tuple(place) for place in lin.enrolments] == [("Afternoon Care", "North School")]
        assert [one.source_id for one in roster.guardians()] == ["c1"], "an aide is no guardian"
        assert [(one.guardian_source, one.basis) for one in roster.guardianships()] == [("c1", "parent")]
        assert "password" in report.dropped["users.csv"]


def test_who_is_one_childs_parent_is_no_guardian_of_another_whose_emergency_contact_they_are(tmp_path: Path) -> None:
    both = FILES["relationships"] + "7003,c2,guardian\n7001,c3,emergencyContact\n7003,c1,doctor\n"
    users = FILES["users"] + "7003,,Zoe,Poe,,,,,\n"
    roles = FILES["roles"] + "7003,n,student,y26,02,true,,\n"
    with read_roster(folder(tmp_path / "sds", relationships=both, users=users, roles=roles), TODAY) as roster:
        ties = {(one.child_source, one.guardian_source) for one in roster.guardianships()}
        assert ties == {("7001", "c1"), ("7003", "c2")}
        told = " ".join(roster.report.notes)
        assert "this contact is no parent, guardian or relative of this child: 3." in told
        assert "OneRoster" not in told
        assert "grade" not in roster.report.dropped["roles.csv"]


def test_without_relationships_nobody_is_a_guardian(tmp_path: Path) -> None:
    with read_roster(folder(tmp_path / "sds", relationships=""), TODAY) as roster:
        assert list(roster.guardianships()) == []


def test_a_contact_who_is_not_there_is_a_defect(tmp_path: Path) -> None:
    lost = FILES["relationships"] + "7001,c9,parent\n7009,c1,parent\n"
    with read_roster(folder(tmp_path / "sds", relationships=lost), TODAY) as roster:
        places = [(one.file, one.row, one.column, one.sentence) for one in roster.report.defects]
        assert places == [
            ("relationships.csv", 5, "relationshipUserSourcedId", "users.csv has no row with the id c9."),
            ("relationships.csv", 6, "userSourcedId", "users.csv has no row with the id 7009."),
        ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    cut = "userSourcedId,relationshipUserSourcedId\n7001,c1\n"
    with pytest.raises(RosterUnreadable, match=r"relationships\.csv lacks the column relationshipRole"):
        read_roster(folder(tmp_path / "sds", relationships=cut), TODAY)


def test_students_whose_time_had_ended_are_said_to_have_ended(tmp_path: Path) -> None:
    over = FILES["roles"].replace("y26,02,true,,", "y26,02,true,,2026-06-19")
    with read_roster(folder(tmp_path / "sds", roles=over), TODAY) as roster:
        assert list(roster.children()) == []
        assert (roster.report.ended, roster.report.last_end) == (2, date(2026, 6, 30))
        told = " ".join(roster.report.notes)
        assert "Children left out because their time had ended: 2, the last on 2026-06-30." in told
        assert "Left out of agentSourcedIds" not in told, "a child is not left out for being no parent"


@pytest.mark.parametrize(("born", "said", "read"), [("3/4/2018", "day-first", date(2018, 4, 3)),
                                                    ("3/14/2018", None, date(2018, 3, 14))])  # fmt: skip
def test_birth_dates_in_numbers_are_read_by_their_column_or_ask(
    tmp_path: Path, born: str, said: str | None, read: date
) -> None:
    path = folder(tmp_path / "sds", demographics=f"userSourcedId,sex,birthDate\n7001,x,{born}\n")
    with read_roster(path, TODAY, (), answers([], said)) as roster:
        assert not roster.report.doubts
        assert next(roster.children()).birth_date == read
    if said:
        with read_roster(path, TODAY) as roster:
            assert [doubt.kind for doubt in roster.report.doubts] == ["dates"]


def test_a_contact_without_a_family_name_asks_and_may_have_one_name_alone(tmp_path: Path) -> None:
    path = folder(tmp_path / "sds", users=FILES["users"].replace("Petra,Hart", "Petra,"))
    with read_roster(path, TODAY) as roster:
        (doubt,) = roster.report.doubts
        assert doubt.sentence == "1 guardian has a given name and no family name."
    with read_roster(path, TODAY, (), answers(["familyName=guardian_family_name"])) as roster:
        assert not roster.report.doubts
    with pytest.raises(WrongCall):
        read_roster(path, TODAY, (), answers(["familyName=child_id"]))


def test_a_systems_own_column_of_addresses_is_not_dropped_in_silence(tmp_path: Path) -> None:
    head, *rows = FILES["users"].splitlines()
    more = [f"{head},secondEmail,activeDirectoryMatchId2", *(f"{row},c{n}@example.net,x" for n, row in enumerate(rows))]
    path = folder(tmp_path / "sds", users="\n".join(more) + "\n")
    with read_roster(path, TODAY) as roster:
        (doubt,) = roster.report.doubts
        assert doubt.sentence.endswith("would be dropped. It holds 5 mail addresses.")
    with read_roster(path, TODAY, (), answers(["secondEmail=drop"])) as roster:
        assert not roster.report.doubts
        assert roster.report.held["users.csv"]["secondEmail"] == {"cells": 5, "addresses": 5}
