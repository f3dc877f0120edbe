"""The site as an operator starts it: one process with a worker inside, several on PostgreSQL; both end cleanly."""

import asyncio
import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from portal import publish, worker
from portal.cli import main
from portal.cli.operation import serve
from portal.kernel.clock import utc_now
from portal.kernel.secrets.keys import make_key_file
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import NOON, Watch
from tests.parts.commands import run_portal
from tests.parts.process import free_ports


@pytest.fixture
def environ(tmp_path: Path, database_url: str) -> dict[str, str]:
    make_key_file(tmp_path / "portal.keys", NOON)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PORTAL_DATA_DIR": str(tmp_path / "data"),
        "PORTAL_DATABASE_URL": database_url,
        "PORTAL_KEY_FILE": str(tmp_path / "portal.keys"),
    }


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def lets_in(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as door:
            return door.recv(4) == b"220 "
    except OSError:
        return False


def test_it_serves_and_ends_at_a_signal(environ: dict[str, str]) -> None:
    processes = "1" if environ["PORTAL_DATABASE_URL"].startswith("sqlite") else "2"
    port, gate = free_ports(2)
    environ["PORTAL_BASE_URL"] = f"http://127.0.0.1:{port}"
    environ["PORTAL_GATE_URL"] = f"smtp://127.0.0.1:{gate}"
    command = [sys.executable, "-m", "portal", "serve", "--port", str(port), "--processes", processes]
    site = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 60
        while not is_ready(port):
            assert site.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        while not lets_in(gate):
            assert time.monotonic() < until
            time.sleep(0.1)
        site.send_signal(signal.SIGTERM)
        _, said = site.communicate(timeout=60)
    finally:
        site.kill()
    assert site.returncode == 0, "it ended itself, when the worker had: a signal alone would have cut off its mail"
    assert "Traceback" not in said
    assert not is_ready(port)


def test_what_runs_beside_the_site_is_what_the_command_line_says(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is started is only noted here: that a gate and a worker then run, the test above sees."""
    is_sqlite = environ["PORTAL_DATABASE_URL"].startswith("sqlite")
    begun = list[list[str]]()

    async def together(_house: House, _config: object, *, with_worker: bool, with_gate: bool) -> None:
        begun.append([name for name, wanted in (("worker", with_worker), ("gate", with_gate)) if wanted])

    for name, value in (environ | {"PORTAL_GATE_URL": "smtp://127.0.0.1:1"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(serve, "serve_together", together)
    monkeypatch.setattr(serve, "_serve_processes", lambda _settings, names, **_: begun.append(names))
    (port,) = free_ports(1)
    for words in ([], ["--no-gate"], ["--no-worker"], ["--no-worker", "--no-gate"]):
        several = [] if is_sqlite else ["--processes", "2"]
        monkeypatch.setattr(sys, "argv", ["portal", "serve", "--port", str(port), *several, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
    assert begun == [["worker", "gate"], ["worker"], ["gate"], []]


class SlowMail(socketserver.StreamRequestHandler):
    """A mail server that thinks for two seconds before it takes a message; it tells the test when it begins to."""

    began, taken = threading.Event(), threading.Event()

    def handle(self) -> None:
        self.wfile.write(b"220 slow.test\r\n")
        in_text = False
        for line in self.rfile:
            if in_text and line == b".\r\n":
                self.began.set()
                time.sleep(2)
                self.taken.set()
            if not in_text or line == b".\r\n":
                is_data = line.upper().startswith(b"DATA")
                self.wfile.write(b"354 go on\r\n" if is_data else b"250 ok\r\n")
                in_text = is_data


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_message_on_its_way_arrives_and_is_noted_when_the_site_is_stopped(
    environ: dict[str, str], house: House, cast: Cast
) -> None:
    mailing_id = send_letter(house, cast, now=utc_now() - timedelta(minutes=5))
    (port,) = free_ports(1)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), SlowMail) as mail:
        threading.Thread(target=mail.serve_forever, daemon=True).start()
        environ |= {
            "PORTAL_KEY_FILE": str(house.settings.key_file),
            "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
            "PORTAL_SMTP_URL": f"smtp://127.0.0.1:{mail.server_address[1]}",
        }
        site = subprocess.Popen([sys.executable, "-m", "portal", "serve", "--port", str(port)], env=environ)
        try:
            assert SlowMail.began.wait(60)
            site.send_signal(signal.SIGTERM)
            assert site.wait(60) == 0
        finally:
            site.kill()
            mail.shutdown()
    assert SlowMail.taken.is_set()
    with house.db.read() as session:
        states = session.exec(select(Notice.state).where(Notice.mailing_id == mailing_id)).all()
    assert "sent" in states
    assert "sending" not in states


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_is_said_in_a_sentence_before_anything_is_done(
    environ: dict[str, str], tmp_path: Path
) -> None:
    before, port = next(pair for pair in iter(lambda: free_ports(2), []) if pair[1] == pair[0] + 1)
    with socket.create_server(("127.0.0.1", port)):
        for words in (
            ("serve", "--port", str(port)),
            ("demo", "--data", str(tmp_path / "demo"), "--port", str(port)),
            ("demo", "--data", str(tmp_path / "demo"), "--port", str(before)),  # its inbox has the port behind
        ):
            done = run_portal(words, environ, tmp_path)
            assert (done.returncode, done.stdout) == (1, "")
            assert f"127.0.0.1:{port}" in done.stderr
            assert "--port" in done.stderr
            assert "Traceback" not in done.stderr
    assert not (tmp_path / "demo").exists()


def test_a_mistake_in_a_round_does_not_end_the_deliveries(
    house: House, clock: Watch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mailing_id: str
) -> None:
    """Nothing but the log would tell: the site goes on, and every mailing stays held."""
    clock.forward(seconds=house.settings.hold_seconds + 1)
    begins, tries, stop = worker.start_sending, [], asyncio.Event()

    def fail_once(*args: object, **more: object) -> Sequence[str]:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("Ana Rivera")
        stop.set()
        return begins(*args, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(worker, "start_sending", fail_once)
    monkeypatch.setattr(serve, "_AGAIN_AFTER_SECONDS", 0.01)

    asyncio.run(asyncio.wait_for(serve._deliver(house, stop), 60))
    with house.db.read() as session:
        assert session.get_one(Mailing, mailing_id).state == "sending"
    said = capsys.readouterr()
    assert "RuntimeError in fail_once" in said.out + said.err
    assert "Rivera" not in said.out + said.err


def test_a_chore_that_fails_in_an_unforeseen_way_keeps_no_other(
    house: House, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    upkeep, done = publish.Upkeep(house), []

    def break_down() -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(house.data_keys, "roll", break_down)
    monkeypatch.setattr(publish.upkeep.chores, "forget_networks", lambda *_, **__: done.append(1))  # the chore after it
    upkeep.do(clock.now)
    assert done
