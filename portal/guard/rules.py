"""Whether a text names someone its readers may not see: exact matching of all of it against everyone known.

A sign is a full name in either order, a mail address, a phone number in any notation or a student number as
a whole token. A given or a family name alone never is one; in a table both may stand in cells apart. A number
of fewer than five digits counts only beside "student number" (or the like), or with three digits and more on a
line with a name of that child: short numbers are ages, rooms and prices as well. A number of five digits right
after the capitals of a US state is a postal code.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, assert_never

from ahocorasick_rs import AhoCorasick

from portal.guard.roster import PHONE_DIGITS, Name, Roster, addresses_in
from portal.guard.words import fold, is_unspaced, words
from portal.reading.reader import Part, Reading, Unreadable

SignKind = Literal["child-name", "guardian-name", "e-mail", "phone", "student-number"]
ROSTER_FAMILIES: Final = 3

_PHONE: Final = re.compile(r"\d(?:[ ().+/-]{0,3}\d){6,}")
_LONGEST_PHONE: Final = 15  # ITU-T E.164
_LONGEST_CODE: Final = 3
_FIELD_WORDS: Final = re.compile(r" (?:[^\W\d]|first|last|given|middle|family|sur|name|surname|nombre|apellidos?)(?= )")
_LABELS: Final = frozenset(("number", "no", "id", "nr", "num"))
_LABELLED: Final = frozenset(("student", "pupil", "child"))
_POSTAL: Final = re.compile(
    r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ALN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])[.,]?\s+(\d{5})\b"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """How many different signs of one kind stand in one place. Never the sign itself."""

    where: str
    kind: SignKind
    count: int


@dataclass(frozen=True, slots=True)
class Clear:
    """Nobody is named whom the readers may not see."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """Others are named. `children` counts them, and once each family of which only a guardian is named.

    `roster_shaped` when three or more families are: that is released by nobody.
    """

    findings: tuple[Finding, ...]
    children: int
    roster_shaped: bool


Verdict = Clear | Blocked | Unreadable


@dataclass(frozen=True, slots=True)
class _Sign:
    where: str
    kind: SignKind
    text: str
    bearers: tuple[int, ...]


def judge(parts: Iterable[Part], roster: Roster, allowed: frozenset[str] = frozenset()) -> Clear | Blocked:
    """Decide over all of `parts` at once. `allowed` holds the ids of persons who may be named, if any.

    A sign that also belongs to someone allowed (a namesake, a shared phone) is theirs. Only as complete as
    `roster`: whoever has none yet must say "wait" instead of asking.
    """
    signs = {
        sign
        for part in parts
        for sign in _signs_in(part, roster)
        if not any(roster.people[bearer].id in allowed for bearer in sign.bearers)
    }
    if not signs:
        return Clear()
    counts = Counter((sign.where, sign.kind) for sign in signs)
    findings = (Finding(where, kind, count) for (where, kind), count in counts.items())
    children, families = _count_named(signs, roster)
    in_order = tuple(sorted(findings, key=lambda finding: (finding.where, finding.kind)))
    return Blocked(in_order, children, families >= ROSTER_FAMILIES)


def judge_file(reading: Reading | Unreadable, roster: Roster, allowed: frozenset[str] = frozenset()) -> Verdict:
    """Decide over a file with its name; what cannot be read stays unreadable."""
    return reading if isinstance(reading, Unreadable) else judge(reading.parts, roster, allowed)


def judge_text(place: str, text: str, roster: Roster, allowed: frozenset[str] = frozenset()) -> Clear | Blocked:
    """Decide over one piece of text, such as a title or a message."""
    return judge((Part(place, text),), roster, allowed)


def report(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values for JSON, a page or the ledger."""
    row: dict[str, Any] = {"verdict": "clear", "children": 0, "roster_shaped": False, "findings": [], "reason": ""}
    match verdict:
        case Clear():
            return row
        case Unreadable(reason):
            return row | {"verdict": "unreadable", "reason": reason}
        case Blocked(findings, children, roster_shaped):
            rows = [{"where": found.where, "kind": found.kind, "count": found.count} for found in findings]
            others = "one child" if children == 1 else f"{children} children"
            return row | {
                "verdict": "blocked",
                "children": children,
                "roster_shaped": roster_shaped,
                "findings": rows,
                "reason": f"It names {others} of other families. Choose a file that names nobody else.",
            }
        case _:
            assert_never(verdict)


def _signs_in(part: Part, roster: Roster) -> Iterator[_Sign]:
    folded = fold(part.text)
    spaced = words(folded)
    present = set(spaced.split())
    for name in _names_in(folded, spaced, present, roster):
        is_child = any(roster.people[bearer].kind == "child" for bearer in name.bearers)
        kind: SignKind = "child-name" if is_child else "guardian-name"
        yield _Sign(part.place, kind, f"{name.given} {name.family}", name.bearers)
    for address in addresses_in(folded) & roster.emails.keys():
        yield _Sign(part.place, "e-mail", address, roster.emails[address])
    for phone in _phones_in(folded) & roster.phones.keys():
        yield _Sign(part.place, "phone", phone, roster.phones[phone])
    for number, bearers in _numbers_in(part.text, folded, spaced, present, roster):
        yield _Sign(part.place, "student-number", number, bearers)


def _names_in(folded: str, spaced: str, present: set[str], roster: Roster) -> set[Name]:
    """Find full names: only those of which every word is there are looked for, in one pass."""
    names = [
        name
        for word in present & roster.names.keys()
        for name in roster.names[word]
        if present.issuperset(name.given.split()) and present.issuperset(name.family.split())
    ]
    found: set[Name] = set()
    if names:
        search = AhoCorasick([pattern for name in names for pattern in name.patterns])
        without_fields = _FIELD_WORDS.sub("", spaced)
        for text in (spaced, without_fields) if without_fields != spaced else (spaced,):
            found |= {names[hit // 2] for hit, _, _ in search.find_matches_as_indexes(text, overlapping=True)}
    if roster.unspaced and is_unspaced(folded):
        joined = spaced.replace(" ", "")
        found |= {name for pattern, name in roster.unspaced.items() if pattern in joined}
    return found | _names_in_columns(folded, roster)


def _names_in_columns(folded: str, roster: Roster) -> set[Name]:
    """Find names whose parts fill two cells of a row with others between them. Fewer than a list may be chance."""
    found: set[Name] = set()
    for row in folded.split("\n\n") if "\t" in folded else ():
        cells = {words(cell).strip() for cell in row.split("\t")}
        for cell in cells:
            of_word = roster.names.get(cell.rpartition(" ")[2], ())
            found.update(name for name in of_word if name.family == cell and name.given in cells - {cell})
    return found if len(found) >= ROSTER_FAMILIES else set()


def _phones_in(folded: str) -> set[str]:
    """Return every reading of the digit groups as national digits: with and without trunk zeros and country code."""
    found = set()
    for run in _PHONE.findall(folded):
        groups = re.findall(r"\d+", run)
        for first in range(len(groups)):
            digits = ""
            for group in groups[first:]:
                digits += group
                if len(digits) > _LONGEST_PHONE + 2:
                    break
                bare = digits.lstrip("0")
                for code in range(_LONGEST_CODE + 1):
                    core = bare[code:].lstrip("0")
                    if len(core) >= PHONE_DIGITS:
                        found.add(core)
    return found


def _numbers_in(
    text: str, folded: str, spaced: str, present: set[str], roster: Roster
) -> Iterator[tuple[str, tuple[int, ...]]]:
    single = present & roster.numbers.keys()
    single |= {
        number for number in roster.numbers_of_words if number.rpartition(" ")[2] in present and f" {number} " in spaced
    }
    codes = Counter(_POSTAL.findall(text)) if any(len(number) == 5 for number in single) else Counter[str]()
    for number in single:
        if number not in codes or spaced.count(f" {number} ") > codes[number]:
            yield number, roster.numbers[number]
    if weak := present & roster.weak_numbers.keys():
        for line in folded.split("\n"):
            yield from _weak_numbers_in(words(line).split(), weak, roster)


def _weak_numbers_in(line: list[str], weak: set[str], roster: Roster) -> Iterator[tuple[str, tuple[int, ...]]]:
    for position, word in enumerate(line):
        if word not in weak:
            continue
        before = line[max(position - 2, 0) : position]
        if len(before) == 2 and before[0] in _LABELLED and before[1] in _LABELS:
            yield word, roster.weak_numbers[word]
        elif len(word) >= 3:
            named = tuple(at for at in roster.weak_numbers[word] if _is_named_on(line, roster, at))
            if named:
                yield word, named


def _is_named_on(line: list[str], roster: Roster, position: int) -> bool:
    person = roster.people[position]
    on_line = set(line)
    names = (words(fold(name)).split() for name in (person.given_name, person.family_name))
    return any(name and on_line.issuperset(name) for name in names)


def _count_named(signs: set[_Sign], roster: Roster) -> tuple[int, int]:
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
