"""Ten minutes of an attacker with a desk of their own: another mailing's letters, files and children by way of mine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal import publish
from portal.documents.tables import Document, GivenFile
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import LeaveOut
from portal.publish import Accepted, Upload
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, zipped
from tests.web.desks import sit_down

_HERE = {"Sec-Fetch-Site": "same-origin"}


def cards(house: House, by: Acting, where: str, upload: Upload, now: Watch) -> str:
    """Give the cards of one site and have them sorted; return the mailing's id."""
    draft = check_draft(
        title=f"Cards of {where}", message="", terms=[Term("site", where)], link_days=30, link_hosts=frozenset()
    )
    done = publish.give(house, draft, way="files", uploads={"archive": upload}, ask={}, by=by, now=now())
    assert isinstance(done, Accepted)
    assert publish.sort_given(house, done.mailing_id)
    return done.mailing_id


@pytest.fixture
def two(house: House, cast: Cast, clock: Watch, tmp_path: Path) -> tuple[str, str]:
    """Give Maple's cards, one of which is only suggested yet, and Oak's own card."""
    maple = {"100001.pdf": ANA, "100004.pdf": OTHER_ANA, "brother.pdf": f"{LUIS} Sister: Ana Rivera."}
    theirs = cards(house, cast.writer, "Maple", zipped(maple, tmp_path), clock)
    return theirs, cards(house, cast.oak_writer, "Oak", zipped({"100006.pdf": SAM}, tmp_path), clock)


def everything(house: House) -> list[object]:
    with house.db.read() as session:
        tables = (Document, GivenFile, LeaveOut)
        return [session.exec(select(table).order_by(*table.__table__.primary_key)).all() for table in tables]  # type: ignore[attr-defined]  # a mapped table


def doors(mine: str, document: str, given: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield ways to another mailing's things by a mailing of one's own."""
    path = f"/staff/mailings/{mine}"
    for end in (
        f"letters/{document}", f"letters/{document}/file", f"letters/given/{given}/file", f"letters/{given}/file",
        f"documents/{document}/replace", f"documents/{document}/replace/file",
    ):  # fmt: skip
        yield "GET", f"{path}/{end}", {}
    yield "GET", f"{path}/letters/pages/1/file", {}
    for end in ("assign", "confirm", "drop", "swap"):
        yield "POST", f"{path}/letters/{end}", {"given": given, "number": "100006", "other": given}
    yield "POST", f"{path}/letters/take-in", {"number": "100001"}
    for to in ("place", "children"):
        yield "POST", f"{path}/letters/narrow", {"to": to, "version": "9"}
    yield "POST", f"{path}/letters/leave-out", {"number": "100001", "reason": "not at Oak", "version": "9"}
    for end in ("approve", "drop"):
        yield "POST", f"{path}/documents/{document}/replace/{end}", {"reason": "A reason that is long enough."}


def test_another_mailings_letters_do_not_open_or_move_by_way_of_mine(
    site: TestClient, house: House, cast: Cast, two: tuple[str, str]
) -> None:
    theirs, mine = two
    token = sit_down(site, house, cast.oak_writer)
    before = everything(house)
    with house.db.read() as session:
        documents = session.exec(select(Document.id).where(col(Document.mailing_id) == theirs)).all()
        given = session.exec(select(GivenFile.id).where(col(GivenFile.mailing_id) == theirs)).all()
        waiting = session.exec(select(GivenFile.problem).where(col(GivenFile.mailing_id) == theirs)).all()
    assert (len(documents), len(given)) == (2, 3)
    assert "suggested" in waiting
    for document in documents:
        for one in given:
            for method, path, fields in doors(mine, document, one):
                data = {"form_token": token} | fields if method == "POST" else None
                answer = site.request(method, path, data=data, headers=_HERE, follow_redirects=False)
                assert answer.status_code in {303, 403, 404, 409, 422}, (method, path, answer.status_code)
                assert b"%PDF" not in answer.content, path
                for word in ("Rivera", "brother.pdf"):
                    assert word not in answer.text, (method, path)
    assert everything(house) == before
