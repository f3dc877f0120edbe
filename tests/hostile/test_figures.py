"""Figures for monitoring: for this machine or a token alone, of nobody, and cheap however often they are asked for."""

import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr
from sqlalchemy import event
from sqlmodel import update
from starlette.testclient import TestClient

from portal.app import build_app
from portal.kernel import tally
from portal.kernel.configuration.settings import Settings
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.publish.upkeep.figures import write_down
from portal.web.probes import metrics
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.parts.roles import owning

TOKEN = "kD93-scraper-of-the-night"
HERE = {"Host": "127.0.0.1:8000"}
SHOWN = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def scraper(settings: Settings, house: House) -> Iterator[TestClient]:
    """Give a caller on this very machine; what was counted before is nobody's."""
    tally.take()
    app = build_app(settings, house)
    with TestClient(app, base_url=settings.base_url, client=("127.0.0.1", 50_000), follow_redirects=False) as client:
        yield client


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})


def figures(text: str) -> dict[str, float]:
    return {
        f"{one.name}{{{','.join(one.labels.values())}}}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


@contextmanager
def questions(house: House) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(house.db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(house.db.engine, "before_cursor_execute", note)


def test_who_is_not_here_and_shows_no_token_gets_nothing(
    scraper: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest
    monkeypatch.setattr(metrics.hmac, "compare_digest", lambda a, b: compared.append((a, b)) or real(a, b))
    scraper.get("/healthz")
    wrong: list[dict[str, str]] = [
        {},
        {"Host": "letters.riverbend.example"},
        {"Host": "10.0.0.7"},
        {"Host": "127.0.0.1.evil.example"},
        *(HERE | {name: "127.0.0.1"} for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")),
        HERE | {"X-Forwarded-For": ""},
        *({"Authorization": shown} for shown in (TOKEN, f"Basic {TOKEN}", "Bearer", "Bearer x", f"Bearer {TOKEN[:-1]}",
                                                 f"Bearer {TOKEN}x", f"Bearer {'x' * 6000}")),
    ]  # fmt: skip
    with questions(house) as asked:
        for headers in wrong * 20:
            answer = scraper.get("/metrics", headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), headers
            assert "portal_" not in answer.text
        assert scraper.get("/metrics", headers=[(b"authorization", "Bearer é".encode())]).status_code == 401
    assert asked == []
    assert {b for _, b in compared} == {TOKEN.encode()}
    assert scraper.get("/metrics?token=" + TOKEN).status_code == 401, "no secret in a URL"
    for right in (HERE, {"Host": "localhost"}, {"Host": "[::1]:8000"}, SHOWN, SHOWN | {"X-Forwarded-For": "10.0.0.9"}):
        assert scraper.get("/metrics", headers=right).status_code == 200, right


def test_a_crowd_of_scrapes_asks_the_database_once_in_five_seconds(
    scraper: TestClient, house: House, clock: Watch
) -> None:
    with questions(house) as first:
        scraper.get("/metrics", headers=HERE)
    with questions(house) as asked:
        for _ in range(200):
            assert scraper.get("/metrics", headers=SHOWN).status_code == 200
    assert asked == []
    clock.forward(seconds=6)
    with questions(house) as again:
        scraper.get("/metrics", headers=HERE)
    assert 0 < len(again) <= len(first) < 40


def test_figures_tell_what_all_processes_did_and_name_nobody(
    scraper: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    link = link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana)
    tally.take()
    scraper.post("/o", data={"token": token_of(house, link)}, headers={"Sec-Fetch-Site": "same-origin"})
    letters = scraper.get("/letters").text
    copy = re.findall(r"/letters/([0-9a-f]{32})", letters)[0]
    for _ in range(3):
        assert scraper.get(f"/letters/{copy}/file").status_code == 200
    for name in ("Rivera", "carla.rivera@mail.example.org", copy):
        scraper.post("/o", data={"token": name}, headers={"Sec-Fetch-Site": "same-origin"})
        scraper.get(f"/letters/{name}/file?q={name}")
    scraper.post("/o", data={"token": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    write_down(house.db)
    tally.count("sends", "sent", 3)  # another process
    tally.took("guard_seconds", 0.2)
    tally.took("guard_seconds", 7000)
    write_down(house.db)
    tally.count("sends", "sent", 2)
    write_down(house.db)
    text = scraper.get("/metrics", headers=HERE).text
    told = figures(text)
    assert told["portal_disclosures_total{view}"] >= 1
    assert told["portal_disclosures_total{download}"] == 0
    assert told["portal_refusals_total{LinkUnknown}"] == 3
    assert told["portal_refusals_total{ForeignPost}"] == 1
    assert told["portal_refusals_total{crash}"] == 0
    assert told["portal_sends_total{sent}"] == 5
    assert told["portal_guard_seconds_bucket{0.1}"] == 0
    assert (told["portal_guard_seconds_bucket{0.3}"], told["portal_guard_seconds_count{}"]) == (1, 2)
    assert told["portal_guard_seconds_sum{}"] == pytest.approx(7000.2)
    assert (told["portal_database_up{}"], told["portal_in_order{mail-queue}"]) == (1, 1)
    assert told["portal_ledger_entries{}"] > 0
    assert told["portal_queue_age_seconds{letters}"] == 0
    assert not re.search(r"[0-9a-f]{32}|@|Rivera|Carla|Ana|riverbend", text)
    assert len(told) < 90


def test_letters_that_wait_are_late_and_what_was_not_written_is_kept(
    scraper: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        session.exec(update(Mailing).values(state="sending"))
        session.exec(update(Notice).values(due_at=clock.now - timedelta(hours=2), state="queued"))
    told = figures(scraper.get("/metrics", headers=HERE).text)
    assert told["portal_queue_age_seconds{letters}"] > 3600
    tally.take()
    tally.count("sends", "sent", 4)
    with owning(house.db) as connection:
        connection.exec_driver_sql("ALTER TABLE figure RENAME TO lost")
    write_down(house.db)
    with owning(house.db) as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO figure")
    clock.forward(seconds=6)
    write_down(house.db)
    assert figures(scraper.get("/metrics", headers=HERE).text)["portal_sends_total{sent}"] == 4


def test_a_mistake_of_ours_may_not_fill_the_database() -> None:
    tally.take()
    for number in range(2000):
        tally.count("refusals", f"kind {number}")
    taken = tally.take()
    assert len(taken) <= 501
    assert sum(taken.values()) == 2000
