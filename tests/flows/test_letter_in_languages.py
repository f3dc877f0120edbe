"""A shared letter in several languages: judged, kept and sent as one; each guardian gets theirs, English beside it."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import col, select, update

from portal import publish
from portal.documents import repository as documents
from portal.documents.errors import DocumentReplaced, FileTakenBack
from portal.documents.tables import Copy, HeldFile
from portal.families.tables import Guardian, RosterVersion
from portal.flows.approving import approve_mailing
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.ids import new_id
from portal.ledger.tables import LedgerEntry
from portal.mail.transport.recording import RecordingRoom
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, DraftFaults
from portal.mailings.rules import Term
from portal.publish import GuardSaysNo, Stopped
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.languages import NAMES_SAM, SPANISH, SPANISH_FILE, Office, draft, pdf, sealed, speaks


@pytest.fixture
def office(house: House, cast: Cast, tmp_path: Path) -> Office:
    folder = tmp_path / "chosen"
    folder.mkdir()
    return Office(house, cast, folder)


def test_each_language_has_its_file_and_all_of_it_is_one_checked_mailing(office: Office) -> None:
    mailing_id = office.checked(es=SPANISH_FILE)
    assert office.files(mailing_id) == {"": "welcome.pdf", "es": "carta-es.pdf"}
    assert office.mailing(mailing_id).state == "checked"
    found = office.bytes_of(mailing_id)
    assert found[""] != found["es"]
    with office.house.db.read() as session:
        assert mailings.words_of(session, mailing_id) == SPANISH
        clears = session.exec(select(LedgerEntry.act).where(col(LedgerEntry.act) == "document:clear")).all()
    assert len(clears) == 2


def test_one_stopped_file_stops_all_and_it_is_said_which(office: Office) -> None:
    done = office.put(es=NAMES_SAM)
    assert isinstance(done, Stopped)
    assert (done.language, done.file_name, done.is_held) == ("es", "carta-es.pdf", False)
    assert done.report.children == 1
    assert done.is_one_of_several
    assert done.mailing_id is not None
    assert office.mailing(done.mailing_id).state == "draft"
    assert office.files(done.mailing_id) == {}
    with office.house.db.read() as session:
        assert session.exec(select(HeldFile)).all() == []
    assert sealed(office) == set()


def test_words_in_another_language_are_judged_like_the_english(office: Office) -> None:
    done = office.put(written=draft({"es": ("Bienvenidos", "Gracias, Sam Okafor.")}), es=SPANISH_FILE)
    assert isinstance(done, Stopped)
    assert done.what == "text"
    assert {where for where, _, _ in done.report.findings} == {"message-es"}
    assert done.mailing_id is None


def test_a_change_keeps_each_file_that_is_not_replaced_or_taken_out(office: Office) -> None:
    mailing_id = office.checked(es=SPANISH_FILE, fr=pdf("Nous commençons lundi."))
    before = office.bytes_of(mailing_id)
    office.checked(english=None, written=draft(title="Hello"), change=office.change_of(mailing_id))
    assert office.bytes_of(mailing_id) == before
    office.checked(english=None, fr=pdf("Nous commençons mardi."), drop=("es",), change=office.change_of(mailing_id))
    after = office.bytes_of(mailing_id)
    assert after.keys() == {"", "fr"}
    assert after[""] == before[""]
    assert after["fr"] != before["fr"]
    assert office.mailing(mailing_id).state == "checked"


def test_the_english_file_cannot_be_left_out(office: Office) -> None:
    with pytest.raises(DraftFaults) as caught:
        office.put(english=None, es=SPANISH_FILE)
    assert set(caught.value.faults) == {"file"}
    mailing_id = office.checked(es=SPANISH_FILE)
    office.checked(english=None, drop=("", "es"), change=office.change_of(mailing_id))
    assert office.files(mailing_id) == {"": "welcome.pdf"}


def test_a_file_in_a_language_that_nobody_reads_here_is_refused(office: Office) -> None:
    for tag in ("en", "tlh"):
        with pytest.raises(DraftFaults, match="not another language"):
            office.put(**{tag: SPANISH_FILE})  # type: ignore[arg-type]  # the languages' tags, not the other names


def test_an_empty_file_is_told_beside_its_language(office: Office) -> None:
    with pytest.raises(DraftFaults) as caught:
        office.put(es=b"")
    assert set(caught.value.faults) == {"file-es"}


def test_a_letter_that_is_written_here_is_a_file_and_a_page(office: Office) -> None:
    mailing_id = office.checked(
        english=None, texts={"": "We begin on **Monday**.", "es": "# Lugar\n\nEmpezamos el *lunes* en <b>Oak</b>."}
    )
    with office.house.db.read() as session:
        held = {one.language: one for one in documents.documents_of(session, mailing_id)}
    assert {tag: one.file_name for tag, one in held.items()} == {"": "Welcome.pdf", "es": "Bienvenidos.pdf"}
    spanish = held["es"]
    assert spanish.page_id is not None
    assert spanish.page_size is not None
    page = b"".join(office.house.documents.open(spanish.page_id, spanish.page_size)).decode()
    assert '<div class="letter" lang="es" dir="ltr">' in page
    assert "<h2>Lugar</h2>" in page
    assert "&lt;b&gt;Oak&lt;/b&gt;" in page
    assert "6 de agosto de 2026" in page
    assert office.bytes_of(mailing_id)["es"].startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Dear {{ child.given_name }},", "can’t have the field child.given_name"),
        ("Look at [this](https://evil.example/x).", "links to evil.example"),
        ("![A](https://a.example/b.png)", "a letter holds no pictures"),
    ],
)
def test_what_no_letter_for_all_may_hold_is_told_beside_its_language(office: Office, text: str, sentence: str) -> None:
    with pytest.raises(DraftFaults) as caught:
        office.put(texts={"es": text})
    assert set(caught.value.faults) == {"text-es"}
    assert sentence in caught.value.faults["text-es"]
    assert caught.value.faults["text-es"].startswith("Español: ")


def test_a_text_that_names_a_child_is_stopped_like_a_file(office: Office) -> None:
    done = office.put(texts={"es": "Gracias, Sam Okafor."})
    assert isinstance(done, Stopped)
    assert (done.language, done.is_held, done.report.children) == ("es", False, 1)


def test_nothing_stays_sealed_when_the_rows_are_not_written(office: Office) -> None:
    mailing_id = office.checked(english=None, texts={"": "We begin on Monday."})
    before = sealed(office)
    assert len(before) == 2
    with pytest.raises(ChangedMeanwhile):
        office.put(english=None, texts={"": "We begin on Tuesday.", "es": "El martes."}, change=(mailing_id, 1))
    assert sealed(office) == before
    office.checked(english=None, texts={"": "We begin on Tuesday."}, change=office.change_of(mailing_id))
    assert len(sealed(office)) == 2
    assert sealed(office).isdisjoint(before)


def test_an_approval_after_a_new_roster_judges_every_file_and_every_word_again(
    office: Office, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = office.checked(es=pdf("Gracias a Zacharias Quillfeather."))
    publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)
    with house.db.write() as session:
        session.exec(
            update(Guardian).where(col(Guardian.id) == cast.emeka).values(
                given_name="Zacharias", family_name="Quillfeather"
            )
        )  # fmt: skip
        session.add(
            RosterVersion(number=2, imported_at=clock.now, format="cast", content_sha256="1" * 64, children=4,
                          guardians=5, guardianships=7)
        )  # fmt: skip
    with pytest.raises(GuardSaysNo, match=r"In carta-es\.pdf: "):
        publish.approve(house, mailing_id, by=cast.approver, version=None, now=clock.now)


@pytest.mark.anyio
async def test_each_guardian_is_written_to_in_their_words_with_the_english_below(
    office: Office, house: House, cast: Cast, clock: Watch
) -> None:
    speaks(house, cast.carla, "Spanish")
    speaks(house, cast.ngozi, "French")
    office.send(office.checked(es=SPANISH_FILE))
    clock.forward(seconds=house.settings.hold_seconds + 1)
    room = RecordingRoom()
    await Worker(house, room).drain()
    mail = {one.to.partition(".")[0]: message_from_bytes(one.message, policy=policy.default) for one in room.delivered}
    carla, diego, ngozi = mail["carla"], mail["diego"], mail["ngozi"]
    assert carla["Subject"] == "Bienvenidos — para Ana y Luis"
    own, _, english = text_of(carla, "plain").partition("\n----\n")
    assert own.startswith("Bienvenidos — Empezamos el lunes.\n\nRiverbend Schools · Maple · Rosa\n\n")
    assert "> Empezamos el lunes." in own
    assert "Welcome" not in own
    assert english.startswith("\nIn English\n\nWelcome\n\nThere is a letter for Ana and Luis.")
    assert english.endswith("A note with this letter:\n\n> We begin on Monday.\n")
    html = text_of(carla, "html").partition("<h1")[2]  # what an inbox shows stands before
    assert html.index("Bienvenidos</h1>") < html.index("Empezamos el lunes.") < html.index("In English")
    assert html.index("In English") < html.index("<bdi>Welcome</bdi>") < html.index("We begin on Monday.")
    assert [part.get_content_type() for part in carla.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert diego["Subject"] == "Welcome — for Ana and Luis"
    assert "Bienvenidos" not in diego.as_string()
    assert ngozi["Subject"] == "Welcome — pour Sam"  # nobody wrote it in French: the English words, in a French message
    assert "Bienvenidos" not in ngozi.as_string()


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_release_publishes_no_file_that_was_cleared_for_another_family(office: Office) -> None:
    """Sam's own letter is rewritten for everybody: the Spanish one goes, the English one is stopped and released."""
    own = replace(draft(), message="Sam has a letter.", terms=(Term("child", "100006"),))
    mailing_id = office.checked(written=own, es=NAMES_SAM)
    done = office.put(pdf("We thank Sam Okafor."), drop=("es",), change=office.change_of(mailing_id))
    assert isinstance(done, Stopped)
    assert done.is_held
    assert set(office.files(mailing_id)) == {""}
    with office.house.db.read() as session:
        held = session.exec(select(HeldFile)).one()
        stale = documents.documents_of(session, mailing_id)[0]
    with office.house.db.write() as session:  # and what lies beside a stopped file for whatever other reason
        copy = stale.model_dump() | {"id": new_id(), "language": "fr"}
        documents.add_document(session, copy)
    reason = "The Okafors agreed in writing that he is thanked."
    publish.release(office.house, mailing_id, held.id, reason=reason, by=office.cast.approver, now=office.house.clock())
    office.send(mailing_id)
    with office.house.db.read() as session:
        assert set(session.exec(select(Copy.document_id))) == set(documents.releases_of(session, mailing_id))


def test_a_stopped_file_that_a_crash_leaves_without_a_row_is_shredded(
    office: Office, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = office.house.documents.seal

    def killed_after(*args: object) -> object:
        seal(*args)  # type: ignore[arg-type]  # handed on as they came
        raise SystemExit

    monkeypatch.setattr(office.house.documents, "seal", killed_after)
    with pytest.raises(SystemExit):
        office.put(NAMES_SAM)
    assert sealed(office)
    clock.forward(hours=2)
    publish.Upkeep(office.house).do(clock.now)
    assert not sealed(office)


def take_back_spanish(office: Office, mailing_id: str) -> None:
    with office.house.db.write() as session:
        held = documents.documents_of(session, mailing_id)
        (spanish,) = [one.id for one in held if one.language == "es"]
        target, now = Target("document", spanish), office.house.clock()
        revoke(session, office.house.keys, target, by=office.cast.admin, reason="The wrong one.", now=now)


def test_no_letter_is_sent_with_a_file_that_was_taken_back_before(office: Office) -> None:
    mailing_id = office.checked(es=SPANISH_FILE)
    publish.submit(office.house, mailing_id, by=office.cast.writer, version=None, now=office.house.clock())
    take_back_spanish(office, mailing_id)
    with pytest.raises(FileTakenBack):
        publish.approve(office.house, mailing_id, by=office.cast.approver, version=None, now=office.house.clock())
    with office.house.db.write() as session:
        approve_mailing.return_mailing(
            session, office.house.keys, mailing_id, by=office.cast.approver, reason="Bring it again.",
            now=office.house.clock(),
        )  # fmt: skip
    with pytest.raises(FileTakenBack):
        office.send(mailing_id)
    office.checked(english=None, es=SPANISH_FILE, change=office.change_of(mailing_id))
    office.send(mailing_id)
    assert office.mailing(mailing_id).state == "held"


def test_nobody_gets_a_copy_of_a_file_that_was_taken_back_meanwhile(office: Office) -> None:
    """The last look, behind every act that gives copies: on PostgreSQL another one may end between any two."""
    mailing_id = office.checked(es=SPANISH_FILE)
    publish.submit(office.house, mailing_id, by=office.cast.writer, version=None, now=office.house.clock())
    with office.house.db.read() as session:
        mailing = approve_mailing.check_may_approve(
            session, mailing_id, by=office.cast.approver, terms=office.house.guard_terms
        )
        prepared = approve_mailing.prepare_approval(
            session,
            office.house.keys,
            mailing,
            terms=office.house.guard_terms,
            now=office.house.clock(),
            hold=timedelta(minutes=10),
        )
    take_back_spanish(office, mailing_id)
    with pytest.raises(DocumentReplaced), office.house.db.write() as session:
        documents.add_copies(session, prepared.copies)
