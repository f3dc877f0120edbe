"""One table from errors to pages. Errors carry no HTTP; a family sees one calm page whatever failed."""

from sqlalchemy.exc import IntegrityError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from portal.blobs import BlobMissing, BlobsUnreachable, KeyMissing
from portal.figures.rules import CRASH
from portal.flows.opening.open_link import session_id_of
from portal.kernel.errors import Conflict, NotFound, PortalError, Refused, WrongCall
from portal.kernel.log import log
from portal.kernel.outage import causes_of, is_told
from portal.kernel.secrets.keys import SealBroken
from portal.kernel.storage.db import DatabaseBusy, StoreMoving
from portal.kernel.tally import count
from portal.ledger.errors import DatabaseOlder, LedgerUnavailable
from portal.links.errors import LetterReplaced, LinkDead, LinkUnknown, NotOpened
from portal.rate_limits.errors import TooManyTries
from portal.reading.showing.viewer import ShowingBusy
from portal.staff.errors import NotAllowed, OutOfScope, SignedOut
from portal.web.dead import closed_page, dead_page
from portal.web.guards import SignedIn, cookie_of
from portal.web.lost import found_again, has_lost_its_cookie, has_nothing_open
from portal.web.posted.forms import ForeignPost
from portal.web.reader_language import staff_language_of
from portal.web.render import see_other
from portal.web.render_family import family_page, language_of
from portal.web.render_staff import page_for_staff, pages_for
from portal.web.signin.returning import way_in
from portal.web.vouching import ProviderSilent, ProviderUnusable
from portal.web.waiting.line import LineFull
from portal.words.languages import Language
from portal.words.sentences import reason, said, sentence

STATUS: dict[type[PortalError], int] = {
    LinkUnknown: 404,
    LinkDead: 410,
    NotOpened: 404,
    TooManyTries: 429,
    ForeignPost: 403,
    NotAllowed: 403,
    OutOfScope: 403,
    SignedOut: 401,
    ProviderSilent: 503,
    ProviderUnusable: 503,
    NotFound: 404,
    BlobMissing: 503,
    KeyMissing: 410,
    SealBroken: 503,
    BlobsUnreachable: 503,
    DatabaseBusy: 503,
    ShowingBusy: 503,
    LineFull: 503,
    LedgerUnavailable: 503,
    DatabaseOlder: 503,
    Conflict: 409,
    WrongCall: 400,
    Refused: 403,
    PortalError: 500,
}
_NOT_FOUND, _GONE, _TOO_MANY = 404, 410, 429
_LATER, _IN_TEN_MINUTES = {"Retry-After": "60"}, {"Retry-After": "600"}
_NOT_THEIRS = (ForeignPost, NotAllowed, OutOfScope)
"""Who is refused so tried what no page of ours offers them, or a page offered it that is too old (ASVS V16.3.2)."""
_STAFF = ("/staff", "/admin")
_LOOKED = sentence(
    "This page can’t be shown just now. What you pressed before is done. Load the page again in a moment."
)
"""What staff read where a page fails that only shows: it may be the one behind a press that went through."""
_IS_THERE = "23505"
"""PostgreSQL's unique_violation."""
_CALM = {_NOT_FOUND: "family/unknown.html"}
_HTTP_SENTENCES = {
    404: sentence("There is no page here."),
    405: sentence("This page can't be used that way."),
    413: sentence("That is larger than the portal takes. The largest letter is 100 MB, the largest zip 2 GB."),
}


def status_of(error: PortalError) -> int:
    """Return the status of an error by the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def answer(request: Request, error: Exception) -> Response:
    """Answer a request that a story or a guard refused."""
    assert isinstance(error, PortalError)
    status = status_of(error)
    if isinstance(error, StoreMoving):
        return _moving(request, error)
    if isinstance(error, (SignedOut, LetterReplaced)):  # whoever had an old letter open is shown what there is now
        return see_other(way_in(request) if isinstance(error, SignedOut) else "/letters")
    if status == _GONE and not request.url.path.startswith(_STAFF):
        return dead_page(request, error.why if isinstance(error, LinkDead) else "")
    if isinstance(error, NotOpened) and has_lost_its_cookie(request):
        return family_page(request, "family/no_cookie.html", status=status)
    if isinstance(error, NotOpened) and has_nothing_open(request):
        return closed_page(request, status=status)
    count("refusals", type(error).__name__)
    if status >= 500 and not is_told(error):
        log("web").error("refused", error=type(error).__name__, cause=causes_of(error))
    elif isinstance(error, _NOT_THEIRS):
        log("web").warning("refused", error=type(error).__name__, staff=_staff(request))
    elif isinstance(error, NotOpened):  # a browser with a letter open asks for what is not its own
        log("web").warning("refused", error=type(error).__name__, browser=_browser(request))
    told = _LOOKED if isinstance(error, DatabaseBusy) and _only_looks(request) else reason(error)
    return _problem(request, status, told, _LATER if status == _TOO_MANY or isinstance(error, LineFull) else None)


def _moving(request: Request, error: StoreMoving) -> Response:
    """Tell that the portal moves: to a family in the language of its record, which can be read meanwhile."""
    if request.url.path.startswith(_STAFF):
        return _problem(request, 503, reason(error), _IN_TEN_MINUTES)
    language = language_of(request)
    _ = language.gettext
    told = _("The letters are moving to a new place. Nothing is lost. Try again in an hour.")
    response = family_page(request, "family/problem.html", status=503, language=language, sentence=told)
    response.headers.update(_IN_TEN_MINUTES)
    return response


def _only_looks(request: Request) -> bool:
    return request.method in {"GET", "HEAD"}


def _browser(request: Request) -> str:
    """Return the beginning of a family session's id: enough to find whose it is, and nothing that opens it."""
    cookie = cookie_of(request, "family")
    return session_id_of(cookie)[:12] if cookie else ""


def _staff(request: Request) -> str:
    return str(getattr(request.state, "staff_id", ""))


def answer_same_moment(request: Request, error: Exception) -> Response:
    """Answer whoever was a moment behind somebody who did the same: a key is there already, so nothing was changed.

    Only PostgreSQL has two writers at a time. Anything else that the database refuses is a mistake of ours.
    """
    assert isinstance(error, IntegrityError)
    if getattr(error.orig, "sqlstate", None) != _IS_THERE:
        raise error
    log("web").warning("refused", error="same moment", staff=_staff(request))
    return _problem(request, STATUS[Conflict], reason(Conflict()))


def answer_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refused: an unknown path, a wrong method, a body too large."""
    assert isinstance(error, HTTPException)
    if error.status_code == _NOT_FOUND and (meant := found_again(request)):
        return meant
    told = _HTTP_SENTENCES.get(error.status_code, sentence("The portal could not make sense of this."))
    return _problem(request, error.status_code, told, error.headers)


def answer_crash(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw, without a word of it."""
    count("refusals", CRASH)
    log("web").error("crashed", error=type(error).__name__, cause=causes_of(error))
    failed = sentence("Something went wrong on our side, and nothing was changed. Try again in a moment.")
    return _problem(request, 500, _LOOKED if _only_looks(request) else failed)


def _to_staff(request: Request, status: int, told: str) -> Response:
    """Say it to staff, with their pages where the guard knows who they are: the way on is not through the start."""
    known: SignedIn | None = getattr(request.state, "signed_in", None)
    facts = (
        {"acting": known.acting, "form_token": known.form_token, "here": "", "pages_for": pages_for} if known else {}
    )
    return page_for_staff(request, "staff/problem.html", status=status, sentence=told, **facts)


def _problem(request: Request, status: int, told: str, headers: object = None) -> Response:
    if request.url.path.endswith("/progress"):
        return PlainTextResponse(said(told, staff_language_of(request)), status_code=status)
    if request.url.path.startswith(_STAFF):
        response = _to_staff(request, status, told)
    else:
        template = _CALM.get(status, "family/problem.html")
        calm = _to_a_family(status, language_of(request, asks_record=status < 500))
        response = family_page(request, template, status=status, sentence=calm)
    if isinstance(headers, dict):
        response.headers.update(headers)
    return response


def _to_a_family(status: int, language: Language) -> str:
    """Return what a family is told, in its own language: by the status alone, whatever failed."""
    _ = language.gettext
    sentences = {
        403: _("Nothing was done, because this page is too old. Go back to the start and try again."),
        429: _("There were too many tries. Wait a minute and try again."),
        500: _("Something went wrong on our side, and nothing was changed. Try again in a moment."),
        503: _("We can’t show this now. Nothing is lost. Try again in a few minutes."),
    }
    return sentences.get(status, _("This can’t be done here. Go back to the start and try again."))
