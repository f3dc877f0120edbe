"""Time zones by name: the one a person means, and the one that this machine is set to."""

import difflib
import os
from contextlib import suppress
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_LOCALTIME: Final = Path("/etc/localtime")
_FOLDER: Final = "zoneinfo/"


def zone_name(text: str) -> str:
    """Return the name of a zone as it is written, such as `America/Chicago`. Raises `ValueError` with the nearest."""
    name = text.strip()
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = _nearest(name)
        message = (
            f"is not a time zone; the nearest is {near}" if near else "is not a time zone such as America/New_York"
        )
        raise ValueError(message) from None


def _nearest(name: str) -> str:
    """Return the zone whose name, or whose city, is most like this one."""
    by_words: dict[str, str] = {}
    for zone in sorted(available_timezones()):
        by_words.setdefault(zone.rpartition("/")[2].lower(), zone)
        by_words[zone.lower()] = zone
    asked = name.lower().replace(" ", "_")
    found = difflib.get_close_matches(asked, by_words, n=1, cutoff=0.75)
    return by_words[found[0]] if found else ""


def system_zone(localtime: Path = _LOCALTIME) -> str:
    """Return the zone this machine is set to, as TZ or the file of its local time says; nothing where neither does."""
    linked = str(localtime.resolve()).partition(_FOLDER)[2]
    for name in (os.environ.get("TZ", "").lstrip(":"), linked):
        with suppress(ValueError):
            if name:
                return zone_name(name)
    return ""
