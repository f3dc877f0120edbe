"""Writes small OneRoster exports of one made-up district, as tests need them."""

import csv
import io
import zipfile
from pathlib import Path

HEADERS = {
    "orgs.csv": ["sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"],
    "courses.csv": ["sourcedId", "status", "dateLastModified", "title", "courseCode"],
    "classes.csv": ["sourcedId", "status", "title", "courseSourcedId", "schoolSourcedId"],
    "enrollments.csv": [
        "sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate",
    ],
    "demographics.csv": ["sourcedId", "status", "birthDate", "sex", "white"],
    "roles.csv": ["sourcedId", "status", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"],
}  # fmt: skip
USERS = {
    "1.1": [
        "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds",
        "givenName", "familyName", "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades",
        "password",
    ],
    "1.2": [
        "sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName", "familyName",
        "middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades", "password",
        "userMasterIdentifier", "resourceSourcedIds", "preferredGivenName", "preferredMiddleName",
        "preferredFamilyName", "primaryOrgSourcedId", "pronouns",
    ],
}  # fmt: skip


class Export:
    """One export: rows are dicts by the standard's field names; headers may be changed before it is written."""

    def __init__(self, version: str = "1.1") -> None:
        self.version = version
        self.headers = {
            name: list(header) for name, header in HEADERS.items() if version == "1.2" or name != "roles.csv"
        }
        self.headers["users.csv"] = list(USERS[version])
        self.rows: dict[str, list[dict[str, str]]] = {name: [] for name in self.headers}
        self.modes = {name.removesuffix(".csv"): "bulk" for name in self.headers}
        self.spelling: dict[str, str] = {}
        self.extra_files: dict[str, bytes] = {}
        self.mark, self.line_end = b"", "\n"

    def org(self, key: str, name: str, **more: str) -> None:
        self.rows["orgs.csv"].append({"sourcedId": key, "name": name, "type": "school"} | more)

    def course(self, key: str, title: str, **more: str) -> None:
        self.rows["courses.csv"].append({"sourcedId": key, "title": title} | more)

    def room(self, key: str, title: str, course: str, school: str, **more: str) -> None:
        row = {"sourcedId": key, "title": title, "courseSourcedId": course, "schoolSourcedId": school}
        self.rows["classes.csv"].append(row | more)

    def enrol(self, user: str, room: str, school: str = "", **more: str) -> None:
        row = {"sourcedId": f"e-{len(self.rows['enrollments.csv'])}", "userSourcedId": user, "classSourcedId": room}
        self.rows["enrollments.csv"].append(row | {"schoolSourcedId": school, "role": "student"} | more)

    def birth(self, user: str, born: str) -> None:
        self.rows["demographics.csv"].append({"sourcedId": user, "birthDate": born, "sex": "x"})

    def user(self, key: str, given: str, family: str, role: str, **more: str) -> None:
        row = {"sourcedId": key, "enabledUser": "true", "givenName": given, "familyName": family, "role": role}
        self.rows["users.csv"].append(row | more)
        if self.version == "1.2":
            self.role(key, role)

    def role(self, user: str, role: str, **more: str) -> None:
        row = {
            "sourcedId": f"r-{len(self.rows['roles.csv'])}",
            "userSourcedId": user,
            "roleType": "primary",
            "role": role,
        }
        self.rows["roles.csv"].append(row | more)

    def files(self) -> dict[str, bytes]:
        files = {name: self.mark + self._csv(self._table(name)).encode() for name in self.headers}
        files["manifest.csv"] = self.mark + self._csv(self._manifest()).encode()
        return files | self.extra_files

    def folder(self, path: Path) -> Path:
        path.mkdir()
        for name, content in self.files().items():
            (path / name).write_bytes(content)
        return path

    def zip(self, path: Path, inside: str = "") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files().items():
                archive.writestr(inside + name, content)
        return path

    def _table(self, name: str) -> list[list[str]]:
        header = self.headers[name]
        body = [[row.get(field, "") for field in header] for row in self.rows[name]]
        return [[self.spelling.get(field, field) for field in header], *body]

    def _manifest(self) -> list[list[str]]:
        modes = [[f"file.{name}", mode] for name, mode in self.modes.items()]
        return [["propertyName", "value"], ["manifest.version", "1.0"], ["oneroster.version", self.version], *modes]

    def _csv(self, rows: list[list[str]]) -> str:
        text = io.StringIO()
        csv.writer(text, lineterminator=self.line_end).writerows(rows)
        return text.getvalue()


def small_district(version: str = "1.1") -> Export:
    """Lin and Ada Hart live with Petra; Bo Ueda has two homes and an aide; Jude Roe has nobody."""
    export = Export(version)
    export.org("d", "Lakeside District", type="district")
    export.org("north", "North School")
    export.org("south", "South School")
    export.course("care", "Afternoon Care")
    export.room("care-n", "Care North", "care", "north")
    export.room("chess-s", "Chess", "", "south")
    place = "orgSourcedIds" if version == "1.1" else "primaryOrgSourcedId"
    export.user(
        "s-lin", "Lin", "Hart", "student", identifier="7001", grades="02", agentSourcedIds="g-petra", **{place: "north"}
    )
    export.user("s-ada", "Ada", "Hart", "student", identifier="7002", grades="KG", **{place: "north"})
    export.user("s-bo", "Bo", "Ueda", "student", grades="05,06", agentSourcedIds="g-ken,a-kim", **{place: "south"})
    export.user("s-jude", "Jude", "Roe, Jr.", "student", identifier="7004", **{place: "south"})
    export.user(
        "g-petra",
        "Petra",
        "Hart",
        "parent",
        email="petra@example.org",
        agentSourcedIds="s-lin,s-ada",
        sms="+1 206 555 0101",
    )
    export.user("g-ken", "Ken", "Ueda", "relative", email="home@example.org")
    export.user("g-mia", "Mia", "Sol", "guardian", email="home@example.org", agentSourcedIds="s-bo")
    export.user("a-kim", "Kim", "Poe", "aide", email="kim@example.org")
    export.user("t-uma", "Uma", "Fox", "teacher", email="uma@example.org", agentSourcedIds="s-bo")
    export.enrol("s-lin", "care-n", "north")
    export.enrol("s-bo", "chess-s")
    export.enrol("t-uma", "care-n", role="teacher")
    export.birth("s-lin", "2018-03-04")
    return export
