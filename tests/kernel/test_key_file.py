"""A key file says which keys there are, which were turned, and which are dead; whatever else it says is refused."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.kernel.errors import StartRefused
from portal.kernel.secrets import keyfile
from portal.kernel.secrets.keyfile import (
    PARTS,
    MasterKey,
    Part,
    key_file_of,
    locked,
    make_key_file,
    read_key_file,
    replace_file,
    rotate_key_file,
)  # fmt: skip

NOW = datetime(2026, 8, 6, tzinfo=UTC)
FIRST, SECOND = "01234567" * 8, "89abcdef" * 9
HEAD = f"# the keys of Riverbend\n\nk001 2026-01-01 {FIRST}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "portal.keys"


def written(path: Path, text: str) -> Path:
    replace_file(path, text)
    return path


def said(path: Path) -> str:
    with pytest.raises(StartRefused) as refused:
        read_key_file(path)
    return refused.value.sentence


def test_it_holds_masters_turns_and_ends(path: Path) -> None:
    text = (
        f"{HEAD}turn link 2026-02-01\nturn link 2026-03-01\ndead k001.2 link 2026-03-02\ndead k001 code 2026-03-03\n"
        f"  k002 2026-04-01 {SECOND}  \n# turned again\nturn link 2026-05-01\n"
    )
    held = read_key_file(written(path, text))
    assert held.masters == (
        MasterKey("k001", "2026-01-01", bytes.fromhex(FIRST)),
        MasterKey("k002", "2026-04-01", bytes.fromhex(SECOND)),
    )
    assert held.lines == dict.fromkeys(PARTS, ("k001", "k002")) | {
        "link": ("k001", "k001.2", "k001.3", "k002", "k002.2")
    }
    assert held.dead == {("k001.2", "link"), ("k001", "code")}
    assert held.live("link") == ("k001", "k001.3", "k002", "k002.2")
    assert (held.live("code"), held.live("form")) == (("k002",), ("k001", "k002"))


def test_keys_alone_make_a_file_too() -> None:
    masters = [MasterKey("k001", "2026-01-01", bytes.fromhex(FIRST))]
    assert key_file_of(masters).lines == dict.fromkeys(PARTS, ("k001",))
    assert key_file_of(masters).masters == tuple(masters)
    assert key_file_of(masters).dead == frozenset()


@pytest.mark.parametrize("line", ["k002 2026-01-01 " + "0123456" * 10, "turn stamps 2026-01-01", "dead k001 link", "?"])
def test_a_line_that_is_no_key_is_named_by_its_number(path: Path, line: str) -> None:
    assert said(written(path, f"{HEAD}{line}\n")) == (
        f"Line 4 of the key file {path} is not a key: it needs an id, a date and 64 or more random hexadecimal digits."
    )


def test_nothing_is_turned_before_there_is_a_key(path: Path) -> None:
    assert said(written(path, "turn link 2026-01-01\n")).startswith(f"Line 1 of the key file {path} is not a key")


def test_each_refusal_says_what_is_wrong(path: Path) -> None:
    missing = f"There is no key file at {path}. Run `portal init`, or set PORTAL_KEY_FILE."
    assert said(path) == missing
    doubled = f"{HEAD}k001 2026-01-02 {SECOND}\n"
    assert said(written(path, doubled)) == f"Two keys in {path} have one id."
    none = "The key file holds no key. Run `portal init`."
    assert said(written(path, "# none\n")) == none
    assert said(written(path, f"{HEAD}dead k001 link 2026-02-01\n")) == none  # a part without a key starts nothing
    path.chmod(0o440)
    assert said(path) == f"Others on this machine may read the key file {path}. Run `chmod 0400 {path}`."
    path.unlink()
    path.mkdir(mode=0o700)
    assert said(path) == f"The key file {path} cannot be read: [Errno 21] Is a directory: '{path}'."


def test_bytes_that_are_no_ascii_are_refused(path: Path) -> None:
    path.write_bytes(f"# für uns\n{HEAD}".encode())
    path.chmod(0o400)
    assert said(path).startswith(f"The key file {path} cannot be read: 'ascii' codec can't decode byte 0xc3")


def test_a_new_file_lies_in_a_folder_of_its_own_with_one_good_key(tmp_path: Path) -> None:
    made = tmp_path / "etc" / "portal" / "portal.keys"
    make_key_file(made, NOW)
    assert made.parent.stat().st_mode & 0o777 == 0o700
    (master,) = read_key_file(made).masters
    assert (len(master.id), master.id[0], master.created, len(master.secret)) == (9, "k", "2026-08-06", 32)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_turn_of_one_part_leaves_the_others_as_they_were(path: Path, end: str) -> None:
    before = f"{HEAD.strip()}{end}"
    held = rotate_key_file(written(path, before), "link", compromised=False, now=NOW)
    assert path.read_text() == f"{HEAD}turn link 2026-08-06\n".lstrip()
    assert held == read_key_file(path)
    assert held.live("link") == ("k001", "k001.2")
    assert {held.live(part) for part in PARTS if part != "link"} == {("k001",)}


def test_a_key_in_wrong_hands_ends_for_its_part_or_for_all(path: Path) -> None:
    held = rotate_key_file(written(path, HEAD), "sign-in", compromised=True, now=NOW)
    assert held.dead == {("k001", "sign-in")}
    assert held.live("sign-in") == ("k001.2",)
    held = rotate_key_file(path, None, compromised=True, now=NOW)
    newest = held.masters[-1].id
    assert {held.live(part) for part in PARTS} == {(newest,)}
    assert path.read_text().count("dead ") == 1 + len(PARTS)
    assert held.lines["sign-in"] == ("k001", "k001.2", newest)
    assert path.stat().st_mode & 0o777 == 0o400


def test_a_new_master_ends_nothing_unless_it_is_asked_to(path: Path) -> None:
    held = rotate_key_file(written(path, HEAD), None, compromised=False, now=NOW)
    assert held.dead == frozenset()
    assert {len(held.live(part)) for part in PARTS} == {2}


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_turned_by_its_name(path: Path, part: Part) -> None:
    assert rotate_key_file(written(path, HEAD), part, compromised=True, now=NOW).live(part) == ("k001.2",)


def test_a_file_is_replaced_whole_from_beside_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, "before")
    beside: list[Path] = []
    real = Path.replace

    def noted(one: Path, other: Path) -> Path:
        assert path.read_text() == "before"
        assert (one.read_text(), one.stat().st_mode & 0o777) == ("after", 0o400)
        beside.append(one)
        return real(one, other)

    monkeypatch.setattr(Path, "replace", noted)
    written(path, "after")
    assert path.read_text() == "after"
    assert [one.parent for one in beside] == [path.parent]
    assert beside[0].name.startswith(".portal.keys.")


def test_a_file_that_cannot_be_written_says_so_and_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, "before")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(StartRefused) as refused:
        replace_file(path, "after")
    assert refused.value.sentence == f"{path} cannot be written: No space left on device."
    assert (path.read_text(), list(path.parent.iterdir())) == ("before", [path])


def test_a_file_that_lies_in_place_and_may_not_last_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, "before")
    real, synced = os.fsync, list[int]()

    def first_alone(handle: int) -> None:
        synced.append(handle)
        if len(synced) > 1:  # the folder's turn
            raise OSError(5, "Input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", first_alone)
    with pytest.raises(StartRefused) as refused:
        replace_file(path, "after")
    assert refused.value.sentence == f"{path} cannot be written: Input/output error."
    assert list(path.parent.iterdir()) == [path]


def test_no_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "portal.keys"
    with pytest.raises(StartRefused) as refused:
        replace_file(nowhere, "a secret")
    assert refused.value.sentence == f"{nowhere} cannot be written: No such file or directory."
    with pytest.raises(StartRefused, match="its folder cannot be written: No such file or directory"), locked(nowhere):
        pytest.fail("it was locked")


@pytest.mark.parametrize(("user", "given"), [(0, True), (1, False), (1000, False)])
def test_root_gives_what_it_writes_to_whoever_has_the_file_or_its_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch, user: int, *, given: bool
) -> None:
    told: list[tuple[int, int]] = []
    owners = {path: (7, 8), path.parent: (5, 6)}
    real = Path.stat

    class Owned:
        def __init__(self, one: Path) -> None:
            self.st_uid, self.st_gid = owners[one]
            self.st_mode = real(one).st_mode

    monkeypatch.setattr(keyfile.os, "geteuid", lambda: user)
    monkeypatch.setattr(keyfile.os, "fchown", lambda _handle, owner, group: told.append((owner, group)))
    monkeypatch.setattr(Path, "stat", lambda one, **_how: Owned(one) if one in owners else real(one))
    replace_file(path, "first")
    replace_file(path, "second")
    assert told == ([(5, 6), (7, 8)] if given else [])
