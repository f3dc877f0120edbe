"""What was found: words that may name somebody, and signs of a person in a place of a file."""

from typing import Final, Literal, NamedTuple, Self

from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.weigh import SURE, Cues, Strength, is_row, is_sure, reweigh

Excuse = Literal["", "may-be", "meant"]
"""What else a name may be: nothing; something else; or a colleague is meant by what the text says of them."""
EXCUSES: Final[tuple[Excuse, ...]] = ("", "may-be", "meant")
SignKind = Literal["child-name", "guardian-name", "e-mail", "phone", "student-number", "birth-date"]


class Hit(NamedTuple):
    """A name that stands in a text, by the places of the words it is made of.

    `exact` are the names in the roster (places in `Roster.names`) that it is in full; of `others` it is a shorter
    form, or with `is_longer` one with a middle name more. `rule` found it, `cues` changed how sure it is.
    """

    at: frozenset[int]
    exact: tuple[int, ...]
    others: tuple[int, ...]
    rule: Rule
    strength: Strength = SURE
    cues: Cues = ()
    excuse: Excuse = ""
    is_longer: bool = False

    @property
    def names(self) -> tuple[int, ...]:
        """The names it may be, those written in full first; of a longer one no others beside these."""
        others = () if self.exact and self.is_longer else self.others
        return self.exact + others if others else self.exact

    @property
    def is_sure(self) -> bool:
        """Whether it counts by itself."""
        return is_sure(self.strength)

    def but(self, *cues: Rule) -> Self:
        """Return it as it is weighed with more cues."""
        strength, told = reweigh(self.rule, self.strength, self.cues, cues)
        return self._replace(strength=strength, cues=told)


class Sign(NamedTuple):
    """Something that belongs to a person, or to one of several. `is_own` when it is the organisation's as well.

    `bearers` are places in `Roster.people`, the likeliest first; `text` only tells signs apart. `rule` found it, `cues`
    changed how sure it is. `written` are the folded words of a name that stands there in part.
    """

    where: str
    kind: SignKind
    text: str
    bearers: tuple[int, ...]
    rule: Rule
    strength: Strength = SURE
    cues: Cues = ()
    is_own: bool = False
    written: tuple[str, ...] = ()

    @property
    def is_own_contact(self) -> bool:
        """Whether it is an address or a phone that the organisation has as well."""
        return self.is_own and self.kind in {"e-mail", "phone"}

    @property
    def is_name(self) -> bool:
        """Whether it is a name."""
        return self.kind in {"child-name", "guardian-name"}

    @property
    def is_sure(self) -> bool:
        """Whether it counts by itself."""
        return is_sure(self.strength)

    @property
    def is_row(self) -> bool:
        """Whether it counts beside others of a list, or beside a sure sign of its family."""
        return is_row(self.strength)

    def but(self, *cues: Rule) -> Self:
        """Return it as it is weighed with more cues."""
        strength, told = reweigh(self.rule, self.strength, self.cues, cues, of_child=self.kind == "child-name")
        return self._replace(strength=strength, cues=told)
