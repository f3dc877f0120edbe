"""Families are found by how names begin, through an index on both databases, however they are typed."""

import pytest
from sqlalchemy import event, inspect, text
from sqlmodel import Session, col, select, update

from portal.families.repository import searching, words
from portal.families.rules import NewPerson, RightWish
from portal.families.tables import Child, Guardianship, PersonWord
from portal.flows.people import erase_person, give_right
from portal.flows.people.erase_person import Who
from portal.kernel.text.folding import folded, words_in
from portal.overviews.links import finding, targets
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.district import Office, everybody, row, stranger, with_cells, without
from tests.parts.roles import owning


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


def copied_wrong(house: House) -> list[str]:
    """Return the numbers of children whose rows hold other words than theirs and their guardians'."""
    with house.db.read() as session:
        borne: dict[str, set[str]] = {}
        for word in session.exec(select(PersonWord)).all():
            borne.setdefault(word.person_id, set()).add(word.word)
        own = {child.id: borne.get(child.id, set()) for child in session.exec(select(Child)).all()}
        for tie in session.exec(select(Guardianship)).all():
            own[tie.child_id] = own[tie.child_id] | borne.get(tie.guardian_id, set())
        rows = session.exec(select(Child)).all()
        return [row.student_number for row in rows if set(row.found_by.split()) != own[row.id]]


def test_the_first_import_leaves_the_index_as_it_was(house: House, office: Office) -> None:
    before = inspect(house.db.engine).get_indexes("person_word")
    office.take_in(everybody())
    assert inspect(house.db.engine).get_indexes("person_word") == before != []
    assert copied_wrong(house) == []
    with house.db.read() as session:
        assert numbers(session, "rivera") == ["100001", "100002", "100004"]


def test_every_import_copies_to_a_child_who_bears_what(house: House, office: Office, cast: Cast) -> None:
    assert cast
    for rows in (
        [*everybody(), stranger(1)],
        with_cells("diego", guardian_family_name="Öztürk"),  # a guardian with another name
        [*everybody(), row("sam", "rosa_r")],  # another guardian, whom the portal knows
        [each | {"site": "Elm"} for each in everybody()],  # another place, under the same names
        [each | {"child_given_name": "Anita"} for each in everybody()],
        without("sam", "ngozi"),
        everybody(),
    ):
        office.take_in(rows)
        assert copied_wrong(house) == [], rows
    with house.db.read() as session:
        assert numbers(session, "rosa okafor") == ["100006"], "who was a guardian once still leads to the child"
        assert numbers(session, "öztürk") == numbers(session, "anita") == []


def test_a_right_by_hand_and_an_erasure_are_copied_to_the_child(house: House, cast: Cast, clock: Watch) -> None:
    aunt = NewPerson("Uju", "Okonkwo", None)
    wish = RightWish("placed", "She lives with her.", "", clock.now)
    with house.db.write() as session:
        one = give_right.ask_for_right(session, house.keys, cast.sam, aunt, wish, by=cast.writer, now=clock.now)
    assert copied_wrong(house) == []
    with house.db.write() as session:
        give_right.confirm_right(session, house.keys, one, by=cast.approver, now=clock.now)
        assert numbers(session, "okonkwo") == ["100006"]
    assert copied_wrong(house) == []
    for who in (Who("guardian", cast.carla), Who("child", "100002")):
        with house.db.write() as session:
            erase_person.erase_person(
                session, house.keys, who, by=cast.admin, reason="asked for", named_in=(), now=clock.now
            )
        assert copied_wrong(house) == []
    with house.db.read() as session:
        assert numbers(session, "carla") == []


def test_who_is_forgotten_is_found_no_more(house: House, cast: Cast) -> None:
    with house.db.write() as session:
        session.exec(update(Child).where(col(Child.id) == cast.sam).values(given_name="", family_name=""))
        words.index(session, [cast.sam])
        assert numbers(session, "sam") == []
        words.forget(session, [cast.sam, cast.ngozi, cast.emeka])
        assert numbers(session, "okafor") == []
    assert copied_wrong(house) == []


SERIES = {
    True: "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT {} FROM n",
    False: "SELECT {} FROM generate_series(1, 5000) AS n(i)",
}
CROWD = {
    "person_word (word, person_id)": "'www' || (i * 7919 % 5000), 'x' || i",
    "person_word  (word, person_id)":
        "CASE i % 10 WHEN 0 THEN 'mar' ELSE 'v' END || i, CASE i % 4 WHEN 0 THEN 'g' ELSE 'x' END || i",
    "child (id, student_number, source_id, given_name, family_name, grade, found_by, seen_at)":
        "'x' || i, 'n' || i, 'n' || i, 'A' || i, 'B' || i % 100, '', ' www' || i || ' ', '2026-08-06 12:00:00'",
    "guardian (id, source_id, given_name, family_name, language, seen_at)":
        "'g' || i, 'g' || i, 'A', 'B', '', '2026-08-06 12:00:00'",
    "guardianship (guardian_id, child_id, basis, may_view, starts_at)":
        "'g' || i, 'x' || i, 'roster', 1 = 1, '2026-08-06 12:00:00'",
}  # fmt: skip


def plans_of(house: House, *searches: str, sites: frozenset[str] | None = None, few: int = 4_000) -> list[str]:
    """Return how the database finds children by what is typed, with as many of them as make an index worth it."""
    asked: list[tuple[str, object]] = []
    with house.db.write() as session:
        for into, values in CROWD.items():
            if not house.db.is_sqlite:
                values = values.replace("'2026-08-06 12:00:00'", "timestamptz '2026-08-06 12:00:00'")  # noqa: PLW2901 - the same, typed
            session.execute(text(f"INSERT INTO {into} {SERIES[house.db.is_sqlite].format(values)}"))
    with owning(house.db) as connection:
        connection.execute(text("ANALYZE"))
    with house.db.read() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        for typed in searches:
            searching.children_page(session, sites, search=typed, after=None, limit=11, leavers=True, few=few)
        explain = "EXPLAIN QUERY PLAN " if house.db.is_sqlite else "EXPLAIN "
        return [
            "\n".join(str(line) for line in connection.exec_driver_sql(explain + statement, given))
            for statement, given in list(asked)
            if "child.family_name" in statement
        ]


def test_a_search_reads_ranges_of_indexes_and_no_table_whole(house: House, cast: Cast) -> None:
    assert cast
    plans = plans_of(house, "riv", "mar", "mar riv", "www riv", "www")
    assert len(plans) == 5
    for plan in plans:
        assert "Seq Scan" not in plan, plan
        assert plan.count("SCAN") == plan.count("SCAN child USING INDEX ix_child_family_name"), plan
    # a word that few bear, one that more bear, both, and one beside one that everybody bears: its range is read once,
    # and nobody's name is walked past
    for plan in plans[:4]:
        assert plan.count("PRIMARY KEY (word>? AND word<?)" if house.db.is_sqlite else "person_word_pkey") == 2, plan
        assert "ix_child_family_name" not in plan, plan
    # a word that everybody bears is looked for in the rows of those next in order: nobody gathers all its bearers
    assert "person_word" not in plans[4], plans[4]
    assert "ix_child_family_name" in plans[4], plans[4]


def test_what_many_bear_and_few_together_is_looked_for_in_the_childrens_rows_alone(house: House, cast: Cast) -> None:
    assert cast
    _, every = plans_of(house, "mar www", sites=frozenset({"Oak", "Elm"}), few=300)
    assert "person_word" not in every, every
    assert "guardianship" not in every, every
    assert "ix_child_family_name" not in every, every
    if house.db.is_sqlite:
        assert every.count("SCAN") == 1, every
        assert "SEARCH enrolment USING COVERING INDEX sqlite_autoindex_enrolment_1 (child_id=?)" in every, every


def test_a_links_own_id_is_looked_up_alone(house: House, cast: Cast) -> None:
    with house.db.read() as session:
        assert targets.find_links(session, cast.sam, sites=None) == []


def plan_of_box(house: House, cast: Cast, typed: str, names: str) -> str:
    """Return how the database goes about the question of the box of Take back in which these words stand."""
    asked: list[tuple[str, object]] = []
    with house.db.read() as session:
        connection = session.connection()
        if not house.db.is_sqlite:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there are hardly any letters here
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        finding.find(session, typed, cast.admin)
        ((statement, given),) = (one for one in asked if names in one[0])
        explain = "EXPLAIN QUERY PLAN " if house.db.is_sqlite else "EXPLAIN "
        return "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, given))


def test_letters_for_everybody_are_found_without_reading_those_of_single_children(house: House, cast: Cast) -> None:
    plan = plan_of_box(house, cast, "letter", "document.file_name")
    assert "ix_document_shared" in plan, plan
    # from one it believes that hardly a letter is left, and reads all mailings for each
    assert "Anti Join" not in plan, plan


def test_a_childs_own_letters_are_found_by_the_child(house: House, cast: Cast) -> None:
    plan = plan_of_box(house, cast, "100006", "copy.child_id")
    assert "ix_copy_mailing_child" in plan, plan
    assert "SCAN link" not in plan, plan
    assert "SCAN document" not in plan, plan
    assert "ix_link_child" in plan, plan
