"""What family A and strangers see over HTTP tells nothing of family B: who they are, how many, or whether at all."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from httpx2 import Response
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlmodel import Session, col, select

from portal.app import build_app
from portal.families.repository import words
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.kernel.secrets import tokens
from portal.kernel.secrets.keys import KeyRing, MasterKey
from portal.links.tables import Link
from portal.wiring import House, build_house
from tests.cast import Cast, code_of, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.house.doors import table
from tests.parts.roles import by_roles
from tests.parts.site import Site
from tests.web.test_opening import letters_in

if TYPE_CHECKING:
    from tests.parts.databases import Templates  # imported by pytest, which rewrites its asserts

RANDOM = re.compile(r"[\w-]{22}\.[\w-]{43}|(?<![\w-])[\w-]{43}(?![\w-])|[0-9a-f]{64}|[0-9a-f]{32}")
"""Tokens, secrets, hashes and ids, which no two worlds have in common."""
GUESSED = "b.home@mail.example.org"
"""An address that a stranger asks about; it may be of family B."""
STRANGERS_KEYS = KeyRing((MasterKey("k9999", "2026-08-06", bytes(range(32))),))


@dataclass(frozen=True)
class Home:
    """Family B: its guardians by name, mailbox and language; its children by name, grade and site; who sees whom.

    `opens`: whether they have opened all their letters by the time the others look.
    """

    guardians: tuple[tuple[str, str | None, str], ...] = ()
    children: tuple[tuple[str, str, str], ...] = ()
    sees: tuple[bool, ...] = ()
    opens: bool = False


NAMES = st.sampled_from(["Ana Rivera", "Carla Rivera", "Zephyrine Quillfeather", "<b>Ö’Neil, Jr."])
"""Also those of family A."""
MAILBOXES = st.sampled_from([GUESSED, "second@b.example.org", None])


@st.composite
def homes(draw: st.DrawFn) -> Home:
    guardians = draw(st.lists(st.tuples(NAMES, MAILBOXES, st.sampled_from(["", "es", "ar"])), max_size=3))
    children = draw(st.lists(st.tuples(NAMES, st.sampled_from(["2", "K"]), st.sampled_from(["Maple", "Oak", "Elm"])),
                             min_size=1, max_size=3))  # fmt: skip
    pairs = len(guardians) * len(children)
    return Home(tuple(guardians), tuple(children), tuple(draw(st.lists(st.booleans(), min_size=pairs, max_size=pairs))),
                draw(st.booleans()))  # fmt: skip


def seat(session: Session, home: Home, *, now: datetime) -> list[str]:
    """Insert family B; return the ids of its guardians."""
    adults, kids = [new_id() for _ in home.guardians], [new_id() for _ in home.children]
    for adult, (name, mailbox, language) in zip(adults, home.guardians, strict=True):
        given_name, _, family_name = name.partition(" ")
        session.add(
            Guardian(id=adult, source_id=adult, given_name=given_name, family_name=family_name, address=mailbox,
                     address_key=mailbox, language=language, seen_at=now)
        )  # fmt: skip
    for at, (kid, (name, grade, site)) in enumerate(zip(kids, home.children, strict=True)):
        given_name, _, family_name = name.partition(" ")
        session.add(
            Child(id=kid, student_number=f"20000{at}", source_id=kid, given_name=given_name, family_name=family_name,
                  grade=grade, seen_at=now)
        )  # fmt: skip
        session.flush()
        session.add(Enrolment(child_id=kid, site=site, program="Chess"))
    session.flush()
    pairs = [(adult, kid) for adult in adults for kid in kids]
    for (adult, kid), sees in zip(pairs, home.sees, strict=True):
        session.add(Guardianship(guardian_id=adult, child_id=kid, may_view=sees, starts_at=now))
    session.flush()
    words.index(session, [*adults, *kids])
    return adults


@dataclass
class World:
    """One house with family B as it is, and everything that others were shown there."""

    house: House
    cast: Cast
    site: Site
    shown: list[tuple[str, int, list[str], str]] = field(default_factory=list)
    _ids: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, /, **data: str) -> Response:
        """Ask for something, and keep what is shown; ids and secrets are numbered as they turn up."""
        answer = self.site.request(method, path, data=data or None, headers={"Accept-Encoding": "identity"})
        headers = [f"{name}: {self._numbered(self._cut(name, value))}" for name, value in answer.headers.multi_items()]
        body = self._numbered(answer.content.decode("utf-8", "backslashreplace"))
        self.shown.append((f"{method} {self._numbered(path)} {sorted(data)}", answer.status_code, headers, body))
        return answer

    def _cut(self, name: str, value: str) -> str:
        """Leave out what is another at each answer: the date, and of a cookie its value and when it ends."""
        if name == "set-cookie":
            return re.sub(r"^([^=]+)=[^;]*|expires=[^;]*", r"\1", value)
        return "" if name == "date" else value

    def _numbered(self, text: str) -> str:
        return RANDOM.sub(lambda found: self._ids.setdefault(found[0], f"<{len(self._ids)}>"), text)

    def press_token(self) -> str:
        found = re.search(r'name="press" value="([^"]+)"', self.ask("GET", "/renew").text)
        assert found
        return found[1]

    def look_as_family(self, plain: str, private: str) -> None:
        """See all that Carla sees with her two links: Ana's letter, and Luis's confidential one."""
        assert self.ask("POST", "/o", token=token_of(self.house, plain)).status_code == 303
        (copy,) = letters_in(self.ask("GET", "/letters").text)
        page = self.ask("GET", f"/letters/{copy}").text
        for method, path in (("GET", f"/letters/{copy}/file"), ("HEAD", f"/letters/{copy}/file?as=download"),
                             ("GET", "/devices"), ("GET", "/o"), ("GET", f"/letters/{'0' * 32}")):  # fmt: skip
            self.ask(method, path)
        form = re.findall(r'name="form_token" value="(\w+)"', page)[0]
        self.ask("POST", "/letters/switch", form_token=form, copy="")
        self.ask("POST", f"/letters/{copy}/acknowledge", form_token=form)
        self.ask("POST", "/o", token=token_of(self.house, private))
        self.ask("GET", "/o/verify")
        self.ask("POST", "/o/verify")
        self.ask("POST", "/o/verify", code="000000")
        self.ask("POST", "/renew", press=self.press_token(), address="carla.rivera@mail.example.org")
        self.ask("POST", f"/letters/{copy}/not-mine", form_token=form)
        self.ask("POST", "/o", code=code_of(self.house, plain))
        self.ask("POST", "/leave")

    def look_as_stranger(self) -> None:
        """Try each door that stands open, and ask about people, with no cookie, a wrong one and what is forged."""
        for cookie in ("", "0" * 43):
            self.site.cookies.clear()
            if cookie:
                self.site.cookies.set("__Host-family", cookie)
                self.site.cookies.set("__Host-staff", cookie)
            for door, least in table().items():
                method, path = door.split(" ")
                if method == "GET" and (least == "family" or not cookie):
                    self.ask(method, re.sub(r"\{[^}]+\}", "0" * 32, path))
        self.site.cookies.clear()
        for typed in (GUESSED, "nobody@mail.example.org"):
            self.ask("POST", "/renew", press=self.press_token(), address=typed)
            self.ask("POST", "/staff/sign-in/link", address=typed)
        forged = tokens.mint_token(STRANGERS_KEYS, "link-token", self.cast.carla)
        self.ask("POST", "/o", token=forged)
        self.ask("POST", "/o", code="0000-0000-0000")
        self.ask("POST", "/renew", press=self.press_token(), address=forged)


@contextmanager
def a_database(on: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    templates: Templates = request.getfixturevalue("templates")
    if on == "sqlite":
        yield templates.sqlite(folder, "cast")
        return
    with templates.postgresql(request.getfixturevalue("postgresql"), folder, "cast") as url:
        yield url


def seen_beside(home: Home, on: str, folder: Path, request: pytest.FixtureRequest) -> World:
    """Return what others are shown in a world with such a family B."""
    templates: Templates = request.getfixturevalue("templates")
    checked: Settings = request.getfixturevalue("checked_settings")
    with a_database(on, folder, request) as url:
        own = {"data_dir": folder, "database_url": SecretStr(url), "head_file": Path("off"),
               "key_file": request.getfixturevalue("key_file")}  # fmt: skip
        settled, clock = by_roles(checked.model_copy(update=own)), Watch()
        found = templates.found_in(url)
        assert found
        house = build_house(settled, clock=clock)
        with Site(build_app(settled, house), base_url=settled.base_url) as site:
            world = World(house, found.cast, site)
            live(world, home, clock)
        house.close()
    return world


def live(world: World, home: Home, clock: Watch) -> None:
    """Seat family B, send two letters to all, let B read theirs, and have the others look."""
    house, cast = world.house, world.cast
    with house.db.write() as session:
        adults = seat(session, home, now=clock.now)
    plain = send_letter(house, cast, now=clock.now)
    private = send_letter(house, cast, now=clock.now, confidential=True, title="Report")
    clock.forward(minutes=5)
    if home.opens:
        with house.db.read() as session:
            theirs = session.exec(select(Link.id).where(col(Link.guardian_id).in_(adults))).all()
        for link in theirs:
            world.site.cookies.clear()
            world.site.post("/o", data={"token": token_of(house, link)})
    world.site.cookies.clear()
    world.look_as_family(link_of(house, plain, cast.carla, cast.ana), link_of(house, private, cast.carla, cast.luis))
    world.look_as_stranger()


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_nobody_learns_of_another_family(on: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Each world is compared with the one in which family B is not: so any two are alike."""
    without = seen_beside(Home(), on, tmp_path / "without", request).shown
    assert {200, 303, 401, 404} <= {status for _, status, _, _ in without}
    made: list[Home] = []

    @settings(max_examples=3, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @example(Home((("Carla Rivera", GUESSED, "es"),), (("Ana Rivera", "2", "Maple"),), (True,), opens=True))
    @given(homes())
    def alike(home: Home) -> None:
        made.append(home)
        shown = seen_beside(home, on, tmp_path / str(len(made)), request).shown
        for here, there in zip(shown, without, strict=True):
            assert here == there

    alike()
    assert len(set(made)) == len(made) > 3, "each is another family"
