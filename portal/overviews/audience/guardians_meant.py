"""Guardians whom a writer names by hand, in any of the ways of `families.repository.guardians`.

Only the guardians of the audience are looked at, so that a name narrows it and brings nobody in. Two of one name, or of
one mailbox, are asked back: nobody is written to by a guess.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from portal.families.repository.guardians import Named, guardians_called, guardians_of_audience
from portal.families.rules import Term
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.kernel.text.folding import words_in
from portal.mailings.errors import DraftFaults
from portal.staff.rules import Acting
from portal.words.sentences import numbered, one_after_another, sentence
from portal.words.several import one_of

MOST: Final = 2_000
_TOLD: Final = 5
_LINES: Final = re.compile(r"[\n;]+")
_MARKED: Final = re.compile(r"[^<>()]*[<(]\s*([^<>()\s]{1,254})\s*[>)]")
_Key = str | tuple[str, ...]


def guardians_meant(
    session: Session, by: Acting, terms: Sequence[Term], typed: str, *, now: datetime
) -> frozenset[str] | None:
    """Return the ids of the guardians who were named, each a guardian of the audience; None where nobody was.

    Raises `DraftFaults` with what to write in place of a name that is nobody's, or several people's.
    """
    entries = list(dict.fromkeys(_entries(typed)))
    if not entries:
        return None
    if len(entries) > MOST:
        raise DraftFaults({"guardians": sentence("Name at most %(most)s guardians.", most=MOST)})
    of_whom = None if ("files", "") in terms else terms
    called = _by_what_calls_them(guardians_of_audience(session, of_whom, by.sites, now=now))
    found = {entry: called.get(_key(entry), []) for entry in entries}
    if unsure := [_asked_back(entry, could_be) for entry, could_be in found.items() if len(could_be) != 1]:
        left = len(unsure) - _TOLD
        more = numbered("And %(number)s more.", "And %(number)s more.", left) if left > 0 else ""
        raise DraftFaults({"guardians": one_after_another(*unsure[:_TOLD], more)})
    return frozenset(could_be[0].id for could_be in found.values())


def written(session: Session, addressed: frozenset[str] | None) -> str:
    """Return the named guardians as a form holds them, one a line."""
    return "\n".join(one.written for one in guardians_called(session, addressed or ()))


def _entries(typed: str) -> Iterator[str]:
    """Yield what was named; a comma parts addresses, and belongs to a name: `Rivera, Carla`."""
    for line in filter(None, (" ".join(line.split()) for line in _LINES.split(typed))):
        yield from filter(None, (part.strip() for part in line.split(","))) if "@" in line else (line,)


def _key(entry: str) -> _Key:
    marked = _MARKED.fullmatch(entry)
    said = marked[1] if marked else entry
    if "@" in said:
        try:
            return OneAddress.parse(said).key
        except NotOneAddress:
            return said
    return f"id {said}" if marked else tuple(sorted(words_in(said)))


def _by_what_calls_them(guardians: Sequence[Named]) -> Mapping[_Key, list[Named]]:
    called: dict[_Key, list[Named]] = defaultdict(list)
    for one in guardians:
        ways: set[_Key] = {
            f"id {one.source_id}",
            tuple(sorted(words_in(one.name))),
            tuple(sorted(words_in(one.source_id))),
        }
        ways |= {one.address_key} if one.address_key else set()
        for way in ways:
            called[way].append(one)
    return called


def _asked_back(entry: str, could_be: Sequence[Named]) -> str:
    if not could_be:
        return sentence(
            "No guardian of these children is “%(name)s”. Write the name or the e-mail address as the roster has it.",
            name=entry,
        )
    told = sorted(one.written for one in could_be)[:_TOLD]
    return one_after_another(
        sentence("Several guardians are “%(name)s”: %(guardians)s.", name=entry, guardians=one_of(told)),
        sentence("Write one of these."),
    )
