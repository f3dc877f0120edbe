"""Writing a letter: the form, what is wrong with it beside each field, and the page of a stop."""

from collections.abc import Mapping
from typing import assert_never

from starlette.responses import Response

from portal import publish
from portal.documents.errors import FileEmpty, FileTooLarge
from portal.kernel.errors import Conflict, PortalError, Refused
from portal.mailings.errors import ChangedMeanwhile, DraftFaults
from portal.mailings.rules import MESSAGE_MOST, move
from portal.overviews import children, drafting
from portal.overviews.drafting import SoFar
from portal.publish import Accepted, Checked, Stopped, Upload
from portal.publish.stops import fault_of_letter, faults_of_text, words_of
from portal.staff.errors import OutOfScope
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.web.staff.typed import Typed, for_child, nothing_yet, others, typed_before, typed_in
from portal.web.staff.uploads import chosen_files

_UNTOLD = 422
"""The words are understood, and can't be published as they are (RFC 9110 15.5.21)."""


def new(ask: StaffRequest) -> Response:
    """Show an empty form; from a family's page, one that is for that child."""
    with ask.house.db.read() as session:
        places = drafting.places(session, ask.acting, now=ask.now)
        number = ask.query("child")
        child = number and children.child_seen(session, ask.acting, number, now=ask.now)
    empty = nothing_yet(ask.house.settings, places, sites=ask.acting.sites)
    return _form(ask, for_child(empty, child.student_number) if child else empty)


def edit(ask: StaffRequest) -> Response:
    """Show the form with what a mailing says so far, while it may still be changed."""
    with ask.house.db.read() as session:
        so_far = drafting.so_far(session, ask.path("mailing"), ask.acting)
    move(so_far.state, "edit")
    return _form(ask, typed_before(so_far), so_far=so_far)


def create(ask: StaffRequest) -> Response:
    """Write a new mailing."""
    return _put(ask, None)


def change(ask: StaffRequest) -> Response:
    """Change a mailing, if it still is the one its writer looked at."""
    with ask.house.db.read() as session:
        so_far = drafting.so_far(session, ask.path("mailing"), ask.acting)
    return _put(ask, so_far)


def _put(ask: StaffRequest, so_far: SoFar | None) -> Response:
    typed = typed_in(ask.form)
    is_each = so_far is not None and so_far.way != "shared"
    base = (so_far.id, ask.form.number("version") or 0) if so_far else None
    try:
        draft = typed.draft(ask.house.settings)
        if is_each and base:
            return _answer(ask, typed, so_far, publish.change_words(
                ask.house, draft, by=ask.acting, now=ask.now, change=base
            ))  # fmt: skip
        files = _chosen(ask)
        done = publish.put_draft(
            ask.house, draft, by=ask.acting, now=ask.now, upload=files.pop("", None), others=files, texts=typed.texts,
            drop=typed.drop, change=base,
        )  # fmt: skip
    except (Refused, Conflict, DraftFaults) as error:
        status = _UNTOLD if faults_of(error).keys() - {""} else status_of(error)
        return _form(ask, typed, so_far=so_far, faults=faults_of(error), status=status)
    return _answer(ask, typed, so_far, done)


def _chosen(ask: StaffRequest) -> dict[str, Upload]:
    """Return the files of the letter by language; the English one has none."""
    found = {tag: chosen_files(ask, publish.field_of("file", tag)) for tag in ("", *others())}
    return {tag: uploads[0] for tag, uploads in found.items() if uploads}


def _answer(ask: StaffRequest, typed: Typed, so_far: SoFar | None, done: Checked | Accepted | Stopped) -> Response:
    match done:
        case Accepted():
            return see_other(f"/staff/mailings/{done.mailing_id}/letters?said=changed")
        case Checked():
            return see_other(f"/staff/mailings/{done.mailing_id}")
        case Stopped(mailing_id=None):
            return _form(ask, typed, so_far=so_far, faults=faults_of_text(done.report), status=_UNTOLD, stopped=True)
        case Stopped() if done.language in typed.texts:
            return _stopped_text(ask, typed, done)
        case Stopped():
            facts = {
                "words": words_of(done.report, for_one=typed.is_for_one),
                "name": done.file_name,
                "again": f"/staff/mailings/{done.mailing_id}/edit",
                "field": publish.field_of("file", done.language),
                "is_held": done.is_held,
                "is_one_of_several": done.is_one_of_several,
                "release": f"{ask.house.settings.base_url}/staff/mailings/{done.mailing_id}/stopped",
                "is_picture": bool(done.report.unread),
                "read": done.report.reading_in_words,
                "stays": "Your title, message and choice of families are kept.",
            }
            return staff_page(ask, "staff/stopped.html", here="Mailings", status=_UNTOLD, **facts)
        case _:
            assert_never(done)


def _stopped_text(ask: StaffRequest, typed: Typed, done: Stopped) -> Response:
    """Show what was written once more, in the draft that it is by now, and beside it what is wrong: no file is kept."""
    assert done.mailing_id is not None
    with ask.house.db.read() as session:
        so_far = drafting.so_far(session, done.mailing_id, ask.acting)
    faults = {publish.field_of("text", done.language): fault_of_letter(done.report)}
    return _form(ask, typed, so_far=so_far, faults=faults, status=_UNTOLD, stopped=True)


def faults_of(error: PortalError) -> Mapping[str, str]:
    """Return a sentence for each field; one that belongs to no field stands under an empty name."""
    match error:
        case DraftFaults():
            return error.faults
        case FileEmpty() | FileTooLarge():
            return {"file": str(error)}
        case OutOfScope():
            return {"audience": str(error)}
        case ChangedMeanwhile():
            return {
                "": "Somebody changed this letter while you were writing. What you typed still stands below. "
                "Look at the letter first; saving now puts your words in place of theirs."
            }
        case _:
            return {"": str(error)}


def _form(
    ask: StaffRequest,
    typed: Typed,
    *,
    so_far: SoFar | None = None,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
    stopped: bool = False,
) -> Response:
    with ask.house.db.read() as session:
        places = drafting.places(session, ask.acting, now=ask.now)
    return staff_page(
        ask,
        "staff/write.html",
        here="Mailings",
        status=status,
        typed=typed,
        so_far=so_far,
        places=places,
        faults=faults or {},
        stopped=stopped,
        most=MESSAGE_MOST,
        had_file=any(posted.filename for several in ask.form.files.values() for posted in several),
    )
