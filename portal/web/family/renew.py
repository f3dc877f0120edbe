"""A fresh link, for whoever asks: always the same answer, and the mail goes only to an address on file."""

from starlette.responses import Response

from portal.flows import renew_link
from portal.kernel.ids import new_secret
from portal.web.floods import RENEWALS
from portal.web.guards import AnyRequest
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
    ask.http.state.floods.check("renewal", RENEWALS, ask.network)
    ask.http.state.floods.count("renewal", RENEWALS, ask.network)
    typed = ask.form.text("address") or ask.form.text("token") or ask.form.text("code")
    with ask.house.db.write() as session:
        renew_link.ask_for_link(session, ask.house.keys, typed, press=ask.form.text("press"), now=ask.now)
    language = language_of(ask.http)
    return family_page(ask.http, "family/renew_asked.html", language=language, words=renew_words(language))
