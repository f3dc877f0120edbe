"""`portal staff`: who signs in, as what, and for which sites."""

from typing import Annotated

import typer
from rich.table import Table

from portal.cli.opening import Json, answer, folded, open_ground, people, print_json, setup_address
from portal.cli.person import on_behalf_of, shell_name
from portal.cli.whole_id import whole_id
from portal.flows.people import change_mail_keys, change_staff, sign_in_staff
from portal.kernel.errors import Refused
from portal.kernel.text.counts import count_of
from portal.staff import repository as staff

app = typer.Typer(help="Who signs in, as what, and for which sites.", no_args_is_help=True)

_BY_GROUPS = "Whoever is in a group that PORTAL_OIDC_ROLES names comes in by signing in."

Address = Annotated[str, typer.Argument(metavar="EMAIL", help="Their work address.")]


@app.callback()
def _staff() -> None:
    """Who signs in, as what, and for which sites."""


@app.command()
def add(
    address: Address,
    role: Annotated[str, typer.Option(help="publisher, approver or admin.")],
    name: Annotated[str, typer.Option(help="What people call them.")] = "",
    scope: Annotated[list[str], typer.Option(help="A site they may act for; repeat it. Without it: every site.")] = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Add somebody to the staff, or give them another role or other sites. Twice is the same as once."""
    with open_ground() as ground, ground.db.write() as session:
        member = change_staff.add_staff(
            session, ground.keys, address, role=role, name=name, sites=scope, by=shell_name(), now=ground.clock()
        )
    sites = ", ".join(scope) if scope else "every site"
    answer(
        f"{member.name or member.address} is {member.role} for {sites}.",
        as_json=as_json, address=member.address, name=member.name, role=member.role, sites=sorted(scope) or None,
    )  # fmt: skip


@app.command()
def remove(address: Address, as_json: Json = False) -> None:
    """Take somebody off the staff. They are signed out at once."""
    with open_ground() as ground, ground.db.write() as session:
        ended = change_staff.remove_staff(session, ground.keys, address, by=shell_name(), now=ground.clock())
    words = f"{address} is off the staff. {count_of(ended, 'open session')} ended."
    answer(words, as_json=as_json, address=address, sessions_ended=ended)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a person.")] = False,
) -> None:
    """List everybody on the staff."""
    with open_ground() as ground, ground.db.read() as session:
        everyone = staff.everyone(session)
        by_groups = ground.settings.provider_terms.decide_roles
    if as_json:
        for member, sites in everyone:
            print_json(
                address=member.address,
                name=member.name,
                role=member.role,
                sites=sorted(sites) or None,
                has_school_account=member.oidc_subject is not None,
            )
        return
    if not everyone:
        adding = "Add somebody: portal staff add EMAIL --role admin"
        people.print(f"Nobody is on the staff yet. {_BY_GROUPS if by_groups else adding}")
        return
    table = Table(*folded("Address", "Name", "Role", "Sites"))
    for member, sites in everyone:
        table.add_row(member.address, member.name, member.role, ", ".join(sorted(sites)) or "every site")
    people.print(table)


@app.command("sign-in-link")
def sign_in_link(address: Address, as_json: Json = False) -> None:
    """Print a link that signs somebody in once, within 15 minutes. They are told by mail."""
    with open_ground() as ground:
        if ground.settings.has_oidc:
            raise Refused("Staff sign in with their school accounts here, so there are no sign-in links.")
        with ground.db.write() as session:
            token = sign_in_staff.make_sign_in_link(session, ground.keys, address, by=shell_name(), now=ground.clock())
    link = f"{ground.settings.base_url}/staff/sign-in#{token}"
    answer(link, as_json=as_json, link=link)


@app.command("setup-link")
def setup_link(as_json: Json = False) -> None:
    """Print a link that makes the first admin in a browser, once, within 24 hours. Those before it end."""
    with open_ground() as ground:
        if ground.settings.has_oidc:
            by_groups = ground.settings.provider_terms.decide_roles
            adding = _BY_GROUPS if by_groups else "Add the first admin with `portal staff add`."
            raise Refused(f"Staff sign in with their school accounts here. {adding}")
        with ground.db.write() as session:
            token = sign_in_staff.make_setup_link(session, ground.keys, by=shell_name(), now=ground.clock())
    link = setup_address(ground.settings, token)
    answer(link, as_json=as_json, link=link)


@app.command("mail-key")
def mail_key(
    address: Address,
    label: Annotated[str, typer.Option("--for", help="For which mail program it is.")] = "Mail program",
    end: Annotated[str, typer.Option("--end", metavar="ID", help="End the mail key of this id instead.")] = "",
    as_json: Json = False,
) -> None:
    """Print a mail key, once: with it a mail program hands messages to the gate as somebody, for a year."""
    with open_ground() as ground:
        made, secret = whole_id(ground, "mail key", end) if end else "", ""
        with ground.db.write() as session:
            by, now = on_behalf_of(session, address), ground.clock()
            if end:
                change_mail_keys.end_mail_key(session, ground.keys, made, by=by, now=now)
            else:
                made, secret = change_mail_keys.make_mail_key(session, ground.keys, label, by=by, now=now)
    if end:
        answer("No mail program gets in with this mail key any more.", as_json=as_json, id=made, ended=True)
        return
    answer(secret, as_json=as_json, id=made, mail_key=secret, username=by.address)
    if not as_json:
        people.print(f"Its id is {made}. The user name beside it is {by.address}.")
