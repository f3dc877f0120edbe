"""A Word or OpenDocument letter is read by the guard, made a PDF, judged again; the PDF alone is kept and published."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select

from portal import publish
from portal.documents import repository as documents
from portal.documents.tables import Document, HeldFile
from portal.ledger.tables import LedgerEntry
from portal.mailings.errors import DraftFaults
from portal.mailings.rules import Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.per_child import reconciling
from portal.press.office.office_converter import converter_of
from portal.publish import Accepted, Checked, Stopped, Upload
from portal.publish.correcting.corrections import correct
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.office_letters import open_letter, paragraph, part, run, word_letter

WELCOME = "Dear families, the garden opens on Monday. Bring boots and a hat."
CARD = "Report card of {}, student number {}. Reading: very good."


@pytest.fixture
def house(house: House) -> House:
    """A house that converts with what comes along, so that a letter takes half a second."""
    return replace(house, converter=converter_of("basic"))


@pytest.fixture
def whole(house: House) -> House:
    """One that converts as it is set by default: here with LibreOffice, which make test-parts brings."""
    return replace(house, converter=converter_of("auto"))


def put(house: House, cast: Cast, folder: Path, content: bytes, name: str = "welcome.docx") -> Checked | Stopped:
    path = folder / "chosen"
    path.write_bytes(content)
    draft = check_draft(title="Welcome", message="", terms=[Term("everyone")], link_days=30, link_hosts=frozenset())
    return publish.put_draft(house, draft, by=cast.writer, now=house.clock(), upload=Upload(path, name))


def files(house: House, mailing_id: str | None) -> list[Document]:
    assert mailing_id
    with house.db.read() as session:
        return list(documents.documents_of(session, mailing_id))


def sealed(house: House) -> int:
    folder = Path(house.settings.blobs)
    return sum(path.is_file() for path in folder.rglob("*"))


def bytes_of(house: House, document: Document) -> bytes:
    return b"".join(house.documents.open(document.id, document.size))


def test_of_a_word_letter_the_pdf_alone_is_sealed_and_it_is_told_how_it_was_made(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    struck = '<w:del w:id="1" w:author="Rosa"><w:r><w:delText>soon</w:delText></w:r></w:del>'
    done = put(house, cast, tmp_path, word_letter(WELCOME, paragraph("See you ", struck, "then.")))
    assert isinstance(done, Checked), done
    (document,) = files(house, done.mailing_id)
    assert (document.file_name, document.media_type, document.pages) == ("welcome.pdf", "application/pdf", 1)
    assert bytes_of(house, document).startswith(b"%PDF-")
    assert sealed(house) == 1
    (made,) = publish.how_made([document])
    assert made.is_converted
    assert made.removed[0].startswith("1 tracked change")
    assert made.warnings == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_open_document_is_made_a_pdf_too(whole: House, cast: Cast, tmp_path: Path) -> None:
    done = put(whole, cast, tmp_path, open_letter(WELCOME, font="Comic Papyrus"), "welcome.odt")
    assert isinstance(done, Checked), done
    (document,) = files(whole, done.mailing_id)
    assert (document.file_name, document.media_type) == ("welcome.pdf", "application/pdf")
    (made,) = publish.how_made([document])
    assert "Comic Papyrus" in made.warnings[0]


def test_the_guard_reads_the_letter_before_it_is_washed(house: House, cast: Cast, tmp_path: Path) -> None:
    struck = '<w:del w:id="1" w:author="Rosa"><w:r><w:delText>Sam Okafor was late.</w:delText></w:r></w:del>'
    done = put(house, cast, tmp_path, word_letter(WELCOME, paragraph(struck)))
    assert isinstance(done, Stopped)
    assert (done.report.children, done.is_held) == (1, False)
    assert files(house, done.mailing_id) == []
    assert sealed(house) == 0


def test_a_list_of_children_is_stopped_as_ever(house: House, cast: Cast, tmp_path: Path) -> None:
    rows = ("Ana Rivera 100001", "Luis Rivera 100002", "Sam Okafor 100006", "Rosa Rivera", "Ngozi Okafor")
    done = put(house, cast, tmp_path, word_letter(*rows))
    assert isinstance(done, Stopped)
    assert done.report.children >= 3
    assert (done.is_held, sealed(house)) == (False, 0)


def test_a_letter_that_names_one_family_is_held_as_the_pdf_that_would_be_published(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    done = put(house, cast, tmp_path, word_letter("We thank Sam Okafor for the photo."))
    assert isinstance(done, Stopped)
    assert done.is_held
    with house.db.read() as session:
        held = session.exec(select(HeldFile)).one()
    assert (held.file_name, held.media_type) == ("welcome.pdf", "application/pdf")
    assert done.mailing_id
    publish.release(
        house, done.mailing_id, held.id, reason="His family agreed in writing.", by=cast.approver, now=house.clock()
    )
    (document,) = files(house, done.mailing_id)
    assert bytes_of(house, document).startswith(b"%PDF-")


def test_a_letter_that_is_not_converted_is_a_fault_of_its_file_with_what_to_do(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    with pytest.raises(DraftFaults) as caught:
        put(house, cast, tmp_path, word_letter(paragraph(run("gone", "<w:strike/>"))))
    assert "struck-out text" in caught.value.faults["file"]
    assert "Save it as PDF" in caught.value.faults["file"]
    off = replace(house, converter=converter_of("off"))
    with pytest.raises(DraftFaults) as caught:
        put(off, cast, tmp_path, word_letter(WELCOME))
    assert "not converted here" in caught.value.faults["file"]
    assert sealed(house) == 0


def test_what_is_neither_a_letter_nor_a_picture_is_refused_as_before(house: House, cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(DraftFaults, match=r"save the letter as PDF|phone"):
        put(house, cast, tmp_path, b"Dear families, welcome.", "welcome.txt")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_corrected_version_may_be_a_word_letter(house: House, cast: Cast, tmp_path: Path) -> None:
    mailing_id = send_letter(house, cast, now=house.clock())
    (document,) = files(house, mailing_id)
    path = tmp_path / "chosen"
    path.write_bytes(word_letter("We begin on Tuesday, not on Monday."))
    done = correct(house, mailing_id, document.id, Upload(path, "better.docx"), by=cast.writer, now=house.clock())
    assert done.correction_id
    with house.db.read() as session:
        new = session.get_one(Document, done.correction_id)
    assert (new.file_name, new.media_type) == ("better.pdf", "application/pdf")
    path.write_bytes(word_letter(paragraph(run("gone", "<w:strike/>"))))
    with pytest.raises(DraftFaults, match="struck-out"):
        correct(house, mailing_id, document.id, Upload(path, "b.docx"), by=cast.writer, now=house.clock())


def zipped(letters: dict[str, bytes], folder: Path) -> Upload:
    path = folder / "cards.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in letters.items():
            archive.writestr(name, content)
    return Upload(path, "cards.zip")


def give(house: House, cast: Cast, letters: dict[str, bytes], folder: Path) -> str:
    draft = check_draft(
        title="Report cards", message="Here it is.", terms=[Term("everyone")], link_days=30, link_hosts=frozenset()
    )
    uploads = {"archive": zipped(letters, folder)}
    done = publish.give(house, draft, way="files", uploads=uploads, ask={}, by=cast.writer, now=house.clock())
    assert isinstance(done, Accepted)
    assert publish.sort_given(house, done.mailing_id)
    return done.mailing_id


def table(house: House, mailing_id: str) -> reconciling.Table:
    with house.db.read() as session:
        return reconciling.table_of(session, mailing_id, now=house.clock())


CARDS = {
    "100001.docx": word_letter(CARD.format("Ana Rivera", "100001")),
    "100002.docx": word_letter(CARD.format("Luis Rivera", "100002"), font="Comic Papyrus"),
    "100004.docx": word_letter(CARD.format("Ana Rivera", "100004")),
    "100006.docx": word_letter(CARD.format("Sam Okafor", "100006")),
}


def test_word_letters_in_a_zip_are_made_pdfs_each_for_its_child(house: House, cast: Cast, tmp_path: Path) -> None:
    mailing_id = give(house, cast, CARDS, tmp_path)
    found = table(house, mailing_id)
    assert [one.kind for one in found.found.problems] == []
    own = files(house, mailing_id)
    assert {one.addressee_id for one in own} == {cast.ana, cast.luis, cast.other_ana, cast.sam}
    assert {one.file_name for one in own} == {"100001.pdf", "100002.pdf", "100004.pdf", "100006.pdf"}
    assert all(bytes_of(house, one).startswith(b"%PDF-") for one in own)
    assert found.mailing.state == "checked"
    made = publish.how_all_made(house, mailing_id)
    assert made.converted == 4
    (warning,) = made.warnings
    assert warning.startswith("1 of 4 letters: These fonts are not here: Comic Papyrus.")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_a_zip_what_only_the_word_letter_says_of_another_child_stops_it(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    remark = part("comments", f'<w:comment w:id="3" w:author="R">{paragraph("Like Sam Okafor’s.")}</w:comment>')
    marked = word_letter(CARD.format("Ana Rivera", "100001"), parts={"word/comments.xml": remark})
    struck = word_letter(CARD.format("Luis Rivera", "100002"), paragraph(run("gone", "<w:strike/>")))
    swapped = {"100004.docx": CARDS["100006.docx"], "100006.docx": CARDS["100004.docx"]}
    mailing_id = give(house, cast, {"100001.docx": marked, "100002.docx": struck, **swapped}, tmp_path)
    problems = {one.name: one for one in table(house, mailing_id).found.problems if one.name}
    assert problems["100001.docx"].kind == "names-others"
    assert problems["100002.docx"].kind == "unreadable"
    assert problems["100004.docx"].partner is not None, "the two are told once"
    assert files(house, mailing_id) == []
    given = {one.file_name: one.id for one in table(house, mailing_id).files.values()}
    swap = (given["100004.docx"], given["100006.docx"])
    publish.swap(house, mailing_id, *swap, by=cast.writer, now=house.clock())
    assert {one.addressee_id: one.media_type for one in files(house, mailing_id)} == {
        cast.other_ana: "application/pdf",
        cast.sam: "application/pdf",
    }


def test_a_stop_is_noted_by_the_hash_of_what_was_chosen_and_nothing_else(
    house: House, cast: Cast, tmp_path: Path
) -> None:
    put(house, cast, tmp_path, word_letter("Sam Okafor and Luis Rivera and Ana Rivera were late."))
    with house.db.read() as session:
        entries = session.exec(select(LedgerEntry)).all()
        assert session.exec(select(Mailing)).one().state == "draft"
    stops = [entry for entry in entries if entry.act == "document:stop"]
    assert len(stops) == 1
    assert all("Okafor" not in str(entry.model_dump()) for entry in stops)
