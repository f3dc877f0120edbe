"""Which families a drop address is for: `grade-3.oak` before the @ names an audience, and every audience has one name.

A name that two audiences would share is nobody's address: what is sent to it reaches nobody, rather than the wrong
families. Addresses are said in small Latin letters, whatever letters the roster has.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Final

Terms = tuple[tuple[str, str], ...]
"""An audience as plain pairs: a kind and a value."""

EVERYONE: Final = "everyone"
PROBE: Final = "probe-"
"""With it begin addresses that the portal writes to itself; no audience has one."""
_MOST: Final = 64
"""Letters that an address may have before its @ (RFC 5321)."""
_NO_LETTER: Final = re.compile(r"[^a-z0-9]+")


def drop_addresses(places: Mapping[str, Sequence[str]], *, is_limited: bool = False) -> dict[str, Terms]:
    """Return the audience of each address that somebody may write to, by what stands before the @.

    `places` are the sites, programs and grades within their reach. Whoever `is_limited` to some sites has only
    addresses that name one of them: a grade alone would reach other sites as well.
    """
    found = [one for one in _all(places, is_limited=is_limited) if len(one[0]) <= _MOST]
    times = Counter(local for local, _ in found)
    return {local: terms for local, terms in found if times[local] == 1 and not local.startswith(PROBE)}


def slug(name: str) -> str:
    """Return a name as a part of an address; one without Latin letters or digits is told apart by its hash."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return _NO_LETTER.sub("-", plain).strip("-") or sha256(name.encode()).hexdigest()[:8]


def _all(places: Mapping[str, Sequence[str]], *, is_limited: bool) -> Iterator[tuple[str, Terms]]:
    sites, grades = places.get("site", ()), places.get("grade", ())
    if not is_limited:
        yield EVERYONE, (("everyone", ""),)
        yield from ((slug(program), (("program", program),)) for program in places.get("program", ()))
        yield from ((f"grade-{slug(grade)}", (("grade", grade),)) for grade in grades)
    yield from ((slug(site), (("site", site),)) for site in sites)
    for grade in grades:
        yield from ((f"grade-{slug(grade)}.{slug(site)}", (("grade", grade), ("site", site))) for site in sites)
