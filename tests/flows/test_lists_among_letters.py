"""The enrolment list, chosen where each child's own letter is: stopped as what it is, and not kept."""

from pathlib import Path

import pytest
from sqlmodel import select

from portal import publish
from portal.documents.errors import NothingGiven
from portal.documents.repository import intakes
from portal.ledger.tables import LedgerEntry
from portal.publish.checking.check_file import sha256_of
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, LUIS, OTHER_ANA, SAM, bound, give, table, zipped

IN_ROWS = b"Student,Number\nAna Rivera,100001\nLuis Rivera,100002\nAna Rivera,100004\nSam Okafor,100006\n"


def test_a_list_of_children_is_stopped_at_once_whosever_letter_it_was_given_as_and_not_kept(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    everybody = f"{ANA} {LUIS} {OTHER_ANA} {SAM}"
    files: dict[str, str | bytes] = {
        "confirmed sites enrollment.pdf": everybody,
        "100001.pdf": ANA,
        "4 100004.pdf": OTHER_ANA,
    }
    files |= dict.fromkeys(("enrollment.csv", "100006.csv", "100002.csv"), IN_ROWS)
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    found = table(house, mailing_id)
    assert [one.kind for one in found.found.problems] == ["is-list"] * 4
    assert "It is a list: it names 4 children from your roster." in found.found.problems[0].sentence
    stopped = [one for one in found.files.values() if one.problem == "is-list"]
    assert [one.is_kept for one in stopped] == [False] * 4
    assert not publish.drop(house, mailing_id, stopped[0].id, by=cast.writer, now=clock())
    with pytest.raises(NothingGiven):
        publish.assign(house, mailing_id, stopped[1].id, number="100006", by=cast.writer, now=clock())


def test_of_two_files_for_one_child_the_list_is_stopped_and_the_letter_is_its_own_once_that_is_away(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {"100001 (2).csv": IN_ROWS, "100001.pdf": ANA, "100002.pdf": LUIS}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    (stopped,) = [one for one in table(house, mailing_id).files.values() if one.problem == "is-list"]
    assert (stopped.file_name, stopped.is_kept) == ("100001 (2).csv", False)
    publish.drop(house, mailing_id, stopped.id, by=cast.writer, now=clock())
    found = table(house, mailing_id).found
    assert [pair.child_id for pair in found.pairs] == [cast.ana, cast.luis]


def test_one_pdf_most_of_whose_pages_name_many_children_is_stopped_and_not_kept(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    everybody = [ANA, LUIS, OTHER_ANA, SAM]
    pdf = bound([" ".join(everybody), " ".join(reversed(everybody)), ANA], tmp_path)
    mailing_id = give(house, cast, "split", {"pdf": pdf})
    working = table(house, mailing_id).working
    assert working is not None
    assert [one.sentence.partition(":")[0] for one in working.troubles] == ["This PDF was stopped. It is a list"]
    with house.db.read() as session:
        assert not intakes.intake_files(session, mailing_id)
        stop = session.exec(select(LedgerEntry).where(LedgerEntry.act == "document:stop")).one()
    assert sha256_of(pdf.path) in stop.body.decode()
