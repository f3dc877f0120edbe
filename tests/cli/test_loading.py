"""A command loads what it needs: a mail server's pipe starts `portal bounce` for each message that comes back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.loading import modules_of
from portal.cli import COMMANDS
from portal.cli.later import Places, loaded
from portal.cli.letters import mailing
from portal.cli.people import staff
from tests.parts.databases import fresh_database

READS_FILES = {"numpy", "PIL", "pikepdf", "pypdfium2", "tesserocr", "resvg_py", "python_calamine", "olefile"}
SERVES = {"starlette", "uvicorn", "authlib", "jinja2"}
HEAVY = READS_FILES | SERVES | {"alembic", "aiosmtplib", "dns", "obstore", "typst", "segno", "rapidfuzz", "markdown_it"}
SPEAKS: set[str] = {"psycopg", "httpx2", "email_validator", "structlog", "rich.traceback", "babel.messages"}
SITE_MODULES = 1_400
"""What `portal serve` loads before its first request, by count: 1,981 when the guard came with it (3 December 2026)."""
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


@pytest.fixture
def portal(request: pytest.FixtureRequest, key_file: Path, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a portal on SQLite, which is what a command costs at the least."""
    for url in fresh_database("sqlite", request):
        places = {"PORTAL_DATABASE_URL": url, "PORTAL_KEY_FILE": str(key_file), "PORTAL_DATA_DIR": str(tmp_path)}
        yield {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **places}


@pytest.mark.parametrize(
    ("words", "needs", "no_rooms", "ceiling"),
    [
        ("staff list", "portal.staff.tables", {"mailings", "families", "documents", "links", "outbox"}, 650),
        ("mailing list", "portal.mailings.tables", {"families", "documents", "links", "outbox"}, 680),
        ("doctor", "portal.overviews.operation.in_force", set(), 850),
    ],
)
def test_a_command_loads_what_it_asks_for_and_no_more(
    words: str, needs: str, no_rooms: set[str], ceiling: int, portal: dict[str, str]
) -> None:
    """Run to its end, so that what is loaded on the way counts. Whoever needs a higher ceiling says for what."""
    loaded_then = modules_of(words.split(), portal)
    assert {needs, "sqlalchemy.dialects.sqlite.pysqlite"} <= loaded_then, "it came as far as the database"
    assert loaded_then & (HEAVY | SPEAKS | {f"portal.{room}.tables" for room in no_rooms}) == set()
    assert len(loaded_then) <= ceiling


def test_a_site_loads_the_guard_and_what_speaks_to_others_when_they_are_asked() -> None:
    begun = "import sys, portal.cli.operation.serve; print(*sys.modules)"
    loaded_then = set(
        subprocess.run([sys.executable, "-c", begun], check=True, capture_output=True, text=True).stdout.split()
    )
    on_demand = {"authlib", "httpx2", "obstore", "dns", "aiosmtpd", "rapidfuzz", "ahocorasick_rs", "alembic"}
    guard = {"portal.guard.rules", "portal.guard.text.folding", "portal.guard.roster.index"}
    assert loaded_then & (READS_FILES | on_demand | guard) == set()
    assert len(loaded_then) <= SITE_MODULES


def test_the_process_that_holds_the_keys_loads_no_parser_that_belongs_in_the_cage() -> None:
    assert loads("portal.app, portal.worker, portal.cli.families.roster, portal.cli.operation.bounce", CAGED) == set()


@pytest.mark.parametrize("places", [COMMANDS, mailing.COMMANDS, staff.COMMANDS], ids=["portal", "mailing", "staff"])
def test_the_list_of_commands_says_of_each_what_its_own_help_says(places: Places) -> None:
    own = {name: " ".join(loaded(place).help.partition("\n\n")[0].split()) for name, (place, _) in places.items()}
    assert own == {name: sentence for name, (_, sentence) in places.items()}
