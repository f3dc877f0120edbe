"""The record of what was disclosed of one child, as a PDF to hand out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from portal.press import Press
from portal.press.letters.letter import Paper
from portal.press.typesetting.languages import fonts_of

COLUMNS: Final = 5
_TEMPLATE: Final = (Path(__file__).parent / "disclosure_record.typ").read_text(encoding="utf-8")


def print_record(
    press: Press,
    *,
    organisation: str,
    title: str,
    before: Sequence[str],
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    nothing: str,
    after: Sequence[str],
    paper: Paper = "us-letter",
) -> bytes:
    """Return the record as a PDF: sentences, a table of five columns or the sentence `nothing`, and what follows.

    Raises `NotTypeset`.
    """
    assert len(headings) == COLUMNS
    values = {
        "organisation": organisation, "title": title, "before": before, "headings": headings, "rows": rows,
        "nothing": nothing, "after": after, "paper": paper, "fonts": fonts_of("en"),
    }  # fmt: skip
    return press.typeset(_TEMPLATE, {"record": json.dumps(values)})
