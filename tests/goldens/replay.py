"""`make golden`: ask the guard all that it was asked when the goldens were recorded, and print what changed."""

import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.goldens import kept

_PROCESSES: Final = 2
_SHOWN: Final = 200
_TEXT_SHOWN: Final = 300
"""Characters of a case's text that are printed."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the guard said of a case, and what it says now."""

    case: kept.Case
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    @property
    def is_of_verdict(self) -> bool:
        """Whether the verdict itself is another one, and not only by which rules it came about."""
        return kept.verdict_alone(self.before) != kept.verdict_alone(self.after)

    def in_words(self) -> str:
        """Tell it in some lines."""
        text = " ⏎ ".join(part.text for part in self.case.parts).replace("\n", "⏎").replace("\t", "⇥")
        shown = text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN]} … ({len(text):,} characters)"
        return (
            f"{self.case.id}  {self.case.test}  {'VERDICT' if self.is_of_verdict else 'rules'}\n  text    {shown}\n"
            f"  before  {json.dumps(self.before, ensure_ascii=False)}\n"
            f"  after   {json.dumps(self.after, ensure_ascii=False)}"
        )


def answers(every: int = 1, first: int = 0) -> Iterator[tuple[kept.Case, dict[str, Any]]]:
    """Ask every so many-th case from the `first` on."""
    rosters = kept.rosters()
    for at, case in enumerate(kept.cases()):
        if at % every == first:
            yield case, case.verdict(rosters)


def changes(every: int = 1, first: int = 0) -> tuple[int, list[Change]]:
    """Return how many cases were asked, and which of them are answered otherwise."""
    before, count, changed = kept.verdicts(), 0, list[Change]()
    for case, after in answers(every, first):
        count += 1
        was = before[case.id]
        was.pop("test", None)
        if was != after:
            changed.append(Change(case, was, after))
    return count, changed


def accept() -> None:
    """Keep what the guard says today."""
    said = {case.id: (case.test, row) for case, row in answers()}
    kept.keep_verdicts({case: row for case, (_, row) in said.items()}, {case: test for case, (test, _) in said.items()})


def _share(first: int) -> tuple[int, list[Change]]:
    return changes(_PROCESSES, first)


def main() -> int:
    began = time.monotonic()
    with multiprocessing.Pool(_PROCESSES) as pool:
        shares = pool.map(_share, range(_PROCESSES))
    count, changed = sum(share[0] for share in shares), [change for share in shares for change in share[1]]
    changed.sort(key=lambda change: not change.is_of_verdict)
    for change in changed[:_SHOWN]:
        print(change.in_words())
    if len(changed) > _SHOWN:
        print(f"… and {len(changed) - _SHOWN:,} more.")
    verdicts = sum(change.is_of_verdict for change in changed)
    print(
        f"{count:,} cases: {verdicts:,} other verdicts, {len(changed) - verdicts:,} the same by other rules; "
        f"{time.monotonic() - began:.1f} s."
    )
    if changed:
        print("If that is what you want, `make golden-accept` keeps it; say why in the commit.")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
