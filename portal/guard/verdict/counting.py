"""How many children and families some signs name."""

from collections import defaultdict
from collections.abc import Iterable

from portal.guard.evidence.hits import Sign
from portal.guard.roster.index import Roster


def count_named(signs: Iterable[Sign], roster: Roster) -> tuple[int, int]:
    """Return children and families named. A sign several people share counts as one of them, already named or not."""
    texts: dict[tuple[int, ...], str] = {}  # of each that belong to the same the first: the others add nobody
    for sign in signs:
        if (text := texts.get(sign.bearers)) is None or sign.text < text:
            texts[sign.bearers] = sign.text
    named: dict[int, None] = {}
    near: set[int] = set()  # all of whose family somebody is named
    for number, _, bearers in sorted((len(bearers), text, bearers) for bearers, text in texts.items()):
        if number > 1 and not near.isdisjoint(bearers):
            continue
        if (first := bearers[0]) not in named:
            named[first] = None
            near.update(*[roster.relatives[child] for child in roster.people[first].family])
    people = [roster.people[at] for at in named]
    groups = _joined(person.family or frozenset({person.id}) for person in people)
    directly = {person.id for person in people if person.kind == "child"}
    return len(directly) + sum(map(directly.isdisjoint, groups)), len(groups)


def _joined(families: Iterable[frozenset[str]]) -> list[set[str]]:
    """Join families that share a child, however long the chain."""
    group_of: dict[str, set[str]] = {}
    for family in dict.fromkeys(families):
        joined = set(family).union(*(group_of[child] for child in family if child in group_of))
        group_of.update(dict.fromkeys(joined, joined))
    groups: dict[int, set[str]] = defaultdict(set)
    for group in group_of.values():
        groups[id(group)] = group
    return list(groups.values())
