"""The one check that keeps a blob's name from ever being a path."""

from portal.kernel.errors import WrongCall
from portal.kernel.ids import is_id


class NotAName(WrongCall):
    """This is not the name of a kept file."""


def checked(name: str) -> str:
    """Return `name` when it is 32 lower-case hexadecimal digits. Raises `NotAName`."""
    if not is_id(name):
        raise NotAName
    return name
