"""What the state machine of the promises does with a house: each act in one transaction, which may crash at its end.

An act that is refused, or that crashes, changes nothing; one that is done is in the ledger.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session, col, select

from portal.documents.rules.cleared import ClearedFile
from portal.documents.tables import Copy, Document
from portal.flows.approving import approve_mailing
from portal.flows.incidents.undo_freeze import Undone, prepare_undo, undo_freeze
from portal.flows.opening import pass_code
from portal.flows.opening.open_link import CodeAsked, Opened, open_link, read_attempt, shown_by
from portal.flows.people.import_roster import Imported, check_roster, compare_roster, fingerprint, import_roster
from portal.flows.sending.deliver_notice import Errand, deliver_notice, look_again
from portal.flows.writing import draft_mailing
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.text.pasted import tokens_in
from portal.ledger import repository as ledger
from portal.links.tables import CodeChallenge, Link
from portal.mail.transport.recording import RecordingRoom
from portal.mail.transport.room import Outcome
from portal.mailings.rules import Term, check_draft
from portal.outbox.tables import Notice
from portal.overviews.incidents.undoing import planned_undo
from portal.overviews.operation import judged_by
from portal.rosters.caged import read_roster
from portal.rosters.fields.values import COLUMNS
from portal.staff.rules import Acting
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, seal_cleared, token_of
from tests.conftest import Watch
from tests.flows.district import row
from tests.parts.model import Browser, Letter, Pair, Way

HOLD = timedelta(seconds=60)
Told = TypeVar("Told")
CHILDREN = ("ana", "luis", "other_ana", "sam")
GUARDIANS = ("carla", "diego", "rosa_r", "ngozi", "emeka")


class Crashed(Exception):
    """The process is gone right before it would have committed."""


def _die(*, if_so: bool) -> None:
    if if_so:
        raise Crashed


@dataclass
class Desk:
    """A house with the cast, and every act on it. `done` counts what was done, so that a run can be seen to do it."""

    house: House
    cast: Cast
    clock: Watch
    folder: Path
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Learn who is who."""
        self.names = {getattr(self.cast, name): name for name in (*CHILDREN, *GUARDIANS)}

    def act(
        self, story: Callable[[Session], Told], *, crash: bool, what: str, shown: tuple[str, ...] = ()
    ) -> Told | None:
        """Tell a story in one transaction; None if it was refused, or crashed. `shown` makes it a family's."""
        before, told = self.head(), None
        opened = self.house.family_db.write(*shown) if shown else self.house.db.write()
        try:
            with opened as session:
                told = story(session)
                _die(if_so=crash)
        except (PortalError, Crashed):
            assert self.head() == before, f"{what} left something in the ledger, and failed"
            return None
        return self._noted(told, before, what)

    def _noted(self, told: Told, before: int, what: str) -> Told:
        is_repeat = getattr(told, "is_repeat", False) or not getattr(told, "is_new", True)
        assert is_repeat or what == "disclose" or self.head() > before, f"{what} is not in the ledger"
        self.done[what] += not is_repeat
        return told

    def head(self) -> int:
        """Return the number of the newest entry of the ledger."""
        with self.house.db.read() as session:
            return ledger.head(session)[0]

    # Writing and approving

    def write(self, files: Mapping[str, bytes], owners: list[str | None], *, days: int, confidential: bool,
              by: Acting, crash: bool) -> Letter | None:  # fmt: skip
        """Write a checked mailing to everyone: its files are for everybody, or each for one child."""
        cleared = [seal_cleared(self.house, name, files[name], place=at) for at, name in enumerate(files)]
        draft = check_draft(title="Welcome", message="We begin on Monday.", terms=(Term("everyone"),), link_days=days,
                            link_hosts=frozenset(), confidential=confidential)  # fmt: skip

        def story(session: Session) -> str:
            mailing = draft_mailing.draft_mailing(session, self.house.keys, draft, by=by, now=self.clock.now)
            self._attach(session, mailing.id, cleared, owners, by)
            return mailing.id

        mailing_id = self.act(story, crash=crash, what="write")
        ids = [one.document_id for one in cleared]
        return mailing_id and Letter(mailing_id, {by.id}, dict(zip(ids, owners, strict=True)), days, confidential)

    def _attach(self, session: Session, mailing_id: str, cleared: list[ClearedFile], owners: list[str | None],
                by: Acting) -> None:  # fmt: skip
        version = judged_by.version(session, self.house.guard_terms)
        draft_mailing.attach_documents(
            session, self.house.keys, mailing_id, cleared, judged_by=version, by=by, now=self.clock.now
        )
        for file, owner in zip(cleared, owners, strict=True):
            if owner is not None:
                document = session.get_one(Document, file.document_id)
                document.kind, document.addressee_id, document.place = "own", getattr(self.cast, owner), 0

    def approve(self, mailing_id: str, *, by: Acting, crash: bool) -> object:
        """Approve, after the guard has looked again at what a newer roster may have changed."""
        terms, now = self.house.guard_terms, self.clock.now

        def story(session: Session) -> object:
            mailing = approve_mailing.mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
            version = judged_by.version(session, terms)
            if mailing.state == "waiting" and mailing.judged_by != version:
                approve_mailing.note_checked_again(
                    session, self.house.keys, mailing_id, version=mailing.version, judged_by=version, now=now
                )
            mailing = approve_mailing.check_may_approve(session, mailing_id, by=by, terms=terms)
            prepared = approve_mailing.prepare_approval(
                session, self.house.keys, mailing, terms=terms, now=now, hold=HOLD
            )
            return approve_mailing.approve_mailing(session, self.house.keys, prepared, by=by, now=now)

        return self.act(story, crash=crash, what="approve")

    def fresh_ways(self, letter: Letter) -> list[Way]:
        """Return the links of a mailing that the model does not know yet."""
        known = {way.id for way in letter.ways}
        with self.house.db.read() as session:
            rows = session.exec(select(Link).where(col(Link.mailing_id) == letter.id))
            ways = [
                Way(one.id, letter.id, (self.names[one.guardian_id], self.names[one.child_id]), one.expires_at)
                for one in rows
                if one.id not in known
            ]
        return sorted(ways, key=lambda way: way.pair)

    def edit(self, letter: Letter, *, by: Acting, crash: bool) -> object:
        """Change the words of a mailing that nobody has approved; it is checked again."""
        draft = check_draft(
            title="Welcome",
            message="We begin on Friday.",
            terms=(Term("everyone"),),
            link_days=letter.days,
            link_hosts=frozenset(),
            confidential=letter.is_confidential,
        )

        def story(session: Session) -> object:
            found = approve_mailing.mailings.find(session, letter.id, staff_id=by.id, sites=by.sites)
            change = (letter.id, found.version)
            draft_mailing.draft_mailing(session, self.house.keys, draft, by=by, now=self.clock.now, change=change)
            self._attach(session, letter.id, [], [], by)
            return change

        return self.act(story, crash=crash, what="edit")

    def copies(self) -> dict[str, tuple[str, str]]:
        """Return every copy there is: its file, and its child."""
        with self.house.db.read() as session:
            return {one.id: (one.document_id, self.names[one.child_id]) for one in session.exec(select(Copy))}

    # Rosters

    def take_in(self, ties: Mapping[Pair, bool], boxes: Mapping[str, str | None], *, crash: bool) -> Imported | None:
        """Import a roster that says so."""
        path = self.folder / "roster.csv"
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        for (guardian, child), may in ties.items():
            cells = {"guardian_email": boxes[guardian] or "", "may_receive": "yes" if may else "no"}
            writer.writerow(row(child, guardian, **cells))
        path.write_text(text.getvalue())
        before, now = self.head(), self.clock.now
        try:
            with self.house.db.workbench() as bench, read_roster(path, now.date()) as roster:
                with bench.staging() as connection:
                    changes = compare_roster(connection, self.house.keys, roster, now=now, tell=lambda _: None)
                check_roster(changes, roster.report, accept_drop=True, skip_bad_rows=False, without_addresses=True)
                about = {"format_": roster.report.format, "sha256": fingerprint(path)}
                with bench.write() as session:
                    told = import_roster(session, self.house.keys, changes, by="cli:office", now=now, **about)
                    _die(if_so=crash)
        except (PortalError, Crashed):
            assert self.head() == before
            return None
        return self._noted(told, before, "import")

    # Families

    def press(self, browser: Browser, link: str, *, crash: bool) -> Opened | CodeAsked | None:
        """Press a link in a browser; None if it does not open."""
        attempt = read_attempt(self.house.keys, token=token_of(self.house, link), code="")
        assert attempt is not None

        def story(session: Session) -> object:
            return open_link(session, self.house.keys, attempt, old_cookie=browser.cookie or None, now=self.clock.now)

        shown = (*attempt.shown, shown_by(browser.cookie))
        told = self.act(lambda session: _Unnoted(story(session)), crash=crash, what="press", shown=shown)
        return told.told if told is not None and isinstance(told.told, Opened | CodeAsked) else None

    def type_code(self, browser: Browser, step: str, *, crash: bool) -> str | None:
        """Ask for a code and type it; return the new session's cookie."""
        keys, now = self.house.keys, self.clock.now
        asked = self.act(
            lambda session: _Unnoted(pass_code.send_code(session, keys, step, now=now)),
            crash=False, what="code", shown=(shown_by(step),),
        )  # fmt: skip
        if asked is None or asked.told != "sent":
            return None
        with self.house.db.read() as session:
            newest = session.exec(select(CodeChallenge).order_by(col(CodeChallenge.created_at).desc())).first()
        assert newest is not None
        digits = tokens.mint_digits(keys, newest.id, newest.key_id)
        mine = pass_code.Browser(step, browser.cookie or None)
        done = self.act(
            lambda session: pass_code.try_code(session, keys, mine, digits, remembers=False, now=now),
            crash=crash, what="pass-code", shown=mine.shown,
        )  # fmt: skip
        return done.cookie if isinstance(done, pass_code.Passed) else None

    # Incidents

    def undo(self, incident: str, mailing_id: str, *, crash: bool) -> Undone | None:
        """Undo a freeze, as `publish.undo_freeze` does, in one transaction."""
        by, now, keys = self.cast.admin, self.clock.now, self.house.keys

        def story(session: Session) -> Undone:
            mailing, planned = planned_undo(session, incident, mailing_id, by=by, now=now)
            prepared = prepare_undo(session, keys, mailing, planned, now=now, hold=HOLD)
            return undo_freeze(session, keys, prepared, reason="It was right.", by=by, now=now)

        return self.act(story, crash=crash, what="undo")

    # Mail

    def messages(self, mailing_id: str) -> dict[str, tuple[str, bool]]:
        """Return the messages of a mailing, each with its guardian, and whether it has not left."""
        with self.house.db.read() as session:
            found = session.exec(select(Notice).where(col(Notice.mailing_id) == mailing_id)).all()
        return {one.id: (self.names[one.guardian_id], one.state in {"queued", "sending"}) for one in found}

    def about(self, notice_id: str) -> tuple[str, str, int]:
        """Return the mailing, the guardian and the round of a message."""
        with self.house.db.read() as session:
            notice = session.get_one(Notice, notice_id)
            return notice.mailing_id, self.names[notice.guardian_id], notice.round

    async def hand_over(self, errand: Errand) -> tuple[Outcome, EmailMessage | None]:
        """Offer a claimed message to a mail server; return its answer, and what it got."""
        room = RecordingRoom()

        async def still_wanted() -> bool:
            with self.house.db.ask() as connection:
                return look_again(connection, [errand], now=self.clock.now)[0]

        letter = Worker(self.house, room)._read_letter(errand.letter)
        outcome = await deliver_notice(
            room, self.house.keys, letter, errand, bounces=self.house.settings.bounces, still_wanted=still_wanted,
            now=self.clock.now,
        )  # fmt: skip
        if not room.delivered:
            return outcome, None
        (got,) = room.delivered
        message = message_from_bytes(got.message, policy=policy.default)
        assert isinstance(message, EmailMessage)
        assert message["To"].addresses[0].addr_spec == got.to
        return outcome, message

    def links_in(self, text: str) -> set[str]:
        """Return the links whose tokens stand in a text."""
        found = (tokens.read_token(self.house.keys, "link-token", one) for one in tokens_in(text))
        return {one for one in found if one}

    @staticmethod
    def is_named(name: str, text: str) -> bool:
        """Tell whether a name stands in a text as a word."""
        return re.search(rf"\b{name}\b", text) is not None


@dataclass(frozen=True)
class _Unnoted:
    """What a family's press came to: one that only leads to a code is not in the ledger."""

    told: object

    @property
    def is_repeat(self) -> bool:
        """Whether nothing of it has to be in the ledger."""
        return isinstance(self.told, CodeAsked | str) or self.told is None


def letter_text(at: int, child: str | None) -> bytes:
    """Return a file by which it is seen whose it is."""
    return f"%PDF-1.7 file {at} for {child or 'everybody'}".encode()


def new_name() -> str:
    """Return a file's name that no other has."""
    return f"{new_id()[:8]}.pdf"
