"""What the texts of several messages have in common, and what of a text is no part of the letter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from portal.mail.arriving.message import Attachment


@dataclass(frozen=True, slots=True)
class StrangeHosts:
    """Hosts that families may not be led to; `clouds` are those of them where files are kept for others."""

    hosts: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()


def common_body(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the lines that all texts have, in order, and what else each of them says; '' where nothing."""
    raise NotImplementedError


def without_signature(text: str) -> tuple[str, str]:
    """Return a text without the signature at its end, and the signature; '' where there is none."""
    raise NotImplementedError


def decorations(messages: Sequence[Sequence[Attachment]], seen_before: Collection[str] = ()) -> frozenset[str]:
    """Return the SHA-256 of the pictures that only decorate: logos, icons and pixels. All others are content."""
    raise NotImplementedError


def strange_hosts(text: str, links: Sequence[str], allowed: Collection[str]) -> StrangeHosts:
    """Return the hosts that a text and its links lead to beside those allowed; rewritten links count as what they were."""
    raise NotImplementedError
