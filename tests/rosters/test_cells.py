"""What people type into cells, cell by cell."""

from datetime import date

import pytest

from portal.rosters.fields import cells
from portal.rosters.fields.dates import Order, day
from portal.rosters.fields.headings import heading


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("02", "2"),
        ("2nd", "2"),
        ("Grade 3", "3"),
        ("12", "12"),
        ("KG", "K"),
        ("kindergarten", "K"),
        ("pk", "PK"),
        ("", ""),
    ],
)
def test_grades_come_in_one_spelling(written: str, meant: str):
    assert cells.grade(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Spanish", "es"),
        ("es", "es"),
        ("en-US", "en-us"),
        ("Tiếng Việt", "vi"),
        ("spa", "es"),
        ("", ""),
        ("Old Norse", "Old Norse"),
    ],
)
def test_languages_come_as_tags(written: str, meant: str):
    assert cells.language(written) == meant


@pytest.mark.parametrize("written", ["+1 (206) 555-0101", "206.555.0101 x12", "2065550101 ext. 3", "555-0101"])
def test_phones_stay_as_written(written: str):
    assert cells.phone(f" {written} ") == written


@pytest.mark.parametrize("written", ["555-01", "n/a", "1234567890123456", "206 555 0101 (mother only)"])
def test_what_is_no_phone_is_said(written: str):
    with pytest.raises(cells.BadCell):
        cells.phone(written)


@pytest.mark.parametrize(
    ("written", "meant"), [("100001.0", "100001"), ("00123", "00123"), ("A-1.0", "A-1.0"), ("100001.5", "100001.5")]
)
def test_an_id_loses_the_decimals_a_spreadsheet_gave_it(written: str, meant: str):
    assert cells.number(written) == meant


@pytest.mark.parametrize("written", ["1.00002E+05", "1,2e+11"])
def test_an_id_that_a_spreadsheet_shortened_is_said(written: str):
    with pytest.raises(cells.BadCell, match="shortened"):
        cells.needed_number(written)


@pytest.mark.parametrize("written", ["3/4/2018 0:00", "03/04/2018 12:00:00 AM", "2018-03-04 00:00:00"])
def test_a_date_may_carry_its_midnight(written: str):
    assert day(written, Order.MONTH_FIRST, date(2026, 9, 1)) == date(2018, 3, 4)


def test_names_are_composed_and_their_blanks_tidied():
    assert cells.name(" Zoe\u0308 \u00a0 Ann ") == "Zoë Ann"


@pytest.mark.parametrize(
    "header", ["Email", "Phone", "Student Email", "Student Medical ID", "Emergency Contact 1 Email", "Parent 9 Email",
               "Parent 1 Password", "Race", "Preferred Name", "ID", ""]
)  # fmt: skip
def test_what_is_not_surely_meant_is_not_taken(header: str):
    assert heading(header) is None


@pytest.mark.parametrize(
    ("header", "key"),
    [("Child’s First Name", "child_given_name"), ("Parent/Guardian 2 Cell Phone", "guardian_mobile 2"),
     ("guardian_1_email", "guardian_email"), ("Mother's E-mail", "guardian_email mother"), ("StudentID", "child_id"),
     ("Student ID #", "child_id"), ("Student #", "child_id"), ("Mom's Cell", "guardian_mobile mother"),
     ("Parent(s) Email", "guardian_email"), ("Student Name (Last, First)", "child_name"),
     ("DOB", "birth_date"), ("Home Language", "language"), ("school", "site")],
)  # fmt: skip
def test_headers_are_known_in_many_spellings(header: str, key: str):
    found = heading(header)
    assert found
    assert found.key == key
