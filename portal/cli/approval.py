"""`portal mailing submit` and `approve`: one person asks, and another lets it go."""

from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people
from portal.cli.person import on_behalf_of
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.rules import state_words

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]


def submit(mailing_id: Id, by: By) -> None:
    """Ask for approval; the approvers are told by mail."""
    with open_house() as house:
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        mailing = publish.submit(house, mailing_id, by=person, version=None, now=house.clock())
    people.print(f"Mailing {mailing.id} is {state_words(mailing.state)}.")


def approve(mailing_id: Id, by: By) -> None:
    """Approve what another person submitted. Refused unless PORTAL_CLI_APPROVAL=1: a shell is not a person."""
    with open_house() as house:
        if not house.settings.cli_approval:
            raise Refused("Approve in the browser: a shell is not a second person (PORTAL_CLI_APPROVAL is not set).")
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            if mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites).confidential:
                raise Refused("A confidential mailing is approved in the browser alone.")
        mailing = publish.approve(house, mailing_id, by=person, version=None, now=house.clock())
    people.print(
        f"Mailing {mailing.id} is {state_words(mailing.state)} until {mailing.held_until:%Y-%m-%d %H:%M:%S} UTC."
    )
