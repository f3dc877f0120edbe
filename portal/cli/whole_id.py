"""How a command takes an id: whole, or by a beginning of it that one alone has."""

from typing import TYPE_CHECKING, Final

from portal.cli.opening import aside
from portal.kernel.errors import WrongCall
from portal.kernel.ground import Ground
from portal.kernel.ids import is_id
from portal.kernel.later import Later

if TYPE_CHECKING:
    from portal.overviews.people import beginnings
    from portal.overviews.people.beginnings import Kind
else:  # the tables of five rooms, for whoever types no whole id
    beginnings = Later("portal.overviews.people.beginnings")

_FEWEST: Final = 4
_MOST_SHOWN: Final = 10


def whole_id(ground: Ground, kind: "Kind", typed: str) -> str:
    """Return the whole id that begins as typed, and say on standard error which one was taken.

    What nothing begins with is returned as it is: the act then says that there is no such thing. Raises `WrongCall`
    for fewer than four characters, and with the list where several begin so.
    """
    beginning = typed.strip().lower()
    if is_id(beginning) or not beginning:
        return beginning
    if len(beginning) < _FEWEST:
        raise WrongCall(f"“{typed}” is too short for an id. Write at least its first {_FEWEST} characters.")
    with ground.db.read() as session:
        found = beginnings.ids_that_begin(session, kind, beginning, limit=_MOST_SHOWN + 1)
    if not found:
        return typed
    if len(found) > 1:
        shown = "".join(f"\n  {one.id}  {one.words}" for one in found[:_MOST_SHOWN])
        more = "\n  and more" if len(found) > _MOST_SHOWN else ""
        raise WrongCall(f"Several ids begin with “{beginning}”. Write more of the one you mean:{shown}{more}")
    aside.print(f"“{beginning}” is {kind} {found[0].id} ({found[0].words}).", markup=False)
    return found[0].id
