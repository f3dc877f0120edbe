"""`portal doctor --accept` and `--end`: an admin accepts something unsafe until a day, or ends that."""

from portal.cli.opening import answer
from portal.cli.person import on_behalf_of
from portal.findings import repository as findings
from portal.findings.errors import NotAccepted
from portal.findings.rules import key_of
from portal.flows.keeping.accept_finding import accept_finding, end_acceptance
from portal.kernel.errors import WrongCall
from portal.kernel.text.moments import day_begins
from portal.overviews.operation.in_force import in_force
from portal.overviews.operation.machine_in_force import Machine
from portal.wiring import House


def accept(house: House, machine: Machine, name: str, *, until: str, reason: str, by: str, as_json: bool) -> None:
    """Accept a finding by its name. Raises `WrongCall` where something is not said, and as `accept_finding`."""
    if not (until and reason and by):
        raise WrongCall("Say until which day, why, and on whose behalf: --until DATE --reason TEXT --by EMAIL.")
    now = house.clock()
    ends_at = day_begins(until, zone=house.settings.zone, now=now, later=1)
    with house.db.write() as session:
        facts = in_force(session, house.settings, machine, now=now)
        person = on_behalf_of(session, by)
        stands = accept_finding(session, house.keys, facts, name, ends_at=ends_at, reason=reason, by=person, now=now)
        after = in_force(session, house.settings, machine, now=now)
    fact = next(one for one in after if one.key == stands.finding and one.accepted)
    assert fact.accepted is not None
    words = f"{fact.name}: {fact.value}. {fact.accepted.sentence}"
    if stands.at != now:
        words = f"It was accepted before, and that stands; to change it, end it first (--end {fact.key}). {words}"
    answer(
        words, as_json=as_json, finding=fact.key, value=fact.value, until=fact.accepted.last_day,
        by=fact.accepted.by, reason=fact.accepted.reason, accepted=stands.at == now,
    )  # fmt: skip


def end(house: House, name: str, *, by: str, as_json: bool) -> None:
    """End every acceptance of a finding that stands. Raises `WrongCall` without an admin, `NotAccepted`."""
    if not by:
        raise WrongCall("Name the admin on whose behalf this is done: --by EMAIL.")
    now, finding = house.clock(), key_of(name)
    with house.db.write() as session:
        person = on_behalf_of(session, by)
        standing = [one for one in findings.standing(session, now=now) if one.finding == finding]
        if not standing:
            raise NotAccepted
        for one in standing:
            end_acceptance(session, house.keys, one.id, by=person, now=now)
    answer("It is not accepted any more.", as_json=as_json, finding=finding, ended=len(standing))
