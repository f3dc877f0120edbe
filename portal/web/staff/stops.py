"""What the guard stopped, in the words of the page that says so."""

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
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place in which something was found, and what, in words."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class StopPage:
    """The words of a stop: its heading, what it names, where, and how many more places there are."""

    heading: str
    names: str
    places: list[Place]
    more: int
    advice: str


def words_of(report: GuardReport) -> StopPage:
    """Return what a stopped file's page says. Never the text that was found."""
    places = places_of(report)
    if report.verdict == "unreadable":
        heading = "This file was stopped. The portal can’t read all of it."
        return StopPage(heading, report.reason, [], 0, "Save the letter as a plain PDF and choose it again.")
    children = count_words(report.children, "child", "children")
    if report.roster_shaped:
        heading, advice = "This file was stopped. It is a list of children.", (
            "A list like this can’t be sent to families by anyone, not even with approval. "
            "If you meant to send a letter, choose that file."
        )  # fmt: skip
    else:
        heading, advice = f"This file was stopped. It names {children}.", (
            "A letter to many families names nobody. Take the names out, or choose the file you meant to send."
        )  # fmt: skip
    return StopPage(heading, children, places[:_MOST_PLACES], len(places[_MOST_PLACES:]), advice)


def places_of(report: GuardReport) -> list[Place]:
    """Return where something was found, each place once, with all that was found there."""
    found: dict[str, list[str]] = {}
    for where, kind, count in report.findings:
        found.setdefault(where, []).append(count_words(count, *_KINDS.get(kind, (kind, kind))))
    return [Place(where[:1].upper() + where[1:], ", ".join(kinds)) for where, kinds in found.items()]


def faults_of_text(report: GuardReport) -> dict[str, str]:
    """Return a sentence for each field of the form whose own words were stopped."""
    faults = {
        place.where.lower(): f"Found here: {place.what} of families on the roster. Take it out."
        for place in places_of(report)
    }
    sender = faults.pop("sender", None)
    if sender:
        faults[""] = "The name of the school is also the name of somebody on the roster. Ask an administrator."
    return faults
