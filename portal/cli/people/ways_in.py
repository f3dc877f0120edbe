"""`portal staff sign-in-link`, `setup-link` and `mail-key`: ways in, each shown once."""

from typing import Annotated

import typer

from portal.cli.opening import Json, answer, open_ground, people, setup_address
from portal.cli.people.staff import BY_GROUPS
from portal.cli.person import on_behalf_of, shell_name
from portal.cli.whole_id import whole_id
from portal.flows.people import change_mail_keys, sign_in_staff
from portal.kernel.errors import Refused

Address = Annotated[str, typer.Argument(metavar="EMAIL", help="Their work address.")]


def sign_in_link(address: Address, as_json: Json = False) -> None:
    """Print a link that signs somebody in once, within 15 minutes. They are told by mail."""
    with open_ground() as ground:
        if ground.settings.has_oidc:
            raise Refused("Staff sign in with their school accounts here, so there are no sign-in links.")
        with ground.db.write() as session:
            token = sign_in_staff.make_sign_in_link(session, ground.keys, address, by=shell_name(), now=ground.clock())
    link = f"{ground.settings.base_url}/staff/sign-in#{token}"
    answer(link, as_json=as_json, link=link)


def setup_link(as_json: Json = False) -> None:
    """Print a link that makes the first admin in a browser, once, within 24 hours. Those before it end."""
    with open_ground() as ground:
        if ground.settings.has_oidc:
            by_groups = ground.settings.provider_terms.decide_roles
            adding = BY_GROUPS if by_groups else "Add the first admin with `portal staff add`."
            raise Refused(f"Staff sign in with their school accounts here. {adding}")
        with ground.db.write() as session:
            token = sign_in_staff.make_setup_link(session, ground.keys, by=shell_name(), now=ground.clock())
    link = setup_address(ground.settings, token)
    answer(link, as_json=as_json, link=link)


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
