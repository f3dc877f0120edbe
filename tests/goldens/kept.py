"""The goldens as they are kept: what the guard was asked, and what it said, in plain lines.

`cases.jsonl.xz` holds the questions, `rosters.jsonl.xz` the rosters they name, each once, and `verdicts.jsonl` the
answers: the one file that changes when a verdict does, so that a review reads it line by line.
"""

import hashlib
import json
import lzma
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from portal.guard.evidence.trace import Trace, key_of
from portal.guard.mentions.signs import Crowd
from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import Blocked, Clear, Finding, judge
from portal.guard.verdict.part_cache import PartCache
from portal.reading.reader import Part, Rows

FOLDER: Final = Path(__file__).parent / "recorded"
ENOUGH: Final = Crowd().enough
_ID: Final = 10
"""Hexadecimal digits of a hash: 40 bits tell some thousand cases apart."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question to `judge`. `test` is the test that asked it first, `enough` the size of a crowd."""

    test: str
    parts: tuple[Part, ...]
    roster: str
    allowed: frozenset[str] = frozenset()
    must_name: str | None = None
    is_chosen: bool = False
    near: frozenset[str] | None = None
    rows: Rows | None = None
    may_list: bool = False
    enough: int = ENOUGH
    filled: str | None = None

    @property
    def id(self) -> str:
        """A name that hangs on the question alone."""
        return hash_of([value for key, value in _case_in_plain(self).items() if key != "test"])

    def verdict(self, rosters: "Rosters") -> dict[str, Any]:
        """Ask the guard again: the verdict, the rules of hits that do not count, and the vetoes."""
        trace = Trace()
        said = self.asked(rosters, trace)
        vetoes = {veto for *_, veto in trace.dropped} | {*trace.vetoes.values()}
        uncounted = [sign for _, sign in trace.hits if key_of(sign) not in trace.kept]
        rules = {rule for sign in uncounted for rule in (sign.rule, *(cue.rule for cue in sign.cues))}
        return in_plain(said) | {key: sorted(some) for key, some in (("uncounted", rules), ("vetoes", vetoes)) if some}

    def asked(self, rosters: "Rosters", trace: Trace | None) -> Clear | Blocked:
        """Return what the guard says, and tell a trace why, if there is one."""
        return judge(
            self.parts,
            rosters[self.roster],
            self.allowed,
            must_name=self.must_name,
            is_chosen=self.is_chosen,
            near=self.near,
            rows=self.rows,
            may_list=self.may_list,
            filled=self.filled,
            cache=PartCache(crowd=Crowd(enough=self.enough), trace=trace),
        )


class Rosters:
    """The kept rosters; each is made into an index when it is first asked for."""

    def __init__(self, kept: dict[str, dict[str, Any]]) -> None:
        self.kept = kept
        self._made: dict[str, Roster] = {}

    def __getitem__(self, key: str) -> Roster:
        if key not in self._made:
            self._made[key] = roster_of(self.kept[key])
        return self._made[key]


def hash_of(plain: object) -> str:
    """Return a short hash of a plain value."""
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:_ID]


def in_plain(said: Clear | Blocked) -> dict[str, Any]:
    """Return a verdict as plain values."""
    if isinstance(said, Clear):
        return {"verdict": "clear"}
    row: dict[str, Any] = {
        "verdict": "blocked",
        "findings": [_finding(found) for found in said.findings],
        "children": said.children,
        "roster_shaped": said.roster_shaped,
        "people": sorted(said.people),
    }
    if said.near:
        row["near"] = {"children": said.near.children, "findings": [_finding(found) for found in said.near.findings]}
    return row


def verdict_alone(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a plain verdict says without the rules that made it say so."""
    alone = {key: value for key, value in row.items() if key not in {"uncounted", "vetoes"}}
    if "near" in alone:
        alone["near"] = verdict_alone(alone["near"])
    if "findings" in alone:
        alone["findings"] = [finding[:3] for finding in alone["findings"]]
    return alone


def _finding(found: Finding) -> list[Any]:
    return [found.where, found.kind, found.count, list(found.rules), [list(cue) for cue in found.cues]]


def roster_in_plain(people: Iterable[Person], known: Known) -> dict[str, Any]:
    """Return whom a roster holds as plain values."""
    return {
        "people": [
            [
                one.kind,
                one.id,
                sorted(one.family),
                one.given_name,
                one.family_name,
                list(one.emails),
                list(one.phones),
                list(one.numbers),
                one.birth_date and one.birth_date.isoformat(),
            ]
            for one in people
        ],
        "known": [list(known.phrases), list(known.staff), list(known.emails), list(known.phones)],
    }


def roster_of(plain: dict[str, Any]) -> Roster:
    """Build the index of a kept roster."""
    people = [
        Person(
            kind,
            person,
            frozenset(family),
            given,
            last,
            tuple(emails),
            tuple(phones),
            tuple(numbers),
            date.fromisoformat(born) if born else None,
        )
        for kind, person, family, given, last, emails, phones, numbers, born in plain["people"]
    ]
    return Roster.of(people, Known(*map(tuple, plain["known"])))


def _case_in_plain(case: Case) -> dict[str, Any]:
    """Return a case as plain values, without those that are as usual."""
    row: dict[str, Any] = {
        "test": case.test,
        "roster": case.roster,
        "parts": [[part.place, part.text, *([1] if part.by_ocr else [])] for part in case.parts],
    }
    row |= {"allowed": sorted(case.allowed)} if case.allowed else {}
    row |= {"must_name": case.must_name} if case.must_name is not None else {}
    row |= {"is_chosen": True} if case.is_chosen else {}
    row |= {"near": sorted(case.near)} if case.near is not None else {}
    row |= {"rows": [list(one) for one in case.rows]} if case.rows is not None else {}
    row |= {"may_list": True} if case.may_list else {}
    row |= {"filled": case.filled} if case.filled is not None else {}
    return row | ({"enough": case.enough} if case.enough != ENOUGH else {})


def _case_of(row: dict[str, Any]) -> Case:
    return Case(
        row["test"],
        tuple(Part(part[0], part[1], by_ocr=bool(part[2:])) for part in row["parts"]),
        row["roster"],
        frozenset(row.get("allowed", ())),
        row.get("must_name"),
        row.get("is_chosen", False),
        frozenset(row["near"]) if "near" in row else None,
        tuple((place, count) for place, count in row["rows"]) if "rows" in row else None,
        row.get("may_list", False),
        row.get("enough", ENOUGH),
        row.get("filled"),
    )


def cases() -> Iterator[Case]:
    """Yield all kept cases."""
    return map(_case_of, _read("cases.jsonl.xz"))


def rosters() -> Rosters:
    """Return all kept rosters."""
    return Rosters({row["roster"]: row for row in _read("rosters.jsonl.xz")})


def verdicts() -> dict[str, dict[str, Any]]:
    """Return what the guard said when the goldens were recorded, by the id of the case."""
    lines = (FOLDER / "verdicts.jsonl").read_text(encoding="utf-8").splitlines()
    return {row.pop("case"): row for row in map(json.loads, lines)}


def keep_cases(asked: Iterable[Case], people: Mapping[str, dict[str, Any]]) -> None:
    """Keep cases, and the rosters they name."""
    every = list(asked)
    needed = sorted({case.roster for case in every})
    _write("cases.jsonl.xz", map(_case_in_plain, every))
    _write("rosters.jsonl.xz", ({"roster": key, **people[key]} for key in needed))


def keep_verdicts(said: Mapping[str, dict[str, Any]], tests: Mapping[str, str]) -> None:
    """Keep verdicts, each with the test that asked, in the order of the cases."""
    rows = (
        {"case": case, "test": tests[case], **{key: value for key, value in row.items() if key != "test"}}
        for case, row in said.items()
    )
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    (FOLDER / "verdicts.jsonl").write_text(text, encoding="utf-8")


def _read(name: str) -> Iterator[dict[str, Any]]:
    with lzma.open(FOLDER / name, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _write(name: str, rows: Iterable[dict[str, Any]]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with lzma.open(FOLDER / name, "wt", encoding="utf-8", preset=9) as lines:
        lines.writelines(f"{json.dumps(row)}\n" for row in rows)
