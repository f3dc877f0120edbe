"""A person types the beginning of an id: one that several have is refused with those, and the whole one is said."""

import json
from collections.abc import Callable

import pytest
from sqlmodel import col, select, update
from typer.testing import Result

from portal.documents.tables import Document
from portal.families.errors import NoSuchChild
from portal.families.tables import Guardian
from portal.kernel.clock import utc_now
from portal.kernel.errors import WrongCall
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter

Run = Callable[..., Result]
WRITER, ADMIN = "rosa@riverbend.example.org", "ida@riverbend.example.org"
LIKE = "abcd" + "0" * 27


@pytest.fixture
def mailing_id(house: House, cast: Cast) -> str:
    return send_letter(house, cast, now=utc_now())


def two_of(house: House, table: type[Mailing | Document | Guardian], id_: str) -> None:
    """Put a second row beside one, whose id differs from a made-up first in its last digit."""
    with house.db.write() as session:
        row = session.get_one(table, id_)
        for digit in "12":
            values = row.model_dump() | {"id": LIKE + digit}
            if isinstance(row, Document):
                values["place"] = int(digit)
            if isinstance(row, Guardian):
                values["source_id"] = f"like-{digit}"
            session.add(table(**values))


ALL = {
    "mailing": [
        ("mailing", "submit", "abcd", "--by", WRITER),
        ("mailing", "approve", "abcd", "--by", WRITER),
        ("mailing", "return", "abcd", "--by", WRITER),
        ("mailing", "stop", "abcd", "--by", WRITER),
        ("mailing", "preview", "abcd", "--by", WRITER),
        ("mailing", "status", "abcd"),
        ("mailing", "pause", "abcd", "--by", WRITER),
        ("mailing", "continue", "abcd", "--by", WRITER),
        ("mailing", "schedule", "abcd", "now", "--by", WRITER),
        ("mailing", "again", "abcd", "--by", WRITER),
        ("mailing", "remind", "abcd", "--by", WRITER),
        ("mailing", "top-up", "abcd", "--by", WRITER),
        ("mailing", "print", "abcd", "--by", WRITER, "--out", "pages.pdf"),
        ("revoke", "--mailing", "abcd", "--by", ADMIN, "--reason", "x"),
        ("shred", "--mailing", "abcd", "--by", ADMIN, "--reason", "x"),
        ("hold", "abcd", "--by", ADMIN, "--reason", "x"),
        ("incident", "freeze", "abcd", "--by", ADMIN, "--reason", "x"),
        ("incident", "undo", "abcd", "--by", ADMIN, "--reason", "x"),
        ("incident", "pack", "abcd", "--by", ADMIN),
    ],
    "document": [
        ("document", "replace", "abcd", "--file", __file__, "--by", WRITER),
        ("revoke", "--document", "abcd", "--by", ADMIN, "--reason", "x"),
        ("shred", "--document", "abcd", "--by", ADMIN, "--reason", "x"),
    ],
    "guardian": [
        ("revoke", "--guardian", "abcd", "--by", ADMIN, "--reason", "x"),
        ("revoke", "--guardianship", "abcd", "1", "--by", ADMIN, "--reason", "x"),
        ("erase", "--guardian", "abcd", "--by", ADMIN, "--reason", "x"),
        ("guardianship", "restrict", "abcd", "1", "--reason", "x"),
        ("guardianship", "end", "abcd", "1", "--reason", "x"),
        ("guardianship", "lift", "abcd", "1", "--reason", "x", "--by", ADMIN),
    ],
}


@pytest.mark.parametrize("kind", ALL)
def test_a_beginning_that_several_have_is_refused_with_those_by_every_command(
    portal: Run, house: House, cast: Cast, mailing_id: str, kind: str
) -> None:
    with house.db.read() as session:
        document = session.exec(select(Document.id).where(col(Document.mailing_id) == mailing_id)).one()
    tables: dict[str, tuple[type[Mailing | Document | Guardian], str]] = {
        "mailing": (Mailing, mailing_id), "document": (Document, document), "guardian": (Guardian, cast.rosa_r)
    }  # fmt: skip
    two_of(house, *tables[kind])
    for words in ALL[kind]:
        with pytest.raises(WrongCall, match=f"Several ids begin with “abcd”.*\n  {LIKE}1 .*\n  {LIKE}2 "):
            portal(*words)
        short = ["abc" if word == "abcd" else word for word in words]
        with pytest.raises(WrongCall, match="at least its first 4 characters"):
            portal(*short)


def test_the_whole_id_is_said_by_what_takes_back(portal: Run, house: House, cast: Cast, mailing_id: str) -> None:
    link = link_of(house, mailing_id, cast.rosa_r, cast.other_ana)
    done = portal("revoke", "--link", link[:8].upper(), "--by", ADMIN, "--reason", "Wrong.", "--json")
    told = json.loads(done.stdout)
    assert (told["what"], told["id"], told["links"]) == ("link", link, 1)
    assert f"“{link[:8]}” is link {link} (" in done.stderr.replace("\n", " ")
    shown = json.loads(portal("link", "show", link[:8], "--json").stdout)
    assert (shown["link"], shown["opens"]) == (link, False)
    fresh = json.loads(portal("link", "reissue", link[:8], "--by", ADMIN, "--json").stdout)
    assert fresh["link"] == link
    assert json.loads(portal("mailing", "status", mailing_id[:6], "--json").stdout)["mailing"] == mailing_id
    assert portal("revoke", "--link", link, "--by", ADMIN, "--reason", "Wrong.").stderr == ""


def test_the_list_has_whole_ids_however_narrow_the_terminal_is(
    portal: Run, house: House, mailing_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.db.write() as session:
        session.exec(update(Mailing).values(title="A letter with a title that is as long as a title may be, " * 2))
    monkeypatch.setattr("portal.cli.opening.people._width", 50)
    assert mailing_id in portal("mailing", "list").stdout


def test_a_link_and_a_child_are_found_with_ids_that_other_commands_take(
    portal: Run, house: House, cast: Cast, mailing_id: str
) -> None:
    link = link_of(house, mailing_id, cast.rosa_r, cast.other_ana)
    found = [json.loads(line) for line in portal("link", "find", "rivera", "--json").stdout.splitlines()]
    (mine,) = [one for one in found if one["link"] == link]
    assert (mine["mailing"], mine["guardian"], mine["revoked_at"]) == (mailing_id, cast.rosa_r, None)
    assert link in portal("link", "find", mine["child"]).stdout
    assert portal("link", "find", "nobody at all").stdout == "No link is like that.\n"
    shown = json.loads(portal("child", "show", mine["child"], "--json").stdout)
    assert cast.rosa_r in {one["guardian"] for one in shown["guardians"]}
    assert link in {one["link"] for one in shown["letters"]}
    words = portal("child", "show", mine["child"]).stdout
    assert "…" not in words, "nothing is cut where the terminal is narrow"
    assert cast.rosa_r in words
    assert link in words
    with pytest.raises(NoSuchChild):
        portal("child", "show", "no-such-number")


def test_mailings_are_listed_by_their_state(portal: Run, mailing_id: str) -> None:
    held = portal("mailing", "list", "--state", "held", "--state", "waiting", "--json").stdout
    assert json.loads(held)["mailing"] == mailing_id
    assert portal("mailing", "list", "--state", "sent").stdout == "There is no mailing in this state.\n"
    with pytest.raises(WrongCall, match=r"There is no state gone\. There are: draft, "):
        portal("mailing", "list", "--state", "gone")
