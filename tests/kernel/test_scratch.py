"""What lies unsealed on disk is gone with the work, and after a kill with the next start."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.kernel.machine.scratch import clear_scratch, scratch

_OLD = time.time() - 3_600
_DIES = """
import os
from portal.kernel.machine.scratch import scratch
with scratch() as folder:
    (folder / "letter").write_text("Ana")
    print(folder, flush=True)
    os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def _aged(path: Path, since: float = _OLD) -> Path:
    os.utime(path, (since, since), follow_symlinks=False)
    return path


def test_a_folder_is_for_its_owner_alone_and_gone_after_an_error(here: Path) -> None:
    def work() -> None:
        with scratch() as folder:
            assert folder.stat().st_mode & 0o777 == 0o700
            (folder / "letter").write_text("Ana")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert list(here.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_another_works_in_is_not(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DIES],
        env=os.environ | {"TMPDIR": str(here)},
        capture_output=True,
        text=True,
        check=False,
    )
    left = Path(done.stdout.strip())
    assert (left / "letter").read_text() == "Ana"
    with scratch() as mine:
        (mine / "letter").write_text("Luis")
        assert clear_scratch() == 0, "it may be one that is about to be locked"
        _aged(left)
        _aged(mine, _OLD - 200_000)
        assert clear_scratch() == 1
        assert not left.exists()
        assert (mine / "letter").read_text() == "Luis"


def test_what_nobody_locked_is_left_for_a_day_and_a_strangers_never_followed(here: Path) -> None:
    posted, bare, other = here / "portal-posted_1", here / "portal-bare0000", here / "other"
    posted.write_text("Ana")
    bare.mkdir()
    (other / "kept").mkdir(parents=True)
    (here / "portal-press-kept0000").mkdir()
    (here / "portal-link0000").symlink_to(other)
    for one in (posted, bare, here / "portal-link0000"):
        _aged(one)
    assert clear_scratch() == 0
    for one in (posted, bare, *here.glob("portal-*0000"), other):
        _aged(one, _OLD - 90_000)
    assert clear_scratch() == 2
    assert sorted(one.name for one in here.iterdir()) == ["other", "portal-link0000", "portal-press-kept0000"]
    assert (other / "kept").is_dir()
