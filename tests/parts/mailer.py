"""The worker of the state machine: it claims messages, hands them in, and may die before or after."""

import asyncio
from email.message import EmailMessage

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from portal.flows.sending.deliver_notice import Errand, claim_notices, hand_in
from portal.flows.sending.finish_mailing import finish_mailings
from portal.flows.sending.start_sending import start_sending
from portal.mail.transport.room import Accepted, PermanentFailure
from portal.outbox.rules import Done
from tests.parts.office import CRASH, NAMES, Office


class Mailer(Office):
    """The office with a worker, and time that goes by."""

    @rule(most=st.integers(1, 9), crash=CRASH)
    def claim(self, most: int, *, crash: bool) -> None:
        """Let a minute pass, and a worker take messages into its hands."""
        self.desk.clock.forward(seconds=61)
        keys, now = self.desk.house.keys, self.now
        with self.desk.house.db.write() as session:
            start_sending(session, keys, now=now)
            if crash:
                session.rollback()
        with self.desk.house.db.connect() as connection:
            self.hands += claim_notices(connection, most=most, now=now)
        with self.desk.house.db.write() as session:
            finish_mailings(session, keys, now=now)

    @precondition(lambda self: self.hands)
    @rule(most=st.integers(1, 9), refuse=st.integers(0, 5), dies=st.sampled_from(["", "", "", "before", "after"]))
    def deliver(self, most: int, refuse: int, dies: str) -> None:
        """Hand messages over, and their ends in; the worker may die before the first, or before anybody knows."""
        self.tick()
        mine, self.hands = self.hands[:most], self.hands[most:]
        if dies == "before":
            return
        done = []
        for errand in mine:
            outcome, message = asyncio.run(self.desk.hand_over(errand))
            if message is not None:
                self._has_left(errand, message)
                self.lost[errand.lease.row_id] += dies == "after"
            is_refused = isinstance(outcome, Accepted) and not refuse
            done.append(Done(errand.lease, PermanentFailure("550 No.") if is_refused else outcome))
        if dies != "after":
            with self.desk.house.db.connect() as connection:
                hand_in(connection, done, now=self.now)

    def _has_left(self, errand: Errand, message: EmailMessage) -> None:
        """Look at a message that a mail server got: to whom, about whom, and whether it may have."""
        notice_id = errand.lease.row_id
        letter_id, guardian, number = self.desk.about(notice_id)
        letter, town = self.model.letters[letter_id], self.model.town
        assert letter.held_until is not None
        assert self.now >= letter.held_until, "a message left before its hold was over"
        assert notice_id not in letter.kept_back, "a message left that a Stop had kept back"
        assert self.left.setdefault((letter_id, guardian, number), notice_id) == notice_id, "two messages for one act"
        self.times_left[notice_id] += 1
        assert self.times_left[notice_id] <= 1 + self.lost[notice_id], "a message left twice"
        assert [one.addr_spec for one in message["To"].addresses] == [town.boxes[guardian]], "to another address"
        assert list(message.iter_attachments()) == []
        self._names_its_own(message, guardian)
        self.desk.done["left"] += 1

    def _names_its_own(self, message: EmailMessage, guardian: str) -> None:
        texts = [part.get_content() for part in message.walk() if not part.is_multipart()]
        text = " ".join([str(message["Subject"]), *texts])
        ways = [self.model.ways[link] for link in self.desk.links_in(text)]
        assert ways, "a message without a link"
        for way in ways:
            assert way.pair[0] == guardian, "a link of another guardian"
            assert self.model.opens(way, self.now), "a message with a dead link"
            assert not self.model.town.is_shared(way.pair), "a message to a mailbox that somebody barred reads"
        named = {NAMES[way.pair[1]] for way in ways}
        for name in set(NAMES.values()) - named:
            assert not self.desk.is_named(name, text), f"a message to {guardian} names {name}"
        assert not any(self.desk.is_named(name, text) for name in ("Rivera", "Okafor"))

    @rule(hours=st.sampled_from([1, 3, 26, 31 * 24]))
    def wait(self, hours: int) -> None:
        """Let time pass: sessions end, and then links."""
        self.desk.clock.forward(hours=hours)
