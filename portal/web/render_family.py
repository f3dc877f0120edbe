"""A family's page: in the language chosen by hand, else of the guardian's record, else of the browser."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from portal.flows.opening.open_link import session_id_of
from portal.kernel.errors import PortalError
from portal.overviews.family.record_language import language_of_session
from portal.web.answers.compressing import compress
from portal.web.guards import cookie_name
from portal.web.reader_language import chosen_by_hand, page_to_return_to
from portal.web.render import page
from portal.wiring import House
from portal.words.languages import Language, language_named, languages, preferred


def language_of(request: Request, *, asks_record: bool = True, cookie: str = "") -> Language:
    """Return the language that a family reads its pages in; `cookie` is of a session that this very answer begins."""
    by_hand = chosen_by_hand(request)
    on_record = _on_record(request, cookie) if asks_record and by_hand is None else None
    return by_hand or on_record or preferred(request.headers.get("accept-language", ""))


def _on_record(request: Request, cookie: str) -> Language | None:
    house: House = request.state.house
    cookie = cookie or request.cookies.get(cookie_name(house, "family"), "")
    if not cookie:
        return None
    try:
        session_id = session_id_of(cookie)
        with house.family_db.read(session_id) as session:
            return language_named(language_of_session(session, session_id))
    except PortalError:  # a page that says what went wrong must not go wrong over its language
        return None


def family_page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    language: Language | None = None,
    repeats_request: bool = False,
    **facts: Any,  # noqa: ANN401 - templates take any fact
) -> Response:
    """Return a rendered template as a family's page, with the switch between languages.

    `repeats_request`: it holds what was posted, so it is not compressed.
    """
    answer = page(
        template,
        request.state.house.settings,
        status=status,
        language=language or language_of(request, asks_record=status < 500),
        languages=languages(),
        here=page_to_return_to(request.url.path),
        **facts,
    )
    return answer if repeats_request else compress(answer, request.headers)
