"""One letter for each of 2,900 children: from a zip, from one big PDF, and from a letter with fields.

`python -m bench.each_child`: seconds from what was given to ready to approve, beside sealing the same letters unread in
the same run, and of these the seconds until pages are told apart, or what setting the letters takes alone; processor
seconds; and the memory at its highest, of this process and of its cages.
"""

import io
import resource
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pikepdf

from bench.notices import build
from portal import publish
from portal.cli.demo_cast import import_demo_roster, seat_staff
from portal.families import repository as families
from portal.kernel.ids import new_id
from portal.kernel.log import start_logging
from portal.mailings.rules import Term, check_draft
from portal.overviews import reconciling
from portal.press.caged import CagedPress
from portal.press.letter import Letterhead, compose_letter
from portal.publish import Accepted, Upload, Way
from portal.staff.rules import Acting
from portal.wiring import House

_CARD = """#set document(title: "Report card")
#set text(lang: "en")
= Report card
#sys.inputs.name, student number #sys.inputs.number

#lorem(180)
"""
_PROSE = "We look forward to seeing everybody on Monday. Please bring water, a hat and a snack. " * 12
_LETTER = f"Dear family of {{{{ child.name }}}},\n\nthis is about {{{{ child.student_number }}}}.\n\n{_PROSE}"
_LIMITS = {"files": 40, "split": 30, "merge": 20}


def cards(house: House) -> tuple[dict[str, bytes], float]:
    """Return a one-page PDF for every child by student number, and the seconds it took to set them."""
    with house.db.read() as session:
        pupils = families.pupils_of(session, [("everyone", "")])
    rows = [{"name": f"{given} {family}", "number": number} for _, number, given, family in pupils]
    begun = time.perf_counter()
    made = list(CagedPress().typeset_all(_CARD, rows))
    took = time.perf_counter() - begun
    return {row["number"]: pdf for row, pdf in zip(rows, made, strict=True)}, took


def set_letters(house: House) -> float:
    """Set the letter with fields for every child, and nothing else; return the seconds it took."""
    head = Letterhead(house.settings.organisation, house.settings.contact)
    letter = compose_letter(_LETTER, title="Report cards", letterhead=head, language="en")
    with house.db.read() as session:
        pupils = families.pupils_of(session, [("everyone", "")])
    rows = ({"child.name": f"{given} {family}", "child.student_number": number} for _, number, given, family in pupils)
    begun = time.perf_counter()
    assert sum(1 for _ in CagedPress().typeset_all(letter.typst, map(letter.values, rows))) == len(pupils)
    return time.perf_counter() - begun


def seal_all(house: House, made: Mapping[str, bytes]) -> float:
    """Seal every card unread; return the seconds: the baseline."""
    begun = time.perf_counter()
    for pdf in made.values():
        house.documents.seal(new_id(), io.BytesIO(pdf))
    return time.perf_counter() - begun


def zipped(made: Mapping[str, bytes], folder: Path) -> Upload:
    path = folder / "cards.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, pdf in made.items():
            archive.writestr(f"{number}.pdf", pdf)
    return Upload(path, path.name)


def bound(made: Mapping[str, bytes], folder: Path) -> Upload:
    path = folder / "cards.pdf"
    with pikepdf.new() as whole:
        for pdf in made.values():
            with pikepdf.open(io.BytesIO(pdf)) as one:
                whole.pages.extend(one.pages)
        whole.save(path)
    return Upload(path, path.name)


class Watch:
    """The highest memory of this process and of all its children together, seen four times a second."""

    def __init__(self) -> None:
        self.highest, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            self.highest = max(self.highest, _all_of_us())

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self.highest


def _all_of_us() -> float:
    """Return the mebibytes that this process and its children hold for themselves (proportional set size)."""
    me, total = Path("/proc/self").resolve().name, 0
    children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
    for thread in Path(f"/proc/{me}/task").iterdir():
        children += (thread / "children").read_text().split()
    for pid in {me, *children}:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def _processor() -> list[float]:
    """Return the processor seconds of this process and of its children that have ended, the kernel's among them."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return [one.ru_utime + one.ru_stime for one in used]


def run(house: House, by: Acting, way: Way, uploads: Mapping[str, Upload], baseline: float, **ask: object) -> None:
    """Give, sort and settle; print seconds, processor and memory."""
    everyone = [Term("everyone")]
    draft = check_draft(title="Report cards", message="", terms=everyone, link_days=30, link_hosts=frozenset())
    watch, begun = Watch(), time.perf_counter()
    before = _processor()
    done = publish.give(house, draft, way=way, uploads=uploads, ask=ask, by=by, now=house.clock())
    assert isinstance(done, Accepted)
    last = dict[str, float]()
    publish.sort_given(house, done.mailing_id, lambda step, *_: last.update({step: time.perf_counter() - begun}))
    took, highest = time.perf_counter() - begun, watch.stop()
    house.reader.close()
    after = _processor()
    with house.db.read() as session:
        table = reconciling.table_of(session, done.mailing_id, now=house.clock())
    own, cages = (b - a for a, b in zip(before, after, strict=True))
    print(f"{way}: {table.found.counts.paired:,} letters, complete: {table.is_complete}")
    print(f"  {took:.1f} s (at most {_LIMITS[way]}), {took / baseline:.1f} times sealing alone")
    if "pages" in last:
        print(f"  of these {last['pages']:.1f} s until every page is read")
    print(f"  processor {own:.1f} s here, {cages:.1f} s in cages; memory {highest:.0f} MiB (at most 600)")
    troubles = table.working.troubles if table.working else ()
    for one in [*troubles, *table.found.problems][:3]:
        print(f"  not complete: {one.sentence}")


def main() -> None:
    start_logging(quiet=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        house = build(folder, 1, None)
        import_demo_roster(house)
        by = seat_staff(house)["publisher"]
        house.people.known(now=house.clock())
        made, setting = cards(house)
        baseline = seal_all(house, made)
        print(f"baseline: sealing {len(made):,} letters unread {baseline:.1f} s; setting them {setting:.1f} s")
        archive, pdf = zipped(made, folder), bound(made, folder)
        made.clear()
        run(house, by, "files", {"archive": archive}, baseline)
        run(house, by, "split", {"pdf": pdf}, baseline)
        print(f"merge: setting the letters alone {set_letters(house):.1f} s (at most {_LIMITS['merge']})")
        run(house, by, "merge", {}, baseline, markdown=_LETTER)
        house.close()


if __name__ == "__main__":
    main()
