"""The fields that a Typst template from staff names, found in the cage: a long name made this search slow."""

import re
from typing import Final

from portal.press.letters.fields import CHILD_FIELDS, PLAIN_FIELDS, WrongTemplate

_DOTTED: Final = re.compile(r"(?<![\w.-])(?P<of>child|value)\.(?P<name>[^\W\d][\w-]*+)(?!\()")


def named_fields(source: str) -> tuple[str, ...]:
    """Return the fields, each once. Raises `WrongTemplate` for one that there is not."""
    found = dict.fromkeys(f"{use['of']}.{use['name']}" for use in _DOTTED.finditer(source))
    for name in found:
        if name.startswith("child.") and name not in CHILD_FIELDS:
            raise WrongTemplate(f"There is no field {name[:80]}. There are: {', '.join(CHILD_FIELDS)}.")
    plain = (name for name in PLAIN_FIELDS if re.search(rf"#{name}(?![\w-])", source))
    return (*found, *plain)
