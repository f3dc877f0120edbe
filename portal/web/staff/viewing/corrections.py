"""A corrected version of a letter's file: which one, the file that takes its place, and the second person's press."""

from collections.abc import Iterator

from starlette.responses import Response, StreamingResponse

from portal import publish
from portal.documents.errors import NothingToReplace
from portal.flows.writing.replace_document import check_may_correct
from portal.flows.writing.view_as_staff import LetterFile
from portal.kernel.errors import Conflict, NotFound, PortalError, Refused, WrongCall
from portal.mailings.errors import NoSuchMailing
from portal.overviews.writing import corrections
from portal.overviews.writing.corrections import CorrectionSeen
from portal.publish.checking.stops import words_of
from portal.web.answers.files import SMALL, CutOff, file_headers
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.web.staff.offered_pictures import asked_about
from portal.web.staff.writing.uploads import posted_file
from portal.words.sentences import reason, sentence

_UNTOLD = 422
_REASON_MOST = 500
_SAID = {
    "brought": sentence("It is read, and nothing private was found. Families still have the old one."),
    "replaced": sentence("It is replaced. Every family finds the new one at the link it has."),
    "dropped": sentence("The corrected version is forgotten. Nothing has changed for families."),
}


def which(ask: StaffRequest) -> Response:
    """List the files of a mailing that can be corrected; of one letter for each child, look one up."""
    words = ask.query("q")
    with ask.house.db.read() as session:
        mailing, rows = corrections.correctable(session, ask.path("mailing"), by=ask.acting, words=words)
    if mailing.way == "shared" and len(rows) == 1:
        return see_other(f"/staff/mailings/{mailing.id}/documents/{rows[0].document_id}/replace")
    return staff_page(ask, "staff/replace_which.html", here="Mailings", mailing=mailing, rows=rows, words=words)


def replace(ask: StaffRequest) -> Response:
    """Show the file that families have, and its corrected version: to be chosen, waiting, or in effect."""
    return _page(ask, said=_SAID.get(ask.query("said"), ""))


def bring(ask: StaffRequest) -> Response:
    """Take the corrected version; it waits for a second person, unless a setting waives that."""
    mailing_id, document_id = ask.path("mailing"), ask.path("document")
    with ask.house.db.read() as session:
        for_one = check_may_correct(session, mailing_id, document_id, by=ask.acting).old.addressee_id is not None
    with posted_file(ask) as upload:
        if upload is None:
            return _page(ask, fault=sentence("Choose the corrected version."), status=_UNTOLD)
        try:
            done = publish.correct(ask.house, mailing_id, document_id, upload, by=ask.acting, now=ask.now)
        except (Refused, Conflict, WrongCall) as error:
            return _refused(ask, error)
    if done.correction_id is None:
        facts = {
            "words": words_of(done.report, for_one=for_one),
            "name": upload.name,
            "again": _path(ask),
            "is_held": False,
            "asked": asked_about(ask, done.report.unread),
            "read": done.report.reading_in_words,
            "stays": sentence("Families still have the version from before."),
        }
        return staff_page(ask, "staff/stopped.html", here="Mailings", status=_UNTOLD, **facts)
    return see_other(f"{_path(ask)}?said={'replaced' if done.in_effect else 'brought'}")


def file(ask: StaffRequest) -> Response:
    """Hand out the corrected version that waits, after it is in the ledger who looked; HEAD writes nothing."""
    if ask.http.method == "HEAD":
        return Response(headers=_headers(_waiting(ask)))
    new, chunks = publish.correction_chunks(
        ask.house, ask.path("mailing"), ask.path("document"), by=ask.acting, now=ask.now
    )
    if new.size <= SMALL:
        return Response(b"".join(chunks), headers=_headers(new))
    return StreamingResponse(_while_it_waits(ask, new, chunks), headers=_headers(new))


def _waiting(ask: StaffRequest) -> LetterFile:
    """Return the corrected version that waits. Raises `NotFound` errors, and `Refused` ones."""
    with ask.house.db.read() as session:
        new = check_may_correct(session, ask.path("mailing"), ask.path("document"), by=ask.acting).new
    if new is None:
        raise NothingToReplace
    return LetterFile(new.id, new.file_name, new.media_type, new.size)


def _headers(new: LetterFile) -> dict[str, str]:
    return file_headers(new.file_name, new.media_type) | {"Content-Length": str(new.size)}


def _while_it_waits(ask: StaffRequest, shown: LetterFile, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunk after chunk, looking again before each: what is forgotten or taken back stops in the middle."""
    try:
        for chunk in chunks:  # the bytes of one that was forgotten are gone too, so reading on fails
            if _waiting(ask) != shown:
                raise CutOff
            yield chunk
    except PortalError:
        raise CutOff from None


def approve(ask: StaffRequest) -> Response:
    """Let the corrected version take effect that the second person looked at."""
    correction_id = ask.form.text("correction")
    try:
        publish.let_take_effect(
            ask.house, ask.path("mailing"), ask.path("document"), correction_id,
            reason=_reason(ask), by=ask.acting, now=ask.now,
        )  # fmt: skip
    except NoSuchMailing:
        raise
    except (Refused, Conflict, NotFound) as error:
        return _refused(ask, error)
    return see_other(f"{_path(ask)}?said=replaced")


def drop(ask: StaffRequest) -> Response:
    """Forget a corrected version that waits."""
    publish.drop_correction(ask.house, ask.path("mailing"), ask.path("document"), by=ask.acting, now=ask.now)
    return see_other(f"{_path(ask)}?said=dropped")


def _reason(ask: StaffRequest) -> str:
    return " ".join(ask.form.text("reason").split())[:_REASON_MOST]


def _refused(ask: StaffRequest, error: PortalError) -> Response:
    return _page(ask, problem=reason(error), status=status_of(error))


def _path(ask: StaffRequest) -> str:
    return f"/staff/mailings/{ask.path('mailing')}/documents/{ask.path('document')}/replace"


def _page(ask: StaffRequest, *, said: str = "", problem: str = "", fault: str = "", status: int = 200) -> Response:
    with ask.house.db.read() as session:
        seen = corrections.correction_seen(session, ask.path("mailing"), ask.path("document"), by=ask.acting)
    told = {"said": said, "problem": problem, "fault": fault, "typed": ask.form.text("reason")}
    facts = {"seen": seen, "path": _path(ask), "may_approve": _may_approve(ask, seen), "why_not": _why_not(ask, seen)}
    return staff_page(ask, "staff/replace.html", here="Mailings", status=status, **facts, **told)


def _may_approve(ask: StaffRequest, seen: CorrectionSeen) -> bool:
    return ask.acting.may_approve and not seen.is_mine


def _why_not(ask: StaffRequest, seen: CorrectionSeen) -> str:
    """Return why this file can't be corrected; nothing where it can, or where it was."""
    if seen.document.replaced_at is not None:
        return ""
    try:
        with ask.house.db.read() as session:
            check_may_correct(session, seen.mailing.id, seen.document.id, by=ask.acting)
    except (Refused, NotFound) as error:
        return reason(error)
    return ""
