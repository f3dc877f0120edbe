"""A run looks at every fourth picture of tests of OCR and of family pages; `make pictures` looks at all of them.

Pictures take more than a third of a run, and what reads them changes rarely. Those of one test differ by size, shade,
angle or language. Which are looked at hangs on their place alone, so every run looks at the same.
"""

import os
from collections import Counter
from collections.abc import Sequence

import pytest

from tests.guard_corpus.leaks_worn import WORN

EVERY = 4


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("PICTURES") == "all" or any("::" in one for one in config.args):  # a test that is named is asked
        return
    left = set(_passed_over([item for item in items if _is_a_picture(item)]))
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]


def _is_a_picture(item: pytest.Item) -> bool:
    name = item.path.name
    if name.startswith("test_ocr") or name == "test_every_family_page.py":
        return getattr(item, "callspec", None) is not None
    return name == "test_corpus.py" and f"[{WORN}" in item.name


def _passed_over(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    seen = Counter[str]()
    left = []
    for item in items:
        test = item.nodeid.partition("[")[0]
        if seen[test] % EVERY:
            left.append(item)
        seen[test] += 1
    return left
