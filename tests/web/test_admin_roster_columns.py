"""What the columns of a roster hold, and what else a file leaves open, is chosen in the browser on one page."""

import re

import pytest
from starlette.testclient import TestClient

from portal.wiring import House
from tests.cast import Cast
from tests.rosters.test_sds import FILES
from tests.web.desks import text_of
from tests.web.each_desk import zipped
from tests.web.roster_desk import KNOWN, ODD, Office


@pytest.fixture
def ida(site: TestClient, house: House, cast: Cast) -> Office:
    return Office(site, house, cast.admin)


def test_two_columns_for_one_thing_are_asked_about_and_none_left_open(ida: Office) -> None:
    page = ida.read(ODD)
    answer = ida.choose(page, Perm_Ref="guardian_email")
    assert answer.status_code == 400
    said = text_of(answer.text)
    assert "Two columns are said to hold this. Choose one of them." in said
    assert "Every roster needs the student number. Choose which column holds it." in said
    answer = ida.choose(page, Perm_Ref="child_id", Reach_at="nonsense")
    assert "Choose what this column holds, or leave it out." in text_of(answer.text)
    assert ida.choose(page, Perm_Ref="child_id", Reach_at="drop").status_code == 303


def test_phones_and_names_in_unknown_columns_have_to_be_chosen_and_others_are_left_out(ida: Office) -> None:
    header, *rows = KNOWN.splitlines()
    odd = "\n".join([f"{header},Ring,Fees", *(f"{one},206-555-010{n},12" for n, one in enumerate(rows))])
    page = ida.read(odd)
    assert "It holds 6 phone numbers." in text_of(page)
    assert ida.choose(page).status_code == 400
    assert ida.choose(page, Ring="guardian_mobile").status_code == 303
    ida.work()
    assert "Ring as guardian_mobile" in text_of(ida.page())


def test_dates_that_say_no_order_are_asked_for(ida: Office) -> None:
    header, *rows = KNOWN.splitlines()
    dated = "\n".join([f"{header},DOB", *(f"{one},{n + 1}/4/2018" for n, one in enumerate(rows))])
    page = ida.read(dated)
    assert "How are dates written?" in page
    answer = ida.choose(page)
    assert answer.status_code == 400
    assert "Say how the dates are written." in answer.text
    assert ida.choose(page, dates="day-first").status_code == 303
    ida.work()
    assert "What this roster changes" in ida.page()


def test_half_names_are_confirmed_with_a_tick(ida: Office) -> None:
    halves = KNOWN.replace("Mina Farouk", "Farouk")
    page = ida.read(halves)
    assert "1 guardian has a family name and no given name." in text_of(page)
    says = re.findall(r'name="settle" value="([^"]+)"', page)
    assert ida.choose(page).status_code == 400
    assert ida.choose(page, settle=says[0]).status_code == 303
    ida.work()
    assert "What this roster changes" in ida.page()


def test_a_second_column_of_the_same_header_is_left_out_with_a_tick(ida: Office) -> None:
    header, *rows = KNOWN.splitlines()
    twin = "\n".join([f"{header},Parent Email", *(f"{one},other{n}@example.org" for n, one in enumerate(rows))])
    page = ida.read(twin)
    assert "Take the first column “Parent Email”, and leave the others out" in page
    assert ida.choose(page, settle=re.findall(r'name="settle" value="([^"]+)"', page)[0]).status_code == 303
    ida.work()
    assert "What this roster changes" in ida.page()


def test_a_column_without_a_header_can_be_chosen(ida: Office) -> None:
    bare = KNOWN.replace("Parent Email", "")
    page = ida.read(bare)
    assert "column 5" in page
    assert ida.choose(page).status_code == 303
    ida.work()
    assert "column 5" not in text_of(ida.page()).partition("By names")[0]
    assert "The roster is imported" in ida.imported_with(drop="7")


def test_what_a_zip_leaves_open_is_confirmed_with_ticks_and_dates_are_asked_for(ida: Office) -> None:
    users = "sourcedId,username,givenName,familyName,email,phone,sms,secondMail\n"
    users += "7001,a,Lin,Hart,,,,\nc1,,Petra,,petra@example.org,,,other@example.org\n"
    files = FILES | {"users": users, "demographics": "userSourcedId,birthDate\n7001,3/4/2018\n"}
    files |= {"relationships": "userSourcedId,relationshipUserSourcedId,relationshipRole\n7001,c1,parent\n"}
    files |= {"roles": FILES["roles"].partition("7002")[0], "enrollments": FILES["enrollments"].partition("k,t1")[0]}
    page = ida.read(zipped({f"{name}.csv": text.encode() for name, text in files.items()}), "export.zip")
    said = text_of(page)
    assert "Leave out “secondMail”" in said
    assert "1 guardian has a given name and no family name." in said
    assert "How are dates written?" in said
    answer = ida.post("columns")
    assert answer.status_code == 400
    assert "Confirm each of these" in text_of(answer.text)
    ticks = re.findall(r'name="settle" value="([^"]+)"', page)
    fields = {"form_token": ida.token, "settle": ticks, "dates": "day-first"}
    assert ida.site.post(f"{ida.path}/columns", data=fields).status_code == 303
    ida.work()
    assert "What this roster changes" in ida.page()
