"""Whatever is mailed to whomever, no file becomes the letter of a child whom the guard does not find in it."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from sqlmodel import col, select

from portal.documents.tables import Document, GivenFile
from portal.families.repository import words
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.ids import new_id
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import OTHER_ANA, card
from tests.gathered.post import (
    CARLA,
    DIEGO,
    NGOZI,
    ROSA_R,
    hand_in,
    mailing_of,
    message,
    problems,
    report,
    table,
    work,
)
from tests.gathered.test_whose_files import CARDS, NAME, reached

OF_ALL = CARDS | {"other_ana": card(OTHER_ANA)}
MAILS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(sorted(OF_ALL)), min_size=1, max_size=2, unique=True),
        st.lists(st.sampled_from([CARLA, DIEGO, ROSA_R, NGOZI]), min_size=1, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=4,
)
_NUMBERS = count()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@drawing(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mails=MAILS)
def test_no_child_gets_a_file_that_is_another_childs(
    house: House, cast: Cast, clock: Watch, mails: Sequence[tuple[list[str], list[str]]]
) -> None:
    subject = f"Cards {'abcdefghijklmnopqrstuvwxyz'[next(_NUMBERS) % 26] * 3}"
    taken = [
        hand_in(
            house, cast.writer, message({f"{who}.pdf"[-9:]: OF_ALL[who] for who in files}, subject=subject), addresses
        )
        for files, addresses in mails
    ]
    work(house, clock)
    owners = _owners(cast)
    with house.db.read() as session:
        mailing = session.get(Mailing, taken[0].gathering_id)
        if mailing is None:
            return
        for one in session.exec(select(GivenFile).where(col(GivenFile.mailing_id) == mailing.id)):
            assert one.document_id is None or one.child_id == owners[one.sha256]
        kinds = session.exec(select(Document.kind).where(col(Document.mailing_id) == mailing.id)).all()
    if "shared" in kinds:
        (files, _), *_ = mails
        assert {child for _, child in reached(house, mailing.id)} == {getattr(cast, who) for who in files}


def _owners(cast: Cast) -> Mapping[str, str]:
    return {sha256(pdf).hexdigest(): getattr(cast, who) for who, pdf in OF_ALL.items()}


FAMILIES = 30
_GIVEN = ("Aiko", "Bela", "Cyrus", "Dalia", "Elio", "Farah", "Gita", "Hugo", "Ines", "Jonas")
_FAMILY = ("Abbott", "Brandt", "Castell", "Dimitrov", "Eriksen", "Fontane")


def seat_district(house: House) -> dict[str, list[tuple[str, str, str]]]:
    """Seat families of two children and one guardian; return by her address the id, name and number of each child."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    with house.db.write() as session:
        for place in range(FAMILIES):
            family = f"{_FAMILY[place % 6]}-{_GIVEN[place // 6]}son"
            mother, address = new_id(), f"family{place}@mail.example.org"
            session.add(
                Guardian(id=mother, source_id=f"d-{place}", given_name="Mara", family_name=family, address=address,
                         address_key=address, seen_at=house.clock())
            )  # fmt: skip
            found[address] = []
            for which in (0, 1):
                child, number = new_id(), str(300_000 + 2 * place + which)
                given_name = _GIVEN[(place + 5 * which) % 10]
                session.add(
                    Child(id=child, student_number=number, source_id=number, given_name=given_name,
                          family_name=family, grade="3", seen_at=house.clock())
                )  # fmt: skip
                session.flush()
                session.add(Enrolment(child_id=child, site="Elm", program="After School"))
                session.add(Guardianship(guardian_id=mother, child_id=child, may_view=True, starts_at=house.clock()))
                found[address].append((child, f"{given_name} {family}", number))
        session.flush()
        words.index(session, [child for children in found.values() for child, _, _ in children])
    return found


def test_a_merge_for_families_with_two_children_is_one_mailing_that_adds_up(
    house: House, cast: Cast, clock: Watch
) -> None:
    district = seat_district(house)
    for address, children in district.items():
        for _, name, number in children:
            own = message({NAME: card(f"Report card of {name}, student number {number}.")}, to=f"Mara <{address}>")
            hand_in(house, cast.writer, own, [address])
    for nobody in range(3):
        own = message({NAME: card(f"Report card {nobody}.")})
        hand_in(house, cast.writer, own, [f"stranger{nobody}@mail.example.org"])
    work(house, clock)
    mailing = mailing_of(house)
    assert problems(house, mailing.id) == []
    assert {pair.child_id for pair in table(house, mailing.id).found.pairs} == {
        child for children in district.values() for child, _, _ in children
    }
    assert len({guardian for guardian, _ in reached(house, mailing.id)}) == FAMILIES
    found = report(house)
    assert (found.ready, found.need, found.lost, found.messages, found.is_asked) == (60, 3, 3, 63, False)
    assert mailing.state == "checked", "all letters are there, and three addresses need a look"


def test_one_message_to_many_shows_no_family_anothers_address(house: House, cast: Cast, clock: Watch) -> None:
    district = seat_district(house)
    raw = message({"flyer.pdf": card("Welcome to all.")}, to=", ".join(district), subject="Welcome", text="Hello all,")
    hand_in(house, cast.writer, raw, list(district))
    work(house, clock)
    mailing = mailing_of(house)
    assert (mailing.state, len({guardian for guardian, _ in reached(house, mailing.id)})) == ("waiting", FAMILIES)
    with house.db.read() as session:
        document = session.exec(select(Document)).one()
        kept = b"".join(house.documents.open(document.id, document.size))
    assert "@" not in f"{mailing.title} {mailing.message} {document.file_name}"
    assert b"mail.example.org" not in kept
