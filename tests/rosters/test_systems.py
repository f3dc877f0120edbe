"""Exports of the systems that schools use: each is read without a question, and nobody in it is lost."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from portal.rosters.caged import read_roster

TODAY = date(2026, 9, 1)
Cells = dict[str, str]


@dataclass(frozen=True)
class Export:
    """A file as one system writes it: two children, and the guardians that have to come out of it."""

    rows: tuple[Cells, ...]
    guardians: frozenset[str]
    children: tuple[str, ...] = ("Ada Hart 4101 2016-03-14", "Ben Ueda 4102 2015-11-28")


BOTH = frozenset({"Petra Hart petra@example.org", "Omar Hart omar@example.org", "Ken Ueda ken@example.org"})
ONE_EACH = frozenset({"Petra Hart petra@example.org", "Ken Ueda ken@example.org"})

EXPORTS = {
    "PowerSchool": Export(
        (
            {"Student_Number": "4101", "SchoolID": "12", "First_Name": "Ada", "Middle_Name": "Lin", "Last_Name": "Hart",
             "Grade_Level": "5", "Gender": "F", "DOB": "03/14/2016", "Home_Phone": "206-555-0100", "Mother": "Hart",
             "Mother_First": "Petra", "Mother_Email": "petra@example.org", "Father": "Hart, Omar",
             "Father_First": "Omar", "Father_Email": "omar@example.org", "Emerg_Contact_1": "Ruth Hart",
             "Emerg_Phone_1": "206-555-0190",
             "Doctor_Name": "Ann Ueda", "Doctor_Phone": "206-555-0191", "Street": "4 Elm St", "City": "Hart",
             "State": "WA", "Zip": "98101", "EntryDate": "09/02/2025"},
            {"Student_Number": "4102", "SchoolID": "12", "First_Name": "Ben", "Middle_Name": "", "Last_Name": "Ueda",
             "Grade_Level": "5", "Gender": "M", "DOB": "11/28/2015", "Home_Phone": "206-555-0101", "Mother": "",
             "Mother_First": "", "Mother_Email": "", "Father": "Ueda", "Father_First": "Ken",
             "Father_Email": "ken@example.org", "Emerg_Contact_1": "Ada Ueda", "Emerg_Phone_1": "206-555-0192",
             "Doctor_Name": "Ann Ueda", "Doctor_Phone": "206-555-0191", "Street": "5 Elm St", "City": "Hart",
             "State": "WA", "Zip": "98101", "EntryDate": "09/02/2025"},
        ),
        BOTH,
    ),
    "Infinite Campus": Export(
        (
            {"student.studentNumber": "4101", "student.stateID": "1000004101", "student.lastName": "Hart",
             "student.firstName": "Ada", "student.grade": "05", "student.birthdate": "03/14/2016",
             "sch.schoolName": "North School", "contacts1.lastName": "Hart", "contacts1.firstName": "Petra",
             "contacts1.relationship": "Mother", "contacts1.guardian": "1", "contacts1.email": "petra@example.org",
             "contacts1.cellPhone": "(206)555-0101", "contacts1.workPhone": "(206)555-0171",
             "contacts2.lastName": "Hart", "contacts2.firstName": "Omar", "contacts2.relationship": "Father",
             "contacts2.guardian": "1", "contacts2.email": "omar@example.org"},
            {"student.studentNumber": "4102", "student.stateID": "1000004102", "student.lastName": "Ueda",
             "student.firstName": "Ben", "student.grade": "05", "student.birthdate": "11/28/2015",
             "sch.schoolName": "North School", "contacts1.lastName": "Ueda", "contacts1.firstName": "Ken",
             "contacts1.relationship": "Father", "contacts1.guardian": "1", "contacts1.email": "ken@example.org",
             "contacts1.cellPhone": "(206)555-0102", "contacts1.workPhone": "(206)555-0172",
             "contacts2.lastName": "Poe", "contacts2.firstName": "Vera", "contacts2.relationship": "Neighbor",
             "contacts2.guardian": "0", "contacts2.email": "vera@example.org"},
        ),
        BOTH,
    ),
    "Skyward": Export(
        (
            {"Student Last Name": "Hart", "Student First Name": "Ada", "Other ID": "4101", "Grade": "05",
             "Birthdate": "03/14/2016", "Entity Name": "North School", "Guardian 1 Last Name": "Hart",
             "Guardian 1 First Name": "Petra", "Guardian 1 Home Email": "petra@example.org",
             "Guardian 1 Primary Phone": "206-555-0101", "Guardian 2 Last Name": "Hart",
             "Guardian 2 First Name": "Omar", "Guardian 2 Home Email": "omar@example.org",
             "Guardian 2 Primary Phone": ""},
            {"Student Last Name": "Ueda", "Student First Name": "Ben", "Other ID": "4102", "Grade": "05",
             "Birthdate": "11/28/2015", "Entity Name": "North School", "Guardian 1 Last Name": "Ueda",
             "Guardian 1 First Name": "Ken", "Guardian 1 Home Email": "ken@example.org",
             "Guardian 1 Primary Phone": "206-555-0102", "Guardian 2 Last Name": "", "Guardian 2 First Name": "",
             "Guardian 2 Home Email": "", "Guardian 2 Primary Phone": ""},
        ),
        BOTH,
    ),
    "Aeries": Export(
        (
            {"Student ID": "4101", "Last Name": "Hart", "First Name": "Ada", "Middle Name": "Lin", "Grade": "5",
             "Birthdate": "3/14/2016", "Parent/Guardian": "Petra Hart", "Primary Phone": "(206) 555-0101",
             "Parent Email Address": "petra@example.org", "Student Email Address": "ada@school.example.org",
             "State Student ID": "2065550199"},
            {"Student ID": "4102", "Last Name": "Ueda", "First Name": "Ben", "Middle Name": "", "Grade": "5",
             "Birthdate": "11/28/2015", "Parent/Guardian": "Ken Ueda", "Primary Phone": "(206) 555-0102",
             "Parent Email Address": "ken@example.org", "Student Email Address": "ben@school.example.org",
             "State Student ID": "2065550198"},
        ),
        ONE_EACH,
    ),
    "Arbor": Export(
        (
            {"Admission Number": "4101", "UPN": "A123456789012", "Legal first name": "Ada", "Legal last name": "Hart",
             "Date of birth": "14/03/2016", "Year group": "Year 5", "Registration form": "5B",
             "Primary Guardian": "Mrs Petra Hart", "Primary Guardian Email": "petra@example.org",
             "Primary Guardian Mobile": "07700 900101"},
            {"Admission Number": "4102", "UPN": "A123456789013", "Legal first name": "Ben", "Legal last name": "Ueda",
             "Date of birth": "28/11/2015", "Year group": "Year 5", "Registration form": "5B",
             "Primary Guardian": "Mr Ken Ueda", "Primary Guardian Email": "ken@example.org",
             "Primary Guardian Mobile": "07700 900102"},
        ),
        ONE_EACH,
    ),
    "SIMS": Export(
        (
            {"Adno": "4101", "Legal Surname": "Hart", "Legal Forename": "Ada", "DOB": "14/03/2016", "Year": "5",
             "Reg": "5B", "Priority": "1", "Contact Title": "Mrs", "Contact Forename": "Petra",
             "Contact Surname": "Hart", "Contact Relationship": "Mother", "Parental Responsibility": "T",
             "Contact Home Email": "petra@example.org", "Contact Mobile": "07700 900101"},
            {"Adno": "4101", "Legal Surname": "Hart", "Legal Forename": "Ada", "DOB": "14/03/2016", "Year": "5",
             "Reg": "5B", "Priority": "2", "Contact Title": "Ms", "Contact Forename": "Vera",
             "Contact Surname": "Poe", "Contact Relationship": "Childminder", "Parental Responsibility": "F",
             "Contact Home Email": "vera@example.org", "Contact Mobile": "07700 900103"},
            {"Adno": "4102", "Legal Surname": "Ueda", "Legal Forename": "Ben", "DOB": "28/11/2015", "Year": "5",
             "Reg": "5B", "Priority": "1", "Contact Title": "Mr", "Contact Forename": "Ken",
             "Contact Surname": "Ueda", "Contact Relationship": "Father", "Parental Responsibility": "T",
             "Contact Home Email": "ken@example.org", "Contact Mobile": "07700 900102"},
        ),
        ONE_EACH,
    ),
    "Veracross": Export(
        (
            {"Person ID": "4101", "First Name": "Ada", "Last Name": "Hart", "Birthday": "2016-03-14",
             "Current Grade": "Grade 5", "Parent 1: First Name": "Petra", "Parent 1: Last Name": "Hart",
             "Parent 1: Email 1": "petra@example.org", "Parent 1: Mobile Phone": "206-555-0101",
             "Parent 2: First Name": "Omar", "Parent 2: Last Name": "Hart", "Parent 2: Email 1": "omar@example.org",
             "Parent 2: Mobile Phone": ""},
            {"Person ID": "4102", "First Name": "Ben", "Last Name": "Ueda", "Birthday": "2015-11-28",
             "Current Grade": "Grade 5", "Parent 1: First Name": "Ken", "Parent 1: Last Name": "Ueda",
             "Parent 1: Email 1": "ken@example.org", "Parent 1: Mobile Phone": "206-555-0102",
             "Parent 2: First Name": "", "Parent 2: Last Name": "", "Parent 2: Email 1": "",
             "Parent 2: Mobile Phone": ""},
        ),
        BOTH,
    ),
    "Clever": Export(
        (
            {"School_id": "12", "Student_id": "4101", "Student_number": "4101", "State_id": "1000004101",
             "Last_name": "Hart", "Middle_name": "Lin", "First_name": "Ada", "Grade": "5", "Gender": "F",
             "DOB": "03/14/2016", "Race": "", "Student_email": "ada@school.example.org",
             "Contact_relationship": "Mother", "Contact_type": "family", "Contact_name": "Petra Hart",
             "Contact_phone": "206-555-0101", "Contact_email": "petra@example.org", "Contact_sis_id": "9001"},
            {"School_id": "12", "Student_id": "4102", "Student_number": "4102", "State_id": "1000004102",
             "Last_name": "Ueda", "Middle_name": "", "First_name": "Ben", "Grade": "5", "Gender": "M",
             "DOB": "11/28/2015", "Race": "", "Student_email": "ben@school.example.org",
             "Contact_relationship": "Father", "Contact_type": "family", "Contact_name": "Ken Ueda",
             "Contact_phone": "206-555-0102", "Contact_email": "ken@example.org", "Contact_sis_id": "9002"},
            {"School_id": "12", "Student_id": "4102", "Student_number": "4102", "State_id": "1000004102",
             "Last_name": "Ueda", "Middle_name": "", "First_name": "Ben", "Grade": "5", "Gender": "M",
             "DOB": "11/28/2015", "Race": "", "Student_email": "ben@school.example.org",
             "Contact_relationship": "Doctor", "Contact_type": "emergency", "Contact_name": "Vera Poe",
             "Contact_phone": "206-555-0103", "Contact_email": "vera@example.org", "Contact_sis_id": "9003"},
        ),
        ONE_EACH,
    ),
    "Google Forms": Export(
        (
            {"Timestamp": "9/1/2026 10:11:12", "Email Address": "petra@example.org",
             "What is your child's student ID number?": "4101", "Child's first name": "Ada",
             "Child's last name": "Hart", "Child's date of birth": "3/14/2016", "Your full name": "Petra Hart",
             "Phone number": "206-555-0101",
             "Any allergies?": "nuts"},
            {"Timestamp": "9/1/2026 11:12:13", "Email Address": "ken@example.org",
             "What is your child's student ID number?": "4102", "Child's first name": "Ben",
             "Child's last name": "Ueda", "Child's date of birth": "11/28/2015", "Your full name": "Ken Ueda",
             "Phone number": "206-555-0102",
             "Any allergies?": ""},
        ),
        ONE_EACH,
    ),
}  # fmt: skip


@pytest.mark.parametrize("system", EXPORTS)
def test_an_export_of_a_system_is_read_without_a_question(tmp_path: Path, system: str) -> None:
    export = EXPORTS[system]
    with (tmp_path / "export.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(export.rows[0]))
        writer.writeheader()
        writer.writerows(export.rows)
    with read_roster(tmp_path / "export.csv", TODAY) as roster:
        assert [str(doubt) for doubt in roster.report.doubts] == []
        assert [str(defect) for defect in roster.report.defects] == []
        named = {f"{one.given_name} {one.family_name} {one.email}" for one in roster.guardians()}
        assert named == export.guardians
        read = [
            f"{one.given_name} {one.family_name} {one.student_number} {one.birth_date}" for one in roster.children()
        ]
        assert tuple(read) == export.children
        assert not [
            column for column in roster.report.dropped.get("export.csv", ()) if "Parent" in column or "Guard" in column
        ]
