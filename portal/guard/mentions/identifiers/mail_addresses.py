"""Mail addresses, also those that go over several lines, as in the narrow cells of a table: `rivera@home.te`, `st`."""

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final

from portal.guard.evidence.hits import Sign
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid
from portal.guard.roster.contacts import known_addresses_in, plain_addresses
from portal.guard.roster.index import Roster
from portal.guard.views.passages import Passage

_REACH: Final = 120
"""Characters on either side that may belong to an address; by eye."""
_MOST: Final = 3
"""Lines on either side of the @, its own with them; by eye."""
_END: Final = re.compile(r"[\w.+%&=~-]*\Z")
_BEGINNING: Final = re.compile(r"[\w.-]*")


@detector(Rule.EMAIL_EXACT, Rule.EMAIL_WRAPPED)
def addresses_of_roster(grid: Grid, roster: Roster) -> Iterator[Sign]:
    """Yield the mail addresses of the roster."""
    whole = known_addresses_in(grid.passage, roster.emails, roster.hosts, roster.locals_end)
    for address in whole | _wrapped_addresses_in(grid.passage, roster.emails):
        is_own, rule = address in roster.own_addresses, Rule.EMAIL_EXACT if address in whole else Rule.EMAIL_WRAPPED
        sign = Sign("", "e-mail", address, roster.emails[address], rule, is_own=is_own)
        yield sign.but(Rule.CUE_SHARED) if is_own else sign


def _wrapped_addresses_in(passage: Passage, known: Mapping[str, object]) -> set[str]:
    """Return which of the `known` addresses stand in a passage with a line's end within; of a long text none.

    A blank behind a stop is one, too, as it is read off a picture: `ana. rivera@home.test`.
    """
    found = set[str]()
    if not passage.has_all_words or "@" not in passage.folded:
        return found
    text = passage.folded.replace(". ", ".\n")
    at = text.find("@")
    while at >= 0:
        if _goes_on(text, at):
            before, after = text[max(at - _REACH, 0) : at], text[at + 1 : at + _REACH]
            for own, host in product(_ends(before), _beginnings(after)):
                found.update(address for address in plain_addresses(f"{own}@{host}") if address in known)
        at = text.find("@", at + 1)
    return found


def _goes_on(text: str, at: int) -> bool:
    """Whether the word before an @ begins a line below another, or the one behind it ends one; most do neither."""
    begin, end = text.rfind("\n", max(at - _REACH, 0), at), text.find("\n", at, at + _REACH)
    is_begun = begin > 0 and not text[begin - 1].isspace() and _is_one_word(text[begin:at])
    return is_begun or (0 < end < len(text) - 1 and text[end + 1] != "\n" and _is_one_word(text[at:end]))


def _is_one_word(text: str) -> bool:
    return len(text.split(None, 1)) <= 1


def _ends(text: str) -> Iterator[str]:
    """Yield what a text ends in: of its last line, and as long as lines are filled, with that of those above."""
    end = ""
    for line in reversed(text.split("\n")[-_MOST:]):
        piece = _END.search(line.rstrip())
        end = f"{piece[0]}{end}" if piece else end
        yield end
        if not piece or piece[0] != line.strip():
            break


def _beginnings(text: str) -> Iterator[str]:
    """Yield what a text begins with: of its first line, and as long as lines are filled, with that of those below."""
    beginning = ""
    for line in text.split("\n")[:_MOST]:
        piece = _BEGINNING.match(line.lstrip())
        beginning += piece[0] if piece else ""
        yield beginning
        if not piece or piece[0] != line.strip():
            break
