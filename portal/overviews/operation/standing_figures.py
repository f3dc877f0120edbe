"""How the portal stands, in numbers, for monitoring: asked of the database, so every process answers the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.arrivals.tables import Gathering
from portal.documents.repository import intakes
from portal.figures import repository as figures
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.headfile import HeadFile
from portal.kernel.storage.db import answer_within
from portal.ledger import repository as ledger
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.tables import FamilyMail, Notice, StaffMail
from portal.overviews.family.notices import MAY_LEAVE
from portal.overviews.operation.heads import filed_seq
from portal.overviews.operation.in_force import standing_facts
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.operation.watched import watched

_SECONDS: Final = 2
WAITING: Final = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands, and what was counted.

    `queue_ages` are seconds that the oldest message has been due, by kind; none leaves in quiet hours, so letters are
    not late then. `in_order` is what admins are told by mail when it is not.
    """

    queue_ages: dict[str, float]
    in_order: dict[str, bool]
    unsafe: dict[str, bool]
    ledger_entries: int
    head_file_behind: int | None
    export_behind: int | None
    set_aside: int
    gatherings: dict[str, int]
    counted: list[tuple[str, str, float]]


def standing_figures(session: Session, settings: Settings, machine: Machine, *, now: datetime) -> Standing:
    """Return how the portal stands. Raises `DatabaseBusy` where a question takes more than two seconds."""
    answer_within(session, _SECONDS)
    seq, watch = ledger.head(session)[0], ledger.watch_of(session)
    is_waiting = col(Gathering.state).in_(WAITING)
    found = session.execute(select(col(Gathering.state), func.count()).where(is_waiting).group_by(col(Gathering.state)))
    return Standing(
        queue_ages=dict(_ages(session, settings, now)),
        in_order={kind: one.standing == "safe" for kind, one in watched(session, settings, now=now).items()},
        unsafe={
            one.key: one.standing == "unsafe"
            for one in standing_facts(session, settings, machine, now=now)
            if one.standing in {"unsafe", "accepted"}
        },
        ledger_entries=seq,
        head_file_behind=_behind(HeadFile.of(settings), seq),
        export_behind=seq - watch.exported_seq if settings.ledger_export_url else None,
        set_aside=intakes.count_set_aside(session),
        gatherings=dict.fromkeys(WAITING, 0) | {str(state): int(number) for state, number in found},
        counted=figures.written_down(session),
    )


def _ages(session: Session, settings: Settings, now: datetime) -> Iterator[tuple[str, float]]:
    letters = (
        select(func.min(col(Notice.due_at)))
        .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
        .where(col(Mailing.state) == "sending", MAY_LEAVE, col(Notice.state).in_(outbox.UNSENT))
    )
    due = None if settings.quiet_until(now) else session.execute(letters).scalar()
    yield "letters", _age(due, now)
    for kind, box in (("staff", StaffMail), ("codes", FamilyMail)):
        oldest = select(func.min(col(box.due_at))).where(col(box.state).in_(outbox.UNSENT))
        yield kind, _age(session.execute(oldest).scalar(), now)


def _age(due: datetime | None, now: datetime) -> float:
    return max((now - due).total_seconds(), 0) if due else 0


def _behind(file: HeadFile | None, seq: int) -> int | None:
    """Return how many entries the head file does not know of; all of them where it cannot be read."""
    if file is None:
        return None
    return max(seq - (filed_seq(file) or 0), 0)
