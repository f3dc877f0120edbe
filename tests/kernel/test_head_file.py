"""The head file is replaced whole, kept aside as proof, and changed by one process at a time."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.headfile import HeadFile

NOW = datetime(2026, 8, 6, 14, 30, 5, tzinfo=UTC)


@pytest.fixture
def head(tmp_path: Path) -> HeadFile:
    return HeadFile(tmp_path / "etc" / "portal" / "portal.keys.head")


def test_it_holds_what_was_written_last(head: HeadFile) -> None:
    assert head.read() is None
    with head.held():
        head.write("first")
        head.write("second")
    assert head.read() == "second"
    assert head.path.stat().st_mode & 0o777 == 0o400
    assert head.path.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_no_ascii_is_not_read(head: HeadFile) -> None:
    head.path.parent.mkdir(parents=True)
    head.path.write_bytes("für".encode())
    with pytest.raises(UnicodeDecodeError):
        head.read()


def test_what_was_set_aside_bears_its_time(head: HeadFile) -> None:
    with head.held():
        head.write("proof")
    head.set_aside(NOW)
    assert head.read() is None
    assert head.path.with_name("portal.keys.head.20260806T143005Z").read_text() == "proof"


def test_nobody_else_holds_it_meanwhile(head: HeadFile) -> None:
    with head.held():
        child = os.fork()
        if child == 0:
            import fcntl

            handle = os.open(head.path.with_name("portal.keys.head.lock"), os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os._exit(17)
            os._exit(0)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 17
    with head.held():
        pass


def test_it_is_where_the_settings_say_or_nowhere(settings: Settings) -> None:
    kept = HeadFile.of(settings)
    assert kept is not None
    assert settings.head is not None
    assert kept.path == settings.head
    none = settings.model_copy(update={"head_file": Path("off")})
    assert HeadFile.of(none) is None
