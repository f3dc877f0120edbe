"""A command loads what it needs: a mail server's pipe starts `portal bounce` for each message that comes back."""

import subprocess
import sys

import pytest

from portal.cli import COMMANDS
from portal.cli.later import Places, loaded
from portal.cli.letters import mailing
from portal.cli.people import staff

READS_FILES = {"numpy", "PIL", "pikepdf", "pypdfium2", "tesserocr", "resvg_py", "python_calamine", "olefile"}
SERVES = {"starlette", "uvicorn", "authlib", "jinja2"}
HEAVY = READS_FILES | SERVES | {"alembic", "aiosmtplib", "dns", "obstore", "typst", "segno", "rapidfuzz", "markdown_it"}
CAGED = READS_FILES - {"numpy"} | {"typst", "markdown_it"}
"""What only the cage loads. With numpy the guard counts; it reads no file."""


def loads(module: str, watched: set[str]) -> set[str]:
    """Return which of the watched packages are loaded with a module, in a process that has loaded nothing else."""
    asked = f"import sys, {module}; print(*({watched!r} & sys.modules.keys()))"
    return set(subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout.split())


def test_plain_commands_load_nothing_that_reads_files_or_serves() -> None:
    plain = (
        "operation.bounce", "operation.ledger", "operation.keeping", "people.staff_changed", "people.ways_in",
        "taking_back.revoke", "families.guardianship", "letters.mailing_seen", "letters.mailing_moves",
    )  # fmt: skip
    assert loads(", ".join(f"portal.cli.{command}" for command in plain), HEAVY) == set()


def test_asking_for_help_loads_no_command_and_no_database() -> None:
    others = {f"portal.cli.{place.rpartition('.')[0]}" for place, _ in COMMANDS.values()}
    assert loads("portal.cli", HEAVY | others | {"sqlalchemy", "pydantic"}) == set()


def test_the_process_that_holds_the_keys_loads_no_parser_that_belongs_in_the_cage() -> None:
    assert loads("portal.app, portal.worker, portal.cli.families.roster, portal.cli.operation.bounce", CAGED) == set()


@pytest.mark.parametrize("places", [COMMANDS, mailing.COMMANDS, staff.COMMANDS], ids=["portal", "mailing", "staff"])
def test_the_list_of_commands_says_of_each_what_its_own_help_says(places: Places) -> None:
    own = {name: " ".join(loaded(place).help.partition("\n\n")[0].split()) for name, (place, _) in places.items()}
    assert own == {name: sentence for name, (_, sentence) in places.items()}
