"""Whatever is pressed, in whatever order and twice: one act, one message to a guardian, and none to the barred."""

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlmodel import select

from portal.families.tables import Guardianship
from portal.flows.sending.deliver_notice import claim_notices, hand_in
from portal.flows.sending.finish_mailing import finish_mailings
from portal.flows.sending.pause_mailing import continue_mailing, pause_mailing
from portal.flows.sending.start_sending import start_sending
from portal.flows.sending.stop_mailing import stop_mailing
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import Conflict, Refused
from portal.mail.transport.room import Accepted, PermanentFailure
from portal.mailings.tables import Mailing, Round
from portal.outbox.rules import Done
from portal.outbox.tables import Notice
from portal.wiring import House, build_house
from tests.cast import link_of, seat_the_cast, send_letter
from tests.conftest import Watch
from tests.flows.rounds import Sending
from tests.parts.databases import Templates

PEOPLE = st.sampled_from(["carla", "diego", "ngozi", "rosa_r"])
_CHILD_OF = {"carla": "ana", "diego": "luis", "ngozi": "sam", "rosa_r": "other_ana"}


class Office(RuleBasedStateMachine):
    """A school office with one letter, two impatient people and an unreliable mail server."""

    house: House
    clock: Watch

    def __init__(self) -> None:
        super().__init__()
        self.clock.now = Watch().now
        self.cast = seat_the_cast(self.house.db, now=self.clock.now)
        mailing_id = send_letter(self.house, self.cast, now=self.clock.now)
        self.sending = Sending(self.house, self.cast, self.clock, mailing_id)
        self.seen = [(self.sending.mailing.version, 1)]
        self.left: list[tuple[str, int]] = []
        self.barred: set[tuple[str, str]] = set()

    def _try(self, act: object) -> object:
        try:
            return act()  # type: ignore[operator]  # a function without arguments
        except (Refused, Conflict):
            return None

    @rule(kind=st.sampled_from(["again", "reminder", "one-family"]), old=st.integers(0, 9), admin=st.booleans())
    def press(self, kind: str, old: int, *, admin: bool) -> None:
        """Press what a page said that was loaded now, or some time ago; then press it a second time."""
        mailing = self.sending.mailing
        self.seen.append((mailing.version, mailing.round + 1))
        seen = self.seen[max(0, len(self.seen) - 1 - old)]
        by = self.cast.admin if admin else self.cast.writer
        for _ in range(2):
            self._try(lambda: self.sending.press(kind, seen=seen, by=by, child="100001"))  # type: ignore[arg-type]  # drawn from these kinds

    @rule(refuse=st.sets(PEOPLE), most=st.integers(1, 9))
    def work(self, refuse: set[str], most: int) -> None:
        """Let the hold pass and some messages leave."""
        self.clock.forward(minutes=2)
        no = {getattr(self.cast, name) for name in refuse}
        with self.house.db.write() as session:
            start_sending(session, self.house.keys, now=self.clock.now)
            errands = claim_notices(session.connection(), most=most, now=self.clock.now)
        with self.house.db.write() as session:
            done = []
            for errand in errands:
                notice = session.get_one(Notice, errand.lease.row_id)
                self.left.append((notice.guardian_id, notice.round))
                for way in errand.ways:
                    assert way.link_id not in self.dead_links()
                outcome = PermanentFailure("550 no") if notice.guardian_id in no else Accepted("250 ok")
                done.append(Done(errand.lease, outcome))
            hand_in(session.connection(), done, now=self.clock.now)
        with self.house.db.write() as session:
            finish_mailings(session, self.house.keys, now=self.clock.now)

    def dead_links(self) -> set[str]:
        """Return the links of the barred."""
        return {link_of(self.house, self.sending.mailing_id, guardian, child) for guardian, child in self.barred}

    @rule(act=st.sampled_from(["stop", "pause", "continue"]))
    def interrupt(self, act: str) -> None:
        stories = {"stop": stop_mailing, "pause": pause_mailing}

        def story() -> None:
            with self.house.db.write() as session:
                about = {"by": self.cast.writer, "now": self.clock.now}
                if act == "continue":
                    continue_mailing(session, self.house.keys, self.sending.mailing_id, wave=None, **about)  # type: ignore[arg-type]  # as named
                else:
                    stories[act](session, self.house.keys, self.sending.mailing_id, **about)  # type: ignore[operator]  # as named

        if act != "stop" or self.sending.mailing.round:  # a stop of the first sending is the end of the story
            self._try(story)

    @precondition(lambda self: len(self.barred) < 2)
    @rule(name=PEOPLE)
    def bar(self, name: str) -> None:
        """Take somebody's right to see a child away."""
        pair = (getattr(self.cast, name), getattr(self.cast, _CHILD_OF[name]))
        self.barred.add(pair)
        with self.house.db.write() as session:
            session.get_one(Guardianship, pair).may_view = False

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.clock.forward(days=days)

    @invariant()
    def one_act_is_one_message(self) -> None:
        assert not [pair for pair, count in Counter(self.left).items() if count > 1]
        with self.house.db.read() as session:
            mailing = session.get_one(Mailing, self.sending.mailing_id)
            numbers = sorted(session.exec(select(Round.number)).all())
        assert numbers == list(range(1, mailing.round + 1))


def test_one_act_one_message_whatever_is_pressed(tmp_path: Path, templates: Templates, key_file: Path) -> None:
    made: list[House] = []

    class Here(Office):
        def __init__(self) -> None:
            folder = tmp_path / str(len(made))
            self.clock = Watch()
            self.house = build_house(
                Settings.model_validate(
                    {
                        "data_dir": folder,
                        "database_url": templates.sqlite(folder),
                        "key_file": key_file,
                        "hold_seconds": 60,
                    }
                ),
                clock=self.clock,
            )
            made.append(self.house)
            super().__init__()

        def teardown(self) -> None:
            self.house.close()

    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=25, stateful_step_count=14, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
