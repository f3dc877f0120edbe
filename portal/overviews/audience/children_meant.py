"""Children whom a writer names by hand: by student number, by name, or by both, as `Ana Rivera (100001)`.

A name stands for a child only when it is one child's whole name at the writer's sites. Two of one name, or a part of a
name, are asked back with the numbers to choose from: nobody is written to by a guess.
"""

import re
from typing import Any, Final

from sqlalchemy import Row
from sqlmodel import Session

from portal.families import repository as families
from portal.families.repository import searching
from portal.kernel.text.folding import words_in
from portal.mailings.errors import DraftFaults
from portal.staff.rules import Acting
from portal.words.sentences import Sentence, numbered, one_after_another, sentence
from portal.words.several import with_commas, with_semicolons

MOST: Final = 200
_LOOKED_AT: Final = 500
_WORDS: Final = 20
"""Nobody is called by more."""
_TOLD: Final = 5
_LINES: Final = re.compile(r"[\n;]+")
_NUMBERED: Final = re.compile(r".*\(\s*([^()\s]{1,64})\s*\)\s*")
_NAME: Final = re.compile(r"[^\W\d_]{2}")
_ONE_NUMBER: Final = re.compile(r"[\s,]+")


def numbers_of(session: Session, by: Acting, typed: str) -> list[str]:
    """Return the student numbers that were meant, in their order, each once.

    Raises `DraftFaults` with what to write in place of a name that is no child's, or several children's.
    """
    numbers: dict[str, None] = {}
    unsure: list[str] = []
    for entry in _all_entries(session, by, typed):
        found = _meant(session, by, entry)
        numbers |= dict.fromkeys([found] if isinstance(found, str) else [])
        unsure += [] if isinstance(found, str) else [_asked_back(session, entry, found)]
    if unsure:
        left = len(unsure) - _TOLD
        more = numbered("And %(number)s more.", "And %(number)s more.", left) if left > 0 else ""
        raise DraftFaults({"audience": one_after_another(*unsure[:_TOLD], more)})
    return list(numbers)


def _all_entries(session: Session, by: Acting, typed: str) -> list[str]:
    """Return what was named, each once; more than may be named are looked up nowhere. Raises `DraftFaults`."""
    lines = dict.fromkeys(filter(None, (line.strip() for line in _LINES.split(typed))))
    entries: dict[str, None] = {}
    for line in lines if len(lines) <= MOST else ():
        entries |= dict.fromkeys(_entries(session, by, line))
    if max(len(lines), len(entries)) > MOST:
        raise DraftFaults({"audience": sentence("Name at most %(most)s children, or choose their site.", most=MOST)})
    return list(entries)


def number_of(session: Session, by: Acting, typed: str) -> str:
    """Return the student number of the one child that was meant. Raises `DraftFaults` as `numbers_of` does."""
    entry = " ".join(typed.split())
    found = _meant(session, by, entry)
    if isinstance(found, str):
        return found
    raise DraftFaults({"number": _asked_back(session, entry, found)})


def _entries(session: Session, by: Acting, line: str) -> list[str]:
    """Split a line at its commas, unless it is one name turned round: `Rivera, Ana`."""
    if not _NAME.search(line):
        return [number for number in _ONE_NUMBER.split(line) if number]
    if _NUMBERED.fullmatch(line) or ("," in line and _called(session, by, line)):
        return [line]
    return [entry for entry in (part.strip() for part in line.split(",")) if entry]


def _meant(session: Session, by: Acting, entry: str) -> str | list[Row[Any]]:
    """Return the number of the one child that is meant, or the children it could be."""
    if named := _NUMBERED.fullmatch(entry):
        return named[1]
    if not _NAME.search(entry) or families.child_by_number(session, entry, by.sites):
        return entry
    near = _near(session, by, entry)
    called = _called_in(near, entry)
    if len(called) == 1 and len(near) < _LOOKED_AT:  # of more than were looked at, another may be called so
        return str(called[0].student_number)
    return called or near


def _called(session: Session, by: Acting, entry: str) -> list[Row[Any]]:
    return _called_in(_near(session, by, entry), entry)


def _called_in(near: list[Row[Any]], entry: str) -> list[Row[Any]]:
    wanted = sorted(words_in(entry))
    return [row for row in near if wanted == sorted(words_in(_name(row)))]


def _near(session: Session, by: Acting, entry: str) -> list[Row[Any]]:
    if len(words_in(entry)) > _WORDS:
        return []
    return list(searching.children_page(session, by.sites, search=entry, after=None, limit=_LOOKED_AT))


def _name(row: Row[Any]) -> str:
    return f"{row.given_name} {row.family_name}"


def _asked_back(session: Session, entry: str, could_be: list[Row[Any]]) -> str:
    if not could_be:
        return sentence(
            "No child here is called “%(name)s”. Write the name as the roster has it, or the student number.",
            name=entry,
        )
    told = sorted(could_be, key=lambda row: str(row.student_number))[:_TOLD]
    sites = families.places_of_children(session, [row.id for row in told])
    several = [_told_apart(row, [site for site, _ in sites.get(row.id, ())]) for row in told]
    left = len(could_be) - _TOLD
    more = [numbered("and %(number)s more", "and %(number)s more", left)] if left > 0 else []
    return sentence(
        "Which child is “%(name)s”? Write the number of the one you mean: %(children)s.",
        name=entry,
        children=with_semicolons([*several, *more]),
    )


def _told_apart(row: Row[Any], sites: list[str]) -> Sentence:
    """Return what tells a child from its namesakes."""
    where = [sentence("grade %(grade)s", grade=row.grade)] if row.grade else []
    return with_commas([f"{_name(row)} ({row.student_number})", *where, *sorted(set(sites))])
