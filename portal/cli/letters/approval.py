"""`portal mailing submit` and `approve`: one person asks, and another lets it go."""

from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import Json, answer
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.rules import state_words
from portal.overviews.audience import audiences

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]


def submit(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Ask for approval; the approvers are told by mail."""
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        mailing = publish.submit(house, mailing_id, by=person, version=None, now=house.clock())
    words = f"Mailing {mailing.id} is {state_words(mailing.state)}."
    answer(words, as_json=as_json, mailing=mailing.id, state=mailing.state)


def approve(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Approve what another person submitted. Refused unless PORTAL_CLI_APPROVAL=1: a shell is not a person."""
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        if not house.settings.cli_approval:
            raise Refused("Approve in the browser: a shell is not a second person (PORTAL_CLI_APPROVAL is not set).")
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            found = mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
            if audiences.asks_code(found, audiences.reach_of(session, found, now=house.clock())):
                raise Refused("A confidential mailing is approved in the browser alone.")
        mailing = publish.approve(house, mailing_id, by=person, version=None, now=house.clock())
    assert mailing.held_until is not None
    answer(
        f"Mailing {mailing.id} is {state_words(mailing.state)} until {mailing.held_until:%Y-%m-%d %H:%M:%S} UTC.",
        as_json=as_json, mailing=mailing.id, state=mailing.state, held_until=mailing.held_until.isoformat(),
    )  # fmt: skip
