"""Many files judged ahead of whoever asks: in their order, each by itself, and few large ones in memory at once."""

import threading
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from portal.publish.checking.check_file import Yardstick, check_files
from portal.reading.cage.drafts import SMALL
from portal.reading.plain import PlainReader
from portal.reading.reader import OnPart, Reading, Unreadable
from tests.guard_corpus.roster import roster

_NAMED = next(one for one in roster().people if one.kind == "child" and one.family_name == "Whitlock")
_WHOLE = f"{_NAMED.given_name} {_NAMED.family_name}"


class _Watched(PlainReader):
    """Takes a while to read, and keeps how many runs of small files and how many large ones were read at once."""

    def __init__(self) -> None:
        super().__init__()
        self.most = {True: 0, False: 0}
        self._now = {True: 0, False: 0}
        self._door = threading.Lock()

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: Collection[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        is_large = files[0][0].stat().st_size > SMALL
        with self._door:
            self._now[is_large] += 1
            self.most[is_large] = max(self.most[is_large], self._now[is_large])
        time.sleep(0.05)
        readings = [self.read(path, name, known, on_part) for path, name in files]
        with self._door:
            self._now[is_large] -= 1
        return iter(readings)


def _files(folder: Path, texts: Sequence[str]) -> list[tuple[Path, str]]:
    paths = [folder / f"{number}.txt" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return [(path, path.name) for path in paths]


def _naming(some: set[int], many: int, *, size: int = 0) -> list[str]:
    filling = "We begin on Monday.\n" * (size // 20 + 1)
    return [f"{filling}{_WHOLE if number in some else 'Nobody'} reads well." for number in range(many)]


def test_each_of_many_small_files_is_judged_by_itself_and_in_its_turn(tmp_path: Path) -> None:
    named = {0, 7, 8, 30, 99}
    reader = _Watched()
    reports = check_files(reader, Yardstick(roster(), 1), _files(tmp_path, _naming(named, 100)))
    assert {at for at, (report, _) in enumerate(reports) if report.verdict == "blocked"} == named
    assert reader.most[False] == 3, "both cells are at work while a third run is judged"


def test_no_more_than_two_large_files_are_held_at_once(tmp_path: Path) -> None:
    reader = _Watched()
    reports = check_files(reader, Yardstick(roster(), 1), _files(tmp_path, _naming({2, 5}, 6, size=SMALL)))
    assert [report.verdict for report, _ in reports] == ["clear", "clear", "blocked"] * 2
    assert reader.most[True] == 2
