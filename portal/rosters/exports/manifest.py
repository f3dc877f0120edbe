"""What a OneRoster export says about itself, and which of its headers mean which field.

Source: 1EdTech OneRoster CSV binding 1.1 and 1.2 (manifest.csv, the header of each file).
"""

import difflib
import re
from collections.abc import Iterable, Iterator

from portal.kernel.errors import Refused
from portal.rosters.fields.lines import Lines
from portal.rosters.fields.values import Report, RosterUnreadable
from portal.rosters.files.csvfile import csv_rows
from portal.rosters.files.folders import Files

WHOLE_FILE = "the whole file"
_HEADERS = {
    "orgs.csv": "sourcedId status dateLastModified name type identifier parentSourcedId",
    "courses.csv": "sourcedId status dateLastModified schoolYearSourcedId title courseCode grades orgSourcedId "
    "subjects subjectCodes",
    "classes.csv": "sourcedId status dateLastModified title grades courseSourcedId classCode classType location "
    "schoolSourcedId termSourcedIds subjects subjectCodes periods",
    "enrollments.csv": "sourcedId status dateLastModified classSourcedId schoolSourcedId userSourcedId role primary "
    "beginDate endDate",
    "demographics.csv": "sourcedId status dateLastModified birthDate sex americanIndianOrAlaskaNative asian "
    "blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces "
    "hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
    "roles.csv": "sourcedId status dateLastModified userSourcedId roleType role beginDate endDate orgSourcedId "
    "userProfileSourcedId",
}
_USERS = {
    "1.1": "sourcedId status dateLastModified enabledUser orgSourcedIds role username userIds givenName familyName "
    "middleName identifier email sms phone agentSourcedIds grades password",
    "1.2": "sourcedId status dateLastModified enabledUser username userIds givenName familyName middleName identifier "
    "email sms phone agentSourcedIds grades password userMasterIdentifier resourceSourcedIds preferredGivenName "
    "preferredMiddleName preferredFamilyName primaryOrgSourcedId pronouns",
}
_KEPT = {
    "orgs.csv": {"sourcedId", "status", "name", "type"},
    "courses.csv": {"sourcedId", "status", "title"},
    "classes.csv": {"sourcedId", "status", "title", "courseSourcedId", "schoolSourcedId"},
    "enrollments.csv": {"sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "endDate"},
    "demographics.csv": {"sourcedId", "status", "birthDate"},
    "roles.csv": {"sourcedId", "status", "userSourcedId", "role", "endDate", "orgSourcedId"},
    "users.csv": {
        "sourcedId", "status", "enabledUser", "orgSourcedIds", "role", "givenName", "familyName", "identifier", "email",
        "sms", "phone", "agentSourcedIds", "grades", "primaryOrgSourcedId",
    },
}  # fmt: skip
_NEEDED = {
    "users.csv": {"sourcedId", "givenName", "familyName", "agentSourcedIds"},
    "roles.csv": {"userSourcedId", "role"},
    "orgs.csv": {"sourcedId", "name"},
    "courses.csv": {"sourcedId", "title"},
    "classes.csv": {"sourcedId"},
    "enrollments.csv": {"classSourcedId", "userSourcedId"},
    "demographics.csv": {"sourcedId"},
}
_SCHOOL_DATA_SYNC = {"school.csv", "student.csv", "relationships.csv", "guardianrelationship.csv", "user.csv"}


class Manifest:
    """The version and the files of one export. Raises `RosterUnreadable` or `Refused` when it cannot be read here."""

    def __init__(self, files: Files, report: Report, *, is_oneroster: bool = True) -> None:
        """Read `manifest.csv`, which decides; without one the files speak for themselves, and a note says so.

        Files of another layout have no manifest and headers of their own, so neither is remarked upon.
        """
        self._files = files
        self._is_oneroster = is_oneroster
        self._report = report
        properties = self._properties()
        self.version = _version(properties, files)
        self._modes = {
            name.removeprefix("file."): mode for name, mode in properties.items() if name.startswith("file.")
        }
        self._refuse_delta()
        self._name_unread()

    def has(self, file: str) -> bool:
        """Tell whether a file is to be read. One that is announced but missing means a cut export, and is refused."""
        mode = self._modes.get(file.removesuffix(".csv").lower())
        if mode == "bulk" and file not in self._files:
            raise RosterUnreadable(f"The manifest announces {file}, but it is missing. Export the roster again.")
        if mode == "absent" and file in self._files:
            self._report.note(f"{file} was not read: the manifest calls it absent.")
            return False
        return file in self._files

    def lines(self, file: str) -> Lines:
        """Give a file's rows by field, after noting which headers are missing, misspelt or not kept."""
        written = self._files.written(file)
        rows = csv_rows(written, self._files.opener(file), self._report)
        _, header = next(rows, (1, []))
        expected = (_USERS[self.version] if file == "users.csv" else _HEADERS[file]).split()
        wanted = {*expected, *_KEPT[file]} if file == "users.csv" else set(expected)
        meant = _match(header, wanted)
        places = {field: place for place, field in meant.items() if field in _KEPT[file]}
        self._tell(written, header, meant, expected, places)
        if missing := sorted(_NEEDED[file] - places.keys()):
            raise RosterUnreadable(f"{written} lacks the column {', '.join(missing)}, so it cannot be read.")
        return Lines(written, header, places, rows, self._report)

    def column(self, file: str, field: str) -> Iterator[str]:
        """Give the cells of one column, to be judged as a whole before the rows are taken."""
        rows = csv_rows(self._files.written(file), self._files.opener(file), self._report)
        _, header = next(rows, (1, []))
        meant = _match(header, set(_HEADERS[file].split()))
        places = [place for place, found in meant.items() if found == field]
        for _, cells in rows:
            yield from (cells[place] for place in places if place < len(cells))

    def strange(self, file: str) -> dict[str, Iterator[str]]:
        """Return by header the cells of the columns that the standard does not have: a system's own."""
        rows = csv_rows(self._files.written(file), self._files.opener(file), self._report)
        _, header = next(rows, (1, []))
        meant = _match(header, {*_USERS[self.version].split(), *_KEPT[file]})
        places = {cell.strip(): place for place, cell in enumerate(header) if cell.strip() and place not in meant}
        return {name: self._cells(file, place) for name, place in places.items()}

    def _cells(self, file: str, place: int) -> Iterator[str]:
        rows = csv_rows(self._files.written(file), self._files.opener(file), self._report)
        return (cells[place] for row, cells in rows if row > 1 and place < len(cells))

    def _tell(
        self, file: str, header: list[str], meant: dict[int, str], expected: list[str], places: dict[str, int]
    ) -> None:
        self._report.mapping[file] = {header[place].strip(): field for field, place in places.items()}
        for place, name in enumerate(cell.strip() for cell in header):
            field = meant.get(place)
            if field and field != name:
                self._report.note(f"{file}: the header {name} was read as {field}.")
            if name and field not in expected and self._is_oneroster:
                self._report.note(f"{file}: the header {name} is not part of OneRoster {self.version}.")
            if name and field not in places:
                self._report.drop(file, name)
        missing = [field for field in expected if field not in meant.values()]
        if missing and self._is_oneroster:
            self._report.note(f"{file}: no column {', '.join(missing)}.")

    def _properties(self) -> dict[str, str]:
        if "manifest.csv" not in self._files:
            self._refuse_school_data_sync()
            if "users.csv" not in self._files:
                raise RosterUnreadable(
                    "There is neither a manifest.csv nor a users.csv here, so this is no OneRoster export."
                )
            if self._is_oneroster:
                self._report.note("There is no manifest.csv; the files were read as a bulk export.")
            return {}
        rows = csv_rows("manifest.csv", self._files.opener("manifest.csv"), self._report)
        pairs = [(cells[0].strip().lower(), cells[1].strip().lower()) for _, cells in rows if len(cells) > 1]
        return dict(pairs)

    def _refuse_delta(self) -> None:
        if delta := sorted(name for name, mode in self._modes.items() if mode == "delta"):
            raise RosterUnreadable(
                f"This export holds only what changed ({', '.join(delta)} as delta). Import the last bulk export "
                "again, and give this one with --delta."
            )

    def _refuse_school_data_sync(self) -> None:
        if any(name in self._files for name in _SCHOOL_DATA_SYNC):
            raise Refused("This looks like Microsoft School Data Sync in an older format. The portal reads format 2.1.")

    def _name_unread(self) -> None:
        for name in self._files.names:
            if name.lower() not in _KEPT and name.lower() != "manifest.csv":
                self._report.drop(name, WHOLE_FILE)


def _version(properties: dict[str, str], files: Files) -> str:
    said = properties.get("oneroster.version", "")
    if not said:
        return "1.2" if "roles.csv" in files else "1.1"
    found = re.match(r"v?(1)[.p]([12])\b", said)
    if not found:
        raise RosterUnreadable(f"This is OneRoster {said[:20]}; the portal reads 1.1 and 1.2.")
    return f"1.{found[2]}"


def _match(header: list[str], wanted: Iterable[str]) -> dict[int, str]:
    """Say which field each column means: letter by letter, then whatever the case, then a near spelling."""
    open_fields = {field.casefold(): field for field in wanted}
    meant: dict[int, str] = {}
    plain = [re.sub(r"[\W_]+", "", name.casefold()) for name in header]
    for place, name in enumerate(plain):
        if name in open_fields:
            meant[place] = open_fields.pop(name)
    for place, name in enumerate(plain):
        near = difflib.get_close_matches(name, open_fields, n=1, cutoff=0.88) if place not in meant else []
        if near:
            meant[place] = open_fields.pop(near[0])
    return meant
