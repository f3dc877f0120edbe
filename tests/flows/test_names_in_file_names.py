"""Files called by children's names: what stands in them pairs them, what is likely waits until a person confirms it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from portal import publish
from portal.documents.repository import loose
from portal.documents.tables import Document
from portal.flows.writing import sort_files
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, NotReconciled
from portal.mailings.rules import Term
from portal.overviews.per_child import reconciling
from portal.overviews.per_child.narrower import narrower
from portal.reading.cage.caged import CagedReader
from portal.reading.reader import Paper, Prepared, Unreadable
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import give, look_at_the_sample, problems, table, zipped

LUIS = "Progress report. Luis Rivera. Reading: good."
SAM = "Progress report. Sam Okafor. Reading: very good."
ANA = "Progress report. Ana Rivera, grade 2. Reading: very good."
OTHER_ANA = "Progress report. Ana Rivera, grade 5. Reading: fair."
NAMED = {
    "Rivera, Ana - Q1 report.pdf": ANA,
    "Rivera, Luis - Q1 report.pdf": LUIS,
    "Rivera, Ana - Q1 report (2).pdf": OTHER_ANA,
    "Okafor, Sam - Q1 report.pdf": SAM,
}


def given(house: House, cast: Cast, tmp_path: Path, files: Mapping[str, str | bytes]) -> str:
    return give(house, cast, "files", {"archive": zipped(files, tmp_path)})


def suggested(house: House, mailing_id: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.name: (one.child_id, one.why) for one in table(house, mailing_id).found.suggestions}


def ids_of(found: reconciling.Table) -> list[str]:
    return [found.files[one.place].id for one in found.found.suggestions]


def addressees_of(session: Session, mailing_id: str) -> dict[str, str | None]:
    made = session.exec(select(Document).where(col(Document.mailing_id) == mailing_id))
    return {one.id: one.addressee_id for one in made}


def test_what_stands_in_a_file_pairs_it_and_namesakes_are_suggested_by_their_grade(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = given(house, cast, tmp_path, NAMED)
    found = table(house, mailing_id)
    assert {(one.name, one.child_id) for one in found.found.pairs} == {
        ("Rivera, Luis - Q1 report.pdf", cast.luis), ("Okafor, Sam - Q1 report.pdf", cast.sam),
    }  # fmt: skip
    assert suggested(house, mailing_id) == {
        "Rivera, Ana - Q1 report.pdf": (cast.ana, ("text", "file-name", "grade", "namesake")),
        "Rivera, Ana - Q1 report (2).pdf": (cast.other_ana, ("text", "file-name", "grade", "namesake")),
    }
    assert found.found.problems == (), "a file and its child count once"
    assert not found.is_complete
    with pytest.raises(NotReconciled):
        publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())


def test_nobody_has_a_document_before_somebody_confirms_and_then_each_has_its_own(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = given(house, cast, tmp_path, NAMED)

    def addressees() -> set[str | None]:
        with house.db.read() as session:
            return set(addressees_of(session, mailing_id).values())

    assert addressees() == {cast.luis, cast.sam}
    these = ids_of(table(house, mailing_id))
    assert publish.confirm(house, mailing_id, these, by=cast.writer, now=clock())
    assert addressees() == {cast.ana, cast.luis, cast.other_ana, cast.sam}
    version = table(house, mailing_id).version
    assert publish.confirm(house, mailing_id, these, by=cast.writer, now=clock()), "a second press is the same as one"
    assert table(house, mailing_id).version == version
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    with house.db.read() as session:
        for document in session.exec(select(Document).where(col(Document.mailing_id) == mailing_id)):
            assert len(b"".join(house.documents.open(document.id, document.size))) == document.size
        assert not addressees_of(session, mailing_id).keys() & set(loose.loose_before(session, clock()))


def test_what_was_confirmed_is_judged_again_by_what_a_person_said(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = given(house, cast, tmp_path, NAMED)
    publish.confirm(house, mailing_id, ids_of(table(house, mailing_id)), by=cast.writer, now=clock())
    with house.db.write() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        sort_files.check_again(session, mailing, by=cast.writer, now=clock())
    assert publish.sort_given(house, mailing_id)
    assert problems(house, mailing_id) == []
    assert table(house, mailing_id).is_complete


def test_one_suggestion_is_changed_and_one_is_taken_away(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = NAMED | {"Rivera, Ana - Q1 report.pdf": OTHER_ANA, "Rivera, Ana - Q1 report (2).pdf": "Ana Rivera. Fine."}
    mailing_id = given(house, cast, tmp_path, files)
    assert list(suggested(house, mailing_id)) == ["Rivera, Ana - Q1 report.pdf"]
    assert problems(house, mailing_id) == ["ambiguous"], "nothing in it tells the two Anas apart"
    rows = {one.file_name: one.id for one in table(house, mailing_id).files.values()}
    plain = rows["Rivera, Ana - Q1 report (2).pdf"]
    assert not publish.assign(house, mailing_id, plain, number="100001", by=cast.writer, now=clock())
    assert problems(house, mailing_id) == []
    assert not publish.drop(house, mailing_id, rows["Rivera, Ana - Q1 report.pdf"], by=cast.writer, now=clock())
    assert problems(house, mailing_id) == ["missing"]
    with pytest.raises(ChangedMeanwhile):
        publish.confirm(house, mailing_id, [rows["Rivera, Ana - Q1 report.pdf"]], by=cast.writer, now=clock())


@pytest.mark.parametrize(
    ("name", "text", "kind", "sentence"),
    [
        ("Okafor, Sam - Q1.pdf", "Progress report. Reading: fair.", "unmatched", "It may be for Sam Okafor (100006)."),
        ("Okafor, Sam - Q1.pdf", LUIS, "ambiguous", "Its name and what stands in it are different children's"),
        ("Q1.pdf", "Sam Okafor and Luis Rivera read together.", "ambiguous", "It names several children"),
        ("Okafor, Sam - Q1.pdf", f"{SAM} {LUIS}", "unmatched", "It names people of other families."),
        ("Q1.pdf", "A letter.", "unmatched", "Neither its name nor what stands in it says whose it is."),
    ],
    ids=["named by its name alone", "name and text differ", "several", "others", "nobody"],
)
def test_what_is_not_sure_is_one_line_that_says_why_and_is_no_suggestion(
    house: House, cast: Cast, tmp_path: Path, name: str, text: str, kind: str, sentence: str
) -> None:
    files = {"100001.pdf": ANA.replace("Rivera", "Rivera 100001"), name: text}
    mailing_id = given(house, cast, tmp_path, files)
    found = table(house, mailing_id)
    (told,) = [one for one in found.found.problems if one.name == name]
    assert told.kind == kind
    assert sentence in told.sentence
    assert not found.found.suggestions


def test_a_file_is_read_once_for_whose_it_is_and_for_the_guard(
    house: House, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    really = CagedReader.prepare

    def prepare(self: CagedReader, papers: Sequence[Paper], known: frozenset[str]) -> Sequence[Prepared | Unreadable]:
        read.extend(paper.name for paper in papers)
        return really(self, papers, known)

    monkeypatch.setattr(CagedReader, "prepare", prepare)
    given(house, cast, tmp_path, NAMED)
    assert sorted(read) == sorted(NAMED)


def test_an_audience_that_is_far_too_wide_becomes_whom_the_files_are_for(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = {name: text for name, text in NAMED.items() if text == SAM}
    mailing_id = given(house, cast, tmp_path, files)
    with house.db.read() as session:
        found = narrower(session, table(house, mailing_id))
    assert found is not None
    assert (found.words, found.of, found.children) == ("grade 3 at Oak", 4, ("100006",))
    version = table(house, mailing_id).version
    with pytest.raises(ChangedMeanwhile):
        publish.narrow(house, mailing_id, is_by_place=True, version=version + 1, by=cast.writer, now=clock())
    assert publish.narrow(house, mailing_id, is_by_place=True, version=version, by=cast.writer, now=clock())
    with house.db.read() as session:
        assert mailings.terms_of(session, mailing_id) == (Term("grade", "3"), Term("site", "Oak"))


def test_or_the_children_themselves(house: House, cast: Cast, clock: Watch, tmp_path: Path) -> None:
    files = {name: text for name, text in NAMED.items() if text == SAM}
    mailing_id = given(house, cast, tmp_path, files)
    version = table(house, mailing_id).version
    publish.leave_out(house, mailing_id, {"100001": "moved away"}, by=cast.writer, now=clock())
    with pytest.raises(ChangedMeanwhile):
        publish.narrow(house, mailing_id, is_by_place=False, version=version, by=cast.writer, now=clock())
    version = table(house, mailing_id).version
    assert publish.narrow(house, mailing_id, is_by_place=False, version=version, by=cast.writer, now=clock())
    with house.db.read() as session:
        assert mailings.terms_of(session, mailing_id) == (Term("child", "100006"),)
        assert mailings.leave_outs(session, mailing_id) == {}


def test_files_for_most_of_the_audience_are_no_reason_to_make_it_smaller(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    files = {name: text for name, text in NAMED.items() if text != SAM}
    mailing_id = given(house, cast, tmp_path, files)
    with house.db.read() as session:
        assert narrower(session, table(house, mailing_id)) is None
