"""The files of one letter: each opens for its families alone, is recorded by itself, and ends by itself or with all."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.documents import repository as documents
from portal.documents.tables import Copy, Document
from portal.flows.incidents.freeze_incident import freeze
from portal.flows.opening.open_link import session_id_of
from portal.flows.taking_back.revoke import Target, revoke
from portal.flows.writing import replace_document
from portal.incidents.rules import Target as Frozen
from portal.kernel.ids import new_secret
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links import repository as links
from portal.links.rules import Open
from portal.overviews.family.letters import letters_of_session, link_facts
from portal.wiring import House
from tests.cast import Cast, link_of, seal_cleared, send_letter, token_of
from tests.conftest import Watch

LETTER, FORM, MENU, OTHER = (
    f"%PDF-1.7 this is the {word} ".encode() * 40 for word in ("letter", "form", "menu", "map")
)


class Sent:
    """A letter with a form and a menu, and what staff do with its files."""

    def __init__(self, house: House, cast: Cast, clock: Watch) -> None:
        self.house, self.cast, self.clock = house, cast, clock
        self.mailing = send_letter(house, cast, now=clock.now, content=LETTER, enclosed=(FORM, MENU))

    def current(self) -> list[str]:
        with self.house.db.read() as session:
            return [one.id for one in documents.documents_of(session, self.mailing)]

    def copies(self, child: str) -> list[str]:
        """Return the copies of a child, in the order of the files."""
        with self.house.db.read() as session:
            mine = (col(Copy.mailing_id) == self.mailing, col(Copy.child_id) == child)
            query = select(Copy.id).join(Document, col(Document.id) == col(Copy.document_id)).where(*mine)
            return list(session.exec(query.order_by(col(Document.place))).all())

    def take_back(self, document: str) -> None:
        self.revoke(Target("document", document))

    def take_all_back(self) -> None:
        self.revoke(Target("mailing", self.mailing))

    def revoke(self, target: Target) -> None:
        with self.house.db.write() as session:
            revoke(session, self.house.keys, target, by=self.cast.admin, reason="Wrong.", now=self.clock.now)

    def freeze(self) -> None:
        target = Frozen("mailing", self.mailing)
        with self.house.db.write() as session:
            freeze(session, self.house.keys, target, by=self.cast.admin, reason="Wrong.", now=self.clock.now)

    def bring(self, document: str) -> str:
        """Bring a corrected version, which waits; return its id."""
        house, new = self.house, seal_cleared(self.house, "better.pdf", OTHER)
        file = {"id": new.document_id, "file_name": new.file_name, "media_type": new.media_type, "size": new.size,
                "sha256": new.sha256, "parts_read": 3, "pages": 1, "removed": None}  # fmt: skip
        with house.db.write() as session:
            seen = replace_document.check_may_correct(session, self.mailing, document, by=self.cast.writer)
            replace_document.bring_correction(
                session, house.keys, seen, file, judged_by="1", reason="", by=self.cast.writer, now=self.clock.now
            )
        return new.document_id

    def let_take_effect(self, document: str) -> None:
        house, by = self.house, self.cast.approver
        with house.db.read() as session:
            seen = replace_document.check_may_replace(session, self.mailing, document, by=by)
        with house.db.write() as session:
            replace_document.replace_document(
                session, house.keys, seen, roster=1, judged_by="1", second_person=True, reason="", by=by,
                now=self.clock.now,
            )  # fmt: skip


@pytest.fixture
def sent(house: House, cast: Cast, clock: Watch) -> Sent:
    return Sent(house, cast, clock)


def disclosed(house: House) -> list[tuple[str, str]]:
    with house.db.read() as session:
        query = select(Disclosure.kind, Copy.document_id).join(Copy, col(Copy.id) == col(Disclosure.copy_id))
        return [(kind, document) for kind, document in session.exec(query.order_by(col(Disclosure.at)))]


def press(site: TestClient, sent: Sent, guardian: str, child: str) -> None:
    site.cookies.clear()
    token = token_of(sent.house, link_of(sent.house, sent.mailing, guardian, child))
    assert site.post("/o", data={"token": token}).status_code == 303


def ways(copy: str) -> Iterator[str]:
    yield from (f"/letters/{copy}{end}" for end in ("", "/file", "/file?as=download", "/pages/1.png"))


def test_no_family_opens_a_file_of_another_letter_or_of_another_family(
    site: TestClient, house: House, cast: Cast, clock: Watch, sent: Sent
) -> None:
    elsewhere = Sent(house, cast, clock)
    press(site, sent, cast.carla, cast.ana)
    mine, foreign = sent.copies(cast.ana), [*elsewhere.copies(cast.ana), *sent.copies(cast.sam), *sent.current()]
    assert (len(mine), len(foreign)) == (3, 9)
    for copy in foreign:
        for path in ways(copy):
            answer = site.get(path, follow_redirects=False)
            assert (answer.status_code, b"%PDF" in answer.content) == (404, False), path
    assert disclosed(house) == []
    assert [site.get(f"/letters/{copy}/file").content for copy in mine] == [LETTER, FORM, MENU]


def test_each_look_at_a_file_is_one_entry_of_that_file(
    site: TestClient, house: House, cast: Cast, clock: Watch, sent: Sent
) -> None:
    press(site, sent, cast.carla, cast.ana)
    files, expected = sent.current(), []
    for copy, document in zip(sent.copies(cast.ana), files, strict=True):
        for end, kind in (("", "view"), ("/file?as=download", "download")):
            for _ in range(2):  # a second look within half an hour is the first one's
                assert site.get(f"/letters/{copy}{end}").status_code == 200
            expected.append((kind, document))
            clock.forward(seconds=1)
    assert disclosed(house) == expected
    with house.db.read() as session:
        acts = session.exec(select(LedgerEntry.act)).all()
    assert (acts.count("copy:view"), acts.count("copy:download")) == (3, 3)


def test_what_is_taken_back_closes_at_the_next_request_and_the_others_stay(
    site: TestClient, cast: Cast, sent: Sent
) -> None:
    press(site, sent, cast.carla, cast.ana)
    files, copies = sent.current(), sent.copies(cast.ana)

    def answers() -> list[int]:
        return [site.get(f"/letters/{copy}/file").status_code for copy in copies]

    sent.take_back(files[1])
    assert answers() == [200, 410, 200]
    page = site.get(f"/letters/{copies[0]}").text
    assert (f"/letters/{copies[1]}" in page, f"/letters/{copies[2]}" in page) == (False, True)
    sent.take_all_back()
    assert answers() == [410, 410, 410]


ACTS = st.lists(
    st.tuples(st.sampled_from(["bring", "replace", "take back"]), st.integers(0, 2)), min_size=1, max_size=4
)
END = st.sampled_from(["take back", "freeze"])


@example(acts=[("bring", 1), ("replace", 2), ("take back", 0), ("replace", 1), ("take back", 2)], end="freeze")
@given(acts=ACTS, end=END)
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_acts_those_files_open_that_were_meant_to(
    house: House, cast: Cast, clock: Watch, acts: list[tuple[str, int]], end: str
) -> None:
    sent, session_id = Sent(house, cast, clock), session_id_of(new_secret())
    with house.db.write() as session:
        link = link_facts(session, link_of(house, sent.mailing, cast.ngozi, cast.sam), now=clock.now)
        assert link is not None
        links.open_in_browser(session, link, new=session_id, old=None, proven_at=None, network="", now=clock.now)

    def opened() -> set[str]:
        with house.db.read() as session:
            found = letters_of_session(session, session_id, now=clock.now)
        return {one.document_id for one in found if isinstance(one.verdict, Open)}

    here: list[str | None] = [*sent.current()]
    waiting: dict[int, str] = {}
    for act, at in acts:
        document = here[at]
        if document is None:
            continue
        if act == "take back":
            sent.take_back(document)
            here[at] = None
        elif act == "bring" or at not in waiting:
            waiting[at] = sent.bring(document)
        if act == "replace":
            sent.let_take_effect(document)
            here[at] = waiting.pop(at)
        assert opened() == {one for one in here if one}
    {"take back": sent.take_all_back, "freeze": sent.freeze}[end]()
    assert opened() == set()
