"""What is counted, and what each figure means: one list, for the database, for `/metrics` and for the tests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from portal.kernel.tally import SECONDS, SUM

PREFIX: Final = "portal_"


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure that only grows. `label` is what its kinds are called; None for one without, or for durations.

    `known` are kinds that stand at 0 from the start, so that the first one is seen to come.
    """

    name: str
    means: str
    label: str | None = None
    is_seconds: bool = False
    known: tuple[str, ...] = ()


CRASH: Final = "crash"
_SENT: Final = ("sent", "refused", "again later", "withdrawn", "pointless")
_JUDGED: Final = ("clear", "blocked", "unreadable")
_WHY: Final = ("no connection", "gone", "busy", "thrown out")
_HANDED_IN: Final = ("taken", "refused", "not taken", "probed")
COUNTED: Final = (
    Counted("sends", "Messages that were offered to the mail server, by what became of them.", "outcome", known=_SENT),
    Counted(
        "refusals",
        "What the site refused or failed at, by kind of error.",
        "kind",
        known=(CRASH,),
    ),
    Counted(
        "guard_verdicts",
        "Files that the guard judged, by verdict.",
        "verdict",
        known=_JUDGED,
    ),
    Counted("guard_seconds", "Seconds that reading and judging one file took.", is_seconds=True),
    Counted(
        "disclosures",
        "Letters shown or handed out, as the ledger has them.",
        "kind",
        known=("view", "download"),
    ),
    Counted("cage_crashes", "Cages that were ended over a file: a crash, too much memory or time, no sense."),
    Counted("database_failures", "Transactions that failed for a reason of the moment, by why.", "why", known=_WHY),
    Counted("gate_messages", "Messages that mail programs handed in, by outcome.", "outcome", known=_HANDED_IN),
)


@dataclass(frozen=True, slots=True)
class Durations:
    """Durations as Prometheus wants them: how many took at most so long, for each bound, and the sum of all."""

    buckets: tuple[tuple[str, float], ...]
    seconds: float


def by_label(written: Iterable[tuple[str, str, float]]) -> dict[str, dict[str, float]]:
    """Return what is written down by name, then by label; every figure of the list is there."""
    found: dict[str, dict[str, float]] = {one.name: dict.fromkeys(one.known, 0) for one in COUNTED}
    for name, label, value in written:
        if name in found:
            found[name][label] = value
    return found


def durations(counted: Mapping[str, float]) -> Durations:
    """Return durations out of the buckets that `kernel.tally.took` counts in."""
    total, buckets = 0.0, []
    for bound in SECONDS:
        total += counted.get(str(bound), 0)
        buckets.append((str(bound).replace("inf", "+Inf"), total))
    return Durations(tuple(buckets), counted.get(SUM, 0))
