"""Every page of the staff's rooms, found by the map of addresses: axe, keyboard, both lights."""

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select, update
from starlette.routing import Route

from portal.arrivals.rules.reports import Report, as_json, stopped
from portal.documents.tables import Document
from portal.flows.people.change_mail_keys import make_mail_key
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.flows.writing.keep_begun import keep_typed
from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.publish.checking.check_file import GuardReport
from portal.publish.checking.offering import offer_pictures
from portal.reading.reader import Preview
from portal.web.routes import routes
from portal.wiring import House
from tests.browser.judging import faults, without_focus_ring
from tests.browser.screens import Screens
from tests.cast import Cast, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.test_one_letter_each import ALL, SAM, give, zipped
from tests.web.desks import session_of
from tests.web.handing_in import MailProgram

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NO_PAGES = re.compile(
    r"/(file|progress|head|callback|provider|not-reached|pack|csv|marks|stopped|release)\b|/preview$|[.](csv|pdf|png|zip)$"
)
"""Files, answers for scripts, the sandboxed preview, where no script runs, not even one that judges, and pages that a
mailing has in a state of its own alone: other tests walk those."""
ROOMS = ("/staff", "/admin")
STATES = ("sent", "taken-back", "held", "checked")
"""Of a letter for all, and of a mailing with one letter for each child."""


@dataclass(frozen=True)
class Office:
    """What the addresses name: a mailing in each state, a child, a person."""

    mailings: dict[str, str]
    named: dict[str, str]

    def pages(self) -> dict[str, str]:
        """Return the address of every page by a short name."""
        found: dict[str, str] = {}
        for route in routes():
            if not isinstance(route, Route) or "GET" not in (route.methods or ()) or NO_PAGES.search(route.path):
                continue
            if route.path.startswith(ROOMS):
                found |= self._of(route.path)
        number, guardian = self.named["number"], self.named["guardian"]
        right = f"?guardian={guardian}&child={number}"
        return found | {
            "admin-disclosures": f"/admin/disclosures?child={number}",
            "admin-incidents-freeze": f"/admin/incidents/freeze?kind=mailing&id={self.mailings['sent']}",
            "staff-guardianship": f"/staff/guardianship{right}",
            "staff-guardianship-give": f"/staff/guardianship/give?child={number}",
        }  # fmt: skip

    def _of(self, path: str) -> dict[str, str]:
        plain = re.sub(r":\w+", "", path)
        named = set(re.findall(r"{(\w+)}", plain))
        if not named <= {"mailing", *self.named}:
            return {}
        name = re.sub(r"\W+", "-", plain).strip("-")
        if "mailing" not in named:
            return {name: plain.format(**self.named)}
        of_own = plain.startswith("/staff/mailings/{mailing}/letters/")
        here = self.named | {"document": self.named["own_document"] if of_own else self.named["document"]}
        return {f"{name}-{state}": plain.format(mailing=self.mailings[state], **here) for state in _states(plain)}


def _states(path: str) -> Collection[str]:
    """Return the mailings that have a page at an address."""
    _, _, rest = path.partition("/{mailing}")
    return {"": STATES, "/edit": ("checked",), "/each": ("own",), "/sample": ("own",)}.get(
        rest, ("own",) if rest.startswith("/letters") else ("sent",)
    )


def _offer_pictures(house: House, cast: Cast, clock: Watch) -> None:
    """Have two pictures wait for an admin, one wider than a phone."""
    pictures = [
        Preview(digit * 64, width, 120, zlib.compress(bytes(range(0, 240, 2)) * width))
        for digit, width in (("5", 900), ("6", 90))
    ]
    found = GuardReport("unreadable", 0, roster_shaped=False, findings=(), reason="", previews=tuple(pictures))
    offer_pictures(house, [found], by=cast.writer, now=clock.now)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Give the site a gate, so that its pages say how mail comes in."""
    gate = {"gate_url": "smtp+starttls://mail.riverbend.example:587", "gate_domain": "letters.riverbend.example"}
    return settings.model_copy(update=gate)


def _gather(house: House, cast: Cast, clock: Watch, mailing_id: str) -> str:
    """Have messages come in of which a letter is made, and others that are waited for; return the id of these."""
    outlook = MailProgram(house, clock, cast.admin)
    report = as_json(Report(ready=2863, need=37, lost=2, messages=2900, told=("signature",)))
    made = outlook.send("carla.rivera@mail.example.org", subject="Autumn")
    outlook.becomes(made, state="drafted", mailing_id=mailing_id, made_of=1, report=report)
    outlook.becomes(outlook.send("x@mail.example.org", subject="Fees"), state="ended", report=as_json(stopped("link")))
    return outlook.send("diego.rivera@mail.example.org", "nobody@mail.example.org", subject="Report cards of spring")


def _give_own(house: House, cast: Cast, folder: Path) -> tuple[str, str]:
    """Give letters for single children, and none for Sam; return the mailing's id and that of a letter."""
    cards = {name: text for name, text in ALL.items() if text != SAM}
    own = give(house, cast, "files", {"archive": zipped(cards, folder)})
    with house.db.read() as session:
        return own, session.exec(select(Document.id).where(Document.mailing_id == own)).all()[0]


@pytest.fixture
def office(house: House, cast: Cast, clock: Watch, tmp_path: Path) -> Office:
    sent, taken = (send_letter(house, cast, now=clock.now, title=title) for title in ("Welcome", "The wrong file"))
    clock.forward(minutes=2)
    with house.db.write() as session:
        revoke.revoke(session, house.keys, Target("mailing", taken), by=cast.admin, reason="Wrong.", now=clock.now)
        document = session.exec(select(Document.id).where(Document.mailing_id == sent)).one()
        session.execute(update(Mailing).where(col(Mailing.id) == sent).values(state="sent", ended_at=clock.now))
        of_sent = update(Notice).where(col(Notice.mailing_id) == sent)
        session.execute(of_sent.values(state="sent", done_at=clock.now))
        session.execute(of_sent.where(col(Notice.guardian_id) == cast.carla).values(state="bounced"))
    held = send_letter(house, cast, now=clock.now, title="Sports day")
    checked = write_draft(house, cast, now=clock.now, title="Autumn")
    begun_id = new_id()
    with house.db.write() as session:
        fields = {"title": ["Snow day"], "expires": ["30"]}
        keep_typed(
            session, house.keys, begun_id, fields, way="shared", tab="one", known=0, by=cast.admin, now=clock.now
        )
    _offer_pictures(house, cast, clock)
    with house.db.write() as session:
        for person, label in ((cast.admin, "Outlook in the office"), (cast.writer, "Thunderbird")):
            make_mail_key(session, house.keys, label, by=person, now=clock.now)
    gathering = _gather(house, cast, clock, checked)
    own, own_document = _give_own(house, cast, tmp_path)
    mailings = {"sent": sent, "taken-back": taken, "held": held, "checked": checked, "own": own}
    return Office(mailings, {"number": "100001", "staff": cast.writer.id, "kind": "reminder", "document": document,
                              "own_document": own_document, "guardian": cast.carla, "begun": begun_id,
                              "gathering": gathering})  # fmt: skip


_ODD = """() => {
  const inSerifs = one => getComputedStyle(one).fontFamily.includes('Georgia');
  const inTwo = one => new Set([...one.getClientRects()].map(line => line.top)).size > 1;
  const words = [...document.querySelectorAll('table bdi')].filter(one => /^\\S{1,16}$/.test(one.innerText));
  return [...[...document.querySelectorAll('button, .button')].filter(inSerifs), ...words.filter(inTwo)]
    .map(one => `odd: ${one.innerText}`);
}"""
"""Buttons in the type of headings, and short words that a narrow column breaks in two."""


_ENGLISH_LEFT = """() => {
  const said = document.body.cloneNode(true);
  const own = 'bdi, q, code, textarea, input, .languages, [lang=en], [data-own]';
  said.querySelectorAll(own).forEach(one => one.remove());
  const english = /\\b(the|of|and|is|was|are|this|it|for|to|letters?)\\b/i;
  const words = said.innerText.replace(/\\S*[/]\\S*/g, '');  // paths of this machine
  return words.split('\\n').filter(line => english.test(line)).map(line => `English: ${line}`);
}"""
"""Lines that are still English on a page in Spanish, beside what people and the district wrote."""


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(1280, "light", "en"), (360, "dark", "es")], ids=["desk", "phone"]
)
def test_nothing_is_wrong_with_any_page(
    chromium: "Browser", office: Office, house: House, cast: Cast, live: str, screens: Screens, width: int,
    scheme: str, language: str,
) -> None:  # fmt: skip
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]  # one of its words
    cookies = {"staff": session_of(house, cast.admin), "language": "en" if screens.are_kept else language}
    context.add_cookies([{"name": name, "value": value, "url": live} for name, value in cookies.items()])
    page, wrong = context.new_page(), {}
    for name, path in office.pages().items():
        answer = page.goto(live + path)
        assert answer is not None
        screens.keep(page, f"{name}-{width}-{scheme}")  # which shows an error to all who read the docs, unless it is ok
        said = [] if answer.ok else [f"status {answer.status}"]
        wrong[name] = [*said, *faults(page), *without_focus_ring(page), *page.evaluate(_ODD)]
        wrong[name] += page.evaluate(_ENGLISH_LEFT) if cookies["language"] == "es" else []
    context.close()
    assert {name: found for name, found in wrong.items() if found} == {}
    assert len(wrong) > 25
