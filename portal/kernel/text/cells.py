"""Tables as CSV files that a spreadsheet only shows: no cell of ours is ever a formula there."""

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file (RFC 4180) in UTF-8 with a mark, which spreadsheets need to read names right."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(headings)
    writer.writerows([shown_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8", "replace")


def shown_cell(value: object) -> str:
    """Return a value as a cell that is text: what could start a formula gets an apostrophe (OWASP, CSV injection).

    Blanks in front count as nothing there, since spreadsheets strip them. A number stays one, a minus sign and all.
    """
    text = "" if value is None else str(value)
    if isinstance(value, int | float):
        return text
    return f"'{text}" if text.lstrip(" \u00a0\u200b\ufeff").startswith(_STARTS_FORMULA) else text
