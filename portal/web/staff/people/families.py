"""Looking up families, and whom a letter leaves out; always within the sites somebody acts for."""

from starlette.responses import Response

from portal.overviews.audience import omissions
from portal.overviews.audience.audiences import WHAT_TO_DO, WHY
from portal.overviews.people import children
from portal.overviews.rights import hand_made_seen
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page
from portal.words.languages import language_named

_LONGEST_SEARCH = 100


def families(ask: StaffRequest) -> Response:
    """Search children by name, number or a guardian's address."""
    words = ask.query("q").strip()[:_LONGEST_SEARCH]
    with ask.house.db.read() as session:
        found, after = children.search(session, ask.acting, words=words, after=ask.query("after"))
    is_first = not ask.query("after")
    return staff_page(
        ask, "staff/families.html", here="Families", found=found, after=after, words=words, is_first=is_first
    )


def family(ask: StaffRequest) -> Response:
    """Show a child, its guardians, and which letters about it were opened by whom."""
    with ask.house.db.read() as session:
        child = children.child_seen(session, ask.acting, ask.path("number"), now=ask.now)
        rights = hand_made_seen.rights_by_hand(session, ask.house.keys, ask.acting, child.student_number, now=ask.now)
    return staff_page(
        ask,
        "staff/family.html",
        here="Families",
        child=child,
        rights=rights,
        why=WHY,
        to_do=WHAT_TO_DO,
        now=ask.now,
        read={one.language: _reads(one.language) for one in child.guardians},
    )


def _reads(written: str) -> str:
    """Return what the readers of a language call it; one that no catalogue serves stays as the roster has it."""
    found = language_named(written)
    return found.name if found else written


def left_out(ask: StaffRequest) -> Response:
    """List everyone a letter leaves out, and why."""
    words = ask.query("q").strip()[:_LONGEST_SEARCH]
    typed = ask.query("page")
    page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    with ask.house.db.read() as session:
        found = omissions.omitted(session, ask.path("mailing"), ask.acting, words=words, page=page, now=ask.now)
    return staff_page(ask, "staff/left_out.html", here="Mailings", found=found, words=words, why=WHY, to_do=WHAT_TO_DO)
