"""`portal doctor`: what is in force and what is unsafe; by request, whether our mail is believed and the gate found."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from textwrap import wrap
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from portal.cli.house import open_house
from portal.cli.opening import aside, people, print_json
from portal.cli.operation import accepting
from portal.cli.operation.probing_gate import begin, send_probe, told_of_probe, wait_for
from portal.cli.operation.telling_admins import mail_admins
from portal.kernel.ids import new_id
from portal.kernel.machine.front import FrontSeen, look_from_outside
from portal.kernel.text.addresses import OneAddress
from portal.mail.authentication.alignment import SELECTORS, NoAnswer, check_domains
from portal.mail.letters.staff_letters import render_staff_letter, trial, unsafe_now
from portal.mail.transport.room import Accepted, Withdrawn
from portal.outbox import repository as outbox
from portal.overviews.operation.in_force import in_force
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.operation.watched import If, InForce, Standing, fact, watched
from portal.wiring import House, domain_records, look_at_store, machine_of, mail_room

_TOLD = "told-admins"
"""A file in the data folder: what admins have been told of, a line each."""
_RENEWED_BEFORE = timedelta(days=14)
"""So long before its end a certificate is another one, wherever renewing works: ACME does it after 60 of 90 days."""
_TITLES: dict[Standing, str] = {
    "unsafe": "Unsafe",
    "accepted": "Accepted for a time",
    "note": "Good to know",
    "safe": "In order",
}
_CHECKS = {
    "spf": "SPF of",
    "sending": "Sending for",
    "dkim": "DKIM of",
    "dmarc": "DMARC of",
    "alignment": "Envelope domain",
    "bounces": "What comes back to",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """One thing in words: what it is, and what follows from it."""

    standing: Standing
    head: str
    then: str = ""


def doctor(
    mail: Annotated[
        str, typer.Option("--mail", metavar="ADDRESS", help="Send a test here, and check our domains.")
    ] = "",
    dkim_selector: Annotated[list[str], typer.Option(help="The name your DKIM key stands under; repeat it.")] = [],  # noqa: B006 - typer copies it
    nameserver: Annotated[str, typer.Option(metavar="ADDRESS[:PORT]", help="Ask this resolver.")] = "",
    tell_admins: Annotated[
        bool, typer.Option("--tell-admins", help="Mail admins what has become unsafe since they were told last.")
    ] = False,
    proxy: Annotated[bool, typer.Option("--proxy", help="Ask our own address, as a stranger would.")] = False,
    gate: Annotated[bool, typer.Option("--gate", help="Try the way through the mail system in front.")] = False,
    as_whom: Annotated[
        str,
        typer.Option("--as", metavar="EMAIL", help="Send the probe as this staff member; without it, send it by hand."),
    ] = "",
    wait: Annotated[float, typer.Option(help="Wait so many seconds for the probe.", min=0, max=3_600)] = 120,
    accept: Annotated[str, typer.Option(metavar="FINDING", help="Accept something unsafe for a time.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day on which it is accepted.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is accepted; kept with it.")] = "",
    end: Annotated[str, typer.Option(metavar="FINDING", help="End an acceptance before its day.")] = "",
    by: Annotated[str, typer.Option(metavar="EMAIL", help="The admin who accepts, or ends that.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what is in force and what of it is unsafe. Exits 1 when anything is unsafe."""
    with open_house() as house:
        if end:
            accepting.end(house, end, by=by, as_json=as_json)
            return
        machine = machine_of(house)
        if accept:
            accepting.accept(house, machine, accept, until=until, reason=reason, by=by, as_json=as_json)
            return
        facts = _facts(house, machine, from_outside=proxy)
        if tell_admins:
            _tell_once(house, facts)
        test = _try_mail(house, OneAddress.parse(mail), tuple(dkim_selector), nameserver) if mail else None
        probe = _try_gate(house, as_whom, seconds=wait) if gate else None
    _answer(facts, test, probe, as_json=as_json)


def _facts(house: House, machine: Machine, *, from_outside: bool) -> list[InForce]:
    """Return what is in force, with how the store of files answers, and by request what a stranger meets."""
    now, settings = house.clock(), house.settings
    machine = replace(machine, store=look_at_store(house))
    with house.db.read() as session:
        facts = in_force(session, settings, machine, now=now)
    if from_outside:
        facts += _front_facts(look_from_outside(settings.base_url), now=now)
    return facts


def _front_facts(seen: FrontSeen, *, now: datetime) -> Iterator[InForce]:
    """Yield what a stranger meets at the portal's own address."""
    about = "From outside"
    if seen.problem:
        yield InForce(about, seen.problem, "unsafe", "Families meet the same.", "See the proxy, DNS and its log.")
        return
    not_ours = If("Something else answers there, or the proxy does not hand on Host.", "Have it hand on Host.")
    answers = "the portal answers" if seen.is_ours else f"something else answers ({seen.status})"
    yield fact(about, answers, not_ours, bad=not seen.is_ours)
    if seen.certificate_ends:
        late = If("When it is over, no browser opens a letter.", "See why nothing renews it.")
        ends = f"{seen.certificate_ends:%Y-%m-%d}"
        yield fact("Certificate ends", ends, late, bad=seen.certificate_ends - now < _RENEWED_BEFORE)
        lost = If("A browser may be led to plain http.", "Have the proxy leave our headers as they are.", "note")
        yield fact("HSTS", "arrives" if seen.keeps_hsts else "does not arrive", lost, bad=not seen.keeps_hsts)
    open_to_all = If("They are for monitoring alone.", "Close /metrics at the proxy, and have it set X-Forwarded-For.")
    yield fact("Figures from outside", "open" if seen.shows_figures else "closed", open_to_all, bad=seen.shows_figures)


def _answer(facts: list[InForce], test: dict[str, Any] | None, probe: dict[str, Any] | None, *, as_json: bool) -> None:
    is_safe = all(one.standing != "unsafe" for one in facts) and all(one["is_good"] for one in (test, probe) if one)
    if as_json:
        print_json(safe=is_safe, facts=[{"key": one.key, **asdict(one)} for one in facts], mail=test, gate=probe)
    else:
        of_probe = [_Told(*one) for one in told_of_probe(probe)] if probe else []
        _tell(facts, [*(_told_of_mail(test) if test else []), *of_probe])
    if not is_safe:
        raise typer.Exit(1)


def _tell_once(house: House, facts: list[InForce]) -> None:
    """Mail admins what has become unsafe; what they were told of is kept until it is in order again.

    What a worker has told them already is not told once more.
    """
    with house.db.read() as session:
        delivered = outbox.alerts_delivered(session)
        seen = watched(session, house.settings, now=house.clock())
    by_worker = {fact.name for kind, fact in seen.items() if kind in delivered}
    mark = house.settings.data_dir / _TOLD
    told = set(mark.read_text(encoding="utf-8").splitlines()) if mark.exists() else set()
    unsafe = {fact.name: fact.sentence for fact in facts if fact.standing == "unsafe"}
    new = [said for name, said in unsafe.items() if name not in told | by_worker]
    known = told & unsafe.keys()
    if new:
        lost, admins = mail_admins(house, unsafe_now(facts=tuple(new), url=f"{house.settings.base_url}/admin/settings"))
        known |= unsafe.keys() if lost < admins else set()
    mark.write_text("".join(f"{name}\n" for name in sorted(known)), encoding="utf-8")


def _try_mail(house: House, to: OneAddress, selectors: tuple[str, ...], nameserver: str) -> dict[str, Any]:
    settings = house.settings
    sender = OneAddress.parse(settings.mail_from)
    server = urlsplit(settings.smtp_url.get_secret_value()).hostname or ""
    domains = [one.text.rpartition("@")[2].lower() for one in (sender, settings.bounces)]
    sent = asyncio.run(_send(house, to))
    try:
        found = check_domains(domain_records(nameserver), *domains, server=server, selectors=selectors or SELECTORS)
    except NoAnswer as error:
        return sent | {"checks": [], "words": str(error), "is_good": False}
    is_good = bool(sent["taken"]) and all(one.is_good for one in found)
    return sent | {"checks": [asdict(one) for one in found], "words": "", "is_good": is_good}


async def _send(house: House, to: OneAddress) -> dict[str, Any]:
    settings, sender = house.settings, OneAddress.parse(house.settings.mail_from)
    message_id = f"<{new_id()}@{sender.text.rpartition('@')[2]}>"
    text = render_staff_letter(
        trial(url=settings.base_url), organisation=settings.organisation, mail_from=sender, to=to,
        message_id=message_id, date=house.clock(),
    )  # fmt: skip
    room = mail_room(settings)

    async def still_wanted() -> bool:
        return True

    try:
        outcome = await room.deliver(text, envelope_from=settings.bounces, to=to, still_wanted=still_wanted)
    finally:
        await room.close()
    assert not isinstance(outcome, Withdrawn)
    return {"to": to.text, "taken": isinstance(outcome, Accepted), "reply": outcome.reply}


def _try_gate(house: House, as_whom: str, *, seconds: float) -> dict[str, Any]:
    probing = begin(house)
    if as_whom:
        sent = send_probe(house, probing, OneAddress.parse(as_whom))
    else:
        aside.print(f"Send a message with a file to {probing.to} from your mail program. Waiting …", markup=False)
        sent = {"taken": True, "reply": ""}
    saw = wait_for(house, probing, seconds=seconds) if sent["taken"] else None
    is_good = saw is not None and all(saw.values())
    return {"from": as_whom, "to": probing.to.text, "seconds": seconds, "saw": saw, "is_good": is_good} | sent


def _told_of(fact: InForce) -> _Told:
    accepted = f"{fact.accepted.sentence}." if fact.accepted else ""
    then = " ".join(part for part in (accepted, fact.why, fact.to_do) if part)
    return _Told(fact.standing, f"{fact.name}: {fact.value}", then)


def _tell(facts: list[InForce], tried: list[_Told]) -> None:
    """Print what is unsafe first; at the end, where a terminal stands, how much that is."""
    told = [*(_told_of(fact) for fact in facts), *tried]
    for standing, title in _TITLES.items():
        these = [one for one in told if one.standing == standing]
        if these:
            people.print(f"\n{title}")
        for one in these:
            for text, indent in ((one.head, "  "), (one.then, "    ")):
                lines = wrap(
                    text,
                    people.width,
                    initial_indent=indent,
                    subsequent_indent=indent,
                    break_long_words=False,  # a setting's name and a path are copied whole
                    break_on_hyphens=False,
                )
                people.print("\n".join(lines), markup=False, end="\n" if lines else "")
    unsafe = sum(one.standing == "unsafe" for one in told)
    few = {0: "Nothing is unsafe.", 1: "One thing is unsafe."}
    people.print(f"\n{few.get(unsafe, f'{unsafe} things are unsafe.')}")


def _told_of_mail(test: dict[str, Any]) -> list[_Told]:
    taken = "took the test message" if test["taken"] else "did not take the test message"
    standing: Standing = "safe" if test["taken"] else "unsafe"
    told = [_Told(standing, f"The mail server {taken} to {test['to']}: {test['reply']}")]
    for one in test["checks"]:
        standing = "unsafe" if not one["is_good"] else "safe" if one["is_sure"] else "note"
        told.append(_Told(standing, f"{_CHECKS[one['check']]} {one['domain']}: {one['words']}"))
    if test["words"]:
        told.append(_Told("unsafe", test["words"], "Name a resolver that answers with --nameserver."))
    return told
