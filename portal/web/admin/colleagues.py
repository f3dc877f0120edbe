"""Who is on the staff: add somebody, change their role and sites, remove them."""

from dataclasses import dataclass, field, replace

from sqlmodel import Session
from starlette.responses import Response

from portal.flows.people import change_mail_keys, change_staff
from portal.flows.people.change_staff import LastAdmin
from portal.kernel.errors import WrongCall
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.overviews.arriving import mail_keys_seen
from portal.overviews.people import staff_list
from portal.overviews.people.staff_list import Colleague
from portal.staff.errors import NoSuchMailKey, OutOfScope
from portal.staff.rules import ROLES, Acting
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.web.signin.anew import is_anew
from portal.words.sentences import reason, sentence

_ROLE_WORDS = {
    "publisher": sentence("Publisher: writes letters and asks for approval"),
    "approver": sentence("Approver: writes letters, and approves those of others"),
    "admin": sentence("Admin: all of that, takes letters back, reads the ledger, looks after the staff"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, the standing it was made from, and a sentence for each field with a fault."""

    address: str = ""
    name: str = ""
    role: str = ""
    sites: tuple[str, ...] = ()
    seen: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def staff(ask: AdminRequest) -> Response:
    """List everybody, with a form for one more."""
    return _list(ask, Typed())


def add(ask: AdminRequest) -> Response:
    """Add somebody, or bring them back."""
    typed = _typed(ask, ask.form.text("address").strip()[:300])
    faults = _put(ask, typed, is_new=True)
    if faults:
        return _list(ask, replace(typed, faults=faults))
    return see_other("/admin/staff")


def colleague(ask: AdminRequest) -> Response:
    """Show one of them, with their role and sites to change and the button that removes them."""
    with ask.house.db.read() as session:
        one = _within(session, ask)
    seen = change_staff.standing(one.role, one.name, one.sites)
    return _one(ask, one, Typed(one.address, one.name, one.role, one.sites, seen))


def change(ask: AdminRequest) -> Response:
    """Give somebody another name, role or other sites."""
    with ask.house.db.read() as session:
        one = _within(session, ask)
    typed = _typed(ask, one.address)
    faults = _put(ask, typed, is_new=False)
    if faults:
        return _one(ask, one, replace(typed, faults=faults))
    return see_other("/admin/staff")


def remove(ask: AdminRequest) -> Response:
    """Take somebody off the staff; their sessions end with it."""
    with ask.house.db.write() as session:
        one = _within(session, ask)
        change_staff.remove_staff(session, ask.house.keys, one.address, by=ask.acting.label, now=ask.now)
    return see_other("/admin/staff")


def end_mail_key(ask: AdminRequest) -> Response:
    """End a mail key of somebody; the next message sent with it is refused."""
    mail_key_id = ask.path("key")
    with ask.house.db.write() as session:
        one = _within(session, ask)
        theirs = mail_keys_seen.mail_keys_seen(session, one.id, now=ask.now)
        if mail_key_id not in {each.id for each in theirs}:
            raise NoSuchMailKey
        change_mail_keys.end_mail_key(session, ask.house.keys, mail_key_id, by=ask.acting, now=ask.now)
    return see_other(f"/admin/staff/{one.id}")


def _typed(ask: AdminRequest, address: str) -> Typed:
    form = ask.form
    sites = tuple(form.all("site")) if form.text("reach") == "some" else ()
    return Typed(address, form.text("name").strip(), form.text("role"), sites, form.text("seen"))


def _put(ask: AdminRequest, typed: Typed, *, is_new: bool) -> dict[str, str]:
    faults: dict[str, str] = {}
    if typed.role not in ROLES:
        faults["role"] = sentence("Choose what they may do.")
    if ask.form.text("reach") != "all" and not typed.sites:  # no answer is never taken for every site
        faults["site"] = sentence("Choose at least one site, or every site.")
    if is_new and (fault := _address_fault(ask, typed.address)):
        faults["address"] = fault
    if faults:
        return faults
    _check_may_grant(ask.acting, frozenset(typed.sites))
    try:
        with ask.house.db.write() as session:
            change_staff.add_staff(
                session, ask.house.keys, typed.address, role=typed.role, name=typed.name, sites=typed.sites,
                by=ask.acting.label, now=ask.now, seen="" if is_new else typed.seen,
            )  # fmt: skip
    except LastAdmin as error:
        return {"role": reason(error)}
    except WrongCall as error:
        return {"name": reason(error)}
    return {}


def _address_fault(ask: AdminRequest, typed: str) -> str:
    try:
        address = OneAddress.parse(typed)
    except NotOneAddress:
        return sentence("This is not an e-mail address. Write it like name@school.org.")
    with ask.house.db.read() as session:
        everyone = staff_list.colleagues(session, now=ask.now)
    if any(one.address.casefold() == address.key for one in everyone):
        return sentence("Somebody with this address is on the staff already. Choose “Change” beside them in the list.")
    return ""


def _check_may_grant(acting: Acting, sites: frozenset[str]) -> None:
    """Nobody gives, or takes, more than they have: an admin of some sites makes no admin of every site."""
    if acting.sites is not None and not (sites and sites <= acting.sites):
        raise OutOfScope


def _within(session: Session, ask: AdminRequest) -> Colleague:
    one = staff_list.colleague(session, ask.path("staff"), now=ask.now)
    _check_may_grant(ask.acting, frozenset(one.sites))
    return one


def _list(ask: AdminRequest, typed: Typed) -> Response:
    with ask.house.db.read() as session:
        everyone = staff_list.colleagues(session, now=ask.now)
        sites = staff_list.grantable_sites(session, ask.acting)
    return _page(ask, "admin/staff.html", typed, sites=sites, everyone=everyone)


def _one(ask: AdminRequest, one: Colleague, typed: Typed) -> Response:
    with ask.house.db.read() as session:
        sites = staff_list.grantable_sites(session, ask.acting)
        theirs = mail_keys_seen.mail_keys_seen(session, one.id, now=ask.now)
    facts = {"sites": sorted({*sites, *one.sites}), "one": one, "mail_keys": theirs}
    return _page(ask, "admin/colleague.html", typed, **facts)


def _page(ask: AdminRequest, template: str, typed: Typed, **facts: object) -> Response:
    return staff_page(
        ask,
        template,
        here="Staff",
        status=400 if typed.faults else 200,
        typed=typed,
        is_anew=is_anew(ask),
        roles=[(role, _ROLE_WORDS[role]) for role in ROLES],
        **facts,
    )
