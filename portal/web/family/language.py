"""The switch between languages."""

from starlette.responses import Response

from portal.web.guards import AnyRequest
from portal.web.reader_language import language_cookie, page_to_return_to
from portal.web.render import see_other
from portal.words.languages import with_tag

_A_YEAR = 365 * 24 * 60 * 60


def choose(ask: AnyRequest) -> Response:
    """Keep a language in this browser, no secret and nobody's name, and go back to the page that asked."""
    response = see_other(page_to_return_to(ask.form.text("here")))
    if language := with_tag(ask.form.text("language")):
        secure = ask.house.settings.is_https
        name = language_cookie(ask.http)
        response.set_cookie(name, language.tag, max_age=_A_YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response
