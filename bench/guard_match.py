"""How fast the guard's index is built and how fast text is matched against it, with 2,900 and with 100,000 children.

`python -m bench.guard_match`: the text names nobody; the baseline cuts the same text into a set of words and does
nothing, in the same run. Every size is measured in a process of its own, so that memory is its own, too. At last the
workbook of the accident is read and judged among either, in turns, so that both are measured in the same seconds.
"""

import gc
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import xlsxwriter

from bench.guard_baselines import words_alone
from portal.guard.roster.index import Person, Roster
from portal.guard.roster.kin import families_of
from portal.guard.rules import Blocked, Clear, Verdict, judge, judge_file
from portal.guard.verdict.part_cache import PartCache
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.reading.cage.caged import CagedReader
from portal.reading.reader import Part
from portal.rosters.fields.values import COLUMNS
from portal.rosters.synthetic import synthetic_rows

SIZES = (2_900, 100_000)
MEGABYTES = 50
SEED = 20_210_806
INDEX_ASKED = "2,900 in at most 150 ms, 100,000 in at most 3 s and 200 MB"
ROWS_ASKED = "in at most 1 s, and among 100,000 at most 1.5 times as long, though more namesakes of its rows are named"


def people(children: int) -> list[Person]:
    """Everyone of the made-up roster as the guard knows them."""
    rows = list(synthetic_rows(children, SEED))
    family = families_of({(row[7], row[0]): None for row in rows})
    found: dict[str, Person] = {}
    for row in rows:
        if row[0] not in found:
            own = family[row[0]]
            found[row[0]] = Person(
                "child", row[0], own, row[1], row[2], numbers=(row[0],), birth_date=date.fromisoformat(row[3])
            )
        if row[7] not in found:
            emails, phones = tuple(filter(None, row[10:11])), tuple(filter(None, row[11:13]))
            found[row[7]] = Person("guardian", row[7], family[row[7]], row[8], row[9], emails, phones)
    return list(found.values())


def prose(megabytes: int, *, is_ascii: bool) -> str:
    """Text of made-up words and some of English that are names as well, with dates, prices and numbers."""
    dice = random.Random(SEED)
    letters = 4 * "etaoinshrdlucmfwypvbgk" + ("" if is_ascii else "éüñößçå")
    invented = ["".join(dice.choices(letters, k=dice.choice((2, 3, 3, 4, 5, 6, 7, 8, 9)))) for _ in range(20_000)]
    english = [
        "the",
        "and",
        "will",
        "may",
        "of",
        "to",
        "in",
        "for",
        "day",
        "park",
        "young",
        "grace",
        "long",
        "at",
        "rose",
    ]
    figures = ["2026", "$12.50", "8:30", "3", "28202", "08/24/2026", "555-0100", "p. 14"]
    often = [1 / rank for rank in range(1, len(invented) + 1)]  # as words are in a language (Zipf)
    lines, size = [], 0
    while size < 2_000_000:
        line = dice.choices(invented, often, k=8) + dice.choices(english, k=5)
        line += dice.choices(figures, k=dice.choice((0, 0, 1)))
        dice.shuffle(line)
        lines.append(" ".join(line).capitalize() + dice.choice((".", ",", ";")))
        size += len(lines[-1].encode()) + 1
    page = "\n".join(lines) + "\n"
    return page * (megabytes * 1_000_000 // len(page.encode()))


def resident_megabytes() -> float:
    """Memory of this process as the kernel counts it."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def seconds(act: Callable[[], object]) -> float:
    """How much processor time an act takes."""
    begun = time.process_time()
    act()
    return time.process_time() - begun


def fastest(act: Callable[[], object], turns: int = 5) -> float:
    """The least processor time that an act takes."""
    return min(seconds(act) for _ in range(turns))


def _clear(text: str, roster: Roster) -> None:
    verdict = judge([Part("text", text)], roster)
    assert verdict == Clear(), verdict


def enrolment_workbook(children: int) -> bytes:
    """The workbook of the accident: one row a child."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        sheet = made.add_worksheet("confirmed sites enrollment")
        sheet.write_row(0, 0, COLUMNS)
        seen: dict[str, tuple[str, ...]] = {}
        for row in synthetic_rows(children, SEED):
            seen.setdefault(row[0], row)
        for at, row in enumerate(seen.values(), 1):
            sheet.write_row(at, 0, row)
    return held.getvalue()


def checked(reader: CagedReader, index: Roster, path: Path, name: str) -> Verdict:
    """Read a file and judge it as the site does, which searches what is read already while the rest is being read."""
    cache = PartCache()
    reading = reader.read(path, name, on_part=lambda part: cache.look_ahead(part, index))
    return judge_file(reading, index, cache=cache)


def best_of(times: int, reader: CagedReader, index: Roster, path: Path, *, name: str, verdict: type) -> float:
    """Return the shortest of some runs from the upload to the verdict, in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        found = checked(reader, index, path, name)
        seconds.append(time.perf_counter() - begun)
        assert isinstance(found, verdict), (name, found)
    return min(seconds)


def measure(children: int) -> Iterator[dict[str, object]]:
    """Measure one size of roster. `rest` is what is laid out once files are judged already, and may be asked for."""
    everyone = people(children)
    before = resident_megabytes()
    begun = time.process_time()
    roster = Roster.of(everyone)
    built = time.process_time() - begun
    begun = time.process_time()
    roster.lay_out()
    rest, grown = time.process_time() - begun, resident_megabytes() - before
    if children < 10_000:
        built = min(built, fastest(lambda: Roster.of(everyone)))
    index = {"index_ms": round(built * 1000), "rest_ms": round(rest * 1000), "index_mb": round(grown)}
    yield {"children": children, "people": len(everyone), **index, "asked": INDEX_ASKED}
    for is_ascii in (True, False):
        text = prose(MEGABYTES, is_ascii=is_ascii)
        size = len(text.encode()) / 1e6
        plain = fastest(partial(words_alone, text), 1)
        took = fastest(partial(_clear, text, roster), 2)
        kind = "ascii" if is_ascii else "other letters"
        yield {
            "children": children,
            "text": kind,
            "mb_per_second": round(size / took, 1),
            "timeswords_alone": round(took / plain, 1),
            "asked": "at least 80 MB/s",
        }
    rows = [list(map(str, row)) for row in list(synthetic_rows(2_900, SEED))[:2_900]]
    sheet = Part("sheet 1, rows", "\n\n".join("\t".join(row) for row in rows))
    took = fastest(lambda: judge([sheet], roster), 2)
    verdict = judge([sheet], roster)
    assert isinstance(verdict, Blocked)
    yield {
        "children": children,
        "rows_judged_alone": len(rows),
        "seconds": round(took, 2),
        "named": verdict.children,
        "ms_each_named": round(took * 1000 / verdict.children, 2),
    }


def among_many(folder: Path, turns: int = 5) -> dict[str, object]:
    """Read and judge one workbook among the children of each size in turns; return the least seconds of each.

    `first` is what the first file waits for after the index was built.
    """
    path = folder / "enrolment.xlsx"
    path.write_bytes(enrolment_workbook(SIZES[0]))
    indexes = [Roster.of(people(size)) for size in SIZES]
    with CagedReader(count_rows="portal.guard.lists.list_shape:personal_rows") as reader:
        best_of(1, reader, indexes[0], path, name=path.name, verdict=Blocked)  # the cell starts with it
        took = [
            [best_of(1, reader, index, path, name=path.name, verdict=Blocked) for index in indexes]
            for _ in range(1 + turns)
        ]
    few, many = (min(each) for each in zip(*took[1:], strict=True))
    return {
        "workbook_rows": SIZES[0],
        "seconds_among_2900": round(few, 3),
        "seconds_among_100000": round(many, 3),
        "times_as_long": round(many / few, 2),
        "first_among_100000": round(took[0][1], 3),
        "asked": ROWS_ASKED,
    }


def run() -> None:
    """Print one line of JSON for each measurement."""
    for size in SIZES:
        subprocess.run([sys.executable, "-m", "bench.guard_match", str(size)], check=True)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(among_many(Path(folder))), flush=True)


if __name__ == "__main__":
    tidy_less_often()  # as every command does
    keep_freed_memory()
    if len(sys.argv) > 1:
        for line in measure(int(sys.argv[1])):
            print(json.dumps(line), flush=True)
    else:
        run()
