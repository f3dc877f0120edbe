"""How many of something, in English, for commands, staff mail and reports; families' words are in their catalogues."""


def count_of(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts: "1 link is dead", "2 links are dead". Without `many`, an s makes it."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
