"""One letter for each child: the form on which files are chosen or a letter with fields is written."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from portal import publish
from portal.documents.errors import FileEmpty, FileTooLarge
from portal.kernel.errors import Conflict, Refused
from portal.kernel.machine.scratch import scratch
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import MESSAGE_MOST, move
from portal.overviews.per_child import letters_seen
from portal.overviews.per_child.letters_seen import Given
from portal.overviews.writing import drafting
from portal.overviews.writing.begun_seen import Begun
from portal.overviews.writing.drafting import SoFar
from portal.press.letters.fields import CHILD_FIELDS, PLAIN_FIELDS
from portal.publish import Accepted, Stopped
from portal.publish.checking.stops import faults_of_text
from portal.publish.per_child.giving import MOST_GIVEN
from portal.web.guards import StaffRequest
from portal.web.posted.forms import Form
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.web.staff.script_words import for_each_child
from portal.web.staff.writing.each_typed import MOST_FILES, EachTyped, chosen, each_typed_before, each_typed_in
from portal.web.staff.writing.keeping import as_begun, begun_change, begun_id_of, begun_of, keep, keeping_of
from portal.web.staff.writing.naming import draft_of
from portal.web.staff.writing.typed import nothing_yet, typed_before
from portal.web.staff.writing.uploads import chosen_files
from portal.web.staff.writing.writing import faults_of
from portal.words.sentences import reason

_UNTOLD = 422


def new(ask: StaffRequest) -> Response:
    """Show an empty form."""
    with ask.house.db.read() as session:
        places = drafting.places(session, ask.acting, now=ask.now)
    words = nothing_yet(ask.house.settings, places, sites=ask.acting.sites)
    return _form(ask, EachTyped(replace(words, confidential=True)))


def go_on(ask: StaffRequest, begun: Begun) -> Response:
    """Show the form as it was left, or as another tab left it."""
    so_far = as_begun(_before(ask, begun.mailing_id)[0], begun) if begun.mailing_id else None
    is_other = ask.query("text") == "other" and bool(begun.other)
    typed = each_typed_in(Form(begun.other if is_other else begun.fields))
    if not begun.version:  # a file was brought, and nothing typed yet
        words = replace(typed.words, whom="files", expires=str(ask.house.settings.link_days), confidential=True)
        typed = replace(typed, words=words)
    return _form(ask, typed, so_far=so_far, begun=begun, is_other=is_other)


def again(ask: StaffRequest) -> Response:
    """Show the form with what a mailing says so far, to choose other files for it."""
    so_far, given = _before(ask, ask.path("mailing"))
    return begun_change(ask, so_far.id, "each") or _form(
        ask, each_typed_before(typed_before(so_far), given), so_far=so_far
    )


def create(ask: StaffRequest) -> Response:
    """Take what was chosen for a new mailing; it is sorted next."""
    return _keep_and_give(ask, None)


def change(ask: StaffRequest) -> Response:
    """Take what was chosen in place of what a mailing was given before."""
    return _keep_and_give(ask, _before(ask, ask.path("mailing"))[0])


def _before(ask: StaffRequest, mailing_id: str) -> tuple[SoFar, Given]:
    with ask.house.db.read() as session:
        given = letters_seen.given_to(session, ask.acting, mailing_id)
        so_far = drafting.so_far(session, mailing_id, ask.acting)
    move(so_far.state, "edit")
    return so_far, given


def _keep_and_give(ask: StaffRequest, so_far: SoFar | None) -> Response:
    """Keep what was typed first; who presses a second time is led to what the first press made."""
    begun_id = begun_id_of(ask)
    if not begun_id:
        return _give(ask, so_far, None)
    kept = keep(ask, begun_id, "each", so_far.id if so_far else None)
    if kept.done_at is not None:
        return see_other(f"/staff/mailings/{kept.mailing_id}/letters")
    try:
        return _give(ask, so_far, begun_of(ask, begun_id))
    except IntegrityError:  # the same form was pressed twice at one moment, and the other press was a moment before
        if so_far is None:
            return see_other(f"/staff/mailings/{begun_id}/letters")
        raise


def _give(ask: StaffRequest, so_far: SoFar | None, begun: Begun | None) -> Response:
    typed = each_typed_in(ask.form)
    try:
        done = _given(ask, typed, so_far, begun)
    except DraftFaults as error:
        faults = {"files" if name == "file" else name: sentence for name, sentence in error.faults.items()}
        return _form(ask, typed, so_far=so_far, begun=begun, faults=faults, status=_UNTOLD)
    except (FileEmpty, FileTooLarge) as error:
        return _form(ask, typed, so_far=so_far, begun=begun, faults={"files": reason(error)}, status=_UNTOLD)
    except (Refused, Conflict) as error:
        said = faults_of(error)
        status = _UNTOLD if "audience" in said else status_of(error)
        return _form(ask, typed, so_far=so_far, begun=begun, faults=said, status=status)
    if isinstance(done, Stopped):
        faults = faults_of_text(done.report)
        return _form(ask, typed, so_far=so_far, begun=begun, faults=faults, status=_UNTOLD, stopped=True)
    if begun is not None:
        publish.finish_begun(ask.house, begun.id, done.mailing_id, by=ask.acting, now=ask.now)
    return see_other(f"/staff/mailings/{done.mailing_id}/letters")


def _given(ask: StaffRequest, typed: EachTyped, so_far: SoFar | None, begun: Begun | None) -> Accepted | Stopped:
    base = (so_far.id, ask.form.number("version") or 0) if so_far else None
    draft = draft_of(ask, typed.words)
    is_brought = typed.made != "fields" and not chosen_files(ask, "files")
    with scratch() as folder, publish.brought_file(ask.house, begun.file if begun and is_brought else None) as brought:
        found = chosen(ask, folder, brought)
        return publish.give(
            ask.house, draft, way=found.way, uploads=found.uploads, ask=found.told, by=ask.acting, now=ask.now,
            change=base, as_id=begun.id if begun and not base else "",
        )  # fmt: skip


def _form(
    ask: StaffRequest,
    typed: EachTyped,
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
    limits = {"most": MESSAGE_MOST, "most_files": MOST_FILES, "most_bytes": MOST_GIVEN}
    facts = {
        "typed": typed.words,
        "each": typed,
        "so_far": so_far,
        "keeping": keeping_of(ask, begun, is_other=is_other),
        "is_other": is_other,
        "places": places,
        "fields": CHILD_FIELDS + PLAIN_FIELDS,
    }
    told = {"faults": faults or {}, "stopped": stopped, "had_file": bool(ask.form.files)}
    told["script_words"] = for_each_child
    return staff_page(ask, "staff/write_each.html", here="Mailings", status=status, **facts, **limits, **told)
