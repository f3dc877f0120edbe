"""Which file is whose: by the number in its name, a list, a person's choice, or whom it was mailed to. No guess."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from portal.documents.rules.tokens import KnownNames, KnownNumbers, Pupil, Signs

_NOBODY: Final[Mapping[int, str]] = MappingProxyType({})
_NOWHERE: Final[Mapping[int, tuple[str, ...]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as staff gave it. `place` tells it apart and orders it; `name` may have folders before it."""

    place: int
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Paired:
    """The file is this child's, and no other file is."""

    file: GivenFile
    child_id: str
    by: Literal["number", "list", "choice", "address"]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Nobody's number stands in the name, or the list gives a number nobody has; or what reading it told beyond that.

    `suggested` is by name alone.
    """

    file: GivenFile
    why: Literal[
        "no-number", "number-of-list-unknown", "nothing-inside", "unread", "not-named-inside", "names-others",
        "not-here", "has-another",
    ]  # fmt: skip
    suggested: str | None = None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It may be one of several children's, or a number that may be something else. A person has to say."""

    file: GivenFile
    why: Literal[
        "several-numbers", "may-be-no-number", "number-and-name-differ", "listed-differently", "same-name",
        "names-several", "name-and-text-differ", "addressed",
    ]  # fmt: skip
    children: tuple[str, ...]
    suggested: str | None = None


@dataclass(frozen=True, slots=True)
class Suggested:
    """It may be this child's, for these reasons, and was read as its letter. It is nobody's until a person says so."""

    file: GivenFile
    child_id: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotInAudience:
    """It is a child's whom the mailing is not for."""

    file: GivenFile
    child_id: str


@dataclass(frozen=True, slots=True)
class Doubled:
    """There are several files for this child. `others` are their places."""

    file: GivenFile
    child_id: str
    others: tuple[int, ...]
    are_same: bool


@dataclass(frozen=True, slots=True)
class SameAsOther:
    """The very same bytes are another child's file too: a copy that was made twice, or a shift."""

    file: GivenFile
    child_id: str
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Empty:
    """There is nothing in it."""

    file: GivenFile
    child_id: str | None


Doubtful = Unmatched | Ambiguous | NotInAudience | Doubled | SameAsOther | Empty
Outcome = Paired | Suggested | Doubtful


@dataclass(frozen=True, slots=True)
class ListFault:
    """A row of the list that leads nowhere."""

    name: str
    number: str
    why: Literal["no-such-file", "no-such-number"]


@dataclass(frozen=True, slots=True)
class Pairing:
    """One outcome for each file, in the order given, and what is wrong with the list."""

    outcomes: tuple[Outcome, ...]
    list_faults: tuple[ListFault, ...] = ()


def pair(
    files: Sequence[GivenFile],
    pupils: Sequence[Pupil],
    listed: Iterable[tuple[str, str]] | None = None,
    *,
    elsewhere: Iterable[Pupil] = (),
    chosen: Mapping[int, str] = _NOBODY,
    addressed: Mapping[int, tuple[str, ...]] = _NOWHERE,
) -> Pairing:
    """Decide whose each file is.

    `pupils` are the audience, `elsewhere` all others on the roster. `listed` are rows (file name, student number),
    which win over the names of files; a row may leave folders out. `chosen` is what a person said (place to child
    id), which wins over all. `addressed` are the children of those whom staff mailed a file to, by its place: it is one
    of theirs, and of nobody else.
    """
    finder = _Finder(pupils, tuple(elsewhere), chosen, addressed)
    lists = _FileList(listed or (), finder.numbers)
    found = [finder.whose(file, lists.numbers_for(file.name)) for file in files]
    return Pairing(tuple(_flagged(found)), lists.faults())


class _FileList:
    """The rows of a list, looked up by path, or by as much of its end as the list gives."""

    def __init__(self, rows: Iterable[tuple[str, str]], numbers: KnownNumbers) -> None:
        self._rows = tuple(dict.fromkeys((name.strip(), number.strip()) for name, number in rows))
        self._numbers = numbers
        self._of: dict[str, list[str]] = defaultdict(list)
        for name, number in self._rows:
            self._of[_path(name)].append(number)
        self._used: set[str] = set()

    def numbers_for(self, name: str) -> tuple[str, ...]:
        """Return the numbers listed for a file; none when it is not listed."""
        steps = _path(name).split("/")
        for start in range(len(steps)):
            end = "/".join(steps[start:])
            if end in self._of:
                self._used.add(end)
                return tuple(self._of[end])
        return ()

    def faults(self) -> tuple[ListFault, ...]:
        """Return the rows that lead nowhere, once all files were looked up."""
        lost = [ListFault(*row, "no-such-file") for row in self._rows if _path(row[0]) not in self._used]
        unknown = [ListFault(*row, "no-such-number") for row in self._rows if not self._numbers.bearers(row[1])]
        return (*lost, *unknown)


class _Finder:
    """Decides over one file at a time, without a look at the others."""

    def __init__(
        self,
        pupils: Sequence[Pupil],
        elsewhere: Sequence[Pupil],
        chosen: Mapping[int, str],
        addressed: Mapping[int, tuple[str, ...]],
    ) -> None:
        self._audience = frozenset(pupil.child_id for pupil in pupils)
        self._chosen = chosen
        self._addressed = addressed
        self.numbers = KnownNumbers((*pupils, *elsewhere))
        self._names = KnownNames((*pupils, *elsewhere))

    def whose(self, file: GivenFile, listed: tuple[str, ...]) -> Outcome:
        if file.place in self._chosen:
            return self._for_child(file, self._chosen[file.place], "choice")
        if listed:
            return self._as_listed(file, listed)
        if file.place in self._addressed:
            return self._as_addressed(file, self._addressed[file.place])
        return self._as_named(file)

    def _as_addressed(self, file: GivenFile, children: tuple[str, ...]) -> Outcome:
        """Take it for the one child it was mailed about; of several, for the one whose number is its name."""
        if len(children) == 1:
            return self._for_child(file, children[0], "address")
        strong = self.numbers.signs_in(file.name.replace("\\", "/").rpartition("/")[2]).strong
        if len(strong) == 1 and strong <= frozenset(children):
            return self._for_child(file, min(strong), "address")
        return Ambiguous(file, "addressed", children)

    def _as_listed(self, file: GivenFile, listed: tuple[str, ...]) -> Outcome:
        children = frozenset[str]().union(*(self.numbers.bearers(number) for number in listed))
        if len(children) == 1 and all(self.numbers.bearers(number) for number in listed):
            return self._for_child(file, min(children), "list")
        if children:
            return Ambiguous(file, "listed-differently", tuple(sorted(children)))
        return Unmatched(file, "number-of-list-unknown", self._suggestion(file))

    def _as_named(self, file: GivenFile) -> Outcome:
        folders, _, own = file.name.replace("\\", "/").rpartition("/")
        in_own = self.numbers.signs_in(own)
        in_folders = [self.numbers.signs_in(folder) for folder in folders.split("/")]
        strong = in_own.strong or frozenset[str]().union(*(signs.strong for signs in in_folders))
        if len(strong) > 1:
            return Ambiguous(file, "several-numbers", tuple(sorted(strong)))
        if strong:
            return self._unless_named_otherwise(file, own, min(strong))
        weak = in_own.weak or frozenset[str]().union(*(signs.weak for signs in in_folders))
        if weak:
            named = self._suggestion(file)
            by_number = min(weak) if len(weak) == 1 else None
            return Ambiguous(file, "may-be-no-number", tuple(sorted(weak)), named or self._if_here(by_number))
        return Unmatched(file, "no-number", self._suggestion(file, in_own))

    def _unless_named_otherwise(self, file: GivenFile, own: str, child: str) -> Outcome:
        named = self._names.named_in(own)
        if not named or child in named or self._names.may_mean(own, child):
            return self._for_child(file, child, "number")
        return Ambiguous(file, "number-and-name-differ", (child, *sorted(named)))

    def _for_child(self, file: GivenFile, child: str, by: Literal["number", "list", "choice", "address"]) -> Outcome:
        return Paired(file, child, by) if child in self._audience else NotInAudience(file, child)

    def _suggestion(self, file: GivenFile, signs: Signs | None = None) -> str | None:
        named = self._names.named_in(file.name) or (signs.glued if signs else frozenset())
        return self._if_here(min(named)) if len(named) == 1 else None

    def _if_here(self, child: str | None) -> str | None:
        return child if child in self._audience else None


def _flagged(found: Sequence[Outcome]) -> Iterable[Outcome]:
    """Look at all files together: empty ones, several for one child, the same bytes for two children."""
    of_child: dict[str, list[GivenFile]] = defaultdict(list)
    of_bytes: dict[str, list[tuple[GivenFile, str]]] = defaultdict(list)
    for outcome in found:
        if isinstance(outcome, Paired | NotInAudience) and outcome.file.size:
            of_child[outcome.child_id].append(outcome.file)
            of_bytes[outcome.file.sha256].append((outcome.file, outcome.child_id))
    for outcome in found:
        file = outcome.file
        child = outcome.child_id if isinstance(outcome, Paired | NotInAudience) else None
        if not file.size:
            yield Empty(file, child)
            continue
        if child is None or isinstance(outcome, NotInAudience):
            yield outcome
            continue
        theirs = [other for other in of_child[child] if other.place != file.place]
        twins = tuple(other.place for other, whose in of_bytes[file.sha256] if whose != child)
        if theirs:
            are_same = all(other.sha256 == file.sha256 for other in theirs)
            yield Doubled(file, child, tuple(other.place for other in theirs), are_same)
        elif twins:
            yield SameAsOther(file, child, twins)
        else:
            yield outcome


def _path(name: str) -> str:
    """Return a path in one spelling for comparing: NFC, small letters, forward slashes."""
    path = unicodedata.normalize("NFC", name.strip()).casefold().replace("\\", "/")
    return "/".join(step for step in path.split("/") if step not in {"", "."})
