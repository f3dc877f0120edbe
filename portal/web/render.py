"""Templates to pages, with the words and dates that all pages share."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.kernel.configuration.settings import Settings
from portal.kernel.text.counts import count_of
from portal.web.answers.page_style import mark_of, style_of
from portal.web.answers.static_files import address_of, inlined_script
from portal.words.languages import Language
from portal.words.saying import clock_time, short_day, size_in_words, whole_day
from portal.words.sentences import Sentence, filled
from portal.words.several import kept


@pass_context
def _in_words(page: Context, value: object) -> object:
    """Return what a page shows: a sentence in the language of its reader, anything else as it is."""
    return value.said_in(_language(page)) if isinstance(value, Sentence) else value


def _language(page: Context) -> Language:
    language: Language = page["language"]
    return language


# `autoescape` by suffix would leave `.jinja` unescaped, and a silent undefined hides a missing fact.
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    extensions=["jinja2.ext.i18n"],
    finalize=_in_words,
)


def date_words(moment: datetime, zone: ZoneInfo) -> Sentence:
    """Return a day as people say it: “Friday, 5 September 2026”."""
    day = moment.astimezone(zone).date()
    return Sentence(lambda language: whole_day(day, language))


def day_words(moment: datetime, zone: ZoneInfo) -> Sentence:
    """Return a day in short: “5 September”."""
    day = moment.astimezone(zone).date()
    return Sentence(lambda language: short_day(day, language))


def time_words(moment: datetime, zone: ZoneInfo) -> Sentence:
    """Return a moment as people say it: “5 September, 14:03”."""
    local = moment.astimezone(zone)
    return Sentence(lambda language: f"{short_day(local.date(), language)}, {clock_time(local, language)}")


def when_words(moment: datetime, zone: ZoneInfo, *, now: datetime) -> Sentence:
    """Return a moment as people say it who talk about it on the same day: “14:03”; else “5 September, 14:03”."""
    local = moment.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return Sentence(lambda language: clock_time(local, language)) if is_today else time_words(moment, zone)


def second_words(moment: datetime, zone: ZoneInfo) -> Sentence:
    """Return a moment to the second, where the order of things counts: “5 September, 19:04:12”."""
    local = moment.astimezone(zone)
    return Sentence(lambda language: f"{short_day(local.date(), language)}, {local:%H:%M:%S}")


def number_words(number: float) -> Sentence:
    """Return a number as its reader's language writes it: “2,611”."""
    return Sentence(lambda language: language.number(number))


def size_words(size: int) -> Sentence:
    """Return a file's size: “812 kB”, “1.2 MB”."""
    return Sentence(lambda language: size_in_words(size, language))


@pass_context
def _gettext(page: Context, english: str, /, **facts: object) -> Markup:
    return filled(Markup(_language(page).gettext(english)), facts, _language(page))  # noqa: S704 - words hold no markup


@pass_context
def _ngettext(page: Context, one: str, many: str, number: int, /, **facts: object) -> Markup:
    language = _language(page)
    return filled(Markup(language.ngettext(one, many, number)), {"num": number, **facts}, language)  # noqa: S704 - as above


def _own_direction(text: str) -> Markup:
    """Return a name or a title that keeps its own reading direction inside a sentence."""
    return Markup("<bdi>{}</bdi>").format(text)


def _left_to_right(text: str) -> Markup:
    """Return an address or a code, which is typed from left to right in every language."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def _link(text: str, address: str) -> Markup:
    """Return words of a sentence that lead on."""
    return Markup('<a href="{}">{}</a>').format(address, text)


def _mail(address: str) -> Markup:
    """Return an address that opens a new message, which quotes nothing: an answer would carry the link along."""
    return Markup('<a href="mailto:{}"><bdi dir="ltr">{}</bdi></a>').format(quote(address, safe="@"), address)


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


_PAGES.globals.update(static=address_of, style_of=style_of, mark_of=mark_of, script_of=inlined_script)
_PAGES.install_gettext_callables(_gettext, _ngettext)  # type: ignore[attr-defined]  # i18n brings it
_PAGES.filters.update(date=date_words, day=day_words, moment=time_words, second=second_words)
_PAGES.filters.update(size=size_words, number=number_words, count=count_of, kept=kept)
_PAGES.filters.update(bdi=_own_direction, ltr=_left_to_right, strong=_strong, link=_link, mail=_mail)


def text_of(template: str, settings: Settings, **facts: Any) -> str:  # noqa: ANN401 - templates take any fact
    """Return a rendered template."""
    return _PAGES.get_template(template).render(settings=settings, zone=settings.zone, **facts)


def page(template: str, settings: Settings, *, status: int = 200, **facts: Any) -> Response:  # noqa: ANN401 - templates take any fact
    """Return a rendered template as a page."""
    return HTMLResponse(text_of(template, settings, **facts), status_code=status)


def see_other(path: str) -> Response:
    """Send a browser on after a post, so that reloading posts nothing again."""
    return RedirectResponse(path, status_code=303)
