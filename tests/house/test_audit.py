"""`make audit`, against a service that tells what the test has it tell."""

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.tree import HOUSE

TOLD = {"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2026-1"], "summary": "Reads beyond its end."}
ACCEPTED = """
[[accepted]]
id = "CVE-2026-1"
package = "pillow"
until = 2027-01-31
reason = "We read no such pictures."
"""


class Told(ThreadingHTTPServer):
    """A database of advisories; it hands out one to a page."""

    daemon_threads = True
    vulns: dict[str, dict[str, object]]
    weak = ("pillow", "12.0.0")
    asked: list[dict[str, object]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Told

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self.server.asked += queries
        self._say({"results": [self._of(query) for query in queries]})

    def do_GET(self) -> None:
        self._say(self.server.vulns[self.path.rpartition("/")[2]])

    def _of(self, query: dict[str, object]) -> dict[str, object]:
        names = sorted(self.server.vulns)
        if query["package"] != {"name": self.server.weak[0], "ecosystem": "PyPI"} or not names:
            return {}
        if query["version"] != self.server.weak[1]:
            return {}
        page = int(str(query.get("page_token", 0)))
        more = {"next_page_token": str(page + 1)} if page + 1 < len(names) else {}
        return {"vulns": [{"id": names[page]}], **more}

    def _say(self, told: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Keep still."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Told(("127.0.0.1", 0), _Answer) as server:
        server.vulns, server.asked = {}, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Return a folder with a lock of two packages, where nothing is accepted."""
    lines = ("pillow==12.0.0 \\", "    --hash=sha256:00", "qrcode[png]==8.2 ; python_version > '3'", "")
    (tmp_path / "run.txt").write_text("\n".join(lines))
    (tmp_path / "accepted.toml").write_text("")
    return tmp_path


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", HOUSE / "requirements/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Out = pytest.CaptureFixture[str]


def run(audit: ModuleType, service: str, lock: Path, today: str = "2027-01-31") -> int:
    code: int = audit.main(["--service", service, "--folder", str(lock), "--today", today])
    return code


def test_nothing_known_is_well(audit: ModuleType, service: Told, lock: Path, capsys: Out) -> None:
    assert run(audit, service.url, lock) == 0
    assert "No weakness is known of the 2 versions" in capsys.readouterr().out
    asked = [(query["package"]["name"], query["version"]) for query in service.asked]
    assert asked == [("pillow", "12.0.0"), ("qrcode", "8.2")]


def test_what_is_known_fails_by_its_name(audit: ModuleType, service: Told, lock: Path, capsys: Out) -> None:
    again = {**TOLD, "id": "PYSEC-1"}
    service.vulns = {"GHSA-aaaa-bbbb-cccc": TOLD, "PYSEC-1": again, "Z": {"id": "Z", "summary": "Z."}}
    assert run(audit, service.url, lock) == 1
    said = capsys.readouterr().err
    assert "pillow 12.0.0: GHSA-aaaa-bbbb-cccc Reads beyond its end." in said
    assert "pillow 12.0.0: Z Z." in said  # on a later page
    assert "2 known weaknesses" in said  # the same one under another name counts once


def test_what_is_accepted_stands_until_its_day(audit: ModuleType, service: Told, lock: Path, capsys: Out) -> None:
    service.vulns = {"GHSA-aaaa-bbbb-cccc": TOLD}
    (lock / "accepted.toml").write_text(ACCEPTED)
    assert run(audit, service.url, lock) == 0
    assert "accepted until 2027-01-31: We read no such pictures." in capsys.readouterr().out
    assert run(audit, service.url, lock, "2027-02-01") == 1
    assert "was accepted until 2027-01-31" in capsys.readouterr().err
    (lock / "accepted.toml").write_text(ACCEPTED.replace("pillow", "qrcode"))
    assert run(audit, service.url, lock) == 1


def test_an_acceptance_that_nothing_needs_is_told(audit: ModuleType, service: Told, lock: Path, capsys: Out) -> None:
    service.vulns = {"GHSA-aaaa-bbbb-cccc": {**TOLD, "withdrawn": "2026-12-01T00:00:00Z"}}
    (lock / "accepted.toml").write_text(ACCEPTED)
    assert run(audit, service.url, lock) == 0
    assert "pillow: CVE-2026-1 is accepted, and known no more" in capsys.readouterr().out


def test_no_answer_is_no_audit(audit: ModuleType, service: Told, lock: Path, capsys: Out) -> None:
    closed = service.url.replace("127.0.0.1", "127.0.0.1.invalid")
    assert run(audit, closed, lock) == 2
    assert "NOT audited" in capsys.readouterr().err
    service.weak, service.vulns = ("pillow", "12.0.0"), {"Z": {"no": "id"}}
    assert run(audit, service.url, lock) == 2


@pytest.mark.parametrize("line", ["until", "reason"])
def test_nothing_is_accepted_without_a_day_and_a_reason(audit: ModuleType, lock: Path, line: str) -> None:
    kept = [one for one in ACCEPTED.splitlines() if not one.startswith(line)]
    (lock / "accepted.toml").write_text("\n".join(kept))
    with pytest.raises(ValueError, match="a reason and a day"):
        audit.acceptances(lock / "accepted.toml")


def test_the_lock_is_read_whole_and_what_is_accepted_is_well_formed(audit: ModuleType) -> None:
    folder = HOUSE / "requirements"
    lines = [line for file in folder.glob("*.txt") for line in file.read_text().splitlines()]
    pinned = {line.split("==")[0].partition("[")[0] for line in lines if "==" in line and line[0] not in " #"}
    assert {one.name for one in audit.locked(folder)} == pinned
    audit.acceptances(folder / "accepted.toml")
