"""Whoever writes to the ledger behind the portal's back is found, at the first number that is wrong."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError

from portal.flows.keeping.verify_ledger import Broken, TooLongToWalk, Verified, export_head, verify_ledger
from portal.kernel.secrets.keyfile import rotate_key_file
from portal.kernel.secrets.keys import KeyRing, load_key_file, make_key_file
from portal.kernel.storage.db import Database
from portal.ledger import repository as ledger
from portal.ledger.errors import HeadNotOurs
from portal.ledger.rules import Act, Head, chain, read_head
from tests.conftest import NOON
from tests.parts.roles import owning

ENTRIES = 12


@pytest.fixture
def written(database: Database, keys: KeyRing) -> Database:
    """A ledger of twelve entries."""
    for number in range(1, ENTRIES + 1):
        with database.write() as session:
            ledger.append(session, keys, [Act("link:open", "family:x", {"number": number})], now=NOON)
    return database


def behind_its_back(database: Database, act: Callable[[Connection], object]) -> None:
    """Do something as somebody who owns the database and has taken its triggers away."""
    with owning(database) as connection:
        for table in ("ledger_entry", "disclosure", "incident_decision"):
            if database.is_sqlite:
                names = connection.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
                    {"table": table},
                ).scalars()
                for name in list(names):
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        act(connection)


def say(database: Database, statement: str, **values: object) -> None:
    behind_its_back(database, lambda connection: connection.execute(text(statement), values))


def verified(database: Database, keys: KeyRing, outside: Head | None = None) -> Verified | Broken:
    with database.read() as session:
        return verify_ledger(session, keys, outside=outside)


def head_now(database: Database, keys: KeyRing) -> str:
    with database.read() as session:
        return json.dumps(export_head(session, keys, organisation="Riverbend Schools", now=NOON))


def test_a_ledger_nobody_touched_is_whole(written: Database, keys: KeyRing) -> None:
    found = verified(written, keys, read_head(keys, head_now(written, keys)))
    assert isinstance(found, Verified)
    assert (found.entries, found.disclosures) == (ENTRIES, 0)


def test_a_new_ledger_is_whole_and_has_a_head(database: Database, keys: KeyRing) -> None:
    outside = read_head(keys, head_now(database, keys))
    assert (outside.seq, outside.mac) == (0, b"")
    assert verified(database, keys, outside) == Verified(0, 0, b"")


def test_a_clock_that_was_set_back_breaks_no_chain(written: Database, keys: KeyRing) -> None:
    with written.write() as session:
        ledger.append(session, keys, [Act("link:open", "family:x", {"number": 13})], now=NOON - timedelta(days=1))
    found = verified(written, keys)
    assert isinstance(found, Verified)
    assert found.entries == ENTRIES + 1


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        ("UPDATE ledger_entry SET body = :other WHERE seq = 5", 5),
        ("UPDATE ledger_entry SET act = 'link:refuse' WHERE seq = 7", 7),
        ("UPDATE ledger_entry SET mac = :other WHERE seq = 9", 9),
        ("UPDATE ledger_entry SET key_id = 'kffffffff' WHERE seq = 3", 3),
        ("DELETE FROM ledger_entry WHERE seq = 1", 1),
        ("DELETE FROM ledger_entry WHERE seq = 6", 6),
        ("DELETE FROM ledger_entry WHERE seq > 10", 11),
        ("DELETE FROM ledger_entry", 1),
        ("UPDATE ledger_entry SET seq = seq + 1000 WHERE seq >= 8", 8),
        ("UPDATE ledger_head SET seq = 4", 5),
        ("UPDATE ledger_head SET mac = :other", 13),
        ("DELETE FROM ledger_head", 13),
        ("INSERT INTO ledger_entry SELECT 0, act, body, key_id, mac FROM ledger_entry WHERE seq = 1", 0),
        ("INSERT INTO ledger_entry SELECT 13, act, body, key_id, mac FROM ledger_entry WHERE seq = 12", 13),
    ],
)
def test_the_first_bad_number_is_named(written: Database, keys: KeyRing, statement: str, first_bad: int) -> None:
    say(written, statement, **({"other": b"{}"} if ":other" in statement else {}))
    found = verified(written, keys)
    assert isinstance(found, Broken)
    assert found.seq == first_bad
    assert found.reason.endswith(".")


def test_what_is_of_another_kind_than_it_was_is_a_change(written: Database, keys: KeyRing) -> None:
    typed = "replace(body, 'link', 'line')" if written.is_sqlite else "convert_to('{}', 'UTF8')"  # SQLite's is a text
    for seq, change in ((9, f"mac = {typed}"), (7, "act = CAST(7 AS TEXT)"), (5, f"body = {typed}")):
        say(written, f"UPDATE ledger_entry SET {change} WHERE seq = {seq}")
        found = verified(written, keys)
        assert isinstance(found, Broken)
        assert found.seq == seq


def test_bytes_that_are_no_text_are_a_change_of_that_entry(written: Database, keys: KeyRing) -> None:
    if not written.is_sqlite:
        with pytest.raises(DataError):  # it takes no such bytes into a column of text
            say(written, "UPDATE ledger_entry SET act = convert_from('\\xff6c', 'UTF8') WHERE seq = 5")
        return
    for column, seq in (("key_id", 7), ("act", 5)):
        say(written, f"UPDATE ledger_entry SET {column} = CAST(x'ff6c' AS TEXT) WHERE seq = {seq}")
        found = verified(written, keys)
        assert found == Broken(seq, f"Entry {seq} was changed: it holds bytes that are no text.")


def test_two_entries_that_changed_places_are_found(written: Database, keys: KeyRing) -> None:
    for before, after in ((4, 999), (5, 4), (999, 5)):
        say(written, "UPDATE ledger_entry SET seq = :after WHERE seq = :before", before=before, after=after)
    found = verified(written, keys)
    assert isinstance(found, Broken)
    assert found.seq == 4


def cut_after(database: Database, seq: int) -> None:
    """Cut the end and move the head to where it then is: what is left is a good chain."""
    say(database, "DELETE FROM ledger_entry WHERE seq > :seq", seq=seq)
    say(database, "UPDATE ledger_head SET seq = :seq, mac = (SELECT mac FROM ledger_entry WHERE seq = :seq)", seq=seq)


def test_a_cut_end_is_found_against_a_head_from_outside_alone(written: Database, keys: KeyRing) -> None:
    outside = read_head(keys, head_now(written, keys))
    cut_after(written, 8)
    assert isinstance(verified(written, keys), Verified)
    found = verified(written, keys, outside)
    assert isinstance(found, Broken)
    assert found.seq == 9


def test_a_ledger_written_anew_with_the_key_is_found_against_a_head_from_outside(
    written: Database, keys: KeyRing
) -> None:
    outside = read_head(keys, head_now(written, keys))
    cut_after(written, 8)
    for _ in range(6):
        with written.write() as session:
            ledger.append(session, keys, [Act("link:open", "family:somebody-else")], now=NOON)
    assert isinstance(verified(written, keys), Verified)
    found = verified(written, keys, outside)
    assert isinstance(found, Broken)
    assert found.seq == ENTRIES


def test_an_older_head_still_fits_a_ledger_that_went_on(written: Database, keys: KeyRing) -> None:
    outside = read_head(keys, head_now(written, keys))
    with written.write() as session:
        ledger.append(session, keys, [Act("link:open", "family:x")], now=NOON + timedelta(days=1))
    assert isinstance(verified(written, keys, outside), Verified)


def test_entries_of_an_older_key_still_verify_after_a_newer_one_came(
    written: Database, keys: KeyRing, key_file: Path, tmp_path: Path
) -> None:
    newer = tmp_path / "newer.keys"
    make_key_file(newer, NOON)
    both = tmp_path / "both.keys"
    both.write_text(key_file.read_text() + newer.read_text())
    both.chmod(0o400)
    rotated = load_key_file(both)
    outside = read_head(rotated, head_now(written, keys))
    with written.write() as session:
        ledger.append(session, rotated, [Act("link:open", "family:x")], now=NOON)
    assert isinstance(verified(written, rotated, outside), Verified)
    found = verified(written, keys)
    assert isinstance(found, Broken)
    assert found.seq == ENTRIES + 1


@pytest.mark.parametrize("part", ["statement", "signature", "key_id", "public_key", "everything", "nothing"])
def test_a_head_that_is_not_ours_is_refused(written: Database, keys: KeyRing, tmp_path: Path, part: str) -> None:
    exported = json.loads(head_now(written, keys))
    if part == "everything":
        make_key_file(tmp_path / "theirs", NOON)
        theirs = load_key_file(tmp_path / "theirs")
        text_of_head = head_now(written, theirs)
    elif part == "nothing":
        text_of_head = "[1, 2]"
    else:
        exported[part] = exported[part].replace("12", "11") if part == "statement" else "00" * 32
        text_of_head = json.dumps(exported)
    if part == "public_key":
        assert read_head(keys, text_of_head).seq == ENTRIES  # the file's own key convinces nobody, either way
        return
    with pytest.raises(HeadNotOurs):
        read_head(keys, text_of_head)


def test_the_head_can_be_checked_by_others_with_the_public_key(written: Database, keys: KeyRing) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    exported = json.loads(head_now(written, keys))
    public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(exported["public_key"]))
    public_key.verify(bytes.fromhex(exported["signature"]), exported["statement"].encode())
    assert json.loads(exported["statement"])["seq"] == ENTRIES


def test_a_page_does_not_walk_a_ledger_that_is_too_long_for_it(written: Database, keys: KeyRing) -> None:
    with written.read() as session, pytest.raises(TooLongToWalk):
        verify_ledger(session, keys, most=ENTRIES - 1)
    with written.read() as session:
        assert isinstance(verify_ledger(session, keys, most=ENTRIES), Verified)


def test_verifying_sees_one_state_while_others_go_on_writing(written: Database, keys: KeyRing) -> None:
    with written.read() as session:
        walk = verify_ledger(session, keys)
        with written.write() as other:
            ledger.append(other, keys, [Act("link:open", "family:x")], now=NOON)
        assert ledger.head(session)[0] == ENTRIES
    assert isinstance(walk, Verified)
    assert isinstance(verified(written, keys), Verified)


def test_the_mac_covers_the_number_the_act_and_all_before_it(keys: KeyRing) -> None:
    entry = {"seq": 1, "previous": b"", "act": "a:b", "body": b"{}", "key_id": keys.newest("ledger-chain")}
    macs = {chain(keys, **entry | change) for change in ({}, {"seq": 2}, {"act": "a:c"}, {"previous": b"x"})}  # type: ignore[arg-type]  # the test varies one part at a time
    assert len(macs) == 4


def test_an_end_that_is_written_with_a_key_that_was_replaced_is_found(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "portal.keys"
    make_key_file(path, NOON)
    old = load_key_file(path)
    rotate_key_file(path, "ledger", compromised=True, now=NOON)
    new = load_key_file(path)
    for keys in (old, new):
        with database.write() as session:
            ledger.append(session, keys, [Act("link:open", "family:x")], now=NOON)
    assert isinstance(verified(database, new), Verified)
    thief = KeyRing(old._held.file.masters)
    with database.write() as session:
        ledger.append(session, thief, [Act("link:open", "family:x")], now=NOON)
    assert verified(database, new) == Broken(3, "Entry 3 was written with a key that had been replaced before it.")


def test_a_head_from_before_a_rotation_still_counts(written: Database, keys: KeyRing, tmp_path: Path) -> None:
    path = tmp_path / "portal.keys"
    path.write_text("".join(f"{one.id} {one.created} {one.secret.hex()}\n" for one in keys._held.file.masters))
    path.chmod(0o400)
    before = head_now(written, keys)
    rotate_key_file(path, "ledger", compromised=False, now=NOON)
    rotate_key_file(path, None, compromised=False, now=NOON)
    turned = load_key_file(path)
    assert json.loads(head_now(written, turned))["public_key"] != json.loads(before)["public_key"]
    assert isinstance(verified(written, turned, read_head(turned, before)), Verified)
