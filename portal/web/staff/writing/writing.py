"""Writing a letter: the form, what is wrong with it beside each field, and the page of a stop."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from portal import publish
from portal.documents.errors import FileEmpty, FileTooLarge
from portal.flows.writing.keep_begun import Kept
from portal.kernel.errors import Conflict, PortalError, Refused
from portal.kernel.ids import new_id
from portal.mailings.errors import ChangedMeanwhile, DraftFaults
from portal.mailings.rules import MESSAGE_MOST, move
from portal.overviews.people import children
from portal.overviews.writing import drafting
from portal.overviews.writing.begun_seen import Begun
from portal.overviews.writing.drafting import SoFar
from portal.publish import Accepted, Checked, Stopped, Upload
from portal.publish.checking.stops import fault_of_letter, faults_of_text, words_of
from portal.staff.errors import OutOfScope
from portal.web.guards import StaffRequest
from portal.web.posted.forms import Form
from portal.web.problems import status_of
from portal.web.render import see_other, when_words
from portal.web.render_staff import staff_page
from portal.web.staff.offered_pictures import asked_about
from portal.web.staff.script_words import for_one_letter
from portal.web.staff.writing.keeping import as_begun, begun_change, begun_id_of, begun_of, keep, keeping_of
from portal.web.staff.writing.naming import draft_of
from portal.web.staff.writing.typed import Typed, for_child, nothing_yet, others, typed_before, typed_in
from portal.web.staff.writing.uploads import chosen_files
from portal.words.sentences import reason, sentence

_UNTOLD = 422
"""The words are understood, and can't be published as they are (RFC 9110 15.5.21)."""
_STAYS = sentence("Your title, message and choice of families are kept.")
_ALL_STAYS = sentence("Your title, message and choice of families are kept, and the other files the letter had before.")


def new(ask: StaffRequest) -> Response:
    """Show an empty form; from a family's page, one that is for that child, or for one of its guardians alone."""
    with ask.house.db.read() as session:
        places = drafting.places(session, ask.acting, now=ask.now)
        number = ask.query("child")
        child = number and children.child_seen(session, ask.acting, number, now=ask.now)
        alone = drafting.guardian_of(session, child, ask.query("guardian")) if child else ""
    empty = nothing_yet(ask.house.settings, places, sites=ask.acting.sites)
    if child:
        empty = for_child(empty, f"{child.given_name} {child.family_name} ({child.student_number})", alone)
    return _form(ask, empty)


def edit(ask: StaffRequest) -> Response:
    """Show the form with what a mailing says so far, or with the change of it that was begun."""
    mailing_id = ask.path("mailing")
    so_far = check_may_change(ask, mailing_id)
    return begun_change(ask, mailing_id, "shared") or _form(ask, typed_before(so_far), so_far=so_far)


def go_on(ask: StaffRequest, begun: Begun) -> Response:
    """Show the form as it was left, or as another tab left it."""
    so_far = as_begun(check_may_change(ask, begun.mailing_id), begun) if begun.mailing_id else None
    is_other = ask.query("text") == "other" and bool(begun.other)
    fields = begun.other if is_other else begun.fields
    typed = typed_in(Form(fields))
    if not begun.version:  # a file was brought, and nothing typed yet
        with ask.house.db.read() as session:
            places = drafting.places(session, ask.acting, now=ask.now)
        nothing = nothing_yet(ask.house.settings, places, sites=ask.acting.sites)
        typed = replace(nothing, title=typed.title)
    return _form(ask, typed, so_far=so_far, begun=begun, is_other=is_other)


def check_may_change(ask: StaffRequest, mailing_id: str) -> SoFar:
    """Return what a mailing says so far, while it may still be changed. Raises `NoSuchMailing`, `NotNow`."""
    with ask.house.db.read() as session:
        so_far = drafting.so_far(session, mailing_id, ask.acting)
    move(so_far.state, "edit")
    return so_far


def create(ask: StaffRequest) -> Response:
    """Write a new mailing."""
    return _keep_and_put(ask, None)


def change(ask: StaffRequest) -> Response:
    """Change a mailing, if it still is the one its writer looked at."""
    with ask.house.db.read() as session:
        so_far = drafting.so_far(session, ask.path("mailing"), ask.acting)
    return _keep_and_put(ask, so_far)


def _keep_and_put(ask: StaffRequest, so_far: SoFar | None) -> Response:
    """Keep what was typed first; who presses a second time is told of the first."""
    begun_id = begun_id_of(ask)
    if not begun_id:
        return _put(ask, so_far, None)
    kept = keep(ask, begun_id, "shared", so_far.id if so_far else None)
    if kept.done_at is not None and kept.mailing_id is not None:
        return _pressed_again(ask, kept, kept.mailing_id)
    begun = begun_of(ask, begun_id)
    try:
        return _put(ask, so_far, begun)
    except IntegrityError:  # the same form was pressed twice at one moment, and the other press was a moment before
        if so_far is None:
            return see_other(f"/staff/mailings/{begun_id}?said=made")
        raise


def _pressed_again(ask: StaffRequest, kept: Kept, mailing_id: str) -> Response:
    """Lead to what the first press made; where other words stand here by now, offer them as a change of it."""
    if kept.is_same:
        return see_other(f"/staff/mailings/{mailing_id}?said=made")
    so_far = check_may_change(ask, mailing_id)
    begun_id = new_id()
    keep(ask, begun_id, "shared", mailing_id)
    at = when_words(kept.done_at or ask.now, ask.house.settings.zone, now=ask.now)
    why = sentence(
        "You had this letter checked at %(when)s, in another window or by an earlier press. What you typed here since "
        "still stands below. Checking it puts these words in place of those.",
        when=at,
    )
    return _form(ask, typed_in(ask.form), so_far=so_far, begun=begun_of(ask, begun_id), faults={"": why}, status=409)


def _put(ask: StaffRequest, so_far: SoFar | None, begun: Begun | None) -> Response:
    typed = typed_in(ask.form)
    try:
        done = _written(ask, typed, so_far, begun)
    except (Refused, Conflict, DraftFaults) as error:
        status = _UNTOLD if faults_of(error).keys() - {""} else status_of(error)
        return _form(ask, typed, so_far=so_far, begun=begun, faults=faults_of(error), status=status)
    return _answer(ask, typed, so_far, begun, done)


def _written(
    ask: StaffRequest, typed: Typed, so_far: SoFar | None, begun: Begun | None
) -> Checked | Accepted | Stopped:
    base = (so_far.id, ask.form.number("version") or 0) if so_far else None
    draft = draft_of(ask, typed)
    if so_far is not None and so_far.way != "shared" and base:
        return publish.change_words(ask.house, draft, by=ask.acting, now=ask.now, change=base)
    files, enclosures = _chosen(ask), sorted(chosen_files(ask, "more"), key=lambda one: one.name.casefold())
    is_brought = begun is not None and "" not in files and "" not in typed.texts
    with publish.brought_file(ask.house, begun.file if begun and is_brought else None) as brought:
        return publish.put_draft(
            ask.house, draft, by=ask.acting, now=ask.now, upload=files.pop("", None) or brought, others=files,
            texts=typed.texts, drop=typed.drop, change=base, as_id=begun.id if begun and not base else "",
            enclosures=enclosures,
        )  # fmt: skip


def _chosen(ask: StaffRequest) -> dict[str, Upload]:
    """Return the files of the letter by language; the English one has none."""
    found = {tag: chosen_files(ask, publish.field_of("file", tag)) for tag in ("", *others())}
    return {tag: uploads[0] for tag, uploads in found.items() if uploads}


def _answer(
    ask: StaffRequest, typed: Typed, so_far: SoFar | None, begun: Begun | None, done: Checked | Accepted | Stopped
) -> Response:
    if isinstance(done, Stopped) and done.mailing_id is None:
        faults = faults_of_text(done.report)
        return _form(ask, typed, so_far=so_far, begun=begun, faults=faults, status=_UNTOLD, stopped=True)
    assert done.mailing_id is not None
    if isinstance(done, Stopped) and done.language in typed.texts:
        return _stopped_text(ask, typed, begun, done, done.mailing_id)
    if begun is not None:
        publish.finish_begun(ask.house, begun.id, done.mailing_id, by=ask.acting, now=ask.now)
    match done:
        case Accepted():
            return see_other(f"/staff/mailings/{done.mailing_id}/letters?said=changed")
        case Checked():
            return see_other(f"/staff/mailings/{done.mailing_id}")
        case Stopped():
            return _stopped_file(ask, typed, so_far, done)
        case _:
            assert_never(done)


def _stopped_file(ask: StaffRequest, typed: Typed, so_far: SoFar | None, done: Stopped) -> Response:
    facts = {
        "words": words_of(done.report, for_one=typed.is_for_one),
        "name": done.file_name,
        "again": f"/staff/mailings/{done.mailing_id}/edit",
        "field": "more" if done.place else publish.field_of("file", done.language),
        "is_held": done.is_held,
        "is_list": done.report.roster_shaped,
        "is_one_of_several": done.is_one_of_several,
        "release": f"{ask.house.settings.base_url}/staff/mailings/{done.mailing_id}/stopped",
        "asked": asked_about(ask, done.report.unread),
        "read": done.report.reading_in_words,
        "stays": _ALL_STAYS if so_far is not None and so_far.file_name else _STAYS,
    }
    return staff_page(ask, "staff/stopped.html", here="Mailings", status=_UNTOLD, **facts)


def _stopped_text(ask: StaffRequest, typed: Typed, begun: Begun | None, done: Stopped, mailing_id: str) -> Response:
    """Show what was written once more, in the draft that it is by now, and beside it what is wrong: no file is kept."""
    if begun is not None:
        publish.tie_begun(ask.house, begun.id, mailing_id, by=ask.acting)
    with ask.house.db.read() as session:
        so_far = drafting.so_far(session, mailing_id, ask.acting)
    faults = {publish.field_of("text", done.language): fault_of_letter(done.report)}
    return _form(ask, typed, so_far=so_far, begun=begun, faults=faults, status=_UNTOLD, stopped=True)


def faults_of(error: PortalError) -> Mapping[str, str]:
    """Return a sentence for each field; one that belongs to no field stands under an empty name."""
    match error:
        case DraftFaults():
            return error.faults
        case FileEmpty() | FileTooLarge():
            return {"file": reason(error)}
        case OutOfScope():
            return {"audience": reason(error)}
        case ChangedMeanwhile():
            return {
                "": sentence(
                    "Somebody changed this letter while you were writing. What you typed still stands below. "
                    "Look at the letter first; saving now puts your words in place of theirs."
                )
            }
        case _:
            return {"": reason(error)}


def _form(
    ask: StaffRequest,
    typed: Typed,
    *,
    so_far: SoFar | None = None,
    begun: Begun | None = None,
    is_other: bool = False,
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
        keeping=keeping_of(ask, begun, is_other=is_other),
        is_other=is_other,
        places=places,
        faults=faults or {},
        stopped=stopped,
        most=MESSAGE_MOST,
        script_words=for_one_letter,
        had_file=any(posted.filename for several in ask.form.files.values() for posted in several),
    )
