"""Every leak of the corpus is stopped, and every innocent file is clear, as uploads to a real site would be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.guard.roster.index import Roster
from portal.reading.cage.caged import CagedReader
from tests.guard_corpus.cases import Case
from tests.guard_corpus.corpus import CORPUS, judged
from tests.guard_corpus.roster import roster

LEAKS = [case for case in CORPUS if case.sort == "leak"]
REFUSED = [case for case in CORPUS if case.sort == "refused"]
INNOCENTS = [case for case in CORPUS if case.sort == "innocent"]


@pytest.fixture(scope="module")
def reader() -> Iterator[CagedReader]:
    with CagedReader(count_rows="portal.guard.lists.list_shape:personal_rows") as reader:
        yield reader


@pytest.fixture(scope="module")
def index() -> Roster:
    return roster()


def of(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.id)


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert (len(LEAKS) >= 400, len(REFUSED) >= 45, len(INNOCENTS) >= 120) == (True, True, True)


@of(LEAKS)
def test_a_leak_is_stopped(case: Case, reader: CagedReader, index: Roster, tmp_path: Path) -> None:
    told = judged(case, reader, index, tmp_path)
    assert told.is_right, told.words


@of(REFUSED)
def test_what_cannot_be_read_is_refused(case: Case, reader: CagedReader, index: Roster, tmp_path: Path) -> None:
    told = judged(case, reader, index, tmp_path)
    assert told.is_right, told.words


@of(INNOCENTS)
def test_an_innocent_file_is_clear(case: Case, reader: CagedReader, index: Roster, tmp_path: Path) -> None:
    told = judged(case, reader, index, tmp_path)
    assert told.is_right, told.words


def test_a_case_is_the_same_at_every_run() -> None:
    plain = [case for case in CORPUS if case.name.endswith((".txt", ".csv", ".html", ".json", ".png", ".jpg"))]
    made = [(case, case.make(case.scene)) for case in plain[::9]]
    timeless = [(case, data) for case, data in made if not data.startswith((b"PK", b"%PDF-"))]  # those bear the time
    assert [case.id for case, data in timeless if data != case.make(case.scene)] == []
