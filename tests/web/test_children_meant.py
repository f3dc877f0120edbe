"""Children are named as people name them; two of one name, or half a name, are asked back and never guessed."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import select
from starlette.testclient import TestClient

from portal.families.repository import words as found_by
from portal.families.tables import Child, Enrolment
from portal.kernel.ids import new_id
from portal.mailings.errors import DraftFaults
from portal.mailings.tables import AudienceTerm
from portal.overviews.audience.children_meant import numbers_of
from portal.wiring import House
from tests.cast import NOON, Cast
from tests.web.desks import sit_down, text_of


def meant(house: House, cast: Cast, typed: str, *, at_oak: bool = False) -> list[str]:
    with house.db.read() as session:
        return numbers_of(session, cast.oak_writer if at_oak else cast.writer, typed)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("Sam Okafor", ["100006"]),
        ("okafor, SAM", ["100006"]),
        ("Luis Rivera\nSam Okafor", ["100002", "100006"]),
        ("Luis Rivera, Sam Okafor", ["100002", "100006"]),
        ("100001, 100006", ["100001", "100006"]),
        ("100001 100006\n100001", ["100001", "100006"]),
        ("Ana Rivera (100004)", ["100004"]),
        ("Ana Rivera (100004); Lúis Rivera", ["100004", "100002"]),
        ("", []),
        ("no-such-number-7", ["no-such-number-7"]),
    ],
)
def test_who_is_meant(house: House, cast: Cast, typed: str, numbers: list[str]) -> None:
    if typed == "no-such-number-7":
        with pytest.raises(DraftFaults, match="No child here is called"):
            meant(house, cast, typed)
    else:
        assert meant(house, cast, typed) == numbers


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (
            "Ana Rivera",
            "the one you mean: Ana Rivera (100001), grade 2, Maple; Ana Rivera (100004), grade 5, Maple.",
        ),
        ("Rivera", "Which child is “Rivera”?"),
        ("Sam", "Write the number of the one you mean: Sam Okafor (100006), grade 3, Oak."),
        ("Ngozi Okafor", "Which child is “Ngozi Okafor”?"),
        ("Nobody Known", "No child here is called “Nobody Known”."),
    ],
)
def test_what_is_asked_back(house: House, cast: Cast, typed: str, asked: str) -> None:
    with pytest.raises(DraftFaults) as faults:
        meant(house, cast, f"100002\n{typed}")
    assert asked in faults.value.faults["audience"]


@pytest.mark.parametrize("others", [3, 19, 25, 260])
def test_a_name_is_never_guessed_however_many_are_called_almost_so(house: House, cast: Cast, others: int) -> None:
    with house.db.write() as session:
        ids = [new_id() for _ in range(others)]
        for at, child in enumerate(ids):
            number = f"7{at:05}"
            session.add(Child(id=child, student_number=number, source_id=number, given_name="Ana",
                              family_name="Alba Rivera", grade="1", seen_at=NOON))  # fmt: skip
            session.flush()
            session.add(Enrolment(child_id=child, site="Maple", program="After School"))
        session.flush()
        found_by.index(session, ids)
    with pytest.raises(DraftFaults) as faults:
        meant(house, cast, "Ana Rivera")
    assert (
        "Ana Rivera (100001), grade 2, Maple; Ana Rivera (100004), grade 5, Maple." in faults.value.faults["audience"]
    )


def test_too_many_names_are_refused_before_anybody_is_looked_up(house: House, cast: Cast) -> None:
    typed = "\n".join(f"Nobody Known{at}" for at in range(5_000))
    with house.db.read() as session:
        asked: list[str] = []
        event.listen(house.db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        with pytest.raises(DraftFaults, match="at most 200 children"):
            numbers_of(session, cast.writer, typed)
    assert len(asked) < 10


@pytest.mark.parametrize(
    "typed", ["Ana Rivera, " * 3_000, "Ana " + "Rivera " * 3_000, " ".join(f"word{n}" for n in range(3_000))]
)
def test_what_is_too_long_for_a_name_is_nobodys(house: House, cast: Cast, typed: str) -> None:
    with pytest.raises(DraftFaults):
        meant(house, cast, typed)


def test_nobody_of_another_site_is_found(house: House, cast: Cast) -> None:
    assert meant(house, cast, "Sam Okafor", at_oak=True) == ["100006"]
    with pytest.raises(DraftFaults) as faults:
        meant(house, cast, "Luis Rivera", at_oak=True)
    assert "100002" not in faults.value.faults["audience"]
    assert "No child here is called “Luis Rivera”" in faults.value.faults["audience"]


_WORDS = st.sampled_from(["Ana", "Rivera", "Luis", "Sam", "Okafor", "Ngozi", "100001", "(100004)", ",", ";", "\n"])


@drawing(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(_WORDS, max_size=6))
def test_a_name_alone_never_stands_for_one_of_two(house: House, cast: Cast, words: list[str]) -> None:
    typed = " ".join(words)
    try:
        numbers = meant(house, cast, typed)
    except DraftFaults:
        return
    for number in {"100001", "100004"} & set(numbers):
        assert number in typed, "both are called Ana Rivera"


def test_a_form_takes_names_and_asks_back_where_two_have_one(site: TestClient, house: House, cast: Cast) -> None:
    token = sit_down(site, house, cast.writer)
    form = {"form_token": token, "title": "A coat", "message": "Please bring it.", "expires": "30",
            "audience": "children", "numbers": "Okafor, Sam\nAna Rivera", "text": "A warm coat."}  # fmt: skip
    asked = site.post("/staff/mailings", data=form)
    assert asked.status_code == 422
    assert "Write the number of the one you mean: Ana Rivera (100001), grade 2" in text_of(asked.text)
    assert "Okafor, Sam\nAna Rivera" in asked.text, "what was typed still stands there"
    made = site.post("/staff/mailings", data=form | {"numbers": "Okafor, Sam\nAna Rivera (100001)"})
    assert made.status_code == 303, text_of(made.text)
    with house.db.read() as session:
        terms = [(term.kind, term.value) for term in session.exec(select(AudienceTerm))]
    assert sorted(terms) == [("child", "100001"), ("child", "100006")]


def test_a_letter_to_a_family_begins_on_its_page(site: TestClient, house: House, cast: Cast) -> None:
    sit_down(site, house, cast.writer)
    assert 'href="/staff/mailings/new?child=100006"' in site.get("/staff/families/100006").text
    page = site.get("/staff/mailings/new?child=100006").text
    assert 'name="audience" value="children" checked' in page
    assert ">\nSam Okafor (100006)</textarea>" in page
    sit_down(site, house, cast.oak_writer)
    assert site.get("/staff/mailings/new?child=100001").status_code == 404
