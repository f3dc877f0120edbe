"""A program that converts letters reaches its folder, its fonts and itself: no file else, no network, no process."""

import gc
import json
import os
import socket
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from portal.press.office import workshop
from portal.press.office.converter import NotConverted
from portal.press.office.engines import Basic, LibreOffice
from portal.press.office.workshop import CageLimits, Call, Workshop

_TRIES = """
import ctypes, json, os, socket, sys
found = {}
def attempt(name, act):
    try:
        act()
        found[name] = "done"
    except Exception as error:
        found[name] = type(error).__name__
library = ctypes.CDLL(None, use_errno=True)
def io_uring():
    if library.syscall(425, 1, ctypes.create_string_buffer(256)) < 0:
        raise OSError(ctypes.get_errno(), "io_uring")
attempt("secret", lambda: open(sys.argv[1]).read())
attempt("passwd", lambda: open("/etc/passwd").read())
attempt("list", lambda: os.listdir(os.path.dirname(sys.argv[1])))
attempt("write elsewhere", lambda: open(sys.argv[1] + ".new", "w"))
attempt("write what is shared", lambda: open(os.environ["FONTCONFIG_FILE"], "w"))
attempt("write here", lambda: open("mine", "w").write("x"))
attempt("tcp", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2))
attempt("udp", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt("netlink", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("local", lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[3]))
attempt("shell", lambda: os.execv("/bin/sh", ["sh", "-c", "true"]))
attempt("signal", lambda: os.kill(int(sys.argv[4]), 0))
attempt("io_uring", io_uring)
open("letter.pdf", "w").write("%PDF-" + json.dumps(found))
"""


def nothing(_kept: Path) -> None:
    """Prepare nothing."""


def python(*arguments: str) -> Call:
    """Return a call of this interpreter, which may read itself."""
    program = str(Path(sys.executable).resolve())
    reads = (sys.base_prefix, sysconfig.get_paths()["stdlib"], str(Path(program).parent.parent))
    loaders = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
    return Call((program, "-I", "-S", *arguments), runs=(program, *loaders), reads=reads)


def run(shop: Workshop, *arguments: str) -> bytes:
    kept = shop.kept()
    with shop.room(b"", "docx") as folder:
        return shop.run(folder, kept, python(*arguments))


def test_it_reaches_nothing_but_its_folder(tmp_path: Path) -> None:
    secret = tmp_path / "keys"
    secret.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(tmp_path / "s"))
        local.listen()
        told = (str(secret), str(server.getsockname()[1]), str(tmp_path / "s"), str(os.getpid()))
        found = json.loads(run(Workshop(CageLimits(), nothing), "-c", _TRIES, *told)[5:])
    assert found.pop("write here") == "done"
    assert "done" not in found.values(), found
    assert len(found) == 12


@pytest.mark.parametrize("act", ["while True: pass", "import time; time.sleep(60)"])
def test_one_that_takes_too_long_is_ended(act: str) -> None:
    with pytest.raises(NotConverted):
        run(Workshop(CageLimits(cpu_seconds=1, wall_seconds=2.0), nothing), "-c", act)


def test_what_it_has_started_itself_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "_START", workshop._START.replace("go_apart();", ""))
    act = (
        "import os, time\nif not os.fork():\n    os.fork()\n"
        "    try:\n        os.setsid()\n    except OSError:\n        pass\n"
        "    open(f'started-{os.getpid()}', 'w')\n    time.sleep(300)\ntime.sleep(0.5)\n"
        "open('letter.pdf', 'w').write('%PDF-' + ' '.join(os.listdir()))"
    )
    made = run(Workshop(CageLimits(), nothing), "-c", act).decode()
    started = [int(name.removeprefix("started-")) for name in made[5:].split() if name.startswith("started-")]
    assert len(started) == 2
    while any(_is_running(pid) for pid in started):  # a process that was killed takes a moment to end
        time.sleep(0.01)


def _is_running(pid: int) -> bool:
    """Whether a process is at work; what nobody has waited for yet is not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}


def test_one_that_takes_too_much_memory_makes_nothing() -> None:
    act = "x = bytearray(3 << 30); open('letter.pdf', 'w').write('%PDF-')"
    with pytest.raises(NotConverted):
        run(Workshop(CageLimits(memory=1 << 30), nothing), "-c", act)


@pytest.mark.parametrize(
    "act",
    [
        "import os; os.symlink('/etc/passwd', 'letter.pdf')",
        "import os; os.mkfifo('letter.pdf')",
        "open('letter.pdf', 'w')",
        "open('letter.pdf', 'w').write('GIF89a')",
        "import os; os.mkdir('letter.pdf')",
        "import os; os.abort()",
    ],
)
def test_what_is_no_pdf_is_not_taken_for_one(act: str) -> None:
    with pytest.raises(NotConverted):
        run(Workshop(CageLimits(wall_seconds=10.0), nothing), "-c", act)


def test_where_a_machine_cannot_shut_programs_in_no_letter_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    start = workshop._START.replace(
        "from portal.press",
        "import portal.kernel.cage.lockdown as lock; lock.keep_to_paths = lambda **_: False; from portal.press",
    )
    monkeypatch.setattr(workshop, "_START", start)
    with pytest.raises(NotConverted, match="Landlock"):
        run(Workshop(CageLimits(), nothing), "-c", "open('letter.pdf', 'w').write('%PDF-')")


def test_nothing_is_left_of_a_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    program = LibreOffice.installed()
    assert program, "LibreOffice is not installed: run make test-parts"
    engines = [Basic(), LibreOffice(program)]
    for engine in engines:
        with pytest.raises(NotConverted):
            engine.draw(b"no letter", "docx")
    assert len(list(tmp_path.iterdir())) == len(engines), "what each keeps for the next letter"
    del engine, engines
    gc.collect()
    assert list(tmp_path.iterdir()) == []
