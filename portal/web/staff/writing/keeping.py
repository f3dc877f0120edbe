"""What is being typed is kept on the server: by a small script while it is typed, and by every press."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from portal import publish
from portal.flows.writing.keep_begun import Kept, Way
from portal.kernel.ids import is_id, new_id
from portal.overviews.writing import begun_seen
from portal.overviews.writing.begun_seen import Begun, BegunFile
from portal.overviews.writing.drafting import SoFar
from portal.staff.rules import Acting
from portal.web.guards import AnyRequest, StaffRequest
from portal.web.posted.forms import Form
from portal.web.render import see_other, when_words
from portal.web.render_staff import for_script
from portal.words.sentences import sentence

_LONGEST = 10
_NEVER_KEPT = frozenset({"form_token", "saved", "tab"})


@dataclass(frozen=True, slots=True)
class Keeping:
    """Under which id a form is kept, which version of it this tab knows, and what it was begun with.

    A page that is loaded anew is another tab. `report` and `is_reading` are about the file.
    """

    id: str
    saved: int
    tab: str
    at: str = ""
    file: BegunFile | None = None
    is_reading: bool = False
    report: Mapping[str, Any] | None = None
    other_at: str = ""


def fields_of(form: Form) -> dict[str, list[str]]:
    """Return what was typed, as it is kept."""
    return {name: list(values) for name, values in form.fields.items() if name not in _NEVER_KEPT}


def keep(ask: StaffRequest, begun_id: str, way: Way, mailing_id: str | None) -> Kept:
    """Keep what was posted."""
    return keep_as(ask, begun_id, way, mailing_id, ask.acting)


def keep_of_signed_out(ask: AnyRequest, person: Acting) -> None:
    """Keep what was posted by somebody whose session has run out meanwhile."""
    begun_id, path = begun_id_of(ask), ask.http.url.path
    if begun_id:
        way: Way = "each" if path.endswith("/each") else "shared"
        keep_as(ask, begun_id, way, ask.http.path_params.get("mailing"), person)


def keep_as(ask: AnyRequest, begun_id: str, way: Way, mailing_id: str | None, by: Acting) -> Kept:
    """Keep what was posted, for somebody."""
    return publish.keep_typed(
        ask.house,
        begun_id,
        fields_of(ask.form),
        way=way,
        tab=ask.form.text("tab")[:32],
        known=ask.form.number("saved") or 0,
        mailing_id=mailing_id,
        by=by,
        now=ask.now,
    )


def begun_id_of(ask: AnyRequest) -> str:
    """Return the id under which a posted form is kept, or nothing."""
    begun_id = ask.query("begun")
    return begun_id if is_id(begun_id) else ""


def begun_of(ask: StaffRequest, begun_id: str) -> Begun:
    """Return what somebody has begun. Raises `NothingBegun`."""
    with ask.house.db.read() as session:
        return begun_seen.begun_seen(session, ask.house.keys, begun_id, ask.acting)


def keeping_of(ask: StaffRequest, begun: Begun | None, *, is_other: bool = False) -> Keeping:
    """Return how a form is kept; one that nobody has typed into gets an id, and a row with the first word."""
    if begun is None:
        return Keeping(begun_id_of(ask) or new_id(), 0, new_id())
    saved_at = begun.saved_at if begun.version else None  # of a file alone, nothing was typed yet
    at, other_at = (_at(ask, moment) if moment else "" for moment in (saved_at, begun.other_at))
    # whoever saves the other text goes over the newer one, which is then the other
    saved = 0 if is_other else begun.version
    return Keeping(begun.id, saved, new_id(), at, begun.file, begun.is_reading, begun.report, other_at)


def _at(ask: StaffRequest, moment: datetime) -> str:
    return when_words(moment, ask.house.settings.zone, now=ask.now)


def begun_change(ask: StaffRequest, mailing_id: str, way: Way) -> Response | None:
    """Return the way to the change of a mailing that somebody has begun and not finished."""
    with ask.house.db.read() as session:
        begun_id = begun_seen.begun_change(session, mailing_id, ask.acting, way=way)
    return see_other(f"/staff/begun/{begun_id}") if begun_id else None


def as_begun(so_far: SoFar, begun: Begun) -> SoFar:
    """Return a mailing by the version that its change was begun from: nobody who changed it since is written over."""
    version = begun.fields.get("version", [""])[0]
    return replace(so_far, version=int(version)) if version.isdecimal() and len(version) < _LONGEST else so_far


def told(ask: StaffRequest, kept: Kept) -> Response:
    """Answer the script that keeps: the version it knows from now on, and what its page says."""
    what, to = _what_to_say(ask, kept)
    return for_script(ask.http, {"saved": kept.version, "said": what, "to": to})


def _what_to_say(ask: StaffRequest, kept: Kept) -> tuple[str, str]:
    if kept.done_at is not None:
        when = _at(ask, kept.done_at)
        what = sentence(
            "You had this letter checked at %(when)s. To keep what you type now, check it again.", when=when
        )
        return what, f"/staff/mailings/{kept.mailing_id}"
    if kept.other_at is not None:
        what = sentence(
            "This letter was changed in another window at %(when)s; this is the newer text. Both are kept.",
            when=_at(ask, kept.other_at),
        )
        return what, f"/staff/begun/{ask.path('begun')}?text=other"
    return sentence("Kept at %(when)s.", when=_at(ask, kept.at)), ""
