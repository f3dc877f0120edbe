"""Names, titles, reasons and file names that are markup stand on every page as the text they are."""

import re
from html.parser import HTMLParser

import pytest
from sqlmodel import col, select, update
from starlette.routing import Route
from starlette.testclient import TestClient

from portal.documents.rules import safe_file_name
from portal.documents.tables import Document
from portal.families.tables import Child, Enrolment, Guardian
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.staff.tables import StaffMember
from portal.web.answers.static_files import inlined_script, inlined_style
from portal.web.routes import routes
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of, write_draft
from tests.conftest import Watch
from tests.web.desks import sit_down

MARKUP = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)><a href=javascript:alert(1)>{{7*7}}</title></textarea>"
)
EVIL = f"{MARKUP}%(name)s%d%{{number}}"
"""Marks of places in sentences as well, which a page that is said in another language fills in."""
PAGES = sorted({route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())})
ELSEWHERE = re.compile(r"\s*(javascript|data|//|http)", re.IGNORECASE)
OWN_SCRIPTS = re.compile(r"/static/[a-z-]+\.[0-9a-f]{12}\.js")
OURS = (inlined_style().markup, inlined_script("entry.js").markup)
"""What stands in pages and is known by its hash."""


class Tags(HTMLParser):
    """Keeps what a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        for ours in OURS:
            page = page.replace(ours, "")
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "script" and not OWN_SCRIPTS.fullmatch(held.get("src", "")):
            self.faults.append(f"script {held}")
        if tag in {"img", "svg", "object", "embed", "base", "style"}:
            self.faults.append(tag)
        for name, value in held.items():
            if name.startswith("on") or name == "style":
                self.faults.append(f"{tag} {name}")
            leads = name in {"href", "src", "action", "formaction"} and ELSEWHERE.match(value)
            if leads and not value.startswith("https://letters.riverbend.example") and value != "data:,":  # no icon
                self.faults.append(f"{tag} {name}={value}")


@pytest.fixture
def spoiled(house: House, cast: Cast, clock: Watch) -> tuple[str, str]:
    """Fill everything a person can name with markup; return a draft and a letter that was sent."""
    draft = write_draft(house, cast, now=clock.now, title=EVIL[:120])
    sent = send_letter(house, cast, now=clock.now, title=EVIL[:120])
    with house.db.write() as session:
        session.exec(update(Child).values(given_name=EVIL, family_name=EVIL, grade=EVIL))
        session.exec(update(Child).where(col(Child.id) == cast.ana).values(student_number=EVIL))
        session.exec(update(Guardian).values(given_name=EVIL, family_name=EVIL, language=EVIL))
        session.exec(update(Enrolment).where(col(Enrolment.child_id) == cast.sam).values(program=EVIL, site=EVIL))
        session.exec(update(Mailing).values(title=EVIL, message=f"{EVIL}\n\n{EVIL}", signer=EVIL, return_reason=EVIL))
        session.exec(update(Document).values(file_name=EVIL))
        session.exec(update(StaffMember).values(name=EVIL))
        session.exec(update(Notice).values(reply=EVIL))
        session.exec(update(Notice).where(col(Notice.guardian_id) == cast.carla).values(state="refused"))
    return draft, sent


def paths_of(house: House, cast: Cast, mailing: str, sent: str, copy: str) -> list[str]:
    """Return every page there is, and those that answer with what they were asked."""
    with house.db.read() as session:
        document = session.exec(select(Document.id).where(col(Document.mailing_id) == sent)).one()
    link = link_of(house, sent, cast.carla, cast.ana)
    parts = {"copy": copy, "mailing": mailing, "staff": cast.writer.id, "number:path": "100006"}
    parts |= {"document": document, "given": "0" * 32, "kind": "reminder", "page": "1", "number": "1"}
    paths = [re.sub(r"\{([^}]+)\}", lambda found: parts.get(found[1], "0" * 32), path) for path in PAGES]
    targets = (("mailing", sent), ("link", link), ("document", document))
    paths += [f"/admin/revoke?kind={kind}&id={one}" for kind, one in targets]
    searched = ("/staff/families", "/admin/links", "/admin/ledger", f"/staff/mailings/{mailing}")
    fields = ("q", "after", "act", "said", "before", "mailing", "page")
    paths += [f"{path}?{field}={EVIL}" for path in searched for field in fields]
    return [path for path in paths if not path.startswith("/staff/sign-in/")]


def forms_of(cast: Cast, mailing: str, draft: str, sent: str) -> dict[str, dict[str, str]]:
    """Return forms full of markup, by path."""
    return {
        f"/staff/mailings/{mailing}/return": {"reason": EVIL},
        "/staff/mailings": dict.fromkeys(("title", "message", "audience", "numbers", "site", "expires"), EVIL),
        f"/staff/mailings/{draft}": {"title": EVIL, "message": EVIL, "audience": "part", "site": EVIL, "expires": "3"},
        "/admin/staff": {"address": EVIL, "name": EVIL, "role": EVIL, "reach": "some", "site": EVIL},
        f"/admin/staff/{cast.writer.id}": {"name": EVIL, "role": "admin", "reach": "some", "site": EVIL, "seen": EVIL},
        "/admin/revoke": {"kind": "mailing", "id": sent, "reason": EVIL * 9},
        "/staff/sign-in/link": {"address": EVIL},
        "/o": {"token": EVIL, "code": EVIL},
    }


STATES = ["draft", "checked", "returned", "waiting", "held", "sending", "sent", "stopped", "revoked"]
LANGUAGES = ("es", "fr", "en")  # the language that a page is said in makes no markup of a text
DATABASES = ("sqlite", "postgresql")  # in turns: what a page makes of a text does not hang on where it was kept


@pytest.mark.parametrize(
    ("database_url", "state"),
    [(DATABASES[turn % 2], state) for turn, state in enumerate(STATES)],
    indirect=["database_url"],
)
def test_markup_is_text_on_every_page(
    site: TestClient, house: House, cast: Cast, spoiled: tuple[str, str], state: str
) -> None:
    draft, sent = spoiled
    mailing = sent if state in {"held", "sending", "sent", "stopped", "revoked"} else draft
    site.post("/o", data={"token": token_of(house, link_of(house, sent, cast.carla, cast.ana))})
    copy = re.findall(r"/letters/([0-9a-f]{32})", site.get("/letters").text)[0]
    ended = {"state": state, "submitted_at": house.clock(), "ended_by_id": cast.admin.id}
    with house.db.write() as session:
        session.exec(update(Mailing).where(col(Mailing.id) == mailing).values(**ended))
    token = sit_down(site, house, cast.admin)
    site.cookies.set("language", LANGUAGES[STATES.index(state) % 3])
    answers = [site.get(path) for path in paths_of(house, cast, mailing, sent, copy)]
    for path, fields in forms_of(cast, mailing, draft, sent).items():
        answers.append(site.post(path, data=fields | {"form_token": token}))
    shown = 0
    for answer in answers:
        assert answer.status_code < 500, answer.url
        assert all(value.isprintable() for value in answer.headers.values()), answer.url
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert Tags(answer.text).faults == [], answer.url
            assert "alert(1)&gt;49" not in answer.text, answer.url
            assert "unsafe" not in answer.headers["content-security-policy"]
            shown += "&lt;script&gt;alert(1)" in answer.text
    assert shown > 5, "the attack was looked at"


@pytest.mark.parametrize(
    "name",
    ["a\r\nSet-Cookie: x=1.pdf", "a\nb.pdf", "\u202efdp.exe", 'x"; filename="y.html', "x%0d%0ay.pdf",
     "../../etc/passwd",
     "C:\\a\\b.pdf", "x" * 300, "💩.pdf", "\ud800.pdf", "", ".", "\x00", "a;b=c'd\\.pdf", "\x85\u2028x.pdf"],
)  # fmt: skip
def test_a_file_name_is_one_harmless_header_line(
    site: TestClient, house: House, cast: Cast, mailing_id: str, name: str
) -> None:
    with house.db.write() as session:
        session.exec(update(Document).values(file_name=safe_file_name(name)))
        session.exec(update(Mailing).values(title=name.encode("utf-8", "replace").decode().replace("\0", "")))
    site.post("/o", data={"token": token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))})
    copy = re.findall(r"/letters/([0-9a-f]{32})", site.get("/letters").text)[0]
    sit_down(site, house, cast.admin)
    for path in (f"/letters/{copy}/file", f"/letters/{copy}/file?as=download", f"/staff/mailings/{mailing_id}/file"):
        answer = site.get(path)
        assert answer.status_code == 200
        held = answer.headers["content-disposition"]
        assert re.fullmatch(
            r"(inline|attachment); filename=\"[^\"\\\x00-\x1f\x7f-\uffff]{1,130}\"; filename\*=UTF-8''[\w.%~-]+", held
        ), held
        assert "x" not in answer.cookies
