"""The ledger's chain: what an entry's bytes are, what vouches for them, and how an entry is found again."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.secrets.keys import KeyRing, MasterKey, Purpose
from portal.ledger.errors import HeadNotOurs
from portal.ledger.rules import (
    Act,
    Chain,
    Entry,
    Fact,
    Head,
    Wanted,
    canonical,
    chain,
    head_statement,
    link_up,
    read_head,
    signed_head,
    takes_back,
    time_of,
    words_of,
)

NOW = datetime(2026, 8, 6, 12, tzinfo=UTC)
OLD, NEW = MasterKey("old1", "2026-01-01", bytes(range(32))), MasterKey("new1", "2026-02-01", bytes(range(1, 33)))
RING = KeyRing((OLD, NEW))
STRANGERS = KeyRing((MasterKey("new1", "2026-02-01", bytes(range(9, 41))),))
APPROVED = Act("mailing:approve", "cli:root/staff:rosa", {"mailing": "oak", "links": 3})
STATEMENT = '{"at":"2026-08-06T12:00:00+00:00","mac":"00ff","organisation":"Riverbend Schools","seq":7}'


def entry(act: str, by: str = "staff:rosa", **about: Fact) -> Entry:
    return Entry(1, act, canonical(Act(act, by, about), NOW), "new1", b"")


@pytest.mark.parametrize(
    ("act", "harms"),
    [
        ("copy:view", False),
        ("link:refuse", False),
        ("arrival:take", False),
        ("link:revoke", True),
        ("person:erase", True),
        ("an act of tomorrow", True),
        ("", True),
    ],
)
def test_every_act_that_is_not_known_to_be_harmless_may_be_missed(act: str, *, harms: bool) -> None:
    assert takes_back(act) is harms


def test_an_entry_is_json_that_is_written_in_one_way_alone() -> None:
    act = Act("copy:view", "family:x", {"pages": 3, "bare": True, "none": None, "ids": ["b", "a"], "abc": "Zoë"})
    assert canonical(act, NOW) == (
        b'{"abc":"Zo\\u00eb","act":"copy:view","at":"2026-08-06T12:00:00.000000+00:00","bare":true,"by":"family:x",'
        b'"ids":["b","a"],"none":null,"pages":3}'
    )


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))])))
def test_an_entry_tells_when_it_was_written(at: datetime) -> None:
    assert time_of(canonical(APPROVED, at)) == at


def test_an_entry_has_the_mac_it_always_had() -> None:
    macs = [chain(RING, seq=1, previous=b"", act="a:b", body=b"{}", key_id=key_id).hex() for key_id in ("old1", "new1")]
    assert macs == [
        "b8e28b1a04cc2e4b17af76eb68d8bf15eddca307e41bed3c19c1479e4f97b21e",
        "7f46f84c7b4762696f94d75972a0c5b85674d825b1a99c641b05a40e063449dd",
    ]


@given(st.lists(st.tuples(st.sampled_from(["copy:view", "ü", ""]), st.binary(max_size=300), st.booleans()), max_size=5))
def test_a_mac_is_over_the_number_the_mac_before_the_act_and_the_bytes(told: list[tuple[str, bytes, bool]]) -> None:
    macs, previous = Chain(RING), b""
    for seq, (act, body, is_old) in enumerate(told, start=254):  # over the first byte of a number
        key_id = "old1" if is_old else "new1"
        mac = macs.mac(seq=seq, previous=previous, act=act, body=body, key_id=key_id)
        parts = (seq.to_bytes(8, "big"), previous, act.encode(), body)
        assert mac == RING.mac("ledger-chain", *parts, key_id=key_id)
        assert mac == chain(RING, seq=seq, previous=previous, act=act, body=body, key_id=key_id)
        previous = mac


def test_whoever_walks_the_ledger_looks_each_key_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Purpose, str | None]] = []
    real = KeyRing.key

    def noted(ring: KeyRing, purpose: Purpose, key_id: str | None = None) -> bytes:
        asked.append((purpose, key_id))
        return real(ring, purpose, key_id)

    monkeypatch.setattr(KeyRing, "key", noted)
    macs = Chain(RING)
    for key_id in ("new1", "new1", "old1", "new1"):
        macs.mac(seq=1, previous=b"", act="copy:view", body=b"{}", key_id=key_id)
    assert asked == [("ledger-chain", "new1"), ("ledger-chain", "old1")]
    with pytest.raises(KeyError, match="old2"):
        macs.mac(seq=1, previous=b"", act="copy:view", body=b"{}", key_id="old2")


def test_entries_follow_each_other_from_where_the_ledger_ends() -> None:
    acts = [APPROVED, Act("link:open", "family:x"), APPROVED]
    entries = link_up(RING, seq=41, previous=b"the MAC of entry 41", acts=acts, now=NOW)
    assert [one.seq for one in entries] == [42, 43, 44]
    assert [one.act for one in entries] == [act.name for act in acts]
    assert [one.body for one in entries] == [canonical(act, NOW) for act in acts]
    assert {one.key_id for one in entries} == {"new1"}
    previous = b"the MAC of entry 41"
    for one in entries:
        assert one.mac == chain(
            RING, seq=one.seq, previous=previous, act=one.act, body=one.body, key_id=one.key_id
        )  # fmt: skip
        previous = one.mac
    assert link_up(RING, seq=41, previous=b"", acts=[], now=NOW) == []


def test_what_names_a_key_is_made_with_that_one_though_a_newer_one_comes_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(KeyRing, "newest", lambda *_: "old1")  # it was the newest when somebody asked
    (stored,) = link_up(RING, seq=0, previous=b"", acts=[APPROVED], now=NOW)
    by_old = chain(RING, seq=1, previous=b"", act=stored.act, body=stored.body, key_id="old1")
    assert (stored.key_id, stored.mac) == ("old1", by_old)
    head = signed_head(RING, organisation="Riverbend Schools", seq=1, mac=stored.mac, at=NOW)
    assert head["key_id"] == "old1"
    assert read_head(RING, json.dumps(head)) == Head(1, stored.mac, NOW)


def test_a_head_is_signed_so_that_others_can_check_it() -> None:
    head = signed_head(RING, organisation="Riverbend Schools", seq=7, mac=b"\x00\xff", at=NOW)
    assert head["statement"] == STATEMENT
    assert STATEMENT.encode() == head_statement(organisation="Riverbend Schools", seq=7, mac=b"\x00\xff", at=NOW)
    assert (set(head), head["key_id"]) == ({"statement", "signature", "key_id", "public_key"}, "new1")
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"]))
    public.verify(bytes.fromhex(head["signature"]), head["statement"].encode())
    assert public == RING.signer("new1").public_key()


@given(st.integers(0, 1 << 40), st.binary(max_size=32), st.text(max_size=20))
def test_a_head_of_ours_reads_back(seq: int, mac: bytes, organisation: str) -> None:
    for ring in (RING, KeyRing((OLD,))):  # a head that an older key signed is still ours
        told = json.dumps(signed_head(ring, organisation=organisation, seq=seq, mac=mac, at=NOW))
        assert read_head(RING, told) == Head(seq, mac, NOW)
        with pytest.raises(HeadNotOurs):
            read_head(STRANGERS, told)


def signed(statement: str, /, **other: object) -> dict[str, object]:
    return {
        "statement": statement,
        "signature": RING.signer("new1").sign(statement.encode()).hex(),
        "key_id": "new1",
    } | other


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        "a word",
        7,
        {},
        signed(STATEMENT, statement=STATEMENT.replace("7", "8")),
        signed(STATEMENT, statement=7),
        signed(STATEMENT, signature="no number"),
        signed(STATEMENT, signature="00" * 64),
        signed(STATEMENT, signature=None),
        signed(STATEMENT, key_id="old1"),
        signed(STATEMENT, key_id="old2"),
        *({name: value for name, value in signed(STATEMENT).items() if name != left} for left in signed(STATEMENT)),
        signed("no JSON"),
        signed("[]"),
        signed(STATEMENT.replace("seq", "number")),
        signed(STATEMENT.replace("00ff", "ours")),
        signed(STATEMENT.replace("2026-", "")),
    ],
)
def test_a_head_that_was_not_signed_by_us_or_says_nothing_is_refused(told: object) -> None:
    assert read_head(RING, json.dumps(signed(STATEMENT))) == Head(7, b"\x00\xff", NOW)
    with pytest.raises(HeadNotOurs):
        read_head(RING, json.dumps(told))


def test_what_is_no_json_is_no_head() -> None:
    with pytest.raises(HeadNotOurs):
        read_head(RING, "{")


def word(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest()[:16], 16) // 2


def test_an_entry_stands_under_the_words_it_always_stood_under() -> None:
    """The index in the database holds them; a release that made others would find nothing older than itself."""
    assert word("by:staff:rosa") == 2818380958527936703
    texts = {f"by:{one}" for one in ("cli:root/staff:rosa", "cli:root", "staff:rosa")}
    texts |= {f"{one}|mailing:approve" for one in texts} | {"about:oak"}
    assert words_of(entry("mailing:approve", "cli:root/staff:rosa", mailing="oak", links=3)) == set(map(word, texts))
    plain = {word("by:family:x"), word("by:family:x|link:open")}
    assert words_of(entry("link:open", "family:x", pages=3, reason="oak")) == plain
    assert words_of(Entry(1, "a", b"{}", "new1", b"")) == {word("by:"), word("by:|a")}


@pytest.mark.parametrize(
    "name", ["child", "copy", "device", "document", "guardian", "link", "mailing", "picture", "staff"]
)
def test_an_entry_is_found_by_whatever_it_is_about(name: str) -> None:
    def about(fact: Fact) -> Entry:
        return Entry(1, "an:act", canonical(Act("an:act", "staff:rosa", {name: fact}), NOW), "new1", b"")

    assert Wanted(about="an id").fits(about("an id"))
    assert word("about:an id") in words_of(about("an id"))
    assert word("about:7") not in words_of(about(7))


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (Wanted(), []),
        (Wanted(act="an:act"), []),
        (Wanted(by="staff:rosa"), ["by:staff:rosa"]),
        (Wanted(act="an:act", by="staff:rosa"), ["by:staff:rosa|an:act"]),
        (Wanted(about="oak"), ["about:oak"]),
        (Wanted(act="an:act", by="staff:rosa", about="oak"), ["about:oak", "by:staff:rosa|an:act"]),
    ],
)
def test_the_index_is_asked_for_the_rarest_word_first(wanted: Wanted, texts: list[str]) -> None:
    assert wanted.words == [word(text) for text in texts]


@pytest.mark.parametrize(
    ("wanted", "does"),
    [
        (Wanted(), True),
        (Wanted(act="mailing:approve"), True),
        (Wanted(act="mailing:draft"), False),
        (Wanted(by="staff:rosa"), True),
        (Wanted(by="cli:root"), True),
        (Wanted(by="cli:root/staff:rosa"), True),
        (Wanted(by="staff:omar"), False),
        (Wanted(by="staff:rosa", act="mailing:approve"), True),
        (Wanted(by="staff:rosa", act="mailing:draft"), False),
        (Wanted(about="oak"), True),
        (Wanted(about="elm"), False),
        (Wanted(about="3"), False),
        (Wanted(about="oak", by="staff:rosa"), True),
        (Wanted(about="oak", by="staff:omar"), False),
        (Wanted(about="elm", by="staff:rosa"), False),
        (Wanted(about="oak", act="mailing:draft"), False),
    ],
)
def test_an_entry_fits_when_everything_that_is_asked_for_does(wanted: Wanted, *, does: bool) -> None:
    assert wanted.fits(entry(APPROVED.name, APPROVED.by, mailing="oak", links=3)) is does


def test_of_a_shell_with_a_slash_in_its_name_the_person_is_found() -> None:
    found = entry("an:act", "cli:district/night/staff:rosa")
    assert Wanted(by="staff:rosa").fits(found)
    assert Wanted(by="cli:district/night").fits(found)
    assert not Wanted(by="cli:district").fits(found)


def test_an_entry_by_nobody_is_found_by_no_name() -> None:
    nobody = Entry(1, "an:act", b'{"mailing":"oak"}', "new1", b"")
    assert not Wanted(by="None").fits(nobody)
    assert Wanted(about="oak").fits(nobody)
    assert not Wanted(about="None").fits(nobody)


ACTS, ACTORS, IDS = ["mailing:draft", "mailing:approve"], ["staff:rosa", "cli:root", "family:x"], ["oak", "elm"]
entries = st.builds(
    lambda act, by, shell, **about: entry(act, f"{shell}{by}", **about),
    *(st.sampled_from(ACTS), st.sampled_from(ACTORS), st.sampled_from(["", "cli:root/"])),
    mailing=st.sampled_from(IDS), child=st.sampled_from(IDS), number=st.integers(0, 9),
)  # fmt: skip
questions = st.builds(
    Wanted, st.sampled_from(["", *ACTS]), st.sampled_from(["", *ACTORS]), st.sampled_from(["", *IDS, "ash"])
)


@given(entries, questions)
def test_the_index_finds_what_fits_and_nothing_else(stored: Entry, wanted: Wanted) -> None:
    by_words = set(wanted.words) <= words_of(stored) and wanted.act in {"", stored.act}
    assert wanted.fits(stored) is by_words
    assert wanted.fits(replace(stored, seq=99, mac=b"other")) is by_words
