"""How fast many letters are opened: a zip of 2,900 one-page PDFs, and one PDF of 2,900 pages.

`python -m bench.batch [how many]`: unpacked, then read, stripped and read again on two cells; the same pages as one
PDF, told apart and cut. Processor time is that of this process and of the cells with all their children, memory the
largest sum of all (proportional set size, proc_pid_smaps(5)).
"""

import json
import os
import random
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pikepdf

from bench.figures import tell
from bench.processes import family_of, memory_of, processor_of
from portal.press.typesetting.typeset import TypstPress
from portal.reading.cage.caged import CagedReader
from portal.reading.cage.drafts import TOGETHER
from portal.reading.reader import Cut, Packed, Pages, Paper, Prepared, Unpacked, Unreadable

SEED = 20_210_806
LETTERS = 2_900
_AIMS = {"prepare": "110 letters/s", "pages": "with cut 30 s for 2,900", "cut": "with pages 30 s for 2,900"}
_WORDS = (  # noqa: SIM905 - words are easier to read as a text
    "the child reads and writes well counts with care takes part in class with joy this term has grown much please "
    "ask us about the work at home we are glad of your help and hope to see you at the school fair in spring"
).split()
_CARD = """
#set document(title: "Report card", author: "The office")
#set text(lang: "en")
= Report card
#sys.inputs.who, student number #sys.inputs.number

#for paragraph in sys.inputs.body.split("|") [ #paragraph

]
"""


def card(press: TypstPress, number: int) -> bytes:
    """Return a report card of some 2,000 letters: the same one for the same number."""
    chance = random.Random(SEED + number)
    body = "|".join(" ".join(chance.choices(_WORDS, k=75)).capitalize() + "." for _ in range(5))
    return press.typeset(_CARD, {"who": f"Child {number}", "number": f"{100_000 + number}", "body": body})


def make(folder: Path, letters: int) -> tuple[Path, Path]:
    """Write a zip of cards and one PDF of them all."""
    press, whole = TypstPress(), pikepdf.new()
    zipped, bound = folder / "cards.zip", folder / "cards.pdf"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as opened:
        for number in range(letters):
            path = folder / "card.pdf"
            path.write_bytes(card(press, number))
            opened.write(path, f"Report cards/{100_000 + number} (final).pdf")
            with pikepdf.open(path) as one:
                whole.pages.extend(one.pages)
    whole.save(bound)
    return zipped, bound


@contextmanager
def measured(name: str, letters: int, told: dict[str, object]) -> Iterator[None]:
    """Put into `told` how long the block took, and the most memory it held."""
    most, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            most[0] = max(most[0], sum(map(memory_of, family_of(os.getpid()))))

    watcher = threading.Thread(target=watch)
    cells = [pid for pid in family_of(os.getpid()) if pid != os.getpid()]
    before, own, began = sum(map(processor_of, cells)), time.process_time(), time.monotonic()
    watcher.start()
    yield
    took = time.monotonic() - began
    over.set()
    watcher.join()
    spent = time.process_time() - own + sum(map(processor_of, cells)) - before
    told[name] = {
        "seconds": round(took, 2), "per_second": round(letters / took), "processor_seconds": round(spent, 2),
        "processor_ms_each": round(1000 * spent / letters, 2), "memory_mib": round(most[0] / 1024),
    }  # fmt: skip
    tell(f"{name}, CPU for each of {letters:,} letters", 1000 * spent / letters, "ms", _AIMS.get(name, ""))
    tell(f"{name}, memory of all processes", most[0] / 1024, "MiB", "at most 600")


def main() -> None:
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    told: dict[str, object] = {"letters": letters}
    with (
        tempfile.TemporaryDirectory() as name,
        CagedReader(count_rows="portal.guard.lists.list_shape:personal_rows") as reader,
        ThreadPoolExecutor(2) as threads,
    ):
        folder = Path(name)
        with ProcessPoolExecutor(1, get_context("spawn")) as other:  # what it takes is not what is measured
            zipped, bound = other.submit(make, folder, letters).result()
        (folder / "out").mkdir()
        list(threads.map(lambda _: reader.read(folder / "card.pdf", "card.pdf"), range(4)))  # warms both cells up

        def prepare(some: Sequence[Packed]) -> list[Prepared | Unreadable]:
            papers = [Paper(packed.path, "card.pdf", folder / "out" / packed.path.name) for packed in some]
            return reader.prepare(papers, frozenset())

        with measured("unpack", letters, told):
            unpacked = reader.unpack(zipped, folder / "in")
        assert isinstance(unpacked, Unpacked), unpacked
        assert len(unpacked.files) == letters
        with measured("prepare", letters, told):
            runs = [unpacked.files[at : at + TOGETHER] for at in range(0, letters, TOGETHER)]
            assert all(isinstance(each, Prepared) for run in threads.map(prepare, runs) for each in run)
        with measured("pages", letters, told):
            pages = reader.pages(bound)
        assert isinstance(pages, Pages), pages
        assert all(f"{100_000 + number}" in text for number, text in enumerate(pages.texts))
        with measured("cut", letters, told):
            cut = reader.cut(bound, [[number] for number in range(letters)], folder / "cut")
        assert isinstance(cut, Cut), cut
        assert len(cut.files) == letters
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
