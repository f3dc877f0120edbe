"""`portal guard explain`: for developers, why the guard says what it says of a file.

It prints words of the file and names of the roster, on the screen of whoever runs it. Nothing of that is kept.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from rich.text import Text

from portal.cli.opening import people, print_json
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Stretch
from portal.guard.evidence.weigh import STRENGTHS
from portal.guard.explaining import Dropped, Explained, Hit, explain, in_plain
from portal.guard.roster.index import Person, Roster
from portal.guard.roster.kin import families_of
from portal.guard.rules import Blocked, Clear, report
from portal.publish.checking.check_file import Yardstick
from portal.reading.reader import Part, Reader
from portal.rosters.caged import read_roster

_WIDEST = 12
"""People of one candidate that are printed: in a large district hundreds bear one name."""


def explained(reader: Reader, file: Path, by: Yardstick) -> Explained:
    """Read a file in the cage and judge it, with all that led to the verdict."""
    reading = reader.read(file, file.name, by.known)
    return explain(reading, by.roster, by.allowed, must_name=by.must_name, is_chosen=by.is_chosen)


def print_explained(file: Path, told: Explained, *, as_json: bool) -> None:
    """Print an explanation: for programs as one object, for people part by part."""
    if as_json:
        print_json(file=str(file), **in_plain(told))
        return
    said = report(told.verdict)
    _say(f"{file}: {said['verdict']}. {said['reason']}".rstrip())
    shown, told_of = {hit.rule for hit in told.hits}, set[Rule]()
    for finding in told.verdict.findings if isinstance(told.verdict, Blocked) else ():
        _say(f"  {finding.where}: {finding.count:,} {finding.kind}")
        for rule in finding.rules:
            if rule not in shown:
                _say(f"    {_named(rule, told_of)}")
    if isinstance(told.verdict, Clear) and not (told.hits or told.dropped):
        _say("  Nothing in it may be a person of the roster.")
    for part in told.parts:
        _print_part(part, told, told_of)


def _named(rule: Rule, told_of: set[Rule], weight: str = "") -> str:
    """Return the id of a rule; the first time with what it stands for."""
    is_new = rule not in told_of
    told_of.add(rule)
    return f"{rule}{weight}: {rule.sentence}" if is_new else f"{rule}{weight}"


def _say(line: str) -> None:
    """Print a line as it is: what a file holds is no markup, no name of an emoji and no order to a terminal."""
    people.print(Text("".join(letter if letter.isprintable() else " " for letter in line)))


def _print_part(part: Part, told: Explained, told_of: set[Rule]) -> None:
    """Print the views of one part with what each shows."""
    hits = [hit for hit in told.hits if hit.stretch.where == part.place]
    dropped = [one for one in told.dropped if one.stretch.where == part.place]
    if not (hits or dropped):
        return
    people.print()
    _say(f"{part.place} ({len(part.text):,} characters{', read off a picture' if part.by_ocr else ''})")
    told_here: list[Hit | Dropped] = sorted([*hits, *dropped], key=lambda one: one.stretch.line)
    for view in dict.fromkeys(one.stretch.view for one in told_here):
        some = [one for one in told_here if one.stretch.view == view]
        _say(f"  view {view}: {view.sentence}")
        for one in some:
            for line in _hit(one, told_of) if isinstance(one, Hit) else _dropped(one, told_of):
                _say(f"    {line}")


def _hit(hit: Hit, told_of: set[Rule]) -> Iterator[str]:
    yield f"{_quoted(hit.stretch)}: {hit.kind} of {_whose(hit.people)}"
    yield f"  {_named(hit.rule, told_of)}"
    yield from (f"  {_named(rule, told_of, f' {weight:+d}')}" for rule, weight in hit.cues)
    yield f"  strength: {_because(hit)}: it {'counts' if hit.veto is None else 'does not count'}"
    if hit.veto is not None:
        yield f"  {_named(hit.veto, told_of)}"


def _because(hit: Hit) -> str:
    """Return from which strength the weights of the cues lead to that of a hit."""
    weights = [cue.weight for cue in hit.cues]
    base = STRENGTHS[STRENGTHS.index(hit.strength) - sum(weights)]
    by_cues = " ".join(f"{weight:+d}" for weight in weights)
    return f"{base} by the rule" + (f", {hit.strength} by the cues ({by_cues})" if weights else "")


def _dropped(one: Dropped, told_of: set[Rule]) -> Iterator[str]:
    yield f"{_quoted(one.stretch)}: passed over as {_whose(one.people)}"
    yield f"  {_named(one.veto, told_of)}"


def _quoted(stretch: Stretch) -> str:
    words = " ".join(stretch.text.split())
    return f"“{words}”{f' in line {stretch.line}' if stretch.line else ''}"


def _whose(bearers: tuple[str, ...]) -> str:
    more = len(bearers) - _WIDEST
    return ", ".join(bearers[:_WIDEST]) + (f" and {more:,} more" if more > 0 else "")


def roster_in(path: Path, now: datetime) -> Roster:
    """Return the guard's index of a roster file that nobody has to import."""
    with read_roster(path, now.date()) as told:
        family_of = families_of(
            (f"guardian {one.guardian_source}", f"child {one.child_source}") for one in told.guardianships()
        )
        children = [
            Person(
                "child",
                one_id,
                family_of.get(one_id, frozenset({one_id})),
                one.given_name,
                one.family_name,
                numbers=(one.student_number,),
                birth_date=one.birth_date,
            )
            for one in told.children()
            for one_id in (f"child {one.source_id}",)
        ]
        guardians = [
            Person(
                "guardian",
                one_id,
                family_of.get(one_id, frozenset()),
                one.given_name,
                one.family_name,
                emails=(str(one.email),) if one.email else (),
                phones=tuple(filter(None, (one.mobile, one.home_phone))),
            )
            for one in told.guardians()
            for one_id in (f"guardian {one.source_id}",)
        ]
    return Roster.of((*children, *guardians))
