"""The commands. Exit 0 done · 1 failed · 2 wrong call · 3 refused by a promise, with the reason in one sentence."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from portal.cli import (
    bounce,
    demo,
    doctor,
    document,
    erase,
    guard,
    guardianship,
    incident,
    keeping,
    keys,
    ledger,
    mailing,
    retention,
    revoke,
    roster,
    serve,
    staff,
)
from portal.kernel.errors import PortalError

app = typer.Typer(
    help="Letters reach families by link, and can be taken back.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("init")(keeping.init)
app.command("migrate")(keeping.migrate_schema)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("demo")(demo.demo)
app.command("bounce")(bounce.bounce)
app.command("doctor")(doctor.doctor)
app.command("revoke")(revoke.revoke)
app.command("shred")(retention.shred)
app.command("hold")(retention.hold)
app.command("erase")(erase.erase)
app.add_typer(roster.app, name="roster")
app.add_typer(staff.app, name="staff")
app.add_typer(guard.app, name="guard")
app.add_typer(guardianship.app, name="guardianship")
app.add_typer(mailing.app, name="mailing")
app.add_typer(document.app, name="document")
app.add_typer(incident.app, name="incident")
app.add_typer(ledger.app, name="ledger")
app.add_typer(keys.app, name="keys")


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
    try:
        app()
    except PortalError as error:
        Console(stderr=True).print(str(error), style="bold", highlight=False, markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
