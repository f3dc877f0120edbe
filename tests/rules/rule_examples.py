"""The examples of each rule of the guard: texts it says yes to and texts it says no to, as data in `examples/`.

A table `[name.kin]` holds the examples of the rule `name.kin`, by what they are and the language they are in:

    [name.kin]
    yes.en = ["Ana, daughter of Mrs. Rivera, was late."]
    yes.es = ["Ana, hija de la Sra. Rivera, faltó ayer."]
    no.en = ["Ana and Mrs. Rivera's class went home."]
    no.es = ["Ana y la clase de la Sra. Rivera se fueron."]

A text that holds names and figures but no word of a language is of `any`. Beside `yes` and `no` a table may say:

    people = [{given = "Emma", family = "Thompson"}]   children beside the cast of tests/rules/guarded.py
    allowed = ["ana"]                                  whom the readers may see, by the ids of the cast
    one-language = "…"                                 why its examples are in one language
    alone-decides-nothing = "…"                        why it may be off and no verdict of its examples changes

and the rest of `Setting`. A form feed (\\f) begins another page. Where one example needs something else, it is a table
of its own: {text = "…", ocr = true}.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Trace, key_of
from portal.guard.mentions.signs import Crowd
from portal.guard.roster.index import Known, Person, Roster
from portal.guard.rules import Verdict, judge, judge_file
from portal.guard.verdict.part_cache import PartCache
from portal.reading.parsing import parse
from portal.reading.reader import Part
from tests.rules.guarded import CHILDREN, GUARDIANS, KNOWN

FOLDER: Final = Path(__file__).parent / "examples"
ANY: Final = "any"
"""The language of texts without a word of any."""
_FIRST_NUMBER: Final = 500_001


@dataclass(frozen=True, slots=True)
class Setting:
    """Under what a text is judged, other than the cast of `guarded` and nobody allowed."""

    people: tuple[Mapping[str, Any], ...] = ()
    staff: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """Phone numbers of the organisation."""
    allowed: tuple[str, ...] = ()
    must_name: str | None = None
    ocr: bool = False
    name: str = ""
    """The name of a file that holds the text; without one the text is a page that was read already."""
    enough: int = Crowd().enough
    """From how many people on the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and whether its rule says yes to it."""

    rule: Rule
    is_yes: bool
    language: str
    text: str
    setting: Setting = field(default=Setting(), repr=False)


@dataclass(frozen=True, slots=True)
class Examples:
    """All examples of a rule, and the reasons where it has fewer than it should have."""

    rule: Rule
    every: tuple[Example, ...]
    one_language: str = ""
    alone_decides_nothing: str = ""

    def of(self, *, is_yes: bool) -> tuple[Example, ...]:
        """Return those that it says yes to, or no."""
        return tuple(one for one in self.every if one.is_yes == is_yes)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the guard says of an example, and the ids of all that stands in its trace."""

    verdict: Verdict
    standing: frozenset[Rule]


def every_rule() -> dict[Rule, Examples]:
    """Return the examples of each rule. An id that there is not raises `ValueError`."""
    found = dict[Rule, Examples]()
    for file in sorted(FOLDER.glob("*.toml")):
        for family, tables in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for short, table in tables.items():
                rule = Rule(f"{family}.{short}")
                if rule in found:
                    raise ValueError(f"{rule} has examples in two places.")
                found[rule] = _examples_of(rule, dict(table))
    return found


def _examples_of(rule: Rule, table: dict[str, Any]) -> Examples:
    groups = {"yes": table.pop("yes", {}), "no": table.pop("no", {})}
    reasons = table.pop("one-language", ""), table.pop("alone-decides-nothing", "")
    every = (
        _example(rule, name, language, given, table)
        for name, by_language in groups.items()
        for language, some in by_language.items()
        for given in some
    )
    return Examples(rule, tuple(every), *reasons)


def _example(rule: Rule, name: str, language: str, given: str | dict[str, Any], table: dict[str, Any]) -> Example:
    own = {"text": given} if isinstance(given, str) else given
    merged = table | own
    text = merged.pop("text")
    known = {one.name for one in fields(Setting)}
    if unknown := merged.keys() - known:
        raise ValueError(f"{rule}: {', '.join(sorted(unknown))} is no setting.")
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in merged.items()}
    return Example(rule, name == "yes", language, text, Setting(**plain))


def asked(example: Example, *off: Rule) -> Asked:
    """Judge an example with a trace, with some rules off."""
    setting, trace = example.setting, Trace(off=frozenset(off))
    roster = _roster_of(setting)
    cache = PartCache(crowd=Crowd(enough=setting.enough), trace=trace)
    allowed = frozenset(setting.allowed)
    verdict: Verdict
    if setting.name:
        reading = parse(example.text.encode(), setting.name).reading
        verdict = judge_file(reading, roster, allowed, must_name=setting.must_name, cache=cache)
    else:
        pages = enumerate(example.text.split("\f"), 1)
        parts = [Part(f"page {number}", page, by_ocr=setting.ocr) for number, page in pages]
        verdict = judge(parts, roster, allowed, must_name=setting.must_name, cache=cache)
    return Asked(verdict, frozenset(_standing(verdict, trace)))


def _standing(verdict: Verdict, trace: Trace) -> Iterator[Rule]:
    """Yield the ids of all hits and their cues, of the findings and of every veto."""
    signs = (*(sign for _, sign in trace.hits), *trace.kept.values())
    for made in (*signs, *getattr(verdict, "findings", ())):
        yield from getattr(made, "rules", None) or (made.rule,)
        yield from (cue.rule for cue in made.cues)
    yield from (veto for *_, veto in trace.dropped)
    yield from (trace.vetoes[key] for key in {key_of(sign) for sign in signs} & trace.vetoes.keys())


def _roster_of(setting: Setting) -> Roster:
    people = tuple(tuple(sorted(one.items())) for one in setting.people)
    return _roster(people, setting.staff, setting.phrases, setting.phones)


@cache
def _roster(
    people: tuple[tuple[tuple[str, Any], ...], ...],
    staff: tuple[str, ...],
    phrases: tuple[str, ...],
    phones: tuple[str, ...],
) -> Roster:
    """Return an index of the cast with some children more, each with a guardian if a contact of theirs is given."""
    more = [_people(at, **dict(one)) for at, one in enumerate(people)]
    known = Known((*KNOWN.phrases, *phrases), (*KNOWN.staff, *staff), KNOWN.emails, (*KNOWN.phones, *phones))
    return Roster.of((*CHILDREN, *GUARDIANS, *(one for some in more for one in some)), known)


def _people(
    at: int,
    given: str,
    family: str,
    number: str = "",
    born: date | None = None,
    parent: str = "",
    phone: str = "",
    email: str = "",
) -> list[Person]:
    """Return a child whose id is its name, and with `parent`, `phone` or `email` a guardian."""
    called = f"{given} {family}".lower()
    child = Person(
        "child",
        called,
        frozenset((called,)),
        given,
        family,
        numbers=(number or str(_FIRST_NUMBER + at),),
        birth_date=born,
    )
    if not (parent or phone or email):
        return [child]
    contacts = (email,) if email else (), (phone,) if phone else ()
    return [child, Person("guardian", f"parent of {called}", child.family, parent or "Mo", family, *contacts)]
