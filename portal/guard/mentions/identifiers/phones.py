"""Phone numbers of the roster; without an area code, those in a line with a name of whom they lead to."""

from collections.abc import Iterable, Iterator

from portal.guard.evidence.hits import Sign
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.contacts import known_phones_in, local_numbers_in
from portal.guard.roster.index import Roster
from portal.guard.roster.named_among import is_named
from portal.guard.text.folding import apart
from portal.guard.views.passages import Passage


@detector(Rule.PHONE_EXACT, Rule.PHONE_LOCAL, needs=Need.DIGITS)
def phones_of_roster(grid: Grid, roster: Roster) -> Iterator[Sign]:
    """Yield the phone numbers in a text, by where seven digits stand in which a known one ends."""
    passage = grid.passage
    near = roster.phone_ends.places_in(*passage.digits)
    if not len(near):
        return
    longer = roster.phone_ends.of_longer(near, passage.digits[0])
    for phone in known_phones_in(passage, roster.phones, roster.phone_ends, longer):
        sign = Sign("", "phone", phone, roster.phones[phone], Rule.PHONE_EXACT, is_own=phone in roster.own_phones)
        yield sign.but(Rule.CUE_SHARED) if sign.is_own else sign
    if grid.is_short:
        yield from _named_beside(passage, roster, near.tolist())


def _named_beside(passage: Passage, roster: Roster, near: Iterable[int]) -> Iterator[Sign]:
    """Yield the phone numbers without their area code that stand in a line with a name of whom they lead to."""
    for end, start, stop in local_numbers_in(passage, near):
        is_own = end in roster.own_phone_ends
        words = set(apart(passage.line_at(start, stop)).split())
        words |= {word[:-1] for word in words if word[-1] == "s"}  # "the Whitcombes, 555-0142"
        for phone in roster.by_phone_end.beside(end, sorted(words)):
            named = tuple(at for at in roster.phones[phone] if is_named(roster, at, words))
            whose = named or roster.phones[phone]  # if no one of these, a child of theirs
            sign = Sign("", "phone", phone, whose, Rule.PHONE_LOCAL, is_own=is_own)
            yield sign.but(Rule.CUE_SHARED) if is_own else sign
