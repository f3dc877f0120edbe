"""Until when somebody has to be told, as an operator writes it: “72 hours: the supervisory authority; 10 days: …”."""

import re
from dataclasses import dataclass
from datetime import timedelta

_ENTRY = re.compile(r"(?P<number>[1-9][0-9]{0,2}) (?P<unit>hour|day)s?: *(?P<what>[^;]{3,200})")
_MOST = 12


@dataclass(frozen=True, slots=True)
class Deadline:
    """What has to be done within which time of knowing it; `source` says where that is written."""

    within: timedelta
    words: str
    what: str
    source: str = ""


def parse_deadlines(text: str) -> tuple[Deadline, ...]:
    """Read deadlines parted by semicolons. Raises `ValueError` with the first entry that is none."""
    found = []
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        match = _ENTRY.fullmatch(entry)
        if match is None:
            message = f"has “{entry[:60]}”, which is not like “72 hours: Tell the supervisory authority”"
            raise ValueError(message)
        number = int(match["number"])
        within = timedelta(hours=number) if match["unit"] == "hour" else timedelta(days=number)
        unit = match["unit"] + ("" if number == 1 else "s")
        found.append(Deadline(within, f"{number} {unit}", match["what"].strip()))
    if len(found) > _MOST:
        message = f"has more than {_MOST} deadlines"
        raise ValueError(message)
    return tuple(found)
