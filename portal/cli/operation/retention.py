"""`portal shred` and `portal hold`: what is destroyed for good, and what may not be."""

from datetime import datetime
from typing import Annotated, Literal

import typer
from rich.table import Table

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json, whole_ids
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.flows.keeping import hold_mailing, shred_documents
from portal.flows.keeping.shred_documents import Shredding
from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of
from portal.overviews.operation import retention
from portal.overviews.operation.retention import Batch
from portal.wiring import House

By = Annotated[str, typer.Option("--by", help="The admin on whose behalf this is done.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it. Without this, only say what would be done.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def shred(
    mailing: Annotated[str, typer.Option(help="Shred all letters of this mailing.")] = "",
    document: Annotated[str, typer.Option(help="Shred this document.")] = "",
    by: By = "",
    reason: Reason = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Destroy the keys and bytes of letters for good: those whose days are over, or those that are named.

    Says what would go; with --yes it goes. Nothing under legal hold goes.
    """
    if mailing and document:
        raise WrongCall("Name --mailing or --document, not both.")
    with open_house() as house:
        if not (mailing or document):
            _shred_expired(house, yes=yes, as_json=as_json)
            return
        if not by:
            raise WrongCall("Name the admin on whose behalf this is done: --by EMAIL.")
        kind: Literal["mailing", "document"] = "mailing" if mailing else "document"
        what = Shredding(kind, whole_id(house, kind, mailing or document))
        _shred_named(house, what, by=by, reason=reason, yes=yes, as_json=as_json)


def _letters(count: int) -> str:
    return count_of(count, "letter is", "letters are")


def _shred_expired(house: House, *, yes: bool, as_json: bool) -> None:
    now, days = house.clock(), house.settings.retention
    with house.db.read() as session:
        going = retention.expired_by_mailing(session, days, held=False, now=now)
        held = retention.expired_by_mailing(session, days, held=True, now=now)
    done = publish.shred_expired(house, now=now) if yes else 0
    if as_json:
        counted = done if yes else sum(one.documents for one in going)
        print_json(shredded=yes, documents=counted, mailings=_facts(going), held=_facts(held))
        return
    if not days:
        people.print("PORTAL_RETENTION_DAYS is not set, so nothing is shredded by date.")
    _print_batches("The days of these letters are over:", going)
    _print_batches("Theirs too, but they are under legal hold and stay:", held)
    if yes:
        people.print(f"{_letters(done)} shredded for good: no backup brings them back.")
    elif going:
        people.print(
            "Nothing was done. With --yes they are shredded for good; a running worker does it within the hour."
        )
    else:
        people.print("No letter is to be shredded.")


def _shred_named(house: House, what: Shredding, *, by: str, reason: str, yes: bool, as_json: bool) -> None:
    now = house.clock()
    with house.db.read() as session:
        person = on_behalf_of(session, by)
        going = len(shred_documents.what_would_go(session, what, by=person))
    if yes:
        going = publish.shred_by_hand(house, what, by=person, reason=reason, now=now)
    if as_json:
        print_json(shredded=yes, documents=going, **{what.kind: what.id})
    elif yes:
        people.print(f"{_letters(going)} shredded for good: no backup brings them back.")
    else:
        people.print(f"{_letters(going)} to be shredded for good. Nothing was done; --yes does it.")


def _facts(batches: list[Batch]) -> list[dict[str, str | int | datetime]]:
    return [
        {"mailing": one.mailing_id, "title": one.title, "documents": one.documents, "bytes": one.size,
         "since": one.since.isoformat()}
        for one in batches
    ]  # fmt: skip


def _print_batches(headline: str, batches: list[Batch]) -> None:
    if not batches:
        return
    table = Table(whole_ids("Mailing"), "Title", "Letters", "Kept since", title=headline, title_justify="left")
    for one in batches:
        table.add_row(one.mailing_id, one.title, f"{one.documents:,}", f"{one.since:%Y-%m-%d}")
    people.print(table)


def hold(
    mailing_id: Annotated[str, typer.Argument(metavar="MAILING_ID", help="Id of the mailing.")],
    by: By,
    reason: Reason,
    lift: Annotated[bool, typer.Option("--lift", help="Lift the hold.")] = False,
    as_json: Json = False,
) -> None:
    """Put a mailing under legal hold: nothing of it is shredded until the hold is lifted."""
    act = hold_mailing.lift_hold if lift else hold_mailing.hold_mailing
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        with house.db.write() as session:
            person = on_behalf_of(session, by)
            changed = act(session, house.keys, mailing_id, by=person, reason=reason, now=house.clock())
    if as_json:
        print_json(mailing=mailing_id, held=not lift, changed=changed)
    elif lift:
        people.print("The hold is lifted." if changed else "It was under no hold.")
    else:
        people.print("It is under legal hold." if changed else "It was under legal hold already, as it stands.")
