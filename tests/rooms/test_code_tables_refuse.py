"""What the database refuses of codes and fresh links: what crosses families, goes past its limit or is said twice."""

from typing import Any

import pytest
from sqlmodel import update

from portal.kernel.ids import new_id
from portal.links.tables import CodeChallenge, CodeStep, Renewal
from portal.outbox.tables import FamilyMail, FamilyMailLink
from portal.wiring import House
from tests.cast import Cast, link_of, send_letter
from tests.conftest import NOON, Watch
from tests.rooms.test_the_schema_refuses import accepted, refused


@pytest.fixture
def step(house: House, cast: Cast, clock: Watch) -> dict[str, Any]:
    mailing = send_letter(house, cast, now=clock.now, confidential=True)
    link = link_of(house, mailing, cast.carla, cast.ana)
    row = {"id": new_id(), "link_id": link, "mailing_id": mailing, "guardian_id": cast.carla, "child_id": cast.ana}
    return row | {"created_at": NOON}


def code_row(step: dict[str, Any], **other: object) -> dict[str, Any]:
    row = {"id": new_id(), "step_id": step["id"], "link_id": step["link_id"], "guardian_id": step["guardian_id"]}
    return row | {"key_id": "k", "address_key": "c@x.org", "created_at": NOON, "wrong": 0} | other


def test_a_step_before_another_familys_link(house: House, cast: Cast, step: dict[str, Any]) -> None:
    refused(house, CodeStep, **(step | {"guardian_id": cast.ngozi}))
    refused(house, CodeStep, **(step | {"child_id": cast.luis}))
    refused(house, CodeStep, **(step | {"link_id": new_id()}))
    accepted(house, CodeStep, **step)


def test_a_code_for_another_link_or_guardian_than_its_steps(house: House, cast: Cast, step: dict[str, Any]) -> None:
    accepted(house, CodeStep, **step)
    other = link_of(house, step["mailing_id"], cast.carla, cast.luis)
    refused(house, CodeChallenge, **code_row(step, link_id=other))
    refused(house, CodeChallenge, **code_row(step, guardian_id=cast.diego))
    refused(house, CodeChallenge, **code_row(step, step_id=new_id()))
    accepted(house, CodeChallenge, **code_row(step))


def test_a_sixth_wrong_try(house: House, step: dict[str, Any]) -> None:
    accepted(house, CodeStep, **step)
    refused(house, CodeChallenge, **code_row(step, wrong=6))
    accepted(house, CodeChallenge, **code_row(step, wrong=5))
    with pytest.raises(Exception, match="ck_code_challenge_wrong"), house.db.write() as session:
        session.execute(update(CodeChallenge).values(wrong=CodeChallenge.wrong + 1))


def test_a_second_message_with_one_code(house: House, cast: Cast) -> None:
    row = {"kind": "code", "guardian_id": cast.carla, "about_id": new_id(), "state": "queued", "attempts": 0,
           "due_at": NOON, "reply": ""}  # fmt: skip
    accepted(house, FamilyMail, id=new_id(), **row)
    refused(house, FamilyMail, id=new_id(), **row)
    refused(house, FamilyMail, id=new_id(), **(row | {"about_id": new_id(), "kind": "letter"}))
    refused(house, FamilyMail, id=new_id(), **(row | {"about_id": new_id(), "guardian_id": new_id()}))


def test_another_guardians_link_in_a_message_with_fresh_links(house: House, cast: Cast, step: dict[str, Any]) -> None:
    mail = {"id": new_id(), "kind": "renewal", "guardian_id": cast.carla, "about_id": new_id(), "state": "queued",
            "attempts": 0, "due_at": NOON, "reply": ""}  # fmt: skip
    accepted(house, FamilyMail, **mail)
    row = {name: step[name] for name in ("link_id", "mailing_id", "guardian_id", "child_id")} | {"mail_id": mail["id"]}
    diegos = link_of(house, step["mailing_id"], cast.diego, cast.ana)
    refused(house, FamilyMailLink, **(row | {"link_id": diegos}))
    refused(house, FamilyMailLink, **(row | {"link_id": diegos, "guardian_id": cast.diego}))
    refused(house, FamilyMailLink, **(row | {"child_id": cast.luis}))
    refused(house, FamilyMailLink, **(row | {"mail_id": new_id()}))
    accepted(house, FamilyMailLink, **row)
    refused(house, FamilyMailLink, **row)


def test_a_wish_that_is_kept_after_it_was_looked_at(house: House) -> None:
    refused(house, Renewal, id=new_id(), asked_at=NOON, wish=b"sealed", handled_at=NOON)
    refused(house, Renewal, id=new_id(), asked_at=NOON, wish=None, handled_at=None)
    accepted(house, Renewal, id=new_id(), asked_at=NOON, wish=b"sealed", handled_at=None)
