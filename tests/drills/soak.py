"""`make soak`: 2,900 families open a letter within ten minutes of its sending, while staff publish: how does it feel?

`python -m tests.drills.soak [--seconds N] [--ratio R] [--families N]`: some seconds of those ten minutes at their rate,
on SQLite, or on the empty PostgreSQL database that DATABASE_URL names. A real site and worker; what is approved is
mailed to a server that throws it away. Families come at even moments whether those before them are answered or not,
read page by page, leave, and bring links that are none; how long each waits counts from the moment at which it came.
Staff write, approve and look around. It prints how long families wait, and memory, files and threads of the site at
the begin and at the end. It fails where one in a hundred answers takes more than 250 ms, after any 5xx, on an answer
that never came, when something has grown beyond the ratio since all was used once, and when the site does not end
cleanly.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median, quantiles
from unittest.mock import patch

import httpx2
from sqlalchemy import insert
from sqlmodel import select

from bench.crowd import rows_of
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterVersion
from portal.kernel.configuration.settings import load_settings
from portal.kernel.ground import Ground
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.links.tables import Link
from portal.staff import repository as staff
from portal.staff.rules import Acting
from tests.letter_files import pdf_of
from tests.parts.commands import run_portal, start_command
from tests.parts.process import answers, free_ports
from tests.web.desks import session_of

LETTER = pdf_of("Welcome. We begin on Monday at eight. Bring a coat and a lunch.")
FORM_TOKEN = re.compile(r'name="form_token" value="(\w+)"')
TOGETHER = 2_900 / 600
"""Families a second: those of a district, within ten minutes."""
SLOW_SECONDS = 0.25
READERS, FEW = 32, 20
PAUSE_SECONDS = 2.0
"""Between two looks of staff: a letter to everybody every twenty seconds."""
ANY_ID = re.compile(r"[0-9a-f]{32}")
LATER = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')
WARM = 0.3
"""The part of the time after which everything has been used once, and growth is growth."""
LOOKS = ("/staff", "/staff/mailings", "/staff/families?q=lind", "/staff/families/1-0", "/staff/mailings/new/each")
ADMIN_LOOKS = ("/admin/ledger", "/admin/links?q=lind", "/admin/disclosures", "/admin/settings", "/admin/staff")


@dataclass
class Tally:
    """What was answered, by everybody."""

    answers: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    waits: list[tuple[str, float]] = field(default_factory=list)
    """For what, and how many seconds, a family waited."""

    def note(self, answer: httpx2.Response) -> None:
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {answer.request.method} {answer.request.url.path}")


def browser(url: str, tally: Tally) -> httpx2.Client:
    """Return a browser of its own network, which follows no redirect by itself."""
    address = f"198.18.{random.randrange(256)}.{random.randrange(256)}"
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": address}
    hooks = {"response": [tally.note]}
    return httpx2.Client(base_url=url, headers=headers, timeout=60, event_hooks=hooks, verify=False)


def visit(url: str, tally: Tally, token: str, came: float) -> None:
    """Open a link as a family does that came at a moment, and read what is behind it."""
    late = time.monotonic() - came

    def note(answer: httpx2.Response) -> None:
        nonlocal late
        answer.read()
        asked = f"{answer.request.method} {ANY_ID.sub('…', answer.request.url.path)}"
        tally.waits.append((asked, answer.elapsed.total_seconds() + late))
        late = 0.0

    with browser(url, tally) as family:
        family.event_hooks["response"].append(note)
        family.get("/o")
        if family.post("/o", data={"token": token}).status_code != 303:
            return
        for copy in re.findall(r'href="/letters/([0-9a-f]{32})"', family.get("/letters").text)[:3]:
            family.get(f"/letters/{copy}")
            family.get(f"/letters/{copy}/pages/1.png")
            family.get(f"/letters/{copy}/file")
        family.get("/about")
        found = FORM_TOKEN.search(family.get("/devices").text)
        if found and random.random() < 0.5:
            family.post("/leave", data={"form_token": found[1]})


def leads_to(answer: httpx2.Response) -> str:
    """Return the path to which an answer leads, at once or by the page of an act that took long."""
    later = LATER.search(answer.text)
    return (answer.headers.get("location") or (later[1] if later else "")).partition("?")[0]


def press(desk: httpx2.Client, path: str, act: str) -> bool:
    """Press a button of a mailing's page, with the fields that stand in its form; tell whether it was done."""
    page = desk.get(path).text
    form = re.search(rf'<form method="post" action="{path}/{act}"[^>]*>(.*?)</form>', page, re.DOTALL)
    fields = dict(re.findall(r'name="([a-z_]+)"[^>]* value="([^"]*)"', form[1])) if form else {}
    return bool(leads_to(desk.post(f"{path}/{act}", data=fields)))


def publish(writer: httpx2.Client, approver: httpx2.Client) -> bool:
    """Write a letter to everybody, and have it approved. Return whether it is on its way."""
    page = writer.get("/staff/mailings/new").text
    token = FORM_TOKEN.search(page)
    fields = {
        "form_token": token[1] if token else "",
        "title": "Welcome",
        "message": "We begin.",
        "audience": "everyone",
        "expires": "30",
    }
    answer = writer.post("/staff/mailings", data=fields, files={"file": ("welcome.pdf", LETTER, "application/pdf")})
    path = leads_to(answer)
    if not path:
        return False
    writer.get(f"{path}/preview")
    return press(writer, path, "submit") and press(approver, path, "approve")


@contextmanager
def site(environ: dict[str, str], port: int, folder: Path) -> Iterator[BaseProcess]:
    """Run `portal serve` with its worker, as an operator does."""
    process = start_command(["serve", "--port", str(port)], environ, folder)
    try:
        while not answers(port):
            if not process.is_alive():
                raise SystemExit((folder / "stderr").read_text())
            time.sleep(0.05)
        yield process
    finally:
        process.kill()


def resident(pid: int) -> float:
    """Return the memory of a process in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def held(pid: int) -> tuple[float, int, int]:
    """Return memory, open files and threads of a process."""
    files, threads = (len(list(Path(f"/proc/{pid}/{kind}").iterdir())) for kind in ("fd", "task"))
    return resident(pid), files, threads


def seat(ground: Ground, families: int) -> dict[str, str]:
    """Put a roster and three staff members into the database; return what their cookies hold."""
    rows, now = rows_of(families, ground.clock()), ground.clock()
    with ground.db.write() as session:
        for table in (Child, Enrolment, Guardian, Guardianship):
            session.execute(insert(table), rows[str(table.__tablename__)])
        session.add(
            RosterVersion(
                number=1,
                imported_at=now,
                format="soak",
                content_sha256="0" * 64,
                children=0,
                guardians=0,
                guardianships=0,
            )
        )
        for role in ("publisher", "approver", "admin"):
            address = f"{role}@riverbend.example"
            staff.put(session, address=address, address_key=address, name=role, role=role, now=now)
    with ground.db.read() as session:
        people: dict[str, Acting] = {
            role: staff.by_address(session, f"{role}@riverbend.example", through="web")
            for role in ("publisher", "approver", "admin")
        }
    return {role: session_of(ground, person) for role, person in people.items()}


def families_at_work(url: str, tally: Tally, ground: Ground, seconds: float) -> None:
    """Have families come one after another until the time is over; one in ten brings a link that is none."""
    with ground.db.read() as session:
        links = session.exec(select(Link.id).limit(3_000)).all()
    began = time.monotonic()
    moments = [began + number / TOGETHER for number in range(int(seconds * TOGETHER))]
    with ThreadPoolExecutor(READERS) as readers:
        visits = []
        for moment in moments:
            time.sleep(max(0.0, moment - time.monotonic()))
            link = random.choice(links) if random.random() > 0.1 else new_id()
            visits.append(readers.submit(visit, url, tally, tokens.mint_token(ground.keys, "link-token", link), moment))
        for one in visits:
            one.result()


def staff_at_work(
    url: str, tally: Tally, cookies: dict[str, str], is_over: threading.Event, sent: threading.Event
) -> None:
    """Write and approve a letter, then look around for a while, until the time is over."""
    with ExitStack() as open_desks:
        desks = {role: open_desks.enter_context(browser(url, tally)) for role in cookies}
        for role, secret in cookies.items():
            desks[role].cookies.set("staff", secret)
        while not is_over.is_set():
            if not publish(desks["publisher"], desks["approver"]):
                tally.faults.append("a letter was not approved")
            sent.set()
            for path in (*LOOKS, *ADMIN_LOOKS):
                desks["admin"].get(path)
                if is_over.wait(PAUSE_SECONDS):
                    return


def guarded(tally: Tally, work: Callable[..., None], *given: object) -> threading.Thread:
    """Start somebody at work whose own errors are faults of the site: an answer that never came."""

    def run() -> None:
        try:
            work(*given)
        except Exception as error:  # noqa: BLE001 - whatever stops somebody is to be told, not to end a thread in silence
            tally.faults.append(repr(error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def watch(pid: int, seconds: float, tally: Tally) -> list[tuple[float, tuple[float, int, int]]]:
    """Note what the site holds, forty times; stop early for a fault."""
    began, seen = time.monotonic(), []
    while (passed := time.monotonic() - began) < seconds and not tally.faults:
        seen.append((passed / seconds, held(pid)))
        time.sleep(seconds / 40)
    return seen


def grown(seen: list[tuple[float, tuple[float, int, int]]], ratio: float) -> list[str]:
    """Print what the site held once it was warm and at the end; return what has grown beyond the ratio."""
    warm = [what for share, what in seen if WARM <= share < WARM + 0.2]
    last = [what for share, what in seen if share >= 0.8]
    if not warm or not last:
        return ["it ended before it was warm"]
    found = []
    for place, (name, slack) in enumerate((("MiB of memory", 8), ("open files", 8), ("threads", 8))):
        before, after = (median(what[place] for what in part) for part in (warm, last))
        print(f"  {name:14} {seen[0][1][place]:7.0f} at the start {before:7.0f} warm {after:7.0f} at the end")
        if after > before * ratio + slack:
            found.append(f"{name} grew from {before:.0f} to {after:.0f}, beyond {ratio} times (and {slack})")
    return found


def environ_of(folder: Path, port: int, mail_port: int) -> dict[str, str]:
    """Return how the site is set up."""
    database = os.environ.get("DATABASE_URL")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PORTAL_DATA_DIR": str(folder / "data"),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_HOLD_SECONDS": "0",
        "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
    } | ({"PORTAL_DATABASE_URL": database} if database else {})


def at_work(folder: Path, seconds: float, families: int, tally: Tally) -> list[tuple[float, tuple[float, int, int]]]:
    """Run site, families and staff in an empty folder; return what the site held meanwhile."""
    (port,) = free_ports(1)
    sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sink.stdout is not None
    url, environ = f"http://127.0.0.1:{port}", environ_of(folder, port, int(sink.stdout.readline()))
    assert run_portal(["init"], environ, folder).returncode == 0
    with patch.dict(os.environ, environ):
        ground = Ground.of(load_settings())
    is_over, sent = threading.Event(), threading.Event()
    cookies = seat(ground, families)
    with site(environ, port, folder) as process:
        staff_thread = guarded(tally, staff_at_work, url, tally, cookies, is_over, sent)
        sent.wait()
        family_thread = guarded(tally, families_at_work, url, tally, ground, seconds)
        seen = watch(process.pid or 0, seconds, tally)
        family_thread.join(60)
        is_over.set()
        staff_thread.join(60)
        process.terminate()
        process.join(60)
        if process.exitcode != 0:
            tally.faults.append(f"the site ended with {process.exitcode}")
    sink.kill()
    sink.communicate()
    ground.close()
    return seen


def told_waits(waits: list[tuple[str, float]]) -> float:
    """Print how long families waited, for everything and for each thing that many asked for; return the p99 of all."""
    by_kind: dict[str, list[float]] = {"families": [seconds for _, seconds in waits]}
    for asked, seconds in waits:
        by_kind.setdefault(asked, []).append(seconds)
    for asked, kind in by_kind.items():
        if len(kind) >= FEW:
            cuts = quantiles(kind, n=100)
            print(f"{asked:32} {len(kind):6,} answers, p50 {cuts[49] * 1000:4.0f} ms, p99 {cuts[98] * 1000:4.0f} ms")
    return quantiles(by_kind["families"], n=100)[98]


def soak(folder: Path, seconds: float, ratio: float, families: int) -> int:
    """Run it all in an empty folder; return how many faults there were."""
    tally = Tally()
    seen = at_work(folder, seconds, families, tally)
    counts = (f"{count:,} × {status}" for status, count in sorted(tally.answers.items()))
    print(f"{sum(tally.answers.values()):,} answers:", *counts)
    slow = told_waits(tally.waits)
    faults = tally.faults + grown(seen, ratio)
    if slow > SLOW_SECONDS:
        faults.append(f"one answer in a hundred took a family more than {SLOW_SECONDS * 1000:.0f} ms")
    log = (folder / "stderr").read_text() + (folder / "stdout").read_text()
    faults += [line for line in log.splitlines() if re.search(r'"level": ?"error"|^Traceback', line)]
    print(*(f"FAULT  {fault}" for fault in faults[:20]), sep="\n")
    return len(faults)


def main() -> int:
    asked = argparse.ArgumentParser(prog="make soak", description="Run a site under traffic and see whether it grows.")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--ratio", type=float, default=1.25)
    asked.add_argument("--families", type=int, default=2_900)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        return min(1, soak(Path(name), told.seconds, told.ratio, told.families))


if __name__ == "__main__":
    sys.exit(main())
