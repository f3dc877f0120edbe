"""One mail address, checked once, in one type that every mail function takes."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.kernel.errors import WrongCall
from portal.kernel.later import Later

if TYPE_CHECKING:
    import email_validator
else:  # only addresses of a strange shape ask it
    email_validator = Later("email_validator")

_SEPARATORS = re.compile(r"[,;<>\s]|[^\x20-\x7e]|=\?")  # `=?` opens an encoded word (RFC 2047)
_PLAIN = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_NEVER_DELIVERED = (".local", ".localhost", ".invalid", ".onion", ".arpa")


class NotOneAddress(WrongCall):
    """This is not exactly one mail address."""


@dataclass(frozen=True, slots=True)
class OneAddress:
    """Exactly one RFC 5321 mailbox, at most 254 octets: no list, group, display name or control character.

    `EmailMessage["To"] = "a@x, b@y"` silently becomes two recipients; a value of this type cannot.
    Build it with `OneAddress.parse`. Raises `NotOneAddress`.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> "OneAddress":
        """Return the address in `text`, outer blanks removed and its domain in lower case."""
        address = text.strip(" ")
        if _SEPARATORS.search(address):
            message = "This holds more than one address, or a character no address has."
            raise NotOneAddress(message)
        if len(address) <= 254 and _PLAIN.fullmatch(address) and not address.lower().endswith(_NEVER_DELIVERED):
            local, _, domain = address.rpartition("@")
            if len(local) <= 64:  # the ordinary shape, decided without the library's 40 microseconds
                return cls(f"{local}@{domain.lower()}")
        try:
            checked = email_validator.validate_email(
                address, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True
            )
        except email_validator.EmailNotValidError as error:
            raise NotOneAddress(str(error)) from None
        return cls(f"{checked.ascii_local_part}@{checked.ascii_domain}")

    @property
    def key(self) -> str:
        """The address by which two spellings are one mailbox: letters folded."""
        return self.text.casefold()

    def __str__(self) -> str:
        """Return the address as it is mailed to."""
        return self.text


def load_checker() -> None:
    """Load what addresses of a strange shape need: behind the filter of a cage nothing can be loaded any more."""
    is_one_address("o'hara@mail.test")


def is_one_address(text: str) -> bool:
    """Tell whether a text is one mail address."""
    try:
        OneAddress.parse(text)
    except NotOneAddress:
        return False
    return True
