"""Families are found by how names begin, through an index on both databases, however they are typed."""

import pytest
from sqlalchemy import event, inspect, text
from sqlmodel import Session, col, update

from portal.families.repository import searching, words
from portal.families.tables import Child
from portal.kernel.folding import folded, words_in
from portal.overviews import finding, targets
from portal.wiring import House
from tests.cast import Cast
from tests.flows.district import Office, everybody, with_cells


def numbers(session: Session, typed: str, sites: frozenset[str] | None = None) -> list[str]:
    rows = searching.children_page(session, sites, search=typed, after=None, limit=51)
    return sorted(row.student_number for row in rows)


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Zoë O’Hara", "zoe OHARA"),
     ("Nguyễn Đức", "duc nguyen"), ("José García-López", "lopez jos"), ("Łukasz", "lukasz"),
     ("أحمد", "احمد"), ("Groß", "gross"), ("王小明", "王小")],
)  # fmt: skip
def test_a_name_is_found_however_it_is_typed(name: str, typed: str) -> None:
    assert all(any(word.startswith(part) for word in words_in(name)) for part in words_in(typed))
    assert folded(name) == folded(name.upper())


def test_an_import_keeps_the_words(house: House, office: Office, cast: Cast) -> None:
    assert cast
    office.take_in(with_cells("diego", guardian_family_name="Öztürk", guardian_email="dio@mail.example.org"))
    with house.db.read() as session:
        assert numbers(session, "ozturk") == ["100001", "100002"]
        assert numbers(session, "dio@mail") == ["100001", "100002"]
        assert numbers(session, "diego.rivera@mail") == []
    office.take_in(everybody())
    with house.db.read() as session:
        assert numbers(session, "ozturk") == []
        assert numbers(session, "diego.rivera@mail") == ["100001", "100002"]


def test_the_first_import_leaves_the_index_as_it_was(house: House, office: Office) -> None:
    before = inspect(house.db.engine).get_indexes("person_word")
    office.take_in(everybody())
    assert inspect(house.db.engine).get_indexes("person_word") == before != []
    with house.db.read() as session:
        assert numbers(session, "rivera") == ["100001", "100002", "100004"]


def test_who_is_forgotten_is_found_no_more(house: House, cast: Cast) -> None:
    with house.db.write() as session:
        session.exec(update(Child).where(col(Child.id) == cast.sam).values(given_name="", family_name=""))
        words.index(session, [cast.sam])
        assert numbers(session, "sam") == []
        words.forget(session, [cast.sam, cast.ngozi, cast.emeka])
        assert numbers(session, "okafor") == []


SERIES = {
    True: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT {} FROM n",
    False: "SELECT {} FROM generate_series(1, 5000) AS n(i)",
}
CROWD = {
    "person_word (word, person_id)": "'www' || (i * 7919 % 5000), 'x' || i",
    "person_word  (word, person_id)":
        "CASE i % 10 WHEN 0 THEN 'mar' ELSE 'v' END || i, CASE i % 4 WHEN 0 THEN 'g' ELSE 'x' END || i",
    "child (id, student_number, source_id, given_name, family_name, grade, seen_at)":
        "'x' || i, 'n' || i, 'n' || i, 'A' || i, 'B' || i % 100, '', '2026-08-06 12:00:00'",
    "guardian (id, source_id, given_name, family_name, language, seen_at)":
        "'g' || i, 'g' || i, 'A', 'B', '', '2026-08-06 12:00:00'",
    "guardianship (guardian_id, child_id, basis, may_view, starts_at)":
        "'g' || i, 'x' || i, 'roster', 1 = 1, '2026-08-06 12:00:00'",
}  # fmt: skip


def plans_of(house: House, *searches: str) -> list[str]:
    """Return how the database finds children by what is typed, with as many of them as make an index worth it."""
    asked: list[tuple[str, object]] = []
    with house.db.write() as session:
        for into, values in CROWD.items():
            if not house.db.is_sqlite:
                values = values.replace("'2026-08-06 12:00:00'", "timestamptz '2026-08-06 12:00:00'")  # noqa: PLW2901 - the same, typed
            session.execute(text(f"INSERT INTO {into} {SERIES[house.db.is_sqlite].format(values)}"))
        session.execute(text("ANALYZE"))
    with house.db.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        for typed in searches:
            searching.children_page(session, None, search=typed, after=None, limit=11, leavers=True)
        explain = "EXPLAIN QUERY PLAN " if house.db.is_sqlite else "EXPLAIN "
        return [
            "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, given))
            for statement, given in list(asked)
            if "child.family_name" in statement
        ]


def test_a_search_reads_ranges_of_indexes_and_no_table_whole(house: House, cast: Cast) -> None:
    assert cast
    plans = plans_of(house, "riv", "mar", "mar riv", "www riv", "www")
    assert len(plans) == 5
    for plan in plans:
        assert "Seq Scan on person_word" not in plan, plan
        assert "Seq Scan on guardianship" not in plan, plan
        assert "SCAN person_word" not in plan, plan
        assert "SCAN guardianship" not in plan, plan
    # a word that few bear, one that more bear, both, and one beside one that everybody bears: nobody's name is walked
    # past to find who bears them
    for plan in plans[:4]:
        if house.db.is_sqlite:
            assert plan.count("SEARCH person_word USING PRIMARY KEY (word>? AND word<?)") >= 2, plan
            assert "SCAN child" not in plan, plan
        else:
            assert plan.count("person_word_pkey") >= 2, plan
            assert "Seq Scan on child" not in plan, plan
            assert "ix_child_family_name" not in plan, plan
    # a word that everybody bears is looked up child by child, in the order of the names: nobody gathers all its bearers
    for plan in plans[3:]:
        assert plan.count("ix_person_word_person") == 2, plan
    assert "person_word_pkey" not in plans[4], plans[4]
    assert "person_word USING PRIMARY KEY" not in plans[4], plans[4]
    assert "ix_child_family_name" in plans[4], plans[4]


def test_a_links_own_id_is_looked_up_alone(house: House, cast: Cast) -> None:
    with house.db.read() as session:
        assert targets.find_links(session, cast.sam, sites=None) == []


def test_letters_for_everybody_are_found_without_reading_those_of_single_children(house: House, cast: Cast) -> None:
    asked: list[tuple[str, object]] = []
    with house.db.read() as session:
        connection = session.connection()
        if not house.db.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there are hardly any letters here
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        finding.find(session, "letter", cast.admin)
        ((statement, given),) = (one for one in asked if "document.file_name" in one[0])
        explain = "EXPLAIN QUERY PLAN " if house.db.is_sqlite else "EXPLAIN "
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, given))
    assert "ix_document_shared" in plan, plan
    # from one it believes that hardly a letter is left, and reads all mailings for each
    assert "Anti Join" not in plan, plan
