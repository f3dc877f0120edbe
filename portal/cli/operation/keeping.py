"""`portal init` and `portal migrate`: the data folder, the keys and the schema."""

import sys
from typing import Annotated, Any

import typer

from portal.cli.opening import Json, answer, aside, people, print_json, setup_address
from portal.cli.person import shell_name
from portal.flows.people import sign_in_staff
from portal.kernel.clock import utc_now
from portal.kernel.configuration.settings import Settings, load_settings
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing, load_key_file, make_key_file
from portal.kernel.secrets.wrapping import WrapFile
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import RELEASED, current, step_back
from portal.kernel.text.zones import system_zone, zone_name
from portal.schema import roles
from portal.staff.errors import AdminExists


def init(
    timezone: Annotated[
        str, typer.Option(metavar="NAME", help="The organisation's time zone, such as America/Chicago.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make the data folder, the key file and the schema. What is there already is never overwritten."""
    settings = load_settings()
    settings.check_key_place()
    zone = _zone(settings, timezone, may_ask=not as_json)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    is_new = not settings.keys.exists()
    if is_new:
        make_key_file(settings.keys, utc_now())
    keys = load_key_file(settings.keys)
    WrapFile(settings.wraps, utc_now).make()
    database = Database(settings.owned_database)
    roles.bring_to_head(database, settings)
    link = _setup_link(settings, database, keys)
    database.close()
    if as_json:
        print_json(**_facts(settings, zone, link, is_new=is_new))
        return
    _tell_files(settings, is_new=is_new)
    _tell_zone(settings, zone)
    _tell_next(settings, link)


def _zone(settings: Settings, given: str, *, may_ask: bool) -> str:
    """Return the organisation's zone as it was given or set, or is answered at a terminal; else nothing.

    Raises `WrongCall` for an option that names none.
    """
    if given:
        try:
            return zone_name(given)
        except ValueError as error:
            raise WrongCall(f"--timezone {given} {error}.") from None
    if settings.has_timezone:
        return settings.timezone
    if not (may_ask and sys.stdin.isatty() and sys.stdout.isatty()):
        return ""
    while True:
        typed = typer.prompt("The organisation's time zone, such as America/Chicago", default=system_zone() or None)
        try:
            return zone_name(typed)
        except ValueError as error:
            aside.print(f"“{typed}” {error}.", markup=False)


def _facts(settings: Settings, zone: str, link: str, *, is_new: bool) -> dict[str, Any]:
    return {
        "data_dir": str(settings.data_dir.absolute()),
        "key_file": str(settings.keys),
        "key_file_made": is_new,
        "wrap_file": str(settings.wraps),
        "head_file": str(settings.head) if settings.head else None,
        "timezone": settings.timezone,
        "to_set": {"PORTAL_TIMEZONE": zone} if zone and not _is_in_force(settings, zone) else {},
        "setup_link": link or None,
    }


def _is_in_force(settings: Settings, zone: str) -> bool:
    return settings.has_timezone and settings.timezone == zone


def _tell_files(settings: Settings, *, is_new: bool) -> None:
    people.print(f"Data folder: {settings.data_dir.absolute()}")
    people.print(f"Key file:    {settings.keys} ({'made now' if is_new else 'was there, left as it is'})")
    people.print(
        "Keep a copy of the key file away from the data folder: without it nothing opens, with both all does.\n"
        f"Wrap file:   {settings.wraps}\n"
        "Keep the newest copy of it beside that of the key file, each night in place of the last one, and no older "
        "one: what is shredded is forgotten there.\n"
        f"Head file:   {settings.head or 'none'}\n"
        "Keep it out of every backup: by it, a database that is put back is known to be an older one."
    )


def _tell_zone(settings: Settings, zone: str) -> None:
    """Say which zone is in force, and which line sets the one that is meant: settings are environment variables."""
    if zone and _is_in_force(settings, zone):
        people.print(f"Time zone:   {zone}\n")
    elif zone:
        people.print(f"Time zone:   {settings.timezone}. Set this in the portal's environment to make it {zone}:")
        people.print(f"  PORTAL_TIMEZONE={zone}\n")
    else:
        people.print(
            "Time zone:   not set, so times are read and shown in UTC. Set PORTAL_TIMEZONE, for example "
            f"PORTAL_TIMEZONE={_example()}\n"
        )


def _example() -> str:
    found = system_zone()
    return found if "/" in found and not found.startswith("Etc/") else "America/Chicago"


def _tell_next(settings: Settings, link: str) -> None:
    by_groups = settings.provider_terms.decide_roles
    people.print("Next:")
    people.print("  portal roster import PATH")
    if not by_groups:
        people.print("  portal staff add YOUR@ADDRESS --role admin")
    people.print("  portal serve")
    if by_groups:
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


def migrate_schema(
    back_to: Annotated[
        str, typer.Option(metavar="VERSION", help="Go back to a released version's schema, such as 0.2.0.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Bring the database to this version's schema, or with --back-to to an older one's."""
    if back_to and back_to not in RELEASED:
        raise WrongCall(f"--back-to {back_to} names no version this one can return to: {', '.join(RELEASED)}.")
    settings = load_settings()
    database = Database(settings.owned_database)
    if back_to:
        roles.check_owns(database)
        step_back(database, RELEASED[back_to])
    else:
        roles.bring_to_head(database, settings)
    found = current(database)
    database.close()
    whose = f"at {back_to}'s schema. Start {back_to} now, not this version" if back_to else "at this version's schema"
    answer(f"The database is {whose}.", as_json=as_json, schema=found)
