"""What probes, robots and researchers are told."""

from datetime import timedelta

from sqlmodel import col, update
from starlette.testclient import TestClient

from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.wiring import House
from tests.conftest import Watch


def test_a_healthy_site_says_so(site: TestClient) -> None:
    assert site.get("/healthz").text == "ok\n"
    answer = site.get("/readyz")
    assert answer.status_code == 200
    parts = ("database", "database_is_newest", "key_store", "blobs", "mail_queue")
    assert answer.json() == dict.fromkeys(parts, True)


def test_a_probe_may_come_by_another_name(site: TestClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert site.get(path, headers={"Host": "10.0.0.7:8000"}).status_code == 200
    assert site.get("/o", headers={"Host": "10.0.0.7:8000"}).status_code == 400


def test_a_mail_queue_that_stands_still_is_told_and_the_site_stays(
    site: TestClient, house: House, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing_id).values(state="sending"))
        session.exec(update(Notice).values(due_at=clock.now - timedelta(hours=2)))
    answer = site.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["mail_queue"] is False


def test_blobs_out_of_reach_are_503(site: TestClient, house: House) -> None:
    import shutil

    shutil.rmtree(house.settings.blobs)
    answer = site.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["blobs"] is False


def test_robots_and_researchers(site: TestClient) -> None:
    assert site.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    told = site.get("/.well-known/security.txt").text
    assert "Contact: mailto:letters@portal.test" in told
    assert "Expires: 2027-01-01T00:00:00Z" in told


def test_the_bare_address_leads_to_the_way_in(site: TestClient) -> None:
    answer = site.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/o")
