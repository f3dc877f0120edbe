"""Whether files stand under their neighbours' names: an off-by-one, or two that are swapped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from portal.documents.rules.problems import Judged, Pair, Problem, quoted
from portal.words.sentences import sentence

_FEWEST: Final = 2
_FIX: Final = sentence(
    "Look for a file that is missing, doubled or out of place near it. Put the names right and choose the files again."
)


def shift_in(pairs: Sequence[Pair], audience: Sequence[str], verdicts: Mapping[int, Judged]) -> Problem | None:
    """Return the problem when two or more wrong files in a row all name the next child, or all the one before.

    Looks in the order of the files and in the order of the audience, and tells the longest run.
    """
    ordered = sorted(pairs, key=lambda pair: pair.place)
    by_child = {pair.child_id: pair for pair in ordered}
    by_file = [(pair.child_id, pair) for pair in ordered]
    by_roster = [(child, by_child.get(child)) for child in audience]
    runs = [(run, step) for order in (by_file, by_roster) for step in (1, -1) for run in _runs(order, step, verdicts)]
    run, step = max(runs, key=lambda found: len(found[0]), default=((), 0))
    if len(run) < _FEWEST:
        return None
    first = run[0]
    about = {"file": quoted(first.name), "count": len(run)}
    told = (
        sentence(
            "The files seem to be shifted by one from %(file)s on: "
            "%(count)s in a row name the child after the one they are for.",
            **about,
        )
        if step == 1
        else sentence(
            "The files seem to be shifted by one from %(file)s on: "
            "%(count)s in a row name the child before the one they are for.",
            **about,
        )
    )
    return Problem("shifted", told, _FIX, first.place, first.name, first.child_id)


def swapped(pairs: Iterable[Pair], verdicts: Mapping[int, Judged]) -> frozenset[str]:
    """Return the ids of the children whose wrong file names a child whose wrong file names them."""
    named = {pair.child_id: found for pair in pairs if (found := _named_instead(pair, verdicts))}
    return frozenset(child for child, others in named.items() if any(child in named.get(other, ()) for other in others))


def partners_in(pairs: Iterable[Pair], verdicts: Mapping[int, Judged]) -> dict[int, int]:
    """Return the places of files that may change places: each is beyond doubt the letter of the other's child."""
    rightful = {
        pair.child_id: (pair.place, judged.rightful)
        for pair in pairs
        if (judged := verdicts.get(pair.place)) and judged.rightful
    }
    return {
        place: rightful[other][0]
        for child, (place, other) in rightful.items()
        if other in rightful and rightful[other][1] == child
    }


def _runs(
    order: Sequence[tuple[str, Pair | None]], step: int, verdicts: Mapping[int, Judged]
) -> Iterator[tuple[Pair, ...]]:
    run: list[Pair] = []
    for at, (_, pair) in enumerate(order):
        beside = order[at + step][0] if 0 <= at + step < len(order) else None
        if pair is not None and beside in _named_instead(pair, verdicts):
            run.append(pair)
            continue
        yield tuple(run)
        run = []
    yield tuple(run)


def _named_instead(pair: Pair, verdicts: Mapping[int, Judged]) -> frozenset[str]:
    judged = verdicts.get(pair.place)
    if judged is None or judged.verdict != "wrong-child":
        return frozenset()
    return judged.named | {judged.rightful} if judged.rightful else judged.named
