"""The worker: begins what was held, delivers what is due, finishes what has left; a door like the site.

Several workers may run at once, on one machine or many: a claim belongs to one of them for a minute, and is
renewed while its message is on its way. One message is in flight on each connection, so that a Stop is quick.

A worker has an event loop of its own, and asks the database in it: handing each short question to a thread cost
more than the question (measured: 0.9 ms of processor time a notice with threads, 0.6 without).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from portal import publish
from portal.flows.opening.renew_link import answer_wishes
from portal.flows.sending.deliver_family_mail import (
    FamilyErrand,
    FamilyMessage,
    deliver_family_mail,
    family_message,
    still_holds,
    take_family_turns,
)
from portal.flows.sending.deliver_notice import Errand, LetterKey, claim_notices, deliver_notice, hand_in, look_again
from portal.flows.sending.deliver_staff_mail import (
    StaffErrand,
    StaffMessage,
    deliver_staff_mail,
    message_of,
    take_staff_turns,
)
from portal.flows.sending.finish_mailing import finish_mailings
from portal.flows.sending.start_sending import start_sending
from portal.kernel.errors import PortalError, Refused, WrongCall
from portal.kernel.ids import jitter
from portal.kernel.log import log
from portal.kernel.machine.scratch import clear_scratch
from portal.kernel.outage import Outage
from portal.kernel.storage.bell import BEAT_SECONDS, Bell, until_any
from portal.kernel.storage.together import Together
from portal.kernel.tally import count
from portal.mail.letters.compose import NoticeLetter
from portal.mail.transport.room import Accepted, MailRoom, Outcome, PermanentFailure, RetryableFailure, Withdrawn
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile
from portal.outbox import repository as outbox
from portal.outbox.rules import HEARTBEAT_SECONDS, LEASE, Done, Lease, Pointless, Turn
from portal.outbox.tables import StaffMail
from portal.overviews.family import notices
from portal.publish.upkeep.figures import figures_kept
from portal.publish.upkeep.heads import look_before_all
from portal.wiring import House

_SENDERS = 10  # twice the mail room's connections: while five hand in and take the next, five messages leave
_STOCK = 50  # claimed ahead, in one read; only what a sender has taken is on its way
_LETTERS_KEPT = 64  # one for each language and act of each mailing
_FIRST_DRAIN_BEAT = 0.02  # soon at first, for there may be little to do; then half as often each time
_LONGEST_SHUT_SECONDS = 60.0
_LAST_TRIES = 3
_BECAME: Final[Mapping[type, str]] = {
    Accepted: "sent",
    PermanentFailure: "refused",
    RetryableFailure: "again later",
    Withdrawn: "withdrawn",
    Pointless: "pointless",
}
_NO_KEY = "The key that its code was made with is no longer in the key file."
_NOT_WRITTEN = "The portal could not write this message; its log says why."


class _Claimed(Protocol):
    @property
    def lease(self) -> Lease: ...


Job = TypeVar("Job", bound=_Claimed)


class Worker:
    """Delivers mail until it is told to stop, or until nothing is due."""

    def __init__(self, house: House, room: MailRoom) -> None:
        """Take the house and the way to the mail server; the connections are closed when a run ends."""
        self._house = house
        self._room = room
        self._notices = Together(self._notice_turns)
        self._staff_mail = Together(self._staff_turns, most=1)
        self._family_mail = Together(self._family_turns, most=1)
        self._last_looks = Together(self._look_again)
        self._stock: list[Errand] = []
        self._letters: dict[LetterKey, NoticeLetter] = {}
        self._on_their_way: dict[str, str] = {}
        self._mail_is_due = asyncio.Event()
        self._has_run_dry = asyncio.Event()
        self._shut = _Shut(house.settings.mail_server)
        self._outbox = Outage("outbox")
        self._upkeep = publish.Upkeep(house)
        self._bell = Bell(house.db)
        self._jobs = publish.Jobs(house, self._bell)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then let what is on its way arrive; nothing else stays claimed."""
        await self._work(stop, drains=False)

    async def drain(self, stop: asyncio.Event | None = None) -> None:
        """Work until nothing is due and nothing is in any worker's hands, or until `stop` is set."""
        await self._work(stop or asyncio.Event(), drains=True)

    async def _work(self, stop: asyncio.Event, *, drains: bool) -> None:
        clear_scratch()
        await look_before_all(self._house)
        heart = asyncio.create_task(self._keep_leases())
        try:
            with figures_kept(self._house.db):
                await self._deliver(stop, drains=drains)
        finally:
            heart.cancel()
            self._bell.close()
            await self._room.close()

    async def _deliver(self, stop: asyncio.Event, *, drains: bool) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(_SENDERS):
                group.create_task(self._send(stop, self._notices, self._deliver_notice))
            group.create_task(self._send(stop, self._staff_mail, self._deliver_staff_mail))
            # in quiet hours too: it was asked for
            group.create_task(self._send(stop, self._family_mail, self._deliver_family_mail))
            group.create_task(self._jobs.run(stop))
            group.create_task(self._go_round(stop, drains=drains))
        await self._notices.ask(Turn(None, wants_more=False))  # puts the stock back

    async def _go_round(self, stop: asyncio.Event, *, drains: bool) -> None:
        """See what has become due, whenever something was committed, and once a beat while there is work.

        A drain ends here, and looks as soon as nothing is in hand.
        """
        beat = _FIRST_DRAIN_BEAT if drains else BEAT_SECONDS
        rung = self._bell.sleeper()
        while not stop.is_set():
            self._has_run_dry.clear()
            rung.clear()
            if not drains:
                await self._bell.listen()
            await asyncio.to_thread(self._upkeep.do, self._house.clock())  # a bucket or a mail server may be slow
            is_left, rest = True, beat
            try:
                is_left = self._round()
                rest = beat if is_left or drains else self._rest()
            except ChangedMeanwhile:  # another worker was a moment before us, or a person; the next beat looks again
                pass
            except (PortalError, SQLAlchemyError) as error:  # the next beat tries again
                self._outbox.began(error)
            else:
                self._outbox.over()
            if is_left:
                self._mail_is_due.set()
            elif drains and not (self._on_their_way or self._jobs.are_left()):
                stop.set()
            await until_any(rest, stop, self._has_run_dry if drains else rung)
            beat = min(2 * beat, BEAT_SECONDS)
        self._mail_is_due.set()  # nobody sleeps past the end

    def _rest(self) -> float:
        """Return for how many seconds nothing becomes due, unless somebody commits something."""
        now = self._house.clock()
        with self._house.db.read() as session:
            due = notices.next_due(session, now=now)
        moments = [one for one in (due, self._house.settings.quiet_until(now)) if one]
        return min([self._bell.longest_rest, *((one - now).total_seconds() for one in moments)])

    def _round(self) -> bool:
        now = self._house.clock()
        is_older = self._house.age.looked_at(now)
        if self._house.age.closed_by:
            return False
        has_answered = not is_older and self._answer_wishes() > 0  # more may wait
        is_quiet = self._keeps_still(now)
        begun = [] if is_quiet else self._write(start_sending, now)
        finished = self._write(finish_mailings, now)
        with self._house.db.write() as session:
            is_left = has_answered or outbox.has_unfinished_mail(session, to_families=not is_older, now=now)
            is_left = is_left or (not is_quiet and notices.has_unfinished(session, now=now))
        for act, mailing_ids in (("begun", begun), ("sent", finished)):
            for mailing_id in mailing_ids:
                log("worker").info(f"mailing {act}", mailing=mailing_id)
        return is_left

    def _write(self, story: Callable[..., list[str]], now: datetime) -> list[str]:
        """Tell one story in one transaction: in two stories' order, mailings and the ledger would be held crosswise."""
        with self._house.db.write() as session:
            return story(session, self._house.keys, now=now)

    def _answer_wishes(self) -> int:
        with suppress(PortalError, SQLAlchemyError), self._house.db.write() as session:
            return answer_wishes(session, self._house.keys, now=self._house.clock())
        return 0

    async def _send(
        self,
        stop: asyncio.Event,
        counter: "Together[Turn, Job | None]",
        deliver: Callable[[Job], Awaitable[Outcome | Pointless]],
    ) -> None:
        """Carry one message at a time: hand in how the last one ended, take the next, deliver it."""
        done: Done | None = None
        failures = 0
        while done or not stop.is_set():
            if done is None:
                await self._shut.wait(stop)
            turn = Turn(done, wants_more=not (stop.is_set() or self._shut.is_shut))
            try:
                job = await counter.ask(turn)
            except (PortalError, SQLAlchemyError) as error:
                self._outbox.began(error)
                failures += 1
                if stop.is_set() and failures >= _LAST_TRIES:
                    return  # the lease runs out, and at worst the message is repeated with its Message-ID
                await asyncio.sleep(min(failures, 5))
                continue  # with the outcome still in hand: it must not be lost
            if done:
                self._on_their_way.pop(done.lease.row_id, None)
                count("sends", _BECAME[type(done.outcome)])
            done, failures = None, 0
            if job is not None:
                self._on_their_way[job.lease.row_id] = job.lease.id
                done = Done(job.lease, await _outcome_of(deliver, job))
                self._shut.learn(done.outcome)
            elif turn.wants_more and not stop.is_set():
                if not self._on_their_way:
                    self._has_run_dry.set()
                self._mail_is_due.clear()
                await self._mail_is_due.wait()

    def _keeps_still(self, now: datetime) -> bool:
        """Whether no letter leaves now: in quiet hours, and out of a database that is older, or moves."""
        return self._house.age.looked_at(now) or self._house.settings.quiet_until(now) is not None

    def _is_closed(self, turns: Sequence[Turn], now: datetime) -> bool:
        """Whether the portal moves and no outcome is in hand: then the database is left alone."""
        self._house.age.looked_at(now)
        return self._house.age.closed_by is not None and not any(turn.done for turn in turns)

    def _notice_turns(self, turns: Sequence[Turn]) -> Sequence[Errand | None]:
        """Keep how messages ended and hand out the next, from a small stock of claims; one transaction."""
        now = self._house.clock()
        if not self._stock and self._is_closed(turns, now):
            return [None] * len(turns)
        wanted = 0 if self._keeps_still(now) else sum(turn.wants_more for turn in turns)
        back = [] if wanted else [Done(errand.lease, Withdrawn()) for errand in self._stock]
        done = [turn.done for turn in turns if turn.done]
        with self._house.db.connect() as connection:
            hand_in(connection, [*done, *back], now=now)
            fresh = claim_notices(connection, most=_STOCK, now=now) if wanted > len(self._stock) else []
        self._stock = [*self._stock, *fresh] if wanted else []
        return [self._stock.pop() if turn.wants_more and self._stock else None for turn in turns]

    def _look_again(self, errands: Sequence[Errand]) -> Sequence[bool]:
        with self._house.db.ask() as connection:
            return look_again(connection, errands, now=self._house.clock())

    async def _deliver_notice(self, errand: Errand) -> Outcome:
        letter = self._letters.get(errand.letter) or self._read_letter(errand.letter)
        return await deliver_notice(
            self._room,
            self._house.keys,
            letter,
            errand,
            bounces=self._house.settings.bounces,
            still_wanted=lambda: self._last_looks.ask(errand),
            now=self._house.clock(),
        )

    def _read_letter(self, key: LetterKey) -> NoticeLetter:
        with self._house.db.read() as session:
            mailing = mailings.find_any(session, key.mailing_id)
            assert mailing is not None
            letter = notices.letter_of(
                mailing,
                self._house.settings,
                expires_at=key.expires_at,
                words=mailings.words_of(session, key.mailing_id),
                language=key.language,
                occasion=key.occasion,
            )
        if len(self._letters) >= _LETTERS_KEPT:
            self._letters.clear()
        self._letters[key] = letter
        return letter

    def _staff_turns(self, turns: Sequence[Turn]) -> Sequence[StaffErrand | None]:
        now = self._house.clock()
        if self._is_closed(turns, now):
            return [None] * len(turns)
        if self._house.age.closed_by:
            turns = [Turn(turn.done, wants_more=False) for turn in turns]
        with self._house.db.write() as session:
            return take_staff_turns(session, turns, now=now)

    async def _deliver_staff_mail(self, errand: StaffErrand) -> Outcome | Pointless:
        message = self._read_staff_message(errand)
        if isinstance(message, Pointless):
            return message

        async def still_wanted() -> bool:
            with self._house.db.read() as session:
                return outbox.is_held(session, StaffMail, errand.lease)

        now, settings = self._house.clock(), self._house.settings
        return await deliver_staff_mail(self._room, settings, errand, message, still_wanted=still_wanted, now=now)

    def _read_staff_message(self, errand: StaffErrand) -> StaffMessage | Pointless:
        with self._house.db.read() as session:
            return message_of(session, self._house.keys, self._house.settings, errand, now=self._house.clock())

    def _family_turns(self, turns: Sequence[Turn]) -> Sequence[FamilyErrand | None]:
        now = self._house.clock()
        if self._is_closed(turns, now):
            return [None] * len(turns)
        if self._house.age.looked_at(now):  # whoever asked may have lost the right since
            turns = [Turn(turn.done, wants_more=False) for turn in turns]
        with self._house.db.write() as session:
            return take_family_turns(session, turns, now=now)

    async def _deliver_family_mail(self, errand: FamilyErrand) -> Outcome | Pointless:
        house, settings = self._house, self._house.settings
        with house.db.read() as session:
            message: FamilyMessage | Pointless = family_message(
                session, house.keys, settings, errand, now=house.clock()
            )
        if isinstance(message, Pointless):
            return message

        async def still_wanted() -> bool:
            with house.db.read() as session:
                return still_holds(session, house.keys, settings, errand, message, now=house.clock())

        return await deliver_family_mail(
            self._room, settings, errand, message, still_wanted=still_wanted, now=house.clock()
        )

    async def _keep_leases(self) -> None:
        """A slow mail server may take minutes for one message; nobody else may send it meanwhile."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            lease_ids = {*self._on_their_way.values(), *(errand.lease.id for errand in self._stock)}
            if lease_ids:
                with suppress(PortalError, SQLAlchemyError):  # there are three more beats in a lease
                    self._renew(lease_ids)

    def _renew(self, lease_ids: set[str]) -> None:
        with self._house.db.write() as session:
            for box in outbox.BOXES:
                outbox.renew(session, box, list(lease_ids), until=self._house.clock() + LEASE)


async def _outcome_of(deliver: Callable[[Job], Awaitable[Outcome | Pointless]], job: Job) -> Outcome | Pointless:
    try:
        return await deliver(job)
    except (WrongCall, Refused) as error:
        return PermanentFailure(str(error))
    except KeyError:  # the key that its typed code was made with has left the key file, so the code is dead
        return PermanentFailure(_NO_KEY)
    except Exception as error:  # noqa: BLE001 - one message that fails must not stop the others
        log("worker").warning("message not written", row=job.lease.row_id, error=type(error).__name__)
        return RetryableFailure(_NOT_WRITTEN)


class _Shut:
    """How long senders stay away from a mail server that lets nobody in: 1 second, doubling to a minute."""

    def __init__(self, host: str) -> None:
        self._wait = 0.0
        self._until = 0.0
        self._outage = Outage("mail server", host)

    @property
    def is_shut(self) -> bool:
        """Whether it is too early to try again."""
        return time.monotonic() < self._until

    def learn(self, outcome: Outcome | Pointless) -> None:
        """Take note of an outcome; several senders who find the same door shut count once."""
        if isinstance(outcome, RetryableFailure) and outcome.room_is_shut:
            if not self.is_shut:
                self._outage.began(cause=outcome.reply)
                self._wait = min(max(2 * self._wait, 1.0), _LONGEST_SHUT_SECONDS)
                self._until = time.monotonic() + self._wait * (0.5 + jitter() / 2)
        elif not isinstance(outcome, Pointless):
            self._wait = 0.0
            self._outage.over()

    async def wait(self, stop: asyncio.Event) -> None:
        """Return when the mail server may be tried again, or at a stop."""
        while self.is_shut and not stop.is_set():
            await until_any(self._until - time.monotonic(), stop)
