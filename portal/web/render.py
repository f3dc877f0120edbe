"""Templates to pages, with the words and dates that all pages share."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.kernel.settings import Settings

# `autoescape` by suffix would leave `.jinja` unescaped, and a silent undefined hides a missing fact.
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def date_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a day as people say it: “Friday, 5 September 2026”."""
    local = moment.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B} {local.year}"


def day_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a day in short: “5 September”."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B}"


def time_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people say it: “5 September, 14:03”."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B}, {local:%H:%M}"


def size_words(size: int) -> str:
    """Return a file's size as people say it."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1_000))} kB"
    return f"{size / 1_000_000:.1f} MB"


def count_words(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun: “1 family”, “2,611 families”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


_PAGES.filters.update(date=date_words, day=day_words, moment=time_words, size=size_words, count=count_words)


def text_of(template: str, settings: Settings, **facts: Any) -> str:  # noqa: ANN401 - templates take any fact
    """Return a rendered template."""
    return _PAGES.get_template(template).render(settings=settings, zone=settings.zone, **facts)


def page(template: str, settings: Settings, *, status: int = 200, **facts: Any) -> Response:  # noqa: ANN401 - as above
    """Return a rendered template as a page."""
    return HTMLResponse(text_of(template, settings, **facts), status_code=status)


def see_other(path: str) -> Response:
    """Send a browser on after a post, so that reloading posts nothing again."""
    return RedirectResponse(path, status_code=303)
