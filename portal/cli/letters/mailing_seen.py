"""`portal mailing status` and `preview`: how far one has come, and whom it reaches."""

from typing import Annotated

import typer

from portal.cli.letters.telling import mailing_facts, print_facts
from portal.cli.opening import open_ground, people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of
from portal.mailings import repository as mailings
from portal.mailings.rules import state_words
from portal.overviews.family import acknowledging
from portal.overviews.sending.progress import progress_of

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def status(mailing_id: Id, as_json: Json = False) -> None:
    """Say how far a mailing has come."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        with ground.db.read() as session:
            mailing = mailings.find_any(session, mailing_id)
            if mailing is None:
                raise WrongCall("There is no such mailing.")
            done = progress_of(session, mailing_id)
            read = acknowledging.counts_of(session, mailing)
    if as_json:
        print_json(
            mailing=mailing_id,
            state=mailing.state,
            notices=done.notices,
            opened=done.opened,
            disclosures=done.disclosures,
            paper=done.paper,
            acknowledge=read.is_asked,
            acknowledged=read.said,
            not_acknowledged=read.missing,
        )
        return
    people.print(f"The mailing is {state_words(mailing.state)}.")
    for state, count in done.notices.items():
        if count:
            people.print(f"  {count:,}  {state}")
    if done.paper["made"]:
        people.print(f"  {done.paper['made']:,}  of them on paper, {done.paper['sent']:,} handed out or posted")
    people.print(
        f"{count_of(done.opened, 'guardian has', 'guardians have')} opened it "
        f"({count_of(done.disclosures, 'view or download', 'views and downloads')})."
    )
    if read.is_asked:
        people.print(
            f"{read.said:,} of {count_of(read.asked, 'guardian has', 'guardians have')} said that they have read it, "
            "one for each child."
        )


def preview(mailing_id: Id, by: By, as_json: Json = False) -> None:
    """Show whom a mailing reaches and whom it leaves out, as of now."""
    with open_ground() as ground:
        mailing_id = whole_id(ground, "mailing", mailing_id)
        with ground.db.read() as session:
            person = on_behalf_of(session, by)
            mailings.find(session, mailing_id, staff_id=person.id, sites=person.sites)
        facts = mailing_facts(ground, mailing_id)
    if as_json:
        print_json(**facts)
    else:
        print_facts(facts)
