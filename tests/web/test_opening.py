"""A link is opened by an explicit act, and shows one child's copies and nothing else."""

import re

import pytest
from sqlmodel import col, func, select, update
from starlette.testclient import TestClient

from portal.documents.tables import Document
from portal.kernel import tally
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.ledger.tables import LedgerHead as LedgerHeadRow
from portal.links.tables import FamilySession, Link, Opening
from portal.wiring import House
from tests.cast import LETTER, Cast, code_of, is_letter, link_of, send_letter, token_of
from tests.conftest import Watch

EXACT = {
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "x-content-type-options": "nosniff",
    "x-accel-buffering": "no",
    "x-frame-options": "DENY",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}


@pytest.fixture
def carlas_link(house: House, cast: Cast, mailing_id: str) -> str:
    return link_of(house, mailing_id, cast.carla, cast.ana)


def open_with(site: TestClient, **fields: str):
    return site.post("/o", data=fields)


def letters_in(page: str) -> list[str]:
    return re.findall(r'href="/letters/([0-9a-f]{32})"', page)


def all_letters(site: TestClient) -> list[str]:
    """Press the switch for all children whose letters are open here; return their letters."""
    token = re.search(r'name="form_token" value="(\w+)"', site.get("/letters").text)
    assert token
    assert site.post("/letters/switch", data={"form_token": token[1], "copy": ""}).status_code == 303
    return letters_in(site.get("/letters").text)


def counts(house: House) -> tuple[int, ...]:
    with house.db.read() as session:
        tables = (Opening, FamilySession, Disclosure, LedgerEntry)
        return tuple(session.exec(select(func.count()).select_from(table)).one() for table in tables)


def test_the_entry_page_knows_nothing(site: TestClient) -> None:
    answer = site.get("/o")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    for name, value in EXACT.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert re.findall("<script[^>]*>", answer.text) == ["<script>"], "one, and the policy knows it by its hash"
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", ["/nothing", "/letters", "/static/nothing.js", "/staff", "/healthz"])
def test_no_answer_lacks_its_headers(site: TestClient, path: str) -> None:
    answer = site.get(path)
    assert {name: answer.headers[name] for name in EXACT} == EXACT
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_a_link_opens_the_letter_by_a_press(site: TestClient, house: House, carlas_link: str) -> None:
    answer = open_with(site, token=token_of(house, carlas_link))
    assert answer.status_code == 303
    assert is_letter(answer.headers["location"])
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-family=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    page = site.get("/letters").text
    assert "Ana" in page
    assert "Luis" not in page
    (copy_id,) = letters_in(page)
    letter = site.get(answer.headers["location"])
    assert answer.headers["location"] == f"/letters/{copy_id}"
    assert "We begin on Monday." in letter.text
    file = site.get(f"/letters/{copy_id}/file")
    assert file.content == LETTER
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"].startswith('inline; filename="Welcome.pdf"')
    for name, value in EXACT.items():
        assert letter.headers[name] == value
        assert file.headers[name] == value
    assert "unsafe" not in file.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in file.headers["content-security-policy"]


def test_a_typed_code_opens_the_letter_by_a_press(site: TestClient, house: House, carlas_link: str) -> None:
    answer = open_with(site, code=code_of(house, carlas_link))
    assert is_letter(answer.headers["location"])
    assert "We begin on Monday." in site.get(answer.headers["location"]).text


def test_where_several_letters_are_open_the_list_comes_first(
    site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str, carlas_link: str
) -> None:
    open_with(site, token=token_of(house, carlas_link))
    another = send_letter(house, cast, now=clock.now, title="Field trip")
    answer = open_with(site, token=token_of(house, link_of(house, another, cast.carla, cast.ana)))
    assert answer.headers["location"] == "/letters"
    assert len(letters_in(site.get("/letters").text)) == 2
    sibling = open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.luis)))
    assert is_letter(sibling.headers["location"]), "of that child one letter is open"


def test_a_letter_that_is_kept_no_more_does_not_open_another_one_in_its_place(
    site: TestClient, house: House, cast: Cast, clock: Watch, carlas_link: str
) -> None:
    another = send_letter(house, cast, now=clock.now, title="Field trip")
    open_with(site, token=token_of(house, carlas_link))
    with house.db.write() as session:
        session.execute(update(Document).where(col(Document.mailing_id) == another).values(closed_at=clock.now))
    answer = open_with(site, token=token_of(house, link_of(house, another, cast.carla, cast.ana)))
    assert answer.headers["location"] == "/letters"


@pytest.mark.parametrize(
    "spelling",
    [
        "{}",
        "  {} ",
        "{}.",
        "<{}>",
        "{}%20",
        "https://letters.riverbend.example/o#{}",
        "https://LETTERS.riverbend.example/o#{}",
    ],
)
def test_a_pasted_link_opens_in_either_field(site: TestClient, house: House, carlas_link: str, spelling: str) -> None:
    text = spelling.format(token_of(house, carlas_link))
    assert open_with(site, code=text).status_code == 303
    assert open_with(site, token=text).status_code == 303


@pytest.mark.parametrize(
    "change",
    [
        str,
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: f" {code.replace('-', ' ')} ",
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
)
def test_a_typed_code_opens_however_it_is_typed(site: TestClient, house: House, carlas_link: str, change) -> None:  # noqa: ANN001 - five kinds of callable
    assert open_with(site, code=change(code_of(house, carlas_link))).status_code == 303


def test_get_and_head_grant_nothing_and_change_nothing(site: TestClient, house: House, carlas_link: str) -> None:
    token = token_of(house, carlas_link)
    before = counts(house)
    for path in ("/o", f"/o?token={token}", f"/o?code={code_of(house, carlas_link)}", "/about", "/letters"):
        for method in ("GET", "HEAD"):
            answer = site.request(method, path)
            assert "set-cookie" not in answer.headers
    assert counts(house) == before


def test_head_of_a_letter_writes_no_disclosure(site: TestClient, house: House, carlas_link: str) -> None:
    open_with(site, token=token_of(house, carlas_link))
    (copy_id,) = letters_in(site.get("/letters").text)
    before = counts(house)
    head = site.head(f"/letters/{copy_id}/file")
    assert head.status_code == 200
    assert head.headers["content-length"] == str(len(LETTER))
    assert site.head(f"/letters/{copy_id}").status_code == 200
    assert counts(house) == before


def test_forged_and_unknown_answers_are_the_same_to_the_letter(
    site: TestClient, house: House, carlas_link: str
) -> None:
    token = token_of(house, carlas_link)
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    unknown = tokens.mint_token(house.keys, "link-token", new_id())
    answers = [open_with(site, token=forged), open_with(site, token=unknown), open_with(site, code="0000-0000-0000")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert all("set-cookie" not in answer.headers for answer in answers)


def test_every_single_changed_letter_of_a_token_is_refused(house: House, carlas_link: str) -> None:
    token = token_of(house, carlas_link)
    for at in range(len(token)):
        for letter in "Aa0-_.":
            changed = token[:at] + letter + token[at + 1 :]
            read = tokens.read_token(house.keys, "link-token", changed)
            assert read == (carlas_link if changed == token else None)


def test_forged_links_are_counted_and_grow_no_ledger(site: TestClient, house: House, carlas_link: str) -> None:
    token = token_of(house, carlas_link)
    tally.take()
    with house.db.read() as session:
        before = session.exec(select(func.count()).select_from(LedgerEntry)).one()
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "nothing", "BCDF-GHJK-LMNP"):
        assert open_with(site, token=forged).status_code == 404
    assert tally.take()["refusals", "LinkUnknown"] == 3
    with house.db.read() as session:
        assert session.exec(select(func.count()).select_from(LedgerEntry)).one() == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://letters.riverbend.example"}, 403),
        ({"Origin": "https://letters.riverbend.example"}, 303),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({}, 403),
    ],
)
def test_a_post_comes_from_our_own_page(
    site: TestClient, house: House, carlas_link: str, headers: dict[str, str], status: int
) -> None:
    del site.headers["Sec-Fetch-Site"]
    answer = site.post("/o", data={"token": token_of(house, carlas_link)}, headers=headers)
    assert answer.status_code == status


def test_a_planted_session_gains_nothing(site: TestClient, house: House, carlas_link: str) -> None:
    site.cookies.set("__Host-family", "planted-by-somebody-else-0123456789", domain="letters.riverbend.example")
    open_with(site, token=token_of(house, carlas_link))
    site.cookies.clear()
    answer = site.get("/letters", headers={"Cookie": "__Host-family=planted-by-somebody-else-0123456789"})
    assert answer.status_code == 404


def test_another_guardians_link_ends_the_first_ones_openings(
    site: TestClient, house: House, cast: Cast, mailing_id: str, carlas_link: str
) -> None:
    open_with(site, token=token_of(house, carlas_link))
    first = site.cookies["__Host-family"]
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.ngozi, cast.sam)))
    page = site.get("/letters").text
    assert "Sam" in page
    assert "Ana" not in page
    site.cookies.clear()
    assert site.get("/letters", headers={"Cookie": f"__Host-family={first}"}).status_code == 410


def test_a_siblings_link_joins_the_same_guardians_openings(
    site: TestClient, house: House, cast: Cast, mailing_id: str, carlas_link: str
) -> None:
    open_with(site, token=token_of(house, carlas_link))
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.luis)))
    page = site.get("/letters").text
    assert "Ana" in page
    assert "Luis" in page
    assert len(letters_in(page)) == 1, "one child at a time"
    assert len(all_letters(site)) == 2


def test_one_disclosure_in_thirty_minutes_for_each_kind(
    site: TestClient, house: House, clock: Watch, carlas_link: str
) -> None:
    open_with(site, token=token_of(house, carlas_link))
    (copy_id,) = letters_in(site.get("/letters").text)
    for _ in range(3):
        site.get(f"/letters/{copy_id}")
        site.get(f"/letters/{copy_id}/file")
        site.get(f"/letters/{copy_id}/file?as=download")
    assert counts(house)[2] == 2
    clock.forward(minutes=31)
    site.get(f"/letters/{copy_id}/file")
    assert counts(house)[2] == 3
    with house.db.read() as session:
        entries = session.exec(select(LedgerEntry.act).where(col(LedgerEntry.act).startswith("copy:"))).all()
    assert sorted(entries) == ["copy:download", "copy:view", "copy:view"]


def test_no_byte_leaves_when_the_ledger_cannot_be_written(site: TestClient, house: House, carlas_link: str) -> None:
    open_with(site, token=token_of(house, carlas_link))
    (copy_id,) = letters_in(site.get("/letters").text)
    with house.db.write() as session:
        session.exec(update(LedgerHeadRow).values(seq=0))  # the next number is taken, so the insert is refused
    answer = site.get(f"/letters/{copy_id}/file")
    assert answer.status_code == 503
    assert LETTER[:20] not in answer.content


def test_an_expired_link_and_session_open_nothing(
    site: TestClient, house: House, clock: Watch, carlas_link: str
) -> None:
    open_with(site, token=token_of(house, carlas_link))
    clock.forward(hours=13)
    assert site.get("/letters").status_code == 410
    clock.forward(days=31)
    answer = open_with(site, token=token_of(house, carlas_link))
    assert answer.status_code == 410
    assert "The link was real" in answer.text


def test_leaving_shows_nothing_any_more(site: TestClient, house: House, carlas_link: str) -> None:
    open_with(site, token=token_of(house, carlas_link))
    cookie = site.cookies["__Host-family"]
    answer = site.post("/leave")
    assert answer.status_code == 200
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    site.cookies.clear()
    assert site.get("/letters", headers={"Cookie": f"__Host-family={cookie}"}).status_code == 410


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5_000, "a; __Host-family=b", "\x7f" * 40, "%00" * 20])
def test_a_damaged_cookie_is_nobody(site: TestClient, cookie: str) -> None:
    answer = site.get("/letters", headers={"Cookie": f"__Host-family={cookie}"})
    assert answer.status_code == 404


def test_wrong_links_are_held_back_by_network_and_right_ones_are_not(
    site: TestClient, house: House, carlas_link: str
) -> None:
    for _ in range(30):
        assert open_with(site, code="0000-0000-0000").status_code == 404
    late = open_with(site, code="0000-0000-0000")
    assert (late.status_code, late.headers["retry-after"]) == (429, "60")
    assert open_with(site, code=code_of(house, carlas_link)).status_code == 303, "a genuine code is no guess"
    assert open_with(site, token=token_of(house, carlas_link)[:-1] + "_").status_code == 429
    assert open_with(site, token=token_of(house, carlas_link)).status_code == 303, "a guesser shuts out no neighbour"
    with TestClient(site.app, base_url=str(site.base_url), client=("198.51.100.7", 1), follow_redirects=False) as far:
        answer = far.post("/o", data={"token": token_of(house, carlas_link)}, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "letters.riverbend.example.evil.example", "a b", ""])
def test_a_foreign_host_is_answered_nothing(site: TestClient, host: str) -> None:
    answer = site.get("/o", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("wanted", "status", "first", "length"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=5-", 206, 5, len(LETTER) - 5),
        ("bytes=-7", 206, len(LETTER) - 7, 7),
        ("bytes=0-999999999", 206, 0, len(LETTER)),
        ("bytes=0-0,2-2", 200, 0, len(LETTER)),
        ("bytes=" + "0-," * 8000, 200, 0, len(LETTER)),
        ("lines=0-1", 200, 0, len(LETTER)),
        ("bytes=-", 200, 0, len(LETTER)),
    ],
)
def test_single_ranges_are_answered(
    site: TestClient, house: House, carlas_link: str, wanted: str, status: int, first: int, length: int
) -> None:
    open_with(site, token=token_of(house, carlas_link))
    (copy_id,) = letters_in(site.get("/letters").text)
    answer = site.get(f"/letters/{copy_id}/file", headers={"Range": wanted})
    assert answer.status_code == status
    assert answer.content == LETTER[first : first + length]
    if status == 206:
        assert answer.headers["content-range"] == f"bytes {first}-{first + length - 1}/{len(LETTER)}"


@pytest.mark.parametrize("wanted", ["bytes=999999-", "bytes=9-2", "bytes=-0"])
def test_a_range_that_is_not_there(site: TestClient, house: House, carlas_link: str, wanted: str) -> None:
    open_with(site, token=token_of(house, carlas_link))
    (copy_id,) = letters_in(site.get("/letters").text)
    answer = site.get(f"/letters/{copy_id}/file", headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(LETTER)}"


def test_a_key_no_longer_in_the_file_signs_nothing(site: TestClient, house: House, carlas_link: str) -> None:
    from portal.kernel.secrets.keys import KeyRing, MasterKey

    stranger = KeyRing((MasterKey("another", "2026-01-01", bytes(range(32))),))
    assert open_with(site, token=tokens.mint_token(stranger, "link-token", carlas_link)).status_code == 404
    assert open_with(site, token=tokens.mint_token(house.keys, "sign-in-token", carlas_link)).status_code == 404
    with house.db.read() as session:
        assert session.get(Link, carlas_link) is not None
