"""Which domain is let in, and which group is which role, as an operator writes it."""

import pytest

from portal.kernel.configuration.provider_terms import read_terms
from portal.kernel.configuration.settings import load_settings
from portal.kernel.errors import StartRefused

OIDC = {f"PORTAL_OIDC_{name}": "https://accounts.example" for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")}


def test_the_highest_role_counts_and_its_sites_add_up() -> None:
    terms = read_terms("", "group:a=publisher@Oak, group:b=publisher@Maple Hill,role:c=approver,group:c=approver@Oak")
    assert terms.granted({"group:x"}) is None
    one = terms.granted({"group:a", "group:b"})
    assert one
    assert (one.role, one.sites) == ("publisher", {"Oak", "Maple Hill"})
    two = terms.granted({"group:a", "group:c"})
    assert two
    assert (two.role, two.sites) == ("approver", {"Oak"})
    three = terms.granted({"role:c", "group:c"})
    assert three
    assert three.sites is None, "a group without a site stands for all"


def test_a_domain_is_meant_whole() -> None:
    terms = read_terms(" School.org, @district.org ", "")
    assert terms.admit("a@SCHOOL.org")
    assert terms.admit("a@district.org")
    assert not any(
        terms.admit(address) for address in ("a@x.school.org", "a@school.org.evil.example", "school.org", "")
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("DOMAINS", "school"),
        ("DOMAINS", "a@school.org"),
        ("ROLES", "heads=admin"),
        ("ROLES", "group:heads=owner"),
        ("ROLES", "group:heads=publisher@"),
        ("ROLES", "email:ida@school.org=admin"),
    ],
)
def test_what_cannot_be_meant_stops_the_start(name: str, text: str) -> None:
    with pytest.raises(StartRefused, match=f"PORTAL_OIDC_{name} must be"):
        load_settings(OIDC | {f"PORTAL_OIDC_{name}": text})


def test_without_a_provider_they_mean_nothing() -> None:
    with pytest.raises(StartRefused, match="mean nothing without PORTAL_OIDC_ISSUER"):
        load_settings({"PORTAL_OIDC_DOMAINS": "school.org"})
