"""`portal mailing again`, `remind` and `top-up`: once more, to those that it has not reached."""

from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.kernel.text.counts import count_of
from portal.mailings.rules import RoundKind, state_words
from portal.overviews.sending.rounds import Planned
from portal.overviews.sending.sending_seen import round_page

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say whom it would reach, and send nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def again(
    mailing_id: Id,
    by: By,
    child: Annotated[
        str, typer.Option(metavar="NUMBER", help="To the family of this child alone, reached or not.")
    ] = "",
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Send a mailing again to those it has not reached, by today's addresses."""
    kind: RoundKind = "one-family" if child else "again"
    _round(mailing_id, kind, by, child=child, dry_run=dry_run, as_json=as_json)


def remind(mailing_id: Id, by: By, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Remind those who have not opened a mailing; at most once in PORTAL_REMINDER_DAYS."""
    _round(mailing_id, "reminder", by, dry_run=dry_run, as_json=as_json)


def top_up(mailing_id: Id, by: By, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Send a mailing to children enrolled since; it is judged anew by today's roster first."""
    _round(mailing_id, "top-up", by, dry_run=dry_run, as_json=as_json)


def _round(mailing_id: str, kind: RoundKind, by: str, *, dry_run: bool, as_json: bool, child: str = "") -> None:
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        now = house.clock()
        with house.db.read() as session:
            person = on_behalf_of(session, by)
            mailing, planned = publish.look_at_round(house, session, mailing_id, kind, by=person, child=child, now=now)
            shown = [row.guardian_name for row in round_page(session, planned.recipients, page=1).rows]
        if not dry_run:
            seen = (mailing.version, planned.number)
            mailing = publish.send_again(house, mailing_id, kind, by=person, seen=seen, child=child, now=now).mailing
    if as_json:
        print_json(
            mailing=mailing.id, state=mailing.state, kind=kind, round=planned.number, notices=planned.guardians,
            families=planned.families, children=planned.children, new_links=planned.renewed,
            left_out=len({one.child_id for one in planned.omissions if one.guardian_id is None}),
        )  # fmt: skip
        return
    _tell(planned, shown, dry_run=dry_run)
    if not dry_run:
        people.print(f"Mailing {mailing.id} is {state_words(mailing.state)} until {mailing.held_until:%H:%M:%S} UTC.")


def _tell(planned: Planned, shown: list[str], *, dry_run: bool) -> None:
    word = "It would go to" if dry_run else "It goes to"
    people.print(
        f"{word} {count_of(planned.guardians, 'guardian')}, about {count_of(planned.children, 'child', 'children')}."
    )
    for name in shown if dry_run else ():
        people.print(f"  {name}", markup=False)
    if dry_run and planned.guardians > len(shown):
        people.print(f"  and {planned.guardians - len(shown):,} more")
    if planned.renewed:
        people.print(f"{count_of(planned.renewed, 'link has expired and is', 'links have expired and are')} made anew.")
    if planned.passed_over:
        taken = count_of(planned.passed_over, "link was taken back and is", "links were taken back and are")
        people.print(f"{taken} passed over.")
