"""Taken back means dead at the next request, downloads cut, mail cancelled, and who had opened it is told."""

import io

import pytest
from sqlmodel import col, func, select
from starlette.testclient import TestClient

from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.kernel.errors import WrongCall
from portal.ledger.tables import LedgerEntry
from portal.links.errors import LinkDead
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, StaffMail
from portal.staff.errors import NotAllowed
from portal.web.answers.files import CutOff
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.test_opening import letters_in, open_with


def take_back(house: House, cast: Cast, clock: Watch, kind: str, target_id: str) -> revoke.TakenBack:
    with house.db.write() as session:
        return revoke.revoke(
            session, house.keys, Target(kind, target_id), by=cast.admin, reason="The wrong file.", now=clock.now  # type: ignore[arg-type]  # the test names kinds as text
        )  # fmt: skip


def document_of(house: House, mailing_id: str) -> str:
    from portal.documents.tables import Document

    with house.db.read() as session:
        return session.exec(select(Document.id).where(Document.mailing_id == mailing_id)).one()


@pytest.mark.parametrize("kind", ["link", "document", "mailing"])
def test_it_is_dead_at_the_next_request(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, kind: str
) -> None:
    link_id = link_of(house, mailing_id, cast.carla, cast.ana)
    open_with(site, token=token_of(house, link_id))
    (copy_id,) = letters_in(site.get("/letters").text)
    assert site.get(f"/letters/{copy_id}/file").status_code == 200
    target = {"link": link_id, "document": document_of(house, mailing_id), "mailing": mailing_id}[kind]
    done = take_back(house, cast, clock, kind, target)
    assert done.links == (1 if kind == "link" else 6)
    assert done.sessions_ended == 1
    assert [(reader.guardian_name, reader.child_name) for reader in done.already_opened] == [
        ("Carla Rivera", "Ana Rivera")
    ]
    for path in ("/letters", f"/letters/{copy_id}", f"/letters/{copy_id}/file"):
        answer = site.get(path)
        assert answer.status_code == 410
        assert b"%PDF" not in answer.content
    again = open_with(site, token=token_of(house, link_id))
    assert again.status_code == 410
    assert "taken" not in again.text.lower()


def test_a_second_time_gives_the_same_answer_and_no_second_entry(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    first = take_back(house, cast, clock, "mailing", mailing_id)
    clock.forward(hours=1)
    second = take_back(house, cast, clock, "mailing", mailing_id)
    assert (first.at, first.links, first.notices_cancelled, first.sessions_ended) == (
        second.at, second.links, second.notices_cancelled, second.sessions_ended,
    )  # fmt: skip
    assert second.is_repeat
    with house.db.read() as session:
        query = select(func.count()).where(col(LedgerEntry.act) == "mailing:revoke")
        assert session.exec(query).one() == 1


def test_unsent_notices_are_cancelled_and_the_mailing_ends(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    done = take_back(house, cast, clock, "mailing", mailing_id)
    assert done.notices_cancelled == 4
    with house.db.read() as session:
        assert set(session.exec(select(Notice.state))) == {"cancelled"}
        assert session.exec(select(Mailing.state)).one() == "revoked"


def test_a_siblings_link_still_goes_out_when_one_is_taken_back(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    done = take_back(house, cast, clock, "link", link_of(house, mailing_id, cast.carla, cast.ana))
    assert done.notices_cancelled == 0
    done = take_back(house, cast, clock, "link", link_of(house, mailing_id, cast.carla, cast.luis))
    assert done.notices_cancelled == 1


def test_a_running_download_is_cut_at_the_next_chunk(site: TestClient, house: House, cast: Cast, clock: Watch) -> None:
    content = io.BytesIO(b"x" * (5 * 1024 * 1024))
    mailing_id = send_letter(house, cast, now=clock.now, content=content.getvalue())
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    (copy_id,) = letters_in(site.get("/letters").text)
    received = 0
    with pytest.raises(CutOff), site.stream("GET", f"/letters/{copy_id}/file") as answer:  # noqa: PT012 - the cut comes while reading
        take_back(house, cast, clock, "mailing", mailing_id)
        for piece in answer.iter_bytes():
            received += len(piece)
    assert received < len(content.getvalue())


def test_only_an_admin_takes_back_and_says_why(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    target = Target("mailing", mailing_id)
    for person in (cast.writer, cast.approver):
        with pytest.raises(NotAllowed), house.db.write() as session:
            revoke.revoke(session, house.keys, target, by=person, reason="Because.", now=clock.now)
    with pytest.raises(WrongCall), house.db.write() as session:
        revoke.revoke(session, house.keys, target, by=cast.admin, reason="  ", now=clock.now)


def test_not_my_child_kills_that_link_and_tells_the_admins(
    site: TestClient, house: House, cast: Cast, mailing_id: str
) -> None:
    link_id = link_of(house, mailing_id, cast.carla, cast.ana)
    open_with(site, token=token_of(house, link_id))
    (copy_id,) = letters_in(site.get("/letters").text)
    page = site.get(f"/letters/{copy_id}").text
    form_token = page.split('name="form_token" value="')[1].split('"')[0]
    assert site.post(f"/letters/{copy_id}/not-mine").status_code == 403
    assert site.post(f"/letters/{copy_id}/not-mine", data={"form_token": "0" * 64}).status_code == 403
    answer = site.post(f"/letters/{copy_id}/not-mine", data={"form_token": form_token})
    assert answer.status_code == 200
    assert open_with(site, token=token_of(house, link_id)).status_code == 410
    with house.db.read() as session:
        mail = session.exec(select(StaffMail)).all()
    assert [(one.kind, one.staff_id, one.about_id) for one in mail if one.kind == "not-mine"] == [
        ("not-mine", cast.admin.id, link_id)
    ]


def test_an_ended_guardianship_closes_an_open_letter(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    from portal.families.tables import Guardianship

    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.diego, cast.ana)))
    (copy_id,) = letters_in(site.get("/letters").text)
    with house.db.write() as session:
        tie = session.get_one(Guardianship, (cast.diego, cast.ana))
        tie.ends_at = clock.now
        session.add(tie)
    assert site.get(f"/letters/{copy_id}/file").status_code == 410


def test_the_error_names_the_link_for_the_ledger_and_not_for_the_family() -> None:
    assert str(LinkDead("taken-back", "0" * 32)) == "This link was real and no longer opens the letter."
