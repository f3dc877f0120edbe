"""Children who come after a letter was sent get it too, once it was judged by the roster that holds them."""

import pytest
from sqlmodel import select

from portal.mailings.errors import FilesWanted, NobodyLeft
from portal.mailings.rules import Term
from portal.mailings.tables import LeftOut, Mailing, MailingSite
from portal.press.typesetting.typeset import TypstPress
from portal.publish import GuardSaysNo
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.flows.rounds import Sending, enrol, read_letter
from tests.flows.test_deliver_notice import families_mail, plain_of, read

pytestmark = pytest.mark.anyio
HUDA = "huda@mail.example.org"


@pytest.fixture(scope="module")
def letter() -> bytes:
    text = '#set document(title: "Welcome")\n= Welcome\nWe begin on Monday. Ask for Tarik Haddadin at the gate.'
    return TypstPress().typeset(text, {})


async def sent_to(house: House, cast: Cast, clock: Watch, letter: bytes, *terms: Term) -> Sending:
    mailing_id = send_letter(house, cast, now=clock.now, content=letter, terms=terms or (Term("everyone"),))
    sending = Sending(house, cast, clock, mailing_id)
    await sending.deliver()
    return sending


async def test_a_child_enrolled_since_gets_the_same_letter(
    house: House, cast: Cast, clock: Watch, letter: bytes
) -> None:
    sending = await sent_to(house, cast, clock, letter)
    child = enrol(house, clock, name="Noor Haddad", address=HUDA)
    planned = sending.look("top-up")
    assert (planned.children, planned.copyless) == (1, (child,))
    sending.press("top-up")
    room = await sending.deliver()
    assert families_mail(room) == [HUDA]
    text = plain_of(read(next(one.message for one in room.delivered if one.to == HUDA)))
    assert "Other families had this letter before." in text
    (link,) = [carried for one in sending.look("one-family", child="300002").recipients for carried in one.children]
    assert link.link_id is not None
    read_letter(house, clock, link.link_id)
    with pytest.raises(NobodyLeft):
        sending.press("top-up")


async def test_a_letter_that_names_a_child_enrolled_since_is_stopped(
    house: House, cast: Cast, clock: Watch, letter: bytes
) -> None:
    sending = await sent_to(house, cast, clock, letter)
    enrol(house, clock, name="Tarik Haddadin", address=HUDA)
    with pytest.raises(GuardSaysNo):
        sending.press("top-up")
    assert (sending.mailing.state, sending.mailing.round) == ("sent", 0)
    assert families_mail(await sending.deliver()) == []


async def test_only_the_audience_is_topped_up(house: House, cast: Cast, clock: Watch, letter: bytes) -> None:
    sending = await sent_to(house, cast, clock, letter, Term("site", "Oak"))
    enrol(house, clock, name="Noor Haddad", address=HUDA, site="Maple")
    assert sending.look("top-up").recipients == ()
    enrol(house, clock, name="Amal Haddad", address="amal@mail.example.org", site="Oak", number=3)
    assert [one.address for one in sending.look("top-up").recipients] == ["amal@mail.example.org"]


async def test_who_cannot_be_reached_is_listed_as_left_out_and_new_sites_are_sites_of_the_mailing(
    house: House, cast: Cast, clock: Watch, letter: bytes
) -> None:
    sending = await sent_to(house, cast, clock, letter)
    enrol(house, clock, name="Noor Haddad", address=HUDA, site="Elm")
    silent = enrol(house, clock, name="Amal Haddad", address=None, number=3)
    sending.press("top-up")
    with house.db.read() as session:
        left_out = session.exec(select(LeftOut).where(LeftOut.child_id == silent)).all()
        sites = set(session.exec(select(MailingSite.site)).all())
    assert {one.why for one in left_out} == {"no-address"}
    assert sites == {"Elm", "Maple", "Oak"}
    await sending.deliver()
    assert sending.look("top-up").omissions == ()


async def test_a_mailing_with_a_letter_for_each_child_wants_files(
    house: House, cast: Cast, clock: Watch, letter: bytes
) -> None:
    sending = await sent_to(house, cast, clock, letter)
    with house.db.write() as session:
        session.get_one(Mailing, sending.mailing_id).way = "files"
    with pytest.raises(FilesWanted):
        sending.look("top-up")
