"""What somebody wrote to a family, as pages that stand before its letter."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from portal.press import Press
from portal.press.letters.letter import Paper
from portal.press.typesetting.languages import fonts_of

_TEMPLATE: Final = (Path(__file__).parent / "text_page.typ").read_text(encoding="utf-8")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def print_texts(
    press: Press, *, organisation: str, title: str, texts: Iterable[str], paper: Paper = "us-letter"
) -> Iterator[bytes]:
    """Return a PDF for each text, with the letter's title above: lines and paragraphs as they were written.

    Each paragraph is set from the side where its first letter's script begins. Raises `NotTypeset` at the first that
    cannot be set, as where no font of the press has a sign of it.
    """
    head = {
        "organisation": organisation, "title": title, "right": _is_from_the_right(title), "paper": paper,
        "fonts": fonts_of("en"),
    }  # fmt: skip
    rows = ({"page": json.dumps({**head, "paragraphs": _paragraphs(text)})} for text in texts)
    return press.typeset_all(_TEMPLATE, rows)


def _paragraphs(text: str) -> list[dict[str, object]]:
    written = [part.split("\n") for part in _BLANK_LINES.split(text.strip("\n"))]
    return [{"right": _is_from_the_right("\n".join(lines)), "lines": lines} for lines in written]


def _is_from_the_right(text: str) -> bool:
    """Tell by the first letter that has a direction (Unicode UAX 9, P2 and P3)."""
    ways = (unicodedata.bidirectional(sign) for sign in text)
    return next((way for way in ways if way in {"L", "R", "AL"}), "L") != "L"
