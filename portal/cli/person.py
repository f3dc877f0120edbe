"""Who acts when a command acts: the shell is not a person, so both it and the person it acts for are named."""

import getpass
import os

from sqlmodel import Session

from portal.kernel.text.addresses import OneAddress
from portal.staff import repository as staff
from portal.staff.rules import Acting


def shell_name() -> str:
    """Return how the ledger names this shell: by its user, or by the number of one without a name (in a container)."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"cli:{os.getuid()}"


def the_shell() -> Acting:
    """Return who looks where nobody is named: whoever has a shell here reads the database, so it may see all of it."""
    return Acting("", "", shell_name(), "admin", None, through=shell_name())


def on_behalf_of(session: Session, address: str) -> Acting:
    """Return the staff member a command acts for. Raises `NoSuchStaff`, `NotOneAddress`."""
    return staff.by_address(session, OneAddress.parse(address).key, through=shell_name())
