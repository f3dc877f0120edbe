"""The ledger as a page: read it, verify it, and take its head outside."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from portal.flows.keeping import verify_ledger as story
from portal.flows.keeping.verify_ledger import Broken, Verified
from portal.ledger.errors import HeadNotOurs
from portal.ledger.rules import Head, read_head
from portal.overviews.operation import heads
from portal.overviews.people import staff_list
from portal.overviews.records import record
from portal.overviews.records.record import Filter
from portal.web.admin import words
from portal.web.guards import AdminRequest
from portal.web.render_staff import staff_page
from portal.words.sentences import reason

_PAGE = 100
_MOST_WALKED = 200_000
_HEAD_BYTES = 16 * 1024


def ledger(ask: AdminRequest) -> Response:
    """Show the newest entries first, all or those that are looked for."""
    asked = {name: ask.query(name).strip()[:60] for name in ("act", "who", "about", "since", "until")}
    wanted = _filter(ask, asked)
    with ask.house.db.read() as session:
        found = record.lines(session, wanted, limit=_PAGE + 1)
        names = record.names_of_staff(session, [label for line in found for label in words.labels(line)])
        people = staff_list.everybody(session)
        head = heads.last_head(session, now=ask.now)
    return staff_page(
        ask,
        "admin/ledger.html",
        here="Ledger",
        asked=asked,
        people=people,
        acts=sorted((label, name) for name, label in words.ACTS.items()),
        lines=[words.told(line, names, ask.house.settings.zone) for line in found[:_PAGE]],
        before=wanted.before,
        older=urlencode(asked | {"before": found[_PAGE - 1].seq}) if len(found) > _PAGE else "",
        newest=urlencode(asked),
        head=head,
        keeps_heads=ask.house.settings.ledger_export_url is not None,
        head_file=ask.house.settings.head,
    )


def _filter(ask: AdminRequest, asked: Mapping[str, str]) -> Filter:
    zone, before = ask.house.settings.zone, ask.query("before")
    return Filter(
        act=asked["act"],
        staff_id=asked["who"],
        about=asked["about"],
        since=_day(asked["since"], zone),
        until=_day(asked["until"], zone, days=1),
        before=int(before) if before.isdecimal() and len(before) < 10 else None,
    )


def _day(text: str, zone: ZoneInfo, *, days: int = 0) -> datetime | None:
    """Return when a day begins, as a browser writes it, or one so many days later; anything else is no day."""
    try:
        return datetime.combine(date.fromisoformat(text) + timedelta(days=days), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):  # no day, or one before or after all that a calendar holds
        return None


def verify(ask: AdminRequest) -> Response:
    """Walk the whole chain, against a head from outside if one was given, and say what was found."""
    found: Verified | Broken | None = None
    outside, fault = None, ""
    try:
        outside = _outside(ask)
    except HeadNotOurs as error:
        fault = reason(error)
    else:
        with ask.house.db.read() as session:
            found = story.verify_ledger(session, ask.house.keys, outside=outside, most=_MOST_WALKED)
    return staff_page(
        ask,
        "admin/verified.html",
        here="Ledger",
        status=400 if fault else 200,
        fault=fault,
        verified=found if isinstance(found, Verified) else None,
        broken=found if isinstance(found, Broken) else None,
        outside=outside,
    )


def head(ask: AdminRequest) -> Response:
    """Hand out the signed head of the chain as a file."""
    house = ask.house
    with house.db.read() as session:
        exported = story.export_head(session, house.keys, organisation=house.settings.organisation, now=ask.now)
    name = f"ledger-head-{ask.now:%Y-%m-%d-%H%M%S}.json"
    return JSONResponse(exported, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _outside(ask: AdminRequest) -> Head | None:
    if ask.form.file is None:
        return None
    with closing(ask.form.file.file) as file:
        content = file.read(_HEAD_BYTES)
    return read_head(ask.house.keys, content.decode(errors="replace")) if content else None
