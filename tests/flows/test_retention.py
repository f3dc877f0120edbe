"""What is shredded is gone, from yesterday's backup too; what is held stays; nothing else is touched."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal import publish
from portal.blobs import BlobMissing, KeyMissing
from portal.documents.errors import FileTakenBack, UnderHold
from portal.documents.tables import Document, LooseBlob
from portal.flows.keeping import hold_mailing, shred_documents
from portal.flows.keeping.shred_documents import Shredding
from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.flows.sending import send_round
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import Refused, WrongCall
from portal.ledger.tables import LedgerEntry
from portal.mailings.tables import Mailing
from portal.overviews.operation import retention
from portal.publish import Upkeep
from portal.staff.errors import NotAllowed
from portal.wiring import House, build_house
from tests.cast import LETTER, Cast, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.parts.roles import by_one_login
from tests.web.desks import sit_down, text_of
from tests.web.test_opening import letters_in, open_with

SECOND = b"%PDF-1.7 another letter " * 99


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Keep shared letters for a year; on PostgreSQL the key store is a database of its own too."""
    changed: dict[str, object] = {"retention_days": "shared=365,own=730"}
    if not settings.database.startswith("sqlite"):
        changed["key_store_url"] = SecretStr(request.getfixturevalue("postgresql").new_database())
    return Settings.model_validate(settings.model_dump() | changed)


@pytest.fixture
def yesterday(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], House]]:
    """Take a full backup at the first call, and give a portal restored from it beside today's keys at the second."""
    settings, urls = house.settings, dict[str, SecretStr | None]()
    backup, opened = tmp_path / "yesterday", list[House]()

    def taken_or_restored() -> House:
        if not backup.exists():
            house.db.close()
            house.key_store.close()
            shutil.copytree(settings.data_dir, backup)
            if not settings.database.startswith("sqlite"):
                server = request.getfixturevalue("postgresql")
                made = [
                    server.new_database(url.partition("@/")[2].partition("?")[0])
                    for url in (settings.database, settings.key_store)
                ]
                urls.update(by_one_login(made[0]), key_store_url=SecretStr(made[1]))
            return house
        sqlite = {"database_url": None, "key_store_url": None} if not urls else {}
        restored = Settings.model_validate(settings.model_dump() | {"data_dir": backup} | sqlite | urls)
        opened.append(build_house(restored, clock=house.clock))
        return opened[-1]

    yield taken_or_restored
    for one in opened:
        one.close()


def document_of(house: House, mailing_id: str) -> Document:
    with house.db.read() as session:
        return session.exec(select(Document).where(Document.mailing_id == mailing_id)).one()


def content(house: House, document: Document) -> bytes:
    return b"".join(house.documents.open(document.id, document.size))


def acts(house: House, name: str) -> int:
    with house.db.read() as session:
        return len(session.exec(select(LedgerEntry.seq).where(LedgerEntry.act == name)).all())


def sent(house: House, cast: Cast, clock: Watch, *, text: bytes = LETTER) -> str:
    mailing_id = send_letter(house, cast, now=clock.now, content=text)
    end(house, mailing_id)
    return mailing_id


def end(house: House, mailing_id: str) -> None:
    from portal.mailings import repository as mailings

    with house.db.write() as session:
        mailing = mailings.find_any(session, mailing_id)
        assert mailing
        mailing.state = "sent"
        session.add(mailing)


def hold(house: House, cast: Cast, clock: Watch, mailing_id: str, *, lift: bool = False) -> bool:
    act = hold_mailing.lift_hold if lift else hold_mailing.hold_mailing
    with house.db.write() as session:
        return act(session, house.keys, mailing_id, by=cast.admin, reason="Counsel asked for it.", now=clock.now)


def test_yesterdays_backup_beside_todays_keys_reads_all_but_what_was_shredded(
    house: House, cast: Cast, clock: Watch, yesterday: Callable[[], House]
) -> None:
    old = document_of(house, sent(house, cast, clock))
    clock.forward(days=364)
    young = document_of(house, sent(house, cast, clock, text=SECOND))
    house.data_keys.roll()
    yesterday()
    clock.forward(days=1)
    assert publish.shred_expired(house, now=clock.now) == 1
    for portal in (house, yesterday()):
        with pytest.raises((KeyMissing, BlobMissing)):
            content(portal, old)
        assert content(portal, young) == SECOND
    with pytest.raises(KeyMissing):  # its bytes are in the backup; its key is not to be had
        content(yesterday(), old)


def test_a_round_shreds_what_is_over_once_and_writes_down_both_steps(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = sent(house, cast, clock)
    clock.forward(days=366)
    for _ in range(2):
        Upkeep(house).do(clock.now)
    document = document_of(house, mailing_id)
    assert (document.closed_at, document.closed_why, document.shredded_at) == (clock.now, "retention", clock.now)
    assert (acts(house, "document:shred"), acts(house, "document:shredded")) == (1, 1)
    with house.db.read() as session:
        assert retention.overdue_since(session, house.settings.retention, now=clock.now) == timedelta()
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)


def test_a_crash_after_closing_leaves_the_rest_to_the_worker(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = sent(house, cast, clock)
    clock.forward(days=366)
    with house.db.write() as session:
        shred_documents.close_expired(session, house.keys, house.settings.retention, now=clock.now)
    assert document_of(house, mailing_id).shredded_at is None
    Upkeep(house).do(clock.now)
    assert document_of(house, mailing_id).shredded_at == clock.now
    with house.db.read() as session:
        assert session.exec(select(LooseBlob.id)).all() == []


def test_a_draft_that_nobody_sent_ends_too_and_one_on_its_way_does_not(house: House, cast: Cast, clock: Watch) -> None:
    draft = write_draft(house, cast, now=clock.now)
    moving = send_letter(house, cast, now=clock.now)
    clock.forward(days=366)
    assert publish.shred_expired(house, now=clock.now) == 1
    assert document_of(house, draft).shredded_at is not None
    assert document_of(house, moving).closed_at is None
    with house.db.read() as session:
        assert retention.overdue_since(session, house.settings.retention, now=clock.now) == timedelta()


def test_an_old_version_ends_with_its_own_days(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = sent(house, cast, clock)
    old = document_of(house, mailing_id)
    clock.forward(days=100)
    row = old.model_dump() | {"id": "f" * 32, "created_at": clock.now, "replaces_id": old.id}
    with house.db.write() as session:
        session.add(Document(**row))
        session.get_one(Document, old.id).replaced_at = clock.now
    clock.forward(days=266)
    assert publish.shred_expired(house, now=clock.now) == 1
    with house.db.read() as session:
        shredded = session.exec(select(Document.id).where(col(Document.shredded_at).is_not(None))).all()
    assert shredded == [old.id]


def test_nothing_is_shredded_by_date_without_the_setting(house: House, cast: Cast, clock: Watch) -> None:
    sent(house, cast, clock)
    clock.forward(days=4000)
    with house.db.read() as session:
        assert retention.expired(session, {}, now=clock.now) == []


def test_a_legal_hold_keeps_it_from_the_date_and_from_the_hand(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = sent(house, cast, clock)
    assert hold(house, cast, clock, mailing_id)
    assert not hold(house, cast, clock, mailing_id)
    clock.forward(days=366)
    assert publish.shred_expired(house, now=clock.now) == 0
    for what in (Shredding("mailing", mailing_id), Shredding("document", document_of(house, mailing_id).id)):
        with pytest.raises(UnderHold, match="legal hold"):
            publish.shred_by_hand(house, what, by=cast.admin, reason="Old.", now=clock.now)
    with house.db.read() as session:
        (held,) = retention.expired_by_mailing(session, house.settings.retention, held=True, now=clock.now)
    assert (held.mailing_id, held.documents) == (mailing_id, 1)
    assert hold(house, cast, clock, mailing_id, lift=True)
    assert publish.shred_expired(house, now=clock.now) == 1
    assert (acts(house, "mailing:hold"), acts(house, "mailing:lift-hold")) == (1, 1)


def test_an_admin_shreds_by_hand_with_a_reason_and_not_what_is_on_its_way(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    what = Shredding("mailing", mailing_id)
    with pytest.raises(Refused, match="on its way"):
        publish.shred_by_hand(house, what, by=cast.admin, reason="Old.", now=clock.now)
    end(house, mailing_id)
    with pytest.raises(NotAllowed):
        publish.shred_by_hand(house, what, by=cast.writer, reason="Old.", now=clock.now)
    with pytest.raises(WrongCall):
        publish.shred_by_hand(house, what, by=cast.admin, reason=" ", now=clock.now)
    assert publish.shred_by_hand(house, what, by=cast.admin, reason="Sent in error.", now=clock.now) == 1
    assert publish.shred_by_hand(house, what, by=cast.admin, reason="Sent in error.", now=clock.now) == 0
    assert document_of(house, mailing_id).closed_why == "Sent in error."


def shred(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    what = Shredding("mailing", mailing_id)
    assert publish.shred_by_hand(house, what, by=cast.admin, reason="Sent in error.", now=clock.now) == 1


def test_what_is_shredded_is_neither_printed_nor_sent_with_fresh_links(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = sent(house, cast, clock)
    clock.forward(hours=1)
    publish.rotate(house, "link", compromised=True, by="cli:root", now=clock.now)
    assert publish.look_at_fresh(house, now=clock.now).mailings == 1
    shred(house, cast, clock, mailing_id)
    assert publish.reissue(house, by=cast.admin, now=clock.now).messages == 0
    with house.db.read() as session:
        assert session.exec(select(Mailing.round).where(Mailing.id == mailing_id)).one() == 0
    with pytest.raises(Refused, match="shredded"):
        publish.print_run(house, mailing_id, by=cast.writer, now=clock.now)


def test_what_is_shredded_is_not_put_up_for_approval(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    shred(house, cast, clock, mailing_id)
    with pytest.raises(FileTakenBack):
        publish.submit(house, mailing_id, by=cast.writer, version=None, now=clock.now)


def test_a_family_reads_that_it_is_closed_and_staff_when_and_why(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = sent(house, cast, clock)
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.ana)))
    (copy_id,) = letters_in(site.get("/letters").text)
    sit_down(site, house, cast.admin)
    path = f"/staff/mailings/{mailing_id}"
    hold(house, cast, clock, mailing_id)
    before = text_of(site.get(path).text)
    assert ", and longer while it is under legal hold; then it is shredded" in before
    assert re.search("Kept until [^;]*6 August 2027", before)
    assert "Asked for by Ida : Counsel asked for it." in before
    hold(house, cast, clock, mailing_id, lift=True)
    what = Shredding("mailing", mailing_id)
    publish.shred_by_hand(house, what, by=cast.admin, reason="Sent in error.", now=clock.now)
    for closed in ("/letters", f"/letters/{copy_id}", f"/letters/{copy_id}/file"):
        answer = site.get(closed)
        assert (answer.status_code, "This letter is closed" in answer.text) == (410, True)
    after = site.get(path).text
    assert re.search(r"1 letter was shredded .*6 August.* The reason: Sent in error\.", text_of(after))
    assert f"{path}/file" not in after
    assert site.get(f"{path}/file").status_code == 403
    with house.db.read() as session, pytest.raises(Refused, match="shredded"):
        send_round.check_may_send(session, mailing_id, by=cast.writer)
