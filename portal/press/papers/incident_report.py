"""The report of an incident as a PDF: facts, who had seen it, decisions, and how to verify them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.press import Press
from portal.press.letters.letter import Paper
from portal.press.typesetting.languages import fonts_of

MOST_SEEN: Final = 400
"""So many rows are in the report; a longer list is a file beside it."""
_TEMPLATE: Final = (Path(__file__).parent / "incident_report.typ").read_text(encoding="utf-8")
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Report:
    """What the report says, in words. `numbers` are figures with their nouns; `sections` a title with its rows."""

    organisation: str
    title: str
    banner: str
    numbers: Rows
    sections: Sequence[tuple[str, Rows]]
    seen: Rows
    decisions: Rows
    ledger: Sequence[str]
    head: str


def print_report(press: Press, report: Report, *, paper: Paper = "us-letter") -> bytes:
    """Return the report as a PDF. Raises `NotTypeset`."""
    left = len(report.seen) - MOST_SEEN
    values = {
        "organisation": report.organisation,
        "title": report.title,
        "banner": report.banner,
        "numbers": report.numbers,
        "sections": [{"title": title, "rows": rows} for title, rows in report.sections],
        "seen": report.seen[:MOST_SEEN],
        "more": f"{left:,} more are in the file seen.csv of this pack." if left > 0 else "",
        "decisions": report.decisions,
        "ledger": report.ledger,
        "head": report.head,
        "paper": paper,
        "fonts": fonts_of("en"),
    }
    return press.typeset(_TEMPLATE, {"report": json.dumps(values)})
