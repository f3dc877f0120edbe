"""For how many days documents are kept, as an operator says it."""

from typing import Final

_KINDS: Final = ("shared", "own")


def days_of(text: str) -> dict[str, int]:
    """Return the days of each kind of document: `365` for all, or `shared=365,own=730`. Raises `ValueError`."""
    if not text.strip():
        return {}
    given = [part.partition("=") for part in text.replace(" ", "").split(",")]
    if len(given) == 1 and not given[0][1]:
        given = [(kind, "=", given[0][0]) for kind in _KINDS]
    days: dict[str, int] = {
        kind: int(count) for name, _, count in given for kind in _KINDS if kind == name and count.isdecimal()
    }
    if len(days) < len(given) or not all(1 <= count <= 36_500 for count in days.values()):
        message = "must be a number of days, such as 365, or one for each kind, such as shared=365,own=730"
        raise ValueError(message)
    return days
