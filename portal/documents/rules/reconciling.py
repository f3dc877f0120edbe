"""The two-way table of a mailing with one document for each child: every file has one child, every child a file.

What does not add up is a problem: a sentence that says what happened, and one that says what to do.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final, TypeGuard

from portal.documents.rules.pages import Group, Split, pages_said
from portal.documents.rules.pairing import (
    Ambiguous,
    Doubled,
    Doubtful,
    GivenFile,
    NotInAudience,
    Outcome,
    Paired,
    Pairing,
    Suggested,
    Unmatched,
)
from portal.documents.rules.problems import NOTHING, Judged, Pair, Problem, Wording, of_list
from portal.documents.rules.shifts import partners_in, shift_in, swapped
from portal.documents.rules.tokens import Pupil

LEAVE_OUT_LEAST: Final = 3
"""The fewest letters of a reason to leave a child out."""

_NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Addressee:
    """A child of the audience. `unreachable` says why nobody can be told about its letter, or nothing."""

    pupil: Pupil
    unreachable: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A child who gets nothing, and why. `places` are its files, which are therefore not sent."""

    child_id: str
    reason: str
    by_staff: bool
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A file that may be a child's, and why. It is nobody's until a person says so."""

    place: int
    name: str
    child_id: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each. `files` are files as given, or groups of pages and pages that are in no group."""

    files: int
    children: int
    paired: int
    suggested: int
    left_out: int
    missing: int
    problems: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The table. `missing` are the children who have neither file nor leave-out; each is also a problem.

    A child whose file is in question is told with that file, and is not missing besides.
    """

    problems: tuple[Problem, ...]
    pairs: tuple[Pair, ...]
    suggestions: tuple[Suggestion, ...]
    left_out: tuple[LeftOut, ...]
    missing: tuple[str, ...]
    counts: Counts

    @property
    def is_complete(self) -> bool:
        """Whether it adds up both ways, and the mailing may go to its approver."""
        return not self.problems and not self.suggestions


def reconcile(
    found: Pairing | Split,
    audience: Sequence[Addressee],
    verdicts: Mapping[int, Judged],
    left_out: Mapping[str, str] = _NOBODY,
    known: Iterable[Pupil] = (),
) -> Reconciliation:
    """Lay files, children, the guard's verdicts and the leave-outs beside each other.

    `verdicts` are by a file's place, or by the first page of a group; a file without one stops the mailing.
    `left_out` are children staff leave out (child id to reason), whose files are no problem. A child nobody can be told
    about is left out by itself without a file, and keeps it to be printed with one. `known` others may be named.
    """
    children = {one.pupil.child_id: one for one in audience}
    aside = {child: reason for child, reason in left_out.items() if child in children and _is_reason(reason)}
    outcomes = tuple(_outcomes(found, children))
    say = Wording(chain(known, (one.pupil for one in audience)), {one.file.place: one.file.name for one in outcomes})
    given = [_pair(one.file, child) for one in outcomes if (child := _child_of(one)) in children]
    to_send = [one for one in given if one.child_id not in aside]
    sound = {one.file.place for one in outcomes if isinstance(one, Paired)}
    to_judge = [one for one in to_send if one.place in sound]
    pairs = tuple(one for one in to_judge if _is_clear(verdicts.get(one.place)))
    suggestions = tuple(_suggestions(outcomes, aside))
    without = _without(children.keys() - aside.keys() - {one.child_id for one in given}, found, outcomes)
    missing = tuple(child for child in children if child in without and not children[child].unreachable)

    problems = _of_doubts([one for one in outcomes if _child_of(one) not in aside], verdicts, say)
    problems += _of_source(found, say)
    problems += _of_verdicts(to_judge, verdicts, say)
    problems += filter(None, [shift_in(to_send, tuple(children), verdicts)])
    problems += [say.of_bad_leave_out(child) for child in left_out if child not in aside]
    problems += map(say.of_missing, missing)
    if not pairs and not problems and not suggestions:
        problems.append(NOTHING)
    left = tuple(_left_out(children, aside, without, given))
    files = len(outcomes) + _loose(found)
    counts = Counts(files, len(children), len(pairs), len(suggestions), len(left), len(missing), len(problems))
    told = tuple(sorted(problems, key=lambda problem: problem.rank))
    return Reconciliation(told, pairs, suggestions, left, missing, counts)


def _outcomes(found: Pairing | Split, children: Mapping[str, Addressee]) -> Iterator[Outcome]:
    """Give an outcome a file or group. One for a child not in this audience is never a pair, whoever made it."""
    made = found.outcomes if isinstance(found, Pairing) else map(_as_outcome, found.groups)
    for outcome in made:
        if isinstance(outcome, Paired | Suggested) and outcome.child_id not in children:
            yield NotInAudience(outcome.file, outcome.child_id)
        else:
            yield outcome


def _as_outcome(group: Group) -> Paired:
    return Paired(GivenFile(group.pages[0], pages_said(group.pages), len(group.pages), ""), group.child_id, "number")


def _is_doubtful(outcome: Outcome) -> TypeGuard[Doubtful]:
    """Whether something is to be said about a file; of a child's several files the first tells."""
    is_told = isinstance(outcome, Doubled) and min(outcome.others) < outcome.file.place
    return not isinstance(outcome, Paired | Suggested) and not is_told


def _without(nobodys: Collection[str], found: Pairing | Split, outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Return those of the children without a file of whom nothing else tells already."""
    without = frozenset(nobodys) - _in_two_groups(found)
    return without - _in_question(outcomes, without)


def _suggestions(outcomes: Iterable[Outcome], aside: Collection[str]) -> Iterator[Suggestion]:
    for one in outcomes:
        if isinstance(one, Suggested) and one.child_id not in aside:
            yield Suggestion(one.file.place, one.file.name, one.child_id, one.why)


def _in_question(outcomes: Sequence[Outcome], without: Collection[str]) -> frozenset[str]:
    """Return the children without a file of whom some file's row tells already: it may be theirs.

    Where a file may be one of several children's, it takes as many such files as there are children without one.
    """
    may_be = [frozenset(one.children).intersection(without) for one in outcomes if isinstance(one, Ambiguous)]
    shared = {children for children, files in Counter(may_be).items() if files >= len(children)}
    hinted = {one.suggested for one in outcomes if isinstance(one, Unmatched | Ambiguous) and one.suggested}
    return frozenset(hinted).union(*shared)


def _child_of(outcome: Outcome) -> str | None:
    return None if isinstance(outcome, Unmatched | Ambiguous) else outcome.child_id


def _pair(file: GivenFile, child: str | None) -> Pair:
    assert child is not None
    return Pair(file.place, file.name, file.size, child)


def _in_two_groups(found: Pairing | Split) -> frozenset[str]:
    """Return the children who have several documents in a split: said once, and not as missing."""
    problems = found.problems if isinstance(found, Split) else ()
    return frozenset(child for problem in problems if problem.kind == "two-groups" for child in problem.children)


def _loose(found: Pairing | Split) -> int:
    return len(found.problems) if isinstance(found, Split) else 0


def _of_doubts(outcomes: Iterable[Outcome], verdicts: Mapping[int, Judged], say: Wording) -> list[Problem]:
    """Say what is in doubt; of a list of children, that it is one, whosever letter it may have been given as."""
    lists = {place: judged for place, judged in verdicts.items() if judged.verdict == "is-list"}
    return [
        say.of_list_given(one.file.place, one.file.name, _child_of(one), lists[one.file.place])
        if one.file.place in lists
        else say.of_outcome(one)
        for one in outcomes
        if _is_doubtful(one)
    ]


def _of_source(found: Pairing | Split, say: Wording) -> list[Problem]:
    if isinstance(found, Split):
        return [say.of_pages(problem) for problem in found.problems]
    return [of_list(fault) for fault in found.list_faults]


def _of_verdicts(pairs: Sequence[Pair], verdicts: Mapping[int, Judged], say: Wording) -> list[Problem]:
    both, partners, at = swapped(pairs, verdicts), partners_in(pairs, verdicts), {pair.place: pair for pair in pairs}
    swaps = [say.of_swap(at[place], at[other]) for place, other in partners.items() if place < other]
    return swaps + [
        say.of_verdict(pair, judged, is_swapped=pair.child_id in both)
        for pair in pairs
        if not _is_clear(judged := verdicts.get(pair.place)) and pair.place not in partners
    ]


def _left_out(
    children: Mapping[str, Addressee], aside: Mapping[str, str], without: Collection[str], given: Sequence[Pair]
) -> Iterator[LeftOut]:
    places: dict[str, list[int]] = defaultdict(list)
    for pair in given:
        places[pair.child_id].append(pair.place)
    for child, one in children.items():
        if child in aside:
            yield LeftOut(child, " ".join(aside[child].split()), by_staff=True, places=tuple(places[child]))
        elif child in without and one.unreachable:
            yield LeftOut(child, one.unreachable, by_staff=False)


def _is_clear(judged: Judged | None) -> bool:
    return judged is not None and judged.verdict == "clear"


def _is_reason(reason: str) -> bool:
    return sum(letter.isalpha() for letter in reason) >= LEAVE_OUT_LEAST
