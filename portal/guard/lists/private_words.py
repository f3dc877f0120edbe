"""What the cells of a head say: names and nothing else, or what is kept about those who bear them and nothing else.

In the lists below `_` stands for a blank or nothing, and `*` for any ending.
"""

import re
from typing import Final, NamedTuple

from portal.guard.lexicon import text
from portal.guard.lists.terms import Terms

_CHILD: Final = text("kept-child")
_FIRST: Final = text("kept-given-names")
_LAST: Final = text("kept-family-names")
_NAME: Final = f"{_FIRST} {_LAST} {text('kept-names')}"
_BETWEEN: Final = text("kept-between")
_PRIVATE: Final = text("kept-private")
_EXPORTED: Final = text("kept-exported")
_KEPT: Final = text("kept-things")
_WHOLE: Final = text("kept-whole")
"""What is of too many kinds to be told where anything stands beside it, as in "medical school"."""
_FILLERS: Final = text("kept-fillers")
_GRADE: Final = text("kept-grades")


def _any_of(listed: str) -> str:
    words = sorted(set(listed.split()), key=len, reverse=True)
    return "|".join(word.replace("*", r"\w*").replace("_", " ?") for word in words)


class CellPattern(NamedTuple):
    """What tells whether all of a folded cell without marks is some words, and fillers around and between them.

    No word is looked at twice: some are others in one, and a cell may hold any number of them.
    """

    all_of: re.Pattern[str]
    some: re.Pattern[str]
    whole: re.Pattern[str]

    @classmethod
    def of(cls, words: str, fillers: str, whole: str = "") -> "CellPattern":
        """Take the words, and those that are one by themselves alone."""
        every = re.compile(rf"(?>(?:{_any_of(f'{words} {fillers}')})(?: |\Z))++")
        return cls(every, re.compile(rf"\b(?:{_any_of(words)})(?= |\Z)"), re.compile(_any_of(whole) or r"(?!)"))

    def is_said(self, cell: str) -> bool:
        """Whether a cell says that and nothing else."""
        return bool((self.all_of.fullmatch(cell) and self.some.search(cell)) or self.whole.fullmatch(cell))


NAMING: Final[Terms[str]] = Terms([("naming", f"{_CHILD} {_NAME} {text('kept-people')}")])
"""Every head has one of these words: told faster than what its cells say."""
CHILDREN: Final = CellPattern.of(_CHILD, f"{_NAME} {_BETWEEN}")
"""A cell under which names of children stand, and none of what they have or do."""
NAMES: Final = CellPattern.of(f"{_NAME} {text('kept-people-alone')}", _BETWEEN)
"""One under which names stand, whoever they are."""
FIRST: Final = CellPattern.of(_FIRST, f"{_NAME} {_BETWEEN}")
LAST: Final = CellPattern.of(_LAST, f"{_NAME} {_BETWEEN}")
"""One under which given names stand, and one of family names."""
GRADES: Final = CellPattern.of(_GRADE, _FILLERS)
PRIVATE: Final = CellPattern.of(_PRIVATE, _FILLERS)
"""One of what is private whoever bears the name: what ails them, what they may not eat, owe or sign in with."""
EXPORTED: Final = CellPattern.of(f"{_PRIVATE} {_EXPORTED}", _FILLERS)
"""One that stands beside names in two cells, or beside a grade, where a school's database gave them out."""
KEPT: Final = CellPattern.of(f"{_PRIVATE} {_EXPORTED} {_KEPT}", _FILLERS, _WHOLE)
"""One of what is kept about children, and about many others as well."""
