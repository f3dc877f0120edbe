"""What staff do about a letter that does not add up: each act goes back to the table, or says there why not."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from portal import publish
from portal.documents.errors import FileEmpty, FileTooLarge
from portal.kernel.errors import Conflict, NotFound, PortalError, Refused
from portal.mailings.errors import ChangedMeanwhile, DraftFaults, NoSuchMailing
from portal.overviews.per_child import letters_seen
from portal.overviews.per_child.letters_seen import LettersSeen
from portal.publish import Upload
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.staff.viewing.child_letters import Fault, table_page
from portal.web.staff.writing.each_typed import shape_of
from portal.web.staff.writing.uploads import posted_file
from portal.words.sentences import reason, sentence

_UNTOLD = 422


def assign(ask: StaffRequest) -> Response:
    """Say whose a file is."""
    given_id, number = ask.form.text("given"), ask.form.text("number")
    return _done(
        ask, "assigned", given_id,
        lambda id_: publish.assign(ask.house, id_, given_id, number=number, by=ask.acting, now=ask.now),
    )  # fmt: skip


def confirm(ask: StaffRequest) -> Response:
    """Say of all files that somebody has looked through that each is the child's it was suggested for."""
    these = ask.form.all("given")
    return _done(ask, "confirmed", "", lambda id_: publish.confirm(ask.house, id_, these, by=ask.acting, now=ask.now))


def narrow(ask: StaffRequest) -> Response:
    """Make those whom the files are for the audience."""
    version, is_by_place = ask.form.number("version"), ask.form.text("to") == "place"

    def act(mailing_id: str) -> None:
        publish.narrow(ask.house, mailing_id, is_by_place=is_by_place, version=version, by=ask.acting, now=ask.now)

    return _done(ask, "narrowed", "", act)


def swap(ask: StaffRequest) -> Response:
    """Let two files change places."""
    given_id, other_id = ask.form.text("given"), ask.form.text("other")
    return _done(
        ask, "swapped", given_id,
        lambda id_: publish.swap(ask.house, id_, given_id, other_id, by=ask.acting, now=ask.now),
    )  # fmt: skip


def drop(ask: StaffRequest) -> Response:
    """Take a file away."""
    given_id = ask.form.text("given")
    return _done(
        ask, "dropped", given_id, lambda id_: publish.drop(ask.house, id_, given_id, by=ask.acting, now=ask.now)
    )


def use(ask: StaffRequest) -> Response:
    """Use one of a child's several files."""
    given_id = ask.form.text("given")
    return _done(ask, "used", given_id, lambda id_: publish.use(ask.house, id_, given_id, by=ask.acting, now=ask.now))


def bring(ask: StaffRequest) -> Response:
    """Take the right file for one child, in place of all others that are its."""
    number, row = ask.form.text("number"), ask.form.text("row")
    with posted_file(ask) as upload:
        if upload is None:
            return table_page(ask, fault=Fault(row, "file", sentence("Choose the file first.")), status=_UNTOLD)

        def act(mailing_id: str) -> None:
            publish.give_one(ask.house, mailing_id, number=number, upload=upload, by=ask.acting, now=ask.now)

        return _done(ask, "brought", row, act)


def leave_out(ask: StaffRequest) -> Response:
    """Leave a child out, or all children without a file, for a reason."""
    reason = ask.form.text("reason")

    def act(mailing_id: str) -> None:
        numbers = [ask.form.text("number")]
        if ask.form.text("all"):
            numbers = list(_looked_at(ask).missing)
        publish.leave_out(ask.house, mailing_id, dict.fromkeys(numbers, reason), by=ask.acting, now=ask.now)

    return _done(ask, "left-out", ask.form.text("row"), act)


def take_in(ask: StaffRequest) -> Response:
    """Leave a child out no longer."""
    number = ask.form.text("number")
    return _done(
        ask, "taken-in", number, lambda id_: publish.take_in(ask.house, id_, number, by=ask.acting, now=ask.now)
    )


def sort_again(ask: StaffRequest) -> Response:
    """Sort what was given once more, told more about it, or with a corrected table or list beside it."""
    with posted_file(ask) as upload:

        def act(mailing_id: str) -> None:
            seen = _looked_at(ask)
            _leave_out_troubled(ask, seen)
            role = "values" if seen.given.way == "merge" else "list"
            uploads = {role: upload} if upload else {}
            _sort(ask, mailing_id, _told(ask, seen), uploads)

        return _done(ask, "", "", act)


def _sort(ask: StaffRequest, mailing_id: str, told: Mapping[str, Any], uploads: Mapping[str, Upload]) -> None:
    publish.sort_again(ask.house, mailing_id, ask=told, uploads=uploads, by=ask.acting, now=ask.now)


def _looked_at(ask: StaffRequest) -> LettersSeen:
    """Return the letters as they stand. Raises `ChangedMeanwhile` when they are not what somebody looked at."""
    with ask.house.db.read() as session:
        seen = letters_seen.letters_seen(session, ask.acting, ask.path("mailing"), now=ask.now)
    if seen.mailing.version != ask.form.number("version"):
        raise ChangedMeanwhile
    return seen


def _leave_out_troubled(ask: StaffRequest, seen: LettersSeen) -> None:
    """Leave out the children of each trouble that has a reason beside it."""
    troubles = seen.working.troubles if seen.working else ()
    reasons: dict[str, str] = {}
    for at, trouble in enumerate(troubles):
        if reason := ask.form.text(f"reason-{at}").strip():
            reasons |= {seen.number_of(child): reason for child in trouble.children}
    if reasons:
        publish.leave_out(ask.house, seen.mailing.id, reasons, by=ask.acting, now=ask.now)


def _told(ask: StaffRequest, seen: LettersSeen) -> dict[str, Any]:
    """Return what is told beyond what was told before: whose pages are, which are nobody's, how they hang together."""
    form, told = ask.form, dict(seen.given.told)
    if seen.given.way == "merge":
        return {"markdown": form.text("markdown").replace("\r\n", "\n")} if form.text("markdown").strip() else {}
    if seen.given.way != "split":
        return {}
    troubles = seen.working.troubles if seen.working else ()
    passed, chosen = set(told.get("passed_over", ())), dict(told.get("chosen", {}))
    for at, trouble in enumerate(troubles):
        if form.text(f"pass-{at}"):
            passed.update(trouble.pages)
        elif number := form.text(f"whose-{at}").strip():
            if not seen.has_number(number):
                raise DraftFaults(
                    {f"whose-{at}": sentence("No child of this mailing has the number %(number)s.", number=number[:40])}
                )
            chosen |= {str(page): number for page in trouble.pages}
    return {"passed_over": sorted(passed), "chosen": chosen, **shape_of(form)}


def _done(ask: StaffRequest, said: str, row: str, act: Callable[[str], object]) -> Response:
    """Do it and go back to the table; where it can't be done, say so beside the row it is about."""
    path = f"/staff/mailings/{ask.path('mailing')}/letters"
    try:
        act(ask.path("mailing"))
    except NoSuchMailing:
        raise
    except DraftFaults as error:
        field, sentence = next(iter(error.faults.items()))
        typed = ask.form.text(field)
        return table_page(ask, fault=Fault(row or field, field, sentence, typed), status=_UNTOLD)
    except (FileEmpty, FileTooLarge) as error:
        return table_page(ask, fault=Fault(row or "file", "file", reason(error)), status=_UNTOLD)
    except (Refused, Conflict, NotFound) as error:
        return _refused(ask, error)
    page = ask.form.number("doubts") or 1
    more = "&".join(filter(None, [f"said={said}" if said else "", f"doubts={page}" if page > 1 else ""]))
    return see_other(f"{path}?{more}" if more else path)


def _refused(ask: StaffRequest, error: PortalError) -> Response:
    return table_page(ask, problem=reason(error), status=status_of(error))
