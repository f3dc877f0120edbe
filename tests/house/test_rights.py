"""Every table has its place among the rights of PostgreSQL's roles; a new one needs a decision."""

import re

from portal.schema import APPEND_ONLY, metadata
from portal.schema.rights import FAMILIES, HOUSE_ALONE, NOT_BY_WORKERS, NOT_CHANGED
from tests.house.tree import HOUSE, modules, named


def test_every_table_is_a_familys_or_the_houses_alone() -> None:
    assert FAMILIES.keys() | HOUSE_ALONE == metadata.tables.keys()
    assert not FAMILIES.keys() & HOUSE_ALONE


def test_no_role_that_serves_changes_a_record() -> None:
    assert set(APPEND_ONLY) <= NOT_CHANGED.keys() <= metadata.tables.keys()
    assert {NOT_CHANGED[table] for table in APPEND_ONLY} == {"SELECT, INSERT"}
    assert not any("DELETE" in may for may in (*NOT_CHANGED.values(), *(narrow.may for narrow in FAMILIES.values())))
    assert metadata.tables.keys() >= NOT_BY_WORKERS


def test_no_page_of_a_family_asks_the_database_as_the_site() -> None:
    web = HOUSE / "portal" / "web"
    theirs = [path for path in modules("portal") if path.parent == web / "family"]
    theirs += [web / name for name in ("render_family.py", "dead.py", "lost.py", "problems.py")]
    assert len(theirs) > 10
    assert [named(path) for path in theirs if re.search(r"house\.db\b", path.read_text())] == []
