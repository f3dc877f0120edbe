"""What the handbooks print bold is what the pages say: a button that was renamed is found here, not by a secretary."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.house.catalogues import ALL, said
from tests.house.tree import HOUSE, named

HANDBOOKS = [
    *(path for folder in ("office", "admin") for path in sorted((HOUSE / "docs" / folder).glob("*.md"))),
    HOUSE / "docs" / "approver.md",
    HOUSE / "docs" / "mail-programs.md",
]
BOLD = re.compile(r"\*\*([^*]+)\*\*")
PLACE = re.compile(r"%\(\w+\)s")
PLACE_ESCAPED = re.compile(r"%\\\(\w+\\\)s")


@cache
def pages_say() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Return every sentence of a page, and a pattern for each that is filled in."""
    ids = {
        one
        for readers in ALL
        for message in said(readers)
        for one in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    with_words = [one for one in ids if re.search(r"[a-z]{3}", PLACE.sub("", one))]
    return frozenset(ids), tuple(
        re.compile(PLACE_ESCAPED.sub(".+", re.escape(one))) for one in with_words if "%(" in one
    )


def strange(text: str) -> list[str]:
    """Return what is printed bold and that no page says; a bold sentence, with its full stop, is the handbook's own."""
    whole, filled = pages_say()
    bold = [" ".join(one.split()) for one in BOLD.findall(text)]
    return [
        one for one in bold if one not in whole and one[-1] != "." and not any(line.fullmatch(one) for line in filled)
    ]


@pytest.mark.parametrize("path", HANDBOOKS, ids=named)
def test_every_name_that_a_handbook_gives_is_on_a_page(path: Path) -> None:
    assert strange(path.read_text(encoding="utf-8")) == []


def test_a_name_that_no_page_has_is_found() -> None:
    text = "**You are at hand.** Press **Stop**, **Each is right: approve all 7** or **Halt\nat once**."
    assert strange(text) == ["Halt at once"]
