"""What the guard stopped, in words: the same on the page that says so and in a terminal."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from portal.publish.checking.check_file import GuardReport
from portal.words.sentences import Sentence, numbered, one_after_another, said, sentence
from portal.words.several import kept, with_commas, with_semicolons

_MOST_PLACES = 12
_MANY = sentence("A letter to many families names nobody.")
_ONE = sentence("A letter to one child names that child and its own family alone.")
_LEAFLET = one_after_another(
    sentence("Choose that child’s letter."),
    sentence(
        "A leaflet that names nobody can go to one child alone "
        "once the child’s name stands in the title or the message."
    ),
)
_OTHERS = "others"
_MISSING = "addressee-missing"
_UNCOUNTED = {_OTHERS, _MISSING}
_PAGE = re.compile(r"page (\d+)")
_ROWS = re.compile(r"(?P<sheet>.*)rows? (?P<first>\d+)(?:-(?P<last>\d+))?(?P<note>.*)")
_KINDS: Mapping[str, Callable[[int], Sentence]] = {
    "child-name": lambda number: numbered(
        "%(number)s full name of a child", "%(number)s full names of children", number
    ),
    "guardian-name": lambda number: numbered(
        "%(number)s full name of a guardian", "%(number)s full names of guardians", number
    ),
    "e-mail": lambda number: numbered("%(number)s e-mail address", "%(number)s e-mail addresses", number),
    "phone": lambda number: numbered("%(number)s phone number", "%(number)s phone numbers", number),
    "student-number": lambda number: numbered("%(number)s student number", "%(number)s student numbers", number),
    "birth-date": lambda number: numbered(
        "%(number)s birth date with a name", "%(number)s birth dates with a name", number
    ),
    "personal-columns": lambda number: numbered(
        "%(number)s row of personal data", "%(number)s rows of personal data", number
    ),
    "file-type": lambda number: numbered(
        "%(number)s name that says another kind of file", "%(number)s names that say another kind of file", number
    ),
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
    stopped = sentence("This file was stopped.")
    if report.verdict == "unreadable":
        return one_after_another(stopped, sentence("The portal can’t read all of it.")), kept(report.reason), ""
    if report.roster_shaped:
        return _told_of_list(report, stopped)
    if report.children:
        return (
            one_after_another(stopped, _named(report)),
            _named_of_roster(report),
            one_after_another(to_whom, sentence("Take the names out, or choose the file you meant to send.")),
        )
    if "file-type" in kinds:
        advice = sentence("Make sure it is the file you meant, save it under a name that fits, and choose it again.")
        return one_after_another(stopped, sentence("Its name does not fit.")), kept(report.reason), advice
    if _MISSING in kinds:
        told = one_after_another(stopped, sentence("It does not name the child it is for."))
        return told, kept(report.reason), _LEAFLET
    return stopped, kept(report.reason), sentence("Choose the file you meant to send.")


def _told_of_list(report: GuardReport, stopped: str) -> tuple[str, str, str]:
    choose = sentence("If you meant to send a letter, choose that file.")
    never = sentence("A list like this can’t be sent to families by anyone, not even with approval.")
    advice = choose if report.may_be_released else one_after_another(never, choose)
    if report.children:
        return one_after_another(stopped, sentence("It is a list of children.")), _named_of_roster(report), advice
    told = one_after_another(stopped, sentence("It is a list of people."))
    return told, sentence("It holds personal data in rows, of people who are not on your roster."), advice


def _named(report: GuardReport) -> Sentence:
    """Say how many children are named; of those elsewhere than whoever asked acts for, that there are some."""
    children, others = _counts(report)
    if not children:
        return sentence("It names others.") if others else sentence("It names nobody.")
    if others:
        return numbered("It names %(number)s child and others.", "It names %(number)s children and others.", children)
    return numbered("It names %(number)s child.", "It names %(number)s children.", children)


def _named_of_roster(report: GuardReport) -> Sentence:
    children, others = _counts(report)
    if not children:
        return sentence("It names others from your roster.") if others else sentence("It names nobody.")
    if others:
        return numbered(
            "It names %(number)s child and others from your roster.",
            "It names %(number)s children and others from your roster.",
            children,
        )
    return numbered(
        "It names %(number)s child from your roster.", "It names %(number)s children from your roster.", children
    )


def _counts(report: GuardReport) -> tuple[int, bool]:
    return (report.children, False) if report.near is None else (report.near.children, report.near.others)


def places_of(findings: Iterable[tuple[str, str, int]]) -> list[Place]:
    """Return where something was found, each place once, with all that was found there."""
    found: dict[str, Counter[str]] = {}
    for where, kind, count in findings:
        found.setdefault(where, Counter())[kind] += count
    places = _joined(sorted(found.items(), key=lambda one: _in_order(one[0])))
    return [Place(_said_of(where), _counted(kinds)) for where, kinds in places]


def _said_of(where: str) -> str:
    """Return a place as a line begins with it; a page in the reader's own language."""
    page = _PAGE.fullmatch(where)
    return sentence("Page %(page)s", page=page[1]) if page else where[:1].upper() + where[1:]


def _counted(kinds: Counter[str]) -> str:
    """Return what was found, of others at the end and without a number."""
    told: list[str] = [
        _KINDS[kind](count) if kind in _KINDS else f"{count:,} {kind}"
        for kind, count in kinds.items()
        if kind not in _UNCOUNTED
    ]
    told += [sentence("the name of the child it is for is missing")] if _MISSING in kinds else []
    return with_commas([*told, sentence("others")] if _OTHERS in kinds else told)


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
    faults: dict[str, str] = {
        place.where[:1].lower() + place.where[1:]: sentence(
            "Found here: %(what)s of families on the roster. Take it out.", what=place.what
        )
        for place in places_of(report.shown)
    }
    sender = faults.pop("sender", None)
    if sender:
        faults[""] = sentence(
            "The name of the school is also the name of somebody on the roster. Ask an administrator."
        )
    return faults


def fault_of_letter(report: GuardReport) -> str:
    """Return a sentence for a letter that was written here and stopped: what was found, where, and what to do."""
    told = words_of(report)
    where = with_semicolons([_where(place) for place in told.places])
    found = Sentence(lambda language: f"{said(where, language)}.") if told.places else ""
    return one_after_another(told.found, found, sentence("Change the letter, and it is looked at again."))


def _where(place: Place) -> Sentence:
    return Sentence(lambda language: f"{place.where}: {said(place.what, language)}")
