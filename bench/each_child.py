"""One letter for each of 2,900 children: from a zip, from one big PDF, and from a letter with fields.

`python -m bench.each_child [CHILDREN]`: seconds from what was given to ready to approve, beside sealing the same
letters unread, and of these the seconds until pages are told apart, or what setting the letters takes alone; processor
seconds; and the memory at its highest, of the process that sorts and of its cages. Each way has a process of its own,
and so has the making of what is given: else one's memory would count as another's. `BENCH_DATABASE_URL` takes another
database than SQLite, an empty one.
"""

import io
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import cast

import pikepdf

from bench.figures import tell
from bench.notices import build
from portal import publish
from portal.cli.families.roster import import_file
from portal.families import repository as families
from portal.kernel.ids import new_id
from portal.kernel.log import start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.mailings.rules import Term, check_draft
from portal.overviews.per_child import reconciling
from portal.press.letters.letter import Letterhead, compose_letter
from portal.press.typesetting.caged import CagedPress
from portal.publish import Accepted, Upload, Way
from portal.rosters.synthetic import write_synthetic_roster
from portal.staff import repository as staff
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
_ROSA = "rosa@riverbend.example"
_DATABASE_URL = os.environ.get("BENCH_DATABASE_URL")
_LIMITS = {"files": 4.0, "split": 2.5, "merge": 3.0}
"""Times what sealing the same letters unread takes."""
_PROCESSOR = {"files": 40}
_SETTING = 20


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
    """The highest memory of this process and of all its children together, seen four times a second, and its share.

    `spent` are the processor seconds that looking took, which are none of what is measured.
    """

    def __init__(self) -> None:
        self.before = self.here = _held_by(_ME)
        self.highest, self.spent, self._over = 0.0, 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(0.25):
            self.here = max(self.here, _held_by(_ME))
            self.highest = max(self.highest, sum(_held_by(pid) for pid in _all_of_us()))
        self.spent = time.thread_time()

    def stop(self) -> str:
        self._over.set()
        self._thread.join()
        begun = f"here {self.here:.0f}, of these {self.before:.0f} before it began"
        return f"memory {self.highest:.0f} MiB (at most 600); {begun}"


_ME = str(os.getpid())


def _all_of_us() -> set[str]:
    """Return this process and all that came of it."""
    found, new = {_ME}, {_ME}
    while new:
        with suppress(OSError):  # it has ended since
            for thread in Path(f"/proc/{new.pop()}/task").iterdir():
                children = set((thread / "children").read_text().split())
                new |= children - found
                found |= children
    return found


def _held_by(pid: str) -> float:
    """Return the mebibytes that a process holds for itself, with its share of the rest (proportional set size)."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


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
    took, memory = time.perf_counter() - begun, watch.stop()
    house.reader.close()
    after = _processor()
    with house.db.read() as session:
        table = reconciling.table_of(session, done.mailing_id, now=house.clock())
    own, cages = (b - a for a, b in zip(before, after, strict=True))
    print(f"{way}: {table.found.counts.paired:,} letters, complete: {table.is_complete}")
    times = took / baseline
    tell(f"{way}: given to ready", took, "s", f"at most {_LIMITS[way]} x", times=times, baseline="sealing alone")
    if "pages" in last:
        print(f"  of these {last['pages']:.1f} s until every page is read")
    own -= watch.spent
    most = f"at most {_PROCESSOR[way]}" if way in _PROCESSOR else ""
    tell(f"{way}: processor", own + cages, "CPU s", most)
    print(f"  {own:.1f} s here, {cages:.1f} s in cages; {memory}")
    troubles = table.working.troubles if table.working else ()
    for one in [*troubles, *table.found.problems][:3]:
        print(f"  not complete: {one.sentence}")


def make(folder: Path, children: int) -> float:
    """Make a house, its roster and what is given in `folder`; return the seconds that sealing the letters takes."""
    house = build(folder, 1, _DATABASE_URL)
    write_synthetic_roster(folder / "roster.csv", children=children)
    import_file(house, folder / "roster.csv", by="bench")
    with house.db.write() as session:
        staff.put(session, address=_ROSA, address_key=_ROSA, name="Rosa", role="publisher", now=house.clock())
    made, setting = cards(house)
    baseline = seal_all(house, made)
    print(f"baseline: sealing {len(made):,} letters unread {baseline:.1f} s; setting them {setting:.1f} s")
    zipped(made, folder)
    bound(made, folder)
    print(f"merge: setting the letters alone {set_letters(house):.1f} s (at most {_SETTING})")
    house.close()
    return baseline


def sort(folder: Path, way: Way, baseline: float) -> None:
    """Sort what was made in `folder`, one way."""
    house = build(folder, 1, _DATABASE_URL, keys_exist=True)
    with house.db.read() as session:
        by = staff.by_address(session, _ROSA, through="web")
    house.people.known(now=house.clock())
    given = {"files": {"archive": "cards.zip"}, "split": {"pdf": "cards.pdf"}, "merge": {}}[way]
    uploads = {role: Upload(folder / name, name) for role, name in given.items()}
    run(house, by, way, uploads, baseline, **({"markdown": _LETTER} if way == "merge" else {}))
    house.close()


def main() -> None:
    start_logging(quiet=True)
    tidy_less_often()  # as every command does
    keep_freed_memory()
    match sys.argv[1:]:
        case ["make", folder, children]:
            (Path(folder) / "baseline").write_text(str(make(Path(folder), int(children))))
        case ["sort", folder, way]:
            sort(Path(folder), cast("Way", way), float((Path(folder) / "baseline").read_text()))
        case rest:
            with tempfile.TemporaryDirectory() as folder:
                for step in (("make", folder, *(rest or ["2900"])), *(("sort", folder, way) for way in _LIMITS)):
                    subprocess.run([sys.executable, "-m", "bench.each_child", *step], check=True)


if __name__ == "__main__":
    main()
