"""An expired link is renewed by a new edition; taking one back takes all of them, and what they would have mailed."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from portal.flows.opening.open_link import Opened, open_link, read_attempt, session_id_of
from portal.flows.taking_back.revoke import TakenBack, Target, not_my_child, revoke
from portal.kernel.secrets import tokens
from portal.links.tables import FamilySession, Link, Opening
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import ChangedMeanwhile
from portal.overviews.family import letters
from portal.overviews.links import taking_back
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.rounds import Sending, read_letter
from tests.flows.test_deliver_notice import families_mail

pytestmark = pytest.mark.anyio
SAM = "100006"


@pytest.fixture
async def sent(house: House, cast: Cast, clock: Watch, held_letter: str) -> Sending:
    """Give a mailing that is sent."""
    sending = Sending(house, cast, clock, held_letter)
    await sending.deliver()
    return sending


def editions(sent: Sending) -> list[Link]:
    with sent.house.db.read() as session:
        query = select(Link).where(col(Link.mailing_id) == sent.mailing_id, col(Link.guardian_id) == sent.cast.ngozi)
        return list(session.exec(query.order_by(col(Link.edition))).all())


def renewed(sent: Sending) -> tuple[str, str]:
    """Renew Ngozi's link some seconds before it expires, and return both editions: both are alive."""
    (first,) = editions(sent)
    read_letter(sent.house, sent.clock, first.id)
    sent.clock.now = first.expires_at - timedelta(seconds=30)
    sent.press("one-family", child=SAM)
    first, second = editions(sent)
    return first.id, second.id


def take_back(sent: Sending, link_id: str) -> TakenBack:
    with sent.house.db.write() as session:
        return revoke(
            session, sent.house.keys, Target("link", link_id), by=sent.cast.admin, reason="Moved", now=sent.clock.now
        )


def browser(sent: Sending, link_id: str) -> str:
    token = tokens.mint_token(sent.house.keys, "link-token", link_id)
    attempt = read_attempt(sent.house.keys, token=token, code="")
    with sent.house.db.write() as session:
        opened = open_link(session, sent.house.keys, attempt, old_cookie=None, now=sent.clock.now)
    assert isinstance(opened, Opened)
    return session_id_of(opened.cookie)


@pytest.mark.parametrize("which", [0, 1])
async def test_taking_back_one_edition_takes_all_of_them(sent: Sending, which: int) -> None:
    both = renewed(sent)
    browsers = [browser(sent, one) for one in both]
    with sent.house.db.read() as session:
        look = taking_back.look(session, "link", both[which], by=sent.cast.admin, now=sent.clock.now)
    done = take_back(sent, both[which])
    assert (done.links, done.notices_cancelled, done.sessions_ended, done.is_repeat) == (2, 1, 3, False)
    assert (look.links, look.notices, look.sessions) == (2, 1, 2), "a browser of last month is not open any more"
    assert len(done.already_opened) == len(look.readers) == 1, "by whichever edition"
    assert all(one.revoked_at == sent.clock.now for one in editions(sent))
    with sent.house.db.read() as session:
        assert all(session.get_one(FamilySession, one).ended_at for one in browsers)
        assert all(one.ended_at for one in session.exec(select(Opening)).all())
    assert families_mail(await sent.deliver(RecordingRoom())) == []


async def test_a_second_press_gives_the_first_answer(sent: Sending) -> None:
    first, _ = renewed(sent)
    done = take_back(sent, first)
    sent.clock.forward(minutes=1)
    again = take_back(sent, first)
    assert again.is_repeat
    assert (again.at, again.links, again.notices_cancelled, again.sessions_ended, again.already_opened) == (
        done.at, done.links, done.notices_cancelled, done.sessions_ended, done.already_opened,
    )  # fmt: skip


async def test_a_press_on_the_other_edition_finds_nothing_alive(sent: Sending) -> None:
    first, second = renewed(sent)
    take_back(sent, first)
    late = take_back(sent, second)
    assert (late.links, late.notices_cancelled, late.sessions_ended) == (0, 0, 0)


async def test_nobody_elses_link_dies_with_it(sent: Sending) -> None:
    first, _ = renewed(sent)
    take_back(sent, first)
    with sent.house.db.read() as session:
        others = session.exec(select(Link.revoked_at).where(col(Link.guardian_id) != sent.cast.ngozi)).all()
    assert others
    assert set(others) == {None}


async def test_a_child_that_is_not_theirs_is_shut_in_every_edition(sent: Sending) -> None:
    first, _ = renewed(sent)
    there = browser(sent, first)
    with sent.house.db.write() as session:
        (letter,) = letters.letters_of_session(session, there, now=sent.clock.now)
        assert not_my_child(session, sent.house.keys, session_id=there, copy_id=letter.copy_id, now=sent.clock.now)
    assert {one.revoked_why for one in editions(sent)} == {"not-mine"}
    assert families_mail(await sent.deliver(RecordingRoom())) == []


async def test_one_family_pressed_for_another_child_is_not_the_first_ones_answer(sent: Sending) -> None:
    seen = (sent.mailing.version, sent.mailing.round + 1)
    first = sent.press("one-family", child=SAM, seen=seen)
    with pytest.raises(ChangedMeanwhile, match="another family"):
        sent.press("one-family", child="100004", seen=seen)
    again = sent.press("one-family", child=SAM, seen=seen)
    assert (first.is_repeat, again.is_repeat, again.notices) == (False, True, first.notices)
    room = await sent.deliver()
    assert families_mail(room) == ["ngozi.okafor@mail.example.org"]
