"""Fixes that race with each other, with new files and with a worker; and what a crash leaves sealed."""

from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from portal import publish
from portal.blobs import KeyMissing
from portal.documents.repository import loose
from portal.documents.tables import Copy, Document, GivenFile, LooseBlob
from portal.families.tables import Child, Enrolment
from portal.guard.roster.index import Person, Roster
from portal.kernel.ids import new_id
from portal.links.tables import Link
from portal.mailings.errors import ChangedMeanwhile, NotNow
from portal.mailings.rules import Term, check_draft
from portal.publish import Accepted, Upload
from portal.publish.checking.check_file import Yardstick, check_page
from portal.publish.per_child import fixing
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import (
    ALL,
    ANA,
    LETTER,
    LUIS,
    OTHER_ANA,
    SAM,
    card,
    give,
    look_at_the_sample,
    problems,
    table,
    values,
    zipped,
)


def test_a_child_left_out_gets_neither_copy_nor_link_though_its_file_was_given(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    assert publish.leave_out(house, mailing_id, {"100006": "gets it by hand"}, by=cast.writer, now=clock())
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    with house.db.read() as session:
        for rows in (Copy, Link):
            children = session.execute(select(col(rows.child_id)).where(col(rows.mailing_id) == mailing_id)).scalars()
            assert set(children) == {cast.ana, cast.luis, cast.other_ana}


def test_a_value_of_a_child_whom_the_letter_is_not_for_is_nobodys(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    with house.db.write() as session:
        zed = Child(
            id=new_id(), student_number="0100001", source_id="z", given_name="Zed", family_name="Quill", seen_at=clock()
        )
        session.add(zed)
        session.flush()
        session.add(Enrolment(child_id=zed.id, site="Elm", program="Band"))
    rows = "Student ID,Amount due\n100001,11\n0100001,999\n100002,2\n100004,4\n100006,6\n"
    everybody = [Term("program", "After School")]
    draft = check_draft(title="Fees", message="", terms=everybody, link_days=30, link_hosts=frozenset())
    done = publish.give(
        house, draft, way="merge", uploads={"values": values(rows, tmp_path)}, ask={"markdown": LETTER},
        by=cast.writer, now=clock(),
    )  # fmt: skip
    assert isinstance(done, Accepted)
    publish.sort_given(house, done.mailing_id)
    working = table(house, done.mailing_id).working
    assert working is not None
    assert "0100001" in working.troubles[0].sentence


def test_two_rows_for_one_child_are_a_question_and_not_the_last_one(house: House, cast: Cast, tmp_path: Path) -> None:
    rows = "Student ID,Amount due\n100001,11\n0100001,999\n100002,2\n100004,4\n100006,6\n"
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path)}, markdown=LETTER)
    working = table(house, mailing_id).working
    assert working is not None
    assert [trouble.children for trouble in working.troubles] == [(cast.ana,)]


def test_namesakes_letters_have_to_say_which_of_them(house: House, cast: Cast, tmp_path: Path) -> None:
    files = {"100001.pdf": "Card of Ana Rivera: fair.", "100002.pdf": LUIS, "100004.pdf": OTHER_ANA, "100006.pdf": SAM}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    assert problems(house, mailing_id) == ["same-name"]


def test_siblings_letters_that_are_swapped_are_noticed_by_their_numbers(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    anas, luis = f"{ANA} Brother: Luis Rivera.", f"{LUIS} Sister: Ana Rivera."
    files = {"100001.pdf": luis, "100002.pdf": anas, "100004.pdf": OTHER_ANA, "100006.pdf": SAM}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    assert problems(house, mailing_id) == ["swapped"]


def test_the_web_page_of_a_letter_is_judged_like_its_pdf(house: House, cast: Cast, tmp_path: Path) -> None:
    letter = (
        "Dear family of {{ child.name }}, {{ child.student_number }}. " + "word " * 420 + "Please ask Sam\n\nOkafor."
    )
    rows = "Student ID\n100001\n"
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path)}, markdown=letter)
    kinds = {problem.kind for problem in table(house, mailing_id).found.problems}
    assert "names-others" in kinds


@pytest.mark.parametrize(
    "page",
    [
        "<p>Ask Sam</p><p>Okafor</p>",
        "<p>Ask S<strong>a</strong>m Oka<em>for</em></p>",
        "<td>Sam</td><td>Okafor</td>",
        "<p>Ask Sam<bdi>Okafor</bdi></p>",
        "<p>Ask <bdi>Sam</bdi> <bdi>Okafor</bdi></p>",
        "<p>Sam O&#x27;<b>kafor</b></p>",
    ],
)
def test_no_mark_hides_a_name_on_a_web_page(page: str) -> None:
    sam = Person("child", "sam", frozenset({"sam"}), "Sam", "Okafor")
    assert not check_page(Yardstick(Roster.of([sam]), 1), page).is_clear
    assert check_page(Yardstick(Roster.of([sam]), 1, frozenset({"sam"})), page).is_clear


def test_a_file_that_went_while_it_was_judged_is_not_put_back(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"100001.pdf": ANA, "100002 100001.pdf": LUIS, "100004.pdf": OTHER_ANA, "100006.pdf": SAM}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    given = next(one for one in table(house, mailing_id).files.values() if one.file_name == "100002 100001.pdf")
    judge = fixing._judged

    def while_a_colleague_drops_it(*args: object, **more: object) -> object:
        done = judge(*args, **more)  # type: ignore[arg-type]  # handed on as it came
        monkeypatch.undo()
        publish.drop(house, mailing_id, given.id, by=cast.writer, now=clock())
        return done

    monkeypatch.setattr(fixing, "_judged", while_a_colleague_drops_it)
    with pytest.raises(ChangedMeanwhile):
        publish.assign(house, mailing_id, given.id, number="100002", by=cast.writer, now=clock())
    assert problems(house, mailing_id) == ["missing"]


def test_nothing_is_put_right_while_the_files_are_being_read(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    draft = check_draft(title="Cards", message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    done = publish.give(
        house, draft, way="files", uploads={"archive": zipped(ALL, tmp_path)}, ask={}, by=cast.writer, now=clock()
    )
    assert isinstance(done, Accepted)
    upload = tmp_path / "sam.pdf"
    upload.write_bytes(card(SAM))
    with pytest.raises(NotNow):
        publish.give_one(
            house, done.mailing_id, number="100006", upload=Upload(upload, "sam.pdf"), by=cast.writer, now=clock()
        )


def test_what_was_sealed_and_got_no_row_is_shredded_after_an_hour(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    with house.db.read() as session:
        assert session.execute(select(LooseBlob).where(col(LooseBlob.since) == clock())).all() == []
        document = session.execute(select(Document).where(col(Document.mailing_id) == mailing_id)).scalars().first()
    assert document is not None
    with house.db.write() as session:  # as if the process had died between sealing and writing
        session.execute(update(GivenFile).where(col(GivenFile.document_id) == document.id).values(document_id=None))
        session.delete(session.merge(document))
        loose.note(session, [document.id], now=clock())
    publish.shred_loose(house, now=clock())
    assert b"".join(house.documents.open(document.id, document.size))
    clock.forward(hours=2)
    publish.shred_loose(house, now=clock())
    with pytest.raises(KeyMissing):
        house.documents.open(document.id, document.size)


def test_what_was_replaced_is_shredded_even_if_nobody_came_to_it(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    with house.db.read() as session:
        old = session.execute(select(Document).where(col(Document.addressee_id) == cast.sam)).scalars().one()
    store = type(house.documents)
    monkeypatch.setattr(store, "shred", lambda *_: None)  # the process dies right after the commit
    upload = tmp_path / "sam.pdf"
    upload.write_bytes(card(SAM))
    publish.give_one(house, mailing_id, number="100006", upload=Upload(upload, "sam.pdf"), by=cast.writer, now=clock())
    monkeypatch.undo()
    publish.shred_loose(house, now=clock())
    with pytest.raises(KeyMissing):
        house.documents.open(old.id, old.size)
