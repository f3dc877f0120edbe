"""`portal init` and `portal migrate`: the data folder, the keys and the schema."""

from portal.cli.opening import people, setup_address
from portal.cli.person import shell_name
from portal.flows import sign_in_staff
from portal.kernel.clock import utc_now
from portal.kernel.db import Database
from portal.kernel.keys import KeyRing, load_key_file, make_key_file
from portal.kernel.migrations import migrate
from portal.kernel.settings import Settings, load_settings
from portal.kernel.wrapping import WrapFile
from portal.staff.errors import AdminExists


def init() -> None:
    """Make the data folder, the key file and the schema. What is there already is never overwritten."""
    settings = load_settings()
    settings.check_key_place()
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not settings.keys.exists()
    if is_new:
        make_key_file(settings.keys, utc_now())
    keys = load_key_file(settings.keys)
    WrapFile(settings.wraps, utc_now).make()
    database = Database(settings.database)
    migrate(database)
    link = _setup_link(settings, database, keys)
    database.close()
    people.print(f"Data folder: {settings.data_dir.absolute()}")
    people.print(f"Key file:    {settings.keys} ({'made now' if is_new else 'was there, left as it is'})")
    people.print(
        "Keep a copy of the key file away from the data folder: without it nothing opens, with both all does.\n"
        f"Wrap file:   {settings.wraps}\n"
        "Keep the newest copy of it beside that of the key file, each night in place of the last one, and no older "
        "one: what is shredded is forgotten there.\n"
        f"Head file:   {settings.head or 'none'}\n"
        "Keep it out of every backup: by it, a database that is put back is known to be an older one.\n"
    )
    people.print("Next:")
    people.print("  portal roster import PATH")
    if not settings.provider_terms.decide_roles:
        people.print("  portal staff add YOUR@ADDRESS --role admin")
    people.print("  portal serve")
    if settings.provider_terms.decide_roles:
        people.print(
            f"\nNobody is added: who is in a group that PORTAL_OIDC_ROLES names signs in at {settings.base_url}/staff.",
            markup=False,
        )
    if link:
        people.print(
            "\nOr become the first admin in a browser, once the portal serves. This link works once, for 24 hours:"
        )
        people.print(f"  {link}", markup=False)


def _setup_link(settings: Settings, database: Database, keys: KeyRing) -> str:
    """Return a link for the first admin, or nothing where there is one or a provider answers for staff."""
    if settings.has_oidc:
        return ""
    try:
        with database.write() as session:
            token = sign_in_staff.make_setup_link(session, keys, by=shell_name(), now=utc_now())
    except AdminExists:
        return ""
    return setup_address(settings, token)


def migrate_schema() -> None:
    """Bring the database to this version's schema."""
    database = Database(load_settings().database)
    migrate(database)
    database.close()
    people.print("The database is at this version's schema.")
