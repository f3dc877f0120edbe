"""A virus scanner of this test process: clamd on a Unix socket and a port, knowing two signatures of our own."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.process import MissingPart, free_ports, running

HARMFUL = b"portal-tests: this line does no harm, but the scanner of the tests is told that it does"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_CONFIGURED = """
Foreground yes
DatabaseDirectory {home}/signatures
LocalSocket {home}/clamd.ctl
TCPSocket {port}
TCPAddr 127.0.0.1
StreamMaxLength 1M
AlertExceedsMax yes
ReadTimeout 5
"""


@dataclass(frozen=True)
class Clamd:
    """A running scanner, by its two addresses."""

    unix: str
    tcp: str
    longest: int = 1024 * 1024


@contextmanager
def clamd() -> Iterator[Clamd]:
    """Run a scanner until the block ends. It needs no signatures from outside."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise MissingPart("clamd is not on this machine. Run `make test-parts`.")
    home = Path(tempfile.mkdtemp(prefix="portal-clamd-"))  # short: a socket's path has at most 107 bytes
    (port,) = free_ports(1)
    (home / "signatures").mkdir()
    (home / "signatures" / "own.ndb").write_text(f"Portal.Tests:0:*:{HARMFUL.hex()}\nPortal.Eicar:0:*:{EICAR.hex()}\n")
    (home / "clamd.conf").write_text(_CONFIGURED.format(home=home, port=port))
    command = [program, f"--config-file={home}/clamd.conf"]
    try:
        with running(command, folder=home, environ={"PATH": os.environ["PATH"]}, ready=lambda: _pongs(port)):
            yield Clamd(f"unix://{home}/clamd.ctl", f"tcp://127.0.0.1:{port}")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _pongs(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1) as connection:
        connection.sendall(b"zPING\0")
        return connection.recv(16) == b"PONG\0"
