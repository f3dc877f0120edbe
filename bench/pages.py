"""A letter's page drawn at its first view: `python -m bench.pages [TIMES]`; CPU of the cage, and what a picture weighs.

A picture has two pixels for each of the page's, as phones show them. The baseline is pdfium drawing the same page to
the same size in this process, without making a picture's file of it. The letters are a full page of text and one with
a logo.
"""

import os
import sys
import time

import pypdfium2

from bench.figures import tell
from bench.processes import family_of, processor_of
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.reading.showing.caged_viewer import CagedViewer
from portal.reading.showing.viewer import WIDE
from tests.browser.letters import ONE_PAGE
from tests.guard_corpus.papers import typeset

_LETTER = '#set page(paper: "us-letter")\n= Welcome\n#for n in range(6) [#lorem(75)\n\n]'


def processor_of_cells() -> float:
    """Return the processor seconds of all processes below this one, and of those of theirs that have ended."""
    return sum(processor_of(pid) for pid in family_of(os.getpid()) if pid != os.getpid())


def alone(data: bytes) -> float:
    """Return the processor seconds that pdfium takes for the page alone."""
    begun = time.process_time()
    page = pypdfium2.PdfDocument(data)[0]
    page.render(scale=2 * WIDE / page.get_width())
    return time.process_time() - begun


def main() -> None:
    """Draw each letter several times, in turns with its baseline."""
    tidy_less_often()  # as every command does
    keep_freed_memory()
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    viewer = CagedViewer(1)
    for what, data in (("a page of text", typeset(_LETTER)), ("a page with a picture", ONE_PAGE)):
        picture = viewer.picture(data, 1)  # warms the cell up
        before, least = processor_of_cells(), 0.0
        for _ in range(times):
            picture = viewer.picture(data, 1)
            least += alone(data) / times
        cpu = (processor_of_cells() - before) / times
        tell(f"{what} drawn, CPU", 1000 * cpu, "ms", "at most 80", times=cpu / least, baseline="pdfium alone")
        tell(f"{what}: its picture", len(picture) / 1000, "kB", "at most 60")
    viewer.close()


if __name__ == "__main__":
    main()
