"""Mailboxes that several people write from: `office@school.test=ana@school.test+ben@school.test, …`."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

from portal.kernel.text.addresses import NotOneAddress, OneAddress


def owners_of(text: str) -> Mapping[str, frozenset[str]]:
    """Return who writes from each mailbox, all by the keys of their addresses. Raises `ValueError`."""
    found: dict[str, frozenset[str]] = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        mailbox, _, owners = one.partition("=")
        try:
            found[OneAddress.parse(mailbox).key] = frozenset(OneAddress.parse(owner).key for owner in owners.split("+"))
        except NotOneAddress:
            message = "must be like office@school.test=ana@school.test+ben@school.test, several by commas"
            raise ValueError(message) from None
    return found


def _checked(text: str) -> str:
    owners_of(text)
    return text.strip()


SharedMailboxes = Annotated[str, AfterValidator(_checked)]
"""Such a list as it was written, and as `owners_of` reads it."""
