"""Whether receivers will believe the sender: what SPF, DKIM and DMARC say of two domains, from their records.

The sender's domain stands in From, the other in the envelope of each notice. DMARC (RFC 7489) wants one of SPF or
DKIM to hold for a domain that is aligned with From. SPF is tried for the
addresses of the mail server that the portal hands its mail to; that one may send it on through others, which only the
header of a received message tells.
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from portal.kernel.errors import PortalError
from portal.mail.authentication.spf import Zones, may_send, spf_records

SELECTORS = ("default", "dkim", "mail", "smtp", "google", "selector1", "selector2", "s1", "s2", "k1", "k2")
"""Names that mail servers and providers put DKIM keys under; there is no list of them (RFC 6376, 3.1)."""


class NoAnswer(PortalError):
    """DNS gives no answer here, so the sender's domain was not checked."""


class Records(Zones, Protocol):
    """Looks up records of a domain."""


_ADD_SPF = "Add a TXT record that names your mail server, such as “v=spf1 mx -all”."
_WISHES = "Write “p=quarantine” there once your own mail passes."

Check = Literal["spf", "sending", "dkim", "dmarc", "alignment", "bounces"]


@dataclass(frozen=True, slots=True)
class Found:
    """One check: what was looked at, whether it is in order, and in words. Not `is_sure`: nobody here can know."""

    check: Check
    domain: str
    is_good: bool
    words: str
    is_sure: bool = True


def _good(check: Check, domain: str, words: str) -> Found:
    return Found(check, domain, is_good=True, words=words)


def _bad(check: Check, domain: str, words: str) -> Found:
    return Found(check, domain, is_good=False, words=words)


def check_domains(
    records: Records, sender: str, envelope: str, *, server: str, selectors: tuple[str, ...] = SELECTORS
) -> list[Found]:
    """Return what the records of the sender's and the envelope's domain say; `server` takes our mail.

    Raises `NoAnswer`.
    """
    policy = _policy(records, sender)
    return [
        *(_spf(records, domain) for domain in dict.fromkeys((sender, envelope))),
        _sending(records, envelope, server),
        _dkim(records, sender, selectors),
        _dmarc(sender, policy),
        _aligned(sender, envelope, policy.at, policy.tags),
        _bounces(records, envelope),
    ]


def _spf(records: Records, domain: str) -> Found:
    found = spf_records(records.texts(domain))
    if not found:
        return _bad("spf", domain, f"There is no SPF record, so nobody knows which servers may send for it. {_ADD_SPF}")
    if len(found) > 1:
        many = f"There are {len(found)} SPF records, which counts as none (RFC 7208, 4.5)."
        return _bad("spf", domain, f"{many} Put what they say into one.")
    if found[0].lower().split()[-1] in {"+all", "all"}:
        return _bad("spf", domain, "Its SPF record lets everybody send for it (+all). End it with -all.")
    return _good("spf", domain, f"There is one SPF record: {found[0][:200]}")


def _sending(records: Records, envelope: str, server: str) -> Found:
    """Try SPF for the addresses of the server that takes our mail, as receivers do with the envelope's domain."""
    addresses = [server] if _is_address(server) else records.addresses(server)
    outside = [one for one in addresses if ipaddress.ip_address(one).is_global]
    if not outside:
        why = f"{server} has no address in public" if addresses else f"{server} has no address"
        return _unsure(envelope, f"SPF was not evaluated: {why}, and from where mail leaves is not known here.")
    results = {one: may_send(records, one, envelope) for one in outside}
    said = ", ".join(f"{one}: {result}" for one, result in results.items())
    if "broken" in results.values():
        return _bad("sending", envelope, f"Its SPF record is broken for every receiver (RFC 7208, 4.6): {said}.")
    if set(results.values()) == {"pass"}:
        return _good("sending", envelope, f"Its SPF record lets {server} send for it ({said}).")
    if "not-evaluated" in results.values():
        return _unsure(envelope, "SPF was not evaluated: its record asks about each message (macros, exists or ptr).")
    return _unsure(
        envelope,
        f"Its SPF record does not name {server} ({said}). If that one hands mail on through others, see in the header "
        "of the test message whether theirs passed; else add it to the record.",
    )


def _unsure(domain: str, words: str) -> Found:
    return Found("sending", domain, is_good=True, words=words, is_sure=False)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _dkim(records: Records, domain: str, selectors: tuple[str, ...]) -> Found:
    for selector in selectors:
        for text in records.texts(f"{selector}._domainkey.{domain}"):
            tags = _tags(text)
            if "p" in tags:
                if tags["p"]:
                    return _good("dkim", domain, f"There is a DKIM key under “{selector}”.")
                return _bad("dkim", domain, f"The key “{selector}” is withdrawn. Publish the one in use.")
    tried = ", ".join(selectors)
    if_none = "Name yours with --dkim-selector; if there is none, let your mail server sign, and publish its key."
    return _bad("dkim", domain, f"No DKIM key was found under {tried}. {if_none}")


@dataclass(frozen=True, slots=True)
class _Policy:
    """Where the DMARC policy of a domain stands, and its tags; `twice` is where several stand, which count as none."""

    at: str
    tags: dict[str, str]
    twice: tuple[str, int] | None = None


def _policy(records: Records, domain: str) -> _Policy:
    """Return the DMARC policy of a domain: its own, or that of a parent."""
    twice = None
    for name in _itself_and_parents(domain):
        found = [tags for text in records.texts(f"_dmarc.{name}") if (tags := _tags(text)).get("v") == "DMARC1"]
        if len(found) == 1:
            return _Policy(name, found[0], twice)
        twice = twice or ((f"_dmarc.{name}", len(found)) if found else None)
    return _Policy("", {}, twice)


def _dmarc(domain: str, known: _Policy) -> Found:
    policy_at, policy = known.at, known.tags
    if not policy and known.twice:
        at, count = known.twice
        return _bad("dmarc", domain, f"There are {count} DMARC records at {at}, which counts as none. Keep one.")
    if not policy:
        add = f"Add a TXT record at _dmarc.{domain}, such as “v=DMARC1; p=quarantine”."
        return _bad("dmarc", domain, f"There is no DMARC record, so anybody can write in its name. {add}")
    wish = policy.get("sp", policy.get("p", "")) if policy_at != domain else policy.get("p", "")
    if wish not in {"quarantine", "reject"}:
        watch = "Its DMARC policy is “none”: receivers only watch who writes in its name."
        return _bad("dmarc", domain, f"{watch} {_WISHES}")
    return _good("dmarc", domain, f"Its DMARC policy at {policy_at} is “{wish}”.")


def _aligned(sender: str, envelope: str, policy_at: str, policy: dict[str, str]) -> Found:
    strict = policy.get("aspf", "r") == "s"
    same = sender == envelope
    related = _is_under(sender, envelope) or _is_under(envelope, sender)
    siblings = bool(policy_at) and _is_under(sender, policy_at) and _is_under(envelope, policy_at)
    if same or (not strict and (related or siblings)):
        return _good("alignment", envelope, f"It is aligned with {sender}, so SPF that passes for it counts.")
    why = "the policy asks for the very same domain (aspf=s)" if strict and related else "they are not of one domain"
    return _bad("alignment", envelope, f"Its SPF does not count for {sender}, because {why}; DKIM has to hold.")


def _bounces(records: Records, envelope: str) -> Found:
    hosts = records.mail_hosts(envelope)
    if not hosts:
        return _bad("bounces", envelope, "It takes no mail, so what comes back is lost. Give it an MX record.")
    return _good("bounces", envelope, f"What comes back goes to {', '.join(hosts[:3])}.")


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, is_pair, value in pairs if is_pair}


def _itself_and_parents(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        yield ".".join(labels[start:])


def _is_under(domain: str, parent: str) -> bool:
    return domain == parent or domain.endswith(f".{parent}")
