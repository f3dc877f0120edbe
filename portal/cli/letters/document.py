"""`portal document`: a corrected version takes the place of a letter's file."""

from pathlib import Path
from typing import Annotated

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.letters.guard import guard_facts
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.kernel.text.counts import count_of
from portal.publish import Corrected, Upload

app = typer.Typer(help="Correct a letter's file.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]


@app.callback()
def group() -> None:
    """Correct a letter's file."""


@app.command()
def replace(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the document that families have.")],
    file: Annotated[Path, typer.Option(help="The corrected version.", exists=True, dir_okay=False)],
    by: By,
    reason: Annotated[str, typer.Option(help="Why; kept with the record of the old one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replace a letter's file at the same links. It waits for a second person in the browser.

    With PORTAL_CLI_APPROVAL=1 it takes effect at once for an approver who has written nothing of the mailing; never
    where that is confidential, or a file of it was released.
    """
    with open_house() as house:
        document_id = whole_id(house, "document", document_id)
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        mailing_id = publish.mailing_of(house, document_id)
        done = publish.correct(
            house, mailing_id, document_id, Upload(file, file.name),
            reason=reason, alone=house.settings.cli_approval, by=person, now=house.clock(),
        )  # fmt: skip
        page = f"{house.settings.base_url}/staff/mailings/{mailing_id}/documents/{document_id}/replace"
    if as_json:
        print_json(
            mailing=mailing_id, document=done.correction_id, replaces=document_id, in_effect=done.in_effect,
            children=done.children, guard=guard_facts(done.report),
        )  # fmt: skip
    else:
        _tell(done, page)
    if done.correction_id is None:
        raise typer.Exit(3)


def _tell(done: Corrected, page: str) -> None:
    if done.correction_id is None:
        people.print(f"Stopped by the guard. {done.report.reason} Nothing was replaced.", markup=False)
    elif done.in_effect:
        people.print(
            f"Replaced: document {done.correction_id} is what the families of "
            f"{count_of(done.children, 'child', 'children')} find."
        )
    else:
        people.print(
            f"Document {done.correction_id} is checked and waits: families still have the old one. "
            f"A second person lets it take effect, and says why, at {page}",
            markup=False,
        )
