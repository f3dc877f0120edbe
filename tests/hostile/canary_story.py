"""One story of the portal from the roster to the incident, walked by browsers, with secrets that are like no other."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage

from httpx2 import Response
from starlette.testclient import TestClient

from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import PART_OF
from portal.wiring import House
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.hostile.canaries import spellings
from tests.hostile.listening import three_tables_lost
from tests.web import test_staff_mailing, test_staff_writing
from tests.web.coded import Desk, digits_in, plain_of, wrong
from tests.web.desks import sit_down
from tests.web.roster_desk import KNOWN, Office
from tests.web.test_opening import letters_in

METRICS_TOKEN = "canary-of-the-scraper-Wq7Zk"
SMTP_PASSWORD = "canary-of-the-mail-server-Vb3Xe"
GATE_SECRET = "canary-of-the-mail-system-Pn5Ru"
OTTOLINE, WILHELMINA = "brackenfold.q@canary.example.org", "thistledown.v@canary.example.org"
ROSTER = (
    KNOWN.replace("Parent Email\n", "Parent Email,Parent Phone,Birth Date\n").replace(".org\n", ".org,,\n")
    + f"781234905,Zephyrine,Quillfeather,Ottoline Quillfeather,{OTTOLINE},206-555-0147,2018-02-17\n"
    + f"785678906,Balthasar,Vantongeren,Wilhelmina Vantongeren,{WILHELMINA},206-555-0158,2017-11-23\n"
)
HOMES: dict[str, dict[str, set[bytes]]] = {
    OTTOLINE: {
        "child": {b"Zephyrine"}, "family": {b"Quillfeather"}, "guardian": {b"Ottoline"}, "number": {b"781234905"},
        "address": {b"brackenfold"}, "phone": {b"555-0147", b"2065550147"}, "birth": {b"2018-02-17", b"20180217"},
    },
    WILHELMINA: {
        "child": {b"Balthasar"}, "family": {b"Vantongeren"}, "guardian": {b"Wilhelmina"}, "number": {b"785678906"},
        "address": {b"thistledown"}, "phone": {b"555-0158", b"2065550158"}, "birth": {b"2017-11-23", b"20171123"},
    },
}  # fmt: skip
"""What names or describes a family, by the address of its guardian."""
LINK = re.compile(r"/o#([\w.-]{66})")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass
class Told:
    """Everything that was said while the story went on, and the secrets nobody may say, by their names."""

    secrets: dict[str, set[bytes]] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    answers: list[Response] = field(default_factory=list)
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    logs: list[tuple[str, str]] = field(default_factory=list)
    streams: str = ""
    figures: str = ""
    printed: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def note(self, name: str, secret: str) -> str:
        """Keep a secret under a name, beside older ones; return it."""
        self.shown[name] = secret
        self.secrets.setdefault(name, set()).update(spellings(secret))
        return secret

    def note_keys(self, settings: Settings, house: House) -> None:
        """Keep what the deployment lives by: each key, and the secrets of its settings."""
        for number, master in enumerate(house.keys._held.file.masters):
            self.secrets[f"master key {number}"] = spellings(master.secret)
        for purpose in PART_OF:
            self.secrets[f"key {purpose}"] = spellings(house.keys.key(purpose))
        for name in ("metrics_token", "smtp_url", "gate_secret"):
            value = getattr(settings, name).get_secret_value()
            self.note(name, re.search(r"canary[\w-]+", value)[0])  # type: ignore[index]  # each holds one


@dataclass
class Story:
    """The portal, a browser of the office and one of the families, and what is told."""

    house: House
    cast: Cast
    clock: Watch
    office: TestClient
    home: TestClient
    told: Told

    def mail(self) -> list[tuple[str, EmailMessage]]:
        """Let the worker deliver what is due; keep it, and return it."""
        left = Desk(self.house, self.cast, self.clock, "").mail()
        self.told.mails += left
        return left

    def mailed(self, address: str) -> str:
        """Deliver, and return the words of the newest message to an address."""
        self.mail()
        return next(plain_of(message) for to, message in reversed(self.told.mails) if to == address)

    def walk(self) -> None:
        """Walk it all, from an empty house to a frozen mailing."""
        self.import_roster()
        mailing = self.write_and_send()
        self.make_mail_key()
        self.open_and_fail()
        self.pass_a_code()
        self.renew()
        self.meet_a_crash()
        self.scrape()
        self.take_back(mailing)

    def sign_in(self, name: str) -> str:
        """Sign a staff member in by the one-time link that is mailed; return the token of their forms."""
        address = f"{name}@riverbend.example.org"
        self.office.cookies.clear()
        self.office.post("/staff/sign-in/link", data={"address": address})
        (token,) = re.findall(r"/staff/sign-in#([\w.-]{66})", self.mailed(address))[:1]
        self.told.note(f"sign-in link of {name}", token)
        assert self.office.post("/staff/sign-in/token", data={"token": token[:-2] + "AA"}).status_code == 403
        assert self.office.post("/staff/sign-in/token", data={"token": token}).status_code == 303
        self.told.note(f"cookie of {name}", self.office.cookies["__Host-staff"])
        return self.form_token(name)

    def form_token(self, name: str) -> str:
        page = self.office.get("/staff").text
        found = re.search(r'name="form_token" value="(\w+)"', page)
        assert found
        return self.told.note(f"form of {name}", found[1])

    def import_roster(self) -> None:
        ida = Office(self.office, self.house, self.cast.admin)
        ida.token = self.sign_in("ida")
        ida.read(ROSTER)
        assert "The roster is imported" in ida.imported_with(drop="7")

    def write_and_send(self) -> str:
        """Have a letter written, approved by another person and sent; return its mailing."""
        writer = test_staff_writing.Desk(self.office, self.sign_in("rosa"))
        written = writer.put()
        assert written.status_code == 303, written.text
        mailing = written.headers["location"].rpartition("/")[2]
        desk = test_staff_mailing.Desk(self.office, self.house)
        desk.token = writer.token
        assert desk.press(mailing, "submit").status_code == 303
        desk.token = self.sign_in("omar")
        assert desk.press(mailing, "approve").status_code == 303
        self.clock.forward(minutes=2)
        self.mail()
        for address in HOMES:
            self.note_ways_in(f"letter of {address}", self.mailed(address))
        return mailing

    def note_ways_in(self, name: str, words: str) -> str:
        """Keep the link and the code of a message; return the token."""
        self.told.note(f"code, {name}", CODE.findall(words)[0])
        return self.told.note(f"link, {name}", LINK.findall(words)[0])

    def make_mail_key(self) -> None:
        token = self.sign_in("rosa")
        page = self.office.post("/staff/mail-programs/keys", data={"form_token": token, "label": "Outlook"}).text
        found = re.search(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){5}\b", page)
        assert found
        self.told.note("mail key", found[0])

    def enter(self, name: str, **fields: str) -> Response:
        """Press a link or type a code in a fresh browser; keep the cookie."""
        self.home.cookies.clear()
        answer = self.home.post("/o", data=fields)
        for cookie, value in self.home.cookies.items():
            self.told.note(f"{cookie} of {name}", value)
        return answer

    def open_and_fail(self) -> None:
        """Open by link and by code, and try what opens nothing."""
        token, code = (self.told.shown[f"{way}, letter of {OTTOLINE}"] for way in ("link", "code"))
        other = self.told.shown[f"link, letter of {WILHELMINA}"]
        assert self.enter("the code", code=code).status_code == 303
        assert self.enter("the link", token=token).status_code == 303
        (copy,) = letters_in(self.home.get("/letters").text)
        for path in (f"/letters/{copy}", f"/letters/{copy}/file", "/devices", "/letters/" + "0" * 32):
            self.home.get(path)
        cookie = self.home.cookies["__Host-family"]
        for field_, text in (("token", token[:-2] + "AA"), ("token", token.partition(".")[0] + other[22:]),
                             ("code", code[:-1] + ("0" if code[-1] != "0" else "1")), ("code", cookie)):  # fmt: skip
            assert self.home.post("/o", data={field_: text}).status_code == 404
        assert self.home.post("/o", data={"token": token}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        self.home.post(f"/letters/{copy}/not-mine", data={"form_token": token})
        self.home.cookies.clear()
        self.home.cookies.set("__Host-family", other)
        assert self.home.get(f"/letters/{copy}?q={token}", headers={"Referer": f"/o?{code}"}).status_code == 404

    def pass_a_code(self) -> None:
        """Open a confidential letter by the code that is mailed, after a wrong one."""
        send_letter(self.house, self.cast, now=self.clock.now, confidential=True)
        self.clock.forward(minutes=2)
        for address in HOMES:
            self.note_ways_in(f"confidential letter of {address}", self.mailed(address))
        self.enter("the code step", token=self.told.shown[f"link, confidential letter of {OTTOLINE}"])
        self.home.post("/o/verify")
        self.mailed(OTTOLINE)
        digits = digits_in(self.told.mails[-1][1])
        assert self.home.post("/o/verify", data={"code": wrong(digits)}).status_code >= 400
        assert self.home.post("/o/verify", data={"code": digits, "remember": "yes"}).status_code == 303
        for cookie, value in self.home.cookies.items():
            self.told.note(f"{cookie} after the code", value)

    def renew(self) -> None:
        """Ask for a fresh link, as a guardian who is known and as one who is not."""
        for typed in (OTTOLINE, "nobody@canary.example.org", self.told.shown[f"link, letter of {WILHELMINA}"]):
            press = re.search(r'name="press" value="([^"]+)"', self.home.get("/renew").text)
            assert press
            self.home.post("/renew", data={"press": press[1], "address": typed})
        self.mail()

    def meet_a_crash(self) -> None:
        """Have families and staff meet with what nobody foresaw."""
        token = self.told.shown[f"link, letter of {OTTOLINE}"]
        with three_tables_lost(self.house):
            crashes = [
                self.home.post("/o", data={"token": token}),
                self.home.get("/letters"),
                self.office.get("/staff/families?q=Quillfeather"),
                self.office.get(f"/staff/families?q={OTTOLINE}"),
                self.office.get("/staff/families/781234905"),
            ]
        assert {one.status_code for one in crashes} == {500}

    def scrape(self) -> None:
        told = self.home.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        assert told.status_code == 200
        self.told.figures = told.text
        assert self.home.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}x"}).status_code == 401

    def take_back(self, mailing: str) -> None:
        """Take the mailing back by an incident, after one of its links; both are dead at the next request."""
        self.office.cookies.clear()
        token = sit_down(self.office, self.house, self.cast.admin)
        self.told.note("cookie of ida again", self.office.cookies["__Host-staff"])
        page = self.office.get(f"/admin/links?q={WILHELMINA}").text
        link = re.findall(r"kind=link&amp;id=([0-9a-f]{32})", page)[0]
        about = {"form_token": token, "kind": "link", "id": link, "reason": "Not theirs."}
        assert self.office.post("/admin/revoke", data=about).status_code in {200, 303}
        about = {"form_token": token, "kind": "mailing", "id": mailing, "reason": "The wrong file went out."}
        assert self.office.post("/admin/incidents", data=about).status_code == 303
        for address in HOMES:
            assert self.enter("nobody", token=self.told.shown[f"link, letter of {address}"]).status_code == 410
        self.mail()
