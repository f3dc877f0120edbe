"""Erasing somebody: first what would go, then the press with a reason, then what went."""

from starlette.responses import Response

from portal import publish
from portal.families.errors import NoSuchChild, NoSuchGuardian
from portal.flows.people.erase_person import Erasing, Kind, Who
from portal.kernel.errors import WrongCall
from portal.web.guards import AdminRequest
from portal.web.render_staff import staff_page
from portal.words.sentences import sentence

_LONGEST = 80
_LONGEST_REASON = 500
_NOBODY = sentence("Nobody here has this number or id. Look at it again; whoever is erased is not found any more.")
_MISSING = sentence("Say why, in at most 500 letters and without a name. The reason is kept.")


def before(ask: AdminRequest) -> Response:
    """Ask whom; or show what erasing somebody would take away."""
    name = ask.query("name").strip()[:_LONGEST]
    if not name:
        return staff_page(ask, "admin/erase.html", here="Erase", who=None, seen=None, fault="")
    return _look(ask, _who(ask.query("kind"), name))


def erase(ask: AdminRequest) -> Response:
    """Erase somebody and say what went."""
    who = _who(ask.form.text("kind"), ask.form.text("name").strip()[:_LONGEST])
    reason = ask.form.text("reason").strip()
    if not 0 < len(reason) <= _LONGEST_REASON:
        return _look(ask, who, fault=_MISSING, status=400)
    try:
        done = publish.erase(ask.house, who, by=ask.acting, reason=reason, now=ask.now)
    except (NoSuchChild, NoSuchGuardian):  # somebody else was quicker: say so beside the number
        return _look(ask, who)
    return staff_page(ask, "admin/erased.html", here="Erase", who=who, done=done)


def _look(ask: AdminRequest, who: Who, *, fault: str = "", status: int = 200) -> Response:
    seen: Erasing | None = None
    try:
        seen = publish.look_at_erasure(ask.house, who, by=ask.acting)
    except (NoSuchChild, NoSuchGuardian):
        fault, status = _NOBODY, 404
    return staff_page(ask, "admin/erase.html", here="Erase", status=status, who=who, seen=seen, fault=fault)


def _who(kind: str, name: str) -> Who:
    kinds: tuple[Kind, ...] = ("child", "guardian")
    found = next((one for one in kinds if one == kind), None)
    if found is None:
        raise WrongCall(sentence("Say whether it is a child or a guardian."))
    return Who(found, name)
