"""`portal gate rule`: what an operator pastes into the mail system in front. The secret is printed here alone."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from portal.cli.opening import Json, open_ground, print_json
from portal.gate.in_front.exchange import exchange_rule
from portal.gate.in_front.front import Front
from portal.gate.in_front.google import google_rule
from portal.gate.in_front.postfix import postfix_rule
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import StartRefused
from portal.staff import repository as staff

_PORTS: Final = {"smtp+starttls": 587, "smtps": 465}
_UNSET: Final = (
    "PORTAL_GATE_SECRET is not set, so no rule would be known. Make one with `openssl rand -hex 32`, write it into a "
    "file that the portal's user alone may read, name that in PORTAL_GATE_SECRET_FILE, and start the gate anew."
)


class System(StrEnum):
    """Mail systems that there is a rule for."""

    EXCHANGE = "exchange"
    GOOGLE = "google"
    POSTFIX = "postfix"


_RULES: Final[dict[System, Callable[[Front], str]]] = {
    System.EXCHANGE: exchange_rule,
    System.GOOGLE: google_rule,
    System.POSTFIX: postfix_rule,
}


def rule(
    system: Annotated[System, typer.Option("--for", help="The mail system in front.")],
    host: Annotated[str, typer.Option(help="The gate's name, as its certificate has it; else the site's.")] = "",
    port: Annotated[int, typer.Option(help="The gate's port, as the mail system reaches it.", min=0, max=65_535)] = 0,
    domain: Annotated[list[str], typer.Option(help="A domain staff write from; repeat it. Else those of staff.")] = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Print the rule for the mail system in front, with its secret: handle what is printed like a password."""
    with open_ground() as ground:
        settings = ground.settings
        if settings.gate_secret is None:
            raise StartRefused(_UNSET)
        with ground.db.read() as session:
            everyone = staff.everyone(session)
        theirs = sorted({member.address.rpartition("@")[2].lower() for member, _ in everyone})
        front = Front.of(
            host=host or urlsplit(settings.base_url).hostname or "",
            port=port or _port_of(settings),
            domains=domain or theirs,
            secret=settings.gate_secret.get_secret_value(),
        )
    text = _RULES[system](front)
    if as_json:
        print_json(system=system.value, host=front.host, port=front.port, domains=front.domains, rule=text)
    else:
        print(text, end="")


def _port_of(settings: Settings) -> int:
    """Return the first port with TLS that the gate listens at."""
    for url in settings.gate_url.split(","):
        parts = urlsplit(url.strip())
        if parts.scheme in {"smtp+starttls", "smtps"}:
            return parts.port or _PORTS[parts.scheme]
    return _PORTS["smtp+starttls"]
