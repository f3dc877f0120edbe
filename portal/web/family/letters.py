"""A family's letters: what is open, child by child, earlier ones at a press, and “this is not my child”."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from sqlmodel import Session
from starlette.responses import Response

from portal.flows.opening import open_link
from portal.flows.opening.acknowledge_letter import acknowledge_letter
from portal.flows.opening.open_link import session_id_of, shown_by
from portal.flows.taking_back import revoke
from portal.links.errors import LinkDead, NotOpened
from portal.links.rules import UNPROVEN, Dead, Open
from portal.overviews.family import letters as letters_view
from portal.overviews.family.earlier import EarlierLetter, earlier_letters, is_proven_here, shown_child
from portal.overviews.family.letter_languages import Shown, letters_in
from portal.overviews.family.letters import Letter
from portal.web.guards import AnyRequest, FamilyRequest, cookie_of, drop_session_cookie, set_session_cookie
from portal.web.render import see_other
from portal.web.render_family import family_page, language_of
from portal.words.languages import Language


@dataclass(frozen=True, slots=True)
class ChildsLetters:
    """What a page says of one child: the letters that are open here, and earlier ones that a press opens."""

    child_id: str
    open: list[Shown]
    earlier: list[EarlierLetter]

    @property
    def name(self) -> str:
        """The child's given name."""
        return self.open[0].letter.child_given_name

    @property
    def copy_id(self) -> str:
        """One letter of the child, by which the switch knows it."""
        return self.open[0].letter.copy_id


def letters(ask: FamilyRequest) -> Response:
    """List the letters that are open here, child by child or of one child. A list of titles discloses nothing."""
    reader = language_of(ask.http)
    with ask.house.family_db.read(ask.session_id) as session:
        found = letters_view.letters_of_session(session, ask.session_id, now=ask.now)
        live = [letter for letter in found if isinstance(letter.verdict, Open)]
        if not live:
            raise _why_nothing(found)
        children = [
            ChildsLetters(child, list(group), _earlier(ask, session, child, live, reader))
            for child, group in groupby(letters_in(session, live, reader), key=lambda one: one.letter.link.child_id)
        ]
        chosen = shown_child(session, ask.session_id)
    alone = [child for child in children if child.child_id == chosen]
    return family_page(
        ask.http,
        "family/letters.html",
        language=reader,
        children=alone or children,
        others=[child for child in children if child not in alone] if len(children) > 1 else [],
        is_one_of_many=bool(alone) and len(children) > 1,
        asks_codes=any(letter.link.is_confidential for letter in live),
        form_token=ask.form_token,
    )


def place_of(ask: AnyRequest, cookie: str, *, link_id: str = "") -> str:
    """Return where a browser goes that has just opened a link: to its letter, or to the list where it has several.

    With `link_id` only to that link's letter: whose letter is kept no more is not shown another in its place.
    """
    session_id, reader = session_id_of(cookie), language_of(ask.http, cookie=cookie)
    with ask.house.family_db.read(session_id) as session:
        found = letters_view.letters_of_session(session, session_id, now=ask.now)
        live = [letter for letter in found if isinstance(letter.verdict, Open)]
        chosen = shown_child(session, session_id)
        shown = [one.letter for one in letters_in(session, live, reader) if chosen in {None, one.letter.link.child_id}]
    is_alone = len(shown) == 1 and link_id in {"", shown[0].link.link_id}
    return f"/letters/{shown[0].copy_id}" if is_alone else "/letters"


def _earlier(
    ask: FamilyRequest, session: Session, child_id: str, live: Sequence[Letter], reader: Language
) -> list[EarlierLetter]:
    mine = next(letter.link for letter in live if letter.link.child_id == child_id)
    is_known = is_proven_here(session, ask.session_id, mine.guardian_id, now=ask.now)
    return earlier_letters(session, ask.session_id, mine, reader, is_known=is_known, now=ask.now)


def _why_nothing(found: Sequence[Letter]) -> LinkDead | NotOpened:
    dead = next((letter for letter in found if letter.verdict != Dead(UNPROVEN)), None)
    if dead is None:
        return NotOpened()
    return LinkDead(dead.verdict.why if isinstance(dead.verdict, Dead) else "", dead.link.link_id)


def open_earlier(ask: FamilyRequest) -> Response:
    """Open an earlier letter by the family's own press, under its own link; a confidential one asks its code."""
    copy_id, device_cookie = ask.path("copy"), cookie_of(ask.http, "device")
    with ask.house.family_db.write(ask.session_id, shown_by(device_cookie)) as session:
        outcome = open_link.open_earlier(
            session,
            ask.house.keys,
            session_id=ask.session_id,
            copy_id=copy_id,
            device_cookie=device_cookie,
            network=ask.network_kept,
            now=ask.now,
        )
    if outcome is None:
        raise NotOpened
    if outcome == "open":
        return see_other(f"/letters/{copy_id}")
    response = see_other("/o/verify")
    set_session_cookie(response, ask.house, "code", outcome.cookie)
    return response


def switch(ask: FamilyRequest) -> Response:
    """Show one child of several whose letters are open in this browser, or all of them again."""
    with ask.house.family_db.write(ask.session_id) as session:
        known = open_link.show_child(session, session_id=ask.session_id, copy_id=ask.form.text("copy"), now=ask.now)
    if not known:
        raise NotOpened
    return see_other("/letters")


def acknowledge(ask: FamilyRequest) -> Response:
    """Keep the family's word that it has read the letter, and go back to it."""
    copy_id = ask.path("copy")
    with ask.house.family_db.write(ask.session_id) as session:
        acknowledge_letter(session, ask.house.keys, session_id=ask.session_id, copy_id=copy_id, now=ask.now)
    return see_other(f"/letters/{copy_id}#said")


def not_mine(ask: FamilyRequest) -> Response:
    """Kill the link at once and tell the admins: the family knows best whose child it is."""
    story = partial(
        revoke.not_my_child, keys=ask.house.keys, session_id=ask.session_id, copy_id=ask.path("copy"), now=ask.now
    )
    if not ask.house.family_db.insist(story, ask.session_id):
        raise NotOpened
    response = family_page(ask.http, "family/not_mine.html")
    drop_session_cookie(response, ask.house, "family")
    return response
