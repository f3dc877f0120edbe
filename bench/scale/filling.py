"""Tables as a portal of some years has them, filled set by set and past the product, in the schema as it is.

The same statements fill both databases. Ids follow from numbers by MD5, so they lie scattered as random ones do. A site
has three hundred children, a child one guardian and ten letters, and every second family opened its own. The
MACs of filled ledger entries are none: nothing that is measured here verifies them.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from string import Template

import psycopg

from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import Database

SITE = 300
LETTERS = 10
_GIVEN = ("ana", "teo", "mara", "omar", "lucia", "jonas", "amina", "wei", "sofia", "elias", "nora", "ravi", "ines")
_FAMILY = ("lindqvist", "okafor", "marin", "tran", "haddad", "novak", "silva", "brandt", "kimura", "dubois", "ferrari")


@dataclass(frozen=True, slots=True)
class Size:
    """So many links, and as much of everything else as goes with them."""

    links: int
    entries: int

    @property
    def children(self) -> int:
        return self.links // LETTERS

    @property
    def mailings(self) -> int:
        return -(-self.children // SITE) * LETTERS


def number_of(child: int) -> str:
    """Return a child's student number."""
    return f"s{10_000_000 + child}"


def address_of(guardian: int) -> str:
    return f"guardian.{10_000_000 + guardian}@families.example"


def id_of(kind: str, number: int) -> str:
    """Return the id of a filled row."""
    return hashlib.md5(f"{kind}{number}".encode()).hexdigest()


def _id(kind: str, number: str) -> str:
    return f"md5('{kind}' || ({number}))"


def _scope(number: str) -> str:
    """Return mailing, guardian and child of a link."""
    child = f"({number}) % $children"
    return f"{_id('mailing', _letter(number))}, {_id('guardian', child)}, {_id('child', child)}"


def _letter(number: str) -> str:
    return f"(({number}) % $children) / $site * $letters + ({number}) / $children"


def _pick(words: tuple[str, ...], by: str) -> str:
    whens = " ".join(f"WHEN {at} THEN '{word}'" for at, word in enumerate(words))
    return f"CASE ({by}) % {len(words)} {whens} END"


def _body() -> str:
    """Return an entry as long as those of the portal, of which only the person is looked for."""
    other = "0123456789abcdef" * 2
    facts = "".join(f',"{name}":"{other}"' for name in ("child", "copy", "disclosure", "link", "mailing", "opening"))
    head = '{"act":"copy:view","at":"2026-02-01T08:00:00.000000+00:00","by":"family:'
    return f"""'{head}' || {_id("guardian", _WHOSE)} || '"{facts}}}'"""


_WHOSE = f"n % (($entries + {LETTERS - 1}) / {LETTERS})"
_SITE, _SHA, _FAR = "'Site ' || (n / $site)", "md5('{0}' || n) || md5('{0}and' || n)", "'2030-01-01 00:00:00.000000'"
_FIRST, _LAST = _pick(_GIVEN, "n"), _pick(_FAMILY, "n / 13")
_NUMBER, _MAILBOX = "'s' || (10000000 + n)", "'guardian.' || (10000000 + ({0})) || '@families.example'"
_WAITS = "n < $site AND n < $children AND n % 4 = 1"
_SHAPES: dict[str, dict[str, str]] = {
    "staff_member 9": {
        "id": _id("staff", "n"), "address": "'staff.' || n", "address_key": "'staff.' || n", "name": "'Staff ' || n",
        "role": "CASE n % 3 WHEN 0 THEN 'admin' WHEN 1 THEN 'publisher' ELSE 'approver' END", "created_at": "at",
    },
    "child $children": {
        "id": _id("child", "n"), "student_number": _NUMBER, "source_id": _NUMBER, "given_name": _FIRST,
        "family_name": f"{_LAST} || '-' || (n / 1000)", "grade": "'3'", "seen_at": "at",
        "found_by": f"' ' || {_FIRST} || ' ' || {_LAST} || ' ' || {_NUMBER} || ' ' || {_MAILBOX.format('n')} || ' '",
    },
    "enrolment $children": {"child_id": _id("child", "n"), "site": _SITE, "program": "''"},
    "guardian $children": {
        "id": _id("guardian", "n"), "source_id": "'g' || n", "given_name": "'Alma'", "family_name": _LAST,
        "address": _MAILBOX.format("n"), "address_key": _MAILBOX.format("n"), "language": "''", "seen_at": "at",
    },
    "guardianship $children": {
        "guardian_id": _id("guardian", "n"), "child_id": _id("child", "n"), "basis": "'roster'", "may_view": "true",
        "starts_at": "at",
    },
    "person_word $children": {"word": _FIRST, "person_id": _id("child", "n")},
    "person_word  $children": {"word": _LAST, "person_id": _id("child", "n")},
    "person_word   $children": {"word": _NUMBER, "person_id": _id("child", "n")},
    "person_word    $children": {"word": _MAILBOX.format("n"), "person_id": _id("guardian", "n")},
    "roster_version 1": {
        "number": "1", "imported_at": "at", "format": "'bench'", "content_sha256": _SHA.format("roster"),
        "children": "$children", "guardians": "$children", "guardianships": "$children",
    },
    "mailing $mailings": {
        "id": _id("mailing", "n"), "title": "'Letter ' || n", "message": "'We begin on Monday.'", "link_days": "400",
        "confidential": "false", "state": "CASE n WHEN 0 THEN 'sending' ELSE 'sent' END", "version": "1", "round": "0",
        "author_id": _id("staff", "1"), "approver_id": _id("staff", "2"), "approval_waived": "false",
        "return_reason": "''", "created_at": "at", "approved_at": "at", "links_expire_at": _FAR,
    },
    "audience_term $mailings": {
        "mailing_id": _id("mailing", "n"), "kind": "'site'", "value": "'Site ' || (n / $letters)",
    },
    "mailing_site $mailings": {"mailing_id": _id("mailing", "n"), "site": "'Site ' || (n / $letters)"},
    "document $mailings": {
        "id": _id("document", "n"), "mailing_id": _id("mailing", "n"), "kind": "'shared'", "size": "10",
        "pages": "1",
        "file_name": "'letter ' || n || '.pdf'", "media_type": "'application/pdf'", "sha256": _SHA.format("file"),
        "parts_read": "1", "created_at": "at",
    },
    "copy $links": {
        "id": _id("copy", "n"), "document_id": _id("document", _letter("n")),
        "mailing_id": _id("mailing", _letter("n")), "kind": "'shared'", "child_id": _id("child", "n % $children"),
    },
    "link $links": {
        "mailing_id, guardian_id, child_id": _scope("n"), "id": _id("link", "n"), "edition": "1",
        "code_key_id": "'$key'",
        "code_lookup": _SHA.format("code"), "created_at": "at", "expires_at": _FAR, "revoked_why": "''",
    },
    "notice $links": {
        "id": _id("notice", "n"), "mailing_id": _id("mailing", _letter("n")),
        "guardian_id": _id("guardian", "n % $children"), "round": "0", "address": _MAILBOX.format("n % $children"),
        "state": f"CASE WHEN {_WAITS} THEN 'queued' ELSE 'sent' END", "attempts": "0", "due_at": "at", "reply": "''",
        "done_at": f"CASE WHEN {_WAITS} THEN NULL ELSE at END",
    },
    "notice_link $links": {
        "mailing_id, guardian_id, child_id": _scope("n"), "notice_id": _id("notice", "n"), "link_id": _id("link", "n"),
    },
    "family_session $openings": {
        "id": _SHA.format("session"), "guardian_id": _id("guardian", "2 * n % $children"), "created_at": "at",
        "expires_at": "at",
    },
    "opening $openings": {
        "mailing_id, guardian_id, child_id": _scope("2 * n"), "id": _id("opening", "n"),
        "link_id": _id("link", "2 * n"),
        "session_id": _SHA.format("session"), "opened_at": "at",
    },
    "disclosure $openings": {
        "mailing_id, guardian_id, child_id": _scope("2 * n"), "id": _id("disclosure", "n"),
        "kind": "'view'", "at": "at",
        "opening_id": _id("opening", "n"), "link_id": _id("link", "2 * n"), "copy_id": _id("copy", "2 * n"),
    },
    "ledger_entry $entries": {
        "seq": "n + 1", "act": "'copy:view'", "body": f"convert_to({_body()}, 'UTF8')", "key_id": "'$key'",
        "mac": "decode(md5('mac' || n), 'hex')",
    },
    "ledger_word $entries": {"word": f"word_of('by:family:' || {_id('guardian', _WHOSE)})", "seq": "n + 1"},
}  # fmt: skip
_NUMBERS = {
    False: "(SELECT n, '2026-01-05 06:00:00'::timestamptz + n * interval '$step seconds' AS at"
    " FROM generate_series(0, $upto - 1) AS n) AS numbers",
    True: "(WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < $upto)"
    " SELECT n, strftime('%Y-%m-%d %H:%M:%S.000000', 1767592800 + n * $step, 'unixepoch') AS at FROM counted)"
    " AS numbers",
}
"""What gives numbers and moments, on PostgreSQL and on SQLite."""
_DAYS = 300
_WORD_OF = """
CREATE FUNCTION word_of(text) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT (('x' || substr(encode(sha256(convert_to($1, 'UTF8')), 'hex'), 1, 16))::bit(64) >> 1)::bigint $$
"""


_PEOPLE = frozenset({"child", "enrolment", "guardian", "guardianship", "roster_version"})


def fill_people(database: Database, keys: KeyRing, children: int) -> None:
    """Fill in so many children, each with a guardian of its own, and nothing else."""
    fill(database, keys, Size(LETTERS * children, 0), only=_PEOPLE)


def fill(database: Database, keys: KeyRing, size: Size, *, only: frozenset[str] = frozenset()) -> None:
    """Fill the empty tables of a database at the newest schema, and have it learn how its values are spread.

    `only` these tables, or all.
    """
    facts = {"children": size.children, "letters": LETTERS, "mailings": size.mailings, "links": size.links,
             "openings": size.links // 2, "entries": size.entries, "site": SITE,
             "key": keys.ids("link-token")[-1]}  # fmt: skip
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        raw = connection.connection.driver_connection
        connection.detach()
        with _sqlite(raw) if isinstance(raw, sqlite3.Connection) else _postgresql(raw) as run:
            for what, columns in _SHAPES.items():
                table, _, rows = what.partition(" ")
                if only and table not in only:
                    continue
                upto = int(Template(rows).substitute(facts))
                step = f"{_DAYS * 86_400 / max(upto, 1):.6f}"
                names, values = ", ".join(columns), ", ".join(columns.values())
                statement = f"INSERT INTO {table} ({names}) SELECT {values} FROM {_NUMBERS[database.is_sqlite]}"
                run(Template(statement).substitute(facts, upto=upto, step=step))
            if only:
                return
            run(f"UPDATE ledger_head SET seq = {size.entries}, mac = (SELECT mac FROM ledger_entry LIMIT 1)")
            run(f"UPDATE ledger_watch SET indexed_seq = {size.entries}")


Run = Callable[[str], object]


@contextmanager
def _sqlite(raw: sqlite3.Connection) -> Iterator[Run]:
    """Give what runs a statement while no key and no trigger is asked."""
    raw.create_function("md5", 1, lambda said: hashlib.md5(said.encode()).hexdigest(), deterministic=True)
    raw.create_function("decode", 2, lambda said, _: bytes.fromhex(said), deterministic=True)
    raw.create_function("convert_to", 2, lambda said, _: said.encode(), deterministic=True)
    raw.create_function("word_of", 1, _word_of, deterministic=True)
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-800000"):
        raw.execute(f"PRAGMA {pragma}")
    for name, _ in triggers:
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("BEGIN")
    yield raw.execute
    raw.execute("COMMIT")
    for _, made in triggers:
        raw.execute(made)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _word_of(said: str) -> int:
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8], "big") >> 1


@contextmanager
def _postgresql(raw: psycopg.Connection) -> Iterator[Run]:
    """Give what runs a statement while no key and no trigger is asked; indexes are made at the end."""
    tables = sorted({what.partition(" ")[0] for what in _SHAPES})
    for setting in ("statement_timeout = 0", "session_replication_role = replica", "maintenance_work_mem = '512MB'"):
        raw.execute(f"SET {setting}")
    raw.execute(_WORD_OF)
    ready = "UPDATE pg_index SET indisready = false WHERE indrelid = ANY(%s::regclass[])"
    raw.execute(ready, [tables])
    yield raw.execute
    raw.execute("DROP FUNCTION word_of")
    for table in tables:
        raw.execute(f"REINDEX TABLE {table}")
        raw.execute(f"VACUUM ANALYZE {table}")
