"""One letter for each child, from what staff give to what families get: files, one PDF, a letter with fields."""

import io
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from sqlmodel import col, select

from portal import publish
from portal.documents.errors import NothingGiven
from portal.documents.tables import Copy, Document, LooseBlob
from portal.families.tables import RosterVersion
from portal.flows.writing.reconcile_mailing import note_sample_seen
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.errors import BeingCheckedAgain, NotReconciled, SampleNotSeen
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.audience.audiences import reach_of
from portal.overviews.audience.sent_before import sent_before
from portal.overviews.per_child import reconciling
from portal.press.typesetting.typeset import TypstPress
from portal.publish import Accepted, Upload
from portal.publish.per_child import sorting
from portal.reading.reader import Reading
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

PRESS = TypstPress()


def card(text: str) -> bytes:
    return PRESS.typeset('#set document(title: [Report card])\n#set text(lang: "en")\n#sys.inputs.text', {"text": text})


ANA = "Report card of Ana Rivera, student number 100001. Reading: very good."
LUIS = "Report card of Luis Rivera, student number 100002. Reading: good."
OTHER_ANA = "Report card of Ana Rivera, student number 100004. Reading: fair."
SAM = "Report card of Sam Okafor, student number 100006. Reading: very good."
ALL = {"100001.pdf": ANA, "0100002 (final) (2).pdf": LUIS, "card 100004.pdf": OTHER_ANA, "100006.pdf": SAM}


def zipped(files: Mapping[str, str | bytes], tmp_path: Path) -> Upload:
    path = tmp_path / "cards.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text if isinstance(text, bytes) else card(text))
    return Upload(path, "cards.zip")


def give(house: House, cast: Cast, way: publish.Way, uploads: Mapping[str, Upload], **ask: object) -> str:
    draft = check_draft(
        title="Report cards", message="Here it is.", terms=[Term("everyone")], link_days=30, link_hosts=frozenset()
    )
    done = publish.give(house, draft, way=way, uploads=uploads, ask=ask, by=cast.writer, now=house.clock())
    assert isinstance(done, Accepted)
    assert publish.sort_given(house, done.mailing_id)
    return done.mailing_id


def table(house: House, mailing_id: str) -> reconciling.Table:
    with house.db.read() as session:
        return reconciling.table_of(session, mailing_id, now=house.clock())


def problems(house: House, mailing_id: str) -> list[str]:
    return [one.kind for one in table(house, mailing_id).found.problems]


def test_every_child_gets_its_own_file_and_nobody_else_does(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    assert problems(house, mailing_id) == []
    assert table(house, mailing_id).mailing.state == "checked"
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    with pytest.raises(SampleNotSeen):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    with house.db.read() as session:
        copies = session.execute(select(Copy).where(col(Copy.mailing_id) == mailing_id)).scalars().all()
        assert {copy.child_id for copy in copies} == {cast.ana, cast.luis, cast.other_ana, cast.sam}
        for copy in copies:
            document = session.get(Document, copy.document_id)
            assert document is not None
            assert document.addressee_id == copy.child_id
        links = session.execute(select(Link).where(col(Link.mailing_id) == mailing_id)).scalars().all()
        assert {(link.guardian_id, link.child_id) for link in links} == {
            (cast.carla, cast.ana), (cast.carla, cast.luis), (cast.diego, cast.ana), (cast.diego, cast.luis),
            (cast.rosa_r, cast.other_ana), (cast.ngozi, cast.sam),
        }  # fmt: skip
    again = give(house, cast, "files", {"archive": zipped(ALL | {"100006.pdf": SAM + " Corrected."}, tmp_path)})
    with house.db.read() as session:
        second = mailings.find_any(session, again)
        assert second is not None
        before = sent_before(session, second, reach_of(session, second, now=clock.now).child_ids)
    assert before is not None
    assert (before.mailing_id, before.children) == (mailing_id, 3), "whoever gives the same letters again is told"


def look_at_the_sample(house: House, cast: Cast, mailing_id: str) -> None:
    with house.db.write() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing is not None
        note_sample_seen(session, mailing_id, version=mailing.version, by=cast.approver, now=house.clock())


@pytest.mark.parametrize(
    ("files", "kinds"),
    [
        (ALL | {"100001.pdf": LUIS, "0100002 (final) (2).pdf": ANA}, {"swapped"}),
        ({name: text for name, text in ALL.items() if text != SAM}, {"missing"}),
        (ALL | {"100001 again.pdf": ANA.replace("very good", "poor")}, {"doubled"}),
        (ALL | {"100006.pdf": b""}, {"empty"}),
        (ALL | {"notes.pdf": "Reading list for the summer."}, {"unmatched"}),
        (ALL | {"100001 100002.pdf": "Both."}, {"ambiguous"}),
        (ALL | {"100006.pdf": SAM + " Ana Rivera 100001 and Luis Rivera 100002."}, {"names-others"}),
        (ALL | {"100006.pdf": b"PK\x03\x04 no letter"}, {"unreadable"}),
        (ALL | {"100002.pdf": ANA, "100001.pdf": ANA}, {"same-as-other", "doubled"}),
    ],
    ids=["swapped", "missing", "doubled", "empty", "unmatched", "ambiguous", "others", "broken", "copied"],
)
def test_what_does_not_add_up_is_listed_and_cannot_be_submitted(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, files: Mapping[str, str | bytes], kinds: set[str]
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    assert set(problems(house, mailing_id)) >= kinds
    with pytest.raises(NotReconciled):
        publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())


def test_each_doubt_can_be_put_right_and_then_it_adds_up(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = {"100001.pdf": ANA, "100002 100001.pdf": LUIS, "card 100004.pdf": OTHER_ANA, "odd.pdf": "Reading list."}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    given = {one.file_name: one.id for one in table(house, mailing_id).files.values()}
    now = clock()
    assert not publish.drop(house, mailing_id, given["odd.pdf"], by=cast.writer, now=now)
    assert not publish.leave_out(house, mailing_id, {"100006": "moved away"}, by=cast.writer, now=now)
    assert publish.assign(house, mailing_id, given["100002 100001.pdf"], number="100002", by=cast.writer, now=now)
    assert table(house, mailing_id).mailing.state == "checked"
    assert not publish.take_in(house, mailing_id, "100006", by=cast.writer, now=now)
    upload = tmp_path / "sam.pdf"
    upload.write_bytes(card(SAM))
    assert publish.give_one(
        house, mailing_id, number="100006", upload=Upload(upload, "sam.pdf"), by=cast.writer, now=now
    )


def test_a_file_of_two_for_one_child_is_read_once_the_other_is_dropped(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = ALL | {"100001 old.pdf": ANA.replace("very good", "poor")}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    old = next(one.id for one in table(house, mailing_id).files.values() if "old" in one.file_name)
    assert publish.drop(house, mailing_id, old, by=cast.writer, now=clock())
    assert problems(house, mailing_id) == []


def test_two_swapped_files_change_places_by_one_press_and_nothing_else_does(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = ALL | {"100001.pdf": LUIS, "0100002 (final) (2).pdf": ANA, "card 100004.pdf": SAM, "100006.pdf": SAM + " x"}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    given = {one.file_name: one for one in table(house, mailing_id).files.values()}
    one, other, third = given["100001.pdf"], given["0100002 (final) (2).pdf"], given["card 100004.pdf"]
    partners = {problem.name: problem.partner for problem in table(house, mailing_id).found.problems}
    assert partners == {one.file_name: other.place, third.file_name: None}, "the two are told once"
    for wrong in (third.id, given["100006.pdf"].id, one.id):
        with pytest.raises(NothingGiven):
            publish.swap(house, mailing_id, one.id, wrong, by=cast.writer, now=clock())
    assert not publish.swap(house, mailing_id, other.id, one.id, by=cast.writer, now=clock())
    assert problems(house, mailing_id) == ["wrong-child"], "the third is still wrong"
    with pytest.raises(NothingGiven):
        publish.swap(house, mailing_id, other.id, one.id, by=cast.writer, now=clock())
    now_given = {one.file_name: one for one in table(house, mailing_id).files.values()}
    for name, child, text in (("100001.pdf", cast.ana, ANA), ("0100002 (final) (2).pdf", cast.luis, LUIS)):
        row = now_given[name]
        assert (row.child_id, row.is_kept, row.problem) == (child, False, "")
        assert row.document_id is not None
        with house.db.read() as session:
            document = session.get(Document, row.document_id)
            assert document is not None
            assert document.addressee_id == child
        assert text.split(".")[0] in said(house, document.id, document.size, tmp_path)
    with house.db.read() as session:
        gone = set(session.execute(select(LooseBlob.id)).scalars())
    assert gone >= {one.id, other.id}, "what was kept of them is shredded"


def test_a_misplaced_file_is_given_to_the_child_it_names_and_one_that_names_more_is_not_kept(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = {"100001.pdf": ANA, "100006.pdf": LUIS, "card 100004.pdf": OTHER_ANA + " Sam Okafor, 100006, too."}
    files["0100002.pdf"] = SAM + " Ana Rivera, 100001."
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    given = {one.file_name: one for one in table(house, mailing_id).files.values()}
    assert [name for name, one in given.items() if one.is_kept] == ["100006.pdf"]
    publish.drop(house, mailing_id, given["0100002.pdf"].id, by=cast.writer, now=clock())
    publish.assign(house, mailing_id, given["100006.pdf"].id, number="100002", by=cast.writer, now=clock())
    luis = next(one for one in table(house, mailing_id).files.values() if one.child_id == cast.luis)
    assert (luis.file_name, luis.problem) == ("100002.pdf", "")
    assert luis.document_id is not None


def said(house: House, document_id: str, size: int, tmp_path: Path) -> str:
    path = tmp_path / "said"
    path.write_bytes(b"".join(house.documents.open(document_id, size)))
    reading = house.reader.read(path, "letter.pdf")
    assert isinstance(reading, Reading)
    return " ".join(part.text for part in reading.parts)


def bound(pages: list[str], tmp_path: Path) -> Upload:
    path = tmp_path / "all.pdf"
    with pikepdf.new() as whole:
        for text in pages:
            with pikepdf.open(io.BytesIO(card(text))) as one:
                whole.pages.extend(one.pages)
        whole.save(path)
    return Upload(path, "all.pdf")


def test_one_big_pdf_is_cut_and_each_child_gets_its_own_pages(house: House, cast: Cast, tmp_path: Path) -> None:
    mailing_id = give(house, cast, "split", {"pdf": bound([ANA, LUIS, OTHER_ANA, SAM], tmp_path)})
    assert problems(house, mailing_id) == []
    assert table(house, mailing_id).mailing.state == "checked"


def test_a_cover_page_stops_the_split_until_somebody_says_it_is_nobodys(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    pdf = bound(["Report cards, autumn.", ANA, LUIS, OTHER_ANA, SAM], tmp_path)
    mailing_id = give(house, cast, "split", {"pdf": pdf})
    working = table(house, mailing_id).working
    assert working is not None
    assert [trouble.pages for trouble in working.troubles] == [(1,)]
    publish.sort_again(house, mailing_id, ask={"passed_over": [1]}, uploads={}, by=cast.writer, now=clock())
    assert publish.sort_given(house, mailing_id)
    assert table(house, mailing_id).mailing.state == "checked"


def values(rows: str, tmp_path: Path, encoding: str = "utf-8") -> Upload:
    path = tmp_path / "values.csv"
    path.write_bytes(rows.encode(encoding))
    return Upload(path, "values.csv")


LETTER = "Dear family of {{ child.name }},\n\nyou owe **{{ amount_due }}**.\n\nNumber {{ child.student_number }}."


def test_a_letter_with_fields_becomes_each_childs_own_with_its_own_values_alone(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    rows = "Student ID;Amount due\n100006;=1+1\n100004;4\n100001;*1* #import\n100002;<b>2</b>\n"
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path, "utf-16")}, markdown=LETTER)
    assert problems(house, mailing_id) == []
    with house.db.read() as session:
        query = select(Document).where(col(Document.mailing_id) == mailing_id)
        found = {one.addressee_id: one for one in session.execute(query).scalars()}
    for child, value in ((cast.sam, "=1+1"), (cast.ana, "*1* #import"), (cast.luis, "<b>2</b>"), (cast.other_ana, "4")):
        document = found[child]
        assert value in said(house, document.id, document.size, tmp_path)
        assert document.page_id is not None
        assert document.page_size is not None
        page = b"".join(house.documents.open(document.page_id, document.page_size)).decode()
        assert escape(value, quote=False) in page


def test_an_empty_value_stops_the_letter_and_says_whose(house: House, cast: Cast, tmp_path: Path) -> None:
    rows = "Student ID,Amount due\n100001,1\n100002,\n100004,4\n100006,6\n"
    mailing_id = give(house, cast, "merge", {"values": values(rows, tmp_path)}, markdown=LETTER)
    working = table(house, mailing_id).working
    assert working is not None
    assert [(trouble.sentence, trouble.children) for trouble in working.troubles] == [
        ("The field amount_due is empty for one child.", (cast.luis,))
    ]
    assert table(house, mailing_id).mailing.state == "draft"


def test_sorting_twice_makes_nothing_twice(house: House, cast: Cast, tmp_path: Path) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    assert not publish.sort_given(house, mailing_id)
    assert len(table(house, mailing_id).files) == 4


class Killed(BaseException):
    """The process ends here."""


def test_the_sorting_is_over_only_when_the_mailing_is_checked_too(
    house: House, cast: Cast, clock: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two, a page said that every letter has its child, offered nothing to press and looked no more."""

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sorting, "take_to_checked", kill)
        with pytest.raises(Killed):
            give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    with house.db.read() as session:
        mailing_id = session.exec(select(Mailing.id)).one()
    working = table(house, mailing_id).working
    assert working is not None
    assert not working.is_over
    clock.forward(seconds=61)
    assert publish.sort_given(house, mailing_id)
    assert table(house, mailing_id).mailing.state == "checked"


def test_a_roster_that_changed_is_judged_against_before_approval(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = give(house, cast, "files", {"archive": zipped(ALL, tmp_path)})
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    newer_roster(house, clock)
    with pytest.raises(BeingCheckedAgain):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())
    assert publish.sort_given(house, mailing_id)
    assert publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock()).state == "held"


def photographed(text: str) -> bytes:
    """Return the card as a scanner makes it: a page that is one picture."""
    document = pdfium.PdfDocument(card(text))
    picture = document[0].render(scale=200 / 72).to_pil().convert("L")
    made = io.BytesIO()
    picture.save(made, "PDF", resolution=200)
    return made.getvalue()


def stamped(text: str, number: str) -> bytes:
    """Return the card with its number stamped on as a picture."""
    with pikepdf.open(io.BytesIO(card(text))) as one, pikepdf.open(io.BytesIO(photographed(number))) as picture:
        one.pages[0].add_overlay(picture.pages[0], pikepdf.Rectangle(0, 0, 595, 600))
        made = io.BytesIO()
        one.save(made)
    return made.getvalue()


def test_a_number_that_is_a_picture_is_read_with_the_name_beside_it_and_alone_stops_the_split(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    path = tmp_path / "all.pdf"
    namesake = stamped("Report card of Ana Rivera. Reading: fair.", "Number 100004")
    with pikepdf.new() as whole:
        for body in (card(ANA), photographed(LUIS), namesake, photographed("Number 100006")):
            with pikepdf.open(io.BytesIO(body)) as one:
                whole.pages.extend(one.pages)
        whole.save(path)
    mailing_id = give(house, cast, "split", {"pdf": Upload(path, "all.pdf")})
    working = table(house, mailing_id).working
    assert working is not None
    assert [(trouble.sentence, trouble.pages) for trouble in working.troubles] == [("Page 4 names nobody.", (4,))]
    assert "Say whose page it is" in working.troubles[0].fix
    publish.sort_again(house, mailing_id, ask={"chosen": {"4": "100006"}}, uploads={}, by=cast.writer, now=clock())
    assert publish.sort_given(house, mailing_id)
    assert problems(house, mailing_id) == []
    assert table(house, mailing_id).found.counts.paired == 4


def test_letters_judged_by_an_older_roster_are_judged_again_even_if_something_was_put_right_since(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    files = ALL | {"odd.pdf": "Reading list."}
    mailing_id = give(house, cast, "files", {"archive": zipped(files, tmp_path)})
    newer_roster(house, clock)
    odd = next(one.id for one in table(house, mailing_id).files.values() if "odd" in one.file_name)
    assert publish.drop(house, mailing_id, odd, by=cast.writer, now=clock())
    assert table(house, mailing_id).mailing.judged_by == ""
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock())
    look_at_the_sample(house, cast, mailing_id)
    with pytest.raises(BeingCheckedAgain):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock())


def newer_roster(house: House, clock: Watch) -> None:
    with house.db.write() as session:
        session.add(
            RosterVersion(number=2, imported_at=clock(), format="cast", content_sha256="1" * 64, children=4,
                          guardians=5, guardianships=7)
        )  # fmt: skip
