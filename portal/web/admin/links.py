"""Finding what is to be taken back: one family's link, a document, or a whole mailing."""

from urllib.parse import quote

from starlette.responses import Response

from portal import publish
from portal.kernel.ids import is_id
from portal.overviews.links import taking_back, targets
from portal.web.admin import words
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page

_MOST_LINKS = 50
_MOST_MAILINGS = 20


def links(ask: AdminRequest) -> Response:
    """Show the newest mailings, and the links that a search finds; no family is listed before somebody searches."""
    search = ask.query("q").strip()[:200]
    mailing_id = ask.query("mailing") if is_id(ask.query("mailing")) else None
    sites, zone = ask.acting.sites, ask.house.settings.zone
    with ask.house.db.read() as session:
        mailings = taking_back.published(session, by=ask.acting, limit=_MOST_MAILINGS)
        found, is_common = [], False
        if search or mailing_id:
            found = targets.find_links(session, search, sites=sites, mailing_id=mailing_id, limit=_MOST_LINKS + 1)
            is_common = targets.is_borne_by_hundreds(session, search)
    return staff_page(
        ask,
        "admin/links.html",
        here="Take back",
        search=search,
        mailing_id=mailing_id,
        mailings=mailings,
        mailing_states=words.MAILING_STATES,
        links=[(link, *words.link_state(link, ask.now, zone)) for link in found[:_MOST_LINKS]],
        is_common=is_common,
        most=_MOST_LINKS if len(found) > _MOST_LINKS else 0,
    )


def send_fresh(ask: AdminRequest) -> Response:
    """Send a guardian a fresh link in place of a dead one, and show it beside the old one."""
    link_id = ask.path("link")
    mailing, _ = publish.reissue_link(ask.house, link_id, by=ask.acting, now=ask.now)
    with ask.house.db.read() as session:
        (old,) = targets.find_links(session, link_id, sites=ask.acting.sites, limit=1)
    return see_other(f"/admin/links?mailing={mailing.id}&q={quote(old.student_number)}")
