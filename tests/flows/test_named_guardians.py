"""A letter for named guardians reaches nobody else, whatever becomes of the roster; the others are one press away."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import col, select, update

from portal.families.tables import Guardian, Guardianship
from portal.flows.approving import approve_mailing
from portal.flows.writing import add_guardians, draft_mailing
from portal.kernel.ids import new_id
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, DraftFaults, NobodyLeft, NobodyReached, NotNow
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.rules import RoundKind, Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.audience.guardians_meant import guardians_meant
from portal.publish.rounds.paper import print_run
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast, approve, write_draft
from tests.conftest import Watch
from tests.flows.holds import hold_passes
from tests.flows.rounds import Sending, enrol, new_address

RIVERAS = (Term("child", "100001"), Term("child", "100002"))


Change = Callable[[House, Cast, Watch], None]


def written(house: House, cast: Cast, clock: Watch, *guardians: str, terms: tuple[Term, ...] = RIVERAS) -> str:
    """Write a letter for these guardians alone; return its id."""
    return write_draft(house, cast, now=clock.now, terms=terms, addressed=frozenset(guardians))


def reached(house: House, mailing_id: str) -> set[str]:
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        return {guardian for guardian, _ in audiences.reach_of(session, mailing, now=house.clock()).pairs}


def linked(house: House, mailing_id: str) -> set[str]:
    with house.db.read() as session:
        return set(session.execute(select(col(Link.guardian_id)).where(col(Link.mailing_id) == mailing_id)).scalars())


def press(house: House, mailing_id: str, by: Acting, *, version: int | None = None) -> None:
    """Let the other guardians of the same children get it too."""
    with house.db.write() as session:
        seen = session.get_one(Mailing, mailing_id).version if version is None else version
        add_guardians.add_guardians(session, house.keys, mailing_id, version=seen, by=by, now=house.clock())


def test_a_mother_who_is_addressed_gets_it_alone(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.carla)
    assert reached(house, mailing_id) == {cast.carla}
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        found = audiences.reach_of(session, mailing, now=clock.now)
        assert (found.children, found.families) == (2, 1)
        assert {(one.guardian_id, one.why) for one in found.omissions} == {(cast.diego, "not-addressed")}
        assert audiences.others_of(session, mailing, now=clock.now) == {cast.diego}
    approve(house, cast, mailing_id, now=clock.now)
    assert linked(house, mailing_id) == {cast.carla}


def test_the_others_get_it_by_one_press_and_a_second_is_nothing(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.carla)
    press(house, mailing_id, cast.writer)
    assert reached(house, mailing_id) == {cast.carla, cast.diego}
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        assert (mailing.state, mailing.judged_by is None) == ("checked", False)
        before = mailing.version
    press(house, mailing_id, cast.writer)
    with house.db.read() as session:
        assert session.get_one(Mailing, mailing_id).version == before
    approve(house, cast, mailing_id, now=clock.now)
    assert linked(house, mailing_id) == {cast.carla, cast.diego}


def test_only_guardians_of_children_whom_it_reaches_are_offered(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.carla, terms=(Term("everyone"),))
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        assert audiences.others_of(session, mailing, now=clock.now) == {cast.diego}
    mailing_id = written(house, cast, clock, cast.ngozi, terms=(Term("everyone"),))
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        assert audiences.others_of(session, mailing, now=clock.now) == set(), "Emeka is barred"


def test_a_press_that_comes_late_or_over_another_change_adds_nobody(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.carla)
    with pytest.raises(ChangedMeanwhile):
        press(house, mailing_id, cast.writer, version=77)
    approve(house, cast, mailing_id, now=clock.now)
    with pytest.raises(NotNow):
        press(house, mailing_id, cast.writer)
    assert reached(house, mailing_id) == {cast.carla}


def test_whoever_presses_is_a_writer_and_takes_it_back_from_approval(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.carla)
    with house.db.write() as session:
        approve_mailing.submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)
    press(house, mailing_id, cast.approver)
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        assert (mailing.state, mailing.submitted_at) == ("checked", None)
        assert mailings.has_written(session, mailing_id, cast.approver.id)


def test_a_barred_guardian_who_is_addressed_is_left_out(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.emeka, terms=(Term("child", "100006"),))
    assert reached(house, mailing_id) == set()
    with pytest.raises(NobodyReached):
        approve(house, cast, mailing_id, now=clock.now)


def gone(house: House, cast: Cast, clock: Watch) -> None:
    """Let Carla leave the roster."""
    with house.db.write() as session:
        theirs = col(Guardianship.guardian_id) == cast.carla
        session.execute(update(Guardianship).where(theirs).values(ends_at=clock.now))
        session.execute(update(Guardian).where(col(Guardian.id) == cast.carla).values(left_at=clock.now))


def merged(house: House, cast: Cast, clock: Watch) -> None:
    """Let the student system give Carla another record, with her name and address; the old one goes."""
    gone(house, cast, clock)
    new = new_id()
    with house.db.write() as session:
        session.add(
            Guardian(
                id=new,
                source_id="g-merged",
                given_name="Carla",
                family_name="Rivera",
                address="carla.rivera@mail.example.org",
                address_key="carla.rivera@mail.example.org",
                seen_at=clock.now,
            )
        )
        session.flush()
        for child in (cast.ana, cast.luis):
            session.add(Guardianship(guardian_id=new, child_id=child, may_view=True, starts_at=clock.now))


def barred(house: House, cast: Cast, _clock: Watch) -> None:
    with house.db.write() as session:
        theirs = col(Guardianship.guardian_id) == cast.carla
        session.execute(update(Guardianship).where(theirs).values(may_view=False))


@pytest.mark.parametrize("change", [gone, merged, barred])
def test_whatever_becomes_of_her_before_the_approval_nobody_gets_it_in_her_place(
    house: House, cast: Cast, clock: Watch, change: Change
) -> None:
    mailing_id = written(house, cast, clock, cast.carla)
    change(house, cast, clock)
    assert reached(house, mailing_id) == set()
    with house.db.read() as session:
        mailing = session.get_one(Mailing, mailing_id)
        assert audiences.others_of(session, mailing, now=clock.now) == set(), "there is nobody to be the other of"
    with pytest.raises(NobodyReached):
        approve(house, cast, mailing_id, now=clock.now)


@pytest.mark.parametrize("change", [None, gone, merged, barred])
def test_no_later_act_reaches_anybody_else(house: House, cast: Cast, clock: Watch, change: Change | None) -> None:
    """Again, reminder, top-up, one family and paper, after the father lost his address and a child was enrolled."""
    terms = (Term("site", "Maple"),)
    new_address(house, cast.diego, None)
    mailing_id = written(house, cast, clock, cast.carla, terms=terms)
    approve(house, cast, mailing_id, now=clock.now)
    hold_passes(house, clock)
    enrol(house, clock, name="Zoe Haddad", address="huda@mail.example.org")
    new_address(house, cast.diego, "diego.new@mail.example.org")
    if change:
        change(house, cast, clock)
    sending = Sending(house, cast, clock, mailing_id)
    kinds: tuple[tuple[RoundKind, str], ...] = (
        ("top-up", ""),
        ("one-family", "100001"),
        ("one-family", "100004"),
        ("again", ""),
        ("reminder", ""),
    )
    with house.db.write() as session:
        session.execute(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sent"))
    for kind, child in kinds:
        planned = sending.look(kind, child=child)
        assert {one.guardian_id for one in planned.recipients} <= {cast.carla}
    new_address(house, cast.diego, None)
    with pytest.raises(NobodyLeft):
        print_run(house, mailing_id, by=cast.writer, now=clock.now)
    assert linked(house, mailing_id) == {cast.carla}


def test_paper_for_a_child_of_whom_nobody_was_reached_is_for_the_addressed_alone(
    house: House, cast: Cast, clock: Watch
) -> None:
    new_address(house, cast.rosa_r, None)
    mailing_id = written(house, cast, clock, cast.carla, cast.rosa_r, terms=(Term("site", "Maple"),))
    approve(house, cast, mailing_id, now=clock.now)
    hold_passes(house, clock)
    with house.db.write() as session:
        session.add(Guardian(id="two", source_id="g-two", given_name="Ian", family_name="Rivera", seen_at=clock.now))
        session.flush()
        session.add(Guardianship(guardian_id="two", child_id=cast.other_ana, may_view=True, starts_at=clock.now))
    assert len(print_run(house, mailing_id, by=cast.writer, now=clock.now).notice_ids) == 1
    assert linked(house, mailing_id) == {cast.carla, cast.rosa_r}


def test_a_change_of_the_letter_keeps_its_guardians_or_lets_them_go(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = written(house, cast, clock, cast.carla)
    for addressed in (frozenset({cast.diego}), None):
        draft = check_draft(title="New", message="", terms=RIVERAS, link_days=9, link_hosts=frozenset())
        with house.db.write() as session:
            change = (mailing_id, session.get_one(Mailing, mailing_id).version)
            draft_mailing.draft_mailing(
                session, house.keys, replace(draft, addressed=addressed), by=cast.writer, now=clock.now, change=change
            )
            assert addressed_of(session, session.get_one(Mailing, mailing_id)) == addressed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Carla Rivera", {"carla"}),
        ("rivera, CARLA", {"carla"}),
        ("carla.rivera@mail.example.org", {"carla"}),
        ("Carla.Rivera@Mail.example.org, diego.rivera@mail.example.org", {"carla", "diego"}),
        ("g-diego", {"diego"}),
        ("Carla Rivera (g-carla)\nDiego Rivera <diego.rivera@mail.example.org>", {"carla", "diego"}),
        ("Ngozi Okafor; Emeka Okafor", {"ngozi", "emeka"}),
    ],
)
def test_who_is_meant(house: House, cast: Cast, clock: Watch, typed: str, meant: set[str]) -> None:
    with house.db.read() as session:
        found = guardians_meant(session, cast.writer, (("everyone", ""),), typed, now=clock.now)
    assert found == {getattr(cast, name) for name in meant}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Carla", "No guardian of these children is “Carla”."),
        ("nobody@mail.example.org", "No guardian of these children is “nobody@mail.example.org”."),
        ("Ngozi Okafor", "No guardian of these children is “Ngozi Okafor”."),
        ("Diego Rivera", "Several guardians are “Diego Rivera”: Diego Rivera (g-diego) or Diego Rivera (g-two)."),
    ],
)
def test_nobody_is_meant_by_a_guess(house: House, cast: Cast, clock: Watch, typed: str, told: str) -> None:
    with house.db.write() as session:
        session.add(Guardian(id="two", source_id="g-two", given_name="Diego", family_name="Rivera", seen_at=clock.now))
        session.flush()
        session.add(Guardianship(guardian_id="two", child_id=cast.luis, may_view=True, starts_at=clock.now))
    with house.db.read() as session, pytest.raises(DraftFaults) as refused:
        guardians_meant(session, cast.writer, (("site", "Maple"),), typed, now=clock.now)
    assert refused.value.faults["guardians"].startswith(told)


def test_an_empty_field_narrows_nothing(house: House, cast: Cast, clock: Watch) -> None:
    with house.db.read() as session:
        assert guardians_meant(session, cast.writer, (("everyone", ""),), " \n ; ", now=clock.now) is None
