"""However a search goes about it, it finds what plainly bears the words, in the order of names, page after page."""

import random
from itertools import product

from sqlmodel import Session

from portal.families.repository import searching, words
from portal.families.repository.searching import Reach
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.clock import utc_now
from portal.kernel.db import insert_rows
from portal.kernel.folding import words_in
from portal.kernel.ids import new_id
from portal.wiring import House

_NAMES = ("mara", "marcus", "ng", "nguyen", "rivera", "rivas", "zora")
_SITES = ("Oak", "Elm", "Nowhere near")
# everybody has the first; at Elm nobody has the second, so that a site and a word have to do with each other
_TYPED = ("202", "303", "parent", "ng", "riv", "202 parent", "303 mar", "x99")
_REACHES = (Reach(), Reach(0, 3, 30), Reach(3, 9, 60), Reach(20, 25, 26))
Bearer = tuple[tuple[str, str, str], str | None, bool, set[str]]


def _people(session: Session) -> list[Bearer]:
    """Take in eighty children; return where each stands, its site, whether it left, and the words it is found by."""
    dice = random.Random(2021)
    rows: dict[type, list[dict[str, object]]] = {Child: [], Enrolment: [], Guardian: [], Guardianship: []}
    adults: list[tuple[str, set[str]]] = []
    for number in range(50):
        given, family, key = dice.choice(_NAMES), dice.choice(_NAMES), f"parent.{number}@mail.example.org"
        guardian = {"id": new_id(), "source_id": f"w{number}", "given_name": given, "family_name": family,
                    "address": key, "address_key": key, "seen_at": utc_now(), "language": ""}  # fmt: skip
        rows[Guardian].append(guardian)
        adults.append((str(guardian["id"]), words.of_guardian(given_name=given, family_name=family, address_key=key)))
    found: list[Bearer] = []
    for number in range(80):
        site = dice.choice(_SITES)
        told = f"{'202' if site != 'Elm' else '404'}{303 if number % 3 else ''}{number:03}"
        child = {"id": new_id(), "student_number": told, "source_id": f"k{number}", "given_name": dice.choice(_NAMES),
                 "family_name": dice.choice(_NAMES), "grade": "1", "seen_at": utc_now(),
                 "left_at": utc_now() if number % 7 == 0 else None}  # fmt: skip
        rows[Child].append(child)
        rows[Enrolment].append({"child_id": child["id"], "site": site, "program": ""})
        given, family = str(child["given_name"]), str(child["family_name"])
        own = words.of_child(student_number=told, given_name=given, family_name=family)
        for adult, theirs in dice.sample(adults, dice.randrange(3)):
            rows[Guardianship].append({"guardian_id": adult, "child_id": child["id"], "basis": "roster",
                                       "may_view": True, "starts_at": utc_now()})  # fmt: skip
            own |= theirs
        found.append(((family, given, str(child["id"])), site, number % 7 == 0, own))
    for table in (Child, Enrolment, Guardian, Guardianship):
        insert_rows(session, table, rows[table])
    words.index(session, [str(row["id"]) for row in (*rows[Child], *rows[Guardian])])
    return sorted(found)


def _bears(own: set[str], typed: str) -> bool:
    return typed in own if len(typed) < 3 else any(word.startswith(typed) for word in own)


def _pages(session: Session, scope: frozenset[str] | None, typed: str, *, leavers: bool, reach: Reach) -> list[str]:
    ids: list[str] = []
    after = None
    while rows := searching.children_page(
        session, scope, search=typed, after=after, limit=11, leavers=leavers, reach=reach
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
        for number, (typed, scope, reach) in enumerate(product(_TYPED, scopes, _REACHES)):
            leavers = number % 5 > 1
            plainly = [
                key[2]
                for key, site, has_left, own in people
                if (scope is None or site in scope)
                and (leavers or not has_left)
                and all(_bears(own, word) for word in words_in(typed))
            ]
            assert _pages(session, scope, typed, leavers=leavers, reach=reach) == plainly, (typed, scope, reach)
