"""Whether a text names someone its readers may not see: exact matching of all of it against everyone known.

A sign is a full name, a mail address, a phone number or a student number, in whatever notation, or a birth date
beside a name of that child. A given or a family name alone never is one. A name made of ordinary words is a weak
sign, which counts beside a second one of the same family, or in a list.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final, Literal, assert_never

from portal.guard.errors import TooLong
from portal.guard.evidence.hits import Sign, SignKind
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Trace, is_on, key_of
from portal.guard.evidence.weigh import Cue, Cues
from portal.guard.lists.list_shape import personal_rows
from portal.guard.mentions.signs import Found, bearers_of_all, signs_across, signs_in, upheld
from portal.guard.roster.index import Roster
from portal.guard.verdict.counting import count_named
from portal.guard.verdict.named_children import but_names_of, but_parts_of, children_by, children_of, is_called
from portal.guard.verdict.part_cache import PartCache
from portal.reading.reader import FILE_NAME, Part, Reading, Rows, Unreadable
from portal.words.sentences import Sentence, numbered, one_after_another, sentence

FindingKind = SignKind | Literal["personal-columns", "file-type", "addressee-missing", "addressee-unsure", "others"]
ROSTER_FAMILIES: Final = 3  # families that make a list of a file; by definition

_Fault = Literal["addressee-missing", "addressee-unsure"]
_FAULTS: Final[dict[_Fault, Rule]] = {
    "addressee-missing": Rule.ADDRESSEE_MISSING,
    "addressee-unsure": Rule.ADDRESSEE_UNSURE,
}
_EVERYWHERE: Final = "whole file"
_NEVER_RELEASED: Final = frozenset(("file-type", "addressee-missing", "addressee-unsure"))
_SENTENCES: Final[dict[str, str]] = {
    "file-type": sentence("The end of its name does not fit what is inside. Check that it is the file you meant."),
    "personal-columns": sentence("It is a list of people with personal columns. Choose the letter instead."),
    "addressee-missing": sentence("This does not look like the letter of the child it is for. Choose the right file."),
    "addressee-unsure": sentence("Another child bears the same name. Put the student number into the letter."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """How many different signs of one kind stand in one place. Never the sign itself.

    `others`: signs of children at other sites than those of whoever asked, however many, as one. `rules` found them,
    and `cues` changed how sure they are; two findings are the same whatever these are.
    """

    where: str
    kind: FindingKind
    count: int
    rules: tuple[Rule, ...] = field(default=(), compare=False)
    cues: Cues = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Clear:
    """Nobody is named whom the readers may not see."""


@dataclass(frozen=True, slots=True)
class Near:
    """What somebody who acts for some sites may know of a verdict: of others that they are named, not how many."""

    children: int
    findings: tuple[Finding, ...]

    @property
    def others(self) -> bool:
        """Whether somebody at other sites is named."""
        return any(finding.kind == "others" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Others are named, or it is not the file it should be.

    `children` counts the children named, and once each family of which only a guardian is; `people` holds the ids
    of all who are. `roster_shaped` when three or more families are named, or the file is a list of people whoever
    they are: that is released by nobody, but for a list of `strangers`, in which there is no sign of anybody on the
    roster, however unsure. `near` is what whoever asked may know, if they act for some sites.
    """

    findings: tuple[Finding, ...]
    children: int
    roster_shaped: bool
    people: frozenset[str] = frozenset()
    near: Near | None = None
    strangers: bool = False


Verdict = Clear | Blocked | Unreadable


def judge(
    parts: Iterable[Part],
    roster: Roster,
    allowed: frozenset[str] = frozenset(),
    *,
    must_name: str | None = None,
    is_chosen: bool = False,
    cache: PartCache | None = None,
    near: frozenset[str] | None = None,
    rows: Rows | None = None,
    may_list: bool = False,
    filled: str | None = None,
) -> Clear | Blocked:
    """Decide over all of `parts` at once. `allowed` holds the ids of persons who may be named, if any.

    A sign that also belongs to someone allowed (a namesake, a shared phone) is theirs. `must_name` is the id of a
    child who has to be named somewhere; with `is_chosen` somebody said that it is this child's letter, so a name
    that another child bears as well will do. Only as complete as `roster`: whoever has none yet must say "wait"
    instead of asking. `cache` holds what the same roster's search found before, and then what it finds now. `near`:
    the ids of the children at the sites of whoever asks; None is every site. `rows`: `personal_rows` of `parts`, if
    told. `may_list`: somebody released it as a list of strangers. `filled`: the id of a child whose name the portal
    wrote into it, so nobody else is meant by that. Raises `TooLong`.
    """
    every = tuple(parts)
    found, trace = _searched(every, roster, allowed, cache or PartCache()), cache.trace if cache else None
    signs = _of_others(found, roster, allowed, trace) if found else []
    signs = but_names_of(signs, roster.by_id[filled], roster) if filled and filled in roster.by_id else signs
    lists = _lists(every, rows, cache) if is_on(trace, Rule.LIST_COLUMNS) else ()
    are_strangers = bool(lists) and not signs and all(sign.is_own_contact for sign in found)
    lists = () if may_list and are_strangers else lists
    beside = [Finding(where, "personal-columns", count, (Rule.LIST_COLUMNS,)) for where, count in lists]
    fault = _how_named(must_name, found, every, roster) if must_name is not None else None
    if fault is not None and is_on(trace, _FAULTS[fault]) and not (is_chosen and fault == "addressee-unsure"):
        beside.append(Finding(_EVERYWHERE, fault, 1, (_FAULTS[fault],)))
    if not (findings := _counted(signs) + beside):
        return Clear()
    told = None if near is None else _near(signs, beside, roster, near)
    children, families = count_named(signs, roster)
    shaped = families >= ROSTER_FAMILIES or bool(lists)
    return Blocked(_in_order(findings), children, shaped, _ids_of(signs, roster), told, are_strangers)


def _lists(parts: tuple[Part, ...], rows: Rows | None, cache: PartCache | None) -> Rows:
    return personal_rows(parts, cache.lines if cache else None) if rows is None else rows


def _searched(parts: tuple[Part, ...], roster: Roster, allowed: frozenset[str], cache: PartCache) -> list[Sign]:
    """Return the signs in all parts, each once. Of a file that is a list by some of them, the rest may be counted."""
    try:
        found = [cache.found_in(part, roster) for part in parts]
    finally:
        cache.crowd.clear()
    across = tuple(signs_across(parts, roster, cache.trace))
    if any(one.counted is not None for one in found):
        surely = _of_others(dict.fromkeys(chain(*(one.signs for one in found), across)), roster, allowed)
        if count_named(surely, roster)[1] < ROSTER_FAMILIES:
            found = [
                one if one.counted is None else Found(signs_in(part, roster))
                for part, one in zip(parts, found, strict=True)
            ]
    signs = [*dict.fromkeys(chain.from_iterable((*one.signs, *(one.counted or ())) for one in found)), *across]
    return signs if cache.trace is None else cache.trace.left(signs)


def _of_others(
    found: Iterable[Sign], roster: Roster, allowed: frozenset[str], trace: Trace | None = None
) -> list[Sign]:
    """Return the signs that count and are nobody's who is allowed. The office's own phone needs another of these."""
    every = list(found)
    held, named = upheld(every, roster, trace), allowed if is_on(trace, Rule.VETO_ALLOWED) else frozenset[str]()
    signs = theirs = [sign for sign in held if not _is_of_any(named, sign, roster)]
    if allowed and is_on(trace, Rule.VETO_OWN_CONTACT) and any(sign.is_own_contact for sign in signs):
        alone = {one.text for one in upheld((one for one in every if not _is_of_any(allowed, one, roster)), roster)}
        signs = [sign for sign in signs if sign.text in alone or not sign.is_own_contact]
    people = [roster.by_id[one] for one in allowed if one in roster.by_id and is_on(trace, Rule.VETO_ALLOWED_PART)]
    sure = _ids_of((one for one in held if one.is_sure), roster) if signs and people else frozenset()
    kept = but_parts_of(signs, people, roster, sure) if signs and people else signs
    if trace is not None:
        trace.veto_others(every, held, Rule.VETO_ALONE)
        trace.veto_others(held, theirs, Rule.VETO_ALLOWED)
        trace.veto_others(theirs, signs, Rule.VETO_OWN_CONTACT)
        trace.veto_others(signs, kept, Rule.VETO_ALLOWED_PART)
        trace.kept.update((key_of(sign), sign) for sign in kept)
    return kept


def _is_of_any(people: frozenset[str], sign: Sign, roster: Roster) -> bool:
    return any(roster.people[at].id in people for at in sign.bearers)


def _ids_of(signs: Iterable[Sign], roster: Roster) -> frozenset[str]:
    return frozenset([roster.people[at].id for at in bearers_of_all(signs)])


def _in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: (one.where, one.kind)))


def _near(signs: Iterable[Sign], beside: list[Finding], roster: Roster, near: frozenset[str]) -> Near:
    """Return the verdict as somebody may know it who acts for the sites of `near`: who is elsewhere is others."""

    def is_near(at: int) -> bool:
        person = roster.people[at]
        return person.id in near if person.kind == "child" else bool(person.family & near)

    theirs: list[Sign] = []
    elsewhere: list[Sign] = []
    for sign in signs:
        if bearers := tuple(at for at in sign.bearers if is_near(at)):
            theirs.append(sign._replace(bearers=bearers))
        else:
            elsewhere.append(sign)
    others = [replace(one, kind="others", count=1) for one in _counted(elsewhere)]
    unlike = {one.where: one for one in others}.values()
    return Near(count_named(theirs, roster)[0], _in_order((*_counted(theirs), *beside, *unlike)))


def judge_file(
    reading: Reading | Unreadable,
    roster: Roster,
    allowed: frozenset[str] = frozenset(),
    *,
    must_name: str | None = None,
    is_chosen: bool = False,
    cache: PartCache | None = None,
    near: frozenset[str] | None = None,
    may_list: bool = False,
    filled: str | None = None,
) -> Verdict:
    """Decide over a file with its name; what cannot be read, or not be searched in time, is unreadable."""
    if isinstance(reading, Unreadable):
        return reading
    parts, rows = reading.parts, reading.rows
    try:
        verdict = judge(
            parts,
            roster,
            allowed,
            must_name=must_name,
            is_chosen=is_chosen,
            cache=cache,
            near=near,
            rows=rows,
            may_list=may_list,
            filled=filled,
        )
    except TooLong as sentence:
        return Unreadable(str(sentence))
    if not reading.misnamed:
        return verdict
    wrong = Finding(FILE_NAME, "file-type", 1, (Rule.FILE_TYPE,))
    if isinstance(verdict, Clear):
        return Blocked((wrong,), 0, roster_shaped=False)
    told = verdict.near and replace(verdict.near, findings=(wrong, *verdict.near.findings))
    return replace(verdict, findings=(wrong, *verdict.findings), near=told)


def children_in(
    parts: Iterable[Part], roster: Roster, cache: PartCache | None = None
) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
    """Return the ids of the children whose number stands in a file, its name aside; and for each name, all who bear it.

    A number that was read off a picture counts beside a name of its child alone: one wrong digit is another child.
    Raises `TooLong`.
    """
    cache = cache or PartCache()
    inside = [part for part in parts if part.place != FILE_NAME]
    try:
        found = [(part.by_ocr, cache.found_in(part, roster)) for part in inside]
    finally:
        cache.crowd.clear()
    signs = {by_ocr: [sign for is_ocr, one in found if is_ocr == by_ocr for sign in (*one.signs, *(one.counted or ()))]
             for by_ocr in (False, True)}  # fmt: skip
    numbers, names = children_by((*signs[False], *signs[True]), roster)
    sure, _ = children_by(signs[False], roster)
    return numbers & (sure | frozenset[str]().union(*names)), names


def may_be_released(verdict: Verdict) -> bool:
    """Whether a second person may let this pass: the right file, of one or two families or a list of strangers."""
    return (
        isinstance(verdict, Blocked)
        and (verdict.strangers or not verdict.roster_shaped)
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
    told = [said for kind, said in _SENTENCES.items() if kind in kinds]
    return one_after_another(*([_named(blocked), *told] if blocked.children else told))


def _named(blocked: Blocked) -> Sentence:
    told, choose = blocked.near or blocked, sentence("Choose a file that names nobody else.")
    one_family = numbered(
        "It names one child of other families.", "It names %(number)s children of other families.", told.children
    )
    with_others = numbered(
        "It names one child of other families and others.",
        "It names %(number)s children of other families and others.",
        told.children,
    )
    if not told.children:
        return one_after_another(sentence("It names others."), choose)
    return one_after_another(with_others if blocked.near and blocked.near.others else one_family, choose)


def _counted(signs: Iterable[Sign]) -> list[Finding]:
    """Count each sign once a place, however often it stands there, with all rules and cues that made it."""
    places: dict[tuple[str, SignKind], tuple[set[str], set[Rule], set[Cue]]] = {}
    for sign in signs:
        if (place := places.get(sign[:2])) is None:
            place = places[sign[:2]] = set(), set(), set()
        texts, rules, cues = place
        texts.add(sign.text)
        rules.add(sign.rule)
        cues.update(sign.cues)
    return [
        Finding(where, kind, len(texts), tuple(sorted(rules)), tuple(sorted(cues)))
        for (where, kind), (texts, rules, cues) in places.items()
    ]


def _how_named(child: str, signs: Iterable[Sign], parts: tuple[Part, ...], roster: Roster) -> _Fault | None:
    """Return what is wrong with how a child is named in its own letter, or None when it surely is.

    It is named by a sign of its own alone, or by its given name beside a sign of its guardians. A student number wins
    over every name: with a sister's alone, it is hers. A name that another child bears, too, says not which of them.
    A file's name does not count: the number in it says whose the file is meant to be, not whose it is. Nor does an
    address or a phone of the organisation, which stands in letters to all.
    """
    signs = [sign for sign in signs if sign.where != FILE_NAME and not sign.is_own_contact]
    inside = [(sign, children_of(sign, roster)) for sign in signs]
    if numbers := [children for sign, children in inside if sign.kind == "student-number"]:
        return None if any(child in children for children in numbers) else "addressee-missing"
    if any(children == {child} for _, children in inside):
        return None
    theirs = any(
        roster.people[at].kind == "guardian" and child in roster.people[at].family
        for sign, _ in inside
        for at in sign.bearers
    )
    person = roster.by_id.get(child)
    is_known = theirs or (person is not None and not person.family_name.strip())
    texts = (part.text for part in parts if part.place != FILE_NAME)
    if is_known and is_called(child, texts, roster, is_family_known=True):
        return None
    return "addressee-unsure" if any(child in children for _, children in inside) else "addressee-missing"
