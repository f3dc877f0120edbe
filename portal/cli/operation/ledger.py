"""`portal ledger`: verify the chain, take its head outside, and export what it holds."""

from pathlib import Path
from typing import Annotated

import typer

from portal.cli.opening import Json, answer, open_ground, people, print_json
from portal.cli.person import on_behalf_of
from portal.flows.keeping import keep_heads
from portal.flows.keeping.verify_ledger import Broken, Verified, export_head, verify_ledger
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.headfile import HeadFile
from portal.kernel.text.counts import count_of
from portal.ledger import repository as ledger
from portal.ledger.rules import Head, read_head
from portal.overviews.records import record

app = typer.Typer(help="The record of everything that matters.", no_args_is_help=True)
AsEver = Annotated[bool, typer.Option("--json", help="Print JSON, which it does in any case.")]


@app.command()
def verify(
    head: Annotated[Path | None, typer.Option(help="A head that `portal ledger head` printed earlier.")] = None,
    as_json: Json = False,
) -> None:
    """Walk the whole chain; exit 1 with the first bad number when anything was changed, removed or cut."""
    text = _text_of(head) if head else None
    with open_ground() as ground, ground.db.read() as session:
        outside = read_head(ground.keys, text) if text is not None else None
        found = verify_ledger(session, ground.keys, outside=outside)
    if as_json:
        _print_json(found, outside)
    else:
        _print_words(found, outside)
    if isinstance(found, Broken):
        raise typer.Exit(1)


@app.command()
def head(_: AsEver = True) -> None:
    """Print the signed head of the chain as one JSON object; keep it where this machine cannot write."""
    with open_ground() as ground, ground.db.read() as session:
        organisation = ground.settings.organisation
        print_json(**export_head(session, ground.keys, organisation=organisation, now=ground.clock()))


@app.command("accept-older")
def accept_older(
    by: Annotated[str, typer.Option("--by", help="The admin of every site who has seen to it.")],
    as_json: Json = False,
) -> None:
    """Let families read again after an older database was put back, once what it brought back to life is ended."""
    with open_ground() as ground:
        file = HeadFile.of(ground.settings)
        filed = keep_heads.read_filed(ground.keys, file) if file else None
        with ground.db.write() as session:
            if filed:  # no site or worker may have looked yet
                keep_heads.note_from_file(session, filed, now=ground.clock())
            keep_heads.accept_older(session, ground.keys, by=on_behalf_of(session, by), now=ground.clock())
    words = "Families read again, and letters leave. The heads that are later stay where they are, as proof."
    answer(words, as_json=as_json, accepted=True)


@app.command()
def export(
    child: Annotated[str, typer.Option(help="Only what is about the child with this student number.")] = "",
    _: AsEver = True,
) -> None:
    """Print the entries, oldest first, as one JSON object a line."""
    with open_ground() as ground, ground.db.read() as session:
        for entry in record.about_child(session, child) if child else ledger.entries(session):
            line = record.line_of(entry)
            print_json(
                seq=line.seq,
                at=line.at.isoformat(),
                act=line.act,
                by=line.by,
                about=line.about,
                key_id=entry.key_id,
                mac=entry.mac.hex(),
            )


def _text_of(head_file: Path) -> str:
    try:
        return head_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongCall(f"The head file {head_file} cannot be read: {error}.") from None


def _print_json(found: Verified | Broken, outside: Head | None) -> None:
    against = outside.seq if outside else None
    if isinstance(found, Broken):
        print_json(verified=False, first_bad=found.seq, reason=found.reason, against=against)
        return
    print_json(verified=True, entries=found.entries, disclosures=found.disclosures, against=against)


def _print_words(found: Verified | Broken, outside: Head | None) -> None:
    if isinstance(found, Broken):
        people.print(f"The ledger is broken at entry {found.seq:,}. {found.reason}", markup=False)
        return
    people.print(
        f"The ledger is whole: {count_of(found.entries, 'entry', 'entries')}, "
        f"{count_of(found.disclosures, 'of them a view or download', 'of them views and downloads')}, "
        "each as it was written."
    )
    if outside:
        people.print(f"It still holds everything up to entry {outside.seq:,}, as the head from outside says.")
    else:
        people.print("That its end was not cut can be told only with --head FILE, a head that was kept elsewhere.")
