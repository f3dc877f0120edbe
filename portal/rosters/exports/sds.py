"""Microsoft School Data Sync, format 2.1: read as the OneRoster 1.2 export it resembles.

Contacts are users too; `relationships.csv` ties them to a student and says what they are to the child. The student
number is the `sourcedId`, since the format has no other. Source: Microsoft, "SDS V2.1 CSV file format".
"""

from typing import Final

from portal.rosters.fields.values import GUARDIAN_ROLES, Report
from portal.rosters.files.folders import Files
from portal.rosters.files.rewritten import Row, as_files, check_has, key_of, numbered_rows_of, rows_of

_RENAMED: Final[dict[str, dict[str, str]]] = {
    "orgs.csv": {},
    "courses.csv": {},
    "classes.csv": {"orgsourcedid": "schoolSourcedId"},
    "enrollments.csv": {},
    "demographics.csv": {"usersourcedid": "sourcedId"},
}
OWN: Final = {"relationshipusersourcedid", "rolestartdate", "sessionsourcedid", "isprimary", "activedirectorymatchid"}
"""Headers that this format alone has."""
_TIE: Final = ("userSourcedId", "relationshipUserSourcedId", "relationshipRole")
_NO_GUARDIAN: Final = (
    "Left out of relationships.csv because this contact is no parent, guardian or relative of this child: {}."
)


def is_school_data_sync(files: Files) -> bool:
    """Tell whether these files are format 2.1: OneRoster's names without a manifest, and headers of its own."""
    if "manifest.csv" in files or not all(name in files for name in ("users.csv", "orgs.csv", "roles.csv")):
        return False
    told = [header for name in ("users.csv", "roles.csv", "relationships.csv") if name in files
            for header in rows_of(files, name)[0]]  # fmt: skip
    return any(header.casefold() in OWN for header in told)


def as_oneroster(files: Files, report: Report) -> Files:
    """Return the files as OneRoster 1.2 has them. Raises `RosterUnreadable` for one without a needed column.

    OneRoster says of an adult once what they are; this format says it of each child. Whoever is the parent of one child
    and the emergency contact of another is a guardian of the first alone, so only the first tie is handed on.
    """
    tables = {name: _renamed(files, name, names) for name, names in _RENAMED.items() if name in files}
    header, users = rows_of(files, "users.csv")
    check_has(header, "users.csv", "sourcedId", "givenName", "familyName")
    role_header, roles = rows_of(files, "roles.csv")
    check_has(role_header, "roles.csv", "userSourcedId", "role")
    ties = _ties(files, {key_of(row, "sourcedId") for row in users}, report)
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
    kept = [name for name in role_header if name.casefold() not in {"grade", "roleenddate"}]  # which are carried over
    tables["roles.csv"] = ([*kept, "userSourcedId", "role", "endDate"], told)
    return as_files(tables)


def _renamed(files: Files, name: str, names: dict[str, str]) -> tuple[list[str], list[Row]]:
    header, rows = rows_of(files, name)
    written = {one: names.get(one.casefold(), one) for one in header}
    return list(written.values()), [{written[one]: value for one, value in row.items()} for row in rows]


def _ties(files: Files, users: set[str], report: Report) -> list[tuple[str, str, str]]:
    """Return each student with a guardian, and what the guardian is to them; report ties to nobody, count others."""
    name = "relationships.csv"
    if name not in files:
        return []
    header, rows = numbered_rows_of(files, name)
    check_has(header, name, *_TIE)
    ties = []
    for number, row in rows:
        student, contact, role = (key_of(row, field) for field in _TIE)
        lost = [(field, key_of(row, field)) for field in _TIE[:2] if key_of(row, field) not in users]
        for field, key in lost:
            report.defect(files.written(name), number, field, f"users.csv has no row with the id {key}.")
        if role.lower() in GUARDIAN_ROLES and not lost:
            ties.append((student, contact, role.lower()))
        report.count(_NO_GUARDIAN, int(role.lower() not in GUARDIAN_ROLES))
    return ties
