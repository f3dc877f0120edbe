"""Which field a header of a flat roster means: the portal's own names, and the ones schools write.

Nothing is guessed: a header that is not known in full maps to nothing. What such a column holds is then looked at
(`survey`), and where it holds addresses, phones or names the import asks. A bare "Email" or "Phone" is not taken,
because a pupil's own mailbox must never become a guardian's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from portal.rosters.fields.systems import FORM_MARK, HEADS, LEFT_OUT, NOBODYS_WORDS, OF_FORM, OTHERS_WORDS

_CHILD = ("child", "student", "pupil", "scholar", "learner", "stu")
_GUARDIAN = {
    "parentorguardian": "", "parentguardian": "", "guardian": "", "guardians": "", "parent": "", "parents": "",
    "caregiver": "", "carer": "", "legalguardian": "",
    "mother": "mother", "mom": "mother", "mum": "mother", "father": "father", "dad": "father",
    "contact": "contact", "contacts": "contact",
}  # fmt: skip
_ORDINALS = {
    "1": ("first", "primary", "1st", "priority1", "main"), "2": ("second", "secondary", "2nd", "priority2", "other"),
    "3": ("third", "tertiary", "3rd", "priority3"), "4": ("fourth", "4th", "priority4"),
}  # fmt: skip
_NAMES = {
    "givenname": "given_name", "firstname": "given_name", "first": "given_name", "forename": "given_name",
    "legalfirstname": "given_name", "legalforename": "given_name", "fname": "given_name", "fn": "given_name",
    "familyname": "family_name", "lastname": "family_name", "last": "family_name", "surname": "family_name",
    "legallastname": "family_name", "legalsurname": "family_name", "lname": "family_name", "ln": "family_name",
    "name": "name", "fullname": "name", "displayname": "name", "namelastfirst": "name",
}  # fmt: skip
_IDS = {"id": "id", "number": "id", "no": "id", "num": "id", "sisid": "id", "idnumber": "id", "sourcedid": "id",
        "personid": "id"}  # fmt: skip
_OF_CHILD = {
    "birthdate": "birth_date", "dateofbirth": "birth_date", "dob": "birth_date", "birthday": "birth_date",
    "grade": "grade", "gradelevel": "grade", "yearlevel": "grade", "yeargroup": "grade", "ncyear": "grade",
    "currentgrade": "grade", "site": "site", "sitename": "site", "school": "site", "schoolname": "site",
    "campus": "site", "program": "program", "programme": "program", "programname": "program",
}  # fmt: skip
_OF_GUARDIAN = {
    "email": "guardian_email", "emailaddress": "guardian_email", "mail": "guardian_email", "emails": "guardian_email",
    "homeemail": "guardian_email", "primaryemail": "guardian_email", "personalemail": "guardian_email",
    "primaryemailaddress": "guardian_email", "defaultemail": "guardian_email", "email1": "guardian_email",
    "mobile": "guardian_mobile", "mobilephone": "guardian_mobile", "mobilenumber": "guardian_mobile",
    "cell": "guardian_mobile", "cellphone": "guardian_mobile", "cellnumber": "guardian_mobile",
    "cellphonenumber": "guardian_mobile", "mobilephonenumber": "guardian_mobile", "mobiletelephone": "guardian_mobile",
    "sms": "guardian_mobile", "homephone": "guardian_home_phone", "homephonenumber": "guardian_home_phone",
    "hometelephone": "guardian_home_phone", "primaryphone": "guardian_home_phone",
    "phone": "guardian_home_phone", "phonenumber": "guardian_home_phone", "telephone": "guardian_home_phone",
    "telephonenumber": "guardian_home_phone", "maintelephone": "guardian_home_phone",
}  # fmt: skip
_OF_ROW = {
    "language": "language", "homelanguage": "language", "preferredlanguage": "language",
    "mayreceive": "may_receive", "mayview": "may_receive", "receivesmail": "may_receive", "receivemail": "may_receive",
}  # fmt: skip
_TIES = {
    "relationship": "guardian_relation", "relation": "guardian_relation", "relationshiptype": "guardian_relation",
    "type": "guardian_kind", "relationshiptostudent": "guardian_relation", "relationshiptochild": "guardian_relation",
    "guardian": "guardian_is", "isguardian": "guardian_is", "parentalresponsibility": "guardian_is",
}  # fmt: skip
_SPEAKS: Final = re.compile(
    r"mother|father|parent|guardian|carer|caregiver|(?<![a-z])(?:mom|mum|dad)|next of kin|kin(?![a-z])|household",
    re.IGNORECASE,
)
_POLITE: Final = re.compile(
    r"^(?:please )?(?:enter |write |give |provide |type )?(?:what(?: is|'s|’s)? |which is )?(?:the )?(?=\S)"
)
_OF: Final = re.compile(r"^(?P<what>.+?) of (?:your |the )?(?P<who>child|student|pupil|parent|guardian|mother|father)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A field of the child (no slot), or of the guardian in one place of a wide row: `1`, `2` or `mother`."""

    field: str
    slot: str = ""

    @property
    def key(self) -> str:
        """The name under which a line's cell is asked for; as people read it in the mapping."""
        return self.field if self.slot in {"", "1"} else f"{self.field} {self.slot}"


def heading_of(key: str) -> Heading:
    """Return the heading of a key: `guardian_email 2`, `child_id`."""
    field, _, slot = key.partition(" ")
    is_guardians = field.startswith("guardian_") or field in {"language", "may_receive"}
    return Heading(field, slot or ("1" if is_guardians else ""))


def _slots() -> dict[str, str]:
    """Return the beginnings of headers that say whose column it is, with their slot."""
    found: dict[str, str] = {}
    for person, slot in _GUARDIAN.items():
        found[person] = slot or "1"
        for number, words in () if slot in {"mother", "father"} else _ORDINALS.items():
            place = f"{slot} {number}".strip()
            found |= {before + person + number: place for before in ("", "primary", "family1")}
            found |= {word + person: place for word in words}
    return found


@cache
def _vocabulary() -> dict[str, Heading]:
    """Return every header that is known; made when the first roster comes, for it takes 9 MB."""
    known = {word: Heading(field) for word, field in _OF_CHILD.items()}
    known |= {word: Heading(f"child_{field}") for word, field in _NAMES.items()
              if field != "name" and len(word) > 2}  # fmt: skip
    known |= {word: Heading(field, "1") for word, field in _OF_ROW.items()}
    for person in _CHILD:
        known |= {person + word: Heading(field) for word, field in _OF_CHILD.items()}
        known |= {person + word: Heading(f"child_{part}") for word, part in (_NAMES | _IDS).items()}
    of_guardian = _OF_GUARDIAN | _OF_ROW | {word: f"guardian_{part}" for word, part in (_NAMES | _IDS).items()}
    for person, slot in _slots().items():
        known |= {person + word: Heading(field, slot) for word, field in (of_guardian | _TIES).items()}
        if slot == "1":  # both "Parent 2 Email" and "Parent Email 2"
            known |= {person + word + number: Heading(field, number)
                      for word, field in of_guardian.items() for number in "1234"}  # fmt: skip
    for person, slot in _slots().items():  # “Mother” beside “Mother_First” is the family name, else the whole name
        if not (slot.startswith("contact") or person.endswith("s")):
            known[person] = Heading("guardian_name", slot)
    return known | {word: heading_of(key) for word, key in HEADS.items()}


def fields() -> set[str]:
    """Return every field that a header can mean."""
    return {found.field for found in _vocabulary().values()}


def slots() -> set[str]:
    """Return every place of a guardian in a wide row, and the empty one of a child."""
    return {found.slot for found in _vocabulary().values()}


def word_of(header: str) -> str:
    """Return a header as one word: case, blanks and marks do not matter, nor what a form asks around it."""
    said = " ".join(re.sub(r"\((?:s|last, ?first|required|optional)\)", "", header.casefold()).split())
    said = re.sub(r"['’]s\b", "", _POLITE.sub("", said)).strip(" ?*:.")
    said = re.sub(r"^(?:your )?child (?=student|pupil)", "", said)
    said = re.sub(r"^your (?=child|student|son|daughter)", "", said)
    said = re.sub(r"^your (?=\S)", "guardian ", said)
    if asked := _OF.match(said):
        said = f"{asked['who']} {asked['what']}"
    return re.sub(r"[\W_]+", "", re.sub(r"#\s*$", "number", said))


def heading(header: str) -> Heading | None:
    """Return what a header means, or None for a column that is not known."""
    return _vocabulary().get(word_of(header))


def is_systems_own(header: str) -> bool:
    """Whether only one system of schools calls a column so: a general name of the same field goes first."""
    return word_of(header) in HEADS


def headings_of(header: Sequence[str]) -> list[Heading | None]:
    """Return what each header means among its neighbours.

    A “Contact” is a guardian where another column says what it is to the child, and else may be anybody. In a form's
    answers a bare address is that of the parent who filled it in.
    """
    found = [heading(cell) for cell in header]
    vouched = {one.slot for one in found if one and one.field in {"guardian_relation", "guardian_is", "guardian_kind"}}
    found = [None if one and one.slot.startswith("contact") and one.slot not in vouched else one for one in found]
    if FORM_MARK not in map(word_of, header):
        return found
    of_form = [OF_FORM.get(word_of(cell)) for cell in header]
    return [heading_of(key) if key else one for one, key in zip(found, of_form, strict=True)]


def is_left_out(header: str) -> bool:
    """Whether a header is known to be none of the portal's business, whatever stands below: doctors, fees, staff."""
    words = set(re.findall(r"[a-z]+\d*", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header.replace("_", " ")).lower()))
    if word_of(header) in LEFT_OUT or words & NOBODYS_WORDS or words >= {"work", "phone"}:
        return True
    return bool(words & OTHERS_WORDS) and not speaks_of_guardian(header)


def speaks_of_guardian(header: str) -> bool:
    """Whether a header has a word for somebody who may be a guardian."""
    return bool(_SPEAKS.search(header))
