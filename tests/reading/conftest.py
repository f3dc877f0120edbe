import sys
from pathlib import Path

import pytest

from portal.reading.ocr.letters import Eyes

sys.path.insert(0, str(Path(__file__).parent))  # test folders are no packages; `carriers` makes the files read here


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    """Eyes that stay open for a file of tests: to load the model takes longer than most pictures."""
    return Eyes()
