"""A message names its own family's sites and whoever signs, says it once, and keeps names out of subjects it should."""

from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from portal import publish
from portal.families.tables import Enrolment
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.rules import Term, check_draft
from portal.publish import Checked, Upload
from portal.publish.checking.judging import signer_of, yardstick
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, approve, send_letter
from tests.conftest import Watch
from tests.flows.test_one_letter_each import card

pytestmark = pytest.mark.anyio


async def delivered(house: House, clock: Watch) -> Mapping[str, EmailMessage]:
    """Send what is due; return the messages to guardians by first name."""
    clock.forward(seconds=house.settings.hold_seconds + 1)
    room = RecordingRoom()
    await Worker(house, room).drain()
    read = {one.to.partition(".")[0]: message_from_bytes(one.message, policy=policy.default) for one in room.delivered}
    return {name: message for name, message in read.items() if isinstance(message, EmailMessage)}


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def test_a_mother_reads_of_her_own_childs_school_and_of_no_program(
    house: House, cast: Cast, clock: Watch
) -> None:
    with house.db.write() as session:
        session.add(Enrolment(child_id=cast.luis, site="Oak", program="Chess"))
        session.add(Enrolment(child_id=cast.sam, site="Annex", program="Chess"))
        session.add(Enrolment(child_id=cast.sam, site="Oak", program=""))
    send_letter(house, cast, now=clock.now)
    got = await delivered(house, clock)
    organisation = house.settings.organisation
    firsts = {name: plain(got[name]).split("\n\n")[1] for name in ("carla", "ngozi", "rosa")}
    assert firsts == {
        "carla": f"{organisation} · Maple",
        "ngozi": f"{organisation} · Oak",
        "rosa": f"{organisation} · Maple",
    }
    for message in got.values():
        assert "Chess" not in str(message)
        assert "After School" not in str(message)


@pytest.mark.parametrize(
    ("setting", "kind", "subject"),
    [("plain", "plain", "Welcome — for Sam"), ("plain", "private", "Welcome"), ("never", "plain", "Welcome")],
)
async def test_a_private_letter_has_no_name_in_its_subject(
    house: House, cast: Cast, clock: Watch, setting: str, kind: str, subject: str
) -> None:
    house = replace(house, settings=house.settings.model_copy(update={"subject_names": setting}))
    send_letter(house, cast, now=clock.now, confidential=kind == "private")
    assert (await delivered(house, clock))["ngozi"]["Subject"] == subject


def drafted(house: House, cast: Cast, clock: Watch, letter: Upload) -> str:
    draft = check_draft(
        title="Welcome", message="We begin.", terms=[Term("everyone")], link_days=30, link_hosts=frozenset()
    )
    done = publish.put_draft(house, draft, by=cast.writer, now=clock(), upload=letter)
    assert isinstance(done, Checked)
    return done.mailing_id


async def test_its_author_signs_it(house: House, cast: Cast, clock: Watch, tmp_path: Path) -> None:
    path = tmp_path / "welcome.pdf"
    path.write_bytes(card("We begin on Monday."))
    mailing_id = drafted(house, cast, clock, Upload(path, "welcome.pdf"))
    approve(house, cast, mailing_id, now=clock.now)
    assert plain((await delivered(house, clock))["ngozi"]).split("\n\n")[1].endswith(" · Oak · Rosa")


def test_an_author_whose_name_a_child_bears_does_not_sign(house: House, cast: Cast, clock: Watch) -> None:
    measure = yardstick(house, [("everyone", "")], now=clock())
    for name, signed in (("Sam Okafor", ""), ("Okafor, Sam", ""), ("Kim Fairweather", "Kim Fairweather"), ("", "")):
        assert signer_of(measure, replace(cast.writer, name=name)) == signed
    assert signer_of(measure, replace(cast.writer, name="Ana owes $45, 100001")) == ""
    for name in ("Pay at https://pay.example/x", "Office pay-here.com/fees", "www.pay.example"):
        assert signer_of(measure, replace(cast.writer, name=name)) == "", "no message sends families elsewhere"
