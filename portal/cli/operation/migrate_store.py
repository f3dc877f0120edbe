"""`portal migrate-store`: the database, the key store or the letters' files move to another place."""

from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer
from sqlalchemy import make_url

from portal.backups.moving import Moved, by_owner, carrier_of, forget, move
from portal.cli.house import open_house
from portal.cli.opening import Json, answer, aside, people, print_json, progress
from portal.kernel.errors import PortalError, WrongCall
from portal.kernel.storage.moves import SETTINGS, Store, moves_in
from portal.kernel.text.counts import count_of
from portal.wiring import House

_HELD: Final[dict[Store, str]] = {
    "database": "It holds every name and every record to this day.",
    "key store": "With the key file and the wrap file it opens whatever is not shredded, for up to two weeks from now.",
    "files": "They are sealed: they open with key store, key file and wrap file.",
}
_CLOSED: Final = (
    "The portal stays closed until this is done. Run the command again, or give it up with --forget instead of the URL."
)
_FORGOTTEN: Final = (
    "The portal goes on with what its settings name. What was written at a new place since is not in the old one: "
    "never run both, and empty a new place that is not used before you move to it again."
)


def migrate_store(
    url: Annotated[
        str, typer.Argument(help="postgresql+psycopg://…, sqlite:///… for a database; s3://… or a folder for files.")
    ] = "",
    keys: Annotated[bool, typer.Option("--keys", help="The URL is the key store's new database.")] = False,
    forgets: Annotated[
        bool, typer.Option("--forget", help="Give up a move, or undo one: go on with what the settings name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Move the database, with --keys the key store, or the files to another place, verified, and close meanwhile."""
    if bool(url) == forgets:
        raise WrongCall("Name the new place, or --forget.")
    with open_house(is_moving=True) as served, by_owner(served) as house:
        if forgets:
            found = forget(house)
            answer(_FORGOTTEN, as_json=as_json, forgotten=[{"store": one.store, "place": one.place} for one in found])
            return
        moved = _moved(house, url, keys=keys)
    setting, leave = SETTINGS[moved.store], what_to_remove(moved)
    if as_json:
        print_json(
            store=moved.store, old=moved.old, place=moved.place, counts=moved.counts, set={setting: moved.place},
            remove=leave,
        )  # fmt: skip
        return
    _tell(moved, setting, leave)


def _moved(house: House, url: str, *, keys: bool) -> Moved:
    carrier = carrier_of(house, url, keys=keys)
    try:
        with progress():
            return move(house, carrier)
    except PortalError:
        with house.db.read() as session:
            if any(one.state == "moving" for one in moves_in(session.connection())):
                aside.print(_CLOSED, markup=False)
        raise
    finally:
        carrier.close()


def _tell(moved: Moved, setting: str, leave: str) -> None:
    for name, count in moved.counts.items():
        if count:
            what = count_of(count, "file" if moved.store == "files" else "row")
            people.print(f"{name}: {what}, read anew and the same at both places", markup=False)
    if moved.store != "files" and moved.counts:
        empty = sum(count == 0 for count in moved.counts.values())
        people.print(f"{count_of(empty, 'table')} more, empty at both places.")
    if moved.store == "database" and moved.counts:
        people.print("The ledger is whole at the new place.")
    if not moved.counts:
        people.print(f"The {moved.store} has moved there before; nothing was done.")
    people.print(
        f"\nThe {moved.store} is at {moved.place}. Next:\n"
        f"1. Set {setting} to it for every site, worker and command, with the password where it needs one. "
        "Start them again: until then they answer that the portal is moving.\n"
        f"2. See a letter open, and run `portal doctor` and `portal backup`.\n"
        f"3. What lies at the old place stays there, and nobody uses it any more. {_HELD[moved.store]} {leave}",
        markup=False,
    )


def what_to_remove(moved: Moved) -> str:
    """Return what is left at the old place, as an operator removes it."""
    if moved.store == "files":
        parts = urlsplit(moved.old)
        if parts.scheme == "s3":
            return f"Remove every object below {parts.path.strip('/') or '/'} in the bucket {parts.netloc}."
        return f"Remove the folder: rm -r {moved.old}"
    old = make_url(moved.old)
    if old.get_backend_name() == "sqlite":
        path = Path(old.database or "")
        return f"Remove the files: rm {path} {path}-wal {path}-shm"
    return f"Remove the database {old.database} on {old.host or 'its server'}: DROP DATABASE {old.database};"
