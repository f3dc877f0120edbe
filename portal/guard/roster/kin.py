"""Who are of one family: the children of guardians, and siblings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping


def families_of(guardianships: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Return for each guardian and child id the children of their family, from (guardian id, child id) pairs."""
    children: dict[str, set[str]] = defaultdict(set)
    guardians: dict[str, set[str]] = defaultdict(set)
    for guardian, child in guardianships:
        children[guardian].add(child)
        guardians[child].add(guardian)
    shared: dict[frozenset[str], frozenset[str]] = {}  # one object a family, however many are in it
    families = {guardian: shared.setdefault(own, own) for guardian, own in _frozen(children)}
    for child, theirs in guardians.items():
        own = frozenset({child}.union(*(children[guardian] for guardian in theirs)))
        families[child] = shared.setdefault(own, own)
    return families


def _frozen(sets: Mapping[str, set[str]]) -> Iterable[tuple[str, frozenset[str]]]:
    return ((key, frozenset(items)) for key, items in sets.items())
