"""One letter for each child: how far the sorting is, the two-way table, each pair side by side, and the sample."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response, StreamingResponse

from portal import publish
from portal.flows.writing import reconcile_mailing, view_as_staff
from portal.flows.writing.view_as_staff import LetterFile
from portal.kernel.errors import Conflict, PortalError, Refused
from portal.overviews.audience.audiences import WHAT_TO_DO, WHY
from portal.overviews.people import approvers
from portal.overviews.per_child import letters_seen, one_letter
from portal.overviews.per_child.letters_seen import LettersSeen
from portal.overviews.per_child.reconciling import Working
from portal.overviews.writing import mailing_seen
from portal.web.answers.files import SMALL, CutOff, file_headers
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import for_script, of_words, staff_page
from portal.web.staff.following import acts
from portal.web.staff.viewing.shown_pages import shown_pages
from portal.words.sentences import reason, sentence

_PAGE = 100
_DOUBTS = 25
_SUGGESTED = 200
"""So many are confirmed by one press: what stands on one page."""
_TROUBLES = 50
_STEPS = {
    "": sentence("It waits for its turn"),
    "unpack": sentence("Unpacking the zip"),
    "pages": sentence("Reading the pages"),
    "merge": sentence("Writing the letters"),
    "judge": sentence("Reading every letter, and whom it names"),
}
_KINDS = {
    "is-list": (sentence("file that is a list of children"), sentence("files that are lists of children")),
    "shifted": (sentence("shift by one"), sentence("shifts by one")),
    "swapped": (sentence("pair of swapped files"), sentence("pairs of swapped files")),
    "wrong-child": (sentence("file that does not name its child"), sentence("files that do not name their child")),
    "names-others": (sentence("file that names others too"), sentence("files that name others too")),
    "same-as-other": (
        sentence("file that is the same as another child’s"),
        sentence("files that are the same as another child’s"),
    ),
    "doubled": (sentence("child with more than one file"), sentence("children with more than one file")),
    "ambiguous": (sentence("file with an unclear name"), sentence("files with an unclear name")),
    "unmatched": (sentence("file that is nobody’s yet"), sentence("files that are nobody’s yet")),
    "not-in-audience": (sentence("file for a child this is not for"), sentence("files for children this is not for")),
    "empty": (sentence("empty file"), sentence("empty files")),
    "unreadable": (sentence("file that could not be read"), sentence("files that could not be read")),
    "not-judged": (sentence("file that is not read yet"), sentence("files that are not read yet")),
    "missing": (sentence("child without a file"), sentence("children without a file")),
}
_SAID = {
    "given": sentence("Here is what became of what you chose."),
    "assigned": sentence("The file is that child’s now."),
    "swapped": sentence("The two files have changed places. Both were read again."),
    "confirmed": sentence("These files are their children’s now."),
    "narrowed": sentence("The mailing is only for whom these files are for."),
    "dropped": sentence("The file is taken away. It is not sent."),
    "used": sentence("This file is that child’s. The others are taken away."),
    "brought": sentence("The file is that child’s now."),
    "left-out": sentence("Left out, for the reason you gave."),
    "taken-in": sentence("Taken in again."),
    "changed": sentence("The words are changed. The letters stay as they are."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What kept a fix from being made: the row it belongs to, the field, a sentence, and what was typed."""

    row: str = ""
    field: str = ""
    sentence: str = ""
    typed: str = ""


def letters(ask: StaffRequest) -> Response:
    """Show how far the sorting is, or the table of files and children."""
    return table_page(ask, said=_SAID.get(ask.query("said"), ""))


def table_page(
    ask: StaffRequest, *, said: str = "", problem: str = "", fault: Fault | None = None, status: int = 200
) -> Response:
    """Return the table's page; with what kept a fix from being made, beside the row it belongs to."""
    with ask.house.db.read() as session:
        below = ask.house.settings.approval_waived_below
        seen = letters_seen.letters_seen(session, ask.acting, ask.path("mailing"), now=ask.now, waived_below=below)
    told = {"said": said, "problem": problem, "fault": fault or Fault()}
    if seen.table is None and seen.working is not None:
        return staff_page(ask, "staff/letters_working.html", here="Mailings", seen=seen, **_so_far(seen.working))
    if seen.working is not None and seen.working.state in {"failed", "set-aside"}:
        few = {"troubles": seen.working.troubles[:_TROUBLES], "more": len(seen.working.troubles[_TROUBLES:])}
        facts = {"seen": seen, "form": ask.form} | few
        return staff_page(ask, "staff/letters_failed.html", here="Mailings", status=status, **facts, **told)
    return staff_page(ask, "staff/letters.html", here="Mailings", status=status, **_table(ask, seen), **told)


def _so_far(working: Working) -> dict[str, Any]:
    step = _STEPS.get(working.step, sentence("Working"))
    return {"step": step, "done": working.done, "total": working.total, "of": of_words(working.total)}


def _table(ask: StaffRequest, seen: LettersSeen) -> dict[str, Any]:
    words = ask.query("q")
    found = seen.matching(words)
    page, pages = _page_of(ask.query("page"), len(found), _PAGE)
    doubt, doubts = _page_of(ask.query("doubts") or ask.form.text("doubts"), len(seen.doubts), _DOUBTS)
    return {
        "seen": seen,
        "words": words,
        "found": len(found),
        "rows": found[(page - 1) * _PAGE : page * _PAGE],
        "page": page,
        "pages": pages,
        "doubts": seen.doubts[(doubt - 1) * _DOUBTS : doubt * _DOUBTS],
        "doubt_page": doubt,
        "doubt_pages": doubts,
        "suggested": seen.suggested[:_SUGGESTED],
        "kinds": [(count, _KINDS[kind]) for kind, count in seen.kinds if kind in _KINDS],
        "is_busy": seen.working is not None and not seen.working.is_over,
    }


def _page_of(asked: str, rows: int, size: int) -> tuple[int, int]:
    """Return the page that is shown, counted from 1, and how many there are."""
    pages = max(1, -(-rows // size))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(1, number), pages), pages


def progress(ask: StaffRequest) -> Response:
    """Answer how far the sorting is, for the page that looks again."""
    with ask.house.db.read() as session:
        working = letters_seen.how_far(session, ask.acting, ask.path("mailing"))
    if working is None or working.is_over:
        return for_script(ask.http, {"is_over": True})
    return for_script(ask.http, {"is_over": False, **_so_far(working)})


def letter(ask: StaffRequest) -> Response:
    """Show one letter beside its child and whoever will get it."""
    with ask.house.db.read() as session:
        one = one_letter.one_letter(session, ask.acting, ask.path("mailing"), ask.path("document"), now=ask.now)
        found = view_as_staff.own_letter_file(session, ask.path("mailing"), ask.path("document"), by=ask.acting)
    shown = shown_pages(ask, [found])
    return staff_page(ask, "staff/letter.html", here="Mailings", one=one, shown=shown[0] if shown else None)


def file(ask: StaffRequest) -> Response:
    """Hand out one child's letter, or one file of a letter for everybody, after it is in the ledger who looked."""
    mailing_id, document_id, house = ask.path("mailing"), ask.path("document"), ask.house

    def find() -> LetterFile:
        with house.db.read() as session:
            return view_as_staff.own_letter_file(session, mailing_id, document_id, by=ask.acting)

    return _handed_out(ask, find)


def given(ask: StaffRequest) -> Response:
    """Hand out a file that is nobody's yet, so that somebody can say whose it is; in the ledger like any other."""
    mailing_id, given_id = ask.path("mailing"), ask.path("given")

    def find() -> LetterFile:
        with ask.house.db.read() as session:
            return view_as_staff.given_file(session, mailing_id, given_id, by=ask.acting)

    return _handed_out(ask, find)


def page(ask: StaffRequest) -> Response:
    """Hand out one page of a big PDF that is nobody's yet, so that somebody can say whose it is."""
    typed = ask.path("page")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 0
    data = publish.page_in_doubt(ask.house, ask.path("mailing"), number, by=ask.acting, now=ask.now)
    return Response(data, headers=file_headers(f"page {number}.pdf", "application/pdf"))


def _handed_out(ask: StaffRequest, find: Callable[[], LetterFile]) -> Response:
    found, house = find(), ask.house
    headers = file_headers(found.file_name, found.media_type) | {"Content-Length": str(found.size)}
    if ask.http.method == "HEAD":
        return Response(headers=headers)
    with house.db.write() as session:
        view_as_staff.note_staff_view(
            session, house.keys, ask.path("mailing"), found.document_id, by=ask.acting, now=ask.now
        )
    chunks = house.documents.open(found.document_id, found.size)
    if found.size <= SMALL:
        return Response(b"".join(chunks), headers=headers)
    return StreamingResponse(_while_there(find, chunks), headers=headers)


def _while_there(find: Callable[[], LetterFile], chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunk after chunk, looking again before each: what is taken back stops in the middle."""
    for chunk in chunks:
        try:
            find()
        except PortalError:
            raise CutOff from None
        yield chunk


def sample(ask: StaffRequest) -> Response:
    """Show the letters that a person looks at before they approve."""
    return _sample(ask)


def note_sample(ask: StaffRequest) -> Response:
    """Note that somebody has looked at the sample of the version they saw; the same press may approve that version."""
    mailing_id, version = ask.path("mailing"), ask.form.number("version") or 0
    try:
        with ask.house.db.write() as session:
            reconcile_mailing.note_sample_seen(session, mailing_id, version=version, by=ask.acting, now=ask.now)
    except (Refused, Conflict) as error:
        return _sample(ask, problem=reason(error), status=status_of(error))
    if not ask.form.text("approve"):
        return see_other(f"/staff/mailings/{mailing_id}?said=sample")
    return acts.approve(ask)


def _sample(ask: StaffRequest, *, problem: str = "", status: int = 200) -> Response:
    mailing_id = ask.path("mailing")
    with ask.house.db.read() as session:
        found = one_letter.sample(session, ask.acting, mailing_id, now=ask.now)
        seen = mailing_seen.mailing_seen(
            session, ask.acting, mailing_id, organisation=ask.house.settings.organisation, now=ask.now
        )
        able = {one.id for one in approvers.approvers_of(session, found.mailing)}
        files = [
            view_as_staff.own_letter_file(session, mailing_id, one.document_id, by=ask.acting) for one in found.letters
        ]
    shown = shown_pages(ask, files)
    facts = {
        "found": found,
        "seen": seen,
        "may_approve": found.mailing.state == "waiting" and ask.acting.id in able,
        "shown": {one.document_id: one for one in shown},
        "made": [],
        "all_made": publish.how_all_made(ask.house, mailing_id),
        "problem": problem,
        "why": WHY,
        "to_do": WHAT_TO_DO,
    }
    return staff_page(ask, "staff/sample.html", here="Mailings", status=status, **facts)
