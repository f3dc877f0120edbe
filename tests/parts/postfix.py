"""A Postfix of this test process, with its queue in a folder of the test: nothing of the machine's own is touched."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts.process import MissingPart, answers, running

_FOLDERS = {
    "incoming": 0o700, "active": 0o700, "deferred": 0o700, "defer": 0o700, "bounce": 0o700, "hold": 0o700,
    "corrupt": 0o700, "trace": 0o700, "flush": 0o700, "private": 0o700, "public": 0o710, "maildrop": 0o730,
    "pid": 0o755,
}  # fmt: skip
_MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/mail.log
maillog_file_prefixes = {home}
myhostname = mail.riverbend.example.org
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks,reject
smtpd_recipient_limit = 1000
alias_maps =
fast_flush_domains =
enable_long_queue_ids = yes
minimal_backoff_time = 300s
"""
_MASTER = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running mail system: the port that it takes mail at, and what it says of each message."""

    port: int
    home: Path

    def journal(self) -> str:
        """Return what it logged."""
        return (self.home / "mail.log").read_text(errors="replace")


@contextmanager
def postfix(*, port: int, files: Mapping[str, str]) -> Iterator[Postfix]:
    """Run it until the block ends: `files` are more lines for `main.cf` and `master.cf`, and what lies beside them.

    In them `/etc/postfix` is its own folder, which lies where its own user gets to.
    """
    daemons = Path("/usr/lib/postfix/sbin")
    if os.geteuid() != 0:
        pytest.skip("Postfix's master runs as root alone.")
    if not (daemons / "master").exists():
        raise MissingPart("Postfix is not on this machine. Run `make test-parts`.")
    owner = pwd.getpwnam("postfix")
    home = Path(tempfile.mkdtemp(prefix="portal-postfix-"))
    home.chmod(0o755)
    for name, mode in _FOLDERS.items():
        folder = home / "queue" / name
        folder.mkdir(parents=True)
        folder.chmod(mode)
        if name != "pid":
            os.chown(folder, owner.pw_uid, -1)
    (home / "data").mkdir(mode=0o700)
    os.chown(home / "data", owner.pw_uid, owner.pw_gid)
    first = {"main.cf": _MAIN.format(home=home), "master.cf": _MASTER.format(port=port)}
    for name in first | dict(files):
        (home / name).write_text(first.get(name, "") + files.get(name, "").replace("/etc/postfix", str(home)))
        (home / name).chmod(0o600)
    command = [str(daemons / "master"), "-c", str(home), "-d"]
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
    try:
        with running(command, folder=home, environ=environ, ready=lambda: answers(port)):
            yield Postfix(port, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)  # its processes end with their master
