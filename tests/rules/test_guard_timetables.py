"""Stops of a bus that are called as children are, and children by the hour at which they are picked up."""

import pytest

from portal.guard.roster.index import Known, Roster
from portal.guard.rules import Blocked, judge
from portal.reading.reader import Part
from tests.rules.guarded import child, each

CHILDREN = (
    child("oak", "Oak", "Park", "1"),
    child("grace", "Grace", "Hill", "100277"),
    child("may", "May", "Field", "3"),
    child("rose", "Rose", "Garden", "4"),
    child("anouk", "Anouk", "Quimbly", "5"),
)
ROSTER = Roster.of(CHILDREN, Known())
STOPS = ("Oak Park\t7:05\t15:10", "Grace Hill\t7:15\t15:20", "May Field\t7:25\t15:30", "5th St & Main\t7:30\t15:40")

BORN = ("12.04.15", "3.05.2016", "01.02.14")


def judged(*rows: str) -> tuple[bool, frozenset[str]]:
    """Return whether some rows are a list, and who is named in them."""
    verdict = judge([Part("sheet 1, rows", "\n\n".join(rows))], ROSTER)
    return (verdict.roster_shaped, verdict.people) if isinstance(verdict, Blocked) else (False, frozenset())


@each(
    "Stop\tMorning\tAfternoon",
    "Bus stop\tAM\tPM",
    "STOP NAME\tPick-up\tDrop-off",
    "Parada\tMañana\tTarde",
    "Haltestelle\tAbfahrt\tAnkunft",
    "Bus routes 2026\n\nStop\tRoute 1\tRoute 2",
    "Stop\tRoute\t\n\n\tArrive\tDepart",
    "Stop\tMorning\tAfternoon\n\nRoute 12",
    "Stop\tMonday\tFriday",
)
def test_stops_below_their_head_are_no_children(text: str):
    assert judged(text, *STOPS) == (False, frozenset())


def test_stops_may_stand_behind_the_number_of_their_bus_and_have_hours_left_out():
    assert judged(
        "Route\tStop\tAM\tPM",
        "12\tOak Park\t07:05:00\t-",
        "12\tGrace Hill\t\t3:20 PM",
        "14B\tMay Field\t7.25 a.m.",
    ) == (False, frozenset())


@each(
    "Child\tMorning\tAfternoon",
    "Name\tPick-up\tDrop-off",
    "Morning\tStop\tAfternoon",
    "Student\tAM\tPM",
    "\tAM\tPM",
    "Bus stop pick-up times",
    "Stops",
    "Stop: Main St\t7:05\t15:10",
    "Stop\tAllergies\tPick-up",
    "Rider\tStop\tTime",
    "Stop\tMorning\tAfternoon\n\nRiders",
    "Stop\tAM\tPM\n\nChild\tAM\tPM",
    "Stop\tAM\tPM\n\n5th St\t7:05\t15:10\n\nRiders:",
    "Name\tStop\tTime",
    "Bus stop\n\nAM\tPM",
    "Bus routes",
    "Stop and child\tAM\tPM",
)
def test_children_by_the_hour_are_a_list_whatever_they_are_called(text: str):
    assert judged(text, *STOPS) == (True, {"oak", "grace", "may"})


def test_children_by_the_hour_below_no_head_at_all_are_a_list():
    assert judged(*STOPS) == (True, {"oak", "grace", "may"})
    assert judged("Oak Park\t15:30", "Grace Hill\t15:30", "May Field\t15:30") == (True, {"oak", "grace", "may"})


@pytest.mark.parametrize("more", ["peanuts", "Ms. Pell", "555-0142", "Grade 3", "Oak Elementary"])
def test_a_row_that_tells_more_than_hours_is_no_stop(more: str):
    assert judged("Stop\tPM", *(f"{row}\t{more}" for row in STOPS)) == (True, {"oak", "grace", "may"})


def test_a_birth_date_with_points_is_no_hour():
    stops = (row.partition("\t")[0] for row in STOPS)
    rows = (f"{stop}\t{born}" for stop, born in zip(stops, BORN, strict=False))
    assert judged("Stop\tTime", *rows) == (True, {"oak", "grace", "may"})


def test_a_stop_that_is_no_sign_by_itself_counts_beside_a_sure_one_of_that_child():
    verdict = judge([Part("sheet 1, rows", "\n\n".join(("Stop\tAM\tPM", *STOPS, "Student no. 100277")))], ROSTER)
    assert isinstance(verdict, Blocked)
    assert {found.kind for found in verdict.findings} == {"student-number", "child-name"}
    assert judged("Stop\tAM\tPM", *STOPS, "Student no. 100277")[1] == {"grace"}


def test_children_that_are_called_like_nothing_else_are_found_in_a_timetable():
    assert judged("Stop\tAM\tPM", *STOPS, "Anouk Quimbly\t7:45\t15:50")[1] == {"anouk"}
