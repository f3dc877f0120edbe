"""Which page is whose, for one big PDF that is split: a page that is surely one child's, or a problem.

A page that names somebody is never given to anybody else, and one that names nobody is given to the child before
only by what staff said about the documents' shape.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from types import MappingProxyType
from typing import Final, Literal, assert_never

from portal.words.sentences import Sentence, sentence
from portal.words.several import all_of, with_commas

_NOTHING: Final[Mapping[int, str]] = MappingProxyType({})


_CROWD = 4
_COUNTER: Final = re.compile(r"\bpage \d{1,5}(?: of \d{1,5})?\b|[-–] \d{1,5} [-–]")


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page, which counts from 1.

    `numbers` are the ids of the children whose student number stands on it. `names` has, for each child's name on
    it, the ids of all who bear that name. `is_unread` when a part of it, such as a picture, could not be read.
    `wording` is its text as it is compared with other pages'.
    """

    number: int
    numbers: frozenset[str] = frozenset()
    names: frozenset[frozenset[str]] = frozenset()
    has_mark: bool = False
    is_unread: bool = False
    wording: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether it names nobody."""
        return not self.numbers and not self.names

    @property
    def is_crowded(self) -> bool:
        """Whether it names so many children that it is a list's: more than a letter with brothers and sisters."""
        return max(len(self.numbers), len(self.names)) >= _CROWD


@dataclass(frozen=True, slots=True)
class EveryPage:
    """Each page names its child."""


@dataclass(frozen=True, slots=True)
class PagesEach:
    """Each document has so many pages."""

    count: int


@dataclass(frozen=True, slots=True)
class FirstPageMark:
    """Words that stand on the first page of each document, and on no other page."""

    text: str

    def is_on(self, page_text: str) -> bool:
        """Whether the words stand on a page, whatever the case of letters and wherever a line ends."""
        return bool(_folded(self.text)) and _folded(self.text) in _folded(page_text)


Shape = EveryPage | PagesEach | FirstPageMark
Bundle = tuple[Page, ...]
PageProblemKind = Literal[
    "names-nobody", "names-several", "same-name", "two-groups", "other-child-inside", "unread",
    "no-name-after", "remainder", "before-first-mark", "no-such-page", "no-pages-each",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of one child's document; contiguous, pages passed over aside.

    `unnamed` are those that name nobody though they differ from child to child: only their place says whose they are.
    """

    child_id: str
    pages: tuple[int, ...]
    unnamed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PageProblem:
    """Pages that are surely nobody's, with the children they may be about, what happened and what to do."""

    kind: PageProblemKind
    pages: tuple[int, ...]
    children: tuple[str, ...]
    sentence: str
    fix: str


@dataclass(frozen=True, slots=True)
class Split:
    """Every page is in one group, or passed over, or in a problem."""

    groups: tuple[Group, ...]
    problems: tuple[PageProblem, ...] = ()
    passed_over: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the document may be split so."""
        return bool(self.groups) and not self.problems


_FIXES: Final[dict[PageProblemKind, str]] = {
    "names-nobody": sentence("Say whose page it is, or pass it over if it is nobody's, such as a cover page."),
    "names-several": sentence("A page must name one child alone. Mend the file where it was made and choose it again."),
    "same-name": sentence("Say whose page it is; in the file, the student number would tell them apart."),
    "two-groups": sentence(
        "Look whether a page is out of its order, or stands there twice. Mend the file and choose it again."
    ),
    "other-child-inside": sentence(
        "Look whether a page is missing before it, or the number of pages or the mark is wrong."
    ),
    "no-name-after": sentence("Say how many pages each document has; or pass these over if they are blank."),
    "unread": sentence("Say whose page it is after a look at it, or make the file anew with text instead of pictures."),
    "remainder": sentence(
        "Look whether a page is missing, or pass over the pages that are nobody's, such as a cover page."
    ),
    "before-first-mark": sentence("Pass them over if they are nobody's, such as a cover page, or choose other words."),
    "no-such-page": sentence("Correct the pages to pass over."),
    "no-pages-each": sentence("Say how many pages each document has: 1 or more."),
}


def split(
    pages: Sequence[Page],
    shape: Shape,
    passed_over: frozenset[int] = frozenset(),
    chosen: Mapping[int, str] = _NOTHING,
) -> Split:
    """Decide whose each page is.

    `passed_over` are pages staff call nobody's; they do not count when pages are counted off. `chosen` is whose a
    page is in the words of a person (page number to child id): it counts as a number that stands on the page, so it
    decides where nobody or a namesake is named, and never against what the page itself says.
    """
    rest = [_with_choice(page, chosen) for page in pages if page.number not in passed_over]
    judged = list(_judged(rest, shape))
    groups = [one for one in judged if isinstance(one, Group)]
    problems = [one for one in judged if isinstance(one, PageProblem)]
    if isinstance(shape, EveryPage):
        problems = _told_once(problems, rest)
    often = {child for child, count in Counter(group.child_id for group in groups).items() if count > 1}
    problems += [_twice(child, groups) for child in often]
    groups = _with_unnamed(groups, {page.number: page for page in rest})
    there = {page.number for page in pages}
    if lost := passed_over - there:
        told = sentence("The file has no %(pages)s.", pages=pages_within(sorted(lost)))
        problems.append(_problem("no-such-page", sorted(lost), told))
    return Split(
        tuple(group for group in groups if group.child_id not in often),
        tuple(sorted(problems, key=lambda problem: problem.pages)),
        tuple(sorted(passed_over & there)),
    )


def _with_unnamed(groups: Sequence[Group], pages: Mapping[int, Page]) -> list[Group]:
    """Mark the pages that name nobody and do not say the same in each document: a lost page shifts them unseen."""
    wordings: dict[int, set[str]] = defaultdict(set)
    for group in groups:
        for at, number in enumerate(group.pages):
            if pages[number].is_silent:
                wordings[at].add(pages[number].wording)
    differ = {at for at, said in wordings.items() if len(said) > 1}
    return [
        replace(
            group,
            unnamed=tuple(
                number
                for at, number in enumerate(group.pages)
                if at in differ and pages[number].is_silent and pages[number].wording
            ),
        )
        for group in groups
    ]


def wording_of(text: str) -> str:
    """Return a page's text as it is compared with other pages': without case, line ends and the page's number."""
    return " ".join(_COUNTER.sub(" ", _folded(text)).split())


def _with_choice(page: Page, chosen: Mapping[int, str]) -> Page:
    return replace(page, numbers=page.numbers | {chosen[page.number]}) if page.number in chosen else page


def _judged(rest: list[Page], shape: Shape) -> Iterator[Group | PageProblem]:
    match shape:
        case EveryPage():
            yield from map(_whose, _by_owner(rest))
        case PagesEach(count) if count < 1:
            yield _problem("no-pages-each", _numbers(rest), sentence("A document cannot have no pages."))
        case PagesEach(count):
            whole = len(rest) - len(rest) % count
            yield from (_whose(tuple(rest[at : at + count])) for at in range(0, whole, count))
            if left := _numbers(rest[whole:]):
                told = sentence(
                    "%(pages)s: too few pages for a document of %(count)s.", pages=pages_said(left), count=count
                )
                yield _problem("remainder", left, told)
        case FirstPageMark():
            starts = [at for at, page in enumerate(rest) if page.has_mark] + [len(rest)]
            if before := _numbers(rest[: starts[0]]):
                told = sentence("%(pages)s: before the first page with the mark.", pages=pages_said(before))
                yield _problem("before-first-mark", before, told)
            yield from (_whose(tuple(rest[start:end])) for start, end in pairwise(starts))
        case _:
            assert_never(shape)


def _told_once(problems: list[PageProblem], rest: list[Page]) -> list[PageProblem]:
    """Return the problems; as one those of the pages that follow each child's, when they are equally many for each."""
    starts = [at for at, page in enumerate(rest) if not page.is_silent]
    apart = {end - start for start, end in pairwise([*starts, len(rest)])}
    if len(starts) < 2 or len(apart) > 1 or apart == {1}:
        return problems
    silent, count = {page.number for page in rest[starts[0] :] if page.is_silent}, apart.pop()
    others = [one for one in problems if not silent.issuperset(one.pages)]
    told = sentence(
        "%(pages)s pages name nobody, %(after)s after each that does: a document may have %(count)s pages.",
        pages=len(silent),
        after=count - 1,
        count=count,
    )
    return [*others, _problem("no-name-after", sorted(silent), told)]


def _by_owner(rest: list[Page]) -> Iterator[Bundle]:
    """Give runs of pages that surely name the same child, and every other page alone."""
    for owner, run in groupby(rest, key=_owner):
        if owner is None:
            yield from ((page,) for page in run)
        else:
            yield tuple(run)


def _owner(page: Page) -> str | None:
    able = _able((page,))
    return min(able) if len(able) == 1 else None


def _able(bundle: Bundle) -> frozenset[str]:
    """Return the ids of all who may be the one child these pages name: they bear every number and name on them."""
    signs = [frozenset({child}) for page in bundle for child in page.numbers]
    signs += [bearers for page in bundle for bearers in page.names]
    return frozenset.intersection(*signs) if signs else frozenset()


def _whose(bundle: Bundle) -> Group | PageProblem:
    """Return the group when all pages agree on one child, whom the first page names."""
    numbers = _numbers(bundle)
    able = _able(bundle)
    children = sorted({child for page in bundle for child in page.numbers.union(*page.names)})
    first = bundle[0]
    if mixed := [page.number for page in bundle if not page.is_silent and not _able((page,))]:
        told = sentence("%(pages)s names more than one child.", pages=pages_said(mixed))
        return _problem("names-several", numbers, told, children)
    if children and not able:
        told = sentence("%(pages)s: not all name the same child.", pages=pages_said(numbers))
        return _problem("other-child-inside", numbers, told, children)
    if unread := [page.number for page in bundle if page.is_silent and page.is_unread]:
        told = sentence(
            "%(pages)s: names nobody in letters, and holds a picture that could not be read.", pages=pages_said(unread)
        )
        return _problem("unread", numbers, told, children)
    if first.is_silent:
        page = str(first.number)
        told = (
            sentence("Page %(page)s names nobody, though a document begins there.", page=page)
            if children
            else sentence("Page %(page)s names nobody.", page=page)
        )
        return _problem("names-nobody", numbers, told, children)
    if _owner(first) is None:
        told = sentence("Page %(page)s: several children bear the name on it.", page=str(first.number))
        return _problem("same-name", numbers, told, children)
    return Group(min(able), numbers)


def _twice(child: str, groups: Iterable[Group]) -> PageProblem:
    theirs = [group.pages for group in groups if group.child_id == child]
    told = sentence(
        "One child has %(count)s documents: %(pages)s.",
        count=len(theirs),
        pages=with_commas([pages_within(pages) for pages in theirs]),
    )
    return _problem("two-groups", [number for pages in theirs for number in pages], told, [child])


def _problem(kind: PageProblemKind, pages: Sequence[int], sentence: str, children: Sequence[str] = ()) -> PageProblem:
    return PageProblem(kind, tuple(pages), tuple(children), sentence, _FIXES[kind])


def _numbers(pages: Iterable[Page]) -> tuple[int, ...]:
    return tuple(page.number for page in pages)


def pages_said(numbers: Sequence[int]) -> Sentence:
    """Say pages as people do: “Page 3”, “Pages 3 to 5” (with a dash), “Pages 3, 7 and 9”."""
    if len(numbers) == 1:
        return sentence("Page %(page)s", page=str(numbers[0]))
    return sentence("Pages %(pages)s", pages=_which(numbers))


def pages_within(numbers: Sequence[int]) -> Sentence:
    """Say pages within a sentence: “page 3”, “pages 3 to 5” (with a dash)."""
    if len(numbers) == 1:
        return sentence("page %(page)s", page=str(numbers[0]))
    return sentence("pages %(pages)s", pages=_which(numbers))


def _which(numbers: Sequence[int]) -> str:
    is_run = numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{numbers[0]}–{numbers[-1]}" if is_run else all_of([str(number) for number in numbers])


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
