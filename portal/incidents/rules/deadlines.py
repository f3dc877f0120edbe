"""Some deadlines of law that may apply, each with its source. Which do is for counsel to say, and for the settings."""

from datetime import timedelta
from typing import Final

from portal.kernel.configuration.deadlines import Deadline

_DAY: Final = timedelta(days=1)
KNOWN: Final = (
    Deadline(
        timedelta(hours=72),
        "72 hours",
        "European Union: tell the supervisory authority; without delay, tell people at high risk",
        "GDPR Art. 33 and 34",
    ),
    Deadline(10 * _DAY, "10 days", "New York: tell the Chief Privacy Officer of the state", "8 NYCRR 121.10 (d)"),
    Deadline(60 * _DAY, "60 days", "New York: tell the families", "8 NYCRR 121.10 (e)"),
    Deadline(30 * _DAY, "30 days", "Colorado: tell the people concerned", "C.R.S. 24-73-103"),
    Deadline(
        30 * _DAY,
        "30 days",
        "Florida: tell the people concerned, and from 500 people on the Department of Legal Affairs",
        "Fla. Stat. 501.171",
    ),
    Deadline(60 * _DAY, "60 days", "Texas: tell the people concerned", "Tex. Bus. & Com. Code 521.053"),
)
FERPA: Final = (
    "FERPA itself sets no day by which families have to be told; it asks for a record of whom a letter was disclosed "
    "to (34 CFR 99.32), which this portal keeps."
)
