"""Which field a header of a flat roster means: the portal's own names, and the ones schools write.

Nothing is guessed: a header that is not known in full is dropped and named. A bare "Email" or "Phone" is not
taken, because a pupil's own mailbox must never become a guardian's.
"""

import re
from dataclasses import dataclass

_CHILD = ("child", "student", "pupil", "scholar", "learner")
_GUARDIAN = ("parentorguardian", "parentguardian", "guardian", "guardians", "parent", "parents", "caregiver", "carer")
_MOTHER_FATHER = {"mother": "mother", "mom": "mother", "mum": "mother", "father": "father", "dad": "father"}
_NAMES = {
    "givenname": "given_name", "firstname": "given_name", "first": "given_name", "forename": "given_name",
    "legalfirstname": "given_name", "familyname": "family_name", "lastname": "family_name", "last": "family_name",
    "surname": "family_name", "legallastname": "family_name", "name": "name", "fullname": "name",
}  # fmt: skip
_IDS = {"id": "id", "number": "id", "no": "id", "num": "id", "sisid": "id", "idnumber": "id", "sourcedid": "id"}
_OF_CHILD = {
    "birthdate": "birth_date", "dateofbirth": "birth_date", "dob": "birth_date", "birthday": "birth_date",
    "grade": "grade", "gradelevel": "grade", "yearlevel": "grade", "site": "site", "sitename": "site",
    "school": "site", "schoolname": "site", "campus": "site", "program": "program", "programme": "program",
    "programname": "program",
}  # fmt: skip
_OF_GUARDIAN = {
    "email": "guardian_email", "emailaddress": "guardian_email", "mail": "guardian_email",
    "mobile": "guardian_mobile", "mobilephone": "guardian_mobile", "mobilenumber": "guardian_mobile",
    "cell": "guardian_mobile", "cellphone": "guardian_mobile", "cellnumber": "guardian_mobile",
    "sms": "guardian_mobile", "homephone": "guardian_home_phone", "homephonenumber": "guardian_home_phone",
    "phone": "guardian_home_phone", "phonenumber": "guardian_home_phone", "telephone": "guardian_home_phone",
}  # fmt: skip
_OF_ROW = {
    "language": "language", "homelanguage": "language", "preferredlanguage": "language",
    "mayreceive": "may_receive", "mayview": "may_receive", "receivesmail": "may_receive", "receivemail": "may_receive",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A field of the child (no slot), or of the guardian in one place of a wide row: `1`, `2` or `mother`."""

    field: str
    slot: str = ""

    @property
    def key(self) -> str:
        """The name under which a line's cell is asked for; as people read it in the mapping."""
        return self.field if self.slot in {"", "1"} else f"{self.field} {self.slot}"


def _vocabulary() -> dict[str, Heading]:
    known = {word: Heading(field) for word, field in _OF_CHILD.items()}
    known |= {word: Heading(f"child_{field}") for word, field in _NAMES.items() if field != "name"}
    known |= {word: Heading(field, "1") for word, field in _OF_ROW.items()}
    for person in _CHILD:
        known |= {person + word: Heading(field) for word, field in _OF_CHILD.items()}
        known |= {person + word: Heading(f"child_{part}") for word, part in (_NAMES | _IDS).items()}
    of_guardian = _OF_GUARDIAN | _OF_ROW | {word: f"guardian_{part}" for word, part in (_NAMES | _IDS).items()}
    for word, field in of_guardian.items():
        for person in _GUARDIAN:
            known[person + word] = Heading(field, "1")
            for slot in "1234":  # both "Parent 2 Email" and "Parent Email 2"
                known[person + slot + word] = known[person + word + slot] = Heading(field, slot)
        known |= {person + word: Heading(field, slot) for person, slot in _MOTHER_FATHER.items()}
    return known


_KNOWN = _vocabulary()


def heading(header: str) -> Heading | None:
    """Return what a header means, or None for a column that is not kept. Case, blanks and marks do not matter."""
    word = re.sub(r"['’]s\b|\((?:s|last, ?first)\)", "", header.casefold())
    word = re.sub(r"#\s*$", "number", word)
    return _KNOWN.get(re.sub(r"[\W_]+", "", word))
