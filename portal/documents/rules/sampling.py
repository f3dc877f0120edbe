"""Which pairs of file and child a person has to look at before a mailing may be approved."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Final

from portal.documents.rules.problems import Pair

_AT_RANDOM: Final = 3
_MOST_ODD: Final = 10


def uneven(pages: Mapping[int, int]) -> tuple[int, ...]:
    """Return the places whose number of pages is not the usual one, where nine in ten have it; else none.

    `pages` is by place. A page of the neighbour, or one that is lost, shows here first.
    """
    if not pages:
        return ()
    usual, count = Counter(pages.values()).most_common(1)[0]
    if count * 10 < len(pages) * 9:
        return ()
    return tuple(sorted(place for place, number in pages.items() if number != usual))


def sample_of(
    pairs: Sequence[Pair], seed: str, odd: Collection[int] = (), unnamed: Collection[int] = ()
) -> tuple[Pair, ...]:
    """Return the first, the last, the largest and three more at random, in their order; fewer when there are fewer.

    Up to ten of the places in `odd` are shown besides, and ten in `unnamed`, the last of them too. The
    same for everybody who looks at one mailing, whose id is the `seed`, and not to be foreseen before it has one.
    """
    if not pairs:
        return ()
    ordered = sorted(pairs, key=lambda pair: pair.place)
    largest = max(ordered, key=lambda pair: pair.size)
    shown = {pair.place for pair in (ordered[0], ordered[-1], largest)}
    rest = [pair for pair in ordered if pair.place not in shown]
    rest.sort(key=lambda pair: sha256(f"{seed}\n{pair.place}\n{pair.child_id}".encode()).digest())
    shown.update(pair.place for pair in rest[:_AT_RANDOM])
    shown.update(sorted(odd)[:_MOST_ODD])
    shown.update([*sorted(unnamed)[: _MOST_ODD - 1], *sorted(unnamed)[-1:]])
    return tuple(pair for pair in ordered if pair.place in shown)
