"""The commands. Exit 0 done · 1 failed · 2 wrong call · 3 refused by a promise, with the reason in one sentence.

A command's module is loaded when the command is chosen: all of them together take seconds, and a mail server's pipe
starts one for each message that comes back.
"""

import sys
from typing import Annotated, Final

import typer
from rich.console import Console

from portal.cli.later import Places, later
from portal.kernel.errors import PortalError
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often

COMMANDS: Final[Places] = {
    "init": (
        "operation.keeping.init",
        "Make the data folder, the key file and the schema. What is there already is never overwritten.",
    ),
    "migrate": (
        "operation.keeping.migrate_schema",
        "Bring the database to this version's schema, or with --back-to to an older one's.",
    ),
    "backup": (
        "operation.backup.backup",
        "Back up to a folder or s3://… while the site runs: database, keys and files, sealed with the key file.",
    ),
    "restore": (
        "operation.backup.restore",
        "Restore a backup into an empty installation, or with --drill try whether it could be.",
    ),
    "migrate-store": (
        "operation.migrate_store.migrate_store",
        "Move the database, with --keys the key store, or the files to another place, verified, and close meanwhile.",
    ),
    "serve": (
        "operation.serve.serve",
        "Serve the site, with one delivery worker inside, and the gate where PORTAL_GATE_URL says.",
    ),
    "worker": ("operation.serve.worker", "Deliver what is due, until a signal; with --drain until nothing is due."),
    "gate": ("operation.gate.app", "Let mail programs hand messages in, until a signal: where PORTAL_GATE_URL says."),
    "demo": (
        "demonstration.demo.demo",
        "Do the whole job for 2,900 made-up children, then keep the site, a worker and an inbox running.",
    ),
    "bounce": (
        "operation.bounce.bounce",
        "Read a message that came back from standard input, and note with its letter that it did not arrive.",
    ),
    "doctor": (
        "operation.doctor.doctor",
        "Say what is in force and what of it is unsafe. Exits 1 when anything is unsafe.",
    ),
    "revoke": (
        "taking_back.revoke.revoke",
        "Take back: dead at the next request, and for good. Twice gives the same answer.",
    ),
    "shred": (
        "operation.retention.shred",
        "Destroy the keys and bytes of letters for good: those whose days are over, or those that are named.",
    ),
    "hold": (
        "operation.retention.hold",
        "Put a mailing under legal hold: nothing of it is shredded until the hold is lifted.",
    ),
    "erase": (
        "families.erase.erase",
        "Erase the names, addresses, phones, birth date and own letters of somebody for good.",
    ),
    "roster": ("families.roster.app", "Who is on the roster."),
    "staff": ("people.staff.app", "Who signs in, as what, and for which sites."),
    "guard": ("letters.guard.app", "Ask the guard about a file."),
    "guardianship": ("families.guardianship.app", "Who may see which child, as staff decide it."),
    "mailing": ("letters.mailing.app", "Publish a letter to families, step by step."),
    "child": ("families.child.app", "One child, as staff see it."),
    "link": ("taking_back.link.app", "One guardian's way to one letter."),
    "document": ("letters.document.app", "Correct a letter's file."),
    "incident": ("taking_back.incident.app", "When something went wrong."),
    "ledger": ("operation.ledger.app", "The record of everything that matters."),
    "keys": ("operation.keys.app", "The keys that everything is signed and sealed with."),
}


app = typer.Typer(
    cls=later(COMMANDS),
    help="Letters reach families by link, and can be taken back.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - only who asks pays for it

        print(version("portal"))
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Letters reach families by link, and can be taken back."""


def main() -> None:
    """Run a command; what stops it is one sentence on standard error and an exit code that says why."""
    tidy_less_often()
    keep_freed_memory()
    try:
        app()
    except PortalError as error:
        Console(stderr=True).print(str(error), style="bold", highlight=False, markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
