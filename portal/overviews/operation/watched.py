"""What is watched about the portal itself: whatever of it is not in order is told to every admin by mail as well."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import Session

from portal.findings.rules import key_of
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.headfile import HeadFile
from portal.outbox import repository as outbox
from portal.outbox.rules import AlertKind
from portal.outbox.tables import Alert
from portal.overviews.operation import unusual
from portal.overviews.operation.heads import file_is_behind, last_head
from portal.overviews.operation.retention import overdue_since
from portal.overviews.sending.progress import mail_is_stuck
from portal.words.saying import calendar_day, clock_time
from portal.words.sentences import Sentence, sentence
from portal.words.several import kept

Standing = Literal["safe", "note", "accepted", "unsafe"]
"""How something stands; `accepted` is unsafe too, and an admin said until when that may be so."""
_SHREDDING_MAY_LAG = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Accepted:
    """By whom something unsafe is accepted, up to which day by the organisation's clock, and why."""

    id: str
    last_day: date
    by: str
    reason: str

    @property
    def sentence(self) -> Sentence:
        """All of it in one line."""
        day = Sentence(lambda language: calendar_day(self.last_day, language))
        return sentence("Accepted until %(day)s by %(name)s: %(reason)s", day=day, name=self.by, reason=self.reason)


@dataclass(frozen=True, slots=True)
class InForce:
    """One thing that is in force: what it is, how it stands, why, and what to do about it."""

    name: str
    value: str
    standing: Standing = "safe"
    why: str = ""
    to_do: str = ""
    accepted: Accepted | None = None

    @property
    def key(self) -> str:
        """What the shell, monitoring and the ledger call it."""
        return key_of(self.name)

    @property
    def sentence(self) -> str:
        """All of it in one line, for a message."""
        return f"{self.name}: {self.value}. {self.why} {self.to_do}".strip()


@dataclass(frozen=True, slots=True)
class If:
    """What something is when it is not in order: why that matters, and what to do."""

    why: str
    to_do: str
    standing: Standing = "unsafe"


def fact(name: str, value: str, otherwise: If, *, bad: bool) -> InForce:
    """Return something that is in force: in order, or otherwise."""
    return InForce(name, value, otherwise.standing, otherwise.why, otherwise.to_do) if bad else InForce(name, value)


def moment_words(moment: datetime) -> Sentence:
    """Return a moment in UTC: “05 September 2026, 14:03 UTC”."""
    return Sentence(lambda language: f"{calendar_day(moment.date(), language)}, {clock_time(moment, language)} UTC")


def watched(session: Session, settings: Settings, *, now: datetime) -> dict[AlertKind, InForce]:
    """Return everything that is watched, in order or not."""
    return {
        "mail-queue": _mail_queue(session, settings, now=now),
        "heads": _heads(session, settings, now=now),
        "shredding": _shredding(session, settings, now=now),
        "sign-ins": _sign_ins(session, now=now),
        "unreadable": _unreadable(session, now=now),
    }


def standing_alerts(session: Session, settings: Settings, *, now: datetime) -> list[tuple[Alert, InForce]]:
    """Return what admins have been told of and what is still so, the oldest first; a look that asks little."""
    standing = outbox.standing_alerts(session)
    if not standing:
        return []
    facts = watched(session, settings, now=now)
    return [(one, facts[one.kind]) for one in standing if one.kind in facts]


def _mail_queue(session: Session, settings: Settings, *, now: datetime) -> InForce:
    stands = mail_is_stuck(session, settings, now=now)
    return fact(
        sentence("Mail queue"),
        sentence("stands") if stands else sentence("moves"),
        If(
            sentence("Messages have waited for more than an hour."),
            sentence("See that a worker runs (portal serve or portal worker) and that the mail server takes messages."),
        ),
        bad=stands,
    )


def _heads(session: Session, settings: Settings, *, now: datetime) -> InForce:
    head, file = last_head(session, now=now), HeadFile.of(settings)
    if head.is_older:
        to_do = sentence("Follow “After a restore” in the manual, now. Families read nothing until then.")
        return InForce(
            sentence("Age of the database"), sentence("may be an older one"), "unsafe", kept(head.problem), to_do
        )
    if file is not None and file_is_behind(session, file, now=now):
        why = sentence("An older database that is put back would bring back to life what was taken back since.")
        to_do = sentence(
            "See that a worker runs, and that the portal's user can write %(path)s and its folder.", path=file.path
        )
        return InForce(sentence("Head file"), sentence("behind the ledger"), "unsafe", why, to_do)
    if settings.ledger_export_url:
        return fact(
            sentence("Last head that was taken outside"),
            moment_words(head.at) if head.at else sentence("none yet"),
            If(
                kept(head.problem) or sentence("The ledger has gone on for two days without one."),
                sentence("See that a worker runs, and that PORTAL_LEDGER_EXPORT_URL can be written to."),
            ),
            bad=head.is_late or head.failed_at is not None,
        )
    return InForce(
        sentence("Head of the ledger"), sentence("is written down as it moves") if file else sentence("is not kept")
    )


def _shredding(session: Session, settings: Settings, *, now: datetime) -> InForce:
    is_late = overdue_since(session, settings.retention, now=now) > _SHREDDING_MAY_LAG
    return fact(
        sentence("Shredding"),
        sentence("late") if is_late else sentence("in time"),
        If(
            sentence("Letters are kept for longer than the setting says."),
            sentence("See that a worker runs, that it can write the wrap file's folder, and what its log says."),
        ),
        bad=is_late,
    )


def _sign_ins(session: Session, *, now: datetime) -> InForce:
    refused = unusual.refused_sign_ins(session, now=now)
    return fact(
        sentence("Refused sign-ins in the last hour"),
        str(refused),
        If(
            sentence("Somebody may be trying to come in as one of you."),
            sentence(
                "Look in the ledger. If they come from outside, close the sign-in page to other networks at your proxy."
            ),
        ),
        bad=refused >= unusual.MANY_SIGN_INS,
    )


def _unreadable(session: Session, *, now: datetime) -> InForce:
    unreadable, stopped = unusual.unreadable_files(session, now=now)
    return fact(
        sentence("Files that could not be read in the last day"),
        sentence("%(unreadable)s of %(stopped)s that were stopped", unreadable=unreadable, stopped=stopped),
        If(
            sentence("Something about the files, or about this machine, has changed."),
            sentence(
                "Try one of them: portal guard check FILE. Save letters as PDF from the program they were written in."
            ),
        ),
        bad=unreadable >= unusual.MANY_UNREADABLE,
    )
