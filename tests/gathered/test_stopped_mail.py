"""What may not go is stopped at once: one answer, no notice, no bytes left; and its texts are judged like its files."""

import csv
import io
from pathlib import Path

import pytest
from sqlmodel import col, select

from portal.arrivals.tables import Arrival, ArrivalRecipient, Gathering
from portal.documents.tables import Document, GivenFile
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ANA, card
from tests.gathered.post import CARLA, NGOZI, ROSA_R, hand_in, mailing_of, message, only, report, told, work
from tests.gathered.test_whose_files import CARDS, FLYER, NAME

ADDRESSES = [CARLA, ROSA_R, NGOZI]


def workbook() -> bytes:
    """Write the list that should never have been attached: it names all children and their parents."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Student number", "Child", "Guardian", "E-mail", "Phone"])
    for number, child, guardian in (
        ("100001", "Ana Rivera", "Carla Rivera"),
        ("100002", "Luis Rivera", "Diego Rivera"),
        ("100004", "Ana Rivera", "Rosa Rivera"),
        ("100006", "Sam Okafor", "Ngozi Okafor"),
    ):
        rows.writerow([number, child, guardian, f"{guardian.replace(' ', '.').lower()}@mail.example.org", "555 0101"])
    return out.getvalue().encode()


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and "blobs" in path.parts}


@pytest.mark.parametrize("way", ["in one message", "as many"])
def test_a_list_of_children_reaches_nobody_and_nothing_of_it_is_kept(
    house: House, cast: Cast, clock: Watch, way: str
) -> None:
    before = files_below(house.settings.data_dir)
    listed = {"families.csv": workbook()}
    for addresses in [ADDRESSES] if way == "in one message" else [[one] for one in ADDRESSES]:
        hand_in(house, cast.writer, message(listed), addresses)
    assert files_below(house.settings.data_dir) > before
    work(house, clock)
    assert (only(house).state, report(house).stop) == ("ended", "guard")
    assert told(house) == [("gate-stopped", only(house).version)], "one answer, however many messages"
    assert files_below(house.settings.data_dir) == before, "no bytes are left"
    with house.db.read() as session:
        for table in (Notice, Document, GivenFile, ArrivalRecipient):
            assert session.exec(select(table)).first() is None
        assert session.exec(select(Arrival.blob_id)).all() == [None] * (1 if way == "in one message" else 3)
        stops = session.exec(select(LedgerEntry.body).where(col(LedgerEntry.act) == "document:stop")).all()
    assert any(f"staff:{cast.writer.id}".encode() in stop and b'"sha256"' in stop for stop in stops)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("trip.ics", "Here it is.", "calendar"),
        ("old.eml", "Here it is.", "mail"),
        ("all.zip", "Here it is.", "archive"),
        ("flyer.pdf", "See https://onedrive.live.com/f/1", "cloud-link"),
        ("flyer.pdf", "See https://forms.example.com/f/1", "link"),
        ("flyer.pdf", "Sam Okafor was ill again.", "guard"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_has_a_sentence_of_its_own(house: House, cast: Cast, clock: Watch, name: str, text: str, why: str) -> None:
    hand_in(house, cast.writer, message({name: FLYER}, text=text), ADDRESSES)
    work(house, clock)
    assert (report(house).stop, only(house).state, told(house)) == (why, "ended", [("gate-stopped", 1)])
    assert report(house).sentences
    with house.db.read() as session:
        assert session.exec(select(Mailing).where(col(Mailing.state) != "stopped")).first() is None


def test_a_late_message_that_is_stopped_takes_the_draft_with_it(house: House, cast: Cast, clock: Watch) -> None:
    hand_in(house, cast.writer, message({"flyer.pdf": FLYER}), [CARLA, NGOZI])
    work(house, clock)
    assert mailing_of(house).state == "waiting"
    hand_in(house, cast.writer, message({"flyer.pdf": FLYER}, text="See https://onedrive.live.com/f/1"), [ROSA_R])
    work(house, clock)
    assert (mailing_of(house).state, only(house).state, report(house).stop) == ("stopped", "ended", "cloud-link")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_greetings_go_and_other_differences_have_a_page(house: House, cast: Cast, clock: Watch) -> None:
    texts = {CARLA: "Dear Ms. Rivera,\nhere is Ana's card.", NGOZI: "Dear Mrs. Okafor,\nhere is Sam's card."}
    files = {CARLA: card(ANA), NGOZI: CARDS["sam"]}
    for address, text in texts.items():
        own = message({NAME: files[address]}, text=f"{text}\nbring it back.", subject=f"Card {len(text)}")
        hand_in(house, cast.writer, own, [address])
    work(house, clock)
    assert (mailing_of(house).message, mailing_of(house).title) == ("Bring it back.", "Card")
    assert (report(house).told, report(house).is_asked) == (("names-left-out",), True)
    other = card("Ana Rivera, student number 100004.")
    late = message({NAME: other}, text="Pay 12 dollars.\nbring it back.", subject="Card 7")
    hand_in(house, cast.writer, late, [ROSA_R])
    assert mailing_of(house).state == "draft", "nobody approves what lacks the late one"
    work(house, clock)
    assert (report(house).told, report(house).is_asked, report(house).ready) == (("own-pages",), True, 3)
    assert told(house) == [("gathered", 2), ("gathered", 3)]
    with house.db.read() as session:
        assert len(session.exec(select(Gathering)).all()) == 1
