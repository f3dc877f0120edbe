"""Many at once at the code page: no more tries, no more mails and no more openings than one after the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import col, func, select

from portal.flows.opening import open_link, pass_code
from portal.flows.opening.pass_code import Browser, Passed
from portal.kernel.secrets.tokens import mint_digits
from portal.ledger.tables import LedgerEntry
from portal.links.tables import CodeChallenge, CodePause, FamilySession
from portal.outbox.tables import FamilyMail
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.coded import wrong

AT_ONCE = 12


def stand(house: House, cast: Cast, mailing: str) -> str:
    """Stand before the code page; return the browser's cookie."""
    token = token_of(house, link_of(house, mailing, cast.carla, cast.ana))
    attempt = open_link.read_attempt(house.keys, token=token, code="")
    with house.db.write() as session:
        asked = open_link.open_link(session, house.keys, attempt, old_cookie=None, now=house.clock())
    assert isinstance(asked, open_link.CodeAsked)
    return asked.cookie


def send(house: House, cookie: str) -> str | None:
    with house.db.write() as session:
        return pass_code.send_code(session, house.keys, cookie, now=house.clock())


def digits(house: House) -> str:
    with house.db.read() as session:
        row = session.exec(select(CodeChallenge).order_by(col(CodeChallenge.created_at).desc())).first()
    assert row is not None
    return mint_digits(house.keys, row.id, row.key_id)


def type_it(house: House, cookie: str, typed: str) -> object:
    with house.db.write() as session:
        return pass_code.try_code(session, house.keys, Browser(cookie), typed, remembers=False, now=house.clock())


def count(house: House, table: type, *where: object) -> int:
    with house.db.read() as session:
        return session.exec(select(func.count()).select_from(table).where(*where)).one()  # type: ignore[arg-type]  # any conditions will do


def test_many_guesses_at_once_are_five(house: House, cast: Cast, clock: Watch) -> None:
    mailing = send_letter(house, cast, now=clock.now, confidential=True)
    cookie = stand(house, cast, mailing)
    assert send(house, cookie) == "sent"
    guess = wrong(digits(house))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda _: type_it(house, cookie, guess), range(AT_ONCE)))
    assert sorted(told) == ["over"] * (AT_ONCE - 4) + ["wrong"] * 4  # type: ignore[type-var]  # every one is a word here
    assert count(house, LedgerEntry, col(LedgerEntry.act) == "code:wrong") == 5


def test_the_right_code_many_times_at_once_opens_once(house: House, cast: Cast, clock: Watch) -> None:
    mailing = send_letter(house, cast, now=clock.now, confidential=True)
    cookie = stand(house, cast, mailing)
    send(house, cookie)
    code = digits(house)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda _: type_it(house, cookie, code), range(AT_ONCE)))
    assert sum(isinstance(one, Passed) for one in told) == 1
    assert told.count(None) == AT_ONCE - 1
    assert count(house, FamilySession) == 1


def test_many_browsers_at_once_guess_twenty_times_and_get_ten_mails(house: House, cast: Cast, clock: Watch) -> None:
    mailing = send_letter(house, cast, now=clock.now, confidential=True)
    cookies = [stand(house, cast, mailing) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sorted(map(str, pool.map(lambda one: send(house, one), cookies))) == ["paused"] * 2 + ["sent"] * 10
    assert count(house, FamilyMail) == 10
    clock.forward(hours=1)
    cookies = [stand(house, cast, mailing) for _ in range(2)]
    assert send(house, cookies[0]) == "sent"
    assert send(house, cookies[1]) == "paused", "after a pause, one an hour"


def test_guesses_of_many_browsers_at_once_pause_the_link(house: House, cast: Cast, clock: Watch) -> None:
    mailing = send_letter(house, cast, now=clock.now, confidential=True)
    cookies = [stand(house, cast, mailing) for _ in range(6)]
    guesses = []
    for cookie in cookies:
        assert send(house, cookie) == "sent"
        guesses += [(cookie, wrong(digits(house)))] * 5
        clock.now += timedelta(seconds=1)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(lambda one: type_it(house, *one), guesses))
    assert count(house, LedgerEntry, col(LedgerEntry.act) == "code:wrong") == 20
    assert told.count("paused") >= 10
    assert count(house, CodePause) == 1
