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

from portal.kernel.counts import count_of
from portal.kernel.settings import Settings
from portal.web.page_style import mark_of, style_of
from portal.web.static_files import address_of, inlined_script
from portal.words.languages import ENGLISH, Language
from portal.words.saying import clock_time, short_day, size_in_words, whole_day

# `autoescape` by suffix would leave `.jinja` unescaped, and a silent undefined hides a missing fact.
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    extensions=["jinja2.ext.i18n"],
)


def date_words(moment: datetime, zone: ZoneInfo, language: Language = ENGLISH) -> str:
    """Return a day as people say it: “Friday, 5 September 2026”."""
    return whole_day(moment.astimezone(zone).date(), language)


def day_words(moment: datetime, zone: ZoneInfo, language: Language = ENGLISH) -> str:
    """Return a day in short: “5 September”."""
    return short_day(moment.astimezone(zone).date(), language)


def time_words(moment: datetime, zone: ZoneInfo, language: Language = ENGLISH) -> str:
    """Return a moment as people say it: “5 September, 14:03”."""
    local = moment.astimezone(zone)
    return f"{short_day(local.date(), language)}, {clock_time(local, language)}"


def when_words(moment: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a moment as people say it who talk about it on the same day: “14:03”; else “5 September, 14:03”."""
    is_today = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_time(moment.astimezone(zone), ENGLISH) if is_today else time_words(moment, zone)


def second_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment to the second, where the order of things counts: “5 September, 19:04:12”."""
    local = moment.astimezone(zone)
    return f"{short_day(local.date(), ENGLISH)}, {local:%H:%M:%S}"


@pass_context
def _gettext(page: Context, sentence: str) -> str:
    return _language(page).gettext(sentence)


@pass_context
def _ngettext(page: Context, one: str, many: str, number: int) -> str:
    return _language(page).ngettext(one, many, number)


@pass_context
def _date(page: Context, moment: datetime, zone: ZoneInfo) -> str:
    return date_words(moment, zone, _language(page))


@pass_context
def _day(page: Context, moment: datetime, zone: ZoneInfo) -> str:
    return day_words(moment, zone, _language(page))


@pass_context
def _moment(page: Context, moment: datetime, zone: ZoneInfo) -> str:
    return time_words(moment, zone, _language(page))


@pass_context
def _size(page: Context, size: int) -> str:
    return size_in_words(size, _language(page))


def _language(page: Context) -> Language:
    language: Language = page["language"]
    return language


def _own_direction(text: str) -> Markup:
    """Return a name or a title that keeps its own reading direction inside a sentence."""
    return Markup("<bdi>{}</bdi>").format(text)


def _left_to_right(text: str) -> Markup:
    """Return an address or a code, which is typed from left to right in every language."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def _mail(address: str) -> Markup:
    """Return an address that opens a new message, which quotes nothing: an answer would carry the link along."""
    return Markup('<a href="mailto:{}"><bdi dir="ltr">{}</bdi></a>').format(quote(address, safe="@"), address)


def _strong(text: str) -> Markup:
    return Markup("<strong>{}</strong>").format(text)


_PAGES.globals.update(static=address_of, style_of=style_of, mark_of=mark_of, script_of=inlined_script)
_PAGES.globals["language"] = ENGLISH  # staff pages are in English; a family's page says which it is in
_PAGES.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]  # i18n brings it
_PAGES.filters.update(date=_date, day=_day, moment=_moment, size=_size, count=count_of, second=second_words)
_PAGES.filters.update(bdi=_own_direction, ltr=_left_to_right, strong=_strong, mail=_mail)


def text_of(template: str, settings: Settings, **facts: Any) -> str:  # noqa: ANN401 - templates take any fact
    """Return a rendered template."""
    return _PAGES.get_template(template).render(settings=settings, zone=settings.zone, **facts)


def page(template: str, settings: Settings, *, status: int = 200, **facts: Any) -> Response:  # noqa: ANN401 - templates take any fact
    """Return a rendered template as a page."""
    return HTMLResponse(text_of(template, settings, **facts), status_code=status)


def see_other(path: str) -> Response:
    """Send a browser on after a post, so that reloading posts nothing again."""
    return RedirectResponse(path, status_code=303)
