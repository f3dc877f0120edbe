"""What the environment sets: names that are wrong are answered with the nearest right one, secrets may stand in files.

`NAME_FILE` names such a file, and its text without the last newline is the setting `NAME`: nothing that lists a process
or a container shows it then. systemd, Docker and Kubernetes hand secrets over like this.
"""

import difflib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from portal.kernel.errors import StartRefused

FILE: Final = "_FILE"
_LONGEST: Final = 64 * 1024


def check_names(given: Collection[str], known: Collection[str], later: Collection[str]) -> None:
    """Refuse a name that means nothing, or nothing yet: neither is ever ignored. Raises `StartRefused`."""
    for name in sorted(given):
        if name.removesuffix(FILE) in later:
            raise StartRefused(f"{name} is not built yet in this version; unset it.")
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise StartRefused(f"There is no setting {name}.{hint}")


def with_secrets_read(given: Mapping[str, str], secrets: Collection[str]) -> dict[str, str]:
    """Return the settings with the text of each file in the place of its name.

    Raises `StartRefused` for a secret that is given twice, and for a file that cannot be read or holds nothing.
    """
    found = dict(given)
    for name in sorted(secrets):
        path = found.pop(name + FILE, "")
        if not path:
            continue
        if found.get(name):
            raise StartRefused(f"Both {name} and {name}{FILE} are set. Unset one of them.")
        found[name] = _text(name + FILE, Path(path))
    return found


def _text(name: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(_LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise StartRefused(
            f"{name} names {path}, which cannot be read: {why}. See that it is there, and that the portal's user may "
            "read it."
        ) from None
    if len(text) > _LONGEST:
        raise StartRefused(f"{name} names {path}, which is too long for a secret. Name the file with the secret alone.")
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise StartRefused(f"{name} names {path}, which is empty. Write the secret into it, or unset {name}.")
    return secret
