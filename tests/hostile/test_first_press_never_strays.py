"""An attack on the first press: whatever is pressed, paused and taken back in one browser, no letter strays.

A shared phone is handed around: links of several guardians are pressed in any order, while staff pause letters, open
them again and take links back. Each press has to lead to its own guardian and child, and every letter that the browser
ever saw has to open for the guardian of the last press alone, and only while its links stand.
"""

import re
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as drawing
from hypothesis import strategies as st
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.documents.tables import Copy
from portal.flows.incidents import raise_alarm
from portal.flows.taking_back.revoke import Target, revoke
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import text_of

TITLES = ("First week", "Second week")
TIES = (("carla", "ana"), ("carla", "luis"), ("diego", "ana"), ("ngozi", "sam"), ("rosa_r", "other_ana"))
NAMES = {"ana": "Ana", "luis": "Luis", "sam": "Sam", "other_ana": "Ana"}
OTHERS = {"carla": r"Sam|Okafor", "diego": r"Sam|Okafor", "ngozi": r"Ana|Luis|Rivera", "rosa_r": r"Luis|Sam|Okafor"}

steps = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.sampled_from(range(2)), st.sampled_from(TIES)),
        st.tuples(st.sampled_from(["pause", "open again"]), st.sampled_from(range(2)), st.none()),
        st.tuples(st.just("take back"), st.sampled_from(range(2)), st.sampled_from(TIES)),
    ),
    min_size=2,
    max_size=7,
)


@dataclass
class Phone:
    """One browser that several guardians use, and what it has seen."""

    site: TestClient
    house: House
    cast: Cast
    mailings: list[str]
    now_of: str = ""

    def press(self, number: int, guardian: str, child: str) -> None:
        link_id = link_of(self.house, self.mailings[number], getattr(self.cast, guardian), getattr(self.cast, child))
        answer = self.site.post("/o", data={"token": token_of(self.house, link_id)})
        if answer.status_code != 303:
            assert answer.status_code == 410
            return
        self.now_of = guardian
        shown = self.site.get(answer.headers["location"])
        said = text_of(shown.text)
        assert shown.status_code == 200, said
        assert NAMES[child] in said
        assert not re.search(OTHERS[guardian], said), said
        if answer.headers["location"] != "/letters":
            assert TITLES[number] in said, "the letter whose link was pressed"

    def check_every_copy(self) -> None:
        """Try every letter there is at its own address."""
        with self.house.db.read() as session:
            links = session.exec(select(Link).where(col(Link.mailing_id).in_(self.mailings))).all()
            copies = session.exec(select(Copy).where(col(Copy.mailing_id).in_(self.mailings))).all()
        guardian = getattr(self.cast, self.now_of, "")
        opens = {(one.mailing_id, one.child_id) for one in links
                 if one.guardian_id == guardian and one.revoked_at is None}  # fmt: skip
        for copy in copies:
            answer = self.site.get(f"/letters/{copy.id}")
            if answer.status_code == 200:
                assert (copy.mailing_id, copy.child_id) in opens
                assert copy.mailing_id not in self.paused
                assert not re.search(OTHERS[self.now_of], text_of(answer.text))
            else:
                assert answer.status_code in {404, 410}

    @property
    def paused(self) -> set[str]:
        """The mailings whose links are paused now."""
        with self.house.db.read() as session:
            return set(session.exec(select(Mailing.id).where(col(Mailing.links_paused_at).is_not(None))))


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
@drawing(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=5)
@given(steps=steps)
@example(steps=[("press", 0, ("ngozi", "sam")), ("pause", 0, None), ("press", 0, ("ngozi", "sam"))])
@example(steps=[("press", 0, ("carla", "ana")), ("press", 0, ("carla", "luis")), ("press", 1, ("carla", "ana"))])
@example(steps=[("press", 0, ("carla", "luis")), ("press", 0, ("ngozi", "sam")), ("press", 0, ("rosa_r", "other_ana"))])
@example(steps=[("press", 0, ("diego", "ana")), ("take back", 0, ("diego", "ana")), ("press", 1, ("diego", "ana"))])
def test_whatever_is_pressed_no_letter_strays(
    site: TestClient, house: House, cast: Cast, clock: Watch, steps: list[tuple[str, int, tuple[str, str] | None]]
) -> None:
    site.cookies.clear()
    phone = Phone(site, house, cast, [send_letter(house, cast, now=clock.now, title=title) for title in TITLES])
    for act, number, tie in steps:
        mailing = phone.mailings[number]
        with house.db.write() as session:
            if act == "pause":
                raise_alarm.pause_links(session, house.keys, mailing, by=cast.writer, now=clock.now)
            elif act == "open again" and mailing in phone.paused:
                raise_alarm.open_links_again(session, house.keys, mailing, by=cast.admin, now=clock.now)
            elif act == "take back" and tie:
                link = link_of(house, mailing, getattr(cast, tie[0]), getattr(cast, tie[1]))
                revoke(session, house.keys, Target("link", link), by=cast.admin, reason="A try.", now=clock.now)
        if act == "press" and tie:
            phone.press(number, *tie)
        phone.check_every_copy()
