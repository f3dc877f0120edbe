"""What the guard stopped, in the words of the page that says so."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portal.flows.check_file import GuardReport
from portal.web.render import count_words

_MOST_PLACES = 12
_KINDS = {
    "child-name": ("full name of a child", "full names of children"),
    "guardian-name": ("full name of a guardian", "full names of guardians"),
    "e-mail": ("e-mail address", "e-mail addresses"),
    "phone": ("phone number", "phone numbers"),
    "student-number": ("student number", "student numbers"),
    "birth-date": ("birth date with a name", "birth dates with a name"),
    "personal-columns": ("row of personal data", "rows of personal data"),
    "file-type": ("name that says another kind of file", "names that say another kind of file"),
    "addressee-missing": ("name of the child is missing", "names of the child are missing"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place in which something was found, and what, in words."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class StopPage:
    """The words of a stop: its heading, what was found, where, how many more places there are, and what to do."""

    heading: str
    found: str
    places: list[Place]
    more: int
    advice: str


def words_of(report: GuardReport) -> StopPage:
    """Return what a stopped file's page says. Never the text that was found."""
    places = places_of(report.findings)
    heading, found, advice = _told(report)
    return StopPage(heading, found, places[:_MOST_PLACES], len(places[_MOST_PLACES:]), advice)


def _told(report: GuardReport) -> tuple[str, str, str]:
    kinds = {kind for _, kind, _ in report.findings}
    children = count_words(report.children, "child", "children")
    if report.verdict == "unreadable":
        return "This file was stopped. The portal can’t read all of it.", report.reason, ""
    if report.roster_shaped:
        who, found = "children", f"It names {children} from your roster."
        if not report.children:
            who, found = "people", "It holds personal data in rows, of people who are not on your roster."
        return f"This file was stopped. It is a list of {who}.", found, (
            "A list like this can’t be sent to families by anyone, not even with approval. "
            "If you meant to send a letter, choose that file."
        )  # fmt: skip
    if report.children:
        return f"This file was stopped. It names {children}.", f"It names {children} from your roster.", (
            "A letter to many families names nobody. Take the names out, or choose the file you meant to send."
        )  # fmt: skip
    if "file-type" in kinds:
        return "This file was stopped. Its name does not fit.", report.reason, (
            "Make sure it is the file you meant, save it under a name that fits, and choose it again."
        )  # fmt: skip
    return "This file was stopped.", report.reason, "Choose the file you meant to send."


def places_of(findings: Iterable[tuple[str, str, int]]) -> list[Place]:
    """Return where something was found, each place once, with all that was found there."""
    found: dict[str, list[str]] = {}
    for where, kind, count in sorted(findings, key=lambda one: _in_order(one[0])):
        found.setdefault(where, []).append(count_words(count, *_KINDS.get(kind, (kind, kind))))
    return [Place(where[:1].upper() + where[1:], ", ".join(kinds)) for where, kinds in found.items()]


def _in_order(place: str) -> list[tuple[int, str]]:
    """Return a key by which page 2 comes before page 10."""
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"(\d+)", place)]


def faults_of_text(report: GuardReport) -> dict[str, str]:
    """Return a sentence for each field of the form whose own words were stopped."""
    faults = {
        place.where[:1].lower() + place.where[1:]: f"Found here: {place.what} of families on the roster. Take it out."
        for place in places_of(report.findings)
    }
    sender = faults.pop("sender", None)
    if sender:
        faults[""] = "The name of the school is also the name of somebody on the roster. Ask an administrator."
    return faults
