"""Mail programs as people have them hand in with a mail key, over STARTTLS, and believe what they are answered."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlmodel import select

from portal.arrivals.tables import Arrival, ArrivalRecipient
from portal.gate import replies
from portal.wiring import House
from tests.gate.gates import FAMILY, PDF, WRITER, letter
from tests.mail.servers import HOST
from tests.parts.process import MissingPart

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
PARTS = Path(__file__).parents[1] / "parts" / "mail_clients"
INSTALLED = Path(sys.prefix) / "mail-clients"
JAKARTA = "/usr/share/java/jakarta-mail.jar:/usr/share/java/jakarta-activation.jar"
BOTH = [FAMILY, "diego.rivera@mail.example.org"]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    (tmp_path / "report card.pdf").write_bytes(PDF)
    return tmp_path / "report card.pdf"


def run(command: Sequence[str | Path], *, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    if shutil.which(command[0]) is None:
        raise MissingPart(f"{command[0]} is not on this machine. Run `make test-parts`.")
    environ = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    return subprocess.run(command, input=given, env=environ, capture_output=True, check=False, timeout=60)


def arrived(house: House) -> tuple[int, int]:
    with house.db.read() as session:
        return len(session.exec(select(Arrival)).all()), len(session.exec(select(ArrivalRecipient)).all())


def swaks(starttls_port: int, key: str, *more: str | Path) -> subprocess.CompletedProcess[bytes]:
    to = ["--to", ",".join(BOTH), "--from", WRITER, "--server", HOST, "--port", str(starttls_port), "--tls"]
    return run(["swaks", *to, "--auth", "LOGIN", "--auth-user", WRITER, "--auth-password", key, *more])


def test_swaks_hands_in_and_the_same_again_is_the_same(house: House, starttls_port: int, key: str, pdf: Path) -> None:
    header = ["--header", "Subject: Report cards", "--header", "Date: Thu, 06 Aug 2026 12:00:00 +0000"]
    for _ in range(2):
        done = swaks(starttls_port, key, *header, "--attach", f"@{pdf}")
        assert replies.TAKEN.encode() in done.stdout, done
    assert arrived(house) == (1, len(BOTH))


def msmtp(starttls_port: int, key: str, raw: bytes) -> subprocess.CompletedProcess[bytes]:
    way = ["--tls=on", "--tls-certcheck=off", "--auth=login", f"--passwordeval=echo {key}", f"--user={WRITER}"]
    to = [f"--host={HOST}", f"--port={starttls_port}", f"--from={WRITER}", *BOTH]
    return run(["msmtp", *way, *to], given=raw)


def test_msmtp_hands_in(house: House, starttls_port: int, key: str) -> None:
    done = msmtp(starttls_port, key, letter(to=", ".join(BOTH)))
    assert done.returncode == 0, done
    assert arrived(house) == (1, len(BOTH))


def test_nodemailer_hands_in(house: House, starttls_port: int, key: str, pdf: Path) -> None:
    if not (INSTALLED / "node_modules" / "nodemailer").is_dir():
        raise MissingPart("nodemailer is not installed. Run `make test-parts`.")
    script = shutil.copy(PARTS / "nodemailer.mjs", INSTALLED)
    done = run(["node", script, str(starttls_port), WRITER, key, pdf, *BOTH])
    assert replies.TAKEN.encode() in done.stdout, done
    assert arrived(house) == (1, len(BOTH))


def test_jakarta_mail_hands_in(house: House, starttls_port: int, key: str, pdf: Path) -> None:
    program = [PARTS / "Jakarta.java", str(starttls_port), WRITER, key, pdf, *BOTH]
    done = run(["java", "-XX:TieredStopAtLevel=1", "-cp", JAKARTA, *program])
    assert done.returncode == 0, done
    assert arrived(house) == (1, len(BOTH))
