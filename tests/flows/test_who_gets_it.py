"""Who gets a letter is asked in many places and answered in one: page, mail, command, list, approval, what leaves."""

import asyncio
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from portal import publish
from portal.cli.letters.telling import mailing_facts
from portal.documents import repository as documents
from portal.documents.repository import intakes
from portal.families.rules import count_families
from portal.flows.sending import send_round
from portal.flows.sending.pause_mailing import continue_mailing
from portal.flows.writing import draft_mailing
from portal.flows.writing.check_mailing import check_mailing
from portal.flows.writing.reconcile_mailing import note_sample_seen
from portal.kernel.ids import new_id
from portal.mail.transport.recording import RecordingRoom
from portal.mailings import repository as mailings
from portal.mailings.errors import NobodyReached, NotReconciled
from portal.mailings.rules import RoundKind, Term, check_draft
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.audience import omissions
from portal.overviews.operation.judged_by import version
from portal.overviews.people import staff_mail
from portal.overviews.sending import sending_seen
from portal.overviews.writing import mailing_seen
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, link_of, write_draft
from tests.conftest import Watch
from tests.flows.drawn_rosters import Kid, School, add_kid, kids, schools, seat
from tests.flows.rounds import Sending, read_letter
from tests.flows.test_deliver_notice import plain_of, read

_SITES = count(1)
Pairs = set[tuple[str, str]]


class Trial:
    """One drawn school and its letter."""

    def __init__(self, house: House, cast: Cast, clock: Watch, school: School) -> None:
        self.house, self.cast, self.clock, self.school = house, cast, clock, school
        with house.db.write() as session:
            self.seated = seat(session, school, site=f"s{next(_SITES)}", now=clock.now)
        self.mailing_id = self._write()

    def _write(self) -> str:
        terms = [Term("site", self.seated.site), *([Term("grade", self.school.grade)] if self.school.grade else [])]
        if self.school.is_shared:
            mailing_id = write_draft(self.house, self.cast, now=self.clock.now, terms=tuple(terms))
        else:
            mailing_id = self._write_each(terms)
        with self.house.db.write() as session:
            left_out = {self.seated.kids[at]: why for at, why in self.school.left_out.items()
                        if at in self.school.audience}  # fmt: skip
            mailings.set_leave_outs(session, mailing_id, left_out, by_id=self.cast.writer.id, now=self.clock.now)
            mailing = mailings.find_any(session, mailing_id)
            assert mailing is not None
            mailing.first_wave = self.school.first_wave
        return mailing_id

    def _write_each(self, terms: list[Term]) -> str:
        draft = check_draft(title="Cards", message="Here it is.", terms=terms, link_days=30, link_hosts=frozenset())
        with self.house.db.write() as session:
            mailing = draft_mailing.draft_mailing(
                session, self.house.keys, draft, by=self.cast.writer, now=self.clock.now
            )
            mailing.way = "files"  # not confidential, so that a link alone opens a letter
            session.flush()
            for place, at in enumerate(self.school.filed):
                self._file(session, mailing.id, place, self.seated.kids[at])
            judged = version(session, self.house.guard_terms)
            check_mailing(
                session, self.house.keys, mailing.id, version=mailing.version, judged_by=judged, now=self.clock.now
            )
            return mailing.id

    def _file(self, session: Session, mailing_id: str, place: int, child: str) -> None:
        file = {"file_name": f"{child}.pdf", "size": 9, "sha256": f"{place:064}"}
        document = {"id": new_id(), "mailing_id": mailing_id, "kind": "own", "addressee_id": child,
                    "media_type": "application/pdf", "parts_read": 1, "created_at": self.clock.now}  # fmt: skip
        documents.add_documents(session, [document | file])
        intakes.add_given_files(
            session,
            [file | {"id": new_id(), "mailing_id": mailing_id, "place": place, "child_id": child,
                     "document_id": document["id"], "problem": "", "report": "", "roster": 1, "is_kept": False}],
        )  # fmt: skip

    def numbers(self) -> tuple[int, int, int, int]:
        """Return children, guardians, families and children left out, the same wherever somebody reads them."""
        now = self.clock.now
        with self.house.db.read() as session:
            mailing = mailings.find_any(session, self.mailing_id)
            assert mailing is not None
            page = mailing_seen.mailing_seen(session, self.cast.writer, mailing.id, organisation="R", now=now).numbers
            asked = staff_mail.asked_about(session, mailing, organisation="R", now=now)
            listed = omissions.omitted(session, mailing.id, self.cast.writer, words="", page=1, now=now)
        command = mailing_facts(self.house, self.mailing_id)
        left_out = [row.student_number for row in listed.rows if row.guardian_name is None]
        assert sorted(one["child"] for one in command["left_out"]) == sorted(left_out)
        assert sum(asked.left_out.values()) == page.children_left_out == len(left_out)
        assert (asked.children, asked.guardians) == (command["children"], command["guardians"])
        assert (page.children, page.guardians) == (command["children"], command["guardians"])
        assert page.families == command["families"]
        assert sum(group.children for group in page.left_out if group.reason) == len(
            [row for row in listed.rows if row.reason]
        )
        return page.children, page.guardians, page.families, page.children_left_out

    def expected(self, pairs: Pairs, audience: int) -> tuple[int, int, int, int]:
        children = {child for _, child in pairs}
        return len(children), len({one for one, _ in pairs}), count_families(pairs), audience - len(children)

    def reasons(self) -> Counter[str]:
        """Return the reasons that an approver reads, as they were written down, with how many children each."""
        with self.house.db.read() as session:
            seen = mailing_seen.mailing_seen(
                session, self.cast.approver, self.mailing_id, organisation="R", now=self.clock.now
            )
        return Counter({group.reason.casefold(): group.children for group in seen.numbers.left_out if group.reason})

    def written(self, number: int) -> tuple[Pairs, set[str]]:
        """Return the links that one act wrote a message for, as guardian and child, and the guardians of messages."""
        with self.house.db.read() as session:
            mine = (col(Notice.mailing_id) == self.mailing_id, col(Notice.round) == number)
            query = select(NoticeLink.guardian_id, NoticeLink.child_id).join(
                Notice, col(Notice.id) == col(NoticeLink.notice_id)
            )
            pairs = {(guardian, child) for guardian, child in session.exec(query.where(*mine))}
            guardians = list(session.exec(select(Notice.guardian_id).where(*mine)))
        assert len(guardians) == len(set(guardians))
        return pairs, set(guardians)

    def leave(self, pairs: Pairs) -> None:
        """Let everything leave, wave by wave: what is handed to the mail server is for these and nobody else."""
        self.clock.forward(minutes=2)
        room = RecordingRoom()
        asyncio.run(Worker(self.house, room).drain())
        if Sending(self.house, self.cast, self.clock, self.mailing_id).mailing.state == "paused":
            with self.house.db.write() as session:
                continue_mailing(session, self.house.keys, self.mailing_id, wave=None, by=self.cast.writer,
                                 now=self.clock.now)  # fmt: skip
            asyncio.run(Worker(self.house, room).drain())
        mail = [one for one in room.delivered if one.to.startswith("box")]
        left = Counter((one.to, len(re.findall("/o#", plain_of(read(one.message))))) for one in mail)
        of_guardian = Counter(guardian for guardian, _ in pairs)
        assert left == Counter((self.seated.address(self.school, one), ways) for one, ways in of_guardian.items())


def goes_out(trial: Trial, pairs: Pairs, before: tuple[int, int, int, int]) -> None:
    """Ask for approval, give it, and let it leave: at each step every number is what it was before."""
    house, cast, now = trial.house, trial.cast, trial.clock.now
    publish.submit(house, trial.mailing_id, by=cast.writer, version=None, now=now)
    assert trial.numbers() == before
    with house.db.write() as session:
        version = mailings.find(session, trial.mailing_id, staff_id=cast.approver.id, sites=None).version
        note_sample_seen(session, trial.mailing_id, version=version, by=cast.approver, now=now)
    publish.approve(house, trial.mailing_id, by=cast.approver, version=None, now=now)
    assert trial.numbers() == before
    assert trial.written(0) == (pairs, {guardian for guardian, _ in pairs})
    trial.leave(pairs)
    assert trial.numbers() == before


def top_up(trial: Trial) -> int:
    """Send the letter to those enrolled since, without the guard, which these tests are not about."""
    house, by, now = trial.house, trial.cast.writer, trial.clock.now
    with house.db.read() as session:
        mailing, planned = publish.look_at_round(house, session, trial.mailing_id, "top-up", by=by, now=now)
        hold = timedelta(seconds=house.settings.hold_seconds)
        prepared = send_round.prepare_round(session, house.keys, mailing, planned, now=now, hold=hold)
    with house.db.write() as session:
        return send_round.send_round(session, house.keys, prepared, by=by, now=now).number


def look_and_send(trial: Trial, kind: RoundKind) -> Pairs:
    """Do an act after the first: what its page, the offer on the mailing's page and the outbox say is the same."""
    sending = Sending(trial.house, trial.cast, trial.clock, trial.mailing_id)
    planned = sending.look(kind)
    with trial.house.db.read() as session:
        offers = sending_seen.sending_seen(session, sending.mailing, trial.house.settings, now=trial.clock.now).offers
    assert offers is not None
    assert (planned.guardians if kind == "reminder" else planned.children) == (
        offers.reminder if kind == "reminder" else offers.top_up
    )
    pairs = set(planned.pairs)
    if pairs:
        number = sending.press(kind).number if kind == "reminder" else top_up(trial)
        assert trial.written(number) == (pairs, {guardian for guardian, _ in pairs})
        assert (planned.guardians, planned.families) == trial.expected(pairs, 0)[1:3]
        trial.leave(pairs)
    return pairs


def test_one_answer_wherever_it_is_asked(house: House, cast: Cast, clock: Watch) -> None:
    # What fails is small as it is drawn; to shrink it would take minutes.
    @settings(
        max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
    )
    @given(school=schools(), reads=st.integers(0, 2), comes=kids(2))
    def holds(school: School, reads: int, comes: Kid) -> None:
        trial = Trial(house, cast, clock, school)
        pairs, audience = trial.seated.pairs(school), len(school.audience)
        before = trial.expected(pairs, audience)
        assert trial.numbers() == before
        by_hand = [why for at, why in school.left_out.items() if at in school.audience]
        assert trial.reasons() == Counter(why.casefold() for why in by_hand)
        if not pairs:
            with pytest.raises((NobodyReached, NotReconciled)):
                publish.submit(house, trial.mailing_id, by=cast.writer, version=None, now=clock.now)
            return
        goes_out(trial, pairs, before)
        seen = sorted(pairs)[:reads]
        for guardian, child in seen:
            read_letter(house, clock, link_of(house, trial.mailing_id, guardian, child))
        readers = {guardian for guardian, _ in seen}
        unread = {one for one in pairs if one not in seen and not (school.is_shared and one[0] in readers)}
        assert look_and_send(trial, "reminder") == unread
        if school.is_shared:
            later = replace(school, kids=(*school.kids, comes))
            with house.db.write() as session:
                add_kid(session, trial.seated, comes, now=clock.now)
            came = trial.seated.pairs(later) - pairs
            assert look_and_send(trial, "top-up") == came
            if came:
                assert trial.numbers() == trial.expected(pairs | came, audience + 1)

    holds()
