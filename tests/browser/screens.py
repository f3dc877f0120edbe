"""Pictures of pages for docs/screens, kept only when a run asks for them: `pytest --screens docs/screens`."""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screens", metavar="FOLDER", help="keep a picture of every page in this folder")


_MADE_UP = re.compile(r"[0-9a-f]{32}|(?<=127\.0\.0\.1:)\d+")
"""Ids and ports, which are others at every run."""
_ALL_LOADED = """() => Promise.allSettled(
  [...document.images].map(one => { one.loading = "eager"; return one.decode(); }))"""
_COLOURS = 48
_TALLEST = 2200


class Screens:
    """A folder of small pictures, or nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def are_kept(self) -> bool:
        """Whether this run keeps pictures, which are of English pages."""
        return self._folder is not None

    def keep(self, page: "Page", name: str) -> None:
        """Keep a picture of the whole page, its colours reduced so that it stays small."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        page.evaluate(_ALL_LOADED)
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled")))
        small = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, _TALLEST)))
        small.quantize(_COLOURS).save(self._folder / f"{name}.png", optimize=True)

    def read_aloud(self, page: "Page", name: str) -> None:
        """Keep what a screen reader finds on the page, in the order in which it finds it."""
        if self._folder is None:
            return
        tree = _MADE_UP.sub("…", page.locator("body").aria_snapshot())
        (self._folder / f"{name}.yaml").write_text(f"# {page.title()}\n{tree}\n", encoding="utf-8")


@pytest.fixture
def screens(request: pytest.FixtureRequest) -> Screens:
    folder = request.config.getoption("--screens")
    return Screens(Path(folder) if folder else None)
