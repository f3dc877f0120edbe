"""A fresh link, for whoever asks: always the same answer, and the mail goes only to an address on file."""

from starlette.responses import Response

from portal.flows.opening import renew_link
from portal.kernel.ids import new_secret
from portal.rate_limits.rules import WISHES
from portal.web.guards import AnyRequest
from portal.web.rate_limiting import count
from portal.web.render_family import family_page, language_of
from portal.words.pages import renew_words


def renew(ask: AnyRequest) -> Response:
    """Show the form. What it is filled in with is one wish, however often it is sent."""
    language = language_of(ask.http)
    return family_page(
        ask.http, "family/renew.html", language=language, words=renew_words(language), press=new_secret()
    )


def ask_for_link(ask: AnyRequest) -> Response:
    """Keep the wish and say what is said to everybody: the worker looks whose address it is, not this page."""
    keys, typed = ask.house.keys, ask.form.text("address") or ask.form.text("token") or ask.form.text("code")
    with ask.house.family_db.read(*renew_link.shown_by(keys, typed)) as session:
        is_genuine = renew_link.is_genuine(session, keys, typed)
    if not is_genuine:
        count(ask, WISHES)
    with ask.house.family_db.write() as session:
        renew_link.ask_for_link(session, keys, typed, press=ask.form.text("press"), is_genuine=is_genuine, now=ask.now)
    language = language_of(ask.http)
    return family_page(ask.http, "family/renew_asked.html", language=language, words=renew_words(language))
