"""Whatever bytes arrive, the answer is a calm page: never a 500, and nothing is changed."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sqlmodel import select
from starlette.routing import Route

from portal.mailings.tables import Mailing
from portal.staff.tables import StaffMember
from portal.web.routes import routes
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.parts.site import Site
from tests.web.desks import sit_down

GETS = sorted({route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())})
POSTS = sorted({route.path for route in routes() if isinstance(route, Route) and "POST" in (route.methods or ())})
# Signing in with a provider is off in these tests, and tried by tests of its own.
BAD_PARTS = ["%00", "%ff%fe", "%2e%2e%2f%2e%2e", "%C0%AF", "%ED%A0%80", "%F0%9F%92%A9", "a" * 5_000, "%0d%0aX:1", "%"]
BAD_QUERIES = [
    "q=%00", "q=%ff", "after=%00", "page=" + "9" * 5_000, "page=-1", "page=%D9%A3", "page=0", "before=%00",
    "before=0001-01-01T00:00:00%2B14:00", "before=9999-12-31T23:59:59-14:00", "before=99999999999999999999",
    "before=%C2%B2", "act=%00", "mailing=%00", "said=%00", "said=__class__", "kind=link&id=%00", "kind=%00&id=%00",
    "kind=mailing&id=" + "a" * 5_000, "readers=%00", "as=%00", "q=" + "%25_" * 500, "q=" + "a+" * 3_000,
]  # fmt: skip
CHARSETS = ["utf-8", "UTF-8", "utf-16", "utf-7", "unicode_escape", "nonsense", "idna", "zip", "punycode", "undefined",
            "rot13", "\xff", "", "undefined; x=utf-8", '"punycode"', "utf-8; charset=undefined"]  # fmt: skip

SHARES = 4
HALVES = [
    f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'
    for name, value in (
        *((name, "+2AA-\\ud800") for name in ("title", "message", "reason", "name")),
        ("audience", "everyone"),
        ("expires", "3"),
    )
]
"""Parts of a form that some charsets decode to halves of letters."""


class Answers:
    """One site seen by everybody at once: a family's session and an admin's are in this browser."""

    def __init__(self, site: Site, house: House, cast: Cast, mailing_id: str) -> None:
        self.site = site
        site.post("/o", data={"token": token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))})
        self.token = sit_down(site, house, cast.admin)


@pytest.fixture
def answers(site: Site, house: House, cast: Cast, mailing_id: str) -> Answers:
    site.answer_faults()
    return Answers(site, house, cast, mailing_id)


def filled(path: str, part: str) -> str:
    return re.sub(r"\{[^}]+\}", part, path)


def test_no_path_part_is_an_error_of_ours(answers: Answers) -> None:
    bad = []
    for path in GETS:
        if "{" in path:
            for part in BAD_PARTS:
                for method in ("GET", "HEAD"):
                    status = answers.site.request(method, filled(path, part)).status_code
                    if status >= 500:
                        bad.append((method, path, part[:20], status))
    assert bad == []


def test_no_query_is_an_error_of_ours(answers: Answers, house: House) -> None:
    bad = []
    with house.db.read() as session:
        mailing_id = session.exec(select(Mailing.id)).one()
    for turn, path in enumerate(GETS):
        if path.startswith("/staff/sign-in/"):
            continue
        queries = BAD_QUERIES[turn % 2 :: 2] if house.db.is_sqlite else BAD_QUERIES  # PostgreSQL is stricter: all there
        for query in queries:
            status = answers.site.get(f"{filled(path, mailing_id)}?{query}").status_code
            if status >= 500:
                bad.append((path, query[:40], status))
    assert bad == []


def whole(*parts: str) -> bytes:
    """Return a multipart body, whose boundary is x."""
    return "".join(f"--x\r\n{part}\r\n" for part in parts).encode() + b"--x--\r\n"


def bad_fields(token: str) -> Iterator[tuple[str, bytes]]:
    """Return forms whose fields no database keeps, or no page means; most of them with the right token."""
    form = "application/x-www-form-urlencoded"
    for whole_form in ("form_token=é".encode(), b"form_token=%ff", b"\xff\xfe\x00", b"token=%00&code=%00&address=%00",
                       b"&".join([b"a=1"] * 10_000), b"a=" + b"b" * 70_000):  # fmt: skip
        yield form, whole_form
    for rest in (
        "kind=link&id=%00&reason=%00&title=%00&message=%00&version=%00",
        *(f"kind={kind}&id=%00&reason=x" for kind in ("mailing", "document", "link")),
        "version=99999999999999&reason=a",
        "address=a%00%40b.example.org&name=%00&role=%00&reach=some&site=%00",
        "address=a%40b.example.org&name=x&role=admin&reach=some&site=%00",
        "seen=%00&name=x%00&role=admin&reach=all",
        "title=a&message=b&audience=children&numbers=%00&expires=3",
        "title=a&message=b&audience=part&site=%00&grade=%00&expires=%D9%A3",
        "title=%ED%A0%80&message=%ED%A0%80&audience=everyone&expires=3",
    ):
        yield form, f"form_token={token}&{rest}".encode()
    for kind in (form + "; charset=nonsense", "text/plain", "application/json", ""):
        yield kind, b"form_token=1"


def bad_parts(token: str) -> Iterator[tuple[str, bytes]]:
    """Return forms in parts that reach the page: what they hold is no field or file that it means."""
    text = 'Content-Disposition: form-data; name="{}"\r\n\r\n{}'
    held, multi = text.format("form_token", token), "multipart/form-data; boundary=x"
    file = 'Content-Disposition: form-data; name="file"; filename="{}"\r\n\r\nx'
    yield multi, whole(held, file.format("\xff\x00../../x"))
    yield multi, whole(file.format("f").replace("file", "form_token", 1))
    yield multi, whole(held, *[file.format("f")] * 3)
    yield multi, whole(held) + b"trailing\r\n--x"
    yield f"{multi}; charset=utf-8", whole(held, *HALVES)


def broken_parts(token: str) -> Iterator[tuple[str, bytes]]:
    """Return what is refused before a page sees it: broken, too many, too large, in a charset of their choice."""
    text = 'Content-Disposition: form-data; name="{}"\r\n\r\n{}'
    held, multi = text.format("form_token", token), "multipart/form-data; boundary=x"
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xff", multi):
        yield kind, b"nothing"
    yield f"multipart/form-data; boundary={'x' * 5_000}", b"--x"
    for body in (b"\r\n\r\n", b"Content-Disposition: form-data\r\n\r\na", b"No colon here\r\n\r\na"):
        yield multi, b"--x\r\n" + body + b"\r\n--x--\r\n"
    yield multi, b'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n'
    for charset in CHARSETS:
        yield f"{multi}; charset={charset}", whole(held, *HALVES)
    yield multi, whole(*[text.format(f"n{n}", "1") for n in range(10_000)])
    yield multi, whole(text.format("title", "a" * 70_000))


def test_no_form_is_an_error_of_ours(answers: Answers, house: House) -> None:
    bad = []
    with house.db.read() as session:
        mailing_id = session.exec(select(Mailing.id)).one()
        staff_id = session.exec(select(StaffMember.id)).first()
    broken = list(broken_parts(answers.token))
    for turn, path in enumerate(POSTS):
        if path == "/staff/sign-out":
            continue
        place = path.replace("{mailing}", mailing_id).replace("{staff}", staff_id or "")
        dealt = broken[turn % SHARES :: SHARES]  # one place refuses these for all pages: each page has its share
        read = [*bad_fields(answers.token), *bad_parts(answers.token)]
        for kind, body in (*(read[turn % 2 :: 2] if house.db.is_sqlite else read), *dealt):
            headers = {b"content-type": kind.encode("latin-1")} if kind else {}
            answer = answers.site.post(filled(place, mailing_id), content=body, headers=headers)
            if answer.status_code >= 500:
                bad.append((path, kind[:60], body[:60], answer.status_code))
    assert bad == []


def test_nobody_chooses_how_a_form_is_decoded(answers: Answers) -> None:
    """Some codecs of Python take half a second for a form, and one of them fails on anything."""
    for named in ("charset=undefined", "charset=punycode; x=utf-8", 'x="utf-8"; CHARSET="punycode"', "charset=utf-16"):
        headers = {"content-type": f"multipart/form-data; boundary=x; {named}"}
        answer = answers.site.post("/o", content=whole("a\r\n\r\nb"), headers=headers)
        assert answer.status_code == 400, named
    answer = answers.site.post("/o", data={"code": "x"}, headers={"content-type": "text/plain; charset=utf-8"})
    assert answer.status_code == 404, "which is no form at all"


@pytest.mark.parametrize(
    "cookie", ["", "%00", "\xff\xfe", '"', "a" * 50_000, "family=a; family=b", "\u00b2" * 30, "\\400\\377", "=;=;="]
)
def test_no_cookie_is_an_error_of_ours(answers: Answers, cookie: str) -> None:
    answers.site.cookies.clear()
    for name in ("__Host-family", "__Host-staff", "__Host-handshake"):
        sent = {b"cookie": f"{name}={cookie}".encode("latin-1", "replace")}
        for path in ("/letters", f"/letters/{'a' * 32}", f"/letters/{'a' * 32}/file", "/staff", "/admin/links", "/o"):
            answer = answers.site.get(path, headers=sent)
            assert answer.status_code < 500, (name, path)
        for path in ("/o", "/leave", "/staff/sign-in/token"):
            answer = answers.site.post(path, headers=sent)
            assert answer.status_code < 500, (name, path)


@pytest.mark.parametrize("name", ["\x00", "..%2f..%2fportal.db", "%2e%2e/%2e%2e", "a" * 300, "", "/", "//etc/passwd"])
def test_no_static_path_leads_elsewhere(answers: Answers, name: str) -> None:
    assert answers.site.get(f"/static/{quote(name, safe='%/')}").status_code in {400, 404}


def test_one_hostile_wish_does_not_spoil_those_that_wait_with_it(answers: Answers) -> None:
    for part in ("%00", "%ff"):
        answer = answers.site.get(f"/letters/{part}/file")
        assert answer.status_code in {400, 404}, "it never reached the transaction it would share with other families"
