"""What the guard stopped, in words: the same on the page that says so and in a terminal."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.flows.check_file import GuardReport
from portal.kernel.counts import count_of

_MOST_PLACES = 12
_MANY = "A letter to many families names nobody."
_ONE = "A letter to one child names that child and its own family alone."
_LEAFLET = (
    "Choose that child’s letter. A leaflet that names nobody can go to one child alone "
    "once the child’s name stands in the title or the message."
)
_OTHERS = "others"
_MISSING = "addressee-missing"
_UNCOUNTED = {_OTHERS, _MISSING}
_ROWS = re.compile(r"(?P<sheet>.*)rows? (?P<first>\d+)(?:-(?P<last>\d+))?(?P<note>.*)")
_KINDS = {
    "child-name": ("full name of a child", "full names of children"),
    "guardian-name": ("full name of a guardian", "full names of guardians"),
    "e-mail": ("e-mail address", "e-mail addresses"),
    "phone": ("phone number", "phone numbers"),
    "student-number": ("student number", "student numbers"),
    "birth-date": ("birth date with a name", "birth dates with a name"),
    "personal-columns": ("row of personal data", "rows of personal data"),
    "file-type": ("name that says another kind of file", "names that say another kind of file"),
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


def words_of(report: GuardReport, *, for_one: bool = False) -> StopPage:
    """Return what is said of a stopped file, `for_one` child or for many. Never the text that was found."""
    places = places_of(report.shown)
    heading, found, advice = _told(report, _ONE if for_one else _MANY)
    return StopPage(heading, found, places[:_MOST_PLACES], len(places[_MOST_PLACES:]), advice)


def _told(report: GuardReport, to_whom: str) -> tuple[str, str, str]:
    kinds = {kind for _, kind, _ in report.findings}
    children = _named(report)
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
            f"{to_whom} Take the names out, or choose the file you meant to send."
        )  # fmt: skip
    if "file-type" in kinds:
        return "This file was stopped. Its name does not fit.", report.reason, (
            "Make sure it is the file you meant, save it under a name that fits, and choose it again."
        )  # fmt: skip
    if _MISSING in kinds:
        return "This file was stopped. It does not name the child it is for.", report.reason, _LEAFLET
    return "This file was stopped.", report.reason, "Choose the file you meant to send."


def _named(report: GuardReport) -> str:
    """Return how many children are named; of those elsewhere than whoever asked acts for, that there are some."""
    if report.near is None:
        return count_of(report.children, "child", "children")
    own = [count_of(report.near.children, "child", "children")] if report.near.children else []
    return " and ".join([*own, "others"] if report.near.others else own)


def places_of(findings: Iterable[tuple[str, str, int]]) -> list[Place]:
    """Return where something was found, each place once, with all that was found there."""
    found: dict[str, Counter[str]] = {}
    for where, kind, count in findings:
        found.setdefault(where, Counter())[kind] += count
    places = _joined(sorted(found.items(), key=lambda one: _in_order(one[0])))
    return [Place(where[:1].upper() + where[1:], _counted(kinds)) for where, kinds in places]


def _counted(kinds: Counter[str]) -> str:
    """Return what was found, of others at the end and without a number."""
    told = [count_of(count, *_KINDS.get(kind, (kind, kind))) for kind, count in kinds.items() if kind not in _UNCOUNTED]
    told += ["the name of the child it is for is missing"] if _MISSING in kinds else []
    return ", ".join([*told, _OTHERS] if _OTHERS in kinds else told)


def _joined(places: Iterable[tuple[str, Counter[str]]]) -> list[tuple[str, Counter[str]]]:
    """Return the places with rows that follow each other as one: a workbook is read a hundred rows at a time."""
    joined: list[tuple[str, Counter[str]]] = []
    for where, kinds in places:
        both = _both(joined[-1][0], where) if joined else ""
        if both:
            joined[-1] = (both, joined[-1][1] + kinds)
        else:
            joined.append((where, kinds))
    return joined


def _both(one: str, other: str) -> str:
    """Return the place that two places are together where the rows of one begin after the last of the other."""
    before, after = _ROWS.fullmatch(one), _ROWS.fullmatch(other)
    if not (before and after) or (before["sheet"], before["note"]) != (after["sheet"], after["note"]):
        return ""
    if int(after["first"]) != int(before["last"] or before["first"]) + 1:
        return ""
    return f"{after['sheet']}rows {before['first']}-{after['last'] or after['first']}{after['note']}"


def _in_order(place: str) -> list[tuple[int, str]]:
    """Return a key by which page 2 comes before page 10, and one row among several."""
    place = place.replace("row ", "rows ")
    return [(int(piece), "") if piece.isdecimal() else (-1, piece) for piece in re.split(r"(\d+)", place)]


def faults_of_text(report: GuardReport) -> dict[str, str]:
    """Return a sentence for each field of the form whose own words were stopped."""
    faults = {
        place.where[:1].lower() + place.where[1:]: f"Found here: {place.what} of families on the roster. Take it out."
        for place in places_of(report.shown)
    }
    sender = faults.pop("sender", None)
    if sender:
        faults[""] = "The name of the school is also the name of somebody on the roster. Ask an administrator."
    return faults


def fault_of_letter(report: GuardReport) -> str:
    """Return a sentence for a letter that was written here and stopped: what was found, where, and what to do."""
    told = words_of(report)
    where = "; ".join(f"{place.where}: {place.what}" for place in told.places)
    return " ".join(filter(None, [told.found, where and f"{where}.", "Change the letter, and it is looked at again."]))
