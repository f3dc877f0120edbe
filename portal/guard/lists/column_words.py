"""The words by which a list of people is told: what its columns are called, and what its cells say.

All are folded (see `portal.guard.text.folding.fold`). English, Spanish, French, German, Vietnamese, Portuguese and the
commonest of Italian, Polish, Russian, Arabic, Chinese and Korean. In the lists below `_` stands for a blank, a
hyphen, an underscore or nothing, `?` for any letter and `*` for any ending.
"""

import re
from typing import Final, Literal

from portal.guard.lexicon import entries, rows, text
from portal.guard.lists.terms import Terms
from portal.guard.text.folding import fold
from portal.guard.text.vocabulary import any_of, listed

Kind = Literal[
    "name", "child", "guardian", "birth", "health", "fee", "number", "support",
    "grade", "class", "phone", "email", "home", "address", "staff",
]  # fmt: skip
"""What a column tells. `child` is the name of a child, `staff` whatever only people at work have (a title, a room),
`home` a mail address of the kind that people have for themselves, `class` a grade that is more than a figure (4B)."""

HARD: Final[frozenset[Kind]] = frozenset(("guardian", "birth", "health", "fee", "support"))
"""What is kept about children and their families, but stands in no directory of a school's own people."""


_NO_CHILD: Final = rf" (?:{any_of('not-of-a-child')}|(?<=kind )of)"
_HEADS: Final[tuple[tuple[Kind, str], ...]] = tuple(
    (kind, text(f"head-{kind}"))
    for kind in (
        "child",
        "name",
        "guardian",
        "birth",
        "health",
        "fee",
        "support",
        "number",
        "grade",
        "phone",
        "email",
        "address",
        "staff",
    )
)
HEADS: Final[Terms[Kind]] = Terms(_HEADS, but=("child", _NO_CHILD))
NAMED: Final[frozenset[Kind]] = frozenset(("child", "name", "guardian"))
"""Those that name someone."""
NAMED_HEADS: Final[Terms[Kind]] = Terms(
    ((kind, words) for kind, words in _HEADS if kind in NAMED), but=("child", _NO_CHILD)
)
NO_PERSONS: Final = re.compile(
    rf"\b(?:{any_of('things-before-name')}) ?names?\b"
    rf"|\b(?:{any_of('name-of-things')}) (?:{any_of('of-things')}) (?:the )?(?:{any_of('things-with-names')})\b"
    rf"|\b(?:{any_of('asked-about')})\b"
)
"""Names that are not of people."""
NO_BIRTHS: Final = re.compile(
    "|".join(
        (
            rf"\b(?:{any_of('birth-places')})\b",
            *(rf"(?<!{before} )\b{' '.join(place)}\b" for before, *place in rows("birth-places-unless-behind")),
        )
    )
)
"""Where, and not when: in lists of painters and presidents."""

SPOKEN: Final = re.compile(rf"^\W*(?:{any_of('beginnings-of-letters')})\b|\b(?:{any_of('you-words')})\b")
"""What speaks to the reader: folded salutations, and words for you."""

_AT_WORK: Final = text("at-work")
_PAID: Final = text("paid")
_ILL: Final = text("ill")
SAID: Final[Terms[Kind]] = Terms((("fee", _PAID), ("health", _ILL), ("staff", _AT_WORK)))
"""What stands in cells, and not above them."""
FREE_MAIL: Final = re.compile(rf"@(?:{any_of('free-mail')})\.")
NO_OFFICES_MAIL: Final = re.compile(
    r"@(?:[\w-]+\.)*(?:example|test|invalid)(?:\.|$)|@(?:students?|pupils?|stu|learners?)\."
)
"""Addresses in samples (RFC 2606), which tell nothing about whose they are, and those that schools give to pupils."""

PARTICLES: Final = listed("particles-in-rows")
NO_NAMES: Final = frozenset(fold("\n".join(entries("no-names"))).split())
