"""A family's letters: the list, and “this is not my child”."""

from itertools import groupby

from starlette.responses import Response

from portal.flows import revoke
from portal.flows.acknowledge_letter import acknowledge_letter
from portal.links.errors import LinkDead, NotOpened
from portal.links.rules import UNPROVEN, Dead, Open
from portal.overviews import letters as letters_view
from portal.overviews.letter_languages import letters_in
from portal.web.guards import FamilyRequest, drop_session_cookie
from portal.web.render import see_other
from portal.web.render_family import family_page, language_of


def letters(ask: FamilyRequest) -> Response:
    """List what this browser has opened, child by child. Nothing is disclosed by a list of titles."""
    reader = language_of(ask.http)
    with ask.house.db.read() as session:
        found = letters_view.letters_of_session(session, ask.session_id, now=ask.now)
        live = [letter for letter in found if isinstance(letter.verdict, Open)]
        shown = letters_in(session, live, reader)
    if not live:
        dead = next((letter for letter in found if letter.verdict != Dead(UNPROVEN)), None)
        if dead is None:
            raise NotOpened
        raise LinkDead(dead.verdict.why if isinstance(dead.verdict, Dead) else "", dead.link.link_id)
    children = [list(group) for _, group in groupby(shown, key=lambda one: one.letter.link.child_id)]
    asks_codes = any(letter.link.is_confidential for letter in live)
    return family_page(
        ask.http,
        "family/letters.html",
        language=reader,
        children=children,
        asks_codes=asks_codes,
        form_token=ask.form_token,
    )


def acknowledge(ask: FamilyRequest) -> Response:
    """Keep the family's word that it has read the letter, and go back to it."""
    copy_id = ask.path("copy")
    with ask.house.db.write() as session:
        acknowledge_letter(session, ask.house.keys, session_id=ask.session_id, copy_id=copy_id, now=ask.now)
    return see_other(f"/letters/{copy_id}#said")


def not_mine(ask: FamilyRequest) -> Response:
    """Kill the link at once and tell the admins: the family knows best whose child it is."""
    with ask.house.db.write() as session:
        known = revoke.not_my_child(
            session, ask.house.keys, session_id=ask.session_id, copy_id=ask.path("copy"), now=ask.now
        )
    if not known:
        raise NotOpened
    response = family_page(ask.http, "family/not_mine.html")
    drop_session_cookie(response, ask.house, "family")
    return response
