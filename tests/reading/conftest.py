import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.reading.cage.caged import CagedReader
from portal.reading.ocr.picture_reader import Eyes

sys.path.insert(0, str(Path(__file__).parent))  # test folders are no packages; `carriers` makes the files read here

from ocr_pictures import open_eyes


@pytest.fixture(scope="session")
def eyes() -> Eyes:
    return open_eyes()


@pytest.fixture(scope="session")
def cage() -> Iterator[CagedReader]:
    """One for all modules: a second of a processor goes by until a cell is warm, and more with eyes."""
    with CagedReader() as reader:
        yield reader
