"""Headers as school systems export them, as data: those that no general rule of `headings` makes.

A header is written as `headings.word_of` gives it. What a system calls otherwise at another school, it is told by
`--column`.
"""

from typing import Final

_POWERSCHOOL: Final = {
    "studentsstudentnumber": "child_id", "studentsfirstname": "child_given_name",
    "studentslastname": "child_family_name",
    "studentsgradelevel": "grade", "studentsdob": "birth_date", "schoolid": "site", "studentsschoolid": "site",
    "lastfirst": "child_name", "studentslastfirst": "child_name", "homephone": "household_phone",
    "guardianemail": "guardian_email", "studentsguardianemail": "guardian_email",
    "guardianfn": "guardian_given_name", "guardianln": "guardian_family_name",
    "motherdayphone": "guardian_home_phone mother", "fatherdayphone": "guardian_home_phone father",
    "motherhomephone": "guardian_home_phone mother", "fatherhomephone": "guardian_home_phone father",
}  # fmt: skip
_INFINITE_CAMPUS: Final = {
    "studentstudentnumber": "child_id", "studentfirstname": "child_given_name", "studentlastname": "child_family_name",
    "studentgrade": "grade", "studentbirthdate": "birth_date", "schschoolname": "site", "calschoolname": "site",
    "localid": "child_id", "householdphone": "household_phone", "studenthomelanguage": "language",
    "householdphonenumber": "household_phone",
}  # fmt: skip
_SKYWARD: Final = {
    "otherid": "child_id", "studentotherid": "child_id", "studentnumberother": "child_id", "entity": "site",
    "entityname": "site", "studentfullnamelfm": "child_name", "studentfullname": "child_name",
    "guardianfullname": "guardian_name", "guardian1fullname": "guardian_name", "guardian2fullname": "guardian_name 2",
}  # fmt: skip
_AERIES: Final = {
    "stuid": "child_id", "permid": "child_id", "permanentid": "child_id", "studentpermid": "child_id",
    "parentguardianname": "guardian_name", "parentguardian": "guardian_name",
    "parentguardianemailaddress": "guardian_email", "parentemailaddress": "guardian_email",
    "primaryphone": "household_phone", "primarytelephone": "household_phone",
}  # fmt: skip
_ARBOR: Final = {
    "arborid": "child_id", "arborstudentid": "child_id", "admissionnumber": "child_id", "yeargroup": "grade",
    "registrationform": "program", "primaryguardian": "guardian_name",
    "primaryguardianemail": "guardian_email", "primaryguardianmobile": "guardian_mobile",
}  # fmt: skip
_SIMS: Final = {
    "adno": "child_id", "admissionno": "child_id", "admno": "child_id", "legalsurname": "child_family_name",
    "legalforename": "child_given_name", "year": "grade", "yeartaughtin": "grade", "reg": "program",
    "regform": "program", "registrationgroup": "program", "parentalresponsibility": "guardian_is contact",
    "prioritycontactemail": "guardian_email contact",
}  # fmt: skip
_VERACROSS: Final = {
    "personid": "child_id", "studentpersonid": "child_id", "personpk": "child_id", "gradelevelcurrent": "grade",
    "parent1email1": "guardian_email", "parent2email1": "guardian_email 2",
    "parent1phonemobile": "guardian_mobile", "parent2phonemobile": "guardian_mobile 2",
    "parent1phonehome": "guardian_home_phone", "parent2phonehome": "guardian_home_phone 2",
    "householdphonehome": "household_phone",
}  # fmt: skip
_CLEVER: Final = {
    "contactsisid": "guardian_id contact", "contactphone": "guardian_home_phone contact",
    "homelanguage": "language",
}  # fmt: skip
HEADS: Final[dict[str, str]] = {
    **_POWERSCHOOL, **_INFINITE_CAMPUS, **_SKYWARD, **_AERIES, **_ARBOR, **_SIMS, **_VERACROSS, **_CLEVER,
}  # fmt: skip

FORM_MARK: Final = "timestamp"
"""The first header of a Google Form's answers. Whoever filled it in is a parent, and these are theirs:"""
OF_FORM: Final = {
    "emailaddress": "guardian_email", "email": "guardian_email", "username": "guardian_email",
    "phonenumber": "guardian_home_phone", "mobilenumber": "guardian_mobile", "cellphone": "guardian_mobile",
    "cellphonenumber": "guardian_mobile",
}  # fmt: skip

NOBODYS_WORDS: Final = frozenset(
    ("gender", "sex", "race", "ethnicity", "ethnic", "middle", "nickname", "preferred", "suffix", "title", "salutation",
     "street", "address1", "address2", "city", "town", "county", "country", "postcode", "zip", "nationality",
     "religion", "employer", "occupation", "job", "fax", "education", "marital", "citizenship", "password")
)  # fmt: skip
"""Words of a header below which nobody stands whom a letter could name or reach, whoever the column is about."""
OTHERS_WORDS: Final = frozenset(
    ("doctor", "physician", "dentist", "medical", "hospital", "allergies", "insurance", "immunization", "emergency",
     "emerg", "teacher", "counselor", "counsellor", "advisor", "adviser", "tutor", "homeroom", "bus", "pickup", "lunch",
     "transportation", "fee", "fees")
)  # fmt: skip
"""Words of a header about others than guardians: left out unless the header speaks of a guardian as well."""
LEFT_OUT: Final = frozenset(
    ("studentemail", "studentemailaddress", "studentmail", "pupilemail", "childemail", "studentphone", "studentcell",
     "studentcellphone", "studentmobile", "studentmobilephone", "studentpersonalemail", "studenthomeemail",
     "studentmobilephonenumber", "studentusername", "schoolemail", "schoolphone", "ssid", "upn", "ssn", "stateid",
     "statestudentid", "statestudentnumber", "studentstateid", "uniquepupilnumber", "dcid", "networkid", "address",
     "state", "middlename", "studentmiddlename", "placeofbirth", "countryofbirth", "ethnicityrace", "timestamp")
)  # fmt: skip
"""Headers as one word: the child's own mailbox and phone, its other numbers, and where it lives."""
