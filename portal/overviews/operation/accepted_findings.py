"""Which of the unsafe things an admin accepts for a time: those are told, and count as unsafe no more until then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.findings import repository as findings
from portal.kernel.configuration.settings import Settings
from portal.overviews.operation.watched import Accepted, InForce
from portal.overviews.people.staff_mail import name_of


def mark_accepted(session: Session, settings: Settings, facts: Sequence[InForce], *, now: datetime) -> list[InForce]:
    """Return the facts; one that is unsafe and that an acceptance covers is marked with it."""
    standing = findings.standing(session, now=now)

    def marked(fact: InForce) -> InForce:
        covering = (one for one in standing if one.covers(fact.key, fact.value, now=now))
        found = next(covering, None) if fact.standing == "unsafe" else None
        if found is None:
            return fact
        last_day = (found.ends_at - timedelta(seconds=1)).astimezone(settings.zone).date()
        who = name_of(session, found.by.rpartition("staff:")[2])
        return replace(fact, standing="accepted", accepted=Accepted(found.id, last_day, who, found.reason))

    return [marked(fact) for fact in facts]
