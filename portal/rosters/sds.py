"""Microsoft School Data Sync, format 2.1: read as the OneRoster 1.2 export it resembles.

Contacts are users too; `relationships.csv` ties them to a student and says what they are to the child. The student
number is the `sourcedId`, since the format has no other. Source: Microsoft, "SDS V2.1 CSV file format".
"""

from typing import Final

from portal.rosters.folders import Files
from portal.rosters.rewritten import Row, as_files, check_has, key_of, rows_of

_RENAMED: Final[dict[str, dict[str, str]]] = {
    "orgs.csv": {},
    "courses.csv": {},
    "classes.csv": {"orgsourcedid": "schoolSourcedId"},
    "enrollments.csv": {},
    "demographics.csv": {"usersourcedid": "sourcedId"},
}
_OWN: Final = {"relationshipusersourcedid", "rolestartdate", "sessionsourcedid", "isprimary", "activedirectorymatchid"}
"""Headers that this format alone has."""


def is_school_data_sync(files: Files) -> bool:
    """Tell whether these files are format 2.1: OneRoster's names without a manifest, and headers of its own."""
    if "manifest.csv" in files or not all(name in files for name in ("users.csv", "orgs.csv", "roles.csv")):
        return False
    told = [header for name in ("users.csv", "roles.csv", "relationships.csv") if name in files
            for header in rows_of(files, name)[0]]  # fmt: skip
    return any(header.casefold() in _OWN for header in told)


def as_oneroster(files: Files) -> Files:
    """Return the files as OneRoster 1.2 has them. Raises `RosterUnreadable` for one without a needed column."""
    tables = {name: _renamed(files, name, names) for name, names in _RENAMED.items() if name in files}
    header, users = rows_of(files, "users.csv")
    check_has(header, "users.csv", "sourcedId", "givenName", "familyName")
    role_header, roles = rows_of(files, "roles.csv")
    check_has(role_header, "roles.csv", "userSourcedId", "role")
    ties = _ties(files)
    grades = {key_of(row, "userSourcedId"): grade for row in roles if (grade := key_of(row, "grade"))}
    contacts: dict[str, list[str]] = {}
    for student, contact, _ in ties:
        contacts.setdefault(student, []).append(contact)
    for row in users:
        user = key_of(row, "sourcedId")
        row |= {"agentSourcedIds": ",".join(contacts.get(user, ())), "grades": grades.get(user, "")}
    told = [row | {"endDate": key_of(row, "roleEndDate")} for row in roles]
    kinds = dict.fromkeys((contact, role) for _, contact, role in ties)
    told += [{"userSourcedId": contact, "role": role} for contact, role in kinds]
    tables["users.csv"] = ([*header, "agentSourcedIds", "grades"], users)
    tables["roles.csv"] = ([*role_header, "userSourcedId", "role", "endDate"], told)
    return as_files(tables)


def _renamed(files: Files, name: str, names: dict[str, str]) -> tuple[list[str], list[Row]]:
    header, rows = rows_of(files, name)
    written = {one: names.get(one.casefold(), one) for one in header}
    return list(written.values()), [{written[one]: value for one, value in row.items()} for row in rows]


def _ties(files: Files) -> list[tuple[str, str, str]]:
    """Return each student with a contact, and what the contact is to them."""
    if "relationships.csv" not in files:
        return []
    header, rows = rows_of(files, "relationships.csv")
    check_has(header, "relationships.csv", "userSourcedId", "relationshipUserSourcedId", "relationshipRole")
    return [
        (
            key_of(row, "userSourcedId"),
            key_of(row, "relationshipUserSourcedId"),
            key_of(row, "relationshipRole").lower(),
        )
        for row in rows
    ]
