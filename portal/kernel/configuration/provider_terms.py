"""Whom an OpenID provider may let in, and as what, as an operator writes it in two settings."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

ProviderRole = Literal["publisher", "approver", "admin"]
_RANK: Final[dict[str, ProviderRole]] = {"publisher": "publisher", "approver": "approver", "admin": "admin"}
"""The roles, the one that may do most last."""
CLAIMS: Final = {"group": "groups", "role": "roles"}
"""The claim of a token that each word of the setting means."""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a provider's groups make somebody; `sites` is None for every site."""

    role: ProviderRole
    sites: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Rule:
    held: str
    role: ProviderRole
    site: str | None


@dataclass(frozen=True, slots=True)
class ProviderTerms:
    """The domains an address must be of, and which group is which role; empty where the portal itself decides."""

    domains: frozenset[str] = frozenset()
    rules: tuple[_Rule, ...] = ()

    @property
    def decide_roles(self) -> bool:
        """Whether the provider's groups, and not the portal's admins, say who is what."""
        return bool(self.rules)

    def admit(self, verified_address: str) -> bool:
        """Tell whether a verified address is of a domain that is let in."""
        name, _, domain = verified_address.rpartition("@")
        return not self.domains or (bool(name) and domain.lower() in self.domains)

    def granted(self, held: Collection[str]) -> Granted | None:
        """Return what these groups make somebody: their highest role, for the sites that groups of that role name."""
        for role in reversed(_RANK.values()):
            sites = [rule.site for rule in self.rules if rule.role == role and rule.held in held]
            if sites:
                named = frozenset(site for site in sites if site is not None)
                return Granted(role, None if None in sites else named)
        return None


def read_terms(domains: str, roles: str) -> ProviderTerms:
    """Read `school.org,district.org` and `group:portal-admins=admin,group:front-office=publisher@Oak`.

    Raises `ValueError` with what it must be like.
    """
    named = [domain.strip().lower().removeprefix("@") for domain in domains.split(",") if domain.strip()]
    if any("." not in domain or "@" in domain or " " in domain for domain in named):
        message = "must be domains by comma, such as school.org,district.org"
        raise ValueError(message)
    return ProviderTerms(frozenset(named), tuple(_rule(rule.strip()) for rule in roles.split(",") if rule.strip()))


def _rule(text: str) -> _Rule:
    held, is_rule, means = text.rpartition("=")
    claim, is_named, name = held.partition(":")
    role, is_limited, site = means.strip().partition("@")
    is_whole = is_rule and is_named and name.strip() and (site.strip() or not is_limited)
    if not is_whole or claim not in CLAIMS or role not in _RANK:
        message = "must be like group:portal-admins=admin,group:front-office=publisher@Oak"
        raise ValueError(message)
    return _Rule(f"{claim}:{name.strip()}", _RANK[role], " ".join(site.split()) or None)
