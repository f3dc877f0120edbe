"""Signing in again before a change of staff, mail keys or accepted findings (ASVS 5.0, 7.5.1).

What only takes away, such as ending a key, asks for nothing: it must be done at once.
"""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from starlette.responses import Response

from portal.flows.people import keep_signed_in
from portal.staff.errors import SignInTooOld
from portal.web.guards import StaffRequest

Asking = TypeVar("Asking", bound=StaffRequest)


def is_anew(ask: StaffRequest) -> bool:
    """Tell whether whoever asks signed in so lately that a page shows them the form of such a change.

    A form that comes back with a fault is shown for as long as its press is taken.
    """
    with ask.house.db.read() as session:
        return keep_signed_in.is_anew(session, ask.session_id, is_typing=ask.http.method == "POST", now=ask.now)


def anew(handler: Callable[[Asking], Response]) -> Callable[[Asking], Response]:
    """Take a press from whoever signed in lately. Raises `SignInTooOld`, which leads to the sign-in page and back."""

    @wraps(handler)
    def checked(ask: Asking) -> Response:
        if not is_anew(ask):
            raise SignInTooOld
        return handler(ask)

    return checked
