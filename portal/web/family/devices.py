"""The phones and computers on which a guardian's confidential letters open without a code: seen, and forgotten."""

from starlette.responses import Response

from portal.flows.opening import forget_device
from portal.links.errors import NotOpened
from portal.links.rules import kept_as
from portal.overviews.family import code_steps
from portal.web.guards import FamilyRequest, cookie_of
from portal.web.render import day_words, see_other
from portal.web.render_family import family_page, language_of
from portal.words.pages import devices_words


def devices(ask: FamilyRequest) -> Response:
    """List the devices of the guardian whose letters are open in this browser."""
    browser = kept_as(cookie_of(ask.http, "device") or "")
    with ask.house.family_db.read(ask.session_id) as session:
        seen = code_steps.devices_seen(session, ask.session_id, browser, now=ask.now)
    if seen is None:
        raise NotOpened
    language, zone = language_of(ask.http), ask.house.settings.zone
    words = devices_words(language)
    rows = []
    for one in seen.devices:
        days = {
            "day": day_words(one.since, zone).said_in(language),
            "until": day_words(one.until, zone).said_in(language),
        }
        rows.append((one, words.since % days))
    return family_page(
        ask.http,
        "family/devices.html",
        language=language,
        words=words,
        devices=rows,
        is_forgotten=ask.query("said") == "forgotten",
        form_token=ask.form_token,
    )


def forget(ask: FamilyRequest) -> Response:
    """Forget one device; a letter that is open there stays open until its session ends."""
    with ask.house.family_db.write(ask.session_id) as session:
        forget_device.forget_device(session, ask.house.keys, ask.session_id, ask.form.text("device"), now=ask.now)
    return see_other("/devices?said=forgotten")
