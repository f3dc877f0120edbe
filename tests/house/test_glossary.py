"""The glossary of the guard names modules that are there, each term once, with one sentence."""

import re

from tests.house.tree import HOUSE

TEXT = (HOUSE / "docs" / "guard.md").read_text(encoding="utf-8").partition("\n## Glossary\n")[2]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.split("\n") if line.startswith("| ")][2:]
NEEDED = {"token", "n-gram", "transliteration", "homoglyph", "confusable", "detector", "threshold", "cue", "view"}


def test_each_term_stands_once() -> None:
    terms = [term for term, _, _ in ROWS]
    assert len(terms) == len(set(terms))
    assert set(terms) >= NEEDED


def test_each_has_one_sentence() -> None:
    assert [term for term, said, _ in ROWS if not said or said.endswith(".") or ". " in said] == []


def test_each_names_a_module_that_is_there() -> None:
    named = [(term, path) for term, _, paths in ROWS for path in re.findall(r"`([^`]+)`", paths)]
    assert {term for term, _ in named} == {term for term, _, _ in ROWS}
    places = {path: HOUSE / path if path.startswith("tests/") else HOUSE / "portal" / path for _, path in named}
    assert [path for path, place in places.items() if not place.exists()] == []
