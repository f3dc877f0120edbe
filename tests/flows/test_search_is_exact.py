"""However a search goes about it, it finds what plainly bears the words, in the order of names, page after page."""

import random
from itertools import product

from sqlmodel import Session

from portal.families.repository import searching, words
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.clock import utc_now
from portal.kernel.storage.db import insert_rows
from portal.kernel.text.folding import words_in
from portal.wiring import House

_NAMES = ("mara", "marcus", "ng", "nguyen", "rivera", "rivas", "zora")
_SITES = ("Oak", "Elm", "Nowhere near")
# everybody has the first; at Elm nobody has the second, so that a site and a word have to do with each other
_TYPED = ("", "202", "303", "parent", "ng", "riv", "202 parent", "parent 202", "303 mar", "mar ng parent", "x99 202")
_HOW_FAR = ((4_000, 2_000), (-1, 3), (3, 25), (20, 80))
Bearer = tuple[tuple[str, str, str], str | None, bool, set[str]]


def _guardian(dice: random.Random, number: int) -> tuple[dict[str, object], set[str]]:
    """Return somebody's row, and the words by which they are found."""
    given, family, key = dice.choice(_NAMES), dice.choice(_NAMES), f"parent.{number}@mail.example.org"
    guardian = Guardian(source_id=f"w{number}", given_name=given, family_name=family, seen_at=utc_now())
    row = guardian.model_dump() | {"address": key, "address_key": key}
    return row, words.of_guardian(given_name=given, family_name=family, address_key=key)


def _child(dice: random.Random, number: int, site: str) -> tuple[dict[str, object], set[str]]:
    told = f"{'202' if site != 'Elm' else '404'}{303 if number % 3 else ''}{number:03}"
    given, family = dice.choice(_NAMES), dice.choice(_NAMES)
    child = Child(student_number=told, source_id=told, given_name=given, family_name=family, seen_at=utc_now())
    row = child.model_dump() | {"left_at": utc_now() if number % 7 == 0 else None}
    return row, words.of_child(student_number=told, given_name=given, family_name=family)


def _people(session: Session) -> list[Bearer]:
    """Take in eighty children; return where each stands, its site, whether it left, and the words it is found by."""
    dice = random.Random(2021)
    adults = [_guardian(dice, number) for number in range(50)]
    children: list[dict[str, object]] = []
    places: list[dict[str, object]] = []
    ties: list[dict[str, object]] = []
    found: list[Bearer] = []
    for number in range(80):
        site = dice.choice(_SITES)
        child, own = _child(dice, number, site)
        children.append(child)
        places.append({"child_id": child["id"], "site": site, "program": ""})
        for adult, theirs in dice.sample(adults, dice.randrange(3)):
            tie = Guardianship(guardian_id=str(adult["id"]), child_id=str(child["id"]), starts_at=utc_now())
            ties.append(tie.model_dump())
            own |= theirs
        stands = (str(child["family_name"]), str(child["given_name"]), str(child["id"]))
        found.append((stands, site, number % 7 == 0, own))
    insert_rows(session, Child, children)
    insert_rows(session, Enrolment, places)
    insert_rows(session, Guardian, [adult for adult, _ in adults])
    insert_rows(session, Guardianship, ties)
    words.index(session, [str(row["id"]) for row in (*children, *(adult for adult, _ in adults))])
    return sorted(found)


def _bears(own: set[str], typed: str) -> bool:
    return typed in own if len(typed) < 3 else any(word.startswith(typed) for word in own)


def _pages(
    session: Session, scope: frozenset[str] | None, typed: str, *, leavers: bool, few: int, near: int
) -> list[str]:
    ids: list[str] = []
    after = None
    while rows := searching.children_page(
        session, scope, search=typed, after=after, limit=11, leavers=leavers, few=few, near=near
    ):
        ids += [row.id for row in rows]
        if len(rows) < 11:
            break
        after = (rows[-1].family_name, rows[-1].given_name, rows[-1].id)
    return ids


def test_who_is_found_does_not_hang_on_how_far_a_search_walks(house: House) -> None:
    with house.db.write() as session:
        people = _people(session)
    scopes: tuple[frozenset[str] | None, ...] = (None, frozenset({"Oak"}), frozenset({"Elm", "Nowhere near"}))
    with house.db.read() as session:
        for number, (typed, scope, (few, near)) in enumerate(product(_TYPED, scopes, _HOW_FAR)):
            leavers = number % 5 > 1
            plainly = [
                key[2]
                for key, site, has_left, own in people
                if (scope is None or site in scope)
                and (leavers or not has_left)
                and all(_bears(own, word) for word in words_in(typed))
            ]
            found = _pages(session, scope, typed, leavers=leavers, few=few, near=near)
            assert found == plainly, (typed, scope, few, near)
