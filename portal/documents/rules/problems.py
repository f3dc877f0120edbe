"""What stops a mailing with one document for each child, in the words of the office: what happened, what to do."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, assert_never, get_args

from portal.documents.rules.pages import PageProblem
from portal.documents.rules.pairing import (
    Ambiguous,
    Doubled,
    Doubtful,
    Empty,
    ListFault,
    NotInAudience,
    SameAsOther,
    Unmatched,
)
from portal.documents.rules.tokens import Pupil

ProblemKind = Literal[
    "is-list", "shifted", "swapped", "wrong-child", "names-others", "same-name", "same-as-other", "doubled",
    "ambiguous", "unmatched", "not-in-audience", "empty", "unreadable", "not-judged", "page", "list", "leave-out",
    "missing", "nothing-to-send",
]  # fmt: skip

_RANK: Final = {kind: rank for rank, kind in enumerate(get_args(ProblemKind))}
_MOST_NAMED: Final = 3
_ANOTHER: Final = "a child this mailing is not for"
_UNCLEAR: Final[dict[str, str]] = {
    "several-numbers": "The numbers of several children stand in its name: {}.",
    "may-be-no-number": "The number in its name may be a date, a page or a counter, or the number of {}.",
    "number-and-name-differ": "The number and the name in its name are different children's: {}.",
    "listed-differently": "The list says several things about it. It may be for {}.",
    "same-name": "Several children bear the name in it, and nothing else in it tells them apart: {}.",
    "names-several": "It names several children: {}.",
    "name-and-text-differ": "Its name and what stands in it are different children's: {}.",
}
_UNMATCHED: Final[dict[str, str]] = {
    "no-number": "No child's student number stands in its name.",
    "number-of-list-unknown": "The list gives it a student number that nobody at your sites has.",
    "nothing-inside": "Neither its name nor what stands in it says whose it is.",
    "unread": "It could not be read in full.",
    "not-named-inside": "Nothing in it names a child surely.",
    "names-others": "It names people of other families.",
    "not-here": "It seems to be for a child this mailing is not for.",
    "has-another": "The child it may be for has another file as well.",
}
_CHOOSE: Final = "Choose the child, put the student number into the file's name, or take the file away."
_MENDS: Final[dict[str, str]] = {
    "unread": "Make it anew and choose it again, or take the file away.",
    "not-named-inside": "Have the child's name or student number printed in it and choose it again, or take it away.",
    "names-others": "Choose a file that names nobody else, or take it away.",
    "not-here": "Take the file away, or widen whom the mailing is for.",
    "has-another": "Look at both, choose the child of each, or take one of them away.",
}
_GROUNDS: Final[dict[str, str]] = {
    "number": "the student number stands in it",
    "text": "the name stands in it",
    "file-name": "the name stands in the file’s name",
    "file-number": "the number stands in the file’s name",
    "site": "it says {site}",
    "grade": "it says grade {grade}",
    "namesake": "another child has the same name",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What the guard said of one file. `named` are the ids of children named in it who are not its own child.

    `wrong-child`: its own child is not named in it. `names-others`: it is, and others are as well. `same-name`: it
    names its child by a name that another child bears, too. `is-list`: it is a list of many, and nobody's letter.
    `reason` is why a file could not be read, or how many a list names. `rightful` is the child whose letter a wrong
    child's file is beyond doubt.
    """

    verdict: Literal["clear", "is-list", "wrong-child", "names-others", "same-name", "unreadable"]
    named: frozenset[str] = frozenset()
    reason: str = ""
    rightful: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """One file, or one group of pages, and the one child it is for. `size` is in bytes, or in pages when split."""

    place: int
    name: str
    size: int
    child_id: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What stops the mailing. `place` and `name` are the file's, or the first page's; `suggested` is whose it may be.

    A `place` is given where there is a file or page to do something about; a `child_id` where it is about one child.
    `partner` is the place of the file it is swapped with, `others` are those of a child's further files. `may_be` are
    the children one of whom an unclear file may be for.
    """

    kind: ProblemKind
    sentence: str
    fix: str
    place: int | None = None
    name: str = ""
    child_id: str | None = None
    suggested: str | None = None
    partner: int | None = None
    others: tuple[int, ...] = ()
    may_be: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, int, str]:
        """Where it stands in the list: the gravest kind first, then in the order of the files."""
        return _RANK[self.kind], self.place if self.place is not None else -1, self.name


NOTHING: Final = Problem(
    "nothing-to-send", "There is no file for anybody.", "Choose the files, or the audience, again."
)


class Wording:
    """Says problems with the names of the children of the audience; whoever is outside of it is not named."""

    def __init__(self, audience: Iterable[Pupil], file_names: Mapping[int, str]) -> None:
        """Take the children that may be named, and the names of all files by their place."""
        self._pupils = {pupil.child_id: pupil for pupil in audience}
        self._names = file_names

    def of_outcome(self, outcome: Doubtful) -> Problem:
        """Say what is wrong with a file before it is read."""
        file = outcome.file
        name = quoted(file.name)
        match outcome:
            case Unmatched(why=why, suggested=suggested):
                sentence = f"{name} belongs to nobody yet. {_UNMATCHED[why]}{self._hint(suggested)}"
                fix = _MENDS.get(
                    why, "Choose the child, put the student number into the file's name, or take the file away."
                )
                return Problem("unmatched", sentence, fix, file.place, file.name, None, suggested)
            case Ambiguous(why=why, children=children, suggested=suggested):
                sentence = f"{name} is unclear. {_UNCLEAR[why].format(self.all_of(children, 'or'))}"
                return Problem("ambiguous", sentence, "Choose the child, or take the file away.",
                               file.place, file.name, None, suggested, may_be=children)  # fmt: skip
            case NotInAudience(child_id=child):
                fix = "Take the file away, or widen whom the mailing is for."
                return Problem("not-in-audience", f"{name} is for {_ANOTHER}.", fix, file.place, file.name, child)
            case Doubled(child_id=child, others=others, are_same=are_same):
                same = " They are the same, letter for letter." if are_same else " They differ."
                sentence = f"{self.one(child)} has {len(others) + 1} files: {name}, {self._files(others)}.{same}"
                fix = "Use one of them." if are_same else "Look at them, and use the right one."
                return Problem("doubled", sentence, fix, file.place, file.name, child, others=others)
            case SameAsOther(child_id=child, others=others):
                sentence = f"{name} for {self.one(child)} is the same, letter for letter, as {self._files(others)}."
                fix = "One of them was copied under a wrong name. Look at them and replace the wrong one."
                return Problem("same-as-other", sentence, fix, file.place, file.name, child)
            case Empty(child_id=child):
                whose = f", the file for {self.one(child)}," if child else ""
                fix = "Make it anew and choose it again, or take it away."
                return Problem("empty", f"{name}{whose} is empty.", fix, file.place, file.name, child)
            case _:
                assert_never(outcome)

    def of_swap(self, pair: Pair, other: Pair) -> Problem:
        """Say of two files, once, that each is the letter of the other's child."""
        sentence = (
            f"Two files are swapped: {quoted(pair.name)}, matched with {self.one(pair.child_id)}, is the letter of "
            f"{self.one(other.child_id)}, and {quoted(other.name)} is the other one's."
        )
        fix = "Swap the two files, or put their names right and choose them again."
        return Problem("swapped", sentence, fix, pair.place, pair.name, pair.child_id, other.child_id, other.place)

    def of_verdict(self, pair: Pair, judged: Judged | None, *, is_swapped: bool) -> Problem:
        """Say what is wrong with a file that was read, or that it was not."""
        name, child = quoted(pair.name), self.one(pair.child_id)
        fix = "Take it away and choose the right file for this child."
        if judged is None:
            kind: ProblemKind = "not-judged"
            sentence, fix = f"{name} for {child} has not been read yet.", "Wait until it has been read."
        elif judged.verdict == "is-list":
            return self.of_list_given(pair.place, pair.name, pair.child_id, judged)
        elif judged.verdict == "unreadable":
            kind, sentence = "unreadable", f"{name} for {child} could not be read in full. {judged.reason}".rstrip()
            fix = "Make it anew and choose it again, or leave the child out."
        elif judged.verdict == "same-name":
            kind, sentence = "same-name", f"{name} for {child} bears a name that another child has, too."
            fix = "Put the student number or the birth date into the letter and choose it again."
        elif judged.verdict == "names-others":
            kind, sentence = "names-others", f"{name} for {child} also names {self.all_of(sorted(judged.named))}."
            fix = "Choose a file that names nobody else."
        else:
            kind = "wrong-child"
            named = judged.named | ({judged.rightful} if judged.rightful else set())
            others = f" It names {self.all_of(sorted(named))}." if named else ""
            also = " The file of that child names this one: the two seem to be swapped." if is_swapped else ""
            sentence = f"{name} is matched with {child}, who is not named in it.{others}{also}"
        rightful = judged.rightful if judged else None
        return Problem(kind, sentence, fix, pair.place, pair.name, pair.child_id, rightful)

    def of_list_given(self, place: int, name: str, child: str | None, judged: Judged) -> Problem:
        """Say that a file is a list of children, whosever letter it was given as."""
        sentence = (
            f"{quoted(name)} was stopped. {judged.reason} Nobody has received it, and the portal has kept no copy."
        )
        fix = "Nobody can send a list like this. Take it away, and choose the letters you meant."
        return Problem("is-list", sentence, fix, place, name, child)

    def of_pages(self, problem: PageProblem) -> Problem:
        """Say what is wrong with pages that are nobody's yet."""
        about = f" About {self.all_of(problem.children)}." if problem.children else ""
        child = problem.children[0] if len(problem.children) == 1 else None
        place = problem.pages[0] if problem.pages else None
        return Problem("page", problem.sentence + about, problem.fix, place, "", child, child)

    def of_bad_leave_out(self, child: str) -> Problem:
        """Say what is wrong with a leave-out: its reason, or that the child is not in the audience at all."""
        if child not in self._pupils:
            fix = "Take the leave-out away."
            return Problem("leave-out", f"A leave-out is for {_ANOTHER}.", fix, None, "", child)
        sentence = f"{self.one(child)} is to be left out without a reason."
        return Problem("leave-out", sentence, "Say why, in three letters or more.", None, "", child)

    def of_missing(self, child: str) -> Problem:
        """Say that there is no file for a child."""
        fix = "Add the file, or leave the child out and say why."
        return Problem("missing", f"There is no file for {self.one(child)}.", fix, None, "", child)

    def one(self, child: str) -> str:
        """Name a child with its number, as “Ana Lopez (12345)”."""
        pupil = self._pupils.get(child)
        return f"{pupil.given_name} {pupil.family_name} ({pupil.student_number})" if pupil else _ANOTHER

    def all_of(self, children: Sequence[str], word: str = "and") -> str:
        """Name up to three children, and how many more there are."""
        here = self._by_name([self._pupils[child] for child in children if child in self._pupils])
        said = here[:_MOST_NAMED]
        if more := len(here) - len(said) + sum(child not in self._pupils for child in children):
            whom = "more" if len(here) > _MOST_NAMED else "whom this mailing is not for"
            said.append(f"{more} {whom}" if said or more > 1 else _ANOTHER)
        return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {word} {said[-1]}" if said else "other people"

    def _by_name(self, pupils: Sequence[Pupil]) -> list[str]:
        """Name children, namesakes once: a file that says one name names one child, whichever of them it is."""
        of_name: dict[str, list[Pupil]] = defaultdict(list)
        for pupil in pupils:
            of_name[f"{pupil.given_name} {pupil.family_name}"].append(pupil)
        said = []
        for name, them in of_name.items():
            numbers = [pupil.student_number for pupil in them[:_MOST_NAMED]]
            more = [f"{len(them) - _MOST_NAMED} more"] if len(them) > _MOST_NAMED else []
            said.append(f"{name} ({' or '.join([*numbers, *more])})")
        return said

    def _files(self, places: Sequence[int]) -> str:
        said = [quoted(self._names.get(place, "")) for place in places[:_MOST_NAMED]]
        more = f" and {len(places) - _MOST_NAMED} more" if len(places) > _MOST_NAMED else ""
        return ", ".join(said) + more

    def _hint(self, suggested: str | None) -> str:
        return f" It may be for {self.one(suggested)}." if suggested else ""


def grounds_said(why: Sequence[str], pupil: Pupil) -> str:
    """Say why a file may be a child's: “its name stands in it, it says grade 2”."""
    said = [_GROUNDS[one].format(site=" or ".join(pupil.sites), grade=pupil.grade) for one in why if one in _GROUNDS]
    return ", ".join(said)


def of_list(fault: ListFault) -> Problem:
    """Say what is wrong with a row of the list."""
    name = quoted(fault.name)
    if fault.why == "no-such-file":
        sentence, fix = f"The list names {name}, but there is no such file.", "Add the file, or correct the list."
    else:
        sentence = f"The list gives {name} the student number “{fault.number}”, which nobody at your sites has."
        fix = "Correct the number in the list."
    return Problem("list", sentence, fix, None, fault.name)


def quoted(name: str) -> str:
    """Quote a file's name without what turns or breaks a line: it is shown on pages and terminals."""
    shown = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    return f"“{shown if len(shown) <= 120 else '…' + shown[-119:]}”"
