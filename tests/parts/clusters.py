"""PostgreSQL servers to be killed, promoted and filled up: each in a folder of its own, on a Unix socket, no port."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from pwd import getpwnam
from urllib.parse import quote

import psycopg

from tests.parts.postgresql import program
from tests.parts.process import MissingPart

_QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off", "listen_addresses=", "shared_buffers=16MB")
_USER = "pgserver"
"""Whom the server is run as where the tests are run as root, which it refuses."""
_SECONDS = 60


class Cluster:
    """One server, and the folder of its files and its socket."""

    def __init__(self, folder: Path, *, connections: int = 40) -> None:
        self.folder, self._process = folder, None
        self._settings = (*_QUICK, f"max_connections={connections}", f"unix_socket_directories={folder}")
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, _USER, _USER)

    def make(self) -> None:
        """Make an empty server."""
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def follow(self, primary: "Cluster") -> None:
        """Make a replica of a server that runs."""
        place = ("-h", str(primary.folder), "-U", "postgres", "-D", str(self._data))
        self._run("pg_basebackup", *place, "--write-recovery-conf", "--checkpoint=fast", "--no-sync")

    def start(self, *, tiny: str = "") -> None:
        """Run it, and return when it answers; with `tiny`, such as `64m`, beside a file system of that size.

        That file system is the server's alone, and gone with it.
        """
        words = [str(program("postgres")), "-D", str(self._data)]
        words += [word for setting in self._settings for word in ("-c", setting)]
        if tiny:
            words = self._with_tiny(tiny, words)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(words, stdout=log, stderr=log, **({} if tiny else self._as_whom()))
        until = time.monotonic() + _SECONDS
        while not self.answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise MissingPart((self.folder / "log").read_text()[-2000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it as a power cut does, with everything that works for it."""
        with suppress(FileNotFoundError, ProcessLookupError):
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for one in (pid, *map(int, children)):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def promote(self) -> None:
        """Make a replica take writes."""
        self.ask("SELECT pg_promote(true, 60)")

    def ask(self, question: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Return what a question is answered with, if anything."""
        with self.connect(database) as connection:
            found = connection.execute(question.encode())
            return found.fetchall() if found.description else []

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def answers(self) -> bool:
        try:
            return self.ask("SELECT 1") == [(1,)]
        except psycopg.OperationalError:
            return False

    @property
    def tiny(self) -> Path:
        """The folder with little room."""
        return self.folder / "tiny"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _with_tiny(self, size: str, words: list[str]) -> list[str]:
        """Return what runs a server in a mount namespace of its own."""
        self.tiny.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            apart, then = ["unshare", "--mount"], f"setpriv --reuid {_USER} --regid {_USER} --clear-groups"
            size += f",uid={_USER},gid={_USER}"
        else:
            apart, then = ["unshare", "--user", "--map-current-user", "--keep-caps", "--mount"], ""
        mount = f'mount -t tmpfs -o size={size},mode=0700 none "{self.tiny}" && exec {then} "$@"'
        return [*apart, "sh", "-c", mount, "sh", *words]

    def _run(self, name: str, *words: str) -> None:
        subprocess.run([str(program(name)), *words], check=True, capture_output=True, **self._as_whom())

    def _as_whom(self) -> dict[str, object]:
        if os.geteuid() != 0:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": _USER, "group": _USER, "extra_groups": []}


@contextmanager
def clusters(number: int, *, connections: int = 40) -> Iterator[list[Cluster]]:
    """Give so many servers, none of which is made yet; all are dead and gone when the block ends."""
    if os.geteuid() == 0:
        getpwnam(_USER)  # the fixture `postgresql` has made it
    home = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    home.chmod(0o755)
    made = [Cluster(home / name, connections=connections) for name in "abcdefgh"[:number]]
    try:
        yield made
    finally:
        for one in made:
            one.kill()
        shutil.rmtree(home, ignore_errors=True)


def url_of(servers: list[Cluster], database: str) -> str:
    """Return the URL that names all of them; whichever takes writes is meant."""
    hosts = quote(",".join(str(one.folder) for one in servers))
    return f"postgresql+psycopg://postgres@/{database}?host={hosts}&target_session_attrs=read-write"
