"""What one family is, has or does changes nothing that another family or an outsider can see."""

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import Session, col, select, update
from starlette.testclient import TestClient

from portal.documents.tables import Copy
from portal.families.repository import words
from portal.families.tables import Child, Guardian, Guardianship
from portal.links.tables import Link
from portal.rate_limits.tables import RateCount
from portal.wiring import House
from tests.cast import Cast, code_of, link_of, send_letter, token_of
from tests.conftest import NOON, Watch

ORIGIN = "https://letters.riverbend.example"
SAME = {"Sec-Fetch-Site": "same-origin"}
ONCE = re.compile(r'name="(?:form_token|press|token)" value="[^"]*"|(?<==)[\w.~-]{20,}(?=;)|"request-id": .*')
"""What is drawn anew for each browser: tokens of forms, and what stands in a cookie."""
APART = {"x-request-id", "content-length"}
"""The number of a request, and the length, which counts what was typed and is shown again."""
Seen = dict[str, tuple[int, tuple[str, ...], str]]


@dataclass(frozen=True)
class Okafors:
    """The other family, as a roster and its own acts make it."""

    given: str
    family: str
    address: str
    number: str
    may_view: bool
    opens: bool
    is_taken_back: bool


OWN = Okafors(
    "Sam", "Okafor", "ngozi.okafor@mail.example.org", "100006", may_view=True, opens=False, is_taken_back=False
)
NAMES = st.sampled_from(["Sam", "Ana", "Luis", "Zoë", "Nnamdi", "Ana Maria", "李", "O'Neil", "<b>Sam</b>"])
ADDRESSES = st.sampled_from(
    ["ngozi@mail.example.org", "carla.rivera@mail.example.org", "n@other.example", "nobody@mail.example.org"]
)
FAMILIES = st.builds(
    Okafors,
    given=NAMES,
    family=st.sampled_from(["Okafor", "Rivera", "Li", "Okafor-Rivera"]),
    address=ADDRESSES,
    number=st.sampled_from(["100006", "100001x", "999999"]),
    may_view=st.booleans(),
    opens=st.booleans(),
    is_taken_back=st.booleans(),
)


def seat(session: Session, cast: Cast, one: Okafors) -> None:
    """Make the other family so; what was sent to them stays."""
    child = {"given_name": one.given, "family_name": one.family, "student_number": one.number}
    session.execute(update(Child).where(col(Child.id) == cast.sam).values(**child))
    mine = {"family_name": one.family, "address": one.address, "address_key": one.address}
    session.execute(update(Guardian).where(col(Guardian.id) == cast.ngozi).values(**mine))
    right = (col(Guardianship.guardian_id) == cast.ngozi, col(Guardianship.child_id) == cast.sam)
    session.execute(update(Guardianship).where(*right).values(may_view=one.may_view))
    revoked_at = NOON if one.is_taken_back else None
    session.execute(update(Link).where(col(Link.guardian_id) == cast.ngozi).values(revoked_at=revoked_at))
    words.index(session, [cast.sam, cast.ngozi])


class Onlooker:
    """A new browser, and what it was answered, without what is drawn anew each time."""

    def __init__(self, site: TestClient, seen: Seen) -> None:
        site.cookies.clear()
        self._client, self._seen = site, seen

    def ask(self, name: str, method: str, path: str, **fields: str) -> str:
        answer = self._client.request(method, path, data=fields or None, headers=SAME)
        lines = (f"{key}: {value}" for key, value in answer.headers.multi_items() if key not in APART)
        body = answer.text
        for typed in fields.values():
            body = body.replace(typed, "…")
        self._seen[name] = (
            answer.status_code,
            tuple(sorted(ONCE.sub("…", line) for line in lines)),
            ONCE.sub("…", body),
        )
        return answer.headers.get("location", "")


def looked_at(site: TestClient, house: House, cast: Cast, mailing: str, theirs: Okafors) -> Seen:
    """Return what Carla, and somebody with nothing, can see by looking and by trying."""
    seen: Seen = {}
    with house.db.read() as session:
        hers, other = (
            session.exec(select(Copy.id).where(col(Copy.child_id) == child)).one() for child in (cast.ana, cast.sam)
        )
    with house.db.write() as session:
        session.execute(delete(RateCount))  # every look is somebody's first
    carla = Onlooker(site, seen)
    carla.ask("opening", "POST", "/o", token=token_of(house, link_of(house, mailing, cast.carla, cast.ana)))
    own, foreign = f"/letters/{hers}", f"/letters/{other}"
    for path in ("/letters", own, f"{own}/file", foreign, f"{foreign}/file"):
        carla.ask(path, "GET", path)
    outsider = Onlooker(site, seen)
    forged = token_of(house, link_of(house, mailing, cast.ngozi, cast.sam))
    for path in ("/", "/o", "/renew", "/about", "/letters", own, foreign, "/readyz", "/metrics"):
        outsider.ask(f"outside {path}", "GET", path)
    outsider.ask("forged", "POST", "/o", token=forged[:-1] + ("A" if forged[-1] != "A" else "B"))
    outsider.ask("guessed", "POST", "/o", code=code_of(house, link_of(house, mailing, cast.carla, cast.luis))[:-1])
    for name, address in (("theirs", theirs.address), ("nobody's", "x@nowhere.example"), ("before", OWN.address)):
        outsider.ask(f"renewal for {name}", "POST", "/renew", address=address)
        outsider.ask(f"sign-in for {name}", "POST", "/staff/sign-in/link", address=address)
    return seen


def test_whatever_another_family_is_nobody_else_sees_a_difference(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing = send_letter(house, cast, now=clock.now)
    first = looked_at(site, house, cast, mailing, OWN)
    assert first["opening"][0] == 303
    assert len(first) > 20

    @settings(max_examples=12)
    @given(theirs=FAMILIES)
    def looks_the_same(theirs: Okafors) -> None:
        with house.db.write() as session:
            seat(session, cast, theirs)
        if theirs.opens:
            site.cookies.clear()
            token = token_of(house, link_of(house, mailing, cast.ngozi, cast.sam))
            site.post("/o", data={"token": token}, headers=SAME)
        after = looked_at(site, house, cast, mailing, theirs)
        assert {name: (first[name], after[name]) for name in first if after[name] != first[name]} == {}

    looks_the_same()


def test_the_comparison_sees_what_differs(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    mailing = send_letter(house, cast, now=clock.now)
    first = looked_at(site, house, cast, mailing, OWN)
    assert first == looked_at(site, house, cast, mailing, OWN)
    with house.db.write() as session:
        session.execute(update(Child).where(col(Child.id) == cast.ana).values(given_name="Anabel"))
    after = looked_at(site, house, cast, mailing, OWN)
    assert {name for name in after if after[name] != first[name]} >= {"/letters"}
