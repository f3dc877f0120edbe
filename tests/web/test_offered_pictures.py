"""A picture that nobody could read is shown to admins at its first sight: one yes, for all mailings, or one no."""

import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from httpx2 import Response
from sqlmodel import select
from starlette.testclient import TestClient

from portal.blobs import BlobMissing, BlobsUnreachable, KeyMissing, Sealed
from portal.documents.tables import LooseBlob
from portal.guard.tables import KnownPicture, OfferedPicture
from portal.ledger.tables import LedgerEntry
from portal.publish import Upkeep
from portal.publish.checking.check_file import GuardReport
from portal.publish.checking.offering import offer_pictures
from portal.reading.previews import MOST_SHOWN
from portal.reading.reader import OnPart, Part, Preview, Reading, Stripped, Unreadable
from portal.reading.scripted import ScriptedReader
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.web.desks import sit_down, text_of
from tests.web.each_desk import Desk
from tests.web.test_admin_taking_back import admin_of_oak

SEAL = "5" * 64
LARGE = "7" * 64
CLEAR = Reading("pdf", (Part("page 1", "Welcome."),), 1)
PIXELS = b"\x00\xff\x7f" * 4
PREVIEWS = {
    SEAL: Preview(SEAL, 4, 3, zlib.compress(PIXELS + b"colours")),
    LARGE: Preview(LARGE, MOST_SHOWN, 2, zlib.compress(b"\0")),
}
SHOWN = "An administrator has been shown the picture; check the letter again once it is accepted."


class Doubtful:
    """A reader to whom the seal of the school is doubtful until it is known, and a large picture as well."""

    def read(
        self,
        path: Path,
        name: str,
        known: frozenset[str] = frozenset(),
        on_part: OnPart | None = None,
    ) -> Reading | Unreadable:
        del path, on_part  # the name says it all
        held = LARGE if name == "large.pdf" else SEAL
        if held in known:
            return CLEAR
        return Unreadable("A picture can't be read. Take it out.", (held,), (PREVIEWS[held],))

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        return (self.read(path, name, known, on_part) for path, name in files)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        into.write_bytes(path.read_bytes())
        return Stripped(())

    def close(self) -> None:
        pass


@pytest.fixture
def house(house: House) -> House:
    return replace(house, reader=Doubtful())


class Office:
    def __init__(self, site: TestClient, house: House, cast: Cast) -> None:
        self.site, self.house, self.cast = site, house, cast

    def write(self, name: str = "seal.pdf", by: Acting | None = None) -> Response:
        token = sit_down(self.site, self.house, by or self.cast.writer)
        typed = {"title": "Welcome", "message": "", "audience": "everyone", "expires": "30", "form_token": token}
        return self.site.post("/staff/mailings", data=typed, files={"file": (name, b"%PDF", "application/pdf")})

    def decide(self, how: str, *, by: Acting | None = None, label: str = "The seal of the school") -> Response:
        token = sit_down(self.site, self.house, by or self.cast.admin)
        return self.site.post(f"/admin/pictures/{SEAL}/{how}", data={"form_token": token, "label": label})

    def look(self, path: str = "/admin/pictures", by: Acting | None = None) -> Response:
        sit_down(self.site, self.house, by or self.cast.admin)
        return self.site.get(path)

    def every(self, table: type) -> list[Any]:
        with self.house.db.read() as session:
            return list(session.exec(select(table)).all())

    def waiting(self) -> list[OfferedPicture]:
        return [one for one in self.every(OfferedPicture) if one.blob_id]

    def acts(self) -> list[str]:
        return [one.act for one in self.every(LedgerEntry) if one.act.startswith("picture:")]

    def is_shredded(self, blob_id: str) -> bool:
        try:
            b"".join(self.house.documents.open(blob_id, 1))
        except (BlobMissing, KeyMissing):
            return self.every(LooseBlob) == []
        return False


@pytest.fixture
def office(site: TestClient, house: House, cast: Cast) -> Office:
    return Office(site, house, cast)


PREVIEW = f"/admin/pictures/{SEAL}/preview"


def test_admins_alone_see_the_preview_which_is_sealed_and_never_logged(
    office: Office, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    office.write()
    (waiting,) = office.waiting()
    answer = office.look(PREVIEW)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert "no-store" in answer.headers["cache-control"]
    png = answer.content
    assert png.startswith(b"\x89PNG")
    assert zlib.decompress(png[41:-16]) == b"".join(b"\0" + PIXELS[at : at + 4] for at in range(0, 12, 4))
    for person in (cast.writer, cast.approver):
        assert office.look(PREVIEW, by=person).status_code == 403
    office.site.cookies.clear()
    assert office.site.get(PREVIEW).status_code in {303, 401, 403}
    said = "".join(capsys.readouterr())
    assert waiting.blob_id
    assert SEAL not in said
    assert waiting.blob_id not in said


def test_the_writer_is_told_that_an_admin_was_shown_it_and_one_yes_is_for_all_letters(office: Office) -> None:
    stop = text_of(office.write().text)
    assert SHOWN in stop
    assert "kept no copy" not in stop
    page = text_of(office.look().text)
    assert "1 picture waits for you" in page
    assert "Rosa" in page
    assert "1 picture waits for an administrator" in text_of(office.look("/staff").text)
    (waiting,) = office.waiting()
    for _ in range(2):
        assert office.decide("accept").status_code == 303
    assert [(one.sha256, one.label) for one in office.every(KnownPicture)] == [(SEAL, "The seal of the school")]
    assert office.acts() == ["picture:offer", "picture:know"]
    assert office.every(OfferedPicture) == []
    assert office.is_shredded(str(waiting.blob_id))
    assert office.look(PREVIEW).status_code == 404
    assert office.write().status_code == 303


def test_a_no_forgets_it_and_it_is_not_offered_again(office: Office) -> None:
    office.write()
    (waiting,) = office.waiting()
    for _ in range(2):
        assert office.decide("decline").status_code == 303
    assert office.is_shredded(str(waiting.blob_id))
    assert office.acts() == ["picture:offer", "picture:decline"]
    said = text_of(office.write().text)
    assert SHOWN not in said
    assert "An administrator has said no to this picture. Take it out of the letter." in said
    assert office.waiting() == []
    assert office.decide("accept").status_code == 409
    assert office.every(KnownPicture) == []


def test_it_is_kept_once_however_often_it_is_seen(office: Office) -> None:
    for _ in range(3):
        office.write()
    assert [(one.seen) for one in office.waiting()] == [3]
    assert office.acts() == ["picture:offer"]
    assert "seen 3 times" in text_of(office.look().text)


def test_it_is_shredded_after_three_days_and_offered_afresh(office: Office, house: House, clock: Watch) -> None:
    office.write()
    (waiting,) = office.waiting()
    clock.forward(hours=71)
    Upkeep(house).do(clock.now)
    assert len(office.waiting()) == 1
    clock.forward(hours=1)
    assert office.decide("accept").status_code == 409
    Upkeep(house).do(clock.now)
    assert office.every(OfferedPicture) == []
    assert office.is_shredded(str(waiting.blob_id))
    assert SHOWN in text_of(office.write().text)


def test_a_picture_registered_by_hand_waits_no_longer(office: Office) -> None:
    office.write()
    (waiting,) = office.waiting()
    token = sit_down(office.site, office.house, office.cast.admin)
    files = {"file": ("seal.pdf", b"%PDF", "application/pdf")}
    sent = office.site.post("/admin/pictures", data={"form_token": token, "label": "The seal"}, files=files)
    assert sent.status_code == 303
    assert office.every(OfferedPicture) == []
    assert office.is_shredded(str(waiting.blob_id))


def test_admins_of_some_sites_are_not_shown_it(office: Office, house: House, clock: Watch) -> None:
    office.write()
    oak = admin_of_oak(house, clock)
    assert office.look(PREVIEW, by=oak).status_code == 403
    assert "waits for you" not in text_of(office.look(by=oak).text)
    assert "waits for an administrator" not in text_of(office.look("/staff", by=oak).text)
    assert office.decide("accept", by=oak).status_code == 403
    assert len(office.waiting()) == 1


def test_only_admins_decide(office: Office, cast: Cast) -> None:
    office.write()
    for person in (cast.writer, cast.approver):
        for how in ("accept", "decline"):
            assert office.decide(how, by=person).status_code == 403
    assert len(office.waiting()) == 1


def test_a_yes_without_a_label_is_asked_for_again(office: Office) -> None:
    office.write()
    answer = office.decide("accept", label=" ")
    assert answer.status_code == 400
    assert "Say what the picture is" in text_of(answer.text)
    assert len(office.waiting()) == 1


def test_a_picture_too_large_to_be_shown_is_asked_about_as_before(office: Office) -> None:
    assert "ask an administrator to register it" in text_of(office.write("large.pdf").text)
    assert office.every(OfferedPicture) == []


def test_what_the_pixels_do_not_fill_is_not_shown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PREVIEWS, SEAL, replace(PREVIEWS[SEAL], packed=zlib.compress(b"short")))
    assert "ask an administrator to register it" in text_of(office.write().text)
    assert office.every(OfferedPicture) == []


def test_a_picture_in_the_letters_of_a_batch_is_offered_once(office: Office, house: House, cast: Cast) -> None:
    stop = Unreadable("A picture can't be read. Take it out.", (SEAL,), (PREVIEWS[SEAL],))
    reader = ScriptedReader({"100001.pdf": stop, "100002.pdf": stop})
    desk = Desk(office.site, replace(house, reader=reader), cast.writer)
    desk.sorted(*((name, name.encode()) for name in ("100001.pdf", "100002.pdf")))
    (waiting,) = office.waiting()
    assert (waiting.sha256, waiting.by_id) == (SEAL, cast.writer.id)
    assert office.acts() == ["picture:offer"]


def test_two_checks_at_one_moment_keep_one_preview(office: Office, house: House, cast: Cast, clock: Watch) -> None:
    found = GuardReport("unreadable", 0, roster_shaped=False, findings=(), reason="", previews=(PREVIEWS[SEAL],))
    with ThreadPoolExecutor(4) as threads:
        offers = [threads.submit(offer_pictures, house, [found], by=cast.writer, now=clock.now) for _ in range(4)]
    assert [one.result() for one in offers] == [None] * 4
    (waiting,) = office.waiting()
    assert office.acts() == ["picture:offer"]
    assert b"".join(house.documents.open(str(waiting.blob_id), waiting.size)).startswith(b"\x89PNG")


def test_a_preview_that_cannot_be_sealed_leaves_the_stop_as_it_was(
    office: Office, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(_id: str, _source: BinaryIO) -> Sealed:
        raise BlobsUnreachable

    monkeypatch.setattr(house.documents, "seal", nowhere)
    assert "ask an administrator to register it" in text_of(office.write().text)
    assert office.every(OfferedPicture) == []
    assert office.acts() == []
