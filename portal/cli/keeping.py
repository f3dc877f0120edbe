"""`portal init` and `portal migrate`: the data folder, the keys and the schema."""

from portal.cli.opening import people
from portal.kernel.clock import utc_now
from portal.kernel.db import Database
from portal.kernel.keys import load_key_file, make_key_file
from portal.kernel.migrations import migrate
from portal.kernel.settings import load_settings
from portal.kernel.wrapping import WrapFile


def init() -> None:
    """Make the data folder, the key file and the schema. What is there already is never overwritten."""
    settings = load_settings()
    settings.check_key_place()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not settings.keys.exists()
    if is_new:
        make_key_file(settings.keys, utc_now())
    load_key_file(settings.keys)
    WrapFile(settings.wraps, utc_now).make()
    database = Database(settings.database)
    migrate(database)
    database.close()
    people.print(f"Data folder: {settings.data_dir.absolute()}")
    people.print(f"Key file:    {settings.keys} ({'made now' if is_new else 'was there, left as it is'})")
    people.print(
        "Keep a copy of the key file away from the data folder: without it nothing opens, with both all does.\n"
        f"Wrap file:   {settings.wraps}\n"
        "Keep the newest copy of it beside that of the key file, each night in place of the last one, and no older "
        "one: what is shredded is forgotten there.\n"
    )
    people.print("Next:")
    people.print("  portal roster import PATH")
    people.print("  portal staff add YOUR@ADDRESS --role admin")
    people.print("  portal serve")


def migrate_schema() -> None:
    """Bring the database to this version's schema."""
    database = Database(load_settings().database)
    migrate(database)
    database.close()
    people.print("The database is at this version's schema.")
