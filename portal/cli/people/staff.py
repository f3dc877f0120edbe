"""`portal staff`: who signs in, as what, and for which sites. Listing them loads nothing that changes anybody."""

from typing import Final

import typer

from portal.cli.later import Places, later

COMMANDS: Final[Places] = {
    "add": (
        "people.staff_changed.add",
        "Add somebody to the staff, or give them another role or other sites. Twice is the same as once.",
    ),
    "remove": ("people.staff_changed.remove", "Take somebody off the staff. They are signed out at once."),
    "list": ("people.staff_listed.list_staff", "List everybody on the staff."),
    "sign-in-link": (
        "people.ways_in.sign_in_link",
        "Print a link that signs somebody in once, within 15 minutes. They are told by mail.",
    ),
    "setup-link": (
        "people.ways_in.setup_link",
        "Print a link that makes the first admin in a browser, once, within 24 hours. Those before it end.",
    ),
    "mail-key": (
        "people.ways_in.mail_key",
        "Print a mail key, once: with it a mail program hands messages to the gate as somebody, for a year.",
    ),
}

BY_GROUPS: Final = "Whoever is in a group that PORTAL_OIDC_ROLES names comes in by signing in."

app = typer.Typer(cls=later(COMMANDS), help="Who signs in, as what, and for which sites.", no_args_is_help=True)


@app.callback()
def _staff() -> None:
    """Who signs in, as what, and for which sites."""
