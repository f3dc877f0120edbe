"""A stopped file is looked at and released by a second person: judged once more, stripped, judged again, sealed."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from portal.documents import repository as documents
from portal.documents.errors import NothingHeld
from portal.documents.rules import reason_of
from portal.flows.writing import draft_mailing
from portal.flows.writing.release_file import Releasing, check_may_release, release_file
from portal.flows.writing.view_as_staff import note_staff_view
from portal.kernel.errors import Refused
from portal.kernel.machine.scratch import scratch
from portal.mailings import repository as mailings
from portal.overviews.audience import audiences
from portal.publish.checking.check_file import GuardReport, check_file
from portal.publish.checking.judging import (
    Stripped,
    Upload,
    judge_written,
    sealed,
    strip_and_judge,
    tell_stop,
    yardstick,
)
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import one_after_another, sentence
from portal.words.several import kept


class NotReleased(Refused):
    """The guard says something else of this file today, so it was not released."""


def held_chunks(house: House, mailing_id: str, *, by: Acting, now: datetime) -> tuple[Releasing, Iterator[bytes]]:
    """Note who looks at a stopped file, and hand out its bytes: to those alone who may release it."""
    with house.db.write() as session:
        held = check_may_release(session, mailing_id, by=by, now=now)
        note_staff_view(session, house.keys, mailing_id, held.id, by=by, now=now)
    return held, house.documents.open(held.id, held.size)


def release(house: House, mailing_id: str, held_id: str, *, reason: str, by: Acting, now: datetime) -> GuardReport:
    """Let the stopped file pass that this person looked at: its mailing is then checked.

    Raises what `check_may_release` raises, `ReasonTooShort`, `NotReleased` and `NothingHeld` for another file.
    """
    reason_of(reason)
    with house.db.read() as session:
        seen = check_may_release(session, mailing_id, by=by, now=now)
        terms = audiences.terms_of(session, seen.mailing)
        words = mailings.words_of(session, mailing_id)
    if seen.id != held_id:
        raise NothingHeld
    measure = yardstick(house, terms, now=now, sites=by.sites)
    texts = judge_written(house, measure, seen.mailing, words)
    if not texts.is_clear:
        raise NotReleased(one_after_another(sentence("The title or the message is stopped today."), kept(texts.reason)))
    with scratch() as folder:
        upload = Upload(folder / "stopped", seen.file_name)
        with upload.path.open("wb") as file:
            file.writelines(house.documents.open(held_id, seen.size))
        found = check_file(house.reader, measure, path=upload.path, name=upload.name)
        if not (found.is_clear or found.may_be_released):
            tell_stop(house, found, what="release", sha256=seen.sha256, by=by, now=now)
            raise NotReleased(
                one_after_another(sentence("Judged again, this file can’t be released."), kept(found.reason))
            )
        released = measure.allowing(found.people, may_list=_rows_in(found) > 0)
        judged = strip_and_judge(house, released, upload, found, folder / "letter")
        if not judged.is_clear:
            raise NotReleased(
                one_after_another(
                    sentence("Without its hidden parts, this file can’t be published."), kept(judged.report.reason)
                )
            )
        replaced = _publish(house, seen, judged, reason=reason, judged_by=measure.version, by=by, now=now)
    house.documents.shred(*replaced)
    return judged.report


def _rows_in(found: GuardReport) -> int:
    """Return how many rows of personal data a report counts."""
    return sum(count for _, kind, count in found.findings if kind == "personal-columns")


def _publish(
    house: House, seen: Releasing, judged: Stripped, *, reason: str, judged_by: str, by: Acting, now: datetime
) -> Sequence[str]:
    mailing_id, found = seen.mailing.id, judged.report
    with sealed(house, judged, seen.file_name) as cleared, house.db.write() as session:
        still = check_may_release(session, mailing_id, by=by, now=now)
        if still.id != seen.id:
            raise NothingHeld
        mailings.check_version(still.mailing, seen.mailing.version)
        # one file was looked at, so one is published: others were cleared for what the letter was before
        others = {documents.slot_of(one) for one in documents.documents_of(session, mailing_id)}
        _, replaced = draft_mailing.attach_documents(
            session, house.keys, mailing_id, [cleared], drop=others, judged_by=judged_by, by=by, now=now
        )
        release_file(
            session, house.keys, cleared.document_id, still,
            people=found.people, children=found.children, rows=_rows_in(found), reason=reason, by=by, now=now,
        )  # fmt: skip
    return replaced
