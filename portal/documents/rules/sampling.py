"""Which pairs of file and child a person has to look at before a mailing may be approved."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from portal.documents.rules.problems import Pair

_AT_RANDOM: Final = 3


def sample_of(pairs: Sequence[Pair], seed: str) -> tuple[Pair, ...]:
    """Return the first, the last, the largest and three more at random, in their order; fewer when there are fewer.

    The same for everybody who looks at one mailing, whose id is the `seed`, and not to be foreseen before it has one.
    """
    if not pairs:
        return ()
    ordered = sorted(pairs, key=lambda pair: pair.place)
    largest = max(ordered, key=lambda pair: pair.size)
    shown = {pair.place for pair in (ordered[0], ordered[-1], largest)}
    rest = [pair for pair in ordered if pair.place not in shown]
    rest.sort(key=lambda pair: sha256(f"{seed}\n{pair.place}\n{pair.child_id}".encode()).digest())
    shown.update(pair.place for pair in rest[:_AT_RANDOM])
    return tuple(pair for pair in ordered if pair.place in shown)
