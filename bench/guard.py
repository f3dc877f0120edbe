"""What the guard stops and lets pass by carrier, and how fast it reads: the numbers of issue 3.

`python -m bench.guard [--small]`: the seeded corpus of `tests/guard_corpus` first, then the
figures, each with what it must be.
"""

import json
import random
import resource
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table

from bench.figures import tell
from bench.guard_baselines import cells_of_workbook, seconds_of, words_of_pdf, words_of_text
from bench.guard_match import SEED, best_of, checked, enrolment_workbook, people, prose
from portal.guard.roster.index import Roster
from portal.guard.rules import Blocked, Clear
from portal.guard.verdict.part_cache import PartCache
from portal.kernel.machine.ahead import done_ahead, in_runs
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.publish.checking.check_file import Yardstick, check_files, check_prepared
from portal.reading.cage.caged import CagedReader
from portal.reading.cage.drafts import TOGETHER
from portal.reading.reader import Paper, Prepared, Reading
from tests.guard_corpus.cases import listed
from tests.guard_corpus.corpus import CORPUS, Judged, judged
from tests.guard_corpus.papers import typeset
from tests.guard_corpus.roster import roster

MIB = 1024 * 1024
ASKED_OF_PDFS = "at least 150 on 2 cores"
TURNS = 5
"""Of so many the shortest is told: whatever else a machine does only makes them longer (as `timeit` of Python says)."""


def corpus_table(reader: CagedReader, folder: Path) -> None:
    """Judge every case and print, by carrier, what was stopped and what was stopped without reason."""
    index, by_carrier = roster(), defaultdict(list)
    for case in CORPUS:
        by_carrier[case.sort == "innocent", case.carrier].append(judged(case, reader, index, folder))
    table = Table("Carrier", "Leaks stopped", "False alarms")
    for (is_innocent, carrier), told in sorted(by_carrier.items()):
        table.add_row(carrier, *_cells(told, is_innocent=is_innocent))
    every = [each for told in by_carrier.values() for each in told]
    innocent = [each for each in every if each.case.sort == "innocent"]
    leaks = [each for each in every if each.case.sort != "innocent"]
    table.add_section()
    table.add_row("All", _cells(leaks, is_innocent=False)[0], _cells(innocent, is_innocent=True)[1])
    Console(width=100).print(table)
    for each in every:
        if not each.is_right:
            print(f"{each.case.sort}, {each.case.id}: {each.words}")


def _cells(told: list[Judged], *, is_innocent: bool) -> tuple[str, str]:
    """Return how many were stopped (whatever the reason given), and how many not clear."""
    stopped = sum(not isinstance(each.verdict, Clear) for each in told)
    return ("", f"{stopped}/{len(told)}") if is_innocent else (f"{stopped}/{len(told)}", "")


class Beside(TypedDict):
    """What `tell` is told of a baseline."""

    baseline: str
    times: float


def against(baseline: str, took: float, least: float) -> Beside:
    """Return how a figure stands to what a library alone takes for the same file, in the same run."""
    return {"baseline": baseline, "times": took / least}


def long_text(size: int) -> bytes:
    """A text that is worst for the guard: given names side by side and figures in every line."""
    dice = random.Random(SEED)
    words = listed("the program begins on Monday at Oak School with Grace Ana Mateo Chloé Owen and a snack for 4.50")
    lines = [" ".join(dice.choices(words, k=14)) for _ in range(20_000)]
    block = "\n".join(f"{number} {line}" for number, line in enumerate(lines)).encode()
    return (block + b"\n") * (size // len(block) + 1)


LETTERS = """Dear families,

Welcome to the new school year! Our program begins on Monday, August 24, at 2:30 p.m., in the library. Please send a
snack, a water bottle and a jacket. The fee of $45.00 is due on Friday, September 4; whoever needs help with it asks us.

  What to bring on the first day:
    - this form, signed
    - Indoor shoes and a bag with your child's name

If you have questions, call the Program Office at 704-555-0100, or write to office@schools.example.org.

Warm regards,
The Program Office

"""


def as_word_writes(text: str) -> str:
    """Return text with curly quotes and apostrophes, long dashes, dots and blanks that hold together."""
    for plain, written in (
        (" grace ", " \u201cgrace\u201d "),
        (" rose ", " rose\u2019s "),
        (" long ", " long \u2014 "),
        (" at ", " at\u2026 "),
        (" p. 14", " p.\u00a014"),
    ):
        text = text.replace(plain, written)
    return text


def figures(reader: CagedReader, folder: Path) -> None:
    """Time what the issue names."""
    begun = time.perf_counter()
    index = Roster.of(people(2_900))
    print(json.dumps({"people": len(index.people), "roster_and_index_seconds": round(time.perf_counter() - begun, 3)}))
    two_files(reader, index, folder)
    long_texts(reader, index, folder / "file")
    one_page_pdfs(reader, index, folder)


def two_files(reader: CagedReader, index: Roster, folder: Path) -> None:
    """Time a long PDF and a long workbook."""
    path = folder / "file"
    path.write_bytes(typeset("#for n in range(30) [= Part #n\n#lorem(420)\n#pagebreak(weak: true)]"))
    took = best_of(TURNS, reader, index, path, name="a.pdf", verdict=Clear)
    beside = against("pdfium says its text", took, seconds_of(lambda: words_of_pdf(path)))
    tell("30-page PDF", took, "s", "at most 0.3", **beside)
    path = folder / "file.xlsx"
    path.write_bytes(enrolment_workbook(2_900))
    took = best_of(TURNS, reader, index, path, name="a.xlsx", verdict=Blocked)
    beside = against("calamine gives its cells", took, seconds_of(lambda: cells_of_workbook(path)))
    tell("2,900-row workbook", took, "s", "at most 1", **beside)


def long_texts(reader: CagedReader, index: Roster, path: Path) -> None:
    """Time long texts of several kinds."""
    for what, text, asked in (
        ("50 MB of text", prose(50, is_ascii=True).encode(), "at least 80"),
        ("50 MB of text with accents", prose(50, is_ascii=False).encode(), "at least 80"),
        ("50 MB of text as Word writes it", as_word_writes(prose(45, is_ascii=True)).encode(), "at least 80"),
        ("50 MB of letters to families", (LETTERS * (50_000_000 // len(LETTERS))).encode(), "at least 80"),
        ("10 MB with names and figures in every line", long_text(10_000_000), ""),
    ):
        path.write_bytes(text)
        took = best_of(TURNS, reader, index, path, name="a.txt", verdict=Clear)
        beside = against("decoded and cut into words", took, seconds_of(lambda: words_of_text(path), 2))
        tell(what, len(text) / 1e6 / took, "MB/s", asked, **beside)


def one_page_pdfs(reader: CagedReader, index: Roster, folder: Path, count: int = 304) -> None:
    """Time many letters: as `portal guard check` reads them, as a pile is prepared to be sent, and each by itself."""
    for number in range(count):
        letter = typeset(f"Dear families, welcome to the program. Letter {number}. #lorem(150)")
        (folder / f"{number}.pdf").write_bytes(letter)
    files = [(folder / f"{number}.pdf", f"{number}.pdf") for number in range(count)]
    by = Yardstick(index, 1)
    least = seconds_of(lambda: [words_of_pdf(path) for path, _ in files])

    def prepared(some: list[tuple[Path, str]]) -> list[bool]:
        papers = [Paper(path, name, folder / f"stripped-{name}") for path, name in some]
        cache = PartCache()
        done = reader.prepare(papers, frozenset())
        return [isinstance(one, Prepared) and check_prepared(by, one, cache).is_clear for one in done]

    def alone(some: list[tuple[Path, str]]) -> list[bool]:
        return [isinstance(checked(reader, index, path, name), Clear) for path, name in some]

    def sure(way: Callable[[], Iterable[bool]], what: str) -> None:
        assert all(way()), what

    in_turn = partial(done_ahead, at_once=2, ahead=4)
    ways: tuple[tuple[str, Callable[[], Iterable[bool]], str], ...] = (
        ("one-page PDFs", lambda: (one.is_clear for one, _ in check_files(reader, by, files)), ASKED_OF_PDFS),
        ("one-page PDFs read, stripped and read again", lambda: in_turn(prepared, in_runs(files, TOGETHER)), ""),
        ("one-page PDFs, a process for each", lambda: in_turn(alone, in_runs(files, TOGETHER)), ""),
    )
    for what, way, asked in ways:
        took = seconds_of(partial(sure, way, what), TURNS + 1)  # the second cell starts with the first of them
        tell(what, count / took, "files/s", asked, **against("pdfium says their text on one core", took, least))


@contextmanager
def beside_another(reader: CagedReader, path: Path) -> Iterator[list[float]]:
    """Read a small letter again and again meanwhile; the list holds how long each took."""
    waits: list[float] = []
    stop = threading.Event()

    def read_on() -> None:
        while not (waits and stop.wait(0.02)):
            begun = time.perf_counter()
            assert isinstance(reader.read(path, "a.txt"), Reading)
            waits.append(time.perf_counter() - begun)

    thread = threading.Thread(target=read_on)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()


def bombs(reader: CagedReader, folder: Path) -> None:
    """Time how soon each bomb is refused, and how long a letter beside it waits."""
    small, large, index = folder / "small", folder / "large", roster()
    small.write_bytes(b"Welcome to the program.")
    for case in (case for case in CORPUS if case.carrier == "Bomb"):
        large.write_bytes(case.make(case.scene))
        with beside_another(reader, small) as waits:
            begun = time.perf_counter()
            verdict = checked(reader, index, large, case.name)
            seconds = time.perf_counter() - begun
        how = "not refused" if isinstance(verdict, Clear) else "refused"
        tell(f"{how}: {case.title}", seconds, "s", "at most 5")
        tell("  a letter beside it, at most", max(waits), "s", "answered")


def main() -> None:
    tidy_less_often()  # as every command does
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with CagedReader(count_rows="portal.guard.lists.list_shape:personal_rows") as reader:
            if sys.argv[1:] == ["--small"]:
                two_files(reader, Roster.of(people(300)), folder)
            else:
                corpus_table(reader, folder)
                figures(reader, folder)
                bombs(reader, folder)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / MIB
        tell("cage, peak resident", peak, "MiB", "at most 512")


if __name__ == "__main__":
    main()
