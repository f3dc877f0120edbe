"""A right that the roster does not give: written down by one person, confirmed by another, ended by anybody."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import quote

from starlette.responses import Response

from portal.families.errors import HasTheRight, Restricted
from portal.families.rules import BASES, Basis, NewPerson, RightWish
from portal.flows.people import give_right as story
from portal.kernel.errors import WrongCall
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.kernel.text.moments import day_begins
from portal.overviews.links import kin
from portal.overviews.rights import hand_made_seen
from portal.web.guards import StaffRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import reason, sentence

_SOMEBODY_NEW = "new"
_LONGEST = 500
_FIELDS = ("guardian", "given", "family", "address", "language", "basis", "reason", "reference", "since", "until")


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, whom we know with that mailbox, and a sentence for each field with a fault."""

    values: dict[str, str]
    same_mailbox: list[tuple[str, str]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def form(ask: StaffRequest) -> Response:
    """Show the form, empty; for a guardian who is known, with the name."""
    values = dict.fromkeys(_FIELDS, "") | {"guardian": ask.query("guardian")[:64]}
    return _page(ask, ask.query("child"), Typed(values))


def ask_for(ask: StaffRequest) -> Response:
    """Write a right down, and send the browser to the child's page, where it waits."""
    number, values = ask.form.text("child"), {name: ask.form.text(name).strip() for name in _FIELDS}
    wish, faults = _wish(ask, values)
    with ask.house.db.read() as session:
        who, same, more = _who(values, lambda key: hand_made_seen.same_mailbox(session, key, ask.acting))
    faults |= more
    if wish is None or faults:
        return _page(ask, number, Typed(values, same, faults))
    try:
        with ask.house.db.write() as session:
            child = kin.child_of_number(session, number, ask.acting.sites)
            story.ask_for_right(session, ask.house.keys, child.child_id, who, wish, by=ask.acting, now=ask.now)
    except (HasTheRight, Restricted) as error:
        return _page(ask, number, Typed(values, same, {"guardian": reason(error)}))
    except WrongCall as error:
        return _page(ask, number, Typed(values, same, {"given": reason(error)}))
    return _back(number)


def confirm(ask: StaffRequest) -> Response:
    """Confirm what somebody else wrote down."""
    with ask.house.db.write() as session:
        story.confirm_right(session, ask.house.keys, ask.form.text("right")[:64], by=ask.acting, now=ask.now)
    return _back(ask.form.text("child"))


def drop(ask: StaffRequest) -> Response:
    """Forget what was written down and not confirmed."""
    with ask.house.db.write() as session:
        story.drop_right(session, ask.house.keys, ask.form.text("right")[:64], by=ask.acting, now=ask.now)
    return _back(ask.form.text("child"))


def end(ask: StaffRequest) -> Response:
    """End a right that is in force."""
    with ask.house.db.write() as session:
        story.end_right(session, ask.house.keys, ask.form.text("right")[:64], by=ask.acting, now=ask.now)
    return _back(ask.form.text("child"))


def _who(
    values: dict[str, str], known: Callable[[str], list[tuple[str, str]]]
) -> tuple[NewPerson | str, list[tuple[str, str]], dict[str, str]]:
    """Return whom is meant, whom we know with that mailbox, and what is wrong with what was typed."""
    if values["guardian"] not in {"", _SOMEBODY_NEW}:
        return values["guardian"], [], {}
    faults: dict[str, str] = {name: sentence("Write the name.") for name in ("given", "family") if not values[name]}
    address = None
    try:
        address = OneAddress.parse(values["address"]) if values["address"] else None
    except NotOneAddress:
        faults["address"] = sentence("This is not one e-mail address. Write it like name@mail.org, or leave it empty.")
    same = known(address.key) if address else []
    if same and not values["guardian"]:
        faults["guardian"] = sentence("Somebody with this mailbox is known already. Say whether it is the same person.")
    return NewPerson(values["given"], values["family"], address, values["language"][:20]), same, faults


def _wish(ask: StaffRequest, values: dict[str, str]) -> tuple[RightWish | None, dict[str, str]]:
    faults: dict[str, str] = {}
    if values["basis"] not in BASES:
        faults["basis"] = sentence("Choose on what it rests.")
    if not values["reason"]:
        faults["reason"] = sentence("Say why. The reason is kept with it, sealed.")
    for name in ("reason", "reference"):
        if len(values[name]) > _LONGEST:
            faults[name] = sentence("Say it in at most %(most)s letters.", most=_LONGEST)
    zone = ask.house.settings.zone
    try:
        starts = day_begins(values["since"], zone=zone, now=ask.now) if values["since"] else ask.now
    except WrongCall as error:
        faults["since"] = reason(error)
    try:
        ends = day_begins(values["until"], zone=zone, now=ask.now, later=1) if values["until"] else None
        if ends is not None and ends <= ask.now:
            faults["until"] = sentence("That day is over. Name a later one, or leave it empty.")
    except WrongCall as error:
        faults["until"] = reason(error)
    if not faults and ends is not None and ends <= starts:
        faults["until"] = sentence("The last day is before the first.")
    if faults:
        return None, faults
    return RightWish(cast("Basis", values["basis"]), values["reason"], values["reference"], starts, ends), {}


def _page(ask: StaffRequest, number: str, typed: Typed) -> Response:
    with ask.house.db.read() as session:
        child = kin.child_of_number(session, number, ask.acting.sites)
        guardian = typed.values["guardian"]
        known = None
        if guardian not in {"", _SOMEBODY_NEW} and not typed.same_mailbox:
            known = kin.kin_of(session, "guardian", guardian, ask.acting.sites)
    return staff_page(
        ask, "staff/give_right.html", here="Families", status=400 if typed.faults else 200,
        child=child, known=known, typed=typed, values=typed.values, bases=BASES,
    )  # fmt: skip


def _back(number: str) -> Response:
    return see_other(f"/staff/families/{quote(number, safe='')}#by-hand")
