"""Dates, sizes and lists of names, as each language says them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from portal.kernel.later import Later
from portal.words.languages import Language

if TYPE_CHECKING:
    from babel import dates
else:
    dates = Later("babel.dates")

# CLDR has no Haitian Creole, whose dates would be French, and no Hmong, whose months are numbered.
_KREYOL_DAYS = ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch")
_KREYOL_MONTHS = (
    "janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm",
)  # fmt: skip
_HMONG_MONTHS = (
    "ib hlis", "ob hlis", "peb hlis", "plaub hlis", "tsib hlis", "rau hli", "xya hli", "yim hli", "cuaj hli",
    "kaum hli", "kaum ib hlis", "kaum ob hlis",
)  # fmt: skip
_ENGLISH_WHOLE_DAY, _ENGLISH_DAY = "EEEE, d MMMM y", "d MMMM"
_SOUNDS_LIKE_Y = re.compile(r"(?:<bdi>)?h?[ií](?![aeo])", re.IGNORECASE)  # Spanish says “Ana e Irene”, not “y Irene”


def whole_day(day: date, language: Language) -> str:
    """Return a day written out: “Friday, 5 September 2026”."""
    if language.tag == "hmn":
        return f"{short_day(day, language)}, {day.year}"
    if language.tag == "ht":
        return f"{_KREYOL_DAYS[day.weekday()]} {day.day} {_KREYOL_MONTHS[day.month - 1]} {day.year}"
    return dates.format_date(day, _ENGLISH_WHOLE_DAY if language.tag == "en" else "full", locale=language.counted_as)


def short_day(day: date, language: Language) -> str:
    """Return a day of this year: “5 September”."""
    if language.tag == "hmn":
        return f"lub {_HMONG_MONTHS[day.month - 1]} ntuj tim {day.day}"
    if language.tag == "ht":
        return f"{day.day} {_KREYOL_MONTHS[day.month - 1]}"
    if language.tag == "en":
        return dates.format_date(day, _ENGLISH_DAY, locale="en")
    # a datetime, because a skeleton is looked up among those for moments
    return dates.format_skeleton("MMMMd", datetime.combine(day, time()), locale=language.counted_as)


def weekday_and_day(day: date, language: Language) -> str:
    """Return a day near by: “Friday, 5 September”."""
    if language.tag in {"en", "hmn", "ht"}:
        return dates.format_date(day, "EEEE, d MMMM", locale="en")
    return f"{dates.format_date(day, 'EEEE', locale=language.counted_as)} {short_day(day, language)}"


def calendar_day(day: date, language: Language) -> str:
    """Return a day with its year: “05 September 2026”."""
    if language.tag in {"en", "hmn", "ht"}:
        return dates.format_date(day, "dd MMMM y", locale="en")
    return dates.format_date(day, "long", locale=language.counted_as)


def clock_time(moment: datetime, language: Language) -> str:
    """Return the time of a moment in its own zone: “14:03”, by the clock that the language's readers use."""
    pattern = "HH:mm" if language.tag in {"en", "hmn", "ht"} else "short"
    return dates.format_time(moment.time(), pattern, locale=language.counted_as)


def size_in_words(size: int, language: Language) -> str:
    """Return a file's size: “812 kB”, “1.2 MB”."""
    _ = language.gettext
    if size < 1_000_000:
        return _("%(number)s kB") % {"number": language.number(max(1, round(size / 1_000)))}
    return _("%(number)s MB") % {"number": language.number(size / 1_000_000)}


def listed(names: Sequence[str], language: Language, *, at_most: int = 20) -> str:
    """Join names as a person says them: “Ana, Ben and Cleo”; from `at_most` on, the rest is counted."""
    _ = language.gettext
    shown, rest = list(names[:at_most]), len(names) - at_most
    if rest > 0:
        more = language.ngettext("%(count)s more", "%(count)s more", rest)
        shown.append(more % {"count": language.number(rest)})
    if len(shown) < 2:
        return "".join(shown)
    before, between = shown[0], _("%(before)s, %(next)s")
    for name in shown[1:-1]:
        before = between % {"before": before, "next": name}
    return _joined(before, shown[-1], language)


def _joined(before: str, last: str, language: Language) -> str:
    if language.tag == "es" and _SOUNDS_LIKE_Y.match(last):
        return f"{before} e {last}"
    return language.gettext("%(before)s and %(last)s") % {"before": before, "last": last}
