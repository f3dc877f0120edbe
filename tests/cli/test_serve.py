"""The site as an operator starts it: one process with a worker inside, several on PostgreSQL; both end cleanly."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from portal.kernel.keys import make_key_file
from tests.conftest import NOON
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


def test_it_serves_and_ends_at_a_signal(environ: dict[str, str]) -> None:
    processes = "1" if environ["PORTAL_DATABASE_URL"].startswith("sqlite") else "2"
    (port,) = free_ports(1)
    environ["PORTAL_BASE_URL"] = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "portal", "serve", "--port", str(port), "--processes", processes]
    site = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        until = time.monotonic() + 60
        while not is_ready(port):
            assert site.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        site.send_signal(signal.SIGTERM)
        _, said = site.communicate(timeout=60)
    finally:
        site.kill()
    assert site.returncode in {0, -signal.SIGTERM}
    assert "Traceback" not in said
    assert not is_ready(port)
