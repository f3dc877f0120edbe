"""What stops a mailing with one document for each child, in the words of the office: what happened, what to do."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from portal.words.sentences import Sentence, numbered, one_after_another, said, sentence
from portal.words.several import all_of, any_of, one_of, with_commas

ProblemKind = Literal[
    "is-list", "shifted", "swapped", "wrong-child", "names-others", "same-name", "same-as-other", "doubled",
    "ambiguous", "unmatched", "not-in-audience", "empty", "unreadable", "not-judged", "page", "list", "leave-out",
    "missing", "nothing-to-send",
]  # fmt: skip

_RANK: Final = {kind: rank for rank, kind in enumerate(get_args(ProblemKind))}
_MOST_NAMED: Final = 3
_ANOTHER: Final = sentence("a child this mailing is not for")
_UNCLEAR: Final[dict[str, Callable[..., Sentence]]] = {
    "several-numbers": lambda **facts: sentence(
        "The numbers of several children stand in its name: %(children)s.", **facts
    ),
    "may-be-no-number": lambda **facts: sentence(
        "The number in its name may be a date, a page or a counter, or the number of %(children)s.", **facts
    ),
    "number-and-name-differ": lambda **facts: sentence(
        "The number and the name in its name are different children's: %(children)s.", **facts
    ),
    "listed-differently": lambda **facts: sentence(
        "The list says several things about it. It may be for %(children)s.", **facts
    ),
    "same-name": lambda **facts: sentence(
        "Several children bear the name in it, and nothing else in it tells them apart: %(children)s.", **facts
    ),
    "names-several": lambda **facts: sentence("It names several children: %(children)s.", **facts),
    "name-and-text-differ": lambda **facts: sentence(
        "Its name and what stands in it are different children's: %(children)s.", **facts
    ),
    "addressed": lambda **facts: sentence(
        "It was mailed to guardians of several children and surely names none of them: %(children)s.", **facts
    ),
}
_UNMATCHED: Final[dict[str, str]] = {
    "no-number": sentence("No child's student number stands in its name."),
    "number-of-list-unknown": sentence("The list gives it a student number that nobody at your sites has."),
    "nothing-inside": sentence("Neither its name nor what stands in it says whose it is."),
    "unread": sentence("It could not be read in full."),
    "not-named-inside": sentence("Nothing in it names a child surely."),
    "names-others": sentence("It names people of other families."),
    "not-here": sentence("It seems to be for a child this mailing is not for."),
    "has-another": sentence("The child it may be for has another file as well."),
}
_CHOOSE: Final = sentence("Choose the child, put the student number into the file's name, or take the file away.")
_MENDS: Final[dict[str, str]] = {
    "unread": sentence("Make it anew and choose it again, or take the file away."),
    "not-named-inside": sentence(
        "Have the child's name or student number printed in it and choose it again, or take it away."
    ),
    "names-others": sentence("Choose a file that names nobody else, or take it away."),
    "not-here": sentence("Take the file away, or widen whom the mailing is for."),
    "has-another": sentence("Look at both, choose the child of each, or take one of them away."),
}
_GROUNDS: Final[dict[str, Callable[..., Sentence]]] = {
    "number": lambda **facts: sentence("the student number stands in it", **facts),
    "text": lambda **facts: sentence("the name stands in it", **facts),
    "file-name": lambda **facts: sentence("the name stands in the file’s name", **facts),
    "file-number": lambda **facts: sentence("the number stands in the file’s name", **facts),
    "site": lambda **facts: sentence("it says %(site)s", **facts),
    "grade": lambda **facts: sentence("it says grade %(grade)s", **facts),
    "namesake": lambda **facts: sentence("another child has the same name", **facts),
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
    "nothing-to-send",
    sentence("There is no file for anybody."),
    sentence("Choose the files, or the audience, again."),
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
        told: str
        match outcome:
            case Unmatched(why=why, suggested=suggested):
                told = one_after_another(
                    sentence("%(file)s belongs to nobody yet.", file=name), _UNMATCHED[why], self._hint(suggested)
                )
                return Problem("unmatched", told, _MENDS.get(why, _CHOOSE), file.place, file.name, None, suggested)
            case Ambiguous(why=why, children=children, suggested=suggested):
                unclear = _UNCLEAR[why](children=self.names_of(children, one_of))
                told = one_after_another(sentence("%(file)s is unclear.", file=name), unclear)
                return Problem("ambiguous", told, sentence("Choose the child, or take the file away."),
                               file.place, file.name, None, suggested, may_be=children)  # fmt: skip
            case NotInAudience(child_id=child):
                told = sentence("%(file)s is for a child this mailing is not for.", file=name)
                return Problem("not-in-audience", told, _MENDS["not-here"], file.place, file.name, child)
            case Doubled(child_id=child, others=others, are_same=are_same):
                told, fix = self._of_doubled(name, child, others, are_same=are_same)
                return Problem("doubled", told, fix, file.place, file.name, child, others=others)
            case SameAsOther(child_id=child, others=others):
                told = sentence(
                    "%(file)s for %(child)s is the same, letter for letter, as %(files)s.",
                    file=name, child=self.one(child), files=self._files(others),
                )  # fmt: skip
                fix = sentence("One of them was copied under a wrong name. Look at them and replace the wrong one.")
                return Problem("same-as-other", told, fix, file.place, file.name, child)
            case Empty(child_id=child):
                told = (
                    sentence("%(file)s, the file for %(child)s, is empty.", file=name, child=self.one(child))
                    if child
                    else sentence("%(file)s is empty.", file=name)
                )
                fix = sentence("Make it anew and choose it again, or take it away.")
                return Problem("empty", told, fix, file.place, file.name, child)
            case _:
                assert_never(outcome)

    def _of_doubled(self, name: str, child: str, others: Sequence[int], *, are_same: bool) -> tuple[str, str]:
        files = with_commas([name, self._files(others)])
        there = {"child": self.one(child), "count": len(others) + 1, "files": files}
        told = one_after_another(
            sentence("%(child)s has %(count)s files: %(files)s.", **there),
            sentence("They are the same, letter for letter.") if are_same else sentence("They differ."),
        )
        return told, sentence("Use one of them.") if are_same else sentence("Look at them, and use the right one.")

    def of_swap(self, pair: Pair, other: Pair) -> Problem:
        """Say of two files, once, that each is the letter of the other's child."""
        told = sentence(
            "Two files are swapped: %(file)s, matched with %(child)s, is the letter of %(other)s, "
            "and %(file_of_other)s is the other one's.",
            file=quoted(pair.name),
            child=self.one(pair.child_id),
            other=self.one(other.child_id),
            file_of_other=quoted(other.name),
        )
        fix = sentence("Swap the two files, or put their names right and choose them again.")
        return Problem("swapped", told, fix, pair.place, pair.name, pair.child_id, other.child_id, other.place)

    def of_verdict(self, pair: Pair, judged: Judged | None, *, is_swapped: bool) -> Problem:
        """Say what is wrong with a file that was read, or that it was not."""
        if judged is None:
            unread = sentence("%(file)s for %(child)s has not been read yet.", **self._of(pair))
            return _of_file("not-judged", pair, unread, sentence("Wait until it has been read."), None)
        if judged.verdict == "is-list":
            return self.of_list_given(pair.place, pair.name, pair.child_id, judged)
        kind, told, fix = self._of_stop(pair, judged, is_swapped=is_swapped)
        return _of_file(kind, pair, told, fix, judged.rightful)

    def _of_stop(self, pair: Pair, judged: Judged, *, is_swapped: bool) -> tuple[ProblemKind, str, str]:
        about = self._of(pair)
        if judged.verdict == "unreadable":
            told = sentence("%(file)s for %(child)s could not be read in full.", **about)
            fix = sentence("Make it anew and choose it again, or leave the child out.")
            return "unreadable", one_after_another(told, judged.reason), fix
        if judged.verdict == "same-name":
            told = sentence("%(file)s for %(child)s bears a name that another child has, too.", **about)
            fix = sentence("Put the student number or the birth date into the letter and choose it again.")
            return "same-name", told, fix
        if judged.verdict == "names-others":
            named = self.names_of(sorted(judged.named))
            told = sentence("%(file)s for %(child)s also names %(named)s.", **about, named=named)
            return "names-others", told, sentence("Choose a file that names nobody else.")
        others = judged.named | ({judged.rightful} if judged.rightful else set())
        told = one_after_another(
            sentence("%(file)s is matched with %(child)s, who is not named in it.", **about),
            sentence("It names %(named)s.", named=self.names_of(sorted(others))) if others else "",
            sentence("The file of that child names this one: the two seem to be swapped.") if is_swapped else "",
        )
        return "wrong-child", told, sentence("Take it away and choose the right file for this child.")

    def _of(self, pair: Pair) -> dict[str, Sentence]:
        return {"file": quoted(pair.name), "child": self.one(pair.child_id)}

    def of_list_given(self, place: int, name: str, child: str | None, judged: Judged) -> Problem:
        """Say that a file is a list of children, whosever letter it was given as."""
        told = one_after_another(
            sentence("%(file)s was stopped.", file=quoted(name)),
            judged.reason,
            sentence("Nobody has received it, and the portal has kept no copy."),
        )
        fix = sentence("Nobody can send a list like this. Take it away, and choose the letters you meant.")
        return Problem("is-list", told, fix, place, name, child)

    def of_pages(self, problem: PageProblem) -> Problem:
        """Say what is wrong with pages that are nobody's yet."""
        about = sentence("About %(children)s.", children=self.names_of(problem.children)) if problem.children else ""
        child = problem.children[0] if len(problem.children) == 1 else None
        place = problem.pages[0] if problem.pages else None
        told = one_after_another(problem.sentence, about)
        return Problem("page", told, problem.fix, place, "", child, child)

    def of_bad_leave_out(self, child: str) -> Problem:
        """Say what is wrong with a leave-out: its reason, or that the child is not in the audience at all."""
        if child not in self._pupils:
            told = sentence("A leave-out is for a child this mailing is not for.")
            return Problem("leave-out", told, sentence("Take the leave-out away."), None, "", child)
        told = sentence("%(child)s is to be left out without a reason.", child=self.one(child))
        return Problem("leave-out", told, sentence("Say why, in three letters or more."), None, "", child)

    def of_missing(self, child: str) -> Problem:
        """Say that there is no file for a child."""
        told = sentence("There is no file for %(child)s.", child=self.one(child))
        fix = sentence("Add the file, or leave the child out and say why.")
        return Problem("missing", told, fix, None, "", child)

    def one(self, child: str) -> Sentence:
        """Name a child with its number, as “Ana Lopez (12345)”."""
        pupil = self._pupils.get(child)
        return _with_number(f"{pupil.given_name} {pupil.family_name}", pupil.student_number) if pupil else _ANOTHER

    def names_of(self, children: Sequence[str], join: Callable[[Sequence[str]], Sentence] = all_of) -> Sentence:
        """Name up to three children, and how many more there are."""
        here = self._by_name([self._pupils[child] for child in children if child in self._pupils])
        shown = here[:_MOST_NAMED]
        if more := len(here) - len(shown) + sum(child not in self._pupils for child in children):
            unnamed = _more(more) if len(here) > _MOST_NAMED else _not_meant(more)
            shown.append(unnamed if shown or more > 1 else _ANOTHER)
        return join(shown) if shown else sentence("other people")

    def _by_name(self, pupils: Sequence[Pupil]) -> list[Sentence]:
        """Name children, namesakes once: a file that says one name names one child, whichever of them it is."""
        of_name: dict[str, list[Pupil]] = defaultdict(list)
        for pupil in pupils:
            of_name[f"{pupil.given_name} {pupil.family_name}"].append(pupil)
        named = []
        for name, them in of_name.items():
            numbers = [pupil.student_number for pupil in them[:_MOST_NAMED]]
            more = [_more(len(them) - _MOST_NAMED)] if len(them) > _MOST_NAMED else []
            named.append(_with_number(name, any_of([*numbers, *more])))
        return named

    def _files(self, places: Sequence[int]) -> Sentence:
        shown = with_commas([quoted(self._names.get(place, "")) for place in places[:_MOST_NAMED]])
        return all_of([shown, _more(len(places) - _MOST_NAMED)]) if len(places) > _MOST_NAMED else shown

    def _hint(self, suggested: str | None) -> str:
        return sentence("It may be for %(child)s.", child=self.one(suggested)) if suggested else ""


def _of_file(kind: ProblemKind, pair: Pair, told: str, fix: str, rightful: str | None) -> Problem:
    return Problem(kind, told, fix, pair.place, pair.name, pair.child_id, rightful)


def _with_number(name: str, number: str) -> Sentence:
    return Sentence(lambda language: f"{name} ({said(number, language)})")


def _more(number: int) -> Sentence:
    return numbered("%(count)s more", "%(count)s more", number, count=number)


def _not_meant(number: int) -> Sentence:
    return numbered("%(number)s whom this mailing is not for", "%(number)s whom this mailing is not for", number)


def grounds_said(why: Sequence[str], pupil: Pupil) -> Sentence:
    """Say why a file may be a child's: “its name stands in it, it says grade 2”."""
    about = {"site": any_of(pupil.sites), "grade": pupil.grade}
    return with_commas([_GROUNDS[one](**about) for one in why if one in _GROUNDS])


def of_list(fault: ListFault) -> Problem:
    """Say what is wrong with a row of the list."""
    name = quoted(fault.name)
    if fault.why == "no-such-file":
        told = sentence("The list names %(file)s, but there is no such file.", file=name)
        fix = sentence("Add the file, or correct the list.")
    else:
        told = sentence(
            "The list gives %(file)s the student number “%(number)s”, which nobody at your sites has.",
            file=name,
            number=fault.number,
        )
        fix = sentence("Correct the number in the list.")
    return Problem("list", told, fix, None, fault.name)


def quoted(name: str) -> Sentence:
    """Quote a file's name without what turns or breaks a line: it is shown on pages and terminals."""
    shown = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    return sentence("“%(name)s”", name=shown if len(shown) <= 120 else "…" + shown[-119:])
