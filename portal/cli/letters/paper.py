"""`portal mailing print`: one PDF of pages for families without e-mail, and what became of them."""

import os
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from portal import publish
from portal.cli.house import open_house
from portal.cli.opening import people, print_json
from portal.cli.person import on_behalf_of
from portal.cli.whole_id import whole_id
from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of
from portal.outbox.rules import PaperMark
from portal.publish import Printed

By = Annotated[str, typer.Option("--by", help="The staff member on whose behalf this is done.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the mailing.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def print_letters(
    mailing_id: Id,
    by: By,
    out: Annotated[Path, typer.Option(help="Where to write the PDF. Who has it opens letters: keep it like them.")],
    mark: Annotated[str, typer.Option(help="What becomes of all its pages: handed-out or posted.")] = "",
    part: Annotated[int, typer.Option(help="Which part, where there are more than 400 guardians.", min=1)] = 1,
    as_json: Json = False,
) -> None:
    """Print a page for each guardian without e-mail; again gives the same pages, and whoever is new."""
    if mark not in {"", "handed-out", "posted"}:
        raise WrongCall(f"“{mark}” is not what becomes of a page: say handed-out or posted.")
    if out.is_dir():
        raise WrongCall(f"{out} is a folder. Name the file to write.")
    with open_house() as house:
        mailing_id = whole_id(house, "mailing", mailing_id)
        with house.db.read() as session:
            person = on_behalf_of(session, by)
        now = house.clock()
        done = publish.print_run(house, mailing_id, by=person, now=now, part=part)
        _write(out, done.pdf)
        marked = 0
        if mark:
            wish = cast("Literal['handed-out', 'posted']", mark)
            marked = publish.mark_printed(house, mailing_id, done.notice_ids, wish, by=person, now=now)
    if as_json:
        missing = [{"child": one.student_number, "why": one.why} for one in done.missing]
        print_json(
            mailing=mailing_id, file=str(out), pages=len(done.notice_ids), part=done.part, parts=done.parts,
            marked=marked, missing=missing,
        )  # fmt: skip
    else:
        _tell(done, out, marked, cast("PaperMark", mark))


def _write(out: Path, pdf: bytes) -> None:
    """Write the pages for this user's eyes alone, whatever the file was before."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(pdf)


def _tell(done: Printed, out: Path, marked: int, mark: PaperMark) -> None:
    people.print(f"{out} holds the pages of {count_of(len(done.notice_ids), 'guardian')} without e-mail.", markup=False)
    if done.parts > 1:
        people.print(f"This is part {done.part} of {done.parts}; print the others with --part.")
    if marked:
        people.print(f"{count_of(marked, 'is', 'are')} marked as {mark}.")
    if done.missing:
        people.print(f"{count_of(len(done.missing), 'is', 'are')} not on a page:")
    for one in done.missing[:50]:
        people.print(f"  {one.guardian_name}, about {one.child_name} ({one.student_number}): {one.why}", markup=False)
