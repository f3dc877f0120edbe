"""A family's letters: the list, one letter, and “this is not my child”."""

from itertools import groupby

from starlette.responses import Response

from portal.flows import revoke
from portal.flows.disclose_document import Wish
from portal.links.errors import LinkDead, NotOpened
from portal.links.rules import Dead, Open
from portal.overviews import letters as letters_view
from portal.web.guards import FamilyRequest, drop_session_cookie
from portal.web.render import page


def letters(ask: FamilyRequest) -> Response:
    """List what this browser has opened, child by child. Nothing is disclosed by a list of titles."""
    with ask.house.db.read() as session:
        found = letters_view.letters_of_session(session, ask.session_id, now=ask.now)
    live = [letter for letter in found if isinstance(letter.verdict, Open)]
    if not live:
        dead = next((letter for letter in found if isinstance(letter.verdict, Dead)), None)
        if dead is None:
            raise NotOpened
        raise LinkDead(dead.verdict.why if isinstance(dead.verdict, Dead) else "", dead.link.link_id)
    by_child = {
        child_id: list({letter.copy_id: letter for letter in group}.values())
        for child_id, group in groupby(live, key=lambda letter: letter.link.child_id)
    }
    return page("family/letters.html", ask.house.settings, children=by_child.values(), form_token=ask.form_token)


def letter(ask: FamilyRequest) -> Response:
    """Show one letter, after its disclosure is in the ledger. HEAD asks the same question and writes nothing."""
    wish = Wish(ask.session_id, ask.path("copy"), "view", ask.now)
    if ask.http.method == "HEAD":
        with ask.house.db.read() as session:
            shown = letters_view.letter_of_session(session, wish.session_id, wish.copy_id, now=ask.now)
        if shown is None or not isinstance(shown.verdict, Open):
            raise NotOpened
    else:
        shown = ask.house.disclosures.submit(wish).result()
    return page("family/letter.html", ask.house.settings, letter=shown, form_token=ask.form_token)


def not_mine(ask: FamilyRequest) -> Response:
    """Kill the link at once and tell the admins: the family knows best whose child it is."""
    with ask.house.db.write() as session:
        known = revoke.not_my_child(
            session, ask.house.keys, session_id=ask.session_id, copy_id=ask.path("copy"), now=ask.now
        )
    if not known:
        raise NotOpened
    response = page("family/not_mine.html", ask.house.settings)
    drop_session_cookie(response, ask.house, "family")
    return response
