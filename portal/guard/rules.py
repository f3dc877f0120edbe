"""Whether a text names someone its readers may not see: exact matching of all of it against everyone known.

A sign is a full name, a mail address, a phone number or a student number, in whatever notation, or a birth date
beside a name of that child. A given or a family name alone never is one. A name made of ordinary words is a weak
sign, which counts beside a second one of the same family, or in a list.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, assert_never

from portal.guard.roster import Person, Roster
from portal.guard.shape import personal_rows
from portal.guard.signs import Sign, SignKind, signs_across, signs_in, upheld
from portal.guard.words import words_of
from portal.reading.reader import Part, Reading, Unreadable

FindingKind = SignKind | Literal["personal-columns", "file-type", "addressee-missing"]
ROSTER_FAMILIES: Final = 3

_EVERYWHERE: Final = "whole file"
_NEVER_RELEASED: Final = frozenset(("file-type", "addressee-missing"))
_SENTENCES: Final[dict[str, str]] = {
    "file-type": "The end of its name does not fit what is inside. Check that it is the file you meant.",
    "personal-columns": "It is a list of people with personal columns. Choose the letter instead.",
    "addressee-missing": "This does not look like the letter of the child it is for. Choose the right file.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """How many different signs of one kind stand in one place. Never the sign itself."""

    where: str
    kind: FindingKind
    count: int


@dataclass(frozen=True, slots=True)
class Clear:
    """Nobody is named whom the readers may not see."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Others are named, or it is not the file it should be.

    `children` counts the children named, and once each family of which only a guardian is; `people` holds the ids
    of all who are. `roster_shaped` when three or more families are named, or the file is a list of people whoever
    they are: that is released by nobody.
    """

    findings: tuple[Finding, ...]
    children: int
    roster_shaped: bool
    people: frozenset[str] = frozenset()


Verdict = Clear | Blocked | Unreadable


def judge(
    parts: Iterable[Part], roster: Roster, allowed: frozenset[str] = frozenset(), *, must_name: str | None = None
) -> Clear | Blocked:
    """Decide over all of `parts` at once. `allowed` holds the ids of persons who may be named, if any.

    A sign that also belongs to someone allowed (a namesake, a shared phone) is theirs. `must_name` is the id of
    a child who has to be named somewhere. Only as complete as `roster`: whoever has none yet must say "wait"
    instead of asking.
    """
    every = tuple(parts)
    found = list(dict.fromkeys(sign for part in every for sign in signs_in(part, roster)))
    found += signs_across(every, roster)
    signs = [
        sign
        for sign in upheld((sign for sign in found if not sign.is_known), roster)
        if not any(roster.people[bearer].id in allowed for bearer in sign.bearers)
    ]
    counts = _counted(signs)
    lists = personal_rows(every)
    counts.update({(where, "personal-columns"): rows for where, rows in lists})
    if must_name is not None and not _is_named(must_name, found, every, roster):
        counts[_EVERYWHERE, "addressee-missing"] += 1
    if not counts:
        return Clear()
    children, families = _count_named(signs, roster)
    findings = (Finding(where, kind, count) for (where, kind), count in sorted(counts.items()))
    people = frozenset(roster.people[bearer].id for sign in signs for bearer in sign.bearers)
    return Blocked(tuple(findings), children, families >= ROSTER_FAMILIES or bool(lists), people)


def judge_file(
    reading: Reading | Unreadable,
    roster: Roster,
    allowed: frozenset[str] = frozenset(),
    *,
    must_name: str | None = None,
) -> Verdict:
    """Decide over a file with its name; what cannot be read stays unreadable."""
    if isinstance(reading, Unreadable):
        return reading
    verdict = judge(reading.parts, roster, allowed, must_name=must_name)
    if not reading.misnamed:
        return verdict
    wrong = Finding("file name", "file-type", 1)
    if isinstance(verdict, Clear):
        return Blocked((wrong,), 0, roster_shaped=False)
    return Blocked((wrong, *verdict.findings), verdict.children, verdict.roster_shaped, verdict.people)


def judge_text(place: str, text: str, roster: Roster, allowed: frozenset[str] = frozenset()) -> Clear | Blocked:
    """Decide over one piece of text, such as a title or a message."""
    return judge((Part(place, text),), roster, allowed)


def may_be_released(verdict: Verdict) -> bool:
    """Whether a second person may let this pass: one or two families are named, and it is the right file."""
    return (
        isinstance(verdict, Blocked)
        and not verdict.roster_shaped
        and not any(finding.kind in _NEVER_RELEASED for finding in verdict.findings)
    )


def report(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values for JSON, a page or the ledger."""
    row: dict[str, Any] = {"verdict": "clear", "children": 0, "roster_shaped": False, "findings": [], "reason": ""}
    match verdict:
        case Clear():
            return row
        case Unreadable(reason):
            return row | {"verdict": "unreadable", "reason": reason}
        case Blocked(findings, children, roster_shaped):
            return row | {
                "verdict": "blocked",
                "children": children,
                "roster_shaped": roster_shaped,
                "findings": [{"where": found.where, "kind": found.kind, "count": found.count} for found in findings],
                "reason": _reason(verdict),
            }
        case _:
            assert_never(verdict)


def _reason(blocked: Blocked) -> str:
    kinds = {finding.kind for finding in blocked.findings}
    said = [sentence for kind, sentence in _SENTENCES.items() if kind in kinds]
    if blocked.children:
        others = "one child" if blocked.children == 1 else f"{blocked.children} children"
        said.insert(0, f"It names {others} of other families. Choose a file that names nobody else.")
    return " ".join(said)


def _counted(signs: Iterable[Sign]) -> Counter[tuple[str, FindingKind]]:
    """Count each sign once a place, however often it stands there."""
    different = {(sign.where, sign.kind, sign.text) for sign in signs}
    return Counter((where, kind) for where, kind, _ in different)


def _is_named(child: str, signs: Iterable[Sign], parts: tuple[Part, ...], roster: Roster) -> bool:
    """Whether a child is named: by any sign of its own, or by its given name beside a sign of its guardians."""
    theirs: set[str] = set()
    person: Person | None = next((one for one in roster.people if one.id == child), None)
    for sign in signs:
        for at in sign.bearers:
            bearer = roster.people[at]
            if bearer.id == child:
                return True
            if bearer.kind == "guardian" and child in bearer.family:
                theirs.add(bearer.id)
    if person is None or not (theirs or not person.family_name.strip()):
        return False
    given = words_of(person.given_name)[:1]
    return bool(given) and any(given[0] in words_of(part.text) for part in parts)


def _count_named(signs: Iterable[Sign], roster: Roster) -> tuple[int, int]:
    """Return children and families named. A sign several people share counts as one of them, already named or not."""
    named: dict[int, None] = {}
    children: set[str] = set()
    for sign in sorted(signs, key=lambda sign: (len(sign.bearers), sign.text)):
        if len(sign.bearers) > 1 and any(roster.people[at].family & children for at in sign.bearers):
            continue
        named[sign.bearers[0]] = None
        children |= roster.people[sign.bearers[0]].family
    people = [roster.people[at] for at in named]
    groups = _joined(person.family or frozenset({person.id}) for person in people)
    directly = {person.id for person in people if person.kind == "child"}
    return len(directly) + sum(not group & directly for group in groups), len(groups)


def _joined(families: Iterable[frozenset[str]]) -> list[set[str]]:
    """Join families that share a child, however long the chain."""
    group_of: dict[str, set[str]] = {}
    for family in families:
        joined = set(family).union(*(group_of[child] for child in family if child in group_of))
        group_of.update(dict.fromkeys(joined, joined))
    groups: dict[int, set[str]] = defaultdict(set)
    for group in group_of.values():
        groups[id(group)] = group
    return list(groups.values())
