"""The roster in the browser: give a file, say what its columns hold, see by names what it changes, import it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from portal import publish
from portal.documents.errors import FileEmpty
from portal.families import rules
from portal.families.rules import Changes, NamedChange
from portal.overviews.operation import given_rosters
from portal.overviews.operation.given_rosters import GivenRoster
from portal.publish.rosters.importing import STEPS
from portal.publish.rosters.roster_uploads import NAMED, NoSuchUpload, Seen, Told, seen_in
from portal.rosters.fields.values import Report
from portal.web.admin.roster_columns import ColumnsForm, chosen_in, mapping_of
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import for_script, of_words, staff_page
from portal.words.sentences import numbered, reason, sentence

_PAGE: Final = 50
_DEFECTS: Final = 50
KINDS: Final = {
    rules.GONE_TIE: sentence("Guardianships that end"),
    rules.OTHER_ADDRESS: sentence("Addresses that change"),
    rules.GONE_CHILD: sentence("Children who leave"),
    rules.NEW_CHILD: sentence("New children"),
    rules.NEW_TIE: sentence("New guardianships"),
    rules.OTHER_TIE: sentence("Rights that change"),
}
"""What a roster changes, the riskiest first."""
_LOOKED_AT_ANEW: Final = sentence(
    "It was looked at anew since, with other columns: by you in another window, or by another administrator. Nothing "
    "was imported. Below is what it would change now."
)


@dataclass(frozen=True, slots=True)
class Accept:
    """Something that is imported only if the admin says so: a field whose tick is worth the number it names."""

    field: str
    number: int
    sentence: str
    label: str


def roster(ask: AdminRequest) -> Response:
    """Show which roster holds, and take a new one."""
    return _front(ask)


def _front(ask: AdminRequest, *, fault: str = "", status: int = 200) -> Response:
    with ask.house.db.read() as session:
        standing = given_rosters.standing(session, now=ask.now)
    return staff_page(ask, "admin/roster.html", here="Roster", status=status, standing=standing, fault=fault)


def give(ask: AdminRequest) -> Response:
    """Take a roster, sealed at once, and have it looked at."""
    posted = ask.form.file
    if posted is None or not posted.filename:
        return _front(
            ask, fault=sentence("Choose the roster: a CSV or XLSX file, or a zip of OneRoster or SDS."), status=400
        )
    try:
        given = publish.give_roster(ask.house, posted.filename, posted.file.read(), by=ask.acting, now=ask.now)
    except FileEmpty as error:
        return _front(ask, fault=reason(error), status=400)
    return see_other(f"/admin/roster/{given}")


def _given(ask: AdminRequest) -> GivenRoster:
    with ask.house.db.read() as session:
        found = given_rosters.given_roster(session, ask.path("upload"), now=ask.now)
    if found is None:
        raise NoSuchUpload
    return found


def upload(ask: AdminRequest) -> Response:
    """Show how far a roster is: work under way, its columns, what it changes, or what became of it."""
    given = _given(ask)
    if given.is_working:
        return _page(ask, "admin/roster_working.html", given, **_so_far(given))
    if given.state != "looked" or given.is_gone:
        return _page(ask, "admin/roster_over.html", given)
    seen, told = seen_in(ask.house, given, now=ask.now), Told(given.columns, given.dates)
    mapping = mapping_of(seen, told)
    if seen.report is None or mapping.is_open or ask.query("step") == "columns":
        return _mapping(ask, given, seen, mapping)
    return _changes(ask, given, seen)


def progress(ask: AdminRequest) -> Response:
    """Answer how far the work is, for the page that looks again."""
    given = _given(ask)
    return for_script(ask.http, {"is_over": not given.is_working, **_so_far(given)})


def _so_far(given: GivenRoster) -> dict[str, Any]:
    step = STEPS.get(given.step, sentence("It waits for its turn"))
    return {"step": step, "done": given.done, "total": given.total, "of": of_words(given.total)}


def columns(ask: AdminRequest) -> Response:
    """Take what the columns hold, and have the roster looked at again."""
    given = _given(ask)
    if given.state != "looked":
        return see_other(f"/admin/roster/{given.id}")
    seen = seen_in(ask.house, given, now=ask.now)
    mapping, told = chosen_in(ask.form, seen, Told(given.columns, given.dates))
    if mapping.is_wrong:
        return _mapping(ask, given, seen, mapping, status=400)
    publish.look_again(ask.house, given.id, told, now=ask.now)
    return see_other(f"/admin/roster/{given.id}")


def import_it(ask: AdminRequest) -> Response:
    """Have the roster imported, if whatever it needs was accepted by the number that was shown."""
    given = _given(ask)
    if given.state != "looked":  # pressed twice: what was done is told
        return see_other(f"/admin/roster/{given.id}")
    seen = seen_in(ask.house, given, now=ask.now)
    if seen.report is None or seen.changes is None:
        return see_other(f"/admin/roster/{given.id}")
    if ask.form.text("shown") != given.seen_id:
        return _changes(ask, given, seen, problem=_LOOKED_AT_ANEW, status=409)
    missing = [one for one in _accepts(seen.report, seen.changes) if ask.form.number(one.field) != one.number]
    if missing or _blocked(seen):
        return _changes(ask, given, seen, missing=missing, status=400)
    ticks = {one.field for one in _accepts(seen.report, seen.changes)}
    allowed = publish.Allowed(bool(ticks & {"drop", "zeros"}), "bad_rows" in ticks, "no_addresses" in ticks)
    publish.import_it(ask.house, given.id, allowed, shown=given.seen_id, by=ask.acting, now=ask.now)
    return see_other(f"/admin/roster/{given.id}")


def forget(ask: AdminRequest) -> Response:
    """Throw a roster away that was not imported."""
    publish.forget_roster(ask.house, _given(ask).id, now=ask.now)
    return see_other("/admin/roster")


def _page(ask: AdminRequest, template: str, given: GivenRoster, *, status: int = 200, **facts: object) -> Response:
    return staff_page(ask, template, here="Roster", status=status, given=given, **facts)


def _mapping(ask: AdminRequest, given: GivenRoster, seen: Seen, mapping: ColumnsForm, *, status: int = 200) -> Response:
    odd = seen.sentence if seen.refusal == "WrongCall" else ""
    return _page(ask, "admin/roster_columns.html", given, status=status, mapping=mapping, odd=odd)


def _blocked(seen: Seen) -> str:
    """Return why a roster cannot be imported whatever is accepted: it names nobody."""
    return seen.sentence if seen.refusal == "EmptyRoster" else ""


def _accepts(report: Report, changes: Changes) -> list[Accept]:
    """Return what has to be accepted before a roster is imported, each by its number."""
    found: list[Accept] = []
    if report.defect_total:
        found.append(Accept(
            "bad_rows", report.defect_total,
            sentence("Some cells cannot be right. Their rows can be left out; whoever is left out counts as gone."),
            numbered("Leave out the rows of %(number)s bad cell", "Leave out the rows of %(number)s bad cells",
                     report.defect_total),
        ))  # fmt: skip
    if not changes.addressed and changes.named[1]:
        found.append(Accept(
            "no_addresses", changes.named[1],
            sentence("This roster has no e-mail address at all, so no family could be written to. Choose another file, "
                     "or go back to the columns, unless these families have none and get their letters on paper."),
            sentence("None of the %(number)s guardians has an address; letters go on paper", number=changes.named[1]),
        ))  # fmt: skip
    if changes.zeros:
        found.append(Accept(
            "zeros", changes.zeros,
            sentence("Student numbers differ from those on file by the zeros at their front alone, which spreadsheets "
                     "drop. These children would leave and come back as somebody else. Give the column the format Text "
                     "and export again."),
            sentence("The numbers of %(number)s children did change", number=changes.zeros),
        ))  # fmt: skip
    if changes.is_large_drop:
        found.append(Accept(
            "drop", changes.guardianships.removed,
            sentence("More than a tenth of all guardianships would end. Most often that is a wrong file, or half of "
                     "one."),
            sentence("%(removed)s of %(active)s guardianships end, and that is right",
                     removed=changes.guardianships.removed, active=changes.active),
        ))  # fmt: skip
    return found


def _changes(
    ask: AdminRequest, given: GivenRoster, seen: Seen, *, missing: Sequence[Accept] = (), problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    report, changes = seen.report, seen.changes
    assert report is not None
    assert changes is not None
    counts = _counts(changes)
    what = ask.query("what") if ask.query("what") in counts else next((one for one in KINDS if counts[one]), "")
    words = ask.query("q").strip()[:80]
    rows = [one for one in seen.named if one.what == what and _has(one, words)]
    page, pages = _page_of(ask.query("page"), len(rows))
    return _page(
        ask, "admin/roster_changes.html", given, status=status, report=report, changes=changes, counts=counts,
        kinds=KINDS, what=what, words=words, found=len(rows), rows=rows[(page - 1) * _PAGE : page * _PAGE], page=page,
        pages=pages, most=NAMED, accepts=_accepts(report, changes), missing={one.field for one in missing},
        blocked=_blocked(seen), problem=problem or given.problem, defects=report.defects[:_DEFECTS],
    )  # fmt: skip


def _counts(changes: Changes) -> dict[str, int]:
    children, ties = changes.children, changes.guardianships
    return {
        rules.GONE_TIE: ties.removed, rules.OTHER_ADDRESS: changes.addresses, rules.GONE_CHILD: children.removed,
        rules.NEW_CHILD: children.added, rules.NEW_TIE: ties.added, rules.OTHER_TIE: ties.changed,
    }  # fmt: skip


def _has(one: NamedChange, words: str) -> bool:
    text = f"{one.child} {one.number} {one.guardian} {one.said} {one.before}".casefold()
    return all(word in text for word in words.casefold().split())


def _page_of(asked: str, rows: int) -> tuple[int, int]:
    pages = max(1, -(-rows // _PAGE))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return min(max(1, number), pages), pages
