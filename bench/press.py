"""How fast letters are merged and printed: one letter for 2,900 children, a template from staff, a print run of 300."""

import io
import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw

from bench.figures import tell
from portal.press.letters.letter import Letterhead, compose_letter
from portal.press.letters.template import read_template
from portal.press.papers.paper_notice import PaperChild, PaperPage, print_pages
from portal.press.typesetting.caged import CagedPress

CHILDREN = int(sys.argv[1]) if len(sys.argv) > 1 else 2_900
LETTER = """
Dear family of {{ child.given_name }},

welcome to the **After School Enrichment Program** at {{ child.site }}. It begins on the first Monday after the summer
holidays. Doors open when the last bell rings and close at six in the evening.

## What to bring

- a water bottle and a light jacket,
- shoes for the playground,
- the form on which you say who may pick your child up.

| Item | Amount |
| :--- | ---: |
| Snacks | {{ value.snacks }} |
| Amount due | {{ amount due }} |

We look forward to the year with you. See [our site](https://riverbend.example.org/program).
"""
TEMPLATE = """= Placement

Dear family of #child.given_name, #value.amount_due is due at #child.site.

#lorem(120)
"""


def png(width: int, height: int) -> bytes:
    """A logo as schools have them: flat colours and a few shapes."""
    picture = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(picture)
    for step in range(0, width, 24):
        pen.ellipse((step, step // 4, step + 60, step // 4 + 60), outline=(20, 80, step % 256), width=6)
    held = io.BytesIO()
    picture.save(held, "PNG")
    return held.getvalue()


def row(number: int) -> dict[str, str]:
    """One child's values, no two alike."""
    return {
        "child.given_name": f"Child {number}", "child.site": f"Oak {number % 40}",
        "value.snacks": f"$ {number % 90}.50", "value.amount_due": f"$ {number}.00",
    }  # fmt: skip


def family_of(pid: str) -> Iterator[str]:
    """Give a process and all that came of its first thread: a press goes on in a child (`lockdown.go_apart`)."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has just ended
        return
    for child in children:
        yield from family_of(child)


def resident_mib() -> float:
    """The memory of this process and all that came of it."""
    pages = 0
    for process in family_of(str(os.getpid())):
        try:
            pages += int((Path("/proc") / process / "statm").read_text(encoding="ascii").split()[1])
        except OSError:  # it has just ended
            continue
    return pages * resource.getpagesize() / 1024**2


@contextmanager
def watched() -> Iterator[Callable[[], tuple[float, float]]]:
    """Look at the memory all the while; the answer is its peak in the first and in the last third, in MiB."""
    seen: list[float] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.05):
            seen.append(resident_mib())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: (max(seen[: len(seen) // 3 + 1]), max(seen[-len(seen) // 3 :]))
    finally:
        stop.set()
        thread.join()


def merge(what: str, press: CagedPress, typst: str, values: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Set one letter for every child."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with watched() as peaks:
        size = sum(len(pdf) for pdf in press.typeset_all(typst, (values(row(number)) for number in range(CHILDREN))))
        seconds = time.perf_counter() - begun
        early, late = peaks()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    tell(f"{what}, {CHILDREN:,} letters", seconds, "s", "at most 20")
    tell("  letters", CHILDREN / seconds, "letters/s", "")
    tell("  processor in the cage", cpu, "CPU s", "")
    tell("  letters by processor", CHILDREN / cpu, "letters/CPU s", "about 400 of typst alone")
    tell("  a letter", size / CHILDREN / 1024, "KiB", "")
    tell("  memory, all processes, first third", early, "MiB", "at most 600")
    tell("  memory, all processes, last third", late, "MiB", "as the first")


def print_run(press: CagedPress, families: int) -> None:
    """Make the pages for families without e-mail."""
    words = {
        "organisation": "Riverbend Schools", "date": "24 November 2026", "title": "A letter is waiting for you",
        "before": "Dear family,\nthere is a letter about each child named here.", "qr": "QR code",
        "after": "The codes are for your family alone.", "contact": "The program office, 555 0100",
    }  # fmt: skip

    def child(family: int, number: int) -> PaperChild:
        url = f"https://letters.riverbend.example.org/o#{family:011d}{number:011d}.{'aB3-_Zq7x' * 5}"[:110]
        return PaperChild(f"Child {number}", url, f"{family:04d}-0000-ABCD", ("Scan, or go to", "x.org/o", "and type"))

    pages = [
        PaperPage("en", "ltr", (f"Family {family}",), words, tuple(child(family, n) for n in range(1 + family % 3)))
        for family in range(families)
    ]
    begun = time.perf_counter()
    pdf = print_pages(press, pages, title="Print run")
    tell(f"print run, {families} pages", time.perf_counter() - begun, "s", "seconds")
    tell("  its PDF", len(pdf) / 1024**2, "MiB", "")


def main() -> None:
    press = CagedPress()
    head = Letterhead("Riverbend Schools", "The program office\n555 0100", png(600, 200), png(400, 120), "Ana Díaz")
    letter = compose_letter(LETTER, title="Your place at {{ child.site }}", letterhead=head, language="en")
    plain = compose_letter(
        LETTER, title="Your place", letterhead=Letterhead("Riverbend Schools", "555 0100"), language="en"
    )
    staff = read_template(TEMPLATE, title="Placement", language="en")
    begun = time.perf_counter()
    press.typeset(letter.typst, letter.values(row(1)))
    tell("one letter, cold", time.perf_counter() - begun, "s", "")
    merge("letter with logo and signature", press, letter.typst, letter.values)
    merge("letter without pictures", press, plain.typst, plain.values)
    merge("template from staff", press, staff.typst, staff.values)
    begun = time.perf_counter()
    pages = sum(len(letter.html(row(number))) for number in range(CHILDREN))
    tell(f"pages, {CHILDREN:,} of {pages // CHILDREN} letters", time.perf_counter() - begun, "s", "")
    print_run(press, max(CHILDREN // 10, 1))


if __name__ == "__main__":
    main()
