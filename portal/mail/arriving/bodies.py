"""What the texts of several messages have in common, and what of a text is no part of the letter."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from portal.mail.arriving.message import Attachment
from portal.mail.arriving.signatures import split_signature
from portal.mail.arriving.web_links import all_hosts, is_cloud

_PIXEL: Final = 3
_ICON: Final = 100 * 100
_LOGO: Final = 160_000  # points: 800 by 200
_BANNER: Final = 450_000
_SMALL: Final = 10_000  # bytes, of a picture that does not say how large it is
_SEVERAL: Final = 3


@dataclass(frozen=True, slots=True)
class StrangeHosts:
    """Hosts that families may not be led to; `clouds` are those of them where files are kept for others."""

    hosts: tuple[str, ...] = ()
    clouds: tuple[str, ...] = ()


def common_body(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the lines that all texts have, in order, and what else each of them says; '' where nothing.

    Lines are compared as they stand, blank ones aside; what is common keeps the blank lines of the first text.
    """
    if not texts:
        return "", []
    lined = {text: [line.rstrip() for line in text.split("\n")] for text in dict.fromkeys(texts)}
    first = lined[texts[0]]
    common = _numbered(first)
    for lines in lined.values():
        common = _in_both(common, _numbered(lines))
    kept = set(common)
    rest = {text: _rest(lines, kept) for text, lines in lined.items()}
    return _with_blanks(first, kept), [rest[text] for text in texts]


_Line = tuple[str, int]


def _numbered(lines: Sequence[str]) -> list[_Line]:
    """Return the lines that say something, each with how often it came before."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        if line.strip():
            found.append((line, seen[line]))
            seen[line] += 1
    return found


def _in_both(some: list[_Line], others: list[_Line]) -> list[_Line]:
    """Return the longest run of lines that stand in both in one order."""
    if some == others:
        return some
    places = {line: place for place, line in enumerate(others)}
    shared = [(line, places[line]) for line in some if line in places]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(shared):
        at = bisect_left(ends, place)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1] = [place]
        last[at : at + 1] = [index]
    found = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(shared[index][0])
        index = before[index]
    return found[::-1]


def _rest(lines: Sequence[str], kept: set[_Line]) -> str:
    return _with_blanks(lines, set(_numbered(lines)) - kept)


def _with_blanks(lines: Sequence[str], kept: set[_Line]) -> str:
    seen: Counter[str] = Counter()
    found: list[str] = []
    for line in lines:
        if not line.strip():
            found += [""] if found and found[-1] else []
        elif (line, seen[line]) in kept:
            found.append(line)
        seen[line] += 1
    return "\n".join(found).strip("\n")


def without_signature(text: str) -> tuple[str, str]:
    """Return a text without the signature at its end, and the signature; '' where there is none."""
    return split_signature(text)


def decorations(messages: Sequence[Sequence[Attachment]], seen_before: Collection[str] = ()) -> frozenset[str]:
    """Return the SHA-256 of the pictures that only decorate: logos, icons and pixels. All others are content."""
    pictures = [{one.sha256: one for one in message if one.is_inline} for message in messages]
    counts = Counter(sha256 for message in pictures for sha256 in message)
    everywhere = {sha256 for sha256, count in counts.items() if count == len(messages) >= _SEVERAL}
    return frozenset(
        one.sha256
        for message in pictures
        for one in message.values()
        if _decorates(one) or _is_logo(one, is_known=one.sha256 in seen_before, is_everywhere=one.sha256 in everywhere)
    )


def _decorates(one: Attachment) -> bool:
    points = one.width * one.height
    if not points:
        return one.size < _SMALL
    return min(one.width, one.height) <= _PIXEL or points <= _ICON or (one.is_signature and points <= _BANNER)


def _is_logo(one: Attachment, *, is_known: bool, is_everywhere: bool) -> bool:
    """Tell a logo or a letterhead by its shape, of what came before: a code to scan in all messages is neither."""
    points, is_wide = one.width * one.height, one.width >= 2 * one.height
    if not points:
        return False
    return (is_known and points <= _LOGO) or ((is_known or is_everywhere) and is_wide and points <= _BANNER)


def strange_hosts(text: str, links: Sequence[str], allowed: Collection[str]) -> StrangeHosts:
    """Return the hosts that a text and its links lead to beside those allowed; a rewritten link counts as it was."""
    hosts = sorted(all_hosts(text, links) - set(allowed))
    return StrangeHosts(tuple(hosts), tuple(filter(is_cloud, hosts)))
