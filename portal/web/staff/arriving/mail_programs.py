"""The mail programs of a staff member: their mail keys, the addresses they may write to, and how each is set up."""

from collections.abc import Mapping
from typing import Any, cast

from starlette.responses import Response

from portal.arrivals.rules.drop_addresses import Terms
from portal.flows.people import change_mail_keys
from portal.kernel.errors import Refused, WrongCall
from portal.mailings.rules import Term, TermKind, audience_sentence
from portal.overviews.arriving import mail_keys_seen
from portal.overviews.arriving.drop_targets import drop_targets
from portal.overviews.people import staff_list
from portal.staff.errors import NoSuchMailKey
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.reader_language import staff_language_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.web.signin.anew import is_anew
from portal.web.staff.arriving.mail_servers import mail_servers
from portal.words.sentences import reason, said, sentence

_FEW = 8
"""So many addresses are shown before somebody searches for others."""
_SHOWN = 60
_SAID = {"ended": sentence("That mail key is ended. The next message sent with it is refused.")}


def mail_programs(ask: StaffRequest) -> Response:
    """Show the mail keys of whoever asks, the addresses they may write to, and the set-up of each mail program."""
    return _shown(ask, done=_SAID.get(ask.query("said"), ""))


def make_key(ask: StaffRequest) -> Response:
    """Make a mail key and show it, this once: what is loaded again is another key, or none."""
    label = ask.form.text("label")[:300]
    try:
        with ask.house.db.write() as session:
            _, secret = change_mail_keys.make_mail_key(session, ask.house.keys, label, by=ask.acting, now=ask.now)
    except (WrongCall, Refused) as error:
        return _shown(ask, label=label, fault=reason(error), status=status_of(error))
    return _shown(ask, label=label, secret=secret)


def end_key(ask: StaffRequest) -> Response:
    """End one of one's own mail keys; those of others end on the page of the staff."""
    mail_key_id = ask.path("key")
    with ask.house.db.write() as session:
        own = mail_keys_seen.mail_keys_seen(session, ask.acting.id, now=ask.now)
        if mail_key_id not in {one.id for one in own}:
            raise NoSuchMailKey
        change_mail_keys.end_mail_key(session, ask.house.keys, mail_key_id, by=ask.acting, now=ask.now)
    return see_other("/staff/mail-programs?said=ended")


def _shown(
    ask: StaffRequest, *, label: str = "", secret: str = "", done: str = "", fault: str = "", status: int = 200
) -> Response:
    with ask.house.db.read() as session:
        own = mail_keys_seen.mail_keys_seen(session, ask.acting.id, now=ask.now)
        admins = staff_list.admins_but(session, ask.acting)
        targets = drop_targets(session, ask.acting) if ask.house.settings.gate_domain else {}
    facts: dict[str, Any] = {"own": own, "admins": admins, "servers": mail_servers(ask.house.settings)}
    facts["is_anew"] = is_anew(ask)
    told = {"label": label, "secret": secret, "said": done, "fault": fault}
    facts |= told | _found(ask, targets)
    return staff_page(ask, "staff/mail_programs.html", here="Mail programs", status=status, **facts)


def _found(ask: StaffRequest, targets: Mapping[str, Terms]) -> dict[str, Any]:
    """Return the addresses that a search finds, each with whom it is for, as many as a page holds."""
    organisation, language = ask.house.settings.organisation, staff_language_of(ask.http)
    words, found = ask.query("q"), []
    for name, terms in targets.items():
        audience = audience_sentence([Term(cast("TermKind", kind), value) for kind, value in terms], organisation)
        here = f"{name} {said(audience, language)}".casefold()
        if all(word in here for word in words.casefold().split()):
            found.append((name, audience))
    most = _SHOWN if words else _FEW
    more, has_many = len(found[most:]), len(targets) > _FEW
    return {"words": words, "drops": found[:most], "more_drops": more, "has_many": has_many}
