"""Letters that somebody has begun: with a file on Home, or with the first word they typed."""

from starlette.responses import JSONResponse, Response

from portal import publish
from portal.documents.errors import FileEmpty, FileTooLarge, NothingBegun
from portal.flows.writing.keep_begun import Way
from portal.staff.rules import Acting
from portal.web.guards import AnyRequest, StaffRequest
from portal.web.render import see_other
from portal.web.staff import home
from portal.web.staff.writing import each, writing
from portal.web.staff.writing.keeping import begun_of, keep, keep_as, told
from portal.web.staff.writing.uploads import chosen_files
from portal.words.sentences import reason, sentence

_UNTOLD = 422


def begin(ask: StaffRequest) -> Response:
    """Begin a letter with what was dropped or chosen on Home."""
    files = chosen_files(ask, "files")
    if not files:
        return home.home(ask, fault=sentence("Choose the letter first: a PDF, a picture, or a zip."), status=_UNTOLD)
    try:
        begun_id = publish.begin(ask.house, files, by=ask.acting, now=ask.now)
    except (FileEmpty, FileTooLarge) as error:
        return home.home(ask, fault=reason(error), status=_UNTOLD)
    return see_other(f"/staff/begun/{begun_id}")


def go_on(ask: StaffRequest) -> Response:
    """Show the form as it was left; what has become a mailing meanwhile is shown as that, what is gone as Home."""
    try:
        begun = begun_of(ask, ask.path("begun"))
    except NothingBegun:
        return see_other("/staff")
    if begun.done_at is not None:
        return see_other(f"/staff/mailings/{begun.mailing_id}")
    is_each = (ask.query("way") or begun.way) == "each"
    return each.go_on(ask, begun) if is_each else writing.go_on(ask, begun)


def typed(ask: StaffRequest) -> Response:
    """Keep what stands in the form now, for the script that asks while somebody types."""
    return told(ask, keep(ask, ask.path("begun"), _way(ask), ask.query("mailing") or None))


def keep_of_signed_out(ask: AnyRequest, person: Acting) -> None:
    """Keep what the script sent after the session had run out."""
    keep_as(ask, str(ask.http.path_params["begun"]), _way(ask), ask.query("mailing") or None, person)


def _way(ask: AnyRequest) -> Way:
    return "each" if ask.query("way") == "each" else "shared"


def progress(ask: StaffRequest) -> Response:
    """Answer whether the file is still being read, for the page that looks again."""
    return JSONResponse({"is_over": not begun_of(ask, ask.path("begun")).is_reading})


def discard(ask: StaffRequest) -> Response:
    """Forget what was typed, and the file."""
    publish.discard_begun(ask.house, ask.path("begun"), by=ask.acting)
    return see_other("/staff")
