"""Why the guard says what it says of a file: for whoever changes its rules (`portal guard explain`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.guard.evidence.hits import Sign
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Stretch, Trace, key_of
from portal.guard.evidence.weigh import Cues, Strength
from portal.guard.roster.index import Roster
from portal.guard.rules import Verdict, judge_file, report
from portal.guard.verdict.part_cache import PartCache
from portal.reading.reader import Part, Reading, Unreadable


@dataclass(frozen=True, slots=True)
class Hit:
    """One sign of a person, and why it counts or does not: `veto` says which rule dropped it."""

    stretch: Stretch
    kind: str
    people: tuple[str, ...]
    rule: Rule
    strength: Strength
    cues: Cues
    veto: Rule | None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Words that are no name, by which rule."""

    stretch: Stretch
    people: tuple[str, ...]
    veto: Rule


_Shown = tuple[str, str, str, tuple[str, ...], Rule]
"""Place, text, kind, people and rule of a hit."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A verdict with everything that led to it."""

    verdict: Verdict
    parts: tuple[Part, ...]
    hits: tuple[Hit, ...]
    dropped: tuple[Dropped, ...]


def explain(
    reading: Reading | Unreadable,
    roster: Roster,
    allowed: frozenset[str] = frozenset(),
    *,
    must_name: str | None = None,
    is_chosen: bool = False,
) -> Explained:
    """Judge a file as `judge_file` does, and keep what it looked at.

    What several views show is told of the first of them.
    """
    trace = Trace()
    cache = PartCache(trace=trace)
    verdict = judge_file(reading, roster, allowed, must_name=must_name, is_chosen=is_chosen, cache=cache)
    hits, dropped = dict[_Shown, Hit](), dict[object, Dropped]()
    for stretch, sign in trace.hits:
        hit = _hit(stretch, sign, trace, roster)
        hits.setdefault((stretch.where, stretch.text, hit.kind, hit.people, hit.rule), hit)
    held = {(where, text, people) for where, text, _, people, _ in hits}
    for stretch, names, veto in trace.dropped:
        one = Dropped(stretch, _people(roster.bearers_of(names), roster), veto)
        if (key := (stretch.where, stretch.text, one.people)) not in held:
            dropped.setdefault((*key, veto), one)
    parts = reading.parts if isinstance(reading, Reading) else ()
    return Explained(verdict, parts, tuple(hits.values()), tuple(dropped.values()))


def _hit(stretch: Stretch, sign: Sign, trace: Trace, roster: Roster) -> Hit:
    """Return a sign as it was when all of the file was weighed."""
    kept = trace.kept.get(key_of(sign))
    if kept is None or kept.rule != sign.rule:
        kept = sign
    return Hit(
        stretch,
        sign.kind,
        _people(kept.bearers, roster),
        kept.rule,
        kept.strength,
        kept.cues,
        trace.vetoes.get(key_of(sign)),
    )


def _people(places: Iterable[int], roster: Roster) -> tuple[str, ...]:
    """Return who stands at some places of the roster, as a developer tells them apart."""
    people = [roster.people[at] for at in places]
    return tuple(f"{one.kind} {one.given_name} {one.family_name} ({one.id})".replace("  ", " ") for one in people)


def in_plain(told: Explained) -> dict[str, Any]:
    """Return an explanation as plain values for JSON."""
    return {
        **report(told.verdict),
        "rules": _rules_of(told.verdict),
        "hits": [
            {
                **_stretch(hit.stretch),
                "kind": hit.kind,
                "people": list(hit.people),
                "rule": hit.rule,
                "cues": [{"rule": cue.rule, "weight": cue.weight} for cue in hit.cues],
                "strength": hit.strength,
                "counts": hit.veto is None,
                "veto": hit.veto,
            }
            for hit in told.hits
        ],
        "dropped": [{**_stretch(one.stretch), "people": list(one.people), "veto": one.veto} for one in told.dropped],
    }


def _stretch(stretch: Stretch) -> dict[str, Any]:
    return {"where": stretch.where, "view": stretch.view, "text": stretch.text, "line": stretch.line}


def _rules_of(verdict: Verdict) -> dict[str, list[str]]:
    """Return by which rules each place of a verdict was found."""
    findings = getattr(verdict, "findings", ())
    return {f"{one.where}: {one.kind}": list(one.rules) for one in findings}
