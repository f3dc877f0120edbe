"""The drop addresses that a staff member may write to, and the audience of each."""

from collections.abc import Iterable, Mapping

from sqlmodel import Session

from portal.arrivals.rules.drop_addresses import Terms, drop_addresses
from portal.families import repository as families
from portal.staff.rules import Acting


def drop_targets(session: Session, by: Acting) -> dict[str, Terms]:
    """Return the audience of each drop address within somebody's sites, by what stands before the @."""
    return drop_addresses(families.places(session, by.sites), is_limited=by.sites is not None)


def drops_among(addresses: Iterable[str], domain: str) -> list[str]:
    """Return what stands before the @ of those addresses that are at the domain of drop addresses."""
    at = f"@{domain.casefold()}"
    said = [one.casefold() for one in addresses] if domain else []
    return list(dict.fromkeys(one.removesuffix(at) for one in said if one.endswith(at)))


def terms_of(targets: Mapping[str, Terms], drops: Iterable[str]) -> tuple[Terms, list[str]]:
    """Return the audience of several drop addresses as one, and those that lead nowhere.

    Words of one kind are added up (`grade-3` and `grade-4`); where they are of several, the audience is empty: it can
    be said by naming its children alone.
    """
    told = list(drops)
    found = [targets[one] for one in told if one in targets]
    lost = [one for one in told if one not in targets]
    if (("everyone", ""),) in found:
        return (("everyone", ""),), lost
    if len(found) == 1:
        return found[0], lost
    kinds = {kind for terms in found for kind, _ in terms}
    is_plain = len(kinds) == 1 and all(len(terms) == 1 for terms in found)
    return (tuple(term for terms in found for term in terms) if is_plain else ()), lost
